"""RS256 signatures for id tokens, so that a client can check one as it checks Intuit's.

The key is made when it is first needed and is gone with the process.

Source: RFC 8017 (RSASSA-PKCS1-v1_5), RFC 7515 and 7517 (JWS, JWK), read 2026-11-26.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

import orjson

_BITS = 2048
_EXPONENT = 65_537
# DigestInfo of SHA-256: what stands before the hash in a signature (RFC 8017, section 9.2).
_SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")
_SMALL_PRIMES = tuple(n for n in range(3, 2000, 2) if all(n % d for d in range(3, n, 2)))


@dataclass(frozen=True)
class Key:
    """An RSA key: modulus and private exponent."""

    modulus: int
    private: int
    id: str = "sandbox-1"

    def public(self) -> dict[str, str]:
        """The JWK that checks a signature."""
        return {
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": self.id,
            "n": _text(self.modulus.to_bytes(_BITS // 8, "big")),
            "e": _text(_EXPONENT.to_bytes(3, "big")),
        }

    def signed(self, claims: dict[str, Any]) -> str:
        """The claims as a signed token.

        intuit-oauth decodes a token by the plain alphabet of base64, which loses "-" and "_"; a
        `jti` is drawn until the encoded claims have neither.
        """
        header = _text(orjson.dumps({"kid": self.id, "alg": "RS256"}))
        body = "-"
        while "-" in body or "_" in body:
            body = _text(orjson.dumps({**claims, "jti": secrets.token_hex(8)}))
        said = f"{header}.{body}"
        digest = _SHA256 + hashlib.sha256(said.encode()).digest()
        size = _BITS // 8
        padded = b"\x00\x01" + b"\xff" * (size - len(digest) - 3) + b"\x00" + digest
        number = pow(int.from_bytes(padded, "big"), self.private, self.modulus)
        return f"{said}.{_text(number.to_bytes(size, 'big'))}"


def new_key() -> Key:
    """A fresh key of 2048 bits; takes about a second."""
    while True:
        first, second = _prime(_BITS // 2), _prime(_BITS // 2)
        totient = (first - 1) * (second - 1)
        if first != second and totient % _EXPONENT:
            return Key(first * second, pow(_EXPONENT, -1, totient))


def _prime(bits: int) -> int:
    """A prime of so many bits, the upper two set so that two of them fill twice as many."""
    while True:
        number = secrets.randbits(bits) | (3 << (bits - 2)) | 1
        if all(number % small for small in _SMALL_PRIMES) and _probably_prime(number):
            return number


def _probably_prime(number: int, rounds: int = 16) -> bool:
    """Miller and Rabin's test; wrong in one of four to the power of `rounds` cases."""
    odd, halvings = number - 1, 0
    while odd % 2 == 0:
        odd, halvings = odd // 2, halvings + 1
    for _ in range(rounds):
        power = pow(secrets.randbelow(number - 3) + 2, odd, number)
        if power in (1, number - 1):
            continue
        for _ in range(halvings - 1):
            power = power * power % number
            if power == number - 1:
                break
        else:
            return False
    return True


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

"""E-mails, phones and addresses as keys that are equal when a person would call them the same."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from recon.matching.text import fold
from recon.matching.vocabulary import replacements, words


class Address(NamedTuple):
    """A street line taken apart; all "" when the line says nothing that can be compared."""

    number: str = ""
    street: str = ""
    unit: str = ""


_EMAIL = re.compile(r"[^\s,;<>()\[\]]+@[^\s,;<>()\[\]]+")
_EXTENSION = re.compile(r"(?:x|ext\.?|extension|#)\s*\d{1,6}\s*$")
_NO_DIGIT = re.compile(r"\D")
_UNIT = re.compile(r"(?:#|\bunit\b)\s*([0-9a-z]+)")
_PIECE = re.compile(r"[^\W_]+")
_LETTERS = 5  # of a street's kind that a slip leaves recognisable


def email_key(text: str) -> str:
    """The first e-mail address of a cell, folded, without a "+tag"; "" when there is none."""
    found = _EMAIL.search(fold(text).removeprefix("mailto:"))
    if not found:
        return ""
    local, _, domain = found.group().rpartition("@")
    local = local.split("+", 1)[0]
    domain = domain.strip(".").replace("googlemail.com", "gmail.com")
    return f"{local}@{domain}" if local and "." in domain else ""


def own_local_part(email: str) -> str:
    """The part before "@" when it names somebody: not "info", "office", "billing" ..."""
    local = email.partition("@")[0]
    return local if len(local) >= 5 and local not in words("roles") else ""


def own_domain(email: str) -> str:
    """The part behind "@" when it is a firm's own, "" for Gmail and its like."""
    domain = email.partition("@")[2]
    return "" if domain in words("free_mail") else domain


def owner_key(email: str) -> str:
    """The letters of an e-mail address that may spell its owner's name, "" when they do not.

    A firm's own domain without its ending, else the part before "@".
    """
    local, _, domain = email.partition("@")
    named = local if domain in words("free_mail") else domain.partition(".")[0]
    letters = named if named.isalpha() else "".join([c for c in named if c.isalpha()])
    return letters if len(letters) >= 3 and domain and letters not in words("roles") else ""


def phone_key(text: str) -> str:
    """The last nine digits of a phone number without extension; "" below seven digits.

    Nine digits drop the country's prefix in every common way of writing it ("+1", "001", "0"),
    which is what differs between two lists of one firm far more often than the country does.
    """
    digits = fold(text)
    if "x" in digits or "#" in digits:
        digits = _EXTENSION.sub("", digits)
    digits = _NO_DIGIT.sub("", digits)
    if len(digits) < 7 or len(set(digits)) == 1:
        return ""
    return digits[-9:]


def address_key(text: str) -> Address:
    """Number, street and unit of a street line, with "Street", "St." and "ST" made one."""
    short = replacements("street")
    pieces = _PIECE.findall(fold(text).replace("'", "").replace("#", " unit "))
    pieces = [short.get(piece) or _slipped(piece) for piece in pieces]
    unit = ""
    line = " ".join(pieces)
    if "unit" in line and (found := _UNIT.search(line)):
        unit = found.group(1)
        pieces = f"{line[: found.start()]} {line[found.end() :]}".split()
    numbers = [p for p in pieces if p[0].isdigit()]
    street = " ".join([p for p in pieces if not p[0].isdigit() and p != "unit"])
    return Address(numbers[0].lstrip("0") if numbers else "", street, unit.lstrip("0"))


@cache
def _streets(letters: int) -> list[tuple[str, str]]:
    """The kinds of street that so long a word may be a slip of, and their short forms."""
    found = replacements("street").items()
    return [both for both in found if len(both[0]) >= _LETTERS and abs(len(both[0]) - letters) <= 1]


@lru_cache(maxsize=100_000)
def _slipped(piece: str) -> str:
    """The short form of a street's kind that is written with one slip: "Boulveard", "Couft"."""
    if len(piece) >= _LETTERS and piece.isalpha():
        for long, short in _streets(len(piece)):
            if OSA.distance(piece, long, score_cutoff=1) <= 1:
                return short
    return piece


def postal_key(text: str) -> str:
    """A postal code without blanks; a US ZIP+4 is cut to its five digits."""
    key = re.sub(r"[^0-9a-z]", "", fold(text))
    return key[:5] if key.isdigit() and len(key) == 9 else key

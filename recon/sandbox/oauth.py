"""Sign-in as Intuit does it: codes, access and refresh tokens, and who may call.

Source: Intuit, OAuth 2.0 and its discovery document; intuit-oauth 1.2.6; Intuit developer blog on
refresh tokens, 2025-11-12, read 2026-11-22.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from recon.sandbox import faults
from recon.sandbox.ledger import Clock
from recon.sandbox.switches import Switches

_CODE_S = 300


class DeniedError(Exception):
    """The token endpoint's refusal: OAuth error word, HTTP status, description."""

    def __init__(self, error: str, status: int = 400, description: str = "") -> None:
        super().__init__(error)
        self.error = error
        self.status = status
        self.description = description


@dataclass
class SignIn:
    """The connected app, and every token given to it.

    A Sandbox has one app and one company; its first tokens work at once.
    """

    clock: Clock
    switches: Switches
    client_id: str = "sandbox-client-id"
    client_secret: str = "sandbox-client-secret"  # noqa: S105 - guards nothing, serves loopback
    access_token: str = ""
    refresh_token: str = ""
    _access: dict[str, datetime | None] = field(default_factory=dict)
    _refresh: dict[str, datetime | None] = field(default_factory=dict)
    _codes: dict[str, tuple[datetime, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        first = self._grant(None)
        self.access_token, self.refresh_token = first["access_token"], first["refresh_token"]

    def code(self, redirect_uri: str) -> str:
        """A new authorisation code, good for one exchange within minutes."""
        code = f"AB11{secrets.token_urlsafe(24)}"
        self._codes[code] = (self.clock(), redirect_uri)
        return code

    def check_client(self, authorization: str) -> None:
        """Check the Basic header of the token and revoke endpoints.

        Raises:
            DeniedError: invalid_client.
        """
        try:
            sent = base64.b64decode(authorization.removeprefix("Basic "), validate=True).decode()
        except ValueError:
            sent = ""
        expected = f"{self.client_id}:{self.client_secret}"
        if not secrets.compare_digest(sent.encode(), expected.encode()):
            raise DeniedError("invalid_client", 401)

    def exchange(self, form: dict[str, str]) -> dict[str, Any]:
        """Tokens for a code or for a refresh token.

        Raises:
            DeniedError: unsupported_grant_type, invalid_request or invalid_grant.
        """
        grant = form.get("grant_type")
        if grant == "authorization_code":
            return self._redeem(form)
        if grant != "refresh_token":
            raise DeniedError("unsupported_grant_type")
        token = form.get("refresh_token", "")
        given = self._refresh.get(token)
        age = (self.clock() - given).total_seconds() if given else None
        if age is None or age > self.switches.refresh_token_s:
            raise DeniedError("invalid_grant", 400, "Incorrect or invalid refresh token")
        if self.switches.token_rotation == "rotate":  # noqa: S105 - a choice, no secret
            self._refresh[token] = None
            return self._grant(None)
        return self._grant(token)

    def _redeem(self, form: dict[str, str]) -> dict[str, Any]:
        if not form.get("code") or not form.get("redirect_uri"):
            raise DeniedError("invalid_request")
        given, redirect_uri = self._codes.pop(form["code"], (None, ""))
        if given is None or (self.clock() - given).total_seconds() > _CODE_S:
            raise DeniedError("invalid_grant", 400, "Invalid authorization code")
        if redirect_uri != form["redirect_uri"]:
            raise DeniedError("invalid_grant", 400, "Redirect URI does not match")
        return self._grant(None)

    def _grant(self, refresh_token: str | None) -> dict[str, Any]:
        """A fresh access token, with the refresh token that goes with it."""
        access = f"eyJ{secrets.token_urlsafe(48)}"
        refresh = refresh_token or f"RT1-{secrets.token_urlsafe(32)}"
        self._access[access] = self.clock()
        self._refresh.setdefault(refresh, self.clock())
        return {
            "token_type": "bearer",
            "expires_in": self.switches.access_token_s,
            "refresh_token": refresh,
            "x_refresh_token_expires_in": self.switches.refresh_token_s,
            "access_token": access,
        }

    def revoke(self, token: str) -> None:
        """End a token; with a refresh token end every access token too.

        Raises:
            DeniedError: the token is not known.
        """
        if self._refresh.get(token):
            self._refresh[token] = None
            self._access = dict.fromkeys(self._access)
        elif self._access.get(token):
            self._access[token] = None
        else:
            raise DeniedError("invalid_request")

    def check(self, authorization: str) -> None:
        """Check a Bearer header.

        Raises:
            Fault: 401 with code 3202 for none, 3200 for a malformed, expired or revoked token.
        """
        if not authorization.startswith("Bearer "):
            raise faults.unauthorised("oauth_token", "3202")
        token = authorization[7:]
        if token not in self._access:
            raise faults.unauthorised("Malformed bearer token")
        given = self._access[token]
        if given is None:
            raise faults.unauthorised("Token revoked")
        if (self.clock() - given).total_seconds() > self.switches.access_token_s:
            raise faults.unauthorised(f"Token expired: {token}")


def discovery(base_url: str) -> dict[str, Any]:
    """The OpenID discovery document of a server at this address."""
    return {
        "issuer": f"{base_url}/op/v1",
        "authorization_endpoint": f"{base_url}/connect/oauth2",
        "token_endpoint": f"{base_url}/oauth2/v1/tokens/bearer",
        "userinfo_endpoint": f"{base_url}/v1/openid_connect/userinfo",
        "revocation_endpoint": f"{base_url}/v2/oauth2/tokens/revoke",
        "jwks_uri": f"{base_url}/op/v1/jwks",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "email", "profile", "address", "phone"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "claims_supported": ["aud", "exp", "iat", "iss", "realmid", "sub"],
    }


USER = {
    "sub": "sandbox-user",
    "email": "bookkeeper@example.com",
    "emailVerified": True,
    "givenName": "Robin",
    "familyName": "Example",
}

"""Sign-in as Intuit does it: codes, access and refresh tokens, and who may call.

Source: Intuit, OAuth 2.0 and its discovery document; intuit-oauth 1.2.7; Intuit developer blog on
refresh tokens, 2025-11-12; a comment of Intuit's on oauth-jsclient issue 173 (a code used twice
ends its tokens), read 2026-11-26.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from recon.sandbox import faults
from recon.sandbox.books.ledger import Clock
from recon.sandbox.books.switches import Switches
from recon.sandbox.signin.signing import Key, new_key

_CODE_S = 300
_DAY_S = 86_400
ACCOUNTING = "com.intuit.quickbooks.accounting"
SCOPES = frozenset(
    {
        *(ACCOUNTING, "com.intuit.quickbooks.payment", "com.intuit.quickbooks.payroll"),
        *("openid", "profile", "email", "phone", "address", "intuit_name"),
    }
)


class DeniedError(Exception):
    """The token endpoint's refusal: OAuth error word, HTTP status, description."""

    def __init__(self, error: str, status: int = 400, description: str = "") -> None:
        super().__init__(error)
        self.error = error
        self.status = status
        self.description = description


@dataclass
class Grant:
    """One consent: every token that came of it ends with it.

    Attributes:
        scope: what was consented to.
        given: when; the refresh tokens' hard end counts from here.
        ended: revoked.
    """

    scope: frozenset[str]
    given: datetime
    ended: bool = False


@dataclass
class Token:
    """One access or refresh token: whose, since when, and since when replaced or revoked."""

    grant: Grant
    given: datetime
    replaced: datetime | None = None
    revoked: bool = False


@dataclass
class Code:
    """One authorisation code: where it may be redeemed, and the grant once it was."""

    redirect_uri: str
    scope: frozenset[str]
    given: datetime
    grant: Grant | None = None


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
    issuer: str = ""
    realm_id: str = ""
    _access: dict[str, Token] = field(default_factory=dict)
    _refresh: dict[str, Token] = field(default_factory=dict)
    _codes: dict[str, Code] = field(default_factory=dict)

    def __post_init__(self) -> None:
        first = self.grant(SCOPES - {"openid"})
        self.access_token, self.refresh_token = first["access_token"], first["refresh_token"]

    @cached_property
    def key(self) -> Key:
        """What id tokens are signed with."""
        return new_key()

    def consent(self, redirect_uri: str, asked: Mapping[str, str]) -> str:
        """A new authorisation code, good for one exchange within minutes.

        Raises:
            DeniedError: unsupported_response_type, invalid_scope, or access_denied by a switch.
        """
        scope = frozenset(asked.get("scope", "").split())
        if asked.get("response_type") != "code":
            raise DeniedError("unsupported_response_type")
        if not scope or scope - SCOPES:
            raise DeniedError("invalid_scope")
        if self.switches.consent == "denied":
            raise DeniedError("access_denied")
        code = f"AB11{secrets.token_urlsafe(24)}"
        self._codes[code] = Code(redirect_uri, scope, self.clock())
        return code

    def check_client(self, authorization: str, form: Mapping[str, Any] | None = None) -> None:
        """Check who asks for tokens: by the Basic header, else by the form's own fields.

        Raises:
            DeniedError: invalid_client.
        """
        form = form or {}
        sent = f"{form.get('client_id', '')}:{form.get('client_secret', '')}"
        if authorization:
            try:
                basic = authorization.removeprefix("Basic ")
                sent = base64.b64decode(basic, validate=True).decode()
            except ValueError:
                sent = ""
        expected = f"{self.client_id}:{self.client_secret}"
        if not secrets.compare_digest(sent.encode(), expected.encode()):
            raise DeniedError("invalid_client", 401)

    def exchange(self, form: Mapping[str, str]) -> dict[str, Any]:
        """Tokens for a code or for a refresh token.

        Raises:
            DeniedError: unsupported_grant_type, invalid_request or invalid_grant.
        """
        kind = form.get("grant_type")
        if kind == "authorization_code":
            return self._redeem(form)
        if kind != "refresh_token":
            raise DeniedError("unsupported_grant_type")
        return self._refreshed(form.get("refresh_token", ""))

    def _redeem(self, form: Mapping[str, str]) -> dict[str, Any]:
        if not form.get("code") or not form.get("redirect_uri"):
            raise DeniedError("invalid_request")
        code = self._codes.get(form["code"])
        if code is None or self._age(code.given) > _CODE_S:
            raise DeniedError("invalid_grant", 400, "Invalid authorization code")
        if code.grant is not None:
            code.grant.ended = True
            raise DeniedError("invalid_grant", 400, "Authorization code was used before")
        if code.redirect_uri != form["redirect_uri"]:
            del self._codes[form["code"]]
            raise DeniedError("invalid_grant", 400, "Redirect URI does not match")
        code.grant = Grant(code.scope, self.clock())
        return self._tokens(code.grant)

    def _refreshed(self, text: str) -> dict[str, Any]:
        """New tokens for a refresh token.

        Intuit replaces a refresh token about once a day and lets the one before work for another
        day; with the switch token_rotation=rotate each one works once.
        """
        token = self._refresh.get(text)
        if token is None or not self._good(token):
            raise DeniedError("invalid_grant", 400, "Incorrect or invalid refresh token")
        if self.switches.token_rotation == "rotate":  # noqa: S105 - a choice, no secret
            if token.replaced is not None:
                token.grant.ended = self.switches.refresh_reuse == "revoke" or token.grant.ended
                raise DeniedError("invalid_grant", 400, "Incorrect or invalid refresh token")
            token.replaced = self.clock()
            return self._tokens(token.grant)
        if self._age(token.given) < _DAY_S:
            return self._tokens(token.grant, text)
        token.replaced = token.replaced or self.clock()
        return self._tokens(token.grant)

    def _good(self, token: Token) -> bool:
        """The refresh token is neither revoked nor too old, nor replaced for more than a day."""
        fresh = self._age(token.given) <= self.switches.refresh_token_s
        hard = self._age(token.grant.given) <= self.switches.refresh_token_hard_s
        kept = token.replaced is None or self._age(token.replaced) <= _DAY_S
        return fresh and hard and kept and not token.revoked and not token.grant.ended

    def grant(self, scope: frozenset[str]) -> dict[str, Any]:
        """Tokens for a new consent."""
        return self._tokens(Grant(scope, self.clock()))

    def _tokens(self, grant: Grant, refresh_token: str = "") -> dict[str, Any]:
        """A fresh access token, with the refresh token that goes with it."""
        access = f"eyJ{secrets.token_urlsafe(48)}"
        refresh = refresh_token or f"RT1-{secrets.token_urlsafe(32)}"
        now = self.clock()
        self._access[access] = Token(grant, now)
        held = self._refresh.setdefault(refresh, Token(grant, now))
        answer = {
            "token_type": "bearer",
            "expires_in": self.switches.access_token_s,
            "refresh_token": refresh,
            "x_refresh_token_expires_in": round(
                self.switches.refresh_token_s - self._age(held.given)
            ),
            "access_token": access,
        }
        if "openid" in grant.scope:
            answer["id_token"] = self._id_token(now)
        return answer

    def hard_expiry_s(self, refresh_token: str) -> int:
        """Seconds until no refresh prolongs the consent any more."""
        given = self._refresh[refresh_token].grant.given
        return round(self.switches.refresh_token_hard_s - self._age(given))

    def _id_token(self, now: datetime) -> str:
        at = int(now.timestamp())
        claims = {
            "sub": USER["sub"],
            "aud": [self.client_id],
            "realmid": self.realm_id,
            "auth_time": at,
            "iss": self.issuer,
            "exp": at + self.switches.access_token_s,
            "iat": at,
        }
        return self.key.signed(claims)

    def _age(self, since: datetime) -> float:
        return (self.clock() - since).total_seconds()

    def revoke(self, text: str) -> None:
        """End a token; with a refresh token end its grant, every access token of it included.

        Raises:
            DeniedError: the token is not known, or has ended already.
        """
        held = self._refresh.get(text)
        if held is not None and self._good(held):
            held.grant.ended = True
            return
        access = self._access.get(text)
        if access is None or access.revoked or access.grant.ended:
            raise DeniedError("invalid_request")
        access.revoked = True

    def check(self, authorization: str) -> Grant:
        """The grant behind a Bearer header.

        Raises:
            Fault: 401 with code 3202 for none, 3200 for a malformed, expired or revoked token.
        """
        if authorization[:7].lower() != "bearer ":
            raise faults.unauthorised("oauth_token", "3202")
        text = authorization[7:]
        token = self._access.get(text)
        if token is None:
            raise faults.unauthorised("Malformed bearer token")
        if token.revoked or token.grant.ended:
            raise faults.unauthorised("Token revoked")
        if self._age(token.given) > self.switches.access_token_s:
            raise faults.unauthorised(f"Token expired: {text}")
        return token.grant


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

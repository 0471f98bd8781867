"""Intuit's sign-in server: where consent is asked for, and tokens for a code or a refresh token.

Source: Intuit, "Set up OAuth 2.0"; blogs.intuit.com, 2025-11-12, for the header that asks how long
a refresh token lives at most; intuit-oauth 1.2.6, whose AuthClient sets no time limit, follows
redirects and sets whatever the answer holds as its own attribute, so that each is used once and
given up; read 2026-11-22.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import requests
from intuitlib.client import AuthClient
from intuitlib.enums import Scopes
from intuitlib.exceptions import AuthClientError

from recon.calls.addresses import is_loopback, require_safe
from recon.errors import AuthError, BusyError
from recon.qbo.credentials import (
    LOCAL_REDIRECT,
    AppKeys,
    Credentials,
)
from recon.qbo.tokens import Tokens

_TIMEOUT_S = (10.0, 30.0)
_HARD_LIFE = timedelta(days=5 * 365)
_WANTS_HARD_LIFE = {"x-include-refresh-token-hard-expires-in": "true"}


def consent_address(keys: AppKeys, state: str) -> str:
    """Where the person says yes.

    Raises:
        BusyError: the sign-in server cannot be reached.
    """
    with _client(keys, keys.redirect_uri) as client:
        return str(client.get_authorization_url([Scopes.ACCOUNTING], state_token=state))


def granted(keys: AppKeys, code: str, now: datetime) -> Tokens:
    """The first tokens, for the code that consent gave.

    Raises:
        AuthError: the code was used or is too old, or the keys are wrong.
        BusyError: the sign-in server cannot be reached.
    """
    with _client(keys, keys.redirect_uri) as client:
        client.get_bearer_token(code)
        return _tokens(client, now, "", now + _HARD_LIFE)


def renewed(credentials: Credentials, kept: Tokens, now: datetime) -> Tokens:
    """Tokens that replace those that were kept.

    Raises:
        AuthError: the refresh token is refused, or the keys are wrong.
        BusyError: the sign-in server cannot be reached.
    """
    with _client(credentials) as client:
        client.refresh(refresh_token=kept.refresh_token)
        return _tokens(client, now, kept.refresh_token, kept.hard_until)


def revoked(credentials: Credentials, tokens: Tokens) -> None:
    """End the connection at Intuit.

    Raises:
        AuthError: it is not known there (any more).
        BusyError: the sign-in server cannot be reached.
    """
    with _client(credentials) as client:
        client.revoke(token=tokens.refresh_token)


def _tokens(client: AuthClient, now: datetime, before: str, hard_until: datetime | None) -> Tokens:
    """What an answer granted; renewing never makes the hard end later."""
    access, refresh = client.access_token, client.refresh_token or before
    if not (isinstance(access, str) and access and isinstance(refresh, str) and refresh):
        raise BusyError(
            "QuickBooks' sign-in server gave no usable answer.",
            remedy="Wait a minute and run it again.",
        )
    told = _later(now, getattr(client, "x_refresh_token_hard_expires_in", None))
    ends = [end for end in (hard_until, told) if end is not None]
    return Tokens(
        access,
        refresh,
        access_until=_later(now, client.expires_in),
        idle_until=_later(now, client.x_refresh_token_expires_in),
        hard_until=min(ends) if ends else None,
    )


def _later(now: datetime, seconds: Any) -> datetime | None:
    """`now` and so many seconds, None when the answer gave no sensible number."""
    sensible = isinstance(seconds, int) and 0 < seconds < 10**9
    return now + timedelta(seconds=seconds) if sensible else None


class _TimedAuthClient(AuthClient):  # type: ignore[misc]  # the library is untyped
    """Intuit's client with a time limit: its own constructor waits for ever for discovery."""

    def request(self, method: str, url: str, **kwargs: Any) -> requests.Response:
        kwargs.setdefault("timeout", _TIMEOUT_S)
        kwargs["allow_redirects"] = False  # a redirect would carry the secret to another host
        kwargs["headers"] = {**(kwargs.get("headers") or {}), **_WANTS_HARD_LIFE}
        self.trust_env = not is_loopback(url)
        return super().request(method, require_safe(url), **kwargs)  # type: ignore[no-any-return]


@contextlib.contextmanager
def _client(app: AppKeys | Credentials, redirect_uri: str = LOCAL_REDIRECT) -> Iterator[AuthClient]:
    """Intuit's client for one call; its refusals as errors that a person can act on."""
    try:
        with _TimedAuthClient(
            app.client_id, app.client_secret, redirect_uri, app.environment
        ) as client:
            yield client
    except AuthClientError as error:
        raise _told(error) from None  # its text quotes the answer, which may hold tokens
    except (requests.RequestException, ValueError, KeyError, TypeError) as error:
        raise BusyError(
            f"QuickBooks' sign-in server cannot be reached ({type(error).__name__}).",
            remedy="Check the connection and run it again.",
        ) from None


def _told(error: AuthClientError) -> AuthError | BusyError:
    known: dict[str, Any] = {"status": error.status_code, "tid": error.intuit_tid or ""}
    if error.status_code not in {400, 401, 403}:
        return BusyError(
            "QuickBooks' sign-in server gave no usable answer.",
            remedy="Wait a minute and run it again.",
            **known,
        )
    if _word(error.content) == "invalid_client":
        return AuthError(
            "QuickBooks does not know the app's keys.",
            remedy="Take client id and secret from the developer portal, those of Development for "
            "a sandbox company, those of Production for a real one, and connect again.",
            **known,
        )
    return AuthError(
        "QuickBooks refused the sign-in: it was used, replaced, taken back, or is too old.",
        remedy="Connect to QuickBooks again; nothing was written.",
        **known,
    )


def _word(content: Any) -> str:
    """OAuth's own word for a refusal ("invalid_grant"), empty when there is none."""
    try:
        told = json.loads(content)
    except (ValueError, TypeError):
        return ""
    return str(told.get("error", "")) if isinstance(told, dict) else ""

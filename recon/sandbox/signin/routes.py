"""The addresses of sign-in: discovery, consent, tokens, revocation, user and keys.

Source: Intuit, OAuth 2.0; intuit-oauth 1.2.7 client.py and migration.py, read 2026-11-26.
"""

from __future__ import annotations

from threading import RLock
from typing import Any
from urllib.parse import parse_qs, urlencode

import orjson
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from recon.sandbox.faults import Fault
from recon.sandbox.serving.asked import JSON, trace_id
from recon.sandbox.signin.oauth import ACCOUNTING, USER, DeniedError, SignIn, discovery


class SignInRoutes:
    """Everything that is asked before, and beside, the API."""

    def __init__(self, sign_in: SignIn, realm_id: str, lock: RLock) -> None:
        self._sign_in = sign_in
        self._realm_id = realm_id
        self._lock = lock

    def routes(self) -> list[Route]:
        """The addresses of everything that is not the API."""
        documents = ("openid_sandbox_configuration", "openid_configuration")
        return [
            # Clients ask with and without the last slash, and not all of them follow a redirect.
            *(
                Route(f"/.well-known/{name}{end}", self.discovery)
                for name in documents
                for end in ("", "/")
            ),
            Route("/connect/oauth2", self.authorise),
            Route("/oauth2/v1/tokens/bearer", self.token, methods=["POST"]),
            Route("/v2/oauth2/tokens/revoke", self.revoke, methods=["POST"]),
            Route("/v2/oauth2/tokens/migrate", self.migrate, methods=["POST"]),
            Route("/v1/openid_connect/userinfo", self.user),
            Route("/api/v1/user/current", self.user),
            Route("/op/v1/jwks", self.keys),
        ]

    async def discovery(self, request: Request) -> Response:
        """Where everything is."""
        return _plain(discovery(str(request.base_url).rstrip("/")))

    async def authorise(self, request: Request) -> Response:
        """Consent at once: back to the app with a code and the company's id."""
        asked = request.query_params
        redirect_uri = asked.get("redirect_uri", "")
        if asked.get("client_id") != self._sign_in.client_id or not redirect_uri:
            return _plain({"error": "invalid_request"}, 400)
        answer = {"state": asked.get("state", "")}
        try:
            with self._lock:
                code = self._sign_in.consent(redirect_uri, asked)
            answer |= {"code": code, "realmId": self._realm_id}
        except DeniedError as denied:
            answer["error"] = denied.error
        mark = "&" if "?" in redirect_uri else "?"
        return RedirectResponse(f"{redirect_uri}{mark}{urlencode(answer)}", 302)

    async def token(self, request: Request) -> Response:
        """Tokens for a code or a refresh token."""
        form = _form(await request.body())
        try:
            with self._lock:
                self._sign_in.check_client(request.headers.get("authorization", ""), form)
                granted = self._sign_in.exchange(form)
                if request.headers.get("x-include-refresh-token-hard-expires-in") == "true":
                    left = self._sign_in.hard_expiry_s(granted["refresh_token"])
                    granted["x_refresh_token_hard_expires_in"] = left
        except DeniedError as denied:
            return _denied(denied)
        return _plain(granted)

    async def revoke(self, request: Request) -> Response:
        """End a token, named in JSON or in a form."""
        try:
            sent = _sent(request, await request.body())
            with self._lock:
                self._sign_in.check_client(request.headers.get("authorization", ""), sent)
                self._sign_in.revoke(str(sent.get("token", "")))
        except DeniedError as denied:
            return _denied(denied)
        return Response(headers={"intuit_tid": trace_id()})

    async def migrate(self, request: Request) -> Response:
        """Tokens for an app that still signs by OAuth 1.0; its signature is not checked."""
        try:
            sent = _sent(request, await request.body())
            with self._lock:
                signed = request.headers.get("authorization", "").startswith("OAuth ")
                self._sign_in.check_client("" if signed else "OAuth", sent)
                granted = self._sign_in.grant(frozenset(str(sent.get("scope", ACCOUNTING)).split()))
        except DeniedError as denied:
            return _denied(denied)
        return _plain({**granted, "realmId": self._realm_id})

    async def user(self, request: Request) -> Response:
        """Who signed in."""
        try:
            with self._lock:
                self._sign_in.check(request.headers.get("authorization", ""))
        except Fault:
            return _plain({"error": "invalid_token"}, 401)
        return _plain(USER)

    async def keys(self, _request: Request) -> Response:
        """What id tokens are checked with."""
        with self._lock:
            return _plain({"keys": [self._sign_in.key.public()]})


def _form(body: bytes) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(body.decode(errors="replace")).items()}


def _sent(request: Request, body: bytes) -> dict[str, Any]:
    """The fields of a JSON body, or of a form.

    Raises:
        DeniedError: the body is neither.
    """
    if "json" not in request.headers.get("content-type", "") and not body.startswith(b"{"):
        return dict(_form(body))
    try:
        sent = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise DeniedError("invalid_request") from None
    if not isinstance(sent, dict):
        raise DeniedError("invalid_request")
    return sent


def _plain(content: dict[str, Any], status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, {"intuit_tid": trace_id()}, JSON)


def _denied(denied: DeniedError) -> Response:
    content = {"error": denied.error}
    if denied.description:
        content["error_description"] = denied.description
    return _plain(content, denied.status)

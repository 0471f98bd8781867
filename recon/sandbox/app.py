"""HTTP: addresses, the gateway in front of the API, and faults in the shapes they arrive in.

Source: Intuit, REST API features, OAuth 2.0; gateway bodies as captured in responses published in
GitHub issues, read 2026-11-22.
"""

from __future__ import annotations

import asyncio
import secrets
from threading import RLock
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from recon.sandbox import faults
from recon.sandbox.batch import first_items
from recon.sandbox.faults import BodyStyle, Fault
from recon.sandbox.gateway import Gateway, Injected
from recon.sandbox.oauth import USER, DeniedError, SignIn, discovery
from recon.sandbox.service import Asked, Service
from recon.sandbox.web import body_of, cut

_JSON = "application/json;charset=UTF-8"


def trace_id() -> str:
    """A fresh intuit_tid, the id of one request in Intuit's logs."""
    return f"1-{secrets.token_hex(4)}-{secrets.token_hex(12)}"


def rendered(fault: Fault, style: BodyStyle, time: str) -> tuple[bytes, str]:
    """A fault as a body and its content type: QuickBooks' own JSON, the gateway's, XML or HTML."""
    problem = fault.problems[0].json()
    if style == "xml":
        text = (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
            '<IntuitResponse xmlns="http://schema.intuit.com/finance/v3" '
            f'time="{time}"><Fault type="{fault.kind}"><Error code="{problem["code"]}">'
            f"<Message>{problem['Message']}</Message><Detail>{problem['Detail']}</Detail>"
            "</Error></Fault></IntuitResponse>"
        )
        return text.encode(), "application/xml"
    if style == "html":
        text = f"<html><head><title>{fault.status}</title></head><body>Error</body></html>"
        return text.encode(), "text/html"
    if style == "Fault":
        return orjson.dumps({"Fault": fault.json(), "time": time}), _JSON
    errors = [
        {
            "message": each["Message"],
            "detail": each["Detail"],
            "code": each["code"],
            "element": each["element"] or None,
        }
        for each in (problem.json() for problem in fault.problems)
    ]
    body = {"warnings": None, "intuitObject": None, "report": None, "queryResponse": None}
    lists: dict[str, Any] = {
        "batchItemResponse": [],
        "attachableResponse": [],
        "syncErrorResponse": None,
    }
    said = {"fault": {"error": errors, "type": fault.kind}, "requestId": None, "time": 0}
    return orjson.dumps({**body, **said, **lists, "status": None, "cdcresponse": []}), _JSON


class CompanyEndpoint:
    """Everything under /v3/company, as a bare ASGI application: the hot path."""

    def __init__(self, service: Service, sign_in: SignIn, gateway: Gateway, lock: RLock) -> None:
        self._service = service
        self._sign_in = sign_in
        self._gateway = gateway
        self._lock = lock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, unless something was injected in its stead."""
        body = await body_of(receive)
        path = tuple(part for part in scope["path"].split("/") if part)[2:]
        text = scope["query_string"].decode("latin-1")
        params = dict(parse_qsl(text, keep_blank_values=True)) if text else {}
        injected = self._gateway.injected(scope["method"], path[1:])
        if injected and injected.delay_s:
            await asyncio.sleep(injected.delay_s)
        if injected and injected.cut == "before":
            await cut(send)
            return
        if injected and injected.after_items:
            body = first_items(body, injected.after_items)
        asked = Asked(scope["method"], path[1:], params, body)
        with self._lock:
            status, answer, type_ = self._answer(scope, path, asked, injected)
        if injected and injected.cut == "after":
            await cut(send)
            return
        await _send(send, status, answer, type_, self._extra(status))

    def _answer(
        self, scope: Scope, path: tuple[str, ...], asked: Asked, injected: Injected | None
    ) -> tuple[int, bytes, str]:
        style: BodyStyle = "fault"
        try:
            if injected and injected.status:
                style = injected.style
                raise injected.fault()
            if len(path) < 2:
                raise faults.system("operation could not find resource")
            if not self._gateway.allows(asked.path[0].lower() == "batch"):
                style = self._service.ledger.switches.throttle_body
                raise faults.throttled()
            self._sign_in.check(_header(scope, b"authorization"))
            if path[0] != self._service.ledger.realm_id:
                raise faults.forbidden()
            return *self._service.answer(asked), _JSON
        except Fault as fault:
            time = self._service.ledger.answer_time()
            return fault.status, *rendered(fault, style, time)

    def _extra(self, status: int) -> list[tuple[bytes, bytes]]:
        wait = self._service.ledger.switches.retry_after
        return [(b"retry-after", b"%d" % wait)] if status == 429 and wait else []


def _header(scope: Scope, name: bytes) -> str:
    for key, value in scope["headers"]:
        if key == name:
            text: str = value.decode("latin-1")
            return text
    return ""


async def _send(
    send: Send, status: int, body: bytes, type_: str, extra: list[tuple[bytes, bytes]]
) -> None:
    headers = [
        (b"content-type", type_.encode()),
        (b"content-length", b"%d" % len(body)),
        (b"intuit_tid", trace_id().encode()),
        (b"qbo-version", b"sandbox"),
        *extra,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class OAuthEndpoints:
    """Discovery, authorise, tokens, revoke, user and keys."""

    def __init__(self, sign_in: SignIn, realm_id: str, lock: RLock) -> None:
        self._sign_in = sign_in
        self._realm_id = realm_id
        self._lock = lock

    def routes(self) -> list[Route]:
        """The addresses of everything that is not the API."""
        return [
            Route("/.well-known/openid_sandbox_configuration/", self.discovery),
            Route("/.well-known/openid_configuration/", self.discovery),
            Route("/connect/oauth2", self.authorise),
            Route("/oauth2/v1/tokens/bearer", self.token, methods=["POST"]),
            Route("/v2/oauth2/tokens/revoke", self.revoke, methods=["POST"]),
            Route("/v1/openid_connect/userinfo", self.user),
            Route("/op/v1/jwks", self.keys),
        ]

    async def discovery(self, request: Request) -> Response:
        """Where everything is."""
        return _plain(discovery(str(request.base_url).rstrip("/")))

    async def authorise(self, request: Request) -> Response:
        """Consent at once: back to the app with a code and the company's id."""
        asked = request.query_params
        redirect_uri = asked.get("redirect_uri", "")
        with self._lock:
            known = asked.get("client_id") == self._sign_in.client_id
            if not known or asked.get("response_type") != "code" or not redirect_uri:
                return _plain({"error": "invalid_request"}, 400)
            code = self._sign_in.code(redirect_uri)
        answer = {"code": code, "state": asked.get("state", ""), "realmId": self._realm_id}
        mark = "&" if "?" in redirect_uri else "?"
        return RedirectResponse(f"{redirect_uri}{mark}{urlencode(answer)}", 302)

    async def token(self, request: Request) -> Response:
        """Tokens for a code or a refresh token."""
        form = {
            name: values[0] for name, values in parse_qs((await request.body()).decode()).items()
        }
        try:
            with self._lock:
                self._sign_in.check_client(request.headers.get("authorization", ""))
                granted = self._sign_in.exchange(form)
        except DeniedError as denied:
            return _denied(denied)
        if request.headers.get("x-include-refresh-token-hard-expires-in") == "true":
            granted["x_refresh_token_hard_expires_in"] = 157_680_000
        return _plain(granted)

    async def revoke(self, request: Request) -> Response:
        """End a token."""
        try:
            token = orjson.loads(await request.body()).get("token", "")
            with self._lock:
                self._sign_in.check_client(request.headers.get("authorization", ""))
                self._sign_in.revoke(token)
        except (orjson.JSONDecodeError, AttributeError):
            return _denied(DeniedError("invalid_request"))
        except DeniedError as denied:
            return _denied(denied)
        return Response(headers={"intuit_tid": trace_id()})

    async def user(self, request: Request) -> Response:
        """Who signed in."""
        try:
            with self._lock:
                self._sign_in.check(request.headers.get("authorization", ""))
        except Fault:
            return _plain({"error": "invalid_token"}, 401)
        return _plain(USER)

    async def keys(self, _request: Request) -> Response:
        """No keys: the sandbox signs no id tokens."""
        return _plain({"keys": []})


def _plain(content: dict[str, Any], status: int = 200) -> Response:
    headers = {"intuit_tid": trace_id()}
    return Response(orjson.dumps(content), status, headers, "application/json;charset=UTF-8")


def _denied(denied: DeniedError) -> Response:
    content = {"error": denied.error}
    if denied.description:
        content["error_description"] = denied.description
    return _plain(content, denied.status)


def application(
    company: CompanyEndpoint, oauth: OAuthEndpoints, more: list[Route] | None = None
) -> Any:
    """The whole server as one ASGI application."""
    rest = Starlette(routes=[*oauth.routes(), *(more or [])])

    async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/v3/company/"):
            await company(scope, receive, send)
        else:
            await rest(scope, receive, send)

    return dispatch

"""HTTP: addresses, the gateway in front of the API, and faults in the shapes they arrive in.

Source: Intuit, REST API features, OAuth 2.0; gateway bodies as captured in responses published in
GitHub issues, read 2026-11-22.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from threading import RLock
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from recon.sandbox import faults
from recon.sandbox.books.ledger import Ledger
from recon.sandbox.faults import BodyStyle, Fault
from recon.sandbox.serving import markup
from recon.sandbox.serving.asked import JSON, Answer, Asked, trace_id, unpacked
from recon.sandbox.serving.batch import first_items
from recon.sandbox.serving.gateway import Gateway, Injected
from recon.sandbox.serving.service import Service
from recon.sandbox.serving.web import body_of, cut
from recon.sandbox.signin.oauth import ACCOUNTING, SignIn


def rendered(fault: Fault, style: BodyStyle, time: str) -> tuple[bytes, str]:
    """A fault as a body and its content type: QuickBooks' own JSON, the gateway's, XML or HTML."""
    whole = orjson.dumps({"Fault": fault.json(), "time": time})
    if style == "xml":
        return markup.xml(whole), "application/xml"
    if style == "html":
        text = f"<html><head><title>{fault.status}</title></head><body>Error</body></html>"
        return text.encode(), "text/html"
    if style == "Fault":
        return whole, JSON
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
    return orjson.dumps({**body, **said, **lists, "status": None, "cdcresponse": []}), JSON


_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")


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
        type_ = _header(scope, b"content-type")
        asked = Asked(scope["method"], path[1:], params, body, type_, *path[:1])
        otherwise = self._service.ledger.switches.answer_format
        in_xml = markup.wanted(_header(scope, b"accept"), otherwise)
        with self._lock:
            answer = self._answer(scope, asked, injected, "xml" if in_xml else "fault")
        if in_xml and answer.type == JSON:
            answer = Answer(answer.status, markup.xml(answer.body), markup.TYPE)
        if injected and injected.cut == "after":
            await cut(send)
            return
        await _send(send, answer, self._extra(answer.status))

    def _answer(
        self, scope: Scope, asked: Asked, injected: Injected | None, style: BodyStyle
    ) -> Answer:
        """The answer of the gateway, in its own style, or else of the API."""
        try:
            if injected and injected.status:
                style = injected.style
                raise injected.fault()
            if not asked.path:
                raise faults.system("operation could not find resource")
            if not self._gateway.allows(asked.path[0].lower() == "batch"):
                style = self._service.ledger.switches.throttle_body
                raise faults.throttled()
            grant = self._sign_in.check(_header(scope, b"authorization"))
            if asked.realm_id != self._service.ledger.realm_id or ACCOUNTING not in grant.scope:
                raise faults.forbidden()
            style = "xml" if style == "xml" else "Fault"
            if asked.body:
                asked = _plain(asked, _header(scope, b"content-encoding"))
            return self._service.answer(asked)
        except Fault as fault:
            time = self._service.ledger.answer_time()
            return Answer(fault.status, *rendered(fault, style, time))

    def _extra(self, status: int) -> list[tuple[bytes, bytes]]:
        wait = self._service.ledger.switches.retry_after
        return [(b"retry-after", b"%d" % wait)] if status == 429 and wait else []


def _plain(asked: Asked, encoding: str) -> Asked:
    """The request as the API reads it: not packed, and its record in JSON.

    Raises:
        Fault: 2010 for a body that is not what its headers say.
    """
    if encoding:
        asked = replace(asked, body=unpacked(asked.body, encoding))
    if "xml" in asked.content_type and asked.head != "query":
        asked = replace(asked, body=markup.json(asked.body))
    return asked


def _header(scope: Scope, name: bytes) -> str:
    for key, value in scope["headers"]:
        if key == name:
            text: str = value.decode("latin-1")
            return text
    return ""


async def _send(send: Send, answer: Answer, extra: list[tuple[bytes, bytes]]) -> None:
    headers = [
        (b"content-type", answer.type.encode()),
        (b"content-length", b"%d" % len(answer.body)),
        (b"intuit_tid", trace_id().encode()),
        (b"qbo-version", b"sandbox"),
        *extra,
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


class Downloads:
    """Files of attachments, for whoever was told the address."""

    def __init__(self, ledger: Ledger, lock: RLock) -> None:
        self._ledger = ledger
        self._lock = lock

    def routes(self) -> list[Route]:
        """The one address there is."""
        return [Route("/download/{secret}", self.file)]

    async def file(self, request: Request) -> Response:
        """The file that a secret word opens."""
        with self._lock:
            store = self._ledger.store
            record_id = store.opened(request.path_params["secret"])
            if record_id is None:
                return Response(status_code=404)
            about = store.get("Attachable", record_id) or {}
            content = store.file(record_id)[1]
        type_ = str(about.get("ContentType", ""))
        if not _MEDIA_TYPE.fullmatch(type_):
            type_ = "application/octet-stream"
        # Never shown by a browser: the file and its type come from whoever sent it.
        shut = {"content-disposition": "attachment", "x-content-type-options": "nosniff"}
        return Response(content, headers=shut, media_type=type_)


def application(company: CompanyEndpoint, routes: list[Route]) -> Any:
    """The whole server as one ASGI application."""
    rest = Starlette(routes=routes)

    async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/v3/company/"):
            await company(scope, receive, send)
        else:
            await rest(scope, receive, send)

    return dispatch

"""HTTP: the token, the headers, the limits, and faults injected on purpose.

Source: Invoice Ninja API description, 5.10 (X-API-TOKEN, X-Requested-With; limits), read
2026-11-22; API reference 5.12.55, "List clients" (headers of answers), and issue 7345 (a limit of
300), read 2026-11-26. Retry-After on a 429 is not established.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from hmac import compare_digest
from threading import RLock
from urllib.parse import parse_qsl

from starlette.types import Receive, Scope, Send

from recon.sandbox.invoiceninja.limits import UNLIMITED, Limits
from recon.sandbox.invoiceninja.refusals import (
    NOT_ALLOWED,
    RefusedError,
    bad_token,
    no_route,
    too_many,
)
from recon.sandbox.invoiceninja.service import Asked, Service
from recon.sandbox.invoiceninja.users import User
from recon.sandbox.serving.gateway import Gateway, Injected
from recon.sandbox.serving.web import body_of, cut

_OLDEST_CLIENT = b"5.0.16"


class Endpoint:
    """Everything under /api/v1, as a bare ASGI application."""

    def __init__(
        self, service: Service, users: Sequence[User], gateway: Gateway, lock: RLock
    ) -> None:
        self._service = service
        self._users = users
        self._gateway = gateway
        self._lock = lock
        self._limits = Limits()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, unless something was injected in its stead."""
        body = await body_of(receive)
        parts = tuple(part for part in scope["path"].split("/") if part)
        params = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        headers = {key.decode("latin-1"): v.decode("latin-1") for key, v in scope["headers"]}
        injected = self._gateway.injected(scope["method"], parts[2:])
        if injected and injected.delay_s:
            await asyncio.sleep(injected.delay_s)
        if injected and injected.cut == "before":
            await cut(send)
            return
        with self._lock:
            asked = Asked(scope["method"], parts[2:], params, headers, body)
            status, answer = self._answer(parts[:2], asked, injected)
            self._service.quickbooks.after_answer(self._service.desk.switches.jobs)
            limit = self._limit(asked)
        if injected and injected.cut == "after":
            await cut(send)
            return
        await _send(send, status, answer, limit)

    def _answer(
        self, root: tuple[str, ...], asked: Asked, injected: Injected | None
    ) -> tuple[int, bytes]:
        try:
            user = self._admitted(root, asked, injected)
        except RefusedError as refusal:
            return refusal.status, self._service.rendered(refusal)
        return self._service.answer(asked, user)

    def _admitted(self, root: tuple[str, ...], asked: Asked, injected: Injected | None) -> User:
        """Whose request it is, when it may be answered at all."""
        desk = self._service.desk
        if injected and injected.status:
            raise RefusedError(injected.status, "injected")
        if root != ("api", "v1"):
            raise no_route(asked.method, "/" + "/".join((*root, *asked.path)))
        user = self._owner(asked)
        if user is None:
            raise bad_token()
        now, most = desk.clock().timestamp(), desk.switches.requests_per_minute
        if not self._limits.left(user.id, now, most):
            raise too_many()
        if most:
            self._limits.count(user.id, now)
        if desk.switches.plan == "free":
            raise RefusedError(403, "The API is part of the paid plans.")
        if desk.switches.requested_with == "required" and "x-requested-with" not in asked.headers:
            raise RefusedError(401, NOT_ALLOWED)
        return user

    def _owner(self, asked: Asked) -> User | None:
        told = asked.headers.get("x-api-token", "").encode()
        return next((u for u in self._users if compare_digest(u.token.encode(), told)), None)

    def _limit(self, asked: Asked) -> tuple[int, int]:
        """How many requests are left in this minute, and of how many."""
        desk, user = self._service.desk, self._owner(asked)
        most = desk.switches.requests_per_minute
        if user is None:
            return most or UNLIMITED, most or UNLIMITED
        return self._limits.left(user.id, desk.clock().timestamp(), most), most or UNLIMITED


async def _send(send: Send, status: int, body: bytes, limit: tuple[int, int]) -> None:
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
        (b"x-minimum-client-version", _OLDEST_CLIENT),
        (b"x-ratelimit-remaining", b"%d" % limit[0]),
        (b"x-ratelimit-limit", b"%d" % limit[1]),
    ]
    if status == 429:
        headers.append((b"retry-after", b"60"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})

"""The operator's door over HTTP, /_admin: open to programs of this machine, shut to web pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import RLock
from typing import Any, Generic, TypeVar

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

Refusal = TypeVar("Refusal", bound=Exception)
_HERE = frozenset({"127.0.0.1", "localhost", "[::1]"})


class Door(Generic[Refusal]):
    """Turns an operator's acts into addresses; each is done alone, and answered in JSON."""

    def __init__(
        self, lock: RLock, refusal: type[Refusal], told: Callable[[Refusal], tuple[Any, int]]
    ) -> None:
        """A door.

        Args:
            lock: held while an act is done.
            refusal: what an act may raise besides what Python raises for nonsense.
            told: such a refusal as a body and an HTTP status.
        """
        self._lock = lock
        self._refusal = refusal
        self._told = told

    def routes(
        self, posts: Mapping[str, Callable[[Any], Any]], gets: Mapping[str, Callable[[], Any]]
    ) -> list[Route]:
        """An address for each act, and for each thing that can be looked at."""
        return [
            *(Route(f"/_admin/{n}", self.post(do), methods=["POST"]) for n, do in posts.items()),
            *(Route(f"/_admin/{n}", self._show(look)) for n, look in gets.items()),
        ]

    def post(
        self, do: Callable[[Any], Any], parse: Callable[[bytes], Any] = orjson.loads
    ) -> Callable[[Request], Any]:
        """An endpoint that does something with what its body says."""

        async def endpoint(request: Request) -> Response:
            if not from_here(request):
                return Response(status_code=403)
            try:
                asked = parse(await request.body() or b"{}")
                with self._lock:
                    done = do(asked)
            except self._refusal as refused:
                return answer(*self._told(refused))
            except (KeyError, TypeError, ValueError, OSError) as error:
                return answer({"error": f"{type(error).__name__}: {error}"}, 400)
            return answer(done)

        return endpoint

    def _show(self, look: Callable[[], Any]) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            if not from_here(request):
                return Response(status_code=403)
            with self._lock:
                return answer(look())

        return endpoint


def from_here(request: Request) -> bool:
    """A program of this machine asks: no web page, and no name that somebody else gave us."""
    host = request.headers.get("host", "").rsplit(":", 1)[0]
    return host in _HERE and "origin" not in request.headers


def answer(content: Any, status: int = 200) -> Response:
    """What is answered, as JSON."""
    return Response(orjson.dumps(content), status, media_type="application/json")

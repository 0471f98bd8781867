"""A web server in a thread, and what ASGI applications of the sandbox have in common."""

from __future__ import annotations

import asyncio
import socket
from threading import Event, Thread
from typing import Any

import uvicorn
from starlette.types import Receive, Send

HOST = "127.0.0.1"


class _Server(uvicorn.Server):
    """uvicorn without its clock, which looks ten times a second whether it shall stop.

    The clock also writes the date header and counts requests, neither of which is asked for.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._running = Event()

    async def main_loop(self) -> None:
        """Serve until told to stop."""
        self._loop, self._told = asyncio.get_running_loop(), asyncio.Event()
        self._running.set()
        await self._told.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close everything at once, where uvicorn gives connections a tenth of a second."""
        for listening in (*self.servers, *(sockets or ())):
            listening.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        waiting = list(self.server_state.tasks)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

    def tell(self) -> None:
        """Make it stop, from another thread; who still waits for an answer waits in vain."""
        self._running.wait()
        self.should_exit = self.force_exit = True
        self._loop.call_soon_threadsafe(self._told.set)


class WebServer:
    """uvicorn in a daemon thread, listening once the constructor returns.

    Attributes:
        port: where it listens.
        base_url: its address.
    """

    def __init__(self, app: Any, port: int) -> None:
        # asyncio turns Nagle's algorithm off only where the protocol is named; with it on, each
        # answer of two writes waits 40 ms for the other side's acknowledgement
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((HOST, port))
        except OSError:
            self._socket.close()
            raise
        self.port: int = self._socket.getsockname()[1]
        self.base_url = f"http://{HOST}:{self.port}"
        # Listening before the loop runs: whoever connects early waits, nobody polls.
        self._socket.listen(128)
        config = uvicorn.Config(
            app,
            log_level="critical",
            access_log=False,
            server_header=False,
            date_header=False,
            lifespan="off",
            ws="none",
            timeout_keep_alive=600,
            timeout_graceful_shutdown=2,
        )
        self._server = _Server(config)
        self._thread = Thread(target=self._server.run, args=([self._socket],), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop listening, close connections and wait for the thread."""
        self._server.tell()
        self._thread.join()
        self._socket.close()


async def body_of(receive: Receive) -> bytes:
    """The whole body of a request."""
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


async def cut(send: Send) -> None:
    """Drop the connection without an answer.

    ASGI has no word for it; uvicorn's send is a method of the object that owns the transport.
    """
    transport: Any = send.__self__.transport  # type: ignore[attr-defined]
    transport.abort()
    await asyncio.sleep(0)

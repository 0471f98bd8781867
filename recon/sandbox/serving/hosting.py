"""What every server of the sandbox does beside answering: start, stop, be watched and disturbed."""

from __future__ import annotations

from threading import RLock
from typing import Any

from recon.sandbox.serving.gateway import Gateway, Injected
from recon.sandbox.serving.web import WebServer


class Hosting:
    """One application, on a port of this machine while it runs.

    Attributes:
        lock: held by whoever touches the company.
        base_url: where the server is, "" before it runs.
        admin_url: its operator's door, "" where there is none.
    """

    def __init__(
        self, gateway: Gateway, events: list[dict[str, Any]], lock: RLock, port: int, *, admin: bool
    ) -> None:
        """Make ready to serve.

        Args:
            gateway: what counts the requests, and makes them fail.
            events: where the application notes every write.
            lock: what the application holds while it answers.
            port: 0 takes any free one.
            admin: there is an operator's door.
        """
        self._gateway = gateway
        self._events = events
        self._asked_port = port
        self._admin = admin
        self._server: WebServer | None = None
        self.lock = lock
        self.base_url = self.admin_url = ""

    def start(self, application: Any) -> None:
        """Serve an ASGI application."""
        self._server = WebServer(application, self._asked_port)
        self.base_url = self._server.base_url
        self.admin_url = f"{self.base_url}/_admin" if self._admin else ""

    def stop(self) -> None:
        """Stop serving, if it ever began."""
        if self._server is not None:
            self._server.stop()

    def events(self) -> list[dict[str, Any]]:
        """Every write that was asked for, in order, refused ones included."""
        with self.lock:
            return [dict(event) for event in self._events]

    def counters(self) -> dict[str, int]:
        """How many requests came in, by method and route."""
        with self.lock:
            return dict(self._gateway.counters)

    def inject(self, route: str, injected: Injected, times: int) -> None:
        """Make the next requests on a route fail."""
        with self.lock:
            self._gateway.inject(route, injected, times)

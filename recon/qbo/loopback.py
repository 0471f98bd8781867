"""Waiting on this computer for the browser to come back from consent: once, and not for long.

The listener is bound to 127.0.0.1, answers one path and one state, shows a fixed page that repeats
nothing of the request, and takes the address out of the browser's history.

Source: RFC 8252, sections 7.3 and 8.3 (loopback redirects; listen on the loopback interface only),
read 2026-11-26.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

from recon.errors import AuthError, ConfigError
from recon.qbo.consent import Consent

LIFE_S = 300.0
_HERE = "127.0.0.1"
_HANDLER_S = 10
_LONGEST = 4096
_SCRIPT = "history.replaceState(null, '', '/')"
_PAGE = (
    f"<!doctype html><meta charset='utf-8'><title>recon</title><script>{_SCRIPT}</script><p>%s</p>"
)
_DONE = "QuickBooks has answered. Close this page and go back to recon."
_NOT_OURS = "This page is only for the sign-in that recon waits for."


class Listener:
    """Listens at a consent's redirect address while the `with` block lasts.

    Raises:
        ConfigError: the address is not on this computer, or its port is taken.
    """

    def __init__(self, consent: Consent, life_s: float = LIFE_S) -> None:
        place = urlsplit(consent.keys.redirect_uri)
        if place.scheme != "http" or place.hostname not in {_HERE, "localhost"} or not place.port:
            raise ConfigError(
                "QuickBooks does not send the browser back to this computer with these keys.",
                remedy="Paste the address where you arrive instead.",
            )
        self._consent = consent
        self._path = place.path or "/"
        self._port = place.port
        self._life_s = life_s
        self._arrived = threading.Event()
        self._once = threading.Lock()
        self._address = ""

    def __enter__(self) -> Self:
        try:
            self._server = _Server((_HERE, self._port), self._handler())
        except OSError as error:
            raise ConfigError(
                f"Port {self._port} of this computer is taken.",
                remedy="Close the other recon that is connecting, or paste the address "
                "where you arrive (--paste).",
            ) from error
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def wait(self) -> str:
        """The address at which the browser arrived, to be given to `Consent.finish`.

        Raises:
            AuthError: nobody came back within five minutes.
        """
        if not self._arrived.wait(self._life_s):
            raise AuthError(
                f"Nobody came back from QuickBooks within {self._life_s / 60:.0f} minutes.",
                remedy="Connect again; nothing was changed.",
            )
        return self._address

    def _serve(self) -> None:
        self._server.serve_forever(poll_interval=0.05)

    def _take(self, target: str, host: str) -> bool:
        """Whether a request is the one that is waited for; only the first one is."""
        split = urlsplit(target)
        ours = {f"{_HERE}:{self._port}", f"localhost:{self._port}"}
        if len(target) > _LONGEST or host not in ours:  # another name for us: DNS rebinding
            return False
        states = parse_qs(split.query).get("state", [])
        same_path = hmac.compare_digest(split.path.encode(), self._path.encode())
        if not same_path or len(states) != 1 or not self._consent.knows(states[0]):
            return False
        with self._once:
            if self._arrived.is_set():
                return False
            base = self._consent.keys.redirect_uri
            self._address = f"{base}?{split.query}"
            self._arrived.set()
            return True

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        take = self._take

        class Handler(BaseHTTPRequestHandler):
            timeout = _HANDLER_S
            server_version, sys_version = "recon", ""

            def do_GET(self) -> None:
                ours = take(self.path, self.headers.get("Host", ""))
                body = (_PAGE % (_DONE if ours else _NOT_OURS)).encode()
                self.send_response(200 if ours else 404)
                for name, value in _headers(len(body)).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Nothing: the address holds the code."""

        return Handler


class _Server(ThreadingHTTPServer):
    """Where the system would let a second program listen at the same port, it is not let."""

    allow_reuse_address = os.name == "posix"  # on Windows the option means just that


def _headers(length: int) -> dict[str, str]:
    script = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
    return {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Length": str(length),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "Content-Security-Policy": f"default-src 'none'; script-src 'sha256-{script}'",
        "X-Content-Type-Options": "nosniff",
        "Connection": "close",
    }

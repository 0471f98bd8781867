"""Calling an app's API over HTTP: time limits, pacing, retries, and errors one can act on.

    what happened              a read                       a write
    no connection              again, then BusyError        again: nothing was done
    no answer, 5xx, no JSON    again, then BusyError        OutcomeUnknownError: look it up
    429                        after what it says, or a minute, and half as fast for a while
    401, 403                   AuthError                    the same: nothing was done
    any other refusal          RejectedError                the same, with the app's own reason

A read leaves nothing behind, so it may always be tried again; an API without request ids cannot
tell a write that is repeated from a new one.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

import requests

from recon.calls.addresses import TokenHeaders, is_loopback, require_safe
from recon.calls.pace import Pace
from recon.calls.patience import AskedToWaitError, Patience, asked_seconds, never_left
from recon.errors import (
    AuthError,
    BusyError,
    OutcomeUnknownError,
    RecordNotFoundError,
    RejectedError,
    RemoteError,
)

log = logging.getLogger(__name__)

_REASON_MAX = 200
_GONE = frozenset({404, 410})
_TOO_LATE = 408
"""Whoever stood between gave up waiting."""


class Calls:
    """Reads and writes JSON at one address.

    Args:
        app: the app's name, for people.
        base_url: what every path is put behind; https, or http to this very machine.
        headers: sent with every call; the token is among them and is never shown.
        pace: how fast; None for no limit.
        patience: how long to wait for what.

    Raises:
        ConfigError: the token would cross a network unencrypted.
    """

    def __init__(
        self,
        app: str,
        base_url: str,
        headers: Mapping[str, str],
        pace: Pace | None,
        patience: Patience,
    ) -> None:
        self.is_local = is_loopback(require_safe(base_url))
        self._app = app
        self._base_url = base_url.rstrip("/")
        self._headers = dict(headers)
        self._pace = pace
        self._patience = patience
        self._session = requests.Session()
        self._session.trust_env = not self.is_local  # no proxy between us and ourselves

    def close(self) -> None:
        """Give up the connections."""
        self._session.close()

    def get(self, path: str, **params: str | int) -> dict[str, Any]:
        """The JSON object at a path; its numbers are the texts that were sent.

        Raises:
            AuthError: the token was refused.
            BusyError: the app could not be reached, asked to wait, or did not answer sensibly.
            RejectedError: there is nothing like that at this address.
        """
        return self._read(path, params, parse_float=str, parse_int=str)

    def look(self, path: str) -> dict[str, Any]:
        """The same of one record that is about to be sent back: numbers stay numbers."""
        return self._read(path, {})

    def _read(self, path: str, params: Mapping[str, str | int], **numbers: Any) -> dict[str, Any]:
        def once() -> dict[str, Any]:
            return self._object(self._once("GET", path, params=dict(params)), **numbers)

        try:
            return self._patience.retrying(BusyError, OutcomeUnknownError)(once)
        except OutcomeUnknownError as error:
            raise BusyError(  # a read leaves nothing behind
                error.args[0], remedy="Check the address, and run it again later.",
                status=error.status,
            ) from error  # fmt: skip

    def send(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any],
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """Send one write; answers with the JSON object that came, as numbers what were numbers.

        Args:
            method: PUT, POST or DELETE.
            path: behind the base address.
            body: goes as JSON.
            headers: for this call only, such as a password.

        Raises:
            AuthError: the token, the rights or the password were refused; nothing was done.
            BusyError: the app could not be reached or asked to wait; nothing was done.
            OutcomeUnknownError: it left, and no usable answer came.
            RejectedError: it was refused for good.
        """
        content = self._patience.retrying(BusyError)(
            self._once, method, path, json=dict(body), headers=headers or {}
        )
        return self._object(content)

    def _once(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **sent: Any
    ) -> bytes:
        """The body of the good answer to one call."""
        if self._pace is not None:
            self._pace.wait()
        try:
            response = self._session.request(
                method,
                f"{self._base_url}/{path}",
                auth=TokenHeaders({**self._headers, **(headers or {})}),
                timeout=(self._patience.connect_s, self._patience.answer_s),
                allow_redirects=False,  # a redirect would carry the token to another host
                **sent,
            )
        except requests.RequestException as error:
            if never_left(error):
                raise BusyError(
                    f"{self._app} cannot be reached ({type(error).__name__}).",
                    remedy="Check the connection and the address, and run it again.",
                ) from error
            raise OutcomeUnknownError(
                f"{self._app} did not answer ({type(error).__name__}).",
                remedy="Run it again; recon looks up what became of it.",
            ) from error
        log.debug("call method=%s path=%s status=%s", method, path, response.status_code)
        if 200 <= response.status_code < 300:
            return response.content
        raise self._refusal(method, response)

    def _object(self, content: bytes, **numbers: Any) -> dict[str, Any]:
        """The JSON object of an answer; nothing counts as an empty one."""
        try:
            told = json.loads(content, **numbers) if content.strip() else {}
        except (ValueError, RecursionError) as error:
            raise self._unusable(200) from error
        if not isinstance(told, dict):
            raise self._unusable(200)
        return told

    def _refusal(self, method: str, response: requests.Response) -> RemoteError:
        status = response.status_code
        if status in {401, 403}:
            verb = "read" if method == "GET" else "change"
            return AuthError(
                f"{self._app} does not accept the token, or its owner may not {verb} this.",
                remedy="Make a new token, as an administrator, and give it again.",
                status=status,
            )
        if status == 429:
            if self._pace is not None:
                self._pace.slow_down()
            wait = AskedToWaitError(
                f"{self._app} asks to wait.", remedy="Run it again in a minute.", status=429
            )
            wait.seconds = asked_seconds(response) or self._patience.throttled_s
            return wait
        if status >= 500 or status == _TOO_LATE:
            return self._unusable(status)
        if method == "GET":
            kind = RecordNotFoundError if status in _GONE else RejectedError
            return kind(
                f"{self._app} has nothing to read at this address (HTTP {status}).",
                remedy="Check the address; it ends before /api.",
                status=status,
            )
        return self._refused(response)

    def _refused(self, response: requests.Response) -> RemoteError:
        """Why a write was refused, in the app's own words."""
        status = response.status_code
        if status == 412:
            return AuthError(
                f"{self._app} wants the password of the token's owner, and did not get the right "
                "one.",
                remedy="Give it again, or correct it in the keyring; nothing was done.",
                status=status,
            )
        kind = RecordNotFoundError if status in _GONE else RejectedError
        return kind(
            f"{self._app} refuses it (HTTP {status}): {_reason(response)}",
            remedy="Pull again, and propose anew.",
            status=status,
        )

    def _unusable(self, status: int) -> OutcomeUnknownError:
        return OutcomeUnknownError(
            f"What answered is not {self._app}, or it was cut off (HTTP {status}).",
            remedy="Run it again; recon looks up what became of it.",
            status=status,
        )


def _reason(response: requests.Response) -> str:
    """What a refusal says, in one line."""
    try:
        told = response.json()
    except ValueError:
        return "it does not say why."
    said = told.get("message") if isinstance(told, dict) else None
    return " ".join(str(said or "it does not say why.").split())[:_REASON_MAX]

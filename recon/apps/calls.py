"""Reading from an app's API over HTTP: time limits, pacing, retries, and errors one can act on.

Only reads go this way; they leave nothing behind, so each may be tried again.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

import requests

from recon.calls.addresses import TokenHeaders, is_loopback, require_safe
from recon.calls.pace import Pace
from recon.calls.patience import AskedToWaitError, Patience, asked_seconds
from recon.errors import AuthError, BusyError, RejectedError, RemoteError

log = logging.getLogger(__name__)


class Calls:
    """Reads JSON from one address.

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
        self._auth = TokenHeaders(headers)
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
        retrying = self._patience.retrying(BusyError)
        return retrying(self._once, path, params)

    def _once(self, path: str, params: Mapping[str, str | int]) -> dict[str, Any]:
        if self._pace is not None:
            self._pace.wait()
        try:
            response = self._session.get(
                f"{self._base_url}/{path}",
                params=dict(params),
                auth=self._auth,
                timeout=(self._patience.connect_s, self._patience.answer_s),
                allow_redirects=False,  # a redirect would carry the token to another host
            )
        except requests.RequestException as error:
            raise BusyError(
                f"{self._app} cannot be reached ({type(error).__name__}).",
                remedy="Check the connection and the address, and run it again.",
            ) from error
        log.debug("call path=%s status=%s", path, response.status_code)
        if response.status_code != 200:
            raise self._refusal(response)
        try:
            told = json.loads(response.content, parse_float=str, parse_int=str)
        except (ValueError, RecursionError) as error:
            raise self._unusable(response.status_code) from error
        if not isinstance(told, dict):
            raise self._unusable(response.status_code)
        return told

    def _refusal(self, response: requests.Response) -> RemoteError:
        status = response.status_code
        if status in {401, 403}:
            return AuthError(
                f"{self._app} does not accept the token, or its owner may not read this.",
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
        if status >= 500:
            return self._unusable(status)
        return RejectedError(
            f"{self._app} has nothing to read at this address (HTTP {status}).",
            remedy="Check the address; it ends before /api.",
            status=status,
        )

    def _unusable(self, status: int) -> BusyError:
        return BusyError(
            f"What answered is not {self._app}, or it was cut off (HTTP {status}).",
            remedy="Check the address, and run it again later.",
            status=status,
        )

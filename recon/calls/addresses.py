"""Where a token may travel, and how it is put into a call."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from recon.errors import ConfigError

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def is_loopback(url: str) -> bool:
    """Whether an address is on this machine, the only place where plain http is accepted."""
    return urlsplit(url).hostname in _LOOPBACK


def require_safe(url: str) -> str:
    """`url` itself when a token may travel to it: https, or http to this very machine.

    Raises:
        ConfigError: the token would cross a network unencrypted.
    """
    address = urlsplit(url)
    if address.hostname and (
        address.scheme == "https" or (address.scheme == "http" and is_loopback(url))
    ):
        return url
    raise ConfigError(
        f"{address.hostname or 'The address'} is not reached over https.",
        remedy="Use https; plain http is only for a server on this computer.",
    )


class TokenHeaders(AuthBase):
    """Puts the token in place; without an `auth`, requests may put one of .netrc over it."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = headers

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """The call with its headers."""
        request.headers.update(self._headers)
        return request

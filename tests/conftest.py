"""What holds for every test: no network but this machine's own, and no silent gaps in CI."""

from __future__ import annotations

import os
import sys
from ipaddress import ip_address
from typing import Any

import pytest

pytest_plugins = ["sandbox_talk", "ninja_talk", "app_talk"]

# The suite of a person who has real books must never see that person's tokens.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"


class NetworkBlockedError(RuntimeError):
    """A test reached for an address outside this machine; not an OSError, so no retry hides it."""


def is_loopback(host: object) -> bool:
    """True for every spelling of this machine; file sockets have no host and are its own too."""
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        return ip_address(str(name)).is_loopback
    except ValueError:
        return False


def block_network(event: str, args: tuple[Any, ...]) -> None:
    """Refuse connections and name look-ups that leave this machine."""
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = args[1]
        host = address[0] if isinstance(address, tuple) else None
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = args[0]
    else:
        return
    if not is_loopback(host):
        raise NetworkBlockedError(f"{event} to {host}")


sys.addaudithook(block_network)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Where a browser is required (RECON_BROWSER=required), a browser test may not be skipped."""
    report = yield
    required = os.environ.get("RECON_BROWSER") == "required"
    if report.skipped and required and item.get_closest_marker("browser"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped although a browser is required"
    return report

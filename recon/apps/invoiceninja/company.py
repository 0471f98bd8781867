"""One company in Invoice Ninja at its address: how it is called, and which one it is.

Source: Invoice Ninja API description, 5.10 (headers; `ping`), read 2026-11-22; 300 requests a
minute is the smallest limit reported (issue 7345), read 2026-11-26.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from recon.apps.calls import Calls
from recon.calls.pace import Pace, Window
from recon.calls.patience import Patience
from recon.errors import AuthError, RejectedError

APP = "Invoice Ninja"
_PER_MINUTE = 240


def invoiceninja_pace() -> Pace:
    """Four fifths of the smallest limit reported: other programs call the app too."""
    return Pace((Window(_PER_MINUTE, 60),))


def calls_of(
    url: str, token: str, *, pace: Pace | None = None, patience: Patience | None = None
) -> Calls:
    """Calls to the API of the installation at an address.

    Args:
        url: of the installation ("https://invoicing.co"); the API is behind it.
        token: from Settings, Account Management, API tokens.
        pace: how fast; None for none, as on a server of one's own.
        patience: how long to wait for what.

    Raises:
        ConfigError: the token would cross a network unencrypted.
    """
    headers = {
        "X-API-TOKEN": token,
        "X-Requested-With": "XMLHttpRequest",
        "Accept": "application/json",
    }
    return Calls(APP, f"{url.rstrip('/')}/api/v1", headers, pace, patience or Patience())


def company_of(calls: Calls) -> dict[str, Any]:
    """The company that the token belongs to; what is not told of it is left out.

    An account may hold several companies, and who may not manage them may not read them, so the
    name comes from the token's own answer.

    Raises:
        AuthError, BusyError, RejectedError: it cannot be read, or is no Invoice Ninja.
    """
    name = calls.get("ping").get("company_name")
    if not isinstance(name, str):
        raise not_invoice_ninja()
    try:
        listed = calls.get("companies").get("data")
    except (AuthError, RejectedError):
        listed = None
    found = [each for each in listed if isinstance(each, dict)] if listed else []
    named = [company for company in found if name_of(company) == name]
    return named[0] if len(named) == 1 else {"settings": {"name": name}}


def settings_of(company: Mapping[str, Any]) -> dict[str, Any]:
    """The company's settings; empty where they were not told."""
    settings = company.get("settings")
    return settings if isinstance(settings, dict) else {}


def name_of(company: Mapping[str, Any]) -> str:
    """The company's name."""
    return str(settings_of(company).get("name") or "")


def key_of(company: Mapping[str, Any]) -> str:
    """What tells it from every other company; empty where that was not told."""
    return str(company.get("company_key") or "")


def not_invoice_ninja() -> RejectedError:
    """What to raise where something else answers."""
    return RejectedError(
        f"What answers at this address is not the API of {APP}.",
        remedy="Check the address; it ends before /api.",
    )

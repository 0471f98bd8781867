"""The sync of an app that finds its clients by their e-mail, and of which nobody knows more.

Source: HoneyBook help, clients are matched by e-mail, else a new customer is made; that shared
    addresses link wrongly is told by Housecall Pro's and HoneyBook's help; read 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from recon.apps.generic_name import simulate as generic
from recon.books import Ref
from recon.ports import AppRecords, QboPort, SyncEvent


@dataclass(frozen=True)
class Settings(generic.Settings):
    """As of any app; clients are looked up by e-mail."""

    client_match: Literal["name", "email"] = "email"


def simulate(
    app: AppRecords,
    qbo: QboPort,
    leave_out: Collection[Ref] = (),
    *,
    settings: generic.Settings | None = None,
) -> Iterator[SyncEvent]:
    """As `recon.apps.generic_name`: clients, products, invoices, payments.

    Raises:
        RemoteError: QuickBooks could not be asked at all; the refusal of one record is an event.
    """
    return generic.simulate(app, qbo, leave_out, settings=settings or Settings())

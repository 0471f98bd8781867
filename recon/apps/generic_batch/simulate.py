"""The sync of an app that finds its clients by name and sends its invoices in a nightly batch.

Source: Spraye help, "Troubleshooting QuickBooks Online integration issues": invoices travel in
    scheduled batches overnight, and are looked for on the next day; read 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from recon.apps.generic_name import simulate as generic
from recon.books import Ref
from recon.ports import AppRecords, QboPort, SyncEvent


@dataclass(frozen=True)
class Settings(generic.Settings):
    """As of any app; what was made within the last 24 hours waits."""

    batch_hours: int = 24


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

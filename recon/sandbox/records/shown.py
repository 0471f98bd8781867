"""Records that are answered otherwise than they are kept.

Source: Intuit, Attachable, ExchangeRate and RecurringTransaction entity pages; python-quickbooks
0.9.12 objects, read 2026-11-26.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import orjson

from recon.sandbox.books.company import Record
from recon.sandbox.books.ledger import Ledger
from recon.sandbox.records.entities import Entity

Show = Callable[[Ledger, Record], Record]


def shown(ledger: Ledger, kind: Entity, text: str) -> str:
    """The JSON text that an answer holds for a record kept as `text`; nearly always the same."""
    show = SHOWN.get(kind.name)
    return text if show is None else orjson.dumps(show(ledger, orjson.loads(text))).decode()


def _attachable(ledger: Ledger, record: Record) -> Record:
    """An attachment; a file can be fetched, without signing in, at an address that is told here."""
    if "FileAccessUri" in record:
        secret = ledger.store.file(record["Id"])[0]
        record["TempDownloadUri"] = f"{ledger.base_url}/download/{secret}"
    return record


def _exchange_rate(_ledger: Ledger, record: Record) -> Record:
    """A rate has no id of its own: currency and day are its key."""
    return {name: value for name, value in record.items() if name not in {"Id", "SyncToken"}}


def _recurring(_ledger: Ledger, record: Record) -> Record:
    """A template is shown as the transaction that it makes, under that transaction's name."""
    return {record.pop("Type"): record}


SHOWN: Mapping[str, Show] = {
    "Attachable": _attachable,
    "ExchangeRate": _exchange_rate,
    "RecurringTransaction": _recurring,
}

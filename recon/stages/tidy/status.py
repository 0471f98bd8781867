"""What an app says of its own sync: a status beside a record, or a log of what was tried."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from recon.books import Ref
from recon.stages.tidy.values import Raw, Row, Rows, moment, text

_KINDS = {
    "customer": ("client", "customer", "account", "contact"),
    "item": ("item", "product", "service"),
    "invoice": ("invoice",),
    "payment": ("payment",),
}


def beside(record: Raw, ref: Ref) -> Rows:
    """The status that a list shows beside a record."""
    status, at = text(record, "sync_status"), moment(record, "synced_at")
    if status is not None or at is not None:
        says = text(record, "sync_message")
        told = status.strip() if status else None
        yield "sync_status", {"ref": ref, "status": told, "says": says, "at": at}


def logged(record: Raw, find: Callable[[str, str], Ref | None]) -> Rows:
    """A line of a sync log.

    Args:
        record: the line.
        find: the reference of a record by kind and its name or number.

    Raises:
        ValueError: it is of a record that the exports do not have.
    """
    told, name = text(record, "record_kind") or "", text(record, "record") or ""
    kinds = [kind for kind, words in _KINDS.items() if any(w in told.casefold() for w in words)]
    found = (find(kind, name) for kind in kinds or _KINDS)
    ref = next((each for each in found if each is not None), None)
    if ref is None:
        raise ValueError("no record of the exports is called so")
    yield "sync_status", {
        "ref": ref,
        "status": (text(record, "status") or "").strip() or None,
        "says": text(record, "message"),
        "at": moment(record, "date"),
    }  # fmt: skip


def latest(rows: Iterable[Row]) -> list[Row]:
    """One status a record: the latest by its moment, of equal ones that which stands last."""
    last: dict[str, Row] = {}
    for row in rows:
        before = last.get(row["ref"])
        if before is None or _at(row) >= _at(before):
            last[row["ref"]] = row
    return list(last.values())


def _at(row: Row) -> float:
    at: datetime | None = row.get("at")
    return at.timestamp() if at else float("-inf")

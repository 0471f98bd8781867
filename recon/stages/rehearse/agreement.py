"""Did the sync do what was forecast? Record by record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

import pandas as pd

from recon.books import make_ref, split_ref
from recon.ports import SyncEvent
from recon.rehearsal import Difference

Row = Mapping[str, Any]

_NAMED = ("customer", "item")
"""Kinds that go by a name, and not by a number."""
_FATES = {
    "pull.voided": "deleted", "pull.zero_payment": "credit", "pull.invoice_missing": "unapplied",
}  # fmt: skip
"""Value of the profile that says what becomes of a record that comes in, to the fate itself."""


def compare(
    outcomes: pd.DataFrame,
    events: Iterable[SyncEvent],
    held: Mapping[tuple[str, str], str] | None = None,
    *,
    complete: bool = True,
) -> list[Difference]:
    """Each event against its forecast: effect, target, fault, dropped lines, and the name.

    Of what comes from QuickBooks into the app: effect, target, fault, fate, and the number; where
    a customer comes again with a sale, the last time counts.

    Args:
        outcomes: `OUTCOMES` of the books before the sync.
        events: what the sync did.
        held: kind and QuickBooks id to the name or number under which the sync made a record;
            without it, names of new records are not compared.
        complete: whether the sync came to its end, so that a record without an event is one that
            it passed over.

    Returns:
        What differs, in the order of the events; records that were passed over come last.
    """
    events = list(events)
    made = {(split_ref(e.ref)[1], e.target): e.ref for e in events if e.effect == "create"}
    told = outcomes.astype(object).where(outcomes.notna(), "").to_dict("records")
    forecast: dict[str, Row] = {str(row["ref"]): cast("Row", row) for row in told}
    found = []
    last = {event.ref: event for event in events if split_ref(event.ref)[0] == "qbo"}
    for event in events:
        if last.get(event.ref, event) is not event:
            continue
        row = forecast.get(event.ref)
        came = _came(event, made, held)
        said = _said(row, named=held is not None) if row else []
        if said != came:
            because = row["says"] if row else "Nothing was forecast of it."
            found.append(Difference(event.ref, _short(said), because, _short(came), event.says))
    if complete:
        gone = forecast.keys() - {event.ref for event in events}
        found += [
            Difference(
                ref,
                _short(_said(forecast[ref], named=held is not None)),
                forecast[ref]["says"],
                "",
                "The sync passed it over.",
            )
            for ref in sorted(gone)
        ]
    return found


def _came(
    event: SyncEvent,
    made: Mapping[tuple[str, str], str],
    held: Mapping[tuple[str, str], str] | None,
) -> list[str]:
    """Effect, target, fault, lost lines and name of what happened.

    What was made for no record of the app, as an item for a line that names no product, goes by
    its name.
    """
    system, kind, _ = split_ref(event.ref)
    created = event.effect == "create"
    if system == "qbo":
        called = event.called if created and held is not None else ""
        return [event.effect, event.target, event.fault, event.fate, called]
    new = made.get((kind, event.target))
    if not new and held is not None and (kind, event.target) in held:
        new = make_ref("app", kind, held[kind, event.target])
    target = f"new:{new}" if new else f"qbo:{kind}:{event.target}"
    return [
        event.effect,
        target if event.effect == "link" else "",
        event.fault,
        "loses lines" if created and event.dropped else "",
        held.get((kind, event.target), "") if created and held is not None else "",
    ]


def _said(row: Row, *, named: bool) -> list[str]:
    """The same of what was forecast."""
    created = row["effect"] == "create"
    if split_ref(row["ref"])[0] == "qbo":
        return _said_of_import(row, named=named)
    # QuickBooks keeps a name without the blanks around it
    sent_as = row["sent_as"].strip() if row["kind"] in _NAMED else row["sent_as"]
    return [
        row["effect"],
        row["target_ref"] if row["effect"] == "link" else "",
        row["fault"],
        "loses lines" if created and row["outcome"] == "drop_line" else "",
        sent_as if created and named else "",
    ]


def _said_of_import(row: Row, *, named: bool) -> list[str]:
    """The same of a record of QuickBooks; what the import itself has made is no target."""
    own = row["effect"] == "link" and not row["target_ref"].startswith("new:")
    return [
        row["effect"],
        row["target_ref"] if own else "",
        row["fault"],
        _FATES.get(row["because"], "") if row["effect"] in ("link", "create") else "",
        row["sent_as"] if row["effect"] == "create" and named else "",
    ]


def _short(parts: Iterable[str]) -> str:
    return ", ".join(filter(None, parts))

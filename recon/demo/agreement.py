"""Did the sync do what was forecast? Record by record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from recon.books import Snapshot, split_ref
from recon.ports import SyncEvent

_ENTITIES = {
    "customer": ("Customer", "DisplayName"),
    "item": ("Item", "Name"),
    "invoice": ("Invoice", "DocNumber"),
    "payment": ("Payment", "PaymentRefNum"),
}


@dataclass(frozen=True)
class Agreement:
    """How far forecast and event agree.

    Attributes:
        agreed: records that did just what was forecast.
        total: records that the sync touched or passed over.
        surprises: the others, a line each; with refs, without names.
    """

    agreed: int
    total: int
    surprises: list[str] = field(default_factory=list)


def agreement(
    outcomes: pd.DataFrame,
    events: Iterable[SyncEvent],
    held: Mapping[tuple[str, str], str] | None = None,
) -> Agreement:
    """Hold each event against its forecast: effect, target, fault, dropped lines, and the name.

    Args:
        outcomes: `OUTCOMES` of the books before the sync.
        events: what the sync did.
        held: kind and QuickBooks id to the name or number that a record has after the sync, as
            `held_names` reads it; without it, names of new records are not compared.
    """
    events = list(events)
    made = {(split_ref(e.ref)[1], e.target): e.ref for e in events if e.effect == "create"}
    told = outcomes.astype(object).where(outcomes.notna(), "").to_dict("records")
    forecast = {row["ref"]: row for row in told}
    surprises = []
    for event in events:
        row = forecast.get(event.ref)
        if row is None:
            surprises.append(f"{event.ref}: not forecast, the sync said {event.effect}")
            continue
        kind = row["kind"]
        new = made.get((kind, event.target))
        target = f"new:{new}" if new else f"qbo:{kind}:{event.target}"
        created = event.effect == "create"
        name = (held or {}).get((kind, event.target), "") if created else ""
        real: list[Any] = [event.effect, target if event.effect == "link" else "", event.fault]
        said = [row["effect"], row["target_ref"] if row["effect"] == "link" else "", row["fault"]]
        if created:
            real.append(bool(event.dropped))
            said.append(row["outcome"] == "drop_line")
        if created and held is not None:
            real.append(name)
            said.append(row["sent_as"].strip())  # as QuickBooks keeps it
        if said != real:
            surprises.append(f"{event.ref}: forecast {said}, the sync did {real}")
    gone = forecast.keys() - {event.ref for event in events}
    surprises += [f"{ref}: forecast {forecast[ref]['effect']}, no event" for ref in sorted(gone)]
    return Agreement(len(events) - len(surprises), len(events), surprises)


def held_names(after: Snapshot) -> dict[tuple[str, str], str]:
    """Kind and id to name or number, of every record of a pulled QuickBooks company."""
    return {
        (kind, record["Id"]): str(record.get(name_field) or "")
        for kind, (entity, name_field) in _ENTITIES.items()
        for record in after.records.get(entity, [])
    }

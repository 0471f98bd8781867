"""A traffic light for each kind of record and one for the company, from what was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from recon.books import split_ref

Colour = Literal["red", "amber", "green"]

ENTITIES = ("customers", "items", "invoices", "payments", "settings")
"""In the order in which a sync sends them; what is none of the others is a setting."""

_ENTITY_OF_KIND = {
    "customer": "customers", "vendor": "customers", "employee": "customers", "item": "items",
    "invoice": "invoices", "credit": "invoices", "sales_receipt": "invoices",
    "estimate": "invoices", "payment": "payments", "deposit": "payments",
}  # fmt: skip
_COLOURS: dict[str, Colour] = {"blocks": "red", "wrong": "amber"}


@dataclass(frozen=True)
class Reason:
    """Why a light is not green: a check, how bad what it found is, and how often it found it."""

    check: str
    severity: str
    count: int


@dataclass(frozen=True)
class Light:
    """One light: red where records cannot travel, amber where they do harm, else green.

    Attributes:
        entity: one of `ENTITIES`, or "company".
        colour: that of the worst reason.
        reasons: worst first, then the most frequent; what is only worth a note is none.
    """

    entity: str
    colour: Colour
    reasons: tuple[Reason, ...] = ()


def light(findings: pd.DataFrame, left_out: Collection[str] = ()) -> tuple[Light, ...]:
    """One light for each of `ENTITIES`, and last that of the company, which is the worst of them.

    Args:
        findings: `FINDINGS` of the checks. What was not read cannot be found: see
            `books_not_read`, which keeps such a light from being green.
        left_out: refs that stay out of the sync, which cannot come to harm in it any more.
    """
    counted = findings["severity"].isin(list(_COLOURS)) & ~findings["ref"].isin(list(left_out))
    told = findings[counted]
    entities = told["ref"].map(_entity)
    counts = Counter(zip(entities, told["check"], told["severity"], strict=True))
    reasons: dict[str, list[Reason]] = {entity: [] for entity in ENTITIES}
    for (entity, check, severity), count in counts.items():
        reasons[entity].append(Reason(check, severity, count))
    lights = tuple(_lit(entity, found) for entity, found in reasons.items())
    return (*lights, _lit("company", [reason for each in lights for reason in each.reasons]))


def _entity(ref: str) -> str:
    return _ENTITY_OF_KIND.get(split_ref(ref)[1], "settings")


def _lit(entity: str, reasons: list[Reason]) -> Light:
    order = list(_COLOURS)
    worst = sorted(reasons, key=lambda reason: (order.index(reason.severity), -reason.count))
    return Light(entity, _COLOURS[worst[0].severity] if worst else "green", tuple(worst))

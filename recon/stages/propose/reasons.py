"""What the evidence says of two records, as an action tells it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def told_of(pair: Mapping[Any, Any]) -> dict[str, Any]:
    """Band, reasons and their weights of a row of PAIRS, as fields of an `Action`."""
    return {
        "band": str(pair["band"]),
        "evidence": _parts(pair["reasons"], ";"),
        "weighed": tuple(_weight(part) for part in _parts(pair.get("weighed"), ",")),
    }


def _parts(text: object, between: str) -> tuple[str, ...]:
    whole = text if isinstance(text, str) else ""  # a sale's twin has reasons, but no weights
    return tuple(part.strip() for part in whole.split(between) if part.strip())


def _weight(part: str) -> tuple[str, float]:
    reason, bits = part.rsplit(" ", 1)
    return reason, float(bits)

"""What the app itself says became of a record: in a list of statuses, or in a log of its sync."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from recon.behaviour import StatusRule
from recon.rules.faults import FAULTS

_DONE = frozenset({"synced", "success", "successful", "completed"})
_FAILED = frozenset({"failed", "failure", "error"})
"""Words that mean the same in any app.

Source: TaxDome help, "Account sync statuses" (Synced, Failed); Dubsado help (Synced, Error); the
others are plain English; read 2026-11-22.
"""
_CODE = re.compile(r"(?<!\d)\d{3,4}(?!\d)")
_CODES = frozenset(fault.code for fault in FAULTS)


@dataclass(frozen=True)
class Said:
    """What the app says of one record.

    Attributes:
        became: "done" where it arrived, "refuse" or "skip" where it did not.
        faults: what may be behind its word, the likeliest first; none where that is not told.
        says: its own words, in a sentence.
    """

    became: Literal["done", "refuse", "skip"]
    faults: tuple[str, ...]
    says: str


class Statuses:
    """SYNC_STATUS, read by the profile's words; what nobody has a meaning for is not told.

    Args:
        rule: what the app's words mean.
        told: `SYNC_STATUS` of the pull after the sync.
    """

    def __init__(self, rule: StatusRule, told: pd.DataFrame) -> None:
        self._meaning: dict[str, list[str]] = {}
        for happened, word in rule.words.items():
            self._meaning.setdefault(word.casefold(), []).append(happened)
        self._out = {word.casefold() for word in rule.keeps_out}
        rows = told.astype(object).where(told.notna(), "").to_dict("records")
        self._rows: Mapping[str, Mapping[str, object]] = {
            str(row["ref"]): {str(name): value for name, value in row.items()} for row in rows
        }

    def of(self, ref: str) -> Said | None:
        """What is said of a record; None where nothing is, or nobody knows what it means."""
        row = self._rows.get(ref)
        if row is None or not row["status"]:
            return None
        word, message = str(row["status"]), str(row["says"])
        says = f"The app says: {word}{f', {message}' if message else ''}."
        meant = self._meaning.get(word.casefold(), [])
        faults = [each for each in meant if each not in _EFFECTS]
        if word.casefold() in _DONE or {"link", "create"} & set(meant):
            return Said("done", (), says)
        if faults or "refuse" in meant or word.casefold() in _FAILED:
            codes = [code for code in _CODE.findall(message) if code in _CODES]
            return Said("refuse", tuple(codes or faults), says)
        if "skip" in meant or word.casefold() in self._out:
            return Said("skip", (), says)
        return None


_EFFECTS = frozenset({"link", "create", "refuse", "skip", "wait", "disconnect"})

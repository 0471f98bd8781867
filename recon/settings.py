"""Thresholds, limits and pacing: one frozen object, checked when it is made."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """What a firm may set, from Python; the defaults suit a solo bookkeeper.

    Attributes:
        same_party: match probability from which two records are treated as one party.
        worth_asking: match probability from which a pair is shown to a person at all.
        other_party: match probability below which two records of one name are called namesakes.
        max_changed_share: largest share of QuickBooks customers that one plan may change.
        min_records_for_share: below this number of customers the share is not looked at.
        second_person: a reviewer who is not the preparer must sign before anything is sent.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    same_party: float = Field(default=0.5, ge=0, le=1)
    worth_asking: float = Field(default=0.02, ge=0, le=1)
    other_party: float = Field(default=0.35, ge=0, le=1)
    max_changed_share: float = Field(default=0.5, gt=0, le=1)
    min_records_for_share: int = Field(default=20, ge=0)
    second_person: bool = False

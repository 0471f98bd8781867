"""Thresholds, limits and pacing: one frozen object, checked when it is made."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from recon.errors import ConfigError


class Settings(BaseModel):
    """What a firm may set; the defaults suit a solo bookkeeper."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    same_party: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="match probability from which two records are treated as one party",
    )
    worth_asking: float = Field(
        default=0.02,
        ge=0,
        le=1,
        description="match probability from which a pair is shown to a person at all",
    )
    other_party: float = Field(
        default=0.35,
        ge=0,
        le=1,
        description="match probability below which two records of one name are called namesakes",
    )
    max_changed_share: float = Field(
        default=0.5,
        gt=0,
        le=1,
        description="largest share of a side's customers that one plan may change",
    )
    min_records_for_share: int = Field(
        default=20, ge=0, description="below this number of customers the share is not looked at"
    )
    sales_moved_at_most: int = Field(
        default=25,
        ge=0,
        description="up to how many sales and payments a duplicate in QuickBooks is advised to be "
        "made one over the API, which can be undone; with more of them a merge by hand is advised",
    )
    second_person: bool = Field(
        default=False,
        description="a reviewer who is not the preparer must sign before anything is sent",
    )

    connected_on: date | None = Field(
        default=None,
        description="day on which the app was connected to QuickBooks, such as 2026-03-01; what "
        "was made in QuickBooks since may be the sync's own",
    )
    sends_from: date | None = Field(
        default=None,
        description="day from which the app sends invoices and payments, such as 2026-01-01; "
        "empty where it sends all of them",
    )

    monthly_reads: int = Field(
        default=500_000,
        gt=0,
        description="reads of QuickBooks a month that your app has for all its companies together; "
        "500,000 is the lowest tier of Intuit's partner programme",
    )

    def explained(self, name: str) -> str:
        """What a setting is, in words."""
        return type(self).model_fields[name].description or ""

    def changed(self, changes: Mapping[str, Any]) -> Self:
        """These settings with some of them changed.

        Raises:
            ConfigError: there is no such setting, or it does not take the value.
        """
        told = {name: None if value == "" else value for name, value in changes.items()}
        try:
            return self.model_validate({**self.model_dump(), **told})
        except ValidationError as error:
            problem = error.errors()[0]
            name = str(problem["loc"][0]) if problem["loc"] else ""
            if name not in type(self).model_fields:
                raise ConfigError(
                    f'There is no setting "{name}"; there are {", ".join(type(self).model_fields)}.'
                ) from error
            raise ConfigError(
                f'"{changes.get(name)}" cannot be the setting {name}: it takes {_takes(problem)}.'
            ) from error


_SORTS = {
    "float": "a number, such as 0.5", "int": "a whole number", "bool": "true or false",
    "date": "a day, such as 2026-03-01",
}  # fmt: skip
_BOUNDS = {
    "greater_than": "a number above {gt:g}", "greater_than_equal": "a number from {ge:g} on",
    "less_than": "a number below {lt:g}", "less_than_equal": "a number up to {le:g}",
}  # fmt: skip


def _takes(problem: Any) -> str:
    """What a setting takes, in a person's words instead of pydantic's `ErrorDetails`."""
    kind = problem["type"]
    if kind in _BOUNDS:
        return _BOUNDS[kind].format(**problem["ctx"])
    return _SORTS.get(kind.split("_")[0], f"something else ({problem['msg']})")

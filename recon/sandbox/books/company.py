"""A whole QuickBooks company as data: what the sandbox loads and saves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

Record = dict[str, Any]


@dataclass(frozen=True)
class Company:
    """One company: its settings, and its records by entity name.

    Records are QuickBooks JSON as the API answers it, with `Id` and `SyncToken`; fields that
    QuickBooks derives (`TotalAmt`, `Balance`, `UnappliedAmt`, `FullyQualifiedName`, `MetaData`)
    may be missing, the store works them out when it loads the company.

    Attributes:
        realm_id: the company id in every address.
        info: the CompanyInfo record.
        preferences: the Preferences record.
        records: entity name ("Customer") to records, in any order.
    """

    realm_id: str
    info: Record
    preferences: Record
    records: dict[str, list[Record]] = field(default_factory=dict)

    def names(self) -> list[str]:
        """Every kind of which there is a record."""
        return [name for name, records in self.records.items() if records]

    def each(self, name: str) -> Iterable[Record]:
        """The records of one kind."""
        return self.records.get(name, ())


class Source(Protocol):
    """What a company can be loaded from: a `Company`, or a file of one."""

    @property
    def realm_id(self) -> str:
        """The company's id in every address."""

    @property
    def info(self) -> Record:
        """The CompanyInfo record."""

    @property
    def preferences(self) -> Record:
        """The Preferences record."""

    def names(self) -> list[str]:
        """Every kind of which there is a record."""

    def each(self, name: str) -> Iterable[Record]:
        """The records of one kind."""

"""A whole QuickBooks company as data: what the sandbox loads and saves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

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

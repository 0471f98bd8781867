"""Queries in QuickBooks' language: known kinds and fields only, every value quoted.

What QuickBooks cannot filter by is refused here, where it is a mistake of ours, not of the books.

Source: Intuit, "Data queries" (backslash before an apostrophe; at most 1000 rows; every value may
be quoted), and python-quickbooks 0.9.12, whose own escaper leaves a backslash alone and so breaks
on a value that ends in one; read 2026-11-22.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from recon.errors import ConfigError

PAGE = 1000

Condition = str | bool | Sequence[str] | Sequence[bool]

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_ALL = frozenset({"Id", "MetaData.CreateTime", "MetaData.LastUpdatedTime"})
_LIST = _ALL | {"Name", "Active"}
_PERSON = _ALL | {
    "DisplayName", "GivenName", "MiddleName", "FamilyName", "CompanyName", "PrintOnCheckName",
    "Active",
}  # fmt: skip
_SALE = _ALL | {"DocNumber", "TxnDate", "CustomerRef", "TotalAmt"}

FIELDS: dict[str, frozenset[str]] = {
    "CompanyInfo": _ALL,
    "Preferences": _ALL,
    "Customer": _PERSON | {"FullyQualifiedName", "Balance", "PrimaryEmailAddr"},
    "Vendor": _PERSON | {"Suffix", "Balance"},
    "Employee": _PERSON - {"CompanyName"},
    "Item": _LIST | {"Type", "Sku", "FullyQualifiedName"},
    "Account": _LIST | {"FullyQualifiedName", "AccountType", "Classification"},
    "Class": _LIST | {"FullyQualifiedName"},
    "Department": _LIST | {"FullyQualifiedName"},
    **dict.fromkeys(("Term", "PaymentMethod", "TaxCode", "TaxRate"), _LIST),
    "TaxAgency": _ALL | {"DisplayName"},
    "Invoice": _SALE | {"DueDate", "ProjectRef", "Balance"},
    "Payment": _ALL | {"TxnDate", "CustomerRef", "ProjectRef", "PaymentRefNum", "TotalAmt"},
    **dict.fromkeys(("CreditMemo", "SalesReceipt", "RefundReceipt", "Estimate"), _SALE),
    "Deposit": _ALL | {"TxnDate"},
}
"""Kind to the fields that it can be filtered by.

Source: Intuit, entity pages, trait "filterable", read 2026-11-22.
"""


def quoted(value: str) -> str:
    """`value` as a literal.

    Raises:
        ConfigError: it holds a control character, which no stored value can hold.
    """
    if _CONTROL.search(value):
        raise ConfigError("A value to look for holds a control character.")
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def count(entity: str, where: Mapping[str, Condition] | None = None) -> str:
    """The statement that counts records."""
    return f"SELECT COUNT(*) FROM {_kind(entity)}{_where(entity, where or {})}"  # noqa: S608


def select(
    entity: str, where: Mapping[str, Condition] | None = None, *, start: int = 1, size: int = PAGE
) -> str:
    """The statement for one page of records, ordered so that pages do not overlap.

    Args:
        entity: QuickBooks' name ("Customer").
        where: field to value; several values mean any of them; all conditions must hold.
        start: first row, from 1.
        size: rows at most.

    Raises:
        ConfigError: no such kind, a field that it cannot be filtered by, or no value.
    """
    page = f"ORDERBY Id STARTPOSITION {int(start)} MAXRESULTS {int(size)}"
    return f"SELECT * FROM {_kind(entity)}{_where(entity, where or {})} {page}"  # noqa: S608


def _where(entity: str, where: Mapping[str, Condition]) -> str:
    if unknown := sorted(set(where) - FIELDS[entity]):
        raise ConfigError(f"{entity} cannot be looked for by {', '.join(map(repr, unknown))}.")
    parts = [f"{field} {_asked(value)}" for field, value in where.items()]
    return f" WHERE {' AND '.join(parts)}" if parts else ""


def _asked(value: Condition) -> str:
    if isinstance(value, str | bool):
        return f"= {_literal(value)}"
    if not value:
        raise ConfigError("A record that is one of none cannot be looked for.")
    return f"IN ({', '.join(map(_literal, value))})"


def _literal(value: str | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else quoted(value)


def _kind(entity: str) -> str:
    if entity not in FIELDS:
        raise ConfigError(f"{entity!r} is no kind of record that can be looked for.")
    return entity

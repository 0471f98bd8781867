"""What QuickBooks' records refer to by id, and the company's settings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from recon.books import Snapshot
from recon.stages.tidy.values import Raw, Row, amount, value


@dataclass(frozen=True)
class TaxCode:
    """A sales tax code: its name, and its rates in percent, when all are known.

    Attributes:
        name: None where it is no text.
        rate: their sum.
        parts: several rates as `as_parts` writes them.
    """

    name: str | None
    rate: Decimal | None
    parts: str | None = None


@dataclass(frozen=True)
class Known:
    """What records refer to by id: codes, methods and categories by QuickBooks Id."""

    tax_codes: dict[str, TaxCode]
    rate_codes: dict[str, str]
    methods: dict[str, str]
    categories: dict[str, str]


def known_in(snapshot: Snapshot) -> Known:
    """Look-ups by id; a record that is malformed is left out here and rejected at its own turn."""

    def by_id(entity: str, field: str, type_: str = "") -> dict[str, str]:
        return {
            str(value(record, "Id")): str(value(record, field))
            for record in snapshot.records.get(entity, ())
            if value(record, "Id") and value(record, field)
            if not type_ or value(record, "Type") == type_
        }

    names = by_id("Item", "Name", "Category")
    categories = names | by_id("Item", "FullyQualifiedName", "Category")
    tax_codes, rate_codes = _tax_codes(snapshot)
    return Known(tax_codes, rate_codes, by_id("PaymentMethod", "Name"), categories)


def _tax_codes(snapshot: Snapshot) -> tuple[dict[str, TaxCode], dict[str, str]]:
    """Sales tax codes by id, and for each rate the id of the code that uses it for sales.

    Where several codes use a rate, an active one comes first, then the one with the fewest rates:
    that is the code which stands for this rate alone.
    """
    rates: dict[str, Decimal | None] = {}
    for record in snapshot.records.get("TaxRate", ()):
        try:
            rates[str(value(record, "Id"))] = amount(record, "RateValue")
        except ValueError:
            rates[str(value(record, "Id"))] = None
    codes: dict[str, TaxCode] = {}
    users: list[tuple[bool, int, str, list[str]]] = []
    for record in snapshot.records.get("TaxCode", ()):
        code_id = str(value(record, "Id") or "")
        details = value(record, "SalesTaxRateList", "TaxRateDetail")
        used = [
            str(value(detail, "TaxRateRef", "value"))
            for detail in (details if isinstance(details, list) else ())
        ]
        parts = [rates.get(rate_id) for rate_id in used]
        known = [part for part in parts if part is not None]
        name = value(record, "Name")
        whole = bool(parts) and len(known) == len(parts)
        codes[code_id] = TaxCode(
            name if isinstance(name, str) else None,
            sum(known, Decimal()) if whole else None,
            as_parts(known) if whole else None,
        )
        users.append((value(record, "Active") is False, len(used), code_id, used))
    rate_codes: dict[str, str] = {}
    for _inactive, _count, code_id, used in sorted(users, key=lambda user: user[:2]):
        for rate_id in used:
            rate_codes.setdefault(rate_id, code_id)
    return codes, rate_codes


def as_parts(rates: Iterable[Decimal | None]) -> str | None:
    """Several rates, the lowest first ("5+9.975"), however they were written; None for fewer."""
    told = sorted(rate for rate in rates if rate)
    return "+".join(f"{rate.normalize():f}" for rate in told) if len(told) > 1 else None


def preferences_in(snapshot: Snapshot) -> list[Row]:
    """Settings of the company as name and text, the last of a name winning."""
    found: dict[str, Any] = {}
    for company in snapshot.records.get("CompanyInfo", ()):
        found |= {
            "CompanyName": value(company, "CompanyName"),
            "Country": value(company, "Country"),
        }
        found |= _name_values(company, "NameValue")
    for settings in snapshot.records.get("Preferences", ()):
        found |= _name_values(settings, "OtherPrefs", "NameValue")
        found |= {path[-1]: value(settings, *path) for path in _SETTINGS}
        found["HomeCurrency"] = value(settings, "CurrencyPrefs", "HomeCurrency", "value")
    return [
        {"name": name, "value": str(setting).lower() if isinstance(setting, bool) else str(setting)}
        for name, setting in found.items()
        if setting is not None and setting != ""
    ]


_SETTINGS = (
    ("AccountingInfoPrefs", "BookCloseDate"),
    ("AccountingInfoPrefs", "ClassTrackingPerTxn"),
    ("AccountingInfoPrefs", "ClassTrackingPerTxnLine"),
    ("AccountingInfoPrefs", "TrackDepartments"),
    ("SalesFormsPrefs", "CustomTxnNumbers"),
    ("SalesFormsPrefs", "AutoApplyCredit"),
    ("SalesFormsPrefs", "AutoApplyPayments"),
    ("TaxPrefs", "UsingSalesTax"),
    ("TaxPrefs", "PartnerTaxEnabled"),
    ("CurrencyPrefs", "MultiCurrencyEnabled"),
    ("ProductAndServicesPrefs", "QuantityOnHand"),
)


def _name_values(record: Raw, *path: str) -> dict[str, Any]:
    pairs = value(record, *path)
    return {
        str(value(pair, "Name")): value(pair, "Value")
        for pair in (pairs if isinstance(pairs, list) else ())
        if value(pair, "Name")
    }

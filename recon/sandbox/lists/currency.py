"""Currencies: which one a transaction is in, at what rate, and what it is worth at home.

Source: Intuit, Manage multiple currencies (workflow page), CompanyCurrency and ExchangeRate entity
pages, Customer entity page (CurrencyRef cannot be changed), read 2026-11-26.
"""

from __future__ import annotations

import re
from typing import Any

from recon.sandbox import faults
from recon.sandbox.books.company import Record
from recon.sandbox.books.ledger import Ledger
from recon.sandbox.books.store import fold
from recon.sandbox.records.amounts import number, times, units

_CODE = re.compile("[A-Z]{3}")
_NAMES = {
    "AUD": "Australian Dollar",
    "CAD": "Canadian Dollar",
    "CHF": "Swiss Franc",
    "EUR": "Euro",
    "GBP": "British Pound Sterling",
    "INR": "Indian Rupee",
    "JPY": "Japanese Yen",
    "MXN": "Mexican Peso",
    "NZD": "New Zealand Dollar",
    "USD": "United States Dollar",
}


def settle_currency(ledger: Ledger, record: Record, before: Record | None) -> None:
    """Check a currency that becomes one of the company's.

    Raises:
        Fault: 2220 for a code that is none, 6240 for one that the company has, 6000 for a change.
    """
    code = str(record.get("Code") or (before or {}).get("Code") or "").upper()
    if not _CODE.fullmatch(code):
        raise faults.fault("2220", f"Invalid Currency Type : {code}", "Code")
    if before is not None and before["Code"] != code:
        raise faults.business("The code of a currency cannot be changed.")
    record["Code"] = code
    record.setdefault("Name", _NAMES.get(code, code))
    for other in ledger.store.every("CompanyCurrency"):
        if other["Code"] == code and other["Id"] != record.get("Id"):
            raise faults.duplicate_name(other["Id"])


def settle_party(ledger: Ledger, record: Record, before: Record | None) -> None:
    """The currency of a customer or vendor: chosen once, then it stays.

    Raises:
        Fault: 6000 for another one later, 2220 for one that the company does not have.
    """
    home = ledger.home_currency()
    was = ((before or {}).get("CurrencyRef") or {}).get("value")
    code = (record.get("CurrencyRef") or {}).get("value") or was or home
    if before is not None and code != (was or home):
        raise faults.business("You cannot change the currency of this name once it has been set.")
    _check_known(ledger, code)
    if ledger.multicurrency() or record.get("CurrencyRef"):
        record["CurrencyRef"] = _reference(code)


def settle(ledger: Ledger, record: Record, party: Record | None, before: Record | None) -> None:
    """Give a transaction its currency and, in a company with several, its exchange rate.

    Raises:
        Fault: 2220 for a currency that the company does not have, 6000 for one that is not the
            customer's or vendor's own, 2240 for a rate that is not above zero.
    """
    home = ledger.home_currency()
    own = ((party or {}).get("CurrencyRef") or {}).get("value") or (home if party else None)
    code = (record.get("CurrencyRef") or {}).get("value") or own or home
    _check_known(ledger, code)
    if own and code != own:
        said = "The currency of the transaction must be that of the customer or vendor."
        raise faults.business(said)
    if not ledger.multicurrency():
        record.pop("ExchangeRate", None)
        record.setdefault("CurrencyRef", {"value": code})
        return
    record["CurrencyRef"] = _reference(code)
    rate = record.get("ExchangeRate")
    if code == home:
        rate = 1
    elif not rate:  # python-quickbooks sends 0 for none
        same = before is not None and before.get("TxnDate") == record["TxnDate"]
        rate = before.get("ExchangeRate") if before and same else _rate(ledger, code, record)
    if not rate or rate <= 0:
        raise faults.fault("2240", f"Supplied value:{rate}", "ExchangeRate")
    record["ExchangeRate"] = rate


def settle_home(ledger: Ledger, record: Record) -> None:
    """What a transaction, and what is open of it, is worth in the company's own currency."""
    for field, at_home in (("TotalAmt", "HomeTotalAmt"), ("Balance", "HomeBalance")):
        if ledger.multicurrency() and field in record:
            record[at_home] = number(times(units(record[field]), record.get("ExchangeRate", 1)))
        else:
            record.pop(at_home, None)


def _check_known(ledger: Ledger, code: str) -> None:
    """Refuse a currency that is neither the company's own nor one that it has added.

    Of books that do not say which currency is theirs, pulled ones for example, any will do.
    """
    if code == ledger.home_currency() or not ledger.preference("CurrencyPrefs", "HomeCurrency"):
        return
    known = ledger.multicurrency() and any(
        each["Code"] == code and each["Active"] for each in ledger.store.every("CompanyCurrency")
    )
    if not known:
        raise faults.fault("2220", f"Invalid Currency Type : {code}", "CurrencyRef")


def _reference(code: str) -> Record:
    return {"value": code, "name": _NAMES.get(code, code)}


def _rate(ledger: Ledger, code: str, record: Record) -> Any:
    """The company's rate for a currency on the transaction's day: the last one set, or 1."""
    sql = (
        "SELECT json_extract(body, '$.Rate') FROM record WHERE entity = 'ExchangeRate' "
        "AND company = ? AND txn_date <= ? ORDER BY txn_date DESC LIMIT 1"
    )
    found = ledger.store.rows(sql, (fold(code), record["TxnDate"]))
    return found[0][0] if found else 1

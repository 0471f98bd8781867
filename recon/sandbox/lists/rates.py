"""Exchange rates: one for each currency and day; the latest that is known holds on.

Source: Intuit, ExchangeRate entity page; python-quickbooks 0.9.12 exchangerate.py, read 2026-11-26.
"""

from __future__ import annotations

from typing import Any

from recon.sandbox import faults
from recon.sandbox.books.company import Record
from recon.sandbox.books.ledger import Ledger
from recon.sandbox.records.entities import entity
from recon.sandbox.records.shape import cleaned


def home(ledger: Ledger) -> str:
    """The company's own currency."""
    set_up = ledger.preference("CurrencyPrefs", "HomeCurrency") or {}
    return str(set_up.get("value") or "USD")


def rate(ledger: Ledger, source: str, as_of: str = "") -> Record:
    """The rate of a currency on a day, by default today's, in the home currency.

    Raises:
        Fault: 2020 without a currency, 610 for one of which no rate is known on that day.
    """
    if not source:
        raise faults.required("sourcecurrencycode")
    day = as_of or ledger.today()
    code = source.upper()
    known = [
        each
        for each in ledger.store.every("ExchangeRate")
        if each["SourceCurrencyCode"] == code and each["AsOfDate"] <= day
    ]
    if known:
        return max(known, key=lambda each: str(each["AsOfDate"]))
    if code != home(ledger):
        raise faults.not_found(f"No exchange rate of {code} is known on {day}.")
    return {
        "SourceCurrencyCode": code,
        "TargetCurrencyCode": code,
        "Rate": 1,
        "AsOfDate": day,
        "domain": "QBO",
        "sparse": False,
        "MetaData": {"LastUpdatedTime": ledger.stamp()},
    }


def write(ledger: Ledger, body: Any) -> Record:
    """Set the rate of a currency on a day, by default today.

    Raises:
        Fault: 2010, 2020, 2140 for a rate that is not above zero.
    """
    sent = cleaned(entity("ExchangeRate"), body)
    for name in ("SourceCurrencyCode", "Rate"):
        if sent.get(name) is None:
            raise faults.required(name)
    if float(sent["Rate"]) <= 0:
        raise faults.fault("2140", f"Supplied value:{sent['Rate']}", "Rate")
    record = {
        "SourceCurrencyCode": str(sent["SourceCurrencyCode"]).upper(),
        "TargetCurrencyCode": str(sent.get("TargetCurrencyCode") or home(ledger)).upper(),
        "Rate": sent["Rate"],
        "AsOfDate": sent.get("AsOfDate") or ledger.today(),
    }
    key = (record["SourceCurrencyCode"], record["AsOfDate"])
    with ledger.store.transaction():
        before = next(
            (
                each
                for each in ledger.store.every("ExchangeRate")
                if (each["SourceCurrencyCode"], each["AsOfDate"]) == key
            ),
            None,
        )
        ledger.touch(record, before)
        record["Id"] = before["Id"] if before else str(ledger.store.next("ExchangeRates"))
        ledger.store.put("ExchangeRate", record)
    return record

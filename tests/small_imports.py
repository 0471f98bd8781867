"""Small companies with what an import looks at: the app's links and QuickBooks' own sales.

QuickBooks gets company names, void invoices, numbers that the app has too, sales receipts, and
payments of one invoice, of several, on account, of nought and void ones; some records of the app
are linked to them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from random import Random

from small_companies import DAYS, EMAILS, FIRMS, GONE, Row, Small, small_company

from recon.sandbox.books.company import Record

METHODS = ("", "1", "2", "3")
_VOID = {"TotalAmt": 0.0, "PrivateNote": "Voided", "Line": []}


def importing_company(seed: int | str, taken_at: datetime, *, hostile: bool = False) -> Small:
    """The small company of a seed, with sales in QuickBooks for an import to find.

    Args:
        seed: what it is made of.
        taken_at: when the app was read.
        hostile: as `small_company`.
    """
    small = small_company(seed, taken_at, hostile=hostile)
    rng, records = Random(f"imports/{seed}"), small.company.records
    for customer in records["Customer"]:
        told = {"CompanyName": rng.choice(FIRMS), "DisplayName": customer["DisplayName"]}
        email = rng.choice(EMAILS)
        if rng.random() < 0.5:
            told["CompanyName"] = customer["DisplayName"]
        customer |= {name: value for name, value in told.items() if value}
        if email and rng.random() < 0.3:
            customer["PrimaryEmailAddr"] = {"Address": email}
    if not records["Customer"]:
        return small
    numbers = [row["number"] for row in small.app.records["invoices"]]
    records["Invoice"] += list(_invoices(rng, records["Customer"], numbers))
    records["SalesReceipt"] = list(_receipts(rng, records["Customer"], numbers))
    records["Payment"] = list(_payments(rng, records))
    exports = dict(small.app.records)
    exports["payments"] = [_linked(rng, row, records["Payment"]) for row in exports["payments"]]
    exports["invoices"] = _alike(rng, exports["invoices"], records["Invoice"])
    exports["clients"] = [_linked(rng, row, records["Customer"]) for row in exports["clients"]]
    exports["products"] = [
        _linked(rng, row, records["Item"]) if row.get("product_key") else row
        for row in exports["products"]
    ]
    return replace(small, app=replace(small.app, records=exports))


def _invoices(rng: Random, customers: list[Record], numbers: list[str]) -> Iterator[Record]:
    """Invoices of anybody, inactive customers too, some void, some of a number of the app."""
    for place in range(60, 60 + rng.randint(2, 5)):
        void = rng.random() < 0.25
        yield {
            **_sale(rng, place, customers, numbers), "DueDate": "2026-12-31",
            **(_VOID if void else {}),
        }  # fmt: skip


def _receipts(rng: Random, customers: list[Record], numbers: list[str]) -> Iterator[Record]:
    for place in range(80, 80 + rng.randint(0, 2)):
        yield _sale(rng, place, customers, numbers)


def _sale(rng: Random, place: int, customers: list[Record], numbers: list[str]) -> Record:
    line = {
        "Id": "1", "LineNum": 1, "Amount": 10.0, "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {
            "ItemRef": {"value": "1"}, "Qty": 1, "UnitPrice": 10.0, "TaxCodeRef": {"value": "NON"},
        },
    }  # fmt: skip
    number = rng.choice((f"N{place}", "N60", "", rng.choice(numbers)))
    return {
        "Id": str(place), "SyncToken": "0", "TxnDate": rng.choice(DAYS), "TotalAmt": 10.0,
        "CustomerRef": {"value": rng.choice(customers)["Id"]}, "Line": [line],
        "CurrencyRef": {"value": "USD"}, **({"DocNumber": number[:21]} if number else {}),
    }  # fmt: skip


def _payments(rng: Random, records: dict[str, list[Record]]) -> Iterator[Record]:
    """Each invoice is paid by one at most; what is left over are payments on account."""
    owed = [invoice for invoice in records["Invoice"] if invoice["TotalAmt"]]
    rng.shuffle(owed)
    for place in range(90, 90 + rng.randint(3, 7)):
        whose = owed[-1]["CustomerRef"]["value"] if owed else rng.choice(records["Customer"])["Id"]
        theirs = [each for each in owed if each["CustomerRef"]["value"] == whose]
        paid = theirs[: rng.choice((0, 1, 1, 2))]
        owed = [each for each in owed if each not in paid]
        lines = [
            {"Amount": 10.0, "LinkedTxn": [{"TxnId": each["Id"], "TxnType": "Invoice"}]}
            for each in paid
        ]
        method = rng.choice(METHODS)
        kind = rng.random()
        yield {
            "Id": str(place), "SyncToken": "0", "TxnDate": rng.choice(DAYS),
            "CustomerRef": {"value": whose}, "CurrencyRef": {"value": "USD"},
            "PaymentRefNum": f"R{place}", "Line": lines, "TotalAmt": 10.0 * len(paid) or 5.0,
            "UnappliedAmt": 0.0 if paid else 5.0,
            **({"PaymentMethodRef": {"value": method}} if method else {}),
            **(_VOID | {"UnappliedAmt": 0.0} if kind < 0.15 else {}),
            **({"TotalAmt": 0.0, "UnappliedAmt": 0.0, "Line": []} if 0.15 <= kind < 0.25 else {}),
        }  # fmt: skip


def _linked(rng: Random, row: Row, records: list[Record]) -> Row:
    """The row, linked to one of these records, or to one that is gone, or as it was."""
    if rng.random() < 0.7:
        return row
    return {**row, "linked_id": rng.choice((*(each["Id"] for each in records), GONE))}


def _alike(rng: Random, rows: list[Row], records: list[Record]) -> list[Row]:
    """Rows of invoices: all of one number get the same link."""
    links = {row["number"]: _linked(rng, {}, records).get("linked_id") for row in rows}
    return [{**row, "linked_id": link} if (link := links[row["number"]]) else row for row in rows]

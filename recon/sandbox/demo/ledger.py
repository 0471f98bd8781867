"""The QuickBooks side of the demo company while it is being written."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from recon.sandbox.demo.chart import (
    RECEIVABLES,
    SALES_TAX_PAYABLE,
    TAX_CODES,
    TAX_RATES,
    UNDEPOSITED_FUNDS,
    account_ref,
)
from recon.sandbox.demo.money import FIRST_DAY, amount_of, number, stamp

if TYPE_CHECKING:
    from recon.sandbox.books.company import Record
    from recon.sandbox.demo.parties import Address, Party
    from recon.sandbox.demo.sales import Sale

# QuickBooks numbers customers, vendors and employees in one row, and all transactions in one.
_SEQUENCES = {
    **dict.fromkeys(("Customer", "Vendor", "Employee"), "name"),
    **dict.fromkeys(("Invoice", "Payment", "CreditMemo", "SalesReceipt"), "transaction"),
}


@dataclass
class Ledger:
    """Records of QuickBooks by entity, as they are added."""

    records: dict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))
    names: set[str] = field(default_factory=set)
    _last: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, entity: str, body: Record, day: date = FIRST_DAY) -> Record:
        """Append a record under the next free Id."""
        sequence = _SEQUENCES.get(entity, entity)
        self._last[sequence] += 1
        record = {"Id": str(self._last[sequence]), "SyncToken": "0", **body}
        record.setdefault("MetaData", stamp(day))
        self.records[entity].append(record)
        return record

    def customer(
        self, party: Party, name: str = "", since: date = FIRST_DAY, **fields: Any
    ) -> Record:
        """A customer for a party, under its own or another name.

        Args:
            party: whose contact data it carries.
            name: the DisplayName, when it is not the party's name.
            since: the day it was entered.
            fields: fields that replace those made from the party; None leaves one out.
        """
        name = name or party.name
        body: Record = {
            "DisplayName": name,
            "FullyQualifiedName": name,
            "PrintOnCheckName": name[:110],
            "GivenName": party.given,
            "FamilyName": party.family,
            "Active": True,
            "Job": False,
            "Taxable": bool(party.tax),
            "PreferredDeliveryMethod": "Email",
            "BillAddr": address_fields(party.address),
            "PrimaryEmailAddr": {"Address": party.email},
        }
        if party.is_firm:
            body["CompanyName"] = name[:100]
        if party.phone:
            body["PrimaryPhone"] = {"FreeFormNumber": printed_phone(party.phone)}
        body.update(fields)
        body = {key: value for key, value in body.items() if value is not None}
        return self._named("Customer", body, since)

    def vendor(self, party: Party, name: str = "") -> Record:
        """A vendor."""
        return self._named(
            "Vendor",
            {
                "DisplayName": name or party.name,
                "CompanyName": name or party.name,
                "PrintOnCheckName": name or party.name,
                "Active": True,
                "Vendor1099": False,
                "PrimaryEmailAddr": {"Address": party.email},
                "PrimaryPhone": {"FreeFormNumber": printed_phone(party.phone)},
            },
        )

    def employee(self, party: Party) -> Record:
        """An employee."""
        return self._named(
            "Employee",
            {
                "DisplayName": party.name,
                "GivenName": party.given,
                "FamilyName": party.family,
                "PrintOnCheckName": party.name,
                "Active": True,
                "BillableTime": False,
            },
        )

    def _named(self, entity: str, body: Record, since: date = FIRST_DAY) -> Record:
        key = body["DisplayName"].casefold().strip()
        if key in self.names:
            raise ValueError(f"A customer, vendor or employee is already called {key!r}.")
        self.names.add(key)
        return self.add(entity, body, since)

    def sales_form(self, entity: str, sale: Sale, customer: Record, doc_number: str) -> Record:
        """An invoice, a credit memo or a sales receipt for a sale, to one customer."""
        body: Record = {
            "DocNumber": doc_number,
            "TxnDate": sale.day.isoformat(),
            "CustomerRef": {"value": customer["Id"], "name": customer["DisplayName"]},
            "CurrencyRef": {"value": "USD", "name": "United States Dollar"},
            "Line": _lines(sale),
            "TxnTaxDetail": _tax(sale),
            "TotalAmt": number(sale.total),
            "ApplyTaxAfterDiscount": False,
        }
        if sale.memo:
            body["CustomerMemo"] = {"value": sale.memo}
        if "PrimaryEmailAddr" in customer and entity != "CreditMemo":
            body["BillEmail"] = dict(customer["PrimaryEmailAddr"])
        if entity == "Invoice":
            body["DueDate"] = sale.due.isoformat()
            body["SalesTermRef"] = {"value": "3", "name": "Net 30"}
            body["EmailStatus"], body["PrintStatus"] = "EmailSent", "NotSet"
        if entity == "SalesReceipt":
            body["PaymentMethodRef"] = {"value": "2", "name": "Check"}
            body["DepositToAccountRef"] = account_ref(UNDEPOSITED_FUNDS)
        return self.add(entity, body, sale.day + timedelta(days=1))

    def payment(
        self, customer: Record, day: date, reference: str, applied: list[tuple[str, Decimal]]
    ) -> Record:
        """A payment of one customer, applied to invoices by their Ids."""
        body = {
            "CustomerRef": {"value": customer["Id"], "name": customer["DisplayName"]},
            "TxnDate": day.isoformat(),
            "TotalAmt": number(sum_of(applied)),
            "CurrencyRef": {"value": "USD", "name": "United States Dollar"},
            **({"PaymentRefNum": reference} if reference else {}),
            "DepositToAccountRef": account_ref(UNDEPOSITED_FUNDS),
            "Line": [
                {"Amount": number(part), "LinkedTxn": [{"TxnId": invoice_id, "TxnType": "Invoice"}]}
                for invoice_id, part in applied
            ],
        }
        return self.add("Payment", body, day + timedelta(days=1))

    def account_balances(self) -> dict[int, float]:
        """What the transactions leave on receivables, undeposited funds and sales tax payable."""
        signs = {"Invoice": (1, 0, -1), "SalesReceipt": (0, 1, -1), "CreditMemo": (-1, 0, 1),
                 "Payment": (-1, 1, 0)}  # fmt: skip
        sums = [Decimal(0)] * 3
        for entity, (receivable, funds, tax) in signs.items():
            for record in self.records[entity]:
                total = amount_of(record["TotalAmt"])
                sums[0] += receivable * total
                sums[1] += funds * total
                sums[2] += tax * amount_of((record.get("TxnTaxDetail") or {}).get("TotalTax", 0))
        accounts = (RECEIVABLES, UNDEPOSITED_FUNDS, SALES_TAX_PAYABLE)
        return dict(zip(accounts, map(number, sums), strict=True))


def sum_of(applied: list[tuple[str, Decimal]]) -> Decimal:
    """What a payment's parts come to."""
    total = applied[0][1]
    for _, part in applied[1:]:
        total += part
    return total


def address_fields(address: Address) -> Record:
    """An address as QuickBooks keeps it."""
    return {
        "Line1": address.street,
        "City": address.city,
        "CountrySubDivisionCode": "TX",
        "PostalCode": address.postal_code,
        "Country": "USA",
    }


def printed_phone(digits: str) -> str:
    """Ten digits as QuickBooks prints them."""
    return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}" if digits else ""


def _lines(sale: Sale) -> list[Record]:
    lines: list[Record] = [
        {
            "Id": str(position),
            "LineNum": position,
            "Description": line.notes,
            "Amount": number(line.amount),
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {
                "ItemRef": {"value": line.product.item_id, "name": line.product.item_name},
                "Qty": number(line.quantity),
                "UnitPrice": number(line.price),
                "TaxCodeRef": {"value": "TAX" if line.taxed and sale.tax else "NON"},
            },
        }
        for position, line in enumerate(sale.lines, 1)
    ]
    lines.append(
        {
            "Amount": number(sale.subtotal),
            "DetailType": "SubTotalLineDetail",
            "SubTotalLineDetail": {},
        }
    )
    return lines


def _tax(sale: Sale) -> Record:
    if not sale.tax_total:
        return {"TotalTax": 0.0}
    detail = {
        "TaxRateRef": {"value": str(TAX_RATES[sale.tax][0])},
        "PercentBased": True,
        "TaxPercent": number(TAX_RATES[sale.tax][1]),
        "NetAmountTaxable": number(sale.taxable),
    }
    return {
        "TxnTaxCodeRef": {"value": str(TAX_CODES[sale.tax])},
        "TotalTax": number(sale.tax_total),
        "TaxLine": [
            {
                "Amount": number(sale.tax_total),
                "DetailType": "TaxLineDetail",
                "TaxLineDetail": detail,
            }
        ],
    }

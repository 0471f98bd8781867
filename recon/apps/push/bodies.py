"""The requests that a sync sends: customers, items, invoices and payments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from recon.apps.push.records import Json, Record, decimal, filled, number, rate, reference, text

Lines = list[tuple[Record, str]]
"""Lines of an invoice with the QuickBooks id of the item of each."""


@dataclass(frozen=True)
class Taxes:
    """How sales tax travels.

    Attributes:
        codes: per cent to the id of a tax code that charges it, empty where no code does.
        american: whether the company is in the United States, where lines are TAX or NON.
        travel: whether the app sends sales tax at all.
    """

    codes: Mapping[Decimal, str]
    american: bool
    travel: bool = True

    def code(self, line: Record) -> str:
        """The tax code of a line, empty for none."""
        taxed = self.travel and bool(rate(line))
        if self.american:
            return "TAX" if taxed else "NON"
        return self.codes.get(rate(line) if taxed else Decimal(0), "")

    def detail(self, invoice: Record, lines: Lines) -> Json:
        """The tax of the whole invoice as the app worked it out; nothing when no line is taxed."""
        codes = [self.codes.get(rate(line), "") for line, _ in lines if rate(line)]
        if not codes or not self.american or not self.travel:
            return {}
        return filled({"TxnTaxCodeRef": reference(codes[0]), "TotalTax": number(invoice, "tax")})

    def lack(self, lines: Lines) -> bool:
        """Whether QuickBooks lacks the rate of a line."""
        return self.travel and any(rate(line) and rate(line) not in self.codes for line, _ in lines)


def codes_of(codes: Iterable[Json], rates: Iterable[Json]) -> dict[Decimal, str]:
    """Per cent to the id of an active tax code that charges it, empty where no code does at all.

    A rate whose codes are all inactive is none that can be charged; of several codes that which has
    the fewest rates stands for one.

    Args:
        codes: QuickBooks' tax codes, inactive ones too.
        rates: its active tax rates.
    """
    used: dict[str, str] = {}
    asleep: set[str] = set()
    for code in sorted(codes, key=lambda code: len(used_by(code))):
        for rate_id in used_by(code):
            if code.get("Active") is False:
                asleep.add(rate_id)
            else:
                used.setdefault(rate_id, str(code["Id"]))
    return {
        Decimal(str(each.get("RateValue") or 0)): used.get(str(each["Id"]), "")
        for each in rates
        if str(each["Id"]) in used or str(each["Id"]) not in asleep
    }


def used_by(code: Json) -> list[str]:
    """Ids of the tax rates that a tax code charges on sales."""
    details = (code.get("SalesTaxRateList") or {}).get("TaxRateDetail") or ()
    return [str(detail["TaxRateRef"]["value"]) for detail in details]


def customer_body(client: Record, name: str) -> Json:
    """The request that creates a customer."""
    address = {
        "Line1": text(client, "address_line1"),
        "Line2": text(client, "address_line2"),
        "City": text(client, "city"),
        "CountrySubDivisionCode": text(client, "region"),
        "PostalCode": text(client, "postal_code"),
    }
    phone = text(client, "phone") or text(client, "contact_phone")
    return filled(
        {
            "DisplayName": name,
            "CompanyName": text(client, "company_name"),
            "GivenName": text(client, "given_name"),
            "FamilyName": text(client, "family_name"),
            "PrimaryEmailAddr": filled({"Address": text(client, "email")}),
            "PrimaryPhone": filled({"FreeFormNumber": phone[:21]}),
            "BillAddr": filled(address),
        }
    )


def item_body(name: str, like: Record, price: str, account: str) -> Json:
    """The request that creates a service, from a product or a line; `price` names its field."""
    return filled(
        {
            "Name": name,
            "Type": "Service",
            "Description": (text(like, "description") or text(like, "item_notes"))[:4000],
            "UnitPrice": number(like, price),
            "IncomeAccountRef": reference(account),
        }
    )


def invoice_body(invoice: Record, customer: str, lines: Lines, taxes: Taxes) -> Json:
    """The request that creates an invoice."""
    return filled(
        {
            "CustomerRef": reference(customer),
            "Line": [_line(line, item, taxes) for line, item in lines] + _discount(invoice, lines),
            "DocNumber": text(invoice, "number"),
            "TxnDate": text(invoice, "date"),
            "DueDate": text(invoice, "due_date"),
            "CustomerMemo": filled({"value": text(invoice, "public_notes")[:1000]}),
            "ApplyTaxAfterDiscount": True,
            "TxnTaxDetail": taxes.detail(invoice, lines),
        }
    )


def payment_body(
    payment: Record, customer: str, pays: Iterable[tuple[Record, str]], most: int
) -> Json:
    """The request that creates a payment.

    Args:
        payment: the app's.
        customer: id of its customer.
        pays: parts of it, each with the id of the invoice that it pays.
        most: characters of its reference that the app sends; 0 sends all.
    """
    told = text(payment, "reference")
    lines = [
        {
            "Amount": number(part, "amount"),
            "LinkedTxn": [{"TxnId": invoice, "TxnType": "Invoice"}],
        }
        for part, invoice in pays
    ]
    return filled(
        {
            "CustomerRef": reference(customer),
            "TotalAmt": number(payment, "amount"),
            "TxnDate": text(payment, "date"),
            "PaymentRefNum": told[:most] if most else told,
            "Line": lines,
        }
    )


def _line(line: Record, item: str, taxes: Taxes) -> Json:
    detail = {
        "ItemRef": reference(item),
        "Qty": number(line, "item_quantity"),
        "UnitPrice": number(line, "item_cost"),
        "TaxCodeRef": reference(taxes.code(line)),
    }
    return filled(
        {
            "DetailType": "SalesItemLineDetail",
            "Amount": number(line, "item_line_total"),
            "Description": text(line, "item_notes")[:4000],
            "SalesItemLineDetail": filled(detail),
        }
    )


def _discount(invoice: Record, lines: Lines) -> list[Json]:
    """The line for a discount on the whole invoice, or none."""
    discount = decimal(text(invoice, "discount"))
    if not discount:
        return []
    if text(invoice, "is_amount_discount").casefold() in {"no", "false", "0"}:
        whole = sum((decimal(text(line, "item_line_total")) for line, _ in lines), Decimal())
        discount = (whole * discount / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
    # JSON has no decimals; the shortest text of a float with two places is the amount again
    return [{"DetailType": "DiscountLineDetail", "Amount": float(discount)}]

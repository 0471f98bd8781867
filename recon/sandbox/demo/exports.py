"""The app's CSV exports: clients, products, invoices with their items, payments.

Source: the column labels that Invoice Ninja v5.10.42 builds for its English CSV reports,
    read 2026-11-22. No export carries the records' ids.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

from recon.sandbox.demo.vocabulary import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from recon.sandbox.books.company import Record
    from recon.sandbox.demo.app import AppCompany

USER = "Dana Whitcomb"
INVOICE_STATUS = {
    "1": "Draft",
    "2": "Sent",
    "3": "Partial",
    "4": "Paid",
    "5": "Cancelled",
    "6": "Reversed",
}
PAYMENT_STATUS = {"1": "Pending", "4": "Completed", "5": "Partially Refunded", "6": "Refunded"}
PAYMENT_METHOD = {
    "1": "Bank Transfer",
    "2": "Cash",
    "4": "ACH",
    "5": "Visa Card",
    "6": "MasterCard",
    "7": "American Express",
    "15": "Check",
}
ITEM_TYPE = {"1": "Product", "2": "Service"}
TAX_CATEGORY = {"1": "Physical Goods", "2": "Services", "5": "Tax Exempt"}


def write_exports(app: AppCompany, folder: Path) -> dict[str, Path]:
    """Write clients.csv, products.csv, invoices.csv and payments.csv into a folder (UTF-8).

    Invoices have one row per line item; they and the payments name their client by the name that
    the app shows, and payments do not say which invoice they paid. Deleted records are left out, as
    they are unless somebody asks for them.

    Returns:
        The paths by "clients", "products", "invoices", "payments".
    """
    folder.mkdir(parents=True, exist_ok=True)
    shown = {client["id"]: client["display_name"] for client in app.clients}
    tables: dict[str, tuple[tuple[str, ...], Iterable[Record]]] = {
        "clients": (words("columns_clients"), map(_client, _there(app.clients))),
        "products": (words("columns_products"), map(_product, _there(app.products))),
        "invoices": (
            (*words("columns_invoices"), *words("columns_invoice_items")),
            _invoice_rows(_there(app.invoices), shown),
        ),
        "payments": (
            words("columns_payments"),
            (_payment(payment, shown) for payment in _there(app.payments)),
        ),
    }
    paths = {}
    for name, (columns, rows) in tables.items():
        paths[name] = folder / f"{name}.csv"
        with paths[name].open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="", lineterminator="\r\n")
            writer.writeheader()
            writer.writerows(rows)
    return paths


def _there(records: Iterable[Record]) -> Iterable[Record]:
    return (record for record in records if not record["is_deleted"])


def _money(value: float) -> str:
    return f"{value:.2f}"


def _client(client: Record) -> Record:
    contact: Record = client["contacts"][0] if client["contacts"] else {}
    return {
        "Name": client["name"],
        "Number": client["number"],
        "Client User": USER,
        "Balance": _money(client["balance"]),
        "Paid to Date": _money(client["paid_to_date"]),
        "Client Currency": "USD",
        "Website": client["website"],
        "Private Notes": client["private_notes"],
        "Client Phone": client["phone"],
        "Street": client["address1"],
        "Apt/Suite": client["address2"],
        "City": client["city"],
        "State/Province": client["state"],
        "Postal Code": client["postal_code"],
        "Country": "United States",
        "VAT Number": client["vat_number"],
        "ID Number": client["id_number"],
        "Public Notes": client["public_notes"],
        "Contact Phone": contact.get("phone", ""),
        "First Name": contact.get("first_name", ""),
        "Last Name": contact.get("last_name", ""),
        "Email": contact.get("email", ""),
        "Payment Balance": _money(client["payment_balance"]),
        "Credit Balance": _money(client["credit_balance"]),
        "Classification": client["classification"].title(),
    }


def _product(product: Record) -> Record:
    return {
        "Product": product["product_key"],
        "Notes": product["notes"],
        "Cost": _money(product["cost"]),
        "Price": _money(product["price"]),
        "Quantity": _money(product["quantity"]),
        "Tax Rate 1": _rate(product["tax_rate1"]),
        "Tax Name 1": product["tax_name1"],
        "Tax Category": TAX_CATEGORY[product["tax_id"]],
        "Max Quantity": str(product["max_quantity"]),
        "Stock quantity": str(product["in_stock_quantity"]),
    }


def _invoice_rows(invoices: Iterable[Record], shown: dict[str, str]) -> Iterator[Record]:
    for invoice in invoices:
        head = _invoice(invoice, shown)
        for line in invoice["line_items"]:
            yield head | _item(line)


def _invoice(invoice: Record, shown: dict[str, str]) -> Record:
    return {
        "Client Name": shown[invoice["client_id"]],
        "Client Currency": "USD",
        "Invoice Invoice Number": invoice["number"],
        "Invoice Amount": _money(invoice["amount"]),
        "Invoice Balance": _money(invoice["balance"]),
        "Invoice Paid to Date": _money(invoice["paid_to_date"]),
        "Invoice PO Number": invoice["po_number"],
        "Invoice Date": invoice["date"],
        "Invoice Due Date": invoice["due_date"],
        "Invoice Terms": invoice["terms"],
        "Invoice Status": INVOICE_STATUS[invoice["status_id"]],
        "Invoice Public Notes": invoice["public_notes"],
        "Invoice Private Notes": invoice["private_notes"],
        "Invoice Uses Inclusive Taxes": _yes(invoice["uses_inclusive_taxes"]),
        "Invoice Is Amount Discount": _yes(invoice["is_amount_discount"]),
        "Invoice Discount": _money(invoice["discount"]),
        "Invoice Partial/Deposit": _money(invoice["partial"]),
        "Invoice Exchange Rate": str(invoice["exchange_rate"]),
        "Invoice Tax Amount": _money(invoice["total_taxes"]),
        "Invoice User": USER,
        "Invoice Tax Name 1": invoice["tax_name1"],
        "Invoice Tax Rate 1": _rate(invoice["tax_rate1"]),
        "Invoice Auto Bill": "Off",
    }


def _item(line: Record) -> Record:
    return {
        "Item Quantity": f"{line['quantity']:g}",
        "Item Cost": _money(line["cost"]),
        "Item Product": line["product_key"],
        "Item Notes": line["notes"],
        "Item Tax Name 1": line["tax_name1"],
        "Item Tax Rate 1": _rate(line["tax_rate1"]),
        "Item Discount": _money(line["discount"]),
        "Item Type": ITEM_TYPE[line["type_id"]],
        "Item Tax Category": TAX_CATEGORY[line["tax_id"]],
        "Item Is Amount Discount": _yes(line["is_amount_discount"]),
        "Item Line Total": _money(line["line_total"]),
        "Item Gross Line Total": _money(line["gross_line_total"]),
        "Item Tax Amount": _money(line["tax_amount"]),
    }


def _payment(payment: Record, shown: dict[str, str]) -> Record:
    return {
        "Client Name": shown[payment["client_id"]],
        "Payment Date": payment["date"],
        "Payment Amount": _money(payment["amount"]),
        "Payment Refunded": _money(payment["refunded"]),
        "Payment Applied": _money(payment["applied"]),
        "Payment Transaction Reference": payment["transaction_reference"],
        "Payment Currency": "USD",
        "Payment Exchange Rate": str(payment["exchange_rate"]),
        "Payment Number": payment["number"],
        "Payment Method": PAYMENT_METHOD[payment["type_id"]],
        "Payment Status": PAYMENT_STATUS[payment["status_id"]],
        "Payment Private Notes": payment["private_notes"],
        "Payment User": USER,
    }


def _rate(value: Any) -> str:
    return f"{value:g}" if value else ""


def _yes(value: object) -> str:
    return "Yes" if value else "No"

"""The app's CSV exports: clients, products, invoices with their items, payments.

Source: the column labels that Invoice Ninja v5.10.42 builds for its English CSV reports,
    read 2026-11-22. No export carries the records' ids.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from recon.sandbox.company import Record
    from recon.sandbox.demo.app import AppCompany

CLIENT_COLUMNS = (
    "Name,Number,Client User,Client Assigned User,Balance,Paid to Date,Client Currency,Website,"
    "Private Notes,Industry,Client Size,Client Phone,Street,Apt/Suite,City,State/Province,"
    "Postal Code,Country,Shipping Street,Shipping Apt/Suite,Shipping City,Shipping State/Province,"
    "Shipping Postal Code,Shipping Country,Client Payment Terms,VAT Number,ID Number,Public Notes,"
    "Contact Phone,First Name,Last Name,Email,Custom Value 1,Custom Value 2,Custom Value 3,"
    "Custom Value 4,Contact Custom Value 1,Contact Custom Value 2,Contact Custom Value 3,"
    "Contact Custom Value 4,Payment Balance,Credit Balance,Classification"
).split(",")
PRODUCT_COLUMNS = (
    "Custom Value 1,Custom Value 2,Custom Value 3,Custom Value 4,Product,Notes,Cost,Price,Quantity,"
    "Tax Rate 1,Tax Rate 2,Tax Rate 3,Tax Name 1,Tax Name 2,Tax Name 3,Image,Tax Category,"
    "Max Quantity,Stock quantity"
).split(",")
INVOICE_COLUMNS = (
    "Client Name,Client Currency,Invoice Invoice Number,Invoice Amount,Invoice Balance,"
    "Invoice Paid to Date,Invoice PO Number,Invoice Date,Invoice Due Date,Invoice Terms,"
    "Invoice Footer,Invoice Status,Invoice Public Notes,Invoice Private Notes,"
    "Invoice Uses Inclusive Taxes,Invoice Is Amount Discount,Invoice Discount,"
    "Invoice Partial/Deposit,Invoice Partial Due Date,Invoice Custom Surcharge 1,"
    "Invoice Custom Surcharge 2,Invoice Custom Surcharge 3,Invoice Custom Surcharge 4,"
    "Invoice Exchange Rate,Invoice Tax Amount,Invoice Assigned User,Invoice User,"
    "Invoice Custom Value 1,Invoice Custom Value 2,Invoice Custom Value 3,Invoice Custom Value 4,"
    "Invoice Tax Name 1,Invoice Tax Name 2,Invoice Tax Name 3,Invoice Tax Rate 1,"
    "Invoice Tax Rate 2,Invoice Tax Rate 3,Invoice Recurring Invoice,Invoice Auto Bill,"
    "Invoice Project"
).split(",")
ITEM_COLUMNS = (
    "Item Quantity,Item Cost,Item Product,Item Notes,Item Tax Name 1,Item Tax Name 2,"
    "Item Tax Name 3,Item Tax Rate 1,Item Tax Rate 2,Item Tax Rate 3,Item Custom Value 1,"
    "Item Custom Value 2,Item Custom Value 3,Item Custom Value 4,Item Discount,Item Type,"
    "Item Tax Category,Item Is Amount Discount,Item Line Total,Item Gross Line Total,"
    "Item Tax Amount,Item Product cost"
).split(",")
PAYMENT_COLUMNS = (
    "Client Name,Payment Date,Payment Amount,Payment Refunded,Payment Applied,"
    "Payment Transaction Reference,Payment Currency,Payment Exchange Rate,Payment Number,"
    "Payment Method,Payment Status,Payment Private Notes,Payment Custom Value 1,"
    "Payment Custom Value 2,Payment Custom Value 3,Payment Custom Value 4,Payment User,"
    "Payment Assigned User"
).split(",")

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
    the app shows, and payments do not say which invoice they paid.

    Returns:
        The paths by "clients", "products", "invoices", "payments".
    """
    folder.mkdir(parents=True, exist_ok=True)
    shown = {client["id"]: client["display_name"] for client in app.clients}
    tables: dict[str, tuple[list[str], Iterable[Record]]] = {
        "clients": (CLIENT_COLUMNS, map(_client, app.clients)),
        "products": (PRODUCT_COLUMNS, map(_product, app.products)),
        "invoices": (INVOICE_COLUMNS + ITEM_COLUMNS, _invoice_rows(app.invoices, shown)),
        "payments": (PAYMENT_COLUMNS, (_payment(payment, shown) for payment in app.payments)),
    }
    paths = {}
    for name, (columns, rows) in tables.items():
        paths[name] = folder / f"{name}.csv"
        with paths[name].open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="", lineterminator="\r\n")
            writer.writeheader()
            writer.writerows(rows)
    return paths


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

"""The demo company as other apps would export it: one list of columns an app, filled from the same.

Of none of these apps the columns of an export are published. Workiz's are those of its import
template; TaxDome's have the sync status of its list of accounts; the others are plain words for
what their screens show.

Source: Workiz help, import of clients, items and invoices; TaxDome help, import of accounts, and
    "Account sync statuses"; read 2026-11-22.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from recon.sandbox.demo.exports import INVOICE_STATUS, PAYMENT_METHOD

if TYPE_CHECKING:
    from pathlib import Path

    from recon.sandbox.books.company import Record
    from recon.sandbox.demo.app import AppCompany

Columns = Mapping[str, str]
"""Column to what stands in it."""

_ADDRESS = {"Address": "street", "City": "city", "State": "state", "Zip": "zip"}
_CLIENTS: Columns = {
    "Client name": "shown", "Client number": "number", "Company": "company", "First name": "first",
    "Last name": "last", "Email": "email", "Phone": "phone", **_ADDRESS,
}  # fmt: skip
_PRODUCTS: Columns = {"Item name": "key", "Description": "notes", "Price": "price"}
_INVOICES: Columns = {
    "Invoice number": "number", "Client name": "shown", "Client number": "client number",
    "Invoice date": "date", "Due date": "due", "Total": "total", "Balance": "balance",
    "Tax": "tax", "Status": "status", "Item": "key", "Item description": "notes",
    "Quantity": "quantity", "Unit price": "price", "Line total": "line total",
    "Item tax rate": "rate",
}  # fmt: skip
_PAYMENTS: Columns = {
    "Payment number": "number", "Client name": "shown", "Client number": "client number",
    "Payment date": "date", "Amount": "amount", "Reference": "reference",
    "Payment method": "method",
    "Invoice number": "invoices",
}  # fmt: skip
_PLAIN = {
    "clients": _CLIENTS, "products": _PRODUCTS, "invoices": _INVOICES, "payments": _PAYMENTS,
}  # fmt: skip

DIALECTS: Mapping[str, Mapping[str, Columns]] = {
    "generic_name": _PLAIN,
    "generic_email": _PLAIN,
    "generic_batch": _PLAIN,
    "spraye": _PLAIN
    | {
        "clients": {
            "Customer name": "shown", "Customer number": "number", "First name": "first",
            "Last name": "last", "Email": "email", "Phone": "phone", **_ADDRESS,
        },
        "products": {"Service": "key", "Description": "notes", "Price": "price"},
    },
    "studioninja": _PLAIN,
    "taxdome": _PLAIN
    | {
        "clients": {
            "Account name": "shown", "Account number": "number", "Account type": "kind",
            "First name": "first", "Last name": "last", "Email": "email", "Phone": "phone",
            **_ADDRESS,
        },
        "products": {"Service name": "key", "Description": "notes", "Rate": "price"},
    },
    "workiz": _PLAIN
    | {
        "clients": {
            "Client ID": "number", "First name": "first", "Last name": "last", "Company": "company",
            "Email": "email", "Phone": "phone", **_ADDRESS,
        },
        "products": {"Item name": "key", "Description": "notes", "Price": "price"},
        "payments": {k: v for k, v in _PAYMENTS.items() if v != "reference"}
        | {"Confirmation code": "reference"},
    },
}  # fmt: skip
"""App to kind of file to its columns."""


def write_dialect(app: AppCompany, app_id: str, folder: Path) -> dict[str, Path]:
    """Write the company's clients, products, invoices (a row a line) and payments as one app would.

    Returns:
        The paths by "clients", "products", "invoices", "payments".
    """
    folder.mkdir(parents=True, exist_ok=True)
    numbers = {client["id"]: client for client in app.clients}
    rows: dict[str, Iterable[Record]] = {
        "clients": map(_client, app.clients),
        "products": map(_product, app.products),
        "invoices": (row for invoice in app.invoices for row in _invoice(invoice, numbers)),
        "payments": (_payment(payment, numbers, app) for payment in app.payments),
    }
    paths = {}
    for kind, columns in DIALECTS[app_id].items():
        paths[kind] = folder / f"{kind}.csv"
        with paths[kind].open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows([row[name] for name in columns.values()] for row in rows[kind])
    return paths


def _client(client: Record) -> Record:
    contact: Record = client["contacts"][0] if client["contacts"] else {}
    firm = client["classification"] == "business"
    return {
        "shown": client["name"],
        "number": client["number"],
        "kind": client["classification"].title(),
        "company": client["name"] if firm else "",
        "first": contact.get("first_name", ""),
        "last": contact.get("last_name", ""),
        "email": contact.get("email", ""),
        "phone": client["phone"] or contact.get("phone", ""),
        "street": client["address1"],
        "city": client["city"],
        "state": client["state"],
        "zip": client["postal_code"],
    }


def _product(product: Record) -> Record:
    return {
        "key": product["product_key"],
        "notes": product["notes"],
        "price": f"{product['price']:.2f}",
    }


def _invoice(invoice: Record, clients: Mapping[str, Record]) -> Iterator[Record]:
    head = {
        "number": invoice["number"],
        **_of(clients[invoice["client_id"]]),
        "date": invoice["date"],
        "due": invoice["due_date"],
        "total": f"{invoice['amount']:.2f}",
        "balance": f"{invoice['balance']:.2f}",
        "tax": f"{invoice['total_taxes']:.2f}",
        "status": INVOICE_STATUS[invoice["status_id"]],
    }
    for line in invoice["line_items"]:
        yield {
            **head,
            "key": line["product_key"],
            "notes": line["notes"],
            "quantity": f"{line['quantity']:g}",
            "price": f"{line['cost']:.2f}",
            "line total": f"{line['line_total']:.2f}",
            "rate": f"{line['tax_rate1']:g}" if line["tax_rate1"] else "",
        }


def _payment(payment: Record, clients: Mapping[str, Record], app: AppCompany) -> Record:
    paid = {part["invoice_id"] for part in payment["paymentables"]}
    return {
        "number": payment["number"],
        **_of(clients[payment["client_id"]]),
        "date": payment["date"],
        "amount": f"{payment['amount']:.2f}",
        "reference": payment["transaction_reference"],
        "method": PAYMENT_METHOD[payment["type_id"]],
        "invoices": ", ".join(i["number"] for i in app.invoices if i["id"] in paid),
    }


def _of(client: Record) -> Record:
    return {"shown": client["display_name"], "client number": client["number"]}

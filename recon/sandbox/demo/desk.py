"""The app's side of the demo company while it is being written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from recon.sandbox.demo.app import AppCompany, display_name
from recon.sandbox.demo.chart import RATES
from recon.sandbox.demo.money import FIRST_DAY, TODAY, amount_of, epoch, number

if TYPE_CHECKING:
    from random import Random

    from recon.sandbox.books.company import Record
    from recon.sandbox.demo.parties import Party
    from recon.sandbox.demo.sales import Product, Sale

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_PAIRS = tuple(first + second for first in _LETTERS for second in _LETTERS)
_ID_SPACE = len(_PAIRS) ** 5
_ID_STEP = 424_242_424_242_424_249
"""Coprime to the space of ids, so that every step lands on a new one."""

DRAFT, SENT, PARTIAL, PAID = "1", "2", "3", "4"


@dataclass
class Desk:
    """Clients, products, invoices and payments of the app, as they are added."""

    rng: Random
    app: AppCompany = field(default_factory=AppCompany)
    _last_id: int = 0

    def __post_init__(self) -> None:
        self._last_id = self.rng.randrange(_ID_SPACE)

    def client(
        self, party: Party, name: str | None = None, since: date = FIRST_DAY, **fields: Any
    ) -> Record:
        """A client for a party, under its own or another name.

        Args:
            party: whose contact data it carries.
            name: what the app calls it, when that is not the party's name.
            since: the day it was entered.
            fields: fields that replace those made from the party.
        """
        contact = {
            "id": self._id(),
            "first_name": party.given,
            "last_name": party.family,
            "email": party.email,
            "phone": app_phone(party.phone),
            "is_primary": True,
            "send_email": True,
        }
        client: Record = {
            "id": self._id(),
            "name": party.name if name is None else name,
            "display_name": "",
            "number": f"{len(self.app.clients) + 1:04d}",
            "id_number": "",
            "vat_number": "",
            "phone": app_phone(party.phone) if party.is_firm else "",
            "website": "",
            "private_notes": "",
            "public_notes": "",
            "address1": party.address.street,
            "address2": "",
            "city": party.address.city,
            "state": "Texas",
            "postal_code": party.address.postal_code,
            "country_id": "840",
            "balance": 0.0,
            "paid_to_date": 0.0,
            "credit_balance": 0.0,
            "payment_balance": 0.0,
            "is_tax_exempt": not party.tax,
            "classification": "business" if party.is_firm else "individual",
            "settings": {"currency_id": "1"},
            "is_deleted": False,
            "created_at": epoch(since),
            "updated_at": epoch(since),
            "archived_at": 0,
            "contacts": [contact],
        }
        client.update(fields)
        client["display_name"] = display_name(client)
        self.app.clients.append(client)
        return client

    def contact(self, **fields: Any) -> Record:
        """A further or other contact; what is not given is empty."""
        empty = dict.fromkeys(("first_name", "last_name", "email", "phone"), "")
        return {"id": self._id(), **empty, "is_primary": True, "send_email": True, **fields}

    def product(self, product: Product, tax: str) -> Record:
        """A product under its key, with the sales tax that the app puts on new lines."""
        record: Record = {
            "id": self._id(),
            "product_key": product.key,
            "notes": product.notes,
            "cost": number(product.price),
            "price": number(product.price),
            "quantity": 1.0,
            **_tax_fields(tax if product.taxed else ""),
            "tax_id": _tax_category(product),
            "in_stock_quantity": 0,
            "max_quantity": 0,
            "custom_value1": "",
            "is_deleted": False,
            "created_at": epoch(FIRST_DAY),
            "updated_at": epoch(FIRST_DAY),
            "archived_at": 0,
        }
        self.app.products.append(record)
        return record

    def invoice(self, sale: Sale, client: Record, number_: str, status: str = SENT) -> Record:
        """An invoice for a sale; nothing is paid on it yet."""
        draft = status == DRAFT
        record: Record = {
            "id": self._id(),
            "client_id": client["id"],
            "status_id": status,
            "number": number_,
            "po_number": "",
            "date": sale.day.isoformat(),
            "due_date": sale.due.isoformat(),
            "amount": number(sale.total),
            "balance": 0.0 if draft else number(sale.total),
            "paid_to_date": 0.0,
            "discount": 0.0,
            "is_amount_discount": True,
            "partial": 0.0,
            "uses_inclusive_taxes": False,
            "total_taxes": number(sale.tax_total),
            "tax_name1": "",
            "tax_rate1": 0.0,
            "public_notes": sale.memo,
            "private_notes": "",
            "terms": f"Net {sale.days_to_pay}",
            "exchange_rate": 1,
            "is_deleted": False,
            "created_at": epoch(sale.day),
            "updated_at": epoch(sale.day),
            "archived_at": 0,
            "line_items": _line_items(sale),
            "sync": {"qb_id": "", "qb_status": "", "qb_status_message": ""},
        }
        client["balance"] = _plus(client["balance"], amount_of(record["balance"]))
        self.app.invoices.append(record)
        return record

    def payment(
        self,
        client: Record,
        day: date,
        applied: list[tuple[Record, Decimal]],
        type_id: str,
        reference: str,
    ) -> Record:
        """A payment of a client, applied to invoices; their balances go down."""
        total = sum((part for _, part in applied), Decimal("0.00"))
        record: Record = {
            "id": self._id(),
            "client_id": client["id"],
            "number": f"{len(self.app.payments) + 1:05d}",
            "date": day.isoformat(),
            "amount": number(total),
            "applied": number(total),
            "refunded": 0.0,
            "type_id": type_id,
            "status_id": "4",
            "transaction_reference": reference,
            "currency_id": "1",
            "exchange_rate": 1,
            "is_manual": type_id in ("2", "15"),
            "private_notes": "",
            "is_deleted": False,
            "created_at": epoch(day),
            "updated_at": epoch(min(day, TODAY)),
            "archived_at": 0,
            "paymentables": [
                {
                    "id": self._id(),
                    "invoice_id": invoice["id"],
                    "amount": number(part),
                    "refunded": 0.0,
                }
                for invoice, part in applied
            ],
        }
        for invoice, part in applied:
            invoice["balance"] = _plus(invoice["balance"], -part)
            invoice["paid_to_date"] = _plus(invoice["paid_to_date"], part)
            invoice["status_id"] = PARTIAL if invoice["balance"] else PAID
        client["balance"] = _plus(client["balance"], -total)
        client["paid_to_date"] = _plus(client["paid_to_date"], total)
        self.app.payments.append(record)
        return record

    def _id(self) -> str:
        self._last_id = rest = (self._last_id + _ID_STEP) % _ID_SPACE
        text = ""
        for _ in range(5):
            rest, pair = divmod(rest, len(_PAIRS))
            text += _PAIRS[pair]
        return text


def app_phone(digits: str) -> str:
    """Ten digits as people type them into the app."""
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}" if digits else ""


def _plus(value: float, change: Decimal) -> float:
    return number(amount_of(value) + change)


def _tax_category(product: Product) -> str:
    return "5" if not product.taxed else "2" if product.kind == "Service" else "1"


def _tax_fields(tax: str) -> Record:
    return {
        "tax_name1": tax,
        "tax_rate1": number(RATES[tax]) if tax else 0.0,
        "tax_name2": "",
        "tax_rate2": 0.0,
        "tax_name3": "",
        "tax_rate3": 0.0,
    }


def _line_items(sale: Sale) -> list[Record]:
    return [
        {
            "product_key": line.key,
            "notes": line.notes,
            "quantity": number(line.quantity),
            "cost": number(line.price),
            "discount": 0.0,
            "is_amount_discount": True,
            **_tax_fields(sale.tax if line.taxed else ""),
            "line_total": number(line.amount),
            "gross_line_total": number(line.amount + tax),
            "tax_amount": number(tax),
            "type_id": "2" if line.product.kind == "Service" else "1",
            "tax_id": _tax_category(line.product),
        }
        for line, tax in zip(sale.lines, sale.line_taxes(), strict=True)
    ]

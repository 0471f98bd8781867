"""How the tests of the Invoice Ninja sandbox speak to it: plain HTTP, and a small company.

Its fixtures (`ninja`, `app`) are there for every test: conftest.py names this module.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from recon.sandbox.books.company import Record
from recon.sandbox.demo.app import AppCompany, display_name
from recon.sandbox.invoiceninja import InvoiceNinjaSandbox, NinjaSwitches

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PASSWORD = {"X-API-PASSWORD-BASE64": base64.b64encode(b"sandbox-password").decode()}


@dataclass(frozen=True)
class Said:
    """One answer: its status, its JSON (None for no body), its headers."""

    status: int
    json: Any
    headers: dict[str, str]

    def data(self) -> Any:
        """The record or records of an answer that must not be a refusal."""
        assert self.status == 200, self.json
        return self.json["data"]

    @property
    def errors(self) -> dict[str, list[str]]:
        """The problems of a 422 by field."""
        assert self.status == 422, self.json
        errors: dict[str, list[str]] = self.json["errors"]
        return errors


class NinjaTalk:
    """Requests to one company, with its owner's token."""

    def __init__(self, sandbox: InvoiceNinjaSandbox) -> None:
        self.sandbox = sandbox
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["X-API-TOKEN"] = sandbox.token
        self.session.headers["X-Requested-With"] = "XMLHttpRequest"

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
        **params: Any,
    ) -> Said:
        """Send one request; a body that is no text goes as JSON."""
        url = f"{self.sandbox.base_url}/api/v1/{path}"
        sent = {"data": body} if isinstance(body, str | bytes) else {"json": body}
        answer = self.session.request(
            method, url, headers=headers, params=params or None, timeout=10, **sent
        )
        return Said(answer.status_code, answer.json() if answer.content else None,
                    dict(answer.headers))  # fmt: skip

    def get(self, path: str, **params: Any) -> Any:
        """The records at an address."""
        return self.send("GET", path, **params).data()

    def made(self, path: str, **fields: Any) -> Record:
        """A record created with these fields."""
        found: Record = self.send("POST", path, fields).data()
        return found

    def put(self, path: str, **fields: Any) -> Said:
        """Update one record."""
        return self.send("PUT", path, fields)


def _client(record_id: str, number: str, name: str, *contacts: Record, **fields: Any) -> Record:
    record = {
        "id": record_id, "number": number, "name": name, "balance": 0.0, "paid_to_date": 0.0,
        "credit_balance": 0.0, "payment_balance": 0.0, "country_id": "840",
        "settings": {"currency_id": "1"}, "is_deleted": False, "created_at": 1_700_000_000,
        "updated_at": 1_700_000_000, "archived_at": 0, "contacts": list(contacts), **fields,
    }  # fmt: skip
    return {**record, "display_name": display_name(record)}


def _contact(record_id: str, first: str, last: str, email: str) -> Record:
    return {"id": record_id, "first_name": first, "last_name": last, "email": email,
            "phone": "", "is_primary": True, "send_email": True}  # fmt: skip


def _line(key: str, quantity: float, cost: float) -> Record:
    return {"product_key": key, "quantity": quantity, "cost": cost, "notes": "", "type_id": "2",
            "tax_id": "2", "tax_rate1": 0.0, "line_total": quantity * cost}  # fmt: skip


def _invoice(record_id: str, client_id: str, number: str, status: str, *amounts: float) -> Record:
    amount, balance = amounts
    return {
        "id": record_id, "client_id": client_id, "number": number, "status_id": status,
        "date": "2026-10-01", "due_date": "2026-10-31", "amount": amount, "balance": balance,
        "paid_to_date": amount - balance if status != "1" else 0.0,
        "line_items": [_line("Mow", 1.0, amount)],
    }  # fmt: skip


def mowing_company() -> AppCompany:
    """A mowing business: three clients, two products, invoices in each state, one payment."""
    return AppCompany(
        clients=[
            _client("clientAAAA", "0001", "Rosebud Florist",
                    _contact("contactAA1", "Rose", "Bud", "rose@example.com"),
                    _contact("contactAA2", "Fern", "Bud", "fern@example.com"),
                    balance=70.0, paid_to_date=30.0),
            _client("clientBBBB", "0002", "Hillside School", _contact("contactBB1", "", "", ""),
                    balance=250.0, updated_at=1_750_000_000),
            _client("clientCCCC", "0003", "",
                    _contact("contactCC1", "Carl", "Oak", "rose@example.com"),
                    settings={"currency_id": "3"}, archived_at=1_740_000_000),
        ],
        products=[
            {"id": "productAAA", "product_key": "Mow", "notes": "Mowing", "price": 50.0,
             "cost": 50.0, "quantity": 2.0, "tax_name1": "Texas", "tax_rate1": 8.25,
             "tax_id": "2"},
            {"id": "productBBB", "product_key": "Rake", "notes": "Raking", "price": 20.0},
        ],
        invoices=[
            _invoice("invoiceAAA", "clientAAAA", "INV-1", "3", 100.0, 70.0),
            _invoice("invoiceBBB", "clientBBBB", "INV-2", "2", 250.0, 250.0),
            _invoice("invoiceCCC", "clientBBBB", "INV-3", "1", 40.0, 0.0),
        ],
        payments=[
            {"id": "paymentAAA", "client_id": "clientAAAA", "number": "0001",
             "date": "2026-10-10", "amount": 30.0, "applied": 30.0, "type_id": "15",
             "transaction_reference": "1017", "currency_id": "1",
             "paymentables": [{"id": "pivotAAAAA", "invoice_id": "invoiceAAA", "amount": 30.0,
                               "refunded": 0.0}]},
        ],
    )  # fmt: skip


@pytest.fixture(scope="module")
def ninja() -> Iterator[InvoiceNinjaSandbox]:
    """One server for the module, its clock standing."""
    with InvoiceNinjaSandbox(admin=True, clock=lambda: NOON) as sandbox:
        yield sandbox


@pytest.fixture
def app(ninja: InvoiceNinjaSandbox) -> Iterator[NinjaTalk]:
    """The mowing company as new, over plain HTTP, every switch at its default."""
    ninja.reset(mowing_company())
    talk = NinjaTalk(ninja)
    with talk.session:
        yield talk
    ninja.set(*(f"{name}={value}" for name, value in asdict(NinjaSwitches()).items()))

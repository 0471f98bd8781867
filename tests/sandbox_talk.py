"""How the sandbox's tests speak to it: plain HTTP, and a small company to speak about.

Its fixtures (`running`, `talk`, `books`) are there for every test: conftest.py names this module.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from quickbooks import QuickBooks

from recon.sandbox.books.company import Company, Record
from recon.sandbox.books.defaults import empty_company
from recon.sandbox.server import Sandbox


@dataclass(frozen=True)
class Reply:
    """One answer: its status, its JSON, its headers."""

    status: int
    json: dict[str, Any]
    headers: dict[str, str]

    @property
    def errors(self) -> list[dict[str, Any]]:
        """The entries of the fault, whichever way it is cased."""
        fault = self.json.get("Fault") or self.json.get("fault") or {}
        return fault.get("Error") or fault.get("error") or []

    @property
    def code(self) -> str:
        """The first fault code, "" for an answer without fault."""
        return self.errors[0]["code"] if self.errors else ""

    @property
    def detail(self) -> str:
        """The first fault's detail."""
        return self.errors[0].get("Detail") or self.errors[0].get("detail") or ""

    def record(self) -> Record:
        """The one record of an answer that must not be a fault."""
        assert self.status == 200, self.json
        assert not self.errors, self.json
        return next(value for name, value in self.json.items() if name != "time")

    def rows(self) -> list[Record]:
        """The records of a query's answer."""
        response = self.record()
        return next((value for value in response.values() if isinstance(value, list)), [])


class Talk:
    """Requests to one company, signed in."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Authorization"] = f"Bearer {sandbox.access_token}"

    def send(self, method: str, path: str, body: Any = None, **params: Any) -> Reply:
        """Send one request; a body that is no text goes as JSON."""
        url = f"{self.sandbox.base_url}/v3/company/{self.sandbox.realm_id}/{path}"
        data = body if isinstance(body, str | bytes) or body is None else json.dumps(body)
        if isinstance(data, str):
            data = data.encode()
        answer = self.session.request(method, url, data=data, params=params or None, timeout=10)
        return Reply(answer.status_code, answer.json(), dict(answer.headers))

    def post(self, entity: str, body: Any, **params: Any) -> Reply:
        """Create or update."""
        return self.send("POST", entity, body, **params)

    def made(self, entity: str, **fields: Any) -> Record:
        """A record created with these fields."""
        return self.post(entity, fields).record()

    def get(self, entity: str, record_id: str) -> Record:
        """One record."""
        return self.send("GET", f"{entity}/{record_id}").record()

    def query(self, statement: str) -> Reply:
        """Ask a query."""
        return self.send("POST", "query", statement)

    def change(self, entity: str, record_id: str, **fields: Any) -> Reply:
        """A sparse update with the present SyncToken."""
        token = self.get(entity, record_id)["SyncToken"]
        body = {"Id": record_id, "SyncToken": token, "sparse": True, **fields}
        return self.post(entity, body)


def line(amount: float, item: str = "1", **detail: Any) -> Record:
    """A sales line of one item."""
    return {
        "Amount": amount,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": item}, **detail},
    }


def ref(record_id: str) -> Record:
    """A reference."""
    return {"value": record_id}


def linked(amount: float, invoice: str, kind: str = "Invoice") -> Record:
    """A payment line applied to a transaction."""
    return {"Amount": amount, "LinkedTxn": [{"TxnId": invoice, "TxnType": kind}]}


def garden_company() -> Company:
    """A garden business: one of everything that the rules distinguish, ids fixed."""
    company = empty_company()
    company.records.update({
        "Customer": [
            {"Id": "1", "DisplayName": "Rosebud Florist", "CompanyName": "Rosebud Florist LLC",
             "PrimaryEmailAddr": {"Address": "rose@example.com"},
             "BillAddr": {"Line1": "1 Petal Way", "City": "Boise"}},
            {"Id": "2", "DisplayName": "Hillside School"},
            {"Id": "3", "DisplayName": "Gym", "ParentRef": {"value": "2"}, "Job": True},
            {"Id": "4", "DisplayName": "Old Mill (deleted)", "Active": False,
             "PrintOnCheckName": "Old Mill"},
            {"Id": "5", "DisplayName": "O'Neil's Café"},
        ],
        "Vendor": [{"Id": "6", "DisplayName": "Harbor Supply"}],
        "Employee": [
            {"Id": "7", "DisplayName": "Dana Fields", "GivenName": "Dana", "FamilyName": "Fields"}
        ],
        "Item": [
            {"Id": "1", "Name": "Hours", "Type": "Service", "UnitPrice": 50,
             "IncomeAccountRef": {"value": "1"}},
            {"Id": "2", "Name": "Pump", "Type": "Inventory", "TrackQtyOnHand": True,
             "QtyOnHand": 10, "InvStartDate": "2026-06-01", "UnitPrice": 80, "Sku": "P-100",
             "IncomeAccountRef": {"value": "2"}, "ExpenseAccountRef": {"value": "3"},
             "AssetAccountRef": {"value": "7"}},
            {"Id": "3", "Name": "Garden", "Type": "Category"},
            {"Id": "4", "Name": "Retired Rake", "Type": "NonInventory", "Active": False,
             "IncomeAccountRef": {"value": "2"}},
            {"Id": "5", "Name": "Rose", "Type": "NonInventory", "UnitPrice": 12.5,
             "SubItem": True, "ParentRef": {"value": "3"}, "IncomeAccountRef": {"value": "2"}},
            {"Id": "6", "Name": "Starter Kit", "Type": "Group", "ItemGroupDetail": {
                "ItemGroupLine": [{"ItemRef": {"value": "1"}, "Qty": 2},
                                  {"ItemRef": {"value": "5"}, "Qty": 4}]}},
        ],
        "Invoice": [
            {"Id": "1", "DocNumber": "1001", "TxnDate": "2026-07-01", "DueDate": "2026-07-31",
             "CustomerRef": {"value": "1"}, "Line": [{"Id": "1", **line(100)}]},
            {"Id": "2", "DocNumber": "1002", "TxnDate": "2026-07-02", "DueDate": "2026-08-01",
             "CustomerRef": {"value": "2"}, "Line": [{"Id": "1", **line(250)}]},
            {"Id": "3", "DocNumber": "1003", "TxnDate": "2026-07-03", "DueDate": "2026-08-02",
             "CustomerRef": {"value": "3"}, "Line": [{"Id": "1", **line(40)}]},
        ],
        "Payment": [
            {"Id": "4", "TxnDate": "2026-07-10", "CustomerRef": {"value": "1"}, "TotalAmt": 30,
             "PaymentRefNum": "CHK 17", "Line": [linked(30, "1")]},
            {"Id": "5", "TxnDate": "2026-07-11", "CustomerRef": {"value": "2"}, "TotalAmt": 20,
             "Line": []},
        ],
        "Deposit": [{"Id": "6", "TxnDate": "2026-07-12", "TotalAmt": 20,
                     "DepositToAccountRef": {"value": "6"}, "Line": [linked(20, "5", "Payment")]}],
    })  # fmt: skip
    return company


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    """One sandbox for the module."""
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def talk(running: Sandbox) -> Talk:
    """The garden company as new, over plain HTTP."""
    running.reset(garden_company())
    return Talk(running)


@pytest.fixture
def books(running: Sandbox, talk: Talk) -> Iterator[QuickBooks]:
    """The same company through python-quickbooks."""
    client = QuickBooks(company_id=running.realm_id, minorversion=75)
    client.api_url_v3 = f"{running.base_url}/v3"
    with requests.Session() as session:
        session.access_token = running.access_token
        client.session = session
        yield client

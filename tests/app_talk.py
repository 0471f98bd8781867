"""How the tests of simulated syncs speak: a few rows of an app's exports, and an empty QuickBooks.

Its fixtures (`served_ledger`, `ledger`) are there for every test: conftest.py names this module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from recon.apps.copy import NeutralCopy
from recon.apps.hand import Hands
from recon.books import Snapshot
from recon.ports import SyncEvent
from recon.qbo.client import QboClient, sandbox_client
from recon.qbo.port import QboCalls
from recon.sandbox.books.defaults import empty_company
from recon.sandbox.books.switches import Switches
from recon.sandbox.server import Sandbox

Row = dict[str, Any]
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


def exported(**rows: list[Row]) -> Snapshot:
    """What exports with these rows are read as: clients, products, invoices, payments."""
    return Snapshot("app", "an app", "", "", "files", NOW, rows)


def copy_of(hands: Hands | None = None, **rows: list[Row]) -> NeutralCopy:
    """The app's records with these rows in its exports."""
    return NeutralCopy.of(exported(**rows), hands)


def client(number: str, name: str = "", **more: Any) -> Row:
    """A row of the list of clients."""
    return {"number": number, "name": name, **more}


def invoice(number: str, of: str, *items: str, **more: Any) -> list[Row]:
    """Rows of an invoice of 10.00 a line, for the client with the number `of`."""
    head = {"number": number, "customer_number": of, "customer_name": of, "date": "2026-11-01",
            "total": f"{10 * len(items)}.00", **more}  # fmt: skip
    lines = [{"item_product": item, "item_quantity": "1", "item_cost": "10.00",
              "item_line_total": "10.00"} for item in items]  # fmt: skip
    return [{**head, **line} for line in lines] or [head]


def payment(number: str, of: str, amount: str, invoices: str = "", **more: Any) -> Row:
    """A row of the list of payments."""
    return {
        "number": number, "customer_number": of, "customer_name": of, "date": "2026-11-02",
        "reference": f"R{number}", "amount": amount, "invoice_number": invoices, **more,
    }  # fmt: skip


@dataclass
class Ledger:
    """One QuickBooks company: what serves it, and a client of it."""

    sandbox: Sandbox
    client: QboClient

    def empty(self) -> None:
        """Begin again with an empty American company."""
        self.sandbox.reset(empty_company())

    @property
    def calls(self) -> QboCalls:
        """What a simulated sync may ask."""
        return QboCalls(self.client)

    def run(self, simulate: Callable[..., Iterator[SyncEvent]], app: NeutralCopy, *left_out: str,
            **how: Any) -> dict[str, SyncEvent]:  # fmt: skip
        """Run a sync; the last event of each record."""
        return {event.ref: event for event in simulate(app, self.calls, left_out, **how)}

    def add(self, entity: str, **body: Any) -> str:
        """Put a record there beforehand; its id."""
        return str(self.client.create(entity, body)["Id"])

    def customer(self, name: str, email: str = "", **more: Any) -> str:
        """Put a customer there; its id."""
        mail = {"PrimaryEmailAddr": {"Address": email}} if email else {}
        return self.add("Customer", DisplayName=name, **mail, **more)

    def item(self, name: str, **body: Any) -> str:
        """Put an item there that can be sold; its id."""
        account = self.client.query("SELECT * FROM Account WHERE AccountType = 'Income'")[0]
        earns = {"IncomeAccountRef": {"value": account["Id"]}}
        return self.add("Item", Name=name, **{"Type": "Service", **earns, **body})

    def invoice(self, number: str, customer: str, item: str, **more: Any) -> str:
        """Put an invoice of 10.00 there; its id."""
        line = {"DetailType": "SalesItemLineDetail", "Amount": 10.0,
                "SalesItemLineDetail": {"ItemRef": {"value": item}}}  # fmt: skip
        return self.add("Invoice", DocNumber=number, CustomerRef={"value": customer},
                        TxnDate="2026-11-01", Line=[line], **more)  # fmt: skip

    def read(self, entity: str, record_id: str) -> Row:
        """A record as QuickBooks has it now."""
        return self.client.read(entity, record_id)

    def change(self, entity: str, record_id: str, **fields: Any) -> Row:
        """Change some fields of a record."""
        token = self.read(entity, record_id)["SyncToken"]
        return self.client.update(
            entity, {"Id": record_id, "SyncToken": token, "sparse": True, **fields}
        )

    def count(self, entity: str) -> int:
        """How many active records there are."""
        return self.client.count(f"SELECT COUNT(*) FROM {entity}")


@pytest.fixture(scope="session")
def served_ledger() -> Iterator[Ledger]:
    """One server for all tests of simulated syncs, which watches numbers."""
    watching = Switches(custom_txn_numbers="true", warn_duplicate_numbers="true")
    with (
        Sandbox(empty_company(), switches=watching) as sandbox,
        sandbox_client(sandbox.describe()) as client,
    ):
        yield Ledger(sandbox, client)


@pytest.fixture
def ledger(served_ledger: Ledger) -> Ledger:
    """An empty American company."""
    served_ledger.empty()
    return served_ledger


def told(events: dict[str, SyncEvent]) -> dict[str, str]:
    """Reference behind `app:` to effect and, when refused, fault."""
    return {
        ref.removeprefix("app:"): f"{event.effect} {event.fault}".strip()
        for ref, event in events.items()
    }

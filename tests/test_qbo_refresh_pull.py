"""A pull that goes on from the last one gives what a pull of everything gives, for fewer calls."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sandbox_talk import garden_company, line, linked, ref

from recon.books import Snapshot
from recon.calls.patience import Patience
from recon.errors import RejectedError
from recon.qbo.client import QboClient, sandbox_client
from recon.qbo.reader import KINDS, QboReader
from recon.sandbox.books.company import Company
from recon.sandbox.books.switches import Switches
from recon.sandbox.server import Sandbox
from recon.sandbox.serving.gateway import Injected

START = datetime(2026, 11, 1, 12, tzinfo=UTC)


@dataclass
class Time:
    """The sandbox's clock, moved by hand."""

    now: datetime = START

    def __call__(self) -> datetime:
        """What time it is."""
        return self.now

    def pass_by(self, **how: float) -> None:
        """Let time pass."""
        self.now += timedelta(**how)


def impatient(sandbox: Sandbox) -> QboClient:
    """A client that does not sleep."""
    return sandbox_client(sandbox.describe(), Patience(sleep=lambda _: None))


def fresh(client: QboClient, last: Snapshot | None = None) -> Snapshot:
    """A pull, going on from a snapshot when one is given."""
    return QboReader(client, workers=2, last=lambda: last).read(lambda: START)


@dataclass
class People:
    """Works in QuickBooks at random: through the API, and at the screen."""

    chance: random.Random
    client: QboClient
    sandbox: Sandbox
    made: int = 0

    def work(self) -> None:
        """One thing that somebody does; QuickBooks may refuse it."""
        does = self.chance.choice(
            [self.customer, self.rename, self.retire, self.invoice, self.invoice, self.payment,
             self.edit, self.delete, self.void, self.merge, self.move, self.credit, self.bill,
             self.item]
        )  # fmt: skip
        try:
            does()
        except RejectedError:
            return

    def some(self, kind: str) -> dict[str, Any]:
        """One record of a kind; nobody can work on a kind without records."""
        records = self.sandbox.save().records.get(kind)
        if not records:
            raise RejectedError("none")
        return self.chance.choice(records)

    def change(self, kind: str, record: dict[str, Any], **fields: Any) -> None:
        """A sparse update."""
        guard = {"Id": record["Id"], "SyncToken": record["SyncToken"], "sparse": True}
        self.client.update(kind, {**guard, **fields})

    def name(self) -> str:
        """A name that nobody has."""
        self.made += 1
        return f"New {self.made}"

    def customer(self) -> None:
        """A new customer, perhaps a sub-customer."""
        body: dict[str, Any] = {"DisplayName": self.name()}
        if self.chance.random() < 0.5:
            body |= {"ParentRef": ref(self.some("Customer")["Id"]), "Job": True}
        self.client.create("Customer", body)

    def rename(self) -> None:
        """Full names of everybody below change with it."""
        self.change("Customer", self.some("Customer"), DisplayName=self.name())

    def move(self) -> None:
        """Another parent: two trees' balances move."""
        parent = ref(self.some("Customer")["Id"])
        self.change("Customer", self.some("Customer"), ParentRef=parent, Job=True)

    def retire(self) -> None:
        """Inactive, or active again."""
        one = self.some("Customer")
        self.change("Customer", one, Active=not one["Active"])

    def item(self) -> None:
        """A category or an item gets another name."""
        self.change("Item", self.some("Item"), Name=self.name())

    def invoice(self) -> None:
        """A customer owes more."""
        body = {"CustomerRef": ref(self.some("Customer")["Id"]), "Line": [line(20)]}
        self.client.create("Invoice", body)

    def credit(self) -> None:
        """A customer owes less."""
        body = {"CustomerRef": ref(self.some("Customer")["Id"]), "Line": [line(5)]}
        self.client.create("CreditMemo", body)

    def payment(self) -> None:
        """An invoice is paid in part."""
        invoice = self.some("Invoice")
        body = {"CustomerRef": invoice["CustomerRef"], "TotalAmt": 7,
                "Line": [linked(5, invoice["Id"])]}  # fmt: skip
        self.client.create("Payment", body)

    def edit(self) -> None:
        """Somebody changes an invoice at the screen."""
        self.sandbox.edit_as_human("Invoice", self.some("Invoice")["Id"], {"PrivateNote": "x"})

    def delete(self) -> None:
        """A transaction goes, with its links."""
        kind = self.chance.choice(["Invoice", "Payment", "CreditMemo"])
        one = self.some(kind)
        self.client.delete(kind, {"Id": one["Id"], "SyncToken": one["SyncToken"]})

    def void(self) -> None:
        """A payment is taken off its invoices."""
        one = self.some("Payment")
        self.change("Payment", one, Line=[])

    def bill(self) -> None:
        """A kind that a pull does not keep."""
        self.client.create("Bill", {"VendorRef": ref("6"), "Line": []})

    def merge(self) -> None:
        """Two customers become one, which only the screen can do."""
        one, other = self.some("Customer"), self.some("Customer")
        try:
            self.sandbox.merge("Customer", one["Id"], other["Id"])
        except Exception as error:  # noqa: BLE001 - the sandbox's own refusal
            assert type(error).__name__ == "Fault"  # noqa: PT017


@pytest.mark.parametrize("seed", range(6))
def test_going_on_gives_what_pulling_everything_gives(seed: int) -> None:
    """After any work, to the last derived field; whether or not links count as writes."""
    time, chance = Time(), random.Random(seed)
    bumps = "yes" if seed % 2 else "no"
    company = garden_company()
    company.records["CreditMemo"] = []
    switches = Switches(link_bumps_sync_token=bumps, access_token_s=10**9)
    with Sandbox(company, clock=time, switches=switches) as sandbox, impatient(sandbox) as client:
        time.pass_by(days=1)
        last = fresh(client)
        people = People(chance, client, sandbox)
        for _ in range(3):
            time.pass_by(days=2)
            for _ in range(12):
                people.work()
                time.pass_by(seconds=30)
            time.pass_by(minutes=5)
            went_on = fresh(client, last)
            assert went_on.records == fresh(client).records
            last = went_on
        assert sandbox.counters()["GET cdc"] >= 4


def many(number: int) -> Company:
    """The garden company with many customers more, last written long ago."""
    company = garden_company()
    stamp = {"CreateTime": "2026-01-01T00:00:00-07:00",
             "LastUpdatedTime": "2026-01-01T00:00:00-07:00"}  # fmt: skip
    more = [
        {"Id": str(n), "SyncToken": "0", "DisplayName": f"C{n}", "MetaData": stamp}
        for n in range(100, 100 + number)
    ]
    records = {**company.records, "Customer": [*company.records["Customer"], *more]}
    return replace(company, records=records)


def test_going_on_reads_only_what_changed() -> None:
    """Neither pages of customers nor of invoices; the rest is lists of one page."""
    time = Time()
    with Sandbox(many(3500), clock=time) as sandbox, impatient(sandbox) as client:
        time.pass_by(days=1)
        client.sign_in.refreshed(sandbox.access_token)
        last = fresh(client)
        client.meter.reads = 0
        time.pass_by(minutes=30)
        client.create("Invoice", {"CustomerRef": ref("100"), "Line": [line(20)]})
        went_on = fresh(client, last)
        calls = client.meter.reads
        assert went_on.records == fresh(client).records
    small = len([k for k in KINDS if k in {"Account", "Class", "Term", "TaxCode", "TaxRate",
                                           "PaymentMethod"}])  # fmt: skip
    assert calls <= 2 + small * 2 + 1 + 2 + len(KINDS)


@pytest.mark.parametrize("reason", ["old", "future", "realm", "kind", "no time", "refused"])
def test_what_cannot_be_gone_on_from_is_read_whole(reason: str) -> None:
    """Older than CDC reaches back, another company's, another shape, or QuickBooks says no."""
    time = Time()
    with Sandbox(garden_company(), clock=time) as sandbox, impatient(sandbox) as client:
        last = fresh(client)
        truth = fresh(client).records
        invoice = {**last.records["Invoice"][0], "PrivateNote": "never there"}
        last = replace(last, records={**last.records, "Invoice": [invoice]})
        changed: dict[str, Any] = {
            "old": {"as_of": (START - timedelta(days=29, hours=1)).isoformat()},
            "future": {"as_of": (START + timedelta(days=1)).isoformat()},
            "realm": {"realm": "42"},
            "kind": {"records": {k: v for k, v in last.records.items() if k != "Estimate"}},
            "no time": {"as_of": ""},
        }.get(reason, {})
        if reason == "refused":
            sandbox.inject("cdc", Injected(status=400, code="2060"), 2)
        assert fresh(client, replace(last, **changed)).records == truth


def test_a_deleted_record_is_gone_and_a_lost_one_is_found() -> None:
    """What CDC tells of deletions is taken in; what the counts deny is read again."""
    time = Time()
    with Sandbox(garden_company(), clock=time) as sandbox, impatient(sandbox) as client:
        time.pass_by(hours=1)
        client.sign_in.refreshed(sandbox.access_token)
        last = fresh(client)
        time.pass_by(minutes=10)
        client.delete("Invoice", {"Id": "3", "SyncToken": "0"})
        broken = [row for row in last.records["Customer"] if row["Id"] != "5"]
        last = replace(last, records={**last.records, "Customer": broken})
        went_on = fresh(client, last)
        assert went_on.records == fresh(client).records
        assert "3" not in {row["Id"] for row in went_on.records["Invoice"]}
        assert "5" in {row["Id"] for row in went_on.records["Customer"]}


def test_where_witnesses_are_refused_the_lists_that_follow_them_are_read() -> None:
    """A kind that QuickBooks does not track costs the pages of customers, vendors and items."""
    time = Time()
    with Sandbox(garden_company(), clock=time) as sandbox, impatient(sandbox) as client:
        time.pass_by(hours=1)
        client.sign_in.refreshed(sandbox.access_token)
        last = fresh(client)
        time.pass_by(minutes=10)
        client.create("Invoice", {"CustomerRef": ref("1"), "Line": [line(20)]})
        truth = fresh(client).records
        stale = [{**row, "Balance": 1} for row in last.records["Customer"]]
        last = replace(last, records={**last.records, "Customer": stale})
        sandbox.inject("cdc", Injected(status=400, code="5030"), 1)
        assert fresh(client, last).records == truth

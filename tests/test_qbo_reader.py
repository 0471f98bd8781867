"""A pull is whole, whatever its size and whoever works in QuickBooks meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from recon.errors import BusyError, RejectedError
from recon.qbo.client import QboClient, sandbox_client
from recon.qbo.reader import LISTS, SETTINGS, TRANSACTIONS, QboReader
from recon.qbo.transport import Patience
from recon.sandbox.company import Company
from recon.sandbox.defaults import empty_company
from recon.sandbox.gateway import Injected
from recon.sandbox.server import Sandbox

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

CUSTOMERS = "Reading Customer of QuickBooks"


def company(customers: int) -> Company:
    """A company with that many customers, every third of them inactive."""
    empty = empty_company()
    records = [
        {"Id": str(n), "SyncToken": "0", "DisplayName": f"C{n}", "Active": n % 3 != 0}
        for n in range(1, customers + 1)
    ]
    return replace(empty, records={**empty.records, "Customer": records})


def impatient(sandbox: Sandbox) -> QboClient:
    """A client that does not sleep."""
    return sandbox_client(sandbox.describe(), Patience(sleep=lambda _: None))


def test_every_record_is_pulled_raw_inactive_ones_too() -> None:
    """All kinds, all pages, in the order of the id; company, realm and kind of company with it."""
    with Sandbox(company(2003)) as sandbox, impatient(sandbox) as client:
        snapshot = QboReader(client).read(lambda: NOW)
        calls = sandbox.counters()
    assert set(snapshot.records) == {*LISTS, *TRANSACTIONS, *SETTINGS}
    pulled = snapshot.records["Customer"]
    assert {row["Id"] for row in pulled} == {str(n) for n in range(1, 2004)}
    assert len(pulled) == 2003
    assert sum(not row["Active"] for row in pulled) == 667
    assert snapshot.records["Term"][0]["Name"] == "Due on receipt"
    assert (snapshot.system, snapshot.company, snapshot.environment) == (
        "qbo", "Sandbox Company", "sandbox",
    )  # fmt: skip
    assert snapshot.realm == sandbox.realm_id
    assert snapshot.taken_at == NOW
    assert calls["POST query"] == 2 + 3 * (len(LISTS) + len(TRANSACTIONS)) + 2


def test_the_same_books_give_the_same_snapshot() -> None:
    """Two pulls of unchanged books are one snapshot."""
    with Sandbox(company(5)) as sandbox, impatient(sandbox) as client:
        first, second = (QboReader(client).read(lambda: NOW) for _ in range(2))
    assert first.id == second.id


def test_progress_is_told_with_the_whole_in_sight() -> None:
    """Each kind starts at none and ends at all."""
    told: list[tuple[str, int, int | None]] = []
    with Sandbox(company(1001)) as sandbox, impatient(sandbox) as client:
        QboReader(client).read(lambda: NOW, lambda *step: told.append(step))
    assert [step for step in told if step[0] == CUSTOMERS] == [
        (CUSTOMERS, 0, 1001), (CUSTOMERS, 1000, 1001), (CUSTOMERS, 1001, 1001),
    ]  # fmt: skip


@pytest.mark.parametrize("what", ["insert", "retire"])
def test_work_between_two_pages_loses_nothing_and_doubles_nothing(what: str) -> None:
    """What changes while pages are read is noticed by the count, and the kind is read again."""
    with Sandbox(company(1500)) as sandbox, impatient(sandbox) as client:
        other = client.for_another_thread()
        again = iter([True])

        def meddle(kind: str, done: int, _total: int | None) -> None:
            if kind != CUSTOMERS or done != 1000 or not next(again, False):
                return
            if what == "insert":
                other.create("Customer", {"DisplayName": "new"})
            else:
                body = {"Id": "1", "SyncToken": "0", "sparse": True, "Active": False}
                other.update("Customer", body)

        pulled = QboReader(client).read(lambda: NOW, meddle).records["Customer"]
        other.close()
    ids = [row["Id"] for row in pulled]
    assert len(ids) == len(set(ids)) == (1501 if what == "insert" else 1500)


def test_books_that_never_hold_still_are_not_trusted() -> None:
    """After a few tries the person is asked to wait; nothing half-read is handed on."""
    with Sandbox(company(1001)) as sandbox, impatient(sandbox) as client:
        other = client.for_another_thread()

        def meddle(kind: str, done: int, _total: int | None) -> None:
            if kind == CUSTOMERS and done == 1000:
                other.create("Customer", {"DisplayName": f"new {sandbox.counters()['POST query']}"})

        with pytest.raises(BusyError, match="changed faster than"):
            QboReader(client).read(lambda: NOW, meddle)
        other.close()


def test_a_pull_ends_cleanly_when_the_quota_does() -> None:
    """429 that does not end stops the pull."""
    with Sandbox(company(3)) as sandbox, impatient(sandbox) as client:
        sandbox.inject("query", Injected(status=429), 50)
        with pytest.raises(BusyError):
            QboReader(client).read(lambda: NOW)


def test_a_feature_that_the_company_does_not_have_is_empty() -> None:
    """5030 for one kind is no records of it; any other refusal ends the pull."""
    for code, refused in (("5030", False), ("4001", True)):
        with Sandbox(company(3)) as sandbox, impatient(sandbox) as client:

            def spoil(
                kind: str, done: int, total: int | None, box: Sandbox = sandbox, code: str = code
            ) -> None:
                if kind == "Reading Account of QuickBooks" and done == total:
                    box.inject("query", Injected(), 1)  # Account's last count
                    box.inject("query", Injected(status=400, code=code), 1)  # Class' first

            if refused:
                with pytest.raises(RejectedError):
                    QboReader(client).read(lambda: NOW, spoil)
            else:
                assert QboReader(client).read(lambda: NOW, spoil).records["Class"] == []

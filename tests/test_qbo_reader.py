"""A pull is whole, whatever its size and whoever works in QuickBooks meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from recon.calls.patience import Patience
from recon.errors import BusyError, RejectedError
from recon.qbo.client import QboClient, sandbox_client
from recon.qbo.pace import new_pace
from recon.qbo.query import Condition, select
from recon.qbo.reader import KINDS, LISTS, SETTINGS, TRANSACTIONS, QboReader
from recon.sandbox.books.company import Company
from recon.sandbox.books.defaults import empty_company
from recon.sandbox.server import Sandbox
from recon.sandbox.serving.gateway import Injected

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


LONG_AGO: dict[str, Any] = {
    "MetaData": {
        "CreateTime": "2026-01-01T00:00:00-07:00", "LastUpdatedTime": "2026-01-01T00:00:00-07:00",
    }
}  # fmt: skip


def company(customers: int) -> Company:
    """A company with that many customers, every third of them inactive."""
    empty = empty_company()
    records = [
        {"Id": str(n), "SyncToken": "0", "DisplayName": f"C{n}", "Active": n % 3 != 0, **LONG_AGO}
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
    pages = sum(-(-len(snapshot.records[kind]) // 1000) for kind in KINDS)
    assert calls == {"POST query": 2 + 2 * len(KINDS) + pages, "GET cdc": 1}


def test_the_same_books_give_the_same_snapshot() -> None:
    """Two pulls of unchanged books are one snapshot."""
    with Sandbox(company(5)) as sandbox, impatient(sandbox) as client:
        first, second = (QboReader(client).read(lambda: NOW) for _ in range(2))
    assert first.id == second.id


def test_progress_is_told_with_the_whole_and_the_price_in_sight() -> None:
    """From none to all, with the calls and seconds that it will take."""
    told: list[tuple[str, int, int | None]] = []
    with Sandbox(company(1001)) as sandbox, impatient(sandbox) as client:
        QboReader(client).read(lambda: NOW, lambda *step: told.append(step))
        estimate = QboReader(client).estimate()
    assert told[0][1] == 0
    assert told[-1][1] == told[-1][2] == estimate.records > 1001
    assert {what for what, _, _ in told} == {f"Reading QuickBooks ({estimate.says})"}
    assert estimate.calls == sum(1 for _ in told) - 1 + 2 * len(KINDS) + 3


@dataclass
class Before:
    """A clock for a pace: does something before the n-th call leaves, each time it is asked."""

    calls: frozenset[int]
    act: Callable[[], object]
    asked: int = 0

    def __call__(self) -> float:
        """Seconds, far apart, so that nothing ever waits."""
        self.asked += 1
        if self.asked in self.calls:
            self.act()
        return self.asked * 100.0


@contextmanager
def meddled(
    sandbox: Sandbox, calls: Iterable[int], act: Callable[[QboClient], object]
) -> Iterator[QboReader]:
    """A reader that asks for one page after the other, while somebody else is at work."""
    with impatient(sandbox) as other:
        before = Before(frozenset(calls), lambda: act(other))
        mine = QboClient(
            other.sign_in, new_pace(before, lambda _: None), Patience(sleep=lambda _: None)
        )
        with mine:
            yield QboReader(mine, workers=1)


FIRST_PAGE = 2 + len(KINDS) + 1
"""Number of the call that reads the first page; settings and counts come before."""


def customers(client: QboClient) -> list[dict[str, Any]]:
    """All customers, page by page, ordered as a pull orders them."""
    where: dict[str, Condition] = {"Active": (True, False)}
    rows = [
        row for start in (1, 1001) for row in client.query(select("Customer", where, start=start))
    ]
    return sorted(rows, key=lambda row: int(row["Id"]))


@pytest.mark.parametrize("what", ["insert", "retire", "rename"])
def test_work_between_two_pages_loses_nothing_and_doubles_nothing(what: str) -> None:
    """What changes while pages are read is told by CDC; what was read before it is mended."""

    def meddle(other: QboClient) -> None:
        if what == "insert":
            other.create("Customer", {"DisplayName": "new"})
        else:
            fields = {"Active": False} if what == "retire" else {"DisplayName": "renamed"}
            other.update("Customer", {"Id": "1", "SyncToken": "0", "sparse": True, **fields})

    with (
        Sandbox(company(1500)) as sandbox,
        meddled(sandbox, [FIRST_PAGE + 1], meddle) as reader,
    ):
        pulled = reader.read(lambda: NOW).records["Customer"]
        assert pulled == customers(reader.client)
        assert len(pulled) == (1501 if what == "insert" else 1500)


def test_a_record_that_slips_between_two_pages_is_noticed_and_only_its_kind_read_again() -> None:
    """A deletion moves all later rows up, and the first row of the next page is never seen."""
    invoices = [
        {"Id": str(n), "SyncToken": "0", "TxnDate": "2026-01-01", "DocNumber": str(n),
         "CustomerRef": {"value": "1"}, "Line": [], "TotalAmt": 0, "Balance": 0, **LONG_AGO}
        for n in range(1, 1502)
    ]  # fmt: skip
    one = company(1)
    one = replace(one, records={**one.records, "Invoice": invoices})

    def meddle(other: QboClient) -> None:
        other.delete("Invoice", {"Id": "1", "SyncToken": "0"})

    pages = sum(bool(one.records.get(kind)) for kind in LISTS)
    with (
        Sandbox(one) as sandbox,
        meddled(sandbox, [FIRST_PAGE + pages + 1], meddle) as reader,
    ):
        pulled = reader.read(lambda: NOW).records["Invoice"]
        assert [row["Id"] for row in pulled] == [str(n) for n in range(2, 1502)]
        calls = sandbox.counters()["POST query"]
    once = 2 + len(KINDS) + pages + 2 + len(KINDS)
    again = 1 + 2 + len(KINDS)
    assert calls - once - again == 1  # the customer, whose balance may have moved


def test_books_that_never_hold_still_are_not_trusted() -> None:
    """After a few tries the person is asked to wait; nothing half-read is handed on."""
    names = (f"new {number}" for number in range(500))

    def meddle(other: QboClient) -> None:
        other.create("Customer", {"DisplayName": next(names)})

    with (
        Sandbox(company(1001)) as sandbox,
        meddled(sandbox, range(1, 500), meddle) as reader,
        pytest.raises(BusyError, match="changed faster than"),
    ):
        reader.read(lambda: NOW)


def test_a_pull_ends_cleanly_when_the_quota_does() -> None:
    """429 that does not end stops the pull."""
    with Sandbox(company(3)) as sandbox, impatient(sandbox) as client:
        sandbox.inject("query", Injected(status=429), 50)
        with pytest.raises(BusyError):
            QboReader(client).read(lambda: NOW)


def test_a_feature_that_the_company_does_not_have_is_empty() -> None:
    """5030 for one kind is no records of it; any other refusal ends the pull."""
    for code, refused in (("5030", False), ("4001", True)):
        with Sandbox(company(3)) as sandbox:

            def spoil(_: QboClient, box: Sandbox = sandbox, code: str = code) -> None:
                box.inject("query", Injected(status=400, code=code), 1)

            with meddled(sandbox, [2 + KINDS.index("Class") + 1], spoil) as reader:
                if refused:
                    with pytest.raises(RejectedError):
                        reader.read(lambda: NOW)
                else:
                    assert reader.read(lambda: NOW).records["Class"] == []


def test_more_changes_than_can_be_told_are_read_twice() -> None:
    """Right after an import of many records, two equal readings stand for the changes."""
    new = company(1200)
    stamped = [
        {name: value for name, value in row.items() if name != "MetaData"}
        for row in new.records["Customer"]
    ]
    new = replace(new, records={**new.records, "Customer": stamped})
    at = datetime(2026, 11, 22, 12, tzinfo=UTC)
    with Sandbox(new, clock=lambda: at) as sandbox, impatient(sandbox) as client:
        snapshot = QboReader(client).read(lambda: NOW)
        assert snapshot.records["Customer"] == customers(client)


def test_without_change_data_capture_the_counts_have_to_do() -> None:
    """A company whose changes QuickBooks does not tell is pulled all the same."""
    with Sandbox(company(3)) as sandbox, impatient(sandbox) as client:
        sandbox.inject("cdc", Injected(status=400, code="5030"), 9)
        assert len(QboReader(client).read(lambda: NOW).records["Customer"]) == 3

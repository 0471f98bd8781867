"""A duplicate in QuickBooks is made one over its API: every sale moved, nothing lost, all undone.

The company has everything that can be moved: Anne (the duplicate) has two invoices, one of them
paid by a payment and a credit note, receipts of a sale and of a refund, an estimate and a payment
that is on nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from apply_company import connected
from small_books import NOW, Row, case, pair, plan_for, preferences, profile, side

from recon.apps.profiles import clean_up
from recon.books import OUTCOMES, PAIRS, Books
from recon.case import Case
from recon.plan import Action, Decision, JournalEntry, Plan
from recon.qbo.client import QboClient, sandbox_client
from recon.qbo.reader import QboReader
from recon.qbo.writer import QboWriter
from recon.sandbox.books.company import Company
from recon.sandbox.books.defaults import empty_company
from recon.sandbox.books.switches import Switches
from recon.sandbox.server import Sandbox
from recon.sandbox.serving.gateway import Injected
from recon.settings import Settings
from recon.stages.apply import ApplyResult, apply
from recon.stages.tidy.qbo import tidy_qbo
from recon.stages.undo import undo_plan
from recon.stages.verify import verify
from recon.workspace import Workspace

ANN, ANNE = "1", "2"
KEEP, DROP = f"qbo:customer:{ANN}", f"qbo:customer:{ANNE}"
NEWEST = ("app-1", "qbo-1")
TRANSACTIONS = (
    "Invoice", "CreditMemo", "SalesReceipt", "RefundReceipt", "Estimate", "Payment",
)  # fmt: skip


@pytest.fixture(scope="module")
def duplicate() -> Company:
    """The company, as QuickBooks itself would have booked it."""
    with Sandbox(_lists()) as sandbox, sandbox_client(sandbox.describe()) as client:
        first = _sale(client, "Invoice", "100", 50, "2026-03-02")
        _sale(client, "Invoice", "101", 30, "2026-04-01")
        memo = _sale(client, "CreditMemo", "C1", 10, "2026-03-03")
        _sale(client, "SalesReceipt", "R1", 7, "2026-03-04")
        bank = {"value": "6"}
        _sale(client, "RefundReceipt", "F1", 3, "2026-03-05", DepositToAccountRef=bank)
        _sale(client, "Estimate", "E1", 70, "2026-03-05")
        on = [
            _line(40, "Invoice", first),
            _line(10, "Invoice", first),
            _line(10, "CreditMemo", memo),
        ]
        _payment(client, 40, on[:1])
        _payment(client, 0, on[1:])
        _payment(client, 5, [])
        return sandbox.save()


@pytest.fixture(scope="module")
def paid() -> Company:
    """The same with one invoice only, and its payment."""
    with Sandbox(_lists()) as sandbox, sandbox_client(sandbox.describe()) as client:
        invoice = _sale(client, "Invoice", "100", 50, "2026-03-02")
        _payment(client, 40, [_line(40, "Invoice", invoice)])
        return sandbox.save()


def _lists() -> Company:
    empty = empty_company()
    customers = [
        {"Id": ANN, "SyncToken": "0", "DisplayName": "Ann Lee", "Active": True},
        {"Id": ANNE, "SyncToken": "0", "DisplayName": "Anne Lee", "Active": True},
    ]
    item = {
        "Id": "1", "SyncToken": "0", "Name": "Mowing", "Type": "Service", "Active": True,
        "IncomeAccountRef": {"value": "1"},
    }  # fmt: skip
    return replace(empty, records={**empty.records, "Customer": customers, "Item": [item]})


def _sale(client: QboClient, entity: str, number: str, amount: int, day: str, **more: Any) -> str:
    line = {
        "Amount": amount, "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": "1"}, "TaxCodeRef": {"value": "NON"}},
    }  # fmt: skip
    body = {"CustomerRef": {"value": ANNE}, "DocNumber": number, "TxnDate": day, "Line": [line]}
    body |= more
    return str(client.create(entity, body)["Id"])


def _line(amount: int, kind: str, txn_id: str) -> Row:
    return {"Amount": amount, "LinkedTxn": [{"TxnId": txn_id, "TxnType": kind}]}


def _payment(client: QboClient, amount: int, lines: list[Row]) -> None:
    body = {
        "CustomerRef": {"value": ANNE}, "TotalAmt": amount, "TxnDate": "2026-03-06", "Line": lines,
    }  # fmt: skip
    client.create("Payment", body)


@dataclass
class Work:
    """One company being mended: its server, what was proposed, where it is written down."""

    sandbox: Sandbox
    store: Workspace
    writer: QboWriter
    plan: Plan

    def books(self) -> Books:
        """A fresh pull."""
        return _pulled(self.sandbox)

    def apply(self, plan: Plan | None = None, journal: Any = None) -> ApplyResult:
        """Send what is approved: all of it but the merge by hand."""
        plan = plan or self.plan
        return apply(
            plan, _approvals(plan), {"qbo": self.writer}, journal or self.store,
            clock=lambda: NOW, settings=Settings(), newest=NEWEST, customers={"qbo": 2},
        )  # fmt: skip

    def undo(self) -> Plan:
        """The plan that sets it back."""
        entries = self.store.entries(self.plan.id)
        return undo_plan(self.plan, entries, plan_id="plan-2", made_at=NOW, books=self.books())


def _pulled(sandbox: Sandbox) -> Books:
    with sandbox_client(sandbox.describe()) as client:
        theirs, rejects = tidy_qbo(QboReader(client).read(lambda: NOW))
    assert rejects == []
    return Books(side("app", {"customers": [{"id": "9", "name": "Ann Lee"}]}), theirs)


def _proposed(books: Books) -> Plan:
    rules, pairs = profile(), PAIRS.frame([pair(KEEP, DROP, 0.97)])
    likely = Case(books, rules, Settings(), NOW, pairs, clean_up(rules))
    found = {"ref": "app:customer:9", "kind": "customer", "target_ref": KEEP}
    plan = plan_for(likely, OUTCOMES.frame([{**found, "effect": "link", "outcome": "link"}]))
    return replace(plan, realm=books.qbo.realm)


def _approvals(plan: Plan) -> list[Decision]:
    digests = plan.digests()
    return [
        Decision(plan.id, a.id, "approve", "Ada", "preparer", digests[a.id], NOW)
        for a in plan.actions
        if a.kind != "merge"
    ]


@contextmanager
def working(
    company: Company, folder: Path, plan: Plan | None = None, **switches: str
) -> Iterator[Work]:
    """The company served, and what is proposed for it, unless that is known."""
    set_ = Switches.parse([f"{name}={value}" for name, value in switches.items()])
    with (
        Sandbox(company, admin=True, switches=set_) as sandbox,
        connected(sandbox) as writer,
        Workspace.open(folder / "a.recon") as store,
    ):
        yield Work(sandbox, store, writer, plan or _proposed(_pulled(sandbox)))


def _stand(sandbox: Sandbox) -> dict[str, Any]:
    """What the books show, but for stamps and versions: whose each sale is, what is on what."""
    records = sandbox.save().records
    told: dict[str, Any] = {
        f"{kind} {row['Id']}": (
            row["CustomerRef"]["value"], row["TotalAmt"], row.get("Balance"),
            row.get("UnappliedAmt"), row.get("DocNumber"), row.get("BillAddr"),
            sorted((t["TxnType"], t["TxnId"]) for t in row.get("LinkedTxn") or ()),
            [(line["Amount"], line.get("LinkedTxn")) for line in row["Line"]],
        )
        for kind in TRANSACTIONS for row in records.get(kind, ())
    }  # fmt: skip
    for row in records["Customer"]:
        told[row["Id"]] = (row["DisplayName"], row["Active"], row["Balance"])
    return told


def _of(stand: Mapping[str, Any], customer: str) -> dict[str, Any]:
    """The same, with every sale under one customer."""
    return {key: (customer, *told[1:]) for key, told in stand.items() if " " in key}


SWITCHES = [
    {}, {"relink_policy": "unlink"}, {"link_bumps_sync_token": "yes"},
    {"list_sync_token": "stale"}, {"request_ids": "ignored"},
]  # fmt: skip


@pytest.mark.parametrize("switches", SWITCHES, ids=lambda s: "-".join(s) or "usual")
def test_every_sale_is_moved_and_stays_paid_and_the_undo_sets_all_of_it_back(
    duplicate: Company, tmp_path: Path, switches: dict[str, str]
) -> None:
    """Whatever of QuickBooks nobody has established."""
    with working(duplicate, tmp_path, **switches) as work:
        before = _stand(work.sandbox)
        result = work.apply()
        assert (result.refused, result.waiting) == ((), {})
        after = _stand(work.sandbox)
        assert _of(after, "") == _of(before, "")
        assert {told[0] for told in _of(after, "").values()} == {""}
        assert {after[key][0] for key in after if " " in key} == {ANN}
        assert after[ANNE] == ("Anne Lee (deleted)", False, 0)
        assert after[ANN] == ("Ann Lee", True, before[ANNE][2])
        kept = verify(work.plan, _ids(work.plan), work.store.entries(work.plan.id), work.books())
        assert set(kept["check"]) == {"verified"}

        undo = work.undo()
        assert [(a.kind, a.undo, a.advised) for a in undo.actions] == [("move", "full", True)]
        assert work.apply(undo).refused == ()
        assert _stand(work.sandbox) == before
        kept = verify(undo, _ids(undo), work.store.entries(undo.id), work.books())
        assert set(kept["check"]) == {"verified"}


def _ids(plan: Plan) -> set[str]:
    return {action.id for action in plan.actions if action.kind != "merge"}


def _move(plan: Plan) -> Action:
    (found,) = [action for action in plan.actions if action.kind == "move"]
    return found


def test_what_is_approved_says_which_sales_of_which_days_are_touched(
    duplicate: Company, tmp_path: Path
) -> None:
    """Advised, alone, beside the merge that it takes the place of."""
    with working(duplicate, tmp_path) as work:
        move = _move(work.plan)
        sales = "2 invoices, 1 credit note, 1 sales receipt, 1 refund, 1 estimate and 3 payments"
        title = f"Move {sales} of Anne Lee to Ann Lee in QuickBooks, and make Anne Lee inactive"
        assert move.title == title
        assert f"{sales}, dated 2026-03-02 to 2026-04-01, get the customer Ann Lee" in move.will
        assert "14 requests" in move.will
        assert (move.advised, move.bulk, move.undo, move.claims) == (True, False, "full", "same")
        (rival,) = move.rivals
        merge = work.plan.action(rival)
        assert (merge.kind, merge.advised) == ("merge", False)
        assert len(work.plan.writes_of(move.id)) == 14


class KilledError(Exception):
    """The process ends here."""


@dataclass
class DyingJournal:
    """A journal whose process dies at one entry: before it is written down, or after."""

    inner: Workspace
    at: int
    written: bool
    seen: int = 0

    def add(self, entry: JournalEntry) -> None:
        """Append, or die."""
        self.add_all([entry])

    def add_all(self, entries: Sequence[JournalEntry]) -> None:
        """Append all, or die."""
        self.seen += 1
        if self.seen == self.at and not self.written:
            raise KilledError
        self.inner.add_all(entries)
        if self.seen == self.at:
            raise KilledError

    def entries(self, plan_id: str) -> list[JournalEntry]:
        """What is there."""
        return self.inner.entries(plan_id)


@pytest.mark.parametrize("written", [False, True])
def test_killed_anywhere_and_run_again_each_sale_is_moved_once(
    paid: Company, tmp_path: Path, *, written: bool
) -> None:
    """At every line of the journal; the books end as in a run that nothing disturbed."""
    with working(paid, tmp_path) as work:
        work.apply()
        wanted, writes = _stand(work.sandbox), _taken(work.sandbox)
        plan = work.plan
    for at in count(1):
        (folder := tmp_path / str(at)).mkdir()
        with working(paid, folder, plan, request_ids="ignored") as work:
            try:
                work.apply(journal=DyingJournal(work.store, at, written))
            except KilledError:
                assert work.apply().refused == ()
                assert _stand(work.sandbox) == wanted
                assert _taken(work.sandbox) == writes
            else:
                assert at == 11  # two lines a write, and the run comes to its end
                break


def _taken(sandbox: Sandbox) -> list[Any]:
    """The versions of every record: a write that took effect twice would show."""
    records = sandbox.save().records
    kinds = (*TRANSACTIONS, "Customer")
    return [(kind, r["Id"], r["SyncToken"]) for kind in kinds for r in records.get(kind, ())]


@pytest.mark.parametrize("route", ["payment", "invoice", "customer"])
@pytest.mark.parametrize("cut", ["before", "after"])
def test_a_lost_answer_is_looked_up_before_anything_is_sent_again(
    paid: Company, tmp_path: Path, route: str, cut: Any
) -> None:
    """That a payment is off its invoice is seen in the payment, not believed."""
    with working(paid, tmp_path, request_ids="ignored") as work:
        work.apply()
        wanted, versions = _stand(work.sandbox), _taken(work.sandbox)
    (folder := tmp_path / "again").mkdir()
    with working(paid, folder, work.plan, request_ids="ignored") as work:
        work.sandbox.inject(f"POST {route}", Injected(cut=cut), 1)
        assert work.apply().refused == ()
        assert (_stand(work.sandbox), _taken(work.sandbox)) == (wanted, versions)


def test_what_somebody_changed_meanwhile_is_kept_or_stops_the_rest(
    duplicate: Company, tmp_path: Path
) -> None:
    """A memo is somebody's own; another customer is a decision that goes back to the reviewer."""
    with working(duplicate, tmp_path) as work:
        sales = {row["DocNumber"]: row["Id"] for row in work.sandbox.save().records["Invoice"]}
        work.sandbox.edit_as_human("Invoice", sales["100"], {"PrivateNote": "call first"})
        assert work.apply().refused == ()
        notes = {
            row["Id"]: row.get("PrivateNote") for row in work.sandbox.save().records["Invoice"]
        }
        assert notes[sales["100"]] == "call first"
    (folder := tmp_path / "again").mkdir()
    with working(duplicate, folder, work.plan) as work:
        work.sandbox.edit_as_human("Invoice", sales["101"], {"CustomerRef": {"value": ANN}})
        (refused,) = work.apply().refused
        assert refused.conflict == {
            "CustomerRef": ({"value": ANNE}, {"value": ANN}, {"value": ANN})
        }
        stand = _stand(work.sandbox)
        assert stand[ANNE][1]
        paid = [key for key, told in stand.items() if "Payment" in key and told[-1]]
        assert len(paid) == 2  # nothing was taken apart


BOTH: list[Row] = [
    {"id": "1", "name": "Ann Lee", "balance": "0"}, {"id": "2", "name": "Anne Lee", "balance": "10"}
]  # fmt: skip
INVOICE: Row = {
    "id": "7", "customer": "2", "date": "2026-03-02", "total": "50", "balance": "10",
    "status": "open",
}  # fmt: skip
PAYMENT: Row = {
    "id": "8", "customer": "2", "date": "2026-03-06", "amount": "40", "unapplied": "0",
    "status": "paid",
}  # fmt: skip
ON_IT: Row = {"payment_ref": "qbo:payment:8", "invoice_ref": "qbo:invoice:7", "amount": "40"}
OTHER: Row = {**INVOICE, "id": "9", "customer": "3"}


def _answers(app: Mapping[str, Any], qbo: Mapping[str, Any]) -> tuple[Plan, list[Action]]:
    usual = {
        "customers": BOTH, "invoices": [INVOICE], "payments": [PAYMENT],
        "payment_applications": [ON_IT], "preferences": preferences(HomeCurrency="USD"),
    }  # fmt: skip
    client = {"customers": [{"id": "9", "name": "Ann Lee"}]}
    found = {"ref": "app:customer:9", "kind": "customer", "target_ref": KEEP}
    pairs = [pair(KEEP, DROP, 0.97), *app.get("pairs", ())]
    told = {name: rows for name, rows in app.items() if name != "pairs"}
    small = case({**client, **told}, {**usual, **qbo}, pairs)
    plan = plan_for(small, OUTCOMES.frame([{**found, "effect": "link", "outcome": "link"}]))
    return plan, [a for a in plan.actions if a.cause == "duplicate_in_qbo"]


@pytest.mark.parametrize(
    ("app", "qbo", "why"),
    [
        ({}, {}, ""),
        ({}, {"only_lists": True}, "from its lists only"),
        ({}, {"customers": [{**BOTH[0], "currency": "EUR"}, BOTH[1]]}, "different currencies"),
        ({}, {"customers": [{**BOTH[0], "currency": "USD"}, BOTH[1]]}, ""),
        ({}, {"customers": [BOTH[0], {**BOTH[1], "parent_ref": "qbo:customer:5"}]}, "sub-customer"),
        ({"links": [{"ref": "app:customer:4", "linked_ref": DROP}]}, {}, "is linked to it"),
        (
            {"links": [{"ref": "app:invoice:4", "linked_ref": "qbo:invoice:7"}]}, {},
            "or to a sale of it",
        ),
        ({}, {"invoices": [{**INVOICE, "date": None}]}, "no date"),
        ({}, {"preferences": preferences(BookCloseDate="2026-03-02")}, "closed until 2026-03-02"),
        ({}, {"preferences": preferences(BookCloseDate="2026-03-01")}, ""),
        ({}, {"invoices": [{**INVOICE, "status": "voided"}]}, "voided"),
        ({}, {"deposits": [{"ref": "qbo:deposit:1", "payment_ref": "qbo:payment:8"}]}, "deposit"),
        (
            {}, {"transaction_links": [{"ref": "qbo:deposit:1", "linked_ref": DROP}]},
            "in a bank deposit",
        ),
        (
            {}, {"transaction_links": [{"ref": "qbo:invoice:7", "linked_ref": "qbo:estimate:1"}]},
            "linked to something else",
        ),
        ({}, {"invoices": [INVOICE, OTHER], "payment_applications": [
            ON_IT, {**ON_IT, "invoice_ref": "qbo:invoice:9"}]}, "a sale of somebody else"),
        ({}, {"invoices": [INVOICE, OTHER], "payments": [PAYMENT, {**PAYMENT, "id": "9",
         "customer": "3"}], "payment_applications": [
            ON_IT, {**ON_IT, "payment_ref": "qbo:payment:9"}]}, "a sale of somebody else"),
        ({}, {"preferences": preferences(AutoApplyPayments="true")}, "applies credits by itself"),
        (
            {},
            {"invoices": [{**INVOICE, "tax": "4"}],
             "preferences": preferences(PartnerTaxEnabled="true")},
            "sales tax anew",
        ),
        ({}, {"invoices": [{**INVOICE, "tax": "4"}]}, ""),
        ({}, {"customers": [BOTH[0], {**BOTH[1], "balance": "12"}]}, "what its sales come to"),
        ({}, {"payment_applications": [{**ON_IT, "amount": "30"}]}, "what its sales come to"),
        (
            {
                "invoices": [{"id": "4", "customer": "9", "date": "2026-03-02"}],
                "payments": [{"id": "5", "customer": "9", "amount": "10"}],
                "payment_applications": [
                    {"payment_ref": "app:payment:5", "invoice_ref": "app:invoice:4",
                     "amount": "10"}
                ],
                "pairs": [pair("app:invoice:4", "qbo:invoice:7", 0.99)],
            },
            {},
            "a payment is to be entered",
        ),
    ],
)  # fmt: skip
def test_whatever_could_go_wrong_leaves_the_merge_to_a_person_who_is_told_why(
    app: Mapping[str, Any], qbo: Mapping[str, Any], why: str
) -> None:
    """And with the one thing otherwise, it is moved."""
    plan, answers = _answers(app, qbo)
    kinds = {action.kind: action for action in answers}
    assert set(kinds) == ({"merge"} if why else {"merge", "move"})
    assert kinds["merge"].advised is bool(why)
    assert why in kinds["merge"].will
    if not why:
        assert [w.ref for w in plan.writes_of(kinds["move"].id)] == [
            "qbo:payment:8", "qbo:invoice:7", "qbo:payment:8", "qbo:payment:8", DROP,
        ]  # fmt: skip


def test_many_sales_are_offered_to_be_moved_but_a_merge_is_advised() -> None:
    """Thirteen requests are cheaper than a click that is for ever; a thousand are not."""
    sold = [{**INVOICE, "id": str(n), "balance": "0"} for n in range(20, 46)]
    none: Row = {"payments": [], "payment_applications": [], "customers": [BOTH[0], {**BOTH[1],
                 "balance": "0"}]}  # fmt: skip
    for count_, moved in ((25, True), (26, False)):
        _, answers = _answers({}, {**none, "invoices": sold[:count_]})
        assert {a.kind: a.advised for a in answers} == {"merge": not moved, "move": moved}

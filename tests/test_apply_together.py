"""Many writes in batches: each item has its own end, whatever becomes of the answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from apply_company import action, carry_out, connected, create, plan, update

from recon.calls.patience import Patience
from recon.errors import AuthError, BusyError, OutcomeUnknownError
from recon.plan import Action, LookUp, Plan, Write
from recon.qbo.client import sandbox_client
from recon.qbo.writer import QboWriter
from recon.sandbox.books.company import Company
from recon.sandbox.books.defaults import empty_company
from recon.sandbox.books.switches import Switches
from recon.sandbox.server import Sandbox
from recon.sandbox.serving.gateway import Injected
from recon.stages.apply.waves import ties, wave
from recon.workspace import Workspace

RENAMES, CREATES = 25, 10


def company() -> Company:
    """Customers 1 to 35, and a vendor whose name is taken."""
    empty = empty_company()
    people = [
        {"Id": str(n), "SyncToken": "0", "DisplayName": f"C{n}", "Notes": "keep", "Active": True}
        for n in range(1, 36)
    ]
    vendor = {"Id": "90", "SyncToken": "0", "DisplayName": "Vera", "Active": True}
    return replace(empty, records={**empty.records, "Customer": people, "Vendor": [vendor]})


def many() -> Plan:
    """Renames of 25 customers, and ten new ones; none depends on another."""
    actions: list[Action] = []
    writes: list[Write] = []
    for n in range(1, RENAMES + 1):
        actions.append(action(f"a{n}"))
        restore = {"DisplayName": f"C{n}"}
        writes.append(update(f"w{n}", f"a{n}", str(n), restore=restore, DisplayName=f"D{n}"))
    for n in range(RENAMES + 1, RENAMES + CREATES + 1):
        actions.append(action(f"a{n}", "create"))
        writes.append(create(f"w{n}", f"a{n}", f"New {n}"))
    return plan(actions, writes)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Workspace]:
    """An empty workspace."""
    with Workspace.open(tmp_path / "a.recon") as made:
        yield made


def names(sandbox: Sandbox) -> Counter[str]:
    """How often each customer's name is there."""
    return Counter(row["DisplayName"] for row in sandbox.save().records["Customer"])


def took_effect(sandbox: Sandbox) -> Counter[tuple[str, str]]:
    """How often each record was written."""
    return Counter((e["entity"], e["id"]) for e in sandbox.events() if e["status"] == 200)


def require_once(sandbox: Sandbox, store: Workspace) -> None:
    """Every write of `many` took effect once, and the journal says so."""
    wanted = {f"D{n}" for n in range(1, RENAMES + 1)}
    wanted |= {f"New {n}" for n in range(RENAMES + 1, RENAMES + CREATES + 1)}
    wanted |= {f"C{n}" for n in range(RENAMES + 1, 36)}
    assert names(sandbox) == Counter(wanted)
    assert set(took_effect(sandbox).values()) == {1}
    assert {store.state("plan-1", w.id) for w in many().writes} == {"done"}


def test_independent_writes_leave_in_batches(store: Workspace) -> None:
    """Thirty-five writes in two calls, without a read; each is in the journal before they leave."""
    told: list[int] = []
    with Sandbox(company()) as sandbox, connected(sandbox) as writer:
        result = carry_out(many(), store, writer, progress=lambda _, n, of: told.append(n))
        assert sandbox.counters() == {"POST batch": 2}
        require_once(sandbox, store)
    assert result.done == tuple(w.id for w in many().writes)
    entries = store.entries("plan-1")
    assert {e.state for e in entries[:35]} == {"sent"}
    assert {e.state for e in entries[35:]} == {"done"}
    assert len({e.request_id for e in entries[:35]}) == 2
    assert all(len(e.request_id) == 36 for e in entries)
    assert told == sorted(told)
    assert told[-1] == 35


KNOWN, DISPUTED, FORGOTTEN = ("honoured", "replay"), ("honoured", "600"), ("ignored", "replay")
LOST = [
    *((Injected(cut="before"), ids) for ids in (KNOWN, FORGOTTEN)),
    *((Injected(cut="after"), ids) for ids in (KNOWN, DISPUTED, FORGOTTEN)),
    *((Injected(cut="after", after_items=17), ids) for ids in (KNOWN, DISPUTED, FORGOTTEN)),
    *((Injected(delay_s=0.5), ids) for ids in (KNOWN, FORGOTTEN)),
    (Injected(status=503), DISPUTED), (Injected(status=429), KNOWN), (Injected(status=401), KNOWN),
    (Injected(status=400, code="2010"), KNOWN),
]  # fmt: skip


@pytest.mark.parametrize(
    ("fault", "request_ids"), LOST,
    ids=[f"{f.status}{f.cut}{f.after_items}{f.delay_s}-{'-'.join(i)}" for f, i in LOST],
)  # fmt: skip
def test_a_lost_answer_to_a_batch_costs_nothing(
    store: Workspace, fault: Injected, request_ids: tuple[Any, Any]
) -> None:
    """Done, in part or not at all; with a QuickBooks that knows request ids, or does not."""
    switches = Switches(request_ids=request_ids[0], request_id_other_body=request_ids[1])
    patience = Patience(connect_s=5, answer_s=0.3, tries=9, sleep=lambda _: None)
    with (
        Sandbox(company(), switches=switches) as sandbox,
        sandbox_client(sandbox.describe(), patience) as client,
    ):
        sandbox.inject("batch", fault, 1 if fault.status == 401 else 2)
        result = carry_out(many(), store, QboWriter(client))
        require_once(sandbox, store)
    assert len(result.done) == 35


@pytest.mark.parametrize("delay_s", [0.35, 0.45, 0.6])
def test_a_batch_that_is_done_late_is_not_called_refused(store: Workspace, delay_s: float) -> None:
    """It takes effect while we look, or after we sent again: names taken by it are ours."""
    patience = Patience(connect_s=5, answer_s=0.3, tries=9, sleep=lambda _: None)
    with (
        Sandbox(company(), switches=Switches(request_ids="ignored")) as sandbox,
        sandbox_client(sandbox.describe(), patience) as client,
    ):
        sandbox.inject("batch", Injected(delay_s=delay_s), 1)
        sandbox.inject("batch", Injected(delay_s=delay_s / 4), 3)
        result = carry_out(many(), store, QboWriter(client))
        require_once(sandbox, store)
    assert not result.refused


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Injected(status=403), AuthError),
        (Injected(status=429), BusyError),
        (Injected(cut="before"), (OutcomeUnknownError, BusyError)),
    ],
)
def test_what_stops_a_run_of_batches_is_continued(
    store: Workspace, fault: Injected, error: Any
) -> None:
    """The run ends with one sentence; the next one looks up, and does what is left, once."""
    with Sandbox(company()) as sandbox, connected(sandbox) as writer:
        sandbox.inject("batch", fault, 9)
        sandbox.inject("POST customer", fault, 2)
        sandbox.inject("GET customer", fault, 3)
        with pytest.raises(error):
            carry_out(many(), store, writer)
        while True:
            try:
                carry_out(many(), store, writer)
                break
            except error:
                continue
        require_once(sandbox, store)


def test_each_item_has_its_own_end(store: Workspace) -> None:
    """A taken name is refused alone; theirs in other fields is kept; in ours it is a conflict."""
    chosen = many()
    taken = replace(chosen.writes[0], body={**chosen.writes[0].body, "DisplayName": "Vera"})
    chosen = replace(chosen, writes=(taken, *chosen.writes[1:]))
    with Sandbox(company()) as sandbox, connected(sandbox) as writer:
        sandbox.edit_as_human("Customer", "2", {"Notes": "theirs"})
        sandbox.edit_as_human("Customer", "3", {"DisplayName": "theirs"})
        result = carry_out(chosen, store, writer)
        assert [(r.write_id, r.code) for r in result.refused] == [("w1", "6240"), ("w3", "5010")]
        assert result.refused[1].conflict["DisplayName"] == ("C3", "theirs", "D3")
        assert len(result.done) == 33
        second = next(r for r in sandbox.save().records["Customer"] if r["Id"] == "2")
        assert (second["DisplayName"], second["Notes"]) == ("D2", "theirs")
        assert "Vera" not in str(store.entries("plan-1"))
        again = carry_out(chosen, store, writer)
        assert (again.done, len(again.before)) == ((), 33)


def test_a_name_handed_on_is_free_before_it_is_taken(store: Workspace) -> None:
    """A ring of names, and new customers that are changed at once, among many others."""
    chosen = many()
    extra_actions = [action("x1"), action("x2", after=("x1",)), action("x3", "create")]
    extra = [
        update("x1", "x1", "31", restore={"DisplayName": "C31"}, DisplayName="Free"),
        update("x2", "x2", "32", restore={"DisplayName": "C32"}, DisplayName="C31"),
        update("x5", "a1", "33", restore={"DisplayName": "C33"}, DisplayName="C32"),
        create("x3", "x3", "Fresh"),
        replace(
            update("x4", "x3", "0", restore={"Notes": ""}, Notes="new"),
            body={"Id": {"$from": "x3", "field": "Id"}, "sparse": True, "Notes": "new",
                  "SyncToken": {"$from": "x3", "field": "SyncToken"}},
            ref="", expect={},
        ),
    ]  # fmt: skip
    chosen = replace(
        chosen,
        actions=(*extra_actions, *chosen.actions),
        writes=(*extra, *chosen.writes),
    )
    with Sandbox(company()) as sandbox, connected(sandbox) as writer:
        result = carry_out(chosen, store, writer)
        found = {r["Id"]: r["DisplayName"] for r in sandbox.save().records["Customer"]}
    assert not result.refused
    assert (found["31"], found["32"], found["33"]) == ("Free", "C31", "C32")
    assert len(result.done) == 40


def together(*writes: Write, actions: tuple[Action, ...] = ()) -> list[str]:
    """Ids of the writes that would leave in the first wave."""
    known = {a.id: a for a in actions}
    tied = {w.id: ties(w, known.get(w.action_id, action(w.action_id))) for w in writes}
    return [w.id for w in wave(writes, tied, {w.id: True for w in writes}, 30)]


def sale(write_id: str, record_id: str, restore: dict[str, Any], **fields: Any) -> Write:
    """A change of an invoice."""
    return update(write_id, write_id, record_id, "Invoice", restore=restore, **fields)


A = update("w1", "a1", "1", restore={"DisplayName": "Ada"}, DisplayName="Ann")


@pytest.mark.parametrize(
    ("second", "apart"),
    [
        (update("w2", "a2", "2", restore={"DisplayName": "Bob"}, DisplayName="Ben"), False),
        (update("w2", "a1", "2", DisplayName="Ben"), True),  # the same action
        (update("w2", "a2", "1", Notes="x"), True),  # the same record
        (update("w2", "a2", "2", DisplayName="ADA"), True),  # takes the name
        (update("w2", "a2", "2", DisplayName="ann "), True),  # wants the same one
        (update("w2", "a2", "2", restore={"DisplayName": "Ann (deleted)"}, Notes="x"), True),
        (update("w2", "a2", "2", ParentRef={"value": "1"}), True),  # names the record
        (sale("w2", "7", {"CustomerRef": {"value": "1"}}, CustomerRef={"value": "2"}), True),
        (sale("w2", "7", {"DocNumber": "1"}, DocNumber="2"), False),
        (create("w2", "a2", "Ada"), True),
        (create("w2", "a2", "Cy"), False),
        (update("w2", "a2", "2", Active=False), False),
    ],
)
def test_what_keeps_two_writes_apart(second: Write, apart: bool) -> None:
    """Whatever the order of the plan may stand for; nothing else does."""
    assert together(A, second) == (["w1"] if apart else ["w1", "w2"])


def test_what_frees_a_name_or_a_parent_goes_before() -> None:
    """Making inactive frees a name that the write does not tell, and a parent for its own turn."""
    retire = update("w1", "a1", "1", restore={"Active": True}, Active=False)
    assert together(retire, create("w2", "a2", "Cy")) == ["w1"]
    assert together(retire, update("w2", "a2", "2", Active=False)) == ["w1"]
    assert together(retire, update("w2", "a2", "2", Active=True)) == ["w1"]
    assert together(retire, update("w2", "a2", "2", Notes="x")) == ["w1", "w2"]


def test_a_write_that_must_wait_holds_its_place() -> None:
    """The third depends on the second, which depends on the first; the fourth is free."""
    second = update("w2", "a2", "2", restore={"DisplayName": "Bob"}, DisplayName="Ada")
    third = update("w3", "a3", "3", restore={"DisplayName": "Cy"}, DisplayName="Bob")
    assert together(A, second, third, create("w4", "a4", "Dora")) == ["w1", "w4"]
    after = action("a4", after=("a1",))
    assert together(A, create("w4", "a4", "Dora"), actions=(after,)) == ["w1"]


@pytest.mark.parametrize(
    ("write", "fits"),
    [
        (create("w", "a", "x"), True),
        (update("w", "a", "1", DisplayName="x"), True),
        (replace(update("w", "a", "1"), body={"Id": "1", "SyncToken": "0"}), False),
        (replace(update("w", "a", "1"), body={"Id": "1", "sparse": True}), False),
        (replace(update("w", "a", "1"), operation="delete"), False),
        (Write("w", "a", "qbo", "create", "TaxService", {},
               look_up=LookUp("TaxCode", "Name", "x")), False),
        (Write("w", "a", "qbo", "create", "Invoice", {}), False),
    ],
)  # fmt: skip
def test_only_guarded_writes_leave_together(write: Write, fits: bool) -> None:
    """A full update, a delete, a sale without a natural key and a service leave by themselves."""
    with Sandbox() as sandbox, connected(sandbox) as writer:
        assert writer.fits(write) is fits

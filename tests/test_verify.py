"""Verify holds every approved write against a fresh pull."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from apply_company import NOW, action, by_hand, plan, update

from recon.books import CUSTOMERS, FINDINGS, INVOICES, Books, Side
from recon.plan import JournalEntry, WriteState
from recon.rules.promises import seen
from recon.stages.verify import verify


def entry(write_id: str, state: WriteState, **detail: Any) -> JournalEntry:
    """One line of the journal."""
    return JournalEntry(NOW, "plan-1", write_id, state, "r", "1", "h", detail)


def books(*rows: dict[str, Any]) -> Books:
    """Books with these QuickBooks customers."""
    known = [
        {"ref": f"qbo:customer:{r['id']}", "kind": "customer", "active": True, **r} for r in rows
    ]
    return Books(Side(), Side(customers=CUSTOMERS.frame(known)))


def said(found: pd.DataFrame) -> list[tuple[str, str]]:
    """Check and ref of every finding."""
    return list(zip(found["check"], found["ref"], strict=True))


ONE = plan([action("a")], [update("w1", "a", "1", DisplayName="Ada V")])
KEPT = books({"id": "1", "name": "Ada V"})
BROKEN = books({"id": "1", "name": "Ada"})


@pytest.mark.parametrize(
    ("state", "now", "check", "says"),
    [
        ("done", KEPT, "verified", "fresh pull shows it"),
        ("done", BROKEN, "not_as_promised", "differs. Not as promised: name."),
        ("done", books(), "not_as_promised", "There is no such record"),
        ("sent", KEPT, "not_as_promised", "answer is not known"),
        ("unknown", KEPT, "not_as_promised", "answer is not known"),
        ("refused", KEPT, "not_as_promised", "It was refused: taken"),
        (None, KEPT, "not_as_promised", "It was not sent"),
    ],
)
def test_a_write_is_verified_when_it_is_done_and_seen(
    state: WriteState | None, now: Books, check: str, says: str
) -> None:
    """The journal's word and the fresh pull must agree."""
    entries = [entry("w1", state, code="6240", says="taken")] if state else []
    found = verify(ONE, {"a"}, entries, now)
    FINDINGS.check(found)
    assert said(found) == [(check, "qbo:customer:1")]
    assert says in found["says"][0]
    assert (found["fault"][0] is pd.NA) == (state != "refused")


def test_only_approved_actions_are_looked_at() -> None:
    """What was not approved promised nothing."""
    assert said(verify(ONE, set(), [], BROKEN)) == []


@pytest.mark.parametrize(
    ("expect", "ticked", "check"),
    [
        ({"key": {"id": "1", "active": True}, "shows": None}, False, "by_hand_open"),
        ({"key": {"id": "1", "active": True}, "shows": None}, True, "by_hand_open"),
        ({"key": {"id": "2"}, "shows": None}, False, "by_hand_done"),
        ({"key": {"id": "3"}, "shows": None}, False, "by_hand_done"),
        ({"key": {"id": "1"}, "shows": {"name": "Ada", "active": True}}, False, "by_hand_done"),
        ({"key": {"id": "1"}, "shows": {"name": "Bea"}}, False, "by_hand_open"),
        ({}, False, "by_hand_open"),
        ({}, True, "by_hand_done"),
    ],
)
def test_hand_work_is_judged_by_the_fresh_pull(
    expect: dict[str, Any], ticked: bool, check: str
) -> None:
    """What the books show counts; a tick only where there is nothing to see."""
    where = {"side": "qbo", "table": "customers"} if expect else {}
    chosen = plan([action("m", "merge")], [by_hand("w1", "m", **where, **expect)])
    now = books({"id": "1", "name": "Ada"}, {"id": "2", "name": "Bob", "active": False})
    found = verify(chosen, {"m"}, [entry("w1", "done")] if ticked else [], now)
    assert said(found) == [(check, "app:customer:m")]


def test_a_later_promise_overtakes_an_earlier_one() -> None:
    """A record renamed twice by the plan need only show the last name."""
    chosen = plan(
        [action("a"), action("b")],
        [
            update("w1", "a", "1", DisplayName="Ada V", Active=True),
            update("w2", "b", "1", DisplayName="Ada"),
        ],
    )
    done = [entry("w1", "done"), entry("w2", "done")]
    assert set(verify(chosen, {"a", "b"}, done, BROKEN)["check"]) == {"verified"}
    inactive = books({"id": "1", "name": "Ada", "active": False})
    assert "not_as_promised" in set(verify(chosen, {"a", "b"}, done, inactive)["check"])


def test_placeholders_in_a_promise_are_filled() -> None:
    """A created record is looked for under the id that QuickBooks gave it."""
    made = update("w2", "a", "0", DisplayName="Gil")
    key = {"id": {"$from": "w1", "field": "Id"}}
    chosen = plan(
        [action("a", "create")],
        [update("w1", "a", "1"), replace(made, expect={**made.expect, "key": key})],
    )
    done = [entry("w1", "done", Id="91", SyncToken="0"), entry("w2", "done")]
    now = books({"id": "1", "name": "Ada"}, {"id": "91", "name": "Gil"})
    assert set(verify(chosen, {"a"}, done, now)["check"]) == {"verified"}
    assert "not_as_promised" in set(verify(chosen, {"a"}, done[1:], now)["check"])


def test_two_writes_of_one_record_share_a_row() -> None:
    """FINDINGS names a check, a record and its other record once."""
    chosen = plan(
        [action("a")],
        [update("w1", "a", "1", DisplayName="Ada V"), update("w2", "a", "1", DisplayName="Ada V")],
    )
    found = verify(chosen, {"a"}, [], KEPT)
    assert said(found) == [("not_as_promised", "qbo:customer:1")]


@pytest.mark.parametrize(
    ("column", "promised", "kept"),
    [
        ("total", "12.5", True), ("total", "12.51", False), ("total", "", False),
        ("date", "2026-11-22", True), ("date", "2026-11-23", False),
        ("memo", "", True), ("memo", None, True), ("memo", "x", False),
        ("number", "0012", True), ("number", "12", False),
    ],
)  # fmt: skip
def test_amounts_days_and_text_are_compared_as_what_they_are(
    column: str, promised: str | None, kept: bool
) -> None:
    """Amounts by value, days by day, text to the letter, missing as empty."""
    row = {"ref": "qbo:invoice:1", "id": "1", "number": "0012", "total": Decimal("12.50"),
           "date": datetime(2026, 11, 22)}  # fmt: skip  # noqa: DTZ001
    now = Books(Side(), Side(invoices=INVOICES.frame([row])))
    expect = {
        "side": "qbo", "table": "invoices", "key": {"id": "1"}, "shows": {column: promised},
    }  # fmt: skip
    held = seen(expect, now)
    assert held is not None
    assert held.kept is kept

"""The words of the books: money to the last digit, references, declared shapes, snapshots."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_books import preferences, side

from recon.books import (
    CUSTOMERS,
    INVOICES,
    ITEMS,
    PAIRS,
    PREFERENCES,
    Reject,
    Snapshot,
    make_ref,
    split_ref,
)
from recon.errors import TableError
from recon.table import COUNT, DAY, FLAG, MOMENT, MONEY, TEXT, Table, money

TINY = Table(
    "TINY",
    {"ref": TEXT, "total": MONEY, "day": DAY, "at": MOMENT, "active": FLAG, "count": COUNT},
)


def one(value: object) -> Decimal | None:
    """What the door makes of one amount."""
    made = money([value]).iloc[0]
    return None if made is pd.NA else made


@pytest.mark.parametrize(
    ("value", "exact"),
    [
        (0.1, "0.1"),
        (19.99, "19.99"),
        (1e-4, "0.0001"),
        (1234567890.12, "1234567890.12"),
        (-0.005, "-0.005"),
        (7, "7"),
        ("1234.50", "1234.5"),
        (" 12.30 ", "12.3"),
        ("-0", "0"),
        (Decimal("0.10"), "0.1"),
        (np.float64(2.675), "2.675"),
        (np.int64(3), "3"),
        (99_999_999_999_999.25, "99999999999999.25"),
    ],
)
def test_an_amount_is_the_one_that_was_written(value: object, exact: str) -> None:
    """A float of JSON is the text that was sent, not the nearest binary fraction."""
    assert one(value) == Decimal(exact)


@pytest.mark.parametrize("nothing", [None, "", float("nan"), pd.NA, np.nan, Decimal("NaN")])
def test_a_missing_amount_is_missing_and_not_nought(nothing: object) -> None:
    """None, NaN and empty text become NA."""
    assert one(nothing) is None


@pytest.mark.parametrize(
    "nonsense",
    ["twelve", "1,234.50", "$5", "--1", " ", "1.2.3", float("inf"), "Infinity", "1e40", 10**15],
)
def test_an_amount_that_is_none_is_refused(nonsense: object) -> None:
    """Nothing is guessed: not a thousands mark, not a currency sign, not a number too large."""
    with pytest.raises(TableError, match="An amount is not a number"):
        money([1, nonsense])


@given(st.lists(st.decimals(-(10**9), 10**9, places=4), max_size=20))
def test_sums_of_money_are_exact(amounts: list[Decimal]) -> None:
    """Whatever is put in through JSON or text comes out again, and adds up to the last digit."""
    column = money(amounts)
    assert list(column) == amounts
    assert sum(column, Decimal()) == sum(amounts, Decimal())
    assert list(money(json.loads(json.dumps([str(a) for a in amounts])))) == amounts


def test_a_tenth_ten_times_is_one() -> None:
    """The sum that floats get wrong."""
    assert money([0.1] * 10).sum() == 1
    assert sum([0.1] * 10) != 1


@given(
    st.sampled_from(["app", "qbo"]),
    st.sampled_from(["customer", "item", "invoice"]),
    st.text(min_size=1, max_size=12),
)
def test_a_reference_can_be_taken_apart_again(system: Any, kind: str, record_id: str) -> None:
    """Whatever stands in the id, colons too: a product's key is its id in the app."""
    assert split_ref(make_ref(system, kind, record_id)) == (system, kind, record_id)


def test_an_id_may_hold_colons() -> None:
    """Only the first two colons divide."""
    assert make_ref("app", "item", "Pool:Filter:L") == "app:item:Pool:Filter:L"
    assert split_ref("app:item:Pool:Filter:L") == ("app", "item", "Pool:Filter:L")


def test_rows_become_a_table_of_the_declared_types() -> None:
    """Order is kept, missing is NA, and what is no column is left out."""
    frame = TINY.frame(
        [
            {"ref": "b", "total": 0.1, "day": "2026-02-28", "active": True, "colour": "red"},
            {"ref": "a", "day": date(2026, 3, 1), "at": "2026-03-01T10:00:00-08:00", "count": 3},
        ]
    )
    assert {name: frame[name].dtype for name in frame} == dict(TINY.columns)
    assert list(frame["ref"]) == ["b", "a"]
    assert frame["total"].iloc[0] == Decimal("0.1")
    assert frame["at"].iloc[1] == pd.Timestamp("2026-03-01 18:00", tz="UTC")
    assert list(frame["day"].dt.date) == [date(2026, 2, 28), date(2026, 3, 1)]
    assert frame.isna().to_numpy().tolist() == [
        [False, False, False, True, False, True],
        [False, True, False, False, True, False],
    ]


@pytest.mark.parametrize("table", [CUSTOMERS, ITEMS, INVOICES, PAIRS, PREFERENCES])
def test_a_table_without_rows_has_its_types(table: Table) -> None:
    """No rows is a table like any other, so that nothing downstream has to ask."""
    frame = table.frame()
    assert frame.empty
    assert {name: frame[name].dtype for name in frame} == dict(table.columns)
    assert table.check(frame) is frame


@pytest.mark.parametrize(
    ("column", "value"),
    [("day", "31.31.2026"), ("at", "noon"), ("count", "three"), ("active", "perhaps")],
)
def test_a_value_that_cannot_be_its_column_names_the_column(column: str, value: str) -> None:
    """The error says which table and column it was."""
    with pytest.raises(TableError, match=rf"TINY\.{column}"):
        TINY.frame([{"ref": "a", column: value}])


def test_any_frame_is_brought_into_shape() -> None:
    """Missing columns become NA, others go, and types are set; right ones are left alone."""
    loose = pd.DataFrame({"count": [3, 4], "ref": ["a", "b"], "colour": ["red", "blue"]}, [5, 9])
    frame = TINY.conform(loose)
    assert list(frame) == list(TINY.columns)
    assert list(frame.index) == [0, 1]
    assert list(frame["count"]) == [3, 4]
    assert frame["total"].isna().all()
    assert TINY.conform(frame).equals(frame)


def test_every_problem_of_a_table_is_listed() -> None:
    """Missing and repeated refs, wrong types and strange columns, in one message."""
    with pytest.raises(TableError) as missing:
        TINY.frame([{"ref": None}, {"ref": "a"}])
    assert "TINY has 1 problem: ref" in str(missing.value)
    with pytest.raises(TableError) as twice:
        TINY.frame([{"ref": "a"}, {"ref": "a"}])
    assert "TINY has 2 problems" in str(twice.value)
    frame = TINY.frame([{"ref": "a"}])
    with pytest.raises(TableError) as strange:
        TINY.check(frame.assign(colour="red", count="3").drop(columns="day"))
    for said in ("colour: there is no", "day: the column is missing", "count: dtype"):
        assert said in str(strange.value)


def snapshot(**records: list[dict[str, Any]]) -> Snapshot:
    """A snapshot of these records."""
    at = datetime(2026, 11, 22, tzinfo=UTC)
    return Snapshot("qbo", "QuickBooks Online", "Small & Sons", "9130", "sandbox", at, records)


def test_the_same_books_have_the_same_id_whatever_the_order_of_keys() -> None:
    """JSON objects have no order; the order of records is the system's and counts."""
    a, b = {"Id": "1", "Name": "Ann"}, {"Name": "Ann", "Id": "1"}
    assert snapshot(Customer=[a], Item=[]).id == snapshot(Item=[], Customer=[b]).id
    assert snapshot(Customer=[a, {"Id": "2"}]).id != snapshot(Customer=[{"Id": "2"}, a]).id


@pytest.mark.parametrize(
    "other",
    [
        {"Customer": [{"Id": "1", "Name": "Ann "}]},
        {"Customer": [{"Id": 1, "Name": "Ann"}]},
        {"Customer": [{"Id": "1", "Name": "Ann", "Active": None}]},
        {"Vendor": [{"Id": "1", "Name": "Ann"}]},
    ],
)
def test_any_change_of_the_books_changes_their_id(other: dict[str, Any]) -> None:
    """A blank, a type, a field, an entity: none goes unseen."""
    assert snapshot(**other).id != snapshot(Customer=[{"Id": "1", "Name": "Ann"}]).id


def test_the_id_is_that_of_the_records_alone() -> None:
    """When and from where they were pulled makes them no other books; half a letter is no fault."""
    records = {"Customer": [{"Id": "1", "Name": "half a pair \ud83d"}]}
    here = snapshot(**records)
    there = Snapshot(
        "qbo", "a file", "S", "", "files", datetime(2025, 1, 1, tzinfo=UTC), records,
        (Reject("a file", 3, "?", "ragged"),),
    )  # fmt: skip
    assert here.id == there.id
    assert len(here.id) == 16


def test_a_side_tells_its_settings_and_its_size() -> None:
    """A setting that is not there is empty text; open books have no closing date."""
    books = side(
        "qbo",
        {
            "customers": [{"id": "1", "name": "Ann"}],
            "preferences": preferences(BookCloseDate="2025-12-31", CustomTxnNumbers="true"),
        },
    )
    assert books.book_close_date == date(2025, 12, 31)
    assert books.preference("CustomTxnNumbers") == "true"
    assert books.preference("UsingSalesTax") == ""
    assert side("qbo", {}).book_close_date is None
    assert books.counts() == {"customers": 1, "preferences": 2}


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 3), max_size=4))
def test_a_table_with_a_ref_twice_is_refused_and_any_other_is_taken(refs: list[int]) -> None:
    """The fast look at a frame and the thorough one agree."""
    rows = [{"ref": f"app:customer:{n}", "kind": "customer", "active": True} for n in refs]
    if len(set(refs)) == len(refs):
        assert len(CUSTOMERS.frame(rows)) == len(refs)
    else:
        with pytest.raises(TableError):
            CUSTOMERS.frame(rows)

"""What QuickBooks accepts as a name, when two names are one, and how a free one is found."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from recon.rules.limits import DOCNUMBER_MAX, PAYMENT_REF_MAX
from recon.rules.names import (
    CUSTOMER_NAME_MAX,
    ITEM_NAME_MAX,
    free_name,
    illegal_in_name,
    keys,
    legal_email,
    legal_name,
    query_key,
    unique_key,
    without_deleted,
)
from recon.table import TEXT

names = st.text(alphabet="Aab ß:\t\nİé-()'", max_size=12)
"""Few letters, so that names collide, with those that fold and cut badly."""


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Finch & Sons", "FINCH & SONS", True),
        (" Finch & Sons ", "Finch & Sons", True),
        ("Finch  & Sons", "Finch & Sons", False),
        ("Finch & Sons", "Finch and Sons", False),
        ("Café Zürich", "Cafe Zurich", False),
        ("Finch & Sons", "Finch & Sons.", False),
        ("STRASSE 1", "Straße 1", True),
    ],
)
def test_a_name_is_unique_but_for_case_and_the_blanks_at_its_ends(
    one: str, other: str, same: bool
) -> None:
    """QuickBooks' own key: everything inside a name counts, case does not."""
    assert (unique_key(one) == unique_key(other)) is same


def test_a_query_sees_the_blanks_that_uniqueness_does_not() -> None:
    """Two names may miss each other in a look-up and yet clash when one is created."""
    assert query_key("FINCH") == query_key("Finch")
    assert query_key("Finch ") != query_key("Finch")
    assert unique_key("Finch ") == unique_key("Finch")


def test_keys_keep_their_rows_and_what_is_missing() -> None:
    """A column of names gets a column of keys of the same index; NA stays NA."""
    column = pd.Series(["Ann", pd.NA, " ANN "], index=[7, 3, 5], dtype=TEXT)
    found = keys(column)
    assert list(found.index) == [7, 3, 5]
    assert list(found.fillna("-")) == ["ann", "-", "ann"]
    assert keys(column.iloc[:0]).empty
    assert keys(column[column.isna()]).isna().all()
    assert keys(column, len).dtype == TEXT


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Finch: office", ":"),
        ("Finch\toffice", "\t"),
        ("Finch\noffice", "\n"),
        ("Finch\roffice", "\r"),
        ("Finch\n:", "\n"),
        ("Finch & Sons, \"The\" <Best>; No. 1/2 'n' more", ""),
        ("", ""),
    ],
)
def test_colon_tab_and_line_break_are_the_illegal_characters(name: str, found: str) -> None:
    """Only those; quotation marks, ampersands and slashes are taken."""
    assert illegal_in_name(name) == found


@pytest.mark.parametrize(
    ("address", "legal"),
    [
        ("ann@example.com", True),
        ("ann.lee+books@mail.example.co.uk", True),
        ("ann@example.com, bo@example.com", True),
        ("ann@example.com,bo@example.com", True),
        ("a" * 88 + "@example.com", True),
        ("a" * 89 + "@example.com", False),
        ("ann@example", False),
        ("ann@example.", False),
        ("ann@.com", False),
        ("ann@example..com", False),
        ("@example.com", False),
        ("ann.example.com", False),
        ("ann@lee@example.com", False),
        ("ann lee@example.com", False),
        ("ann@example.com; bo@example.com", False),
        ("ann@example.com,", False),
        ("n/a", False),
        ("", False),
    ],
)
def test_an_address_needs_one_at_and_a_dot_behind_it(address: str, legal: bool) -> None:
    """Several stand side by side with commas; 100 characters in all."""
    assert legal_email(address) is legal


def test_the_suffix_of_an_inactive_record_is_not_part_of_its_name() -> None:
    """One suffix goes, and only at the end."""
    assert without_deleted("Finch & Sons (deleted)") == "Finch & Sons"
    assert without_deleted("Finch (deleted) & Sons") == "Finch (deleted) & Sons"
    assert without_deleted("Finch & Sons") == "Finch & Sons"


@pytest.mark.parametrize(
    ("name", "legal"),
    [
        ("Finch: Harbour office", "Finch - Harbour office"),
        ("Finch:Harbour", "Finch - Harbour"),
        ("Finch\tand\r\nSons", "Finch and Sons"),
        ("  Finch   &  Sons ", "Finch & Sons"),
        ("Finch & Sons", "Finch & Sons"),
    ],
)
def test_a_name_is_made_legal_as_a_person_would(name: str, legal: str) -> None:
    """A colon becomes a dash, tabs and breaks a blank, and blanks are single."""
    assert legal_name(name) == legal


@given(names)
def test_a_name_made_legal_stays_as_it_is(name: str) -> None:
    """Nothing illegal is left, no blank stands at an end, and once is enough."""
    made = legal_name(name)
    assert illegal_in_name(made) == ""
    assert made == made.strip()
    assert legal_name(made) == made


def test_a_free_name_takes_the_first_hint_that_helps() -> None:
    """Best hint first, empty ones skipped, a number when none is left."""
    assert free_name("Ann Lee", set(), "Buda") == "Ann Lee (Buda)"
    assert free_name("Ann Lee", {"ann lee (buda)"}, "", " ", "Buda", "TX") == "Ann Lee (TX)"
    assert free_name("Ann Lee", {"ann lee", "ann lee - 2"}) == "Ann Lee - 3"
    assert free_name("Pump: large", set(), "Pools:New") == "Pump - large (Pools - New)"


def test_a_free_name_is_cut_before_its_hint_is() -> None:
    """What tells it apart stays whole; what would not leave room for a name is passed over."""
    assert free_name("Ann Maria Lee", set(), "Buda", limit=14) == "Ann Mar (Buda)"
    assert free_name("Ann Lee", set(), "Old Mill Road", limit=12) == "Ann Lee - 2"


@settings(deadline=None)
@given(
    wanted=names,
    taken=st.sets(names.map(unique_key), max_size=6),
    hints=st.lists(names, max_size=3),
    limit=st.integers(8, 20),
)
@example(wanted="", taken=set(), hints=["Buda"], limit=20)
@example(wanted=" ", taken={"(buda)"}, hints=["Buda"], limit=20)
@example(wanted="Ann", taken=set(), hints=["a hint longer than the limit"], limit=10)
@example(wanted="a" * 20, taken={unique_key("a" * 4 + " - 2")}, hints=[], limit=8)
@example(wanted="İİİİİİİİ", taken=set(), hints=["İ"], limit=8)
def test_a_free_name_is_free_legal_and_short_enough(
    wanted: str, taken: set[str], hints: list[str], limit: int
) -> None:
    """Whatever is wanted, held and hinted: QuickBooks takes the name that comes out."""
    name = free_name(wanted, taken, *hints, limit=limit)
    assert unique_key(name) not in taken
    assert illegal_in_name(name) == ""
    assert 0 < len(name) <= limit
    assert name == name.strip()


def test_a_free_name_is_found_among_a_thousand_of_its_kind() -> None:
    """The number grows until it is free, and takes its room from the name."""
    taken = {unique_key(f"{'a' * 96} - {n}"[:100]) for n in range(2, 1000)}
    taken |= {unique_key("a" * (100 - len(f" - {n}")) + f" - {n}") for n in range(2, 1000)}
    name = free_name("a" * 100, taken)
    assert name.endswith(" - 1000")
    assert len(name) == 100


def test_limits_are_those_that_intuit_prints() -> None:
    """The numbers that plans and forecasts are cut by."""
    assert (CUSTOMER_NAME_MAX, ITEM_NAME_MAX) == (500, 100)
    assert (DOCNUMBER_MAX, PAYMENT_REF_MAX) == (21, 21)

"""How many others share a pair's words, and what a phone says of where somebody lives."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon.matching import dedupe, match
from recon.matching.engine import compared, prepare

WORDS = ("cedar", "harbor", "birch", "quarry", "lantern")
NAMES = st.lists(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True), min_size=1, max_size=12
)
UP_TO = (1, 3, 7, 15, 63, 255)


def customers(names: list[str], **columns: list[str]) -> pd.DataFrame:
    """A list of customers of those names."""
    ids = [str(number) for number in range(len(names))]
    return pd.DataFrame({"id": ids, "display_name": names, **columns})


@settings(max_examples=50, deadline=None)
@given(left=NAMES, right=NAMES)
def test_words_that_come_together_are_counted_together(
    left: list[list[str]], right: list[list[str]]
) -> None:
    """Held against counting name by name; across lists and within one."""
    frames = [customers([f"{' '.join(name)} Unit {n}" for n, name in enumerate(names)])
              for names in (left, right)]  # fmt: skip
    for lists, itself in (((left, right), 1), ((left,), 2)):
        given_ = prepare(frames[0], frames[1] if len(lists) == 2 else None, "customer")
        told = compared(given_).levels["others"]
        ids = given_.records.ids.astype(int)
        for one, other, level in zip(given_.one, given_.other, told.tolist(), strict=True):
            shared = {*lists[0][ids[one]]} & {*lists[-1][ids[other]]}
            counts = [
                max(sum({*two} <= {*name} for name in names) for names in lists) - itself
                for two in ([a, b] for a in shared for b in shared if a != b or len(shared) == 1)
            ]
            fit = {1 if count < 1 else -int(np.digitize(count, UP_TO)) for count in counts}
            assert level in (fit or {0})


def test_a_house_of_many_units_is_less_rare_than_its_words() -> None:
    """Nobody else has "Cedar" or "Quarry", but the fifty units that have both say so little."""
    units = [f"Cedar Quarry Unit {number}" for number in range(1, 51)]
    pairs = match(customers([*units, "Birch Lantern"]), customers(["Birch Lantern", *units]))
    same = pairs[pairs["cmp_name"] == 5].set_index("left_id")
    assert (same.loc[["0", "49"], "cmp_others"] == -4).all()
    assert same.loc["50", "cmp_others"] == 1
    assert "namesakes" in same.loc["0", "weighed"]


TOWN = {"region": "IL", "city": "Ashton", "postal_code": "60601"}


@pytest.mark.parametrize(
    ("other", "alike", "level"),
    [
        ({}, 110, 1),  # where nearly all are of Ashton it says nothing
        ({}, 0, 4),  # but much where hardly anybody is
        ({"postal_code": "60699"}, 110, 1),  # another part of the town
        ({"city": "Quarry", "postal_code": "60699"}, 110, -3),
        ({"city": "", "postal_code": "60699"}, 110, 1),
        ({"region": "OR"}, 110, 1),  # one postal code: a slip in the region
        ({"region": "OR", "postal_code": ""}, 0, -2),
        ({"region": "OR", "city": "Dover", "postal_code": "97453"}, 0, -2),
        ({"region": "", "city": "", "postal_code": ""}, 0, 0),
    ],
)
def test_a_place_says_the_more_the_fewer_are_there(
    other: dict[str, str], alike: int, level: int
) -> None:
    """How rare a shared place is counts, not whether it is a town or a region."""
    far = {"region": "WA", "city": "Selah", "postal_code": "98942"}
    names = [f"{one} {two}" for one in WORDS for two in WORDS if one != two]
    rows = [TOWN if row < alike else far for row in range(120)]
    left = customers(["Xanthippe Okafor", *(f"{names[k % 20]} {k}" for k in range(120))])
    left = left.assign(**{c: [TOWN[c], *(row[c] for row in rows)] for c in TOWN})
    right = customers(["Xanthippe Okafor"], **{c: [(TOWN | other)[c]] for c in TOWN})
    pair = match(left, right, min_probability=0).query("left_id == '0'").iloc[0]
    assert pair["cmp_place"] == level
    transposed = match(right, left, min_probability=0).query("right_id == '0'").iloc[0]
    assert transposed["cmp_place"] == level


@pytest.mark.parametrize(
    ("told", "phone", "level"),
    [(5, "312 555 0199", 2), (5, "206 555 0199", -1), (4, "206 555 0199", 0), (5, "", 0)],
)
def test_a_phone_tells_where_somebody_lives_once_enough_say_so(
    told: int, phone: str, level: int
) -> None:
    """Which area code is of which region is read off the records that have both."""
    known = [("312 555 01", "IL"), ("206 555 01", "WA")]
    phones = [f"{start}{k}0" for start, _ in known for k in range(told)]
    regions = [region for _, region in known for _ in range(told)]
    given_names = ("Ada", "Bea", "Cleo", "Dora", "Enid")
    others = [f"{name} {family}" for name in given_names for family in ("Ashwood", "Birchem")]
    left = customers(
        ["Xanthippe Okafor", *others[: len(phones)]], phone=["", *phones], region=["IL", *regions]
    )
    right = customers(["Xanthippe Okafor"], phone=[phone], region=[""])
    pair = match(left, right, min_probability=0).query("left_id == '0'").iloc[0]
    assert pair["cmp_place"] == level
    assert ("a phone of another region" in pair["reasons"]) == (level < 0)


@pytest.mark.parametrize(("area", "level"), [("312", 2), ("206", -2)])
def test_two_postal_codes_of_one_region_are_no_other_place(area: str, level: int) -> None:
    """Also where phones alone tell of which region they are."""
    regions = {"312": "IL", "206": "WA"}
    phones = [f"{code} 555 01{k}0" for k in range(5) for code in regions]
    names = [f"{one} {two}" for one in WORDS for two in WORDS if one != two][: len(phones)]
    left = customers(
        ["Xanthippe Okafor", *names],
        phone=["312 555 0111", *phones],
        region=["", *(regions[phone[:3]] for phone in phones)],
        postal_code=["60699", *([""] * len(phones))],
    )
    right = customers(["Xanthippe Okafor"], phone=[f"{area} 555 0122"], postal_code=["60601"])
    pair = match(left, right, min_probability=0).query("left_id == '0'").iloc[0]
    assert pair["cmp_place"] == level


@pytest.mark.parametrize(("others", "level"), [(0, 1), (1, -1), (3, -1), (9, -2)])
def test_a_slip_says_less_where_both_spellings_are_in_use(others: int, level: int) -> None:
    """Corven is Corben misspelt, unless more are called so; Mark and Mary are two names anyway."""
    firsts = [f"{word}{k}" for word in ("Ashwood", "Tolliver", "Quimby") for k in ("a", "o", "i")]
    called = [f"{first} Corben" for first in firsts] + [f"{first}x Corven" for first in firsts]
    called = [name for k, name in enumerate(called) if k % len(firsts) < others]
    left = customers(["Xanthippe Corben", "Mark Birchem", *called])
    right = customers(["Xanthippe Corven", "Mary Birchem"])
    for one, other in ((left, right), (right, left)):
        pairs = match(one, other, min_probability=0)
        pairs = pairs[pairs["left_id"] == pairs["right_id"]].set_index("left_id")
        assert pairs.loc[["0", "1"], "cmp_slip"].tolist() == [level, -2]
        assert pairs.loc[["0", "1"], "cmp_name"].tolist() == [2, 2]
        assert "both spellings are names of their own" in pairs.loc["1", "reasons"]
        assert pairs.loc["1", "match_probability"] < 0.99


def test_a_pair_stands_twice() -> None:
    """Ahead on one side, and behind on the other: another of the first list fits better."""
    left = customers(["Xanthippe Okafor", "Xanthippe Okafor Jr"], email=["x@okafor.com", ""])
    right = customers(["Xanthippe Okafor"], email=["x@okafor.com"])
    pairs = match(left, right, min_probability=0).set_index("left_id")
    assert pairs.loc["0", ["cmp_lead", "cmp_rival"]].tolist() == [4, 4]
    assert pairs.loc["1", "cmp_lead"] == 4  # the only one that it could be
    assert pairs.loc["1", "cmp_rival"] == -3
    assert "cmp_lead" in dedupe(left, min_probability=0)


@pytest.mark.parametrize(("houses", "level"), [(1, 0), (2, -1), (4, -2), (5, -3)])
def test_houses_of_one_name_are_counted(houses: int, level: int) -> None:
    """Cedar Quarry Unit 1 of which town? The stores of a chain, a house each, raise no doubt."""
    units = [f"Cedar Quarry Unit {unit}" for _ in range(houses) for unit in (1, 2)]
    lines = [f"{house}00 Mill Lane" for house in range(1, houses + 1) for _ in range(2)]
    stores = [f"Birch Lantern #{number}" for number in range(301, 307)]
    own = [f"{number} Weir Road" for number in range(31, 37)]
    left = customers([*units, *stores], address_line1=[*lines, *own])
    right = customers(["Cedar Quarry #1", "Birch Lantern 301"], address_line1=["", ""])
    pairs = match(left, right, min_probability=0).set_index(["left_id", "right_id"])
    pair = pairs.loc["0", "0"]
    assert pair["cmp_sites"] == level
    assert ("houses are called so" in pair["reasons"]) == (level < 0)
    assert pairs.loc[str(len(units)), "1"]["cmp_sites"] == 0
    told = match(left, customers(["Cedar Quarry #1"], address_line1=["100 Mill Ln"]))
    assert told.set_index("left_id").loc["0", "cmp_sites"] == 0

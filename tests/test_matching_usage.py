"""Words that the lists themselves use for one thing or for two, with no dictionary."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest

from recon.matching import dedupe, match
from recon.matching.records import read

PLACES = ("Harbour", "Willow", "Cedar", "Mesa", "Summit", "Otto")
CUTS = ("Crisp", "Lofty", "Plain")


def frame(names: list[str], **columns: list[str]) -> pd.DataFrame:
    """A list of items under the given names."""
    return pd.DataFrame({"id": [str(i) for i in range(len(names))], "name": names, **columns})


def lists(left: str, right: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two lists of the same things, each with a noun of its own."""
    kinds = list(product(PLACES, CUTS))
    return frame([f"{a} {b} {left}" for a, b in kinds]), frame(
        [f"{a} {b} {right}" for a, b in kinds]
    )


def chance(pairs: pd.DataFrame, left: str, right: str) -> float:
    """The probability of one pair, 0 when it is not shown."""
    found = pairs[(pairs["left_id"] == left) & (pairs["right_id"] == right)]
    return float(found["match_probability"].max()) if len(found) else 0.0


def test_each_list_has_a_word_of_its_own_for_one_thing() -> None:
    """A "gaiter" here is "spatterdash" there: the same items stand beside both."""
    left, right = lists("gaiter", "spatterdash boot")
    pairs = match(left, right, kind="item")
    assert all(chance(pairs, i, i) > 0.5 for i in left["id"])
    wrong = pairs[pairs["left_id"] != pairs["right_id"]]
    assert (wrong["match_probability"] < 0.5).all()
    assert (pairs[pairs["left_id"] == pairs["right_id"]]["cmp_usage"] == 1).all()


def test_words_that_one_list_tells_apart_stay_two() -> None:
    """Where one list has both, even words one letter apart are two things."""
    both = [f"{a} {b} {c}" for a, b in product(PLACES, CUTS) for c in ("panel", "panes")]
    left, right = frame(both[:-1]), frame([*both[:10], both[-1]])
    pairs = match(left, right, kind="item", min_probability=0)
    last = pairs[(pairs["left_id"] == str(len(both) - 2)) & (pairs["right_id"] == "10")].iloc[0]
    assert last["cmp_usage"] < 0
    assert last["match_probability"] < 0.5


def test_a_description_in_other_words_is_a_witness() -> None:
    """What records say of themselves twice is one thing in all names, its own name or not."""
    left, right = lists("gaiter", "legging")
    told = [name.replace("gaiter", "legging") for name in left["name"]]
    names = read(left.assign(description=told), right, "item").names
    assert not {"gaiter", "legging"} <= {names.words[t] for t in names.tokens.ravel() if t >= 0}
    assert names.usage is not None
    crisp, lofty = (names.usage.words[[names.words.index(w)]] for w in ("crisp", "lofty"))
    assert names.usage.asked(crisp, lofty).two[0] > 0


def test_numbers_and_colours_are_never_made_one() -> None:
    """However often 5 stands here and 6 there, they are two; so are two colours."""
    for one, other in (("5 in strap", "6 in strap"), ("teal strap", "maroon strap")):
        pairs = match(*lists(one, other), kind="item")
        assert (pairs["match_probability"] < 0.5).all()


def test_one_letter_in_a_sku_is_a_slip_only_where_no_sibling_has_it() -> None:
    """A list that holds TEE-YM and TEE-YL means two by them; TEE-YM alone may be misspelt."""
    left = frame(["Otto tee", "Otto tee"], sku=["TEE-4YM", "TEE-4YL"])
    right = frame(["Otto tee"], sku=["TEE-4YL"])
    pairs = match(left, right, kind="item", min_probability=0).set_index("left_id")
    assert pairs["cmp_sku"].to_dict() == {"0": -1, "1": 4}
    alone = match(left.head(1), right, kind="item", min_probability=0)
    assert alone["cmp_sku"].tolist() == [1]


def test_a_name_against_the_others_description_raises_doubt() -> None:
    """Names alike, but one's description has a size that the other's has not."""
    left = frame(["Otto mug"], description=["Otto mug 12 oz"])
    right = frame(["Otto mug"], description=["Otto mug 16 oz"])
    pair = match(left, right, kind="item", min_probability=0).iloc[0]
    assert pair["cmp_doubt"] < 0


def test_the_order_of_rows_and_of_lists_makes_no_difference() -> None:
    """What is learned does not depend on which list is called left or how it is sorted."""
    left, right = lists("gaiter", "spatterdash")
    one = match(left, right, kind="item")
    turned = match(right.iloc[::-1], left.sample(frac=1, random_state=3), kind="item")
    columns = ["left_id", "right_id", "match_weight"]
    swapped = turned.rename(columns={"left_id": "right_id", "right_id": "left_id"})
    assert sorted(one[columns].itertuples(index=False)) == sorted(
        swapped[columns].itertuples(index=False)
    )


@pytest.mark.parametrize(
    "names",
    [
        [],
        ["x"],
        ["same thing here"] * 300,
        [f"part {i} of many things" for i in range(600)],
        ["\N{NAUSEATED FACE} \u05d0\u05d1 \u4e2d\u6587 nan"] * 3,
        ["a b c d e f g h i j k l m n o p"] * 2,
    ],
)
def test_hostile_lists_are_read(names: list[str]) -> None:
    """Nothing is learned from emptiness, repetition or long families, and nothing breaks."""
    items = frame(names)
    assert np.isfinite(match(items, items, kind="item")["match_weight"]).all()
    assert np.isfinite(dedupe(items, kind="item")["match_weight"]).all()


def test_a_word_more_is_not_approved_unseen_for_the_price_alone() -> None:
    """A service call after hours is another thing, also where it costs the same."""
    ours = pd.DataFrame({"id": ["1"], "name": ["Service Call"], "unit_price": ["89"]})
    theirs = pd.DataFrame(
        {"id": ["7"], "name": ["Service Call - After Hours"], "unit_price": ["89"]}
    )
    (band,) = match(ours, theirs, kind="item")["band"]
    assert band not in ("identical", "strict")

"""What two lists say themselves of their levels, without a label."""

from __future__ import annotations

import random

import numpy as np
import pytest
from test_matching_pairs import linked, two_lists

from recon.matching import expectation, match
from recon.matching.difference import Difference
from recon.matching.expectation import MIX, lists_say, mixed, supposed
from recon.matching.patterns import patterns
from recon.matching.weigh import STEP, ceiling

Levels = dict[str, np.ndarray]


def pairs(matches: int = 400, others: int = 1_200) -> tuple[Levels, np.ndarray, np.ndarray]:
    """Pairs of lists in which the e-mail tells who is one, and the phone is everybody's."""
    dice = np.random.default_rng(5)
    count = matches + others
    true = np.arange(count) < matches
    levels = {
        "name": np.where(
            true, dice.choice([5, 2], count), dice.choice([5, 0], count, p=[0.1, 0.9])
        ),
        "difference": np.where(true, 0, Difference.WORD),
        "leftover": np.zeros(count),
        "via": np.zeros(count),
        "conflict": np.zeros(count),
        "usage": np.zeros(count),
        "email": np.where(true & (dice.random(count) < 0.8), 4, 0),
        "phone": np.full(count, 4),
        "address": np.zeros(count),
    }
    one = np.where(true, np.arange(count), dice.integers(0, matches, count))
    other = np.where(true, np.arange(count), dice.integers(0, matches, count)) + count
    return {name: level.astype(np.int8) for name, level in levels.items()}, one, other


def said(levels: Levels, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Bits of each pair."""
    alike = patterns(levels)
    return lists_say(alike, (one, other), supposed(alike), {}) / STEP


def test_a_level_counts_by_how_often_it_comes_among_the_matches() -> None:
    """An e-mail that the matches share tells much; a phone that all share tells nothing."""
    levels, one, other = pairs()
    bits = said(levels, one, other)
    assert bits[levels["email"] == 4].min() > 5
    assert bits[400:].max() < 0
    silent = {**levels, "phone": np.zeros_like(levels["phone"])}
    assert said(silent, one, other) == pytest.approx(bits, abs=0.2)


def test_pairs_that_do_not_count_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether they are let go at once or never, and whether one that was let go comes back."""
    levels, one, other = pairs()
    levels["name"][::7] = 1
    for nothing in (expectation._NOTHING, 0.01, 0.3):
        monkeypatch.setattr(expectation, "_NOTHING", nothing)
        bits = []
        for let_go in (0.0, 1.1):
            monkeypatch.setattr(expectation, "_LET_GO", let_go)
            bits.append(said(levels, one, other))
        assert (bits[0] == bits[1]).all()


def test_ceilings_hold_and_rivals_share() -> None:
    """Unit 203 is never unit 204, and of two equally good partners neither is sure."""
    levels, one, other = pairs()
    levels["difference"][0] = Difference.NUMBERS
    one[401], other[401] = one[1], other[2] + 5_000  # as good a partner of the record of pair 1
    for level in levels.values():
        level[401] = level[1]
    bits = said(levels, one, other)
    assert bits[0] <= -12
    assert bits[1] <= 0.01
    assert bits[401] <= 0.01


@pytest.mark.parametrize(
    ("told", "most"),
    [
        ({"usage": -3, "difference": Difference.CHILD}, -2.0),
        ({"usage": -3, "difference": Difference.CHILD, "via": -6}, -4.0),  # the lower one holds
        ({"usage": -3, "difference": Difference.CHILD, "dealings": 2}, 10_000.0),
        ({"usage": -2, "difference": Difference.CHILD}, 10_000.0),
        ({"slip": -2}, 6.0),
        ({"slip": -2, "contacts": 3}, 10_000.0),
        ({"slip": -2, "dealings": 2}, 10_000.0),
        ({"slip": -1}, 10_000.0),
    ],
)
def test_of_several_ceilings_the_lowest_holds(told: dict[str, int], most: float) -> None:
    """Two equal documents of both books lift those that only doubt who is meant."""
    subjects = ("name", "difference", "leftover", "via", "conflict", "usage", "email", "slip")
    levels = dict.fromkeys((*subjects, "contacts", "dealings"), 0) | {"name": 4} | told
    each = {subject: np.array([level], dtype=np.int8) for subject, level in levels.items()}
    assert ceiling(each, {"one_firm": -4.0}).tolist() == [most * STEP]


def test_neither_order_nor_direction_changes_what_the_lists_say() -> None:
    """Sums are exact, so every order gives the same to the hundredth of a bit."""
    levels, one, other = pairs()
    bits = said(levels, one, other)
    order = list(range(len(one)))
    random.Random(3).shuffle(order)
    turned = {name: level[order] for name, level in levels.items()}
    assert (said(turned, other[order], one[order]) == bits[order]).all()


def test_unlikely_pairs_count_as_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaving them out of the sums changes no hundredth of a bit."""
    levels, one, other = pairs()
    levels["address"] = np.where(np.arange(len(one)) < 400, 4, -1).astype(np.int8)
    bits = said(levels, one, other)
    assert bits.min() < np.log2(expectation._NOTHING)
    monkeypatch.setattr(expectation, "_NOTHING", 0.0)
    assert (said(levels, one, other) == bits).all()


def test_few_matches_move_little() -> None:
    """Of thirty customers the lists teach next to nothing; of three thousand they count in full."""
    says = np.full(30, 10 * STEP)
    assert mixed(np.full(30, 2 * STEP), says, MIX["customer"]) == pytest.approx(2 * STEP, abs=25)
    many = mixed(np.full(30_000, 2 * STEP), np.full(30_000, 10 * STEP), MIX["customer"])
    mix = MIX["customer"]
    assert many == pytest.approx((mix.shipped * 2 + mix.lists * 10 + mix.base) * STEP, abs=5)


def test_two_lists_can_be_matched_without_the_shipped_weights() -> None:
    """By what they say themselves, nearly every pair is found and hardly any is wrong."""
    left, right, truth = two_lists(400, 4)
    found = linked(match(left, right, shipped=False))
    assert len(found & truth) > 0.9 * len(truth)
    assert len(found - truth) < 0.05 * len(truth)

"""Matching whole lists: who is linked, who is never, and that it is always the same."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading

import pandas as pd
import pytest

from recon.errors import TableError
from recon.matching import BANDS, candidates, clusters, dedupe, engine, match
from recon.matching.records import ListKind

SURNAMES = ["Abel", "Brandt", "Castor", "Delgado", "Ekberg", "Farrow", "Galvin", "Hobart", "Lomax"]
GIVEN = ["Robert", "William", "Susan", "Margaret", "Peter", "Hanna", "Olga", "Victor", "Nora"]
MESSY = {
    "customer": "Abel Roofing|Abel Roofing LLC:Kitchen|Abel Roofing Job 3|Abel Roofing - Unit 3"
    "|Ann Abel|Ann Abel 2|Ann Abel Jr|A. B. Abel|Abel, Ann (deleted)|Ann Abell|Abel (Fairmont)"
    "|Abel & Castor Dental|ACD|Abel Castor Dental LLC",
    "item": "Oven NNC994SS|Oven NN-C994 24 in|Oven 24 in 1500w|Filter 16x20x1|Tee Black L"
    "|Tee Blk Large|Abel Valve 2in 25pk|Valve 2 in. Box of 25",
}
TRADES = ["Roofing", "Dental", "Bakery", "Plumbing", "Nursery", "Catering", "Realty", "Printing"]


def customers(rows: list[dict[str, str]]) -> pd.DataFrame:
    """Rows as a list of customers with ids by position."""
    return pd.DataFrame([{"id": f"{n}", **row} for n, row in enumerate(rows)])


def two_lists(size: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame, set[tuple[str, str]]]:
    """Two lists of one firm written by two hands, and the true pairs."""
    chance = random.Random(seed)
    left, right, true = [], [], set()
    for n in range(size):
        given, surname = (
            chance.choice(GIVEN),
            f"{chance.choice(SURNAMES)}{chance.choice('aeiouy')}n",
        )
        street = f"{chance.randint(1, 9999)} {chance.choice(SURNAMES)} Street"
        phone = f"{chance.randint(2_000_000_000, 9_999_999_999)}"
        firm = f"{surname} {chance.choice(TRADES)} {chance.choice(['LLC', 'Inc', 'Co'])}"
        name = firm if n % 2 else f"{given} {surname}"
        left.append({"id": f"L{n}", "display_name": name, "phone": phone, "address_line1": street})
        if n % 4:
            other = name.rsplit(" ", 1)[0] if n % 2 else f"{surname}, {given}"
            known = {"phone": f"+1 {phone[:3]} {phone[3:6]}-{phone[6:]}"} if n % 3 else {}
            right.append({"id": f"R{n}", "display_name": other, "address_line1": street, **known})
            true.add((f"L{n}", f"R{n}"))
    return pd.DataFrame(left), pd.DataFrame(right), true


def linked(pairs: pd.DataFrame, least: float = 0.5) -> set[tuple[str, str]]:
    """The pairs of at least that probability."""
    sure = pairs[pairs["match_probability"] >= least]
    return set(zip(sure["left_id"], sure["right_id"], strict=True))


def test_two_hands_of_one_firm_are_matched() -> None:
    """Nearly every true pair is found, and hardly a false one is called sure."""
    left, right, true = two_lists(400, seed=5)
    pairs = match(left, right)
    assert len(linked(pairs) & true) >= 0.97 * len(true)
    sure = linked(pairs, 0.99)
    assert len(sure - true) <= 0.01 * len(sure)
    assert set(pairs["band"]) <= set(BANDS)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Maple Court Unit 203", "Maple Court Unit 204"),
        ("Robert Klein", "Robert Klein Jr"),
        ("Klein Roofing:Kitchen", "Klein Roofing:Bathroom"),
        ("Pizza Palace #11", "Pizza Palace #12"),
    ],
)
def test_equal_contacts_never_join_what_the_names_tell_apart(one: str, other: str) -> None:
    """Neighbours, father and son, two jobs and two branches share e-mail, phone and address."""
    same = {"email": "ap@shared.com", "phone": "555-201-3344", "address_line1": "12 Elm St"}
    left = customers([{"display_name": one, **same}])
    right = customers([{"display_name": other, **same}])
    assert linked(match(left, right)) == set()


def test_reasons_say_what_is_for_and_against() -> None:
    """The reasons name the shared contact, the dropped legal form and the words left over."""
    left = customers([{"display_name": "Harbor Tile Ltd", "email": "jo@harbortile.com"}])
    right = customers([{"display_name": "Harbor Tile", "email": "JO@harbortile.com"}])
    assert match(left, right)["reasons"][0] == "same name; 'ltd' dropped; same e-mail"
    right["display_name"] = "Harbor Tile Unit 4"
    assert "'unit 4' on one side only" in match(left, right, min_probability=0)["reasons"][0]


def test_items_are_matched_by_name_sku_and_price() -> None:
    """Sizes must agree; the category before a colon, units and word order need not."""
    left = pd.DataFrame(
        [
            {"id": "1", "name": "Lawn Mowing - Weekly", "unit_price": "45"},
            {"id": "2", "name": "Air Filter 16x20x1", "sku": "AF-16201", "unit_price": "9.50"},
            {"id": "3", "name": "Widget, Blue, Large", "sku": "W-BL", "unit_price": "12"},
        ]
    )
    right = pd.DataFrame(
        [
            {"id": "a", "name": "Services:Weekly Lawn Mowing", "unit_price": "45.00"},
            {"id": "b", "name": "Air Filter 16 x 25 x 1", "unit_price": "9.50"},
            {"id": "c", "name": "Air Filter 16 x 20 x 1", "sku": "af16201", "unit_price": "9.50"},
            {"id": "d", "name": "Widget Blue L", "sku": "WBL", "unit_price": "12"},
            {"id": "e", "name": "Widget Red L", "sku": "W-RL", "unit_price": "12"},
        ]
    )
    assert linked(match(left, right, kind="item")) == {("1", "a"), ("2", "c"), ("3", "d")}


def test_where_shops_describe_their_goods_only_skus_and_models_are_sure() -> None:
    """Editions of one product are told in the same words; a few words are no prose."""
    names = [f"{a} {b} Workshop" for a in ("Harbor", "Quarry", "Lantern") for b in ("Ink", "Clay")]
    prose = "a course for all who want to learn the craft at home in their own time, " * 2
    left = pd.DataFrame({"id": [*map(str, range(6))], "name": names, "unit_price": "19.99"})

    def sure(said: str, **more: list[str]) -> int:
        right = left.assign(description=said, **more)
        pairs = match(left.assign(description=said, **more), right, kind="item")
        return int((pairs["match_probability"] >= 0.99).sum())

    assert sure("a course with a book") == 6
    assert sure(prose) == 0
    assert sure(prose, sku=[f"WS-{number}03" for number in range(6)]) == 6


def test_neither_row_order_nor_direction_changes_anything() -> None:
    """Shuffled lists give the same table; B with A is A with B turned round."""
    left, right, _ = two_lists(150, seed=9)
    pairs = match(left, right)
    shuffled = match(left.sample(frac=1, random_state=1), right.sample(frac=1, random_state=2))
    pd.testing.assert_frame_equal(pairs, shuffled)
    turned = match(right, left).rename(columns={"left_id": "right_id", "right_id": "left_id"})
    both = [
        table[pairs.columns].drop(columns="reasons").sort_values(["left_id", "right_id"])
        for table in (pairs, turned)
    ]
    pd.testing.assert_frame_equal(*[table.reset_index(drop=True) for table in both])


def messy(kind: ListKind, size: int, chance: random.Random) -> pd.DataFrame:
    """A list of customers or items of which many are nearly called alike."""
    mails = [f"{word}@mail.com" for word in ("ann", "abel", "castor", "info")] + ["", "", ""]
    return pd.DataFrame(
        {
            "id": [f"{n}" for n in range(size)],
            "display_name" if kind == "customer" else "name": chance.choices(
                MESSY[kind].split("|"), k=size
            ),
            "email": chance.choices(mails, k=size),
            "company_name": chance.choices(["", "", "Abel Roofing", "Castor"], k=size),
            "given_name": chance.choices(["", "Ann"], k=size),
            "family_name": chance.choices(["", "Abel"], k=size),
            "unit_price": chance.choices(["", "9", "10"], k=size),
        }
    )


def test_messy_lists_turned_round_say_the_same() -> None:
    """Jobs, marks, jr, models, sizes, typos: every level is the same from either side."""
    chance = random.Random(11)
    kinds: tuple[ListKind, ...] = ("customer", "item")
    for kind in kinds:
        left, right = messy(kind, 60, chance), messy(kind, 45, chance)
        there = match(left, right, kind=kind, min_probability=0)
        back = match(right, left, kind=kind, min_probability=0)
        columns = [c for c in there.columns if c not in ("reasons", "left_id", "right_id")]
        by_pair = [
            there.set_index(["left_id", "right_id"])[columns].sort_index(),
            back.set_index(["right_id", "left_id"])[columns].sort_index(),
        ]
        by_pair[1].index.names = by_pair[0].index.names
        pd.testing.assert_frame_equal(*by_pair)


def test_chunks_change_nothing_and_progress_can_stop_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same pairs however few are compared at a time; an error raised by progress ends it."""
    left, right, _ = two_lists(60, seed=3)
    goods = [messy("item", size, random.Random(2)) for size in (40, 30)]
    pairs, within, items = match(left, right), dedupe(left), match(*goods, kind="item")
    monkeypatch.setattr(engine, "CHUNK", 17)
    monkeypatch.setattr(candidates, "JOINED", 13)
    monkeypatch.setattr(candidates, "_MOST", 1)  # as if tokens were too many for one number
    for threads in (1, 3):
        monkeypatch.setattr(engine, "THREADS", threads)
        pd.testing.assert_frame_equal(pairs, match(left, right))
    pd.testing.assert_frame_equal(within, dedupe(left))
    pd.testing.assert_frame_equal(items, match(*goods, kind="item"))
    told: list[tuple[int, int | None]] = []
    again = match(left, right, progress=lambda _what, done, total: told.append((done, total)))
    pd.testing.assert_frame_equal(pairs, again)
    assert told[0][0] == 0
    assert told[1][0] == 17
    assert told[-1][0] == told[-1][1]
    before = threading.active_count()

    def stop(_what: str, done: int, _total: int | None) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        match(left, right, progress=stop)
    assert threading.active_count() == before, "chunks are still being compared"


def test_what_is_shared_by_chance_is_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a list four thousand times as long the same bits are chance; who agrees in all stays."""
    left, right, _ = two_lists(60, seed=3)
    pairs = match(left, right, min_probability=0)
    monkeypatch.setattr(candidates, "_CHANCE", candidates._CHANCE - 12)
    fewer = match(left, right, min_probability=0)
    both = ["left_id", "right_id"]
    kept = set(fewer[both].itertuples(index=False))
    assert kept < set(pairs[both].itertuples(index=False))
    sure = pairs[pairs["band"].isin(["identical", "strict"])]
    assert len(sure) > 20
    assert kept >= set(sure[both].itertuples(index=False))


def test_equal_pairs_weigh_the_same_and_stand_in_the_order_of_their_numbers() -> None:
    """Records that are equal in every compared respect tie; 9, 99 and 100 stand in this order."""
    right = pd.DataFrame({"id": ["100", "99", "9", "1000"], "display_name": ["Nora Hobart"] * 4})
    left = pd.DataFrame({"id": ["x10", "x9"], "display_name": ["Nora Hobart"] * 2})
    pairs = match(left, right, min_probability=0)
    assert len(set(pairs["match_weight"])) == 1
    assert list(zip(pairs["left_id"], pairs["right_id"], strict=True)) == [
        (one, other) for one in ("x9", "x10") for other in ("9", "99", "100", "1000")
    ]
    within = dedupe(right, min_probability=0)
    assert list(zip(within["left_id"], within["right_id"], strict=True))[:2] == [
        ("9", "99"),
        ("9", "100"),
    ]


@pytest.mark.slow
def test_the_hash_seed_changes_nothing() -> None:
    """Two interpreters with different hash seeds print the same pairs."""
    program = (
        "import pandas as pd; from recon.matching import alike, bonds, dedupe;"
        "words = ['jansen', 'johnson', 'jonsen', 'jonsin', 'jonson'];"
        "print(alike._slips(bonds.Lexicon.of(words, frozenset(), units=False)));"
        "print(dedupe(pd.DataFrame({'id': [str(i) for i in range(40)], 'display_name':"
        "[f'Anna {w} Roofing' for w in 'Bo Co Do Fo'.split()] * 10})).to_csv())"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(answers) == 1


def test_the_bits_of_the_reasons_add_up_to_the_weight() -> None:
    """To the tenth that is shown; the number of a unit is held down by a limit that is named."""
    left, right, _ = two_lists(40, seed=3)
    pairs = match(left, right, min_probability=0)
    for line, weight in zip(pairs["weighed"], pairs["match_weight"], strict=True):
        shares = [float(part.rpartition(" ")[2]) for part in line.split(", ")]
        assert sum(shares) == pytest.approx(weight, abs=0.05 * len(shares) + 0.01)
    assert "e-mail" not in pairs["weighed"].iloc[0]  # neither list has any
    contacts = {"email": "office@maple.com", "phone": "3125550100", "address_line1": "1 Elm St"}
    one, other = (
        customers([{"display_name": f"Maple Court Unit {number}", **contacts}])
        for number in ("203", "204")
    )
    assert "limit -" in match(one, other, min_probability=0)["weighed"].iloc[0]


def test_near_ties_are_shown_and_never_called_sure() -> None:
    """Two records that fit equally well are both returned, neither as strict or identical."""
    left = customers([{"display_name": "Nora Hobart"}])
    right = customers([{"display_name": "Nora Hobart"}, {"display_name": "Hobart, Nora"}])
    pairs = match(left, right)
    assert len(pairs) == 2
    assert not set(pairs["band"]) & {"identical", "strict"}
    assert pairs["reasons"].str.contains("exactly as well").all()


def test_hostile_lists_end_quickly_and_link_nothing_by_emptiness() -> None:
    """Ten thousand equal names, odd characters, empty and missing columns."""
    many = pd.DataFrame({"id": [str(n) for n in range(10_000)], "display_name": "Cash Customer"})
    many["email"] = "till@shop.com"
    assert len(match(many, many)) <= 25 * len(many)
    odd = customers(
        [
            {"display_name": name}
            for name in ("x" * 1_000_000, "nan", "\0", "", "🎉", "שלום", "张伟", "محمد", "Ελένη")
        ]
    )
    pairs = match(odd, odd)
    assert set(pairs["left_id"]) <= {"0", "4", "5", "6", "7", "8"}
    assert (pairs["left_id"] == pairs["right_id"]).all()
    only_ids = pd.DataFrame({"id": ["1", "2"]})
    assert match(only_ids, only_ids).empty
    assert dedupe(only_ids).empty
    assert list(match(odd.iloc[:0], odd).columns) == list(pairs.columns)
    assert match(odd.iloc[:0], odd.iloc[:0]).empty
    assert dedupe(odd.iloc[:0]).empty


def test_ids_that_occur_twice_are_refused_by_name() -> None:
    """One clear error names the ids; a list without ids is refused too."""
    twice = pd.DataFrame({"id": ["7", "8", "7"], "display_name": ["a", "b", "c"]})
    with pytest.raises(TableError, match=r"more than once: 7\."):
        dedupe(twice)
    with pytest.raises(TableError, match="no column 'id'"):
        match(twice[["display_name"]], twice)


def test_duplicates_within_a_list_are_found_and_grouped() -> None:
    """Each pair once with the smaller id left; groups hold no contradiction."""
    phone = {"phone": "555-201-3344"}
    frame = customers(
        [
            {"display_name": "Galvin Nursery LLC", **phone},
            {"display_name": "Galvin Nursery", **phone},
            {"display_name": "Galvin Nursery Unit 2", **phone},
            {"display_name": "Lomax Printing"},
        ]
    )
    pairs = dedupe(frame)
    assert linked(pairs) == {("0", "1")}
    assert (pairs["left_id"] < pairs["right_id"]).all()
    assert clusters(pairs, frame["id"], threshold=0.5).tolist() == [0, 0, 1, 2]


def test_a_group_never_joins_contradicting_records() -> None:
    """A is B and B is C, but A and C have different numbers: the weaker pair gives way."""
    pairs = pd.DataFrame(
        {
            "left_id": ["a", "b", "a"],
            "right_id": ["b", "c", "c"],
            "match_weight": [9.0, 8.0, -12.0],
            "match_probability": [0.998, 0.996, 0.0002],
            "cmp_difference": [0, 0, -10],
        }
    )
    assert clusters(pairs, ["a", "b", "c"]).tolist() == [0, 0, 1]

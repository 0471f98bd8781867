"""The short ways of matching lead where the long ways lead."""

from __future__ import annotations

from itertools import product
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from rapidfuzz.distance import OSA

from recon.errors import TableError
from recon.matching import places, vocabulary, worth
from recon.matching.addresses import address_key, address_keys
from recon.matching.alike import words_alike
from recon.matching.bonds import Bond, Lexicon, _bonds, short_form, word_bonds
from recon.matching.candidates import _on_both_sides, _tokens, candidates
from recon.matching.cells import folded_texts, in_arrow, listed, present_texts
from recon.matching.columns import encode
from recon.matching.contacts import email_key, email_keys, email_parts, phone_key, phone_keys
from recon.matching.ids import natural, natural_order
from recon.matching.letters import (
    PAIRS_OF_A_SLIP,
    beginnings,
    behind,
    letter_bits,
    pair_bits,
    shortened,
)
from recon.matching.names import read_name, share_nickname
from recon.matching.quantities import even_quantities
from recon.matching.reader import Reader
from recon.matching.records import columns_of, read
from recon.matching.sounds import sound, sounds
from recon.matching.text import all_folded, all_present, fold, present
from recon.matching.vocabulary import nicknames, replacements, words
from recon.matching.weigh import STEP, rivals

WORDS = """
Abel Brandt Ann Bob the The of Roofing Plumbing svcs Group LLC Inc co Limited A P II Jr None nan
Mgmt Bros Dr Kitchen Lot and Department Estate mueller
"""
MARKS = ["", "", "", " - 2", " (deleted)", ", Inc.", ":Kitchen", " & Sons", " #4", "'s", " c/o Bob"]
SHORT_AND_LONG = """
accounts acc treatment trtmt pruning prune michelle chelle john jon jonathan bill william liz beth
elizabeth svc service inn insulation ana anna mueller muller bldg building yuriy iuri management mgt
roberta robert bob
"""


PLAIN = """
Webb Hale Zeller Marlow Milano Decker Augustin Attnwell Harold Superfamily o'Neil Müller 李小龙
ann_lee l.l.c. 4th L6 D52 007 2 12 203 2024 12345 20240613 A-1 nan Nan a p
"""
TABLES = (
    *("weak", "trades", "jobs", "sites", "behind_a_person", "households", "legal", "titles"),
    *("fillers", "occasions", "seasons"),
)
SPELT = ("phrases", "abbreviations", "legal_long", "generations")
KNOWN = sorted({*nicknames()}.union(*map(words, TABLES), *map(replacements, SPELT)))
BETWEEN = [" "] * 6 + [", ", " & ", ":", " (", ") ", " - ", "-", "/", " / ", ". ", " #", "; ", "  "]
END = [*MARKS, "-1", "*", ")", "_", " Wedding 2024", " 6/13/2024", " family 2023", " Jr", " - OLD"]


@st.composite
def hostile_names(draw: st.DrawFn) -> str:
    """Words of all tables, others that begin or end like them, and signs between."""
    known = st.sampled_from(KNOWN)
    word = st.one_of(
        st.sampled_from((WORDS + PLAIN).split()),
        known,
        st.builds("".join, st.tuples(known, st.sampled_from(["son", "x", "er"]))),
        st.builds("".join, st.tuples(st.sampled_from(["mi", "har", "co"]), known)),
        st.text("abcxyz019", min_size=1, max_size=5),
    ).map(draw(st.sampled_from([str, str.title, str.upper])))
    parts = draw(st.lists(st.tuples(word, st.sampled_from(BETWEEN)), min_size=1, max_size=5))
    return "".join(map("".join, parts)) + draw(word) + draw(st.sampled_from(END))


@example(["Now known as: attn2.ProfessionalVille"])  # nothing is left, and that is cut
@example(["The: Attnwell_Wilfred - OLD"])
@given(st.lists(hostile_names(), min_size=1, max_size=40, unique=True))
@settings(max_examples=40, deadline=None)
def test_names_are_read_by_their_shape_as_each_by_itself(names: list[str]) -> None:
    """Reading one name for all of its shape gives what reading every one of them gives."""
    reader, one_by_one = Reader(few=1), Reader()
    by_shape = reader.read(names)
    told = [read_name(text) for text in names]
    by_itself = one_by_one.take([name for name, _ in told], [spelling for _, spelling in told])
    for mine, its in zip(by_shape[1:3], by_itself[1:3], strict=True):  # kinds, signs
        assert mine.tolist() == its.tolist()
    mine, its = (
        [np.array([*told_by.number, ""])[part].tolist() for part in (apart[0], *apart[3:])]
        for told_by, apart in ((reader, by_shape), (one_by_one, by_itself))
    )
    assert mine == its  # the words of tokens, legal form, spelling and initials


CELLS = """
(555) 123-4567|+1 555 123 4567 x12|555.123.4567 ext. 9|#12|0000000|\uff11\uff12345678
12|nan|None|N/A|-|75 Willow Blvd # 135|75 Willow Boulveard Unit 135|O'Hara Court Apt 0012
103 First Ave between 6th and 7th|at 5th|Highway 12 Unit 3 Rte 9
12 Community Way|unit|Unit #|Ann.Lee@Webb-Dental.co.uk|ann@googlemail.com|ann+bills@me.com|ann@me
mailto:ann@me.com|ann@me.com.|ann@me..com|ann@lee@me.com|a@b.com, c@d.com|@me.com|Ann Lee@me.com
\x00|a\xa0b| x |CAFÉ|ß|\ud800|12\n34567890|1\t2
"""


@given(st.lists(st.one_of(st.sampled_from(CELLS.split("|")), st.text(max_size=12)), max_size=30))
def test_a_whole_column_is_read_as_cell_by_cell(cells: list[str]) -> None:
    """Present, folded, e-mail, phone and address, and the codes of what they are."""
    cells.append("9 " * 300)
    assert all_present(cells) == [present(cell) for cell in cells]
    assert all_folded(cells) == [fold(cell) for cell in cells]
    assert listed(present_texts(cells)) == [present(cell) for cell in cells]
    assert listed(folded_texts(cells)) == [fold(cell) for cell in cells]
    assert listed(email_keys(cells)) == [email_key(cell) for cell in cells]
    assert listed(phone_keys(cells)) == [phone_key(cell) for cell in cells]
    assert [*zip(*address_keys(cells), strict=True)] == [address_key(cell) for cell in cells]
    field = encode(cells)
    assert list(field.values) == sorted({*cells} - {""})
    assert [*field.each()] == cells


def test_an_email_says_whose_it_is() -> None:
    """Its own local part, its own domain and the letters that may spell its owner's name."""
    told = """
    ann.lee82@gmail.com      ann.lee82  -            annlee
    billing@webb-dental.com  -          webb-dental.com  webbdental
    bob@gmail.com            -          -            bob
    info@gmail.com           -          -            -
    ann@lee@me.org           -          lee@me.org   leeme
    josé.paz@müller-bau.de   josé.paz   müller-bau.de  müllerbau
    ann@7.co                 -          7.co         -
    """
    lines = map(str.split, told.strip().splitlines())
    wanted = [["" if part == "-" else part for part in line] for line in lines]
    found = email_parts(in_arrow([email for email, *_ in wanted]))
    assert [*map(list, zip(*map(listed, found), strict=True))] == [rest for _, *rest in wanted]
    assert [*map(len, email_parts(in_arrow([])))] == [0, 0, 0]


@given(st.lists(st.text("abchkw1éß", max_size=7)))
def test_words_are_heard_all_at_once_as_one_by_one(words: list[str]) -> None:
    """Silent letters and doubled ones, in any place."""
    assert listed(sounds(words)) == [sound(word) for word in words]


def test_a_name_without_a_shape_may_be_the_last_one_read() -> None:
    """Nothing is put into its place, which another name's shape would look for behind it."""
    names = ["Zeller - Webb - Hale - Marlow - Milano", "Webb Webb"]
    tokens = Reader(few=1).read(names).tokens
    assert (tokens >= 0).sum(1).tolist() == [5, 1]


@given(
    st.lists(
        st.from_regex(r"([a-zé\ud800]{0,2}[-0 ]{0,2}[0-9]{0,20}){0,3}", fullmatch=True), max_size=6
    )
)
def test_ids_are_sorted_by_arrays_as_one_by_one(ids: list[str]) -> None:
    """Numbers behind one kind of beginning or many, too long, missing, with leading zeros."""
    ids = list(dict.fromkeys(ids))
    wanted = sorted(ids, key=natural)
    assert [ids[row] for row in natural_order(ids).tolist()] == wanted


@given(st.text(max_size=30), st.text(min_size=1, max_size=30), st.integers(0, 30))
def test_what_a_text_contains_has_no_bit_of_its_own(one: str, other: str, place: int) -> None:
    """A word is looked for only in addresses that have all its pairs of letters."""
    word, around = pair_bits([one, other[:place] + one + other[place:]])
    assert word & ~around == 0


@given(st.text("abcdef01", max_size=9), st.text("abcdef01", max_size=9))
def test_a_slip_changes_two_bits_at_most(one: str, other: str) -> None:
    """Two words with more odd bits than that are so far apart that nobody needs to count."""
    odd = np.bitwise_count(np.bitwise_xor.reduce(letter_bits([one, other])))
    assert odd <= 2 * OSA.distance(one, other)


@given(st.text("abc01\0", max_size=9), st.text("abc01\0", max_size=9))
def test_a_slip_changes_few_pairs_of_letters(one: str, other: str) -> None:
    """Two addresses or phones with more odd bits than that need no counting either."""
    odd = np.bitwise_count(np.bitwise_xor.reduce(pair_bits([one, other])))
    assert odd <= PAIRS_OF_A_SLIP * OSA.distance(one, other)


@given(arrays(np.bool_, array_shapes(min_dims=2, max_dims=3, min_side=0, max_side=4)))
def test_tables_are_gone_through_place_by_place(use: np.ndarray) -> None:
    """What numpy finds row by row, in its order."""
    assert all(np.array_equal(*both) for both in zip(places.found(use), use.nonzero(), strict=True))
    rows = use.reshape(len(use), -1 if use.size else 0)
    assert places.some(rows).tolist() == rows.any(1).tolist()
    assert places.added(rows).tolist() == rows.sum(1).tolist()
    bits = rows * (1 << np.arange(rows.shape[1]))
    assert places.joined(bits).tolist() == np.bitwise_or.reduce(bits, axis=1).tolist()


PAIRS = st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 3), st.integers(0, 3)), min_size=1)


@given(PAIRS, st.booleans())
def test_a_pair_stands_against_the_best_other_pair_of_its_records(
    pairs: list[tuple[int, int, int]], within: bool
) -> None:
    """Ties and pairs alone included; within one list a record may stand on either side."""
    weight, one, other = np.array([pair for pair in pairs if pair[1] != pair[2]] or [(0, 0, 1)]).T
    weight, other = weight * 3 * STEP, other + (0 if within else 4)
    stands = rivals(weight, one, other)
    edges = [-6 * STEP, -3 * STEP, 0, 1, 3 * STEP, 6 * STEP, 12 * STEP]
    for k in range(len(weight)):
        others = np.arange(len(weight)) != k
        rest = [weight[others & ((one == r) | (other == r))] for r in (one[k], other[k])]
        margins = [weight[k] - max(r) if r.size else 20 * STEP for r in rest]
        assert stands["rival"][k] == np.digitize(min(margins), edges) - 3
        assert stands["lead"][k] == np.digitize(max(margins), edges) - 3


def test_every_short_form_and_nickname_is_found_among_all_words() -> None:
    """No pair of words that belongs together is kept from being looked at."""
    words = sorted(SHORT_AND_LONG.split())
    lexicon = Lexicon.of(words, frozenset(), units=False)
    one, other = (
        np.array(side) for side in zip(*product(range(len(words)), repeat=2), strict=True)
    )
    apart = one != other
    one, other = one[apart], other[apart]
    assert (word_bonds(lexicon, one, other) == _bonds(lexicon, one, other)).all()
    for a, b, bond in zip(one, other, word_bonds(lexicon, one, other), strict=True):
        small, large = sorted((words[a], words[b]), key=len)
        trades = {small, large} <= vocabulary.words("trades")
        if share_nickname(small, large):
            assert bond == Bond.NICKNAME
        elif len(small) >= 3 and len(large) > len(small) and not trades and small[0] == large[0]:
            assert (bond > Bond.INITIAL) or not short_form(small, large), (small, large)


@given(st.lists(st.text("abé", min_size=1, max_size=6), min_size=1, max_size=9, unique=True))
def test_shortened_spellings_have_the_same_key_where_they_are_the_same(words: list[str]) -> None:
    """Each word without any one of its first four letters, and as it is, each spelling once."""
    spelt = [
        (number, text)
        for number, w in enumerate(words)
        for text in dict.fromkeys([*(w[:k] + w[k + 1 :] for k in range(min(len(w), 4))), w])
    ]
    text, key = shortened(words, 4)
    assert text.tolist() == [number for number, _ in spelt]
    number_of = {k: s for k, (_, s) in zip(key.tolist(), spelt, strict=True)}
    assert [number_of[k] for k in key.tolist()] == [s for _, s in spelt]
    assert len(number_of) == len({s for _, s in spelt})


def test_words_a_letter_apart_and_nicknames_are_alike() -> None:
    """Either way round, and no word beside itself; short words are nobody's slip."""
    words = ("bill", "grace", "graces", "jon", "johnson", "jonson", "jonsson", "june", "william")
    lexicon = Lexicon.of(list(words), frozenset(), units=False)
    found = words_alike(SimpleNamespace(words=words, lexicon=lexicon))
    told = {
        (words[a], words[b]): round(float(share), 1)
        for a, b, share in zip(found.row, found.col, found.data, strict=True)
    }
    slips = ["grace graces", "johnson jonson", "jonson jonsson", "johnson jonsson"]
    wanted = {tuple(pair.split()): 0.8 for pair in slips} | {("bill", "william"): 0.7}
    assert told == wanted | {(b, a): share for (a, b), share in wanted.items()}


def test_pairs_of_words_tell_what_too_frequent_words_cannot(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With hardly any work allowed, John Smith still tells as much as John and Smith beside it."""
    names = [f"{one} {other}" for one in ("John", "Ann") for other in ("Smith", "Webb", "Lee")]
    left, right = (
        pd.DataFrame({"id": [f"{side}{n}" for n in range(6)], "display_name": names})
        for side in "lr"
    )
    records = read(left, right, "customer")
    tokens, vocabulary = _tokens(records, within=False), len(records.names.words)
    counts = [np.diff(tokens.held[:, side].indptr) for side in (slice(0, 6), slice(6, 12))]

    def told() -> tuple[np.ndarray, np.ndarray]:
        bits = worth.worth(tokens, records.names, *counts)
        each = (tokens.held.T @ bits @ tokens.held).toarray()[:6, 6:]
        return np.diff(bits.indptr)[:vocabulary], each.diagonal()

    whole = told()
    monkeypatch.setattr(worth, "_STEPS", 0)
    monkeypatch.setattr(worth, "_STEPS_ANYWAY", 12)  # pairs of words, names run together
    bare = told()
    assert whole[0].all()
    assert not bare[0].any()
    assert whole[1].tolist() == bare[1].tolist()
    one, other = candidates(records, within=False)
    assert other.tolist() == (one + 6).tolist()


@given(st.lists(st.text("abé", max_size=5), max_size=5))
def test_texts_in_a_row_have_the_key_of_the_whole(texts: list[str]) -> None:
    """Up to so many letters, and other beginnings have other keys."""
    keys, size = beginnings(texts, 4)
    whole, _ = beginnings(["".join(texts), "b" + "".join(texts)], 4)
    run, long = np.zeros(1, dtype=np.uint64), np.zeros(1, dtype=np.int64)
    for place in range(len(texts)):
        more = np.minimum(size[place], 4 - long)
        run += keys[more, place] * behind(long)
        long += more
    assert run[0] == whole[-1, 0]
    assert (run[0] == whole[-1, 1]) == (("b" + "".join(texts))[:4] == "".join(texts)[:4])


@given(st.lists(st.tuples(st.integers(0, 40), st.booleans()), max_size=60))
def test_no_token_of_both_lists_is_left_out(tokens: list[tuple[int, bool]]) -> None:
    """What goes before the join is in one list alone."""
    keys = np.array([key << 40 for key, _ in tokens], dtype=np.int64)
    left = np.array([side for _, side in tokens], dtype=np.bool_)
    kept = _on_both_sides(keys, left)
    shared = np.isin(keys, np.intersect1d(keys[left], keys[~left]))
    assert not (shared & ~kept).any()


def test_cells_of_any_type_are_read_as_text() -> None:
    """Numbers, dates of nothing and missing values in a column of objects or of numbers."""
    left = pd.DataFrame({"id": [10, 9], "email": [None, "e"], "phone": [float("nan"), 7.0]})
    right = pd.DataFrame({"id": ["b", "a"], "email": [pd.NA, "x"], "city": [True, "nan"]})
    ids, cells = columns_of(left, right, ("email", "phone", "city"))
    assert ids.tolist() == ["9", "10", "a", "b"]
    assert cells["email"].each() == ["e", "", "x", ""]
    assert cells["phone"].each() == ["7.0", "", "", ""]
    assert cells["city"].each() == ["", "", "", "True"]


def test_ids_that_differ_in_zeros_only_are_two() -> None:
    """7 and 007 are two ids; 7 twice is an error that names it."""
    seven = pd.DataFrame({"id": ["7", "007", "8"]})
    assert columns_of(seven, seven.iloc[:0], ())[0].tolist() == ["007", "7", "8"]
    with pytest.raises(TableError, match="more than once: 7"):
        columns_of(pd.DataFrame({"id": ["7", "8", "7"]}), seven, ())


@pytest.mark.parametrize(
    ("text", "evened"),
    [
        ("mop bucket", "mop bucket"),
        ("pipe 12.7 mm x 2,000 ft.", "pipe 1/2in 2000ft"),
        ("bolt m6 x 1.0", "bolt m6-1"),
        ("4br/3ba clean every 2 weeks", "4bed 3bath clean biweekly"),
        ("led 2700k 9w, over 50 hrs", "led 2700 9w 50plushr"),
        ("1x visit per week", "onetime visit weekly"),
    ],
)
def test_a_pattern_that_may_fit_is_tried(text: str, evened: str) -> None:
    """Signs decide which patterns for quantities are tried, and none is missed for that."""
    assert " ".join(even_quantities(text).replace(",", " ").split()) == evened

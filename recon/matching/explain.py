"""Why two records match, and what speaks against it, in one short plain sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from recon.matching.names import Kind
from recon.matching.patterns import patterns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from recon.matching.compare import Comparison
    from recon.matching.nametable import Names

    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]
    Texts = NDArray[np.object_]

_NAME = {
    5: "same name", 4: "same words in the name", 3: "a short form or nickname in the name",
    2: "a spelling slip in the name", 1: "an initial for a name", 0: "little in common in the name",
    -1: "the names are alike only as slips of spelling",
}  # fmt: skip
_VIA = {-1: "by its other name", -2: "by its contact person", -3: "by its other name",
        -4: "by its other name", -6: "by its other name"}  # fmt: skip
_FOR = {
    "acronym": {1: "one is the initials of the other"},
    "couple": {4: "one of two first names", 3: "one of a household", 2: "the same two people",
               1: "one of two people"},
    "leftover": {4: "what is left over stands elsewhere in the other record",
                 3: "what is left over stands elsewhere in the records"},
    "email": {5: "same e-mail", 4: "same e-mail, which a few share",
              3: "same e-mail, which many share", 2: "nearly the same e-mail",
              1: "same e-mail domain"},
    "phone": {5: "same phone", 4: "same phone, which a few share",
              3: "same phone, which many share", 2: "same last seven digits",
              1: "phone differs by one digit"},
    "address": {4: "same address", 3: "nearly the same address", 1: "same street"},
    "place": {**dict.fromkeys((2, 3, 4), "same place"), 5: "same place, where few others are"},
    "person": {2: "same contact person"},
    "sku": {4: "same SKU", 3: "same SKU, which several share", 2: "SKU written in the other's name",
            1: "SKU differs by one character"},
    "price": {4: "same price", 3: "same price", 2: "nearly the same price", 1: "similar price"},
    "usage": {4: "the lists use these words for one thing",
              3: "the lists use these words for one thing", 1: "in the lists' own other words"},
    "note": {3: "same description", 2: "nearly the same description", 1: "similar description"},
}  # fmt: skip
_AGAINST = {
    "email": {-1: "a different e-mail"},
    "phone": {-1: "a different phone", -2: "a phone of another area"},
    "address": {-1: "a different address", -2: "another unit at the same address"},
    "place": {-1: "a phone of another region", -2: "another place", -3: "another town"},
    "person": {-1: "a different contact person"},
    "sku": {-1: "a different SKU"},
    "price": {-1: "a very different price"},
    "note": {-1: "a different description", -2: "a different size or number in the description"},
    "usage": dict.fromkeys((-2, -3), "the lists tell such names apart"),
    "doubt": {-3: "a description has another size or number"},
    "via": {-3: "one says more in the name shown", -4: "the names shown differ",
            -5: "the other names differ", -6: "the names shown are others"},
    "slip": {-1: "both spellings are in use", -2: "both spellings are names of their own"},
    "legal": {-1: "another legal form"},
    "mark": {-1: "one is marked as a copy or deleted", -2: "one has a number behind it",
             -4: "another occasion"},
    "conflict": {-1: "another trade", -2: "another given name", -3: "another town"},
    "crowd": {-1: "another is called so too", -2: "two others are called so too",
              -3: "several others are called so too"},
    "sites": {-1: "two houses are called so", -2: "several houses are called so",
              -3: "many houses are called so"},
    "rival": {0: "another record matches exactly as well", -1: "another record matches better",
              -2: "another record matches better", -3: "another record matches much better"},
}  # fmt: skip


def explain(
    names: Names,
    comparison: Comparison,
    levels: Mapping[str, NDArray[np.int8]],
) -> Texts:
    """The reasons of some pairs: "same e-mail; same phone; but 204 against 203".

    Args:
        names: all names.
        comparison: of the pairs.
        levels: of the pairs, `rival` included.
    """
    subjects = [s for s in dict.fromkeys(("name", "via", *_FOR, *_AGAINST)) if s in levels]
    distinct, of = patterns({s: levels[s] for s in subjects})
    phrases = _phrases(distinct)
    out = np.array([_sentence(good, bad) for good, bad in phrases], dtype=object)[of]
    over = _left_over(names, comparison)
    dropped = _dropped_forms(names, comparison)
    books = _dealt(comparison)
    more = np.flatnonzero((over != "") | (dropped != "") | (books != ""))
    told = (part[more].tolist() for part in (of, over, dropped, books))
    for row, number, words, form, dealt in zip(more.tolist(), *told, strict=True):
        good, bad = phrases[number]  # what other pairs say too
        good = [*good[:1], f"'{form}' dropped", *good[1:]] if form else good
        bad = [words, *bad] if words else bad
        if dealt.startswith("none"):
            bad = [*bad, dealt]
        elif dealt:
            good = [*good, dealt]
        out[row] = _sentence(good, bad)
    return out


def _sentence(good: list[str], bad: list[str]) -> str:
    return "; ".join(good) + ("; but " + ", ".join(bad) if bad else "")


def _dealt(comparison: Comparison) -> Texts:
    """What both books say of each pair: "7 equal invoices (+18.2 bits)", "" for nothing."""
    documents = comparison.documents
    if documents is None or comparison.dealt is None:
        return np.full(len(comparison.left_name), "", dtype=object)
    told = []
    wanted = ("equal_invoices", "equal_payments", "equal_items", "unequal")
    counts = [documents[c].tolist() for c in wanted]
    for invoices, payments, items, unequal, weight in zip(
        *counts, comparison.dealt.tolist(), strict=True
    ):
        counted = [
            f"{int(count)} {what}{'s' if count > 1 else ''}{of}"
            for count, what, of in (
                (invoices, "equal invoice", ""),
                (payments, "equal payment", ""),
                (items, "item", " bought at one price"),
            )
            if count
        ]
        if not counted and weight < 0:
            counted = [f"none of {int(unequal)} invoices and payments is in both books"]
        told.append(f"{' and '.join(counted)} ({weight / 100:+.1f} bits)" if counted else "")
    return np.array(told, dtype=object)


def _phrases(levels: Mapping[str, NDArray[np.int8]]) -> list[tuple[list[str], list[str]]]:
    """What speaks for, and what against each set of levels."""
    names = [
        f"{name} ({by})" if by else name
        for name, by in zip(_spelt(levels["name"], _NAME), _spelt(levels["via"], _VIA), strict=True)
    ]
    good = [_spelt(levels[s], text) for s, text in _FOR.items() if s in levels]
    bad = [_spelt(levels[s], text) for s, text in _AGAINST.items() if s in levels]
    return [
        ([*filter(None, said_for)], [*filter(None, said_against)])
        for said_for, said_against in zip(
            zip(names, *good, strict=True), zip(*bad, strict=True), strict=True
        )
    ]


def _spelt(level: NDArray[np.int8], text: Mapping[int, str]) -> list[str]:
    """The text of each level, "" where there is none."""
    least, most = int(level.min(initial=0)), int(level.max(initial=0))
    said = [text.get(number, "") for number in range(least, most + 1)]
    found: list[str] = np.array(said, dtype=object)[level.astype(np.int64) - least].tolist()
    return found


def _dropped_forms(names: Names, comparison: Comparison) -> Texts:
    """The legal form that only one of the two names has, "" when both or none."""
    legal = names.legal
    a, b = legal.codes[comparison.left_name], legal.codes[comparison.right_name]
    only = np.where((a < 0) ^ (b < 0), np.maximum(a, b), -1)
    return np.array([*legal.values, ""], dtype=object)[only]


def _left_over(names: Names, comparison: Comparison) -> Texts:
    """What the two names have left over: "204 against 203", "'bathroom' only on the left"."""
    left, right = (
        _words(names, name, over)
        for name, over in (
            (comparison.left_name, comparison.left_over),
            (comparison.right_name, comparison.right_over),
        )
    )
    told = np.full(len(left), "", dtype=object)
    one = np.flatnonzero((left != "") ^ (right != ""))
    told[one] = "'" + left[one] + right[one] + "' on one side only"
    both = np.flatnonzero((left != "") & (right != ""))
    told[both] = "'" + left[both] + "' against '" + right[both] + "'"
    return told


def _words(names: Names, name: Ints, over: Bools) -> Texts:
    """The words that each of some names has left over, in its order: place by place."""
    text = np.array([*names.words, ""], dtype=object)
    told = np.full(len(name), "", dtype=object)
    free = over & (names.kinds[name] != Kind.CODE)
    for place in range(free.shape[1]):
        at = np.flatnonzero(free[:, place])
        told[at] += np.where(told[at] != "", " ", "").astype(object)
        told[at] += text[names.tokens[name[at], place]]
    return told

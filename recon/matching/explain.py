"""Why two records match, and what speaks against it, in one short plain sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from recon.matching.names import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from recon.matching.compare import Comparison
    from recon.matching.records import Records

_NAME = {
    5: "same name", 4: "same words in the name", 3: "a short form or nickname in the name",
    2: "a spelling slip in the name", 1: "an initial for a name", 0: "little in common in the name",
    -1: "the names are alike only as slips of spelling",
}  # fmt: skip
_VIA = {-1: "by its other name", -2: "by its contact person", -3: "by its other name",
        -4: "by its other name"}  # fmt: skip
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
    "place": {2: "same postal code", 1: "same town"},
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
    "place": {-1: "another place"},
    "person": {-1: "a different contact person"},
    "sku": {-1: "a different SKU"},
    "price": {-1: "a very different price"},
    "note": {-1: "a different description", -2: "a different size or number in the description"},
    "usage": dict.fromkeys((-2, -3), "the lists tell such names apart"),
    "doubt": {-3: "a description has another size or number"},
    "via": {-3: "one says more in the name shown", -4: "the names shown differ",
            -5: "the other names differ"},
    "legal": {-1: "another legal form"},
    "mark": {-1: "one is marked as a copy or deleted", -2: "one has a number behind it",
             -4: "another occasion"},
    "conflict": {-1: "another trade", -2: "another given name"},
    "crowd": {-1: "another is called so too", -2: "two others are called so too",
              -3: "several others are called so too"},
    "rival": {0: "another record matches exactly as well", -1: "another record matches better",
              -2: "another record matches much better"},
}  # fmt: skip


def explain(
    records: Records,
    comparison: Comparison,
    levels: Mapping[str, NDArray[np.int8]],
    kept: NDArray[np.int64],
) -> NDArray[np.object_]:
    """The reasons of the kept pairs: "same e-mail; same phone; but 204 against 203".

    Args:
        records: both lists.
        comparison: of all candidates.
        levels: of the kept pairs only, `rival` included.
        kept: which candidates are kept.
    """
    subjects = [s for s in dict.fromkeys(("name", "via", *_FOR, *_AGAINST)) if s in levels]
    codes = np.stack([levels[s].astype(np.int64) for s in subjects], axis=1)
    pattern, back = np.unique(codes, axis=0, return_inverse=True)
    phrases = [_phrases(dict(zip(subjects, row.tolist(), strict=True))) for row in pattern]
    over = _left_over(records, comparison, kept)
    dropped = _dropped_forms(records, comparison, kept)
    books = _dealt(comparison, kept)
    out = np.empty(len(kept), dtype=object)
    for row, (number, words, form, dealt) in enumerate(
        zip(back.ravel().tolist(), over, dropped, books, strict=True)
    ):
        good, bad = phrases[number]
        good = [*good[:1], f"'{form}' dropped", *good[1:]] if form else good
        bad = [words, *bad] if words else bad
        if dealt.startswith("none"):
            bad = [*bad, dealt]
        elif dealt:
            good = [*good, dealt]
        out[row] = "; ".join(good) + ("; but " + ", ".join(bad) if bad else "")
    return out


def _dealt(comparison: Comparison, kept: NDArray[np.int64]) -> list[str]:
    """What both books say of each pair: "7 equal invoices (+18.2 bits)", "" for nothing."""
    if comparison.documents is None or comparison.dealt is None:
        return [""] * len(kept)
    told = []
    documents = comparison.documents.iloc[kept]
    wanted = ("equal_invoices", "equal_payments", "equal_items", "unequal")
    counts = [documents[c].tolist() for c in wanted]
    for invoices, payments, items, unequal, weight in zip(
        *counts, comparison.dealt[kept].tolist(), strict=True
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
    return told


def _phrases(levels: Mapping[str, int]) -> tuple[list[str], list[str]]:
    name = _NAME[levels["name"]]
    if levels["via"] in _VIA:
        name = f"{name} ({_VIA[levels['via']]})"
    good = [name] + [text[levels[s]] for s, text in _FOR.items() if levels.get(s, 0) in text]
    bad = [text[levels[s]] for s, text in _AGAINST.items() if s in levels and levels[s] in text]
    return good, bad


def _dropped_forms(records: Records, comparison: Comparison, kept: NDArray[np.int64]) -> list[str]:
    """The legal form that only one of the two names has, "" when both or none."""
    legal = records.names.legal
    a, b = legal.codes[comparison.left_name[kept]], legal.codes[comparison.right_name[kept]]
    only = np.where((a < 0) ^ (b < 0), np.maximum(a, b), -1)
    return [legal.values[code] if code >= 0 else "" for code in only.tolist()]


def _left_over(records: Records, comparison: Comparison, kept: NDArray[np.int64]) -> list[str]:
    """What the two names have left over: "204 against 203", "'bathroom' only on the left"."""
    names = records.names
    sides = []
    for name, over in (
        (comparison.left_name, comparison.left_over),
        (comparison.right_name, comparison.right_over),
    ):
        rows, mask = name[kept], over[kept]
        free = mask & (names.kinds[rows] != Kind.CODE)
        words: list[list[str]] = [[] for _ in rows]
        for pair, slot in zip(*(axis.tolist() for axis in np.nonzero(free)), strict=True):
            words[pair].append(names.words[names.tokens[rows[pair], slot]])
        sides.append([" ".join(w) for w in words])
    return [_against(a, b) for a, b in zip(*sides, strict=True)]


def _against(left: str, right: str) -> str:
    if left and right:
        return f"'{left}' against '{right}'"
    if left or right:
        return f"'{left or right}' on one side only"
    return ""

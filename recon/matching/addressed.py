"""Addresses written into names: "Hannah Webb (552 Orchard)" is Hannah Webb of 552 Orchard Lane.

A number in a name tells units and jobs apart, but not when it is where the other record lives.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from recon.matching import places
from recon.matching.kept import once
from recon.matching.names import Kind
from recon.matching.residual import residual
from recon.matching.vocabulary import replacements

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from recon.matching.align import Alignment
    from recon.matching.records import Records

    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]


def addressed(
    records: Records,
    bits: Ints,
    names: Alignment,
    compared: tuple[Ints, Ints],
    pair: tuple[Ints, Ints],
) -> tuple[Alignment, Bools]:
    """The alignments without what one name says of the other record's address; where that was.

    Args:
        records: both lists.
        bits: what each word tells.
        names: the names of each pair, aligned.
        compared: which name of the left and of the right record that was.
        pair: row numbers of the two records.
    """
    left, right = (
        _said(records, over, compared[side], pair[1 - side], np.flatnonzero(count[:, Kind.NUMBER]))
        for side, over, count in (
            (0, names.left_over, names.left),
            (1, names.right_over, names.right),
        )
    )
    found: Bools = np.logical_or(places.some(left), places.some(right))
    if not found.any():
        return names, found
    parts = {}
    for side, name, said in (("left", compared[0], left), ("right", compared[1], right)):
        row, place = places.found(said)
        token, kind = records.names.tokens[name[row], place], records.names.kinds[name[row], place]
        counts, told = getattr(names, side).copy(), getattr(names, f"{side}_bits").copy()
        np.subtract.at(counts, (row, kind), 1)
        np.subtract.at(told, row, bits[token])
        parts[side], parts[f"{side}_bits"] = counts, np.maximum(told, 0)
        parts[f"{side}_over"] = getattr(names, f"{side}_over") & ~said
    numbers = [parts[side][:, Kind.NUMBER] > 0 for side in ("left", "right")]
    return replace(names, **parts, clash=names.clash & numbers[0] & numbers[1]), found


@once
def _house_words(records: Records) -> Ints:
    """The number of the word that each house number is, -2 where no name has it; -2 last."""
    number = records.names.lexicon.number
    values = records.fields["house"].values
    return np.array([*(number.get(value, -2) for value in values), -2], dtype=np.int64)


def _said(records: Records, over: Bools, name: Ints, by: Ints, numbered: Ints) -> Bools:
    """Which left-over words of a name are the house number and street of the record `by`.

    Args:
        records: both lists.
        over: which words of the name are left over.
        name: one a pair.
        by: one a pair.
        numbered: the pairs of which that name has a number left over.
    """
    table, house, street = records.names, records.fields["house"], records.fields["street"]
    words = residual(table, name[numbered], over[numbered])
    pair = numbered[words.pair]
    number = _house_words(records)[house.codes[by[pair]]]
    hit = np.flatnonzero((words.kind == Kind.NUMBER) & (words.token == number))
    said = np.zeros_like(over)
    said[pair[hit], words.place[hit]] = True
    short = replacements("street")
    for row in np.unique(pair[hit]).tolist():
        code = int(street.codes[by[row]])
        line = set(street.values[code].split()) if code >= 0 else set()
        spelt = [table.words[t] if t >= 0 else "" for t in table.tokens[name[row]].tolist()]
        along = [bool(w) and short.get(w, w) in line for w in spelt]
        if any(along):
            said[row] |= over[row] & np.array(along)
        else:
            said[row] = False  # number 12 of another street
    return np.asarray(said, dtype=np.bool_)

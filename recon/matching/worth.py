"""What a token of one record tells beside a token of another, in bits: what the join adds up.

A token tells its own rarity beside itself, and a word a part of it beside a nickname or a slip of
it. Where both are so frequent that nobody can go through all their records, they take no part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import sparse

from recon.matching.alike import words_alike
from recon.matching.vocabulary import USUAL_LIST

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from recon.matching.nametable import Names

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

SCALE = 64
"""Parts of a bit: bits become whole numbers, so that sums are exact, whatever their order, in the
24 bits of a float too."""


class Tokens(NamedTuple):
    """The axis of the join; the words of the names come first, then the pairs of words."""

    held: sparse.csr_matrix  # tokens by records, 1 where a record has a token
    share: Floats  # the part of each token's bits that counts
    sounds: tuple[Ints, Ints]  # of each pair of words, how the two sound


def worth(tokens: Tokens, names: Names, on_one: Ints, on_other: Ints) -> sparse.csr_matrix:
    """Bits of `SCALE` parts that two tokens tell, by the one record's and the other's token.

    Args:
        tokens: of both lists.
        names: whose words are the first tokens.
        on_one: how many records of the one list have each token.
        on_other: how many of the other list, which may be the same.
    """
    size, total = tokens.held.shape
    count = np.diff(tokens.held.indptr).astype(np.int64)  # whose products do not fit into 32 bits
    alike = words_alike(names)
    row = np.concatenate([np.arange(size), alike.row])
    column = np.concatenate([np.arange(size), alike.col])
    both = np.concatenate([count, count[alike.row] + count[alike.col]])
    rare = np.log2((total + USUAL_LIST) / np.maximum(both, 1) + 1)
    bits = np.round(np.concatenate([tokens.share, alike.data]) * rare * SCALE)
    work = on_one[row].astype(np.int64) * on_other[column]
    dear = _dear(work, total)
    told, words = _left_to_pairs(names, bits, dear), len(names.words)
    first, second = (told[sound] for sound in tokens.sounds)
    bits[words : words + len(first)] += first + second
    use = (work > 0) & ~dear
    bits, row, column = bits[use].astype(np.float32), row[use], column[use]
    return sparse.csr_matrix((bits, (row, column)), shape=(size, size))


def _left_to_pairs(names: Names, bits: Floats, dear: NDArray[np.bool_]) -> Floats:
    """What words tell that are too dear, by how they sound: the pairs that they are in tell it.

    "John" and "Smith" are too frequent to be gone through; "John Smith" is not, and says both.
    """
    told = np.zeros(int(names.lexicon.heard.max(initial=0)) + 1)
    gone = np.flatnonzero(dear[: len(names.words)])
    np.maximum.at(told, names.lexicon.heard[gone], bits[gone])
    return told


_STEPS = 100
"""Steps of work a record, and some anyway for short lists. Twice as many find 0.1 % more of the
true pairs of long lists and take a third more time, half as many lose as much."""

_STEPS_ANYWAY = 5_000_000


def _dear(work: Ints, total: int) -> NDArray[np.bool_]:
    """Which tokens take no part: all but the rarest, as many as the work allows.

    The work of two tokens is the product of their records. Ten thousand records of one name cost a
    hundred million steps and point at nobody.

    Args:
        work: of each two tokens.
        total: records of both lists.
    """
    least_first = np.sort(work)
    paid = int(np.cumsum(least_first).searchsorted(_STEPS_ANYWAY + _STEPS * total, side="right"))
    if paid == len(work):
        return np.zeros(len(work), dtype=np.bool_)
    return np.asarray(work >= least_first[paid])  # equals go together: no order of tokens decides

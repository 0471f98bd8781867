"""The words that names have left over, one entry a word instead of ten places a name.

Most pairs of names leave one or two words over: a list of them is a fifth of the table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from recon.matching import places

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from recon.matching.nametable import Names

    Ints = NDArray[np.int64]
    Keys = NDArray[np.uint64]
    Bools = NDArray[np.bool_]


class Residual(NamedTuple):
    """What one side of some pairs of names has left over, pair after pair, in the name's order."""

    pairs: int  # how many there are, those with nothing left over too
    pair: Ints  # of each word
    place: Ints  # in its name
    token: NDArray[np.int32]
    kind: NDArray[np.int8]

    def only(self, use: Bools) -> Residual:
        """Some of the words."""
        at = np.flatnonzero(use)
        pairs, pair, place, token, kind = self
        return Residual(pairs, pair.take(at), place.take(at), token.take(at), kind.take(at))

    def some(self, use: Bools | slice = slice(None)) -> Bools:
        """Which pairs have any of these words."""
        found = np.zeros(self.pairs, dtype=np.bool_)
        found[self.pair[use]] = True
        return found

    def counted(self, use: Bools | slice = slice(None)) -> Ints:
        """How many of these words each pair has."""
        return np.bincount(self.pair[use], minlength=self.pairs).astype(np.int64)

    def added(self, keys: Keys) -> Keys:
        """The sum of the keys of each pair's words, 0 where it has none."""
        total = np.zeros(self.pairs, dtype=np.uint64)
        if self.pair.size:
            start = np.flatnonzero(np.diff(self.pair, prepend=-1))
            total[self.pair[start]] = np.add.reduceat(keys, start)
        return total

    def first(self, many: int) -> NDArray[np.int32]:
        """(pairs, many): the first so many words of each pair, -1 where there are fewer."""
        count = self.counted()
        rank = np.arange(len(self.pair)) - (np.cumsum(count) - count)[self.pair]
        use = rank < many
        found = np.full((self.pairs, many), -1, dtype=np.int32)
        found[self.pair[use], rank[use]] = self.token[use]
        return found


def residual(names: Names, name: Ints, over: Bools) -> Residual:
    """The words left over.

    Args:
        names: all names.
        name: one a pair.
        over: (pairs, tokens) which of its tokens are left over.
    """
    pair, place = places.found(over)
    at = name.take(pair) * names.tokens.shape[1] + place  # in the tables as one long row
    tokens, kinds = (table.reshape(-1).take(at) for table in (names.tokens, names.kinds))
    return Residual(len(over), pair, place, tokens, kinds)

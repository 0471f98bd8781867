"""Every distinct name of both lists as a row of arrays, and the vocabulary they point into."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from pyarrow import compute

from recon.matching.bonds import Lexicon
from recon.matching.cells import in_arrow
from recon.matching.columns import Field, distinct, encode, same_sequences, sorted_by
from recon.matching.names import Kind
from recon.matching.places import added

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from recon.matching.reader import Apart
    from recon.matching.usage import Usage

    Codes = NDArray[np.int32]


@dataclass(frozen=True)
class Names:
    """Every distinct name of both lists, taken apart; rows are sorted by the name's text."""

    texts: tuple[str, ...]
    tokens: Codes  # (names, MOST_TOKENS), -1 where there is none
    kinds: NDArray[np.int8]
    legal: Field  # the legal form as it is written, "llc"
    spelling: Codes  # equal when `match_name` is equal
    squashed: Codes  # equal when the tokens run together are equal
    marked: NDArray[np.bool_]  # "(deleted)", "- OLD"
    taken: NDArray[np.bool_]  # "(2)", "-1": a number, as behind a name that is taken
    core: Codes  # equal when two names differ in initials, Jr, counters and marks at most
    heard: NDArray[np.uint64]  # (names,) a bit for how each of its words sounds
    initials: Codes  # (names, 2) its initials where they are a word of the vocabulary, else -1
    joined: NDArray[np.bool_]  # it names two
    household: NDArray[np.bool_]  # "Webb Residence"
    words: tuple[str, ...]  # the vocabulary that `tokens` points into
    lexicon: Lexicon
    reworded: NDArray[np.bool_]  # an item's name that is compared in other words than its own
    usage: Usage | None = None  # what the lists say of phrases

    @cached_property
    def length(self) -> NDArray[np.int64]:
        """How many tokens each name has."""
        return np.asarray((self.tokens >= 0).sum(1), dtype=np.int64)

    @cached_property
    def naming(self) -> NDArray[np.int64]:
        """How many of them name somebody: not what for and when."""
        when = np.isin(self.kinds, (Kind.OCCASION, Kind.YEAR, Kind.DAY))
        return np.asarray(((self.tokens >= 0) & ~when).sum(1), dtype=np.int64)

    @cached_property
    def given_alone(self) -> NDArray[np.bool_]:
        """Which names are given names and nothing else."""
        return np.asarray((self.lexicon.given[self.tokens] | (self.tokens < 0)).all(1))


def name_table(
    texts: Sequence[str],
    apart: Apart,
    number: Mapping[str, int],
    given: frozenset[str] | None = None,
) -> Names:
    """The `Names` of sorted distinct texts.

    Args:
        texts: of the names.
        apart: the same names taken apart.
        number: of every word that they are made of.
        given: words known as given names; None for items.
    """
    every = [*number]
    used = distinct(apart.tokens)
    order = used[sorted_by([every[code] for code in used.tolist()])]
    place = np.full(len(every) + 1, -1, dtype=np.int32)
    place[order] = np.arange(len(order))
    tokens, words = place[apart.tokens], [every[code] for code in order.tolist()]
    lexicon = Lexicon.of(words, given or frozenset(), units=given is None)
    return Names(
        texts=tuple(texts),
        tokens=tokens,
        kinds=apart.kinds,
        legal=_legal(apart.legal, every),
        spelling=same_rows(apart.spelling),
        squashed=_squashed(words, tokens),
        marked=apart.signs[:, 0],
        taken=apart.signs[:, 1],
        core=_cores(tokens, apart.kinds),
        heard=_heard(tokens, lexicon),
        initials=place[apart.initials],
        joined=apart.signs[:, 2],
        household=apart.signs[:, 3],
        words=tuple(words),
        lexicon=lexicon,
        reworded=np.zeros(len(texts), dtype=np.bool_),
    )


def _legal(forms: Codes, words: Sequence[str]) -> Field:
    used = distinct(forms)
    field = encode([words[code] for code in used.tolist()])
    place = np.full(len(words) + 1, -1, dtype=np.int32)
    place[used] = field.codes
    return Field(place[forms], field.texts)


def same_rows(table: Codes, *, behind: bool = False) -> Codes:
    """Numbers that are equal where rows are, -1 for rows without a code.

    Args:
        table: (rows, places) codes, -1 where there is none.
        behind: whether the codes of a row stand at its end, else in front.
    """
    size, width = added(table >= 0), table.shape[1]
    start = np.arange(len(table)) * width + (width - size if behind else 0)
    return same_sequences(table.ravel(), start, size).astype(np.int32)


def _squashed(words: Sequence[str], tokens: Codes) -> Codes:
    """Numbers that are equal where the words of rows run together are; -1 for rows without one."""
    use = tokens >= 0
    size = added(use)
    each = in_arrow(words).take(pa.array(tokens[use]))
    rows = pa.LargeListArray.from_arrays(np.concatenate([[0], np.cumsum(size)]), each)
    squashed = compute.binary_join(rows, pa.scalar("", each.type)).dictionary_encode()
    return np.where(size > 0, squashed.indices.to_numpy(), -1).astype(np.int32)


def _heard(tokens: Codes, lexicon: Lexicon) -> NDArray[np.uint64]:
    """A set of bits for each name: two names without a common bit have no word in common."""
    bits = np.left_shift(np.uint64(1), lexicon.heard[tokens].astype(np.uint64) % np.uint64(64))
    return np.asarray(np.bitwise_or.reduce(np.where(tokens >= 0, bits, 0), axis=1), np.uint64)


_NOT_CORE = (
    Kind.INITIAL, Kind.GENERATION, Kind.COUNTER, Kind.SUFFIX, Kind.CODE, Kind.OCCASION, Kind.YEAR,
    Kind.DAY,
)  # fmt: skip


def _cores(tokens: Codes, kinds: NDArray[np.int8]) -> Codes:
    """Equal for names that are one when all is left off that tells namesakes apart; -1 for none."""
    left = np.sort(np.where(np.isin(kinds, _NOT_CORE), -1, tokens), axis=1)
    return same_rows(left, behind=True)

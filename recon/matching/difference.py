"""What two aligned names have left over, and how much they share: whole levels."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from recon.matching import places
from recon.matching.align import Alignment
from recon.matching.bonds import Bond
from recon.matching.names import Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Levels = NDArray[np.int8]


class Difference(IntEnum):
    """What two names have left over when everything shared is taken away; `cmp_difference`."""

    NONE = 0
    SMALL = -1  # a middle initial, a weak word, a 2 as syncs put behind a name that is taken
    ASIDE = -2  # words in brackets on one side
    TRADE = -3  # a trade on one side: "Bones", "Bones Restaurant"
    WORD = -4  # one word on one side
    WORDS = -5  # several words on one side
    BOTH = -6  # one word on each side
    MANY = -7  # several words on both sides
    CHILD = -8  # a job or sub-customer on one side
    NUMBER = -9  # a number on one side only
    JOBS = -10  # a job or sub-customer on each side, and they differ
    GENERATION = -11  # Jr against Sr, or Jr against nothing
    NUMBERS = -12  # a number, size, colour, model or its counter on each side, and they differ


def difference(names: Alignment) -> Levels:
    """The `Difference` level of each alignment."""
    left, right = (np.ascontiguousarray(side.T) for side in (names.left, names.right))

    def over(side: Levels, *kinds: Kind) -> Levels:
        return np.asarray(side[list(kinds)].sum(0, dtype=np.int8))  # ten tokens at most

    wordy = (Kind.WORD, Kind.CHILD, Kind.CLASS, Kind.TRADE, Kind.ASIDE)
    small = (Kind.INITIAL, Kind.WEAK, Kind.SUFFIX, Kind.COUNTER)
    small_left, small_right = (over(s, *small) for s in (left, right))
    words_left, words_right = over(left, *wordy), over(right, *wordy)
    child = over(left, Kind.CHILD) + over(right, Kind.CHILD)
    count = words_left + words_right
    when = (Kind.OCCASION, Kind.YEAR, Kind.DAY)
    small_count = small_left + small_right + over(left, *when) + over(right, *when)
    level = np.where(small_count > 0, Difference.SMALL, Difference.NONE)
    level = np.where(count == 1, Difference.WORD, level)
    level = np.where(count > 1, Difference.WORDS, level)
    for kind, meant in ((Kind.ASIDE, Difference.ASIDE), (Kind.TRADE, Difference.TRADE)):
        level = np.where((count > 0) & (over(left + right, kind) == count), meant, level)
    weak_both = (words_left + small_left > 0) & (words_right + small_right > 0)
    level = np.where(weak_both, Difference.BOTH, level)
    level = np.where((words_left > 0) & (words_right > 0) & (count > 2), Difference.MANY, level)
    # "2144 Walnut (Nelson Rentals)": a number in common says more than the words around it
    apart = (names.numbers == 0) & (names.jobs == 0)  # "Press" and "Press Office" share a job
    level = np.where((child > 0) & apart, Difference.CHILD, level)
    number_left, number_right = over(left, Kind.NUMBER), over(right, Kind.NUMBER)
    level = np.where((number_left > 0) | (number_right > 0), Difference.NUMBER, level)
    jobs = (over(left, Kind.CHILD) > 0) & (over(right, Kind.CHILD) > 0)
    level = np.where(jobs & apart, Difference.JOBS, level)
    generation = over(left, Kind.GENERATION) + over(right, Kind.GENERATION)
    level = np.where(generation > 0, Difference.GENERATION, level)
    suffix_left, suffix_right = over(left, Kind.SUFFIX), over(right, Kind.SUFFIX)
    differ = names.clash | ((suffix_left > 0) & (number_right + suffix_right > 0))
    differ |= (number_left > 0) & (suffix_right > 0)
    for kind in (Kind.COUNTER, Kind.YEAR):
        differ |= (over(left, kind) > 0) & (over(right, kind) > 0)
    return np.asarray(np.where(differ | names.class_conflict, Difference.NUMBERS, level), np.int8)


def name_level(names: Alignment) -> Levels:
    """5 one spelling, 4 the same words, 3 nickname or short form, 2 typo, 1 initial, 0 nothing.

    -1 when no word is the same and they are held together by spelling slips alone.
    """
    bonds = names.bonds
    level = np.where(bonds[:, Bond.EQUAL] > 0, 4, 0)
    for bond, value in ((Bond.NICKNAME, 3), (Bond.PREFIX, 3), (Bond.TYPO, 2), (Bond.INITIAL, 1)):
        level = np.where(bonds[:, bond] > 0, value, level)
    sure = (bonds[:, Bond.NICKNAME] > 0) | (bonds[:, Bond.EQUAL] > 0)
    level = np.where((bonds[:, Bond.TYPO] > 0) & ~sure, -1, level)
    return np.asarray(np.where(names.same_spelling, 5, level), dtype=np.int8)


def coverage(names: Alignment) -> Levels:
    """How much of what the two names say is shared, in fifths: 0 under a fifth, 5 everything."""
    whole = 2 * names.shared_bits + names.left_bits + names.right_bits
    return np.asarray(10 * names.shared_bits // np.maximum(whole, 1), dtype=np.int8)


def length(names: Alignment, *, lone: bool) -> Levels:
    """How long the longer of two names is: 1 up to four words, 2 up to six, 3 longer.

    0 a single word, if `lone` words are to be told: many a customer is called Debbie.
    """
    over = np.maximum(places.added(names.left), places.added(names.right))
    most = places.added(names.bonds[:, 1:]) + over
    level = np.digitize(most, [5, 7]) + 1
    return np.asarray(np.where(lone & (most < 2), 0, level), dtype=np.int8)

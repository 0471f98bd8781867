"""By which of their names two customers agree, in the light of the names that were not compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from recon.matching import places
from recon.matching.difference import Difference
from recon.matching.names import Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from recon.matching.align import Aligned
    from recon.matching.records import Records

    Codes = NDArray[np.int32]
    Ints = NDArray[np.int64]
    Levels = NDArray[np.int8]
    Bools = NDArray[np.bool_]

_OF_A_TRADE = np.isin(list(Kind), (Kind.TRADE, Kind.WEAK))  # by kind


class Tried(NamedTuple):
    """Two names that were compared for a pair of records, one entry a trial."""

    row: Ints  # which pair
    one: Ints  # the name of its left record
    other: Ints
    far: Levels  # how far the two are from names proper
    others: Bools  # both are other names
    shares: Bools  # they have words in common
    gap: Levels  # how they differ: `Difference`


def via(
    records: Records, tried: Tried, aligned: Aligned, best: Ints, pair: tuple[Ints, Ints]
) -> Levels:
    """By which names each pair agrees.

    Args:
        records: both lists.
        tried: the names that were compared.
        aligned: how, trial by trial.
        best: of each pair, the trial that agrees best.
        pair: row numbers of the two records.

    Returns:
        0 by the names proper, -1 by an other name, -2 by a contact person. In place of -1: -3
        where one name proper says more, -4 where each does ("Ashton Press" and "Ashton Board" of
        the company Ashton Board are two, however equal the company is), -6 where both agree by
        their other names alone, Ann Lee and Max Orr of Webb Dental, or where one shows its person
        beside the firm, "Webb Dental - Max Orr". In place of 0: -5 where the other names share
        nothing, Ann Lee of Webb Dental and Ann Lee of Park Roofing.
    """
    level = -tried.far[best]
    proper = np.flatnonzero((tried.far == 0) & tried.shares)
    more = proper[(tried.gap[proper] < Difference.SMALL) & (level[tried.row[proper]] == -1)]
    more = more[~_told(records, tried, aligned, more, pair)]
    row, each = tried.row[more], tried.gap[more] <= Difference.BOTH
    # Ann Webb of Webb Dental shares one word with her firm, "Webb Dental Billing" more
    person = ~tried.others[best[row]] & (places.added(aligned.take(more).bonds[:, 1:]) < 2)
    level[row] = np.where(each, np.where(person, -1, -4), -3)
    strangers = tried.others[best] & tried.shares[best]
    named = proper[_share_a_name(records, tried, aligned, proper)]
    strangers[tried.row[named]] = False
    strangers |= _two_people(records, tried, level, pair)
    level[strangers] = -6
    shared = np.zeros(len(level), dtype=np.bool_)
    shared[tried.row[tried.others & tried.shares]] = True
    two = (records.name_of[pair[0], 1] >= 0) & (records.name_of[pair[1], 1] >= 0)
    level[(level == 0) & two & ~shared] = -5
    return level


def _two_people(records: Records, tried: Tried, level: Levels, pair: tuple[Ints, Ints]) -> Bools:
    """Whether two records are of one firm, and of two people whose names they show.

    "Webb Dental - Max Orr" beside Ann Lee of the company Webb Dental or "Webb Dental - Ann Lee".
    """
    shows = [records.beside[side] for side in pair]
    names = [records.name_of[side] for side in pair]
    proper = np.zeros(len(level), dtype=np.bool_)
    proper[tried.row[(tried.far == 0) & tried.shares]] = True
    found = np.zeros(len(level), dtype=np.bool_)
    for mine, its in ((0, 1), (1, 0)):
        of_firm = shows[mine] & ~shows[its] & (level == -1) & ~proper & (names[its][:, 1] >= 0)
        at = np.flatnonzero(of_firm)
        found[at] = _nothing_shared(records, names[mine][at, 2], names[its][at, 0])
    at = np.flatnonzero(shows[0] & shows[1] & (level == 0))
    found[at] = _nothing_shared(records, names[0][at, 2], names[1][at, 2])
    return found


def _share_a_name(records: Records, tried: Tried, aligned: Aligned, trials: Ints) -> Bools:
    """Whether two names have more in common than what they do: two HOAs of one manager are two."""
    name = tried.one[trials]
    own = (records.names.tokens[name] >= 0) & ~_OF_A_TRADE[records.names.kinds[name]]
    return places.some(own & ~aligned.take(trials).left_over)


def _nothing_shared(records: Records, one: Codes, other: Codes) -> Bools:
    """Whether two names have no word in common."""
    words = [records.names.tokens[names] for names in (one, other)]
    alike = (words[0][:, :, None] == words[1][:, None, :]) & (words[0] >= 0)[:, :, None]
    return np.asarray(~alike.any((1, 2)))


def _told(
    records: Records, tried: Tried, aligned: Aligned, trials: Ints, pair: tuple[Ints, Ints]
) -> Bools:
    """Whether what two names have left over is what the other record is called besides.

    "Ann Lee - Webb Dental" and "Ann Lee" of the company Webb Dental.
    """
    names = aligned.take(trials)
    row, tokens = tried.row[trials], records.names.tokens
    told = np.ones(len(trials), dtype=np.bool_)
    for name, over, theirs in (
        (tried.one, names.left_over, pair[1]),
        (tried.other, names.right_over, pair[0]),
    ):
        called = records.name_of[theirs[row], 1]
        said = np.where(called[:, None] >= 0, tokens[called], -1)
        mine = tokens[name[trials]]
        known = (mine[:, :, None] == said[:, None, :]).any(2)
        told &= ~places.some(over & ~known)
    return told

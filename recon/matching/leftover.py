"""What two names have left over, and what explains it: the other record's further names and e-mail.

"Trirrow Brewing, attn Ivan Mendow" and "Ivan Mendow" of trirrowbrewing.com leave a firm over that
the e-mail names; "Robert & Mary Webb" and "Mary Webb" leave a husband over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from recon.matching import places
from recon.matching.kept import once
from recon.matching.names import Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from recon.matching.align import Alignment
    from recon.matching.records import Records
    from recon.matching.residual import Residual

    Sides = tuple[Residual, Residual]
    Ints = NDArray[np.int64]
    Levels = NDArray[np.int8]
    Bools = NDArray[np.bool_]

_WORDY = np.isin(list(Kind), (Kind.WORD, Kind.CHILD, Kind.TRADE, Kind.ASIDE))  # by kind
_WHEN = np.isin(list(Kind), (Kind.OCCASION, Kind.YEAR, Kind.DAY))
_LETTERS_IN_EMAIL = 4


def explained(
    records: Records, over: Sides, compared: tuple[Ints, Ints], pair: tuple[Ints, Ints]
) -> Levels:
    """How far the words left over are said elsewhere by the two records.

    Args:
        records: both lists.
        over: what the names of each pair have left over.
        compared: which name of the left and of the right record that was.
        pair: row numbers of the two records.

    Returns:
        0 nothing is left over; 4 the other record says all of it elsewhere, 3 one of the two
        records does, 2 all of one side's, 1 some; -1 nothing explains it.
    """
    sides = []
    for side in (0, 1):
        words = over[side].only(_WORDY[over[side].kind])
        mine, other, name = (
            rows[words.pair] for rows in (pair[side], pair[1 - side], compared[side])
        )
        by_other = _said(records, words.token, other)
        elsewhere = _said(records, words.token, mine, but=name)
        sides.append(
            (words.counted(), words.counted(by_other), words.counted(by_other | elsewhere))
        )
    (left, left_other, left_any), (right, right_other, right_any) = sides
    total = left + right
    level = np.where(total > 0, -1, 0)
    level = np.where(left_any + right_any > 0, 1, level)
    whole = ((left > 0) & (left_any == left)) | ((right > 0) & (right_any == right))
    level = np.where(whole & (total > 0), 2, level)
    level = np.where((left_any == left) & (right_any == right) & (total > 0), 3, level)
    level = np.where((left_other == left) & (right_other == right) & (total > 0), 4, level)
    return np.asarray(level, dtype=np.int8)


def _said(records: Records, token: NDArray[np.int32], by: Ints, but: Ints | None = None) -> Bools:
    """Which words a record says in a name of its own, in its town or in its e-mail.

    Args:
        records: both lists.
        token: the words.
        by: the record that may say each.
        but: a name of that record that does not count: the one compared. Its e-mail does not
            count then either.
    """
    word = token.astype(np.int64)
    said = np.zeros(len(word), dtype=np.bool_)
    sound = _sounds(records).take(word)
    rows = np.flatnonzero((_heard(records).take(by) & sound) > 0)
    sound = sound.take(rows)
    for text in np.ascontiguousarray(records.name_of.take(by.take(rows), axis=0).T):
        may = (text >= 0) & ((records.names.heard.take(text) & sound) > 0)
        if but is not None:
            may &= text != but.take(rows)
        at = np.flatnonzero(may)  # few are left: no name without that sound has the word
        theirs = records.names.tokens.take(text[at], axis=0)
        at = rows[at]
        said[at] |= places.some(theirs == token[at, None])
    if "email" in records.fields and but is None:
        said |= _in_email(records, word, by)
    if "city" in records.fields:
        said |= _in_city(records, word, by)
    return said


@once
def _heard(records: Records) -> NDArray[np.uint64]:
    """The bits of how the words of all names of each record sound."""
    heard = np.append(records.names.heard, np.uint64(0))
    return np.asarray(np.bitwise_or.reduce(heard[records.name_of], axis=1), dtype=np.uint64)


@once
def _sounds(records: Records) -> NDArray[np.uint64]:
    """The bit of how each word sounds, as `Names.heard` has it."""
    heard = records.names.lexicon.heard.astype(np.uint64)
    return np.asarray(np.left_shift(np.uint64(1), heard % np.uint64(64)), dtype=np.uint64)


def _in_email(records: Records, token: Ints, by: Ints) -> Bools:
    """Whether the word stands in the record's e-mail address; each distinct pair once."""
    email, words = records.fields["email"], records.names.words
    code = email.codes.take(by).astype(np.int64)
    lexicon = records.names.lexicon
    may = (code >= 0) & (lexicon.length.take(token) >= _LETTERS_IN_EMAIL)
    at = np.flatnonzero(may)  # hardly an address has all pairs of letters of a word by chance
    pairs = lexicon.pairs.take(token.take(at)), email.pairs.take(code.take(at))
    at = at[(pairs[0] & ~pairs[1]) == 0]
    size = max(len(email.values), 1)
    distinct, back = np.unique(token[at] * size + code[at], return_inverse=True)
    asked = zip((distinct // size).tolist(), (distinct % size).tolist(), strict=True)
    answer = np.array([words[w] in email.values[e] for w, e in asked], dtype=np.bool_)
    found = np.zeros(len(token), dtype=np.bool_)
    found[at] = answer[back]
    return found


def _in_city(records: Records, token: Ints, by: Ints) -> Bools:
    """Whether the word is one of the record's town: "Spago (Los Angeles)" of Los Angeles."""
    city = records.fields["city"]
    found = np.zeros(len(token), dtype=np.bool_)
    at = np.flatnonzero(_of_a_town(records).take(token))  # hardly a word is
    code = city.codes.take(by.take(at)).astype(np.int64)
    key = token.take(at) * max(len(city.values), 1) + code
    found[at] = (code >= 0) & np.isin(key, _towns(records))
    return found


@once
def _towns(records: Records) -> Ints:
    """Every word of every town, as the word's number times the number of towns plus the town's."""
    values, number = records.fields["city"].values, records.names.lexicon.number
    told = [
        number[word] * max(len(values), 1) + place
        for place, value in enumerate(values)
        for word in value.split()
        if word in number
    ]
    return np.array(told, dtype=np.int64)


@once
def _of_a_town(records: Records) -> Bools:
    """Which words of names are a word of any town."""
    found = np.zeros(len(records.names.words) + 1, dtype=np.bool_)
    found[_towns(records) // max(len(records.fields["city"].values), 1)] = True
    return found


def conflict(records: Records, over: Sides, compared: tuple[Ints, Ints]) -> Levels:
    """Whether both names have a word of one sort left over, so that they name two.

    Returns:
        -3 two towns ("Webb Dental - Salem", "Webb Dental of Dover"), -2 two given names ("Esteban
        Yepez", "Mary Yepez"), -1 two trades ("Blue Sky Nursery", "Blue Sky Garage Doors"), 0 none.
    """
    table, sides = records.names, []
    town = _of_a_town(records) if "city" in records.fields else None
    for name, words in zip(compared, over, strict=True):
        given = words.some(table.lexicon.given[words.token] & (words.kind == Kind.WORD))
        initial = words.some(words.kind == Kind.INITIAL)
        trade = words.some(words.kind == Kind.TRADE)
        # "Keisha Sullivan": two words, one of them in common with the other name; "senior 2024"
        # behind them names nobody
        one = (words.counted(words.kind == Kind.WORD) == 1) & (
            words.counted(~_WHEN[words.kind]) == 1
        )
        lone = one & (table.naming[name] == 2) & ~table.joined[name]
        where = np.zeros(words.pairs, np.bool_) if town is None else words.some(town[words.token])
        sides.append((given, initial, trade, lone, where))
    (given, initial, trade, lone, where), (given_too, initial_too, trade_too, lone_too, too) = sides
    people = (given & given_too) | (given & initial_too) | (initial & given_too)
    people |= lone & lone_too & (given | given_too)
    level = np.where(trade & trade_too, -1, 0)
    level = np.where(where & too, -3, level)
    return np.asarray(np.where(people, -2, level), np.int8)


def couple(records: Records, names: Alignment, compared: tuple[Ints, Ints], gap: Levels) -> Levels:
    """1 one name is two people of whom the other names one, 2 both name the same two, else 0.

    3 one names the household to which the other belongs: "Webb Residence", "Mary Webb"; 4 one is
    the first names of two of whom the other may be one: "Mary & John", "Mary Webb".
    """
    joined = [records.names.joined[name] for name in compared]
    over = [places.some(mask) for mask in (names.left_over, names.right_over)]
    shares = names.shared_bits > 0
    one = (joined[0] & ~joined[1] & ~over[1]) | (joined[1] & ~joined[0] & ~over[0])
    level = np.where(shares & one & (over[0] | over[1]), 1, 0)
    homes = [records.names.household[name] for name in compared]
    given = [side[:, Kind.WORD] + side[:, Kind.INITIAL] for side in (names.left, names.right)]
    every = [places.added(mask) for mask in (names.left_over, names.right_over)]
    ours = homes[0] & ~homes[1] & (given[0] == 0) & (given[1] == every[1])
    theirs = homes[1] & ~homes[0] & (given[1] == 0) & (given[0] == every[0])
    level = np.where(shares & (ours | theirs), 3, level)
    first = [records.names.given_alone[name] & records.names.joined[name] for name in compared]
    ours, theirs = first[0] & ~joined[1] & over[1], first[1] & ~joined[0] & over[0]
    level = np.where(shares & (ours | theirs), 4, level)
    return np.asarray(np.where(shares & joined[0] & joined[1] & (gap == 0), 2, level), np.int8)

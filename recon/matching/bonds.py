"""How two words of two names belong together: slips, short forms, nicknames, other spellings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from pyarrow import compute
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from recon.matching.cells import in_arrow
from recon.matching.columns import encode, same_codes
from recon.matching.letters import letter_bits, pair_bits
from recon.matching.names import share_nickname
from recon.matching.quantities import UNITS
from recon.matching.sounds import sounds
from recon.matching.vocabulary import item_classes, nicknames
from recon.matching.vocabulary import words as known_words

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    import pyarrow as pa
    from numpy.typing import NDArray

    from recon.matching.cells import Texts

    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

_CONTRACTED = "^.[b-df-hj-np-tv-xz]{1,5}$"
_CONSONANTS = re.compile("[b-df-hj-np-tv-xz]+")
_STEM = re.compile(r"([a-z]{0,6}\d{2,}(?:[a-z]\d+)*)[a-z]{0,4}")
_SIZES = re.compile(r"\d[\d./-]*(?:x\d[\d./-]*)+")
_MODELS = 2
_YEAR = re.compile(r"(?:19|20)\d\d")
_UNIT = re.compile(rf"\d[\d./-]*(?:plus)?({'|'.join(UNITS)})")
_MODEL = re.compile(r"(?=[^\W\d]*\d)(?=\d*[^\W\d])\w{5,}|\d{5,}")


class Bond(IntEnum):
    """How two words of two names belong together; the higher, the surer."""

    NONE = 0
    INITIAL = 1
    PREFIX = 2
    TYPO = 3
    NICKNAME = 4
    EQUAL = 5


@dataclass(frozen=True)
class Lexicon:
    """What is to be known of each word of all names, worked out once.

    The last entry of every array is of no word: what the place -1 of a name's tokens points at.
    """

    number: Mapping[str, int]  # word -> its place
    text: NDArray[np.object_]
    length: Ints
    first: Ints
    heard: Ints  # equal for words that sound alike
    written: Ints  # equal for other spellings of one word
    given: Bools  # a given name
    short: Bools  # stands among the nicknames
    groups: NDArray[np.uint64]  # a bit for each of its groups of nicknames
    start: NDArray[np.int32]  # equal for words of which the first three letters are
    end: NDArray[np.int32]  # the last three
    bare: Bools  # may be contracted from another: hardly more than consonants
    letters: NDArray[np.uint64]  # see `letter_bits`
    pairs: NDArray[np.uint64]  # see `pair_bits`
    kin: NDArray[np.uint64]  # start, end, heard and written in one number
    loose: Bools  # a letter, or hardly more than consonants
    model: Bools  # looks like a maker's model number
    stem: Ints  # equal for model numbers that differ in the letters at their end; 0 for others
    counts: NDArray[np.int64]  # what a number counts, as one bit: inches, packs, a year
    classes: Ints  # its class as one bit: a colour, a size; 0 for most words

    @classmethod
    def of(cls, words: list[str], given: frozenset[str], *, units: bool) -> Lexicon:
        """The lexicon of sorted distinct words.

        Args:
            words: of all names.
            given: words known as given names.
            units: whether numbers are of things (2 in, 25 pk), not of units and jobs; no thing is
                called by a nickname.
        """
        every = [*words, ""]
        spelt = in_arrow(every)
        number = {word: place for place, word in enumerate(words)}
        what = np.zeros(len(every), dtype=np.int64)
        mixed = np.flatnonzero(~np.array(compute.ascii_is_alpha(spelt)))
        what[mixed] = [_what(every[place]) for place in mixed.tolist()]
        length = np.array(compute.utf8_length(spelt), dtype=np.int64)
        bare = np.array(compute.match_substring_regex(spelt, _CONTRACTED))
        heard = _numbered(sounds(spelt))
        written = same_codes(respelt(spelt)).astype(np.int64) + 1
        start = same_codes(compute.utf8_slice_codeunits(spelt, 0, _EDGE))
        end = same_codes(compute.utf8_slice_codeunits(spelt, -_EDGE))
        stem, models = np.zeros_like(what), np.flatnonzero(what == _MODELS)
        stem[models] = _numbered([_stem(every[place]) for place in models.tolist()])
        classes, group_bits = np.zeros_like(what), np.zeros(len(every), dtype=np.uint64)
        bit = {name: 1 << k for k, name in enumerate(sorted(set(item_classes().values())))}
        for word in item_classes().keys() & number.keys():
            classes[number[word]] = bit[item_classes()[word]]
        known = {} if units else nicknames()
        for word in known.keys() & number.keys():
            group_bits[number[word]] = _groups(word)

        def among(some: Collection[str]) -> Bools:
            found = np.zeros(len(every), dtype=np.bool_)
            found[[number[word] for word in some if word in number]] = True
            return found

        return cls(
            number=number,
            text=np.array(every, dtype=object),
            length=length,
            first=np.array(every, dtype="U1").view(np.uint32).astype(np.int64),
            heard=heard,
            written=written,
            given=among(given),
            short=among(known),
            groups=group_bits,
            start=start,
            end=end,
            bare=bare,
            letters=letter_bits(every),
            pairs=pair_bits(every),
            kin=_kin(start, end, heard, written),
            loose=bare | (length < 2),
            model=what == _MODELS,
            stem=stem,
            counts=np.left_shift(1, what) if units else np.ones_like(what),
            classes=classes,
        )


_EDGE = 3


def _numbered(keys: Texts) -> Ints:
    """Numbers that are equal where keys are; 0 for ""."""
    return encode(keys).codes.astype(np.int64) + 1


def _kin(*codes: NDArray[np.integer[Any]]) -> NDArray[np.uint64]:
    """Four codes of each word in one number, 16 bits of each."""
    kin = np.zeros(len(codes[0]), dtype=np.uint64)
    for code in codes:
        kin = kin << np.uint64(16) | code.astype(np.uint16)
    return kin


def _groups(word: str) -> int:
    bits = 0
    for group in nicknames()[word]:
        bits |= 1 << group % 64
    return bits


def _stem(word: str) -> str:
    """A model number without the letters at its end, which say the colour."""
    found = _STEM.fullmatch(word)
    return found.group(1) if found else ""


def _what(word: str) -> int:
    """What a number counts: 0 nothing, 1 a year, 2 a model, 3 several sizes, from 4 on a unit."""
    if word.isalpha():
        return 0
    if _YEAR.fullmatch(word):
        return 1
    if found := _UNIT.fullmatch(word):
        return 4 + UNITS.index(found.group(1))
    if _SIZES.fullmatch(word):
        return 3
    return _MODELS if _MODEL.fullmatch(word) else 0


def word_bonds(lexicon: Lexicon, one: Ints, other: Ints) -> NDArray[np.int8]:
    """The `Bond` of each pair of unequal words.

    What is looked at letter by letter was let through by arrays: one pair in thirty.
    """
    bond = np.zeros(len(one), dtype=np.int8)
    at = np.flatnonzero(_may_bond(lexicon, one, other))
    bond[at] = _bonds(lexicon, one[at], other[at])
    return bond


def _may_bond(lexicon: Lexicon, one: Ints, other: Ints) -> Bools:
    """Which pairs of words have something in common without which they have no bond: one in six.

    Four keys are compared at once: a quarter of the number that is 0 in both borrows from its top.
    """
    groups, letters, first = lexicon.groups, lexicon.letters, lexicon.first
    apart = lexicon.kin.take(one) ^ lexicon.kin.take(other)
    may: Bools = ((apart - _ONES) & ~apart & _TOPS) > 0
    may |= (groups.take(one) & groups.take(other)) > 0
    may |= np.bitwise_count(letters.take(one) ^ letters.take(other)) <= 2 * _SLIPS
    short = lexicon.loose.take(one) | lexicon.loose.take(other)
    return np.asarray(may | (short & (first.take(one) == first.take(other))))


_SLIPS = 2
_ONES, _TOPS = np.uint64(0x0001000100010001), np.uint64(0x8000800080008000)


def _bonds(lexicon: Lexicon, one: Ints, other: Ints) -> NDArray[np.int8]:
    """`word_bonds` of words that may bond."""
    bond = np.zeros(len(one), dtype=np.int8)
    length, text = lexicon.length, lexicon.text
    shorter = np.minimum(length[one], length[other])
    longer = np.maximum(length[one], length[other])
    alike = lexicon.first[one] == lexicon.first[other]
    odd = np.bitwise_count(lexicon.letters[one] ^ lexicon.letters[other])

    def slips(rows: Ints, allowed: int | Ints) -> Ints:
        """Those of the rows whose words are that few letters apart."""
        most = np.broadcast_to(np.asarray(allowed, dtype=np.int64), rows.shape)
        may = odd[rows] <= 2 * most
        rows, most = rows[may], most[may]
        if not rows.size:
            return rows
        a, b = text[one[rows]].tolist(), text[other[rows]].tolist()
        cut = int(most.max())
        apart = cpdist(a, b, scorer=OSA.distance, score_cutoff=cut, dtype=np.int32, workers=1)
        return np.asarray(rows[apart <= most], dtype=np.int64)

    def told(rows: Ints, belong: Callable[[str, str], bool]) -> Ints:
        """Those of the rows whose words belong together as asked; each two words are asked once."""
        distinct, back = np.unique(one[rows] * len(text) + other[rows], return_inverse=True)
        words = zip(text[distinct // len(text)], text[distinct % len(text)], strict=True)
        said = np.array([belong(a, b) for a, b in words], dtype=np.bool_)
        return np.asarray(rows[said[back]], dtype=np.int64)

    at = np.flatnonzero((shorter >= 4) & (longer - shorter <= 2))
    bond[slips(at, np.where(shorter[at] >= 8, _SLIPS, 1))] = Bond.TYPO
    at = np.flatnonzero((shorter == 3) & (longer == 4) & alike)  # "Ana", "Anna"
    bond[slips(at, 1)] = Bond.TYPO
    cut_short = lexicon.bare[np.where(length[one] < length[other], one, other)]
    may = (lexicon.start[one] == lexicon.start[other]) | cut_short
    at = np.flatnonzero(alike & may & (shorter >= 3) & (longer > shorter) & (bond == 0))
    bond[told(at, _shortened)] = Bond.PREFIX
    bond[alike & (shorter == 1) & (longer > 1)] = Bond.INITIAL
    heard = lexicon.heard[one] == lexicon.heard[other]
    at = np.flatnonzero((shorter >= 4) & (bond < Bond.TYPO) & heard)
    bond[slips(at, np.where(shorter[at] >= 7, 3, 2))] = Bond.TYPO
    bond[(shorter >= 3) & (lexicon.written[one] == lexicon.written[other])] = Bond.NICKNAME
    short = lexicon.short[one] | lexicon.short[other]
    short &= lexicon.end[one] == lexicon.end[other]
    at = np.flatnonzero((shorter >= 4) & (longer > shorter) & (bond < Bond.PREFIX) & short)
    bond[told(at, lambda a, b: a.endswith(b) or b.endswith(a))] = Bond.PREFIX  # "Chelle"
    at = np.flatnonzero((lexicon.groups[one] & lexicon.groups[other]) > 0)
    bond[told(at, share_nickname)] = Bond.NICKNAME
    return bond


def _shortened(one: str, other: str) -> bool:
    """Whether one word is cut or contracted from the other; "inn" is not from "insulation"."""
    if one.startswith(other) or other.startswith(one):
        return True
    trades = known_words("trades")
    return not (one in trades and other in trades) and short_form(one, other)


_ENDINGS = frozenset(
    {"", "s", "es", "e", "ed", "er", "ing", "ation", "ion", "ment", "ance", "y", "ies", "al", "ize"}
)


_RESPELT = (
    ("ae", "a"), ("oe", "o"), ("ue", "u"), ("aa", "a"), ("shch", "sch"), ("kh", "h"), ("x", "ks"),
    ("j", "y"), ("y", "i"), ("ii", "i"), ("w", "v"),
)  # fmt: skip


def respelt(words: pa.Array) -> pa.Array:
    """One form for the ways in which other alphabets are spelt: "Mueller", "Yuriy" and "Iuri"."""
    for written, plain in _RESPELT:
        words = compute.replace_substring(words, written, plain)
    return words


@lru_cache(maxsize=100_000)
def short_form(one: str, other: str) -> bool:
    """Whether one word is cut or contracted from the other, or they differ in their endings.

    "accounts" and "acc", "treatment" and "trtmt", "pruning" and "prune".
    """
    short, long = sorted((one, other), key=lambda w: (len(w), w))
    if long.startswith(short):
        return True
    shared = 0
    while shared < len(short) and short[shared] == long[shared]:
        shared += 1
    if shared >= 4 and short[shared:] in _ENDINGS and long[shared:] in _ENDINGS:
        return True
    if len(long) < len(short) + 2 or not _may_be_contracted(short):
        return False
    rest = iter(long[1:])
    return short[-1] in long[-3:] and all(letter in rest for letter in short[1:])


def _may_be_contracted(word: str) -> bool:
    return len(word) <= 6 and _CONSONANTS.fullmatch(word[1:]) is not None

"""Which of a customer's names say who it is: display name, company, contact person, parent.

All customers are gone through at once. A name is its row in a `Reader`, 0 for none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from pyarrow import compute
from rapidfuzz.distance import OSA

from recon.matching import places
from recon.matching.aliases import have_other_names, other_names
from recon.matching.columns import distinct
from recon.matching.names import Kind
from recon.matching.text import fold
from recon.matching.vocabulary import nicknames, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import pyarrow as pa
    from numpy.typing import NDArray

    from recon.matching.reader import Reader

    Codes = NDArray[np.int32]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

_LEGAL = re.compile(
    r"(?i)(?<!\w)(?:llc|inc|ltd|corp|incorporated|limited|corporation|company|co)(?!\w)"
)
_LEGAL_FORM = r"(?:l\.?l\.?c|inc|ltd|corp|co|incorporated|limited|corporation|company)\b\.?"
_LEGAL_BEHIND = re.compile(rf"(?i)(?<![\s,])[\s,]+{_LEGAL_FORM}$")
_LEGAL_FIRST = re.compile(rf"(?i)^[\s,]+{_LEGAL_FORM}")
_BETWEEN = re.compile(r"\s(?:-+|@|at)\s")
_PARTS, _PARTED = re.compile(r"(?:\s-+\s*|:\s*|,\s+)$"), re.compile(r"\s*-+\s|\s*:")
_HEAD, _LETTERS_TO_MEND = re.compile(r"(.{4,}?)\s*(?:\s-+\s|:|\()"), 10
_BEHIND = re.compile(r"\s+-+\s|\s*[(/]|\s*,?\s+attn")
_BEFORE = re.compile(r"(?:\s-+\s|[(/@]|\sat\s)\s*$")
_OF_A_JOB = (Kind.CHILD, Kind.NUMBER, Kind.COUNTER)
_OF_NO_JOB = (Kind.TRADE, Kind.WEAK, Kind.SUFFIX, Kind.GENERATION)
_BRACKET = re.compile(r"\s*\(([^()]*)\)\s*$")


class Called(NamedTuple):
    """What customers are called, by row."""

    name: Ints
    other: Ints
    person: Ints  # its contact person
    beside: Bools  # whether that person's name is shown beside the firm's, "Webb Dental - Ann Lee"


def customer_names(
    reader: Reader, display: Ints, company: Ints, person: Ints, parent: Ints
) -> Called:
    """Each customer's name, its other name and its contact person.

    * "Roof Repair" of the company "Guillory Flooring" is a job: its name is both together.
    * "Mark Unger" of the company "Windwood" is a person who is also known by the company.
    * "Clay Flooring" with the contact Esther Clay is the firm; Esther only supports the match.
    * "Esther Clay dba Clay Flooring" has two names; "Clay Pharmacy (Esther Clay)" a person.

    Args:
        reader: has read the names.
        display: of each customer, the row of the name that is shown.
        company: its company's.
        person: given and family name.
        parent: the display name of the customer that it is a job of.
    """
    said = _Said(reader)
    display = np.where(display > 0, display, np.where(company > 0, company, person))
    none = np.zeros_like(display)
    called = Called(display.copy(), none.copy(), none.copy(), none.astype(np.bool_))
    one_name = (parent == 0) & ~said.has_bracket(display) & ~said.has_other(display)
    repeated = ((company == 0) | (company == display)) & ((person == 0) | (person == display))
    alone = one_name & repeated & ~((company > 0) & said.nothing(display))
    firm = one_name & ~alone & (company == display) & ~said.nothing(company)
    called.person[firm] = np.where(said.within(person[firm], company[firm]), 0, person[firm])
    rest = np.flatnonzero(~alone & ~firm)
    several = _of_several(said, *(rows[rest] for rows in (display, company, person, parent)))
    for every, some in zip(called, several, strict=True):
        every[rest] = some
    return called


def _of_several(said: _Said, display: Ints, company: Ints, person: Ints, parent: Ints) -> Called:
    """`customer_names` where the cells say more than one name."""
    people = person
    shown, (display, person) = display, _people_apart(said, display, people)
    beside = display != shown
    company = np.where(company > 0, company, _firms_beside(said, display, people))
    contact = _contacts_beside(said, display, company, people)
    behind = np.flatnonzero(contact)
    reached = np.where(person > 0, person, contact)[behind]
    display = _as_jobs(said, display, company, person, people)
    child = (parent > 0) & ~said.within(parent, display)
    apart = (company > 0) & ~child & ~said.share(company, display)
    job = apart & ~said.share(display, people) & said.names_a_job(display)
    partly = (company > 0) & ~child & ~apart
    partly &= ~said.within(company, display) & ~said.within(display, company)
    other = np.where((apart & ~job) | partly, company, 0)
    display = said.joined(np.where(child, parent, np.where(job, company, 0)), display)
    # a job, a unit, a branch: what it belongs to is not its other name
    other = np.where(said.has_kind(display, _OF_A_JOB), 0, other)
    two = np.flatnonzero((other == 0) & said.has_other(display))
    parts = [other_names(text)[:2] for text in said.texts(display[two])]
    display[two] = said.rows([one for one, _ in parts])
    other[two] = said.rows([another for _, another in parts])
    other = np.where((other == 0) & ~child & ~job, _besides(said, display, company), other)
    person = np.where(said.within(person, display), 0, person)
    display[behind], other[behind] = company[behind], 0
    person[behind] = reached
    beside[behind] = True
    return Called(display, other, person, beside & (person > 0))


def _besides(said: _Said, display: Ints, company: Ints) -> Ints:
    """What a company is called besides the name that is shown: "Clay Tile (formerly Webb Tile)"."""
    two = np.flatnonzero((company > 0) & (company != display) & said.has_other(company))
    parts = [other_names(text)[:2] for text in said.texts(company[two])]
    one, another = (said.rows([both[place] for both in parts]) for place in (0, 1))
    found = np.zeros_like(display)
    shown = display[two]
    found[two] = np.where(
        said.within(shown, one), another, np.where(said.within(shown, another), one, 0)
    )
    return found


def _people_apart(said: _Said, display: Ints, people: Ints) -> tuple[Ints, Ints]:
    """(the names, their contact persons): "Clay Pharmacy (Esther Clay)" taken apart."""
    display, person = display.copy(), people.copy()
    may = np.flatnonzero(said.has_bracket(display))
    found = [
        (row, bracket.start(), bracket.group(1))
        for row, text in zip(may.tolist(), said.texts(display[may]), strict=True)
        if (bracket := _BRACKET.search(text))
    ]
    at = np.array([row for row, *_ in found], dtype=np.int64)
    texts = said.texts(display[at])
    outside = said.rows([text[:end] for text, (_, end, _) in zip(texts, found, strict=True)])
    inside = said.rows([within for *_, within in found])
    whose = people[at]
    names = said.within(inside, whose) | said.looks_like_person(inside)
    apart = (outside > 0) & ~said.nothing(inside) & names
    known = ~said.nothing(whose) & ~said.within(whose, outside)
    display[at] = np.where(apart, outside, display[at])
    person[at] = np.where(apart & ~known, inside, person[at])
    return display, person


def _contacts_beside(said: _Said, display: Ints, company: Ints, people: Ints) -> Ints:
    """Who is named beside a company: Ann Lee of "Webb Dental - Ann Lee", "Ann @ Webb Dental"."""
    may = np.flatnonzero((company > 0) & (company != display))
    texts, firms = said.texts(display[may]), said.texts(company[may])
    found = [
        (row, beside)
        for row, text, firm in zip(may.tolist(), texts, firms, strict=True)
        if (beside := _parted(text, firm))
    ]
    at = np.array([row for row, _ in found], dtype=np.int64)
    rest = said.rows([beside for _, beside in found])
    known = said.within(rest, people[at]) | ((said.length(rest) == 1) & said.nicknamed(rest))
    known |= said.nothing(people[at]) & _a_person(said, rest)
    contact = np.zeros_like(display)
    contact[at] = np.where(~said.nothing(rest) & known, rest, 0)
    return contact


def _firms_beside(said: _Said, display: Ints, people: Ints) -> Ints:
    """The firms that shown names say beside a person, Webb Dental of "Ann Lee - Webb Dental"."""
    rows = np.flatnonzero(display > 0)
    found = [
        (row, (text[: sign.start()], text[sign.end() :]))
        for row, text in zip(rows.tolist(), said.texts(display[rows]), strict=True)
        if (sign := _BETWEEN.search(text))
    ]
    at = np.array([row for row, _ in found], dtype=np.int64)
    sides = [said.rows([both[side] for _, both in found]) for side in (0, 1)]
    whose, firms = people[at], np.zeros_like(display)
    for firm, person in (sides, sides[::-1]):
        known = ~said.nothing(person) & said.within(person, whose)
        known |= said.nothing(whose) & _a_person(said, person)
        is_firm = said.has_kind(firm, (Kind.TRADE,)) & ~said.names_a_job(firm)
        firms[at] = np.where(known & is_firm, firm, firms[at])
    return firms


def _a_person(said: _Said, rows: Ints) -> Bools:
    """Two or three words, none of them a firm's and one a given name that we know."""
    return said.looks_like_person(rows) & ~said.has_kind(rows, _OF_NO_JOB)


def _parted(display: str, firm: str) -> str:
    """What a sign parts from the company in a shown name, "" for nothing."""
    firm = _LEGAL_BEHIND.sub("", firm) or firm
    at = display.casefold().find(firm.casefold())
    if at < 0:
        return ""
    before, behind = display[:at], _LEGAL_FIRST.sub("", display[at + len(firm) :])
    if before:
        parted = bool(_BEFORE.search(before)) and not behind.strip(" )")
    else:
        parted = bool(_BEHIND.match(behind))
    return f"{before} {behind}".strip(" -,:()/@") if parted else ""


def _as_jobs(said: _Said, display: Ints, company: Ints, person: Ints, people: Ints) -> Ints:
    """The display names, a job's behind its owner's, "Gill Flooring:Kitchen"."""
    job = _jobs_of(said, display, np.where(company > 0, company, person), people)
    rest = np.where(job > 0, 0, _behind_initials(said, display, company))
    behind = said.joined(np.where(rest > 0, company, 0), rest)
    return np.where(job > 0, job, np.where(rest > 0, behind, display))


def _jobs_of(said: _Said, display: Ints, whose: Ints, people: Ints) -> Ints:
    """The names of jobs behind their owners', "Gill Flooring:Kitchen"; 0 for what is no job.

    What stands beside the owner's name is a job when a dash or comma parts it or when it holds a
    word that jobs are called by; a trade, a legal form or the contact person is none.
    """
    may = np.flatnonzero((whose > 0) & (whose != display))
    texts, owners = said.texts(display[may]), said.texts(whose[may])
    found = [
        (row, *beside)
        for row, text, owner in zip(may.tolist(), texts, owners, strict=True)
        if ":" not in text and (beside := _beside(text, owner))
    ]
    at = np.array([row for row, *_ in found], dtype=np.int64)
    rests = [_LEGAL.sub(" ", f"{one} {other} ").strip(" -,:;()#/.") for _, one, other in found]
    parted = [bool(_PARTS.search(one) or _PARTED.match(other)) for _, one, other in found]
    none = [" and " in f" {rest.casefold()} " or _is_digit(rest) for rest in rests]
    rest = said.rows(rests)
    is_none = np.array(none, dtype=np.bool_) | said.share(rest, people[at])
    is_none |= said.looks_like_person(rest) | ~said.has_kind(rest, _OF_NO_JOB, but=True)
    is_job = np.array(parted, dtype=np.bool_) & said.nothing(people[at])
    is_job |= said.names_a_job(rest) & (said.length(whose[at]) > 1)
    job = np.zeros_like(display)
    job[at] = said.joined(np.where(is_job & ~is_none, whose[at], 0), rest)
    job[at] = np.where(is_job & ~is_none, job[at], 0)
    return job


def _is_digit(rest: str) -> bool:
    """Whether it is the mark of a sync, "Ann Lee (2)"."""
    return len(rest) == 1 and rest.isdigit()


def _beside(display: str, whose: str) -> tuple[str, str] | None:
    """What stands before and after the owner's name in a display name; None when it is not in it.

    It may be written with a slip when a sign parts it from the rest.
    """
    at = display.casefold().find(whose.casefold())
    if at >= 0:
        return display[:at], display[at + len(whose) :]
    parted = len(whose) >= _LETTERS_TO_MEND and any(sign in display for sign in "-:(")
    found = _HEAD.match(display) if parted else None
    near = found and OSA.distance(fold(found.group(1)), fold(whose), score_cutoff=2) <= 2
    return ("", display[found.end(1) :]) if found and near else None


def _behind_initials(said: _Said, display: Ints, company: Ints) -> Ints:
    """What stands behind a company's initials: "Press" in "ATB Press" of Ashton Tourist Board."""
    found, may = [], np.flatnonzero(said.shortened(company))
    for row, text in zip(may.tolist(), said.texts(display[may]), strict=True):
        first, _, press = text.strip().partition(" ")
        if press and first.isalpha() and said.shortens(fold(first), company[row]):
            found.append((row, press))
    at = np.array([row for row, _ in found], dtype=np.int64)
    rest = said.rows([press for _, press in found])
    bare = said.rows([press.strip(" -,:()") for _, press in found])
    behind = np.zeros_like(display)
    behind[at] = np.where(said.within(rest, company[at]), 0, bare)
    return behind


class _Said:
    """What is asked of names by their rows."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def rows(self, texts: list[str]) -> Ints:
        return self.reader.rows(texts)

    def texts(self, rows: Ints) -> list[str]:
        return [*map(self.reader.texts.__getitem__, rows.tolist())]

    def has_other(self, rows: Ints) -> Bools:
        """Whether another name is written into a name."""
        return self._of_each(rows, have_other_names)

    def has_bracket(self, rows: Ints) -> Bools:
        """Whether a bracket opens in a name."""
        return self._of_each(rows, lambda texts: compute.match_substring(texts, "("))

    def _of_each(self, rows: Ints, told: Callable[[pa.Array], pa.Array | Bools]) -> Bools:
        """What is told of texts, told once a name."""
        used = distinct(rows)
        found = np.zeros(len(self.reader.texts), dtype=np.bool_)
        found[used] = told(self.reader.written(used))
        return found[rows]

    def joined(self, front: Ints, behind: Ints) -> Ints:
        """The names behind another, "Gill Flooring:Kitchen", where there is one."""
        found, at = behind.copy(), np.flatnonzero(front)
        both = zip(self.texts(front[at]), self.texts(behind[at]), strict=True)
        found[at] = self.rows([f"{one}:{other}" for one, other in both])
        return found

    def tokens(self, rows: Ints) -> Codes:
        return self.reader.apart.tokens[rows]

    def length(self, rows: Ints) -> Ints:
        return np.asarray((self.tokens(rows) >= 0).sum(1), dtype=np.int64)

    def nothing(self, rows: Ints) -> Bools:
        """Names without a token."""
        return np.asarray(self.reader.apart.tokens[rows, 0] < 0)

    def within(self, one: Ints, other: Ints) -> Bools:
        """Whether the other name has every token of the one."""
        inside = np.ones(len(one), dtype=np.bool_)
        for at, met in self._met(one, other):
            inside[at[~met]] = False
        return inside

    def share(self, one: Ints, other: Ints) -> Bools:
        """Whether two names have a token in common."""
        shared = np.zeros(len(one), dtype=np.bool_)
        for at, met in self._met(one, other):
            shared[at[met]] = True
        return shared

    def _met(self, one: Ints, other: Ints) -> Iterator[tuple[Ints, Bools]]:
        """(the rows that have so many tokens; whether the other name has that token), by place."""
        mine, its = self.tokens(one), self.tokens(other)
        for column in mine.T:
            at = np.flatnonzero(column >= 0)
            if not at.size:
                return
            yield at, places.some(its[at] == column[at, None])

    def has_kind(self, rows: Ints, kinds: tuple[Kind, ...], *, but: bool = False) -> Bools:
        """Whether a name has a token of one of the kinds; `but`: one of any other."""
        found = np.isin(self.reader.apart.kinds[rows], kinds, invert=but)
        return np.asarray((found & (self.tokens(rows) >= 0)).any(1))

    def names_a_job(self, rows: Ints) -> Bools:
        """Whether a word or number stands in it that jobs, units and lots are called by."""
        called = self._known(words("jobs"))[self.tokens(rows)].any(1)
        return np.asarray(called | self.has_kind(rows, (Kind.NUMBER, Kind.COUNTER)))

    def nicknamed(self, rows: Ints) -> Bools:
        """Whether a name holds nothing but given names that we know."""
        tokens = self.tokens(rows)
        return np.asarray((self._known(nicknames())[tokens] | (tokens < 0)).all(1))

    def looks_like_person(self, rows: Ints) -> Bools:
        """Two or three words of which one is a given name we know."""
        length = self.length(rows)
        few = (length >= 2) & (length <= 3) & ~self.has_kind(rows, (Kind.NUMBER,))
        return np.asarray(few & self._known(nicknames())[self.tokens(rows)].any(1))

    def shortened(self, rows: Ints) -> Bools:
        """Names that have initials."""
        return np.asarray(self.reader.apart.initials[rows, 0] >= 0)

    def shortens(self, letters: str, row: int) -> bool:
        """Whether the letters are a name's initials."""
        number = self.reader.number.get(letters)
        return number is not None and number in self.reader.apart.initials[row].tolist()

    def _known(self, some: Iterable[str]) -> Bools:
        """Which of the reader's words, by number, are among some; the last is none."""
        number = self.reader.number
        known = np.zeros(len(number) + 1, dtype=np.bool_)
        known[[number[word] for word in some if word in number]] = True
        return known

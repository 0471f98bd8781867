"""Which of a customer's names say who it is: display name, company, contact person, parent."""

from __future__ import annotations

import re

from rapidfuzz.distance import OSA

from recon.matching.names import Kind, other_names, parse_name
from recon.matching.text import fold
from recon.matching.vocabulary import nicknames, words

_LEGAL = re.compile(
    r"(?i)(?<!\w)(?:llc|inc|ltd|corp|incorporated|limited|corporation|company|co)(?!\w)"
)
_PARTS, _PARTED = re.compile(r"(?:\s-+\s*|:\s*|,\s+)$"), re.compile(r"\s*-+\s|\s*:")
_HEAD, _LETTERS_TO_MEND = re.compile(r"(.{4,}?)\s*(?:\s-+\s|:|\()"), 10
_BEHIND = re.compile(r"\s+-+\s|\s*[(/]|\s*,?\s+attn")
_OF_A_JOB = (Kind.CHILD, Kind.NUMBER, Kind.COUNTER)
_BRACKET = re.compile(r"\s*\(([^()]*)\)\s*$")


def customer_names(
    display: str, company: str, given: str, family: str, parent: str
) -> tuple[str, str, str]:
    """(the customer's name, its other name, its contact person), "" where there is none.

    * "Roof Repair" of the company "Guillory Flooring" is a job: its name is both together.
    * "Mark Unger" of the company "Windwood" is a person who is also known by the company.
    * "Clay Flooring" with the contact Esther Clay is the firm; Esther only supports the match.
    * "Esther Clay dba Clay Flooring" has two names; "Clay Pharmacy (Esther Clay)" a person.
    """
    person = f"{given} {family}".strip()
    display = display or company or person
    if _says_all(display, company, person, parent):
        return display, "", ""
    people, firm = _tokens(person), _tokens(company)
    if company == display and firm and _is_one_name(display, parent):
        return display, "", "" if people <= firm else person
    display, person = _person_apart(display, person, people)
    if company and (contact := _contact_behind(display, company, people)):
        return company, "", person or contact
    display = _as_job(display, company, person, people)
    shown = _tokens(display)
    other = ""
    if parent and not _tokens(parent) <= shown:
        display = f"{parent}:{display}"
    elif company and not firm & shown:
        if shown & people or not _names_a_job(display):
            other = company
        else:
            display = f"{company}:{display}"
    elif company and not firm <= shown and not shown <= firm:
        other = company
    if any(kind in _OF_A_JOB for kind in parse_name(display).kinds):
        other = ""  # a job, a unit, a branch: what it belongs to is not its other name
    parts = other_names(display)
    if parts and not other:
        display, other = parts[0], parts[1]
    return display, other, "" if _tokens(person) <= _tokens(display) else person


def _person_apart(display: str, person: str, people: frozenset[str]) -> tuple[str, str]:
    """(the name, its contact person): "Clay Pharmacy (Esther Clay)" taken apart."""
    if "(" in display and (bracket := _BRACKET.search(display)):
        inside = _tokens(bracket.group(1))
        outside = display[: bracket.start()]
        if outside and inside and (inside <= people or _looks_like_person(bracket.group(1))):
            known = bool(people) and not people <= _tokens(outside)
            return outside, person if known else bracket.group(1)
    return display, person


def _contact_behind(display: str, company: str, people: frozenset[str]) -> str:
    """Whom a company's name has behind it: "Ann Lee" in "Webb Dental - Ann Lee", "" for nobody."""
    if not display.casefold().startswith(company.casefold()):
        return ""
    rest = display[len(company) :]
    said = _tokens(rest)
    known = said <= people or (len(said) == 1 and said <= nicknames().keys())
    return rest.strip(" -,:()") if said and known and _BEHIND.match(rest) else ""


def _says_all(display: str, company: str, person: str, parent: str) -> bool:
    """Whether the other cells only repeat a display name that is one name."""
    return (
        company in ("", display)
        and person in ("", display)
        and not (company and not _tokens(display))
        and _is_one_name(display, parent)
    )


def _is_one_name(display: str, parent: str) -> bool:
    """Whether a display name is no job of a parent and has no other name written into it."""
    return not parent and "(" not in display and not other_names(display)


def _as_job(display: str, company: str, person: str, people: frozenset[str]) -> str:
    """The display name, a job's behind its owner's, "Gill Flooring:Kitchen"."""
    if ":" not in display and (job := _job_of(display, company or person, people)):
        return job
    rest = _behind_initials(display, company)
    return f"{company}:{rest}" if rest else display


def _job_of(display: str, whose: str, people: frozenset[str]) -> str:
    """The name of a job behind its owner's, "Gill Flooring:Kitchen"; "" when it is no job.

    What stands beside the owner's name is a job when a dash or comma parts it or when it holds a
    word that jobs are called by; a trade, a legal form or the contact person is none.
    """
    at = display.casefold().find(whose.casefold()) if whose else -1
    if at < 0 and whose:
        display, at = _mended(display, whose)
    if at < 0 or display == whose:
        return ""
    before, after = display[:at], display[at + len(whose) :]
    rest = _LEGAL.sub(" ", f"{before} {after} ").strip(" -,:;()#/.")
    parsed = parse_name(rest)
    if frozenset(parsed.tokens) & people or " and " in f" {rest.casefold()} ":
        return ""
    if not rest or (len(rest) == 1 and rest.isdigit()):  # "Ann Lee (2)": the mark of a sync
        return ""
    if _looks_like_person(rest) or all(
        kind in (Kind.TRADE, Kind.WEAK, Kind.SUFFIX, Kind.GENERATION) for kind in parsed.kinds
    ):
        return ""
    parted = bool(_PARTS.search(before) or _PARTED.match(after)) and not people
    called = _names_a_job(rest) and len(_tokens(whose)) > 1
    return f"{whose}:{rest}" if parted or called else ""


def _mended(display: str, whose: str) -> tuple[str, int]:
    """A name whose owner is written with a slip, put right; and where the owner starts, or -1."""
    found = _HEAD.match(display)
    if not found or len(whose) < _LETTERS_TO_MEND:
        return display, -1
    near = OSA.distance(fold(found.group(1)), fold(whose), score_cutoff=2) <= 2
    return (f"{whose}{display[found.end(1) :]}", 0) if near else (display, -1)


def _behind_initials(display: str, company: str) -> str:
    """What stands behind a company's initials: "Press" in "ATB Press" of Ashton Tourist Board."""
    first, _, rest = display.strip().partition(" ")
    if not rest or not company or not first.isalpha():
        return ""
    short = [*fold(first)] in [[word[0] for word in of] for of in parse_name(company).initials]
    return rest.strip(" -,:()") if short and not _tokens(rest) <= _tokens(company) else ""


def _names_a_job(text: str) -> bool:
    """Whether a word or number stands in it that jobs, units and lots are called by."""
    parsed = parse_name(text)
    return any(
        token in words("jobs") or kind in (Kind.NUMBER, Kind.COUNTER)
        for token, kind in zip(parsed.tokens, parsed.kinds, strict=True)
    )


def _tokens(text: str) -> frozenset[str]:
    return frozenset(parse_name(text).tokens) if text else frozenset()


def _looks_like_person(text: str) -> bool:
    """Two or three words of which one is a given name we know."""
    tokens, kinds = parse_name(text)[:2]
    return (
        2 <= len(tokens) <= 3 and Kind.NUMBER not in kinds and any(t in nicknames() for t in tokens)
    )

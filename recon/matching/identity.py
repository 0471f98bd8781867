"""Which of a customer's names say who it is: display name, company, contact person, parent."""

from __future__ import annotations

import re

from recon.matching.names import Kind, other_names, parse_name
from recon.matching.vocabulary import nicknames

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
    people, firm = _tokens(person), _tokens(company)
    if bracket := _BRACKET.search(display):
        inside = _tokens(bracket.group(1))
        outside = display[: bracket.start()]
        if outside and inside and (inside <= people or _looks_like_person(bracket.group(1))):
            display, person = outside, person or bracket.group(1)
    shown = _tokens(display)
    other = ""
    if parent and not _tokens(parent) <= shown:
        display = f"{parent}:{display}"
    elif company and not firm & shown:
        if shown & people or (not people and _looks_like_person(display)):
            other = company
        else:
            display = f"{company}:{display}"
    elif company and not firm <= shown and not shown <= firm:
        other = company
    if any(kind in (Kind.CHILD, Kind.NUMBER) for kind in parse_name(display).kinds):
        other = ""  # a job, a unit, a branch: what it belongs to is not its other name
    parts = other_names(display)
    if parts and not other:
        display, other = parts[0], parts[1]
    return display, other, "" if people <= _tokens(display) else person


def _tokens(text: str) -> frozenset[str]:
    return frozenset(parse_name(text).tokens) if text else frozenset()


def _looks_like_person(text: str) -> bool:
    """Two or three words of which one is a given name we know."""
    tokens, kinds = parse_name(text)[:2]
    return (
        2 <= len(tokens) <= 3 and Kind.NUMBER not in kinds and any(t in nicknames() for t in tokens)
    )

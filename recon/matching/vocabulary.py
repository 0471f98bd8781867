"""The words that the matcher knows: legal forms, titles, abbreviations, nicknames, units, colours.

The tables are data (`words.toml`, `nicknames.txt`) so that a word is added without touching code.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from nicknames import NickNamer

if TYPE_CHECKING:
    from collections.abc import Mapping


USUAL_LIST = 4_000
"""Names that a word's rarity is counted in beside the list's own: "Acme" is rare in a list of five
too, and the weights mean the same in a small list as in a large one."""


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))


@cache
def words(table: str) -> frozenset[str]:
    """The words of one list of `words.toml`, such as "legal" or "free_mail"."""
    return frozenset(str(_tables()[table]).split())


@cache
def replacements(table: str) -> Mapping[str, str]:
    """Spelling -> the one form used for comparing, such as "street" or "abbreviations"."""
    return MappingProxyType(dict(_tables()[table]))


@cache
def item_classes() -> Mapping[str, str]:
    """Word -> its class ("colour", "size" ...): two members of one class are two things."""
    return MappingProxyType(
        {
            word: name
            for name, members in _tables()["item_classes"].items()
            for word in str(members).split()
        }
    )


@cache
def item_tails() -> tuple[str, ...]:
    """Endings of item descriptions that do not tell two items apart."""
    return tuple(_tables()["item_tails"]["words"])


@cache
def nicknames() -> Mapping[str, frozenset[int]]:
    """Given name or short form -> the numbers of the groups in which it stands.

    The library has what genealogists met; ours adds what lists of customers call people today.
    """
    text = files(__package__).joinpath("nicknames.txt").read_text(encoding="utf-8")
    own = [line.partition("#")[0].split() for line in text.splitlines()]
    known = [{name, *short} for name, short in NickNamer.default_lookup().items()]
    groups: dict[str, set[int]] = {}
    for number, group in enumerate([*own, *known]):
        for name in group:
            groups.setdefault(name, set()).add(number)
    return MappingProxyType({name: frozenset(found) for name, found in groups.items()})

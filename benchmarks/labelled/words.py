"""The words that made-up parties and items are named with, from `words.toml`."""

from __future__ import annotations

import random
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import ClassVar

_TABLES = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))


def split(text: str) -> list[str]:
    """The members of a list: parted by "|", or by blanks when there is none."""
    return [part.strip() for part in text.split("|" if "|" in text else None)]


def members(name: str) -> list[str]:
    """One list of words."""
    return split(_TABLES[name])


def forms(name: str) -> dict[str, list[str]]:
    """Word -> its other forms."""
    return {word: split(text) for word, text in _TABLES[name].items()}


WORLD: dict[str, dict[str, str]] = _TABLES["world"]
COMMON, PLACES = members("common"), members("places")
STREETS, TRADES = members("streets"), members("trades")
ROADS = "Street Avenue Road Drive Lane Court".split()
TOWNS = [
    "Fairmont", "Clayton", "Ridgeway", "Salem", "Dover", "Marion", "Oak Harbor", "Plainview", "Milford", "Lakeport",
]  # fmt: skip
FREE = "gmail.com yahoo.com hotmail.com outlook.com icloud.com aol.com comcast.net".split()
LEGAL = ["LLC", "Inc", "Inc.", "Corp", "Co", "LLP", "L.L.C.", ", Inc.", "Ltd"]


class Chance(random.Random):
    """Chance, and the given names that the people of a list bear.

    Few of them make many namesakes, from which a fit learns to be careful across two lists.
    """

    given: ClassVar = tuple(members("given"))
    short: ClassVar = {name: found[0] for name, found in forms("short").items()}
    common = 0.4  # share of people with a common family name


def _rarer() -> dict[str, str]:
    """Every other given name of the matcher's table of nicknames, and its first short form."""
    text = files("recon.matching").joinpath("nicknames.txt").read_text(encoding="utf-8")
    lines = [line.partition("#")[0].split() for line in text.splitlines()]
    return {names[0].capitalize(): names[1].capitalize() for names in lines[::2] if names[1:]}


class ManyNames(Chance):
    """The same with as many names as lists of other authors have.

    With few, a pair of one name within a list is of two people far more often than it is there.
    """

    given: ClassVar = tuple(dict.fromkeys([*Chance.given, *_rarer()]))
    short: ClassVar = _rarer() | Chance.short
    common = 0.25


def surname(c: Chance) -> str:
    """A family name: a common one, or one of many thousand that sound like names."""
    if c.random() < c.common:
        return c.choice(COMMON)
    return coined(c)


def coined(c: random.Random) -> str:
    """A word that nobody bears on purpose."""
    word = "".join(c.choice(members(part)) for part in ("onsets", "vowels", "middles"))
    return (word + c.choice(members("ends"))).capitalize()


def brand(c: Chance) -> str:
    """A firm's own word or two."""
    drawn = c.random()
    if drawn < 0.3:
        return surname(c)
    if drawn < 0.55:
        return c.choice(PLACES)
    if drawn < 0.8:
        return coined(c)
    return f"{c.choice(PLACES)} {coined(c)}"

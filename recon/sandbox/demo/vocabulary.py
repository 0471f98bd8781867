"""The word lists that names, streets and price lists of the demo company are made of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class City:
    """A city that the business works in, with its postal codes and the sales tax it charges."""

    name: str
    postal_codes: tuple[str, ...]
    tax: str


def words(name: str) -> tuple[str, ...]:
    """The lines of one word list, without its comment lines."""
    text = files("recon.sandbox.demo").joinpath("words", f"{name}.txt").read_text("utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))


def table(name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of one word list whose columns are divided by a bar."""
    return tuple(tuple(line.split("|")) for line in words(name))


@dataclass(frozen=True)
class Vocabulary:
    """Every word list, read once.

    Given names, family names and place words are chosen so that no two of a list are near
    spellings of each other: what looks alike in the demo was planted.
    """

    given: tuple[str, ...]
    family: tuple[str, ...]
    nicknames: tuple[tuple[str, str], ...]
    accented: tuple[str, ...]
    place_first: tuple[str, ...]
    place_second: tuple[str, ...]
    trades: tuple[tuple[str, str], ...]
    streets: tuple[str, ...]
    suppliers: tuple[str, ...]
    cities: tuple[City, ...]


@cache
def vocabulary() -> Vocabulary:
    """The word lists that come with the demo company."""
    return Vocabulary(
        given=words("given"),
        family=words("family"),
        nicknames=tuple((line.split()[0], line.split()[1]) for line in words("nicknames")),
        accented=words("accented"),
        place_first=words("place_first"),
        place_second=words("place_second"),
        trades=tuple((row[0], row[1]) for row in table("trades")),
        streets=words("streets"),
        suppliers=words("suppliers"),
        cities=tuple(City(row[0], tuple(row[1].split()), row[2]) for row in table("cities")),
    )

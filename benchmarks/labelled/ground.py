"""Where the customers of one list live: in a town and around it, in some counties, all over the land."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import NamedTuple

from words import ROADS, STREETS, TOWNS, Chance, coined

STATES = "OH TX CO OR NJ NC CT CA NY PA FL GA IL MI WA AZ MA VA TN IN MO MD WI MN SC AL".split()

ORDINALS = "First Second Third Fourth Fifth Sixth 7th 8th 12th 21st 33rd 42nd".split()


class Town(NamedTuple):
    """A town, its region, its postal codes and the area codes of its region."""

    name: str
    region: str
    postal: tuple[str, ...]
    areas: tuple[int, ...]


@dataclass(frozen=True)
class Ground:
    """The towns of one list, how many of its customers live in each, and whose phones are from there."""

    towns: dict[str, Town]  # by name
    shares: list[float]  # cumulative
    local: float  # share of phones of the home's own area

    def town(self, c: Chance) -> Town:
        """The town of one customer."""
        return c.choices([*self.towns.values()], cum_weights=self.shares)[0]

    def home(self, c: Chance, town: Town | None = None) -> tuple[str, str, str, str]:
        """Street, city, region and postal code."""
        at = town or self.town(c)
        line = f"{c.randint(1, 9899)} {street_name(c)}"
        return line, at.name, at.region, c.choice(at.postal)

    def digits(self, c: Chance, city: str = "") -> str:
        """A phone number of ten digits, mostly of the town's region."""
        there = city in self.towns and c.random() < self.local
        at = self.towns[city] if there else self.town(c)
        return f"{c.choice(at.areas)}{c.randint(2000000, 9999999)}"

    def near(self, c: Chance, region: str) -> Town:
        """A town of a region."""
        return c.choice([town for town in self.towns.values() if town.region == region])


def street_name(c: Chance) -> str:
    """What a street is called: by a word, now and then by a number."""
    drawn = c.random()
    if drawn < 0.06:
        return f"{c.choice(ORDINALS)} {c.choice(ROADS[:2])}"
    if drawn < 0.1:
        return f"{c.choice(['Highway', 'Route'])} {c.randint(1, 99)}"
    return f"{c.choice(STREETS)} {c.choice(ROADS)}"


def ground(c: Chance) -> Ground:
    """The ground of one list: of one region or of many, with one large town or many like it."""
    regions = c.choice([1, 1, 2, 4, 7, 12, 25])
    several = max(regions, c.choice([4, 10, 25, 80, 160]))
    names = c.sample(TOWNS, min(len(TOWNS), several))
    while len(names) < several:
        names.append(
            f"{coined(c)}{c.choice(['', 'ton', 'ville', ' Springs', ' Heights', ' Park'])}"
        )
    codes = iter(c.sample(range(201, 990), 4 * regions))
    areas = {
        region: tuple(itertools.islice(codes, c.randint(1, 3)))
        for region in c.sample(STATES, regions)
    }
    ends = c.sample(range(100), regions)
    starts = dict(zip(areas, ends, strict=True))
    towns = {}
    for number, name in enumerate(dict.fromkeys(names)):
        region = [*areas][number] if number < regions else c.choice([*areas])
        first = c.randint(0, 990)
        postal = tuple(
            f"{starts[region]:02}{first + k:03}" for k in range(c.choice([1, 1, 2, 4, 8]))
        )
        towns[name] = Town(name, region, postal, areas[region])
    steep = c.choice([0.0, 0.5, 1.0, 1.5])
    shares = list(itertools.accumulate((k + 1.0) ** -steep for k in range(len(towns))))
    return Ground(towns, shares, c.choice([0.7, 0.85, 0.97]))

"""Write labelled lists of many trades and countries, for fitting and for measuring.

    python benchmarks/labelled OUT [--size 1500] [--seed 1] [--lists 3] [--styles plain homes ...]
                                [--names few|many]

One folder a style and hand: app.csv, qbo.csv, true_pairs.csv. The same seed gives the same files.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import customers
import families
import firms
import homes
import items
import prose
import sessions
import tables
from ground import ground
from hands import Habits, Lists
from words import Chance, ManyNames

STYLES = {
    "plain": customers.plain,
    "homes": homes.homes,
    "weddings": sessions.photographers,
    "tables": tables.tables,
    "agencies": firms.agencies,
    "world": firms.world,
    "stock": items.stock,
    "services": items.services,
    "parts": items.parts,
    "retail": items.retail,
    "professional": items.professional,
    "prose": prose.prose,
    "families": families.families,
}

ITEMS = frozenset({"stock", "services", "parts", "retail", "professional", "prose", "families"})


def habits(c: Chance, style: str) -> Habits:
    """The habits of one pair of hands."""
    mail = c.uniform(0.65, 0.95) if style == "weddings" else c.uniform(0.3, 0.85)
    items_, few = style in ITEMS, c.random() < 0.12 and style != "weddings"
    noted = {"phone": c.uniform(0.3, 0.85), "email": mail, "address": c.uniform(0.2, 0.8)}
    if few and not items_:  # a list that knows one way of reaching people, or none
        kept = c.choice(["phone", "email", "address", ""])
        noted = {name: share if name == kept else 0.0 for name, share in noted.items()}
    if style == "tables":
        noted = {"phone": c.uniform(0.6, 1), "email": 0.0, "address": c.uniform(0.6, 1)}
    return Habits(
        **noted,
        namesakes=c.choice([0.02, 0.08, 0.2, 0.3]),
        unique=c.random() < 0.5,
        without=frozenset(("given_name", "family_name") if c.random() < 0.2 else ()),
        changed=c.uniform(0.02, 0.12) if style == "tables" else c.uniform(0.05, 0.3),
        slip=c.choice([0.01, 0.04, 0.1, 0.25]),
        marked=c.choice([0, 0.01, 0.03]),
        twice=c.uniform(0.02, 0.07 if items_ else 0.08),
        turned=c.choice([(), (), ("app",), ("qbo",), ("app", "qbo")]),
        capitals=c.choice([(), (), (), ("app",), ("qbo",)]),
        longest=c.choice([100, 100, 100, 41, 31]),
        copied=0 if items_ else c.choice([0, 0.15, 0.4]),
        thrice=0 if items_ else 0.1,
        mailed=0 if items_ else c.choice([0, 0, 0.01, 0.04]),
    )


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--size", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lists", type=int, default=3)
    parser.add_argument("--styles", nargs="+", choices=list(STYLES), default=list(STYLES))
    parser.add_argument("--names", choices=["few", "many"], default="few", help="that people bear")
    args = parser.parse_args()
    people = ManyNames if args.names == "many" else Chance
    for style in args.styles:
        for number in range(1, args.lists + 1):
            chance = people(f"{args.seed} {style} {number}")
            lists = Lists(chance, habits(chance, style), ground(chance))
            while len(lists.rows["app"]) < args.size:
                STYLES[style](lists)
            lists.save(args.out / f"{style}-{number}")


if __name__ == "__main__":
    main()

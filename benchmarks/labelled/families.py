"""Made-up families of goods and services: nouns with synonyms, variants along typed axes.

Each list has a hand of its own: a favourite noun and spelling for everything, an order, a
separator, a category in front, SKUs that spell the variant out or that all variants share.
"""

from __future__ import annotations

import itertools
import random
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from hands import Lists, Row, slip
from words import PLACES, coined

_DATA = tomllib.loads(Path(__file__).with_name("families.toml").read_text(encoding="utf-8"))


def _counted(text: str) -> list[list[str]]:
    values, *forms = (part.strip() for part in text.split(" | "))
    return [[form.format(value) for form in forms] for value in values.split()]


AXES = {n: [v.split("|") for v in text.split(";")] for n, text in _DATA["axes"].items()} | {
    n: _counted(text) for n, text in _DATA["counted"].items()
}
"""Axis -> its values, each with its spellings."""


class Family(NamedTuple):
    """Nouns that mean one thing, and what its variants differ in."""

    nouns: list[str]
    category: str
    code: str
    axes: list[str]


FAMILIES = [
    Family(nouns.split("|"), *where.split(":"), axes.split())
    for nouns, where, axes in (text.split(" / ") for text in _DATA["families"].values())
]


@dataclass
class Hand:
    """How one side writes; favourites are drawn when first needed."""

    chance: random.Random
    loyal: float  # how often the favourite is written
    between: str
    category: float  # share of names with the category in front
    coded: float  # share of names that are the SKU
    capitals: float
    left_out: float  # share of names that leave an attribute out
    favourite: dict[str, str] = field(default_factory=dict)

    @classmethod
    def drawn(cls, c: random.Random, side: str) -> Hand:
        """Another hand for every list and side."""
        return cls(
            random.Random(c.random()),
            loyal=c.uniform(0.5, 0.98),
            between=c.choice([" ", " ", " - ", ", ", " / ", " - "]),
            category=c.choice([0, 0.3, 0.6]) if side == "qbo" else c.choice([0, 0, 0.1]),
            coded=c.choice([0, 0.02, 0.06]),
            capitals=c.choice([0, 0.05, 0.15]),
            left_out=c.choice([0, 0.02, 0.05]),
        )

    def form(self, forms: list[str]) -> str:
        """One of the spellings, mostly the favourite."""
        if forms[0] not in self.favourite:
            self.favourite[forms[0]] = self.chance.choice([forms[0], *forms])
        return (
            self.favourite[forms[0]]
            if self.chance.random() < self.loyal
            else self.chance.choice(forms)
        )

    def name(self, parts: list[list[str]], *, shuffled: float) -> str:
        """The parts in this hand's spelling and order."""
        c, words = self.chance, [self.form(forms) for forms in parts]
        if len(words) > 2 and c.random() < self.left_out:
            del words[c.randrange(1, len(words))]
        if c.random() < shuffled:
            c.shuffle(words)
        text = words[0]
        for word in words[1:]:
            joint = self.between if c.random() < 0.8 else c.choice([" ", " - ", ", "])
            text += f" ({word})" if c.random() < 0.06 and "(" not in word else f"{joint}{word}"
        return text


def _hand(lists: Lists, side: str) -> Hand:
    if side not in lists.hands:
        lists.hands[side] = Hand.drawn(lists.chance, side)
    return lists.hands[side]


def _short(text: str) -> str:
    """A value in a SKU: "3 bed 2 bath" is 3B2."""
    words = text.replace("/", " ").replace("-", " ").split()
    return "".join(
        w if w[0].isdigit() else w[: 3 if len(words) == 1 else 1] for w in words
    ).upper()[:5]


def families(lists: Lists) -> None:
    """One product: all its variants, its bare parent now and then, and a bundle."""
    c, h = lists.chance, lists.habits
    hands = {side: _hand(lists, side) for side in ("app", "qbo")}
    family = c.choice(FAMILIES)
    brand = [c.choice([coined(c), c.choice(PLACES)])] if c.random() < 0.5 else []
    axes = [a for a in family.axes if c.random() < 0.85] or family.axes[:1]
    values = [c.sample(AXES[a], min(len(AXES[a]), c.choice([1, 2, 3, 4]))) for a in axes]
    variants = list(itertools.product(*values))
    c.shuffle(variants)
    flat, price = c.random() < 0.45, float(c.choice([9, 15, 24, 35, 60, 95, 140, 250, 480]))
    stem = f"{family.code}-{''.join(brand)[:3].upper()}{c.randint(1, 999)}"
    codes = c.choice(["spelt", "spelt", "parent", "number", "none"])
    told = [[*variant] for variant in variants[: c.choice([2, 4, 8, 14])]]
    if c.random() < 0.15:
        told.append([])
    for row, variant in enumerate(told):
        if not lists.new((family.code, *brand, *(v[0] for v in variant))):
            continue
        sku = {
            "spelt": "-".join([stem, *(_short(v[0]) for v in variant)]),
            "parent": stem,
            "number": f"{family.code[:2]}{c.randint(1000, 99999)}",
        }.get(codes, "")
        cost = price if flat else round(price * (1 + 0.12 * row), 2)
        now = cost if c.random() > h.changed else round(cost * c.uniform(0.85, 1.25), 2)
        parts = [*([brand] if brand else []), family.nouns, *variant]

        def write(
            side: str,
            parts: list[list[str]] = parts,
            sku: str = sku,
            cost: float = cost,
            now: float = now,
        ) -> Row:
            hand = hands[side]
            text = hand.name(parts, shuffled=0.08)
            note = hand.name(parts, shuffled=0.2) if c.random() < h.address else ""
            shown = sku if c.random() < h.email else ""
            if shown and c.random() < 0.1:
                shown = c.choice(
                    [shown.lower(), shown.replace("-", ""), shown.replace("-", "/"), f"{shown} "]
                )
            if shown and c.random() < hand.coded:
                text = shown
            if c.random() < h.slip / 2:
                text = slip(c, text)
            if c.random() < hand.capitals:
                text = text.upper()
            if c.random() < hand.category:
                text = f"{family.category}{':' if hand.loyal > 0.7 else ' - '}{text}"
            if c.random() < h.marked * 2:
                text += c.choice([" (deleted)", " (2)", " - old", " NEW", " copy", "-1"])
            amount = (
                f"{cost if side == 'app' else now:.2f}"
                if c.random() < h.phone + 0.15
                else c.choice(["", "0.00"])
            )
            return {"name": text, "sku": shown, "description": note, "unit_price": amount}

        lists.add(write)

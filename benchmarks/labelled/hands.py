"""How two hands write one list: what is kept, dropped, respelt; which pairs are true."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from ground import Ground
from words import Chance

Row = dict[str, str]
Side = str  # "app" or "qbo"
Write = Callable[[Side], Row]


@dataclass(frozen=True)
class Habits:
    """How careful the two hands are; drawn once a list, so that lists differ as authors do."""

    email: float
    phone: float
    address: float
    changed: float  # share of contacts that have changed since the other list was written
    slip: float  # share of names with a slip of the finger
    twice: float  # share of records that stand twice in a list
    marked: float  # share of names with a mark of the sync behind them, or cut short
    copied: float = 0.0  # share of second records that are marked as such
    thrice: float = 0.0  # share of those that stand there a third time
    mailed: float = 0.0  # share of persons who stand under their e-mail address
    namesakes: float = 0.1  # share of persons of whom another of the same name is a customer too
    unique: bool = False  # the app refuses a name that is taken, as QuickBooks does
    without: frozenset[str] = frozenset()  # columns that neither list has
    turned: tuple[Side, ...] = ()  # sides whose custom is "Webb, Mary"
    capitals: tuple[Side, ...] = ()  # sides that shout
    longest: int = 100  # letters that QuickBooks' side keeps of a name


MARKS = [
    " (deleted)", "-2", " - 2", " (2)", " (copy)", "*", "-1", " DUPLICATE", " (do not use)", " - OLD",
]  # fmt: skip
"""What is put behind a name that is taken, or behind a record that nobody is to use."""


class Reach(NamedTuple):
    """Ways of reaching somebody."""

    email: str
    phone: str
    street: str
    city: str
    region: str
    postal: str


@dataclass
class Lists:
    """Two lists as they grow, and the pairs that are true."""

    chance: Chance
    habits: Habits
    ground: Ground
    rows: dict[Side, list[Row]] = field(default_factory=lambda: {"app": [], "qbo": []})
    true: list[tuple[str, str, str]] = field(default_factory=list)
    known: set[object] = field(default_factory=set)
    taken: dict[Side, set[str]] = field(default_factory=lambda: {"app": set(), "qbo": set()})
    hands: dict[Side, Any] = field(default_factory=dict)  # what a style keeps of either hand

    def new(self, what: object) -> bool:
        """Whether nothing of that description is in the lists yet; now it is."""
        fresh = what not in self.known
        self.known.add(what)
        return fresh

    def add(self, write: Write) -> None:
        """One party or item, on one side or both, now and then twice on a side."""
        c = self.chance
        drawn = c.random()
        sides = ("app", "qbo") if drawn < 0.62 else ("app",) if drawn < 0.81 else ("qbo",)
        ids: dict[Side, list[str]] = {"app": [], "qbo": []}
        for side in sides:
            copies = 2 if c.random() < self.habits.twice else 1
            if copies > 1 and self.habits.thrice and c.random() < self.habits.thrice:
                copies = 3
            for copy in range(copies):
                number = f"{side[0]}{len(self.rows[side]) + 1}"
                row = {"id": number} | self.accepted(side, write)
                if copy and "display_name" in row and c.random() < self.habits.copied:
                    row["display_name"] += c.choice(MARKS)
                self.rows[side].append(row)
                ids[side].append(number)
            self.true += [(f"{side}-{side}", *p) for p in itertools.combinations(ids[side], 2)]
        self.true += [("app-qbo", *p) for p in itertools.product(ids["app"], ids["qbo"])]

    def accepted(self, side: Side, write: Write) -> Row:
        """A row under a name that the side takes: written otherwise, or with a number behind."""
        c, row = self.chance, self.usual(side, write(side))
        if "display_name" not in row or (side == "app" and not self.habits.unique):
            return row
        for _ in range(c.choice([0, 1, 2])):
            if row["display_name"].lower() in self.taken[side]:
                row = self.usual(side, write(side))
        name, number = row["display_name"], 2
        style = c.choice([" {}", " {}", "-{}", " - {}", " ({})"])
        while row["display_name"].lower() in self.taken[side]:
            row["display_name"] = f"{name}{style.format(number)}"
            number += 1
        self.taken[side].add(row["display_name"].lower())
        return row

    def usual(self, side: Side, row: Row) -> Row:
        """The row as the side's customs have it: all in capitals, family name first, cut short."""
        h, name = self.habits, row.get("display_name", "")
        if not name or self.chance.random() < 0.05:
            return row
        given, family = row.get("given_name", ""), row.get("family_name", "")
        if given and row.get("email") and self.chance.random() < h.mailed:
            kept = self.chance.random() < 0.5
            return row | {"display_name": row["email"], "email": row["email"] if kept else ""}
        if side in h.turned and given and name.lower() == f"{given} {family}".lower():
            name = f"{family}, {given}"
        if side == "qbo":
            name = name[: h.longest].rstrip()
        return row | {"display_name": name.upper() if side in h.capitals else name}

    def save(self, folder: Path) -> None:
        """Write app.csv, qbo.csv and true_pairs.csv; rows in an order that says nothing."""
        folder.mkdir(parents=True, exist_ok=True)
        for side, rows in self.rows.items():
            self.chance.shuffle(rows)
            names = dict.fromkeys(name for row in rows for name in row)
            names = {name: None for name in names if name not in self.habits.without}
            with (folder / f"{side}.csv").open("w", encoding="utf-8", newline="") as out:
                table = csv.DictWriter(out, list(names), restval="", extrasaction="ignore")
                table.writeheader()
                table.writerows(rows)
        with (folder / "true_pairs.csv").open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([("scope", "left_id", "right_id"), *sorted(self.true)])


def slip(c: Chance, text: str) -> str:
    """The text with one slip of the finger in a word of four letters or more."""
    places = [i for i in range(1, len(text) - 1) if text[i - 1 : i + 2].isalpha() and len(text) > 3]
    if not places:
        return text
    at = c.choice(places)
    kind = c.randrange(4)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + text[at] + text[at:]
    if kind == 2:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + c.choice("aeiorstnl") + text[at + 1 :]


def named(lists: Lists, text: str) -> str:
    """A name as a hurried hand writes it: a slip, other capitals, a doubled blank."""
    c = lists.chance
    while c.random() < lists.habits.slip:
        text = slip(c, text)
    if c.random() < lists.habits.marked:
        text += c.choice(MARKS)
    elif c.random() < lists.habits.marked and len(text) > 22:
        text = text[: c.randint(19, 22)]
    drawn = c.random()
    if drawn < 0.03:
        return text.upper()
    return text.lower() if drawn < 0.05 else text


def phone(c: Chance, digits: str, country: str = "1") -> str:
    """One number in one of the ways of writing it."""
    if country != "1":
        shapes = [
            f"+{country} {digits}",
            f"0{digits}",
            f"00{country}{digits}",
            f"0{digits[:3]} {digits[3:]}",
        ]
        return c.choice(shapes)
    a, b, d = digits[:3], digits[3:6], digits[6:]
    return c.choice(
        [f"({a}) {b}-{d}", f"{a}-{b}-{d}", f"{a}.{b}.{d}", digits, f"+1 {a} {b} {d}", f"1{digits}"]
    )


_SHORT = {
    "Street": "St",
    "Avenue": "Ave",
    "Road": "Rd",
    "Drive": "Dr.",
    "Lane": "Ln",
    "Court": "Ct",
    "Highway": "Hwy",
    "Route": "Rt",
    "First": "1st",
    "Second": "2nd",
    "Third": "3rd",
    "Fourth": "4th",
    "Fifth": "5th",
    "Sixth": "6th",
}


def street(c: Chance, text: str) -> str:
    """A street line, long or short."""
    if c.random() < 0.4:
        for long, short in _SHORT.items():
            text = text.replace(long, short)
    return text.upper() if c.random() < 0.05 else text


def reached(lists: Lists, reach: Reach, other: Reach, country: str = "1") -> Row:
    """The contacts that a hand has noted; `other` stands where one has changed."""
    c, h = lists.chance, lists.habits

    def now(name: str) -> str:
        return str(getattr(other if c.random() < h.changed else reach, name))

    row = {
        "email": "",
        "phone": "",
        "address_line1": "",
        "city": "",
        "region": "",
        "postal_code": "",
    }
    if c.random() < h.email:
        email = now("email")
        row["email"] = email.capitalize() if c.random() < 0.04 else email
    if c.random() < h.phone and (digits := now("phone")):
        row["phone"] = phone(c, digits, country)
    if c.random() < h.address:
        moved = other if c.random() < h.changed else reach
        row["address_line1"] = street(c, moved.street)
        if c.random() < 0.8:
            row |= {"city": moved.city, "region": moved.region, "postal_code": moved.postal}
    return row

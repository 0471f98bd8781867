"""Made-up goods as two shops describe them: long names, few words in common, one model number."""

from __future__ import annotations

from hands import Lists, Row
from items import COLOURS
from words import coined, members

SAID = members("said")
THINGS = members("things")


def prose(lists: Lists) -> None:
    """One maker's things; each shop says what it likes about them."""
    c = lists.chance
    maker, thing = coined(c), c.choice(THINGS)
    head = "".join(c.choices("ABCDEFGHKLMNPRSTVWX", k=c.choice([1, 2, 3])))
    number = c.randint(10, 9990)
    price = round(c.uniform(9, 900), 2)
    line = c.choice([coined(c), c.choice(SAID), ""])
    colour = c.choice(list(COLOURS))
    for k in range(c.choice([1, 2, 3])):
        size = c.choice(["17", "19", "22", "32", "40", "46"]) + c.choice(['"', " inch", "-Inch"])
        stem = f"{head}{c.choice(['', '-'])}{number + k * c.choice([1, 5, 10, 100])}"
        tail = c.choice(["", "", "B", "W", "S", "BK", "WH", "SS", "BLK"])
        said = c.sample(SAID, 5)

        def write(
            side: str, stem: str = stem, tail: str = tail, size: str = size, said: list[str] = said
        ) -> Row:
            few = c.sample(said, c.choice([0, 1, 2, 3]))
            words = [maker, line, *few, thing]
            if c.random() < 0.3:
                words.insert(1, size)
            if c.random() < 0.25:
                words.insert(2, colour)
            end = tail if c.random() < 0.75 else c.choice(["", "", f"{tail}K", "S", "BAQ"])
            shown = f"{stem}{end}"
            shown = shown if c.random() < 0.6 else shown.replace("-", "")
            told = c.random()
            text = " ".join(w for w in words if w)
            if told < 0.45:
                text = f"{text} - {shown}"
            elif told < 0.8:
                text = f"{maker} {shown} {' '.join(w for w in words[1:] if w)}"
            more = " ".join(c.sample(said, 4)) + f" {thing} {c.choice([shown, size, colour])}"
            amount = price * (c.uniform(0.8, 1.2) if side == "qbo" else 1) + k * 10
            return {
                "name": text,
                "sku": "",
                "description": more if c.random() < 0.6 else "",
                "unit_price": f"{amount:.2f}" if c.random() < 0.6 else "",
            }

        lists.add(write)

"""Made-up restaurants, hotels and shops as two guides list them: few contacts, no persons."""

from __future__ import annotations

from hands import Lists, Reach, Row, named, reached
from words import STREETS, Chance, brand, coined, members, surname

SORTS, KITCHENS, PLACED = members("sorts"), members("kitchens"), members("placed")


def _address(lists: Lists) -> tuple[str, str, str]:
    """Number, street and town."""
    c = lists.chance
    kind = c.choice(["St.", "Ave.", "Blvd.", "Rd.", "Dr.", "Hwy."])
    line = c.choice([f"{c.choice(STREETS)} {kind}", f"{c.randint(1, 130)}th {kind}"])
    return str(c.randint(1, 9900)), line, lists.ground.town(c).name


def _written(c: Chance, number: str, line: str) -> str:
    """One address as guides print it: directions, suites and crossings come and go."""
    side = c.choice(["N.", "S.", "E.", "W."]) if c.random() < 0.12 else ""
    text = " ".join(part for part in (number, side, line) if part)
    drawn = c.random()
    if drawn < 0.1:
        return f"{text} between {c.choice(STREETS)} and {c.choice(STREETS)} Sts."
    if drawn < 0.16:
        return f"{text} at {c.choice(STREETS)} St."
    return text.replace("Ave.", "Avenue").replace("Blvd.", "Blv.") if drawn < 0.28 else text


def _name(c: Chance) -> tuple[str, str]:
    """(what a place is called, what it is)."""
    stem = c.choice(
        [brand(c), coined(c), f"{c.choice(c.given)}'s", f"{surname(c)}'s", f"{c.choice(c.given)} {coined(c)}",
         f"{c.choice(PLACED)} {coined(c)}", f"{brand(c)} on {c.choice(STREETS)}", f"Le {coined(c)}"]
    )  # fmt: skip
    return stem, c.choice(SORTS)


def tables(lists: Lists) -> None:
    """A place, its branches in other towns, or several under one roof and switchboard."""
    c = lists.chance
    stem, sort = _name(c)
    number, line, city = _address(lists)
    phone = lists.ground.digits(c, city)
    drawn = c.random()
    add_place(lists, stem, sort, (number, line, city, phone))
    if drawn < 0.12:  # branches
        for _ in range(c.randint(1, 3)):
            other = _address(lists)
            own = phone if c.random() < 0.03 else phone[:5] + str(c.randint(10000, 99999))
            add_place(lists, stem, sort, (*other, own))
    elif drawn < 0.2:  # one roof
        for _ in range(c.randint(1, 4)):
            inside, other_sort = _name(c)
            if c.random() < 0.2:
                inside, other_sort = stem, c.choice([s for s in SORTS if s != sort])
            own = phone if c.random() < 0.6 else phone[:6] + str(c.randint(1000, 9999))
            add_place(lists, inside, other_sort, (number, line, city, own), told=inside == stem)


def add_place(
    lists: Lists, stem: str, sort: str, where: tuple[str, str, str, str], *, told: bool = False
) -> None:
    """One place, with and without what it is (always with it if `told`) and where it is."""
    c = lists.chance
    number, line, city, phone = where
    if not lists.new((stem, sort, city, line)):
        return
    moved = _address(lists)
    kitchen, inn = c.choice(KITCHENS), f"{brand(c)} {c.choice(['Hotel', 'Inn', 'Plaza', 'Mall'])}"
    always = told or c.random() < 0.6

    def write(side: str) -> Row:
        text = f"{stem} {sort}" if always or c.random() < 0.45 else stem
        drawn = c.random()
        if drawn < 0.06:
            text = f"{text} ({city})"
        elif drawn < 0.1:
            text = f"{text} at the {inn}"
        elif drawn < 0.16:
            text = f"{stem} {kitchen} {sort}"
        elif drawn < 0.21:
            text = c.choice([f"The {text}", f"{text}, The", f"{sort} {stem}"])
        elif drawn < 0.24:
            text = f"{text} & {c.choice(SORTS)}"
        reach = Reach("", phone, _written(c, number, line), city, "", "")
        other = Reach(
            "", f"{phone[:6]}{c.randint(1000, 9999)}", _written(c, *moved[:2]), city, "", ""
        )
        row = {"display_name": named(lists, text), **reached(lists, reach, other)}
        if row["city"] and c.random() < 0.2:  # the part of the town, the town around it
            row["city"] = c.choice([f"W. {city}", f"{city} City", lists.ground.town(c).name])
        return row

    lists.add(write)

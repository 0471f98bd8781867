"""Made-up customers of photographers: planners, seniors, families, headshots, yearly events.

The same party stands here under the child and there under the mother who pays, with and without
what for and when; planners and mothers lend their e-mail to several.
"""

from __future__ import annotations

from customers import (
    add_firm,
    add_person,
    dated,
    domain,
    elsewhere,
    firm_reach,
    mailbox,
    person_reach,
    some_day,
    weddings,
)
from hands import Lists, Reach, Row, named, reached
from words import PLACES, TOWNS, TRADES, Chance, brand, members, surname

EVENTS, SITTINGS = members("events"), members("sittings")


def photographers(lists: Lists) -> None:
    """Any customer of a photographer."""
    drawn = lists.chance.random()
    for share, write in (
        (0.42, weddings), (0.12, planner), (0.15, seniors), (0.14, family_sitting),
        (0.08, headshots), (0.05, yearly), (0.04, sisters),
    ):  # fmt: skip
        drawn -= share
        if drawn < 0:
            write(lists)
            return


def planner(lists: Lists) -> None:
    """A planner, and weddings some of which are reached through the planner alone."""
    c = lists.chance
    firm = f"{brand(c)} {c.choice(['Events', 'Weddings', 'Planning', 'Celebrations', 'Event Co'])}"
    contact = (c.choice(c.given), surname(c))
    box = f"{c.choice(['hello', 'info', 'team', 'events', contact[0].lower()])}@{domain(firm)}"
    base = firm_reach(lists, firm, *contact)._replace(email=box)
    if c.random() < 0.7:
        add_firm(lists, firm, base, contact)
    for _ in range(c.randint(1, 4)):
        one, other, when = couple_of(c), couple_of(c), some_day(c)
        own = person_reach(lists, *one)
        reach = own._replace(email=base.email if c.random() < 0.65 else own.email)
        reach = reach._replace(phone=base.phone if c.random() < 0.35 else own.phone)
        later = elsewhere(lists, reach, person_reach(lists, *other))

        def write(
            side: str,
            one: tuple[str, str] = one,
            other: tuple[str, str] = other,
            when: tuple[int, int, int] = when,
            reach: Reach = reach,
            later: Reach = later,
        ) -> Row:
            drawn, parts, company = c.random(), {}, ""
            text = couple_name(c, one, other)
            if drawn < 0.3:
                text = f"{one[0]} {one[1]}"
                parts = {"given_name": one[0], "family_name": one[1]} if c.random() < 0.6 else {}
                text = dated(c, text, when) if c.random() < 0.4 else text
            elif drawn < 0.55:
                whose = c.choice([f"{one[1]}/{other[1]}", f"{one[0]} & {other[0]}", one[1]])
                text, company = f"{firm}{c.choice([' - ', ':', ' - '])}{whose}", firm
            elif drawn < 0.65:
                text = dated(c, f"{one[1]}/{other[1]}", when)
            row = {"display_name": named(lists, text), **parts, **reached(lists, reach, later)}
            return row | ({"company_name": company} if company and c.random() < 0.7 else {})

        lists.add(write)


def couple_of(c: Chance) -> tuple[str, str]:
    """One who marries: given and family name."""
    return c.choice(c.given), surname(c)


def couple_name(c: Chance, one: tuple[str, str], other: tuple[str, str]) -> str:
    """Two who marry, by their first, their last, or all of their names."""
    joined = c.choice([" & ", " and ", " + "])
    return c.choice(
        [f"{one[0]}{joined}{other[0]}", f"{one[0]} {one[1]}{joined}{other[0]} {other[1]}",
         f"{one[1]}/{other[1]} Wedding", f"{one[1]}-{other[1]} Wedding",
         f"Wedding: {one[0]}{joined}{other[0]} {other[1]}", f"{one[0]} {one[1]} {other[1]}"]
    )  # fmt: skip


def seniors(lists: Lists) -> None:
    """Children of a class, each a customer, whose mother pays for one or for two of them."""
    c = lists.chance
    mother, family, year = c.choice(c.given), surname(c), c.randint(2021, 2026)
    base = person_reach(lists, mother, family)
    account = c.random() < 0.3
    if account:  # she has a portrait of her own
        add_person(
            lists, mother, family, base if c.random() < 0.5 else person_reach(lists, mother, family)
        )
    for child in c.sample([g for g in c.given if g != mother], 2 if c.random() < 0.3 else 1):
        reach = base if c.random() < 0.8 else base._replace(email=mailbox(c, child, family))
        later = elsewhere(lists, reach, person_reach(lists, child, family))

        def write(side: str, child: str = child, reach: Reach = reach, later: Reach = later) -> Row:
            drawn, given = c.random(), child
            text = f"{child} {family}"
            if drawn < 0.22:
                text = f"{text} {c.choice(['Senior', 'senior', 'Sr Portraits'])} {year}"
            elif drawn < 0.36:
                text = c.choice(
                    [f"{text} - Class of {year}", f"{family}, {child} - Class of {year}"]
                )
            elif drawn < 0.54:
                given = mother
                text = f"{mother} {family} - {child}{c.choice([' senior', '', ' senior photos'])}"
            elif drawn < 0.68:
                text = f"{text} ({mother})"
            elif drawn < 0.72 and not account:
                given, text = mother, f"{mother} {family}"
            parts = {"given_name": given, "family_name": family} if c.random() < 0.6 else {}
            return {"display_name": named(lists, text), **parts, **reached(lists, reach, later)}

        lists.add(write)


def family_sitting(lists: Lists) -> None:
    """A family that sits together, under its name, the mother's or both parents'."""
    c = lists.chance
    family = surname(c)
    for _ in range(2 if c.random() < 0.15 else 1):  # another family of the name
        mother, father = c.sample(c.given, 2)
        reach = person_reach(lists, mother, family)
        later = elsewhere(lists, reach, person_reach(lists, father, family))
        year = c.randint(2021, 2026)

        def write(
            side: str,
            names: tuple[str, str] = (mother, father),
            year: int = year,
            reach: Reach = reach,
            later: Reach = later,
        ) -> Row:
            drawn, (one, other), parts = c.random(), names, {}
            sitting = c.choice(SITTINGS)
            when = c.choice([f" {year}", f" {year}", ""])
            if drawn < 0.36:
                text = f"{one} {family}"
                parts = {"given_name": one, "family_name": family} if c.random() < 0.6 else {}
            elif drawn < 0.5:
                text = f"{c.choice(['The ', '', ''])}{family} Family"
            elif drawn < 0.64:
                text = f"{one}{c.choice([' & ', ' and ', '/'])}{other} {family}"
            elif drawn < 0.84:
                text = f"{one} {family}{c.choice([' - ', ' '])}{sitting}{when}"
            elif drawn < 0.95:
                text = f"{family}{c.choice([' - ', ' ', ' Family '])}{sitting}{when}"
            else:
                text = f"{other} {family}"
            return {"display_name": named(lists, text), **parts, **reached(lists, reach, later)}

        lists.add(write)


def headshots(lists: Lists) -> None:
    """A firm whose people are photographed, with and without that, or by its contact person."""
    c = lists.chance
    name, given, family = f"{brand(c)} {c.choice(TRADES)}", c.choice(c.given), surname(c)
    if not lists.new(name):
        return
    reach = firm_reach(lists, name, given, family)
    later = elsewhere(lists, reach, firm_reach(lists, name, given, family))
    form, year = c.choice(["Inc", "LLC", "Corporation", "Co", ""]), c.randint(2021, 2026)

    def write(side: str) -> Row:
        drawn, text = c.random(), name
        if drawn < 0.3:
            text = f"{name} {form}".strip()
        elif drawn < 0.58:
            told = c.choice(["headshots", "Headshots", "team photos", "headshot session"])
            text = f"{name}{c.choice([' - ', ' '])}{told}{c.choice([f' {year}', ''])}"
        elif drawn < 0.68:
            text = f"{name} - {given} {family}"
        row = {"display_name": named(lists, text), **reached(lists, reach, later)}
        row |= {"company_name": name} if c.random() < 0.45 else {}
        return row | ({"given_name": given, "family_name": family} if c.random() < 0.25 else {})

    lists.add(write)


def yearly(lists: Lists) -> None:
    """An event that is another customer each year, and the like of it in the next town."""
    c = lists.chance
    event = c.choice(EVENTS)
    for place in c.sample([*PLACES, *TOWNS], c.randint(1, 2)):
        box = f"{c.choice(['events', 'info', 'board'])}@{domain(place + event)}"
        base = firm_reach(lists, place, c.choice(c.given), surname(c))._replace(email=box)
        start = c.randint(2020, 2024)
        if not lists.new((place, event)):
            continue
        for year in range(start, start + c.randint(1, 3)):
            reach = (
                base if c.random() < 0.6 else base._replace(phone=lists.ground.digits(c, base.city))
            )

            def write(side: str, place: str = place, year: int = year, reach: Reach = reach) -> Row:
                text = c.choice(
                    [f"{place} {event} {year}", f"{year} {place} {event}", f"{place} {event} - {year}",
                     f"{place} {event} '{year % 100}"]
                )  # fmt: skip
                return {"display_name": named(lists, text), **reached(lists, reach, reach)}

            lists.add(write)


def sisters(lists: Lists) -> None:
    """Two of one house who marry, reached through the house."""
    c = lists.chance
    family = surname(c)
    base = person_reach(lists, c.choice(c.given), family)
    for given in c.sample(c.given, 2):
        married, when = surname(c), some_day(c)
        reach = base if c.random() < 0.5 else base._replace(email=mailbox(c, given, family))

        def write(
            side: str,
            given: str = given,
            married: str = married,
            when: tuple[int, int, int] = when,
            reach: Reach = reach,
        ) -> Row:
            drawn, text = c.random(), f"{given} {family}"
            if drawn < 0.3:
                text = dated(c, text, when)
            elif drawn < 0.5:
                text = c.choice([f"{given} {married}", f"{given} {family} {married}"])
            parts = {"given_name": given, "family_name": family} if c.random() < 0.5 else {}
            return {"display_name": named(lists, text), **parts, **reached(lists, reach, reach)}

        lists.add(write)

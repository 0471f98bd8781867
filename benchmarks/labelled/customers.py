"""Made-up customers in the manner of trades here: weddings, plain business."""

from __future__ import annotations

from hands import Lists, Reach, Row, named, reached
from words import (
    FREE,
    LEGAL,
    PLACES,
    TRADES,
    Chance,
    brand,
    members,
    surname,
)

JOBS = members("jobs")
COUNTED = [
    "Job 1",
    "Job 2",
    "Phase 1",
    "Phase 2",
    "Unit 1",
    "Unit 2",
    "2024 Work",
    "2025 Work",
    "Lot 3",
]


def elsewhere(lists: Lists, reach: Reach, fresh: Reach) -> Reach:
    """Ways of reaching somebody who has moved or changed number, mostly within the region."""
    c = lists.chance
    drawn = c.random()
    if drawn < 0.2:
        return fresh
    town = lists.ground.towns.get(reach.city)
    if town is None:
        return fresh
    at = lists.ground.near(c, reach.region) if drawn < 0.4 else town
    street, city, region, postal = lists.ground.home(c, at)
    phone = fresh.phone if c.random() < 0.15 else reach.phone[:3] + fresh.phone[3:]
    return fresh._replace(street=street, city=city, region=region, postal=postal, phone=phone)


def mailbox(c: Chance, given: str, family: str) -> str:
    """A private e-mail address."""
    g, f = given.lower().replace(" ", ""), family.lower().replace(" ", "").replace("'", "")
    local = c.choice(
        [f"{g}.{f}", f"{g[0]}{f}", f"{g}{f[0]}{c.randint(1, 99)}", f"{f}{g[0]}", f"{g}{f}",
         f"{c.choice(['sunny', 'blue', 'team', 'mom', 'coach', 'the'])}{f[:4]}{c.randint(1, 999)}"]
    )  # fmt: skip
    return f"{local}@{c.choice(FREE)}"


def person_reach(lists: Lists, given: str, family: str) -> Reach:
    """The ways of reaching a person."""
    c = lists.chance
    where = lists.ground.home(c)
    return Reach(mailbox(c, given, family), lists.ground.digits(c, where[1]), *where)


def domain(text: str, end: str = "com") -> str:
    """A firm's own domain."""
    return "".join(ch for ch in text.lower() if ch.isalnum())[:18] + f".{end}"


def firm_reach(lists: Lists, name: str, given: str, family: str) -> Reach:
    """The ways of reaching a firm."""
    c = lists.chance
    local = c.choice(
        ["info", "office", "billing", "ap", given.lower(), f"{given[0]}{family}".lower()]
    )
    at = domain(name) if c.random() < 0.75 else "gmail.com"
    box = f"{local}@{at}" if at != "gmail.com" else f"{domain(name)[:-4]}@{at}"
    where = lists.ground.home(c)
    return Reach(box, lists.ground.digits(c, where[1]), *where)


def add_person(lists: Lists, given: str, family: str, reach: Reach, *, end: str = "") -> None:
    """One person, written in many ways; `end` is Jr or Sr."""
    c = lists.chance
    other = elsewhere(lists, reach, person_reach(lists, given, family))
    middle, doubled = c.choice("ABCDEFGHJKLMPRSTW"), surname(c)

    def write(side: str) -> Row:
        first = c.short.get(given, given) if c.random() < 0.1 else given
        drawn = c.random()
        tail = f" {end}" if end else ""
        last = family if c.random() > 0.02 else f"{family}-{doubled}"
        name = f"{first} {last}{tail}"
        if drawn < 0.12:
            name = f"{family}, {first}" if not end else f"{family} {end}, {first}"
        elif drawn < 0.2:
            name = f"{first} {middle}. {family}{tail}"
        elif drawn < 0.23:
            name = f"{first[0]}. {family}{tail}"
        elif drawn < 0.27:
            name = f"{c.choice(['Mr.', 'Mrs.', 'Dr.'])} {first} {family}{tail}"
        parts = {"given_name": first, "family_name": family + tail} if c.random() < 0.6 else {}
        return {"display_name": named(lists, name), **parts, **reached(lists, reach, other)}

    lists.add(write)


def add_firm(lists: Lists, name: str, reach: Reach, contact: tuple[str, str]) -> None:
    """A firm, with or without its legal form, company field and contact person."""
    c = lists.chance
    if not lists.new(name):
        return
    other = elsewhere(lists, reach, firm_reach(lists, name, *contact))
    form = c.choice(LEGAL) if c.random() < 0.6 else ""

    def write(side: str) -> Row:
        written = f"{name} {form}".replace(" ,", ",") if form and c.random() < 0.65 else name
        if c.random() < 0.05:
            written = f"The {written}"
        if c.random() < 0.03 and " and " not in name:  # its words turned round
            written = " ".join([*name.split()[1:], name.split(maxsplit=1)[0]])
        written = written.replace(" and ", c.choice([" & ", " and ", " + "]))
        behind = c.random()
        shown = written
        if behind < 0.05:
            who = contact[0] if behind < 0.03 else " ".join(contact)
            shown = f"{written} - {who}" if c.random() < 0.5 else f"{written} ({who})"
        row = {"display_name": named(lists, shown), **reached(lists, reach, other)}
        if c.random() < 0.45:
            row["company_name"] = written
        if c.random() < 0.4:
            row |= {"given_name": contact[0], "family_name": contact[1]}
        return row

    lists.add(write)


def plain(lists: Lists) -> None:
    """Firms, branches, units, persons, fathers and sons, namesakes, jobs."""
    c = lists.chance
    given, family = c.choice(c.given), surname(c)
    drawn = c.random()
    if drawn < 0.36:
        for _ in range(2 if c.random() < lists.habits.namesakes else 1):  # another lives elsewhere
            add_person(lists, given, family, person_reach(lists, given, family))
    elif drawn < 0.41:
        reach = person_reach(lists, given, family)
        for end in ("Sr", "Jr") if c.random() < 0.5 else ("", "Jr"):
            add_person(lists, given, family, reach, end=end)
    elif drawn < 0.46:  # two of one household share nearly all
        reach = person_reach(lists, given, family)
        for who in c.sample(c.given, 2):
            add_person(lists, who, family, reach)
    elif drawn < 0.8:
        name = f"{brand(c)} {c.choice(TRADES)}"
        if c.random() < 0.2:
            name = f"{surname(c)} and {c.choice(['Sons', surname(c), 'Daughters'])}"
        if c.random() < 0.15:
            name = f"{''.join(c.choices('ABCDGHJKLMNPRST', k=3))} {c.choice(TRADES)}"
        add_firm(lists, name, firm_reach(lists, name, given, family), (given, family))
        if c.random() < 0.35:
            owner(lists, name, given, family)
        if c.random() < 0.1:
            one_building(lists, name, given, family)
        if c.random() < 0.08:  # another trade of the same word
            near = f"{name.split()[0]} {c.choice(TRADES)}"
            add_firm(
                lists, near, firm_reach(lists, near, given, family), (c.choice(c.given), family)
            )
    elif drawn < 0.94:
        numbered(lists, given, family)
    else:
        branches(lists)


def branches(lists: Lists) -> None:
    """A firm of several towns whose bills go to one office."""
    c = lists.chance
    firm, form = f"{brand(c)} {c.choice(TRADES)}", c.choice(["LLC", "Inc", "PC", ""])
    base = firm_reach(lists, firm, c.choice(c.given), surname(c))
    if c.random() < 0.6:
        add_firm(lists, firm, base, (c.choice(c.given), surname(c)))
    for town in c.sample([*lists.ground.towns], c.randint(1, 3)):
        reach = base if c.random() < 0.5 else base._replace(phone=lists.ground.digits(c, town))
        _, _, region, postal = lists.ground.home(c, lists.ground.towns[town])
        reach = reach._replace(city=town, region=region, postal=postal)

        def write(side: str, town: str = town, reach: Reach = reach) -> Row:
            whose = f"{firm} {form}".strip() if c.random() < 0.4 else firm
            text = c.choice(
                [f"{whose} - {town}", f"{whose} ({town})", f"{whose} of {town}", f"{whose} {town}"]
            )
            row = {"display_name": named(lists, text), **reached(lists, reach, reach)}
            return row | ({"company_name": whose} if c.random() < 0.5 else {})

        lists.add(write)


def owner(lists: Lists, name: str, given: str, family: str) -> None:
    """A firm and the person it belongs to, two customers who share most of their contacts."""
    c = lists.chance
    firm = f"{family} {c.choice(TRADES)}" if c.random() < 0.7 else f"{name} {c.choice(TRADES)}"
    reach = firm_reach(lists, firm, given, family)
    mine = person_reach(lists, given, family)
    if c.random() < 0.5:
        mine = mine._replace(email=reach.email)
    if c.random() < 0.6:
        mine = mine._replace(phone=reach.phone)
    if c.random() < 0.6:
        mine = mine._replace(street=reach.street, city=reach.city, postal=reach.postal)
    add_firm(lists, firm, reach, (given, family))
    add_person(lists, given, family, mine)


def one_building(lists: Lists, name: str, given: str, family: str) -> None:
    """Two or three firms of one address, some of one switchboard, that have nothing to do."""
    c = lists.chance
    base = firm_reach(lists, name, given, family)
    for _ in range(c.randint(2, 3)):
        firm = f"{brand(c)} {c.choice(TRADES)}"
        reach = firm_reach(lists, firm, c.choice(c.given), family)._replace(
            street=base.street, city=base.city, postal=base.postal
        )
        if c.random() < 0.4:
            reach = reach._replace(phone=base.phone)
        add_firm(lists, firm, reach, (c.choice(c.given), surname(c)))


def numbered(lists: Lists, given: str, family: str) -> None:
    """Units, stores or jobs under one name and often one e-mail."""
    drawn = lists.chance.random()
    if drawn < 0.4:
        houses(lists, given, family)
    elif drawn < 0.7:
        stores(lists, given, family)
    else:
        jobs(lists, given, family)


def houses(lists: Lists, given: str, family: str) -> None:
    """Units of a house, or of some houses that are called alike in several towns."""
    c = lists.chance
    kinds = ["Towers", "Apartments", "Condominiums", "Court", "Lofts"]
    name, start, alike = f"{c.choice(PLACES)} {c.choice(kinds)}", c.randint(1, 400), 1
    if lists.habits.address > 0.3 and c.random() < 0.1:
        name, start, alike = f"{brand(c)} {c.choice(kinds)}", c.choice([1, 101]), c.choice([2, 4])
    for _ in range(alike):
        base = firm_reach(lists, name, given, family)
        for number in range(start, start + c.randint(2, 6)):
            reach = (
                base if c.random() < 0.6 else base._replace(phone=lists.ground.digits(c, base.city))
            )

            def write(side: str, n: int = number, reach: Reach = reach) -> Row:
                sign = c.choice(["Unit ", "unit ", "#", "- Unit ", "Apt ", "U "])
                row = {"display_name": named(lists, f"{name} {sign}{n}")}
                row |= reached(lists, reach, reach)
                return row | ({"company_name": name} if c.random() < 0.4 else {})

            lists.add(write)


def stores(lists: Lists, given: str, family: str) -> None:
    """The numbered stores of a chain, mostly each in a house of its own."""
    c = lists.chance
    start = c.randint(1, 400)
    name = f"{family} {['Pizza', 'Lube', 'Fitness', 'Market'][start % 4]}"
    base = firm_reach(lists, name, given, family)
    for number in range(start, start + c.randint(2, 6)):
        where = lists.ground.home(c)
        own = base._replace(street=where[0], city=where[1], region=where[2], postal=where[3])
        reach = (own if c.random() < 0.8 else base)._replace(phone=lists.ground.digits(c, where[1]))

        def write(side: str, n: int = number, reach: Reach = reach) -> Row:
            text = f"{name} {c.choice(['#', 'Store ', 'No. ', ''])}{n * 7 + 100}"
            row = {"display_name": named(lists, text), **reached(lists, reach, reach)}
            return row | ({"company_name": text} if c.random() < 0.4 else {})

        lists.add(write)


def jobs(lists: Lists, given: str, family: str) -> None:
    """A person's or a firm's jobs, the customer himself among them."""
    c = lists.chance
    person = f"{given} {family}"
    parent = person if c.random() < 0.5 else f"{brand(c)} {c.choice(TRADES)}"
    if parent == person:
        base = person_reach(lists, given, family)
        add_person(lists, given, family, base)
    else:
        base = firm_reach(lists, parent, given, family)
        add_firm(lists, parent, base, (given, family))
    words = c.sample(JOBS, 4) + c.sample(COUNTED, 2)
    c.shuffle(words)
    form = c.choice(LEGAL).lstrip(" ,") if parent != person and c.random() < 0.5 else ""
    for job in words[: c.randint(2, 6)]:
        reach = base if c.random() < 0.6 else base._replace(phone=lists.ground.digits(c, base.city))

        def write(side: str, job: str = job, reach: Reach = reach) -> Row:
            whose = f"{parent} {form}".strip() if c.random() < 0.7 else parent
            text = c.choice(
                [f"{whose}:{job}", f"{whose}:{job}", f"{whose} - {job}",
                 f"{job} - {whose}", f"{whose} {job}", f"{whose} ({job})"]
            )  # fmt: skip
            row = {"display_name": named(lists, text), **reached(lists, reach, reach)}
            if parent != person and c.random() < 0.4:
                row["company_name"] = parent
            elif parent == person and c.random() < 0.5:
                row |= {"given_name": given, "family_name": family}
            return row

        lists.add(write)


MONTHS = "Jan Feb Mar Apr May June July Aug Sep Oct Nov Dec".split()


def some_day(c: Chance) -> tuple[int, int, int]:
    """Year, month and day."""
    return c.randint(2021, 2026), c.randint(1, 12), c.randint(1, 28)


def day(c: Chance, when: tuple[int, int, int]) -> str:
    """One day in one of the ways of writing it, or no more than its month."""
    year, month, number = when
    return c.choice(
        [f"{month}/{number}/{year % 100}", f"{month:02}.{number:02}.{year}",
         f"{year}-{month:02}-{number:02}", f"{month}-{number}-{year % 100}",
         f"{MONTHS[month - 1]} {number} {year}", f"{number} {MONTHS[month - 1]} {year % 100}",
         f"{MONTHS[month - 1]} {year}", f"{year}{month:02}{number:02}"]
    )  # fmt: skip


def dated(c: Chance, text: str, when: tuple[int, int, int]) -> str:
    """The name with its wedding's day or year behind it."""
    told = day(c, when) if c.random() < 0.8 else str(when[0])
    return c.choice(
        [f"{text} Wedding {told}", f"{text} - {told}", f"{text} wedding", f"{text} {told}"]
    )


def weddings(lists: Lists) -> None:
    """Photographers: brides before and after, parents who pay, planners; e-mail first."""
    c = lists.chance
    given, family = c.choice(c.given), surname(c)
    partner, married = c.choice(c.given), surname(c)
    drawn = c.random()
    if drawn < 0.3:
        add_person(lists, given, family, person_reach(lists, given, family))
        return
    if drawn < 0.4:
        firm = (
            f"{brand(c)} {c.choice(['Events', 'Weddings', 'Planning', 'Bridal', 'Event Design'])}"
        )
        add_firm(lists, firm, firm_reach(lists, firm, given, family), (given, family))
        return
    if drawn < 0.5:
        plain(lists)
        return
    reach = person_reach(lists, given, family)
    other = elsewhere(lists, reach, person_reach(lists, partner, married))
    parent, when = c.choice(c.given), some_day(c)
    pays = c.random() < 0.25
    if pays and c.random() < 0.4:  # the parents have had their own portrait
        add_person(lists, parent, family, person_reach(lists, parent, family))

    def write(side: str) -> Row:
        pick = c.random()
        parts: Row = {}
        if pick < 0.42:
            name = f"{given} {family}"
            parts = {"given_name": given, "family_name": family}
        elif pick < 0.62:
            joined = c.choice([" & ", " and ", " + "])
            name = c.choice(
                [
                    f"{given}{joined}{partner}",
                    f"{given} {family}{joined}{partner} {married}",
                    f"{family}/{married} Wedding",
                    f"{given}{joined}{partner} Wedding",
                ]
            )
        elif pick < 0.76:
            name = c.choice(
                [
                    f"{given} {married}",
                    f"{given} {family} {married}",
                    f"{given} {family}-{married}",
                    f"{given} {married} (née {family})",
                    f"{given} {married} ({family})",
                ]
            )
        elif pick < 0.84:
            name = f"{partner} {married}"
        elif pays and side == "qbo":
            name = c.choice(
                [
                    f"{parent} {family}",
                    f"{parent} {family} ({given} wedding)",
                    f"{family}, {parent} - {given}",
                ]
            )
        elif pick < 0.89:
            name = dated(c, c.choice([f"{given} {family}", f"{family}/{married}"]), when)
        elif pick < 0.94:
            name = c.choice(
                [f"{given} {family} - Wedding", f"{family} Wedding", f"Bride: {given} {family}"]
            )
        else:
            name = f"{given} {family}"
        return {"display_name": named(lists, name), **parts, **reached(lists, reach, other)}

    lists.add(write)

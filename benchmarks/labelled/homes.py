"""Made-up customers of home services: couples, property managers, owners' associations, builders."""

from __future__ import annotations

from customers import add_firm, add_person, elsewhere, firm_reach, person_reach, plain
from hands import Lists, Reach, Row, named, reached
from words import PLACES, brand, members, surname


def homes(lists: Lists) -> None:
    """Home services: couples, property managers, owners' associations, builders' lots."""
    c = lists.chance
    given, family = c.choice(c.given), surname(c)
    drawn = c.random()
    if drawn < 0.22:
        add_person(lists, given, family, person_reach(lists, given, family))
    elif drawn < 0.44:
        couple(lists, given, family)
    elif drawn < 0.54:
        manager(lists, given, family)
    elif drawn < 0.65:
        association(lists)
    elif drawn < 0.76:
        builder(lists, given, family)
    elif drawn < 0.84:
        second_home(lists, given, family)
    elif drawn < 0.9:
        tenants(lists)
    else:
        plain(lists)


def couple(lists: Lists, given: str, family: str) -> None:
    """Two of one household who are one customer, under either name or both."""
    c = lists.chance
    spouse = c.choice([g for g in c.given if g != given])
    own = surname(c) if c.random() < 0.12 else family
    reach = person_reach(lists, given, family)
    other = elsewhere(lists, reach, person_reach(lists, spouse, own))._replace(street=reach.street)

    def write(side: str) -> Row:
        joined = c.choice([" & ", " and ", " + ", "/"])
        both = (
            f"{given}{joined}{spouse} {family}"
            if own == family
            else f"{given} {family}{joined}{spouse} {own}"
        )
        drawn = c.random()
        name = both
        if drawn < 0.14:
            name = f"{spouse} {own}"
        elif drawn < 0.38:
            name = f"{given} {family}"
        elif drawn < 0.48:
            name = f"{family}, {given}{joined}{spouse}"
        elif drawn < 0.54:
            name = f"{family}, {given}"
        elif drawn < 0.6:
            name = (
                f"{c.choice(['The ', ''])}{family} {c.choice(['Family', 'Residence', 'Household'])}"
            )
        elif drawn < 0.64:
            name = f"Mr. & Mrs. {given} {family}"
        parts = {"given_name": given, "family_name": family} if c.random() < 0.4 else {}
        return {"display_name": named(lists, name), **parts, **reached(lists, reach, other)}

    lists.add(write)


def manager(lists: Lists, given: str, family: str) -> None:
    """A property manager's own record, and the properties whose bills go to it."""
    c = lists.chance
    firm = f"{brand(c)} {c.choice(['Property Management', 'Realty', 'Properties', 'Rentals'])}"
    base = firm_reach(lists, firm, given, family)
    add_firm(lists, firm, base, (given, family))
    for _ in range(c.randint(1, 5)):
        line, city, region, postal = lists.ground.home(c)
        reach = base._replace(street=line, city=city, region=region, postal=postal)
        owner = surname(c) if c.random() < 0.3 else ""

        def write(side: str, line: str = line, owner: str = owner, reach: Reach = reach) -> Row:
            short = line if c.random() < 0.6 else line.rpartition(" ")[0]
            text = c.choice([f"{firm}:{short}", f"{firm} - {short}", f"{short} ({firm})", short])
            if owner and c.random() < 0.7:
                text = c.choice([f"{owner} - {short}", f"{short} ({owner})"])
            row = {"display_name": text, **reached(lists, reach, reach)}
            return row | ({"company_name": firm} if c.random() < 0.5 else {})

        lists.add(write)


def association(lists: Lists) -> None:
    """An owners' association, shortened in several ways."""
    c = lists.chance
    place = f"{c.choice(PLACES)} {c.choice(['Estates', 'Village', 'Pointe', 'Commons', 'Ridge', 'Lakes'])}"
    given, family = c.choice(c.given), surname(c)
    if not lists.new(place):
        return
    reach = firm_reach(lists, place, given, family)
    other = firm_reach(lists, place + "hoa", given, family)
    managed = f"{brand(c)} Management" if c.random() < 0.4 else ""
    if managed:
        reach = firm_reach(lists, managed, given, family)
    beside = c.sample(members("quarters"), c.randint(1, 2)) if c.random() < 0.4 else []
    for part in ("", *beside):

        def write(side: str, part: str = part) -> Row:
            end = c.choice(
                [
                    "HOA",
                    "Homeowners Association",
                    "Homeowners Assoc.",
                    "H.O.A.",
                    "Owners Association",
                    "Homeowner's Assoc Inc",
                    "Association",
                    "Condo Association",
                ][: 6 + c.randrange(3)]
            )
            text = f"{place} {part} {end if c.random() < 0.93 else ''}".replace("  ", " ").strip()
            if managed and c.random() < 0.25:
                text = c.choice([f"{text} c/o {managed}", f"{managed}:{text}"])
            row = {"display_name": named(lists, text), **reached(lists, reach, other)}
            return row | ({"given_name": given, "family_name": family} if c.random() < 0.3 else {})

        lists.add(write)


def builder(lists: Lists, given: str, family: str) -> None:
    """A builder, and its lots and addresses as jobs under it."""
    c = lists.chance
    firm = f"{brand(c)} {c.choice(['Homes', 'Builders', 'Construction', 'Custom Homes', 'Development'])}"
    base = firm_reach(lists, firm, given, family)
    add_firm(lists, firm, base, (given, family))
    place, start = c.choice(PLACES), c.randint(1, 200)
    for k in range(c.randint(1, 6)):
        lot, street = start + k, lists.ground.home(c)[0].rpartition(" ")[0]
        by_lot = c.random() < 0.7

        def write(side: str, lot: int = lot, street: str = street, by_lot: bool = by_lot) -> Row:
            job = (
                f"{c.choice(['Lot', 'Lot #', 'Job', 'lot'])} {lot}".replace("# ", "#")
                if by_lot
                else street
            )
            if by_lot and c.random() < 0.4:
                job = c.choice([f"{place} {job}", f"{job} {place}"])
            text = c.choice(
                [
                    f"{firm}:{job}",
                    f"{firm} - {job}",
                    f"{firm} {job}",
                    f"{job} - {firm}",
                    f"{firm} ({job})",
                ]
            )
            if by_lot and c.random() < 0.3:  # the place says it, or the builder's first word
                short = firm.rpartition(" ")[0].removesuffix(" Custom")
                text = c.choice(
                    [f"{place} Lot {lot}", f"Lot {lot} {place}", f"{short} - {place} L{lot}",
                     f"{place} #{lot} ({short})"]
                )  # fmt: skip
                return {
                    "display_name": named(lists, text),
                    "company_name": firm,
                    **reached(lists, base, base),
                }
            row = {"display_name": named(lists, text), **reached(lists, base, base)}
            return row | ({"company_name": firm} if c.random() < 0.4 else {})

        lists.add(write)


def second_home(lists: Lists, given: str, family: str) -> None:
    """A person's home, and a house or shop of the same person that is billed apart."""
    c = lists.chance
    reach = person_reach(lists, given, family)
    add_person(lists, given, family, reach)
    if c.random() < 0.25:
        add_trust(lists, given, family, reach)
    for place in c.sample(members("places_of"), 2 if c.random() < 0.2 else 1):
        line, city, region, postal = lists.ground.home(c)
        there = reach._replace(street=line, city=city, region=region, postal=postal)

        def write(side: str, place: str = place, there: Reach = there) -> Row:
            text = c.choice(
                [f"{given} {family} {place}", f"{given} {family} - {place}",
                 f"{given} {family} ({place})", f"{family}, {given} ({place})", f"{family} {place}"]
            )  # fmt: skip
            parts = {"given_name": given, "family_name": family} if c.random() < 0.5 else {}
            return {"display_name": named(lists, text), **parts, **reached(lists, there, there)}

        lists.add(write)


def add_trust(lists: Lists, given: str, family: str, reach: Reach) -> None:
    """What holds a person's house or is left of it: another party, reached through the person."""
    c = lists.chance
    forms = [f"{family} Family Trust", f"{given} {family} Trust", f"{family} Trust ({given})"]
    if c.random() < 0.4:
        forms = [f"Estate of {given} {family}", f"{given} {family} Estate", f"{family} Estate"]

    def write(side: str) -> Row:
        return {"display_name": named(lists, c.choice(forms)), **reached(lists, reach, reach)}

    lists.add(write)


def tenants(lists: Lists) -> None:
    """Those who lived in one house one after the other, each written with the house or without."""
    c = lists.chance
    line, city, region, postal = lists.ground.home(c)
    short = line.rpartition(" ")[0]
    for _ in range(c.randint(1, 3)):
        given, family = c.choice(c.given), surname(c)
        reach = person_reach(lists, given, family)
        reach = reach._replace(street=line, city=city, region=region, postal=postal)
        other = elsewhere(lists, reach, person_reach(lists, given, family))

        def write(
            side: str,
            given: str = given,
            family: str = family,
            reach: Reach = reach,
            other: Reach = other,
        ) -> Row:
            text = c.choice(
                [f"{given} {family}", f"{given} {family}", f"{given} {family} ({short})",
                 f"{short} - {family}", f"{family} - {short}", f"{family}, {given}"]
            )  # fmt: skip
            parts = {"given_name": given, "family_name": family} if c.random() < 0.5 else {}
            return {"display_name": named(lists, text), **parts, **reached(lists, reach, other)}

        lists.add(write)

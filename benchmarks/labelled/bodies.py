"""Made-up customers that belong together and are billed apart: departments, offices, branches.

They share the name of the whole and often its e-mail, phone and address.
"""

from __future__ import annotations

from customers import add_firm, domain, elsewhere, firm_reach
from hands import Lists, Reach, Row, named, reached
from words import PLACES, TOWNS, TRADES, WORLD, brand, members, split, surname

BODIES, BUREAUS, LANDS = members("bodies"), members("bureaus"), members("lands")
OTHER_WORDS = {
    "Billing": ["Billing Office", "Billing Dept"],
    "Facilities": ["Facilities Management", "Facilities Dept"],
    "Publications": ["Publications Office", "Pubs"],
    "Research": ["Research Office"],
    "Registrar": ["Registrar's Office", "Office of the Registrar"],
    "Community Outreach": ["Outreach"],
    "Events Office": ["Events"],
    "Bookstore": ["Book Store"],
    "Purchasing": ["Purchasing Dept", "Procurement"],
    "Membership": ["Membership Services"],
    "Payroll": ["Payroll Dept"],
}
LOCAL = {"de": "Deutschland", "es": "España", "pl": "Polska", "fr": "France", "nordic": "Sverige"}
ABROAD = {"de": "Germany", "es": "Spain", "pl": "Poland", "fr": "France", "nordic": "Sweden"}


def lent(lists: Lists, base: Reach, at: str, own: tuple[str, str]) -> Reach:
    """The ways of reaching a part: the whole's, or some of its own."""
    c = lists.chance
    box = f"{own[0]}.{own[1]}@{at}".lower().replace(" ", "")
    reach = base if c.random() < 0.55 else base._replace(email=box)
    return reach if c.random() < 0.6 else reach._replace(phone=lists.ground.digits(c, base.city))


def body(lists: Lists) -> None:
    """A public body and its departments, each a customer, with the contacts of the whole."""
    c = lists.chance
    place = c.choice([*PLACES, *TOWNS, brand(c)])
    name = f"{place} {c.choice(BODIES)}" if c.random() < 0.8 else f"College of {place}"
    if not lists.new(name):
        return
    base = firm_reach(lists, name, c.choice(c.given), surname(c))
    base = base._replace(
        email=f"{c.choice(['ap', 'finance', 'accounts', 'office'])}@{domain(name)}"
    )
    at = base.email.partition("@")[2]
    short = "".join(word[0] for word in name.split()).upper()
    short = short if len(short) > 2 else ""
    if c.random() < 0.8:
        add_whole(lists, name, short, base)
    for part in c.sample(BUREAUS, c.randint(1, 4)):
        own = (c.choice(c.given), surname(c))
        reach = lent(lists, base, at, own)

        def write(
            side: str, part: str = part, own: tuple[str, str] = own, reach: Reach = reach
        ) -> Row:
            said = c.choice(OTHER_WORDS[part]) if part in OTHER_WORDS and c.random() < 0.3 else part
            text = c.choice(
                [f"{name} - {said}", f"{name}:{said}", f"{name} ({said})", f"{said}, {name}",
                 f"{name} {said}", f"{short or name} {said}"]
            )  # fmt: skip
            row = {"display_name": named(lists, text), **reached(lists, reach, reach)}
            row |= {"company_name": name} if c.random() < 0.6 else {}
            if c.random() < 0.3:
                row |= {"given_name": own[0], "family_name": own[1]}
            return row

        lists.add(write)


def add_whole(lists: Lists, name: str, short: str, reach: Reach) -> None:
    """The body itself, by its name, its initials or both."""
    c = lists.chance

    def write(side: str) -> Row:
        drawn, text = c.random(), name
        if short and drawn < 0.12:
            text = short
        elif short and drawn < 0.26:
            text = f"{name} ({short})"
        elif drawn < 0.36:
            text = f"The {name}"
        row = {"display_name": named(lists, text), **reached(lists, reach, reach)}
        return row | ({"company_name": name} if c.random() < 0.5 else {})

    lists.add(write)


def holding(lists: Lists) -> None:
    """A group: its head, its companies of other trades and countries, its offices in towns."""
    c = lists.chance
    word = brand(c)
    if not lists.new(("group", word)):
        return
    form = c.choice(["Ltd", "Inc", "GmbH", "AG", "B.V.", "plc", "Corp"])
    head = f"{word} {c.choice(['Group', 'Holdings', *TRADES])}" if c.random() < 0.6 else word
    base = firm_reach(lists, word, c.choice(c.given), surname(c))
    base = base._replace(email=f"{c.choice(['ap', 'info', 'accounts'])}@{domain(word)}")
    at = base.email.partition("@")[2]
    add_firm(lists, head, base, (c.choice(c.given), surname(c)))
    for _ in range(c.randint(1, 4)):
        own = (c.choice(c.given), surname(c))
        reach = lent(lists, base, at, own)
        kind, code = c.random(), c.choice(list(LOCAL))
        forms = [f"{word} {c.choice(TRADES)}"]
        if kind < 0.3:
            town = c.choice([*lists.ground.towns])
            forms = [f"{word} {town}", f"{word} - {town}", f"{word} ({town})", f"{word} - {town} office",
                     f"{word} of {town}"]  # fmt: skip
        elif kind < 0.5:
            forms = [f"{word} {LOCAL[code]}", f"{word} ({ABROAD[code]})", f"{word} {ABROAD[code]}"]
            form = split(WORLD[code]["forms"])[0]
        elif kind < 0.7:
            land = c.choice(LANDS)
            forms = [f"{word} {land}", f"{word} ({land})"]
        if not lists.new(forms[0]):
            continue
        add_part(lists, word, forms, form, (own, reach))


def add_part(
    lists: Lists, word: str, forms: list[str], form: str, whose: tuple[tuple[str, str], Reach]
) -> None:
    """One company or office of a group."""
    c = lists.chance
    own, reach = whose
    later = elsewhere(lists, reach, firm_reach(lists, forms[0], *own))

    def write(side: str) -> Row:
        text = c.choice(forms)
        company = c.choice([word, text, ""])
        text = f"{text} {form}" if c.random() < 0.25 and ")" not in text else text
        row = {"display_name": named(lists, text), **reached(lists, reach, later)}
        row |= {"company_name": company} if company else {}
        return row | ({"given_name": own[0], "family_name": own[1]} if c.random() < 0.3 else {})

    lists.add(write)

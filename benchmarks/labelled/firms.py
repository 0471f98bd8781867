"""Made-up customers of agencies, and of seven countries."""

from __future__ import annotations

import bodies
from customers import (
    add_firm,
    add_person,
    domain,
    elsewhere,
    firm_reach,
    person_reach,
    plain,
)
from hands import Lists, Reach, Row, named, reached
from words import PLACES, TRADES, WORLD, Chance, brand, coined, members, split, surname

FORMS, LONG, MIDDLE, LAST = (members(name) for name in ("forms", "long", "middle", "last"))
DEPARTMENTS = members("departments")


def agencies(lists: Lists) -> None:
    """Trading and former names, acronyms, departments, contact persons, many legal forms."""
    c = lists.chance
    drawn = c.random()
    given, family = c.choice(c.given), surname(c)
    if drawn < 0.08:
        plain(lists)
    elif drawn < 0.16:
        add_person(lists, given, family, person_reach(lists, given, family))
    elif drawn < 0.28:
        acronym(lists, given, family)
    elif drawn < 0.44:
        two_names(lists, given, family)
    elif drawn < 0.54:
        departments(lists, given, family)
    elif drawn < 0.64:
        bodies.body(lists)
    elif drawn < 0.75:
        bodies.holding(lists)
    elif drawn < 0.9:
        by_contact(lists, given, family)
    else:
        name = (
            f"{brand(c)} {c.choice(['Media', 'Design', 'Labs', 'Studio', 'Digital', 'Partners'])}"
        )
        add_firm(lists, name, firm_reach(lists, name, given, family), (given, family))


def _formed(c: Chance, name: str, form: str) -> str:
    return f"{name} {form}" if form and c.random() < 0.6 else name


def acronym(lists: Lists, given: str, family: str) -> None:
    """A long name and its initials."""
    c = lists.chance
    words = [c.choice([*LONG, coined(c), c.choice(PLACES)]), c.choice(MIDDLE), c.choice(LAST)]
    if c.random() < 0.4:
        words.insert(c.randrange(3), c.choice(MIDDLE))
    of = c.random() < 0.2
    name = " ".join(words) if not of else f"{words[-1]} of {' '.join(words[:-1])}"
    if not lists.new(name):
        return
    short = "".join(w[0] for w in name.split() if w != "of")
    form = c.choice(FORMS) if c.random() < 0.4 else ""
    reach = firm_reach(lists, short if c.random() < 0.5 else name, given, family)
    other = elsewhere(lists, reach, firm_reach(lists, name, c.choice(c.given), surname(c)))

    def write(side: str) -> Row:
        drawn = c.random()
        text = _formed(c, name, form)
        if drawn < 0.35:
            text = _formed(c, short if c.random() < 0.85 else ".".join(short) + ".", form)
        elif drawn < 0.45:
            text = f"{name} ({short})" if c.random() < 0.6 else f"{short} - {name}"
        row = {"display_name": named(lists, text), **reached(lists, reach, other)}
        if c.random() < 0.3:
            row["company_name"] = _formed(c, name, form)
        if c.random() < 0.35:
            row |= {"given_name": given, "family_name": family}
        return row

    lists.add(write)


def two_names(lists: Lists, given: str, family: str) -> None:
    """A registered name and the one it trades under, or had before."""
    c = lists.chance
    one = f"{brand(c)} {c.choice([*TRADES, 'Holdings', 'Enterprises', 'Group'])}"
    two = f"{brand(c)} {c.choice(['Media', 'Digital', 'Studio', 'Cafe', 'Kitchens', 'Labs', 'Market'])}"
    form = c.choice(FORMS)
    link = c.choice([("dba", "t/a", "trading as", "d/b/a"), ("formerly", "fka", "prev.", "was")])
    reach = firm_reach(lists, c.choice([one, two]), given, family)
    other = elsewhere(lists, reach, firm_reach(lists, two, given, family))

    def write(side: str) -> Row:
        drawn, company = c.random(), ""
        first, second = (two, one) if link[0] == "formerly" else (one, two)
        text = _formed(c, one, form)
        if drawn < 0.3:
            text = two
            company = _formed(c, one, form) if c.random() < 0.35 else ""
        elif drawn < 0.42:
            text = f"{_formed(c, first, form)} {c.choice(link)} {second}"
        elif drawn < 0.5:
            text = f"{first} ({c.choice([second, f'{link[0]} {second}'])})"
        elif drawn < 0.55:
            text = f"{first} / {second}"
        row = {"display_name": named(lists, text), **reached(lists, reach, other)}
        if company or c.random() < 0.25:
            row["company_name"] = company or text
        if c.random() < 0.35:
            row |= {"given_name": given, "family_name": family}
        return row

    lists.add(write)


def departments(lists: Lists, given: str, family: str) -> None:
    """Departments of one firm that are billed apart, and the firm itself."""
    c = lists.chance
    name, form = f"{brand(c)} {c.choice([*TRADES, 'Industries', 'Bank', 'Foods'])}", c.choice(FORMS)
    base = firm_reach(lists, name, given, family)
    add_firm(lists, name, base, (given, family))
    at = base.email.partition("@")[2]
    for part in c.sample(DEPARTMENTS, c.randint(1, 3)):
        who, whose = c.choice(c.given), surname(c)
        reach = base._replace(
            email=f"{who}.{whose}@{at}".lower(),
            phone=lists.ground.digits(c, base.city) if c.random() < 0.5 else base.phone,
        )

        def write(
            side: str, part: str = part, who: str = who, whose: str = whose, reach: Reach = reach
        ) -> Row:
            firm = _formed(c, name, form)
            said = {
                "Accounts Payable": "AP",
                "HR": "Human Resources",
                "IT": "Information Technology",
            }.get(part, part)
            said = said if c.random() < 0.3 else part
            text = c.choice(
                [
                    f"{firm} - {said}",
                    f"{firm}:{said}",
                    f"{firm} ({said})",
                    f"{said}, {firm}",
                    f"{firm} {said} Dept",
                ]
            )
            row = {"display_name": text, **reached(lists, reach, reach)}
            if c.random() < 0.4:
                row |= {"given_name": who, "family_name": whose}
            return row

        lists.add(write)


def by_contact(lists: Lists, given: str, family: str) -> None:
    """A firm that the other list keeps under its contact person."""
    c = lists.chance
    name, form = f"{brand(c)} {c.choice([*TRADES, 'Collective', 'Partners'])}", c.choice(FORMS)
    reach = firm_reach(lists, name, given, family)
    at = domain(name)
    reach = reach._replace(
        email=f"{c.choice([given, given[0] + family, given + '.' + family])}@{at}".lower()
    )
    other = reach._replace(
        email=f"{c.choice(['info', 'accounts', 'hello'])}@{at}",
        phone=lists.ground.digits(c, reach.city),
    )

    def write(side: str) -> Row:
        drawn = c.random()
        text, company, person = _formed(c, name, form), "", c.random() < 0.5
        if drawn < 0.3:
            text = f"{given} {family}"
            company = _formed(c, name, form) if c.random() < 0.5 else ""
        elif drawn < 0.42:
            text = c.choice(
                [
                    f"{name} - {given} {family}",
                    f"{given} {family} ({name})",
                    f"{name}, attn {given} {family}",
                    f"{given} {family}, {name}",
                ]
            )
        elif c.random() < 0.5:
            company = text
        row = {"display_name": named(lists, text), **reached(lists, reach, other)}
        row |= {"company_name": company} if company else {}
        return row | ({"given_name": given, "family_name": family} if person else {})

    lists.add(write)


_LATIN = dict(
    zip(
        "абвгдезийклмнопрстуфыэь",
        [
            "a",
            "b",
            "v",
            "g",
            "d",
            "e",
            "z",
            "i",
            "y",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "y",
            "e",
            "",
        ],
        strict=True,
    )
) | {
    "ж": "zh",
    "х": "kh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "shch",
    "ю": "yu",
    "я": "ya",
    "ё": "yo",
    "ъ": "",
}
_ASCII = {
    "ä": "ae",
    "ö": "oe",
    "ü": "ue",
    "ß": "ss",
    "å": "aa",
    "ø": "oe",
    "æ": "ae",
    "é": "e",
    "è": "e",
}
_BARE = str.maketrans(
    "äöüßåøæéèêëàâçîïôùûñíóáúãõąćęłńśźżÅÄÖØŁŚŻÉÁÓÍŠČŽÑÇ",
    "aousaoaeeeeaaciiouunioauaoacelnszzAAOOLSZEAOISCZNC",
)


def _bare(c: Chance, text: str) -> str:
    """The name without its own letters, in one of the ways that keyboards force."""
    if any("\u0400" <= ch <= "\u04ff" for ch in text):
        out = "".join(
            (_LATIN.get(ch.lower(), ch).capitalize() if ch.isupper() else _LATIN.get(ch, ch))
            for ch in text
        )
        if c.random() < 0.3:
            out = out.replace("Yu", "Iu").replace("ya", "ia").replace("kh", "h").replace("iy", "y")
        return out
    if c.random() < 0.4:
        return "".join(_ASCII.get(ch, ch) for ch in text).translate(_BARE)
    return text.translate(_BARE)


def world(lists: Lists) -> None:
    """Seven countries: diacritics, other letters, double surnames, patronymics, legal forms."""
    c = lists.chance
    code = c.choice(list(WORLD))
    country = WORLD[code]
    dial, end = country["dial"], country["end"]
    forms, givens, families, trades, streets = (
        split(country[name]) for name in ("forms", "given", "family", "trades", "streets")
    )
    given, one = c.choice(givens), c.choice(families)
    if c.random() < 0.75:
        one = (
            coined(c).lower().capitalize()
            if code != "ru"
            else one[:-1] + c.choice(["ин", "ский", "енко"])
        )
    two = c.choice(families)
    firm = c.random() < 0.45
    form = c.choice(forms)
    name = f"{c.choice(trades)} {one}" if firm else f"{given} {one}"
    if firm and not lists.new(name):
        return
    line, city, region, postal = lists.ground.home(c)
    number = line.split()[0]
    place = c.choice(streets)
    line = (
        f"{place} {number}" if code in ("de", "nordic", "pl", "ru", "es") else f"{number} {place}"
    )
    latin = _bare(c, one).lower().replace("'", "").replace(" ", "")
    box = (
        f"info@{latin}.{end}"
        if firm
        else f"{_bare(c, given).lower()[:6]}.{latin}@{c.choice(['gmail.com', 'web.de', 'orange.fr', 'hotmail.com'])}"
    )
    reach = Reach(
        box,
        f"{c.choice((61, 67, 71, 73, 98))}{c.randint(1000000, 9999999)}",
        line,
        city,
        region,
        postal,
    )
    other = reach._replace(
        phone=f"{reach.phone[:2]}{c.randint(1000000, 9999999)}",
        email=f"{latin}{c.randint(1, 99)}@gmail.com",
    )
    patronymic = (
        c.choice(["Иванович", "Петрович", "Сергеевич"]) if code == "ru" and not firm else ""
    )
    double = code in ("es", "br", "fr") and not firm and c.random() < 0.5

    def write(side: str) -> Row:
        text = name
        if double and c.random() < 0.6:
            text = f"{name}{'-' if code == 'fr' else ' '}{two}"
        elif patronymic and c.random() < 0.4:
            text = f"{given} {patronymic} {one}"
        if not firm and c.random() < 0.15:
            text = f"{text.partition(' ')[2]}, {given}" if c.random() < 0.7 else f"{one} {given}"
        if firm and c.random() < 0.6:
            text = f"{text} {form}"
        if c.random() < 0.4:
            text = _bare(c, text)
        row = {"display_name": named(lists, text), **reached(lists, reach, other, dial)}
        if firm and c.random() < 0.4:
            row["company_name"] = text
        if not firm and c.random() < 0.4:
            row |= {"given_name": given, "family_name": one}
        return row

    lists.add(write)
    if not firm and c.random() < 0.08:  # a relation in the same house
        add_relation(lists, c.choice([g for g in givens if g != given]), one, reach, dial)


def add_relation(lists: Lists, given: str, family: str, reach: Reach, dial: str) -> None:
    """Another person of the same house."""

    def write(side: str) -> Row:
        return {"display_name": f"{given} {family}", **reached(lists, reach, reach, dial)}

    lists.add(write)

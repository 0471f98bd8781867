"""Made-up items: stock, services, parts, retail goods, professional services."""

from __future__ import annotations

from hands import Lists, Row, slip
from words import PLACES, Chance, coined, forms, members

SERVICE_VERBS, SERVICE_NOUNS = members("service_verbs"), members("service_nouns")
TERMS, PARTS, INCHES, THREADS = (members(n) for n in ("terms", "parts", "inches", "threads"))
GOODS, LINES, PRO, TAX_FORMS = (members(n) for n in ("goods", "lines", "professional", "tax_forms"))
VERB_FORMS, TERM_FORMS, STUFF = forms("verb_forms"), forms("term_forms"), forms("stuff")
PART_SHORT, PRO_FORMS = forms("part_short"), forms("professional_forms")
COLOURS = {name: found[0] for name, found in forms("colours").items()}
SIZES = {name: found[0] for name, found in forms("sizes").items()}
TIERS = [
    ["Basic", "Bronze", "Starter"],
    ["Standard", "Silver"],
    ["Professional", "Pro"],
    ["Premium", "Gold"],
    ["Enterprise", "Ent"],
]
MODELS = "ABCDEFGHKLMNPRSTWX"


def _code(c: Chance, words: list[str]) -> str:
    head = "".join(w[:2] for w in words[:2]).upper() or "IT"
    return f"{head}{c.choice(['-', ''])}{c.randint(100, 99999)}"


def _item(lists: Lists, write_name: object, sku: str, price: float, category: str) -> None:
    """One item; `write_name(side)` is its name in one of its spellings."""
    c, h = lists.chance, lists.habits
    now = price if c.random() > h.changed else round(price * c.uniform(0.8, 1.3), 2)
    kept = c.random()

    def write(side: str) -> Row:
        name = write_name(side)  # type: ignore[operator]
        if c.random() < h.slip:
            name = slip(c, name)
        note = write_name(side) if c.random() < h.address else ""  # type: ignore[operator]
        shown = ""
        if sku and c.random() < h.email:
            shown = c.choice([sku, sku, sku, sku.lower(), sku.replace("-", "")])
            if c.random() < h.slip / 4:
                shown = shown.replace(shown[-2], "", 1)
        if sku and kept < 0.15 and c.random() < 0.4:
            name = c.choice([f"{sku} {name}", f"{name} {sku}", f"{name} ({sku})"])
        if side == "qbo" and c.random() < 0.15:
            name = f"{category}:{name}"
        amount = ""
        if c.random() < h.phone:
            amount = f"{price if side == 'app' else now:.2f}"
        return {"name": name, "sku": shown, "description": note, "unit_price": amount}

    lists.add(write)


def services(lists: Lists) -> None:
    """Services of trades, in several terms, of which some names are cut or coded."""
    c = lists.chance
    verb, noun = c.choice(SERVICE_VERBS), c.choice(SERVICE_NOUNS)
    terms = c.sample(TERMS, c.choice([1, 1, 2, 3])) if c.random() < 0.7 else [""]
    price = float(c.choice([25, 35, 45, 65, 75, 85, 95, 120, 150, 199, 250]))
    sku = _code(c, [noun, verb]) if c.random() < 0.25 else ""
    for n, term in enumerate(terms):
        if not lists.new((verb, noun, term)):
            continue

        def name(side: str, term: str = term) -> str:
            does = c.choice(VERB_FORMS.get(verb, [verb])) if c.random() < 0.35 else verb
            what = noun if c.random() < 0.95 else f"{noun}s"
            when = c.choice(TERM_FORMS.get(term, [term])) if c.random() < 0.3 else term
            base = f"{what} {does}" if what.lower() not in does.lower() else does
            if c.random() < 0.1:
                base = f"{does} - {what}"
            if c.random() < 0.07:
                base += " Service"
            if not when:
                return base
            return c.choice(
                [
                    f"{base} - {when}",
                    f"{base} ({when})",
                    f"{when} {base}",
                    f"{base}, {when}",
                    f"{base} {when}",
                ]
            )

        _item(lists, name, f"{sku}{n}" if sku else "", price + 10 * n * c.randint(0, 3), "Services")


def parts(lists: Lists) -> None:
    """Parts with dimensions, threads, packs and model numbers, several sizes of each."""
    c = lists.chance
    part, stuff = c.choice(PARTS), c.choice(list(STUFF))
    threaded = part in ("Hex Bolt", "Machine Screw", "Lag Screw", "Hex Nut", "Washer", "Anchor")
    maker = coined(c) if c.random() < 0.5 else ""
    electric = part in (
        "Relay",
        "Contactor",
        "Capacitor",
        "Motor",
        "Pump",
        "Fuse",
        "Filter",
        "Belt",
    )
    for _ in range(c.choice([1, 2, 3, 4])):
        size, size2 = c.choice(INCHES), c.choice(INCHES)
        thread, length = c.choice(THREADS), c.choice(INCHES[3:])
        pack = c.choice([0, 0, 0, 10, 25, 50, 100])
        model = f"{c.choice(MODELS)}{c.choice(MODELS)}{c.choice(['-', ''])}{c.randint(100, 9999)}{c.choice(['', '', 'A', 'B', 'X'])}"
        reduce = c.random() < 0.25
        price = round(c.uniform(0.5, 120), 2)
        told = (
            model if electric else (thread, length) if threaded else (size, size2 if reduce else "")
        )
        if not lists.new((part, stuff, maker, told, pack)):
            continue

        def name(
            side: str,
            size: str = size,
            size2: str = size2,
            thread: str = thread,
            length: str = length,
            pack: int = pack,
            model: str = model,
            reduce: bool = reduce,
        ) -> str:
            inch = c.choice(['"', " in", " inch", '"', "in."])
            what = c.choice(PART_SHORT.get(part, [part])) if c.random() < 0.2 else part
            of = c.choice(STUFF[stuff]) if c.random() < 0.25 else stuff
            if electric:
                say = model if c.random() < 0.8 else model.replace("-", "")
                words = [maker, what, say]
            elif threaded:
                words = [maker, f"{thread}{c.choice([' x ', 'x', ' X '])}{length}{inch}", of, what]
            elif reduce:
                words = [maker, f"{size}{inch} x {size2}{inch}", of, what]
            else:
                words = [maker, f"{size}{inch}", of, what]
            if c.random() < 0.25:
                words = (
                    [words[0], what, of, *words[1:-2]] if not electric else [what, maker, words[2]]
                )
            if maker and c.random() < 0.2:
                words = [w for w in words if w != maker]
            text = " ".join(w for w in words if w)
            if pack:
                text += c.choice(
                    [
                        f" ({pack} pk)",
                        f" {pack}/pk",
                        f" - Pack of {pack}",
                        f" Box of {pack}",
                        f" {pack}ct",
                    ]
                )
            return text

        _item(lists, name, _code(c, [stuff, part]) if c.random() < 0.6 else "", price, "Parts")


def retail(lists: Lists) -> None:
    """Goods in colours and sizes at one price, now and then under one parent's SKU."""
    c = lists.chance
    good, line = c.choice(GOODS), c.choice(LINES) if c.random() < 0.6 else coined(c)
    colours = c.sample(list(COLOURS), c.choice([1, 2, 3, 4]))
    sizes = (
        c.sample(list(SIZES), c.choice([1, 2, 3]))
        if good
        in (
            "T-Shirt",
            "Hoodie",
            "Leggings",
            "Beanie",
            "Running Short",
            "Rain Jacket",
            "Denim Jacket",
        )
        else [""]
    )
    price = float(c.choice([12, 15, 18, 24, 28, 32, 45, 58, 75]))
    sku, one_sku = _code(c, [line, good]), c.random() < 0.35
    for colour in colours:
        for size in sizes:
            if not lists.new((good, line, colour, size)):
                continue

            def name(side: str, colour: str = colour, size: str = size) -> str:
                hue = COLOURS[colour] if c.random() < 0.2 else colour
                fit = SIZES[size] if size and c.random() < 0.6 else size
                what = (
                    good if c.random() < 0.85 else good.replace("T-Shirt", "Tee").replace("-", " ")
                )
                base = f"{line} {what}" if c.random() < 0.92 else f"{what} {line}"
                if fit:
                    return c.choice(
                        [
                            f"{base} - {hue} / {fit}",
                            f"{base} {hue} {fit}",
                            f"{base} ({fit}, {hue})",
                            f"{base}, {fit}, {hue}",
                            f"{hue} {base} {fit}",
                        ]
                    )
                return c.choice(
                    [f"{base} - {hue}", f"{base} {hue}", f"{hue} {base}", f"{base} ({hue})"]
                )

            own = sku if one_sku else f"{sku}-{COLOURS[colour][:3].upper()}{SIZES.get(size, '')}"
            _item(lists, name, own, price, "Goods")
    if c.random() < 0.15:
        _item(
            lists,
            lambda _side: f"{line} {good} {c.choice(['Bundle', 'Set', 'Gift Set'])}",
            "",
            price * 3,
            "Goods",
        )


def professional(lists: Lists) -> None:
    """Professional services in tiers, years and forms."""
    c = lists.chance
    what = c.choice(PRO)
    client = c.choice([*PLACES, *SERVICE_NOUNS]) if c.random() < 0.55 else ""
    year = c.choice([2021, 2022, 2023, 2024, 2025]) if c.random() < 0.4 else 0
    tier = c.randrange(5) if c.random() < 0.5 else -1
    form = (
        c.choice(TAX_FORMS)
        if what in ("Tax Return", "Audit", "Estate Plan", "Annual Report")
        else ""
    )
    price = float(c.choice([75, 99, 125, 150, 200, 250, 350, 500, 750, 1200]))
    sku = _code(c, what.split()) if c.random() < 0.2 else ""
    count = c.choice([1, 1, 2, 3])
    for k in range(count):
        level = (tier + k) % 5 if tier >= 0 else -1
        when = year + k if year else 0
        if not lists.new((what, client, level, when, form)):
            continue

        def name(side: str, level: int = level, when: int = when) -> str:
            base = c.choice(PRO_FORMS[what]) if what in PRO_FORMS and c.random() < 0.3 else what
            if form:
                base = c.choice([f"{base} - {form}", f"{form} {base}", f"{base} ({form})"])
            rank = (
                c.choice(TIERS[level])
                if level >= 0 and c.random() < 0.15
                else TIERS[level][0]
                if level >= 0
                else ""
            )
            if rank:
                base = c.choice(
                    [
                        f"{base} - {rank}",
                        f"{rank} {base}",
                        f"{base} ({rank})",
                        f"{base} {rank} Plan",
                    ]
                )
            if when:
                base = c.choice(
                    [
                        f"{base} {when}",
                        f"{when} {base}",
                        f"{base} FY{when % 100}",
                        f"{base} - {when}",
                        f"{base} ({when})",
                    ]
                )
            if not client:
                return base
            return c.choice(
                [
                    f"{client} {base}",
                    f"{base} - {client}",
                    f"{base} ({client})",
                    f"{client} - {base}",
                ]
            )

        _item(
            lists,
            name,
            f"{sku}{k}" if sku else "",
            price * (1 + k * c.choice([0, 1])),
            "Professional",
        )


def stock(lists: Lists) -> None:
    """A shop's stock: makers, models, sizes such as 16x20x1."""
    c = lists.chance
    if c.random() < 0.5:
        parts(lists)
        return
    maker, part = coined(c), c.choice(PARTS)
    kind = c.choice(["Air Filter", "HEPA Filter", "Panel", "Mat", "Screen", "Tarp"])
    head, first, step = (
        "".join(c.choices(MODELS, k=c.choice([2, 3, 4]))),
        c.randint(100, 9950),
        c.choice([1, 10]),
    )
    as_sku = c.random() < 0.6
    for k in range(c.choice([1, 2, 3])):
        a, b, d = (
            c.choice([10, 12, 14, 16, 18, 20]),
            c.choice([20, 24, 25, 30]),
            c.choice([1, 2, 4]),
        )
        model = f"{head}{first + k * step}"  # the next size of the same thing
        sized = c.random() < 0.6
        if not lists.new((maker, kind, part, (a, b, d) if sized else model)):
            continue

        def name(
            side: str, a: int = a, b: int = b, d: int = d, model: str = model, sized: bool = sized
        ) -> str:
            size = c.choice([f"{a}x{b}x{d}", f"{a} x {b} x {d}", f'{a}"x{b}"x{d}"'])
            text = f"{kind} {size}" if sized else f"{part} {model}"
            return c.choice(
                [f"{maker} {text}", f"{text} {maker}", text, f"{maker} {text}", f"{maker} {text}"]
            )

        _item(
            lists,
            name,
            (model if as_sku else _code(c, [maker, kind])) if c.random() < 0.7 else "",
            round(c.uniform(4, 400), 2),
            "Stock",
        )

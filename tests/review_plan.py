"""A believable plan to review, made from a seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from recon.plan import Action, Plan, Write

MADE_AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def plan_of(*actions: Action, writes: Sequence[Write] = (), plan_id: str = "plan-1") -> Plan:
    """A plan of these actions for a sandbox company."""
    return Plan(
        plan_id, "9130", "sandbox", "Harbour & Finch Books LLC", "invoiceninja 5.12.4", MADE_AT,
        ("app-1", "qbo-1"), actions, tuple(writes),
    )  # fmt: skip


def action(action_id: str, kind: Any = "link", **told: Any) -> Action:
    """One action with everything that a test does not care about filled in."""
    title = told.pop("title", f"{kind} {action_id}")
    return Action(
        id=action_id, kind=kind, ref=f"app:customer:{action_id}", title=title,
        why="Without it a duplicate is created.", will="The link is stored.", cause="duplicate",
        **told,
    )  # fmt: skip


_FIRST = (
    "Rowan", "Kestrel", "Tidal", "Umber", "Vertex", "Delta", "Juniper", "Granite", "Maple",
    "Harbour", "Sable", "Northgate", "Willow", "Copper", "Lantern", "Orchard", "Pinnacle",
    "Quarry", "Saffron", "Thistle",
)  # fmt: skip
_TRADE = (
    "Dental Group", "Foods", "Roofing", "Print & Sign", "Landscaping", "Veterinary Clinic",
    "Auto Repair", "Catering", "Architects", "Fitness Studio", "Plumbing & Heating", "Bakery",
    "Consulting", "Marine Supply", "Logistics",
)  # fmt: skip
_FORM = ("LLC", "Inc.", "Ltd", "& Sons", "Co.", "")
_CITY = ("Portland", "Tacoma", "Eugene", "Boise", "Spokane", "Salem")


def believable_plan(count: int = 200, seed: int = 7) -> Plan:
    """A plan of about `count` actions as a month-end clean-up of a real company would look."""
    dice = random.Random(seed)
    names = [f"{a} {b}" for a in _FIRST for b in _TRADE]
    dice.shuffle(names)
    actions: list[Action] = []
    number = 0
    while len(actions) < count:
        name = f"{names[number % len(names)]} {dice.choice(_FORM)}".strip()
        if number >= len(names):
            name += f" #{number // len(names) + 1}"
        number += 1
        make = dice.choices(
            [_link, _rename, _edit, _merge, _create, _rivals_of, _renumber],
            [52, 14, 8, 7, 9, 5, 5],
        )[0]
        actions += make(dice, name, f"{number:05d}")
    return plan_of(*actions[:count], plan_id=f"believable-{seed}-{count}")


def _misspelt(dice: random.Random, name: str) -> tuple[str, str]:
    place = dice.randrange(1, len(name) - 1)
    return dice.choice(
        [
            (name.upper(), "strict"),
            (name.replace(" & ", " and ") + ".", "strict"),
            (name[:place] + name[place + 1 :], "close"),
            (name[:place] + name[place] + name[place:], "close"),
            (name.split(" ", 1)[0] + " " + name.rsplit(" ", 1)[-1], "similar"),
            ("The " + name, "strict"),
            (name + " ", "strict"),
        ]
    )


def _details(dice: random.Random, name: str) -> tuple[str, str, str, str, str]:
    slug = "".join(letter for letter in name.lower() if letter.isalnum())[:14]
    phone = f"555-01{dice.randrange(100):02d}"
    money = f"{dice.randrange(100, 9_000)}.{dice.randrange(100):02d}"
    return (
        f"accounts@{slug}.example",
        phone,
        dice.choice(_CITY),
        money,
        f"2026-{dice.randrange(1, 12):02d}-{dice.randrange(1, 28):02d}",
    )


def _compare(dice: random.Random, name: str, other: str) -> dict[str, tuple[str, str]]:
    mail, phone, city, balance, used = _details(dice, name)
    return {
        "Name": (name, other),
        "E-mail": (mail, mail if dice.random() < 0.7 else mail.replace("accounts", "ap")),
        "Phone": (phone, phone if dice.random() < 0.5 else phone.replace("555-", "(555) ")),
        "City": (city, city if dice.random() < 0.85 else dice.choice(_CITY)),
        "Open balance": (balance, balance if dice.random() < 0.6 else "0.00"),
        "Last used": (used, f"2026-{dice.randrange(1, 12):02d}-14"),
    }


def _link(dice: random.Random, name: str, key: str) -> list[Action]:
    other, band = (name, "identical") if dice.random() < 0.45 else _misspelt(dice, name)
    return [
        Action(
            f"link-{key}", "link", f"app:customer:{key}", f"Link {name} to {other.strip()}",
            "The sync looks for exactly this name, does not find it, and creates a second customer."
            if other != name else "The names agree; the link makes it certain.",
            f"Nothing is renamed in QuickBooks. Customer {int(key) + 40} is stored as the link.",
            "duplicate", f"qbo:customer:{int(key) + 40}", band,
            ("+ same e-mail address", "+ same phone number", "- another city")
            if band != "identical" else ("+ same name", "+ same e-mail address"),
            _compare(dice, name, other),
            weighed=(("name", 6.1), ("e-mail", 4.2), ("place", -1.3), ("rivals", 0.2)),
        )
    ]  # fmt: skip


def _rename(dice: random.Random, name: str, key: str) -> list[Action]:
    other, band = _misspelt(dice, name)
    return [
        Action(
            f"rename-{key}", "rename", f"app:customer:{key}",
            f"Rename QuickBooks customer {other.strip()} to {name}",
            "Under its present name the sync creates a duplicate of this customer.",
            "DisplayName is changed through the API. Old invoices will print the new name.",
            "near_miss_client_name", f"qbo:customer:{int(key) + 40}", band,
            ("+ same e-mail address", "+ names differ by spelling only"),
            _compare(dice, name, other), undo="full", bulk=False,
        )
    ]  # fmt: skip


def _edit(dice: random.Random, name: str, key: str) -> list[Action]:
    mail = _details(dice, name)[0]
    return [
        Action(
            f"edit-{key}", "edit", f"app:customer:{key}", f"Correct the e-mail address of {name}",
            "QuickBooks refuses an address with a space in it, and with it the whole customer.",
            "The e-mail address is corrected in the invoicing app.", "bad_email", "", "", (),
            {"E-mail": (mail.replace("@", " @"), mail)},
        )
    ]  # fmt: skip


def _merge(dice: random.Random, name: str, key: str) -> list[Action]:
    compare = _compare(dice, name, name + " (2)")
    return [
        Action(
            f"merge-{key}", "merge", f"qbo:customer:{key}", f"Merge {name} (2) into {name}",
            "QuickBooks holds this customer twice; the sync would link the wrong one.",
            "A person merges both in QuickBooks; recon then checks that it was done.",
            "twice_in_qbo", f"qbo:customer:{int(key) + 1}", "strict",
            ("+ same phone number", "+ same e-mail address", "- both have an open balance"),
            compare, undo="none", bulk=False, advised=False,
        )
    ]  # fmt: skip


def _create(dice: random.Random, name: str, key: str) -> list[Action]:
    return [
        Action(
            f"create-{key}", "create", f"app:customer:{key}", f"Create {name} in QuickBooks",
            "It exists in the invoicing app only; created now, its name is right.",
            "A new customer is created through the API.", "only_in_app", "", "none", (),
            {field: (pair[0], "") for field, pair in _compare(dice, name, "").items()},
            undo="partial",
        )
    ]  # fmt: skip


def _rivals_of(dice: random.Random, name: str, key: str) -> list[Action]:
    ids = [f"link-{key}-{letter}" for letter in "abc"]
    towns = dice.sample(_CITY, 3)
    return [
        Action(
            each, "link", f"app:customer:{key}", f"Link {name} to {name} of {town}",
            "Three customers of this name are in QuickBooks; the sync would take the first.",
            "The chosen one is stored as the link.", "namesakes",
            f"qbo:customer:{int(key) + 900 + place}", "similar", ("+ same name",),
            {**_compare(dice, name, f"{name} of {town}"), "City": (towns[0], town)},
            bulk=False, rivals=tuple(i for i in ids if i != each), advised=place == 0,
        )
        for place, (each, town) in enumerate(zip(ids, towns, strict=True))
    ]  # fmt: skip


def _renumber(dice: random.Random, name: str, key: str) -> list[Action]:
    old = f"INV-2026-{dice.randrange(10_000):05d}-RETAINER-Q4"
    return [
        Action(
            f"renumber-{key}", "renumber", f"app:invoice:{key}", f"Shorten invoice {old} of {name}",
            "QuickBooks takes 21 characters; the app cuts the rest and two numbers become one.",
            "The number is changed in the invoicing app.", "number_too_long", "", "", (),
            {"Number": (old, old[:14]), "Total": ("8187.34", "8187.34")},
        )
    ]  # fmt: skip

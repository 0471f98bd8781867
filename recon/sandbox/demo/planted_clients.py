"""The troubles of clients and customers: each function plants one, on parties of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from recon.sandbox.demo.desk import app_phone
from recon.sandbox.demo.spellings import SPELLINGS, typo
from recon.sandbox.demo.town import Relation, Town

if TYPE_CHECKING:
    from recon.sandbox.demo.parties import Party

LAST_ENTRY_BEFORE_INACTIVE = date(2026, 4, 30)
DUPLICATE_ENTERED = date(2026, 2, 9)
FATHERS = ("Robert", "William", "Richard", "Thomas", "Theodore", "Edward", "Joseph", "Kenneth")

Planter = Callable[[Town, int], list[Relation]]


def near_miss(kind: str, town: Town, _turn: int) -> list[Relation]:
    """One party under two spellings."""
    trouble, spell = SPELLINGS[kind]
    party, in_app, in_qbo = spell(town.people)
    relation = town.both(party, in_app, in_qbo)
    town.plant(trouble, [relation], f"{kind}: {in_app!r} is {in_qbo!r}")
    return [relation]


def characters(town: Town, turn: int) -> list[Relation]:
    """Equal names with characters that the app changes before it looks them up."""
    pattern = ("{}'s Kitchen", "{} & Sons Masonry", "{}/Lake Road Partners")[turn % 3]
    relation = town.both(town.people.firm(town.people.named_after_families(pattern), "office"))
    name = relation.party.name
    town.plant("sanitiser_breaks_match", [relation], f"{name!r} on both sides")
    return [relation]


def namesakes_in_app(town: Town, turn: int) -> list[Relation]:
    """Two people of one name in the app; QuickBooks has one of them, or tells them apart."""
    first = town.people.household()
    second = _other_person(town, first)
    known = town.both(first)
    if turn % 2:
        apart = f"{second.name} ({second.address.city})"
        other = Relation(second, town.add_client(second), town.add_customer(second, apart))
    else:
        other = town.app_only(second)
    town.plant("client_dup_in_source", [known, other], f"namesakes: two {first.name}")
    return [known, other]


def namesake_across(town: Town, _turn: int) -> list[Relation]:
    """A client who bears the exact name of somebody else's customer."""
    customer = town.people.household()
    client = _other_person(town, customer)
    there = Relation(customer, None, town.add_customer(customer))
    here = town.app_only(client)
    note = f"{client.name}: other e-mail, phone and address"
    town.plant("same_name_different_party", [here, there], note)
    return [here, there]


def _other_person(town: Town, party: Party) -> Party:
    return town.people.household(party.given, party.family)


def held_by_vendor(town: Town, _turn: int) -> list[Relation]:
    """A client, unknown to QuickBooks, whose name a vendor has there."""
    party = town.people.firm()
    return [_held(town, party, "Vendor", town.ledger.vendor(party)["Id"])]


def held_by_employee(town: Town, _turn: int) -> list[Relation]:
    """A client, unknown to QuickBooks, whose name an employee has there."""
    party = town.people.household()
    return [_held(town, party, "Employee", town.ledger.employee(party)["Id"])]


def _held(town: Town, party: Party, entity: str, holder_id: str) -> Relation:
    relation = town.app_only(party)
    note = f"{entity.lower()}: {party.name!r} is the name of one"
    held = f"{entity}:{holder_id}"
    town.plant("name_taken_by_vendor_or_employee", [relation], note, held)
    return relation


def inactive_customer(town: Town, _turn: int) -> list[Relation]:
    """A client who came back: the customer in QuickBooks was made inactive."""
    party = town.people.anyone()
    customer = town.add_customer(
        party,
        f"{party.name} (deleted)",
        Active=False,
        PrintOnCheckName=party.name,
        CompanyName=party.name if party.is_firm else None,
    )
    relation = Relation(
        party,
        town.add_client(party),
        customer,
        entered_until=LAST_ENTRY_BEFORE_INACTIVE,
        paid_up=True,
    )
    town.plant("customer_inactive_in_qbo", [relation], f"{party.name!r} was made inactive")
    return [relation]


def duplicate_in_qbo(town: Town, turn: int) -> list[Relation]:
    """One party twice in QuickBooks; the app's name is that of the full or of the thin record."""
    party, right, wrong = typo(town.people)
    full = town.add_customer(party, right)
    thin = town.add_customer(party, wrong, since=DUPLICATE_ENTERED, BillAddr=None)
    linked, which = ((full, "history"), (thin, "little history"))[turn % 2]
    client = town.add_client(party, linked["DisplayName"])
    relation = Relation(party, client, full, extra_customer=thin)
    note = f"{right!r} and {wrong!r}; the app's name finds the one with {which}"
    town.plant("duplicate_in_qbo", [relation], note, f"Customer:{thin['Id']}")
    return [relation]


def duplicate_in_app(town: Town, turn: int) -> list[Relation]:
    """One party twice in the app: under one name, or under near spellings."""
    if turn % 2:
        party, wrong, right = typo(town.people)
        trouble, kind = "client_dup_in_source", "near spelling"
    else:
        party = town.people.anyone()
        wrong = right = party.name
        trouble, kind = "many_to_one_link", "same name"
    first = town.both(party, right, right)
    second = Relation(party, town.add_client(party, wrong), first.customer)
    note = f"{kind}: {right!r} and {wrong!r} are one"
    town.plant(trouble, [first, replace(second, customer=None)], note)
    return [first, second]


def units(town: Town, _turn: int) -> list[Relation]:
    """Units as sub-customers of a manager; the app has "Parent - Unit" and "Parent:Unit"."""
    manager = town.people.firm(kinds=("manager",))
    parent = town.both(manager)
    parent.clean = True
    building = town.people.named_after_place("Flats")
    first = town.rng.randrange(101, 800)
    relations = [parent]
    for offset, (mark, trouble) in enumerate(
        ((" - ", "subcustomer_hierarchy_mismatch"), (":", "name_illegal_characters"), ("", ""))
    ):
        unit = f"{building} Unit {first + offset}"
        tenant = replace(town.people.firm(unit, "unit"), email=manager.email, tax=manager.tax)
        in_app = f"{manager.name}{mark}{unit}" if mark else unit
        customer = town.add_customer(
            tenant,
            unit,
            Job=True,
            BillWithParent=False,
            CompanyName=manager.name,
            ParentRef={"value": parent.refs[1].split(":")[1]},
            FullyQualifiedName=f"{manager.name}:{unit}",
            Level=1,
        )
        relation = Relation(tenant, town.add_client(tenant, in_app), customer, clean=not mark)
        if trouble:
            note = f"{in_app!r} is the sub-customer {unit!r}; its neighbours are others"
            town.plant(trouble, [relation], note)
        relations.append(relation)
    return relations


def shared_email(town: Town, _turn: int) -> list[Relation]:
    """Several parties with the e-mail of the manager who answers for them."""
    manager = town.people.firm(kinds=("manager",))
    looked_after = [town.people.firm(kinds=("hoa",)) for _ in range(3)]
    group = [manager, *(replace(party, email=manager.email) for party in looked_after)]
    shared = [Relation(p, town.add_client(p), town.add_customer(p)) for p in group]
    town.plant("email_duplicated", shared, "the manager's e-mail stands on all of them")
    return shared


def father_and_son(town: Town, _turn: int) -> list[Relation]:
    """Two people of one name and address, told apart by Jr.: no trouble, and not one party."""
    name = town.people.named_after_families(f"{town.rng.choice(FATHERS)} {{}}")
    given, family = name.split()
    town.people.claim(f"{name} Jr")
    father = town.people.household(given, family)
    son = replace(town.people.household(given, family, f"{name} Jr."), address=father.address)
    pair = [town.both(father), Relation(son, town.add_client(son), town.add_customer(son))]
    town.plant("father_and_son", pair, f"{father.name} and {son.name} are two people")
    return pair


def nameless(town: Town, turn: int) -> list[Relation]:
    """A client without a name: a contact stands for it, by name or only by e-mail."""
    party = town.people.household()
    relation = town.both(party, "")
    assert relation.client is not None
    kind = "contact"
    if turn % 2:
        kind = "e-mail only"
        relation.client["contacts"][0].update(first_name="", last_name="")
        relation.client["display_name"] = party.email
    town.plant("client_missing_person_name", [relation], f"{kind}: {party.name} in QuickBooks")
    return [relation]


def blank(town: Town, turn: int) -> list[Relation]:
    """A client without name, contact and e-mail; only phone and address say who it is."""
    party = town.people.household()
    contacts = [town.desk.contact()]
    relation = town.app_only(party, "", contacts=contacts, phone=app_phone(party.phone))
    note = "QuickBooks does not know it"
    if turn % 2 == 0:
        relation.customer = town.add_customer(party)
        note = "phone and address are a customer's"
    town.plant("blank_client_collapses", [relation], note)
    return [relation]


def long_name(town: Town, _turn: int) -> list[Relation]:
    """Equal names of more than 100 characters, which the app cuts."""
    name = town.people.named_after_place(
        "Master Planned Community Residential Property Owners Association and "
        f"{town.people.place()} Conservation Trust"
    )
    relation = town.both(town.people.firm(name, "hoa"))
    town.plant("name_too_long", [relation], f"{len(name)} characters on both sides")
    return [relation]


def invalid_email(town: Town, turn: int) -> list[Relation]:
    """A new client whose e-mail QuickBooks refuses."""
    party = town.people.anyone()
    local = party.email.split("@")[0]
    wrong = (f"{local} at mail.example", f"{local}@example", f"{local}.mail.example")[turn % 3]
    relation = town.app_only(replace(party, email=wrong))
    town.plant("email_invalid", [relation], f"{wrong!r} is no e-mail address")
    return [relation]


# For each trouble, what share of the clients it is planted on.
PLANTERS: tuple[tuple[float, Planter], ...] = (
    *((0.012, partial(near_miss, kind)) for kind in SPELLINGS),
    (0.007, characters),
    (0.007, namesakes_in_app),
    (0.010, namesake_across),
    (0.007, held_by_vendor),
    (0.007, held_by_employee),
    (0.010, inactive_customer),
    (0.010, duplicate_in_qbo),
    (0.013, duplicate_in_app),
    (0.007, units),
    (0.007, shared_email),
    (0.007, father_and_son),
    (0.013, nameless),
    (0.010, blank),
    (0.007, long_name),
    (0.007, invalid_email),
)

"""The troubles of clients and customers, planted one to a party."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from recon.sandbox.demo.desk import app_phone
from recon.sandbox.demo.spellings import SPELLINGS, typo
from recon.sandbox.demo.town import Relation, Town

if TYPE_CHECKING:
    from recon.sandbox.demo.parties import Party

LAST_ENTRY_BEFORE_INACTIVE = date(2026, 4, 30)


def near_misses(town: Town) -> list[Relation]:
    """One party under two spellings, a dozen kinds."""
    relations = []
    for kind, (trouble, spell) in SPELLINGS.items():
        for _ in range(town.times(0.009)):
            party, in_app, in_qbo = spell(town.people)
            relation = town.both(party, in_app, in_qbo)
            town.plant(trouble, [relation], f"{kind}: {in_app!r} is {in_qbo!r}")
            relations.append(relation)
    return relations


def characters(town: Town) -> list[Relation]:
    """Equal names with characters that the app changes before it looks them up."""
    relations = []
    for index in range(town.times(0.007)):
        pattern = ("{}'s Kitchen", "{} & Sons Masonry", "{}/Lake Road Partners")[index % 3]
        party = town.people.firm(town.people.named_after_families(pattern), "office")
        relation = town.both(party)
        town.plant("sanitiser_breaks_match", [relation], f"{party.name!r} on both sides")
        relations.append(relation)
    return relations


def namesakes_in_app(town: Town) -> list[Relation]:
    """Two clients of one name who are two people; QuickBooks has one of them, or tells them apart."""
    relations = []
    for index in range(town.times(0.007)):
        first = town.people.household()
        second = _other_person(town, first)
        known = town.both(first)
        if index % 2:
            apart = f"{second.name} ({second.address.city})"
            unknown = Relation(second, town.add_client(second), town.add_customer(second, apart))
        else:
            unknown = town.app_only(second)
        town.plant("client_dup_in_source", [known, unknown], f"namesakes: two {first.name}")
        relations += [known, unknown]
    return relations


def namesakes_across(town: Town) -> list[Relation]:
    """A client who bears the exact name of somebody else's customer."""
    relations = []
    for _ in range(town.times(0.01)):
        customer = town.people.household()
        client = _other_person(town, customer)
        there = Relation(customer, None, town.add_customer(customer))
        here = town.app_only(client)
        note = f"{client.name}: other e-mail, phone and address"
        town.plant("same_name_different_party", [here, there], note)
        relations += [here, there]
    return relations


def _other_person(town: Town, party: Party) -> Party:
    return town.people.household(party.given, party.family)


def held_names(town: Town) -> list[Relation]:
    """Clients, unknown to QuickBooks, whose name a vendor or an employee has there."""
    relations = []
    for holder in ("vendor", "employee"):
        for _ in range(town.times(0.007)):
            party = town.people.firm() if holder == "vendor" else town.people.household()
            if holder == "vendor":
                held = f"Vendor:{town.ledger.vendor(party)['Id']}"
            else:
                held = f"Employee:{town.ledger.employee(party)['Id']}"
            relation = town.app_only(party)
            note = f"{holder}: {party.name!r} is the name of one"
            town.plant("name_taken_by_vendor_or_employee", [relation], note, held)
            relations.append(relation)
    return relations


def inactive_customers(town: Town) -> list[Relation]:
    """Clients who came back: their customer in QuickBooks was made inactive."""
    relations = []
    for _ in range(town.times(0.01)):
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
        relations.append(relation)
    return relations


def duplicates_in_qbo(town: Town) -> list[Relation]:
    """One party twice in QuickBooks; the app's name is that of the full or of the thin record."""
    relations = []
    for index in range(town.times(0.01)):
        party, right, wrong = typo(town.people)
        full = town.add_customer(party, right)
        thin = town.add_customer(party, wrong, BillAddr=None)
        linked = full if index % 2 == 0 else thin
        relation = Relation(
            party, town.add_client(party, linked["DisplayName"]), full, extra_customer=thin
        )
        which = "the one with the history" if linked is full else "the one with little history"
        note = f"{right!r} and {wrong!r}; the app's name finds {which}"
        town.plant("duplicate_in_qbo", [relation], note, f"Customer:{thin['Id']}")
        relations.append(relation)
    return relations


def duplicates_in_app(town: Town) -> list[Relation]:
    """One party twice in the app: under one name, or under near spellings."""
    relations = []
    for index in range(town.times(0.01)):
        if index % 2:
            party, wrong, right = typo(town.people)
            if party.name != right:
                wrong, right = right, wrong
        else:
            party = town.people.anyone()
            wrong = right = party.name
        first = town.both(party, right, right)
        second = Relation(party, town.add_client(party, wrong), first.customer)
        kind = "same name" if wrong == right else "near spelling"
        trouble = "many_to_one_link" if wrong == right else "client_dup_in_source"
        town.plant(
            trouble,
            [first, replace(second, customer=None)],
            f"{kind}: {right!r} and {wrong!r} are one",
        )
        relations += [first, second]
    return relations


def units(town: Town) -> list[Relation]:
    """Managers with units as sub-customers; the app writes them "Parent - Unit" or "Parent:Unit"."""
    relations = []
    for _ in range(town.times(0.007)):
        manager = town.people.firm(kinds=("manager",))
        parent = town.both(manager)
        parent.clean = True
        relations.append(parent)
        building = town.people.named_after_place("Flats")
        first = town.rng.randrange(101, 800)
        for offset, mark in enumerate((" - ", ":", "")):
            unit = f"{building} Unit {first + offset}"
            tenant = replace(town.people.firm(unit, "unit"), email=manager.email, tax=manager.tax)
            in_app = f"{manager.name}{mark}{unit}" if mark else unit
            relation = Relation(
                tenant,
                town.add_client(tenant, in_app),
                town.add_customer(
                    tenant,
                    unit,
                    Job=True,
                    BillWithParent=False,
                    CompanyName=manager.name,
                    ParentRef={"value": parent.refs[1].split(":")[1]},
                    FullyQualifiedName=f"{manager.name}:{unit}",
                    Level=1,
                ),
            )
            relation.clean = not mark
            if mark:
                trouble = (
                    "name_illegal_characters" if mark == ":" else ("subcustomer_hierarchy_mismatch")
                )
                note = f"{in_app!r} is the sub-customer {unit!r}; its neighbours are others"
                town.plant(trouble, [relation], note)
            relations.append(relation)
    return relations


def shared_emails(town: Town) -> list[Relation]:
    """Several parties with the e-mail of the manager who answers for them."""
    relations = []
    for _ in range(town.times(0.007)):
        manager = town.people.firm(kinds=("manager",))
        looked_after = [town.people.firm(kinds=("hoa",)) for _ in range(3)]
        group = [manager, *(replace(party, email=manager.email) for party in looked_after)]
        shared = [Relation(p, town.add_client(p), town.add_customer(p)) for p in group]
        town.plant("email_duplicated", shared, "the manager's e-mail stands on all of them")
        relations += shared
    return relations


def fathers_and_sons(town: Town) -> list[Relation]:
    """Two people of one name and address, told apart by Jr.: no trouble, and not one party."""
    relations = []
    for _ in range(town.times(0.007)):
        father = town.people.household()
        town.people.claim(f"{father.name} Jr")
        son = replace(
            town.people.household(father.given, father.family, f"{father.name} Jr."),
            address=father.address,
        )
        pair = [town.both(father), Relation(son, town.add_client(son), town.add_customer(son))]
        town.plant("father_and_son", pair, f"{father.name} and {son.name} are two people")
        relations += pair
    return relations


def nameless(town: Town) -> list[Relation]:
    """Clients without a name: a contact stands for them, by name or only by e-mail."""
    relations = []
    for index in range(town.times(0.013)):
        party = town.people.household()
        relation = town.both(party, "")
        assert relation.client is not None
        kind = "contact"
        if index % 2:
            kind = "e-mail only"
            relation.client["contacts"][0].update(first_name="", last_name="")
            relation.client["display_name"] = party.email
        town.plant("client_missing_person_name", [relation], f"{kind}: {party.name} in QuickBooks")
        relations.append(relation)
    return relations


def blank(town: Town) -> list[Relation]:
    """Clients without name, contact and e-mail; only phone and address say who they are."""
    relations = []
    for index in range(town.times(0.01)):
        party = town.people.household()
        contact = town.desk.contact()
        relation = town.app_only(party, "", contacts=[contact], phone=app_phone(party.phone))
        known = index % 2 == 0
        if known:
            relation.customer = town.add_customer(party)
        note = "phone and address are a customer's" if known else "QuickBooks does not know it"
        town.plant("blank_client_collapses", [relation], note)
        relations.append(relation)
    return relations


def long_names(town: Town) -> list[Relation]:
    """Equal names of more than 100 characters, which the app cuts."""
    relations = []
    for _ in range(town.times(0.007)):
        name = town.people.named_after_place(
            "Master Planned Community Residential Property Owners Association and "
            f"{town.people.place()} Conservation Trust"
        )
        relation = town.both(town.people.firm(name, "hoa"))
        town.plant("name_too_long", [relation], f"{len(name)} characters on both sides")
        relations.append(relation)
    return relations


def invalid_emails(town: Town) -> list[Relation]:
    """New clients whose e-mail QuickBooks refuses."""
    relations = []
    for index in range(town.times(0.007)):
        party = town.people.anyone()
        local = party.email.split("@")[0]
        wrong = (f"{local} at mail.example", f"{local}@example", f"{local}.mail.example")[index % 3]
        relation = town.app_only(replace(party, email=wrong))
        town.plant("email_invalid", [relation], f"{wrong!r} is no e-mail address")
        relations.append(relation)
    return relations


PLANTERS: tuple[Callable[[Town], list[Relation]], ...] = (
    near_misses,
    characters,
    namesakes_in_app,
    namesakes_across,
    held_names,
    inactive_customers,
    duplicates_in_qbo,
    duplicates_in_app,
    units,
    shared_emails,
    fathers_and_sons,
    nameless,
    blank,
    long_names,
    invalid_emails,
)

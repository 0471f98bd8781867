"""The demo company as a whole: a property-care business in Texas, on both sides, with its truth."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from recon.sandbox.company import Company
from recon.sandbox.demo.catalogue import Catalogue
from recon.sandbox.demo.chart import company_info, preferences, standing_lists
from recon.sandbox.demo.desk import Desk
from recon.sandbox.demo.money import BOOKS_CLOSED, FIRST_DAY, TODAY
from recon.sandbox.demo.parties import Neighbourhood
from recon.sandbox.demo.planted_clients import PLANTERS
from recon.sandbox.demo.planted_sales import SalesTroubles
from recon.sandbox.demo.town import Relation, Town
from recon.sandbox.demo.trade import Job, Trade

if TYPE_CHECKING:
    from recon.sandbox.demo.app import AppCompany
    from recon.sandbox.demo.truth import Truth

REALM = "9341452766103847"


@dataclass(frozen=True)
class Demo:
    """One business, as its two systems have it, and what is really so.

    Attributes:
        company: the QuickBooks side, ready for the sandbox.
        app: the Invoice Ninja side; changeable, as by a person's hand.
        truth: who is who, and what was planted.
    """

    company: Company
    app: AppCompany
    truth: Truth


def demo_company(customers: int = 300, seed: int = 7) -> Demo:
    """Make the demo company: the same seed and size always give the same records.

    Args:
        customers: how many clients the app has, roughly; small numbers give fewer troubles.
        seed: another seed gives another town, other names and other troubled records.
    """
    rng = Random(f"{seed}/{customers}")  # noqa: S311 - made-up names, not secrets
    town = Town(rng, customers, Neighbourhood(rng), Desk(rng))
    prices = Catalogue(town.ledger, town.desk, town.truth).write(customers)
    _suppliers_and_staff(town)
    planted = [relation for plant in PLANTERS for relation in plant(town)]
    clean = _clean(town, customers - len(town.desk.app.clients))
    strangers = [
        Relation(party, None, town.add_customer(party))
        for party in (town.people.anyone() for _ in range(2 + customers // 9))
    ]
    trade = Trade(town, prices)
    relations = [*planted, *clean, *_newcomers(town, customers // 30)]
    rng.shuffle(relations)
    for relation in relations:
        count = rng.choices((1, 2, 3, 4, 5), (32, 31, 20, 11, 6))[0]
        if relation.client is not None:
            trade.routine(relation, count)
    _own_forms(trade, [*strangers, *clean[: len(clean) // 8]], strangers)
    SalesTroubles(trade, clean, strangers).plant()
    trade.write()
    records = {**standing_lists(), **town.ledger.records}
    company = Company(REALM, company_info(), preferences(), records)
    return Demo(company, town.desk.app, town.truth)


def _suppliers_and_staff(town: Town) -> None:
    """Vendors and employees who are nobody's namesakes."""
    for _ in range(10 + town.size // 30):
        name = town.people.named_after_place(town.rng.choice(town.people.vocabulary.suppliers))
        town.ledger.vendor(town.people.firm(name, "supplier"))
    for _ in range(8 + town.size // 100):
        town.ledger.employee(town.people.household())


def _clean(town: Town, count: int) -> list[Relation]:
    """Parties that both sides call alike and describe alike; at least a few."""
    relations = []
    for _ in range(max(count, 12)):
        relation = town.both(town.people.anyone())
        relation.clean = True
        relations.append(relation)
    return relations


def _newcomers(town: Town, count: int) -> list[Relation]:
    """Clients of this year that QuickBooks does not know: the sync rightly creates them."""
    return [town.app_only(town.people.anyone()) for _ in range(count)]


def _own_forms(trade: Trade, buyers: list[Relation], strangers: list[Relation]) -> None:
    """Invoices, receipts and credits that were only ever written in QuickBooks."""
    rng, ledger = trade.town.rng, trade.town.ledger
    for relation in buyers:
        seller = Relation(relation.party, None, relation.customer)
        for _ in range(rng.choice((1, 1, 2, 3))):
            job = Job(seller, trade.sale(seller, trade.day(FIRST_DAY, TODAY)), entered=True)
            trade.pay(job)
            trade.jobs.append(job)
    for entity, prefix in (("SalesReceipt", "SR"), ("CreditMemo", "CM")):
        for index in range(3 + trade.town.size // 60):
            stranger = rng.choice(strangers)
            assert stranger.customer is not None
            sale = trade.sale(stranger, trade.day(BOOKS_CLOSED, TODAY))
            ledger.sales_form(entity, sale, stranger.customer, f"{prefix}-{1001 + index}")

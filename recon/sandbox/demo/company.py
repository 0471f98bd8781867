"""The demo company as a whole: a property-care business in Texas, on both sides, with its truth."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from recon.sandbox.books.company import Company
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
    from collections.abc import Callable

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
    relations = _relations(town)
    strangers = [each for each in relations if each.clean and each.client is None]
    clean = [each for each in relations if each.clean and each.client is not None]
    trade = Trade(town, prices)
    for relation in relations:
        if relation.client is not None:
            trade.routine(relation, rng.choices((1, 2, 3, 4, 5), (27, 30, 22, 13, 8))[0])
    known_only = [each for each in relations if each.client is None]
    _own_forms(trade, [*known_only, *clean[: len(clean) // 8]], strangers)
    SalesTroubles(trade, clean, strangers).plant()
    trade.write()
    records = {**standing_lists(town.ledger.account_balances()), **town.ledger.records}
    company = Company(REALM, company_info(), preferences(), records)
    return Demo(company, town.desk.app, town.truth)


def _relations(town: Town) -> list[Relation]:
    """Every party of the business, planted and plain ones mixed as they came to it."""
    size, rng = town.size, town.rng
    writers: list[Callable[[], list[Relation]]] = [
        partial(plant, town, turn) for share, plant in PLANTERS for turn in range(town.times(share))
    ]
    writers += [partial(_newcomer, town)] * (size // 30)
    writers += [partial(_stranger, town)] * (2 + size // 9)
    writers += [partial(_supplier, town)] * (10 + size // 30)
    writers += [partial(_employee, town)] * (8 + size // 100)
    rng.shuffle(writers)
    relations: list[Relation] = []
    clean, clients = 0, town.desk.app.clients
    while writers or clean < 12 or len(clients) < size:
        # About three clients come of four special writers; the rest of the room is for clean ones.
        room = max(size - len(clients) - 0.75 * len(writers), 1 if clean < 12 else 0)
        if rng.random() * (len(writers) + room) < len(writers):
            relations += writers.pop()()
        else:
            relations.append(_clean(town))
            clean += 1
    return relations


def _clean(town: Town) -> Relation:
    """A party that both sides call alike and describe alike."""
    relation = town.both(town.people.anyone())
    relation.clean = True
    return relation


def _newcomer(town: Town) -> list[Relation]:
    """A client of this year that QuickBooks does not know: the sync rightly creates it."""
    return [town.app_only(town.people.anyone())]


def _stranger(town: Town) -> list[Relation]:
    """A customer that the app does not know."""
    party = town.people.anyone()
    return [Relation(party, None, town.add_customer(party), clean=True)]


def _supplier(town: Town) -> list[Relation]:
    """A vendor who is nobody's namesake."""
    name = town.people.named_after_place(town.rng.choice(town.people.vocabulary.suppliers))
    town.ledger.vendor(town.people.firm(name, "supplier"))
    return []


def _employee(town: Town) -> list[Relation]:
    """An employee who is nobody's namesake."""
    town.ledger.employee(town.people.household())
    return []


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

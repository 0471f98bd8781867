"""Both systems and the truth about them, while the demo company is being written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from recon.sandbox.demo.desk import Desk
from recon.sandbox.demo.ledger import Ledger, address_fields, printed_phone
from recon.sandbox.demo.money import FIRST_DAY, HAND_ENTRY_END
from recon.sandbox.demo.parties import Neighbourhood, Party, abbreviated
from recon.sandbox.demo.truth import Truth

if TYPE_CHECKING:
    from random import Random

    from recon.sandbox.books.company import Record

NEW_CLIENTS_SINCE = date(2026, 1, 12)
"""Clients whom nobody entered in QuickBooks came after the closed year."""


@dataclass
class Relation:
    """One client of the app, its customer in QuickBooks, or both.

    Attributes:
        since: the day of the first sale, at the earliest.
        entered_until: how long the bookkeeper copied its invoices into QuickBooks.
        paid_up: everything that QuickBooks knows of is paid (so that it can be inactive).
        clean: nothing is planted on it.
        extra_customer: a second customer of the same party in QuickBooks, with little history.
    """

    party: Party
    client: Record | None
    customer: Record | None
    since: date = FIRST_DAY
    entered_until: date = HAND_ENTRY_END
    paid_up: bool = False
    clean: bool = False
    extra_customer: Record | None = None

    @property
    def refs(self) -> tuple[str, str]:
        """The client and the customer as truth writes them."""
        app = f"client:{self.client['number']}" if self.client else ""
        qbo = f"Customer:{self.customer['Id']}" if self.customer else ""
        return app, qbo


@dataclass
class Town:
    """Everything that is written to, and how large the business is.

    Attributes:
        size: the number of clients asked for.
    """

    rng: Random
    size: int
    people: Neighbourhood
    desk: Desk
    ledger: Ledger = field(default_factory=Ledger)
    truth: Truth = field(default_factory=Truth)

    def times(self, share: float) -> int:
        """How often a trouble is planted: that share of the clients.

        At least twice in a business of 200 and more; in a small one by chance, so that two small
        demo companies have different troubles and none drowns in them.
        """
        expected = share * self.size
        if self.size >= 200:
            return max(2, round(expected))
        return int(expected + self.rng.random())

    def add_client(self, party: Party, name: str | None = None, **fields: Any) -> Record:
        """A client of the app that is this party."""
        client = self.desk.client(party, name, **{"since": self._long_ago(), **fields})
        self.truth.party_of_client[client["number"]] = party.id
        return client

    def add_customer(self, party: Party, name: str = "", **fields: Any) -> Record:
        """A QuickBooks customer that is this party."""
        customer = self.ledger.customer(party, name, **{"since": self._long_ago(), **fields})
        self.truth.party_of_customer[customer["Id"]] = party.id
        return customer

    def both(self, party: Party, in_app: str | None = None, in_qbo: str = "") -> Relation:
        """A party on both sides, with the small differences that real records have.

        At most one of e-mail, phone and address is missing or out of date; the others agree.
        """
        client: dict[str, Any] = {}
        customer: dict[str, Any] = {}
        chance = self.rng.random()
        if chance < 0.08:
            customer["PrimaryEmailAddr"] = None
        elif chance < 0.14:
            customer["BillAddr"] = None
        elif chance < 0.19 and party.phone:
            customer["PrimaryPhone"] = {"FreeFormNumber": printed_phone(self.people.phone())}
        elif chance < 0.25:
            client = {"address1": "", "city": "", "postal_code": "", "state": ""}
        elif chance < 0.5:
            street = abbreviated(party.address.street)
            customer["BillAddr"] = {**address_fields(party.address), "Line1": street}
        return Relation(
            party,
            self.add_client(party, in_app, **client),
            self.add_customer(party, in_qbo, **customer),
        )

    def app_only(self, party: Party, in_app: str | None = None, **fields: Any) -> Relation:
        """A party that only the app knows, since this year."""
        since = NEW_CLIENTS_SINCE + timedelta(days=self.rng.randrange(200))
        client = self.add_client(party, in_app, since=since, **fields)
        return Relation(party, client, None, since=since)

    def _long_ago(self) -> date:
        return FIRST_DAY - timedelta(days=self.rng.randrange(1, 1500))

    def plant(self, trouble: str, relations: list[Relation], note: str, more_qbo: str = "") -> None:
        """Note a trouble of these relations; `more_qbo` are further records of QuickBooks."""
        app = " | ".join(relation.refs[0] for relation in relations if relation.client)
        qbo = [relation.refs[1] for relation in relations if relation.customer]
        self.truth.plant(trouble, app, " | ".join([*qbo, *([more_qbo] if more_qbo else [])]), note)

"""Spraye's sync to QuickBooks Online, as a procedure, call by call.

Customers are matched when they are created, and a customer that is not matched is always made, so
that nothing stops: what they are matched by is not published, and is a setting. Invoices leave in a
batch overnight. Services and payments are not told of: a line brings its service along, and
payments do not travel.

Source: Spraye help, "Troubleshooting QuickBooks Online (QBO) integration issues" and "QuickBooks
    Online integration setup", read 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from recon.apps.push import (
    Lines,
    Push,
    Unfit,
    by_number,
    is_draft,
    keyed,
    letters,
    listed,
    pending,
    quoted,
    stays,
    text,
)
from recon.apps.push.records import Record
from recon.books import Ref
from recon.errors import RejectedError
from recon.ports import AppRecords, QboPort, SyncEvent

BATCH_HOURS = 24
"""Source: as the module: "wait until the following day"."""

_NAME_TAKEN = "6240"
_MOST_TRIES = 9


@dataclass(frozen=True)
class Settings:
    """What is set in Spraye, and what its help leaves open.

    Attributes:
        now: when the sync runs, UTC; None when the night's batch has run.
        client_match: what a customer is matched by; not published.
        capitals: whether "ann lee" is matched with "Ann Lee"; "strict formatting constraints".
        second_customer: a customer whose match another one has is linked to it too, or gets one of
            its own; not published.
        name_taken: what follows when QuickBooks says that the name of a new customer is held:
            nothing, or once more with a number behind the name; not published.
        payment_mode: whether payments travel; not published.
        tracks_tax: the switch that decides whether sales tax is tracked in QuickBooks.
        missing_tax_rate: with it, an invoice with a rate that QuickBooks lacks is refused, or goes
            as it is; not published.
        drafts: whether invoices that were not sent to the client travel; not published.
    """

    now: datetime | None = None
    client_match: Literal["name", "email", "email_then_name"] = "name"
    capitals: Literal["letter", "query"] = "letter"
    second_customer: Literal["linked", "own"] = "linked"
    name_taken: Literal["refuse", "number"] = "refuse"
    payment_mode: Literal["none", "push"] = "none"
    tracks_tax: Literal["yes", "no"] = "yes"
    missing_tax_rate: Literal["ignore", "refuse"] = "ignore"
    drafts: Literal["go", "stay"] = "go"


def simulate(
    app: AppRecords,
    qbo: QboPort,
    leave_out: Collection[Ref] = (),
    *,
    settings: Settings | None = None,
) -> Iterator[SyncEvent]:
    """Customers at once, invoices with the night's batch; services as invoices bring them along.

    In the order of the page "Quickbooks Data Sync": Process New Customers, Process New Invoices.
    A service that no invoice brings, and every payment, stays in Spraye: effect "skip".

    Args:
        app: the app's records, as `recon.apps.copy` has them.
        qbo: the QuickBooks company.
        leave_out: records that a person left alone: not pushed, effect "skip".
        settings: what is set in Spraye; as its help reads when left out.

    Raises:
        RemoteError: QuickBooks could not be asked at all; the refusal of one record is an event.
    """
    how = settings or Settings()
    sync = _Sync(app, qbo, frozenset(leave_out), sends_tax=how.tracks_tax == "yes", how=how)
    yield from sync.each(listed(app.clients), sync.customer)
    yield from sync.each(by_number(app.invoices), sync.invoice)
    yield from sync.each(sync.alone(keyed(app.products)), stays)
    yield from sync.each(by_number(app.payments), sync.pay if how.payment_mode == "push" else stays)


@dataclass
class _Sync(Push):
    how: Settings = field(default_factory=Settings)

    def customer(self, customer: Record) -> SyncEvent:
        """Match the customer, else make one, whatever it is called then."""
        name = text(customer, "name")
        if found := self.match(customer, name):
            return self.link_client(customer, found, "Matched with the customer that was found.")
        if not name:
            raise Unfit("no_name", "It has no name.")
        return self.make(customer, name, 1)

    def make(self, customer: Record, name: str, number: int) -> SyncEvent:
        """Create the customer; where its name is held, once more with a number behind it.

        Raises:
            RejectedError: QuickBooks refuses it.
        """
        try:
            return self.create_client(customer, _numbered(name, number))
        except RejectedError as refusal:
            again = refusal.code == _NAME_TAKEN and self.how.name_taken == "number"
            if not again or number == _MOST_TRIES:
                raise
        return self.make(customer, name, number + 1)

    def match(self, customer: Record, name: str) -> str:
        """Id of the customer that it is taken for; empty for none."""
        asked = {"DisplayName": name, "PrimaryEmailAddr": text(customer, "email")}
        order = {"name": ["DisplayName"], "email": ["PrimaryEmailAddr"]}
        for column in order.get(self.how.client_match, ["PrimaryEmailAddr", "DisplayName"]):
            value = asked[column]
            asked_for = f"{column} = {quoted(value)}"
            found = [
                str(each["Id"])
                for each in (self.found("Customer", asked_for) if value else ())
                if self.how.capitals == "query" or letters(each, column) == value
            ]
            free = self.how.second_customer == "linked" or not self.taken.issuperset(found[:1])
            if found and free:
                return found[0]
        return ""

    def invoice(self, invoice: Record) -> SyncEvent:
        """Create the invoice, with its services on the way."""
        ref = Ref(invoice["ref"])
        if is_draft(invoice) and self.how.drafts == "stay":
            return SyncEvent(ref, "skip", says="A draft stays in the app.")
        if pending(invoice, self.how.now, BATCH_HOURS):
            return SyncEvent(ref, "skip", says="Waits for the night's batch.")
        self.bring_client(invoice, self.customer)
        lines: Lines = [(line, self.bring_item(line)) for line in invoice["lines"]]
        if not lines:
            raise Unfit("no_lines", "It has no line.")
        if self.how.missing_tax_rate == "refuse" and self.taxes.lack(lines):
            raise Unfit("missing_tax_rate", "QuickBooks has no tax rate of that percentage.")
        return self.create_invoice(invoice, lines)

    def pay(self, payment: Record) -> SyncEvent:
        """Create the payment of invoices that travelled."""
        self.customer_of(payment)
        if any(part["invoice"] not in self.invoices for part in payment["pays"]):
            raise Unfit("invoice_not_linked", "An invoice that it pays is not in QuickBooks.")
        return self.create_payment(payment, most=21)


def _numbered(name: str, number: int) -> str:
    return name if number < 2 else f"{name} ({number})"

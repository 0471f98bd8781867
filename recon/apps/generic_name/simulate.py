"""The sync of an app that nobody has described: exact look-ups, and what most apps do.

For an app without a folder of its own. What differs from app to app is a setting; each default is
what the larger part of the described apps do. The generic apps by e-mail and in nightly batches
are this procedure with other settings.

Source: comparison of fifteen apps' help centres: an exact name is the norm and an e-mail the
    minority (HoneyBook), a miss creates, invoices carry their number and QuickBooks refuses a
    second one; read 2026-11-22.
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
    listed,
    pending,
    person,
    quoted,
    text,
)
from recon.apps.push.records import Record
from recon.books import Ref
from recon.errors import RejectedError
from recon.ports import AppRecords, QboPort, SyncEvent

_NAME_TAKEN = "6240"


@dataclass(frozen=True)
class Settings:
    """What an accountant has to find out about the app.

    Attributes:
        now: when the sync runs, UTC; None when every batch has run.
        match: what a client is looked up by.
        several: where several customers have the e-mail, the first is taken, or none (ambiguous).
        one_to_one: whether a customer that another client has already is passed over.
        name_taken: what follows when QuickBooks says that the name is held: nothing, or once more
            with the e-mail behind the name.
        drafts: whether invoices that were not sent to the client travel.
        creates_items: whether a line brings an item that QuickBooks does not have.
        missing_tax_rate: an invoice with a rate that QuickBooks lacks is refused, or goes as it is.
        unlinked_invoice: a payment for an invoice that did not travel goes unapplied, or stays.
        reference: a payment's reference of more than 21 characters is cut, or sent as it is.
        batch_hours: invoices made less than this before `now` wait for the next batch; 0 for none.
    """

    now: datetime | None = None
    match: Literal["name", "email", "email_then_name"] = "name"
    several: Literal["first", "refuse"] = "first"
    one_to_one: Literal["no", "yes"] = "no"
    name_taken: Literal["refuse", "email"] = "refuse"
    drafts: Literal["stay", "go"] = "stay"
    creates_items: Literal["yes", "no"] = "yes"
    missing_tax_rate: Literal["refuse", "ignore"] = "refuse"
    unlinked_invoice: Literal["unapplied", "refuse"] = "unapplied"
    reference: Literal["cut", "whole"] = "cut"
    batch_hours: int = 0


def simulate(
    app: AppRecords,
    qbo: QboPort,
    leave_out: Collection[Ref] = (),
    *,
    settings: Settings | None = None,
) -> Iterator[SyncEvent]:
    """Clients, products, invoices, payments; each once, what is linked stays as it is.

    Args:
        app: the app's records, as `recon.apps.copy` has them.
        qbo: the QuickBooks company.
        leave_out: records that a person left alone: not pushed, effect "skip".
        settings: what is known of the app; the usual when left out.

    Raises:
        RemoteError: QuickBooks could not be asked at all; the refusal of one record is an event.
    """
    sync = _Sync(app, qbo, frozenset(leave_out), how=settings or Settings())
    yield from sync.each(listed(app.clients), sync.client)
    yield from sync.each(keyed(app.products), sync.link_or_create_item)
    yield from sync.each(by_number(app.invoices), sync.invoice)
    yield from sync.each(by_number(app.payments), sync.payment)


@dataclass
class _Sync(Push):
    how: Settings = field(default_factory=Settings)
    waiting: set[str] = field(default_factory=set)

    def client(self, client: Record) -> SyncEvent:
        """Look the client up, else create it."""
        name = _name(client)
        if found := self.look_up(client, name):
            return self.link_client(client, found, "Linked to the customer that was found.")
        if not name:
            raise Unfit("client_has_no_name", "It has neither a name nor an e-mail.")
        try:
            return self.create_client(client, name)
        except RejectedError as refusal:
            email = text(client, "email")
            if refusal.code != _NAME_TAKEN or self.how.name_taken == "refuse" or not email:
                raise
            return self.create_client(client, f"{name} {email}")

    def look_up(self, client: Record, name: str) -> str:
        """Id of the customer that the client is taken for; empty for none.

        Raises:
            Unfit: several have its e-mail, and the app takes none of them.
        """
        email, match = text(client, "email"), self.how.match
        found: list[str] = []
        if match != "name" and email:
            found = self.free("PrimaryEmailAddr", email)
            if len(found) > 1 and self.how.several == "refuse":
                raise Unfit("email_ambiguous", f"{len(found)} customers have its e-mail.")
        if not found and match != "email" and name:
            found = self.free("DisplayName", name)
        return found[0] if found else ""

    def free(self, field_name: str, value: str) -> list[str]:
        """Ids of the customers of that value, in QuickBooks' order; of taken ones none."""
        ids = [str(c["Id"]) for c in self.found("Customer", f"{field_name} = {quoted(value)}")]
        taken = set(self.customers.values()) if self.how.one_to_one == "yes" else set()
        return [each for each in ids if each not in taken]

    def invoice(self, invoice: Record) -> SyncEvent:
        """Create the invoice; its number is not looked up."""
        if is_draft(invoice) and self.how.drafts == "stay":
            return SyncEvent(Ref(invoice["ref"]), "skip", says="A draft stays in the app.")
        if pending(invoice, self.how.now, self.how.batch_hours):
            self.waiting.add(invoice["ref"])
            return SyncEvent(Ref(invoice["ref"]), "skip", says="Waits for the next batch.")
        self.customer_of(invoice)
        lines = self.lines_of(invoice)
        if not lines:
            raise Unfit("no_lines", "No line of it has an item.")
        if self.how.missing_tax_rate == "refuse" and self.taxes.lack(lines):
            raise Unfit("missing_tax_rate", "QuickBooks has no tax rate of that percentage.")
        return self.create_invoice(invoice, lines)

    def lines_of(self, invoice: Record) -> Lines:
        """The lines with their items.

        Raises:
            Unfit: an item is not in QuickBooks and cannot be brought there.
        """
        return [(line, self.item_of(line)) for line in invoice["lines"]]

    def item_of(self, line: Record) -> str:
        """Id of the item of a line.

        Raises:
            Unfit: there is none.
        """
        key = text(line, "item_product")
        if self.how.creates_items == "no" and key not in self.items:
            raise Unfit("item_not_linked", f"{key!r} is not linked to an item.")
        return self.bring_item(line)

    def payment(self, payment: Record) -> SyncEvent:
        """Create the payment, applied to those of its invoices that are linked."""
        named = [part["invoice"] for part in payment["pays"]]
        if named and self.waiting.issuperset(named):
            return SyncEvent(Ref(payment["ref"]), "skip", says="Waits for its invoice's batch.")
        self.customer_of(payment)
        unlinked = any(each not in self.invoices for each in named)
        if unlinked and self.how.unlinked_invoice == "refuse":
            raise Unfit("invoice_not_linked", "An invoice that it pays is not in QuickBooks.")
        return self.create_payment(payment, 21 if self.how.reference == "cut" else 0)


def _name(client: Record) -> str:
    """What the client is called in QuickBooks: its name, else its person's, else its e-mail."""
    told = (text(client, "name"), person(client), text(client, "company_name"))
    return next((name for name in told if name.strip()), text(client, "email"))

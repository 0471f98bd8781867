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

Mode = Literal["push", "none"]

_NAME_TAKEN = "6240"


@dataclass(frozen=True)
class Settings:
    """What an accountant has to find out about the app.

    Attributes:
        now: when the sync runs, UTC; None when every batch has run.
        customer_mode, item_mode, invoice_mode, payment_mode: which kinds travel by themselves; an
            invoice brings its client and its items all the same.
        client_match: what a client is looked up by.
        then_name: whether a client whose e-mail finds nobody is looked up by its name.
        shared_address: where several customers have the e-mail, the first is taken, or none of
            them, and then the client is a new one or is refused.
        capitals: whether "ann lee" finds "Ann Lee", as QuickBooks' query does, or not (letter).
        second_client: a client whose customer another one has is linked to it too, or gets one of
            its own.
        name_taken: what follows when QuickBooks says that the name is held: nothing, or once more
            with the e-mail behind the name.
        drafts: whether invoices that were not sent to the client travel; nothing says that they
            stay.
        creates_customer: whether an invoice brings a client that the sync has not come to.
        creates_items: whether a line brings an item that QuickBooks does not have.
        blank_line: a line without a product brings an item of its own, or keeps its invoice back.
        missing_tax_rate: an invoice with a rate that QuickBooks lacks is refused, or goes as it is.
        unlinked_invoice: a payment for an invoice that did not travel stays, or goes unapplied.
        reference: a payment's reference of more than 21 characters is cut, or sent as it is.
        batch_hours: invoices made less than this before `now` wait for the next batch; 0 for none.
    """

    now: datetime | None = None
    customer_mode: Mode = "push"
    item_mode: Mode = "push"
    invoice_mode: Mode = "push"
    payment_mode: Mode = "push"
    client_match: Literal["name", "email"] = "name"
    then_name: Literal["no", "yes"] = "no"
    shared_address: Literal["first", "none", "refuse"] = "first"
    capitals: Literal["query", "letter"] = "query"
    second_client: Literal["linked", "own"] = "linked"
    name_taken: Literal["refuse", "email"] = "refuse"
    drafts: Literal["go", "stay"] = "go"
    creates_customer: Literal["yes", "no"] = "yes"
    creates_items: Literal["yes", "no"] = "yes"
    blank_line: Literal["new_item", "refuse"] = "new_item"
    missing_tax_rate: Literal["refuse", "ignore"] = "refuse"
    unlinked_invoice: Literal["refuse", "unapplied"] = "refuse"
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
    how = settings or Settings()
    sync = _Sync(app, qbo, frozenset(leave_out), how=how)
    clients, products = listed(app.clients), keyed(app.products)
    if how.customer_mode == "push":
        yield from sync.each(clients, sync.client)
    if how.item_mode == "push":
        yield from sync.each(products, sync.link_or_create_item)
    invoices = sync.invoice if how.invoice_mode == "push" else stays
    yield from sync.each(by_number(app.invoices), invoices)
    if how.customer_mode == "none":
        yield from sync.each(sync.alone(clients), stays)
    if how.item_mode == "none":
        yield from sync.each(sync.alone(products), stays)
    payments = sync.payment if how.payment_mode == "push" else stays
    yield from sync.each(by_number(app.payments), payments)


@dataclass
class _Sync(Push):
    how: Settings = field(default_factory=Settings)
    waiting: set[str] = field(default_factory=set)

    def client(self, client: Record) -> SyncEvent:
        """Look the client up, else create it."""
        name = text(client, "name")
        if found := self.look_up(client, name):
            return self.link_client(client, found, "Linked to the customer that was found.")
        if not name:
            raise Unfit("no_name", "It has no name.")
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
            Unfit: several have its e-mail, and the app refuses it therefore.
        """
        email, by_email = text(client, "email"), self.how.client_match == "email"
        found = self.called("PrimaryEmailAddr", email) if by_email and email else []
        if len(found) > 1 and self.how.shared_address == "refuse":
            raise Unfit("several_customers", f"{len(found)} customers have its e-mail.")
        if len(found) > 1 and self.how.shared_address == "none":
            found = []
        if (target := self.free(found)) or (by_email and self.how.then_name == "no"):
            return target
        return self.free(self.called("DisplayName", name) if name else [])

    def free(self, found: list[str]) -> str:
        """The first of those found; empty for none, or where a client has it that keeps it."""
        kept = self.how.second_client == "own" and self.taken.issuperset(found[:1])
        return found[0] if found and not kept else ""

    def called(self, field_name: str, value: str) -> list[str]:
        """Ids of the customers of that value, in QuickBooks' order."""
        found = self.found("Customer", f"{field_name} = {quoted(value)}")
        if self.how.capitals == "letter":
            found = [each for each in found if letters(each, field_name) == value]
        return [str(each["Id"]) for each in found]

    def invoice(self, invoice: Record) -> SyncEvent:
        """Create the invoice; its number is not looked up."""
        if is_draft(invoice) and self.how.drafts == "stay":
            return SyncEvent(Ref(invoice["ref"]), "skip", says="A draft stays in the app.")
        if pending(invoice, self.how.now, self.how.batch_hours):
            self.waiting.add(invoice["ref"])
            return SyncEvent(Ref(invoice["ref"]), "skip", says="Waits for the next batch.")
        if self.how.creates_customer == "yes":
            self.bring_client(invoice, self.client)
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
        if not key.strip() and self.how.blank_line == "refuse":
            raise Unfit("item_not_linked", "A line names no product.")
        if key.strip() and self.how.creates_items == "no" and key not in self.items:
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

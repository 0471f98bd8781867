"""Studio Ninja's "Copy to QuickBooks", as a procedure, call by call: pressed once for each invoice.

Only invoices are copied; each takes its client and its lines' items along. How a client is found is
not published, and is a setting. A number that QuickBooks has is not copied. Copied again, an
invoice overwrites the one in QuickBooks with the client's details of now; one that was voided there
is made anew. Payments travel where their sync is turned on.

Source: Studio Ninja help, "Why is my invoice disconnected from QuickBooks?", read 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
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
    quoted,
    stays,
    text,
)
from recon.apps.push.bodies import customer_body, invoice_body
from recon.apps.push.records import Json, Record
from recon.books import Ref
from recon.ports import AppRecords, QboPort, SyncEvent


@dataclass(frozen=True)
class Settings:
    """What is set in Studio Ninja, and what its help leaves open.

    Attributes:
        payment_mode: "Sync Payments with QuickBooks", on or off; with on_only nothing but payments
            disconnects an invoice, which makes no difference here.
        client_match: what a client is looked up by; not published.
        capitals: whether "ann lee" finds "Ann Lee"; not published.
        second_client: a client whose customer another one has is linked to it too, or gets one of
            its own; not published.
        renamed_client: a client that is linked and is copied again changes its customer, or gets a
            second one when its name is another; not published.
        again: whether the button is pressed for all invoices that were copied before, too; for one
            of them a person can press it (`picked` "resync").
        missing_tax_rate: an invoice with a rate that QuickBooks lacks is refused, or goes as it is;
            not published.
        drafts: whether invoices that were not sent to the client are copied; not published.
    """

    payment_mode: Literal["off", "on", "on_only"] = "off"
    client_match: Literal["name", "email"] = "name"
    capitals: Literal["query", "letter"] = "query"
    second_client: Literal["linked", "own"] = "linked"
    renamed_client: Literal["updated", "second"] = "updated"
    again: Literal["no", "yes"] = "no"
    missing_tax_rate: Literal["refuse", "ignore"] = "refuse"
    drafts: Literal["go", "stay"] = "go"


def simulate(
    app: AppRecords,
    qbo: QboPort,
    leave_out: Collection[Ref] = (),
    *,
    settings: Settings | None = None,
) -> Iterator[SyncEvent]:
    """Invoices, each after what it takes along; then what none took along stays: effect "skip".

    Args:
        app: the app's records, as `recon.apps.copy` has them.
        qbo: the QuickBooks company.
        leave_out: records that a person left alone: not copied, effect "skip".
        settings: what is set in Studio Ninja; as its help reads when left out.

    Raises:
        RemoteError: QuickBooks could not be asked at all; the refusal of one record is an event.
    """
    sync = _Copying(app, qbo, frozenset(leave_out), how=settings or Settings())
    yield from sync.each(by_number(app.invoices), sync.copy)
    for records in (listed(app.clients), keyed(app.products)):
        yield from sync.each(sync.alone(records), stays)
    pay = stays if sync.how.payment_mode == "off" else sync.pay
    yield from sync.each(by_number(app.payments), pay)


@dataclass
class _Copying(Push):
    how: Settings = field(default_factory=Settings)

    def stored(self, record: Record) -> str:
        """The link from before; an invoice that is copied again is not left as it is."""
        again = "lines" in record and self.pressed_again(record)
        return "" if again else super().stored(record)

    def pressed_again(self, invoice: Record) -> bool:
        """Whether the button is pressed for an invoice that was copied before."""
        return self.how.again == "yes" or text(invoice, "picked") == "resync"

    def copy(self, invoice: Record) -> SyncEvent:
        """What the button does."""
        ref, number = Ref(invoice["ref"]), text(invoice, "number")
        if is_draft(invoice) and self.how.drafts == "stay":
            return SyncEvent(ref, "skip", says="A draft stays in the app.")
        self.take_client_along(invoice)
        before = self.connected(invoice)
        if number and self.number_held(number, str(before.get("Id", ""))):
            raise Unfit("not_copied", f"QuickBooks has the number {number!r}: it is not copied.")
        lines: Lines = [(line, self.bring_item(line)) for line in invoice["lines"]]
        if not lines:
            raise Unfit("no_lines", "It has no line.")
        if self.how.missing_tax_rate == "refuse" and self.taxes.lack(lines):
            raise Unfit("missing_tax_rate", "QuickBooks has no tax rate of that percentage.")
        if before:
            return self.overwrite(invoice, before, lines)
        return self.create_invoice(invoice, lines)

    def number_held(self, number: str, own: str) -> bool:
        """Whether another invoice of QuickBooks, not a voided one, has the number."""
        held = self.found("Invoice", f"DocNumber = {quoted(number)}")
        return any(str(each["Id"]) != own and not _void(each) for each in held)

    def connected(self, invoice: Record) -> Json:
        """The invoice that this one was copied to; nothing when there is none, or it is void."""
        stored = super().stored(invoice)
        found = self.found("Invoice", f"Id = {quoted(stored)}") if stored else []
        return found[0] if found and not _void(found[0]) else {}

    def overwrite(self, invoice: Record, before: Json, lines: Lines) -> SyncEvent:
        """Give the invoice in QuickBooks the details of now, whatever was changed there.

        Raises:
            RejectedError: QuickBooks refuses it.
        """
        body = invoice_body(invoice, self.customers[invoice["client"]], lines, self.taxes)
        kept = {"Id": before["Id"], "SyncToken": before["SyncToken"]}
        target = str(self.qbo.update("Invoice", body | kept)["Id"])
        self.invoices[invoice["ref"]] = target
        return SyncEvent(Ref(invoice["ref"]), "link", target, says="Overwritten with the app's.")

    def take_client_along(self, invoice: Record) -> None:
        """Link or create the client of an invoice; send its details again where it is linked.

        Raises:
            Unfit: QuickBooks refuses it.
            RejectedError: QuickBooks refuses its details.
        """
        linked = invoice["client"] in self.customers
        self.bring_client(invoice, self.client)
        if linked and self.pressed_again(invoice):
            event = self.update(self.clients[invoice["client"]])
            if event.ref not in self.settled:
                self.settled.add(event.ref)
                self.brought.append(event)

    def client(self, client: Record) -> SyncEvent:
        """Look the client up, else create it."""
        name = text(client, "name")
        asked = {"name": "DisplayName", "email": "PrimaryEmailAddr"}
        column, value = asked[self.how.client_match], text(client, self.how.client_match)
        for found in self.found("Customer", f"{column} = {quoted(value)}") if value else ():
            exact = self.how.capitals == "query" or letters(found, column) == value
            if exact and str(found["Id"]) in self.taken and self.how.second_client == "own":
                break
            if exact:
                return self.link_client(client, str(found["Id"]), "Linked to the one found.")
        if not name:
            raise Unfit("no_name", "It has no name.")
        return self.create_client(client, name)

    def update(self, client: Record) -> SyncEvent:
        """The customer of a client that was linked before: overwritten, or left for a second.

        Raises:
            RejectedError: QuickBooks refuses it.
        """
        stored, name = self.customers[client["ref"]], text(client, "name")
        held = self.found("Customer", f"Id = {quoted(stored)}")
        if held and held[0]["DisplayName"] != name and self.how.renamed_client == "second":
            return self.client(client)
        if held:
            kept = {"Id": stored, "SyncToken": held[0]["SyncToken"], "sparse": True}
            self.qbo.update("Customer", customer_body(client, name) | kept)
        return self.link_client(client, stored, "Linked before; its details are the app's now.")

    def pay(self, payment: Record) -> SyncEvent:
        """Create the payment of invoices that were copied."""
        self.customer_of(payment)
        if any(part["invoice"] not in self.invoices for part in payment["pays"]):
            raise Unfit("invoice_not_linked", "An invoice that it pays was not copied.")
        return self.create_payment(payment, most=21)


def _void(invoice: Record) -> bool:
    """Whether an invoice was voided: nothing is left of its sum, and its note says so."""
    nothing = not float(invoice.get("TotalAmt") or 0)
    return nothing and "voided" in str(invoice.get("PrivateNote", "")).casefold()

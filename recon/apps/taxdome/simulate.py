"""TaxDome's sync to QuickBooks Online, as a procedure, call by call.

Accounts first: one whose name is exactly a Display name is linked by itself, any other waits for a
person, who picks a customer or has one made; until then its invoices cannot be synced. Then
services, invoices and payments.

Source: TaxDome help, "QuickBooks integration (Advanced): sync & unsync accounts, sync statuses"
    and the articles on setting up the integration (order, numbers, service income account,
    Undeposited Funds), read 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property
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
    reference,
    text,
)
from recon.apps.push.records import Record
from recon.books import Ref
from recon.ports import AppRecords, QboPort, SyncEvent

Send = Callable[[Record], SyncEvent]

_DEFAULT_ACCOUNTS = ("Uncategorized Income", "Sales")
_NO = {"no", "false", "0"}


@dataclass(frozen=True)
class Settings:
    """What is set in TaxDome, and what its help leaves open.

    Attributes:
        accounts: which accounts are synced: those that have invoices or payments, or all.
        capitals: whether "ann lee" is a customer "Ann Lee"; not published.
        on_miss: an account without a customer of its name waits for a person, or a person has new
            customers made for all of them.
        second_account: an account whose customer another account has is linked to it too, or not;
            not published.
        number_match: an invoice that was made in QuickBooks as well is known by its number, or by
            number and customer; "matching numbers" is all that is published.
        income_account: name of the service income account; without one Uncategorized Income, then
            Sales; what follows where QuickBooks has none of them is not published, here any
            income account.
        missing_tax_rate: an invoice with a rate that QuickBooks lacks is refused, or goes as it
            is; not published.
        unlinked_invoice: a payment for an invoice that did not travel goes unapplied, or stays;
            not published.
        drafts: whether invoices that were not sent to the client travel; not published.
    """

    accounts: Literal["with_sales", "all"] = "with_sales"
    capitals: Literal["letter", "query"] = "letter"
    on_miss: Literal["wait", "create"] = "wait"
    second_account: Literal["not_linked", "linked"] = "not_linked"
    number_match: Literal["number", "number_and_customer"] = "number"
    income_account: str = ""
    missing_tax_rate: Literal["ignore", "refuse"] = "ignore"
    unlinked_invoice: Literal["refuse", "unapplied"] = "refuse"
    drafts: Literal["stay", "go"] = "stay"


def simulate(
    app: AppRecords,
    qbo: QboPort,
    leave_out: Collection[Ref] = (),
    *,
    settings: Settings | None = None,
) -> Iterator[SyncEvent]:
    """Accounts, services, invoices, payments, in this order.

    Args:
        app: the app's records, as `recon.apps.copy` has them; `picked` says what a person chose
            for an account ("create", "unsync").
        qbo: the QuickBooks company.
        leave_out: records that a person left alone: not synced, effect "skip".
        settings: what is set in TaxDome; as its help reads when left out.

    Raises:
        RemoteError: QuickBooks could not be asked at all; the refusal of one record is an event.
    """
    sync = _Sync(app, qbo, frozenset(leave_out), how=settings or Settings())
    yield from sync.each(listed(app.clients), sync.where_synced(sync.account))
    yield from sync.each(keyed(app.products), sync.link_or_create_item)
    yield from sync.each(by_number(app.invoices), sync.where_synced(sync.invoice))
    yield from sync.each(by_number(app.payments), sync.where_synced(sync.payment))


@dataclass
class _Sync(Push):
    how: Settings = field(default_factory=Settings)

    def __post_init__(self) -> None:
        """As any run; an account that a person unsynced keeps its link, and does not use it."""
        super().__post_init__()
        self.busy = {sale["client"] for sale in (*self.app.invoices, *self.app.payments)}
        for account in self.app.clients:
            if text(account, "picked") == "unsync":
                self.customers.pop(account["ref"], None)

    def stored(self, record: Record) -> str:
        """The link from before, where a person has not ended it."""
        return "" if text(record, "picked") == "unsync" else super().stored(record)

    def where_synced(self, send: Send) -> Send:
        """`send`, but what a person has unsynced stays."""

        def unless_unsynced(record: Record) -> SyncEvent:
            if text(record, "picked") == "unsync":
                return SyncEvent(Ref(record["ref"]), "skip", says="Skipped: a person unsynced it.")
            return send(record)

        return unless_unsynced

    def account(self, account: Record) -> SyncEvent:
        """Link the account to the customer of its name; else a person has to say."""
        ref, name = Ref(account["ref"]), text(account, "name")
        if self.how.accounts == "with_sales" and ref not in self.busy:
            return SyncEvent(ref, "skip", says="It has no invoices or payments.")
        if text(account, "picked") == "create":
            return self.create_client(account, name)
        if found := self.called(name):
            return self.link_client(account, found, f"Synced with the customer {name!r}.")
        if self.how.on_miss == "create":
            return self.create_client(account, name)
        raise Unfit("not_found", "No customer has its name: somebody has to pick one.")

    def called(self, name: str) -> str:
        """Id of the customer whose Display name it is; empty for none, or for a taken one."""
        for found in self.found("Customer", f"DisplayName = {quoted(name)}") if name else ():
            exact = self.how.capitals == "query" or letters(found, "DisplayName") == name
            taken = str(found["Id"]) in self.taken
            if exact and not (taken and self.how.second_account == "not_linked"):
                return str(found["Id"])
        return ""

    @cached_property
    def income_account(self) -> str:
        """Id of the service income account, else of one of the defaults, else of any."""
        for name in (self.how.income_account, *_DEFAULT_ACCOUNTS):
            if name and (found := self.first("Account", f"Name = {quoted(name)}")):
                return found
        return self.first("Account", "AccountType = 'Income'")

    def invoice(self, invoice: Record) -> SyncEvent:
        """Create the invoice, or link it to the one of its number that was made in QuickBooks."""
        if is_draft(invoice) and self.how.drafts == "stay":
            return SyncEvent(Ref(invoice["ref"]), "skip", says="A draft stays in the app.")
        customer = self.customer_of(invoice)
        if found := self.made_in_quickbooks(invoice, customer):
            self.invoices[invoice["ref"]] = found
            return SyncEvent(Ref(invoice["ref"]), "link", found, says="Has the number of one.")
        if not all(text(line, "item_product").strip() for line in invoice["lines"]):
            raise Unfit("item_not_linked", "A line names no service.")
        lines: Lines = [(line, self.bring_item(line)) for line in invoice["lines"]]
        if not lines:
            raise Unfit("no_lines", "It has no line.")
        if self.how.missing_tax_rate == "refuse" and self.taxes.lack(lines):
            raise Unfit("missing_tax_rate", "QuickBooks has no tax rate of that percentage.")
        named = reference(self.class_of(invoice))
        return self.create_invoice(invoice, lines, more={"ClassRef": named} if named else {})

    def class_of(self, invoice: Record) -> str:
        """Id of the class that an invoice names, which was chosen from QuickBooks' list before."""
        return self.classes.get(text(invoice, "class_name").strip().casefold(), "")

    @cached_property
    def classes(self) -> dict[str, str]:
        """Name of a class, whole or its last part, to its id; an active one before an inactive."""
        known: dict[str, str] = {}
        told = list(self.every("Class", "Active IN (true, false)"))
        for each in sorted(told, key=lambda each: each.get("Active") is False):
            whole = text(each, "FullyQualifiedName") or text(each, "Name")
            whole = whole.removesuffix(" (deleted)").casefold()
            known.setdefault(whole, str(each["Id"]))
            known.setdefault(whole.rpartition(":")[2], str(each["Id"]))
        return known

    def made_in_quickbooks(self, invoice: Record, customer: str) -> str:
        """Id of the invoice that was made in QuickBooks under the same number; empty for none."""
        number = text(invoice, "number")
        if not number:
            return ""
        for found in self.found("Invoice", f"DocNumber = {quoted(number)}"):
            same = found["CustomerRef"]["value"] == customer
            if same or self.how.number_match == "number":
                return str(found["Id"])
        return ""

    def payment(self, payment: Record) -> SyncEvent:
        """Create the payment in Undeposited Funds, its reference cut to what QuickBooks takes."""
        if text(payment, "synced").casefold() in _NO:
            return SyncEvent(Ref(payment["ref"]), "skip", says='"Sync this payment" is not ticked.')
        self.customer_of(payment)
        unlinked = any(part["invoice"] not in self.invoices for part in payment["pays"])
        if unlinked and self.how.unlinked_invoice == "refuse":
            raise Unfit("invoice_not_linked", "An invoice that it pays is not synced.")
        funds = reference(self.undeposited_funds)
        return self.create_payment(
            payment, 21, more={"DepositToAccountRef": funds} if funds else {}
        )

    @cached_property
    def undeposited_funds(self) -> str:
        """Id of the account Undeposited Funds."""
        return self.first("Account", "AccountSubType = 'UndepositedFunds'")

"""Workiz's first sync with QuickBooks Online, as a procedure, call by call.

    1  customers come from QuickBooks: one of a client's name is matched, any other becomes a client
    2  clients that were not matched are sent; QuickBooks refuses a name that it has
    3  items come from QuickBooks: one of an item's name is matched, any other becomes an item
    4  items that were not matched are sent, all to the account "Services"
    5  invoices are sent, each after its client and its items
    6  payments are sent

Clients and items go both ways, invoices and payments to QuickBooks. Workiz wants a first and a last
name of every client, and both together are the name that it sends.

Source: Workiz help, "How to resolve common QuickBooks Online errors", and its settings pages for
    the integration; the order of the first sync: its older knowledge base; read 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from recon.apps.push import (
    Lines,
    Push,
    Unfit,
    by_number,
    keyed,
    listed,
    person,
    quoted,
    stays,
    text,
)
from recon.apps.push.incoming import imported_id
from recon.apps.push.records import Record
from recon.books import Ref, make_ref
from recon.errors import RejectedError
from recon.ports import AppRecords, QboPort, SyncEvent

_NAME_TAKEN = "6240"
_MOST_TRIES = 9
_INACTIVE = {"no", "false", "0", "inactive", "archived"}


@dataclass(frozen=True)
class Settings:
    """What is set in Workiz, and what its help leaves open.

    Attributes:
        two_way: whether customers and items of QuickBooks become clients and items in Workiz.
        client_conflicts: what follows when a customer holds the name of a client: an error (off),
            or "- 2" behind it ("Automatically resolve future client conflicts"); older versions:
            the client's number. "Resolve now" in the error's message does the second for one
            client. A name that a vendor or an employee has is for a person to change.
        firms: whether a client with a company is sent under the company's name instead of the
            person's; not published.
        capitals: whether "ann lee" is matched with "Ann Lee"; not published.
        invoices_sent: which invoices are sent: all when they are created, drafts too, those paid in
            full, or those that somebody picks ("manually"); here somebody picks them all.
        blank_line: a line that names no item brings one of its own, or keeps its invoice back; not
            published.
        invoice_mode: whether invoices come from QuickBooks too; that is `simulate_back.py`.
        number_there: what follows in both directions where QuickBooks has the customer's invoice of
            that number: it is refused as ever, or matched. Two-way sync "may help prevent this
            issue", and how is not published.
        payment_mode: whether payments travel.
        unlinked_invoice: a payment for an invoice that did not travel goes unapplied, or stays;
            not published.
    """

    two_way: Literal["yes", "no"] = "yes"
    client_conflicts: Literal["off", "differentiator", "client_number"] = "off"
    firms: Literal["person", "company"] = "person"
    capitals: Literal["letter", "query"] = "letter"
    invoices_sent: Literal["created", "paid", "by_hand"] = "created"
    blank_line: Literal["refuse", "new_item"] = "refuse"
    invoice_mode: Literal["push", "both"] = "push"
    number_there: Literal["refuse", "match"] = "refuse"
    payment_mode: Literal["push", "none"] = "push"
    unlinked_invoice: Literal["unapplied", "refuse"] = "refuse"


def simulate(
    app: AppRecords,
    qbo: QboPort,
    leave_out: Collection[Ref] = (),
    *,
    settings: Settings | None = None,
) -> Iterator[SyncEvent]:
    """The first sync; what QuickBooks has and Workiz gets is told under QuickBooks' reference.

    Args:
        app: the app's records, as `recon.apps.copy` has them; clients that come from QuickBooks are
            added to them, and `picked` "create" says that a person pressed "Resolve now".
        qbo: the QuickBooks company.
        leave_out: records that a person left alone: not synced, effect "skip".
        settings: what is set in Workiz; the usual when left out.

    Raises:
        RemoteError: QuickBooks could not be asked at all; the refusal of one record is an event.
    """
    sync = _Sync(app, qbo, frozenset(leave_out), how=settings or Settings())
    own_clients, own_items = _parents_first(listed(app.clients)), keyed(app.products)
    yield from sync.customers_in(own_clients)
    yield from sync.each(own_clients, sync.client)
    yield from sync.items_in(own_items)
    yield from sync.each(own_items, sync.item)
    yield from sync.each(by_number(app.invoices), sync.invoice)
    pay = sync.payment if sync.how.payment_mode == "push" else stays
    yield from sync.each(by_number(app.payments), pay)


@dataclass
class _Sync(Push):
    how: Settings = field(default_factory=Settings)
    matched: dict[str, str] = field(default_factory=dict)
    in_stock: set[str] = field(default_factory=set)

    def customers_in(self, clients: list[Record]) -> Iterator[SyncEvent]:
        """Match the customers of QuickBooks with clients by their names; the rest come in."""
        waiting: dict[str, list[Record]] = {}
        for client in clients:
            if not self.stored(client) and _has_names(client):
                waiting.setdefault(self.key(self.name(client)), []).append(client)
        for customer in list(self.every("Customer")):
            if customer["Id"] in self.taken:
                continue
            same = waiting.get(self.key(str(customer["DisplayName"])))
            if same:
                self.matched[same.pop(0)["ref"]] = str(customer["Id"])
            elif self.how.two_way == "yes":
                yield self.client_in(customer)

    def client_in(self, customer: Record) -> SyncEvent:
        """A customer of QuickBooks becomes a client."""
        ref = make_ref("qbo", "customer", str(customer["Id"]))
        self.app.clients.append(
            {
                "ref": make_ref("app", "customer", imported_id(customer)),
                "name": customer["DisplayName"],
                "given_name": customer.get("GivenName", ""),
                "family_name": customer.get("FamilyName", ""),
                "company_name": customer.get("CompanyName", ""),
                "email": (customer.get("PrimaryEmailAddr") or {}).get("Address", ""),
                "contacts": [],
                "linked_id": str(customer["Id"]),
            }
        )
        return SyncEvent(ref, "create", says="Comes into Workiz as a new client.")

    def client(self, client: Record) -> SyncEvent:
        """Keep the match, else send the client."""
        if found := self.matched.get(client["ref"]):
            return self.link_client(client, found, "Matched with the customer of its name.")
        if not _has_names(client):
            raise Unfit("missing_name", "It lacks a first or a last name.")
        if (parent := text(client, "parent")) and not self.is_linked(parent):
            raise Unfit("parent_not_synced", f"Its parent {parent!r} is not synced.")
        return self.send(client, self.name(client))

    def send(self, client: Record, name: str) -> SyncEvent:
        """Create the customer; what follows when its name is held is set in Workiz.

        Raises:
            RejectedError: QuickBooks refuses it.
        """
        try:
            return self.create_client(client, name)
        except RejectedError as refusal:
            if refusal.code != _NAME_TAKEN:
                raise
            last = refusal
        for other in self.other_names(client, name):
            try:
                return self.create_client(client, other)
            except RejectedError as refusal:
                if refusal.code != _NAME_TAKEN:
                    raise
                last = refusal
        raise last

    def other_names(self, client: Record, name: str) -> list[str]:
        """Names to try where a customer holds a client's; of a vendor's or employee's none."""
        if not self.first("Customer", f"DisplayName = {quoted(name.strip())}"):
            return []
        pressed = text(client, "picked") == "create"
        match "differentiator" if pressed else self.how.client_conflicts:
            case "differentiator":
                return [f"{name} - {number}" for number in range(2, _MOST_TRIES)]
            case "client_number":
                return [f"{name} {text(client, 'number')}"]
        return []

    def is_linked(self, parent: str) -> bool:
        """Whether a client of this name or number is linked, or was matched before any is sent."""
        there = self.customers.keys() | self.matched.keys()
        return not there.isdisjoint(self.called.get(parent, ()))

    @cached_property
    def called(self) -> dict[str, list[str]]:
        """References of the clients of a name or number."""
        found: dict[str, list[str]] = {}
        for client in self.app.clients:
            for told in {text(client, "number"), text(client, "name"), person(client)}:
                found.setdefault(told, []).append(client["ref"])
        return found

    def items_in(self, items: list[Record]) -> Iterator[SyncEvent]:
        """Match the items of QuickBooks with items by their names; the rest come in.

        A bundle comes in as a product; a category is none.
        """
        waiting: dict[str, list[Record]] = {}
        for item in items:
            if not self.stored(item):
                waiting.setdefault(text(item, "product_key").casefold(), []).append(item)
        taken = set(self.items.values())
        for item in list(self.every("Item")):
            if item["Id"] in taken or item.get("Type") == "Category":
                continue
            same = waiting.get(str(item["Name"]).casefold())
            if same:
                self.matched[same.pop(0)["ref"]] = str(item["Id"])
                if item.get("Type") == "Inventory":
                    self.in_stock.add(str(item["Id"]))
            elif self.how.two_way == "yes":
                self.items.setdefault(str(item["Name"]), str(item["Id"]))
                ref = make_ref("qbo", "item", str(item["Id"]))
                yield SyncEvent(ref, "create", says="Comes into Workiz as a new item.")

    def item(self, item: Record) -> SyncEvent:
        """Keep the match, else send the item."""
        key, ref = text(item, "product_key"), Ref(item["ref"])
        if found := self.matched.get(ref):
            if found in self.in_stock and _without_stock(item):
                raise Unfit("item_type", "QuickBooks keeps stock of it, and Workiz does not.")
            self.items.setdefault(key, found)
            return SyncEvent(ref, "link", found, says="Matched with the item of its name.")
        if _inactive(item):
            return SyncEvent(ref, "skip", says="Not active in the price book.")
        made = self.create_item(key, item, "price")
        self.items.setdefault(key, made)
        return SyncEvent(ref, "create", made, says=f"Created the item {key!r}.")

    @cached_property
    def income_account(self) -> str:
        """Id of the account Services, for which every item earns; of any other without it."""
        named = self.first("Account", f"Name = {quoted('Services')}")
        return named or self.first("Account", "AccountType = 'Income'")

    def invoice(self, invoice: Record) -> SyncEvent:
        """Create the invoice of a client and items that are synced."""
        ref = Ref(invoice["ref"])
        if not self.goes(invoice):
            return SyncEvent(ref, "skip", says="Not sent by itself, as Workiz is set.")
        customer = self.customer_of(invoice)
        lines: Lines = [(line, self.synced(line)) for line in invoice["lines"]]
        if not lines:
            raise Unfit("no_lines", "It has no line items.")
        if self.taxes.lack(lines):
            raise Unfit("missing_tax_rate", "QuickBooks has no tax rate of that percentage.")
        matches = self.how.invoice_mode == "both" and self.how.number_there == "match"
        if matches and (found := self.same(invoice, customer)):
            self.invoices[ref] = found
            return SyncEvent(ref, "link", found, says="Matched with the invoice of its number.")
        return self.create_invoice(invoice, lines)

    def goes(self, invoice: Record) -> bool:
        """Whether Workiz sends it, or somebody who picks invoices."""
        if self.how.invoices_sent != "paid":
            return True
        paid = text(invoice, "status").strip().casefold() == "paid"
        return paid or text(invoice, "balance") in {"0", "0.0", "0.00"}

    def synced(self, line: Record) -> str:
        """Id of the item of a line.

        Raises:
            Unfit: it is not synced, or not active.
        """
        key = text(line, "item_product")
        if not key.strip() and self.how.blank_line == "new_item":
            return self.bring_item(line)
        product = self.products.get(key)
        if not key.strip() or key not in self.items or (product is not None and _inactive(product)):
            raise Unfit("item_not_linked", "A line's item is not synced with QuickBooks.")
        return self.items[key]

    def same(self, invoice: Record, customer: str) -> str:
        """Id of the customer's invoice of that number in QuickBooks; empty for none."""
        number = text(invoice, "number")
        for found in self.found("Invoice", f"DocNumber = {quoted(number)}") if number else ():
            if found["CustomerRef"]["value"] == customer:
                return str(found["Id"])
        return ""

    def payment(self, payment: Record) -> SyncEvent:
        """Create the payment; its confirmation code is sent whole, and QuickBooks takes 21."""
        self.customer_of(payment)
        unlinked = any(part["invoice"] not in self.invoices for part in payment["pays"])
        if unlinked and self.how.unlinked_invoice == "refuse":
            raise Unfit("invoice_not_linked", "An invoice that it pays is not synced.")
        return self.create_payment(payment)

    def name(self, client: Record) -> str:
        """The name under which a client is matched and sent."""
        company = text(client, "company_name")
        return company if company and self.how.firms == "company" else person(client)

    def key(self, name: str) -> str:
        """What two names have in common that are one to Workiz."""
        return name.casefold() if self.how.capitals == "query" else name


def _has_names(client: Record) -> bool:
    """Whether a client has a first and a last name: without, it is neither matched nor sent."""
    return bool(text(client, "given_name").strip() and text(client, "family_name").strip())


def _inactive(item: Record) -> bool:
    return text(item, "active").strip().casefold() in _INACTIVE


def _without_stock(item: Record) -> bool:
    """Whether the price book says of an item that it is no inventory item."""
    kind = "".join(letter for letter in text(item, "type").casefold() if letter.isalpha())
    return kind in {"service", "labor"} or kind.startswith("non")


def _parents_first(clients: list[Record]) -> list[Record]:
    """Clients without a parent before the others, else in their order."""
    return sorted(clients, key=lambda client: bool(text(client, "parent")))

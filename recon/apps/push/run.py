"""One run of a sync: the app's records, the links that it has made so far, and its calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import uuid4

from recon.apps.push import bodies
from recon.apps.push.bodies import Lines, Taxes, codes_of
from recon.apps.push.incoming import every
from recon.apps.push.records import Json, Record, keyed, quoted, text
from recon.books import Ref
from recon.errors import RejectedError
from recon.ports import AppRecords, QboPort, SyncEvent

_SOLD = "Type IN ('Service', 'NonInventory', 'Inventory')"


class Unfit(Exception):  # noqa: N818  (the app's own refusal, not a mistake of ours)
    """The app does not send a record; `fault` is its own word for why."""

    def __init__(self, fault: str, says: str) -> None:
        super().__init__(says)
        self.fault = fault


@dataclass
class Push:
    """What every sync does alike; each app's own class says what it does with which record.

    Attributes:
        app, qbo: both sides.
        left_out: records that a person left alone.
        customers: client's reference to the id of its customer.
        items: product's name to the id of its item.
        invoices: invoice's reference to the id of its invoice in QuickBooks.
        taken: ids of customers that a client has.
        sends_tax: whether sales tax travels.
        faults: reference of what was refused to why.
        brought: what the record at hand brought along, told before it.
    """

    app: AppRecords
    qbo: QboPort
    left_out: frozenset[Ref] = frozenset()
    customers: dict[str, str] = field(default_factory=dict)
    items: dict[str, str] = field(default_factory=dict)
    invoices: dict[str, str] = field(default_factory=dict)
    sends_tax: bool = True
    faults: dict[str, str] = field(default_factory=dict)
    brought: list[SyncEvent] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Take over the links of before; a line takes the first product of a name."""
        self.products = {text(p, "product_key"): p for p in reversed(keyed(self.app.products))}
        self.clients = {client["ref"]: client for client in self.app.clients}
        self.settled: set[str] = set()
        self.taken: set[str] = set()
        self.customers |= _links(self.app.clients, "ref")
        self.taken.update(self.customers.values())
        self.items |= _links(self.app.products, "product_key")
        self.invoices |= _links(self.app.invoices, "ref")

    def each(
        self, records: Iterable[Record], send: Callable[[Record], SyncEvent]
    ) -> Iterator[SyncEvent]:
        """One event a record; what QuickBooks or the app refuses is an event too."""
        for record in records:
            ref = Ref(record["ref"])
            if ref in self.left_out:
                event = SyncEvent(ref, "skip", says="Left alone by a person.")
            elif stored := self.stored(record):
                event = SyncEvent(ref, "link", stored, says="Linked before, and stays so.")
            else:
                event = attempt(record, send)
                self.settled.add(ref)
                if event.effect == "refuse":
                    self.faults[ref] = event.fault
            yield from self.brought
            self.brought.clear()
            yield event

    def alone(self, records: Iterable[Record]) -> list[Record]:
        """Those that no other record has brought along."""
        return [record for record in records if record["ref"] not in self.settled]

    def stored(self, record: Record) -> str:
        """The link that a record has from before; empty for none."""
        return text(record, "linked_id")

    def link_client(self, client: Record, customer_id: str, says: str) -> SyncEvent:
        """Remember which customer a client is."""
        self.customers[client["ref"]] = customer_id
        self.taken.add(customer_id)
        return SyncEvent(Ref(client["ref"]), "link", customer_id, says=says)

    def create_client(self, client: Record, name: str) -> SyncEvent:
        """Create the customer of a client under a name.

        Raises:
            RejectedError: QuickBooks refuses it.
        """
        made = str(self.qbo.create("Customer", bodies.customer_body(client, name))["Id"])
        self.customers[client["ref"]] = made
        self.taken.add(made)
        return SyncEvent(Ref(client["ref"]), "create", made, says=f"Created {name!r}.")

    def link_or_create_item(self, product: Record) -> SyncEvent:
        """Link a product to the item of its name, or create that item.

        Raises:
            RejectedError: QuickBooks refuses it.
        """
        return self._found_or_made(text(product, "product_key"), product, "price")

    def create_item(self, name: str, like: Record, price: str) -> str:
        """Id of a new service, made from a product or a line; `price` names its field.

        Raises:
            RejectedError: QuickBooks refuses it.
        """
        body = bodies.item_body(name, like, price, self.income_account)
        return str(self.qbo.create("Item", body)["Id"])

    def bring_client(self, sale: Record, send: Callable[[Record], SyncEvent]) -> None:
        """Nothing, when the client of a sale is linked, or is linked now.

        What was refused stands in the app's list of errors, and is not tried again. What becomes of
        a client that the sync has not come to by itself is told with the sale.

        Args:
            sale: whose client is needed.
            send: how a client is linked or created.

        Raises:
            Unfit: it has no client, or that one was refused.
        """
        client = self.clients.get(sale["client"])
        if client is None:
            raise Unfit("client_missing", "It has no client.")
        ref = Ref(client["ref"])
        if ref not in self.customers and ref not in self.faults:
            event = attempt(client, send)
            if event.effect == "refuse":
                self.faults[ref] = event.fault
            if ref not in self.settled and client.get("listed", True):
                self.settled.add(ref)
                self.brought.append(event)
        if fault := self.faults.get(ref):
            raise Unfit(fault, "Its client was refused.")

    def bring_item(self, line: Record) -> str:
        """Id of the item of a line, looked up by its name, else made.

        A line without a product brings an item of its own. What becomes of a product that the sync
        has not come to by itself is told with the invoice.

        Raises:
            Unfit: QuickBooks refuses it.
        """
        key = text(line, "item_product")
        if not key.strip():
            return self.create_item(f"Item {uuid4().hex[:13]}", line, "item_cost")
        if key in self.items:
            return self.items[key]
        product = self.products.get(key)
        source, price = (line, "item_cost") if product is None else (product, "price")
        event = attempt(
            {**source, "ref": product["ref"] if product else ""},
            lambda like: self._found_or_made(key, like, price),
        )
        if product is not None and event.ref not in self.settled:
            self.settled.add(event.ref)
            self.brought.append(event)
        if event.effect == "refuse":
            raise Unfit("item_not_linked", f"QuickBooks refuses its item {key!r}.")
        return self.items[key]

    def _found_or_made(self, key: str, like: Record, price: str) -> SyncEvent:
        found = self.item_named(key)
        target = found or self.create_item(key, like, price)
        self.items[key] = target
        ref = Ref(like["ref"])
        if found:
            return SyncEvent(ref, "link", target, says=f"Linked to the item {key!r}.")
        return SyncEvent(ref, "create", target, says=f"Created the item {key!r}.")

    def item_named(self, key: str) -> str:
        """Id of the first item of that name which can be sold; empty when there is none."""
        return self.first("Item", f"Name = {quoted(key)} AND {_SOLD}")

    def customer_of(self, sale: Record) -> str:
        """Id of the customer of a sale.

        Raises:
            Unfit: it has no client, or the client is not linked.
        """
        if not sale["client"]:
            raise Unfit("client_missing", "It has no client.")
        if sale["client"] not in self.customers:
            raise Unfit("client_not_linked", "Its client is not linked.")
        return self.customers[sale["client"]]

    def create_invoice(self, invoice: Record, lines: Lines, more: Json | None = None) -> SyncEvent:
        """Create an invoice with those of its lines that have an item.

        Args:
            invoice: its client is linked.
            lines: with their items.
            more: fields of the request that only this app sends.

        Raises:
            RejectedError: QuickBooks refuses it.
        """
        body = bodies.invoice_body(invoice, self.customers[invoice["client"]], lines, self.taxes)
        made = str(self.qbo.create("Invoice", body | (more or {}))["Id"])
        self.invoices[invoice["ref"]] = made
        kept = {id(line) for line, _ in lines}
        lost = tuple(at for at, line in enumerate(invoice["lines"], 1) if id(line) not in kept)
        says = f"Created without {len(lost)} of its lines." if lost else "Created."
        return SyncEvent(Ref(invoice["ref"]), "create", made, says=says, dropped=lost)

    def create_payment(self, payment: Record, most: int = 0, more: Json | None = None) -> SyncEvent:
        """Create a payment, applied to those of its invoices that are linked.

        Args:
            payment: its client is linked.
            most: characters of its reference that the app sends; 0 sends all.
            more: fields of the request that only this app sends.

        Raises:
            RejectedError: QuickBooks refuses it.
        """
        pays = [
            (part, self.invoices[part["invoice"]])
            for part in payment["pays"]
            if part["invoice"] in self.invoices
        ]
        body = bodies.payment_body(payment, self.customers[payment["client"]], pays, most)
        made = str(self.qbo.create("Payment", body | (more or {}))["Id"])
        loose = len(payment["pays"]) - len(pays)
        says = f"Created, not applied to {loose} of its invoices." if loose else "Created."
        return SyncEvent(Ref(payment["ref"]), "create", made, says=says)

    def first(self, entity: str, condition: str) -> str:
        """Id of the first active record that meets the condition; empty when none does."""
        found = self.found(entity, condition, most=1)
        return str(found[0]["Id"]) if found else ""

    def found(self, entity: str, condition: str, most: int = 1000) -> list[Json]:
        """The active records that meet the condition."""
        asked = f"SELECT * FROM {entity} WHERE {condition} MAXRESULTS {most}"  # noqa: S608
        return self.qbo.query(asked)

    def every(self, entity: str, condition: str = "") -> Iterator[Json]:
        """All active records, or all that meet the condition, page by page."""
        return every(self.qbo, entity, condition)

    @cached_property
    def taxes(self) -> Taxes:
        """What QuickBooks knows of sales tax."""
        return Taxes(self._tax_codes(), american=self.american, travel=self.sends_tax)

    def _tax_codes(self) -> dict[Decimal, str]:
        return codes_of(
            list(self.every("TaxCode", "Active IN (true, false)")), self.every("TaxRate")
        )

    @cached_property
    def american(self) -> bool:
        """Whether the company is in the United States."""
        return self.qbo.query("SELECT * FROM CompanyInfo")[0].get("Country", "US") in {"US", "USA"}

    @cached_property
    def income_account(self) -> str:
        """Id of the income account that new items earn for; empty when there is none."""
        return self.first("Account", "AccountType = 'Income'")


def stays(record: Record) -> SyncEvent:
    """A record that the app never sends by itself."""
    return SyncEvent(Ref(record["ref"]), "skip", says="Does not travel by itself.")


def attempt(record: Record, send: Callable[[Record], SyncEvent]) -> SyncEvent:
    """What became of one record that is sent; a refusal says why."""
    try:
        return send(record)
    except Unfit as why:
        return SyncEvent(Ref(record["ref"]), "refuse", fault=why.fault, says=str(why))
    except RejectedError as refusal:
        fault = refusal.code or str(refusal.status)
        said = f"QuickBooks refused: {fault}."
        return SyncEvent(Ref(record["ref"]), "refuse", fault=fault, says=said)


def _links(records: Sequence[dict[str, Any]], key: str) -> dict[str, str]:
    """The links of before: a field of each record to the id in QuickBooks; the first counts."""
    return {text(r, key): stored for r in reversed(records) if (stored := text(r, "linked_id"))}

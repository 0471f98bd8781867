"""An app's records rebuilt from its exports, for the apps of which nobody knows the inside.

A record is what its row says, under the names of our fields (`recon.files.fields`), and beside them

    ref         the reference that the tables know it by
    contacts    of a client: what its rows say of further contact persons
    client      of an invoice or a payment: the client's reference, empty where nobody can tell
    lines       of an invoice: what its rows say of its lines
    pays        of a payment: the references of the invoices that it pays, with amounts
    was         of a client what it was shown as, of a sale whose it was, when it was read

A client whom only sales name is there with `listed` False: its sales find it, and no list shows it.
The apps' own hands and syncs (`hand.py`, `simulate.py` of their folders) work on these records.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from recon.apps.hand import Hand, Hands, key_of
from recon.books import Ref, Snapshot, make_ref
from recon.errors import InputError
from recon.plan import Write

Json = dict[str, Any]
Row = dict[str, Any]

_BESIDE = ("ref", "contacts", "client", "lines", "pays", "listed", "picked", "was")
_CONTACT = ("given_name", "family_name", "email", "contact_phone")
_INVOICE_IDENTITY = ("number", "customer_name", "customer_number", "date", "total")
_LINE = ("item_product", "item_notes", "item_quantity", "item_cost", "item_line_total")
_SHEETS = ("clients", "products", "invoices", "payments")


@dataclass
class NeutralCopy:
    """The app's database, as a sync and a person at its screen see it; see `AppRecords`.

    Attributes:
        hands: what a person can do in this app.
        clients, products, invoices, payments: records as the module says.
        by_ref: the same by reference.
    """

    hands: Hands = field(default_factory=Hands)
    clients: list[Json] = field(default_factory=list)
    products: list[Json] = field(default_factory=list)
    invoices: list[Json] = field(default_factory=list)
    payments: list[Json] = field(default_factory=list)
    by_ref: dict[Ref, Json] = field(default_factory=dict)

    @classmethod
    def of(cls, snapshot: Snapshot, hands: Hands | None = None) -> Self:
        """The records of one snapshot of an app."""
        copy = cls(hands or Hands())
        reading = _Reading(copy)
        takes = (reading.client, reading.product, reading.invoice, reading.payment)
        for sheet, take in zip(_SHEETS, takes, strict=True):
            for row in snapshot.records.get(sheet, ()):
                take(row)
        return copy

    @property
    def size(self) -> int:
        """How many records a sync has to push."""
        listed = sum(bool(client.get("listed", True)) for client in self.clients)
        return listed + len(self.products) + len(self.invoices) + len(self.payments)

    def link(self, links: Mapping[str, str]) -> None:
        """Hold these records for linked: reference to the id in QuickBooks; others are left."""
        for ref, linked_id in links.items():
            if Ref(ref) in self.by_ref:
                self.by_ref[Ref(ref)]["linked_id"] = linked_id

    def by_hand(self, do: Mapping[str, Any]) -> None:
        """Do one piece of hand-work, as `Instruction.do` says it.

        Raises:
            InputError: it cannot be done.
        """
        Hand(self, self.by_ref, self.hands).do(do)

    def over_api(self, write: Write, _body: Mapping[str, Any]) -> None:
        """Refuse a write: recon changes nothing in this app but by hand.

        Raises:
            InputError: always.
        """
        raise InputError(f"{write.id} cannot be done: {self.hands.app} is not changed over an API.")

    def snapshot(self, like: Snapshot) -> Snapshot:
        """What the app would export now, in the shape in which `like` was read."""
        rows = {
            "clients": [row for client in self.clients for row in _client_rows(client)],
            "products": [_bare(product) for product in self.products],
            "invoices": [row for invoice in self.invoices for row in self._invoice_rows(invoice)],
            "payments": [self._payment_row(payment) for payment in self.payments],
        }
        kept = {kind: rows.get(kind, told) for kind, told in like.records.items()}
        return replace(like, records=kept)

    def _invoice_rows(self, invoice: Json) -> Iterator[Row]:
        head = self._with_client(invoice)
        lines: list[Row] = invoice["lines"] or [{}]
        for line in lines:
            yield {**head, **line}

    def _payment_row(self, payment: Json) -> Row:
        row = self._with_client(payment)
        if payment["pays"] and "invoice_number" in row:
            paid = (self.by_ref[part["invoice"]] for part in payment["pays"])
            row["invoice_number"] = ", ".join(text(invoice, "number") for invoice in paid)
        return row

    def _with_client(self, sale: Json) -> Row:
        """A sale's row, with its client's name and number as they are now."""
        row = _bare(sale)
        client = self.by_ref.get(sale["client"])
        if client is None or not client.get("listed", True):
            return row
        if sale["client"] != sale["was"] or shown_name(client) != client["was"]:
            row["customer_name"] = shown_name(client)
        if "customer_number" in row:
            row["customer_number"] = text(client, "number")
        return row


@dataclass
class _Reading:
    """What has been taken in so far; a record is known as `recon.stages.tidy` knows it."""

    copy: NeutralCopy
    by_number: dict[tuple[str, str], Json] = field(default_factory=dict)
    by_name: dict[str, Json] = field(default_factory=dict)
    open_invoices: dict[tuple[str, ...], Json] = field(default_factory=dict)
    last_invoice: tuple[tuple[str, ...], Json] | None = None

    def client(self, row: Row) -> None:
        """A client, or one more contact person of one."""
        number, name = text(row, "number"), text(row, "name")
        known = self.by_number.get(("customer", number)) if number else None
        if known is not None and name in ("", text(known, "name")):
            contact = {each: row[each] for each in _CONTACT if row.get(each)}
            if contact:
                known["contacts"].append(contact)
            return
        shown = shown_name(row)
        record = {**row, "contacts": [], "was": shown}
        self._keep("customer", self.copy.clients, record)
        if shown:
            self.by_name.setdefault(shown, record)

    def product(self, row: Row) -> None:
        """A product."""
        self._keep("item", self.copy.products, dict(row))

    def invoice(self, row: Row) -> None:
        """An invoice with its first line, or one more line of an invoice already read."""
        identity = tuple(text(row, name) for name in _INVOICE_IDENTITY)
        line = {n: value for n, value in row.items() if n.startswith("item_") or n == "row"}
        has_line = any(text(line, name) for name in _LINE)
        known = self.open_invoices.get(identity)
        if known is not None and not identity[0] and self.last_invoice != (identity, known):
            known = None  # without a number only neighbouring rows can be told to be one
        if known is None or not has_line:
            head = {n: value for n, value in row.items() if not n.startswith("item_")}
            client = self._client_of(row)
            known = {**head, "client": client, "was": client, "lines": []}
            self._keep("invoice", self.copy.invoices, known)
            self.open_invoices[identity] = known
        self.last_invoice = (identity, known)
        if has_line:
            known["lines"].append(line)

    def payment(self, row: Row) -> None:
        """A payment, with the invoices that it pays where the row names them."""
        client = self._client_of(row)
        record = {**row, "client": client, "was": client, "pays": list(self._paid(row))}
        self._keep("payment", self.copy.payments, record)

    def _paid(self, row: Row) -> Iterator[Json]:
        """The invoices that a payment names; how it is spread over several no export says."""
        told = text(row, "invoice_number")
        whole = ("invoice", told) in self.by_number
        numbers = [told] if whole else [number.strip() for number in told.split(",")]
        named = (self.by_number.get(("invoice", number)) for number in numbers)
        invoices = [invoice for invoice in named if invoice is not None]
        paid = text(row, "applied") or text(row, "amount")
        for invoice in invoices:
            amount = paid if len(invoices) == 1 else text(invoice, "total")
            yield {"invoice": invoice["ref"], "amount": amount}

    def _client_of(self, row: Row) -> str:
        """The client of a sale; one that no list shows is made, and not listed."""
        name = text(row, "customer_name")
        number = text(row, "customer_number")
        client = self.by_number.get(("customer", number)) or self.by_name.get(name)
        if client is None:
            if not name:
                return ""
            client = {"name": name, "contacts": [], "listed": False}
            self._keep("customer", self.copy.clients, client)
            self.by_name[name] = client
        return str(client["ref"])

    def _keep(self, kind: str, table: list[Json], record: Json) -> None:
        key = key_of(kind, record)
        number, ref = 1, make_ref("app", kind, key)
        while ref in self.copy.by_ref:
            number += 1
            ref = make_ref("app", kind, f"{key}#{number}")
        record["ref"] = ref
        table.append(record)
        self.copy.by_ref[ref] = record
        if told := text(record, "number"):
            self.by_number.setdefault((kind, told), record)


def shown_name(client: Mapping[str, Any]) -> str:
    """What an app shows for a client, and exports with its sales: its name, or its person's."""
    person = f"{text(client, 'given_name')} {text(client, 'family_name')}".strip()
    told = (text(client, "name"), person, text(client, "company_name"), text(client, "email"))
    return next(filter(None, told), "")


def text(record: Mapping[str, Any], name: str) -> str:
    """A field as text, empty where it is not there."""
    value = record.get(name)
    return "" if value is None else str(value)


def _client_rows(client: Json) -> Iterator[Row]:
    if client.get("listed", True):
        yield _bare(client)
        for contact in client["contacts"]:
            yield {"number": text(client, "number"), **contact}


def _bare(record: Json) -> Row:
    """What a row of an export holds: nothing of ours, and nothing empty."""
    return {
        name: value
        for name, value in record.items()
        if name not in _BESIDE and value not in ("", None)
    }

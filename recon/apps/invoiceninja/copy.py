"""A copy of the app's records, from what was read of them: for a sync that is only tried out.

    rows of the exports or of the API  ->  records as the REST API shows them  ->  rows again

An export does not say everything: a record's id is made of its number (so that its reference stays
what it is), a client whom only sales name stands in the copy as deleted (its sales find it, and it
is not pushed by itself), and payments stay without invoices where no row names one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from recon.apps.invoiceninja.hand import Hand
from recon.apps.invoiceninja.records import (
    INVOICE_STATUS,
    ITEM_TYPE,
    PAYMENT_STATUS,
    TAX_CATEGORY,
    Exporter,
    Row,
)
from recon.books import Ref, Snapshot, make_ref
from recon.errors import InputError
from recon.plan import Write

Json = dict[str, Any]

_READ = "as read"
"""Where a record keeps what its row says and no sync asks for."""
_ONLY_READ = (
    "active", "company_name", "website", "tax_number", "id_number", "classification", "sku",
    "category", "stock_quantity", "status", "currency", "customer_name", "customer_number",
    "invoice_number", "created_at", "updated_at", "synced_at", "sync_status", "sync_message",
    "type", "class_name", "row", "file",
)  # fmt: skip
_OF_API = ("id", "customer_id", "applied_to")
_INVOICE_IDENTITY = ("number", "customer_name", "customer_number", "date", "total")
_YES = {"yes", "1", "true", "y", "x"}


@dataclass
class InvoiceNinjaCopy:
    """The app's database, as its sync and a person at its screen see it; see `AppRecords`.

    Attributes:
        clients, products, invoices, payments: records as the REST API shows them.
        by_ref: the same by reference.
        own: the app's own ids of them, by kind and id, to references.
        live: whether they came over the API, with ids.
    """

    clients: list[Json] = field(default_factory=list)
    products: list[Json] = field(default_factory=list)
    invoices: list[Json] = field(default_factory=list)
    payments: list[Json] = field(default_factory=list)
    by_ref: dict[Ref, Json] = field(default_factory=dict)
    own: dict[tuple[str, str], Ref] = field(default_factory=dict)
    live: bool = False

    @classmethod
    def of(cls, snapshot: Snapshot) -> Self:
        """The records of one snapshot of the app."""
        rows = snapshot.records
        copy = cls(live=any("id" in row for row in rows.get("clients", ())))
        reading = _Reading(copy)
        for kind, take in (
            ("clients", reading.client),
            ("products", reading.product),
            ("invoices", reading.invoice),
            ("payments", reading.payment),
        ):
            for row in rows.get(kind, ()):
                take(row)
        return copy

    @property
    def size(self) -> int:
        """How many records a sync has to push."""
        clients = sum(not client.get("is_deleted") for client in self.clients)
        return clients + len(self.products) + len(self.invoices) + len(self.payments)

    def link(self, links: Mapping[str, str]) -> None:
        """Hold these records for linked: reference to the id in QuickBooks; others are left."""
        for ref, linked_id in links.items():
            if (record := self.by_ref.get(Ref(ref))) is not None:
                record["sync"] = {"qb_id": linked_id}
                record[_READ]["linked_id"] = linked_id

    def by_hand(self, do: Mapping[str, Any]) -> None:
        """Do one piece of hand-work, as `Instruction.do` says it.

        Raises:
            InputError: it cannot be done.
        """
        Hand(self, self.by_ref).do(do)

    def over_api(self, write: Write, body: Mapping[str, Any]) -> None:
        """Do what a write to the app's API does.

        Raises:
            InputError: it cannot be done.
        """
        do: Json = {"step": "edit", "ref": self._ref_of(write.entity, body["Id"])}
        if write.operation == "merge":
            do |= {"step": "merge", "into": self._ref_of(write.entity, body["into"])}
        else:
            do["fields"] = {name: value for name, value in body.items() if name != "Id"}
        self.by_hand(do)

    def _ref_of(self, kind: str, own_id: str) -> Ref:
        if (kind, own_id) not in self.own:
            raise InputError(f"There is no {kind} {own_id} in the app.", remedy="Pull again.")
        return self.own[kind, own_id]

    def snapshot(self, like: Snapshot) -> Snapshot:
        """What the app would export now, in the shape in which `like` was read."""
        exporter = Exporter({}, {}, {}, "")
        clients = [
            row for client in self.clients for row in list(exporter.client(client))
            if not client.get("is_deleted")
        ]  # fmt: skip
        tables: list[tuple[str, list[Json], Callable[[Json], Iterator[Row]]]] = [
            ("products", self.products, exporter.product),
            ("invoices", self.invoices, exporter.invoice),
            ("payments", self.payments, exporter.payment),
        ]
        rows = {"clients": self._as_read(self.clients, clients)}
        for kind, records, export in tables:
            rows[kind] = [self._shaped(record, row) for record in records for row in export(record)]
        return replace(like, records={kind: rows[kind] for kind in rows if kind in like.records})

    def _as_read(self, clients: list[Json], rows: list[Row]) -> list[Row]:
        """Rows of clients; the first of each has what only the file knows."""
        first = {client["id"]: client for client in clients}
        numbers = {client["id"]: client["number"] for client in clients}
        shaped = []
        for row in rows:
            client = first.pop(row["id"], None)
            if client is not None:
                shaped.append(self._shaped(client, row))
            else:  # one more contact: told by the client's number where there are no ids
                number = numbers[row["id"]]
                shaped.append(row if self.live else {**_without_ids(row), "number": number})
        return shaped

    def _shaped(self, record: Json, row: Row) -> Row:
        """A row with what only the file knows; the numbers of others are those of now."""
        shaped = {**record[_READ], **row}
        if "customer_number" in shaped:
            client = self.by_ref.get(make_ref("app", "customer", record["client_id"]), {})
            shaped["customer_number"] = client.get("number", "")
        if "invoice_number" in shaped and record["paymentables"]:
            paid = make_ref("app", "invoice", record["paymentables"][0]["invoice_id"])
            shaped["invoice_number"] = self.by_ref[paid]["number"]
        return shaped if self.live else _without_ids(shaped)


def _without_ids(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in _OF_API}


@dataclass
class _Reading:
    """What has been taken in so far."""

    copy: InvoiceNinjaCopy
    by_id: dict[tuple[str, str], Json] = field(default_factory=dict)
    by_number: dict[tuple[str, str], Json] = field(default_factory=dict)
    by_name: dict[str, Json] = field(default_factory=dict)
    last_invoice: tuple[tuple[str, ...], Json] | None = None
    open_invoices: dict[tuple[str, ...], Json] = field(default_factory=dict)

    def client(self, row: Row) -> None:
        """A client with its first contact, or one more contact."""
        number, name = _text(row, "number"), _text(row, "name")
        if app_id := _text(row, "id"):
            known = self.by_id.get(("customer", app_id))
        else:
            known = self.by_number.get(("customer", number)) if number else None
            if known is not None and name not in ("", known["name"]):
                known = None
        contact = {
            "first_name": _text(row, "given_name"),
            "last_name": _text(row, "family_name"),
            "email": _text(row, "email"),
            "phone": _text(row, "contact_phone"),
        }
        client = known or self.new_client(row, number, name)
        if any(contact.values()):
            client["contacts"].append({**contact, "is_primary": not client["contacts"]})
        if known is None:
            for shown in (name, _person(contact), contact["email"]):
                if shown:
                    self.by_name.setdefault(shown, client)
                    break

    def new_client(self, row: Row, number: str, name: str) -> Json:
        """A client without contacts."""
        return self._keep("customer", self.copy.clients, row, number or f"~{name}", {
            "number": number,
            "name": name,
            "contacts": [],
            "phone": _text(row, "phone"),
            "address1": _text(row, "address_line1"),
            "address2": _text(row, "address_line2"),
            "city": _text(row, "city"),
            "state": _text(row, "region"),
            "postal_code": _text(row, "postal_code"),
            "country_id": _text(row, "country"),
            "balance": _number(row, "balance"),
            "settings": {
                "currency_id": _text(row, "currency"), "payment_terms": _text(row, "terms"),
            },
            "public_notes": _text(row, "public_notes"),
            "private_notes": _text(row, "private_notes"),
        })  # fmt: skip

    def product(self, row: Row) -> None:
        """A product."""
        key = _text(row, "product_key")
        self._keep("item", self.copy.products, row, key if key.strip() else "~", {
            "product_key": key,
            "notes": _text(row, "description"),
            "price": _number(row, "price"),
            "cost": _number(row, "cost"),
            "quantity": _number(row, "quantity"),
            "tax_id": _id_of(TAX_CATEGORY, row, "tax_category"),
            "tax_name1": _text(row, "tax_name"),
            "tax_rate1": _number(row, "tax_rate"),
        })  # fmt: skip

    def invoice(self, row: Row) -> None:
        """An invoice with its first line, or one more line of an invoice already read."""
        app_id = _text(row, "id")
        identity = (app_id,) if app_id else tuple(_text(row, name) for name in _INVOICE_IDENTITY)
        line = _line(row)
        known = self.open_invoices.get(identity)
        if known is not None and not identity[0] and self.last_invoice != (identity, known):
            known = None  # without a number only neighbouring rows can be told to be one
        if known is None or line is None:
            known = self.new_invoice(row)
            self.open_invoices[identity] = known
        self.last_invoice = (identity, known)
        if line is not None:
            known["line_items"].append(line)

    def new_invoice(self, row: Row) -> Json:
        """An invoice without lines."""
        number = _text(row, "number")
        key = number or f"~{_text(row, 'customer_name')}"
        return self._keep("invoice", self.copy.invoices, row, key, {
            "number": number,
            "client_id": self._client_of(row),
            "line_items": [],
            "amount": _number(row, "total"),
            "balance": _number(row, "balance"),
            "paid_to_date": _number(row, "paid"),
            "po_number": _text(row, "po_number"),
            "date": _text(row, "date"),
            "due_date": _text(row, "due_date"),
            "status_id": _id_of(INVOICE_STATUS, row, "status"),
            "public_notes": _text(row, "public_notes"),
            "private_notes": _text(row, "private_notes"),
            "discount": _number(row, "discount"),
            "is_amount_discount": _text(row, "is_amount_discount").casefold() in _YES,
            "total_taxes": _number(row, "tax"),
            "tax_name1": _text(row, "tax_name"),
            "tax_rate1": _number(row, "tax_rate"),
        })  # fmt: skip

    def payment(self, row: Row) -> None:
        """A payment, with the invoices that it pays where the row names them."""
        number = _text(row, "number")
        key = number or f"~{_text(row, 'customer_name')}"
        status = _id_of(PAYMENT_STATUS, row, "status")
        paid, applied = _number(row, "amount"), _number(row, "applied")
        self._keep("payment", self.copy.payments, row, key, {
            "number": number,
            "client_id": self._client_of(row),
            "amount": paid,
            "refunded": _number(row, "refunded"),
            "applied": applied,
            "date": _text(row, "date"),
            "transaction_reference": _text(row, "reference"),
            "status_id": status if status in PAYMENT_STATUS else "",  # a word we do not know
            "type_id": _text(row, "method"),
            "currency_id": _text(row, "currency"),
            "private_notes": _text(row, "private_notes"),
            "paymentables": list(self._paid(row, paid if applied is None else applied)),
        })  # fmt: skip

    def _paid(self, row: Row, amount: float | None) -> Iterator[Json]:
        """The invoices that a payment pays, with amounts; a file tells them of one at most."""
        for part in row.get("applied_to") or ():
            invoice = self.by_id.get(("invoice", _text(part, "invoice_id")))
            if invoice is not None:
                told = {name: _number(part, name) for name in ("amount", "refunded")}
                yield {"invoice_id": invoice["id"], **told}
        invoice = self.by_number.get(("invoice", _text(row, "invoice_number")))
        if invoice is not None and amount is not None:
            yield {"invoice_id": invoice["id"], "amount": amount}

    def _client_of(self, row: Row) -> str:
        """Id of the client of a sale; one that no list shows is made as deleted."""
        name = _text(row, "customer_name")
        client = (
            self.by_id.get(("customer", _text(row, "customer_id")))
            or self.by_number.get(("customer", _text(row, "customer_number")))
            or self.by_name.get(name)
        )
        if client is None:
            if not name:
                return ""
            client = self.new_client({}, "", name)
            client["is_deleted"] = True
            self.by_name[name] = client
        return str(client["id"])

    def _keep(self, kind: str, table: list[Json], row: Row, key: str, record: Json) -> Json:
        """Take a record in under the reference that the forecast knows it by."""
        number, free = 1, key
        while make_ref("app", kind, free) in self.copy.by_ref:
            number += 1
            free = f"{key}#{number}"
        linked = _text(row, "linked_id")
        kept = {"id": free, **record, **({"sync": {"qb_id": linked}} if linked else {})}
        kept[_READ] = {name: row[name] for name in _ONLY_READ if name in row}
        table.append(kept)
        self.copy.by_ref[make_ref("app", kind, free)] = kept
        if app_id := _text(row, "id"):
            self.by_id[kind, app_id] = kept
            self.copy.own[kind, app_id] = make_ref("app", kind, free)
        if told := _text(record, "number"):
            self.by_number.setdefault((kind, told), kept)
        return kept


def _line(row: Row) -> Json | None:
    """The line of an invoice in a row, None where there is none."""
    if not any(_text(row, name) for name in _LINE):
        return None
    return {
        "product_key": _text(row, "item_product"),
        "notes": _text(row, "item_notes"),
        "quantity": _number(row, "item_quantity"),
        "cost": _number(row, "item_cost"),
        "line_total": _number(row, "item_line_total"),
        "discount": _number(row, "item_discount"),
        "tax_name1": _text(row, "item_tax_name"),
        "tax_rate1": _number(row, "item_tax_rate"),
        "tax_rate2": _number(row, "item_tax_rate2"),
        "tax_rate3": _number(row, "item_tax_rate3"),
        "type_id": _id_of(ITEM_TYPE, row, "item_type"),
        "tax_id": _id_of(TAX_CATEGORY, row, "item_tax_category"),
    }


_LINE = ("item_product", "item_notes", "item_quantity", "item_cost", "item_line_total")


def _person(contact: Mapping[str, Any]) -> str:
    return f"{contact['first_name']} {contact['last_name']}".strip()


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return "" if value is None else str(value)


def _number(row: Mapping[str, Any], name: str) -> float | None:
    """A number as JSON has it, None where there is none or it cannot be read."""
    told = _text(row, name).strip()
    try:
        return float(told) if told else None
    except ValueError:
        return None


def _id_of(words: Mapping[str, str], row: Mapping[str, Any], name: str) -> str:
    """The app's id for a word of its exports; a word that it does not know stays what it is."""
    told = _text(row, name)
    by_word = {word.casefold(): key for key, word in words.items()}
    return by_word.get(told.strip().casefold(), told)

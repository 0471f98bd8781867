"""An app's exported records as tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from recon.books import (
    CONTACTS,
    CUSTOMERS,
    INVOICE_LINES,
    INVOICES,
    ITEMS,
    LINKS,
    PAYMENT_APPLICATIONS,
    PAYMENTS,
    SYNC_STATUS,
    Ref,
    Reject,
    Side,
    Snapshot,
    make_ref,
)
from recon.stages.tidy import status
from recon.stages.tidy.lookups import as_parts
from recon.stages.tidy.values import (
    Raw,
    Row,
    Rows,
    amount,
    children,
    collect,
    day,
    first_text,
    flag,
    moment,
    numbered,
    row_number,
    text,
)
from recon.table import Table

_SHAPES: dict[str, Table] = {
    "customers": CUSTOMERS, "contacts": CONTACTS, "items": ITEMS, "invoices": INVOICES,
    "invoice_lines": INVOICE_LINES, "payments": PAYMENTS,
    "payment_applications": PAYMENT_APPLICATIONS, "links": LINKS, "sync_status": SYNC_STATUS,
}  # fmt: skip


def tidy_app(snapshot: Snapshot) -> tuple[Side, list[Reject]]:
    """The tables of the app's side, and a reject for each record that makes no sense.

    Exports hold no ids: a record is known by its number, without one by its name behind a `~`;
    a key that comes again gets `#2`, `#3` in the order of the file. Records of an API are known
    the same way, so that refs stay what they are when a company changes from one to the other;
    the app's ids tell which record belongs to which, and which one a write changes.
    """
    reading = _Reading()
    tables: defaultdict[str, list[Row]] = defaultdict(list)
    rejects: list[Reject] = []
    for entity, translate in (
        ("clients", reading.client),
        ("products", reading.product),
        ("invoices", reading.invoice),
        ("payments", reading.payment),
        ("sync_log", reading.log_line),
    ):
        records = snapshot.records.get(entity, ())
        rejects += collect(tables, f"{snapshot.source}: {entity}", records, translate)
    _add_up_discounts(tables)
    tables["sync_status"] = status.latest(tables["sync_status"])
    for row in tables["customers"]:
        row["parent_ref"] = reading.parent(row.pop("parent"))
    frames = {name: shape.frame(tables[name]) for name, shape in _SHAPES.items()}
    live = snapshot.environment != "files"
    return Side(snapshot.company, snapshot.realm, only_lists=False, live=live, **frames), rejects


@dataclass
class _Reading:
    """What has been read so far, so that later rows find the records that they belong to."""

    taken: set[str] = field(default_factory=set)
    clients: dict[tuple[str, str | None], Ref] = field(default_factory=dict)
    by_id: dict[tuple[str, str], Ref] = field(default_factory=dict)
    by_number: dict[str, Ref] = field(default_factory=dict)
    by_name: dict[str, list[Ref]] = field(default_factory=lambda: defaultdict(list))
    nameless: dict[str, list[Ref]] = field(default_factory=lambda: defaultdict(list))
    products: dict[str, Ref] = field(default_factory=dict)
    invoices: dict[tuple[Any, ...], Ref] = field(default_factory=dict)
    invoice_numbers: dict[str, Ref] = field(default_factory=dict)
    last_invoice: tuple[Any, ...] = ()
    sizes: Counter[str] = field(default_factory=Counter)

    def client(self, record: Raw) -> Rows:
        """A customer with its first contact, or one more contact of a customer already read."""
        number, name = text(record, "number"), text(record, "name")
        if text(record, "id") is not None:
            known = self._of_id("customer", record, "id")
        else:
            known = self._same_client(number, name)
        contact = {
            "given_name": text(record, "given_name"),
            "family_name": text(record, "family_name"),
            "email": text(record, "email"),
            "phone": text(record, "contact_phone"),
        }
        if known is None:
            row = _client_row(record, contact)
            ref = self._new_ref("customer", number, name)
            self._remember("customer", record, ref)
            yield from _sync(record, ref)
            yield "customers", {"ref": ref, "id": _id(record, ref), **row}
            if number is not None:
                self.clients[number, name] = ref
                self.by_number.setdefault(number, ref)
            if name is not None:
                self.by_name[name].append(ref)
            elif shown := _shown_for_nameless(contact):
                self.nameless[shown].append(ref)
        if any(part is not None for part in contact.values()):
            ref = known or ref
            self.sizes[ref] += 1
            position = self.sizes[ref]
            yield "contacts", {
                "ref": ref, "position": position, **contact, "is_primary": position == 1,
            }  # fmt: skip

    def product(self, record: Raw) -> Rows:
        """An item."""
        key = _key(record, "product_key")
        row = {
            "name": key,
            "full_name": key,
            "sku": text(record, "sku"),
            "description": text(record, "description"),
            "type": first_text(record, ("type",), ("tax_category",)),
            "unit_price": amount(record, "price"),
            "cost": amount(record, "cost"),
            "category": text(record, "category"),
            "tax_name": text(record, "tax_name"),
            "tax_rate": amount(record, "tax_rate"),
            "quantity": amount(record, "stock_quantity"),
            "active": _is_active(record),
            **_ending(record),
        }
        ref = self._new_ref("item", key, None)
        if key is not None:
            self.products.setdefault(key, ref)
        yield from _sync(record, ref)
        yield "items", {"ref": ref, "id": _id(record, ref), **row}

    def invoice(self, record: Raw) -> Rows:
        """An invoice with its first line, or one more line of an invoice already read."""
        app_id = text(record, "id")
        names = _INVOICE_IDENTITY if app_id is None else ("id",)
        identity = tuple(text(record, name) for name in names)
        has_line = any(text(record, name) is not None for name in _LINE_FIELDS)
        # without a number only neighbouring rows can be told to be one invoice
        is_known = identity in self.invoices and (
            identity[0] is not None or identity == self.last_invoice
        )
        if is_known and has_line:
            ref, row = self.invoices[identity], None
        else:
            row = self._invoice_row(record)
            ref = self._new_ref("invoice", text(record, "number"), row["customer_name"])
        line = self._line(record) if has_line else None
        if row is not None:
            self.invoices[identity] = ref
            self._remember("invoice", record, ref)
            if (number := text(record, "number")) is not None:
                self.invoice_numbers.setdefault(number, ref)
            yield from _sync(record, ref)
            yield "invoices", {"ref": ref, "id": _id(record, ref), **row}
        self.last_invoice = identity
        if line is not None:
            self.sizes[ref] += 1
            yield "invoice_lines", {"ref": ref, "position": self.sizes[ref], **line}

    def payment(self, record: Raw) -> Rows:
        """A payment and, where the export names them, the invoices that it pays."""
        paid, applied = amount(record, "amount"), amount(record, "applied")
        row = {
            **self._customer(record),
            "number": text(record, "number"),
            "date": day(record, "date"),
            "amount": paid,
            "unapplied": None if paid is None or applied is None else paid - applied,
            "refunded": amount(record, "refunded"),
            "method": text(record, "method"),
            "reference": text(record, "reference"),
            "currency": text(record, "currency"),
            "status": _status(record),
            "memo": text(record, "private_notes"),
            **_ending(record),
        }
        ref = self._new_ref("payment", row["number"], row["customer_name"])
        yield from _sync(record, ref)
        yield "payments", {"ref": ref, "id": _id(record, ref), **row}
        for invoice_ref in (invoices := self._invoices_of(text(record, "invoice_number"))):
            yield (
                "payment_applications",
                {
                    "payment_ref": ref,
                    "invoice_ref": invoice_ref,
                    # how one payment is spread over several invoices is not in any export
                    "amount": (paid if applied is None else applied)
                    if len(invoices) == 1
                    else None,
                },
            )
        for part in children(record, "applied_to"):
            pays = self._of_id("invoice", part, "invoice_id")
            if pays is not None:
                yield "payment_applications", {
                    "payment_ref": ref, "invoice_ref": pays, "amount": _kept_amount(part),
                }  # fmt: skip

    def log_line(self, record: Raw) -> Rows:
        """A line of the app's sync log."""
        return status.logged(record, self._called)

    def parent(self, told: str | None) -> Ref | None:
        """The client that is named as another one's parent, also where the app does not have it."""
        if told is None:
            return None
        return self._called("customer", told) or make_ref("app", "customer", f"~{told}")

    def _called(self, kind: str, told: str) -> Ref | None:
        """The record of a name or number."""
        if kind == "customer":
            named = self.by_name.get(told) or self.nameless.get(told) or []
            return self.by_number.get(told) or next(iter(named), None)
        if kind == "payment":
            ref = make_ref("app", kind, told)
            return ref if ref in self.taken else None
        return (self.products if kind == "item" else self.invoice_numbers).get(told)

    def _new_ref(self, kind: str, number: str | None, name: str | None) -> Ref:
        return Ref(numbered(make_ref("app", kind, number or f"~{name or ''}"), self.taken))

    def _remember(self, kind: str, record: Raw, ref: Ref) -> None:
        app_id = text(record, "id")
        if app_id is not None:
            self.by_id[kind, app_id] = ref

    def _of_id(self, kind: str, record: Raw, name: str) -> Ref | None:
        return self.by_id.get((kind, text(record, name) or ""))

    def _same_client(self, number: str | None, name: str | None) -> Ref | None:
        if number is None:
            return None
        return self.clients.get((number, name)) or (
            self.by_number.get(number) if name is None else None
        )

    def _customer(self, record: Raw) -> Row:
        number, name = text(record, "customer_number"), text(record, "customer_name")
        ref = self._of_id("customer", record, "customer_id") or self.by_number.get(number or "")
        if ref is None:
            called = self.by_name.get(name or "") or self.nameless.get(name or "", [])
            ref = called[0] if len(called) == 1 else None
        return {"customer_ref": ref, "customer_name": name}

    def _invoices_of(self, numbers: str | None) -> list[Ref]:
        if numbers is None:
            return []
        if numbers in self.invoice_numbers:
            return [self.invoice_numbers[numbers]]
        parts = [part.strip() for part in numbers.split(",")]
        return [self.invoice_numbers[part] for part in parts if part in self.invoice_numbers]

    def _invoice_row(self, record: Raw) -> Row:
        discount = amount(record, "discount")
        return {
            **self._customer(record),
            "number": text(record, "number"),
            "date": day(record, "date"),
            "due_date": day(record, "due_date"),
            "total": amount(record, "total"),
            "balance": amount(record, "balance"),
            "tax": amount(record, "tax"),
            "discount": discount,
            "discount_in_percent": bool(discount) and flag(record, "is_amount_discount") is False,
            "currency": text(record, "currency"),
            "status": _status(record),
            "po_number": text(record, "po_number"),
            "memo": text(record, "public_notes"),
            "tax_name": text(record, "tax_name"),
            "tax_rate": amount(record, "tax_rate"),
            "terms": text(record, "terms"),
            "class_name": text(record, "class_name"),
            **_ending(record),
        }

    def _line(self, record: Raw) -> Row:
        key = _key(record, "item_product")
        return {
            "item_ref": self.products.get(key or ""),
            "item_name": key,
            "description": text(record, "item_notes"),
            "quantity": amount(record, "item_quantity"),
            "unit_price": amount(record, "item_cost"),
            "amount": amount(record, "item_line_total"),
            "tax_name": text(record, "item_tax_name"),
            "tax_rate": amount(record, "item_tax_rate"),
            "tax_parts": as_parts(amount(record, name) for name in _LINE_RATES),
            "row": row_number(record),
        }


_INVOICE_IDENTITY = ("number", "customer_name", "customer_number", "date", "total")
_LINE_FIELDS = (
    "item_product", "item_notes", "item_quantity", "item_cost", "item_line_total",
)  # fmt: skip
_LINE_RATES = ("item_tax_rate", "item_tax_rate2", "item_tax_rate3")


def _client_row(record: Raw, contact: Mapping[str, str | None]) -> Row:
    name = text(record, "name")
    return {
        "kind": "customer",
        "number": text(record, "number"),
        "name": name,
        "full_name": name,
        "company_name": text(record, "company_name"),
        **contact,
        "phone": first_text(record, ("contact_phone",), ("phone",)),
        "address_line1": text(record, "address_line1"),
        "address_line2": text(record, "address_line2"),
        "city": text(record, "city"),
        "region": text(record, "region"),
        "postal_code": text(record, "postal_code"),
        "country": text(record, "country"),
        "tax_number": text(record, "tax_number"),
        "currency": text(record, "currency"),
        "balance": amount(record, "balance"),
        "active": _is_active(record),
        "is_company": _is_company(text(record, "classification")),
        "terms": text(record, "terms"),
        "parent": text(record, "parent"),
        **_ending(record),
    }


def _is_company(kind: str | None) -> bool | None:
    """Whether an app's word for a kind of client means a company; None for a word of neither.

    Source: Invoice Ninja API description, a client's `classification`; TaxDome help, import of
        accounts (Individual, Company, Other); read 2026-11-22.
    """
    word = (kind or "").strip().casefold()
    return True if word in _COMPANIES else False if word in _PERSONS else None


_PERSONS = frozenset({"individual", "person", "private", "residential", "household"})
_COMPANIES = frozenset(
    {"business", "company", "partnership", "corporation", "llc", "trust", "charity", "government",
     "organisation", "organization", "commercial", "firm"}
)  # fmt: skip


def _shown_for_nameless(contact: Mapping[str, str | None]) -> str | None:
    """What an app shows, and exports with invoices, for a client without a name.

    Source: Invoice Ninja, the client's `display_name` in its API and exports, read 2026-11-22.
    """
    names = [part for part in (contact["given_name"], contact["family_name"]) if part]
    return " ".join(names) or contact["email"]


def _ending(record: Raw) -> Row:
    return {
        "linked_id": text(record, "linked_id"),
        "created_at": moment(record, "created_at"),
        "updated_at": moment(record, "updated_at"),
        "row": row_number(record),
    }


def _sync(record: Raw, ref: Ref) -> Rows:
    """What the app says of a record's link and its sync."""
    yield from status.beside(record, ref)
    linked_id = text(record, "linked_id")
    if linked_id is not None:
        kind = ref.split(":", 2)[1]
        yield "links", {
            "ref": ref, "linked_ref": make_ref("qbo", kind, linked_id), "how": "stated by the app",
        }  # fmt: skip


def _kept_amount(part: Raw) -> Decimal | None:
    """What is paid on an invoice and was not given back."""
    paid, refunded = amount(part, "amount"), amount(part, "refunded")
    return None if paid is None else paid - (refunded or 0)


def _key(record: Raw, name: str) -> str | None:
    """A product's key; None where it is nothing but blanks, which no app takes for one."""
    key = text(record, name)
    return key if key and key.strip() else None


def _id(record: Raw, ref: Ref) -> str:
    """The app's own id where it told one, else what the record is known by."""
    return text(record, "id") or ref.split(":", 2)[2]


def _is_active(record: Raw) -> bool:
    return flag(record, "active") is not False


def _status(record: Raw) -> str | None:
    status = text(record, "status")
    return None if status is None else status.strip().lower()


def _add_up_discounts(tables: Mapping[str, list[Row]]) -> None:
    """Turn discounts in percent into amounts, from the lines; NA where there are no lines."""
    in_percent = {row["ref"]: row for row in tables["invoices"] if row["discount_in_percent"]}
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for line in tables["invoice_lines"]:
        if line["ref"] in in_percent and line["amount"] is not None:
            sums[line["ref"]] += line["amount"]
    for ref, row in in_percent.items():
        row["discount"] = row["discount"] * sums[ref] / 100 if ref in sums else None

"""What an import finds in the app, record by record: each one changes what the next one finds.

A client that was found takes over the customer's name and link, so that a later customer finds
another client than it would have found before; what the import made is found by what comes later.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from recon.behaviour import Entity, PullRule
from recon.books import Side, make_ref

Way = str
"""How a record is looked for: "stored_id", "name", "email"."""
Row = Mapping[str, Any]

NEW = "new:"


@dataclass
class Shelf:
    """The app's records of one kind as an import finds them, in the app's order.

    Attributes:
        refs: the records; `new:<ref in QuickBooks>` for what the import has made.
        found_by: way to key to the positions of the records that are found so.
        says: way and position to the one key that counts there.
    """

    refs: list[str]
    found_by: dict[Way, dict[str, set[int]]] = field(default_factory=dict)
    says: dict[tuple[Way, int], str] = field(default_factory=dict)

    @classmethod
    def of(cls, refs: Iterable[str], links: pd.DataFrame) -> Shelf:
        """These records, and the links that they have."""
        shelf = cls(list(refs))
        at = {ref: position for position, ref in enumerate(shelf.refs)}
        for ref, linked in zip(links["ref"], links["linked_ref"], strict=True):
            if ref in at:
                shelf.call("stored_id", at[ref], linked)
        return shelf

    def first(self, way: Way, key: str) -> int | None:
        """The first record of a key; an empty one finds nothing."""
        positions = self.found_by.get(way, {}).get(key) if key else None
        return min(positions) if positions else None

    def call(self, way: Way, position: int, key: str) -> None:
        """Give a record this key in the place of the one that it had."""
        old = self.says.pop((way, position), "")
        if old:
            self.found_by[way][old].discard(position)
        if key:
            self.says[way, position] = key
            self.also(way, position, key)

    def also(self, way: Way, position: int, key: str) -> None:
        """Give a record one more key."""
        if key:
            self.found_by.setdefault(way, {}).setdefault(key, set()).add(position)

    def make(self, ref: str) -> int:
        """Position of a new record, made of this one of QuickBooks."""
        self.refs.append(NEW + ref)
        return len(self.refs) - 1


@dataclass(frozen=True)
class Arrival:
    """What becomes of one record of QuickBooks; `fate` is a key of `importing.FATES`."""

    ref: str
    kind: Entity
    fate: str
    target: str = ""
    called: str = ""


@dataclass
class Arrivals:
    """One import: the app's shelves as they stand.

    Attributes:
        rule: how it looks.
        splits: whether a payment of several invoices comes back whole.
        key: of a name or number, as the app compares them.
        clients, products, invoices, payments: the app's.
        customers: QuickBooks' by reference, with their keys, active or not.
    """

    rule: PullRule
    splits: bool
    key: Callable[[str], str]
    clients: Shelf
    products: Shelf
    invoices: Shelf
    payments: Shelf
    customers: Mapping[str, Row]

    def customer(self, row: Row) -> Arrival:
        """A customer: `ref`, and a key for each way; `called` is the client's name from now on."""
        at = self._found(self.clients, row, self.rule.customer_match)
        fate, position = self._kept(self.clients, row, at)
        self.clients.call("name", position, row[self.rule.customer_name])
        self.clients.also("email", position, row["email"])
        return Arrival(row["ref"], "customer", fate, _target(self.clients, at))

    def item(self, row: Row) -> Arrival:
        """An item: `ref`, `name` and `full_name` as keys."""
        at = self._found(self.products, row, self.rule.item_match)
        fate, position = self._kept(self.products, row, at)
        self.products.call("name", position, row["name"])
        return Arrival(row["ref"], "item", fate, _target(self.products, at))

    def invoice(self, row: Row) -> Iterator[Arrival]:
        """An invoice or sales receipt: `ref`, `id`, `number` and its `key`, `void`, `whose`."""
        stored = make_ref("qbo", "invoice", row["id"])
        at = self.invoices.first("stored_id", stored)
        if at is not None:
            yield self._linked(row, "invoice", self.invoices, at)
            return
        if row["void"] and not self.rule.takes_void:
            yield Arrival(row["ref"], "invoice", "void")
            return
        fate, number = "create" if stored == row["ref"] else "receipt", row["number"]
        if self.invoices.first("name", row["key"]) is not None:
            if self.rule.number_clash == "skip":
                yield Arrival(row["ref"], "invoice", "clash")
                return
            if self.rule.number_clash == "suffix":
                fate, number = "renumber", f"{number}_{row['id']}"
        came = yield from self._client_of(row)
        if not came:
            yield Arrival(row["ref"], "invoice", "no_client")
            return
        position = self.invoices.make(row["ref"])
        self.invoices.call("stored_id", position, stored)
        self.invoices.call("name", position, self.key(number))
        yield Arrival(row["ref"], "invoice", fate, called=number)

    def payment(self, row: Row, pays: Sequence[str]) -> Iterator[Arrival]:
        """A payment: `ref`, `void`, `whose`, `nought`, `odd` (its method); and what it pays.

        Where a payment of several invoices does not come back whole, the first one counts.
        """
        at = self.payments.first("stored_id", row["ref"]) if self.rule.payment_match else None
        if at is not None:
            yield self._linked(row, "payment", self.payments, at)
            return
        part = not self.splits and len(pays) > 1
        pays = pays[:1] if part else pays
        credit = row["nought"] and self.rule.zero_payment == "credit"
        alone = any(self.invoices.first("stored_id", paid) is None for paid in pays)
        fate = "credit" if credit else "unapplied" if alone else "first_only" if part else "create"
        if row["void"] and not self.rule.takes_void:
            fate = "void"
        elif row["odd"]:
            fate = "method"
        elif fate == "unapplied" and self.rule.invoice_missing == "skip":
            fate = "no_invoice"
        elif not (yield from self._client_of(row)):
            fate = "no_client"
        yield Arrival(row["ref"], "payment", fate)

    def _client_of(self, sale: Row) -> Generator[Arrival, None, bool]:
        """Whether a sale's customer has a client, who may have to come along.

        Lists may not say whose a sale is: then nothing stands against it.
        """
        if not sale["whose"] or self.clients.first("stored_id", sale["whose"]) is not None:
            return True
        customer = self.customers.get(sale["whose"])
        if customer is None or not self.rule.brings_client:
            return False
        yield self.customer(customer)
        return True

    def _linked(self, row: Row, kind: Entity, shelf: Shelf, at: int) -> Arrival:
        gone = row["void"] and self.rule.voided == "delete"
        return Arrival(row["ref"], kind, "delete" if gone else "link", shelf.refs[at])

    @staticmethod
    def _found(shelf: Shelf, row: Row, match: Iterable[str]) -> int | None:
        for way in match:
            key = row["ref"] if way == "stored_id" else row[way]
            at = shelf.first("name" if way.endswith("name") else way, key)
            if at is not None:
                return at
        return None

    @staticmethod
    def _kept(shelf: Shelf, row: Row, at: int | None) -> tuple[str, int]:
        position = shelf.make(row["ref"]) if at is None else at
        shelf.call("stored_id", position, row["ref"])
        return "create" if at is None else "link", position


def _target(shelf: Shelf, at: int | None) -> str:
    return "" if at is None else shelf.refs[at]


def shelves(app: Side, names: Mapping[str, pd.Series[Any]], mails: pd.DataFrame) -> list[Shelf]:
    """The app's clients, products, invoices and payments.

    Args:
        app: its books.
        names: "customer", "item" and "invoice" to the key of each record's name or number.
        mails: `ref` and `key` of every address of a client.
    """
    tables = {
        "customer": app.customers, "item": app.items,
        "invoice": app.invoices, "payment": app.payments,
    }  # fmt: skip
    made = []
    for kind, table in tables.items():
        shelf = Shelf.of(table["ref"], app.links)
        for position, key in enumerate(names[kind].fillna("") if kind in names else ()):
            shelf.call("name", position, key)
        made.append(shelf)
    at = {ref: position for position, ref in enumerate(made[0].refs)}
    for ref, key in zip(mails["ref"], mails["key"], strict=True):
        if ref in at:
            made[0].also("email", at[ref], key)
    return made

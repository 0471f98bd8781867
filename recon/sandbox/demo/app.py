"""The Invoice Ninja side of the demo company, and what a person does there by hand.

Source: Invoice Ninja's REST payloads as its published API description (v5.10) names their fields,
    read 2026-11-22.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from recon.sandbox.demo.exports import write_exports
from recon.sandbox.demo.money import amount_of, number

if TYPE_CHECKING:
    from pathlib import Path

    from recon.sandbox.books.company import Record

NO_CONTACT = "No Contact Set"


@dataclass
class AppCompany:
    """One company in the app: its records in the shape of the REST payloads.

    Amounts are JSON numbers with at most two decimals. Change records through the methods below
    only, so that look-ups stay right.
    """

    clients: list[Record] = field(default_factory=list)
    products: list[Record] = field(default_factory=list)
    invoices: list[Record] = field(default_factory=list)
    payments: list[Record] = field(default_factory=list)
    _indexes: dict[tuple[int, str], dict[str, Record]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def client(self, number: str) -> Record:
        """The client with this number."""
        return self._look_up(self.clients, "number", number)

    def product(self, product_key: str) -> Record:
        """The product with this key."""
        return self._look_up(self.products, "product_key", product_key)

    def invoice(self, number: str) -> Record:
        """The invoice with this number."""
        return self._look_up(self.invoices, "number", number)

    def payment(self, number: str) -> Record:
        """The payment with this number."""
        return self._look_up(self.payments, "number", number)

    def become(self, other: AppCompany) -> None:
        """Hold the records of `other`, the same company at another time, from now on."""
        for mine, theirs in (
            (self.clients, other.clients),
            (self.products, other.products),
            (self.invoices, other.invoices),
            (self.payments, other.payments),
        ):
            mine[:] = theirs
        self._indexes.clear()

    def write_exports(self, folder: Path) -> dict[str, Path]:
        """Write the four CSV files that the app's own export makes; answers their paths by name."""
        return write_exports(self, folder)

    def merge_clients(self, keep_id: str, drop_id: str) -> Record:
        """Merge one client into another, as the app does: what hung on the dropped one moves.

        Contacts move unless the kept client has one with the same e-mail, balances are added.
        The name and the address of the dropped client are lost.
        """
        keep, drop = self._by_id(self.clients, keep_id), self._by_id(self.clients, drop_id)
        if keep is drop:
            raise ValueError("A client cannot be merged into itself.")
        emails = {contact["email"].casefold() for contact in keep["contacts"]}
        for contact in drop["contacts"]:
            if not contact["email"] or contact["email"].casefold() not in emails:
                keep["contacts"].append({**contact, "is_primary": False})
        for record in (*self.invoices, *self.payments):
            if record["client_id"] == drop_id:
                record["client_id"] = keep_id
        for amount in ("balance", "paid_to_date", "credit_balance", "payment_balance"):
            keep[amount] = number(amount_of(keep[amount]) + amount_of(drop[amount]))
        self.clients.remove(drop)
        self._indexes.clear()
        return keep

    def edit_client(self, client_id: str, /, **fields: Any) -> Record:
        """Change fields of a client; `contacts` replaces all contacts, `number` stays unique."""
        client = self._by_id(self.clients, client_id)
        self._edit(self.clients, client, fields, unique="number")
        client["display_name"] = display_name(client)
        return client

    def edit_product(self, product_id: str, /, **fields: Any) -> Record:
        """Change fields of a product. Lines of invoices keep the key they were written with."""
        return self._edit(self.products, self._by_id(self.products, product_id), fields)

    def edit_invoice(self, invoice_id: str, /, **fields: Any) -> Record:
        """Change fields of an invoice; its client can only change by a merge of clients."""
        invoice = self._by_id(self.invoices, invoice_id)
        if fields.get("client_id", invoice["client_id"]) != invoice["client_id"]:
            raise ValueError("The app does not move an invoice to another client.")
        return self._edit(self.invoices, invoice, fields, unique="number")

    def edit_payment(self, payment_id: str, /, **fields: Any) -> Record:
        """Change fields of a payment."""
        return self._edit(
            self.payments, self._by_id(self.payments, payment_id), fields, unique="number"
        )

    def _edit(
        self, records: list[Record], record: Record, fields: Record, unique: str = ""
    ) -> Record:
        unknown = sorted(fields.keys() - record.keys() | fields.keys() & {"id"})
        if unknown:
            raise ValueError(f"The app has no such field to edit: {', '.join(unknown)}.")
        if unique in fields and any(
            other is not record and other[unique] == fields[unique] for other in records
        ):
            raise ValueError(f"The {unique} {fields[unique]!r} has already been taken.")
        record.update(fields)
        if fields.keys() & {"number", "product_key"}:
            self._indexes.clear()
        return record

    def _by_id(self, records: list[Record], record_id: str) -> Record:
        return self._look_up(records, "id", record_id)

    def _look_up(self, records: list[Record], key: str, value: str) -> Record:
        index = self._indexes.get((id(records), key))
        if index is None:
            index = {record[key]: record for record in records}
            self._indexes[id(records), key] = index
        if value not in index:
            raise LookupError(f"No record in the app has the {key} {value!r}.")
        return index[value]


def display_name(client: Record) -> str:
    """What the app shows for a client: its name, or its first contact's name or e-mail."""
    if client["name"]:
        return str(client["name"])
    for contact in client["contacts"]:
        person = f"{contact['first_name']} {contact['last_name']}".strip()
        if person or contact["email"]:
            return person or str(contact["email"])
    return NO_CONTACT

"""What a person does at Invoice Ninja's screen: edit a client or a number, merge, sell as another.

Source: Invoice Ninja user guide, "Clients" (Merge: the other client's records move, and it is
gone), and "Products" (a line keeps the key that it was written with), read 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from recon.books import Ref, split_ref
from recon.errors import InputError
from recon.ports import AppRecords

Json = dict[str, Any]

_OF_PAYMENT = {"reference": "transaction_reference"}
_AMOUNTS = ("balance", "paid_to_date", "credit_balance", "payment_balance")


@dataclass
class Hand:
    """Works on records by reference; knows the words of a write to the API, too."""

    app: AppRecords
    by_ref: dict[Ref, Json]

    def do(self, do: Mapping[str, Any]) -> None:
        """One piece of hand-work: `step` (edit, merge, unlink), `ref`, and `fields` or `into`.

        Raises:
            InputError: a record is not there, a number is taken, or nobody could do it.
        """
        ref = Ref(do["ref"])
        match do["step"], split_ref(ref)[1]:
            case "edit", "customer":
                self._edit_client(self._of(ref), do["fields"])
            case "edit", "invoice":
                self._edit(self._of(ref), self.app.invoices, dict(do["fields"]))
            case "edit", "payment":
                fields = {_OF_PAYMENT.get(n, n): v for n, v in do["fields"].items()}
                self._edit(self._of(ref), self.app.payments, fields)
            case "edit", "item" if do["fields"].get("deleted"):
                self._remove(ref, self.app.products)
            case "edit", "item":
                self._sell_as(self._of(ref), str(do["fields"]["name"]))
                self._of(ref)["product_key"] = do["fields"]["name"]
            case "unlink", "customer":  # merged into a fresh one, which has no link
                self._of(ref).pop("sync", None)
            case "merge", "customer":
                self._merge_clients(ref, Ref(do["into"]))
            case "merge", "item":
                self._sell_as(self._of(ref), self._of(Ref(do["into"]))["product_key"])
                self._remove(ref, self.app.products)
            case step, kind:
                raise InputError(f"Nobody can {step} a {kind} in the app by hand.")

    def _of(self, ref: Ref) -> Json:
        if ref not in self.by_ref:
            raise InputError(f"{ref} is not in the app.", remedy="Pull again, then propose again.")
        return self.by_ref[ref]

    def _edit(self, record: Json, table: list[Json], fields: Json) -> None:
        number = fields.get("number")
        if number and any(other is not record and other["number"] == number for other in table):
            raise InputError(f"The number {number} is taken.", remedy="Propose again.")
        for at, key in fields.pop("items", {}).items():
            record["line_items"][int(at) - 1]["product_key"] = key
        record.update(fields)

    def _edit_client(self, client: Json, fields: Mapping[str, Any]) -> None:
        changed = {name: value for name, value in fields.items() if name != "email"}
        self._edit(client, self.app.clients, changed)
        if "email" in fields:
            first, *rest = client["contacts"] or [{"first_name": "", "last_name": "", "phone": ""}]
            client["contacts"] = [{**first, "email": fields["email"], "is_primary": True}, *rest]

    def _merge_clients(self, drop_ref: Ref, keep_ref: Ref) -> None:
        keep, drop = self._of(keep_ref), self._of(drop_ref)
        if keep is drop:
            raise InputError("A client cannot be merged into itself.")
        emails = {contact["email"].casefold() for contact in keep["contacts"]}
        keep["contacts"] += [
            {**contact, "is_primary": False}
            for contact in drop["contacts"]
            if not contact["email"] or contact["email"].casefold() not in emails
        ]
        for sale in (*self.app.invoices, *self.app.payments):
            if sale["client_id"] == drop["id"]:
                sale["client_id"] = keep["id"]
        for amount in _AMOUNTS:
            if drop.get(amount):
                keep[amount] = round((keep.get(amount) or 0) + drop[amount], 2)
        self._remove(drop_ref, self.app.clients)

    def _sell_as(self, product: Json, key: str) -> None:
        """Give every line that names a product another key."""
        old = product["product_key"]
        for invoice in self.app.invoices:
            for line in invoice["line_items"]:
                if line["product_key"] == old:
                    line["product_key"] = key

    def _remove(self, ref: Ref, table: list[Json]) -> None:
        gone = self.by_ref.pop(ref)
        table[:] = [record for record in table if record is not gone]

"""What a person does at QuickBooks' own screen: merge two records, edit one, close a period.

Source: Intuit, Merge duplicate customers (help article), Webhooks data objects, read 2026-11-22.
"""

from __future__ import annotations

import re
from threading import RLock
from typing import Any

import orjson

from recon.sandbox import faults
from recon.sandbox.books.company import Record
from recon.sandbox.books.ledger import Ledger
from recon.sandbox.lists import naming
from recon.sandbox.records.amounts import number, units
from recon.sandbox.records.entities import PERSONS, entity
from recon.sandbox.transactions import forms, links

_REFERENCES = {
    "Customer": ("CustomerRef", "EntityRef", "Entity"),
    "Vendor": ("VendorRef", "PrefVendorRef", "EntityRef", "Entity"),
    "Employee": ("EmployeeRef", "EntityRef", "Entity"),
    "Item": ("ItemRef", "GroupItemRef"),
    "Account": (
        *("IncomeAccountRef", "ExpenseAccountRef", "AssetAccountRef", "DepositToAccountRef"),
        *("AccountRef", "APAccountRef", "ARAccountRef", "BankAccountRef", "CCAccountRef"),
        *("FromAccountRef", "ToAccountRef", "CreditCardAccountRef", "AdjustAccountRef"),
        *("ItemAccountRef", "DiscountAccountRef"),
    ),
}


class Screen:
    """Acts on a running company as a person at the screen."""

    def __init__(self, ledger: Ledger, lock: RLock) -> None:
        self._ledger = ledger
        self._lock = lock

    def merge(self, name: str, winner_id: str, loser_id: str) -> None:
        """Merge two records as the screen does: transactions move, the loser is retired.

        Raises:
            Fault: 610 for an unknown id, 6000 where the screen would not merge them.
        """
        with self._lock, self._ledger.store.transaction():
            winner = self._get(name, winner_id)
            loser = self._get(name, loser_id)
            self._check_mergeable(name, winner, loser)
            self._repoint(name, winner, loser)
            loser = self._get(name, loser_id)
            was = dict(loser)
            if name == "Account":
                self._move_balance(winner_id, loser)
            kind = entity(name)
            assert kind.name_field is not None
            loser["Active"] = False
            loser[kind.name_field] = loser[kind.name_field].removesuffix(naming.DELETED)
            loser[kind.name_field] += naming.DELETED
            parent_id = (loser.get("ParentRef") or {}).get("value")
            naming.place(
                kind, loser, self._ledger.store.get(name, parent_id) if parent_id else None
            )
            self._ledger.touch(loser, was)
            self._ledger.store.put(name, loser)
            self._ledger.webhooks.note(name, winner_id, "merge", loser_id)

    def _get(self, name: str, record_id: str) -> Record:
        record = self._ledger.store.get(name, record_id)
        if record is None:
            raise faults.not_found()
        return record

    def _check_mergeable(self, name: str, winner: Record, loser: Record) -> None:
        if winner["Id"] == loser["Id"] or not (winner["Active"] and loser["Active"]):
            raise faults.business("Only two different active records can be merged.")
        for record in (winner, loser):
            if name != "Item" and self._ledger.store.ids(name, "parent = ?", (record["Id"],)):
                raise faults.business("Move the sub elements first; then the two can be merged.")
        for field in ("CurrencyRef", "Type", "AccountSubType"):
            of = [record.get(field) for record in (winner, loser)]
            values = [each.get("value") if isinstance(each, dict) else each for each in of]
            if None not in values and values[0] != values[1]:
                raise faults.business(f"The two differ in {field} and cannot be merged.")

    def _move_balance(self, winner_id: str, loser: Record) -> None:
        """Add the balance of an account that goes to the one that stays."""
        winner = self._get("Account", winner_id)
        for field in ("CurrentBalance", "CurrentBalanceWithSubAccounts"):
            winner[field] = number(units(winner.get(field)) + units(loser.get(field)))
            loser[field] = 0
        self._ledger.store.put("Account", winner)
        self._ledger.forget_chart()

    def _repoint(self, name: str, winner: Record, loser: Record) -> None:
        """Let everything that names the loser name the winner."""
        shown = winner.get("DisplayName") or winner.get("FullyQualifiedName")
        fields = _REFERENCES.get(name, ())
        old, new = str(loser["Id"]), {"value": str(winner["Id"]), "name": shown}
        pattern = re.compile(rf'"(?:{"|".join(fields)})":{{[^{{}}]*"value":"{re.escape(old)}"')
        sql = "SELECT entity, id, body FROM record WHERE instr(body, ?)"
        found = self._ledger.store.rows(sql, (f'"value":"{old}"',))
        for kind, _, text in found:
            if not pattern.search(text):
                continue
            was: Record = orjson.loads(text)
            record = _replaced(was, fields, old, new)
            self._ledger.touch(record, was)
            if entity(kind).kind == "transaction":
                links.post(self._ledger, kind, record, was)
                links.apply(self._ledger, kind, record)
            else:
                self._ledger.store.put(kind, record)

    def edit(self, name: str, record_id: str, fields: Record) -> Record:
        """Change fields as a person at the screen would; None clears a field.

        The API's rules do not hold, the screen's own do: names stay unique, totals are sums.

        Raises:
            Fault: 610, 6240.
        """
        with self._lock, self._ledger.store.transaction():
            was = self._get(name, record_id)
            record = {**was, **fields}
            record = {key: value for key, value in record.items() if value is not None}
            kind = entity(name)
            if kind.kind == "list":
                self._settle_name(name, record, was)
            if kind.kind == "transaction":
                forms.add_up(self._ledger, kind, record, was)
            self._ledger.touch(record, was)
            if kind.kind == "transaction":
                forms.keep(self._ledger, kind, record, was)
            else:
                self._ledger.store.put(name, record)
                self._ledger.forget_chart()
                naming.replace_subs(self._ledger, kind, record)
            self._ledger.webhooks.note(name, record_id, "update")
            return self._get(name, record_id)

    def _settle_name(self, name: str, record: Record, was: Record) -> None:
        kind = entity(name)
        if kind.name_field is None:
            return
        if record.get("Active") is False and was.get("Active") and name in PERSONS:
            record[kind.name_field] = (
                str(record[kind.name_field]).removesuffix(naming.DELETED) + naming.DELETED
            )
        if record.get("Active") and was.get("Active") is False:
            record[kind.name_field] = str(record[kind.name_field]).removesuffix(naming.DELETED)
        holder = naming.name_holder(self._ledger, kind, record)
        if holder:
            raise faults.duplicate_name(holder[1] if holder[0] == name else None)
        parent_id = (record.get("ParentRef") or {}).get("value")
        parent = self._ledger.store.get(name, parent_id) if parent_id else None
        naming.place(kind, record, parent)

    def match_to_bank(self, name: str, record_id: str) -> None:
        """Match a transaction to a line of the bank's feed.

        Raises:
            Fault: 610 for an unknown id.
        """
        with self._lock:
            self._get(name, record_id)
            links.match(self._ledger, name, record_id)

    def close_period(self, date: str) -> None:
        """Set the book closing date; "" opens the books."""
        with self._lock:
            record = self._get("Preferences", "1")
            accounting = dict(record.get("AccountingInfoPrefs") or {})
            accounting["BookCloseDate"] = date
            if not date:
                del accounting["BookCloseDate"]
            self.edit("Preferences", "1", {"AccountingInfoPrefs": accounting})


def _replaced(value: Any, fields: tuple[str, ...], old: str, new: Record) -> Any:
    """The value with every reference of these names that has the old id made the new one."""
    if isinstance(value, list):
        return [_replaced(each, fields, old, new) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: {**each, **new}
        if key in fields and isinstance(each, dict) and each.get("value") == old
        else _replaced(each, fields, old, new)
        for key, each in value.items()
    }

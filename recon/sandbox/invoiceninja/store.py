"""The records of one company in the app, in memory."""

from __future__ import annotations

import copy
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from recon.sandbox.books.company import Record
from recon.sandbox.demo.app import AppCompany
from recon.sandbox.invoiceninja.kinds import KINDS

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_LOADED = ("clients", "products", "invoices", "payments")


class Store:
    """Records by kind and id, in the order in which they were made; knows no rule of the app.

    What `get` hands out is a copy; a change counts once it is `put` back.
    """

    def __init__(self) -> None:
        self._records: dict[str, dict[str, Record]] = {path: {} for path in KINDS}
        self._holders: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        self._numbers: dict[str, int] = defaultdict(int)
        self._made = 0
        self._before: list[tuple[str, str, Record | None]] | None = None

    def load(self, company: AppCompany) -> None:
        """Replace everything by the records of a company; the company's own stay untouched."""
        for kept in self._records.values():
            kept.clear()
        self._holders.clear()
        self._numbers.clear()
        for path in _LOADED:
            for record in getattr(company, path):
                self.put(path, copy.deepcopy({**KINDS[path].fields, **record}))

    def save(self) -> AppCompany:
        """The company as it stands, ready to be exported or synced."""
        kept = {path: copy.deepcopy(list(self._records[path].values())) for path in _LOADED}
        return AppCompany(**kept)

    def every(self, path: str) -> list[Record]:
        """All records of a kind, oldest first: the stored ones, not to be changed."""
        return list(self._records[path].values())

    def get(self, path: str, record_id: str) -> Record | None:
        """A copy of one record."""
        found = self._records[path].get(record_id)
        return copy.deepcopy(found) if found is not None else None

    def put(self, path: str, record: Record) -> None:
        """Write one record, new or not."""
        self._keep(path, record["id"])
        self._index(path, record["id"], -1)
        self._records[path][record["id"]] = record
        self._index(path, record["id"], 1)

    def remove(self, path: str, record_id: str) -> None:
        """Forget one record for good."""
        self._keep(path, record_id)
        self._index(path, record_id, -1)
        del self._records[path][record_id]

    def is_taken(self, path: str, field: str, value: str, record_id: str) -> bool:
        """Whether another record than this one has the value; blanks are never taken."""
        return bool(value) and bool(self._holders[path, field, value] - {record_id})

    def new_id(self) -> str:
        """A hashed id that no record has."""
        self._made += 1
        number = int(hashlib.sha256(str(self._made).encode()).hexdigest(), 16)
        text = ""
        for _ in range(10):
            number, letter = divmod(number, len(_LETTERS))
            text += _LETTERS[letter]
        return text if all(text not in kept for kept in self._records.values()) else self.new_id()

    def new_number(self, path: str) -> str:
        """The next number of a kind that nobody has: 0001, 0002 and so on."""
        while True:
            self._numbers[path] += 1
            number = f"{self._numbers[path]:04d}"
            if not self._holders[path, "number", number]:
                return number

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of what happens inside is kept, or, after any exception, none of it."""
        if self._before is not None:
            yield
            return
        self._before = []
        try:
            yield
        except BaseException:
            undo, self._before = self._before, None
            for path, record_id, record in reversed(undo):
                self._index(path, record_id, -1)
                if record is None:
                    self._records[path].pop(record_id, None)
                else:
                    self._records[path][record_id] = record
                    self._index(path, record_id, 1)
            raise
        finally:
            self._before = None

    def _keep(self, path: str, record_id: str) -> None:
        if self._before is not None:
            self._before.append((path, record_id, self._records[path].get(record_id)))

    def _index(self, path: str, record_id: str, change: int) -> None:
        record: Mapping[str, object] = self._records[path].get(record_id) or {}
        for field in {"number", *KINDS[path].unique} & record.keys():
            holders = self._holders[path, field, str(record[field])]
            (holders.add if change > 0 else holders.discard)(record_id)

"""The records of one company in SQLite: JSON text, and beside it the columns that queries use."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson

from recon.sandbox.books.company import Record
from recon.sandbox.records.amounts import units
from recon.sandbox.records.entities import Entity, entity

# QuickBooks stamps in Pacific time whatever the company's own is (official samples).
PACIFIC = timezone(timedelta(hours=-7))

_TABLES = """
CREATE TABLE IF NOT EXISTS record (
    entity TEXT NOT NULL, id TEXT NOT NULL, position INTEGER NOT NULL, body TEXT NOT NULL,
    active INTEGER NOT NULL, name TEXT, full_name TEXT, company TEXT, email TEXT, number TEXT,
    customer TEXT, parent TEXT, txn_date TEXT, due_date TEXT, total INTEGER, balance INTEGER,
    created INTEGER, updated INTEGER);
CREATE TABLE IF NOT EXISTS link (
    source TEXT NOT NULL, source_id TEXT NOT NULL, target TEXT NOT NULL, target_id TEXT NOT NULL,
    amount INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS gone (entity TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS sequence (name TEXT PRIMARY KEY, last INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS answer (
    requestid TEXT PRIMARY KEY, asked TEXT NOT NULL, status INTEGER NOT NULL, body BLOB NOT NULL,
    at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS file (id TEXT PRIMARY KEY, secret TEXT NOT NULL, content BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_INDEXES = """
CREATE UNIQUE INDEX IF NOT EXISTS by_id ON record (entity, id);
CREATE INDEX IF NOT EXISTS by_position ON record (entity, position, id, active);
CREATE INDEX IF NOT EXISTS by_name ON record (entity, name) WHERE name IS NOT NULL;
CREATE INDEX IF NOT EXISTS by_full_name ON record (entity, full_name) WHERE full_name IS NOT NULL;
CREATE INDEX IF NOT EXISTS by_company ON record (entity, company) WHERE company IS NOT NULL;
CREATE INDEX IF NOT EXISTS by_email ON record (entity, email) WHERE email IS NOT NULL;
CREATE INDEX IF NOT EXISTS by_number ON record (entity, number) WHERE number IS NOT NULL;
CREATE INDEX IF NOT EXISTS by_customer ON record (entity, customer) WHERE customer IS NOT NULL;
CREATE INDEX IF NOT EXISTS by_parent ON record (entity, parent) WHERE parent IS NOT NULL;
CREATE INDEX IF NOT EXISTS by_date ON record (entity, txn_date) WHERE txn_date IS NOT NULL;
CREATE INDEX IF NOT EXISTS by_update ON record (entity, updated);
CREATE INDEX IF NOT EXISTS by_source ON link (source_id, source);
CREATE INDEX IF NOT EXISTS by_target ON link (target_id, target);
"""
_INDEX_NAMES = tuple(line.split()[-1] for line in re.findall(r"EXISTS \w+", _INDEXES))
_INSERT = "INSERT OR REPLACE INTO record VALUES (" + ", ".join("?" * 18) + ")"  # noqa: S608 - marks only


def fold(text: str) -> str:
    """The key under which QuickBooks compares two values: case does not count."""
    return text.casefold()


@lru_cache(maxsize=4096)
def milliseconds(stamp: str) -> int:
    """A QuickBooks time stamp as milliseconds since 1970; a bare date is its midnight.

    Without an offset it is Pacific time, whatever the time of this machine.
    """
    moment = datetime.fromisoformat(stamp)
    return round((moment if moment.tzinfo else moment.replace(tzinfo=PACIFIC)).timestamp() * 1000)


def stamped(moment: int) -> str:
    """Milliseconds since 1970 as a QuickBooks time stamp."""
    return datetime.fromtimestamp(moment / 1000, PACIFIC).isoformat(timespec="seconds")


def row(kind: Entity, record: Record) -> tuple[Any, ...]:
    """The row of table `record` for one record, index columns filled from the JSON."""
    # Nobody looks settings up, and they may have any member: theirs are not indexed.
    shown = record if kind.kind != "settings" else {"MetaData": record.get("MetaData")}
    get = shown.get
    record_id = str(record["Id"])
    name = get(kind.name_field) if kind.name_field else None
    number = get(kind.number_field) if kind.number_field else None
    email = (get("PrimaryEmailAddr") or {}).get("Address")
    meta = get("MetaData") or {}
    # An account is looked up by its subtype and a rate by its currency, as people by their company.
    company = get("CompanyName") or get("AccountSubType") or get("SourceCurrencyCode")
    return (
        kind.name,
        record_id,
        int(record_id) if record_id.isdecimal() else 0,
        orjson.dumps(record).decode(),
        0 if get("Active") is False else 1,
        fold(name) if name else None,
        fold(get("FullyQualifiedName") or "") or None,
        fold(company) if company else None,
        fold(email) if email else None,
        fold(number) if number else None,
        (get("CustomerRef") or get("VendorRef") or {}).get("value"),
        (get("ParentRef") or {}).get("value"),
        get("TxnDate") or get("AsOfDate"),
        get("DueDate"),
        units(get("TotalAmt")) if kind.kind == "transaction" else None,
        units(get("Balance")) if "Balance" in shown else None,
        milliseconds(meta["CreateTime"]) if meta.get("CreateTime") else 0,
        milliseconds(meta["LastUpdatedTime"]) if meta.get("LastUpdatedTime") else 0,
    )


class Store:
    """One SQLite database, one writer.

    Reads answer plain dicts or the stored text itself; nothing here knows a rule of QuickBooks.

    Attributes:
        undone: how often writes were taken back.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._db = sqlite3.connect(
            path or ":memory:", isolation_level=None, check_same_thread=False, cached_statements=512
        )
        self._written: Counter[str] = Counter()
        self.undone = 0
        self._db.create_function("fold", 1, lambda text: fold(str(text)), deterministic=True)
        if path:
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(_TABLES + _INDEXES)

    def close(self) -> None:
        """Release the database."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of what happens inside is kept, or, after any exception, none of it; nests."""
        outermost = not self._db.in_transaction
        self._db.execute("BEGIN IMMEDIATE" if outermost else "SAVEPOINT inner")
        try:
            yield
        except BaseException:
            self._written.update(self._written.keys())
            self.undone += 1
            self._db.execute("ROLLBACK" if outermost else "ROLLBACK TO inner")
            if not outermost:
                self._db.execute("RELEASE inner")
            raise
        self._db.execute("COMMIT" if outermost else "RELEASE inner")

    @contextmanager
    def bulk(self) -> Iterator[None]:
        """A load: one transaction, indexes built once at its end."""
        with self.transaction():
            for name in _INDEX_NAMES:
                self._db.execute(f"DROP INDEX IF EXISTS {name}")
            yield
            for line in _INDEXES.strip().splitlines():
                self._db.execute(line)

    def clear(self) -> None:
        """Forget every record, link and answer."""
        self._written.update(self._written.keys())
        for table in ("record", "link", "gone", "sequence", "answer", "file", "about"):
            self._db.execute(f"DELETE FROM {table}")  # noqa: S608 - names of our own

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Whatever the statement selects."""
        return self._db.execute(sql, values).fetchall()

    def text(self, name: str, record_id: str) -> str | None:
        """The JSON text of one record."""
        found = self.rows("SELECT body FROM record WHERE entity = ? AND id = ?", (name, record_id))
        return found[0][0] if found else None

    def get(self, name: str, record_id: str) -> Record | None:
        """One record, a fresh dict."""
        text = self.text(name, record_id)
        return orjson.loads(text) if text is not None else None

    def every(self, name: str, where: str = "", values: Sequence[Any] = ()) -> list[Record]:
        """Records of one kind in the order of their ids; `where` is SQL over index columns."""
        # The plus keeps SQLite from reading the whole kind in order when `where` has an index.
        tail = f" AND {where} ORDER BY +position, id" if where else " ORDER BY position, id"
        sql = f"SELECT body FROM record WHERE entity = ?{tail}"  # noqa: S608 - own columns
        return [orjson.loads(text) for (text,) in self.rows(sql, (name, *values))]

    def texts(self, name: str) -> Iterator[str]:
        """The JSON text of every record of one kind, in the order of their ids, one at a time."""
        sql = "SELECT body FROM record WHERE entity = ? ORDER BY position, id"
        for (text,) in self._db.execute(sql, (name,)):
            yield text

    def ids(self, name: str, where: str, values: Sequence[Any]) -> list[str]:
        """Ids of the records of one kind that `where` picks."""
        sql = f"SELECT id FROM record WHERE entity = ? AND {where} ORDER BY +position"  # noqa: S608
        return [record_id for (record_id,) in self.rows(sql, (name, *values))]

    def count(self, name: str) -> int:
        """How many records of one kind there are."""
        count: int = self.rows("SELECT count(*) FROM record WHERE entity = ?", (name,))[0][0]
        return count

    def names(self) -> list[str]:
        """Every kind of which there is a record."""
        return [name for (name,) in self.rows("SELECT DISTINCT entity FROM record")]

    def version(self, name: str) -> int:
        """A number that changes with every write, or write taken back, of that kind of record."""
        return self._written[name]

    def put(self, name: str, record: Record) -> None:
        """Write one record, new or not."""
        self._written[name] += 1
        self._db.execute(_INSERT, row(entity(name), record))

    def rebalance(self, name: str, record: Record) -> None:
        """Write a record of which nothing but amounts has changed: no index has to be touched."""
        self._written[name] += 1
        balance = units(record.get("Balance")) if "Balance" in record else None
        sql = "UPDATE record SET body = ?, balance = ? WHERE entity = ? AND id = ?"
        self._db.execute(sql, (orjson.dumps(record).decode(), balance, name, record["Id"]))

    def put_many(self, name: str, records: Iterable[Record]) -> None:
        """Write many records of one kind."""
        self._written[name] += 1
        kind = entity(name)
        self._db.executemany(_INSERT, (row(kind, record) for record in records))

    def delete(self, name: str, record_id: str, at: int) -> None:
        """Remove one record and remember when, for change data capture."""
        self._written[name] += 1
        self._db.execute("DELETE FROM record WHERE entity = ? AND id = ?", (name, record_id))
        self._db.execute("INSERT INTO gone VALUES (?, ?, ?)", (name, record_id, at))

    def links_of(self, source: str, record_id: str) -> list[tuple[str, str, int]]:
        """What a payment or deposit is applied to: (target, target id, amount)."""
        sql = "SELECT target, target_id, amount FROM link WHERE source_id = ? AND source = ?"
        return self.rows(sql, (record_id, source))

    def links_to(self, target: str, record_id: str) -> list[tuple[str, str, int]]:
        """What is applied to a transaction: (source, source id, amount)."""
        sql = "SELECT source, source_id, amount FROM link WHERE target_id = ? AND target = ?"
        return self.rows(sql, (record_id, target))

    def relink(self, source: str, record_id: str, links: Iterable[tuple[str, str, int]]) -> None:
        """Replace everything that a payment or deposit is applied to."""
        self._db.execute("DELETE FROM link WHERE source_id = ? AND source = ?", (record_id, source))
        rows = (
            (source, record_id, target, target_id, amount) for target, target_id, amount in links
        )
        self._db.executemany("INSERT INTO link VALUES (?, ?, ?, ?, ?)", rows)

    def link_many(self, links: Iterable[tuple[str, str, str, str, int]]) -> None:
        """Add many links: (source, source id, target, target id, amount)."""
        self._db.executemany("INSERT INTO link VALUES (?, ?, ?, ?, ?)", links)

    def next(self, sequence: str) -> int:
        """The next number of a sequence: ids by kind, document numbers by transaction type."""
        sql = (
            "INSERT INTO sequence VALUES (?, 1) "
            "ON CONFLICT (name) DO UPDATE SET last = last + 1 RETURNING last"
        )
        last: int = self.rows(sql, (sequence,))[0][0]
        return last

    def start_sequence(self, sequence: str, last: int) -> None:
        """Continue a sequence after `last`, or after where it already stands."""
        sql = (
            "INSERT INTO sequence VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET last = max(last, excluded.last)"
        )
        self._db.execute(sql, (sequence, last))

    def remember(self, requestid: str, answer: tuple[str, int, bytes, float]) -> None:
        """Keep the answer to a request id: (digest of what was asked, status, body, when)."""
        self._db.execute("INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?)",
                         (requestid, *answer))  # fmt: skip

    def remembered(self, requestid: str) -> tuple[str, int, bytes, float] | None:
        """The answer kept for a request id."""
        sql = "SELECT asked, status, body, at FROM answer WHERE requestid = ?"
        found = self.rows(sql, (requestid,))
        return found[0] if found else None

    def keep_file(self, record_id: str, secret: str, content: bytes) -> None:
        """Keep the file of an attachment under a secret word that opens it."""
        row = (record_id, secret, content)
        self._db.execute("INSERT OR REPLACE INTO file VALUES (?, ?, ?)", row)

    def drop_file(self, record_id: str) -> None:
        """Forget the file of an attachment, if there is one."""
        self._db.execute("DELETE FROM file WHERE id = ?", (record_id,))

    def file(self, record_id: str) -> tuple[str, bytes]:
        """Secret word and content of an attachment's file; "" for a mere note."""
        found = self.rows("SELECT secret, content FROM file WHERE id = ?", (record_id,))
        return found[0] if found else ("", b"")

    def opened(self, secret: str) -> str | None:
        """The attachment whose file a secret word opens."""
        found = self.rows("SELECT id FROM file WHERE secret = ?", (secret,))
        return found[0][0] if found else None

    def describe(self, name: str, value: str | None = None) -> str | None:
        """A fact about the whole database, written first if `value` is given."""
        if value is not None:
            self._db.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (name, value))
        found = self.rows("SELECT value FROM about WHERE name = ?", (name,))
        return found[0][0] if found else None

"""Many requests in one, and everything that changed since a moment.

Source: Intuit, Batch entity page and Change data capture; Finance.xsd, BatchItemRequest, read
2026-11-22.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from recon.sandbox import faults
from recon.sandbox.books import search
from recon.sandbox.books.ledger import Ledger
from recon.sandbox.books.store import milliseconds, stamped
from recon.sandbox.faults import Fault
from recon.sandbox.records.entities import Entity, entity_called
from recon.sandbox.records.shown import shown

_MOST = 30
_DAYS_BACK = 30
_MOST_CHANGES = 1000
_NOT_TRACKED = frozenset({"JournalCode", "TimeActivity", "TaxAgency", "TaxCode", "TaxRate"})
Write = Callable[[Entity, str, Any, tuple[str, bool]], str]


def answer(ledger: Ledger, body: Any, write: Write) -> bytes:
    """The BatchItemResponse list: each item succeeds or fails by itself.

    Raises:
        Fault: 1040 for more than 30 items, 2010 for a body that is no batch.
    """
    items = body.get("BatchItemRequest") if isinstance(body, dict) else None
    if not isinstance(items, list):
        raise faults.invalid_property("BatchItemRequest")
    if len(items) > _MOST:
        said = f"Batch size exceeds allowed limit. Max:{_MOST} supported. Supplied:{len(items)}"
        raise faults.fault("1040", said)
    return b"[" + b",".join(_item(ledger, item, write) for item in items) + b"]"


def first_items(body: bytes, most: int) -> bytes:
    """The body of a batch cut to its first items."""
    return orjson.dumps({"BatchItemRequest": orjson.loads(body)["BatchItemRequest"][:most]})


def _item(ledger: Ledger, item: Any, write: Write) -> bytes:
    record_id = orjson.dumps(item.get("bId", "") if isinstance(item, dict) else "")
    try:
        inside = _done(ledger, item, write)
    except Fault as fault:
        inside = b'"Fault":' + orjson.dumps(fault.json())
    return b'{%s,"bId":%s}' % (inside, record_id)


def _done(ledger: Ledger, item: Any, write: Write) -> bytes:
    """What one item of a batch asked for."""
    if not isinstance(item, dict):
        raise faults.invalid_property("BatchItemRequest")
    if "Query" in item:
        return b'"QueryResponse":' + search.answer(ledger, str(item["Query"]))
    names = [name for name in item if name not in {"bId", "operation", "optionsData"}]
    kind = entity_called(names[0]) if len(names) == 1 else None
    if kind is None:
        raise faults.fault("2000", f"Object Name: {', '.join(names)}")
    operation = str(item.get("operation", "")).lower()
    options = str(item.get("optionsData", "")).lower()
    if operation == "update" and options == "void":
        operation = "void"
    text = write(kind, operation, item[names[0]], ("", "allowduplicatedocnum" in options))
    return f'"{kind.name}":{text}'.encode()


def changes(ledger: Ledger, params: dict[str, str]) -> bytes:
    """The CDCResponse: per kind every record written, and every one deleted, since a moment.

    Raises:
        Fault: 2020 without a parameter, 2000 or 500 for a kind that is not tracked, 2060 for a
            moment that is none or too long ago.
    """
    for name in ("entities", "changedSince"):
        if not params.get(name):
            raise faults.required(name)
    since = _moment(ledger, params["changedSince"])
    parts, left = [], _MOST_CHANGES
    for name in params["entities"].split(","):
        kind = entity_called(name.strip())
        if kind is None:
            raise faults.fault("2000", f"Object Name: {name}")
        if kind.name in _NOT_TRACKED:
            raise faults.fault("500", f"Operation CDC for {kind.name} is not supported.")
        texts = _changed(ledger, kind, since)[:left]
        left -= len(texts)
        page = f'"startPosition":1,"maxResults":{len(texts)}'
        parts.append(f'{{"{kind.name}":[{",".join(texts)}],{page}}}' if texts else "{}")
    return f'[{{"QueryResponse":[{",".join(parts)}]}}]'.encode()


def _moment(ledger: Ledger, text: str) -> int:
    """Milliseconds of a CDC starting point within the last 30 days."""
    try:
        # A "+" of an offset that was not escaped in the address arrives as a blank.
        since = milliseconds(text.replace(" ", "+"))
    except ValueError:
        raise faults.fault("2060", f"Supplied value:{text}", "changedSince") from None
    earliest = int(ledger.clock().timestamp() * 1000) - (_DAYS_BACK + 1) * 86_400_000
    if since < earliest:
        if ledger.switches.cdc_too_old == "clamp":
            return earliest
        said = f"changedSince must be within the last {_DAYS_BACK} days. Supplied value:{text}"
        raise faults.fault("2060", said, "changedSince")
    return since


def _changed(ledger: Ledger, kind: Entity, since: int) -> list[str]:
    sql = "SELECT body FROM record WHERE entity = ? AND updated >= ? ORDER BY updated, position"
    rows = ledger.store.rows(sql, (kind.name, since))
    texts = [shown(ledger, kind, text) for (text,) in rows]
    sql = "SELECT id, at FROM gone WHERE entity = ? AND at >= ? ORDER BY at"
    for record_id, at in ledger.store.rows(sql, (kind.name, since)):
        meta = {"LastUpdatedTime": stamped(at)}
        gone = {"status": "Deleted", "domain": "QBO", "Id": record_id, "MetaData": meta}
        texts.append(orjson.dumps(gone).decode())
    return texts

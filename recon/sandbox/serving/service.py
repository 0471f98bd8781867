"""The API itself, free of HTTP: one request in, one answer out.

Source: Intuit, REST API features; Intuit developer blog, Request ID update, 2015-04-06, read
2026-11-22.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson

from recon.sandbox import faults
from recon.sandbox.books import search
from recon.sandbox.books.company import Record
from recon.sandbox.books.ledger import Ledger
from recon.sandbox.faults import Fault
from recon.sandbox.lists import rates
from recon.sandbox.records.entities import Entity, entity_called
from recon.sandbox.records.shown import shown
from recon.sandbox.reports import catalogue
from recon.sandbox.serving import batch, writes
from recon.sandbox.serving.asked import Answer, Asked
from recon.sandbox.transactions import attachments, documents, recurring, taxes

_REQUEST_ID_MOST = 50
_BATCH_REQUEST_ID_MOST = 36
_BATCH_ITEM_ID_MOST = 10
_TEXT = "text/plain;charset=UTF-8"
# Kinds that are written by rules of their own; every other is written by `writes`.
_WRITERS: dict[str, Callable[[Ledger, Any], Record]] = {
    "Attachable": attachments.write,
    "ExchangeRate": rates.write,
    "RecurringTransaction": recurring.write,
}
_DELETERS: dict[str, Callable[[Ledger, Any], Record]] = {
    "Attachable": attachments.delete,
    "RecurringTransaction": recurring.delete,
}


@dataclass
class Service:
    """Answers requests on one ledger and keeps a list of every write."""

    ledger: Ledger
    events: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._routes: dict[str, dict[str, Callable[[Asked], bytes]]] = {
            "query": {"GET": self._query, "POST": self._query},
            "batch": {"POST": self._batch},
            "cdc": {"GET": self._changes},
            "upload": {"POST": self._upload},
            "reports": {"GET": self._report},
            "exchangerate": {"GET": self._rate},
            "taxservice/taxcode": {"POST": self._tax},
        }

    def answer(self, asked: Asked) -> Answer:
        """The answer to one request.

        A request id seen before gets the first answer again; nothing is written twice.
        """
        try:
            self._check_access()
            requestid = asked.params.get("requestid", "")
            honoured = self.ledger.switches.request_ids == "honoured"
            if requestid and honoured and asked.method == "POST" and asked.head != "query":
                return Answer(*self._once(requestid, asked))
            document = self._document(asked) if asked.method == "GET" else None
            return document or Answer(200, self._timed(self._dispatch(asked)))
        except Fault as fault:
            return Answer(fault.status, self._fault(fault))

    def _once(self, requestid: str, asked: Asked) -> tuple[int, bytes]:
        """Status and body of a write under a request id: done now, or told again."""
        _check_request_id(requestid, asked)
        switches, store = self.ledger.switches, self.ledger.store
        what = (*asked.path, asked.params.get("operation", ""))
        digest = hashlib.sha256(b"/".join((*map(str.encode, what), asked.body))).hexdigest()
        now = self.ledger.clock().timestamp()
        kept = store.remembered(requestid)
        minutes = switches.request_id_minutes
        if kept and (not minutes or now - kept[3] <= minutes * 60):
            if kept[0] != digest and switches.request_id_other_body == "600":
                raise faults.fault("600", f"Duplicate Request ID : {requestid}")
            return kept[1], kept[2]
        with store.transaction():
            try:
                status, body = 200, self._timed(self._dispatch(asked))
            except Fault as fault:
                status, body = fault.status, self._fault(fault)
            if status == 200 or switches.request_id_refused == "replay":
                store.remember(requestid, (digest, status, body, now))
        return status, body

    def _timed(self, inside: bytes) -> bytes:
        """The members of an answer, wrapped with the time of the answer."""
        return b'{%s,"time":"%s"}' % (inside, self.ledger.answer_time().encode())

    def _fault(self, fault: Fault) -> bytes:
        return self._timed(b'"Fault":' + orjson.dumps(fault.json()))

    def _document(self, asked: Asked) -> Answer | None:
        """An answer that is no JSON: a form as a PDF, or where a file can be fetched."""
        if asked.head == "download" and len(asked.path) == 2:
            return Answer(200, attachments.address(self.ledger, asked.path[1]).encode(), _TEXT)
        kind = entity_called(asked.head)
        if kind and len(asked.path) == 3 and asked.path[2].lower() == "pdf":
            return Answer(200, documents.pdf(self.ledger, kind, asked.path[1]), "application/pdf")
        return None

    def _dispatch(self, asked: Asked) -> bytes:
        """The members of the answer to one request, or a Fault raised."""
        routes = self._routes.get("/".join(asked.path).lower()) or self._routes.get(asked.head)
        kind = entity_called(asked.head)
        if routes is not None and asked.method in routes:
            return routes[asked.method](asked)
        if kind is None and routes is None:
            raise faults.system(
                f"operation could not find resource {'/'.join(asked.path)}",
                int(self.ledger.switches.system_fault_status),
            )
        if kind is None or asked.method not in {"GET", "POST"}:
            raise faults.no_method(asked.method)
        if asked.method == "GET":
            return self._read(kind, asked)
        if len(asked.path) == 3 and asked.path[2].lower() == "send":
            return self._sent(kind, asked)
        if len(asked.path) > 1:
            raise faults.fault("500", f"Operation {asked.path[-1]} is not supported.")
        return self._posted(kind, asked)

    def _query(self, asked: Asked) -> bytes:
        return b'"QueryResponse":' + search.answer(self.ledger, asked.statement())

    def _batch(self, asked: Asked) -> bytes:
        return b'"BatchItemResponse":' + batch.answer(self.ledger, asked.json(), self._write)

    def _changes(self, asked: Asked) -> bytes:
        return b'"CDCResponse":' + batch.changes(self.ledger, asked.params)

    def _tax(self, asked: Asked) -> bytes:
        self._check_writing()
        return orjson.dumps(taxes.create(self.ledger, asked.json()))[1:-1]

    def _upload(self, asked: Asked) -> bytes:
        self._check_writing()
        kept = attachments.upload(self.ledger, asked.content_type, asked.body)
        for each in kept:
            if "Attachable" in each:
                record = each["Attachable"]
                self.events.append(_event("create", "Attachable", record["Id"], asked))
                text = shown(self.ledger, _kind("Attachable"), orjson.dumps(record).decode())
                each["Attachable"] = orjson.Fragment(text)
        return b'"AttachableResponse":' + orjson.dumps(kept)

    def _rate(self, asked: Asked) -> bytes:
        folded = {name.lower(): value for name, value in asked.params.items()}
        found = rates.rate(
            self.ledger, folded.get("sourcecurrencycode", ""), folded.get("asofdate", "")
        )
        text = shown(self.ledger, _kind("ExchangeRate"), orjson.dumps(found).decode())
        return f'"ExchangeRate":{text}'.encode()

    def _report(self, asked: Asked) -> bytes:
        name = asked.path[1] if len(asked.path) == 2 else ""
        return orjson.dumps(catalogue.report(self.ledger, name, asked.params))[1:-1]

    def _read(self, kind: Entity, asked: Asked) -> bytes:
        """One record; the settings records answer to any id."""
        rest = asked.path[1:]
        if kind.kind == "settings":
            record_id = "1"
        elif len(rest) != 1:
            raise faults.no_method("GET")
        else:
            record_id = rest[0]
        text = self.ledger.store.text(kind.name, record_id)
        if text is None:
            if not record_id.isdecimal() and kind.kind != "fixed":
                raise faults.fault("2030", "Id should be a valid number", "Id")
            raise faults.not_found()
        if kind.name == "Invoice" and "invoicelink" in asked.params.get("include", "").lower():
            text = documents.with_link(self.ledger, text)
        return f'"{kind.name}":{shown(self.ledger, kind, text)}'.encode()

    def _sent(self, kind: Entity, asked: Asked) -> bytes:
        self._check_writing()
        record = documents.send(self.ledger, kind, asked.path[1], asked.params.get("sendTo", ""))
        self.events.append(_event("send", kind.name, record["Id"], asked))
        self.ledger.webhooks.note(kind.name, record["Id"], "send")
        return f'"{kind.name}":{orjson.dumps(record).decode()}'.encode()

    def _posted(self, kind: Entity, asked: Asked) -> bytes:
        operation = asked.params.get("operation", "").lower()
        include = asked.params.get("include", "").lower()
        if operation in {"", "update"} and include == "void":
            operation = "void"
        text = self._write(
            kind,
            operation,
            asked.json(),
            (asked.params.get("requestid", ""), "allowduplicatedocnum" in include),
        )
        return f'"{kind.name}":{text}'.encode()

    def _check_access(self) -> None:
        """Refuse everything (120, 140, 150) where a switch says that nobody gets in."""
        switches = self.ledger.switches
        if switches.connected_user == "removed":
            raise faults.no_administrator()
        if switches.company_state != "open":
            raise faults.closed_company("140" if switches.company_state == "locked" else "150")

    def _check_writing(self) -> None:
        """Refuse a write (6190, 5020) where a switch says that the app may only read."""
        if self.ledger.switches.subscription == "lapsed":
            raise faults.lapsed()
        if self.ledger.switches.connected_user == "limited":
            raise faults.fault("5020", "Permission Denied Error : You can only view this company.")

    def _write(self, kind: Entity, operation: str, body: Any, how: tuple[str, bool]) -> str:
        """Do one write, note it, and answer the record as JSON text.

        Args:
            kind: what is written.
            operation: create, update, delete, void, or "" for whichever the body's Id says.
            body: the record, or the id of what goes.
            how: the request id, and whether document numbers may repeat.
        """
        requestid, allow_duplicate = how
        event: dict[str, Any] = {
            "method": operation or ("update" if _has_id(body) else "create"),
            "entity": kind.name,
            "id": str(body.get("Id") or "") if isinstance(body, dict) else "",
            "status": 200,
            "code": "",
            "requestid": requestid,
        }
        try:
            self._check_writing()
            record = self._written(kind, operation, body, allow_duplicate=allow_duplicate)
        except Fault as fault:
            self.events.append({**event, "status": fault.status, "code": fault.code})
            raise
        self.events.append({**event, "id": record.get("Id", "")})
        self.ledger.webhooks.note(kind.name, record.get("Id", ""), event["method"])
        return shown(self.ledger, kind, orjson.dumps(record).decode())

    def _written(self, kind: Entity, operation: str, body: Any, *, allow_duplicate: bool) -> Record:
        """The record after one write, by the rules of its kind."""
        if operation == "delete":
            if kind.name in _DELETERS:
                return _DELETERS[kind.name](self.ledger, body)
            return writes.delete(self.ledger, kind, body)
        if operation == "void":
            return writes.void(self.ledger, kind, body)
        if operation not in {"", "create", "update"}:
            raise faults.fault("500", f"Operation {operation} is not supported.")
        if kind.name in _WRITERS:
            return _WRITERS[kind.name](self.ledger, body)
        return writes.write(self.ledger, kind, body, allow_duplicate=allow_duplicate)


def _check_request_id(requestid: str, asked: Asked) -> None:
    """Check the lengths that let QuickBooks derive an id for each item of a batch.

    Raises:
        Fault: 2130.
    """
    is_batch = asked.head == "batch"
    most = _BATCH_REQUEST_ID_MOST if is_batch else _REQUEST_ID_MOST
    if len(requestid) > most:
        said = f"The request id must not be longer than {most} characters."
        raise faults.fault("2130", said)
    body = asked.json() if is_batch else None
    items = body.get("BatchItemRequest") if isinstance(body, dict) else None
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict) and len(str(item.get("bId", ""))) > _BATCH_ITEM_ID_MOST:
            said = f"With a request id a bId must not be longer than {_BATCH_ITEM_ID_MOST}."
            raise faults.fault("2130", said, "bId")


def _event(method: str, name: str, record_id: str, asked: Asked) -> dict[str, Any]:
    """One line of the log of writes, for a write that was done."""
    requestid = asked.params.get("requestid", "")
    return {
        "method": method,
        "entity": name,
        "id": record_id,
        "status": 200,
        "code": "",
        "requestid": requestid,
    }


def _kind(name: str) -> Entity:
    kind = entity_called(name)
    assert kind is not None
    return kind


def _has_id(body: Any) -> bool:
    return isinstance(body, dict) and bool(body.get("Id")) and str(body["Id"]) != "0"

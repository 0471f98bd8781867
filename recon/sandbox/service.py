"""The API itself, free of HTTP: one request in, one status and JSON text out.

Source: Intuit, REST API features; Intuit developer blog, Request ID update, 2015-04-06, read
2026-11-22.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

import orjson

from recon.sandbox import batch, faults, search, taxes, writes
from recon.sandbox.entities import Entity, entity_called
from recon.sandbox.faults import Fault
from recon.sandbox.ledger import Ledger

_REQUEST_ID_MOST = 50
_BATCH_REQUEST_ID_MOST = 36


@dataclass(frozen=True)
class Asked:
    """One request for a company: `path` is what follows the realm id, split at slashes."""

    method: str
    path: tuple[str, ...]
    params: dict[str, str]
    body: bytes


@dataclass
class Service:
    """Answers requests on one ledger and keeps a list of every write."""

    ledger: Ledger
    events: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, asked: Asked) -> tuple[int, bytes]:
        """HTTP status and JSON text for one request.

        A request id seen before gets the first answer again; nothing is written twice.
        """
        try:
            requestid = asked.params.get("requestid", "")
            honoured = self.ledger.switches.request_ids == "honoured"
            is_write = asked.method == "POST" and asked.path[0].lower() != "query"
            if requestid and honoured and is_write:
                return self._once(requestid, asked)
            return 200, self._timed(self._dispatch(asked))
        except Fault as fault:
            return fault.status, self._fault(fault)

    def _once(self, requestid: str, asked: Asked) -> tuple[int, bytes]:
        is_batch = asked.path[0].lower() == "batch"
        most = _BATCH_REQUEST_ID_MOST if is_batch else _REQUEST_ID_MOST
        if len(requestid) > most:
            said = f"The request id must not be longer than {most} characters."
            raise faults.fault("2130", said)
        switches, store = self.ledger.switches, self.ledger.store
        digest = hashlib.sha256(b"/".join((*map(str.encode, asked.path), asked.body))).hexdigest()
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
            store.remember(requestid, (digest, status, body, now))
        return status, body

    def _timed(self, inside: bytes) -> bytes:
        """The members of an answer, wrapped with the time of the answer."""
        return b'{%s,"time":"%s"}' % (inside, self.ledger.answer_time().encode())

    def _fault(self, fault: Fault) -> bytes:
        return self._timed(b'"Fault":' + orjson.dumps(fault.json()))

    def _dispatch(self, asked: Asked) -> bytes:
        """The members of the answer to one request, or a Fault raised."""
        head = asked.path[0].lower()
        if head == "query":
            return b'"QueryResponse":' + search.answer(self.ledger, _statement(asked))
        if head == "batch" and asked.method == "POST":
            answers = batch.answer(self.ledger, _json(asked.body), self._write)
            return b'"BatchItemResponse":' + answers
        if head == "cdc" and asked.method == "GET":
            changes = batch.changes(self.ledger, asked.params)
            return b'"CDCResponse":' + changes
        if [part.lower() for part in asked.path] == ["taxservice", "taxcode"]:
            created = taxes.create(self.ledger, _json(asked.body))
            return orjson.dumps(created)[1:-1]
        kind = entity_called(head)
        if kind is None:
            raise faults.system(
                f"operation could not find resource {'/'.join(asked.path)}",
                int(self.ledger.switches.system_fault_status),
            )
        if asked.method == "GET":
            return self._read(kind, asked.path[1:])
        if len(asked.path) > 1:
            raise faults.fault("500", f"Operation {asked.path[-1]} is not supported.")
        return self._posted(kind, asked)

    def _read(self, kind: Entity, rest: tuple[str, ...]) -> bytes:
        """One record; the settings records answer to any id."""
        if kind.kind == "settings":
            record_id = "1"
        elif not rest:
            problem = faults.Problem("500", "No resource method found for GET, return 405")
            raise Fault(problem, status=405)
        else:
            record_id = rest[0]
        text = self.ledger.store.text(kind.name, record_id)
        if text is None:
            if not record_id.isdecimal() and kind.kind != "fixed":
                raise faults.fault("2030", "Id should be a valid number", "Id")
            raise faults.not_found()
        return f'"{kind.name}":{text}'.encode()

    def _posted(self, kind: Entity, asked: Asked) -> bytes:
        operation = asked.params.get("operation", "").lower()
        include = asked.params.get("include", "").lower()
        if operation == "update" and include == "void":
            operation = "void"
        record = self._write(
            kind,
            operation,
            _json(asked.body),
            (asked.params.get("requestid", ""), "allowduplicatedocnum" in include),
        )
        return f'"{kind.name}":{orjson.dumps(record).decode()}'.encode()

    def _write(self, kind: Entity, operation: str, body: Any, how: tuple[str, bool]) -> Any:
        """Do one write and note it; `how` is its request id and whether numbers may repeat."""
        requestid, allow_duplicate = how
        event = {
            "method": operation or ("update" if _has_id(body) else "create"),
            "entity": kind.name,
            "id": str(body.get("Id") or "") if isinstance(body, dict) else "",
            "status": 200,
            "code": "",
            "requestid": requestid,
        }
        try:
            if self.ledger.switches.subscription == "lapsed":
                raise faults.lapsed()
            if operation == "delete":
                record = writes.delete(self.ledger, kind, body)
            elif operation == "void":
                record = writes.void(self.ledger, kind, body)
            elif operation in {"", "create", "update"}:
                record = writes.write(self.ledger, kind, body, allow_duplicate=allow_duplicate)
            else:
                raise faults.fault("500", f"Operation {operation} is not supported.")
        except Fault as fault:
            self.events.append({**event, "status": fault.status, "code": fault.code})
            raise
        self.events.append({**event, "id": record["Id"]})
        return record


def _has_id(body: Any) -> bool:
    return isinstance(body, dict) and bool(body.get("Id")) and str(body["Id"]) != "0"


def _json(body: bytes) -> Any:
    """The request's JSON.

    Raises:
        Fault: 500 for text that is not UTF-8, 2010 for what is not JSON.
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        try:
            body.decode()
        except UnicodeDecodeError:
            said = (
                "com.sun.org.apache.xerces.internal.impl.io.MalformedByteSequenceException: "
                "Invalid byte 1 of 1-byte UTF-8 sequence"
            )
            raise faults.fault("500", f"Operation {said} is not supported.") from error
        raise faults.invalid_property() from error


def _statement(asked: Asked) -> str:
    """The query's text, from the address or from the body."""
    if asked.method == "GET":
        return asked.params.get("query", "")
    return asked.body.decode("utf-8", errors="replace")

"""Files and notes on records: the upload's multipart body, and what is kept of it.

Source: Intuit, Attachable entity page (upload, download, note); python-quickbooks 0.9.12
client.py and node-quickbooks 2.0.50 (how they send a file), read 2026-11-26.
"""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from recon.sandbox import faults
from recon.sandbox.books.company import Record
from recon.sandbox.books.ledger import Ledger
from recon.sandbox.faults import Fault
from recon.sandbox.records.entities import entity, entity_called
from recon.sandbox.serving import markup, writes

_MOST_BYTES = 100_000_000
_BLANK = re.compile(rb"\r?\n\r?\n")
_QUOTED = re.compile(r'([\w*]+)="?([^";]*)"?')


@dataclass(frozen=True)
class Part:
    """One part of a multipart body, decoded."""

    name: str
    file_name: str
    content_type: str
    content: bytes


def parts(content_type: str, body: bytes) -> list[Part]:
    """The parts of a multipart/form-data body, lines ending in CRLF or, as some send, in LF.

    Raises:
        Fault: 2010 for a body that is no multipart body.
    """
    boundary = dict(_QUOTED.findall(content_type)).get("boundary", "")
    if "multipart/" not in content_type.lower() or not boundary:
        raise faults.invalid_property("Content-Type")
    line = rb"(?:\A|\r?\n)--" + re.escape(boundary.encode()) + rb"(?:--)?[ \t]*(?:\r?\n|\Z)"
    return [_part(raw) for raw in re.split(line, body)[1:] if raw.strip()]


def _part(raw: bytes) -> Part:
    head, *rest = _BLANK.split(raw, maxsplit=1)
    lines = head.decode("utf-8", errors="replace").splitlines()
    headers = {
        name.strip().lower(): value.strip()
        for name, colon, value in (line.partition(":") for line in lines)
        if colon
    }
    said = dict(_QUOTED.findall(headers.get("content-disposition", "")))
    content = rest[0] if rest else b""
    if headers.get("content-transfer-encoding", "").lower() == "base64":
        try:
            content = base64.b64decode(content)
        except binascii.Error:
            raise faults.invalid_property(said.get("name", "")) from None
    type_ = headers.get("content-type", "")
    return Part(said.get("name", ""), said.get("filename", ""), type_, content)


def upload(ledger: Ledger, content_type: str, body: bytes) -> list[dict[str, Any]]:
    """Keep every file of an upload: one attachment, or one fault, for each.

    Part `file_content_NN` is a file; `file_metadata_NN`, if there is one, its attachable.

    Raises:
        Fault: 2010 for a body without files, 6030 for more than 100 MB.
    """
    if len(body) > _MOST_BYTES:
        raise faults.fault("6030", f"The upload is larger than {_MOST_BYTES} bytes.")
    sent = {part.name: part for part in parts(content_type, body)}
    files = [name for name in sent if name.startswith("file_content")]
    if not files:
        raise faults.invalid_property("file_content_01")
    return [_kept(ledger, sent[name], sent.get(f"file_metadata{name[12:]}")) for name in files]


def _kept(ledger: Ledger, file: Part, about: Part | None) -> dict[str, Any]:
    try:
        described = orjson.loads(_as_json(about.content)) if about else {}
        if not isinstance(described, dict):
            raise faults.invalid_property("file_metadata")
        described.setdefault("FileName", file.file_name or file.name)
        described.setdefault("ContentType", file.content_type.split(";")[0])
        with ledger.store.transaction():
            record = write(ledger, described)
            return {"Attachable": _filed(ledger, record, file.content)}
    except orjson.JSONDecodeError:
        return {"Fault": faults.invalid_property("file_metadata").json()}
    except Fault as fault:
        return {"Fault": fault.json()}


def _as_json(described: bytes) -> bytes:
    """What is said of a file, which the SDKs for PHP and .NET can say in XML."""
    return markup.json(described) if described.lstrip().startswith(b"<") else described


def _filed(ledger: Ledger, record: Record, content: bytes) -> Record:
    """The attachment once its file is kept."""
    where = f"/v3/company/{ledger.realm_id}/download/{record['Id']}"
    record |= {"Size": len(content), "FileAccessUri": where}
    ledger.store.put("Attachable", record)
    ledger.store.keep_file(record["Id"], secrets.token_urlsafe(24), content)
    return record


def write(ledger: Ledger, body: Any) -> Record:
    """Create or update an attachment: a note or a file, on records that there are.

    Raises:
        Fault: 2020 with neither note nor file name, 2500 for a record that does not exist.
    """
    with ledger.store.transaction():
        record = writes.write(ledger, entity("Attachable"), body)
        if not record.get("Note") and not record.get("FileName"):
            raise faults.required("Note")
        for reference in _references(record):
            kind = entity_called(str(reference.get("type", "")))
            record_id = str(reference["value"])
            if kind is None or ledger.store.text(kind.name, record_id) is None:
                raise faults.missing_reference("EntityRef", record_id)
    return record


def delete(ledger: Ledger, body: Any) -> Record:
    """Delete an attachment and its file."""
    with ledger.store.transaction():
        gone = writes.delete(ledger, entity("Attachable"), body)
        ledger.store.drop_file(gone["Id"])
    return gone


def _references(record: Record) -> Iterator[Record]:
    for each in record.get("AttachableRef") or []:
        reference = each.get("EntityRef") if isinstance(each, dict) else None
        if isinstance(reference, dict) and reference.get("value"):
            yield reference


def address(ledger: Ledger, record_id: str) -> str:
    """Where, for now, the file of an attachment can be fetched without signing in.

    Raises:
        Fault: 610 for an attachment that does not exist or is only a note.
    """
    found = ledger.store.file(record_id)
    if not found[0]:
        raise faults.not_found()
    return f"{ledger.base_url}/download/{found[0]}"

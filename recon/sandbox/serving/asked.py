"""One request and one answer, free of HTTP."""

from __future__ import annotations

import secrets
import zlib
from dataclasses import dataclass
from typing import Any

import orjson

from recon.sandbox import faults

JSON = "application/json;charset=UTF-8"
_MOST_UNPACKED = 128_000_000
# zlib's word for "gzip or zlib, whichever it is"; some send deflate without any frame.
_FRAMED, _BARE = 47, -15


@dataclass(frozen=True)
class Asked:
    """One request for a company: `path` is what follows the realm id, split at slashes."""

    method: str
    path: tuple[str, ...]
    params: dict[str, str]
    body: bytes
    content_type: str = ""
    realm_id: str = ""

    @property
    def head(self) -> str:
        """The first segment of the path, in small letters."""
        return self.path[0].lower()

    def json(self) -> Any:
        """The body's JSON.

        Raises:
            Fault: 500 for text that is not UTF-8, 2010 for what is not JSON.
        """
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError as error:
            self.text()
            raise faults.invalid_property() from error

    def text(self) -> str:
        """The body as text.

        Raises:
            Fault: 500 for what is not UTF-8.
        """
        try:
            return self.body.decode()
        except UnicodeDecodeError as error:
            said = (
                "com.sun.org.apache.xerces.internal.impl.io.MalformedByteSequenceException: "
                "Invalid byte 1 of 1-byte UTF-8 sequence"
            )
            raise faults.fault("500", f"Operation {said} is not supported.") from error

    def statement(self) -> str:
        """A query's text, from the address or from the body.

        Raises:
            Fault: 500 for what is not UTF-8.
        """
        return self.params["query"] if "query" in self.params else self.text()


@dataclass(frozen=True)
class Answer:
    """HTTP status, body and content type."""

    status: int
    body: bytes
    type: str = JSON


def unpacked(body: bytes, encoding: str) -> bytes:
    """A body that came packed, as the Java, .NET and PHP SDKs can send it.

    Raises:
        Fault: 2010 for one that is not what it says it is, or more than anybody may send.

    Source: intuit/QuickBooks-V3-Java-SDK, GZIPCompressor and DeflateCompressor, read 2026-11-26.
    """
    if encoding.strip().lower() not in {"gzip", "x-gzip", "deflate"}:
        return body
    for window in (_FRAMED, _BARE):
        unpacker = zlib.decompressobj(window)
        try:
            whole = unpacker.decompress(body, _MOST_UNPACKED)
        except zlib.error:
            continue
        if unpacker.eof and not unpacker.unconsumed_tail:
            return whole
    raise faults.invalid_property("Content-Encoding")


def trace_id() -> str:
    """A fresh intuit_tid, the id of one request in Intuit's logs."""
    return f"1-{secrets.token_hex(4)}-{secrets.token_hex(12)}"

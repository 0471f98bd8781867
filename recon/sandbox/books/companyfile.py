"""A whole company as a file: one JSON object a line, read and written line by line.

The first line has `realm_id`, `info` and `preferences`; every other line one record under the name
of its kind, `{"Invoice": {…}}`, in any order. A million records so need no memory to speak of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import orjson

from recon.sandbox.books.company import Record
from recon.sandbox.books.store import Store

_SETTINGS = ("CompanyInfo", "Preferences")


class CompanyFile:
    """A company that is read from a file, or from the body of a request, whenever it is asked for.

    Raises:
        ValueError: the first line is not that of a company; a later line is not one record.
    """

    def __init__(self, source: Path | bytes) -> None:
        self._source = source
        with self._open() as lines:
            head = _parsed(lines.readline(), 1)
        if not isinstance(head, dict) or not {"realm_id", "info", "preferences"} <= set(head):
            raise ValueError("the first line must have realm_id, info and preferences")
        self.realm_id = str(head["realm_id"])
        self.info: Record = head["info"]
        self.preferences: Record = head["preferences"]

    def _open(self) -> IO[bytes]:
        return BytesIO(self._source) if isinstance(self._source, bytes) else self._source.open("rb")

    @cached_property
    def counts(self) -> Counter[str]:
        """How many records of each kind there are."""
        counts: Counter[str] = Counter()
        with self._open() as lines:
            lines.readline()
            for number, line in enumerate(lines, 2):
                if line.strip():
                    counts[_kind(line, number)] += 1
        return counts

    def names(self) -> list[str]:
        """Every kind of which there is a record."""
        return list(self.counts)

    def each(self, name: str) -> Iterator[Record]:
        """The records of one kind, one at a time."""
        if not self.counts[name]:
            return
        start = f'{{"{name}"'.encode()
        with self._open() as lines:
            lines.readline()
            for number, line in enumerate(lines, 2):
                if line.startswith(start):
                    yield _record(_parsed(line, number), name, number)


def _kind(line: bytes, number: int) -> str:
    """The kind that a line names, which stands first in it, without blanks before it."""
    start, _, rest = line.partition(b'"')
    name, _, _ = rest.partition(b'"')
    if start != b"{" or not name.isalpha():
        raise ValueError(f'line {number} is not one record, as {{"Invoice": {{…}}}}')
    return name.decode()


def _parsed(line: bytes, number: int) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise ValueError(f"line {number} is not JSON: {error}") from error


def _record(parsed: Any, name: str, number: int) -> Record:
    record = parsed.get(name) if isinstance(parsed, dict) else None
    if not isinstance(record, dict) or "Id" not in record:
        raise ValueError(f"line {number} is not one {name} with an Id")
    return record


def lines(store: Store, realm_id: str) -> Iterator[bytes]:
    """A company as the lines of such a file, records in the order of their ids."""
    info, preferences = (store.get(name, "1") or {} for name in _SETTINGS)
    head = {"realm_id": realm_id, "info": info, "preferences": preferences}
    yield orjson.dumps(head, option=orjson.OPT_APPEND_NEWLINE)
    for name in sorted(set(store.names()) - set(_SETTINGS)):
        for text in store.texts(name):
            yield f'{{"{name}":{text}}}\n'.encode()


def write(store: Store, realm_id: str, path: Path) -> None:
    """Save a company as a file."""
    with path.open("wb") as file:
        file.writelines(lines(store, realm_id))

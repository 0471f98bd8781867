"""What a kind of record is: its fields, their JSON and their limits.

Source: Intuit, entity pages; Finance.xsd of intuit/QuickBooks-V3-PHP-SDK; python-quickbooks 0.9.12
objects, read 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Shape = Literal["text", "number", "bool", "date", "time", "ref", "object", "list", "email", "id"]
Kind = Literal["list", "transaction", "loose", "settings", "fixed"]


@dataclass(frozen=True)
class Field:
    """One attribute of a record.

    Attributes:
        shape: the JSON that it takes.
        most: longest text accepted (2050), counted in characters.
        clean: colon, tab and newline are refused (2040).
        read_only: what a request sends is ignored.
        query: a query may filter by it.
    """

    shape: Shape = "text"
    most: int | None = None
    clean: bool = False
    read_only: bool = False
    query: bool = False


@dataclass(frozen=True)
class Entity:
    """One kind of record.

    Attributes:
        name: as in JSON, "Customer"; lower case it is the path segment.
        kind: list (deactivated), transaction (deleted), loose (deleted, but never posted), settings
            (one record), fixed (read only).
        ids: kinds with the same word share one sequence of ids.
        name_field: what must be unique; None where nothing must.
        number_field: the document number or code that people look it up by.
        needs: fields without which a create is refused (2020).
        needs_sparse: fields that even a sparse update must carry (2020).
        one_of: the values that a field takes (2170).
        open: any attribute is accepted; for kinds the sandbox only keeps and gives back.
    """

    name: str
    kind: Kind
    ids: str
    fields: Mapping[str, Field]
    name_field: str | None = None
    number_field: str | None = None
    needs: tuple[str, ...] = ()
    needs_sparse: tuple[str, ...] = ()
    one_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    open: bool = False


def fields_of(shape: Shape, names: str) -> dict[str, Field]:
    """Fields of one shape without limits, their names parted by blanks."""
    return {name: Field(shape) for name in names.split()}


def text(most: int, *, clean: bool = False, query: bool = False) -> Field:
    """A text of limited length."""
    return Field("text", most, clean=clean, query=query)


DERIVED: dict[str, Field] = {
    "Id": Field("id", query=True),
    "SyncToken": Field("text"),
    "MetaData": Field("object", read_only=True),
    "domain": Field("text", read_only=True),
    "sparse": Field("bool", read_only=True),
    "status": Field("text", read_only=True),
    "CustomField": Field("list"),
    "AttachableRef": Field("list"),
}
ACTIVE: dict[str, Field] = {"Active": Field("bool", query=True)}

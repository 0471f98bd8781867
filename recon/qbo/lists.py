"""QuickBooks Online's own exported lists as a snapshot: the forecast without an API key."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Any

from recon.books import Reject, Snapshot
from recon.counting import counted
from recon.files.export import Export, Reading
from recon.files.export_set import ExportSet, Source
from recon.files.fields import APP_KINDS, QBO_KINDS, FileKind
from recon.files.mapping import Mapping as FileMapping
from recon.ports import Clock, Progress

log = logging.getLogger(__name__)

Record = dict[str, Any]

_ENTITIES: dict[FileKind, str] = {
    "qbo_customers": "Customer",
    "qbo_vendors": "Vendor",
    "qbo_employees": "Employee",
    "qbo_items": "Item",
}
_TYPES = {"noninventory": "NonInventory", "bundle": "Group"}
"""What the lists call item types, where it is not the API's own word."""
_PHONE_LABEL = re.compile(r"(?:phone|mobile|fax|other|alt\. phone)\s*:\s*", re.IGNORECASE)
_DELETED = " (deleted)"


class QuickBooksLists:
    """Reads customers, vendors, employees, products and services that QuickBooks exported.

    The lists hold no ids. A record is known by its full name ("Parent:Child"); a name that comes
    again gets `#2`, `#3` in the order of the file, and a note says so. A list with an id column
    is known by that. Records get the form that the API gives them.

    Attributes:
        files: the lists with their mappings, which may be corrected until `read`.

    Args:
        paths: a folder, files, or kinds ("customers", "vendors", "employees", "items") with
            their paths.
        company: the company's name; when empty, the first title of a report is taken.
        mappings: corrected mappings by kind ("qbo_customers") or file name.
    """

    def __init__(
        self,
        paths: Source,
        company: str = "",
        *,
        mappings: Mapping[str, FileMapping] | None = None,
    ) -> None:
        self.files = ExportSet(paths, QBO_KINDS, mappings, foreign=APP_KINDS)
        self._company = company

    def read(self, now: Clock, progress: Progress) -> Snapshot:
        """Every record of the lists, each row a record or a reject.

        Raises:
            InputError: a list cannot be read as what it should be.
        """
        records: dict[str, list[Record]] = {}
        rejects: list[Reject] = []
        taken: set[tuple[str, str]] = set()
        exports = self.files.to_read()
        notes = [*self.files.notes, *(_UNSEEN[kind] for kind in self.files.missing)]
        for done, export in enumerate(exports):
            progress(f"Reading {export.table.name}", done, len(exports))
            reading = export.read()
            entity = _ENTITIES[export.kind]
            translate = _item if entity == "Item" else _party
            for raw in reading.records:
                key = raw.get("id") or _full_name(export.kind, raw)
                record = {"Id": _free(entity, key, taken), **translate(raw), "row": raw["row"]}
                records.setdefault(entity, []).append(record)
            rejects += reading.rejects
            notes += reading.notes
            if repeated := _repeated(export, reading):
                notes.append(
                    f"{export.table.name}: {counted(repeated, 'name comes', 'names come')} more "
                    "than once."
                )
        for entity_records in records.values():
            _point_to_parents(entity_records)
        progress("Reading lists", len(exports), len(exports))
        log.info(
            "read lists=%d records=%d rejects=%d",
            len(exports), sum(map(len, records.values())), len(rejects),
        )  # fmt: skip
        company = self._company or self._title()
        source = "QuickBooks Online lists"
        return Snapshot(
            "qbo", source, company, "", "files", now(), records, tuple(rejects), tuple(notes)
        )

    def _title(self) -> str:
        """A report's first two titles are the company and the report's name, in either order."""
        for export in self.files.exports:
            for title in export.table.titles:
                name = title.strip(' \t,;"')
                if not re.search(r"\b(list|report)\b", name, re.IGNORECASE):
                    return name
        return ""


_UNSEEN: dict[FileKind, str] = {
    "qbo_customers": "There is no list of customers: every client of the app will look new.",
    "qbo_vendors": "There is no list of vendors: a client whose name a vendor holds is refused by "
    "QuickBooks, and that cannot be foreseen.",
    "qbo_employees": "There is no list of employees: a client whose name an employee holds is "
    "refused by QuickBooks, and that cannot be foreseen.",
    "qbo_items": "There is no list of products and services: every product of the app will look "
    "new.",
}


def _repeated(export: Export, reading: Reading) -> int:
    """How many records of a list without ids have a name that stood there before."""
    if "id" in export.mapping.chosen:
        return 0
    keys = [_full_name(export.kind, record) for record in reading.records]
    return len(keys) - len(set(keys))


def _free(entity: str, key: str, taken: set[tuple[str, str]]) -> str:
    free, number = key, 1
    while (entity, free) in taken:
        number += 1
        free = f"{key}#{number}"
    taken.add((entity, free))
    return free


def _full_name(kind: FileKind, raw: Record) -> str:
    name, category = raw.get("name", ""), raw.get("category", "")
    if kind == "qbo_items" and category and not name.startswith(f"{category}:"):
        return f"{category}:{name}"
    return str(name)


def _present(record: Record) -> Record:
    return {name: found for name, found in record.items() if found not in (None, "", {})}


def _party(raw: Record) -> Record:
    full_name = raw.get("name", "")
    lines = [line.strip() for line in raw.get("address_line1", "").splitlines() if line.strip()]
    return _present(
        {
            "DisplayName": full_name.rpartition(":")[2],
            "FullyQualifiedName": full_name,
            "CompanyName": raw.get("company_name"),
            "GivenName": raw.get("given_name"),
            "FamilyName": raw.get("family_name"),
            "PrimaryEmailAddr": _present({"Address": raw.get("email")}),
            "PrimaryPhone": _present({"FreeFormNumber": _phone(raw.get("phone", ""))}),
            "BillAddr": (address := _address(raw, lines)),
            "PrimaryAddr": address,
            "CurrencyRef": _present({"value": raw.get("currency")}),
            "Balance": raw.get("balance"),
            "Taxable": raw.get("taxable"),
            "Active": _is_active(raw, full_name),
        }
    )


def _address(raw: Record, lines: list[str]) -> Record:
    """A report writes a whole address into one cell; only its first line is told apart."""
    return _present(
        {
            "Line1": lines[0] if lines else None,
            "Line2": raw.get("address_line2") or ", ".join(lines[1:]),
            "City": raw.get("city"),
            "CountrySubDivisionCode": raw.get("region"),
            "PostalCode": raw.get("postal_code"),
            "Country": raw.get("country"),
        }
    )


def _phone(text: str) -> str:
    """The first number of "Phone:(555) 010-1234 Mobile:(555) 010-9999"."""
    return next((part.strip() for part in _PHONE_LABEL.split(text) if part.strip()), "")


def _item(raw: Record) -> Record:
    full_name = _full_name("qbo_items", raw)
    type_ = raw.get("type", "").strip()
    plain = type_.replace("-", "").replace(" ", "").lower()
    return _present(
        {
            "Name": full_name.rpartition(":")[2],
            "FullyQualifiedName": full_name,
            "Description": raw.get("description"),
            "Sku": raw.get("sku"),
            "Type": _TYPES.get(plain, type_),
            "UnitPrice": raw.get("unit_price"),
            "PurchaseCost": raw.get("cost"),
            "CategoryName": raw.get("category") or full_name.rpartition(":")[0],
            "Taxable": raw.get("taxable"),
            "QtyOnHand": raw.get("quantity"),
            "InvStartDate": raw.get("start_date"),
            "Active": _is_active(raw, full_name),
        }
    )


def _is_active(raw: Record, full_name: str) -> bool:
    """QuickBooks appends "(deleted)" to the names of inactive records."""
    stated = raw.get("active", "").strip().lower()
    return not full_name.endswith(_DELETED) and stated not in {
        "no", "false", "0", "inactive", "deleted", "not active",
    }  # fmt: skip


def _point_to_parents(records: list[Record]) -> None:
    by_name = {record.get("FullyQualifiedName"): record["Id"] for record in reversed(records)}
    for record in records:
        parent = record.get("FullyQualifiedName", "").rpartition(":")[0]
        if parent in by_name and by_name[parent] != record["Id"]:
            record["ParentRef"] = {"value": by_name[parent], "name": parent}

"""Invoice Ninja's activity log as it is exported: pushes to QuickBooks that failed.

The export has a day and a sentence a line, and names the record in the sentence. How the sentence
of a failed push begins is not established, so a line counts that tells of QuickBooks and of a
failure; whose it is, the longest number or name of the exports in it tells.

Source: Invoice Ninja user guide, "Failed pushes are logged and appear in your activity log"; its
open source, columns of the activity export (date, activity, address), read 2026-11-26.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from recon.files.columns import iso_dates
from recon.files.csvreader import FileTable

Row = dict[str, Any]

_FAILED = re.compile(r"fail|error|refus|reject|could not|unable", re.IGNORECASE)
_NAMED: Mapping[str, tuple[str, str]] = {
    "invoices": ("Invoice", "number"), "payments": ("Payment", "number"),
    "clients": ("Client", "name"), "products": ("Product", "product_key"),
}  # fmt: skip
"""Kind of export to the word for it and the column by which a sentence names a record.

An invoice's line names its client too, so invoices are looked for first; where the sentence says
what it is about, only such records are.
"""


def is_activity(table: FileTable) -> bool:
    """Whether a file is the export of the activity log."""
    return {"date", "activity"} <= {name.strip().casefold() for name in table.header}


def failed_pushes(table: FileTable, records: Mapping[str, list[Row]]) -> Iterator[Row]:
    """A line of the sync log for each failed push, oldest lines first as in the file.

    Args:
        table: the exported activity log.
        records: the rows of the other exports, by kind.
    """
    columns = {name.strip().casefold(): name for name in table.header}
    days = iso_dates([row[columns["date"]] for row in table.rows], None).values
    known = {kind: _longest_first(records.get(kind, ()), of) for kind, (_, of) in _NAMED.items()}
    for line, row, day in zip(table.lines, table.rows, days, strict=True):
        says = row[columns["activity"]].strip()
        if "quickbooks" not in says.casefold() or not _FAILED.search(says):
            continue
        kind, name = _whose(says, known)
        yield {
            "record_kind": _NAMED[kind][0] if kind else "", "record": name, "status": "Failed",
            "message": says, "date": day, "row": line,
        }  # fmt: skip


def _longest_first(rows: Iterable[Row], column: str) -> list[str]:
    named = {str(row[column]).strip() for row in rows if row.get(column)}
    return sorted(filter(None, named), key=lambda name: (-len(name), name))


def _whose(says: str, known: Mapping[str, list[str]]) -> tuple[str, str]:
    """Kind and name of the record that a sentence is about; both empty where none is named."""
    told = {kind for kind, (word, _) in _NAMED.items() if word.casefold() in says.casefold()}
    for kind, names in known.items():
        for name in names if not told or kind in told else ():
            at = says.find(name)
            end = at + len(name)
            if at >= 0 and not says[max(at - 1, 0) : at].isalnum() and not says[end:][:1].isalnum():
                return kind, name
    return "", ""

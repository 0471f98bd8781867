"""One spreadsheet-like file, CSV or XLSX, as a header and rows: every line is a row or a reject."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from recon.books import Reject
from recon.errors import InputError
from recon.files.decoding import Decoded, decode
from recon.files.spreadsheet import best_sheet, read_sheets

MAX_BYTES = 1024 * 2**20
DELIMITERS = ("\t", ";", "|", ",")
"""In order of trust: a comma stands in ordinary text, a tab does not."""

_HEADER_WITHIN = 60
_REJECT_TEXT = 500
_TOTALS = frozenset({"total", "totals", "grand total", "sum", "subtotal", "sub-total"})
_FOOTER = re.compile(
    r"(mon|tues|wednes|thurs|fri|satur|sun)day, \w+ \d{1,2},? \d{4}\b.*"
    r"|(accrual|cash) basis\b.*|(generated|exported|printed|created|report) (on|by|at)\b.*"
    r"|page \d+( of \d+)?|end of report",
    re.IGNORECASE,
)
"""What reports write below their rows.

Source: QuickBooks Online, exported reports ("Saturday, Nov 21, 2026 10:02 AM GMT-6"), read
    2026-11-22.
"""
_MAGIC = (
    (b"\xd0\xcf\x11\xe0", "an Excel file of the old kind (.xls) or a protected one"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"SQLite format 3", "a database"),
    (b"PAR1", "a Parquet file"),
)


@dataclass(frozen=True)
class FileTable:
    """A file as rows of text; `len(rows) + len(rejects)` is every line below the header not blank.

    Attributes:
        name: the file's name without its folder.
        header: column names, each once: blank ones are named by position, repeated ones numbered.
        rows: column name to cell, the cell exactly as it stands in the file.
        lines: for each row the line of the file it begins on; in a workbook the row.
        rejects: lines below the header that are no rows.
        encoding: "utf-8", "cp1252" …, "xlsx" for a workbook.
        delimiter: between fields; empty for a workbook.
        header_line: the line that holds the header.
        titles: what stands above the header.
        notes: what a person should know about the reading.
    """

    name: str
    header: tuple[str, ...]
    rows: list[dict[str, str]]
    lines: list[int]
    rejects: tuple[Reject, ...]
    encoding: str
    delimiter: str
    header_line: int
    titles: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Record:
    """One logical line: `cells` is None when its quotation marks make no sense."""

    line: int
    cells: list[str] | None
    text: str


def read_table(path: str | Path, *, expected: Sequence[str] = ()) -> FileTable:
    """The table that a CSV, TSV, text or XLSX file holds.

    Args:
        path: the file; what it is is told by its content, not by its name.
        expected: column names that its header may have; they help to find the header.

    Raises:
        InputError: it is not there, empty, too large, or no table.
    """
    path = Path(path)
    wanted = frozenset(name.strip().casefold() for name in expected)
    start = _first_bytes(path)
    if start.startswith(b"PK\x03\x04") or zipfile.is_zipfile(path):
        sheets = read_sheets(path)
        if not sheets:
            raise InputError(f"{path.name} is empty.", remedy="Export it again.")
        title, rows = best_sheet(sheets, wanted)
        records = [_Record(line, cells, "\t".join(cells)) for line, cells in rows]
        notes = (f'Only the sheet "{title}" was read.',) if len(sheets) > 1 else ()
        return _table(path.name, records, wanted, ("xlsx", "", notes))
    decoded = _decoded(path)
    lines = io.StringIO(decoded.text, newline="").readlines()
    hint = re.fullmatch(r"\"?sep=(.)\"?\s*", lines[0], re.IGNORECASE) if lines else None
    delimiter = hint[1] if hint else _delimiter(lines, wanted)
    found = [
        record
        for record in _records(lines, delimiter, first=1 if hint else 0)
        if record.cells is None or any(cell.strip() for cell in record.cells)
    ]
    return _table(path.name, found, wanted, (decoded.encoding, delimiter, decoded.notes))


def _first_bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(64)
    except OSError as error:
        what = "is a folder" if path.is_dir() else "is not there or cannot be opened"
        raise InputError(f"{path.name} {what}.", remedy="Check the path.") from error
    if not start.strip():
        raise InputError(f"{path.name} is empty.", remedy="Export it again.")
    if size > MAX_BYTES:
        raise InputError(f"{path.name} is larger than {MAX_BYTES // 2**20} MB.")
    for magic, what in _MAGIC:
        if start.startswith(magic):
            raise InputError(
                f"{path.name} is {what}, not a table.", remedy="Save it as XLSX or CSV."
            )
    return start


def _decoded(path: Path) -> Decoded:
    try:
        decoded = decode(path.read_bytes())
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path.name} is cut off or damaged: its letters cannot be read.",
            remedy="Export it again.",
        ) from error
    start = decoded.text[:2000].lstrip().lower()
    if start.startswith(("<!doctype", "<html", "<?xml", "<table")):
        raise InputError(
            f"{path.name} is a web page or XML, not a table.", remedy="Save it as XLSX or CSV."
        )
    if not decoded.text.strip().strip("\0"):
        raise InputError(f"{path.name} is empty.", remedy="Export it again.")
    return decoded


def _records(lines: Sequence[str], delimiter: str, first: int = 0) -> Iterator[_Record]:
    """Logical lines; after one with a stray quotation mark the next physical line goes on.

    A quotation mark that is never closed would otherwise swallow the rest of the file.
    """
    start = first
    while start < len(lines):
        base = start
        source = map(lines.__getitem__, range(start, len(lines)))
        reader = csv.reader(source, delimiter=delimiter, strict=True)
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield _Record(start + 1, None, lines[start].rstrip("\r\n"))
                start += 1
                break
            end = base + reader.line_num
            yield _Record(start + 1, cells, "".join(lines[start:end]).rstrip("\r\n"))
            start = end


def _delimiter(lines: Sequence[str], wanted: frozenset[str]) -> str:
    """The delimiter under which the header is found, else the one that gives even rows."""

    def worth(delimiter: str) -> tuple[int, float, int]:
        rows = [r.cells for r in _records(lines[:300], delimiter) if r.cells and any(r.cells)]
        widths = Counter(map(len, rows))
        best = max(rows[:_HEADER_WITHIN], key=lambda cells: _hits(cells, wanted), default=[])
        hits = _hits(best, wanted)
        usual = max(widths, key=lambda width: (width > 1, widths[width]), default=1)
        width = len(best) if hits else usual
        return (hits, widths[width] / len(rows) if width > 1 else 0.0, width)

    return max(DELIMITERS, key=worth)


def _hits(cells: Sequence[str], wanted: frozenset[str]) -> int:
    return len({cell.strip().casefold() for cell in cells} & wanted)


def _table(
    name: str,
    records: Sequence[_Record],
    wanted: frozenset[str],
    how: tuple[str, str, tuple[str, ...]],
) -> FileTable:
    encoding, delimiter, notes = how
    at = _header_at(records, wanted)
    if at is None:
        raise InputError(
            f"{name} holds no table: no line looks like a header.",
            remedy="Export it again as CSV or XLSX with column names.",
        )
    header_record = records[at]
    header = _column_names(header_record.cells or [])
    body, rejects = _without_foot(name, records[at + 1 :])
    trims = not any(r.cells and len(r.cells) == len(header) and not r.cells[-1] for r in body)
    rows, lines = [], []
    for record in body:
        why = _why_not(record, header_record, len(header), short_ok=trims or not delimiter)
        if why:
            rejects.append(Reject(name, record.line, record.text[:_REJECT_TEXT], why))
            continue
        cells = record.cells or []
        rows.append(dict(zip(header, cells + [""] * (len(header) - len(cells)), strict=False)))
        lines.append(record.line)
    titles = tuple(r.text.strip() for r in records[:at])
    ordered = tuple(sorted(rejects, key=lambda reject: reject.line))
    return FileTable(
        name, header, rows, lines, ordered, encoding, delimiter, header_record.line, titles, notes
    )


def _header_at(records: Sequence[_Record], wanted: frozenset[str]) -> int | None:
    """Where the header is: the line with most of the wanted names, else the first full line."""
    candidates = [
        (at, r.cells) for at, r in enumerate(records[:_HEADER_WITHIN]) if r.cells is not None
    ]
    if not candidates:
        return None
    best = max(candidates, key=lambda candidate: (_hits(candidate[1], wanted), -candidate[0]))
    if _hits(best[1], wanted) >= 2:
        return best[0]
    widths = Counter(_width(r.cells) for r in records if r.cells is not None)
    usual = max(widths, key=lambda width: (widths[width], width))
    for at, cells in candidates:
        named = [cell for cell in cells if cell.strip()]
        if len(named) * 2 > usual and sum(map(_is_number, named)) * 2 <= len(named):
            return at
    return None


def _width(cells: Sequence[str]) -> int:
    return max((at for at, cell in enumerate(cells, start=1) if cell.strip()), default=0)


def _is_number(cell: str) -> bool:
    return bool(re.fullmatch(r"[\s$€£(+-]*\d[\d.,'\s]*[)%-]?", cell))


def _column_names(cells: Sequence[str]) -> tuple[str, ...]:
    cells = cells[: _width(cells)]
    names: list[str] = []
    for position, cell in enumerate(cells, start=1):
        name = " ".join(cell.replace("\0", "").split()) or f"column {position}"
        number, free = 1, name
        while free in names:
            number += 1
            free = f"{name} ({number})"
        names.append(free)
    return tuple(names)


def _without_foot(name: str, records: Sequence[_Record]) -> tuple[list[_Record], list[Reject]]:
    """The records above the totals and footers of a report, and those as rejects."""
    body, rejects = list(records), []
    while body:
        last = body[-1]
        filled = [cell.strip() for cell in last.cells or [last.text] if cell.strip()]
        if len(filled) == 1 and _FOOTER.fullmatch(filled[0]):
            why = "the foot of a report, not a record"
        elif filled[0].casefold() in _TOTALS and all(_is_number(cell) for cell in filled[1:]):
            why = "a total, not a record"
        else:
            break
        rejects.append(Reject(name, last.line, last.text[:_REJECT_TEXT], why))
        body.pop()
    return body, rejects


def _why_not(record: _Record, header: _Record, width: int, *, short_ok: bool) -> str | None:
    """Why a line is no row, None when it is one.

    A short line is a row only in files that leave out empty cells at the end of lines; where
    lines do end in empty cells, a short one has lost something.
    """
    cells = record.cells
    if cells is None:
        return "a quotation mark is not closed, stands inside a field, or the field is too long"
    if "\0" in record.text:
        return "it holds a NUL character"
    if cells == header.cells:
        return "the header again"
    if any(cell.strip() for cell in cells[width:]) or (len(cells) < width and not short_ok):
        return f"it has {len(cells)} fields where the header has {width}"
    return None

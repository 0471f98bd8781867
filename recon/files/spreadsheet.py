"""XLSX workbooks from strangers: rows of text, within limits."""

from __future__ import annotations

import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import DEFUSEDXML, load_workbook

from recon.errors import ConfigError, InputError

MAX_UNPACKED = 400 * 2**20
MAX_PARTS = 5_000
MAX_ROWS = 1_048_576
"""Rows of a worksheet. Source: Microsoft, Excel specifications and limits, read 2026-11-22."""
MAX_COLUMNS = 2_000

_MALFORMED = (
    KeyError, ValueError, TypeError, AttributeError, IndexError, SyntaxError, EOFError,
    NotImplementedError, RuntimeError, OSError, zlib.error, zipfile.BadZipFile,
)  # fmt: skip
"""What openpyxl raises on files that are no workbooks; it has no error of its own."""

Sheet = tuple[str, list[tuple[int, list[str]]]]
"""A sheet's name, and its rows that are not blank with their numbers."""


def read_sheets(path: Path) -> list[Sheet]:
    """The visible sheets that hold anything, formulas as their last results.

    Raises:
        InputError: no workbook, protected, or larger unpacked than a list ever is.
    """
    if not DEFUSEDXML:
        raise ConfigError("defusedxml is not installed.", remedy="Install the project again.")
    try:
        _check_archive(path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl's remarks on styles and extensions
            book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
            try:
                return [
                    (sheet.title, rows)
                    for sheet in book.worksheets
                    if sheet.sheet_state == "visible" and (rows := list(_rows(path, sheet)))
                ]
            finally:
                book.close()
    except _MALFORMED as error:
        raise InputError(
            f"{path.name} is damaged, protected, or not an Excel workbook.",
            remedy="Open it in a spreadsheet program and save it again as XLSX or CSV.",
        ) from error


def _check_archive(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MAX_UNPACKED or len(parts) > MAX_PARTS:
        raise InputError(
            f"{path.name} unpacks to {unpacked // 2**20:,} MB in {len(parts):,} parts, "
            f"more than the {MAX_UNPACKED // 2**20} MB that are read.",
            remedy="Save the list alone as CSV.",
        )
    if any(part.filename.startswith("/") or ".." in part.filename for part in parts):
        raise InputError(f"{path.name} holds file names that no workbook has.")


def _rows(path: Path, sheet: Any) -> Iterator[tuple[int, list[str]]]:
    sheet.reset_dimensions()  # a workbook's own word about its size is not believed
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        if number > MAX_ROWS:
            raise InputError(f"{path.name} has more rows than a worksheet can have.")
        texts = [_cell_text(cell) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        if len(texts) > MAX_COLUMNS:
            raise InputError(f"{path.name}, row {number}: more than {MAX_COLUMNS} columns.")
        if any(text.strip() for text in texts):
            yield number, texts


def _cell_text(cell: Any) -> str:
    """A cell as it would stand in a CSV, numbers plain and dates year-month-day."""
    value = cell.value
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case int() | float():
            plain = f"{Decimal(repr(value)):f}"
            return _padded(plain.removesuffix(".0"), cell.number_format)
        case datetime():
            return value.isoformat(" ").removesuffix(" 00:00:00")
    return str(value)


def _padded(digits: str, number_format: str) -> str:
    """00123 is stored as 123 shown in the format 00000; the zeros belong to the number."""
    if digits.isdigit() and re.fullmatch(r"0{2,30}", number_format or ""):
        return digits.zfill(len(number_format))
    return digits


def best_sheet(sheets: Sequence[Sheet], wanted: frozenset[str]) -> Sheet:
    """The sheet in whose first rows most of the `wanted` cells stand; the first one in doubt."""

    def hits(sheet: Sheet) -> int:
        return max(
            sum(cell.strip().casefold() in wanted for cell in cells)
            for _number, cells in sheet[1][:50]
        )

    return max(sheets, key=hits)

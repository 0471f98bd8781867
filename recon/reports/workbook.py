"""The report as an Excel workbook: one sheet a list, with filters, ready to print.

Nothing that comes from data can become a formula: every text is written as text, and one that a
spreadsheet would take for a formula when it is saved as CSV and opened again gets an apostrophe.

Source: OWASP, "CSV Injection", read 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from recon.reports import words
from recon.reports.listing import Cell, Column, Listing
from recon.reports.listings import listings
from recon.reports.report import Report
from recon.reports.summary import Bar, summary
from recon.reports.words import Tone, Word

_ONLY_WITH_ROWS = {"Verification", "Rehearsal"}
_MOST_ROWS = 1_000_000  # a sheet holds 1,048,576
_MOST_CHARACTERS = 32_000  # a cell holds 32,767
_TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\n")
_INK: dict[Tone, tuple[str, str]] = {
    "good": ("#1B5E3A", "#E4F3EA"),
    "plain": ("#3B4654", "#EEF1F4"),
    "warn": ("#7A4B00", "#FDF1D8"),
    "bad": ("#8E1B1B", "#FBE4E2"),
}
_HEAD = "#24405F"
_GREY = "#5B6673"


def write_workbook(report: Report, path: Path) -> Path:
    """Write the report as an XLSX file; returns where it stands.

    Raises:
        OSError: the file cannot be written there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties({"title": f"{report.company}: sync report", "author": report.made_by})
        book.set_calc_mode("auto")
        styles = _Styles(book)
        _Summary(book, styles, report).write(f"{report.company}: what the sync does")
        for listing in listings(report):
            if listing.rows or listing.title not in _ONLY_WITH_ROWS:
                _write_listing(book, styles, listing)
    return path


class _Styles:
    """The formats of one workbook, made once each."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, object], ...], Any] = {}
        self._looks: dict[tuple[str, bool], Any] = {}

    def style(self, **properties: object) -> Any:
        """The format of these properties over the house's own."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            base = {"font_name": "Calibri", "font_size": 10, "valign": "top"}
            self._made[key] = self._book.add_format({**base, **properties})
        return self._made[key]

    def of(self, column: Column, cell: Cell, *, shaded: bool = False) -> Any:
        """The format of a cell of a list; every second row is shaded."""
        look = (cell.tone if isinstance(cell, Word) else column.shape, shaded)
        if look not in self._looks:
            rule: dict[str, object] = {"bottom": 4, "bottom_color": "#D5DBE1"}
            if shaded:
                rule["bg_color"] = "#F7F9FB"
            if isinstance(cell, Word):
                ink, ground = _INK[cell.tone]
                rule |= {"font_color": ink, "bg_color": ground, "bold": True}
            else:
                rule |= _SHAPES.get(column.shape, {})
            self._looks[look] = self.style(**rule)
        return self._looks[look]


_SHAPES: dict[str, dict[str, object]] = {
    "text": {"text_wrap": True},
    "long": {"text_wrap": True},
    "code": {"font_name": "Consolas", "font_size": 9, "font_color": _GREY},
    "short": {"font_name": "Consolas", "font_size": 9, "font_color": _GREY},
    "count": {"num_format": "#,##0", "align": "right"},
    "share": {"num_format": "0.0%", "align": "right"},
    "weight": {"num_format": "+0.0;-0.0;0.0", "align": "right"},
    "moment": {"num_format": "yyyy-mm-dd hh:mm", "align": "left"},
}


class _Summary:
    """Writes the first sheet from top to bottom."""

    def __init__(self, book: Any, styles: _Styles, report: Report) -> None:
        self.book, self.styles, self.row = book, styles, 0
        self.told = summary(report)
        self.sheet = book.add_worksheet("Summary")
        self.sheet.hide_gridlines(2)
        for place, width in enumerate((30, 46, 13, 13)):
            self.sheet.set_column(place, place, width)
        _print_set_up(self.sheet)

    def write(self, title: str) -> None:
        """The whole sheet."""
        style = self.styles.style
        self.sheet.set_row(0, 30)
        _text(self.sheet, (0, 0), title, style(font_size=20, bold=True, font_color=_HEAD))
        wrapped = style(font_size=12, text_wrap=True, valign="vcenter")
        self.sheet.set_row(1, 36)
        self.sheet.merge_range(1, 0, 1, 3, "", wrapped)
        _text(self.sheet, (1, 0), self.told.headline, wrapped)
        self.row = 3
        for label, said in self.told.facts:
            _text(self.sheet, (self.row, 0), label, style(font_color=_GREY))
            _text(self.sheet, (self.row, 1), said, style(bold=True))
            self.row += 1
        self.lights()
        self.comparison("All records", self.told.bars, chart=True)
        self.numbers("Progress", ("Changes",), [(name, "", n) for name, n in self.told.progress])
        for kind, bars in self.told.kinds.items():
            self.comparison(kind, bars)
        books = [(table, "", app, qbo) for table, app, qbo in self.told.books]
        if books:
            self.numbers("Records read", ("App", "QuickBooks"), books)

    def lights(self) -> None:
        """What stands in the way of the sync, in the colours of a traffic light."""
        if not self.told.lights:
            return
        self.heading("Traffic lights", ())
        for whose, word, why in self.told.lights:
            ink, ground = _INK[word.tone]
            coloured = self.styles.style(font_color=ink, bg_color=ground, bold=True)
            _text(self.sheet, (self.row, 0), f"{whose}: {word.label.lower()}", coloured)
            wrapped = self.styles.style(text_wrap=True)
            self.sheet.merge_range(self.row, 1, self.row, 3, "", wrapped)
            _text(self.sheet, (self.row, 1), why, wrapped)
            self.sheet.set_row(self.row, _LINE * (1 + len(why) // _LIGHT_WIDTH) + 1.5)
            self.row += 1

    def comparison(self, title: str, bars: Sequence[Bar], *, chart: bool = False) -> None:
        """Records by outcome, before and after, with a bar in each cell."""
        if not bars:
            return
        applied = bars[0].after is not None
        self.heading(title, ("Before", "After") if applied else ("Records",))
        first = self.row
        most = max(max(bar.before, bar.after or 0) for bar in bars)
        for bar in bars:
            ink, ground = _INK[bar.word.tone]
            label = self.styles.style(font_color=ink, bg_color=ground, bold=True)
            _text(self.sheet, (self.row, 0), bar.word.label, label)
            _text(self.sheet, (self.row, 1), bar.word.means, self.styles.style(font_color=_GREY))
            number = self.styles.style(num_format="#,##0")
            drawn = _bar(most, "#E3A29C" if bar.word.tone == "bad" else "#9DB9D6")
            for place, value in ((2, bar.before), (3, bar.after)):
                if value is not None:
                    self.sheet.write_number(self.row, place, value, number)
                if value:  # Excel draws a tenth of a bar even for nought
                    self.sheet.conditional_format(self.row, place, self.row, place, drawn)
            self.row += 1
        harmful = sum(bar.word.tone == "bad" for bar in bars)
        if chart and harmful and applied:
            self.chart(first, first + harmful - 1)

    def chart(self, first: int, last: int) -> None:
        """What does harm, before beside after, to the right of the tables."""
        chart = self.book.add_chart({"type": "bar"})
        for column, name, colour in ((2, "Before", "#D98880"), (3, "After", _HEAD)):
            chart.add_series(
                {
                    "name": name,
                    "categories": ["Summary", first, 0, last, 0],
                    "values": ["Summary", first, column, last, column],
                    "fill": {"color": colour},
                    "data_labels": {"value": True},
                    "gap": 60,
                }
            )
        chart.set_title({"name": "What would do harm", "name_font": {"size": 12, "bold": True}})
        chart.set_y_axis({"reverse": True, "line": {"none": True}})
        chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": 520, "height": 120 + 48 * (last - first + 1)})
        self.sheet.insert_chart(2, 5, chart)

    def numbers(
        self, title: str, headings: Sequence[str], rows: Sequence[tuple[str | int, ...]]
    ) -> None:
        """A small table: a label, a remark, and whole numbers."""
        self.heading(title, headings)
        for label, _, *values in rows:
            _text(self.sheet, (self.row, 0), str(label), self.styles.style())
            for place, value in enumerate(values, 2):
                style = self.styles.style(num_format="#,##0")
                self.sheet.write_number(self.row, place, value, style)
            self.row += 1

    def heading(self, title: str, headings: Sequence[str]) -> None:
        """A blank row, then the title and the headings of the columns of numbers."""
        self.row += 1
        head = self.styles.style(bold=True, font_color="#FFFFFF", bg_color=_HEAD)
        right = self.styles.style(bold=True, font_color="#FFFFFF", bg_color=_HEAD, align="right")
        _text(self.sheet, (self.row, 0), title, head)
        self.sheet.write_blank(self.row, 1, None, head)
        for place in (2, 3):
            heading = headings[place - 2] if place - 2 < len(headings) else ""
            _text(self.sheet, (self.row, place), heading, right)
        self.row += 1


def _write_listing(book: Any, styles: _Styles, listing: Listing) -> None:
    sheet = book.add_worksheet(listing.title)
    last = len(listing.columns) - 1
    rows = listing.rows[:_MOST_ROWS]
    says = listing.says if rows else listing.empty
    if len(listing.rows) > len(rows):
        says += f" The first {len(rows):,} of {len(listing.rows):,} are shown."
    sheet.hide_gridlines(2)
    sheet.set_row(0, 24)
    _text(sheet, (0, 0), listing.title, styles.style(font_size=16, bold=True, font_color=_HEAD))
    told = f"{says} {words.counted(len(listing.rows), 'row')}." if rows else says
    _text(sheet, (1, 0), told, styles.style(font_color=_GREY, italic=True))
    head = styles.style(
        bold=True, font_color="#FFFFFF", bg_color=_HEAD, text_wrap=True, valign="vcenter", bottom=1
    )
    sheet.set_row(3, 30)
    for place, column in enumerate(listing.columns):
        sheet.set_column(place, place, column.width)
        _text(sheet, (3, place), column.heading, head)
    for number, row in enumerate(rows, 4):
        sheet.set_row(number, _height(listing.columns, row))
        for place, (column, cell) in enumerate(zip(listing.columns, row, strict=True)):
            _cell(sheet, (number, place), cell, styles.of(column, cell, shaded=number % 2 == 1))
    if rows:
        sheet.autofilter(3, 0, 3 + len(rows), last)
        _data_bars(sheet, listing, len(rows))
    sheet.freeze_panes(4, 1)
    _print_set_up(sheet)
    sheet.repeat_rows(3)


_LINE, _MOST_LINES = 13.5, 4
_LIGHT_WIDTH = 68  # characters of a light's reasons on a line: three columns, broken off early


def _height(columns: Sequence[Column], row: Sequence[Cell]) -> float:
    """Points for a row, so that wrapped text can be read: up to four lines.

    Excel would work it out when it opens the file; LibreOffice and others take each row as one
    line high. A column's width is in digits, and words are broken off before its end.
    """
    lines = 1
    for column, cell in zip(columns, row, strict=True):
        if isinstance(cell, str) and column.shape in _WRAPPED and len(cell) > column.width - 2:
            lines = max(
                lines, sum(1 + len(part) // (column.width - 2) for part in cell.split("\n"))
            )
    return _LINE * min(lines, _MOST_LINES) + 1.5


_WRAPPED = frozenset({"text", "long"})


def _data_bars(sheet: Any, listing: Listing, rows: int) -> None:
    for place, column in enumerate(listing.columns):
        if column.shape == "share":
            sheet.conditional_format(4, place, 3 + rows, place, _bar(1))


def _bar(most: float, colour: str = "#9DB9D6") -> dict[str, object]:
    """A data bar from nought to `most`, of the kind that every reader of spreadsheets knows."""
    ends = {"min_type": "num", "max_type": "num", "min_value": 0, "max_value": most}
    return {"type": "data_bar", "bar_color": colour, **ends}


def _print_set_up(sheet: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&L&8&A&R&8Page &P of &N")


def _cell(sheet: Any, place: tuple[int, int], cell: Cell, style: Any) -> None:
    """Write one cell by the type of its value; whatever is text is written as text."""
    match cell:
        case None | "":
            sheet.write_blank(*place, None, style)
        case Word(label=label):
            _text(sheet, place, label, style)
        case bool() | str():
            _text(sheet, place, str(cell), style)
        case datetime():
            sheet.write_datetime(*place, cell.astimezone(UTC).replace(tzinfo=None), style)
        case _:
            sheet.write_number(*place, cell, style)


def _text(sheet: Any, place: tuple[int, int], text: str, style: Any) -> None:
    sheet.write_string(*place, cell_text(text), style)


def cell_text(text: str) -> str:
    """The text as a cell may hold it: visible, not too long, and never the start of a formula."""
    clean = words.shown(text)
    if len(clean) > _MOST_CHARACTERS:
        clean = f"{clean[:_MOST_CHARACTERS]}… ({len(clean):,} characters)"
    return f"'{clean}" if clean.startswith(_TRIGGERS) else clean

"""Every line of a file is a row or a reject, whatever program wrote it."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from recon.errors import InputError
from recon.files import columns, spreadsheet
from recon.files.csvreader import FileTable, read_table

HEADER = ["Name", "Number", "Balance"]
ROWS = [["Café Zürich", "0001", "12.50"], ["Smith, John", "0002", "0"], [" Blank ", "0003", ""]]


def written(rows: Sequence[Sequence[str]], delimiter: str = ",") -> str:
    """The rows as CSV text."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def read(folder: Path, content: str | bytes, expected: Sequence[str] = HEADER) -> FileTable:
    """The table of a file with this content."""
    path = folder / "list.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_table(path, expected=expected)


def cells(table: FileTable) -> list[list[str]]:
    """The rows without their column names."""
    return [list(row.values()) for row in table.rows]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
def test_any_encoding_and_delimiter_reads_back(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    """A file means the same in every encoding and with every delimiter."""
    table = read(tmp_path, written([HEADER, *ROWS], delimiter).encode(encoding))
    assert cells(table) == ROWS
    assert table.delimiter == delimiter
    assert table.encoding.startswith(encoding[:6])
    assert table.lines == [2, 3, 4]


def test_a_pasted_file_of_two_encodings_is_read_line_by_line(tmp_path: Path) -> None:
    """One CP1252 line among UTF-8 lines does not spoil the others, and is reported."""
    text = written([HEADER, ["Zoë", "1", ""], ["Łódź", "2", ""]]).encode() + "Ñandú,3,\r\n".encode(
        "cp1252"
    )
    table = read(tmp_path, text)
    assert [row["Name"] for row in table.rows] == ["Zoë", "Łódź", "Ñandú"]
    assert "not UTF-8, read as CP1252" in table.notes[0]


def test_titles_above_and_totals_and_footers_below_are_no_rows(tmp_path: Path) -> None:
    """A report's titles are kept apart; its total and its foot are rejects that say so."""
    table = read(
        tmp_path,
        '"Example Co, LLC",,\nCustomer Contact List,,\n\nName,Number,Balance\nAcme,1,5.00\n\n'
        'Total,,"5.00"\n\n" Saturday, November 21, 2026 10:02 AM GMT-06:00",,\n',
    )
    assert table.header_line == 4
    assert table.titles[0].startswith('"Example Co')
    assert cells(table) == [["Acme", "1", "5.00"]]
    assert [(r.line, r.why) for r in table.rejects] == [
        (7, "a total, not a record"),
        (9, "the foot of a report, not a record"),
    ]


def test_a_client_called_total_in_the_middle_is_a_client(tmp_path: Path) -> None:
    """Only the last lines can be totals."""
    table = read(tmp_path, written([HEADER, ["Total", "", "5"], ["Acme", "1", "5"]]))
    assert len(table.rows) == 2
    assert not table.rejects


def test_line_breaks_in_quotes_stay_and_lines_are_counted_in_the_file(tmp_path: Path) -> None:
    """The line number is where the row begins in the file, not its rank."""
    table = read(tmp_path, 'Name,Number,Balance\r\n"12 Lane\r\nSuite 4",1,\r\nNext,2,\r\n')
    assert table.rows[0]["Name"] == "12 Lane\r\nSuite 4"
    assert table.lines == [2, 4]


def test_an_unclosed_quotation_mark_costs_one_line_only(tmp_path: Path) -> None:
    """What follows the stray mark is read; the line itself is a reject with its text."""
    table = read(tmp_path, 'Name,Number,Balance\nA,1,\n"B,2,\n"C, Ltd",3,\nD,4,\n')
    assert [row["Name"] for row in table.rows] == ["A", "C, Ltd", "D"]
    assert [(r.line, r.text) for r in table.rejects] == [(3, '"B,2,')]


def test_a_quotation_mark_within_a_field_is_a_letter(tmp_path: Path) -> None:
    """Inches are not the beginning of a quotation."""
    assert read(tmp_path, 'Name,Number,Balance\n5" pipe,1,\n').rows[0]["Name"] == '5" pipe'


def test_ragged_lines_are_rejects_with_their_lengths(tmp_path: Path) -> None:
    """A line with too many or too few fields has lost or gained something; nothing is guessed."""
    table = read(tmp_path, "Name,Number,Balance\nA,1,\nB,2,5,9\nC\nD,4,6,\n")
    assert [row["Name"] for row in table.rows] == ["A", "D"]
    assert [(r.line, r.why) for r in table.rejects] == [
        (3, "it has 4 fields where the header has 3"),
        (4, "it has 1 fields where the header has 3"),
    ]


def test_short_lines_are_rows_where_no_line_ends_in_an_empty_cell(tmp_path: Path) -> None:
    """Some programs leave empty cells at the end of a line out."""
    table = read(tmp_path, "Name,Number,Balance\nA,1,5\nB,2\nC\n")
    assert cells(table) == [["A", "1", "5"], ["B", "2", ""], ["C", "", ""]]


def test_nul_header_again_and_an_endless_field_are_rejects(tmp_path: Path) -> None:
    """Each of them says what is wrong with it."""
    table = read(
        tmp_path, f"Name,Number,Balance\nA\0,1,\n{'x' * 200_000},2,\nName,Number,Balance\nB,3,\n"
    )
    assert [row["Name"] for row in table.rows] == ["B"]
    assert [r.line for r in table.rejects] == [2, 3, 4]
    assert "NUL" in table.rejects[0].why
    assert len(table.rejects[1].text) <= 500


def test_carriage_returns_alone_end_lines(tmp_path: Path) -> None:
    """Old programs end lines so."""
    assert len(read(tmp_path, "Name,Number,Balance\rA,1,\rB,2,\r").rows) == 2


def test_excels_hint_names_the_delimiter(tmp_path: Path) -> None:
    """`sep=;` is no title."""
    table = read(tmp_path, "sep=;\nName;Number;Balance\nA, B;1;1,5\n")
    assert cells(table) == [["A, B", "1", "1,5"]]
    assert table.header_line == 2


def test_blank_and_repeated_column_names_stay_apart(tmp_path: Path) -> None:
    """No cell is lost because two columns share a name."""
    table = read(tmp_path, "Name,,Name\nA,B,C\n")
    assert table.rows == [{"Name": "A", "column 2": "B", "Name (2)": "C"}]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"  \r\n \n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b"\xd0\xcf\x11\xe0 old", "old kind"),
        (b"<html><table><tr><td>Name</td></tr></table></html>", "web page"),
        (b"PK\x03\x04 no workbook", "not an Excel workbook"),
        (b"\xff\xfeN", "cut off or damaged"),
        (b"1,2,3\n4,5,6\n", "no line looks like a header"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(
    tmp_path: Path, content: bytes, says: str
) -> None:
    """The message names the file and what it is."""
    with pytest.raises(InputError, match=says) as refused:
        read(tmp_path, content)
    assert str(refused.value).startswith("list.csv")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """So is a folder in its place."""
    with pytest.raises(InputError, match="not there"):
        read_table(tmp_path / "no.csv")
    with pytest.raises(InputError, match="is a folder"):
        read_table(tmp_path)


def workbook(folder: Path, rows: Sequence[Sequence[object]]) -> Path:
    """A workbook with these rows in its only sheet."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    path = folder / "list.xlsx"
    book.save(path)
    return path


def test_a_workbook_reads_like_a_csv(tmp_path: Path) -> None:
    """Numbers come out plain, dates year-month-day, formulas in text verbatim, blanks empty."""
    path = workbook(
        tmp_path,
        [
            ["Customer List"],
            [],
            [*HEADER, "Since"],
            ["Acme", 12, 0.1, datetime.fromisoformat("2026-11-21")],
            ["B", 1e5, 1234.0, date(2026, 1, 2)],
            ["Total", None, 1234.1],
        ],
    )
    table = read_table(path, expected=HEADER)
    assert cells(table) == [
        ["Acme", "12", "0.1", "2026-11-21"],
        ["B", "100000", "1234", "2026-01-02"],
    ]
    assert table.lines == [4, 5]
    assert [r.line for r in table.rejects] == [6]


def test_zeros_that_a_number_format_shows_belong_to_the_number(tmp_path: Path) -> None:
    """00123 is kept as 123 in the format 00000."""
    book = Workbook()
    book.active.append(["Name", "Number"])
    book.active.append(["A", 123])
    book.active["B2"].number_format = "00000"
    book.save(tmp_path / "n.xlsx")
    assert read_table(tmp_path / "n.xlsx").rows[0]["Number"] == "00123"


def test_the_sheet_with_the_wanted_columns_is_read(tmp_path: Path) -> None:
    """A cover sheet before it is left alone, and a note says which one was read."""
    book = Workbook()
    book.active.append(["Prepared by the office", "for you"])
    book.create_sheet("Data").append(HEADER)
    book["Data"].append(["A", "1", "2"])
    book.save(tmp_path / "n.xlsx")
    table = read_table(tmp_path / "n.xlsx", expected=HEADER)
    assert cells(table) == [["A", "1", "2"]]
    assert 'Only the sheet "Data" was read.' in table.notes


def replaced(path: Path, part: str, old: str, new: str) -> Path:
    """The workbook with a text replaced in one of its parts."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old.encode() in parts[part]
    parts[part] = parts[part].replace(old.encode(), new.encode(), 1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


SHEET = "xl/worksheets/sheet1.xml"


def test_a_workbooks_word_about_its_size_is_not_believed(tmp_path: Path) -> None:
    """A sheet that declares a billion rows and has two is two rows."""
    path = workbook(tmp_path, [HEADER, ["A", 1, 2]])
    replaced(path, SHEET, 'ref="A1:C2"', 'ref="A1:XFD1000000000"')
    assert len(read_table(path).rows) == 1


def test_a_row_beyond_any_worksheet_is_refused(tmp_path: Path) -> None:
    """A row numbered a billion would make a billion blank ones before it."""
    path = workbook(tmp_path, [HEADER, ["A", 1, 2]])
    replaced(path, SHEET, '<row r="2"', '<row r="1000000000"')
    with pytest.raises(InputError):
        read_table(path)


def test_xml_entities_are_refused(tmp_path: Path) -> None:
    """A workbook that defines entities could blow up in memory."""
    path = workbook(tmp_path, [HEADER, ["A", 1, 2]])
    replaced(
        path, SHEET, "<worksheet",
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet',
    )  # fmt: skip
    with pytest.raises(InputError, match="damaged, protected, or not an Excel workbook"):
        read_table(path)


def test_a_workbook_that_unpacks_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit is checked before anything is unpacked."""
    path = workbook(tmp_path, [HEADER, ["A" * 10_000, 1, 2]])
    monkeypatch.setattr(spreadsheet, "MAX_UNPACKED", 5_000)
    with pytest.raises(InputError, match="unpacks to"):
        read_table(path)


def test_a_path_out_of_the_archive_is_refused(tmp_path: Path) -> None:
    """No workbook holds ../ in a name."""
    path = workbook(tmp_path, [HEADER, ["A", 1, 2]])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("../evil.xml", "x")
    with pytest.raises(InputError, match="file names that no workbook has"):
        read_table(path)


@settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    st.one_of(
        st.binary(max_size=600),
        st.text(max_size=400).map(lambda text: text.encode("utf-8", "surrogatepass")),
        st.text(alphabet='ab1,;|\t"\r\n\0 \xe9', max_size=300).map(str.encode),
        st.text(alphabet='ab1,;"\n', max_size=300).map(lambda t: b"Name,Number\n" + t.encode()),
    )
)
def test_any_bytes_are_a_table_or_one_sentence(tmp_path: Path, content: bytes) -> None:
    """Nothing but InputError comes out, and no line is a row and a reject at once."""
    path = tmp_path / "any.csv"
    path.write_bytes(content)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            table = read_table(path, expected=HEADER)
        except InputError:
            return
    rejected = [reject.line for reject in table.rejects]
    every = sorted([*table.lines, *rejected])
    assert len(table.rows) == len(table.lines)
    assert len(set(every)) == len(every)
    assert all(line > table.header_line for line in every)
    assert all(tuple(row) == table.header for row in table.rows)


PLAIN_TEXT = st.text(
    st.characters(codec="cp1252", exclude_characters="\0\x1a", exclude_categories=["Cc", "Cs"]),
    max_size=12,
)


@settings(
    max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    rows=st.lists(st.tuples(PLAIN_TEXT, PLAIN_TEXT, st.just("x")), max_size=12),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    end=st.sampled_from(["\r\n", "\n", "\r"]),
)
def test_what_was_written_is_what_is_read(
    tmp_path: Path, rows: list[tuple[str, str, str]], delimiter: str, encoding: str, end: str
) -> None:
    """Every cell comes back letter for letter, blanks included."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows([HEADER, *rows])
    path = tmp_path / "round.csv"
    path.write_bytes(out.getvalue().encode(encoding))
    table = read_table(path, expected=HEADER)
    texts = [list(row) for row in rows]
    if encoding == "cp1252" and not out.getvalue().isascii():
        assert len(table.rows) == len(rows)  # its bytes may also be letters of UTF-8
    else:
        assert cells(table) == texts
    assert not table.rejects


@pytest.mark.parametrize(
    ("cell", "plain"),
    [
        ("1234.5", "1234.5"), ("$1,234.50", "1234.50"), ("(5.00)", "-5.00"), ("($5.00)", "-5.00"),
        ("5.00-", "-5.00"), ("-$5", "-5"), ("\N{MINUS SIGN}3.10", "-3.10"), ("€ 7,00", "7.00"),
        ("USD 1,000.00", "1000.00"), ("1.234,50 EUR", "1234.50"), ("1'234.50", "1234.50"),
        ("1\u202f234,50", "1234.50"), ("8.25%", "8.25"), (".5", "0.5"), ("1,234,567", "1234567"),
        ("1,00,000.00", "100000.00"), ("0", "0"), ("", ""), ("  ", ""), ("00012", "00012"),
    ],
)  # fmt: skip
def test_amounts_become_plain(cell: str, plain: str) -> None:
    """Currency signs, groups and the many minuses do not change an amount."""
    column = columns.plain_amounts([cell], columns.decimal_marks([cell]))
    assert (column.values, dict(column.problems)) == ([plain], {})


@pytest.mark.parametrize("cell", ["abc", "1.2.3,4.5", "1,2,3", "--5", "(-5)", "5 apples", "#REF!"])
def test_what_is_no_amount_is_a_problem(cell: str) -> None:
    """Nothing is made of it."""
    column = columns.plain_amounts([cell], columns.decimal_marks([cell]))
    assert column.values == [""]
    assert list(column.problems) == [0]


def test_one_cell_of_a_column_decides_what_a_comma_means() -> None:
    """1,234 is thousands beside 5.50 and a decimal beside 5,50; alone the reading is noted."""
    for other, plain in (("5.50", "1234"), ("5,50", "1.234")):
        own = ["1,234", other]
        assert columns.plain_amounts(own, columns.decimal_marks(own)).values[0] == plain
    alone = columns.plain_amounts(["1,234"], set())
    assert (alone.values, len(alone.notes)) == (["1234"], 1)
    torn = ["1,234", "5,50", "5.50"]
    assert list(columns.plain_amounts(torn, columns.decimal_marks(torn)).problems) == [0]


@pytest.mark.parametrize(
    "cell",
    [
        "2026-11-21", "2026/11/21", "2026-11-21 10:02:00", "2026-11-21T10:02:00.123Z", "20261121",
        "21/11/2026", "11/21/2026", "21.11.2026", "21.11.26", "11-21-26", "21 Nov 2026",
        "21-Nov-26", "21/Nov/2026", "Nov 21, 2026", "November 21 2026", "Saturday, Nov 21, 2026",
        "11/21/2026 10:02 AM", "Nov. 21st, 2026",
    ],
)  # fmt: skip
def test_dates_become_year_month_day(cell: str) -> None:
    """A date that can be only one day needs no order."""
    assert columns.iso_dates([cell], None).values == ["2026-11-21"]


@pytest.mark.parametrize(
    "cell", ["31/02/2026", "45982", "soon", "13/13/2026", "2026-13-01", "2026112"]
)
def test_what_is_no_date_is_a_problem(cell: str) -> None:
    """A spreadsheet's serial number is not taken for a day either."""
    assert list(columns.iso_dates([cell], "dmy").problems) == [0]


def test_the_order_of_day_and_month_is_proven_by_a_whole_column() -> None:
    """One cell with a day beyond twelve settles the others; without one they are unclear."""
    assert columns.date_orders(["03/04/2026", "21/11/2026"]) == {"dmy"}
    assert columns.date_orders(["03/04/2026", "11/21/2026"]) == {"mdy"}
    assert columns.date_orders(["03/04/2026"]) == set()
    assert columns.unclear_dates(["03/04/2026", "04/04/2026", "21/11/2026"]) == ["03/04/2026"]
    assert columns.iso_dates(["03/04/2026"], "dmy").values == ["2026-04-03"]
    assert columns.iso_dates(["03/04/2026"], "mdy").values == ["2026-03-04"]
    assert list(columns.iso_dates(["03/04/2026"], None).problems) == [0]

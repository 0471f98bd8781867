"""Files in, snapshots out: found by their columns, read whole, refused in one sentence."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from recon.apps.invoiceninja.reader import InvoiceNinjaExports
from recon.books import Snapshot, System
from recon.errors import InputError
from recon.files.generic import GenericFiles
from recon.files.mapping import propose_mapping
from recon.ports import Reader, silent
from recon.qbo.lists import QuickBooksLists
from recon.sandbox.demo import demo_company
from recon.stages.pull import pull
from recon.stages.tidy import tidy_app, tidy_qbo

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)

CLIENTS = "Name,Number,Balance,Email\nAcme,0001,5.00,a@example.com\nBee,0002,0,\n"
PRODUCTS = "Product,Notes,Cost,Price\nMow,Mowing,1,2\n"
INVOICES = (
    "Client Name,Invoice Invoice Number,Invoice Amount,Invoice Date,Item Product,Item Line Total\n"
    "Acme,INV-1,5,2026-11-21,Mow,2\nAcme,INV-1,5,2026-11-21,Mow,3\n"
)
PAYMENTS = "Client Name,Payment Date,Payment Amount,Payment Number\nAcme,2026-11-21,5,0001\n"
CUSTOMER_REPORT = (
    '"Example Co, LLC",,,\nCustomer Contact List,,,\n\n'
    "Customer full name,Phone numbers,Email,Bill address\n"
    'Acme,Phone:(555) 010-1234 Mobile:2,a@example.com,"1 Main St\nWaco TX"\n'
    "Acme:Job 1,,,\nAcme,,,\nGone (deleted),,,\n\n"
    '" Saturday, November 21, 2026 10:02 AM GMT-06:00",,,\n'
)


def now() -> datetime:
    """The time of all snapshots here."""
    return NOW


def folder(path: Path, **files: str) -> Path:
    """A folder with these CSV files."""
    path.mkdir(exist_ok=True)
    for name, text in files.items():
        (path / f"{name}.csv").write_text(text, encoding="utf-8")
    return path


def read(reader: Reader) -> Snapshot:
    """What a reader reads."""
    return reader.read(now, silent)


def sizes(snapshot: Snapshot) -> dict[str, int]:
    """Records by kind."""
    return {kind: len(records) for kind, records in snapshot.records.items()}


def test_exports_are_found_by_their_columns_not_their_names(tmp_path: Path) -> None:
    """Files that are something else are left out with a note."""
    files = folder(tmp_path, a=PAYMENTS, b=INVOICES, c=PRODUCTS, d=CLIENTS, e="Wolf,Den\ngrey,3\n")
    (files / "README.txt").write_text("")
    reader = InvoiceNinjaExports(files, company="Example")
    snapshot = read(reader)
    assert sizes(snapshot) == {"clients": 2, "products": 1, "invoices": 2, "payments": 1}
    assert (snapshot.system, snapshot.environment, snapshot.company, snapshot.taken_at) == (
        "app", "files", "Example", NOW,
    )  # fmt: skip
    assert snapshot.records["clients"][0] == {
        "name": "Acme", "number": "0001", "balance": "5.00", "email": "a@example.com", "row": 2,
    }  # fmt: skip
    assert len(snapshot.notes) == 2


def test_a_demo_companys_exports_read_back_completely(tmp_path: Path) -> None:
    """Every client, product, invoice, line and payment that was written is in the tables."""
    company = demo_company(customers=60, seed=3).app
    company.write_exports(tmp_path)
    side, rejects = tidy_app(read(InvoiceNinjaExports(tmp_path)))
    assert not rejects
    assert len(side.customers) == len(company.clients)
    assert len(side.items) == len(company.products)
    assert len(side.payments) == len(company.payments)
    lines = [len(invoice["line_items"]) for invoice in company.invoices]
    assert len(side.invoices) == sum(map(bool, lines))
    assert len(side.invoice_lines) == sum(lines)
    assert list(side.customers["name"].fillna("")) == [c["name"] for c in company.clients]
    assert list(side.customers["number"].fillna("")) == [c["number"] for c in company.clients]
    assert list(side.invoices["total"].astype(str)) == [
        f"{i['amount']:.4f}" for i in company.invoices if i["line_items"]
    ]


def test_invoices_with_lines_win_over_the_same_without(tmp_path: Path) -> None:
    """Both exports in a folder hold each invoice once; what only the plain one has is kept."""
    plain = "Client Name,Invoice Invoice Number,Invoice Amount,Invoice Date\n"
    files = folder(
        tmp_path, a=plain + "Acme,INV-1,5,2026-11-21\nBee,INV-2,7,2026-11-21\n", b=INVOICES
    )
    side, _rejects = tidy_app(read(InvoiceNinjaExports(files)))
    assert list(side.invoices["number"]) == ["INV-1", "INV-2"]
    assert len(side.invoice_lines) == 2


def test_rows_that_cannot_be_read_are_rejects_with_line_and_reason(tmp_path: Path) -> None:
    """Rows in are records plus rejects."""
    files = folder(
        tmp_path, c="Name,Number,Balance,Odd\nA,1,5,\nB,2,lots,\nC,3\nD,4,1,2,3\n,,,only here\n"
    )
    snapshot = read(InvoiceNinjaExports(files))
    assert [record["row"] for record in snapshot.records["clients"]] == [2]
    assert [(r.line, r.why) for r in snapshot.rejects] == [
        (3, 'Balance: "lots" is not an amount that can be read for certain'),
        (4, "it has 2 fields where the header has 4"),
        (5, "it has 5 fields where the header has 4"),
        (6, "every column that is read is empty"),
    ]


def test_the_files_own_dates_decide_their_order(tmp_path: Path) -> None:
    """A due date beyond the twelfth settles the invoice dates beside it."""
    head = "Client Name,Invoice Number,Invoice Date,Invoice Due Date\n"
    files = folder(tmp_path, i=head + "A,1,03/04/2026,21/04/2026\n")
    assert read(InvoiceNinjaExports(files)).records["invoices"][0]["date"] == "2026-04-03"


def test_dates_that_nothing_settles_are_asked_for(tmp_path: Path) -> None:
    """The question is answered through the mapping, and never guessed."""
    files = folder(tmp_path, i="Client Name,Invoice Number,Invoice Date\nA,1,03/04/2026\n")
    reader = InvoiceNinjaExports(files)
    with pytest.raises(InputError, match="03/04/2026 put the day or the month first"):
        read(reader)
    reader.files.exports[0].mapping.read_dates("mdy")
    assert read(reader).records["invoices"][0]["date"] == "2026-03-04"


def test_any_apps_files_are_read_by_a_corrected_mapping(tmp_path: Path) -> None:
    """Labels in another language, in a workbook, set by hand."""
    book = Workbook()
    book.active.append(["Kunde", "Kundennr", "Ort"])
    book.active.append(["Müller", "007", "Ulm"])
    book.save(tmp_path / "kunden.xlsx")
    mapping = propose_mapping(["Kunde", "Kundennr", "Ort"], "clients")
    mapping.set("name", "Kunde").set("number", "Kundennr").set("city", "Ort")
    for source in (tmp_path, {"clients": tmp_path / "kunden.xlsx"}):
        snapshot = read(GenericFiles(source, mappings={"clients": mapping}))
        assert snapshot.records["clients"] == [
            {"name": "Müller", "number": "007", "city": "Ulm", "row": 2}
        ]


def test_a_number_that_a_spreadsheet_shortened_is_noted(tmp_path: Path) -> None:
    """1.2E+11 is not the number that it was."""
    reader = InvoiceNinjaExports(folder(tmp_path, c="Name,Number\nA,1.2E+11\n"))
    assert any("shortened by a spreadsheet program" in note for note in read(reader).notes)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "c.csv is empty"),
        ("Wolf,Den\ngrey,3\n", "No file that can be used was found: Left out: c.csv is none of"),
    ],
)
def test_a_folder_without_an_export_is_refused(tmp_path: Path, text: str, says: str) -> None:
    """Empty or wrong: one sentence that names the file."""
    with pytest.raises(InputError, match=says):
        read(InvoiceNinjaExports(folder(tmp_path, c=text)))


def test_a_named_file_that_is_none_of_the_exports_is_refused(tmp_path: Path) -> None:
    """Its columns are listed; so is a kind that does not exist, and a missing column."""
    files = folder(tmp_path, c="Wolf,Den\ngrey,3\n")
    with pytest.raises(InputError, match=r"none of clients, .* its columns are Wolf, Den"):
        read(InvoiceNinjaExports([files / "c.csv"]))
    with pytest.raises(InputError, match='"wolves" is no kind of file'):
        read(GenericFiles({"wolves": files / "c.csv"}))
    with pytest.raises(InputError, match=r'c\.csv has no column for "name" of clients'):
        read(GenericFiles({"clients": files / "c.csv"}))
    with pytest.raises(InputError, match="not there"):
        read(InvoiceNinjaExports(files / "no.csv"))


def test_a_mapping_of_another_file_is_refused(tmp_path: Path) -> None:
    """It reads a column that this file does not have."""
    files = folder(tmp_path, c=CLIENTS)
    mapping = propose_mapping(["Kunde"], "clients").set("name", "Kunde")
    with pytest.raises(InputError, match=r'c\.csv has no column "Kunde"'):
        read(GenericFiles(files, mappings={"c.csv": mapping}))


def test_quickbooks_lists_take_the_form_of_its_api(tmp_path: Path) -> None:
    """Reports with titles and feet, page exports and workbooks; keys are full names."""
    folder(
        tmp_path,
        a=CUSTOMER_REPORT,
        b="Vendor,Phone,Open balance\nShell,1,$5.00\nTOTAL,,$5.00\n",
        c="Employee Contact List,,\nEmployee,Phone numbers,Email\nDee,,\n",
        d="Product/Service Name,Sales Description,SKU,Type,Sales Price / Rate,Quantity as-of Date\n"
        "Yard:Mowing,Mow,001,Non-inventory,48,11/21/2026\nKit,,,Bundle,,\n",
    )
    reader = QuickBooksLists(tmp_path)
    snapshot = read(reader)
    assert sizes(snapshot) == {"Customer": 4, "Vendor": 1, "Employee": 1, "Item": 2}
    assert (snapshot.company, snapshot.environment, snapshot.realm) == (
        "Example Co, LLC", "files", "",
    )  # fmt: skip
    assert len(snapshot.rejects) == 2
    assert any("1 name comes more than once" in note for note in snapshot.notes)
    side, rejects = tidy_qbo(snapshot)
    assert not rejects
    customers = side.customers.set_index("ref")
    assert list(customers.index) == [
        "qbo:customer:Acme", "qbo:customer:Acme:Job 1", "qbo:customer:Acme#2",
        "qbo:customer:Gone (deleted)",
    ]  # fmt: skip
    assert customers.loc["qbo:customer:Acme", "phone"] == "(555) 010-1234"
    assert customers.loc["qbo:customer:Acme", "address_line1"] == "1 Main St"
    assert customers.loc["qbo:customer:Acme:Job 1", "parent_ref"] == "qbo:customer:Acme"
    assert customers.loc["qbo:customer:Acme:Job 1", "name"] == "Job 1"
    assert list(customers["active"]) == [True, True, True, False]
    assert list(side.items["type"]) == ["NonInventory", "Group"]
    assert side.items["category"][0] == "Yard"
    assert str(side.items["start_date"][0].date()) == "2026-11-21"


def test_a_list_with_common_columns_is_told_by_title_or_name(tmp_path: Path) -> None:
    """Name, phone and e-mail alone could be customers, vendors or employees."""
    common = "Name,Phone,Email\nA,1,\n"
    assert sizes(read(QuickBooksLists([*folder(tmp_path / "v", vendors=common).iterdir()]))) == {
        "Vendor": 1
    }
    titled = folder(tmp_path / "t", x="Employee Contact List,,\n" + common)
    assert sizes(read(QuickBooksLists(titled))) == {"Employee": 1}
    with pytest.raises(InputError, match="could be customers or vendors or employees"):
        read(QuickBooksLists(folder(tmp_path / "x", x=common)))
    assert sizes(read(QuickBooksLists({"customers": tmp_path / "x" / "x.csv"}))) == {"Customer": 1}


def test_the_apps_export_is_not_taken_for_a_quickbooks_list(tmp_path: Path) -> None:
    """The sides were swapped: said so, nothing read."""
    demo_company(customers=10, seed=1).app.write_exports(tmp_path)
    with pytest.raises(InputError, match="looks like a list that the invoicing app exported"):
        read(QuickBooksLists([tmp_path / "clients.csv"]))


@pytest.mark.parametrize(
    "header",
    [
        "Customer full name,Email,Phone,Bill street,Bill city",
        "Customer,Phone Numbers,Email,Full Name,Billing Address",
        "Name,Company name,Street Address,City,Phone,Email,Attachments,Open Balance",
        "Product/Service Name,Sales Description,SKU,Type,Sales Price / Rate",
    ],
)
def test_a_quickbooks_list_is_not_taken_for_the_apps(tmp_path: Path, header: str) -> None:
    """Common columns would fit both sides; what only QuickBooks' lists have tells them."""
    row = ",".join(str(n) for n in range(header.count(",") + 1))
    files = folder(tmp_path, clients=f"{header}\n{row}\n")
    with pytest.raises(InputError, match="looks like a list that QuickBooks exported"):
        read(InvoiceNinjaExports(files))
    plain = folder(tmp_path / "own", clients="Name,Email,Phone,City,Open Balance\nA,b@c.d,1,E,2\n")
    assert sizes(read(InvoiceNinjaExports(plain))) == {"clients": 1}


def test_pull_reads_both_sides_and_logs_counts(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """One line, with counts and without names."""
    readers: dict[System, Reader] = {
        "app": InvoiceNinjaExports(folder(tmp_path / "app", c=CLIENTS)),
        "qbo": QuickBooksLists(folder(tmp_path / "qbo", c=CUSTOMER_REPORT)),
    }
    with caplog.at_level(logging.INFO, logger="recon.stages.pull"):
        snapshots = pull(readers, now, silent)
    assert list(snapshots) == ["app", "qbo"]
    pulled = [r.getMessage() for r in caplog.records if r.name == "recon.stages.pull"]
    assert pulled == ["pulled app.clients=2 app.rejects=0 qbo.Customer=4 qbo.rejects=1"]
    with pytest.raises(InputError, match="Swap the two sources"):
        pull({"qbo": readers["app"]}, now, silent)


def test_a_second_read_sees_files_that_were_exported_again(tmp_path: Path) -> None:
    """Hand-work changes the app; the next pull reads its new exports, not the old ones."""
    file = tmp_path / "clients.csv"
    file.write_text("Name,Number,Email\nAcme,1,a@acme.example\n", encoding="utf-8")
    reader = InvoiceNinjaExports({"clients": file})
    assert [c["name"] for c in read(reader).records["clients"]] == ["Acme"]
    file.write_text("Name,Number,Email\nAcme Inc,1,a@acme.example\n", encoding="utf-8")
    assert [c["name"] for c in read(reader).records["clients"]] == ["Acme Inc"]

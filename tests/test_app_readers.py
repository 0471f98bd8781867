"""What apps export, read: templates, names of persons and companies, statuses and logs."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from recon.apps.exports import AppExports, write_template
from recon.apps.readers import DIALECTS, reader_of
from recon.books import Side
from recon.company.opening import open_workspace
from recon.errors import ConfigError, InputError, WorkspaceError
from recon.ports import silent
from recon.sandbox.demo import demo_company
from recon.sandbox.demo import dialects as demo_dialects
from recon.stages.tidy.app import tidy_app

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


def side_of(app: str, folder: Path) -> tuple[Side, list[str]]:
    """The tables of an app's files in a folder, and why lines are not in them."""
    snapshot = reader_of(app, folder).read(lambda: NOW, silent)
    side, rejects = tidy_app(snapshot)
    return side, [each.why for each in (*snapshot.rejects, *rejects)]


def write(folder: Path, kind: str, header: str, *rows: str) -> None:
    """A file of an export, columns and cells divided by bars."""
    folder.mkdir(exist_ok=True)
    with (folder / f"{kind}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(line.split("|") for line in (header, *rows))


@pytest.mark.parametrize("app", DIALECTS)
def test_every_column_of_a_template_is_read(app: str, tmp_path: Path) -> None:
    """Filled in, nothing of it is lost; what is there is not overwritten."""
    written = write_template(DIALECTS[app], tmp_path)
    assert [path.stem for path in written] == list(DIALECTS[app].columns)
    assert write_template(DIALECTS[app], tmp_path) == []
    for path in written:
        with path.open("a", encoding="utf-8", newline="") as file:
            csv.writer(file).writerow("1" for _ in DIALECTS[app].columns[path.stem])  # type: ignore[index]
    not_read = {"Secondary phone"}
    for export in AppExports(DIALECTS[app], tmp_path).files.exports:
        assert export.kind == Path(export.table.name).stem
        lost = set(export.table.header) - set(export.mapping.chosen.values()) - not_read
        assert not lost, (export.kind, lost)


@pytest.mark.parametrize("app", DIALECTS)
def test_the_demo_company_is_the_same_through_every_app(app: str, tmp_path: Path) -> None:
    """The same numbers and sums as through Invoice Ninja's exports."""
    demo = demo_company(40, 3)
    demo.app.write_exports(tmp_path / "ninja")
    demo_dialects.write_dialect(demo.app, app, tmp_path / app)
    ninja, _ = side_of("invoiceninja", tmp_path / "ninja")
    side, rejects = side_of(app, tmp_path / app)
    assert rejects == []
    for table in ("customers", "items", "invoices", "payments"):
        assert set(getattr(side, table)["ref"]) == set(getattr(ninja, table)["ref"])
    assert side.invoices["total"].sum() == ninja.invoices["total"].sum()
    assert side.payments["amount"].sum() == ninja.payments["amount"].sum()
    assert len(side.invoice_lines) == len(ninja.invoice_lines)


def test_what_kind_of_record_it_is_and_when_it_was_edited_is_read_where_it_stands(
    tmp_path: Path,
) -> None:
    """Columns that most exports lack: without them the checks that need them are silent."""
    write(tmp_path, "clients", "Client name|Client type|Payment terms", "Finch|Business|Net 30",
          "Ann Lee|Individual|")  # fmt: skip
    write(tmp_path, "products", "Item name|Price|Item type|Last edited",
          "Pump|9|Inventory|2026-05-01")  # fmt: skip
    write(tmp_path, "invoices", "Invoice number|Client name|Total|Class|Last edited|Last synced",
          "1001|Finch|9|Lawn|2026-05-02|2026-05-03")  # fmt: skip
    side, rejects = side_of("studioninja", tmp_path)
    assert rejects == []
    assert side.customers["is_company"].to_list() == [True, False]
    assert side.customers["terms"].fillna("").to_list() == ["Net 30", ""]
    assert side.items[["type"]].to_numpy().tolist() == [["Inventory"]]
    assert side.items["updated_at"][0].date().isoformat() == "2026-05-01"
    assert side.invoices["class_name"].to_list() == ["Lawn"]
    assert side.sync_status["at"][0].date().isoformat() == "2026-05-03"


def test_a_client_is_called_after_its_person_where_there_is_no_name(tmp_path: Path) -> None:
    """Workiz has two names and a company; a company alone is the name."""
    header = "Client ID|First name|Last name|Company|Email|Parent client"
    write(tmp_path, "clients", header, "1|Ann|Lee|Kestrel Foods||", "2|||Finch & Sons||1",
          "3||||x@example.com|Nobody")  # fmt: skip
    side, _ = side_of("workiz", tmp_path)
    shown = side.customers[["name", "company_name", "parent_ref"]].astype(object)
    assert shown.where(shown.notna(), None).values.tolist() == [
        ["Ann Lee", "Kestrel Foods", None],
        ["Finch & Sons", "Finch & Sons", "app:customer:1"],
        [None, None, "app:customer:~Nobody"],
    ]


def test_without_a_company_first_and_last_name_will_do(tmp_path: Path) -> None:
    """A list of people needs no column with the whole name."""
    write(tmp_path, "clients", "First name|Last name|Email", "Ann|Lee|ann@example.com")
    side, _ = side_of("generic_name", tmp_path)
    assert side.customers["name"].tolist() == ["Ann Lee"]


def test_the_status_beside_a_record_is_read(tmp_path: Path) -> None:
    """TaxDome's column QuickBooks, in its own words."""
    write(tmp_path, "clients", "Account name|Email|QuickBooks|QuickBooks message",
          "Ann Lee|a@example.com|Synced|", "Bo Roe|b@example.com|Failed|Name is taken",
          "Cy Poe|c@example.com||")  # fmt: skip
    side, _ = side_of("taxdome", tmp_path)
    told = side.sync_status.astype(object)
    assert told.where(told.notna(), None)[["ref", "status", "says"]].values.tolist() == [
        ["app:customer:~Ann Lee", "Synced", None],
        ["app:customer:~Bo Roe", "Failed", "Name is taken"],
    ]


def test_the_last_line_of_a_log_counts(tmp_path: Path) -> None:
    """By its date, else by its place; a line of a record that is not there is a reject."""
    write(tmp_path, "clients", "Client ID|First name|Last name", "1|Ann|Lee", "2|Bo|Roe")
    write(tmp_path, "invoices", "Invoice number|Client name|Total", "A1|Ann Lee|5")
    write(tmp_path, "payments", "Payment number|Client name|Amount", "P1|Ann Lee|5")
    write(tmp_path, "products", "Item name|Price", "Mow|5")
    log: Any = ("sync_log", "Date|Type|Name|Status|Error")
    write(tmp_path, *log, "2026-11-20|Client|Ann Lee|Failed|Duplicate",
          "2026-11-19|Client|1|Synced|", "2026-11-20|Invoice|A1|Failed|No client",
          "2026-11-20|Invoice|A1|Synced|", "2026-11-20|Payment|P1|Synced|",
          "2026-11-20|Item|Mow|Synced|", "2026-11-20|Client|Cy Poe|Failed|",
          "2026-11-20||2|Synced|")  # fmt: skip
    side, rejects = side_of("workiz", tmp_path)
    assert dict(zip(side.sync_status["ref"], side.sync_status["status"], strict=True)) == {
        "app:customer:1": "Failed", "app:invoice:A1": "Synced", "app:payment:P1": "Synced",
        "app:item:Mow": "Synced", "app:customer:2": "Synced",
    }  # fmt: skip
    assert rejects == ["no record of the exports is called so"]


def test_invoice_ninjas_activity_log_says_which_pushes_failed(tmp_path: Path) -> None:
    """Each by the record that its sentence is about; all other lines tell of other things."""
    write(tmp_path, "clients", "Name|Number", "Ann Lee|1", "Ann|2")
    write(tmp_path, "invoices", "Invoice Invoice Number|Client Name|Invoice Amount", "12|Ann Lee|5")
    write(tmp_path, "activities", "Date|Activity|Address",
          "2026-11-20|QuickBooks: failed to push client Ann Lee, error 12|127.0.0.1",
          "2026-11-21|QuickBooks push failed for invoice 12 of Ann Lee: Duplicate (6140)|",
          "2026-11-21|Ann Lee failed to pay invoice 12|",
          "2026-11-22|QuickBooks push failed for invoice 77|")  # fmt: skip
    side, rejects = side_of("invoiceninja", tmp_path)
    told = side.sync_status
    assert dict(zip(told["ref"], told["says"].str[:22], strict=True)) == {
        "app:customer:1": "QuickBooks: failed to ", "app:invoice:12": "QuickBooks push failed",
    }  # fmt: skip
    assert set(told["status"]) == {"Failed"}
    assert rejects == ["no record of the exports is called so"]


def test_an_app_without_address_or_folder_says_so() -> None:
    """Only Invoice Ninja is read over its API."""
    with pytest.raises(InputError, match="Workiz is not read from an address"):
        reader_of("workiz", "https://app.example.com")
    with pytest.raises(ConfigError, match="cannot read 'nobody'"):
        reader_of("nobody", "folder")


def test_a_workspace_is_one_apps_for_good(tmp_path: Path) -> None:
    """Which app is remembered; an unknown one is refused before anything is written."""
    demo_company(40, 3).app.write_exports(tmp_path / "exports")
    books = tmp_path / "books.recon"
    with pytest.raises(ConfigError, match="no app called 'nobody'"):
        open_workspace(books, tmp_path / "exports", profile="nobody")
    assert not books.exists()
    open_workspace(books, tmp_path / "exports").store.close()
    with pytest.raises(WorkspaceError, match="This workspace is about Invoice Ninja"):
        open_workspace(books, profile="workiz")
    assert open_workspace(books).profile.about.id == "invoiceninja"

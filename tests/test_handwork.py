"""The hand-work of an approved plan on paper: its order, the app's clicks, what follows."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from recon.advice import handwork
from recon.apps.readers import reader_of
from recon.apps.screens import SCREENS
from recon.demo.judge import Judge
from recon.demo.people import Accountant
from recon.errors import InputError
from recon.plan import Plan
from recon.qbo.client import sandbox_client
from recon.qbo.reader import QboReader
from recon.reconciliation import Reconciliation
from recon.sandbox.demo import demo_company
from recon.sandbox.demo.dialects import write_dialect
from recon.sandbox.server import Sandbox


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reconciliation]:
    """A company whose plan is decided on."""
    folder = tmp_path_factory.mktemp("office")
    demo = demo_company(40, 3)
    write_dialect(demo.app, "workiz", folder / "exports")
    with Sandbox(demo.company) as sandbox, sandbox_client(sandbox.describe()) as client:
        readers: Any = {"app": reader_of("workiz", folder / "exports"), "qbo": QboReader(client)}
        r = Reconciliation.open(folder / "books.recon", readers=readers)
        r.pull()
        Accountant(Judge(demo.truth, demo.app)).decide(r.propose())
        yield r
        r.store.close()


def as_app(r: Reconciliation, app: str) -> Plan:
    """The reconciliation of the same books with another app, and its plan."""
    about = r.profile.about.model_copy(update={"id": app})
    r.profile = r.profile.model_copy(update={"about": about})
    return r.review().plan


def test_every_approved_piece_stands_in_the_order_of_the_plan(office: Reconciliation) -> None:
    """Each with its id, and done where it was ticked off."""
    plan = as_app(office, "invoiceninja")
    approved = office.review().approved()
    work = [w.id for w in plan.writes if w.to == "hand" and w.action_id in approved]
    assert work
    office.tick_off(work[0], by="Ann")
    pieces = handwork.rows(office)
    assert [piece.id for piece in pieces] == work
    assert [piece.done for piece in pieces][:2] == ["done", ""]
    assert all(piece.steps and piece.who for piece in pieces)


@pytest.mark.parametrize("app", SCREENS)
def test_the_clicks_and_what_follows_are_the_apps_own(office: Reconciliation, app: str) -> None:
    """What closes the work comes once, at the end."""
    as_app(office, app)
    pieces, screen = handwork.rows(office), SCREENS[app]
    assert [p.steps for p in pieces if not p.id] == [*screen.closing, *screen.look]
    assert [p.number for p in pieces] == list(range(1, len(pieces) + 1))
    assert {p.who for p in pieces if not p.id} == {screen.who}
    edited = [piece for piece in pieces if "\nIn customer" in piece.steps]
    assert edited
    for piece in edited:
        assert piece.steps.startswith("\n".join(screen.steps["edit customer"]))
        assert piece.then == "\n".join(screen.resync.get("customer", ()))


@pytest.mark.parametrize("app", [*SCREENS, "invoiceninja"])
def test_a_mend_in_quickbooks_says_what_to_send_again(office: Reconciliation, app: str) -> None:
    """The app sees no change of its own then; in Workiz the client goes before its invoice."""
    plan = as_app(office, app)
    dates = {w.id: w for w in plan.writes if w.to == "hand" and "InvStartDate" in w.body}
    told = [piece for piece in handwork.rows(office) if piece.id in dates]
    assert told
    screen = SCREENS.get(app)
    clicks = screen.resync.get("invoice", ()) if screen else office.profile.about.resync
    assert [piece.then for piece in told] == ["\n".join(clicks)] * len(told)
    if app == "workiz":
        assert clicks[0].endswith("see that its client and its items are synced.")
        assert "Only then" in str(SCREENS[app].after_qbo["customer"])


def test_the_sheet_opens_in_a_spreadsheet_without_formulas(tmp_path: Path) -> None:
    """A name that begins like a formula is text; a phone number stays what it is."""
    path = tmp_path / "sheet.csv"
    piece = handwork.Piece(1, "w1", "Workiz", "=1+1", "customer @x", "-5.00", "+1 555", "-x")
    handwork.write_sheet([piece], path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, row = csv.reader(file)
    assert header[:3] == ["Number", "Id", "Where"]
    assert row[3:8] == ["'=1+1", "customer @x", "-5.00", "+1 555", "'-x"]


def test_what_changes_in_the_app_goes_into_its_own_columns(
    office: Reconciliation, tmp_path: Path
) -> None:
    """Only rows that change, so that a list can be loaded; an app with an API needs none."""
    plan = as_app(office, "workiz")
    approved = office.review().approved()
    edits = [
        write.instruction.do["fields"]["name"]
        for write in plan.writes
        if write.instruction and write.action_id in approved and write.ref.startswith("app:")
        and write.instruction.do["step"] == "edit"
    ]  # fmt: skip
    told = {}
    for path in handwork.import_files(office, tmp_path / "lists"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            told[path.stem] = list(csv.DictReader(file))
    clients, products = told["clients-changed"], told["products-changed"]
    names = [f"{row['First name']} {row['Last name']}" for row in clients]
    assert sorted(edits) == sorted([*names, *(row["Item name"] for row in products)])
    as_app(office, "invoiceninja")
    with pytest.raises(InputError, match="over its API"):
        handwork.import_files(office, tmp_path)

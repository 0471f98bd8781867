"""The notebooks as an accountant runs them: in order, each in a kernel of its own, on the demo."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from recon.demo.desk import DemoDesk
from recon.widgets.buttons import apply_panel
from recon.widgets.engagement import Engagement
from recon.workspace import Workspace

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SMALL = "CUSTOMERS = 60"

pytestmark = pytest.mark.slow

Cells = Callable[[str], list[NotebookNode]]


def code_cells(path: Path) -> list[NotebookNode]:
    """The code cells of a notebook as it is committed."""
    return [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]


def run(name: str, folder: Path, after: dict[str, str]) -> list[NotebookNode]:
    """Run a notebook top to bottom in a folder; its cells with their outputs.

    Args:
        name: how the file begins.
        folder: where the kernel works.
        after: what a cell begins with, to code that is run in a cell of its own behind it.
    """
    (path,) = [each for each in NOTEBOOKS if each.name.startswith(name)]
    notebook = nbformat.read(path, as_version=4)
    for start, source in after.items():
        place = [cell.source.startswith(start) for cell in notebook.cells].index(True)
        notebook.cells.insert(place + 1, nbformat.v4.new_code_cell(source))
    client = NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        store_widget_state=False,
    )
    client.execute()
    return list(notebook.cells)


def printed(cells: list[NotebookNode]) -> list[Any]:
    """What cells printed, each line read as JSON."""
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    text = "".join(output.text for output in outputs if output.output_type == "stream")
    return [json.loads(line) for line in text.splitlines() if line.startswith(("{", "["))]


WATCH = "panel = desk.watch(); page = panel.press('decide')"
APPLY = """
import json
panel = desk.apply()
page = panel.press("apply")
again = desk.apply().press("apply")
print(json.dumps({"sent": page, "again": again}))
"""
CLERK = "\npage = desk.hand_work().press('clerk')\n"
VERIFY = """
import json
panel = desk.verify()
page = panel.press("verify")
print(json.dumps({"checks": desk.r.verify()["check"].value_counts().to_dict(), "page": page}))
"""
COUNTS = """
import json
from recon.advice.papers import harmed
by_answer = harmed(desk.r).groupby("rejected")
print(json.dumps({str(known): len(rows) for known, rows in by_answer}))
"""
COLUMNS = """
import json
from recon.company.headers import columns_read, correct
page = desk.columns().press("column", "clients:phone=Number")
read = columns_read(desk.r.readers).query("kind == 'clients'").set_index("field")
print(json.dumps({
    "said": "Kept." if "Kept." in page else page[-300:],
    "phone": read.loc["phone", ["column", "why"]].tolist(),
    "name": read.loc["name", ["column", "why"]].tolist(),
}))
correct(desk.r.store, desk.r.readers, forget=["clients"])
"""
QUESTIONS = """
import json
from recon.company import choosing
panel = desk.questions()
page = panel.press("answer", "product_edits=yes")
forgot = panel.press("answer", "product_edits=")
print(json.dumps({"asked": "Does a change of a product" in page, "said": "Kept." in page,
                  "facts": "User guide" in page or "user guide" in page,
                  "taken_back": forgot.count("selected") == page.count("selected")}))
"""
WHY = """
import json
ref = desk.r.forecast()["ref"].iloc[0]
print(json.dumps({"why": desk.why(ref).html, "ways": desk.scenarios().as_html()}))
"""
BACKTEST = """
import json
panel = desk.backtest("2000-01-01")
early = panel.press("backtest")
panel = desk.backtest()
page = panel.press("backtest")
print(json.dumps({"early": early, "page": page, "again": desk.backtest().html}))
"""
STATE = """
import json
plan = desk.r.review().plan
print(json.dumps({"decided": len(desk.r.store.decisions(plan.id)),
                  "sent": len(desk.r.store.entries(plan.id)), "plan": plan.id}))
"""


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The cells of each run, and the folder: the notebooks in order, each button pressed late.

    02 and 03 are run to their end before anything is pressed in them.
    """
    folder = tmp_path_factory.mktemp("desk")
    told: dict[str, Any] = {"folder": folder}
    first = {"WORKSPACE": SMALL, "desk.columns()": COLUMNS, "desk.questions()": QUESTIONS}
    told["start"] = run("00", folder, first)
    told["look"] = run("01", folder, {"desk.forecast()": COUNTS, "desk.scenarios()": WHY})
    told["review"] = run("02", folder, {"desk.watch()": STATE + WATCH})
    told["apply"] = run("03", folder, {"desk.undo()": STATE + APPLY + CLERK + VERIFY})
    again = {
        "from recon import Desk": WATCH,
        "desk.before_and_after()": COUNTS,
        "desk.backtest(": BACKTEST,
    }
    told["report"] = run("04", folder, again)
    return told


def test_run_all_decides_and_sends_nothing(story: dict[str, Any]) -> None:
    """Until a button is pressed, no decision is kept and the journal is empty."""
    (proposed,) = printed(story["review"])
    assert (proposed["decided"], proposed["sent"]) == (0, 0)
    approved, *_ = printed(story["apply"])
    assert approved["decided"] > 0
    assert (approved["sent"], approved["plan"]) == (0, proposed["plan"])


def test_a_column_is_chosen_from_a_list_and_kept(story: dict[str, Any]) -> None:
    """The choice is marked, holds for the next read, and goes when the file is right again."""
    chosen, _ = printed(story["start"])
    assert chosen["said"] == "Kept."
    assert chosen["phone"] == ["Number", "set by hand"]
    assert chosen["name"] == ["Name", 'called "Name"']


def test_what_nobody_has_established_is_asked_and_kept(story: dict[str, Any]) -> None:
    """With a list of answers, beside every fact and its source; an answer can be taken back."""
    _, asked = printed(story["start"])
    assert asked == {"asked": True, "said": True, "facts": True, "taken_back": True}


def test_a_record_says_why_and_ways_to_turn_it_on_stand_side_by_side(story: dict[str, Any]) -> None:
    """The rule with its source and the day it was read; the present settings first."""
    _, told = printed(story["look"])
    assert "What happens" in told["why"]
    assert "read 20" in told["why"]
    assert "The vendor says" in told["why"]
    assert "it found clients by" in told["why"]
    assert "Ways to turn the sync on" in told["ways"]
    assert "What if its matching rule is another" in told["ways"]
    assert "Receivables after" in told["ways"]


def test_pressing_apply_sends_what_was_approved_once(story: dict[str, Any]) -> None:
    """The button sends; pressing it again finds nothing left to send."""
    _, told, _ = printed(story["apply"])
    assert " done, " in told["sent"]
    assert "refused" not in told["sent"]
    assert "Nothing is left to send." in told["again"]
    assert " done before" in told["again"]


def test_the_fresh_read_shows_every_promise_kept(story: dict[str, Any]) -> None:
    """After the hand-work nothing is open, and nothing is unlike what was promised."""
    _, _, told = printed(story["apply"])
    assert set(told["checks"]) == {"verified", "by_hand_done"}
    assert "Everything is as promised." in told["page"]


def test_after_the_plan_no_record_would_come_to_harm(story: dict[str, Any]) -> None:
    """The forecast of 01 has harm in it; that of 04 only where a person knew better."""
    before, _ = printed(story["look"])
    after, _ = printed(story["report"])
    assert before.keys() == {"False"}
    assert "False" not in after


def test_what_came_true_is_said_and_kept_beside_earlier_back_tests(story: dict[str, Any]) -> None:
    """The button reads both sides and says so; whoever comes back finds the profile's record."""
    _, told = printed(story["report"])
    assert "Nothing was pulled before the sync was turned on" in told["early"]
    assert "records stand as forecast" in told["page"]
    assert "Back-tests so far" in told["page"]
    assert "invoiceninja 5.12.4" in told["again"]


def test_the_work_papers_are_written(story: dict[str, Any]) -> None:
    """The last notebook leaves a workbook and a page."""
    papers = story["folder"] / "papers"
    assert sorted(path.name for path in papers.iterdir()) == ["recon.html", "recon.xlsx"]


def test_no_name_of_a_client_gets_into_a_notebook_that_is_saved(story: dict[str, Any]) -> None:
    """Lists of names are shown by widgets, whose pages are no part of the file."""
    desk = DemoDesk.open(story["folder"] / "recon-demo" / "desk")
    names = {name for name in desk.r.names().values() if len(name) > 8}
    desk.close()
    runs = [cells for key, cells in story.items() if key != "folder"]
    saved = json.dumps(
        [c for cells in runs for c in cells if c.source.startswith(("desk", "from recon"))]
    )
    assert len(names) > 100
    assert "Invoice Ninja" in saved
    assert [name for name in names if json.dumps(name)[1:-1] in saved] == []


def test_showing_what_is_approved_reads_the_plans_a_few_times_only(tmp_path: Path) -> None:
    """Not once for each record that is kept out of the sync: 900 of them took minutes."""
    reads = 0

    def count(frame: FrameType, event: str, _: object) -> None:
        nonlocal reads
        reads += event == "call" and frame.f_code is Workspace.plans.__code__

    with DemoDesk.open(tmp_path, customers=40) as desk:
        desk.r.pull()
        desk.r.propose().approve_advised(by="Ann")
        work = Engagement(desk.r)
        kept_out = len(desk.r.left_out)
        sys.setprofile(count)
        try:
            apply_panel(work)
        finally:
            sys.setprofile(None)
    assert reads < 5 < kept_out


def test_two_desks_at_once_are_told_apart_in_a_sentence(story: dict[str, Any]) -> None:
    """While one program uses the demo's QuickBooks, another is told so, and nothing breaks."""
    folder = story["folder"] / "recon-demo" / "desk"
    code = (
        "import sys; from recon import DemoDesk; from recon.errors import WorkspaceError\n"
        "try: DemoDesk.open(sys.argv[1])\n"
        "except WorkspaceError as error: print(error)"
    )
    with DemoDesk.open(folder) as desk:
        found = subprocess.run(
            [sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True
        )
        assert "Another recon is at work" in found.stdout
        assert desk.r.pull()["qbo"].realm == desk.r.store.bound().realm  # type: ignore[union-attr]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_cells_call_and_define_nothing(path: Path) -> None:
    """At most five lines a cell, no function, class, loop or pandas: the work is in the package."""
    for cell in code_cells(path):
        lines = [line for line in cell.source.splitlines() if line.strip()]
        nodes = list(ast.walk(ast.parse(cell.source)))
        imported = {
            name
            for node in nodes
            for name in (
                [node.module]
                if isinstance(node, ast.ImportFrom)
                else [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else []
            )
        }
        logic = (ast.FunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.If, ast.Try)
        assert len(lines) <= 5
        assert not any(isinstance(node, logic) for node in nodes)
        assert imported <= {"recon"}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_each_says_what_it_does_never_does_and_what_is_next(path: Path) -> None:
    """First a cell that tells, then the parameters, at the end the way on."""
    cells = nbformat.read(path, as_version=4).cells
    assert cells[0].cell_type == "markdown"
    assert "**This notebook**" in cells[0].source
    assert "**It never**" in cells[0].source
    assert code_cells(path)[0].metadata.tags == ["parameters"]
    assert cells[-1].source.startswith("**Next:**")


def test_notebooks_are_committed_without_outputs_and_machine_data() -> None:
    """What nbstripout would take out is not there."""
    stripped = subprocess.run(
        [sys.executable, "-m", "nbstripout", "--verify", *map(str, NOTEBOOKS)], check=False
    )
    assert NOTEBOOKS
    assert stripped.returncode == 0


def test_links_between_notebooks_lead_somewhere() -> None:
    """Each notebook that is named as the next one is there."""
    there = {path.name for path in NOTEBOOKS}
    text = "".join(path.read_text("utf-8") for path in NOTEBOOKS)
    named = {part.split(")")[0] for part in text.split("](")[1:]}
    assert named == there

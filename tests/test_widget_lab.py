"""The review widget in a real JupyterLab, with a real kernel and a real workspace."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest
from playwright.sync_api import Page, expect
from review_plan import believable_plan

from recon.widgets.lab import lab_command

pytest_plugins = ("browser",)
pytestmark = [pytest.mark.browser, pytest.mark.slow]

CELLS = (
    """import sys
sys.path.insert(0, {tests!r})
from datetime import UTC, datetime
from review_plan import believable_plan
from recon.stages.review import Review
from recon.widgets.review import ReviewWidget
from recon.workspace import Workspace""",
    """workspace = Workspace.open("acme.recon.sqlite")
review = Review(believable_plan(), workspace, lambda: datetime.now(UTC))
ReviewWidget(review, by="Ann")""",
    "# the cell below the widget",
)
SAID = """print([d.action_id + " " + d.verdict for d in workspace.decisions(review.plan.id)])"""
STARTS_WITHIN_S = 90


@pytest.fixture(scope="module")
def lab(chromium: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """JupyterLab as `lab_command` starts it, with folders of its own; its address and its folder.

    "Save widget state" is on: even then no row may get into a notebook.
    """
    home = tmp_path_factory.mktemp("lab")
    folder = home / "books"
    settings = home / "settings" / "@jupyter-widgets" / "jupyterlab-manager"
    for made in (folder, settings):
        made.mkdir(parents=True)
    (settings / "plugin.jupyterlab-settings").write_text('{"saveState": true}')
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    argv, env = lab_command(folder)
    own = {
        name: str(home / name.lower())
        for name in ("HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR",
                     "IPYTHONDIR", "JUPYTERLAB_WORKSPACES_DIR")
    }  # fmt: skip
    own["JUPYTERLAB_SETTINGS_DIR"] = str(home / "settings")
    flags = ["--no-browser", f"--port={port}", "--ServerApp.port_retries=0",
             "--IdentityProvider.token=", "--LabApp.expose_app_in_browser=True"]  # fmt: skip
    if os.name == "posix" and os.geteuid() == 0:
        flags.append("--allow-root")
    with (home / "lab.log").open("w") as log:
        process = subprocess.Popen([*argv, *flags], env={**env, **own}, stdout=log, stderr=log)
        try:
            base = f"http://127.0.0.1:{port}"
            _wait_for(f"{base}/api/status", process, home / "lab.log")
            yield base, folder
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)  # there is no signal to wait for: the server only answers or not
        else:
            return
    pytest.fail(f"JupyterLab did not start: {log.read_text()[-2_000:]}")


class Notebook:
    """One notebook, open in the browser."""

    def __init__(self, page: Page, base: str, path: Path) -> None:
        # what takes the focus away from the widget, for the message of a test that fails
        page.add_init_script(
            """addEventListener("focusout", event => (window.lost ??= []).push([
              event.target.className, event.relatedTarget?.className, new Error().stack]))"""
        )
        self.page = page
        self.path = path
        page.set_default_timeout(60_000)
        page.goto(f"{base}/lab/tree/{path.name}?reset")
        page.wait_for_function("() => window.jupyterapp?.restored.then(() => true)")
        page.wait_for_function(
            "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel"
            "?.connectionStatus === 'connected'"
        )

    def command(self, name: str) -> None:
        """Carry out one of JupyterLab's own commands."""
        self.page.evaluate("name => window.jupyterapp.commands.execute(name)", name)

    def run_all(self) -> None:
        """Run every cell and click into the widget's list, as a person would."""
        self.command("notebook:run-all-cells")
        self.page.locator(".recon-review .rr-row").first.click()
        expect(self.page.locator(".rr-list")).to_be_focused()

    def kernel(self, code: str) -> str:
        """What `code` prints in this notebook's kernel."""
        printed: Any = self.page.evaluate(
            """async code => {
              const {kernel} = window.jupyterapp.shell.currentWidget.sessionContext.session;
              const future = kernel.requestExecute({code, store_history: false});
              let told = "";
              future.onIOPub = ({header, content}) => {
                if (header.msg_type === "stream") told += content.text;
                if (header.msg_type === "error") told += content.ename + ": " + content.evalue;
              };
              await future.done;
              return told;
            }""",
            code,
        )
        return str(printed).strip()

    @property
    def cells(self) -> int:
        """How many cells the notebook has now."""
        return int(
            self.page.evaluate("window.jupyterapp.shell.currentWidget.content.model.cells.length")
        )


@pytest.fixture
def notebook(page: Page, lab: tuple[str, Path], request: pytest.FixtureRequest) -> Notebook:
    """A notebook with the widget over a workspace, all cells run."""
    base, folder = lab
    for old in folder.glob("acme.recon.sqlite*"):
        old.unlink()
    tests = str(Path(__file__).parent)
    cells = [
        {"cell_type": "code", "id": f"c{i}", "metadata": {}, "outputs": [],
         "execution_count": None, "source": source.format(tests=tests) if i == 0 else source}
        for i, source in enumerate(CELLS)
    ]  # fmt: skip
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    path = folder / f"{request.node.name}.ipynb"
    path.write_text(
        json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})
    )
    opened = Notebook(page, base, path)
    opened.run_all()
    return opened


IDS = [a.id for a in believable_plan().actions]


def test_keys_decide_in_the_kernel_and_cut_no_cell(notebook: Notebook) -> None:
    """a, r, x and u arrive at the widget, are stored by the kernel, and Lab takes none of them."""
    page = notebook.page
    for key in "arxu":
        page.keyboard.press(key)
    expect(page.locator(".rr-tally")).to_have_text("2 of 200 reviewed · 198 remaining")
    expect(page.locator(".rr-saved")).to_contain_text("saved ")
    assert notebook.cells == len(CELLS)
    for keys in ("b", "dd"):  # Lab's own: a cell below, delete the cell
        for key in keys:
            page.keyboard.press(key)
        assert notebook.kernel("print(1)") == "1"  # Lab has had its turn
        assert notebook.cells == len(CELLS)
    assert notebook.kernel(SAID) == str(
        [f"{IDS[0]} approve", f"{IDS[1]} reject", f"{IDS[2]} reject", f"{IDS[2]} clear"]
    )
    assert notebook.kernel("print(review.remaining)") == "198"


def test_a_rival_that_the_kernel_refuses_goes_back_with_its_sentence(notebook: Notebook) -> None:
    """The rule is the kernel's; the page shows what it said."""
    plan = believable_plan()
    first, second = next((a.id, a.rivals[0]) for a in plan.actions if a.rivals)
    notebook.kernel(f"review.approve([{first!r}], by='Bob')")
    page = notebook.page
    page.locator(".rr-row").first.click()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Search")).to_be_focused()
    page.keyboard.type(plan.action(second).title)
    page.keyboard.press("Enter")
    page.keyboard.press("a")
    expect(page.get_by_role("alert").filter(has_text="Only one of these")).to_be_visible()
    expect(page.locator(".rr-rolled")).to_contain_text("To do")
    assert notebook.kernel(SAID) == str([f"{first} approve"])


def test_no_name_gets_into_the_saved_notebook(notebook: Notebook) -> None:
    """Not even with JupyterLab's "Save widget state" on."""
    notebook.page.keyboard.press("a")
    expect(notebook.page.locator(".rr-saved")).to_contain_text("saved ")
    notebook.command("docmanager:save")
    notebook.page.wait_for_function(
        "() => !window.jupyterapp.shell.currentWidget.context.model.dirty"
    )
    saved = notebook.path.read_text(encoding="utf-8")
    assert "application/vnd.jupyter.widget-state+json" in saved
    for each in believable_plan().actions:
        told = [each.title, *each.compare.get("Name", ())]
        assert not [text for text in told if text and text in saved]


def test_decisions_survive_a_kernel_that_hangs_and_is_killed(notebook: Notebook) -> None:
    """What was decided meanwhile is shown as not saved, and stored by the next kernel."""
    page = notebook.page
    page.keyboard.press("a")
    expect(page.locator(".rr-saved")).to_contain_text("saved ")
    kernel = int(notebook.kernel("import os; print(os.getpid())"))
    os.kill(kernel, signal.SIGSTOP)
    for key in "rsr":
        page.keyboard.press(key)
    expect(page.locator(".rr-alert")).to_contain_text("3 decisions not saved yet")
    os.kill(kernel, signal.SIGKILL)
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.restartKernel()")
    notebook.run_all()
    expect(page.locator(".rr-tally")).to_have_text("4 of 200 reviewed · 196 remaining")
    expect(page.locator(".rr-saved")).to_contain_text("saved ")
    assert notebook.kernel(SAID) == str(
        [f"{IDS[0]} approve", f"{IDS[1]} reject", f"{IDS[2]} skip", f"{IDS[3]} reject"]
    )

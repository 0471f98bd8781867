"""What a panel's page does in a real browser: choices are sent, the place in the page is kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from recon.company.headers import kept
from recon.company.opening import open_workspace
from recon.widgets.buttons import columns_panel
from recon.widgets.display import STATIC, Shown, table
from recon.widgets.engagement import Engagement
from recon.widgets.panel import Panel

pytest_plugins = ("browser",)
pytestmark = pytest.mark.browser

WIRE = """
async ([source]) => {
  let hear = () => {};
  window.model = {
    on: (_event, act) => { hear = act; }, off: () => {},
    send: (content) => content.kind === "ready" ? kernel(content).then(window.page)
      : kernel(content).then((html) => { window.answered = content; window.page(html); }),
  };
  window.page = (html) => hear({kind: "page"}, [new TextEncoder().encode(html)]);
  const url = URL.createObjectURL(new Blob([source], {type: "text/javascript"}));
  (await import(url)).default.render({model, el: document.getElementById("host")});
}
"""


@pytest.fixture
def work(tmp_path: Path) -> Engagement:
    """A company of two small exports; a hostile name among the clients."""
    for side, name, text in (
        ("app", "clients.csv", "Name,City,Kontakt\n<img src=x onerror=boom()>,Ulm,a@example.com\n"),
        ("app", "artikel.csv", "Artikel,Text\nMow,Mowing\n"),
        ("app", "invoices.csv", "Client Name,Invoice Number,Invoice Date\nA,1,2026-01-02\n"),
        ("qbo", "customers.csv", "Customer full name,Email\nA,a@example.com\n"),
    ):
        (tmp_path / side).mkdir(exist_ok=True)
        (tmp_path / side / name).write_text(text, encoding="utf-8")
    r = open_workspace(tmp_path / "books.recon", tmp_path / "app", tmp_path / "qbo")
    return Engagement(r)


Show = Callable[[Panel, str], Page]


@pytest.fixture
def show(page: Page, blank: Callable[[str, Path, str], None]) -> Show:
    """Shows a panel whose presses reach the panel itself."""

    def shown(panel: Panel, theme: str = "true") -> Page:
        def kernel(content: dict[str, str]) -> str:
            if content["kind"] == "press":
                return panel.press(content["act"], content["which"])
            return panel.html

        page.expose_function("kernel", kernel)
        blank("Panel", STATIC / "display.css", theme)
        page.evaluate(WIRE, [(STATIC / "panel.js").read_text(encoding="utf-8")])
        return page

    return shown


def test_a_column_is_chosen_by_mouse_or_key(work: Engagement, show: Show) -> None:
    """The choice is kept in the workspace, its file stays open and the list keeps the focus."""
    page = show(columns_panel(work), "true")
    page.get_by_text("clients.csv: clients").click()
    email = page.get_by_label("Column for E-mail of clients")
    email.select_option("Kontakt")
    expect(page.get_by_role("status").filter(has_text="Kept.")).to_be_visible()
    expect(email).to_have_value("Kontakt")
    expect(email).to_be_focused()
    assert kept(work.r.store)["clients"].by_hand == {"email": "Kontakt"}
    email.select_option("")
    expect(email).to_have_value("")
    assert kept(work.r.store)["clients"].by_hand == {"email": None}


def test_a_file_that_was_not_read_becomes_one(work: Engagement, show: Show) -> None:
    """Naming the column of its product keys makes it a list of products."""
    page = show(columns_panel(work), "true")
    page.get_by_text("artikel.csv: not read").click()
    page.get_by_label("If artikel.csv holds products: column for Product key").select_option(
        "Artikel"
    )
    expect(page.get_by_text("artikel.csv: products, 1 row")).to_be_visible()


@pytest.mark.parametrize("theme", ["true", "false"])
def test_it_is_readable_for_weak_eyes_and_screen_readers(
    work: Engagement, show: Show, theme: str
) -> None:
    """No finding of axe-core, folded out, in light and dark."""
    page = show(columns_panel(work), theme)
    for fold in page.locator("summary").all():
        fold.click()
    found = Axe().run(page, "main")
    assert [each["id"] for each in found.response["violations"]] == []


def test_no_column_is_squeezed_to_a_few_letters(page: Page) -> None:
    """Long names beside it leave a short column its words whole."""
    long = " ".join(["Property Owners Association and Conservation Trust"] * 4)
    rows = [(long, "Customers", long, long)]
    page.set_content(Shown(table(["What", "Kind", "Record", "Why"], rows), "").as_html())
    kind = page.get_by_role("cell", name="Customers").locator("bdi").bounding_box()
    assert kind is not None
    assert kind["height"] < 25, "one line"

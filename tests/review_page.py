"""The review widget on a blank page, with a small stand-in for the kernel's end of the wire.

Use with `pytest_plugins = ("browser", "review_page")`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page
from review_keys import LIGHT, Show

from recon.plan import Plan
from recon.stages.review import Review
from recon.widgets import review
from recon.workspace import Workspace

STATIC = Path(review.__file__).parent / "static"
FAKE_MODEL = Path(__file__).with_name("fake_model.js")
Blank = Callable[[str, Path, str], None]


@pytest.fixture
def show(page: Page, blank: Blank, tmp_path: Path) -> Show:
    """Shows the widget for a plan on an otherwise blank page."""

    def shown(plan: Plan, theme: str = LIGHT) -> Page:
        log = Workspace.open(tmp_path / "acme.recon.sqlite")
        columns = review._columns(Review(plan, log, lambda: datetime.now(UTC)))
        blank("Review", STATIC / "review.css", theme)
        page.evaluate(FAKE_MODEL.read_text(encoding="utf-8"))
        head = {"plan": plan.id, "company": plan.company, "environment": "sandbox", "app": "App"}
        source = (STATIC / "review.js").read_text(encoding="utf-8")
        # as text: playwright would take a large object apart value by value
        page.evaluate(
            "([s, c, h]) => start(s, JSON.parse(c), h)", [source, json.dumps(columns), head]
        )
        page.wait_for_selector(".rr-detail h3")
        page.focus(".rr-list")
        return page

    return shown

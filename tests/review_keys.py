"""Keys of the review widget, what it told the kernel, and a plan to press them on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page
from review_plan import action, plan_of

LIGHT, DARK = "true", "false"

Show = Callable[..., Page]
"""Shows the widget for a plan; the fixture is in `review_page`."""


def sent(page: Page) -> list[Any]:
    """What the kernel was told: (verdict, ids), or ("undo", None)."""
    told = page.evaluate("model.sent")
    return [(t.get("decision", t["kind"]), t.get("ids")) for t in told if t["kind"] != "ready"]


def press(page: Page, *keys: str) -> None:
    """Press keys one after another."""
    for key in keys:
        page.keyboard.press(key)


SMALL = plan_of(
    action("l1", title="Link Rowan", band="identical"),
    action("l2", title="Link Kestrel", band="close"),
    action("l3", title="Link Tidal", band="close", bulk=False),
    action("c1", "create", title="Create Umber"),
    action("r1", title="Link Vertex 1", rivals=("r2",)),
    action("r2", title="Link Vertex 2", rivals=("r1",)),
)

"""A piece of page that the kernel draws and whose buttons it hears.

The page travels as a custom message with a binary buffer, never as a trait: traits are written into
the notebook when "Save widget state" is on, and a client list does not belong there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import anywidget

from recon.errors import ReconError
from recon.widgets import display
from recon.widgets.display import STATIC

Draw = Callable[[], str]
Act = Callable[[str], str]
"""Does what a button says, told which one; answers with a sentence, or nothing."""


class Panel(anywidget.AnyWidget):
    """HTML that is drawn again after each press of a button.

    Args:
        title: what it shows, without a client's name; all that a saved notebook keeps of it.
        draw: makes the page; every value in it is escaped.
        acts: what each button does.
        beside: the newest panel of each title; all are drawn again when one of them is pressed.
    """

    _esm = STATIC / "panel.js"
    _css = STATIC / "display.css"

    def __init__(
        self,
        title: str,
        draw: Draw,
        acts: Mapping[str, Act] | None = None,
        beside: dict[str, Panel] | None = None,
    ) -> None:
        super().__init__()
        self._title = title
        self._draw = draw
        self._acts = dict(acts or {})
        self._beside = {} if beside is None else beside
        self._beside[title] = self
        self._said = ""
        self.html = self._drawn()
        self.on_msg(self._heard)

    def __repr__(self) -> str:
        return f"Panel({self._title!r})"

    def press(self, act: str, which: str = "") -> str:
        """Do what a button of the panel does; answers with the page as it is then."""
        try:
            self._said = display.said(self._acts[act](which))
        except ReconError as error:
            self._said = display.said(str(error), wrong=True)
        for panel in {self, *self._beside.values()}:
            panel.refresh()
        return self.html

    def refresh(self) -> None:
        """Draw it again."""
        self.html = self._drawn()
        self._show()

    def progress(self, what: str, done: int, total: int | None) -> None:
        """Show how far long work is."""
        self.send({"kind": "progress", "what": what, "done": done, "total": total})

    def _drawn(self) -> str:
        return self._draw() + self._said

    def _show(self) -> None:
        self.send({"kind": "page"}, [self.html.encode("utf-8", "replace")])

    def _heard(
        self, _widget: object, content: Mapping[str, Any], _buffers: Sequence[bytes]
    ) -> None:
        match content.get("kind"):
            case "ready":
                self._show()
            case "press" if content.get("act") in self._acts:
                self.press(str(content["act"]), str(content.get("which", "")))

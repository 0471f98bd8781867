"""Progress as people see it: a bar in a notebook, a line for every tenth elsewhere."""

from __future__ import annotations

import sys
from typing import TextIO

import ipywidgets
from IPython import get_ipython
from IPython.display import display

from recon.ports import Progress


def progress(out: TextIO | None = None) -> Progress:
    """A progress to hand to a stage; a bar in a notebook, lines on `out` (stderr) otherwise."""
    shell = get_ipython()
    in_notebook = shell is not None and hasattr(shell, "kernel")
    return _bar() if in_notebook and out is None else _lines(out or sys.stderr)


def _bar() -> Progress:
    bar = ipywidgets.IntProgress(min=0, max=1, layout=ipywidgets.Layout(width="320px"))
    text = ipywidgets.Label()
    box = ipywidgets.HBox([bar, text])
    shown = False
    last = ("", -1)

    def told(what: str, done: int, total: int | None) -> None:
        nonlocal shown, last
        if not shown:
            display(box)  # type: ignore[no-untyped-call]
            shown = True
        step = (what, done if total is None else _share(done, total))
        if step == last:
            return  # a message for each record would be slower than the work itself
        last = step
        bar.max = max(total or done, 1)
        bar.value = done
        bar.bar_style = "success" if total is not None and done >= total else ""
        text.value = _words(what, done, total)

    return told


def _lines(out: TextIO) -> Progress:
    last = ("", -1)

    def told(what: str, done: int, total: int | None) -> None:
        nonlocal last
        tenth = done // 1_000 if total is None else _share(done, total) // 10
        if (what, tenth) != last:
            last = (what, tenth)
            out.write(_words(what, done, total) + "\n")
            out.flush()

    return told


def _share(done: int, total: int) -> int:
    return 100 if total <= 0 else min(100, 100 * done // total)


def _words(what: str, done: int, total: int | None) -> str:
    return f"{what}: {done:,}" if total is None else f"{what}: {done:,} of {total:,}"

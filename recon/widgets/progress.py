"""Progress as people see it: a bar in a notebook, a line for every tenth elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

import ipywidgets
from IPython import get_ipython
from IPython.display import display

from recon.ports import Progress, silent


def progress(out: TextIO | None = None) -> Progress:
    """A progress to hand to a stage; a bar in a notebook, lines on `out` (stderr) otherwise."""
    return _bar() if out is None and in_notebook() else _lines(out or sys.stderr)


@contextmanager
def working() -> Iterator[Progress]:
    """A progress that is gone when the work is done; nothing at all outside a notebook."""
    box = ipywidgets.HBox()
    try:
        yield _bar(box) if in_notebook() else silent
    finally:
        box.close()


def in_notebook() -> bool:
    """True where a kernel runs this."""
    shell = get_ipython()
    return shell is not None and hasattr(shell, "kernel")


def _bar(box: ipywidgets.HBox | None = None) -> Progress:
    bar = ipywidgets.IntProgress(min=0, max=1, layout=ipywidgets.Layout(width="320px"))
    text = ipywidgets.Label()
    box = box or ipywidgets.HBox()
    box.children = (bar, text)
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

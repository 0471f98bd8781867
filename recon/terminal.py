"""What the command line shows: progress and tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from recon.ports import Progress as Report

_ROWS_SHOWN = 40
_WORTH_A_LINE_S = 0.5


@contextmanager
def progress_bar(console: Console) -> Iterator[Report]:
    """A progress function: a bar for what is going on, a line for what took a moment.

    Where nobody looks at a terminal only the lines are written.
    """
    columns = (
        TextColumn("{task.description}"), BarColumn(bar_width=24), MofNCompleteColumn(),
        TimeElapsedColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True) as bars:
        current: list[TaskID] = []

        def finish() -> None:
            for number in current:
                task = bars.tasks[bars.task_ids.index(number)]
                if (task.elapsed or 0) >= _WORTH_A_LINE_S:
                    console.print(f"{task.description}  {task.elapsed:.1f} s", highlight=False)
                bars.remove_task(number)
            current.clear()

        def report(what: str, done: int, total: int | None) -> None:
            if not current or bars.tasks[0].description != what:
                finish()
                current.append(bars.add_task(what, total=total))
            bars.update(current[0], completed=done, total=total)

        yield report
        finish()


def show_frame(console: Console, frame: pd.DataFrame, title: str = "") -> None:
    """A frame as a table; the first rows, and how many more there are."""
    table = Table(title=title or None, title_justify="left")
    for column in frame.columns:
        table.add_column(str(column).replace("_", " "), overflow="fold")
    for row in frame.head(_ROWS_SHOWN).itertuples(index=False):
        table.add_row(*("" if pd.isna(value) else escape(str(value)) for value in row))
    console.print(table)
    if len(frame) > _ROWS_SHOWN:
        console.print(f"and {len(frame) - _ROWS_SHOWN:,} more")


def show_counts(console: Console, title: str, columns: Mapping[str, Mapping[str, int]]) -> None:
    """Several counts side by side, a row for each word."""
    table = Table(title=title, title_justify="left")
    table.add_column("")
    for name in columns:
        table.add_column(name, justify="right")
    words = list(dict.fromkeys(word for counts in columns.values() for word in counts))
    for word in words:
        shown = (f"{counts.get(word, 0):,}" for counts in columns.values())
        table.add_row(word.replace("_", " "), *shown)
    console.print(table)

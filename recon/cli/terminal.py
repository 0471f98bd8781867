"""What the command line shows: progress and tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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
from recon.reports import words
from recon.widgets.display import VERIFIED, called

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


def show_frame(
    console: Console, frame: pd.DataFrame, title: str = "", rows: int = _ROWS_SHOWN
) -> None:
    """A frame as a table; the first rows, and how many more there are."""
    table = Table(title=title or None, title_justify="left")
    for column in frame.columns:
        table.add_column(str(column).replace("_", " "), overflow="fold")
    for row in frame.head(rows).itertuples(index=False):
        table.add_row(*("" if pd.isna(value) else escape(str(value)) for value in row))
    console.print(table)
    if len(frame) > rows:
        console.print(f"and {len(frame) - rows:,} more")


def show_plan(console: Console, actions: pd.DataFrame, title: str, *, whole: bool = False) -> None:
    """Rows of `ACTIONS`, those first that nobody has decided on; all of them, or a first screen."""
    waiting_first = actions.sort_values("verdict", key=lambda said: said.notna(), kind="stable")
    verdicts = waiting_first["verdict"].fillna("")
    shown = pd.DataFrame(
        {
            "id": waiting_first["id"],
            "what": waiting_first["title"],
            "match": waiting_first["band"],
            "decision": [words.VERDICTS[said].label if said else "" for said in verdicts],
        }
    )
    show_frame(console, shown, title, rows=len(shown) if whole else _ROWS_SHOWN)
    if not whole and len(shown) > _ROWS_SHOWN:
        console.print("Every action with its id: recon review WORKSPACE --all.")


def show_promises(console: Console, found: pd.DataFrame, names: Mapping[str, str]) -> None:
    """What verify found: how many promises were kept, and every one that was not, worst first."""
    counts = found["check"].value_counts()
    console.print(
        ", ".join(
            f"{counts[name]:,} {word.label.lower()}"
            for name, word in VERIFIED.items()
            if name in counts
        )
        or "Nothing of this plan was approved: there is nothing to verify."
    )
    order = list(VERIFIED)
    missing = found[found["check"].map(lambda name: VERIFIED[name].tone != "good").astype(bool)]
    missing = missing.sort_values("check", key=lambda c: c.map(order.index), kind="stable")
    if missing.empty:
        return
    shown = pd.DataFrame(
        {
            "": [VERIFIED[name].label for name in missing["check"]],
            "record": [called(ref, names) for ref in missing["ref"]],
            "what": missing["says"],
            "what to do": missing["remedy"].fillna(""),
        }
    )
    show_frame(console, shown, "What the fresh pull does not show", rows=len(shown))


def show_outcomes(console: Console, outcomes: pd.DataFrame, names: Mapping[str, str]) -> None:
    """What would happen, by kind of record, and each record that would come to harm."""
    by_kind = pd.crosstab(outcomes["outcome"], outcomes["kind"])
    order = list(words.OUTCOMES)
    counts = {
        words.kind(str(kind)): {
            words.outcome(str(name)).label: int(column[name])
            for name in sorted(by_kind.index, key=order.index)
        }
        for kind, column in by_kind.items()
    }
    show_counts(console, "What the sync would do (records)", counts)
    harm = outcomes[[words.outcome(name).tone in {"bad", "warn"} for name in outcomes["outcome"]]]
    harm = harm.sort_values("outcome", key=lambda o: o.map(order.index), kind="stable")
    shown = pd.DataFrame(
        {
            "what happens": [words.outcome(name).label for name in harm["outcome"]],
            "kind": harm["kind"].map(words.kind),
            "record": [called(ref, names) for ref in harm["ref"]],
            "why": harm["says"],
            "fault": harm["fault"],
        }
    )
    show_frame(console, shown, "Records that would come to harm")


def show_findings(console: Console, findings: pd.DataFrame) -> None:
    """Findings by check, worst first: how many, what mends it, and the first one."""
    order = list(words.SEVERITIES)
    rows = [
        (
            words.severity(str(severity)).label,
            words.finding(str(check)),
            f"{len(group):,}",
            group["remedy"].iloc[0],
            words.BY.get(str(group["by"].iloc[0]), ""),
            group["says"].iloc[0],
        )
        for (severity, check), group in sorted(
            findings.groupby(["severity", "check"], sort=False),
            key=lambda item: (order.index(str(item[0][0])), -len(item[1])),
        )
    ]
    columns = ["", "what", "how many", "what mends it", "who", "for example"]
    show_frame(console, pd.DataFrame(rows, columns=columns), "What was found in the books")
    console.print("Every record with its finding: recon report, or --json.")


def show_lights(console: Console, lights: Iterable[words.Lit]) -> None:
    """Traffic lights: whose, which, and why."""
    rows = [(whose, word.label, why) for whose, word, why in lights]
    show_frame(console, pd.DataFrame(rows, columns=["", "light", "why"]), "Traffic lights")


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

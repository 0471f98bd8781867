"""The command line: one command a stage, over `Reconciliation`; what tells numbers has `--json`."""

from __future__ import annotations

import errno
import json
import logging
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.console import Console
from rich.markup import escape

from recon.clash import foreign_recon
from recon.cli_connection import allow, connect, doctor
from recon.cli_files import columns, match, open_
from recon.cli_sandbox import sandbox
from recon.connection import connection_of, reads_of
from recon.demo import DemoResult, run_demo
from recon.errors import InputError, ReconError, WorkspaceError
from recon.opening import open_workspace
from recon.reports import words
from recon.stages.review import Review
from recon.terminal import (
    progress_bar,
    show_counts,
    show_findings,
    show_frame,
    show_outcomes,
    show_plan,
    show_promises,
)
from recon.widgets.lab import open_lab

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Forecast what an invoicing app's sync will do to QuickBooks Online, and mend it first.",
)

app.command(name="open")(open_)
for command in (columns, connect, allow, doctor, sandbox, match):
    app.command()(command)

out = Console()
err = Console(stderr=True)

WorkspaceFile = Annotated[Path, typer.Argument(help="The company's workspace file.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
By = Annotated[str, typer.Option("--by", help="Who you are, as it shall stand in the papers.")]


def main() -> None:
    """Run a command; an error that a person can mend is one sentence and exit code 2."""
    if clash := foreign_recon():
        err.print(clash, markup=False)
    try:
        app()
    except ReconError as error:
        err.print(f"[red]recon:[/red] {escape(str(error))}")
        sys.exit(2)
    except OSError as error:  # a folder without rights, a full disk, a file that Excel holds open
        if error.errno not in _REFUSED:
            raise
        what, remedy = _REFUSED[error.errno]
        where = error.filename or "What was to be written"
        err.print(f"[red]recon:[/red] {escape(f'{where} {what}. {remedy}')}")
        sys.exit(2)


_REFUSED: dict[int | None, tuple[str, str]] = {
    errno.EACCES: (
        "cannot be read or written",
        "Close it where it is open, for example in Excel, or choose a folder that is yours.",
    ),
    errno.EPERM: ("may not be changed by you", "Choose a folder that is yours."),
    errno.EROFS: ("lies on a disk that cannot be written to", "Choose another folder."),
    errno.ENOSPC: ("does not fit: the disk is full", "Make room, then say the same again."),
    errno.ENOENT: ("is not there and cannot be made", "Check the path."),
    errno.ENOTDIR: ("is no folder", "Check the path."),
    errno.EEXIST: ("is a file, not a folder", "Name a folder."),
    errno.EISDIR: ("is a folder", "Name a file."),
}
"""What the computer may refuse, in words, and what to do."""


@app.callback()
def _settings(
    *, verbose: Annotated[bool, typer.Option("--verbose", help="Show the log.")] = False
) -> None:
    if verbose:
        logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")


@app.command()
def demo(
    folder: Annotated[Path, typer.Option("--out", help="Where the papers go.")] = Path(
        "recon-demo"
    ),
    size: Annotated[int, typer.Option(min=40, help="About how many customers.")] = 300,
    seed: Annotated[int, typer.Option(help="Another seed, another company.")] = 7,
    *,
    as_json: Json = False,
) -> None:
    """The whole job on a demo company: sync a copy, mend the books, sync again, compare."""
    with progress_bar(err) as progress:
        result = run_demo(folder, customers=size, seed=seed, progress=progress)
    if as_json:
        typer.echo(json.dumps(result.as_json()))
        return
    _tell(result)


def _tell(result: DemoResult) -> None:
    show_counts(
        out,
        "What Invoice Ninja's sync did to two copies of the same books (records)",
        {"without recon": _labelled(result.before), "with recon": _labelled(result.after)},
    )
    kept = sum(result.after.get(word, 0) for word in ("duplicate", "wrong_link"))
    out.print(
        f"{result.applied:,} changes went through the QuickBooks API, {result.by_hand:,} were done "
        f"by hand, {result.left_out:,} records were left out with a reason; "
        f"{kept} duplicates or wrong links are left."
    )
    for when, (agreed, total) in result.agreed.items():
        out.print(f"Forecast {when}: {agreed:,} of {total:,} records did just what was forecast.")
    for name, path in result.files.items():
        out.print(f"{name.upper()}: {path}", markup=False)


def _labelled(counts: Mapping[str, int]) -> dict[str, int]:
    """Counts under the words that the papers use."""
    return {words.outcome(name).label: number for name, number in counts.items()}


@app.command()
def pull(
    workspace: WorkspaceFile,
    *,
    whole: Annotated[
        bool, typer.Option("--whole", help="Every record, not only what changed since.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Every record of both sides, kept as snapshots."""
    with progress_bar(err) as progress:
        r = open_workspace(workspace, whole=whole, progress=progress)
        if "qbo" not in r.readers:
            raise WorkspaceError(
                "Where QuickBooks' side is was never said.",
                remedy="Connect to it (recon connect), or name its lists (recon open --qbo).",
            )
        if (world := connection_of(r.store)) is not None:
            used = f"{reads_of(r):,} of {r.settings.monthly_reads:,} reads used this month"
            err.print(f"{world.world} company {world.realm_id}, {used}")
        notes = [note for side in r.pull().values() for note in side.notes]
    counts = {"app": r.books.app.counts(), "qbo": r.books.qbo.counts()}
    if as_json:
        typer.echo(json.dumps({**counts, "rejects": len(r.books.rejects), "notes": notes}))
        return
    show_counts(out, "Records", {r.profile.about.name: counts["app"], "QuickBooks": counts["qbo"]})
    for reject in r.books.rejects:
        out.print(f"{reject.source}, line {reject.line}: {reject.why}", markup=False)
    for note in notes:
        out.print(f"Note: {note}", markup=False)


@app.command()
def check(workspace: WorkspaceFile, *, as_json: Json = False) -> None:
    """What is wrong or risky before the sync."""
    r = open_workspace(workspace)
    if as_json:
        _show(r.check(), as_json, "")
        return
    show_findings(out, r.check())


@app.command()
def forecast(workspace: WorkspaceFile, *, as_json: Json = False) -> None:
    """What the app's sync would do, record by record."""
    r = open_workspace(workspace)
    outcomes = r.forecast()
    if as_json:
        _show(outcomes, as_json, "")
        return
    if r.books.qbo.only_lists:
        out.print(
            "Only QuickBooks' lists were read. Its invoices, payments, tax rates and settings are "
            "not known, so duplicates and refusals among sales cannot be seen."
        )
    show_outcomes(out, outcomes, r.names())


@app.command()
def propose(workspace: WorkspaceFile, *, as_json: Json = False) -> None:
    """A plan that mends what is not wanted, ready for review."""
    _show_plan(open_workspace(workspace).propose(), as_json)


Ids = Annotated[list[str] | None, typer.Option(help="Id of an action; may be repeated.")]


@app.command()
def review(  # noqa: PLR0913  (one option for each verdict)
    workspace: WorkspaceFile,
    approve: Ids = None,
    reject: Ids = None,
    skip: Ids = None,
    ask: Ids = None,
    sign: Ids = None,
    *,
    by: By = "",
    advised: Annotated[
        bool, typer.Option(help="Approve all that may be approved in bulk.")
    ] = False,
    undo_last: Annotated[bool, typer.Option("--undo", help="Take your last step back.")] = False,
    whole: Annotated[bool, typer.Option("--all", help="Show every action of the plan.")] = False,
    as_json: Json = False,
) -> None:
    """Show the newest plan; decide on its actions, or sign as the reviewer."""
    shown = open_workspace(workspace).review()
    verdicts = (
        (approve, shown.approve), (reject, shown.reject), (skip, shown.skip), (ask, shown.ask),
        (sign, shown.sign),
    )  # fmt: skip
    named = [one for ids, _ in verdicts for one in ids or []]
    decides = bool(named) or advised or undo_last
    if unknown := [one for one in named if one not in shown.digests]:
        raise InputError(
            f"This plan has no action {unknown[0]!r}, so nothing was decided.",
            remedy="Look its id up: recon review WORKSPACE --all.",
        )
    if decides and not by.strip():
        raise InputError("Nobody is named.", remedy='Say who decides: --by "Ann".')
    for ids, decide in verdicts:
        for one in ids or []:
            decide([one], by=by)
    if advised:
        shown.approve_advised(by=by)
    if undo_last and not shown.undo(by=by) and not as_json:
        out.print(f"{by.strip()} has decided nothing that can be taken back.", markup=False)
    if decides and not whole and not as_json:
        _tell_decided(shown)
    else:
        _show_plan(shown, as_json, whole=whole)


@app.command()
def apply(workspace: WorkspaceFile, *, as_json: Json = False) -> None:
    """Send what is approved; after an interruption, run it again."""
    with progress_bar(err) as progress:
        r = open_workspace(workspace, progress=progress)
        result = r.apply()
    told = {
        "done": len(result.done), "refused": len(result.refused), "by_hand": len(result.by_hand),
    }  # fmt: skip
    if as_json:
        typer.echo(json.dumps(told))
        return
    out.print(", ".join(f"{count:,} {word.replace('_', ' ')}" for word, count in told.items()))
    plan = r.review().plan
    for write in plan.writes:
        if write.id in set(result.by_hand) and write.instruction:
            title = escape(plan.action(write.action_id).title)
            out.print(f"[bold]{write.id}  {title}[/bold]  ({escape(write.instruction.who)})")
            for number, step in enumerate(write.instruction.steps, 1):
                out.print(f"  {number}. {step}", markup=False)


@app.command()
def done(
    workspace: WorkspaceFile,
    write: Annotated[str, typer.Argument(help="Id of the hand-work, as `recon apply` shows it.")],
    by: By = "",
) -> None:
    """Tick off a piece of hand-work; the next pull checks it."""
    if not by.strip():
        raise InputError("Nobody is named.", remedy='Say who did it: --by "Ann".')
    open_workspace(workspace).tick_off(write, by=by)
    out.print(f"{write} is ticked off by {escape(by)}.")


@app.command()
def verify(workspace: WorkspaceFile, *, as_json: Json = False) -> None:
    """Pull again and hold the books against what the plan promised."""
    with progress_bar(err) as progress:
        r = open_workspace(workspace, progress=progress)
        r.pull()
    found = r.verify()
    if as_json:
        _show(found[["check", "severity", "ref", "says"]], as_json, "")
        return
    show_promises(out, found, r.names())


@app.command()
def undo(workspace: WorkspaceFile, *, as_json: Json = False) -> None:
    """A plan that takes back what was applied, to be reviewed and applied the same way."""
    _show_plan(open_workspace(workspace).undo(), as_json)


@app.command()
def report(
    workspace: WorkspaceFile,
    folder: Annotated[Path, typer.Option("--out", help="Where the papers go.")] = Path("papers"),
    by: By = "",
    *,
    as_json: Json = False,
) -> None:
    """The work papers: a workbook and one HTML file."""
    files = open_workspace(workspace).report(folder, by=by)
    if as_json:
        typer.echo(json.dumps({name: str(path) for name, path in files.items()}))
        return
    for path in files.values():
        out.print(path, markup=False)


@app.command()
def settings(
    workspace: WorkspaceFile,
    changes: Annotated[
        list[str] | None, typer.Option("--set", help='Like "second_person=true".')
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Thresholds and limits of this company's workspace; change and keep them."""
    r = open_workspace(workspace)
    said = [change.partition("=")[::2] for change in changes or []]
    kept = r.set(**dict(said)) if said else r.settings
    if as_json:
        typer.echo(kept.model_dump_json())
        return
    shown = [(name, str(value), kept.explained(name)) for name, value in kept.model_dump().items()]
    _show(pd.DataFrame(shown, columns=["setting", "value", "what it is"]), as_json, "Settings")


@app.command()
def lab(
    folder: Annotated[Path, typer.Argument(help="Where the notebooks are.")] = Path("notebooks"),
) -> None:
    """Open the notebooks in JupyterLab."""
    if not folder.is_dir():
        raise InputError(f"There is no folder {folder}.", remedy="Check where the notebooks are.")
    sys.exit(open_lab(folder))


def _show_plan(review: Review, as_json: bool, *, whole: bool = False) -> None:
    table = review.table()
    if as_json:
        _show(table, as_json, "")
        return
    title = f"Plan for {review.plan.company} ({review.plan.environment})"
    show_plan(out, table, title, whole=whole)
    _tell_decided(review)


def _tell_decided(review: Review) -> None:
    decided = ", ".join(
        f"{count:,} {words.VERDICTS[verdict].label.lower()}"
        for verdict, count in review.counts.items()
        if count and verdict != "todo"
    )
    out.print(f"{decided or 'Nothing decided'}; {review.remaining:,} remaining.")


def _show(frame: pd.DataFrame, as_json: bool, title: str) -> None:
    if as_json:
        typer.echo(frame.to_json(orient="records", date_format="iso"))
    else:
        show_frame(out, frame, title)

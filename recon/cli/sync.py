"""The commands about the sync itself: rehearse it before, hold it against the forecast after."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import groupby
from typing import Annotated, Any

import pandas as pd
import typer

from recon.advice.golive import go_live
from recon.advice.scenarios import AS_SET
from recon.apps.made import made_by_app
from recon.cli.options import Json, WorkspaceFile, err, out
from recon.cli.terminal import progress_bar, show_counts, show_frame
from recon.company.linking import sync_on_since
from recon.company.opening import open_stored, open_workspace
from recon.reconciliation import Reconciliation
from recon.rehearsal import Difference, Rehearsal, SyncRun
from recon.reports import words
from recon.trial.backtesting import track_record


def rehearse(
    workspace: WorkspaceFile,
    *,
    without_plan: Annotated[
        bool, typer.Option("--without-plan", help="Only the sync, on the books as they are.")
    ] = False,
    scenario: Annotated[
        str, typer.Option(help='Another way to turn the sync on, like "import first".')
    ] = AS_SET,
    as_json: Json = False,
) -> None:
    """The approved plan and the sync on a twin of the books, beside the forecast; Ctrl-C stops."""
    with progress_bar(err) as progress:
        r = open_stored(workspace, progress)
        told = r.rehearse(with_plan=not without_plan, scenario=scenario)
    if as_json:
        typer.echo(json.dumps(as_told(told)))
    else:
        _tell(told, r.names())
    if not told.complete:
        raise typer.Exit(1)


def golive(workspace: WorkspaceFile, *, as_json: Json = False) -> None:
    """What to see to before the sync is turned on, how, which record first, and what to look at."""
    steps = go_live(open_workspace(workspace))
    if as_json:
        typer.echo(json.dumps([asdict(step) for step in steps]))
        return
    for part, of_part in groupby(steps, lambda step: step.part):
        out.print(f"[bold]{part}[/bold]")
        for number, step in enumerate(of_part, 1):
            out.print(f"  {number}. {step.says}", markup=False)


def backtest(
    workspace: WorkspaceFile,
    since: Annotated[
        datetime | None, typer.Option(help="When the sync was turned on (UTC), if pulled since.")
    ] = None,
    *,
    record: Annotated[
        bool, typer.Option("--record", help="Pull nothing; show all back-tests so far.")
    ] = False,
    as_json: Json = False,
) -> None:
    """After the real sync: pull, and say which lines of the forecast came true."""
    if record:
        _tell_record(open_stored(workspace), as_json=as_json)
        return
    with progress_bar(err) as progress:
        r = open_workspace(workspace, progress=progress)
        told = r.backtest(since.replace(tzinfo=UTC) if since else None)
    if as_json:
        typer.echo(told.to_json())
        return
    out.print(told.says)
    show_counts(out, "Stand as forecast", {
        "records": {words.kind(kind): number for kind, number in told.records.items()},
        "as forecast": {words.kind(kind): number for kind, number in told.true.items()},
    })  # fmt: skip
    _differ(told.differences, r.names())
    rows = [(r.names().get(apart.ref, apart.ref), apart.says) for apart in told.disconnected]
    if rows:
        show_frame(out, pd.DataFrame(rows, columns=["record", "what happened"]), "Come apart since")
    _tell_record(r)


def _tell_record(r: Reconciliation, *, as_json: bool = False) -> None:
    """The profile's record with this company, a line a back-test."""
    told = track_record(r)
    if as_json:
        typer.echo(told.to_json(orient="records"))
    elif told.empty:
        out.print("There was no back-test yet.")
    else:
        shown = told.assign(share=list(map(words.percent, told["share"])))
        show_frame(out, shown.rename(columns=words.plain), "Back-tests so far")


def made(
    workspace: WorkspaceFile,
    since: Annotated[
        datetime | None, typer.Option(help="When the sync was turned on (UTC); remembered.")
    ] = None,
    *,
    forget: Annotated[
        bool, typer.Option("--not-yet", help="It was not turned on yet: forget the day.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Where the sync has run already: customers that it made beside others, and how it shows.

    The day is remembered: from then on what the sync has made counts as linked, and a plan has it
    survive.
    """
    r = open_stored(workspace)
    if since is not None:
        r.sync_is_on(since.replace(tzinfo=UTC))
    elif forget:
        r.sync_is_on(None)
    found = made_by_app(r.profile.about.id, r.books, sync_on_since(r))
    if as_json:
        typer.echo(found.to_json(orient="records"))
        return
    show_frame(out, found, "Customers that the sync made")
    out.print("In a merge the record that the app made has to survive: the app goes by it.")


def as_told(told: Rehearsal) -> dict[str, Any]:
    """A rehearsal in numbers, for machines."""
    runs = {"without_plan": told.before, "with_plan": told.after}
    return {
        "complete": told.complete,
        "at": told.at.isoformat(),
        "scenario": told.scenario or AS_SET,
        "applied": told.applied,
        "by_hand": told.by_hand,
        "not_done": list(told.not_done),
        "notes": list(told.notes),
        **{name: _in_numbers(run) for name, run in runs.items() if run},
    }


def _in_numbers(run: SyncRun) -> dict[str, Any]:
    agreed, of = run.agreement
    return {
        "records": run.records,
        "done": len(run.steps),
        "agreed": agreed,
        "of": of,
        "outcomes": run.counts,
        "differences": [vars(difference) for difference in run.differences],
        "seconds": round(run.seconds, 1),
    }


def _tell(told: Rehearsal, names: dict[str, str]) -> None:
    runs = {"without the plan": told.before, "with the plan": told.after}
    columns = {name: _labelled(run) for name, run in runs.items() if run}
    if columns:
        show_counts(out, "What the sync did on a twin of the books (records)", columns)
    if told.after:
        out.print(f"Of the plan: {told.applied:,} requests, {told.by_hand:,} by hand.")
    for said in told.not_done:
        out.print(f"Not done: {said}", markup=False)
    _differ(told.differences, names)
    for note in told.notes:
        out.print(f"Note: {note}", markup=False)
    out.print(told.says)


def _labelled(run: SyncRun) -> dict[str, int]:
    order = [name for name in words.OUTCOMES if name in run.counts]
    return {words.outcome(name).label: run.counts[name] for name in order}


def _differ(found: Iterable[Difference], names: dict[str, str]) -> None:
    rows = [
        (names.get(d.ref, d.ref), d.forecast, d.because, d.came or "nothing", d.instead)
        for d in found
    ]
    if rows:
        columns = ["record", "forecast", "because", "what came", "why"]
        show_frame(out, pd.DataFrame(rows, columns=columns), "Otherwise than forecast")

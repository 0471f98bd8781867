"""One command a stage, over `Reconciliation`."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.markup import escape

from recon.advice import handwork
from recon.advice.papers import lit
from recon.advice.scenarios import outcomes_under
from recon.cli.options import By, Json, WorkspaceFile, err, out, stoppable
from recon.cli.terminal import (
    progress_bar,
    show_counts,
    show_findings,
    show_frame,
    show_lights,
    show_outcomes,
    show_plan,
    show_promises,
)
from recon.company import learning
from recon.company.app_connection import by_hand_because, missing_password, use_password
from recon.company.connection import connection_of, reads_of
from recon.company.opening import open_workspace
from recon.counting import counted
from recon.errors import InputError, WorkspaceError
from recon.plan import Plan, Verdict
from recon.reports import words
from recon.stages.review import Review
from recon.trial.rehearsing import standing

_NOT_KEPT = "Nothing of this read was kept; say the same again."
_ASKED_FOR = (
    "The plan merges clients in {app}, which nobody can undo. For that {app} wants the password of "
    "the person whose API token is used. It is used for this run and kept nowhere."
)
_GOES_ON = "What was sent is written down; say the same again, and it goes on where it stopped."


def pull(
    workspace: WorkspaceFile,
    *,
    whole: Annotated[
        bool, typer.Option("--whole", help="Every record, not only what changed since.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Every record of both sides, kept as snapshots."""
    with stoppable(_NOT_KEPT), progress_bar(err) as progress:
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
    if rejects := r.books.rejects:
        out.print(f"{counted(len(rejects), 'line')} could not be read:")
    for reject in rejects:
        out.print(f"  {reject.source}, line {reject.line}: {reject.why}", markup=False)
    for note in notes:
        out.print(f"Note: {note}", markup=False)


def check(workspace: WorkspaceFile, *, as_json: Json = False) -> None:
    """What is wrong or risky before the sync."""
    r = open_workspace(workspace)
    if as_json:
        _show(r.check(), as_json, "")
        return
    show_lights(out, map(lit, r.lights()))
    show_findings(out, r.check())


def forecast(
    workspace: WorkspaceFile,
    *,
    scenario: Annotated[
        str, typer.Option(help='Under another way to turn the sync on, like "import first".')
    ] = "",
    as_json: Json = False,
) -> None:
    """What the app's sync would do, record by record."""
    r = open_workspace(workspace)
    outcomes = outcomes_under(r, scenario) if scenario else r.forecast()
    if as_json:
        _show(outcomes, as_json, "")
        return
    if r.books.qbo.only_lists:
        out.print(
            "Only QuickBooks' lists were read. Its invoices, payments, tax rates and settings are "
            "not known, so duplicates and refusals among sales cannot be seen."
        )
    show_outcomes(out, outcomes, r.names())


def propose(workspace: WorkspaceFile, *, as_json: Json = False) -> None:
    """A plan that mends what is not wanted, ready for review."""
    _show_plan(open_workspace(workspace).propose(), as_json)


Ids = Annotated[list[str] | None, typer.Option(help="Id of an action; may be repeated.")]


def review(  # noqa: PLR0913  (one option for each verdict)
    workspace: WorkspaceFile,
    approve: Ids = None,
    reject: Ids = None,
    skip: Ids = None,
    ask: Ids = None,
    sign: Ids = None,
    *,
    by: By = "",
    note: Annotated[
        str, typer.Option(help="For a colleague; what breaks links is approved by naming them.")
    ] = "",
    advised: Annotated[
        bool, typer.Option(help="Approve all that may be approved in bulk.")
    ] = False,
    undo_last: Annotated[bool, typer.Option("--undo", help="Take your last step back.")] = False,
    whole: Annotated[bool, typer.Option("--all", help="Show every action of the plan.")] = False,
    as_json: Json = False,
) -> None:
    """Show the newest plan; decide on its actions, or sign as the reviewer."""
    shown = open_workspace(workspace).review()
    verdicts: tuple[tuple[list[str] | None, Verdict], ...] = (
        (approve, "approve"), (reject, "reject"), (skip, "skip"), (ask, "ask"),
    )  # fmt: skip
    named = [one for ids in (approve, reject, skip, ask, sign) for one in ids or []]
    decides = bool(named) or advised or undo_last
    if unknown := [one for one in named if one not in shown.digests]:
        raise InputError(
            f"This plan has no action {unknown[0]!r}, so nothing was decided.",
            remedy="Look its id up: recon review WORKSPACE --all.",
        )
    if decides and not by.strip():
        raise InputError("Nobody is named.", remedy='Say who decides: --by "Ann".')
    for ids, verdict in verdicts:
        for one in ids or []:
            shown.decide([one], verdict, by=by, note=note)
    for one in sign or []:
        shown.sign([one], by=by)
    if advised:
        shown.approve_advised(by=by)
    if undo_last and not shown.undo(by=by) and not as_json:
        out.print(f"{by.strip()} has decided nothing that can be taken back.", markup=False)
    if decides and not whole and not as_json:
        _tell_decided(shown)
    else:
        _show_plan(shown, as_json, whole=whole)


def apply(workspace: WorkspaceFile, *, as_json: Json = False) -> None:
    """Send what is approved; after an interruption, run it again."""
    r = open_workspace(workspace)
    err.print(standing(r), markup=False)
    plan = r.review().plan
    if sys.stdin.isatty() and missing_password(r, plan):
        err.print(_ASKED_FOR.format(app=r.profile.about.name), markup=False)
        use_password(r, typer.prompt("Password (it is not shown)", hide_input=True, err=True))
    with stoppable(_GOES_ON), progress_bar(err) as progress:
        r.progress = progress
        result = r.apply(plan)
    told = {
        "done": len(result.done), "refused": len(result.refused), "by_hand": len(result.by_hand),
    }  # fmt: skip
    if as_json:
        typer.echo(json.dumps(told))
        return
    out.print(", ".join(f"{count:,} {word.replace('_', ' ')}" for word, count in told.items()))
    for refusal in result.refused:
        title = escape(plan.action(refusal.action_id).title)
        out.print(f"[bold]Refused: {title}[/bold]  {escape(refusal.says)}")
    if any(w.ref.startswith("app:") for w in plan.writes if w.id in set(result.by_hand)):
        out.print(by_hand_because(r), markup=False)
    _tell_hand_work(handwork.rows(r, plan), plan, set(result.by_hand))


def _tell_hand_work(pieces: Sequence[handwork.Piece], plan: Plan, open_ids: set[str]) -> None:
    """Each piece that is left with its clicks and what follows in the app, then what closes all."""
    titles = {write.id: plan.action(write.action_id).title for write in plan.writes}
    left = [piece for piece in pieces if piece.id in open_ids]
    for piece in left:
        out.print(f"[bold]{piece.id}  {escape(titles[piece.id])}[/bold]  ({escape(piece.who)})")
        for number, step in enumerate(piece.clicks, 1):
            out.print(f"  {number}. {step}", markup=False)
        for step in piece.follows:
            out.print(f"  Then: {step}", markup=False)
    closing = [piece for piece in pieces if left and not piece.id]
    for number, piece in enumerate(closing, 1):
        if number == 1:
            out.print(f"[bold]When all is done, in {escape(piece.where)}[/bold]")
        out.print(f"  {number}. {piece.steps}", markup=False)


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


def verify(workspace: WorkspaceFile, *, as_json: Json = False) -> None:
    """Pull again and hold the books against what the plan promised."""
    with stoppable(_NOT_KEPT), progress_bar(err) as progress:
        r = open_workspace(workspace, progress=progress)
        r.pull()
    found = r.verify()
    if as_json:
        _show(found[["check", "severity", "ref", "says"]], as_json, "")
        return
    show_promises(out, found, r.names())


def undo(workspace: WorkspaceFile, *, as_json: Json = False) -> None:
    """A plan that takes back what was applied, to be reviewed and applied the same way."""
    _show_plan(open_workspace(workspace).undo(), as_json)


def learn(
    workspace: WorkspaceFile,
    by: By = "",
    *,
    undo: Annotated[bool, typer.Option("--forget", help="Weigh as shipped again.")] = False,
) -> None:
    """Let the matcher learn from every yes and no of this workspace; the next proposal uses it."""
    r = open_workspace(workspace)
    if undo:
        learning.forget(r, by=by)
        out.print("The next proposal weighs as shipped.")
        return
    lesson = learning.learn(r, by=by)
    for kind, found in lesson.calibrations.items():
        said = [answer.same for answer in lesson.answers if answer.kind == kind]
        yes = sum(said)
        out.print(
            f"{learning.KINDS[kind]}: {yes} yes and {len(said) - yes} no; a weight counts "
            f"{found.slope:g} times and {found.shift:+g} bits from the next proposal on."
        )


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
    told = kept.model_dump().items()
    shown = [(n, "" if v is None else str(v), kept.explained(n)) for n, v in told]
    _show(pd.DataFrame(shown, columns=["setting", "value", "what it is"]), as_json, "Settings")


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

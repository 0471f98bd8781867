"""The commands about how the app behaves: apps, profile, why, scenarios."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Annotated

import pandas as pd
import typer

from recon.advice.scenarios import AS_SET
from recon.apps.profiles import load_profile
from recon.books import SCENARIOS
from recon.cli.options import Json, WorkspaceFile, out
from recon.cli.terminal import show_frame
from recon.company import choosing
from recon.company.opening import open_workspace
from recon.counting import counted
from recon.errors import InputError
from recon.profile import Profile
from recon.reports import words


def profile(
    workspace: WorkspaceFile,
    use: Annotated[
        str, typer.Option(help='The app, like "taxdome" or "invoiceninja@current"; kept.')
    ] = "",
    said: Annotated[
        list[str] | None,
        typer.Option("--answer", help='Like "client_match=email"; "client_match=" forgets it.'),
    ] = None,
    *,
    facts: Annotated[
        bool, typer.Option("--facts", help="Every value, with its source and its date.")
    ] = False,
    as_json: Json = False,
) -> None:
    """How the app behaves and what is asked about it; choose another app, answer a question."""
    r = open_workspace(workspace)
    if use:
        choosing.choose(r, use)
    if said:
        answers = dict(each.partition("=")[::2] for each in said)
        if lame := [each for each in said if "=" not in each]:
            raise InputError(f'"{lame[0]}" is no answer.', remedy='Say it like "question=answer".')
        choosing.answer(r, answers)
    _show_profile(r.profile, facts=facts, as_json=as_json)


def apps(
    app: Annotated[str, typer.Argument(help='One of them, like "taxdome".')] = "",
    *,
    facts: Annotated[
        bool, typer.Option("--facts", help="Every value, with its source and its date.")
    ] = False,
    as_json: Json = False,
) -> None:
    """The apps whose sync can be forecast, or what is known and asked of one of them."""
    if app:
        _show_profile(load_profile(app), facts=facts, as_json=as_json)
    elif facts:
        raise InputError("The facts of which app?", remedy='Say it like "recon apps taxdome".')
    else:
        _show(choosing.offered(), as_json, "Apps")


def _show_profile(profile: Profile, *, facts: bool, as_json: bool) -> None:
    title = f"{profile.about.name} {profile.about.version}"
    asked = choosing.questions(profile)
    if facts:
        _show(choosing.facts(profile), as_json, title)
    elif as_json:
        _show(asked, as_json, "")
    else:
        shown = asked[["question", "asks", "answer", "answers"]].assign(
            answer=asked["answer"].where(asked["answered"], asked["answer"] + " (assumed)")
        )
        show_frame(out, shown, title, rows=len(shown))
        _tell_open(len(profile.unanswered))


def _tell_open(number: int) -> None:
    if number:
        asked = counted(number, "question is", "questions are")
        out.print(
            f"{asked} not established: the forecast shows what another answer would change. "
            "--answer QUESTION=ANSWER"
        )


def why(
    workspace: WorkspaceFile,
    record: Annotated[str, typer.Argument(help="Its reference, name or number.")],
    *,
    scenario: Annotated[
        str, typer.Option(help='Under another way to turn the sync on, like "import first".')
    ] = AS_SET,
    as_json: Json = False,
) -> None:
    """Why the forecast says what it says of one record, on which fact, and what if not."""
    lines = open_workspace(workspace).why(record, scenario)
    if as_json:
        typer.echo(json.dumps(lines))
        return
    for heading, sentence in lines:
        out.print(f"[bold]{heading:<14}[/bold] ", end="")
        out.print(sentence, markup=False)


def scenarios(
    workspace: WorkspaceFile,
    since: Annotated[
        list[datetime] | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="A day to turn the sync on from."),
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Ways to turn the sync on, side by side: what would go, be booked twice, and what is owed."""
    table = open_workspace(workspace).scenarios([day.date() for day in since or ()])
    if as_json:
        _show(table, as_json, "")
        return
    for group, title in words.SCENARIO_GROUPS.items():
        _side_by_side(table[(table["group"] == group) | (table.index == 0)], title)


def _side_by_side(table: pd.DataFrame, title: str) -> None:
    show_frame(out, table[["scenario", "says"]], title, rows=len(table))
    columns = [name for name in SCENARIOS.columns if name not in ("says", "group")]
    shown = table[columns].astype(object).map(_figure).set_index("scenario").T
    shown.index = pd.Index([words.plain(str(name)) for name in shown.index], name="")
    for first in range(0, shown.shape[1], _SIDE_BY_SIDE):
        part = shown.iloc[:, first : first + _SIDE_BY_SIDE].reset_index(names="")
        show_frame(out, part, "Side by side", rows=len(part))


_SIDE_BY_SIDE = 5
"""Scenarios that stand beside each other in a terminal."""


def _figure(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    return value if isinstance(value, str) else f"{value:,}"


def _show(frame: pd.DataFrame, as_json: bool, title: str) -> None:
    if as_json:
        typer.echo(frame.to_json(orient="records", date_format="iso", default_handler=str))
    else:
        show_frame(out, frame, title, rows=len(frame))

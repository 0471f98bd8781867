"""The commands that show what recon is: the whole job on a demo company, and the notebooks."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from recon.apps.profiles import APPS
from recon.cli.options import Json, err, out
from recon.cli.terminal import progress_bar, show_counts
from recon.demo import INVOICE_NINJA, DemoResult, run_demo
from recon.errors import InputError
from recon.reports import words
from recon.widgets.lab import open_lab


def demo(  # noqa: PLR0913  (those of the command line)
    folder: Annotated[Path, typer.Option("--out", help="Where the papers go.")] = Path(
        "recon-demo"
    ),
    size: Annotated[int, typer.Option(min=40, help="About how many customers.")] = 300,
    seed: Annotated[int, typer.Option(help="Another seed, another company.")] = 7,
    app: Annotated[
        str, typer.Option(help="In which app its clients are: " + ", ".join(sorted(APPS)) + ".")
    ] = INVOICE_NINJA,
    *,
    started: Annotated[
        bool, typer.Option("--started", help="The sync has run once before anybody plans.")
    ] = False,
    rehearse: Annotated[
        bool, typer.Option("--rehearse", help="Rehearse the plan on a twin before it is applied.")
    ] = False,
    as_json: Json = False,
) -> None:
    """The whole job on a demo company: sync a copy, mend the books, sync again, compare."""
    if app not in APPS:
        raise InputError(f"There is no demo in '{app}'.", remedy=f"There are {', '.join(APPS)}.")
    with progress_bar(err) as progress:
        result = run_demo(
            folder,
            app=app,
            customers=size,
            seed=seed,
            started=started,
            rehearsal=rehearse,
            progress=progress,
        )
    if as_json:
        typer.echo(json.dumps(result.as_json()))
        return
    _tell(result, APPS[app])


def _tell(result: DemoResult, app: str) -> None:
    did = f"{app}: what its sync did to two copies of the same books (records)"
    first, then = "without recon", "with recon"
    if result.middle is not None:
        did = f"{app}: what its sync did, and would do again (records)"
        first, then = "the first time", "after recon"
    show_counts(out, did, {first: _labelled(result.before), then: _labelled(result.after)})
    kept = sum(result.after.get(word, 0) for word in ("duplicate", "wrong_link"))
    out.print(
        f"{result.applied:,} changes went through an API, {result.by_hand:,} were done by hand, "
        f"{result.left_out:,} records were left out with a reason; "
        f"{kept} duplicates or wrong links are left."
    )
    strays = result.on_others
    out.print(
        f"New sales that were booked on somebody else: {strays['before']:,} {first}, "
        f"{strays['after']:,} {then}."
    )
    mends = result.mends
    out.print(
        f"Of {mends['of']:,} approved actions {mends['by_hand']:,} had to be done by hand "
        f"({mends['by_hand'] / max(mends['of'], 1):.1%}); {mends['in_app']:,} change the app, "
        f"{mends['in_app_by_hand']:,} of those by hand."
    )
    for when, (agreed, total) in result.agreed.items():
        out.print(f"Forecast {when}: {agreed:,} of {total:,} records did just what was forecast.")
    if result.rehearsed is not None:
        out.print(f"On a twin, before anything was sent: {result.rehearsed.says}", markup=False)
    if (told := result.middle) is not None:
        out.print(
            f"The sync had made {told.made:,} customers and items beside others: {told.left:,} of "
            f"them are left that could be merged. Of {told.links:,} links {told.lost:,} are lost."
        )
    for name, path in result.files.items():
        out.print(f"{name.upper()}: {path}", markup=False)


def _labelled(counts: Mapping[str, int]) -> dict[str, int]:
    """Counts under the words that the papers use."""
    return {words.outcome(name).label: number for name, number in counts.items()}


def lab(
    folder: Annotated[Path, typer.Argument(help="Where the notebooks are.")] = Path("notebooks"),
) -> None:
    """Open the notebooks in JupyterLab."""
    if not folder.is_dir():
        raise InputError(f"There is no folder {folder}.", remedy="Check where the notebooks are.")
    sys.exit(open_lab(folder))

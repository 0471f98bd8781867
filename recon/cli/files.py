"""The commands about files: lists to match, a workspace over exports, and their columns."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from recon.advice import handwork
from recon.apps.exports import write_template
from recon.apps.readers import DIALECTS
from recon.cli.options import Json, WorkspaceFile, err, out
from recon.cli.terminal import progress_bar, show_frame
from recon.company import headers
from recon.company.opening import open_workspace
from recon.errors import InputError
from recon.lists import NAMED, read_list
from recon.matching import dedupe
from recon.matching import match as match_lists
from recon.matching.records import ListKind

ColumnsSaid = Annotated[
    list[str] | None,
    typer.Option("--set", help='What a column is, like "clients:email=Main e-mail".'),
]
DatesSaid = Annotated[
    list[str] | None,
    typer.Option(help='Whether 03/04 has the day or the month first: "invoices=dmy" or "=mdy".'),
]


def match(
    left: Annotated[Path, typer.Argument(help="CSV, XLSX or Parquet.")],
    right: Annotated[Path | None, typer.Argument(help="CSV, XLSX or Parquet.")] = None,
    kind: Annotated[ListKind, typer.Option(help="What the lists hold.")] = "customer",
    pairs: Annotated[Path, typer.Option("--out", help="Where the pairs go.")] = Path("pairs.csv"),
    *,
    within: Annotated[bool, typer.Option("--within", help="Duplicates within LEFT.")] = False,
    as_json: Json = False,
) -> None:
    """Pairs of two lists (or within one) that are the same party or thing, with their weight.

    A list without ids is told by its lines: 17 is what stands on line 17 of the file.
    """
    if right is None and not within:
        raise InputError("A second list is missing.", remedy="Name it, or say --within.")
    ours = read_list(left, kind)
    theirs = ours if right is None or within else read_list(right, kind)
    with progress_bar(err) as progress:
        if theirs is ours:
            found = dedupe(ours, kind=kind, progress=progress)
        else:
            found = match_lists(ours, theirs, kind=kind, progress=progress)
    for side, listed in (("left", ours), ("right", theirs)):
        if (name := NAMED[kind]) in listed:
            names = listed.drop_duplicates("id").set_index("id")[name]
            found[f"{side}_name"] = found[f"{side}_id"].map(names).fillna("")
    if pairs.suffix == ".parquet":
        found.to_parquet(pairs)
    else:
        found.to_csv(pairs, index=False)
    if as_json:
        typer.echo(json.dumps({"pairs": len(found), "out": str(pairs)}))
    else:
        out.print(f"{len(found):,} pairs: {pairs}", markup=False)


def open_(
    workspace: WorkspaceFile,
    app_side: Annotated[
        str,
        typer.Option("--app", help="Folder with the app's exports, or its address (https://...)."),
    ],
    qbo: Annotated[
        Path | None,
        typer.Option(
            help="A sandbox's description (JSON), or a folder with QuickBooks' lists; "
            "none for a live company, see `recon connect`."
        ),
    ] = None,
    columns: ColumnsSaid = None,
    dates: DatesSaid = None,
    profile: Annotated[
        str, typer.Option(help='How the app behaves, like "taxdome"; see `recon apps`.')
    ] = "",
) -> None:
    """Make a workspace and remember where its two sides are."""
    r = open_workspace(
        workspace, app_side, qbo, profile=profile, columns=columns or (), dates=dates or ()
    )
    for files in headers.exported(r.readers):
        for note in files.notes:
            out.print(note, markup=False)
    step = "pull" if "qbo" in r.readers else "connect"
    out.print(f"{workspace} is ready: recon {step} {workspace}", markup=False)


def template(
    app: Annotated[str, typer.Argument(help="Which app: " + ", ".join(sorted(DIALECTS)) + ".")],
    folder: Annotated[Path, typer.Argument(help="Where the empty lists go.")],
    *,
    as_json: Json = False,
) -> None:
    """Empty lists with the columns that recon reads, for an app whose exports are not known."""
    if app not in DIALECTS:
        raise InputError(
            f"There is no template for '{app}'.", remedy=f"There are {', '.join(sorted(DIALECTS))}."
        )
    written = [path.name for path in write_template(DIALECTS[app], folder)]
    if as_json:
        typer.echo(json.dumps({"folder": str(folder), "written": written}))
    else:
        what = ", ".join(written) or "nothing, all files are there already"
        out.print(f"{folder}: {what}", markup=False)


def sheet(
    workspace: WorkspaceFile,
    path: Annotated[Path, typer.Option("--out", help="Where it goes.")] = Path("hand-work.csv"),
    lists: Annotated[
        Path | None,
        typer.Option(help="A folder for lists of what changes in the app, in its own columns."),
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """The approved hand-work in its order: who does it, the clicks, and what follows."""
    r = open_workspace(workspace)
    pieces = handwork.rows(r)
    handwork.write_sheet(pieces, path)
    written = [str(each) for each in handwork.import_files(r, lists)] if lists else []
    if as_json:
        typer.echo(json.dumps({"pieces": len(pieces), "out": str(path), "lists": written}))
        return
    out.print(f"{len(pieces):,} lines: {path}", markup=False)
    for each in written:
        out.print(each, markup=False)


def columns(
    workspace: WorkspaceFile,
    said: ColumnsSaid = None,
    dates: DatesSaid = None,
    forget: Annotated[
        list[str] | None, typer.Option(help="Kind of file, of which all that you said goes.")
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Which column of the exported files is read as what; say what it should be instead."""
    r = open_workspace(workspace)
    if said or dates or forget:
        headers.correct(r.store, r.readers, said or (), dates or (), forget or ())
    read = headers.columns_read(r.readers)
    if as_json:
        typer.echo(read.to_json(orient="records"))
        return
    for (file, kind), rows in read.groupby(["file", "kind"], sort=False):
        is_read = rows["column"].ne("") & rows["field"].ne("")
        lacking = rows["why"].str.startswith(("required", "left out"))
        show_frame(out, rows.loc[is_read | lacking, list(rows.columns[2:])], f"{file} ({kind})")
        ignored = rows.loc[rows["field"] == "", "column"]
        if len(ignored):
            out.print(f"Not read: {', '.join(ignored)}", markup=False)
    if said or dates or forget:
        out.print(f"Kept. It counts from the next pull on: recon pull {workspace}", markup=False)

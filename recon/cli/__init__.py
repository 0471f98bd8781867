"""The command line: `recon COMMAND`; what tells numbers has `--json`.

stages.py       one command a stage          connection.py   connect, allow, doctor
files.py        open, columns, match         sandbox.py      sandbox
sync.py         rehearse, backtest           demo.py         demo, lab
terminal.py     progress and tables
"""

from __future__ import annotations

import logging
import sys
from typing import Annotated

import typer
from rich.markup import escape

from recon.clash import foreign_recon
from recon.cli import connection, demo, files, sandbox, stages, sync
from recon.cli.options import err
from recon.errors import ReconError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Forecast what an invoicing app's sync will do to QuickBooks Online, and mend it first.",
)

app.command(name="open")(files.open_)
for command in (
    connection.connect, connection.allow, files.columns,
    stages.pull, stages.check, stages.forecast, stages.propose, stages.review, sync.rehearse,
    stages.apply, stages.done, stages.verify, stages.undo, stages.report, sync.backtest,
    stages.settings,
    files.match, sandbox.sandbox, connection.doctor, demo.demo, demo.lab,
):  # fmt: skip
    app.command()(command)


def main() -> None:
    """Run a command; an error that a person can mend is one sentence and exit code 2."""
    if clash := foreign_recon():
        err.print(clash, markup=False)
    try:
        app()
    except ReconError as error:
        err.print(f"[red]recon:[/red] {escape(str(error))}")
        sys.exit(2)


@app.callback()
def _settings(
    *, verbose: Annotated[bool, typer.Option("--verbose", help="Show the log.")] = False
) -> None:
    if verbose:
        logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")

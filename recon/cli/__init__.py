"""The command line: `recon COMMAND`; what tells numbers has `--json`.

stages.py       one command a stage          connection.py   connect, allow, doctor
files.py        open, columns, template,     sandbox.py      sandbox
                sheet, match                 demo.py         demo, lab
sync.py         rehearse, golive,            choice.py       apps, profile, why,
                backtest, made                               scenarios
                                             terminal.py     progress and tables
"""

from __future__ import annotations

import errno
import logging
import sys
from typing import Annotated

import typer
from rich.markup import escape

from recon.clash import foreign_recon
from recon.cli import choice, connection, demo, files, sandbox, stages, sync
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
    connection.connect, connection.allow, files.columns, files.template,
    choice.apps, choice.profile,
    stages.pull, stages.check, stages.forecast, choice.why, choice.scenarios,
    stages.propose, stages.review, sync.rehearse,
    stages.apply, files.sheet, stages.done, stages.verify, stages.undo, stages.report, stages.learn,
    sync.golive, sync.backtest, sync.made, stages.settings,
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

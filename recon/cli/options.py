"""What commands have in common: their usual options, and where they print."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

out = Console()
err = Console(stderr=True)

WorkspaceFile = Annotated[Path, typer.Argument(help="The company's workspace file.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
By = Annotated[str, typer.Option("--by", help="Who you are, as it shall stand in the papers.")]

_INTERRUPTED = 130
"""What a shell calls a command that was ended by Ctrl-C."""


@contextmanager
def stoppable(what_now: str) -> Iterator[None]:
    """Ctrl-C ends the work with a sentence: what became of it, and how it goes on."""
    try:
        yield
    except KeyboardInterrupt:
        err.print(f"Stopped. {what_now}", markup=False)
        raise typer.Exit(_INTERRUPTED) from None

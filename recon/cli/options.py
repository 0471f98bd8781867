"""What commands have in common: their usual options, and where they print."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

out = Console()
err = Console(stderr=True)

WorkspaceFile = Annotated[Path, typer.Argument(help="The company's workspace file.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
By = Annotated[str, typer.Option("--by", help="Who you are, as it shall stand in the papers.")]

"""The command that serves a company on this machine: QuickBooks' side, and the app beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from recon.errors import InputError
from recon.sandbox import server
from recon.sandbox.company import Source
from recon.sandbox.companyfile import CompanyFile
from recon.sandbox.demo import Demo, demo_company
from recon.sandbox.invoiceninja import InvoiceNinjaSandbox, NinjaSwitches, QuickBooks
from recon.sandbox.switches import Switches

_OF_APP = "invoiceninja."


def sandbox(
    port: Annotated[int, typer.Option(help="0 takes any free one.")] = 0,
    company: Annotated[str, typer.Option(help="demo, empty, or a company file.")] = "demo",
    switches: Annotated[
        list[str] | None, typer.Option("--set", help="switch=value, see the sandbox's README.")
    ] = None,
    *,
    admin: Annotated[
        bool, typer.Option("--admin", help="Open the operator's door, /_admin, to this machine.")
    ] = False,
    with_app: Annotated[
        bool, typer.Option("--invoiceninja", help="Serve Invoice Ninja's API beside it.")
    ] = False,
) -> None:
    """Serve a QuickBooks-compatible company on this machine until stopped (Ctrl-C)."""
    said = switches or []
    of_app = [each.removeprefix(_OF_APP) for each in said if each.startswith(_OF_APP)]
    if of_app and not with_app:
        raise InputError(f"--set {_OF_APP}{of_app[0]} needs --invoiceninja.")
    try:
        chosen = Switches.parse(each for each in said if not each.startswith(_OF_APP))
        chosen_of_app = NinjaSwitches.parse(of_app)
    except ValueError as error:
        raise InputError(f"--set cannot be used: {error}.") from error
    made = demo_company() if company == "demo" else None

    def app_beside(running: server.Sandbox) -> InvoiceNinjaSandbox:
        beside = InvoiceNinjaSandbox(
            made.app if made else None, switches=chosen_of_app, admin=admin
        )
        beside.connect(QuickBooks.described(running.describe()))
        return beside

    books = _books(company, made)
    server.serve(books, port, chosen, admin=admin, beside=app_beside if with_app else None)


def _books(name: str, made: Demo | None) -> Source | None:
    """The company that the sandbox shall serve, None for an empty one."""
    if made is not None:
        return made.company
    if name == "empty":
        return None
    if not Path(name).is_file():
        raise InputError(
            f"There is no company '{name}'.", remedy="Say demo, empty, or name a company file."
        )
    try:
        return CompanyFile(Path(name))
    except ValueError as error:
        raise InputError(f"{name} is no company file: {error}.") from error

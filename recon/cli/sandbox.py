"""The command that serves a company on this machine, and the app beside it."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Annotated

import typer

from recon.errors import InputError
from recon.sandbox import server
from recon.sandbox.books.company import Source
from recon.sandbox.books.companyfile import CompanyFile
from recon.sandbox.books.switches import Switches
from recon.sandbox.demo import AppCompany, demo_company, furnished
from recon.sandbox.invoiceninja import InvoiceNinjaSandbox, NinjaSwitches, QuickBooks

_OF_APP = "invoiceninja."


def sandbox(
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes any free one.")] = 0,
    company: Annotated[
        str, typer.Option(help="demo, empty, or a company file (see the sandbox's README).")
    ] = "demo",
    switches: Annotated[
        list[str] | None,
        typer.Option(
            "--set", help="switch=value, or invoiceninja.switch=value; see the sandbox's README."
        ),
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

    def app_beside(running: server.Sandbox) -> InvoiceNinjaSandbox:
        beside = InvoiceNinjaSandbox(in_app, switches=chosen_of_app, admin=admin)
        beside.connect(QuickBooks.described(running.describe()))
        return beside

    beside = app_beside if with_app else None
    try:
        books, in_app = _company(company)
        server.serve(books, port, chosen, admin=admin, beside=beside)
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        raise InputError(
            f"Port {port} is taken or may not be used.", remedy="Name another, or leave --port out."
        ) from error
    except ValueError as error:  # a company file is read while it is served from
        raise InputError(f"{company} is no company file: {error}.") from error


def _company(name: str) -> tuple[Source | None, AppCompany | None]:
    """What QuickBooks and the app shall have; None for nothing."""
    if name == "demo":
        demo = demo_company()
        return furnished(demo.company), demo.app
    if name == "empty":
        return None, None
    if not Path(name).is_file():
        raise InputError(
            f"There is no company '{name}'.", remedy="Say demo, empty, or name a company file."
        )
    return CompanyFile(Path(name)), None

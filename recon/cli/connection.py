"""The commands about a live company: connect, allow, doctor."""

from __future__ import annotations

import json
import os
import webbrowser
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from recon.cli.options import WorkspaceFile, out
from recon.company.app_connection import address_of, allow_changes, forbid_changes
from recon.company.connection import (
    allow_writes,
    begin,
    connection_of,
    disconnect,
    finish,
    forbid_writes,
)
from recon.company.doctor import installation, of_workspace
from recon.company.opening import open_workspace, sandbox_description
from recon.errors import InputError
from recon.qbo.consent import Consent
from recon.qbo.credentials import LOCAL_REDIRECT, AppKeys
from recon.qbo.loopback import Listener
from recon.qbo.safe import FileSafe, KeyringSafe, Safe
from recon.reconciliation import Reconciliation
from recon.workspace import Workspace

_SECRET = "RECON_CLIENT_SECRET"  # noqa: S105 - the name of a variable
_PASTES = 3


def connect(  # noqa: PLR0913  (each is one thing that may be said)
    workspace: WorkspaceFile,
    app_side: Annotated[
        str | None,
        typer.Option("--app", help="The app's exports or its address; makes a new workspace."),
    ] = None,
    client_id: Annotated[
        str,
        typer.Option(
            help="Of your app in Intuit's developer portal. Asked for once, with the secret; "
            "name it to enter a new secret."
        ),
    ] = "",
    redirect: Annotated[
        str, typer.Option(help="The redirect address, as entered in the portal.")
    ] = "",
    token_file: Annotated[
        Path | None, typer.Option(help="Keep secrets in this file, not in the keyring.")
    ] = None,
    sandbox: Annotated[
        Path | None, typer.Option(help="What `recon sandbox` printed: connect to that.")
    ] = None,
    *,
    production: Annotated[
        bool, typer.Option("--production", help="Real books; without it, a sandbox company.")
    ] = False,
    paste: Annotated[
        bool, typer.Option("--paste", help="Do not wait for the browser: paste the address.")
    ] = False,
    end: Annotated[bool, typer.Option("--end", help="Take the connection back.")] = False,
) -> None:
    """Connect a workspace to a QuickBooks company: you say yes on Intuit's own page."""
    r = open_workspace(workspace, app_side)
    if end:
        if connection_of(r.store) is None:
            raise InputError(f"{workspace.name} is connected to no company: nothing was ended.")
        disconnect(r)
        out.print("The connection was taken back, and is forgotten here.")
        return
    safe: Safe = FileSafe(token_file) if token_file else KeyringSafe()
    if sandbox:
        told = sandbox_description(sandbox)
        keys = AppKeys(
            told["client_id"], told["client_secret"], told["discovery_url"],
            redirect or LOCAL_REDIRECT, told["base_url"],
        )  # fmt: skip
    else:
        keys = _keys(safe, "production" if production else "sandbox", client_id, redirect)
    consent = begin(r, keys, safe)
    company = _pasted(r, consent, safe) if production or paste else _waited(r, consent, safe)
    world = f"{keys.world}, company {r.store.bound().realm}"  # type: ignore[union-attr]
    out.print(f"Connected to {escape(company)} ({world}): recon pull {workspace}")
    if keys.world == "production":
        out.print('These are real books: recon only reads them until you say "recon allow".')


def _keys(safe: Safe, environment: str, client_id: str, redirect: str) -> AppKeys:
    """The app's keys: as they were kept, or asked for."""
    kept = None if client_id else AppKeys.kept(safe, environment)
    if kept is not None:
        return replace(kept, redirect_uri=redirect or kept.redirect_uri)
    client_id = client_id or typer.prompt("Client id")
    secret = os.environ.get(_SECRET) or typer.prompt("Client secret", hide_input=True)
    if not redirect:
        local = environment == "sandbox"
        redirect = LOCAL_REDIRECT if local else typer.prompt("Redirect address (https)")
    return AppKeys(client_id.strip(), secret.strip(), environment, redirect.strip())


def _waited(r: Reconciliation, consent: Consent, safe: Safe) -> str:
    """Connect by the browser that comes back to this computer."""
    with Listener(consent) as listener:
        _show(consent)
        webbrowser.open(consent.address)
        arrived = listener.wait()
    return finish(r, consent, arrived, safe)


def _pasted(r: Reconciliation, consent: Consent, safe: Safe) -> str:
    """Connect by the address that is pasted; a wrong one may be mended."""
    _show(consent)
    out.print("Say yes there. Then copy the whole address of the page where you arrive.")
    for left in reversed(range(_PASTES)):
        pasted = typer.prompt("Paste it here (it is not shown)", hide_input=True)
        try:
            return finish(r, consent, pasted, safe)
        except InputError as error:
            if not left:
                raise
            out.print(escape(str(error)))
    raise AssertionError


def _show(consent: Consent) -> None:
    out.print("Open this address, if your browser does not by itself:")
    out.print(consent.address, markup=False, soft_wrap=True)


def allow(
    workspace: WorkspaceFile,
    by: Annotated[str, typer.Option("--by", help="Who says so.")] = "",
    *,
    read_only: Annotated[bool, typer.Option("--read-only", help="Only read from now on.")] = False,
) -> None:
    """Say once that recon may write to real books and their app (what is approved, no more)."""
    r = open_workspace(workspace)
    if read_only:
        forbid_writes(r)
        forbid_changes(r)
        out.print("recon only reads from now on.")
        return
    in_app = bool(address_of(r.store))
    if connection_of(r.store) is not None or not in_app:
        leave = allow_writes(r, by=by)
        out.print(f"recon may write to company {leave.realm_id}: said by {escape(leave.by)}.")
    if in_app:
        said = allow_changes(r, by=by)
        out.print(f"recon may change records at {said.url}: said by {escape(said.by)}.")


def doctor(
    workspace: Annotated[Path | None, typer.Argument()] = None,
    *,
    online: Annotated[
        bool, typer.Option("--online", help="Ask QuickBooks for the company's name.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for machines.")] = False,
) -> None:
    """How this installation and a workspace are, and what to do about it."""
    findings = list(installation())
    if workspace is not None:
        findings += of_workspace(
            Reconciliation(Workspace.open(workspace, must_exist=True)), online=online
        )
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings]))
        return
    for finding in findings:
        out.print(f"[bold]{finding.what}[/bold]  {escape(finding.says)}", soft_wrap=True)
        if finding.do:
            out.print(f"  -> {finding.do}", markup=False, soft_wrap=True)

"""A workspace and its live app: who allowed changes there, and what a merge wants to know.

The workspace remembers the app's address only; token and password are looked up in the keyring.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from recon.apps.invoiceninja.live import LiveInvoiceNinja, is_address
from recon.apps.invoiceninja.writer import InvoiceNinjaWriter
from recon.calls.addresses import is_loopback
from recon.errors import ConfigError, InputError, WorkspaceError
from recon.plan import Plan
from recon.reconciliation import Reconciliation
from recon.workspace import Workspace

INVOICE_NINJA = "invoiceninja"
"""The app whose API recon writes to."""
APP_SIDE = "app_files"
"""Where a workspace notes its app's side: a folder of exports, or an address."""
_WRITES = "app_writes"


@dataclass(frozen=True)
class AppLeave:
    """Who allowed recon to change real records in the app at an address.

    Attributes:
        url: leave for another address does not count.
        by: who.
        at: when, UTC.
    """

    url: str
    by: str
    at: datetime


def address_of(store: Workspace) -> str:
    """The address at which a workspace's app is read live; empty where it is read from files."""
    where = store.noted(APP_SIDE) or ""
    return where if is_address(where) else ""


def writer_of(r: Reconciliation) -> InvoiceNinjaWriter | None:
    """Changes records in the workspace's app; None where it is read from files."""
    url = address_of(r.store)
    return LiveInvoiceNinja(url).writer(may_write=may_change(r.store)) if url else None


def allow_changes(r: Reconciliation, *, by: str) -> AppLeave:
    """Say once that recon may change records in this workspace's app.

    Raises:
        InputError: nobody is named.
        WorkspaceError: the app is not read from an address.
    """
    url = address_of(r.store)
    if not url:
        raise WorkspaceError("The app's side is files.", remedy="Say its address instead (--app).")
    if not by.strip():
        raise InputError("Nobody is named.", remedy='Say who allows it: --by "Ann".')
    leave = AppLeave(url, by.strip(), r.clock())
    r.store.note(_WRITES, json.dumps({**asdict(leave), "at": leave.at.isoformat()}))
    return leave


def forbid_changes(r: Reconciliation) -> None:
    """Only read from the app from now on."""
    r.store.note(_WRITES, "")


def leave_to_change(store: Workspace) -> AppLeave | None:
    """Who allowed changes at the workspace's address; None when nobody did."""
    told = store.noted(_WRITES)
    if not told:
        return None
    kept = json.loads(told)
    leave = AppLeave(kept["url"], kept["by"], datetime.fromisoformat(kept["at"]).astimezone(UTC))
    return leave if leave.url == address_of(store) else None


def may_change(store: Workspace) -> bool:
    """Whether recon may change records: on this machine always, elsewhere when somebody said so."""
    return is_loopback(address_of(store)) or leave_to_change(store) is not None


def missing_password(r: Reconciliation, plan: Plan) -> bool:
    """Whether the plan has a merge in the app to send whose password nobody keeps."""
    writer, approved = r.writers.get("app"), r.review(plan).approved()
    merges = [
        write
        for write in plan.writes
        if write.to == "app"
        and write.operation == "merge"
        and write.action_id in approved
        and r.store.state(plan.id, write.id) not in {"done", "refused"}
    ]
    if writer is None or not merges:
        return False
    try:
        writer.require(merges)
    except ConfigError:
        return True
    return False


def use_password(r: Reconciliation, password: str) -> None:
    """Use a password that was typed in, for this run only."""
    writer = r.writers.get("app")
    if isinstance(writer, InvoiceNinjaWriter):
        writer.password = lambda: password


def by_hand_because(r: Reconciliation) -> str:
    """Why changes in the app are hand-work here, in a sentence."""
    name = r.profile.about.name
    if r.profile.about.id != INVOICE_NINJA:
        return f"recon cannot change anything in {name} itself: do it at its screen."
    if address_of(r.store):
        return f"The plan was made from exports of {name}: pull, and propose anew."
    return (
        f"{name} is read from its exports, so its changes are hand-work. Name its address instead "
        "(recon open WORKSPACE --app https://invoicing.co), and recon makes them itself."
    )

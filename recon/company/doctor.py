"""How the installation and a workspace are, and what to do about it: nothing is changed."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version

from recon.apps.invoiceninja.live import LiveInvoiceNinja
from recon.clash import foreign_recon
from recon.company.app_connection import address_of, leave_to_change, may_change
from recon.company.connection import (
    Connection,
    client_of,
    connection_of,
    leave_of,
    reads_of,
)
from recon.errors import ReconError
from recon.qbo.safe import keyring_trouble
from recon.reconciliation import Reconciliation

_SOON_DAYS = 14
_SHOWN = ("reconbooks", "python-quickbooks", "intuit-oauth", "pandas", "jupyterlab", "keyring")
_CONNECT = "recon connect WORKSPACE"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        what: the thing.
        says: how it is.
        do: what a person should do about it; empty when nothing.
    """

    what: str
    says: str
    do: str = ""


def installation() -> Iterator[Finding]:
    """Python, the packages that matter, and whether secrets can be kept."""
    yield Finding("Python", f"{platform.python_version()} on {platform.system()} {sys.platform}")
    packages = []
    for name in _SHOWN:
        try:
            packages.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            packages.append(f"{name} missing")
    yield Finding("packages", ", ".join(packages))
    clash = foreign_recon()
    yield Finding("name", clash or "No other package is in recon's place.")
    trouble = keyring_trouble()
    yield Finding(
        "keyring",
        "It cannot be used." if trouble else "It can be used.",
        "Unlock it, or name a file when you connect: --token-file" if trouble else "",
    )


def of_workspace(r: Reconciliation, *, online: bool = False) -> Iterator[Finding]:
    """Whose workspace it is, how long its connection lasts, and whether it may write.

    Args:
        r: the workspace.
        online: ask QuickBooks for the company's name, which shows that the connection works.
    """
    bound = r.store.bound()
    yield Finding(
        "company",
        f"{bound.company} ({bound.environment}, company {bound.realm or 'not known'})"
        if bound else "Nobody's yet: nothing was pulled.",
    )  # fmt: skip
    yield from _app(r)
    held = connection_of(r.store)
    if held is None:
        yield Finding("connection", "It is connected to no live company.", _CONNECT)
        return
    yield _connection(held, r.clock())
    leave = leave_of(r.store)
    if held.world != "production":
        yield Finding("writes", "A sandbox company may be written to.")
    elif leave is None:
        yield Finding(
            "writes", "Real books: they are only read.",
            'When you want recon to write to them: recon allow WORKSPACE --by "Ann"',
        )  # fmt: skip
    else:
        yield Finding("writes", f"Allowed by {leave.by} on {leave.at:%Y-%m-%d}.")
    yield _reads(reads_of(r), r.settings.monthly_reads)
    if online:
        yield _online(r)


def _app(r: Reconciliation) -> Iterator[Finding]:
    """Where the app is read live: whether its token is there, and whether it may be changed."""
    url, name = address_of(r.store), r.profile.about.name
    if not url:
        return
    try:
        LiveInvoiceNinja(url).token()
    except ReconError as error:
        yield Finding("app", f"{name} at {url}: {error.args[0]}", error.remedy)
        return
    leave = leave_to_change(r.store)
    if leave is not None:
        said = f"changes allowed by {leave.by} on {leave.at:%Y-%m-%d}."
    elif may_change(r.store):
        said = "on this computer, it may be changed."
    else:
        said = "its records are only read."
    allow = 'When you want recon to change them: recon allow WORKSPACE --by "Ann"'
    yield Finding("app", f"{name} at {url}: {said}", "" if may_change(r.store) else allow)


def _connection(held: Connection, now: datetime) -> Finding:
    """How long it lasts, without asking anybody."""
    where = f"{held.world}, company {held.realm_id}, kept in {held.safe.where}"
    try:
        tokens = held.tokens.load()
    except ReconError as error:
        return Finding("connection", f"{where}: {error.args[0]}", error.remedy)
    if tokens is None:
        return Finding("connection", f"{where}: the sign-in is not there.", _CONNECT)
    days = tokens.days_left(now)
    if days is None:
        return Finding("connection", f"{where}: how long it lasts is not known.")
    ends = [
        f"{word} in {(end - now).days} days"
        for word, end in (
            ("ends if it is not used", tokens.idle_until),
            ("ends for good", tokens.hard_until),
        )
        if end is not None
    ]
    if days < 0:
        return Finding("connection", f"{where}: it has ended.", _CONNECT)
    return Finding(
        "connection", f"{where}: {', '.join(ends)}.", _CONNECT if days < _SOON_DAYS else ""
    )


def _reads(reads: int, monthly: int) -> Finding:
    """Reads of this month beside what an app has for all of its companies.

    Source: Intuit, App Partner Program, tier "Builder": 500,000 a month; read 2026-11-22.
    """
    return Finding(
        "reads",
        f"{reads:,} this month by this workspace; your app has {monthly:,} for all its companies "
        "together.",
        "Pull less often; pulls within 30 days of the last one read only what changed."
        if reads > monthly * 0.8 else "",
    )  # fmt: skip


def _online(r: Reconciliation) -> Finding:
    """The company's name as QuickBooks itself says it now."""
    client = client_of(r)
    assert client is not None
    with client:
        try:
            name = client.company()
            client.meter.flush()
            return Finding("online", f'QuickBooks answers: "{name}".')
        except ReconError as error:
            return Finding("online", error.args[0], error.remedy)

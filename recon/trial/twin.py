"""A twin of both sides on this machine: the sandbox loaded with the pulled books, the app copied.

Nothing here knows the live company: a twin is made from two snapshots, its server listens on
127.0.0.1 only, and what is written to it is journalled in memory.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from recon.books import Ref, Snapshot, split_ref
from recon.errors import ConfigError, InputError, RejectedError, RemoteError
from recon.plan import JournalEntry, Plan, Write, WriteState, WriteTo
from recon.ports import (
    Answers,
    Clock,
    Parcel,
    Progress,
    QboPort,
    Simulation,
    Writer,
)
from recon.qbo.client import sandbox_client
from recon.qbo.port import QboCalls
from recon.qbo.reader import QboReader
from recon.qbo.writer import QboWriter
from recon.sandbox.books.company import Company
from recon.sandbox.faults import Fault
from recon.sandbox.server import Sandbox
from recon.trial.simulated import SYNCS, AppCopy, with_import

_ENTITIES = {
    "customer": "Customer", "item": "Item", "invoice": "Invoice", "payment": "Payment",
    "tax_code": "TaxCode",
}  # fmt: skip
_NOT_PULLED = (
    "The twin holds what was pulled: customers, vendors, employees, items, accounts, invoices, "
    "payments, deposits, credit notes, receipts of sales and refunds, estimates, taxes and "
    "settings. Bills, "
    "journal entries and the bank's feed are not in it, so what only they would refuse (such as "
    "removing a payment that is matched to the bank's) is not seen. Of tax agencies only the ids "
    "are known."
)


@dataclass
class Twin:
    """One company and its app, to try things out on.

    Attributes:
        qbo: what the app's sync may ask of QuickBooks.
        writer: takes a plan's requests.
        app: the app's records.
        sync: the app's sync as a procedure.
        notes: what a person should know of the twin.
    """

    qbo: QboPort
    writer: TwinWriter
    app: AppCopy
    sync: Simulation
    _sandbox: Sandbox
    _reader: QboReader
    _origin: tuple[Snapshot, Snapshot]
    notes: tuple[str, ...] = (_NOT_PULLED,)

    def writers(self, plan: Plan) -> dict[WriteTo, Writer]:
        """Who takes a plan's requests, on each side."""
        found: dict[WriteTo, Writer] = {"qbo": self.writer}
        if plan.app_realm:
            found["app"] = TwinAppWriter(self.app, plan.app_realm)
        return found

    def by_hand(self, write: Write) -> None:
        """Do one piece of a plan's hand-work, on whichever side it is.

        Raises:
            InputError: it cannot be done.
        """
        do = write.instruction.do if write.instruction else {}
        if not do:
            raise InputError(f"{write.id} does not say what to do.")
        system, kind, record_id = split_ref(Ref(do["ref"]))
        if system == "app":
            self.app.by_hand(do)
            return
        try:
            if do["step"] == "merge":
                into = split_ref(Ref(do["into"]))[2]
                self._sandbox.merge(_ENTITIES[kind], into, record_id)
            else:
                self._sandbox.edit_as_human(_ENTITIES[kind], record_id, do["fields"])
        except Fault as error:
            raise InputError(f"QuickBooks' screen refuses: {error}") from error

    def snapshots(self, clock: Clock, progress: Progress) -> tuple[Snapshot, Snapshot]:
        """Both sides as they are now, as if pulled from where the origin came from."""
        app, ledger = self._origin
        now = self._reader.read(clock, progress)
        return self.app.snapshot(app), replace(now, environment=ledger.environment)


@contextmanager
def twin_of(  # noqa: PLR0913  (both sides, how the app is set, and what runs)
    profile: str,
    app: Snapshot,
    ledger: Snapshot,
    *,
    now: datetime | None = None,
    answers: Mapping[str, str] | None = None,
    links: Mapping[str, str] | None = None,
    imports: Collection[str] = (),
    asked_for: bool = True,
) -> Iterator[Twin]:
    """A twin of the pulled books, which runs meanwhile and is gone afterwards.

    Args:
        profile: name of the one whose sync is tried out.
        app: what was pulled of it.
        ledger: what was pulled of QuickBooks.
        now: when it runs, UTC, for an app that sends in batches; None when every batch has run.
        answers: question of the app's profile to answer; what its sync does not depend on is left.
        links: the app's reference to QuickBooks' id of what is linked, beyond what the app says.
        imports: kinds that come from QuickBooks into the app.
        asked_for: whether a person asks for that before the sync, or it comes at its end.

    Raises:
        InputError: only QuickBooks' lists were read: a company cannot be made of them.
        ConfigError: nobody has written down this app's sync, or its import, as a procedure.
    """
    if profile not in SYNCS:
        raise ConfigError(f"The sync of {profile} is not known step by step: no rehearsal.")
    company = company_of(ledger)
    how = SYNCS[profile]
    sync = how.sync(now, how.heard(answers or {}))
    copy = how.copy(app)
    copy.link(links or {})
    if imports:
        if how.brings is None:
            raise ConfigError(f"The import of {profile} is not known step by step: no rehearsal.")
        sync = with_import(copy, sync, how.brings(answers or {}), imports, first=asked_for)
    with Sandbox(company) as sandbox, sandbox_client(sandbox.describe()) as client:
        yield Twin(
            QboCalls(client),
            TwinWriter(QboWriter(client), ledger.realm, ledger.environment),
            copy,
            sync,
            sandbox,
            QboReader(client),
            (app, ledger),
        )


def company_of(ledger: Snapshot) -> Company:
    """The pulled books as a company that the sandbox serves, record by record as they were sent.

    Raises:
        InputError: only QuickBooks' lists were read.
    """
    info, preferences = (ledger.records.get(kind) for kind in ("CompanyInfo", "Preferences"))
    if not info or not preferences:
        raise InputError(
            "Only QuickBooks' lists were read, and a company cannot be made of them: there are no "
            "invoices, taxes and settings in them to rehearse with.",
            remedy="Connect to the company (recon connect), then pull.",
        )
    settings = {"CompanyInfo", "Preferences"}
    records = {kind: rows for kind, rows in ledger.records.items() if kind not in settings}
    records.setdefault("TaxAgency", list(_agencies(ledger)))
    return Company(ledger.realm, info[0], preferences[0], records)


def _agencies(ledger: Snapshot) -> Iterator[dict[str, Any]]:
    """The tax agencies that tax rates name: they are there, though only their ids were pulled."""
    rates = ledger.records.get("TaxRate", ())
    named = (rate.get("AgencyRef") or {} for rate in rates)
    known = {str(ref["value"]): str(ref.get("name") or "") for ref in named if ref.get("value")}
    for agency_id, name in known.items():
        yield {"Id": agency_id, "SyncToken": "0", "DisplayName": name or f"Agency {agency_id}"}


@dataclass(frozen=True)
class TwinWriter:
    """Writes to the twin under the name of the company that it is a twin of.

    The guards before a plan is sent ask for that company; the requests go to the twin's server,
    whose address is all that `inner` knows.
    """

    inner: QboWriter
    realm: str
    environment: str
    may_write: bool = True

    @property
    def most_together(self) -> int:
        """How many writes fit into one request."""
        return self.inner.most_together

    def fits(self, write: Write) -> bool:
        """Whether a write may leave in one request with others."""
        return self.inner.fits(write)

    def require(self, _writes: Sequence[Write]) -> None:
        """Nothing is needed on a twin."""

    def send(self, write: Write, body: Mapping[str, Any], request_id: str) -> dict[str, Any]:
        """Send one write to the twin."""
        return self.inner.send(write, body, request_id)

    def send_together(
        self, parcels: Sequence[Parcel]
    ) -> Iterator[tuple[Parcel, Answers | RemoteError]]:
        """Send several requests to the twin."""
        return self.inner.send_together(parcels)

    def find(self, write: Write, body: Mapping[str, Any]) -> dict[str, Any] | None:
        """The record as the write would have left it."""
        return self.inner.find(write, body)


@dataclass(frozen=True)
class TwinAppWriter:
    """Changes the copy of the app's records, under the name of the company that it is a copy of."""

    app: AppCopy
    realm: str
    environment: str = "twin"
    may_write: bool = True
    most_together: int = 1

    def require(self, _writes: Sequence[Write]) -> None:
        """Nothing is needed on a twin."""

    def fits(self, _write: Write) -> bool:
        """Nothing leaves together with others."""
        return False

    def send(self, write: Write, body: Mapping[str, Any], _request_id: str) -> dict[str, Any]:
        """Make one change, or refuse it as the app would."""
        try:
            self.app.over_api(write, body)
        except InputError as error:
            raise RejectedError(str(error)) from error
        return {"Id": str(body["Id"]), "SyncToken": ""}

    def send_together(
        self, parcels: Sequence[Parcel]
    ) -> Iterator[tuple[Parcel, Answers | RemoteError]]:
        """Nothing leaves together with others."""
        assert not parcels
        yield from ()

    def find(self, _write: Write, _body: Mapping[str, Any]) -> dict[str, Any] | None:
        """Nothing is ever in doubt: there is no line that could be cut."""
        return None


@dataclass
class TwinJournal:
    """A journal in memory: nothing in it was ever sent to the real company."""

    kept: list[JournalEntry] = field(default_factory=list)

    def add(self, entry: JournalEntry) -> None:
        """Append."""
        self.add_all([entry])

    def add_all(self, entries: Sequence[JournalEntry]) -> None:
        """Append all."""
        first = len(self.kept) + 1
        self.kept += [replace(entry, seq=seq) for seq, entry in enumerate(entries, first)]

    def state(self, plan_id: str, write_id: str) -> WriteState | None:
        """The last state of one write."""
        states = [e.state for e in self.kept if (e.plan_id, e.write_id) == (plan_id, write_id)]
        return states[-1] if states else None

    def entries(self, plan_id: str) -> list[JournalEntry]:
        """All lines of one plan, oldest first."""
        return [entry for entry in self.kept if entry.plan_id == plan_id]

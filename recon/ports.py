"""What an adapter provides to the stages."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from recon.books import Effect, Ref, Snapshot
from recon.errors import RemoteError
from recon.plan import Decision, JournalEntry, Plan, Write, WriteState

Clock = Callable[[], datetime]
"""Now, in UTC."""

Progress = Callable[[str, int, int | None], None]
"""(what is being done, done so far, how many in all or None): called often, must be cheap."""


def silent(_what: str, _done: int, _total: int | None) -> None:
    """Progress that nobody watches."""


class Reader(Protocol):
    """Pulls one system whole."""

    def read(self, now: Clock, progress: Progress) -> Snapshot:
        """Every record of the system, inactive ones too, raw.

        Raises:
            InputError, RemoteError: it could not be read; nothing was changed.
        """
        ...


@dataclass(frozen=True)
class Sending:
    """One write with its placeholders filled."""

    write: Write
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Parcel:
    """Writes that leave in one request; none depends on another.

    Attributes:
        request_id: of the request as a whole, at most 36 characters.
        sendings: in an order that the other side need not keep.
    """

    request_id: str
    sendings: tuple[Sending, ...]


Answers = Mapping[str, Mapping[str, Any] | RemoteError]
"""Write id to the record as it now is, or to why it is not; an id that is missing is not known."""


class Writer(Protocol):
    """Sends finished requests to one system."""

    @property
    def realm(self) -> str:
        """The company that it writes to."""
        ...

    @property
    def environment(self) -> str:
        """Which world it writes to: production or sandbox."""
        ...

    @property
    def may_write(self) -> bool:
        """Whether a person has said that it may write; real books are only read until then."""
        ...

    def require(self, writes: Sequence[Write]) -> None:
        """Refuse to begin where something that these writes need is missing, such as a password.

        Raises:
            ConfigError: it is.
        """
        ...

    def send(self, write: Write, body: Mapping[str, Any], request_id: str) -> dict[str, Any]:
        """Send one write with its placeholders filled; answers with at least Id and SyncToken.

        Raises:
            BusyError, OutcomeUnknownError, AuthError, RejectedError: as `recon.errors` says.
        """
        ...

    @property
    def most_together(self) -> int:
        """How many writes fit into one request; 1 where each needs its own."""
        ...

    def fits(self, write: Write) -> bool:
        """Whether a write may leave in one request with others."""
        ...

    def send_together(
        self, parcels: Sequence[Parcel]
    ) -> Iterable[tuple[Parcel, Answers | RemoteError]]:
        """Send several requests side by side; answers to each, or why there are none, as they come.

        OutcomeUnknownError says that a request's writes may have happened, any other that none has.
        """
        ...

    def find(self, write: Write, body: Mapping[str, Any]) -> dict[str, Any] | None:
        """The record as the write would have left it, when it is there; None when it is not."""
        ...


class Journal(Protocol):
    """Append-only memory of what was sent; every `add` is durable before it returns."""

    def add(self, entry: JournalEntry) -> None:
        """Append; `seq` of the entry is given by the journal."""
        ...

    def add_all(self, entries: Sequence[JournalEntry]) -> None:
        """Append all or none."""
        ...

    def state(self, plan_id: str, write_id: str) -> WriteState | None:
        """The last state of one write, None when it was never sent."""
        ...

    def entries(self, plan_id: str) -> list[JournalEntry]:
        """All lines of one plan, oldest first."""
        ...


class DecisionLog(Protocol):
    """Append-only memory of who decided what; every `decide` is durable before it returns."""

    def decide(self, decisions: Sequence[Decision]) -> None:
        """Append all or none."""
        ...

    def decisions(self, plan_id: str) -> list[Decision]:
        """All decisions on one plan, oldest first."""
        ...


class Store(Journal, DecisionLog, Protocol):
    """A workspace: snapshots, plans, decisions and the journal of one company."""

    def save_snapshot(self, snapshot: Snapshot) -> None:
        """Keep a snapshot; the same one twice is kept once."""
        ...

    def latest(self, system: Literal["app", "qbo"]) -> Snapshot | None:
        """The newest snapshot of one system."""
        ...

    def save_plan(self, plan: Plan) -> None:
        """Keep a plan; it can never be changed afterwards."""
        ...

    def plan(self, plan_id: str | None = None) -> Plan | None:
        """One plan, or the newest."""
        ...

    def plans(self) -> list[Plan]:
        """Every plan, oldest first."""
        ...


@dataclass(frozen=True)
class SyncEvent:
    """One thing the app's sync really did to one record.

    Attributes:
        ref: the app's record (`app:customer:0042`), or one of QuickBooks that comes into the app.
        effect: link, create, refuse, skip.
        target: QuickBooks Id that it now points at; of a record of QuickBooks the reference of the
            app's that was found; empty when refused, and for what an import itself has made.
        fault: QuickBooks' fault code when refused, or the app's own word ("missing_tax_rate").
        says: what happened, in words.
        dropped: positions of invoice lines that were left out.
        called: the number under which a record of QuickBooks was made in the app.
        fate: of a record of QuickBooks: "deleted" in the app, made there as a "credit", or
            "unapplied" at least in part.
    """

    ref: str
    effect: Effect
    target: str = ""
    fault: str = ""
    says: str = ""
    dropped: tuple[int, ...] = ()
    called: str = ""
    fate: Literal["", "deleted", "credit", "unapplied"] = ""


class QboPort(Protocol):
    """What a simulated sync may ask of QuickBooks: the calls that the app itself would make."""

    def query(self, statement: str) -> list[dict[str, Any]]:
        """Records of one query, first page."""
        ...

    def create(self, entity: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Create; RejectedError with the fault's code when refused."""
        ...

    def update(self, entity: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Full or sparse update, as the body says."""
        ...


class AppRecords(Protocol):
    """The app's own database, as its sync sees it; records as its REST API shows them."""

    clients: list[dict[str, Any]]
    products: list[dict[str, Any]]
    invoices: list[dict[str, Any]]
    payments: list[dict[str, Any]]


class Simulation(Protocol):
    """An app's sync as a procedure."""

    def __call__(
        self, app: AppRecords, qbo: QboPort, leave_out: Collection[Ref] = ()
    ) -> Iterator[SyncEvent]:
        """Push every record once, in the app's order; yields what happened to each."""
        ...


class Import(Protocol):
    """What comes from QuickBooks into an app, as a procedure."""

    def __call__(
        self, app: AppRecords, qbo: QboPort, kinds: Collection[str]
    ) -> Iterator[SyncEvent]:
        """Take in every record of these kinds once; yields what happened to each of QuickBooks'.

        A customer whose client another one has taken since may come again with its sale.
        """
        ...

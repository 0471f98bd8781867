"""What an adapter provides to the stages, and what a profile says about an app."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

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
        """Which of QuickBooks' worlds: production or sandbox."""
        ...

    @property
    def may_write(self) -> bool:
        """Whether a person has said that it may write; real books are only read until then."""
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
        ref: the app's record (`app:customer:0042`).
        effect: link, create, refuse, skip.
        target: QuickBooks Id that it now points at; empty when refused.
        fault: QuickBooks' fault code when refused, or the app's own word ("missing_tax_rate").
        says: what happened, in words.
        dropped: positions of invoice lines that were left out.
    """

    ref: str
    effect: Effect
    target: str = ""
    fault: str = ""
    says: str = ""
    dropped: tuple[int, ...] = ()


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


class Cited(BaseModel):
    """Base of a profile's parts: closed, frozen."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CustomerRule(Cited):
    """How an app finds, creates and refuses customers in QuickBooks.

    Attributes:
        match: look-ups in order; "display_name" asks QuickBooks for the look-up name.
        sees_inactive: whether its look-up finds inactive customers.
        name_max: characters after which the app cuts the look-up name.
        name_clean_up: "none", or the name of the app's own clean-up (`names.py`).
        name_min: shortest client name that counts as a name at all.
        blank_name: what stands in for a missing name, in order: "contact_name", "contact_email".
        blank_literal: the name of last resort.
        relinks: links a second client to a customer that already has one.
        collision_suffix: after 6240 it tries once more with this behind the name; empty when it
            does not.
        sends_email: whether the e-mail travels, so that a bad one is refused.
    """

    match: tuple[str, ...]
    sees_inactive: bool
    name_max: int
    name_clean_up: Literal["none", "sanitise"]
    name_min: int
    blank_name: tuple[str, ...]
    blank_literal: str
    relinks: bool
    collision_suffix: str
    sends_email: bool


class ItemRule(Cited):
    """How an app finds and creates items.

    Attributes:
        match: look-ups in order; "name" is the leaf name.
        types: item types that its look-up sees.
        sees_inactive: whether its look-up finds inactive items.
        on_miss: "create" or "refuse".
        blank_key: what a line without a product does: "new_item" or "drop_line".
        pushes_products: whether products travel by themselves, not only on invoices.
    """

    match: tuple[str, ...]
    types: tuple[str, ...]
    sees_inactive: bool
    on_miss: Literal["create", "refuse"]
    blank_key: Literal["new_item", "drop_line"]
    pushes_products: bool


class InvoiceRule(Cited):
    """How an app sends invoices.

    Attributes:
        match: look-ups in order; "number" links to the invoice of that DocNumber.
        number_max: characters of the number that are sent.
        allows_duplicate_number: whether it asks QuickBooks to accept a number twice.
        pushes_drafts: whether drafts travel.
        creates_customer: whether a missing customer is created on the way; if not, an invoice of
            a customer that was refused says so itself.
        creates_items: whether missing items are created on the way.
        unresolved_line: "drop" or "refuse".
        missing_tax_rate: "refuse", or "ignore" to send the line without it.
    """

    match: tuple[str, ...]
    number_max: int
    allows_duplicate_number: bool
    pushes_drafts: bool
    creates_customer: bool
    creates_items: bool
    unresolved_line: Literal["drop", "refuse"]
    missing_tax_rate: Literal["refuse", "ignore"]


class PaymentRule(Cited):
    """How an app sends payments.

    Attributes:
        match: look-ups in order; "reference" links to the payment of that PaymentRefNum.
        reference_max: characters of the reference that are sent.
        too_long_reference: "cut" or "refuse".
        unlinked_invoice: a payment of an invoice that is not linked is sent "unapplied" or not.
    """

    match: tuple[str, ...]
    reference_max: int
    too_long_reference: Literal["cut", "refuse"]
    unlinked_invoice: Literal["unapplied", "refuse"]


class About(Cited):
    """What people are told about a profile.

    Attributes:
        id: folder name of the app.
        name: the app's own name.
        version: of the app, whose behaviour this is.
        truth_side: which side's spelling wins when both could change.
        client: the app's word for a customer.
        product: the app's word for an item.
        manual_merge: clicks that merge two clients in the app.
        manual_edit: clicks that edit a client in the app.
        who: whose rights hand-work in the app takes.
        sources: documents, with the date read.
    """

    id: str
    name: str
    version: str
    truth_side: Literal["app", "qbo"]
    client: str
    product: str
    manual_merge: tuple[str, ...]
    manual_edit: tuple[str, ...]
    who: str
    sources: tuple[str, ...] = Field(min_length=1)


class Profile(Cited):
    """How one version of one app behaves: data, not code."""

    about: About
    customer: CustomerRule
    item: ItemRule
    invoice: InvoiceRule
    payment: PaymentRule

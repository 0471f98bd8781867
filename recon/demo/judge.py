"""What a sync really did, judged by the demo company's own labels and by nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count as count_from

from recon.books import make_ref, split_ref
from recon.ports import QboPort, SyncEvent
from recon.sandbox.demo import AppCompany, Truth

COUNTED = ("link", "create", "duplicate", "wrong_link", "refuse")

KEYS = {
    "customer": ("clients", "number"),
    "item": ("products", "product_key"),
    "invoice": ("invoices", "number"),
    "payment": ("payments", "number"),
}
"""Kind to the app's table and the field that names a record in its files."""

Booked = Mapping[tuple[str, str], str]
"""Kind and QuickBooks id of each sale to the id of the customer on whom it stands."""

_SALES = ("invoice", "payment")
_PAGE = 1000


@dataclass(frozen=True)
class Verdict:
    """One event, and what it means for the books: an outcome's word."""

    event: SyncEvent
    outcome: str

    @property
    def kind(self) -> str:
        """Kind of the record."""
        return split_ref(self.event.ref)[1]


@dataclass
class Judge:
    """Knows who is who in the demo company, whatever its records are called by now.

    Attributes:
        truth: the labels.
        app: the app's records.
        made: kind and QuickBooks id of each sale that an earlier sync made, to the number that the
            app's record of it had at first.
    """

    truth: Truth
    app: AppCompany
    made: dict[tuple[str, str], str] = field(default_factory=dict)
    _first: dict[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Remember every record's key as it was when the company was made."""
        for table, key in KEYS.values():
            for record in getattr(self.app, table):
                self._first[table, record["id"]] = record[key]

    def party(self, ref: str) -> str:
        """Whose record it is, or which thing it is; empty for a record that nobody labelled."""
        system, kind, record_id = split_ref(ref)
        if system == "qbo":
            table = self.truth.thing_of_item if kind == "item" else self.truth.party_of_customer
            return table.get(record_id, "")
        table = self.truth.thing_of_product if kind == "item" else self.truth.party_of_client
        return table.get(self.first_key(ref), "")

    def twin(self, ref: str) -> str:
        """The QuickBooks id of the same sale, empty when it is in the app only."""
        twins = self.truth.invoice_twins if ":invoice:" in ref else self.truth.payment_twins
        return twins.get(self.first_key(ref), "")

    def first_key(self, ref: str) -> str:
        """The number or key that a record of the app had at first."""
        _, kind, now = split_ref(ref)
        table, _ = KEYS[kind]
        look_up = {
            "customer": self.app.client,
            "item": self.app.product,
            "invoice": self.app.invoice,
            "payment": self.app.payment,
        }
        try:
            return self._first[table, look_up[kind](now)["id"]]
        except LookupError:
            return now

    def on_others(self, events: Iterable[SyncEvent], booked: Booked) -> list[SyncEvent]:
        """New sales that were booked on somebody else than the client whose they are.

        Args:
            events: of a sync.
            booked: as QuickBooks shows them after it.
        """
        told = [e for e in events if e.effect == "create" and e.ref.startswith("app:")]
        held = dict(self.truth.party_of_customer)
        held |= {e.target: self._whose(e.ref) for e in told if ":customer:" in e.ref}
        clients = {client["id"]: client["number"] for client in self.app.clients}
        sales = [e for e in told if split_ref(e.ref)[1] in _SALES]
        owned = [(e, self._client_of(e.ref, clients)) for e in sales]
        return [e for e, whose in owned if whose not in ("", held.get(_customer(e, booked)))]

    def _whose(self, ref: str) -> str:
        return self.party(ref) or f"unlabelled {ref}"

    def _client_of(self, ref: str, clients: Mapping[str, str]) -> str:
        """Whose a sale of the app is; empty where its key names several, or none."""
        _, kind, number = split_ref(ref)
        try:
            sale = self.app.invoice(number) if kind == "invoice" else self.app.payment(number)
        except LookupError:
            return ""
        return self._whose(make_ref("app", "customer", clients[sale["client_id"]]))

    def verdicts(self, events: Iterable[SyncEvent]) -> list[Verdict]:
        """Each event with what it means, in order."""
        there = {*self.truth.party_of_customer.values(), *self.truth.thing_of_item.values()}
        owner: dict[tuple[str, str], str] = {}
        said: list[Verdict] = []
        for event in events:
            kind = split_ref(event.ref)[1]
            outcome: str = event.effect
            if event.ref.startswith("qbo:"):  # what the app takes in from QuickBooks
                outcome = f"{event.effect}_in_app"
            elif kind in {"customer", "item"}:
                mine = self._whose(event.ref)
                if event.effect == "create":
                    outcome = "duplicate" if mine in there else "create"
                    owner[kind, event.target] = mine
                    there.add(mine)
                elif event.effect == "link":
                    new = owner.get((kind, event.target))
                    held = new or self.party(f"qbo:{kind}:{event.target}")
                    outcome = "link" if held == mine else "wrong_link"
            elif event.effect == "create":
                outcome = "duplicate" if self.twin(event.ref) else "create"
                owner[kind, event.target] = self.first_key(event.ref)
            elif event.effect == "link":
                mine = self.first_key(event.ref)
                of = owner.get((kind, event.target)) or self.made.get((kind, event.target))
                right = of == mine if of else self.twin(event.ref) == event.target
                outcome = "link" if right else "wrong_link"
            said.append(Verdict(event, outcome))
        return said


def _customer(event: SyncEvent, booked: Booked) -> str:
    return booked[split_ref(event.ref)[1], event.target]


def booked(qbo: QboPort) -> Booked:
    """On whom each invoice and payment stands in QuickBooks now."""
    found: dict[tuple[str, str], str] = {}
    for entity in ("Invoice", "Payment"):
        for start in count_from(1, _PAGE):
            asked = f"SELECT * FROM {entity} STARTPOSITION {start} MAXRESULTS {_PAGE}"  # noqa: S608
            page = qbo.query(asked)
            found |= {(entity.lower(), sale["Id"]): sale["CustomerRef"]["value"] for sale in page}
            if len(page) < _PAGE:
                break
    return found


def count(verdicts: Iterable[Verdict]) -> dict[str, int]:
    """Records by outcome; the five that are always told come first, even when none."""
    found = Counter(v.outcome for v in verdicts)
    return {word: found.pop(word, 0) for word in COUNTED} | dict(sorted(found.items()))


def count_by_kind(verdicts: Iterable[Verdict]) -> Mapping[str, dict[str, int]]:
    """The same for each kind of record."""
    by_kind: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        by_kind.setdefault(verdict.kind, []).append(verdict)
    return {kind: count(found) for kind, found in by_kind.items()}

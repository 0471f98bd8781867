"""What is really so in the demo company: who is who, which sale is which, what was planted."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Planted:
    """One trouble put into the two systems on purpose.

    Attributes:
        trouble: the rule that should find it ("near_miss_client_name").
        app: the records of the app concerned, `kind:key` joined by " | ", kind one of client and
            invoice and payment (key: its number) or product (key: its product_key); or empty.
        qbo: the records of QuickBooks concerned, `entity:Id` joined by " | "; or empty.
        note: what was done, in words; a kind of near-miss comes first ("nickname: …").
    """

    trouble: str
    app: str
    qbo: str
    note: str


@dataclass
class Truth:
    """The answers: two records of one party (or thing, or sale) share its id, others never do."""

    party_of_client: dict[str, str] = field(default_factory=dict)
    party_of_customer: dict[str, str] = field(default_factory=dict)
    thing_of_product: dict[str, str] = field(default_factory=dict)
    thing_of_item: dict[str, str] = field(default_factory=dict)
    invoice_twins: dict[str, str] = field(default_factory=dict)
    payment_twins: dict[str, str] = field(default_factory=dict)
    planted: list[Planted] = field(default_factory=list)

    def plant(self, trouble: str, app: str = "", qbo: str = "", note: str = "") -> None:
        """Note a planted trouble."""
        self.planted.append(Planted(trouble, app, qbo, note))

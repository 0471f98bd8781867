"""Two customers of QuickBooks made one over its API, which cannot merge; and it can be undone.

QuickBooks' own merge is a person's work at its screen, for ever. Where nothing stands in the way,
each sale of the duplicate is given the customer that stays instead:

    what is on its own is moved         a sparse update of CustomerRef each, one after the other
    then group by group of what is paid, so that a refusal leaves at most one of them in pieces:
        payments come off what they pay     a payment and what it pays have one customer
        sales are moved, then payments
        payments go back on what they paid
    who is left without sales           is made inactive

Source: Intuit, "Manage linked transactions"; Payment entity ("To remove all lines, send an empty
Line element", lines are replaced all or none); fault 620 (both ends of a link have one customer).
What QuickBooks does with the customer of an invoice while a payment is on it is not documented: in
this order it never comes to that. Read 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import pandas as pd

from recon.books import split_ref
from recon.checks.columns import among
from recon.counting import counted
from recon.plan import Write
from recon.stages.propose.draft import ENTITIES, Draft
from recon.stages.propose.twins import twins_of

Row = dict[str, Any]

_SALES = ("invoice", "credit", "sales_receipt", "refund_receipt", "estimate")
_KINDS = (*_SALES, "payment")
_NOUNS = {"credit": "credit note", "sales_receipt": "sales receipt", "refund_receipt": "refund"}
_TXN_TYPES = {"invoice": "Invoice", "credit": "CreditMemo"}
"""What a payment may be put back on: as QuickBooks calls it."""
_AUTOMATIC = ("AutoApplyCredit", "AutoApplyPayments")


@dataclass
class Moves:
    """What it takes to move everything of one customer to another, and what stands against it.

    Attributes:
        draft: the plan.
        drops: the customers that are to go.
        sales: of each of them, every sale and payment.
        lines: of each payment, what it is on: (record, amount).
        paying: of each invoice or credit note, the payments that are on it.
        tied: records that are linked otherwise: to a deposit, an estimate, a journal entry.
        entered: QuickBooks' invoices against which this plan may enter a payment of the app.
    """

    draft: Draft
    drops: frozenset[str]
    sales: dict[str, list[Row]] = field(default_factory=dict)
    lines: dict[str, list[tuple[str, Any]]] = field(default_factory=dict)
    paying: dict[str, set[str]] = field(default_factory=dict)
    tied: set[str] = field(default_factory=set)
    entered: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        qbo, rows = self.draft.case.books.qbo, self.draft.rows
        for kind in _KINDS:
            table = getattr(qbo, ENTITIES[kind][1])
            for ref in table.loc[among(table["customer_ref"], self.drops), "ref"]:
                self.sales.setdefault(rows[ref]["customer_ref"], []).append(rows[ref])
        self._read_links()
        applied = set(self.draft.case.books.app.payment_applications["invoice_ref"])
        twins = twins_of(self.draft, "invoice") if self.sales else {}
        self.entered = {pair["right_ref"] for ref, pair in twins.items() if ref in applied}

    def _read_links(self) -> None:
        qbo = self.draft.case.books.qbo
        paid = qbo.payment_applications.rename(
            columns={"payment_ref": "ref", "invoice_ref": "linked_ref"}
        )
        ours = {row["ref"] for rows in self.sales.values() for row in rows}
        every = pd.concat([paid, qbo.transaction_links])
        every = every[among(every["ref"], ours) | among(every["linked_ref"], ours | self.drops)]
        for ref, other, amount in every[["ref", "linked_ref", "amount"]].itertuples(index=False):
            if split_ref(ref)[1] == "payment" and split_ref(other)[1] in _TXN_TYPES:
                self.lines.setdefault(ref, []).append((other, amount))
                self.paying.setdefault(other, set()).add(ref)
            else:
                self.tied |= {ref, other}
        self.tied |= set(qbo.deposits["payment_ref"].dropna())

    def of(self, drop: str) -> list[Row]:
        """Every sale and payment of a customer that is to go."""
        return self.sales.get(drop, [])

    def counted(self, drop: str) -> str:
        """How many of which kinds: "2 invoices and 1 payment"; empty for none."""
        told = [split_ref(row["ref"])[1] for row in self.of(drop)]
        parts = [
            counted(told.count(kind), _NOUNS.get(kind, kind)) for kind in _KINDS if kind in told
        ]
        return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))

    def period(self, drop: str) -> str:
        """From when to when they are dated: "2026-03-07 to 2026-04-29"."""
        days = sorted(row["date"].date().isoformat() for row in self.of(drop))
        return " to ".join(dict.fromkeys([*days[:1], *days[-1:]]))

    def against(self, drop: str, keep: str) -> str:
        """Why a person has to merge the two, in one clause; empty where the API can move them."""
        reasons = (*self._of_customers(drop, keep), *self._of_sales(drop))
        return next((why for stands, why in reasons if stands), "")

    def _of_customers(self, drop: str, keep: str) -> Iterator[tuple[bool, str]]:
        case, going, staying = self.draft.case, self.draft.rows[drop], self.draft.rows[keep]
        qbo = case.books.qbo
        home = qbo.preference("HomeCurrency") or None
        below = (qbo.customers["parent_ref"] == drop).fillna(value=False).any()
        yield qbo.only_lists, "QuickBooks was read from its lists only"
        yield bool(below or going["parent_ref"]), "it is, or has, a sub-customer or project"
        theirs = (going["currency"] or home, staying["currency"] or home)
        yield theirs[0] != theirs[1], "the two have different currencies"
        linked = set(case.books.app.links["linked_ref"])
        ours = {drop, *(row["ref"] for row in self.of(drop))}
        yield bool(linked & ours), f"{case.profile.about.name} is linked to it or to a sale of it"

    def _of_sales(self, drop: str) -> Iterator[tuple[bool, str]]:
        rows, qbo = self.of(drop), self.draft.case.books.qbo
        closed = qbo.book_close_date
        until = pd.Timestamp(closed) if closed else None
        undated = any(row["date"] is None for row in rows)
        yield undated, "a sale of it has no date"
        yield (
            until is not None and any(row["date"] <= until for row in rows),
            f"the books are closed until {closed}, and a sale of it is older",
        )
        yield any(row["status"] == "voided" for row in rows), "a sale of it is voided"
        ours = {drop, *(row["ref"] for row in rows)}
        yield (
            bool(self.tied & ours),
            "a sale of it is in a bank deposit, or linked to something else than its payments",
        )
        yield not self._is_closed(ours), "a payment is on a sale of somebody else"
        automatic = any(qbo.preference(name) == "true" for name in _AUTOMATIC)
        yield bool(rows) and automatic, "QuickBooks applies credits by itself (a setting of it)"
        taxed = any(row.get("tax") for row in rows)
        yield (
            taxed and qbo.preference("PartnerTaxEnabled") == "true",
            "QuickBooks would work out its sales tax anew",
        )
        yield not self._adds_up(drop), "its balance is not what its sales come to"
        yield (
            any(row["ref"] in self.entered and row["balance"] for row in rows),
            "a payment is to be entered against an invoice of it",
        )

    def _is_closed(self, ours: set[str]) -> bool:
        """Whether payments are on sales of this customer only, and those under no other."""
        paid = {other for ref in ours for other, _ in self.lines.get(ref, ())}
        payers = {payment for ref in ours for payment in self.paying.get(ref, ())}
        return paid <= ours and payers <= ours

    def _adds_up(self, drop: str) -> bool:
        """Whether sales and payments explain the balance, and lines what a payment is on.

        Journal entries and deposits, which are not read, may be part of either.
        """
        owed = Decimal(0)
        for row in self.of(drop):
            kind = split_ref(row["ref"])[1]
            if kind == "payment":
                on = sum(
                    (_signed(other, amount) for other, amount in self.lines.get(row["ref"], ())),
                    Decimal(0),
                )
                if on != _money(row["amount"]) - _money(row["unapplied"]):
                    return False
                owed -= _money(row["unapplied"])
            elif kind in _TXN_TYPES:
                owed += _signed(row["ref"], row["balance"])
        return owed == _money(self.draft.rows[drop]["balance"])

    def writes(self, drop: str, keep: str) -> list[Write]:
        """Every request, in the order of sending; the last makes the customer inactive."""
        groups = sorted(self._groups(drop), key=len)
        moving = (write for rows in groups for write in self._writes_of(rows, keep))
        asleep = self.draft.update(drop, {"Active": False}, {"active": False}, {"Active": True})
        return [*_each_after_the_last(moving), asleep]

    def _groups(self, drop: str) -> Iterator[list[Row]]:
        """The sales and payments of a customer, those together that hang on each other."""
        rows = {row["ref"]: row for row in self.of(drop)}
        while rows:
            waiting, group = [next(iter(rows))], []
            while waiting:
                row = rows.pop(waiting.pop(), None)
                if row is not None:
                    group.append(row)
                    waiting += [ref for ref, _ in self.lines.get(row["ref"], ())]
                    waiting += sorted(self.paying.get(row["ref"], ()))
            yield group

    def _writes_of(self, rows: list[Row], keep: str) -> list[Write]:
        sales = [row for row in rows if split_ref(row["ref"])[1] in _SALES]
        payments = [row for row in rows if split_ref(row["ref"])[1] == "payment"]
        on = [(row, lines) for row in payments if (lines := self._put_on(row["ref"]))]
        return [
            *(self._line_of(row, [], lines) for row, lines in on),
            *(self._moved(row, keep) for row in (*sales, *payments)),
            *(self._line_of(row, lines, []) for row, lines in on),
        ]

    def _put_on(self, payment: str) -> list[Row]:
        """The lines of a payment, as QuickBooks takes them."""
        return [
            {
                "Amount": float(amount),
                "LinkedTxn": [
                    {"TxnId": split_ref(ref)[2], "TxnType": _TXN_TYPES[split_ref(ref)[1]]}
                ],
            }
            for ref, amount in self.lines.get(payment, ())
        ]

    def _line_of(self, payment: Row, lines: list[Row], before: list[Row]) -> Write:
        shows = {"unapplied": str(payment["unapplied"] or 0)} if lines else {}
        return self.draft.update(payment["ref"], {"Line": lines}, shows, {"Line": before})

    def _moved(self, row: Row, keep: str) -> Write:
        to, was = ({"value": split_ref(ref)[2]} for ref in (keep, row["customer_ref"]))
        shows = {"customer_ref": keep}
        if "total" in row:
            shows["total"] = str(row["total"])
        fields, restore = {"CustomerRef": to}, {"CustomerRef": was}
        return self.draft.update(row["ref"], fields, shows, restore)


def _each_after_the_last(writes: Iterable[Write]) -> Iterator[Write]:
    """The same, where a second write of a record has the SyncToken that the first one left."""
    last: dict[str, str] = {}
    for number, write in enumerate(writes):
        named = replace(write, id=f"{write.ref} {number}")
        if write.ref in last:
            token = {"$from": last[write.ref], "field": "SyncToken"}
            named = replace(named, body={**write.body, "SyncToken": token})
        last[write.ref] = named.id
        yield named


def _signed(ref: str, amount: Any) -> Decimal:
    """What a line or a balance counts for: credit notes the other way."""
    return -_money(amount) if split_ref(ref)[1] == "credit" else _money(amount)


def _money(amount: Any) -> Decimal:
    return Decimal(0) if amount is None or pd.isna(amount) else Decimal(amount)

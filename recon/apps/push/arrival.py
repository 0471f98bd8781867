"""What comes from QuickBooks into an app, and what an app reads in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from recon.apps.push.records import Record, text
from recon.books import Effect, Ref


@dataclass(frozen=True)
class Arrival:
    """What became of one record of QuickBooks.

    Attributes:
        ref: the record of QuickBooks.
        effect: found in the app ("link"), made there ("create"), left ("skip") or refused.
        target: the app's record that was found; empty for one that the import itself has made.
        called: the number of an invoice that was made.
        fate: "deleted" in the app, made as a "credit", or "unapplied" at least in part.
    """

    ref: Ref
    effect: Effect
    target: Ref | Literal[""] = ""
    called: str = ""
    fate: Literal["", "deleted", "credit", "unapplied"] = ""


def is_void(sale: Record) -> bool:
    """Whether a sale of QuickBooks is void: nothing is left of it but a note."""
    return not sale.get("TotalAmt") and text(sale, "PrivateNote").startswith("Voided")


def invoices_of(payment: Record) -> Iterator[tuple[str, object]]:
    """Ids of the invoices that a payment of QuickBooks pays, each with the amount."""
    for line in payment.get("Line") or ():
        for linked in line.get("LinkedTxn") or ():
            if linked.get("TxnType") == "Invoice":
                yield str(linked["TxnId"]), line.get("Amount")

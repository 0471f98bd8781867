"""What an app reads in QuickBooks' records, page by page, and what it makes of them."""

from __future__ import annotations

from collections.abc import Iterator

from recon.apps.push.records import Json, Record, text
from recon.books import split_ref
from recon.ports import QboPort

_IMPORTED = "from QuickBooks "
_PAGE = 1000


def every(qbo: QboPort, entity: str, condition: str = "") -> Iterator[Json]:
    """All active records, or all that meet the condition, page by page."""
    start = 1
    where = f" WHERE {condition}" if condition else ""
    while True:
        asked = f"SELECT * FROM {entity}{where} STARTPOSITION {start} MAXRESULTS {_PAGE}"  # noqa: S608
        page = qbo.query(asked)
        yield from page
        if len(page) < _PAGE:
            return
        start += _PAGE


def imported_id(theirs: Record) -> str:
    """The id in the app of what is made of a record of QuickBooks."""
    return f"{_IMPORTED}{theirs['Id']}"


def was_imported(ref: str) -> bool:
    """Whether it is the app's record of something that came from QuickBooks."""
    system, _, own = split_ref(ref)
    return system == "app" and own.startswith(_IMPORTED)


def is_void(sale: Record) -> bool:
    """Whether a sale of QuickBooks is void: nothing is left of it but a note."""
    return not sale.get("TotalAmt") and text(sale, "PrivateNote").startswith("Voided")


def invoices_of(payment: Record) -> Iterator[tuple[str, object]]:
    """Ids of the invoices that a payment of QuickBooks pays, each with the amount."""
    for line in payment.get("Line") or ():
        for linked in line.get("LinkedTxn") or ():
            if linked.get("TxnType") == "Invoice":
                yield str(linked["TxnId"]), line.get("Amount")

"""Which transaction is linked to which, and what is open: kept true on both sides.

A link is written on one side, its source: a payment names the invoices that it pays, a deposit the
payments in it, an invoice the estimate that it was made from. The other side only shows it.

Source: Intuit, Manage linked transactions (workflow page), Payment, BillPayment, Deposit, Bill and
PurchaseOrder entity pages, Common errors, read 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from recon.sandbox import faults
from recon.sandbox.books.company import Record
from recon.sandbox.books.ledger import Ledger
from recon.sandbox.lists import accounts
from recon.sandbox.lists.parties import Owed, move_balance
from recon.sandbox.records.amounts import number, times, units
from recon.sandbox.transactions.stated import (
    BANK_FEED,
    PAYING,
    SETTLED,
    SHOWN_AS,
    SOURCES,
    Link,
    kind_of,
    links_in,
    origins_in,
    owed,
    txn_type,
)


def post(ledger: Ledger, name: str, record: Record | None, before: Record | None) -> None:
    """Write a transaction (None: it is gone) and move its parties' balances with it."""
    if record is not None:
        ledger.store.put(name, record)
    moves: Owed = {}
    for each, sign in ((before, -1), (record, 1)):
        if each is not None:
            for party, amount in owed(name, each, lambda i: accounts.type_of(ledger, i)).items():
                moves[party] = moves.get(party, 0) + sign * amount
    for party, amount in moves.items():
        move_balance(ledger, party, amount)


def check_free(ledger: Ledger, name: str, record_id: str, *, removing: bool = False) -> None:
    """Refuse to touch what is part of a deposit, and to remove what the bank's feed names.

    Raises:
        Fault: 6540, 6480.
    """
    sources = {source for source, _, _ in ledger.store.links_to(name, record_id)}
    if "Deposit" in sources:
        raise faults.deposited()
    if removing and BANK_FEED in sources:
        raise faults.matched()


def match(ledger: Ledger, name: str, record_id: str) -> None:
    """Match a transaction to a line of the bank's feed, as somebody at the screen does."""
    ledger.store.link_many([(BANK_FEED, "0", name, record_id, 0)])


def check_origins(ledger: Ledger, name: str, record: Record) -> None:
    """Check what a form is made from and show it on the form's head.

    Raises:
        Fault: 620 for what is not there, somebody else's, or made into another form already.
    """
    field = "VendorRef" if name in {"Bill", "Purchase"} else "CustomerRef"
    party = (record.get(field) or record.get("EntityRef") or {}).get("value")
    head = record.get("LinkedTxn") or []
    for kind, record_id in origins_in(record):
        origin = ledger.store.get(kind, record_id)
        if origin is None:
            raise faults.cannot_link(faults.INACTIVE)
        if (origin.get(field) or {}).get("value") != party:
            raise faults.cannot_link(faults.OTHER_PARTY)
        others = [each[:2] for each in ledger.store.links_to(kind, record_id)]
        if [each for each in others if each != (name, record.get("Id"))]:
            raise faults.cannot_link("The transaction is already linked to another one.")
        if not any(str(each.get("TxnId")) == record_id for each in head):
            head = [*head, {"TxnId": record_id, "TxnType": kind}]
    if head:
        record["LinkedTxn"] = head


def apply(ledger: Ledger, name: str, record: Record) -> None:
    """Store the links that a transaction states and carry them to the other side."""
    if name in SOURCES:
        _relink(ledger, name, record["Id"], links_in(name, record))


def unapply(ledger: Ledger, name: str, record_id: str) -> None:
    """Take back every link that a transaction states."""
    if name in SOURCES:
        _relink(ledger, name, record_id, [])


def _relink(ledger: Ledger, name: str, record_id: str, after: list[Link]) -> None:
    """Replace the links of a transaction; every other side shows it and is worth it."""
    before = ledger.store.links_of(name, record_id)
    if not before and not after:
        return
    ledger.store.relink(name, record_id, after)
    freed: dict[tuple[str, str], int] = {}
    for links, sign in ((before, 1), (after, -1)):
        for kind, target_id, amount in links:
            paid = amount if name in PAYING else 0
            freed[kind, target_id] = freed.get((kind, target_id), 0) + sign * paid
    unchanged = {link[:2] for link in set(before) & set(after)}
    for target, worth in freed.items():
        if target not in unchanged:
            _refresh(ledger, *target, worth)


def _refresh(ledger: Ledger, kind: str, record_id: str, freed: int) -> None:
    """Show a transaction's links as they are now, and add to its balance what became free.

    The balance moves by the difference: in pulled books part of it may come from records that
    are not there, a journal entry for example.
    """
    target = ledger.store.get(kind, record_id)
    if target is None:
        return
    was = dict(target)
    links = ledger.store.links_to(kind, record_id)
    show_links(target, links, ledger.store.get)
    _show_status(kind, target, used=any(source in SOURCES for source, _, _ in links))
    if kind in SETTLED:
        set_balance(target, units(target.get("Balance")) + freed)
    if ledger.switches.link_bumps_sync_token == "yes":  # noqa: S105 - a choice
        target["SyncToken"] = str(int(target["SyncToken"]) + 1)
    target["MetaData"] = {**target["MetaData"], "LastUpdatedTime": ledger.stamp()}
    post(ledger, kind, target, was)
    if kind == "TimeActivity":  # billed or not, it is itself a source
        ledger.store.relink(kind, record_id, links_in(kind, target))


def _show_status(kind: str, target: Record, *, used: bool) -> None:
    """What was made into another form is closed, or billed; set free, it is open again."""
    if kind == "Estimate":
        if used or target.get("TxnStatus") == "Closed":
            target["TxnStatus"] = "Closed" if used else "Pending"
    elif kind == "PurchaseOrder":
        target["POStatus"] = "Closed" if used else "Open"
    elif kind == "TimeActivity":
        target["BillableStatus"] = "HasBeenBilled" if used else "Billable"
    elif kind == "ReimburseCharge":
        target["HasBeenInvoiced"] = used


def show_links(
    target: Record, links: Iterable[Link], find: Callable[[str, str], Record | None]
) -> None:
    """Set LinkedTxn of a transaction from what is linked to it; `find` gives a record."""
    shown = {*SOURCES, *SHOWN_AS}
    others = [each for each in target.get("LinkedTxn") or [] if each.get("TxnType") not in shown]
    linked = [
        {"TxnId": source_id, "TxnType": _type_shown(source, source_id, find)}
        for source, source_id, _ in links
        if source != BANK_FEED
    ]
    if linked or "LinkedTxn" in target:
        target["LinkedTxn"] = others + linked


def _type_shown(source: str, source_id: str, find: Callable[[str, str], Record | None]) -> str:
    if source not in {"BillPayment", "Purchase"}:
        return source
    return txn_type(source, find(source, source_id) or {})


def set_balance(target: Record, balance: int) -> None:
    """What is open of an invoice or bill, or left of a credit."""
    target["Balance"] = number(balance)
    if "RemainingCredit" in target:
        target["RemainingCredit"] = target["Balance"]
    if "HomeBalance" in target:
        target["HomeBalance"] = number(times(balance, target.get("ExchangeRate", 1)))


def carry_over(ledger: Ledger, name: str, record: Record) -> None:
    """A form that is changed keeps its links and what was paid of it.

    Raises:
        Fault: 6000 when more was paid than the new total.
    """
    stored = ledger.store.get(name, record["Id"]) if "Id" in record else None
    links = ledger.store.links_to(name, record["Id"]) if stored else []
    show_links(record, links, ledger.store.get)
    if any(source in SOURCES for source, _, _ in links):
        _show_status(name, record, used=True)
    if stored is None or name not in SETTLED:
        return
    paid = units(stored.get("TotalAmt")) - units(stored.get("Balance"))
    if units(record["TotalAmt"]) < paid:
        raise faults.business("The amount applied is more than the new total.")
    set_balance(record, units(record["TotalAmt"]) - paid)


def detach(ledger: Ledger, name: str, record_id: str) -> None:
    """Unlink everything from a transaction that is voided, deleted or re-pointed.

    Payments keep their totals and become unapplied by as much; forms made from it forget it.
    """
    for source, source_id, amount in ledger.store.links_to(name, record_id):
        record = ledger.store.get(source, source_id) if source in SOURCES else None
        if record is None:
            continue
        was = dict(record)
        if source in PAYING:
            record["Line"] = [
                line for line in record["Line"] if (name, record_id) not in _targets(line)
            ]
        else:
            record["LinkedTxn"] = _without(record.get("LinkedTxn"), name, record_id)
            record["Line"] = [
                {**line, "LinkedTxn": _without(line["LinkedTxn"], name, record_id)}
                if "LinkedTxn" in line
                else line
                for line in record.get("Line", [])
            ]
        if source == "Payment":
            freed = amount * SETTLED.get(name, 1)
            record["UnappliedAmt"] = number(units(record["UnappliedAmt"]) + freed)
        ledger.touch(record, was)
        post(ledger, source, record, was)
        apply(ledger, source, record)


def _without(linked: list[Record] | None, name: str, record_id: str) -> list[Record]:
    gone = (name, record_id)
    return [
        each
        for each in linked or []
        if (kind_of(each.get("TxnType", "")), str(each.get("TxnId"))) != gone
    ]


def _targets(line: Record) -> set[tuple[str, str]]:
    linked = line.get("LinkedTxn") or []
    return {(kind_of(each.get("TxnType", "")), str(each.get("TxnId"))) for each in linked}

"""Who has paid what: payments and deposits applied to other transactions, and open balances.

Source: Intuit, Payment entity page, Manage linked transactions, Common errors, read 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Iterable

from recon.sandbox import faults
from recon.sandbox.amounts import number, units
from recon.sandbox.company import Record
from recon.sandbox.ledger import Ledger
from recon.sandbox.lists import move_balance

_APPLICABLE = {"Invoice": 1, "CreditMemo": -1}
_APPLIES = frozenset({"Payment", "Deposit"})
Link = tuple[str, str, int]


def open_amount(name: str, record: Record | None) -> int:
    """What a transaction adds to its customer's balance."""
    if record is None:
        return 0
    if name == "Payment":
        return -units(record.get("UnappliedAmt"))
    return _APPLICABLE.get(name, 0) * units(record.get("Balance"))


def post(ledger: Ledger, name: str, record: Record | None, before: Record | None) -> None:
    """Write a transaction (None: it is gone) and move its customers' balances with it."""
    if record is not None:
        ledger.store.put(name, record)
    moves: dict[str, int] = {}
    for each, sign in ((before, -1), (record, 1)):
        customer = ((each or {}).get("CustomerRef") or {}).get("value")
        if customer:
            moves[customer] = moves.get(customer, 0) + sign * open_amount(name, each)
    for customer, amount in moves.items():
        move_balance(ledger, customer, amount)


def check_deposited(ledger: Ledger, name: str, record_id: str) -> None:
    """Refuse (6540) to touch what is part of a deposit."""
    if any(source == "Deposit" for source, _, _ in ledger.store.links_to(name, record_id)):
        raise faults.deposited()


def links_in(record: Record) -> list[Link]:
    """The applications that a payment's or deposit's lines state: (kind, id, amount)."""
    found: dict[tuple[str, str], int] = {}
    for line in record.get("Line") or []:
        for linked in line.get("LinkedTxn") or []:
            key = (linked.get("TxnType", ""), str(linked.get("TxnId", "")))
            # QuickBooks keeps one line per invoice: a second one replaces the amount.
            found[key] = units(line.get("Amount"))
    return [(kind, record_id, amount) for (kind, record_id), amount in found.items()]


def settle_payment(ledger: Ledger, record: Record, before: Record | None) -> None:
    """Check what a payment is applied to and work out what of it is unapplied.

    Raises:
        Fault: 620 for an unknown, foreign or settled transaction, 6000 for more than there is.
    """
    if record.get("TotalAmt") is None:
        raise faults.required("TotalAmt")
    own = {
        (kind, record_id): amount
        for kind, record_id, amount in (
            ledger.store.links_of("Payment", before["Id"]) if before else []
        )
    }
    lines: list[Record] = []
    applied = 0
    for link in links_in(record):
        kind, record_id, _ = link
        amount = _applicable(ledger, record, link, own.get((kind, record_id), 0))
        applied += amount * _APPLICABLE.get(kind, 1)
        linked = {"TxnId": record_id, "TxnType": kind}
        lines.append({"Amount": number(amount), "LinkedTxn": [linked]})
    unapplied = units(record["TotalAmt"]) - applied
    if unapplied < 0:
        raise faults.business("The amount applied is more than the amount of the payment.")
    record["Line"] = lines
    record["UnappliedAmt"] = number(unapplied)
    record.setdefault("ProcessPayment", False)


def _applicable(ledger: Ledger, payment: Record, link: Link, already: int) -> int:
    """The amount of a link as far as the target's open balance allows it."""
    kind, record_id, amount = link
    target = ledger.store.get(kind, record_id) if kind else None
    if target is None:
        raise faults.cannot_link(faults.INACTIVE)
    if kind not in _APPLICABLE:
        return amount
    if not _same_customer(ledger, payment, target):
        said = "Two transactions can be linked only if they belong to the same customer."
        raise faults.cannot_link(said)
    left = units(target.get("Balance")) + already
    if left <= 0 < amount:
        raise faults.cannot_link("The transaction is already fully applied.")
    if amount > left:
        if ledger.switches.overapplied_payment == "cap":
            return left
        raise faults.business("The amount applied is more than the open balance.")
    return amount


def _same_customer(ledger: Ledger, payment: Record, target: Record) -> bool:
    """Both have one customer, or the target's bills with the payment's."""
    payer = payment["CustomerRef"]["value"]
    record_id = target["CustomerRef"]["value"]
    while record_id != payer:
        customer = ledger.store.get("Customer", record_id) or {}
        parent = (customer.get("ParentRef") or {}).get("value")
        if not parent or not customer.get("BillWithParent"):
            return False
        record_id = parent
    return True


def apply(ledger: Ledger, name: str, record: Record) -> None:
    """Store what a payment or deposit is applied to and carry it to the other side."""
    if name in _APPLIES:
        _relink(ledger, name, record["Id"], links_in(record))


def unapply(ledger: Ledger, name: str, record_id: str) -> None:
    """Take back everything that a payment or deposit is applied to."""
    if name in _APPLIES:
        _relink(ledger, name, record_id, [])


def _relink(ledger: Ledger, name: str, record_id: str, after: list[Link]) -> None:
    """Replace the links of a payment or deposit; every other side shows it and is worth it."""
    before = ledger.store.links_of(name, record_id)
    ledger.store.relink(name, record_id, after)
    freed: dict[tuple[str, str], int] = {}
    for links, sign in ((before, 1), (after, -1)):
        for kind, target_id, amount in links:
            paid = amount if name == "Payment" else 0
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
    show_links(target, ledger.store.links_to(kind, record_id))
    if kind in _APPLICABLE:
        set_balance(target, units(target.get("Balance")) + freed)
    if ledger.switches.link_bumps_sync_token == "yes":  # noqa: S105 - a choice
        target["SyncToken"] = str(int(target["SyncToken"]) + 1)
    target["MetaData"] = {**target["MetaData"], "LastUpdatedTime": ledger.stamp()}
    post(ledger, kind, target, was)


def show_links(target: Record, links: Iterable[Link]) -> None:
    """Set LinkedTxn of a transaction from what is applied to it."""
    others = [each for each in target.get("LinkedTxn") or [] if each["TxnType"] not in _APPLIES]
    linked = [{"TxnId": source_id, "TxnType": source} for source, source_id, _ in links]
    if linked or "LinkedTxn" in target:
        target["LinkedTxn"] = others + linked


def set_balance(target: Record, balance: int) -> None:
    """What is open of an invoice, or left of a credit memo."""
    target["Balance"] = number(balance)
    if "RemainingCredit" in target:
        target["RemainingCredit"] = target["Balance"]


def carry_over(ledger: Ledger, name: str, record: Record) -> None:
    """A form that is changed keeps its links and what was paid of it.

    Raises:
        Fault: 6000 when more was paid than the new total.
    """
    stored = ledger.store.get(name, record["Id"]) if "Id" in record else None
    show_links(record, ledger.store.links_to(name, record["Id"]) if stored else [])
    if stored is None or name not in _APPLICABLE:
        return
    paid = units(stored.get("TotalAmt")) - units(stored.get("Balance"))
    if units(record["TotalAmt"]) < paid:
        raise faults.business("The amount applied is more than the new total.")
    set_balance(record, units(record["TotalAmt"]) - paid)


def detach(ledger: Ledger, name: str, record_id: str) -> None:
    """Unlink every payment from a transaction that is voided, deleted or re-pointed.

    The payments keep their totals and become unapplied by as much.
    """
    for source, source_id, amount in ledger.store.links_to(name, record_id):
        payment = ledger.store.get(source, source_id) if source == "Payment" else None
        if payment is None:
            continue
        was = dict(payment)
        payment["Line"] = [
            line for line in payment["Line"] if (name, record_id) not in _targets(line)
        ]
        freed = amount * _APPLICABLE.get(name, 1)
        payment["UnappliedAmt"] = number(units(payment["UnappliedAmt"]) + freed)
        ledger.touch(payment, was)
        post(ledger, source, payment, was)
        apply(ledger, source, payment)


def _targets(line: Record) -> set[tuple[str, str]]:
    return {(each["TxnType"], str(each["TxnId"])) for each in line.get("LinkedTxn") or []}

"""The cash basis: what was sold or billed counts when, and as far as, it is paid.

A payment brings in its share of everything that the forms it pays would have posted; what it leaves
unapplied is income, or expense, of its own. All of it bears the payment's date and name.

Source: QuickBooks help, Cash and accrual basis, Unapplied cash payment income, read 2026-11-26.
"""

from __future__ import annotations

from collections.abc import Iterator

from recon.sandbox.books.company import Record
from recon.sandbox.books.ledger import Ledger
from recon.sandbox.lists import accounts
from recon.sandbox.records.amounts import units
from recon.sandbox.transactions import posting, stated
from recon.sandbox.transactions.posting import Posting

# Subtypes of the accounts that hold what a payment is not applied to, in place of their ids.
UNAPPLIED = {
    "UnappliedCashPaymentIncome": ("Unapplied Cash Payment Income", "Income"),
    "UnappliedCashBillPaymentExpense": ("Unapplied Cash Bill Payment Expense", "Expense"),
}
_PARTY = {
    "Payment": ("ARAccountRef", "AccountsReceivable", "UnappliedCashPaymentIncome"),
    "BillPayment": ("APAccountRef", "AccountsPayable", "UnappliedCashBillPaymentExpense"),
}


class Applied:
    """A form that a payment pays, and how far it was paid before and after."""

    def __init__(self, kind: str, form: Record, before: int, after: int) -> None:
        self.kind = kind
        self.form = form
        self._before = before
        self._after = after
        self._total = units(form.get("TotalAmt"))

    def share(self, amount: int) -> int:
        """As much of an amount of the form as this payment pays; the shares of all add up to it."""
        if not self._total:
            return 0
        return _part(amount, self._after, self._total) - _part(amount, self._before, self._total)


def _part(amount: int, paid: int, total: int) -> int:
    """So much of an amount as is paid of the total, to the cent: rounded up from a half."""
    return (amount * paid + total * 50) // (total * 100) * 100


def applied(ledger: Ledger, name: str, payment: Record) -> Iterator[Applied]:
    """Every invoice and credit, or bill and credit, that a payment is applied to."""
    for kind, record_id, amount in ledger.store.links_of(name, payment["Id"]):
        form = ledger.store.get(kind, record_id) if kind in stated.SETTLED else None
        if form is not None:
            before = _paid_before(ledger, name, payment, (kind, record_id))
            yield Applied(kind, form, before, before + amount)


def _paid_before(ledger: Ledger, name: str, payment: Record, form: tuple[str, str]) -> int:
    """What earlier payments had paid of a form."""
    paid = 0
    for source, source_id, amount in ledger.store.links_to(*form):
        if source == name and source_id != payment["Id"]:
            other = ledger.store.get(source, source_id) or {}
            if _when(other) < _when(payment):
                paid += amount
    return paid


def _when(payment: Record) -> tuple[str, int]:
    return str(payment.get("TxnDate", "")), int(payment.get("Id", 0))


def postings(ledger: Ledger, name: str, record: Record) -> Iterator[Posting]:
    """Debits and credits of a transaction; nothing for a form that is only to be paid."""
    if name in stated.SETTLED:
        return
    yield from posting.postings(ledger, name, record)
    if name not in _PARTY:
        return
    for each in applied(ledger, name, record):
        yield from _shares(ledger, each)
    field, subtype, unapplied = _PARTY[name]
    left = _left(ledger, name, record)
    if left:
        settled = (record.get(field) or accounts.default(ledger, subtype))["value"]
        sign = 1 if name == "Payment" else -1
        yield str(settled), sign * left, record
        yield unapplied, -sign * left, record


def _left(ledger: Ledger, name: str, payment: Record) -> int:
    """What of a payment is applied to nothing."""
    if name == "Payment":
        return units(payment.get("UnappliedAmt"))
    links = ledger.store.links_of(name, payment["Id"])
    paid = sum(amount * stated.SETTLED.get(kind, 1) for kind, _, amount in links)
    return units(payment.get("TotalAmt")) - paid


def _shares(ledger: Ledger, each: Applied) -> Iterator[Posting]:
    """A form's postings as far as they are paid; rounding falls on the last of them."""
    whole = list(posting.postings(ledger, each.kind, each.form))
    missing = -sum(amount for _, amount, _ in whole)
    if missing:
        whole.append(("", missing, each.form))
    rest = 0
    for account_id, amount, said in whole[:-1]:
        part = each.share(amount)
        rest -= part
        yield account_id, part, said
    for account_id, _, said in whole[-1:]:
        yield account_id, rest, said

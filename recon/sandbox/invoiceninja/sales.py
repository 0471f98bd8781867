"""Invoices, quotes and credits: lines and totals, states, what locks them.

Source: Invoice Ninja API reference 5.12.55, "Update invoice" (triggered actions of create and
update), read 2026-11-26; the client of an invoice, cancelled and deleted invoices: behaviour of
5.10.42, read 2026-11-22; the setting that locks sent or paid invoices: GitHub discussions 9034
and 9082, read 2026-11-26; a draft owes nothing, sending it adds it to the client's balance: a
third party's "mark invoice sent" (usefulapi), read 2026-11-26.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from recon.sandbox.books.company import Record
from recon.sandbox.invoiceninja import fields, payments
from recon.sandbox.invoiceninja.desk import Desk
from recon.sandbox.invoiceninja.kinds import (
    CANCELLED,
    CREDITS,
    DRAFT,
    INVOICES,
    LINE,
    PAID,
    PARTIAL,
    SENT,
    Kind,
)
from recon.sandbox.invoiceninja.refusals import chosen_badly, invalid
from recon.sandbox.records.amounts import number, percentage, product, units

_PRICED = frozenset({
    "line_items", "discount", "is_amount_discount", "uses_inclusive_taxes",
    "tax_name1", "tax_rate1", "tax_name2", "tax_rate2", "tax_name3", "tax_rate3",
})  # fmt: skip
_RATES = ("tax_rate1", "tax_rate2", "tax_rate3")
_TRIGGERS = ("mark_sent", "paid", "amount_paid", "cancel", "send_email")


def create(desk: Desk, kind: Kind, body: Mapping[str, Any]) -> Record:
    """A new sale, a draft; without a number it gets the next."""
    client = fields.client_of(desk.store, body)
    sale = {**desk.new(kind), "client_id": client["id"], **fields.settable(kind, body)}
    sale["date"] = sale["date"] or desk.today
    sale["line_items"] = _lines(body.get("line_items") or [])
    sale["number"] = sale["number"] or desk.store.new_number(kind.path)
    fields.check(desk.store, kind, sale)
    total(sale)
    return desk.put(kind, sale)


def update(desk: Desk, kind: Kind, sale: Record, body: Mapping[str, Any]) -> Record:
    """A changed sale; lines that are sent replace all lines.

    Raises:
        RefusedError: 422 or 400 for a deleted, cancelled or locked sale, and another client.
    """
    desk.refuse_gone(sale)
    if kind is INVOICES:
        _refuse_locked(desk, sale)
    client_id = str(body.get("client_id") or sale["client_id"])
    if client_id != sale["client_id"] and desk.switches.invoice_client_change == "refused":
        raise chosen_badly("client_id")
    sale.update(fields.settable(kind, body))
    if "line_items" in body:
        sale["line_items"] = _lines(body["line_items"] or [])
    fields.check(desk.store, kind, sale)
    if _PRICED & body.keys():
        total(sale)
        if sale["status_id"] != DRAFT:
            _owe(desk, kind, sale, units(sale["amount"]) - units(sale["paid_to_date"]))
    return desk.put(kind, sale)


def trigger(desk: Desk, sale: Record, params: Mapping[str, str]) -> Record:
    """The actions that a create or update of an invoice may carry in its address, in their order.

    Raises:
        RefusedError: 422 for an amount that is none.
    """
    for name in _TRIGGERS:
        told = params.get(name, "").casefold()
        if name == "amount_paid" and told:
            act(desk, INVOICES, sale, "mark_sent")
            _receive(desk, sale, _money(told))
        elif told == "true":
            action = {"paid": "mark_paid", "send_email": "mark_sent"}.get(name, name)
            act(desk, INVOICES, sale, action)
        sale = desk.store.get("invoices", sale["id"]) or sale
    return sale


def act(desk: Desk, kind: Kind, sale: Record, action: str) -> None:
    """Send, pay or cancel a sale.

    Raises:
        RefusedError: 422 or 400 for a deleted sale, and for cancelling one that is paid.
    """
    desk.refuse_gone(sale)
    if action in {"mark_sent", "email", "mark_paid"} and sale["status_id"] == DRAFT:
        sale["status_id"] = SENT
        _owe(desk, kind, sale, units(sale["amount"]))
        desk.put(kind, sale)
    if action == "mark_paid" and units(sale["balance"]) > 0:
        _receive(desk, sale, units(sale["balance"]))
    if action == "cancel":
        if sale["status_id"] not in {DRAFT, SENT, PARTIAL}:
            raise desk.unchangeable("Only an invoice that is open can be cancelled.")
        _owe(desk, kind, sale, 0)
        sale["status_id"] = CANCELLED
        desk.put(kind, sale)


def _receive(desk: Desk, invoice: Record, amount: int) -> None:
    applied = {"invoice_id": invoice["id"], "amount": number(amount)}
    body = {"client_id": invoice["client_id"], "amount": number(amount), "invoices": [applied]}
    payments.create(desk, body)


def _money(text: str) -> int:
    try:
        return units(text)
    except ArithmeticError as error:
        raise invalid({"amount_paid": ["The amount paid field must be a number."]}) from error


def _owe(desk: Desk, kind: Kind, sale: Record, balance: int) -> None:
    """Set what is still owed, and with it what the client owes (or, for a credit, has)."""
    change = balance - units(sale["balance"])
    sale["balance"] = number(balance)
    if kind is INVOICES:
        if sale["status_id"] in {SENT, PARTIAL, PAID}:
            sale["status_id"] = payments.status_of(sale)
        desk.move(sale["client_id"], balance=change)
    elif kind is CREDITS:
        desk.move(sale["client_id"], credit_balance=change)


def _refuse_locked(desk: Desk, invoice: Record) -> None:
    if invoice["status_id"] == CANCELLED:
        raise desk.unchangeable("A cancelled invoice cannot be changed.")
    lock = desk.company["settings"].get("lock_invoices", "off")
    sent, paid = invoice["status_id"] != DRAFT, invoice["status_id"] == PAID
    if (lock == "when_sent" and sent) or (lock == "when_paid" and paid):
        raise desk.unchangeable("The invoice is locked.")


def _lines(sent: object) -> list[Record]:
    """Lines with all of their fields.

    Raises:
        RefusedError: 422.
    """
    if not isinstance(sent, list) or not all(isinstance(each, dict) for each in sent):
        raise invalid({"line_items": ["The line items field must be an array."]})
    return [
        {**LINE, **fields.typed({n: each[n] for n in LINE if n in each}, LINE, f"line_items.{at}.")}
        for at, each in enumerate(sent)
    ]


def total(sale: Record) -> None:
    """Work out the amounts of the lines and of the whole sale, to the cent."""
    subtotal = taxes = 0
    inclusive = sale["uses_inclusive_taxes"]
    for line in sale["line_items"]:
        gross = product(line["quantity"], line["cost"])
        net = gross - _discount(line, gross)
        tax = sum(_tax(net, line[rate], inclusive=inclusive) for rate in _RATES)
        line["line_total"], line["tax_amount"] = number(net), number(tax)
        line["gross_line_total"] = number(net if inclusive else net + tax)
        subtotal, taxes = subtotal + net, taxes + tax
    net = subtotal - _discount(sale, subtotal)
    taxes += sum(_tax(net, sale[rate], inclusive=inclusive) for rate in _RATES)
    sale["total_taxes"] = number(taxes)
    sale["amount"] = number(net if inclusive else net + taxes)


def _discount(owner: Record, amount: int) -> int:
    if owner["is_amount_discount"]:
        return units(owner["discount"])
    return percentage(amount, owner["discount"])


def _tax(amount: int, rate: float, *, inclusive: bool) -> int:
    if not inclusive:
        return percentage(amount, rate)
    if rate <= -100:
        return 0
    return amount - units(str(round(amount / (1 + rate / 100) / 10_000, 2)))


def delete(desk: Desk, kind: Kind, sale: Record) -> None:
    """What is owed on a deleted sale is owed no more; what was paid on it stays paid."""
    if kind is INVOICES and sale["status_id"] != CANCELLED:
        desk.move(sale["client_id"], balance=-units(sale["balance"]))


def restore(desk: Desk, kind: Kind, sale: Record) -> None:
    """What was owed is owed again."""
    if kind is INVOICES and sale["status_id"] != CANCELLED:
        desk.move(sale["client_id"], balance=units(sale["balance"]))

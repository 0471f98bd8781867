"""Payments: taken in, applied to invoices, taken back.

Source: Invoice Ninja API description, 5.10 (`paymentables`, `applied`), read 2026-11-22. That no
more can be paid on an invoice than is owed, that an amount stays, and what a delete takes back is
not established: the strict reading.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from recon.sandbox.books.company import Record
from recon.sandbox.invoiceninja import fields
from recon.sandbox.invoiceninja.desk import Desk
from recon.sandbox.invoiceninja.kinds import (
    CANCELLED,
    DRAFT,
    INVOICES,
    PAID,
    PARTIAL,
    PAYMENTS,
    SENT,
)
from recon.sandbox.invoiceninja.refusals import chosen_badly, invalid
from recon.sandbox.records.amounts import number, units

_OPEN = frozenset({DRAFT, SENT, PARTIAL})


def create(desk: Desk, body: Mapping[str, Any]) -> Record:
    """A new payment, applied to the invoices that it lists.

    Raises:
        RefusedError: 422 for an invoice of somebody else, one that owes less, and an amount that
            is smaller than what is applied.
    """
    client = fields.client_of(desk.store, body)
    payment = {**desk.new(PAYMENTS), "client_id": client["id"], **fields.settable(PAYMENTS, body)}
    payment["date"] = payment["date"] or desk.today
    payment["currency_id"] = payment["currency_id"] or client["settings"].get(
        "currency_id", desk.currency
    )
    payment["number"] = payment["number"] or desk.store.new_number("payments")
    parts = _parts(desk, client["id"], body.get("invoices") or [])
    applied = sum(amount for _, amount in parts)
    told = fields.typed({"amount": body.get("amount")}, PAYMENTS.fields)["amount"]
    total = units(told) or applied
    if total < applied:
        raise invalid({"amount": ["The amount is smaller than what is applied to invoices."]})
    fields.check(desk.store, PAYMENTS, payment)
    payment["amount"], payment["applied"] = number(total), number(applied)
    for invoice, amount in parts:
        _apply(desk, invoice, amount)
        payment["paymentables"].append(
            {
                "id": desk.store.new_id(),
                "invoice_id": invoice["id"],
                "amount": number(amount),
                "refunded": 0.0,
            }
        )
    desk.move(client["id"], paid_to_date=total, payment_balance=total - applied)
    return desk.put(PAYMENTS, payment)


def update(desk: Desk, payment: Record, body: Mapping[str, Any]) -> Record:
    """A changed payment; its amount, its client and what it pays stay as they are."""
    desk.refuse_gone(payment)
    payment.update(fields.settable(PAYMENTS, body))
    fields.check(desk.store, PAYMENTS, payment)
    return desk.put(PAYMENTS, payment)


def delete(desk: Desk, payment: Record, sign: int = -1) -> None:
    """Take a payment back from its invoices and its client; with sign 1, restore it."""
    for part in payment["paymentables"]:
        invoice = desk.store.get("invoices", part["invoice_id"])
        if invoice is not None:
            _apply(desk, invoice, sign * units(part["amount"]))
    rest = units(payment["amount"]) - units(payment["applied"])
    desk.move(
        payment["client_id"],
        paid_to_date=sign * units(payment["amount"]),
        payment_balance=sign * rest,
    )


def status_of(invoice: Record) -> str:
    """Sent, partly paid or paid: what the balance of an invoice that was sent says."""
    if units(invoice["balance"]) <= 0 < units(invoice["amount"]):
        return PAID
    return PARTIAL if units(invoice["paid_to_date"]) else SENT


def _parts(desk: Desk, client_id: str, sent: object) -> list[tuple[Record, int]]:
    """The invoices to be paid, each with its part in ten-thousandths."""
    if not isinstance(sent, list) or not all(isinstance(each, dict) for each in sent):
        raise invalid({"invoices": ["The invoices field must be an array."]})
    parts = []
    for position, each in enumerate(sent):
        field = f"invoices.{position}"
        invoice = desk.store.get("invoices", str(each.get("invoice_id") or ""))
        if invoice is None or invoice["client_id"] != client_id or invoice["is_deleted"]:
            raise chosen_badly(f"{field}.invoice_id")
        given = fields.typed({"amount": each.get("amount")}, PAYMENTS.fields, f"{field}.")
        amount = units(given["amount"])
        owed = units(invoice["amount"] if invoice["status_id"] == DRAFT else invoice["balance"])
        if invoice["status_id"] not in _OPEN or not 0 < amount <= owed:
            raise invalid({f"{field}.amount": ["The amount is larger than what is owed."]})
        parts.append((invoice, amount))
    if len({invoice["id"] for invoice, _ in parts}) < len(parts):
        raise invalid({"invoices": ["The invoices field has a duplicate value."]})
    return parts


def _apply(desk: Desk, invoice: Record, amount: int) -> None:
    """Let an amount be paid on an invoice; a draft counts as sent from then on."""
    invoice["paid_to_date"] = number(units(invoice["paid_to_date"]) + amount)
    if invoice["status_id"] == CANCELLED:  # nothing is owed on it, whatever was paid
        desk.put(INVOICES, invoice)
        return
    owed = units(invoice["balance"])
    change = -amount
    if invoice["status_id"] == DRAFT:
        owed = units(invoice["amount"])
        change += owed
    invoice["balance"] = number(owed - amount)
    invoice["status_id"] = status_of(invoice)
    if not invoice["is_deleted"]:  # nobody owes what is deleted
        desk.move(invoice["client_id"], balance=change)
    desk.put(INVOICES, invoice)

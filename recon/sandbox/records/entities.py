"""Every kind of record that the sandbox knows, by its name and by its address.

Source: Intuit, entity pages, read 2026-11-22.
"""

from __future__ import annotations

from recon.sandbox.records.entity_lists import LISTS, LOOSE
from recon.sandbox.records.entity_purchases import PURCHASE_KINDS
from recon.sandbox.records.entity_sales import SALE_KINDS, TXN
from recon.sandbox.records.fields import Entity, Field, Kind, Shape

__all__ = ["PERSONS", "SALES", "Entity", "Field", "Kind", "Shape", "entity", "entity_called"]

# Kinds that are kept and given back as they come, without rules of their own.
_KEPT = ("ChargeCredit",)
_KEPT_FIELDS = TXN | {
    **{name: Field("ref", query=True) for name in ("CustomerRef", "VendorRef")},
    "Balance": Field("number", query=True),
    "DueDate": Field("date", query=True),
    "Type": Field("text", query=True),
}
_BY_NAME = {kind.name: kind for kind in (*LISTS, *LOOSE, *SALE_KINDS, *PURCHASE_KINDS)} | {
    name: Entity(name, "transaction", "Txns", _KEPT_FIELDS, None, "DocNumber", open=True)
    for name in _KEPT
}
_BY_PATH = {name.lower(): kind for name, kind in _BY_NAME.items()}
_BY_PATH["creditcardpayment"] = _BY_NAME["CreditCardPaymentTxn"]

SALES = frozenset({"Invoice", "CreditMemo", "SalesReceipt", "RefundReceipt", "Estimate"})
PERSONS = ("Customer", "Vendor", "Employee")


def entity_called(name: str) -> Entity | None:
    """The kind of record with this name, in any case ("customer", "Customer"); else None."""
    return _BY_PATH.get(name.lower())


def entity(name: str) -> Entity:
    """The kind of record with exactly this name; an unheard-of one is kept as it comes."""
    known = _BY_NAME.get(name)
    return known or Entity(name, "transaction", "Txns", _KEPT_FIELDS, open=True)

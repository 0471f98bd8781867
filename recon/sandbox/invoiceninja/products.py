"""Products.

Source: an update that leaves out quantity and taxes sets them to their defaults: behaviour of
Invoice Ninja 5.10.42, read 2026-11-22. Lines of invoices keep the key that they were written
with.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from recon.sandbox.books.company import Record
from recon.sandbox.invoiceninja import fields
from recon.sandbox.invoiceninja.desk import Desk
from recon.sandbox.invoiceninja.kinds import PRODUCTS
from recon.sandbox.invoiceninja.refusals import missing

_DEFAULTED = ("quantity", "tax_name1", "tax_rate1", "tax_name2", "tax_rate2", "tax_name3",
              "tax_rate3")  # fmt: skip


def create(desk: Desk, body: Mapping[str, Any]) -> Record:
    """A new product; its key need not be its own."""
    return _settle(desk, {**desk.new(PRODUCTS), **fields.settable(PRODUCTS, body)})


def update(desk: Desk, product: Record, body: Mapping[str, Any]) -> Record:
    """A changed product."""
    desk.refuse_gone(product)
    if desk.switches.product_fields_left_out == "defaults":
        product.update({name: PRODUCTS.fields[name] for name in _DEFAULTED})
    product.update(fields.settable(PRODUCTS, body))
    return _settle(desk, product)


def _settle(desk: Desk, product: Record) -> Record:
    fields.check(desk.store, PRODUCTS, product)
    return desk.put(PRODUCTS, product)


def set_tax_id(desk: Desk, product: Record, body: Mapping[str, Any]) -> None:
    """Put a product into another tax category.

    Raises:
        RefusedError: 422 without one.
    """
    if not body.get("tax_id"):
        raise missing("tax_id")
    desk.refuse_gone(product)
    product["tax_id"] = str(body["tax_id"])
    desk.put(PRODUCTS, product)

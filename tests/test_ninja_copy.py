"""The app's records rebuilt from what was read: odd rows, and what a person does with them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from recon.apps.invoiceninja.copy import InvoiceNinjaCopy
from recon.books import Snapshot
from recon.errors import InputError
from recon.stages.tidy.app import tidy_app

Rows = list[dict[str, Any]]


def read(**records: Rows) -> Snapshot:
    """What exports with these rows are read as."""
    now = datetime(2026, 11, 26, 9, tzinfo=UTC)
    return Snapshot("app", "Invoice Ninja", "", "", "files", now, records)


ODD = read(
    clients=[
        {"name": "Fern Ltd", "number": "1", "email": "a@example.com"},
        {"name": "Fern Ltd", "number": "1", "email": "b@example.com"},
        {"name": "Moss", "number": "2", "balance": "not a number"},
        {"name": "Nobody's"},
        {"name": "Nobody's"},
        {"email": "only@example.com", "number": "5"},
    ],
    products=[{"product_key": "Mow"}, {"product_key": "Mow"}, {"product_key": "Rake"}],
    invoices=[
        {"number": "A1", "customer_name": "Fern Ltd", "total": "5", "item_product": "Mow"},
        {"number": "A1", "customer_name": "Fern Ltd", "total": "5", "item_product": "Rake"},
        {"customer_name": "Ghost", "item_product": "Mow"},
        {"customer_name": "Moss", "item_product": "Mow"},
    ],
    payments=[
        {"number": "P1", "customer_name": "Ghost", "amount": "5", "invoice_number": "A1"},
        {"number": "P2", "customer_name": "only@example.com", "amount": "", "status": "Paid?"},
    ],
)


def test_references_are_those_of_the_forecast() -> None:
    """Without a number, or with one that comes twice, a record is known as the tables know it."""
    copy, (side, _) = InvoiceNinjaCopy.of(ODD), tidy_app(ODD)
    hidden = {f"app:customer:{each['id']}" for each in copy.clients if each.get("is_deleted")}
    for table in (side.items, side.invoices, side.payments):
        assert set(table["ref"]) <= set(copy.by_ref)
    customers = {ref for ref in copy.by_ref if ref.startswith("app:customer:")}
    # the row of Moss cannot be read as a client at all, so the tables do not have it
    assert customers - hidden == {*side.customers["ref"], "app:customer:2"}
    assert len(copy.clients[0]["contacts"]) == 2
    assert [len(invoice["line_items"]) for invoice in copy.invoices] == [2, 1, 1]


def test_a_client_whom_only_sales_name_is_there_but_not_pushed() -> None:
    """Its sales find it; the list of clients does not show it, before and after."""
    copy = InvoiceNinjaCopy.of(ODD)
    (ghost,) = [client for client in copy.clients if client.get("is_deleted")]
    assert (ghost["name"], copy.invoices[1]["client_id"]) == ("Ghost", ghost["id"])
    assert copy.payments[0]["client_id"] == ghost["id"]
    assert copy.payments[0]["paymentables"] == [{"invoice_id": "A1", "amount": 5.0}]
    again = copy.snapshot(ODD).records
    assert "Ghost" not in [row.get("name") for row in again["clients"]]
    assert again["invoices"][2]["customer_name"] == "Ghost"


def test_hand_work_is_seen_by_the_next_reading() -> None:
    """A renumbered invoice, a merged client, a product that is sold as another one."""
    copy = InvoiceNinjaCopy.of(ODD)
    for do in (
        {"step": "edit", "ref": "app:invoice:A1", "fields": {"number": "A1-b"}},
        {"step": "edit", "ref": "app:customer:1", "fields": {"email": ""}},
        {"step": "merge", "ref": "app:customer:2", "into": "app:customer:1"},
        {"step": "merge", "ref": "app:item:Mow", "into": "app:item:Rake"},
    ):
        copy.by_hand(do)
    rows = copy.snapshot(ODD).records
    assert [row.get("email") for row in rows["clients"][:2]] == [None, "b@example.com"]
    assert "Moss" not in [row.get("name") for row in rows["clients"]]
    assert rows["invoices"][3]["customer_name"] == "Fern Ltd"
    assert {row["item_product"] for row in rows["invoices"]} == {"Rake"}
    assert (rows["invoices"][0]["number"], rows["payments"][0]["invoice_number"]) == (
        "A1-b", "A1-b",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("do", "says"),
    [
        ({"step": "edit", "ref": "app:customer:99", "fields": {}}, "is not in the app"),
        ({"step": "edit", "ref": "app:customer:1", "fields": {"number": "2"}}, "is taken"),
        ({"step": "merge", "ref": "app:customer:1", "into": "app:customer:1"}, "into itself"),
        ({"step": "merge", "ref": "app:invoice:A1", "into": "app:invoice:A2"}, "Nobody can"),
    ],
)
def test_what_nobody_could_do_is_refused(do: dict[str, Any], says: str) -> None:
    """The sentence says why."""
    with pytest.raises(InputError, match=says):
        InvoiceNinjaCopy.of(ODD).by_hand(do)

"""Which field of a record stops it: pinned cases of what hostile companies showed.

Each was a disagreement between the forecast and the simulated sync once.
"""

from __future__ import annotations

from typing import Any

import pytest
from small_books import Row, Rows, case, profile

from recon.stages.forecast import forecast

ANN, BO = "app:customer:1", "app:customer:2"
INVOICE, PAYMENT = "app:invoice:1001", "app:payment:P1"


def told(name: str, app: Rows, qbo: Rows | None = None) -> dict[str, str]:
    """Effect, target and fault of each record under an app's profile, by ref."""
    outcomes = forecast(case(app, qbo, of=profile(name)))
    rows = outcomes[["ref", "effect", "target_ref", "fault"]].fillna("")
    return {row[0]: " ".join(filter(None, row[1:])) for row in rows.itertuples(index=False)}


def ann(**more: Any) -> Row:
    """A client who is a person."""
    return {"id": "1", "name": "Ann Lee", "given_name": "Ann", "family_name": "Lee", **more}


def sold(*clients: Row) -> dict[str, list[Row]]:
    """Clients, the first with an invoice that is paid."""
    return {
        "customers": list(clients),
        "invoices": [{"id": "1001", "customer": "1", "date": "2026-02-01", "total": "10"}],
        "invoice_lines": [{"invoice": "1001", "item_name": "Repairs"}],
        "payments": [{"id": "P1", "customer": "1", "date": "2026-02-02", "amount": "1"}],
        "payment_applications": [{"payment_ref": PAYMENT, "invoice_ref": INVOICE}],
    }


@pytest.mark.parametrize(
    ("fields", "whole", "cut"),
    [
        ({"given_name": "x" * 101}, "refuse 2050", "create"),
        ({"family_name": "x" * 100}, "create", "create"),
        ({"company_name": "x" * 101}, "refuse 2050", "create"),
        ({"address_line1": "x" * 501}, "refuse 2050", "create"),
        ({"city": "x" * 256}, "refuse 2050", "create"),
        ({"given_name": "Ann:"}, "refuse 2040", "refuse 2040"),
        ({"family_name": "Lee\t"}, "refuse 2040", "refuse 2040"),
        ({"family_name": f"{'x' * 25}:"}, "refuse 2040", "create"),
        ({"company_name": "Lee: Sons"}, "create", "create"),
        ({"name": "  "}, "refuse 6080", "refuse 6080"),
        ({"name": "x" * 500}, "create", "create"),
        ({"name": "x" * 501}, "refuse 2050", "create"),
    ],
)
def test_a_field_that_quickbooks_does_not_take(
    fields: dict[str, str], whole: str, cut: str
) -> None:
    """Lengths and characters of fields, as whole ones travel, and as Invoice Ninja cuts them."""
    app: Rows = {"customers": [ann(**fields)]}
    assert told("generic_name", app) == {ANN: whole}
    assert told("invoiceninja", app) == {ANN: cut}


def test_blanks_are_no_first_name() -> None:
    """Workiz wants a first and a last name."""
    app: Rows = {"customers": [ann(given_name=" ")]}
    assert told("workiz", app) == {ANN: "refuse missing_name"}


@pytest.mark.parametrize("address", [" ann@example.com", "ann@example.com "])
def test_an_address_is_asked_for_as_it_stands(address: str) -> None:
    """Blanks around it count, as nobody tells that QuickBooks leaves them out."""
    there: Rows = {"customers": [{"id": "7", "name": "Someone", "email": "ann@example.com"}]}
    assert told("generic_email", {"customers": [ann(email=address)]}, there) == {ANN: "create"}


@pytest.mark.parametrize(
    ("keys", "effects"),
    [
        (("Mow", "Mow "), ("create", "refuse 6240")),
        (("Mow ", "mow"), ("create", "link new:app:item:Mow ")),
        (("Mow ", "Mow  "), ("create", "refuse 6240")),
    ],
)
def test_keys_that_differ_in_blanks(keys: tuple[str, str], effects: tuple[str, str]) -> None:
    """QuickBooks keeps them without; whoever asks with them does not find what is kept."""
    said = told("generic_name", {"items": [{"id": key, "name": key} for key in keys]})
    assert tuple(said.values()) == effects


def test_an_invoice_carries_the_address_of_its_client() -> None:
    """One that is none stops the invoice of a client that is linked; other apps send none."""
    app = sold(ann(email="ann@example"))
    there: Rows = {"customers": [{"id": "7", "name": "Ann Lee"}]}
    assert told("invoiceninja", app, there)[INVOICE] == "refuse 2210"
    assert told("generic_name", app, there)[INVOICE] == "create"


def test_an_invoice_looks_for_its_client_again() -> None:
    """The first Ann is refused, the second created: then the first one's invoice finds her."""
    app = sold(ann(given_name="Ann:"), {"id": "2", "name": "ann lee"})
    said = told("invoiceninja", app)
    assert (said[ANN], said[BO]) == ("refuse 2040", "create")
    assert (said[INVOICE], said[PAYMENT]) == ("create", "create")
    assert told("generic_name", app)[INVOICE] == "refuse 2040"


def test_an_invoice_without_a_client_is_told_first() -> None:
    """Before its lines and its number are looked at."""
    app: Rows = {"invoices": [{"id": "1001", "date": "2026-02-01"}]}
    assert told("generic_name", app)[INVOICE] == "refuse client_missing"


def test_what_is_linked_to_a_record_that_is_gone_or_asleep() -> None:
    """The sales of such a client are refused, and so is the invoice of such an item."""
    app = sold(ann())
    app["links"] = [{"ref": ANN, "linked_ref": "qbo:customer:7"}]
    asleep: Rows = {"customers": [{"id": "7", "name": "Ann Lee (deleted)", "active": False}]}
    for there, fault in ((asleep, "610"), ({}, "2500")):
        said = told("invoiceninja", app, there)
        assert (said[INVOICE], said[PAYMENT]) == (f"refuse {fault}", f"refuse {fault}")


def test_an_item_that_is_a_category_cannot_be_sold() -> None:
    """A product that is linked to one stops its invoice."""
    app = sold(ann())
    app["items"] = [{"id": "Repairs", "name": "Repairs"}]
    app["links"] = [{"ref": "app:item:Repairs", "linked_ref": "qbo:item:9"}]
    there: Rows = {"items": [{"id": "9", "name": "Garden", "type": "Category"}]}
    assert told("invoiceninja", app, there)[INVOICE] == "refuse 2500"


def test_what_is_linked_stays_so_whatever_else_stays_at_home() -> None:
    """Spraye sends no payments, TaxDome no client without sales; Workiz wants two names."""
    links = [{"ref": ANN, "linked_ref": "qbo:customer:7"}, {"ref": PAYMENT, "linked_ref": "x:y:8"}]
    app = {**sold(ann()), "links": links}
    assert told("spraye", app)[PAYMENT] == "link x:y:8"
    lonely: Rows = {"customers": [ann(given_name=None)], "links": links[:1]}
    for name in ("taxdome", "workiz"):
        assert told(name, lonely)[ANN] == "link qbo:customer:7"


def test_a_product_that_is_not_active_stays_in_workiz() -> None:
    """It is skipped, and the invoice of one of its lines refused; other apps do not look."""
    app = sold(ann())
    app["items"] = [{"id": "Repairs", "name": "Repairs", "active": False}]
    said = told("workiz", app)
    assert (said["app:item:Repairs"], said[INVOICE]) == ("skip", "refuse item_not_linked")
    assert told("generic_name", app)["app:item:Repairs"] == "create"


def test_an_item_belongs_to_the_product_that_is_linked_before() -> None:
    """Another one of the item's name comes too late, wherever it stands."""
    keys = ("Mow", "Rake")
    app: Rows = {
        "items": [{"id": key, "name": key} for key in keys],
        "links": [{"ref": "app:item:Rake", "linked_ref": "qbo:item:7"}],
    }
    there: Rows = {"items": [{"id": "7", "name": "Mow"}]}
    said = told("workiz", app, there)
    assert [said[f"app:item:{key}"] for key in keys] == ["refuse 6240", "link qbo:item:7"]


def test_parents_of_clients_in_workiz() -> None:
    """One that is found needs none; of those in a circle nobody gets in; who has none is first."""
    app: Rows = {
        "customers": [
            ann(parent_ref=BO), {**ann(parent_ref=ANN), "id": "2", "name": "Bo Roe",
                                 "given_name": "Bo", "family_name": "Roe"},
        ]
    }  # fmt: skip
    assert set(told("workiz", app).values()) == {"refuse parent_not_synced"}
    there: Rows = {"customers": [{"id": "7", "name": "Bo Roe"}]}
    assert told("workiz", app, there) == {ANN: "create", BO: "link qbo:customer:7"}
    cy = {**ann(), "id": "3", "given_name": "Cy", "name": "Cy Lee"}
    twins: Rows = {"customers": [ann(parent_ref="app:customer:3"), {**ann(), "id": "2"}, cy]}
    said = told("workiz", twins)
    assert (said[ANN], said[BO]) == ("refuse 6240", "create")

"""One plan is enough: it mends what waits behind something else, whatever people answer."""

from __future__ import annotations

import pandas as pd
import pytest
from small_books import Row, pair
from test_propose_apps import ANN, BO, DAY, bodies, client, proposed

from recon.plan import Action

LONG = "PH-202609-3000-LANDSCAPE-SOUTH"


def sale(number: str, **more: object) -> Row:
    """An invoice of the first client."""
    return {"id": number, "customer": "1", "date": DAY, "total": "5", **more}


def test_what_waits_behind_a_client_is_mended_in_the_same_plan() -> None:
    """Its number is too long or in use, its period is closed: told of none of them yet."""
    early = pd.Timestamp("2025-01-01")
    ours = {
        "customers": [client("1", "Ann Lee")],
        "invoices": [sale(LONG), sale("2"), sale("3", date=early)],
        "payments": [
            {"id": "21", "customer": "1", "date": DAY, "amount": "5", "reference": "R" * 30},
            {"id": "22", "customer": "1", "date": early, "amount": "5"},
        ],
    }
    theirs = {
        "vendors": [client("5", "Ann Lee")],
        "customers": [client("7", "Cy Day")],
        "invoices": [{"id": "77", "number": "2", "customer": "7", "date": DAY, "total": "9"}],
        "preferences": [
            {"name": "BookCloseDate", "value": "2025-06-30"},
            {"name": "CustomTxnNumbers", "value": "true"},
            {"name": "WarnDuplicateCheckNumber", "value": "true"},
        ],
    }
    refuses = {"too_long_reference": "refuse"}
    plan = proposed("generic_name", ours, theirs, payment=refuses)
    mends = {(a.kind, a.ref.removeprefix("app:")) for a in plan.actions if a.advised}
    assert mends == {
        ("rename", "customer:1"),
        ("renumber", f"invoice:{LONG}"), ("renumber", "invoice:2"), ("skip", "invoice:3"),
        ("edit", "payment:21"), ("skip", "payment:22"),
    }  # fmt: skip


def about(app: str, *pairs: Row, **theirs: list[Row]) -> list[Action]:
    """Actions on the second of two clients of one name, reached otherwise than the first."""
    ours = [
        client("1", "Ann Lee", given_name="Ann", family_name="Lee", city="Waco"),
        client("2", "Ann Lee", given_name="Ann", family_name="Lee", city="Buda",
               email="ann@example.com"),
    ]  # fmt: skip
    plan = proposed(app, {"customers": ours, "invoices": [sale("1"), sale("2", customer="2")]},
                    theirs, pair(ANN, "qbo:customer:7", 0.999), *pairs)  # fmt: skip
    return [action for action in plan.actions if action.ref == BO]


@pytest.mark.parametrize("email", ["ann@example.com", "other@example.com"])
def test_a_son_without_a_customer_is_asked_after(email: str) -> None:
    """The app has no field for "Jr."; a question only where both are reached alike."""
    customers = [client("7", "Ann Lee"), client("8", "Ann Lee Jr.", email=email)]
    found = about("workiz", customers=customers)
    asked = [action for action in found if action.other_ref == "qbo:customer:8"]
    own_name = next(action for action in found if not action.claims)
    assert len(asked) == (email == "ann@example.com")
    assert own_name.advised
    for action in asked:
        assert (action.claims, action.advised) == ("same", False)
        assert own_name.id in action.rivals


@pytest.mark.parametrize(("app", "kind"), [("workiz", "rename"), ("taxdome", "create")])
def test_whether_two_clients_are_one_has_both_answers(app: str, kind: str) -> None:
    """One party: as the app allows. Two: the second gets a name of its own. Never both."""
    one, two = about(app, pair(ANN, BO, 0.9), customers=[client("7", "Ann Lee")])
    assert (one.claims, one.advised) == ("same", True)
    assert (two.kind, two.claims, two.advised) == (kind, "different", False)
    assert (one.rivals, two.rivals) == ((two.id,), (one.id,))


def test_a_namesake_gets_a_customer_beside_the_one_of_its_name() -> None:
    """TaxDome: that one is another client's, and keeps its name."""
    ours = [client("1", "Ann Lee"), client("2", "Ann Lee", city="Buda")]
    plan = proposed(
        "taxdome",
        {"customers": ours, "invoices": [sale("1"), sale("2", customer="2")]},
        {"customers": [client("7", "Ann Lee")]},
        pair(ANN, "qbo:customer:7", 0.999),
    )
    name = "Ann Lee (Buda)"
    assert bodies(plan) == [
        ("qbo", "create", {"DisplayName": name}), ("hand", "hand", {"name": name}),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("ours", "names"),
    [
        (client("1", "Ann Lee", phone="512 555 0101", email="ann@example.com"),
         ["Ann Lee (Waco)", "Ann Lee"]),
        (client("1", None, address_line1="9 Elm St"), ["9 Elm St", "9 Elm St"]),
        (client("1", "Ann: Lee"), ["Ann - Lee", "Ann - Lee"]),
    ],
    ids=["a namesake's customer", "no name", "a name that QuickBooks refuses"],
)  # fmt: skip
def test_what_stands_between_a_client_and_its_new_customer_goes_with_it(
    ours: Row, names: list[str]
) -> None:
    """TaxDome makes no customers: one plan frees or mends the name, and makes one."""
    namesake = client("7", "Ann Lee", phone="254 555 0193", email="lee@example.org", city="Waco")
    theirs = {"customers": [namesake] if "email" in ours else []}
    plan = proposed("taxdome", {"customers": [ours], "invoices": [sale("1")]}, theirs)
    told = [body.get("DisplayName") or body["name"] for _, _, body in bodies(plan)]
    assert told == names
    assert all(action.ref == ANN for action in plan.actions)


@pytest.mark.parametrize(
    ("app", "field", "before", "after"),
    [
        ("workiz", "company_name", "x" * 101, "x" * 100),
        ("spraye", "family_name", "Lee: Sons", "Lee - Sons"),
        ("spraye", "postal_code", "7" * 31, "7" * 30),
    ],
)
def test_what_quickbooks_refuses_of_a_client_is_corrected(
    app: str, field: str, before: str, after: str
) -> None:
    """Beside its name; by hand, and nothing else of it changes."""
    names = {"given_name": "Ann", "family_name": "Lee"}
    ours = client("1", "Ann Lee", **(names | {field: before}))
    sales = {"customers": [ours], "invoices": [sale("1")]}
    assert bodies(proposed(app, sales, {})) == [("hand", "hand", {field: after})]


def test_a_product_that_is_gone_is_replaced_by_its_like() -> None:
    """Workiz sends no invoice with a line whose item is not synced; another line keeps its own."""
    lines = [
        {"invoice": "1", "item_name": "Mow", "description": "the lawn"},
        {"invoice": "1", "item_name": "Old", "description": "a splash"},
    ]
    items = [
        {"id": "Mow", "name": "Mow"}, {"id": "Block", "name": "Block", "description": "a splash"},
    ]  # fmt: skip
    ours = {
        "customers": [client("1", "Ann Lee", given_name="Ann", family_name="Lee")],
        "items": items, "invoices": [sale("1")], "invoice_lines": lines,
    }  # fmt: skip
    plan = proposed("workiz", ours, {})
    assert bodies(plan) == [("hand", "hand", {"item": "Block", "instead_of": "Old"})]


def test_an_invoice_that_finds_another_sale_by_its_number_is_told_apart() -> None:
    """TaxDome links invoices by number: QuickBooks' gives way."""
    held = {"id": "77", "number": "1", "customer": "7", "date": DAY, "total": "9"}
    plan = proposed(
        "taxdome",
        {"customers": [client("1", "Ann Lee")], "invoices": [sale("1")]},
        {"customers": [client("7", "Ann Lee")], "invoices": [held]},
        pair(ANN, "qbo:customer:7", 0.999),
    )
    assert bodies(plan) == [("qbo", "update", {"DocNumber": "1-QB"})]


def test_two_clients_who_share_a_customer_are_left_alone() -> None:
    """TaxDome: both are linked to it, and nothing is left to do."""
    links = [{"ref": ref, "linked_ref": "qbo:customer:7", "how": "picked"} for ref in (ANN, BO)]
    plan = proposed(
        "taxdome",
        {
            "customers": [client("1", "Ann Lee"), client("2", "Anne Lee")],
            "invoices": [sale("1"), sale("2", customer="2")],
            "links": links,
        },
        {"customers": [client("7", "Ann Lee")]},
        pair(ANN, "qbo:customer:7", 0.999),
        pair(ANN, BO, 0.999),
    )
    assert plan.actions == ()

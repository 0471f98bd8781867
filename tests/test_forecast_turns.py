"""What the sync itself brings to QuickBooks changes what its later records find there."""

from __future__ import annotations

from typing import Any

import pytest
from small_books import Row, case, profile
from test_forecast_apps import brief, client, sale, told

from recon.books import OUTCOMES
from recon.stages.forecast import forecast
from recon.stages.forecast.money import totals
from recon.stages.propose import propose


def sales(*invoices: tuple[str, *tuple[str | None, ...]], **rows: list[Row]) -> dict[str, Any]:
    """Ann, with invoices of a number and the items of their lines, as they are pushed."""
    refs = [f"app:invoice:{number}#{place}" for place, (number, *_) in enumerate(invoices)]
    keys = {key for _, *items in invoices for key in items if key}
    return {
        "customers": [client("1", "Ann", "Lee")],
        "items": [{"id": key, "name": key} for key in sorted(keys)],
        "invoices": [
            {"id": number, "ref": ref, "number": number, "customer": "1", "total": "10"}
            for (number, *_), ref in zip(invoices, refs, strict=True)
        ],
        "invoice_lines": [
            {"invoice": number, "ref": ref, "position": at, "item_name": item}
            for (number, *items), ref in zip(invoices, refs, strict=True)
            for at, item in enumerate(items, 1)
        ],
        **rows,
    }


def test_workiz_first_takes_in_what_quickbooks_has_and_it_has_not() -> None:
    """Active customers and items come; who is matched, linked or no item of a line does not."""
    app = sale(client("1", "Ann", "Lee"), client("2", "Cy", "Fox"))
    app["links"] = [{"ref": "app:customer:2", "linked_ref": "qbo:customer:9"}]
    qbo: dict[str, Any] = {
        "customers": [
            {"id": "7", "name": "Ann Lee"}, {"id": "8", "name": "Bo Roe"},
            {"id": "9", "name": "Fox"}, {"id": "10", "name": "Gone", "active": False},
        ],
        "items": [
            {"id": "1", "name": "Repairs"}, {"id": "2", "name": "Kit", "type": "Group"},
            {"id": "3", "name": "All", "type": "Category"},
        ],
    }  # fmt: skip
    outcomes = told("workiz", app, qbo)
    came = [ref for ref, row in outcomes.items() if row["outcome"] == "create_in_app"]
    assert came == ["qbo:customer:8", "qbo:item:2"]
    assert outcomes["qbo:customer:8"]["because"] == "pull.comes_first"
    assert not [ref for ref in told("spraye", app, qbo) if ref.startswith("qbo:")]


def test_what_workiz_takes_in_counts_in_the_app_and_is_not_mended() -> None:
    """It is no customer of QuickBooks' that the sync makes, and no proposal is about it."""
    small = case(
        sale(client("1", "Ann", "Lee")),
        {"customers": [{"id": "8", "name": "Bo Roe"}]},
        of=profile("workiz"),
    )
    outcomes = forecast(small)
    figures = totals(small, outcomes, OUTCOMES.frame())
    assert (figures["made_in_app"], figures["customers_created"]) == (1, 1)
    assert figures["customers_after"] == 2
    plan = propose(small, outcomes, plan_id="p", environment="sandbox", snapshots=("a", "b"))
    assert not [action for action in plan.actions if "qbo:customer:8" in action.refs]


def test_workiz_knows_the_items_of_lines_letter_by_letter() -> None:
    """An item that is matched under other capitals does not come in under its own name."""
    app = sales(("A1", "mow"), ("A2", "Mow"), ("A3", "Rake"), items=[{"id": "Mow", "name": "Mow"}])
    there = {"items": [{"id": "1", "name": "mow"}, {"id": "2", "name": "Rake"}]}
    said = told("workiz", app, there)
    fates = brief(said, "app:invoice:A1#0", "app:invoice:A2#1", "app:invoice:A3#2")
    assert fates == ["refuse item_not_linked", "create", "create"]


@pytest.mark.parametrize(("name", "fate"), [("spraye", "skip"), ("invoiceninja", "create")])
def test_what_stands_behind_a_line_without_an_item_is_not_brought(name: str, fate: str) -> None:
    """Where the whole invoice stays; an app that leaves the line out goes on."""
    app = sales(("A1", "Bed: ding", "Rake"))
    assert brief(told(name, app), "app:item:Bed: ding", "app:item:Rake") == ["refuse 2040", fate]


def test_of_two_names_that_are_one_the_first_that_is_sent_is_made() -> None:
    """An invoice that stays at home brings nothing."""
    app = sales(("A1", "Mow"), ("A2", "mow"), ("A3", "Mow"))
    app["invoices"][0]["customer"] = "2"
    app["customers"].append(client("2", None, None))
    said = told("spraye", app)
    assert brief(said, "app:invoice:A1#0") == ["refuse no_name"]
    assert brief(said, "app:item:mow", "app:item:Mow") == ["create", "link new:app:item:mow"]


def test_a_spelling_that_no_item_may_have_waits_for_no_turn() -> None:
    """Neither is it made when an invoice brings it first, nor is the other one it."""
    said = told("spraye", sales(("A1", "Mow\n"), ("A2", "MOW")))
    assert brief(said, "app:item:Mow\n", "app:item:MOW") == ["refuse 2040", "create"]


@pytest.mark.parametrize(("stays", "fates"), [
    ("2", ["refuse no_name", "wait"]),
    ("1", ["wait", "refuse item_not_linked"]),
])  # fmt: skip
def test_an_invoice_that_stays_does_not_take_the_name_of_an_item(
    stays: str, fates: list[str]
) -> None:
    """Of "Mow" and "Mow " the one that is brought first is made, and the other not found."""
    app = sales(("A1", "Mow"), ("A2", "Mow "))
    app["invoices"][0]["customer"] = stays
    app["customers"].append(client("2", None, None))
    assert brief(told("spraye", app), "app:invoice:A1#0", "app:invoice:A2#1") == fates


def test_studio_ninja_does_not_copy_a_number_that_it_has_copied() -> None:
    """It looks at the number before it looks at the lines."""
    app = sales(("Q1", "Bed: ding"), ("Q1", "Mow"), ("Q1", "Bed: ding"))
    said = told("studioninja", app)
    fates = brief(said, *(f"app:invoice:Q1#{place}" for place in range(3)))
    assert fates == ["refuse item_not_linked", "create", "refuse not_copied"]


@pytest.mark.parametrize(
    ("total", "fate"), [("10", "refuse linkable"), ("11", "refuse data_mismatch")]
)
def test_newest_invoice_ninja_finds_the_number_that_it_has_sent(total: str, fate: str) -> None:
    """And compares the two, as it does with one that was there before."""
    app = sales(("Q1", "Mow"), ("Q1", "Mow"))
    app["invoices"][1]["total"] = total
    said = told("invoiceninja@current", app)
    assert brief(said, "app:invoice:Q1#0", "app:invoice:Q1#1") == ["create", fate]


def test_taxdome_takes_the_invoice_that_it_has_made_for_one_of_its_number() -> None:
    """It asks for the number each time: another sale would be linked wrongly."""
    app = sales(("Q1", "Mow"), ("Q1", "Mow"), ("Q1", "Mow"))
    app["invoices"][2]["total"] = "12"
    said = told("taxdome", app, {"customers": [{"id": "7", "name": "Ann Lee"}]})
    fates = brief(said, *(f"app:invoice:Q1#{place}" for place in range(3)))
    first = "new:app:invoice:Q1#0"
    assert fates == ["create", f"link {first}", f"wrong_link {first}"]


def test_an_address_finds_the_customer_that_the_sync_made_before_a_name_finds_another() -> None:
    """E-mail first, then name: whose e-mail it is by then counts."""
    people = [
        client("1", "Ann", "Lee", email="both@example.com"),
        client("2", "Bo", "Roe", email="both@example.com"),
        client("3", "Cy", "Fox", email="own@example.com"),
    ]
    there = {"customers": [{"id": "7", "name": "Bo Roe"}, {"id": "8", "name": "Cy Fox"}]}
    said = told("spraye", sale(*people), there, client_match="email_then_name")
    assert [said[f"app:customer:{n}"]["target_ref"] for n in (1, 2, 3)] == [
        "", "new:app:customer:1", "qbo:customer:8",
    ]  # fmt: skip
    assert said["app:customer:2"]["because"] == "customer.relinks"
    assert said["app:customer:3"]["because"] == "customer.match"


def test_workiz_sends_what_is_known_to_be_paid() -> None:
    """By its status, or because nothing is open; where neither is told it waits."""
    for paid, fate in (({"status": "paid"}, "create"), ({"balance": "0"}, "create"),
                       ({"balance": "1"}, "skip"), ({}, "skip")):  # fmt: skip
        app = sale(client("1", "Ann", "Lee"), **paid)
        assert brief(told("workiz", app, invoices_sent="paid"), "app:invoice:1001") == [fate]


def test_newest_invoice_ninja_compares_with_what_has_arrived() -> None:
    """A line that was left out lowers the total in QuickBooks, to which the next is compared."""
    app = sales(("Q1", "Mow", "Bed: ding"), ("Q1", "Mow"))
    for line in app["invoice_lines"]:
        line["amount"] = "10"
    app["invoices"][0]["total"] = "20"
    said = told("invoiceninja@current", app)
    assert brief(said, "app:invoice:Q1#0", "app:invoice:Q1#1") == ["drop_line", "refuse linkable"]


def test_a_payment_of_nothing_is_refused_only_where_its_invoice_arrives() -> None:
    """Of an invoice that stays it is sent unapplied, whatever that one's total is."""
    arrives = sale(client("1", "Ann", "Lee"), total="0")
    stays = {**arrives, "invoice_lines": []}
    assert brief(told("invoiceninja", arrives), "app:payment:P1") == ["refuse 620"]
    assert brief(told("invoiceninja", stays), "app:payment:P1") == ["create"]


def test_the_rate_of_a_line_that_is_left_out_is_not_missed() -> None:
    """Only what is sent needs its tax rate in QuickBooks."""
    app = sales(("A1", "Mow", "Bed: ding"), ("A2", "Mow"))
    app["invoice_lines"][1]["tax_rate"] = "7.77"
    assert brief(told("invoiceninja", app), "app:invoice:A1#0") == ["drop_line"]
    app["invoice_lines"][0]["tax_rate"] = "7.77"
    assert brief(told("invoiceninja", app), "app:invoice:A1#0") == ["refuse missing_tax_rate"]


def test_an_address_that_several_have_finds_none_that_is_made_either() -> None:
    """Where the app then takes none of them, the sync's own customer makes one more."""
    people = [client(str(n), *name, email="office@example.com") for n, name in
              enumerate((("Ann", "Lee"), ("Bo", "Roe")), 1)]  # fmt: skip
    two = [{"id": str(n), "name": f"Unit {n}", "email": "office@example.com"} for n in (7, 8)]
    one_each = told("generic_email", sale(*people), {"customers": two}, shared_address="none")
    assert brief(one_each, "app:customer:1", "app:customer:2") == ["create", "create"]
    none_yet = told("generic_email", sale(*people), shared_address="none")
    assert none_yet["app:customer:2"]["target_ref"] == "new:app:customer:1"

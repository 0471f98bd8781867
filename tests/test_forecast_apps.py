"""What each app's help says of its sync, sentence by sentence, and what is forecast for it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from small_books import Row, Rows, case, companies, pair, preferences, profile

from recon.stages.forecast import customers_otherwise, forecast, payments_otherwise

QUICK = (Phase.explicit, Phase.reuse, Phase.generate)  # to shrink takes minutes
ANN, BO, CY = (f"app:customer:{number}" for number in (1, 2, 3))
SEVEN = "qbo:customer:7"
REPAIRS = "app:item:Repairs"
INVOICE, PAYMENT = "app:invoice:1001", "app:payment:P1"
NUMBERS_WATCHED = preferences(CustomTxnNumbers="true", WarnDuplicateCheckNumber="true")


def told(
    name: str,
    app: Rows,
    qbo: Rows | None = None,
    pairs: tuple[Row, ...] = (),
    **answers: str,
) -> dict[str, dict[str, Any]]:
    """What is forecast for each record under an app's profile, by ref; missing values are empty."""
    outcomes = forecast(case(app, qbo, pairs, of=profile(name).answered(answers)))
    rows = outcomes.astype(object).where(outcomes.notna(), "").to_dict("records")
    return {str(row["ref"]): {str(k): v for k, v in row.items()} for row in rows}


def brief(outcomes: dict[str, dict[str, Any]], *refs: str) -> list[str]:
    """Outcome, target and fault of some records."""
    found = [outcomes[ref] for ref in refs]
    return [
        " ".join(filter(None, (row["outcome"], row["target_ref"], row["fault"]))) for row in found
    ]


def client(record_id: str, given: str | None, family: str | None, **more: Any) -> Row:
    """A client who is a person; the client's name is both names."""
    name = " ".join(filter(None, (given, family))) or None
    return {"id": record_id, "name": name, "given_name": given, "family_name": family, **more}


def sale(*clients: Row, number: str = "1001", **more: Any) -> dict[str, list[Row]]:
    """Clients, of whom the first has one invoice with one line, and a payment of it."""
    return {
        "customers": list(clients),
        "items": [{"id": "Repairs", "name": "Repairs"}],
        "invoices": [{"id": number, "customer": clients[0]["id"], "date": "2026-02-01", **more}],
        "invoice_lines": [{"invoice": number, "item_name": "Repairs"}],
        "payments": [{"id": "P1", "customer": clients[0]["id"], "date": "2026-02-02"}],
        "payment_applications": [{"payment_ref": PAYMENT, "invoice_ref": f"app:invoice:{number}"}],
    }


# --- Workiz

ANN_LEE = client("1", "Ann", "Lee")


def test_workiz_sends_no_client_without_first_and_last_name() -> None:
    """The help: "does not have a first and last name"; its invoice then has no client."""
    said = told("workiz", sale({"id": "1", "name": "Finch & Sons"}))
    assert brief(said, ANN, INVOICE) == ["refuse missing_name", "refuse client_not_linked"]
    assert said[ANN]["because"] == "customer.requires"


@pytest.mark.parametrize(
    ("answer", "second"), [("off", "refuse 6240"), ("differentiator", "create")]
)
def test_workiz_adds_a_differentiator_where_it_is_told_to(answer: str, second: str) -> None:
    """The help: "John Smith, John Smith - 2": the first of a name is matched, the second is not."""
    app: Rows = {"customers": [client(str(n), "John", "Smith") for n in (1, 2, 3)]}
    qbo: Rows = {"customers": [{"id": "7", "name": "John Smith"}]}
    pairs = (pair(ANN, SEVEN, 0.9),)
    said = told("workiz", app, qbo, pairs, client_conflicts=answer)
    assert brief(said, ANN, BO, CY) == [f"link {SEVEN}", second, second]
    if answer == "differentiator":
        assert [said[ref]["sent_as"] for ref in (BO, CY)] == ["John Smith - 2", "John Smith - 3"]


def test_workiz_differentiator_does_not_help_against_a_vendor() -> None:
    """The help: "Change the name of the supplier/employee", or the client's."""
    app: Rows = {"customers": [ANN_LEE]}
    held: Rows = {"vendors": [{"id": "7", "name": "Ann Lee"}]}
    said = told("workiz", app, held, client_conflicts="differentiator")
    assert brief(said, ANN) == ["refuse 6240"]


def test_workiz_client_that_was_made_inactive_keeps_its_invoice_out() -> None:
    """The help: "linked to a client that has been made inactive in QuickBooks"."""
    app = {**sale(ANN_LEE), "links": [{"ref": ANN, "linked_ref": SEVEN}]}
    asleep: Rows = {"customers": [{"id": "7", "name": "Ann Lee (deleted)", "active": False}]}
    said = told("workiz", app, asleep)
    assert brief(said, ANN, INVOICE) == [f"link {SEVEN}", "refuse 610"]
    assert "inactive" in said[INVOICE]["says"]


def test_workiz_client_below_one_that_is_not_synced_waits_for_it() -> None:
    """The help: "has a parent client that is not synced", through every generation."""
    clients = [
        {"id": "1", "name": "Finch & Sons"},
        client("2", "Ann", "Lee", parent_ref=ANN),
        client("3", "Bo", "Lee", parent_ref=BO),
        client("4", "Cy", "Lee", parent_ref="app:customer:5"),
        client("5", "Di", "Lee"),
    ]
    said = told("workiz", {"customers": clients})
    refs = (ANN, BO, CY, "app:customer:4", "app:customer:5")
    lacks = "refuse parent_not_synced"
    assert brief(said, *refs) == ["refuse missing_name", lacks, lacks, "create", "create"]


def test_workiz_invoice_needs_its_items_in_quickbooks() -> None:
    """The help: "contains line items that are not yet synced": its price book is sent first."""
    app = sale(ANN_LEE)
    assert brief(told("workiz", app), INVOICE, "app:item:Repairs") == ["create", "create"]
    app["items"] = []
    assert brief(told("workiz", app), INVOICE) == ["refuse item_not_linked"]
    app["invoice_lines"] = []
    assert brief(told("workiz", app), INVOICE) == ["refuse no_lines"]


def test_workiz_invoice_of_a_number_that_quickbooks_has_is_refused() -> None:
    """The help: "has the same ID as an invoice that already exists in QuickBooks"."""
    there: Rows = {"invoices": [{"id": "9", "number": "1001"}], "preferences": NUMBERS_WATCHED}
    assert brief(told("workiz", sale(ANN_LEE), there), INVOICE) == ["refuse 6140"]


def test_workiz_second_item_of_a_name_exists_already() -> None:
    """The help: "This is likely the result of having created a duplicate item in Workiz"."""
    twice = [{"id": "Repairs", "name": "Repairs"}, {"id": "Repairs#2", "name": "Repairs"}]
    refs = ("app:item:Repairs", "app:item:Repairs#2")
    assert brief(told("workiz", {"items": twice}), *refs) == ["create", "refuse 6240"]
    there: Rows = {"items": [{"id": "5", "name": "Repairs"}]}
    said = told("workiz", {"items": twice}, there)
    assert brief(said, *refs) == ["link qbo:item:5", "refuse 6240"]
    assert said[refs[1]]["because"] == "item.relinks"


def test_workiz_tells_a_missing_tax_rate_and_a_closed_period() -> None:
    """The help: "a tax rate that is not found in QuickBooks"; "within a closed period"."""
    app = sale(ANN_LEE)
    app["invoice_lines"][0]["tax_rate"] = "8.25"
    rates: Rows = {"tax_rates": [{"id": "3", "name": "City", "rate": "7"}]}
    assert brief(told("workiz", app, rates), INVOICE) == ["refuse missing_tax_rate"]
    closed: Rows = {"preferences": preferences(BookCloseDate="2026-02-28")}
    assert brief(told("workiz", sale(ANN_LEE), closed), INVOICE) == ["refuse 6210"]


def test_workiz_item_without_stock_is_not_that_which_keeps_stock() -> None:
    """The help: "attempted to convert it to a non-inventory item in Workiz"; linked it stays so."""
    app = sale(ANN_LEE)
    app["items"][0]["type"] = "Non-inventory"
    stock: Rows = {"items": [{"id": "5", "name": "repairs", "type": "Inventory"}]}
    said = told("workiz", app, stock)
    assert brief(said, REPAIRS, INVOICE) == ["refuse item_type", "refuse item_not_linked"]
    assert said[REPAIRS]["because"] == "item.other_kind"
    assert "qbo:item:5" not in said  # it is met, and does not come into Workiz as another one
    twice = {**app, "items": [*app["items"], {"id": "repairs", "name": "repairs"}]}
    assert brief(told("workiz", twice, stock), "app:item:repairs") == ["refuse 6240"]
    app["links"] = [{"ref": REPAIRS, "linked_ref": "qbo:item:5"}]
    assert brief(told("workiz", app, stock), REPAIRS) == ["link qbo:item:5"]
    app["links"], app["items"][0]["type"] = [], "Inventory"
    assert brief(told("workiz", app, stock), REPAIRS) == ["link qbo:item:5"]


def test_workiz_rate_whose_only_code_is_inactive_is_missing() -> None:
    """A rate is charged through a tax code; of the rates that no code has nothing is known."""
    app = sale(ANN_LEE)
    app["invoice_lines"][0]["tax_rate"] = "7"
    asleep: dict[str, list[Row]] = {
        "tax_rates": [{"id": "3", "name": "City", "rate": "7", "tax_code": "4"}],
        "tax_codes": [{"id": "4", "name": "City", "rate": "7", "active": False}],
    }
    assert brief(told("workiz", app, asleep), INVOICE) == ["refuse missing_tax_rate"]
    asleep["tax_codes"][0]["active"] = True
    assert brief(told("workiz", app, asleep), INVOICE) == ["create"]


def test_workiz_confirmation_code_of_more_than_21_characters_is_refused() -> None:
    """It is not cut."""
    app = sale(ANN_LEE)
    app["payments"][0]["reference"] = "9" * 22
    assert brief(told("workiz", app), PAYMENT) == ["refuse 2050"]
    app["payments"][0]["reference"] = "9" * 21
    assert brief(told("workiz", app), PAYMENT) == ["create"]


def test_workiz_may_send_only_what_is_paid() -> None:
    """Its setting: when created, when paid in full, or by hand."""
    app = sale(ANN_LEE, balance="10", total="10")
    assert brief(told("workiz", app, invoices_sent="created"), INVOICE) == ["create"]
    said = told("workiz", app, invoices_sent="paid")
    assert brief(said, INVOICE, PAYMENT) == ["skip", "refuse invoice_not_linked"]
    assert said[INVOICE]["because"] == "invoice.sends"


# --- TaxDome


def test_taxdome_makes_no_customer_and_shows_it_as_not_synced() -> None:
    """The help: "Select from the list of available QuickBooks clients or create a new one"."""
    said = told("taxdome", sale({"id": "1", "name": "Ann Lee"}))
    assert brief(said, ANN, INVOICE, PAYMENT) == [
        "refuse not_found",
        "refuse client_not_linked",
        "refuse client_not_linked",
    ]
    assert said[ANN]["says"].endswith('TaxDome shows "Not synced".')


def test_taxdome_links_an_account_of_exactly_the_display_name() -> None:
    """Whether capitals count is not established, so it is asked."""
    app, qbo = sale({"id": "1", "name": "ANN LEE"}), {"customers": [{"id": "7", "name": "Ann Lee"}]}
    same = (pair(ANN, SEVEN, 0.9),)
    assert brief(told("taxdome", app, qbo, same), ANN) == ["refuse not_found"]
    assert brief(told("taxdome", app, qbo, same, capitals="query"), ANN) == [f"link {SEVEN}"]


def test_taxdome_invoice_of_a_class_that_was_made_inactive_is_refused() -> None:
    """Classes travel, whole or by their last part; QuickBooks refuses what is inactive."""
    app = sale({"id": "1", "name": "Ann Lee"}, class_name="lawn")
    qbo: dict[str, list[Row]] = {
        "customers": [{"id": "7", "name": "Ann Lee"}],
        "classes": [
            {"id": "3", "name": "Homes:Lawn (deleted)", "active": False},
            {"id": "4", "name": "Pools", "active": True},
        ],
    }
    same = (pair(ANN, SEVEN, 0.9),)
    said = told("taxdome", app, qbo, same)
    assert brief(said, ANN, INVOICE) == [f"link {SEVEN}", "refuse 610"]
    assert "class" in said[INVOICE]["says"]
    assert brief(told("spraye", app, qbo, same), INVOICE) == ["create"]
    for fine in ("Pools", "Attic"):
        app["invoices"][0]["class_name"] = fine
        assert brief(told("taxdome", app, qbo, same), INVOICE) == ["create"]
    app["invoices"][0]["class_name"] = "Homes:Lawn"
    assert brief(told("taxdome", app, qbo, same), INVOICE) == ["refuse 610"]
    qbo["classes"].append({"id": "5", "name": "Lawn", "active": True})
    assert brief(told("taxdome", app, qbo, same), INVOICE) == ["refuse 610"]
    app["invoices"][0]["class_name"] = "Lawn"
    assert brief(told("taxdome", app, qbo, same), INVOICE) == ["create"]


def test_taxdome_syncs_accounts_with_invoices_or_payments_unless_all_are_chosen() -> None:
    """The help: "By default, all accounts that have invoices or payments are synced"."""
    app = sale({"id": "1", "name": "Ann Lee"}, {"id": "2", "name": "Bo Lee"})
    there: Rows = {"customers": [{"id": "7", "name": "Ann Lee"}, {"id": "8", "name": "Bo Lee"}]}
    both = (pair(ANN, SEVEN, 0.9), pair(BO, "qbo:customer:8", 0.9))
    said = told("taxdome", app, there, both)
    assert brief(said, ANN, BO) == [f"link {SEVEN}", "skip"]
    assert "no invoice and no payment" in said[BO]["says"]
    said = told("taxdome", app, there, both, accounts="all")
    assert brief(said, BO) == ["link qbo:customer:8"]


def test_taxdome_account_that_somebody_skipped_takes_its_sales_with_it() -> None:
    """The help: "the invoices and payments for that client will not be synced"."""
    app = sale({"id": "1", "name": "Ann Lee"})
    app["sync_status"] = [{"ref": ANN, "status": "Skipped"}]
    there: Rows = {"customers": [{"id": "7", "name": "Ann Lee"}]}
    said = told("taxdome", app, there, (pair(ANN, SEVEN, 0.9),))
    lost = "refuse client_not_linked"
    assert brief(said, ANN, INVOICE, PAYMENT) == ["skip", lost, lost]
    assert said[ANN]["because"] == "status.keeps_out"


def test_taxdome_invoice_of_an_equal_number_is_the_one_in_quickbooks() -> None:
    """An invoice made in QuickBooks and repeated needs matching numbers."""
    there: Rows = {
        "customers": [{"id": "7", "name": "Ann Lee"}],
        "invoices": [{"id": "9", "number": "1001"}],
    }
    same = (pair(ANN, SEVEN, 0.9),)
    app = sale({"id": "1", "name": "Ann Lee"}, total="10")
    assert brief(told("taxdome", app, there, same), INVOICE) == ["link qbo:invoice:9"]
    for more in ({"total": "10.02"}, {"customer": "8"}):
        other: Rows = {**there, "invoices": [{"id": "9", "number": "1001", **more}]}
        assert brief(told("taxdome", app, other, same), INVOICE) == ["wrong_link qbo:invoice:9"]


@pytest.mark.parametrize(
    ("theirs", "fate"),
    [
        ({"customer": "7", "balance": "10"}, "create"),
        ({"customer": "7", "balance": "0"}, "refuse 620"),
        ({"customer": "8", "balance": "10"}, "refuse 620"),
    ],
)
def test_taxdome_payment_of_an_invoice_that_is_settled_is_refused(theirs: Row, fate: str) -> None:
    """Paid in QuickBooks already, or another customer's there: it cannot be linked to it."""
    there: Rows = {
        "customers": [{"id": "7", "name": "Ann Lee"}, {"id": "8", "name": "Bo"}],
        "invoices": [{"id": "9", "number": "1001", **theirs}],
    }
    app = sale({"id": "1", "name": "Ann Lee"}, total="10")
    assert brief(told("taxdome", app, there, (pair(ANN, SEVEN, 0.9),)), PAYMENT) == [fate]


@pytest.mark.parametrize(
    ("balance", "fates"),
    [
        ("30", ["create", "create", "create"]),
        ("20.01", ["create", "create", "refuse 6000"]),
        ("20", ["create", "create", "refuse 620"]),
        ("9.99", ["refuse 6000", "refuse 6000", "refuse 6000"]),
    ],
)
def test_payments_of_more_than_is_open_are_refused(balance: str, fates: list[str]) -> None:
    """One after the other leaves less open, and what was refused leaves it as it is."""
    there: Rows = {
        "customers": [{"id": "7", "name": "Ann Lee"}],
        "invoices": [{"id": "9", "number": "1001", "customer": "7", "total": "30",
                      "balance": balance}],
    }  # fmt: skip
    app = sale({"id": "1", "name": "Ann Lee"}, total="30")
    numbers = ["1", "2", "3"]
    app["payments"] = [{"id": n, "number": n, "customer": "1", "amount": "10"} for n in numbers]
    app["payment_applications"] = [
        {"payment_ref": f"app:payment:{n}", "invoice_ref": INVOICE, "amount": "10"} for n in numbers
    ]
    said = told("taxdome", app, there, (pair(ANN, SEVEN, 0.9),))
    assert brief(said, *(f"app:payment:{n}" for n in numbers)) == fates


@pytest.mark.parametrize(
    ("answer", "second"), [("not_linked", "refuse not_found"), ("linked", f"wrong_link {SEVEN}")]
)
def test_taxdome_second_account_of_a_name_is_asked_about(answer: str, second: str) -> None:
    """Nobody has established what becomes of it."""
    app = sale({"id": "1", "name": "Ann Lee"}, {"id": "2", "name": "Ann Lee"})
    there: Rows = {"customers": [{"id": "7", "name": "Ann Lee"}]}
    said = told("taxdome", app, there, (pair(ANN, SEVEN, 0.9),), accounts="all",
                second_account=answer)  # fmt: skip
    assert brief(said, ANN, BO) == [f"link {SEVEN}", second]


# --- Spraye


def test_spraye_makes_a_second_customer_where_the_match_is_not_perfect() -> None:
    """The help: "a new customer record is generated in QBO instead"."""
    said = told(
        "spraye",
        {"customers": [{"id": "1", "name": "Ann Lee"}]},
        {"customers": [{"id": "7", "name": "Lee, Ann"}]},
        (pair(ANN, SEVEN, 0.9),),
    )
    assert brief(said, ANN) == [f"duplicate {SEVEN}"]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [("name", "duplicate"), ("email", "link"), ("email_then_name", "link")],
)
def test_spraye_may_go_by_the_address(answer: str, outcome: str) -> None:
    """By what it matches is not established: each answer has its outcome."""
    said = told(
        "spraye",
        {"customers": [{"id": "1", "name": "Ann Lee", "email": "ann@example.com"}]},
        {"customers": [{"id": "7", "name": "Lee, Ann", "email": "ann@example.com"}]},
        (pair(ANN, SEVEN, 0.9),),
        client_match=answer,
    )
    assert brief(said, ANN) == [f"{outcome} {SEVEN}"]


@pytest.mark.parametrize(
    ("more", "outcome"),
    [
        ({"created_at": "2026-11-21T20:00:00Z"}, "wait"),
        ({"created_at": "2026-11-21T08:00:00Z"}, "create"),
        ({"date": "2026-11-22"}, "wait"),
        ({"date": "2026-11-20"}, "create"),
        ({"date": "2027-01-31"}, "wait"),
    ],
)
def test_spraye_invoice_of_the_day_travels_overnight(more: Row, outcome: str) -> None:
    """The help: "wait until the following day to check QBO": pending, not missing."""
    said = told("spraye", sale({"id": "1", "name": "Ann Lee"}, **more))
    assert brief(said, INVOICE) == [outcome]
    if outcome == "wait":
        assert "2026-11-2" in said[INVOICE]["says"]
        assert said[INVOICE]["effect"] == "create"


def test_spraye_sends_its_services_with_invoices_only() -> None:
    """Customers and invoices are processed; whether payments are is asked."""
    app = sale({"id": "1", "name": "Ann Lee"})
    app["items"] = [*app["items"], {"id": "Mowing", "name": "Mowing"}]
    said = told("spraye", app)
    ours = ("app:item:Repairs", "app:item:Mowing", PAYMENT)
    assert brief(said, *ours) == ["create", "skip", "skip"]
    assert brief(told("spraye", app, payment_mode="push"), PAYMENT) == ["create"]


# --- Studio Ninja


def test_studio_ninja_does_not_copy_an_invoice_of_a_number_that_is_there() -> None:
    """The help: "the invoice will not be copied", whatever QuickBooks' settings are."""
    there: Rows = {"invoices": [{"id": "9", "number": "1001"}]}
    said = told("studioninja", sale({"id": "1", "name": "Ann Lee"}), there)
    assert brief(said, INVOICE) == ["refuse not_copied"]
    assert said[INVOICE]["because"] == "invoice.watches_numbers"


def test_studio_ninja_does_not_copy_the_second_of_two_equal_numbers() -> None:
    """The first copy makes the number one that is there."""
    app = sale({"id": "1", "name": "Ann Lee"})
    app["invoices"].append({**app["invoices"][0], "id": "1001#2", "number": "1001"})
    app["invoice_lines"].append({"invoice": "1001#2", "item_name": "Repairs"})
    said = told("studioninja", app)
    assert brief(said, INVOICE, "app:invoice:1001#2") == ["create", "refuse not_copied"]


def test_studio_ninja_clients_travel_with_their_invoices() -> None:
    """A client without an invoice stays; one with an invoice is made on the way."""
    said = told("studioninja", sale({"id": "1", "name": "Ann Lee"}, {"id": "2", "name": "Bo Lee"}))
    assert brief(said, ANN, BO, INVOICE) == ["create", "skip", "create"]


@pytest.mark.parametrize(("answer", "outcome"), [("off", "skip"), ("on", "create")])
def test_studio_ninja_syncs_payments_where_it_is_told_to(answer: str, outcome: str) -> None:
    """The help: "Sync Payments with QuickBooks" is a switch."""
    app = sale({"id": "1", "name": "Ann Lee"})
    assert brief(told("studioninja", app, payment_mode=answer), PAYMENT) == [outcome]


@pytest.mark.parametrize(
    ("ours", "theirs", "what"),
    [
        ({}, {"number": "77"}, "its number"),
        ({"total": "10"}, {"total": "11"}, "its total"),
        ({"tax": "1"}, {"tax": "2"}, "its tax"),
        ({"total": "10"}, {"total": "0"}, "void"),
        ({}, {"status": "Voided"}, "void"),
    ],
)
def test_studio_ninja_tells_which_change_disconnects(ours: Row, theirs: Row, what: str) -> None:
    """The help: "Editing the Invoice ID, tax options, total ... will disconnect"; a void too."""
    app = sale({"id": "1", "name": "Ann Lee"}, **ours)
    app["links"] = [{"ref": INVOICE, "linked_ref": "qbo:invoice:9"}]
    there: Rows = {"invoices": [{"id": "9", "number": "1001", **theirs}]}
    said = told("studioninja", app, there)
    assert brief(said, INVOICE) == ["disconnect qbo:invoice:9"]
    assert what in said[INVOICE]["says"]
    assert 'Studio Ninja shows "disconnected".' in said[INVOICE]["says"]
    assert brief(told("studioninja", app, there, payment_mode="on_only"), INVOICE) == [
        "link qbo:invoice:9"
    ]
    assert brief(told("invoiceninja", app, there), INVOICE) == ["link qbo:invoice:9"]


def test_a_link_to_what_is_gone_is_a_disconnection() -> None:
    """Whatever the app: the record is not there any more."""
    app = sale(ANN_LEE)
    app["links"] = [
        {"ref": INVOICE, "linked_ref": "qbo:invoice:9"},
        {"ref": ANN, "linked_ref": SEVEN},
    ]
    said = told("workiz", app)
    assert brief(said, ANN, INVOICE) == [f"disconnect {SEVEN}", "disconnect qbo:invoice:9"]


# --- Invoice Ninja, its newest versions


def test_newest_invoice_ninja_looks_for_the_cleaned_name() -> None:
    """A customer of the very same name is missed, because the app changes it first."""
    app: Rows = {"customers": [{"id": "1", "name": "Smith's & O'Malley's LLC"}]}
    there: Rows = {"customers": [{"id": "7", "name": "Smith's & O'Malley's LLC"}]}
    same = (pair(ANN, SEVEN, 0.9),)
    assert brief(told("invoiceninja", app, there, same), ANN) == [f"link {SEVEN}"]
    said = told("invoiceninja@current", app, there, same)
    assert brief(said, ANN) == [f"duplicate {SEVEN}"]
    assert said[ANN]["sent_as"] == "Smiths and OMalleys LLC"


def test_newest_invoice_ninja_tries_once_more_where_a_vendor_has_the_name() -> None:
    """Once with " (C)" behind it, cut so that it fits; the next client of the name misses it."""
    app: Rows = {"customers": [{"id": "1", "name": "Ann Lee"}, {"id": "2", "name": "Ann Lee"}]}
    said = told("invoiceninja@current", app, {"vendors": [{"id": "7", "name": "Ann Lee"}]})
    assert brief(said, ANN, BO) == ["create", "refuse 6240"]
    assert said[ANN]["sent_as"] == "Ann Lee (C)"
    long: Rows = {"customers": [{"id": "1", "name": "x" * 100}]}
    said = told("invoiceninja@current", long, {"vendors": [{"id": "7", "name": "x" * 100}]})
    assert said[ANN]["sent_as"] == "x" * 96 + " (C)"


@pytest.mark.parametrize(
    ("theirs", "word"),
    [
        ({"total": "10", "customer": "7"}, "linkable"),
        ({"total": "10.01", "customer": "7"}, "linkable"),
        ({"total": "10.02", "customer": "7"}, "data_mismatch"),
        ({"total": "10", "customer": "8"}, "data_mismatch"),
        ({"customer": "7"}, "data_mismatch"),
    ],
)
def test_newest_invoice_ninja_flags_an_invoice_of_a_number_that_is_there(
    theirs: Row, word: str
) -> None:
    """It is not sent; with the same total and customer a person may link it."""
    there: Rows = {
        "customers": [{"id": "7", "name": "Ann Lee"}, {"id": "8", "name": "Bo"}],
        "invoices": [{"id": "9", "number": "1001", **theirs}],
    }
    app = sale({"id": "1", "name": "Ann Lee"}, total="10")
    said = told("invoiceninja@current", app, there, (pair(ANN, SEVEN, 0.9),))
    assert brief(said, INVOICE) == [f"refuse {word}"]
    assert said[INVOICE]["says"].endswith(f'Invoice Ninja shows "{word}".')


def test_newest_invoice_ninja_asks_for_the_whole_number_and_sends_21_characters() -> None:
    """So it does not see the one that QuickBooks then refuses."""
    number = "2026-11-22-000000000001-B"
    there: Rows = {"invoices": [{"id": "9", "number": number[:21]}], "preferences": NUMBERS_WATCHED}
    app = sale({"id": "1", "name": "Ann Lee"}, number=number)
    assert brief(told("invoiceninja@current", app, there), f"app:invoice:{number}") == [
        "refuse 6140"
    ]


@pytest.mark.parametrize(("answer", "outcome"), [("yes", "link qbo:item:5"), ("no", "refuse 6240")])
def test_newest_invoice_ninja_may_not_look_a_product_up(answer: str, outcome: str) -> None:
    """The guide says that it does, the code that was read does not: both are told."""
    app = sale({"id": "1", "name": "Ann Lee"})
    there: Rows = {"items": [{"id": "5", "name": "Repairs"}]}
    said = told("invoiceninja@current", app, there, product_look_up=answer)
    assert brief(said, "app:item:Repairs", INVOICE) == [outcome, "create"]


# --- directions, and apps that go by the address


def test_a_client_is_taken_along_by_its_invoice_though_clients_are_not_synced() -> None:
    """The help: "create it on the fly ... regardless of whether client Push is enabled"."""
    app = sale({"id": "2", "name": "Bo Lee"}, {"id": "1", "name": "Ann Lee"})
    said = told("invoiceninja", app, customer_mode="none")
    assert brief(said, BO, ANN, INVOICE) == ["create", "skip", "create"]
    assert said[ANN]["because"] == "flow.customer.mode"
    del app["invoices"][0]["customer"]  # an export that knows the client by name
    named = [{**app["invoices"][0], "customer_name": "Bo Lee"}]
    said = told("invoiceninja", {**app, "invoices": named}, customer_mode="none")
    assert brief(said, BO, ANN, INVOICE) == ["create", "skip", "create"]
    said = told("invoiceninja", app, customer_mode="none", invoice_mode="none")
    assert brief(said, BO, INVOICE, PAYMENT) == ["skip", "skip", "refuse client_not_linked"]


@pytest.mark.parametrize(("mode", "outcome"), [("pull", "skip"), ("both", "create")])
def test_a_direction_that_is_not_active_does_nothing_or_pushes(mode: str, outcome: str) -> None:
    """The help: "Pull does not yet pull ... Bidirectional behaves as Push-only"."""
    app = sale({"id": "1", "name": "Ann Lee"})
    said = told("invoiceninja", app, invoice_mode=mode)
    assert brief(said, INVOICE) == [outcome]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [("first", "link qbo:customer:7"), ("none", "duplicate qbo:customer:7"),
     ("refuse", "refuse several_customers")],
)  # fmt: skip
def test_an_address_that_several_customers_have(answer: str, outcome: str) -> None:
    """Families and property managers share one: it takes the first, none, or gives up."""
    app: Rows = {"customers": [{"id": "1", "name": "A. Lee", "email": "Lee@example.com"}]}
    there: Rows = {
        "customers": [
            {"id": "7", "name": "Ann Lee", "email": "lee@example.com"},
            {"id": "8", "name": "Bo Lee", "email": "lee@example.com"},
        ]
    }
    same = (pair(ANN, SEVEN, 0.9),)
    said = told("generic_email", app, there, same, shared_address=answer)
    assert brief(said, ANN) == [outcome]


def test_an_app_that_goes_by_the_address_then_by_the_name() -> None:
    """In this order; who has no address goes by the name; what the sync made is found as well."""
    app: Rows = {
        "customers": [
            {"id": "1", "name": "Ann Lee", "email": "ann@example.com"},
            {"id": "2", "name": "Bo Lee"},
            {"id": "3", "name": "Cy Lee", "email": "cy@example.com"},
            {"id": "4", "name": "Cyrus Lee", "email": "CY@example.com"},
        ]
    }
    there: Rows = {
        "customers": [
            {"id": "7", "name": "Bo Lee", "email": "ann@example.com"},
            {"id": "8", "name": "Ann Lee"},
        ]
    }
    di = "app:customer:4"
    same = (pair(CY, di, 0.9),)
    said = told("generic_email", app, there, same, then_name="yes")
    assert [row["target_ref"] for row in (said[ANN], said[BO])] == [SEVEN, SEVEN]
    assert brief(said, CY, di) == ["create", f"link new:{CY}"]
    said = told("generic_email", app, there, same, then_name="yes", second_client="own")
    assert [said[ref]["target_ref"] for ref in (ANN, BO)] == [SEVEN, ""]
    assert said[BO]["fault"] == "6240"
    said = told("generic_email", app, there, same)
    assert [said[ref]["effect"] for ref in (ANN, BO)] == ["link", "refuse"]


@settings(max_examples=25, deadline=None, phases=QUICK, suppress_health_check=list(HealthCheck))
@given(companies(), st.sampled_from(("letter", "none relinked", "by address", "nobody made")))
def test_other_rules_for_customers_come_to_the_same_by_the_quicker_way(
    company: dict[str, Any], what: str
) -> None:
    """Whatever the company: working out only what can differ gives what all anew gives."""
    assert_the_quicker_way_does(company, what)


def test_whom_another_client_linked_may_be_refused_for_good_by_the_quicker_way() -> None:
    """His own sales then stay away too, though nothing else is said of himself."""
    clients = [{"id": "1", "name": "Ann Lee", "email": "ann@none"}, {"id": "2", "name": "Ann Lee"}]
    payments = [{"id": "1", "customer_ref": ANN}]
    invoices = [{"id": "1", "number": "1", "customer_ref": ANN}]
    app = {"customers": clients, "invoices": invoices, "payments": payments}
    assert_the_quicker_way_does({"app": app, "qbo": {}}, "none relinked")


def assert_the_quicker_way_does(company: dict[str, Any], what: str) -> None:
    """Hold what can differ under one other rule against everything worked out anew."""
    before = case(**company)
    changed = {
        "letter": {"compares": "letter"},
        "none relinked": {"relinks": False},
        "by address": {"match": ("stored_id", "email", "display_name")},
        "nobody made": {"on_miss": "refuse"},
    }
    after = case(**company, changed={"customer": changed[what]})
    quicker = forecast(before).set_index("ref")
    anew = customers_otherwise(before, after).set_index("ref")
    quicker.loc[anew.index] = anew
    assert_frame_equal(quicker.reset_index(), forecast(after), check_dtype=False)


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(companies(), st.sampled_from(("unapplied", "by reference", "none")))
def test_other_rules_for_payments_come_to_the_same_by_the_quicker_way(
    company: dict[str, Any], what: str
) -> None:
    """Only the payments are worked out anew, and nothing else would be other."""
    before = case(**company)
    changed = {
        "unapplied": {"payment": {"unlinked_invoice": "refuse"}},
        "by reference": {"payment": {"match": ("stored_id", "reference")}},
        "none": {"flow": {"payment": profile().model_dump()["flow"]["payment"] | {"mode": "none"}}},
    }
    after = case(**company, changed=changed[what])
    whole = forecast(after).set_index("ref")
    anew = payments_otherwise(before, after).set_index("ref")
    assert_frame_equal(anew, whole[whole["kind"] == "payment"], check_dtype=False)
    rest = forecast(before).set_index("ref").drop(anew.index)
    assert_frame_equal(rest, whole.drop(anew.index), check_dtype=False)

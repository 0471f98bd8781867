"""What an import does with the sales of QuickBooks, case by case."""

from __future__ import annotations

from typing import Any

import pytest
from small_books import Row, Rows, case, pair, profile

from recon.advice.scenarios import imported_otherwise
from recon.books import OUTCOMES
from recon.stages.forecast.importing import after_import, import_outcomes
from recon.stages.forecast.money import totals

ANN: Row = {"id": "1", "name": "Ann Lee", "email": "ann@example.com"}
APP: Rows = {
    "customers": [ANN],
    "invoices": [{"id": "1001", "customer": "1"}, {"id": "1002", "customer": "1"}],
    "payments": [{"id": "P1", "customer": "1", "amount": "10"}, {"id": "P2", "customer": "1"}],
    "links": [
        {"ref": "app:customer:1", "linked_ref": "qbo:customer:7"},
        {"ref": "app:invoice:1001", "linked_ref": "qbo:invoice:1"},
        {"ref": "app:payment:P2", "linked_ref": "qbo:payment:9"},
    ],
}
THEIRS: Row = {"id": "7", "name": "Ann Lee", "company_name": "Ann Lee"}


def paid(payment: Row, *invoices: str, amount: str = "10") -> Rows:
    """QuickBooks with a payment of Ann's, and invoices that it pays."""
    parts = [
        {"payment_ref": f"qbo:payment:{payment['id']}", "invoice_ref": ref, "amount": amount}
        for ref in invoices
    ]
    return {
        "customers": [THEIRS],
        "invoices": [{"id": "1", "number": "1001", "customer": "7", "total": "10"}],
        "payments": [{"customer": "7", "amount": "10", **payment}],
        "payment_applications": parts,
    }


def row(qbo: Rows, ref: str, *pairs: Row, name: str = "invoiceninja", **given: str) -> Row:
    """What an import of payments or invoices makes of one record."""
    small = case(APP, qbo, pairs, of=profile(name).answered(given))
    told = import_outcomes(small, ("invoice", "payment")).set_index("ref")
    found: Row = told.loc[ref].dropna().to_dict()
    return found


@pytest.mark.parametrize(
    ("payment", "pays", "given", "outcome", "says"),
    [
        ({"id": "9"}, ["1"], {}, "link", "linked"),
        ({"id": "9", "status": "voided"}, [], {}, "delete_in_app", "Void"),
        ({"id": "5"}, ["1"], {}, "create_in_app", "made there"),
        ({"id": "5", "amount": "0"}, ["1"], {}, "create_in_app", "becomes a credit"),
        ({"id": "5", "amount": "0", "status": "voided"}, [], {}, "skip", "Void"),
        (
            {"id": "5", "amount": "0", "status": "voided"}, [], {"import_of_void": "taken"},
            "create_in_app", "credit",
        ),
        ({"id": "5"}, ["404"], {}, "create_in_app", "unapplied"),
        ({"id": "5"}, ["1", "404"], {}, "create_in_app", "unapplied"),
        ({"id": "5"}, ["404"], {"import_without_invoice": "left"}, "skip", "not in the app"),
        ({"id": "5", "amount": "8"}, ["1"], {}, "create_in_app", "A credit note pays 2.0000"),
        ({"id": "5", "customer": "8"}, ["1"], {}, "skip", "no client"),
    ],
)  # fmt: skip
def test_what_becomes_of_a_payment(
    payment: Row, pays: list[str], given: dict[str, str], outcome: str, says: str
) -> None:
    """By the stored id; void ones, credits, and payments of an invoice that is not there."""
    qbo = paid(payment, *(f"qbo:invoice:{each}" for each in pays))
    told = row(qbo, f"qbo:payment:{payment['id']}", **given)
    assert told["outcome"] == outcome
    assert says in told["says"]


@pytest.mark.parametrize(
    ("method", "pays", "effect", "because"),
    [
        ("Check", ["1"], "create", "pull.payment_match"),
        (None, ["1"], "create", "pull.payment_match"),
        ("Barter", ["1"], "refuse", "payment.methods_back"),
        ("Credit card", ["1", "2"], "create", "payment.splits_back"),
        ("Cash", ["404"], "skip", "pull.invoice_missing"),
    ],
)
def test_what_comes_back_to_workiz(
    method: str | None, pays: list[str], effect: str, because: str
) -> None:
    """Cash, credit or check; of several invoices the first, which has to be there."""
    qbo = paid({"id": "5", "method": method}, *(f"qbo:invoice:{each}" for each in pays))
    told = row(qbo, "qbo:payment:5", name="workiz")
    assert (told["effect"], told["because"]) == (effect, because)


@pytest.mark.parametrize("linked", [False, True])
def test_a_payment_that_the_app_holds_under_no_link_is_made_twice(linked: bool) -> None:
    """The evidence finds it; one that is linked to another payment is no second one."""
    known = "app:payment:P2" if linked else "app:payment:P1"
    told = row(paid({"id": "5"}), "qbo:payment:5", pair(known, "qbo:payment:5", 0.95))
    expected: dict[str, Any] = {"effect": "create", "outcome": "create_in_app"}
    if not linked:
        expected |= {"outcome": "duplicate", "target_ref": known}
        assert "made once more" in told["says"]
    assert expected.items() <= told.items()


def test_an_invoice_that_the_app_holds_under_no_link_is_made_twice() -> None:
    """5.12.4 makes it again under its number and id; the newest leaves it out."""
    qbo: Rows = {
        "customers": [THEIRS],
        "invoices": [{"id": "3", "number": "1002", "customer": "7"}],
    }
    same = pair("app:invoice:1002", "qbo:invoice:3", 0.99)
    told = row(qbo, "qbo:invoice:3", same)
    assert (told["outcome"], told["target_ref"]) == ("duplicate", "app:invoice:1002")
    assert told["sent_as"] == "1002_3"
    assert "1002_3" in told["says"]
    assert row(qbo, "qbo:invoice:3", same, name="invoiceninja@current")["outcome"] == "skip"
    small = case(APP, qbo, [same])
    figures = totals(small, OUTCOMES.frame(), import_outcomes(small, ("invoice", "payment")))
    assert (figures["sales_twice"], figures["made_in_app"]) == (1, 1)


def test_a_sales_receipt_comes_as_an_invoice_that_is_paid() -> None:
    """Invoice Ninja takes it; Workiz tells of none."""
    qbo: Rows = {"customers": [THEIRS], "sales_receipts": [{"id": "4", "customer": "7"}]}
    told = row(qbo, "qbo:sales_receipt:4")
    assert (told["kind"], told["outcome"]) == ("invoice", "create_in_app")
    assert "paid" in told["says"]
    assert len(import_outcomes(case(APP, qbo, of=profile("workiz")), ("invoice",))) == 0


@pytest.mark.parametrize(("answer", "outcome"), [("yes", "create_in_app"), ("no", "skip")])
def test_an_inactive_customer_comes_along_with_its_sale(answer: str, outcome: str) -> None:
    """Or its sale stays out: nobody knows, so both answers can be given."""
    asleep = {"id": "8", "name": "Bo (deleted)", "active": False}
    qbo: Rows = {"customers": [asleep], "invoices": [{"id": "3", "number": "77", "customer": "8"}]}
    small = case(APP, qbo, of=profile().answered({"import_brings_client": answer}))
    told = import_outcomes(small, ("customer", "invoice")).set_index("ref")["outcome"]
    assert told["qbo:invoice:3"] == outcome
    assert ("qbo:customer:8" in told) == (answer == "yes")


def test_two_customers_of_one_address_become_one_new_client() -> None:
    """The second finds whom the first has made, and no link of the app comes of it."""
    twins = [{"id": n, "name": f"Bo {n}", "email": "bo@example.com"} for n in ("8", "9")]
    small = case({}, {"customers": twins})
    told = import_outcomes(small, ("customer",))
    assert list(told["effect"]) == ["create", "link"]
    assert list(told["outcome"]) == ["create_in_app", "wrong_link"]
    assert told["target_ref"][1] == "new:qbo:customer:8"
    assert len(after_import(small.books, told).app.links) == 0
    alike = [pair("qbo:customer:8", "qbo:customer:9", 0.95)]
    again = import_outcomes(case({}, {"customers": twins}, alike), ("customer",))
    assert again["outcome"][1] == "link"


def test_what_nobody_knows_of_an_import_is_shown_both_ways() -> None:
    """A record that would fare otherwise under another answer says so, and no other does."""
    qbo = {
        **paid({"id": "5"}, "qbo:invoice:404"),
        "sales_receipts": [{"id": "4", "customer": "7"}],
    }
    small = case(APP, qbo)
    told = import_outcomes(small, ("invoice", "payment"))
    both = imported_otherwise(small, told, ("invoice", "payment")).set_index("ref")["otherwise"]
    assert both["qbo:payment:5"] == "import_without_invoice=left: Left alone"
    assert both.drop("qbo:payment:5").isna().all()

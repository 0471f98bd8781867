"""The syncs of apps that nobody has described: by name, by e-mail, in a nightly batch."""

from __future__ import annotations

from typing import Any

import pytest
from app_talk import NOW, Ledger, client, copy_of, invoice, payment, told

from recon.apps.generic_batch import simulate as batch
from recon.apps.generic_email import simulate as by_email
from recon.apps.generic_name import simulate as by_name
from recon.apps.generic_name.simulate import Settings


def test_a_client_is_linked_by_its_exact_name_and_else_created(ledger: Ledger) -> None:
    """One letter makes a second customer; a client without a name is none."""
    known = ledger.customer("Kestrel Foods")
    app = copy_of(clients=[
        client("1", "Kestrel Foods"), client("2", "Kestrl Foods"),
        client("3", email="bo@example.com"),
    ])  # fmt: skip
    done = ledger.run(by_name.simulate, app)
    assert done["app:customer:1"].target == known
    assert told(done) == {
        "customer:1": "link", "customer:2": "create", "customer:3": "refuse no_name",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("how", "fate"),
    [
        ({}, "link"),
        ({"second_client": "own"}, "refuse 6240"),
        ({"second_client": "own", "name_taken": "email"}, "create"),
    ],
)
def test_a_second_client_of_one_name(ledger: Ledger, how: dict[str, Any], fate: str) -> None:
    """It shares the customer, is refused, or gets one under another name: nobody knows."""
    ledger.customer("Twin")
    app = copy_of(clients=[client("1", "Twin"), client("2", "Twin", email="two@example.com")])
    done = ledger.run(by_name.simulate, app, settings=Settings(**how))
    assert told(done) == {"customer:1": "link", "customer:2": fate}


@pytest.mark.parametrize(
    ("how", "shared", "alone"),
    [
        ({}, "link", "refuse 6240"),
        ({"shared_address": "refuse"}, "refuse several_customers", "refuse 6240"),
        ({"shared_address": "none"}, "refuse 6240", "refuse 6240"),
        ({"then_name": "yes"}, "link", "link"),
    ],
)
def test_by_email_a_shared_address_takes_the_first_or_none(
    ledger: Ledger, how: dict[str, Any], shared: str, alone: str
) -> None:
    """Whatever the names are; a client without e-mail is a new one, whose name may be held."""
    first = ledger.customer("Unit 1", "office@example.com")
    ledger.customer("Unit 2", "office@example.com")
    ledger.customer("Ann Lee")
    app = copy_of(clients=[client("1", "Unit 2", email="office@example.com"),
                           client("2", "Ann Lee")])  # fmt: skip
    done = ledger.run(by_email.simulate, app, settings=by_email.Settings(**how))
    assert told(done) == {"customer:1": shared, "customer:2": alone}
    assert done["app:customer:1"].target in {first, ""}


def test_a_line_brings_its_item_or_keeps_its_invoice_back(ledger: Ledger) -> None:
    """Products first; what no product is called is made from the line, unless apps make none."""
    ledger.item("Mow")
    rows: dict[str, Any] = {
        "clients": [client("1", "Ann Lee")],
        "products": [{"product_key": "Mow"}, {"product_key": "Rake", "price": "5"}, {"price": "1"}],
        "invoices": [*invoice("A1", "1", "Mow", "Rake"), *invoice("A2", "1", "Hedge"),
                     *invoice("A3", "1", "a:b"), *invoice("A4", "1", ""), *invoice("A5", "1"),
                     *invoice("A6", "9", "Mow")],
    }  # fmt: skip
    fate = told(ledger.run(by_name.simulate, copy_of(**rows)))
    assert fate == {
        "customer:1": "create", "item:Mow": "link", "item:Rake": "create",
        "invoice:A1": "create", "invoice:A2": "create", "invoice:A3": "refuse item_not_linked",
        "invoice:A4": "create", "invoice:A5": "refuse no_lines", "invoice:A6": "create",
    }  # fmt: skip
    rows["invoices"] = invoice("A7", "1", "Weed")
    rows["invoices"] += [*invoice("A8", "1", ""), *invoice("A9", "8", "Mow")]
    how = Settings(creates_items="no", blank_line="refuse", creates_customer="no")
    again = told(ledger.run(by_name.simulate, copy_of(**rows), settings=how))
    assert [again[f"invoice:A{n}"] for n in (7, 8, 9)] == [
        "refuse item_not_linked", "refuse item_not_linked", "refuse client_not_linked",
    ]  # fmt: skip


def test_what_a_person_left_alone_is_told_when_an_invoice_brings_it(ledger: Ledger) -> None:
    """A product that was left out comes with the line that sells it."""
    app = copy_of(clients=[client("1", "Ann Lee")], products=[{"product_key": "Mow"}],
                  invoices=invoice("A1", "1", "Mow"))  # fmt: skip
    events = list(by_name.simulate(app, ledger.calls, {"app:item:Mow"}))
    assert [(e.ref, e.effect) for e in events] == [
        ("app:customer:1", "create"), ("app:item:Mow", "skip"),
        ("app:item:Mow", "create"), ("app:invoice:A1", "create"),
    ]  # fmt: skip


def test_drafts_rates_and_numbers(ledger: Ledger) -> None:
    """A draft stays; a rate that QuickBooks lacks, and a number that it has, are refused."""
    item = ledger.item("Mow")
    ledger.invoice("A3", ledger.customer("Ann Lee"), item)
    taxed = [{**row, "item_tax_rate": "8.25"} for row in invoice("A2", "1", "Mow", tax="0.83")]
    app = copy_of(clients=[client("1", "Ann Lee")], invoices=[
        *invoice("A1", "1", "Mow", status="Draft"), *taxed, *invoice("A3", "1", "Mow"),
    ])  # fmt: skip
    stay = Settings(drafts="stay")
    assert told(ledger.run(by_name.simulate, app, settings=stay)) == {
        "customer:1": "link", "invoice:A1": "skip", "invoice:A2": "refuse missing_tax_rate",
        "invoice:A3": "refuse 6140",
    }  # fmt: skip
    other = Settings(missing_tax_rate="ignore")
    fate = told(ledger.run(by_name.simulate, app, settings=other))
    assert (fate["invoice:A1"], fate["invoice:A2"]) == ("create", "create")


@pytest.mark.parametrize(
    ("how", "loose", "long"),
    [({"unlinked_invoice": "unapplied"}, "create", "create"),
     ({"reference": "whole"}, "refuse invoice_not_linked", "refuse 2050")],
)  # fmt: skip
def test_payments(ledger: Ledger, how: dict[str, Any], loose: str, long: str) -> None:
    """Applied where its invoice travelled; unapplied or kept back; its reference cut or refused."""
    app = copy_of(clients=[client("1", "Ann Lee")], invoices=[
        *invoice("A1", "1", "Mow"), *invoice("A2", "1", status="sent"),
    ], payments=[
        payment("P1", "1", "10", "A1"), payment("P2", "1", "10", "A2"),
        payment("P3", "1", "1", reference="x" * 22), payment("P4", "9", "1"),
        payment("P5", "", "1"),
    ])  # fmt: skip
    done = ledger.run(by_name.simulate, app, settings=Settings(**how))
    fate = told(done)
    assert [fate[f"payment:P{n}"] for n in range(1, 6)] == [
        "create", loose, long, "refuse client_not_linked", "refuse client_missing",
    ]  # fmt: skip
    made = ledger.read("Payment", done["app:payment:P1"].target)
    assert made["Line"][0]["LinkedTxn"][0]["TxnId"] == done["app:invoice:A1"].target


def test_what_was_made_within_a_day_waits_for_the_night(ledger: Ledger) -> None:
    """By the moment it was made, else by its date; its payment waits with it."""
    app = copy_of(clients=[client("1", "Ann Lee")], invoices=[
        *invoice("A1", "1", "Mow", date="2026-11-26"),
        *invoice("A2", "1", "Mow", date="2026-11-25", created_at="2026-11-25T10:00:00+00:00"),
        *invoice("A3", "1", "Mow", date="2026-11-25"),
    ], payments=[payment("P1", "1", "10", "A1"), payment("P3", "1", "10", "A3")])  # fmt: skip
    fate = told(ledger.run(batch.simulate, app, settings=batch.Settings(now=NOW)))
    assert [fate[f"invoice:A{n}"] for n in (1, 2, 3)] == ["skip", "skip", "create"]
    assert [fate["payment:P1"], fate["payment:P3"]] == ["skip", "create"]
    after = told(ledger.run(batch.simulate, app))
    assert (after["invoice:A1"], after["invoice:A2"]) == ("create", "create")


@pytest.mark.parametrize(
    ("mode", "stay"),
    [
        ("customer_mode", ["customer:2"]),
        ("item_mode", ["item:Rake"]),
        ("invoice_mode", ["invoice:A1"]),
        ("payment_mode", ["payment:P1"]),
    ],
)
def test_a_kind_that_is_not_synced_stays(ledger: Ledger, mode: str, stay: list[str]) -> None:
    """By itself: an invoice brings its client and its items all the same."""
    app = copy_of(
        clients=[client("1", "Ann Lee"), client("2", "Bo Roe")],
        products=[{"product_key": "Mow"}, {"product_key": "Rake"}],
        invoices=invoice("A1", "1", "Mow"), payments=[payment("P1", "1", "10", "A1")],
    )  # fmt: skip
    how = Settings(**{mode: "none"})  # type: ignore[arg-type]
    fate = told(ledger.run(by_name.simulate, app, settings=how))
    assert [ref for ref, what in fate.items() if what == "skip"] == stay
    assert (fate["customer:1"], fate["item:Mow"]) == ("create", "create")


def test_what_is_linked_stays_and_a_discount_travels(ledger: Ledger) -> None:
    """A stored link is asked for nothing; a discount in per cent is worked out."""
    ann = ledger.customer("Ann Lee")
    app = copy_of(clients=[client("1", "Other", linked_id=ann)], invoices=[
        *invoice("A1", "1", "Mow", "Mow", discount="10", is_amount_discount="No"),
    ])  # fmt: skip
    done = ledger.run(by_name.simulate, app)
    assert done["app:customer:1"].target == ann
    made = ledger.read("Invoice", done["app:invoice:A1"].target)
    assert (made["CustomerRef"]["value"], made["TotalAmt"]) == (ann, 18.0)

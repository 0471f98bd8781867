"""Books in which the app's sync has run already: the same plan and the same proof."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from small_books import side

from recon.apps.inferred import inferred_links
from recon.apps.profiles import load_profile
from recon.books import Books, Ref
from recon.demo import run_demo
from recon.demo.judge import Judge
from recon.ports import SyncEvent
from recon.sandbox.demo import AppCompany, Truth

ON = datetime(2026, 11, 1, tzinfo=UTC)
OLD, NEW = "2026-06-01T00:00:00+00:00", "2026-11-02T00:00:00+00:00"


def told(
    app: str,
    ours: dict[str, Any],
    theirs: dict[str, Any],
    known: dict[str, str] | None = None,
    mended: tuple[str, ...] = (),
    **answers: str,
) -> dict[str, str]:
    """What is inferred, the app's key to QuickBooks' reference."""
    books = Books(side("app", ours), side("qbo", theirs))
    names = books.app.customers.set_index("ref")["name"]
    found = inferred_links(load_profile(app, answers), books, ON, names, known or {}, mended)
    assert found["how"].str.endswith(".").all()
    return dict(zip(found["ref"], found["linked_ref"], strict=True))


def test_what_was_made_since_is_linked_by_name() -> None:
    """One that was there is linked where the look-up finds it; one that was made, by its name."""
    clients = [{"id": "1", "name": "Ann Lee"}, {"id": "2", "name": "Bo & Co"}]
    customers = [
        {"id": "7", "name": "Ann Lee", "created_at": OLD},
        {"id": "8", "name": "Bo and Co", "created_at": OLD},
        {"id": "9", "name": "Bo & Co", "created_at": NEW},
    ]
    found = told("generic_name", {"customers": clients}, {"customers": customers})
    assert found == {"app:customer:1": "qbo:customer:7", "app:customer:2": "qbo:customer:9"}


def test_whom_the_look_up_missed_is_not_linked() -> None:
    """A blank behind the name: not found, and refused, since QuickBooks keeps names without."""
    clients = [{"id": "1", "name": "Ann Lee "}, {"id": "2", "name": "bo roe"}]
    customers = [
        {"id": "7", "name": "Ann Lee", "created_at": OLD},
        {"id": "8", "name": "Bo Roe", "created_at": OLD},
    ]
    found = told("generic_name", {"customers": clients}, {"customers": customers})
    assert found == {"app:customer:2": "qbo:customer:8"}


SHARED: dict[str, Any] = {
    "customers": [
        {"id": "7", "name": "Elm Flats", "email": "office@elm.example", "created_at": OLD},
        {"id": "8", "name": "Oak Flats", "email": "office@elm.example", "created_at": OLD},
    ]
}


@pytest.mark.parametrize(
    ("answer", "found"), [("first", {"app:customer:1": "qbo:customer:7"}), ("none", {})]
)
def test_a_shared_address_finds_whom_the_app_takes(answer: str, found: dict[str, str]) -> None:
    """The app's rule says which of two customers with one address it took, if any."""
    clients = [{"id": "1", "name": "Oak Flats", "email": "office@elm.example"}]
    ours = {"customers": clients}
    assert told("generic_email", ours, SHARED, shared_address=answer) == found


@pytest.mark.parametrize(
    ("mended", "found"), [((), {"app:customer:1": "qbo:customer:7"}), (("app:customer:1",), {})]
)
def test_what_a_plan_changed_proves_no_link(mended: tuple[str, ...], found: dict[str, str]) -> None:
    """An address that a plan gave a client is not the one by which the sync found anybody."""
    clients = [{"id": "1", "name": "Oak Flats", "email": "office@elm.example"}]
    assert told("generic_email", {"customers": clients}, SHARED, mended=mended) == found


@pytest.mark.parametrize(
    ("made", "found"), [(NEW, {"app:customer:1": "qbo:customer:8"}), (OLD, {})]
)
def test_a_client_is_linked_to_whom_its_invoices_were_made_on(
    made: str, found: dict[str, str]
) -> None:
    """Invoices that the sync made tell of a link that neither name nor address shows."""
    ours = {
        "customers": [{"id": "1", "name": "Ann Lee"}],
        "invoices": [{"id": "1", "number": "1", "total": "5", "customer_ref": "app:customer:1"}],
    }
    on = {"customer_ref": "qbo:customer:8", "created_at": made}
    theirs = {
        "customers": [{"id": "8", "name": "Somebody else", "created_at": OLD}],
        "invoices": [{"id": "11", "number": "1", "total": "5", **on}],
    }
    links = told("generic_email", ours, theirs)
    assert {ref: to for ref, to in links.items() if ":customer:" in ref} == found


@pytest.mark.parametrize(("number", "linked"), [("3", True), ("1", False)])
def test_who_came_before_did_not_find_what_was_made_later(number: str, linked: bool) -> None:
    """A customer made for one client is found by those only whose turn came after."""
    address = "office@elm.example"
    clients = [
        {"id": "2", "name": "Elm Flats", "email": address},
        {"id": number, "name": "Oak: Flats", "email": address},
    ]
    customers = [{"id": "9", "name": "Elm Flats", "email": address, "created_at": NEW}]
    found = told("generic_email", {"customers": clients}, {"customers": customers})
    assert found["app:customer:2"] == "qbo:customer:9"
    assert (found.get(f"app:customer:{number}") == "qbo:customer:9") is linked


def test_what_the_app_says_is_never_contradicted() -> None:
    """A stated link stays, and its record is nobody else's."""
    clients = [{"id": "1", "name": "Ann Lee"}, {"id": "2", "name": "Bo Roe"}]
    customers = [{"id": "9", "name": "Bo Roe", "created_at": NEW}]
    stated = {"app:customer:1": "qbo:customer:9"}
    assert told("workiz", {"customers": clients}, {"customers": customers}, stated) == {}


def test_sales_are_linked_only_where_one_comes_into_question() -> None:
    """By number and total; two of one number and total prove nothing, nor one that is older."""
    ours = {"invoices": [{"id": n, "number": n, "total": "5"} for n in ("1", "2", "3")]}
    theirs = {
        "invoices": [
            {"id": "11", "number": "1", "total": "5", "created_at": NEW},
            {"id": "12", "number": "2", "total": "5", "created_at": OLD},
            {"id": "13", "number": "3", "total": "5", "created_at": NEW},
            {"id": "14", "number": "3", "total": "5", "created_at": NEW},
        ]
    }
    assert told("generic_name", ours, theirs) == {"app:invoice:1": "qbo:invoice:11"}


@pytest.mark.parametrize(("number", "linked"), [("11", True), ("12", False)])
def test_an_app_that_goes_by_numbers_has_linked_by_them(number: str, linked: bool) -> None:
    """TaxDome takes the invoice of its number, whoever made it, and whatever its total is."""
    ours = {
        "customers": [{"id": "1", "name": "Ann Lee"}],
        "invoices": [{"id": "1", "number": "11", "total": "5", "customer_ref": "app:customer:1"}],
    }
    theirs = {
        "customers": [{"id": "7", "name": "Ann Lee", "created_at": OLD}],
        "invoices": [{"id": "9", "number": number, "total": "6", "created_at": OLD}],
    }
    found = told("taxdome", ours, theirs)
    assert ("app:invoice:1" in found) is linked
    assert "app:invoice:1" not in told("generic_name", ours, theirs)


@pytest.mark.parametrize(("item", "linked"), [("Mow", True), ("Trim", False)])
def test_what_was_there_is_linked_by_invoices_that_were_made(item: str, linked: bool) -> None:
    """Studio Ninja sends no products by themselves; of two items of a name it takes the first."""
    ours = {
        "items": [{"id": "Mow", "name": "Mow"}],
        "invoices": [{"id": n, "number": n, "total": "5"} for n in ("1", "2")],
        "invoice_lines": [
            {"invoice": "1", "item_name": item, "amount": "5"},
            {"invoice": "2", "item_name": "Mow", "amount": "5"},
        ],
    }
    theirs = {
        "items": [{"id": n, "name": "Mow", "type": "Service", "created_at": OLD} for n in "35"],
        "invoices": [{"id": "11", "number": "1", "total": "5", "created_at": NEW}],
    }
    found = told("studioninja", ours, theirs).get("app:item:Mow")
    assert found == ("qbo:item:3" if linked else None)


def test_equal_payments_of_a_client_are_linked_in_their_order() -> None:
    """Two of one day and amount are told apart by nothing, and either way is right."""
    day = pd.Timestamp("2026-11-02")
    ours = {
        "customers": [{"id": "1", "name": "Ann Lee"}],
        "payments": [
            {"id": n, "number": n, "customer_ref": "app:customer:1", "date": day, "amount": "5"}
            for n in ("21", "22")
        ],
    }
    theirs = {
        "customers": [{"id": "7", "name": "Ann Lee", "created_at": OLD}],
        "payments": [
            {"id": n, "customer_ref": "qbo:customer:7", "date": day, "amount": "5",
             "created_at": NEW}
            for n in ("98", "101")
        ],
    }  # fmt: skip
    found = told("generic_name", ours, theirs)
    assert found["app:payment:21"] == "qbo:payment:98"
    assert found["app:payment:22"] == "qbo:payment:101"


@pytest.mark.parametrize(("target", "outcome"), [("11", "link"), ("12", "wrong_link")])
def test_the_judge_knows_whose_sale_is_whose(target: str, outcome: str) -> None:
    """A sale is linked rightly to its twin, and to what an earlier sync made of it, only."""
    judge = Judge(Truth(invoice_twins={"1": "11"}), AppCompany())
    made = Judge(Truth(invoice_twins={"1": "99"}), AppCompany(), {("invoice", "11"): "1"})
    event = SyncEvent(Ref("app:invoice:1"), "link", target)
    assert [each.verdicts([event])[0].outcome for each in (judge, made)] == [outcome] * 2


LINKING = (
    "invoiceninja", "generic_name", "generic_batch", "taxdome", "spraye", "workiz", "studioninja",
)  # fmt: skip
"""The other apps whose sync, run without a plan, a plan clears up."""


@pytest.mark.parametrize(
    "app", ["generic_email", *(pytest.param(app, marks=pytest.mark.soak) for app in LINKING)]
)
def test_a_plan_clears_up_after_a_sync_that_ran_without_one(app: str, tmp_path: Path) -> None:
    """What the app made beside others is gone, no link is lost, and the next sync does no harm."""
    result = run_demo(tmp_path, app=app, customers=40, seed=7, started=True)
    assert result.middle is not None
    assert result.middle.made > 5
    assert (result.middle.left, result.middle.lost) == (0, 0)
    assert result.middle.links > 100
    assert result.unlike == 0
    assert result.on_others["after"] == 0
    harm = ("duplicate", "wrong_link", "refuse")
    assert [result.after[word] for word in harm] == [0, 0, 0]
    agreed, of = result.agreed["after"]
    assert agreed >= 0.98 * of

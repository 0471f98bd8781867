"""The app connected to QuickBooks: checks, forced links, pushes and pulls, and the import.

Both servers are real, and talk to each other over HTTP.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from ninja_talk import NOON, NinjaTalk, Said
from sandbox_talk import Talk, garden_company, line, ref

from recon.sandbox.books.company import Record
from recon.sandbox.books.switches import Switches
from recon.sandbox.invoiceninja.quickbooks import QuickBooks
from recon.sandbox.server import Sandbox


@pytest.fixture
def both(app: NinjaTalk, talk: Talk, running: Sandbox) -> Iterator[NinjaTalk]:
    """The mowing company, connected to the garden company."""
    app.sandbox.connect(QuickBooks.described(running.describe()))
    app.sandbox.set("jobs=at_once", "sync_shown=all")
    yield app
    app.sandbox.connect(None)


def action(app: NinjaTalk, word: str, invoice: str = "invoiceAAA") -> Said:
    """Ask for one of the four actions."""
    return app.send("POST", "quickbooks/action",
                    {"entity": "invoice", "id": invoice, "action": word})  # fmt: skip


def checked(app: NinjaTalk, invoice: str = "invoiceAAA") -> Any:
    """The answer of a check."""
    said = action(app, "check_record", invoice)
    assert said.status == 200, said.json
    return said.json


def sync_of(app: NinjaTalk, path: str) -> Record:
    """The link that a record carries."""
    sync: Record = app.get(path)["sync"]
    return sync


def sold(talk: Talk, number: str, amount: float, customer: str = "1") -> Record:
    """An invoice written in QuickBooks."""
    return talk.made("invoice", CustomerRef=ref(customer), DocNumber=number, Line=[line(amount)])


def test_a_push_links_the_client_by_name_and_makes_the_rest(both: NinjaTalk, talk: Talk) -> None:
    """The customer of the same name is taken, the item is made, the invoice is in QuickBooks."""
    assert checked(both)["status"] == "syncable"
    assert action(both, "force_push").status == 204
    link = sync_of(both, "invoices/invoiceAAA")
    assert link["qb_status"] == "synced"
    assert sync_of(both, "clients/clientAAAA") == {"qb_id": "1"}
    pushed = talk.get("invoice", link["qb_id"])
    assert (pushed["DocNumber"], pushed["TotalAmt"], pushed["CustomerRef"]["value"]) == (
        "INV-1", 100, "1",
    )  # fmt: skip
    assert talk.query("SELECT * FROM Item WHERE Name = 'Mow'").rows()[0]["Type"] == "Service"
    assert checked(both)["status"] == "synced"


def test_a_second_push_writes_over_the_first(both: NinjaTalk, talk: Talk) -> None:
    """A linked invoice is updated in full; nothing is made twice."""
    action(both, "force_push")
    both.put("invoices/invoiceAAA", line_items=[{"product_key": "Mow", "quantity": 1, "cost": 90}])
    assert checked(both)["status"] == "data_mismatch"
    action(both, "force_push")
    assert talk.get("invoice", sync_of(both, "invoices/invoiceAAA")["qb_id"])["TotalAmt"] == 90
    assert len(talk.query("SELECT * FROM Invoice WHERE DocNumber = 'INV-1'").rows()) == 1


@pytest.mark.parametrize(
    ("amount", "customer", "status"),
    [(100, "1", "linkable"), (100.01, "1", "linkable"), (99, "1", "data_mismatch"),
     (100, "2", "data_mismatch")],
)  # fmt: skip
def test_a_link_takes_three_equalities(
    amount: float, customer: str, status: str, both: NinjaTalk, talk: Talk
) -> None:
    """Number, total to a cent and customer; anything else blocks the link and the push."""
    both.sandbox.edit_as_human("clients", "clientAAAA", {"sync": {"qb_id": "1"}})
    theirs = sold(talk, "INV-1", amount, customer)
    assert checked(both)["status"] == status
    action(both, "force_push")
    assert sync_of(both, "invoices/invoiceAAA")["qb_status"] == status
    action(both, "force_link")
    linked = sync_of(both, "invoices/invoiceAAA").get("qb_id")
    assert linked == (theirs["Id"] if status == "linkable" else None)


def test_a_check_sees_what_became_of_a_linked_invoice(both: NinjaTalk, talk: Talk) -> None:
    """Voided and deleted in QuickBooks."""
    action(both, "force_push")
    qb_id = sync_of(both, "invoices/invoiceAAA")["qb_id"]
    token = talk.get("invoice", qb_id)["SyncToken"]
    voided = talk.send("POST", "invoice", {"Id": qb_id, "SyncToken": token}, operation="void")
    assert checked(both)["status"] == "voided"
    body = {"Id": qb_id, "SyncToken": voided.record()["SyncToken"]}
    talk.send("POST", "invoice", body, operation="delete")
    assert checked(both)["status"] == "not_found"


def test_a_pull_writes_quickbooks_over_the_app(both: NinjaTalk, talk: Talk) -> None:
    """Lines are taken over where the balances differ, and the client's balance follows."""
    theirs = sold(talk, "INV-1", 130)
    both.sandbox.edit_as_human("invoices", "invoiceAAA", {"sync": {"qb_id": theirs["Id"]}})
    action(both, "force_pull")
    ours = both.get("invoices/invoiceAAA")
    assert (ours["amount"], ours["balance"]) == (130.0, 130.0)
    assert ours["line_items"][0]["product_key"] == "Hours"
    assert both.get("clients/clientAAAA")["balance"] == 130.0


def test_queued_work_runs_after_the_next_answer_or_when_told_to(both: NinjaTalk) -> None:
    """The answer is 204 before anything was done."""
    both.sandbox.set("jobs=later")
    action(both, "force_push")
    assert sync_of(both, "invoices/invoiceAAA") == {}
    assert sync_of(both, "invoices/invoiceAAA")["qb_status"] == "synced"
    both.sandbox.set("jobs=held")
    action(both, "force_push", "invoiceBBB")
    for _ in range(3):
        assert sync_of(both, "invoices/invoiceBBB") == {}
    both.sandbox.run_jobs()
    assert sync_of(both, "invoices/invoiceBBB")["qb_status"] == "synced"


def test_names_are_cleaned_up_before_they_are_looked_up(both: NinjaTalk, talk: Talk) -> None:
    """O'Neil's Café is missed and made again without its apostrophe; uncleaned it is found."""
    both.put("clients/clientAAAA", name="O'Neil's Café")
    action(both, "force_push")
    customer = talk.get("customer", sync_of(both, "clients/clientAAAA")["qb_id"])
    assert customer["DisplayName"] == "ONeils Café"
    both.put("clients/clientBBBB", name="O'Neil's Café")
    both.sandbox.set("pushed_name=cut")
    action(both, "force_push", "invoiceBBB")
    assert sync_of(both, "clients/clientBBBB") == {"qb_id": "5"}


def test_a_vendor_of_the_name_makes_a_suffix_or_a_failure(both: NinjaTalk, talk: Talk) -> None:
    """The failed push is told in the invoice's own link."""
    both.put("clients/clientAAAA", name="Harbor Supply")
    both.sandbox.set("name_collision=fails")
    action(both, "force_push")
    failed = sync_of(both, "invoices/invoiceAAA")
    assert (failed["qb_status"], "6240" in failed["qb_status_message"]) == ("error", True)
    both.sandbox.set("name_collision=suffix")
    action(both, "force_push")
    customer = talk.get("customer", sync_of(both, "clients/clientAAAA")["qb_id"])
    assert customer["DisplayName"] == "Harbor Supply (C)"


def test_a_blank_client_goes_by_its_contact(both: NinjaTalk, talk: Talk) -> None:
    """First and last name of the first contact with an e-mail."""
    made = both.made("invoices", client_id="clientCCCC",
                     line_items=[{"product_key": "Rake", "quantity": 1, "cost": 20}])  # fmt: skip
    action(both, "force_push", made["id"])
    customer = talk.get("customer", sync_of(both, "clients/clientCCCC")["qb_id"])
    assert customer["DisplayName"] == "Carl Oak"


def imported(app: NinjaTalk, *kinds: str) -> None:
    """Run an import."""
    assert app.send("POST", "quickbooks/sync", dict.fromkeys(kinds, True)).status == 200


def linked_to(app: NinjaTalk, path: str) -> dict[str, str]:
    """Names (or keys, or numbers) of records by the QuickBooks id that they are linked to."""
    label = {"clients": "name", "products": "product_key", "invoices": "number"}[path]
    found = app.get(path, per_page=500, sort="id|asc")
    return {each["sync"]["qb_id"]: each[label] for each in found if each["sync"].get("qb_id")}


def test_an_import_compares_names_with_the_company_name(both: NinjaTalk) -> None:
    """Rosebud Florist is Rosebud Florist LLC by company name: the e-mail links, and renames it."""
    imported(both, "client")
    assert linked_to(both, "clients")["1"] == "Rosebud Florist LLC"
    assert len(both.get("clients", per_page=500)) == 3 + 4 - 1


def test_an_import_by_display_name_links_what_is_called_alike(both: NinjaTalk) -> None:
    """The other reading of the documents: exact client name."""
    both.sandbox.set("import_name=display_name")
    imported(both, "client")
    linked = linked_to(both, "clients")
    assert (linked["1"], linked["2"]) == ("Rosebud Florist", "Hillside School")


@pytest.mark.parametrize(("switch", "name"), [("written", ""), ("kept", "Rosebud Florist")])
def test_an_import_may_blank_a_clients_name(
    switch: str, name: str, both: NinjaTalk, talk: Talk
) -> None:
    """A customer without a company name, found by e-mail, takes the client's name away."""
    talk.change("customer", "1", CompanyName="", PrimaryEmailAddr={"Address": ""})
    talk.change("customer", "2", PrimaryEmailAddr={"Address": "fern@example.com"})
    both.sandbox.set(f"import_blank_name={switch}")
    imported(both, "client")
    assert linked_to(both, "clients")["2"] == name


def test_products_come_without_categories_and_bundles(both: NinjaTalk) -> None:
    """Services, non-inventory and inventory; an inactive item does not come."""
    imported(both, "product")
    assert set(linked_to(both, "products").values()) == {"Hours", "Pump", "Rose"}


@pytest.mark.parametrize(("switch", "numbers"), [("flagged", 0), ("suffixed", 1)])
def test_an_imported_number_that_is_taken(
    switch: str, numbers: int, both: NinjaTalk, talk: Talk
) -> None:
    """It is flagged on the app's invoice, or comes with the QuickBooks id behind it."""
    theirs = sold(talk, "INV-1", 77)
    both.sandbox.set(f"import_number_clash={switch}")
    imported(both, "invoice")
    called = linked_to(both, "invoices")
    assert list(called.values()).count(f"INV-1_{theirs['Id']}") == numbers
    assert {"1001", "1002", "1003"} <= set(called.values())
    flagged = sync_of(both, "invoices/invoiceAAA").get("qb_status")
    assert flagged == ("data_mismatch" if switch == "flagged" else None)
    imported(both, "invoice")
    assert linked_to(both, "invoices") == called


def test_the_older_address_of_the_import_does_the_same(both: NinjaTalk) -> None:
    """initial_sync takes the plural, and nothing named is refused."""
    said = both.send("POST", "quickbooks/initial_sync", {"products": True, "clients": False})
    assert said.status == 200
    assert linked_to(both, "products")
    assert not linked_to(both, "clients")
    assert "client" in both.send("POST", "quickbooks/sync", {}).errors


@pytest.mark.parametrize(
    ("body", "status"),
    [({"entity": "client", "id": "clientAAAA", "action": "check_record"}, 422),
     ({"entity": "invoice", "id": "invoiceAAA", "action": "force_all"}, 422),
     ({"entity": "invoice", "id": "zzzzzzzzzz", "action": "force_link"}, 404)],
)  # fmt: skip
def test_only_invoices_and_four_words_are_taken(body: Record, status: int, both: NinjaTalk) -> None:
    """Everything else is refused."""
    assert both.send("POST", "quickbooks/action", body).status == status


def test_a_quickbooks_that_does_not_answer_is_told(both: NinjaTalk) -> None:
    """A check is refused; a push that was queued says so on the invoice."""
    both.sandbox.connect(QuickBooks("http://127.0.0.1:9", "1", "app", "secret"))
    assert action(both, "check_record").status == 422
    assert action(both, "force_push").status == 204
    assert sync_of(both, "invoices/invoiceAAA")["qb_status"] == "error"


@pytest.mark.parametrize("rotation", ["keep", "rotate"])
def test_the_app_keeps_itself_signed_in(rotation: str, app: NinjaTalk) -> None:
    """An hour later its access token is renewed, and no other app's tokens are touched."""
    clock = {"now": NOON}
    switches = Switches.parse([f"token_rotation={rotation}"])
    with Sandbox(garden_company(), switches=switches, clock=lambda: clock["now"]) as books:
        app.sandbox.connect(QuickBooks.described(books.describe()))
        for _ in range(3):
            assert checked(app)["status"] == "syncable"
            clock["now"] += timedelta(hours=2)
        told = {**books.describe(), "client_secret": "another"}
        app.sandbox.connect(QuickBooks.described(told))
        assert "connected again" in action(app, "check_record").json["message"]
    app.sandbox.connect(None)

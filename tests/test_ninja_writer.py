"""Invoice Ninja is changed as approved, once, and loses nothing by it, over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ninja_plan import (
    HILL,
    ROSE,
    Seen,
    carry_out,
    change,
    merge,
    plan,
    writer_to,
)
from ninja_talk import NinjaTalk, mowing_company

from recon.apps.invoiceninja.changes import call_for, differs
from recon.apps.invoiceninja.writer import InvoiceNinjaWriter
from recon.errors import AuthError, BusyError, ConfigError, OutcomeUnknownError, WorkspaceError
from recon.plan import Write
from recon.sandbox.invoiceninja import InvoiceNinjaSandbox
from recon.sandbox.serving.gateway import Injected
from recon.workspace import Workspace


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Workspace]:
    """An empty workspace."""
    with Workspace.open(tmp_path / "a.recon") as made:
        yield made


@pytest.fixture
def seen(ninja: InvoiceNinjaSandbox, app: NinjaTalk) -> Seen:
    """The mowing company as new."""
    return Seen(ninja)


@pytest.fixture
def waited() -> list[float]:
    """How long was waited for what."""
    return []


@pytest.fixture
def writer(seen: Seen, waited: list[float]) -> Iterator[InvoiceNinjaWriter]:
    """A writer to it that does not sleep."""
    made = writer_to(seen.app, waited=waited)
    yield made
    made.close()


RENAME = change("w1", "clientAAAA", {"name": "Rosebud Florist"}, name="Rosebud & Co")
RENUMBER = change("w2", "invoiceBBB", {"number": "INV-2"}, number="INV-2b")
LINES = change("w3", "invoiceAAA", {"items": {"1": "Mow"}}, items={"1": "Rake"})
KEY = change("w4", "productAAA", {"name": "Mow"}, name="Mowing")
GONE = change("w5", "productBBB", {"deleted": False}, deleted=True)
EMAIL = change("w6", "clientAAAA", {"email": "rose@example.com"}, email="rosa@example.com")
MERGE = merge("w7", seen=(HILL, {**ROSE, "name": "Rosebud & Co", "email": "rosa@example.com"}))
ALL = (RENAME, RENUMBER, LINES, KEY, GONE, EMAIL, MERGE)


def untouched(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    """The fields that differ, but for when it was changed."""
    return {name for name in before if before[name] != after[name]} - {"updated_at"}


@pytest.mark.parametrize("strict", [False, True])
def test_each_action_changes_what_was_approved_and_nothing_else(
    strict: bool, seen: Seen, writer: InvoiceNinjaWriter, store: Workspace
) -> None:
    """Contacts, currency, quantity, taxes and totals stay, also where a left-out list empties."""
    if strict:
        seen.app.set("contacts_left_out=removed", "currency_left_out=company")
        seen.app.set("product_fields_left_out=defaults", "invoice_client_change=refused")
    paths = {"clients": "clientAAAA", "invoices": "invoiceAAA", "products": "productAAA"}
    before = {path: seen.record(path, each) for path, each in paths.items()}
    result = carry_out(plan(ALL), store, writer)
    assert result.done == tuple(w.id for w in ALL)
    assert (result.refused, dict(result.waiting), result.by_hand) == ((), {}, ())
    rose = seen.record("clients", "clientAAAA")
    assert rose["name"] == "Rosebud & Co"
    first, second, third = rose["contacts"]
    assert (first["id"], first["email"]) == ("contactAA1", "rosa@example.com")
    assert second == before["clients"]["contacts"][1]
    assert third["id"] == "contactBB1"  # came with the merged client
    assert rose["settings"] == {"currency_id": "1"}
    assert (rose["balance"], rose["paid_to_date"]) == (320.0, 30.0)
    assert [c["id"] for c in seen.all("clients")] == ["clientAAAA", "clientCCCC"]
    assert {i["client_id"] for i in seen.all("invoices")} == {"clientAAAA"}
    assert seen.record("invoices", "invoiceBBB")["number"] == "INV-2b"
    assert untouched(before["products"], seen.record("products", "productAAA")) == {"product_key"}
    assert seen.record("products", "productAAA")["quantity"] == 2.0
    assert seen.record("products", "productBBB")["is_deleted"]
    sold = seen.record("invoices", "invoiceAAA")
    assert sold["line_items"][0]["product_key"] == "Rake"
    assert (sold["amount"], sold["balance"], sold["number"]) == (100.0, 70.0, "INV-1")


def test_a_client_with_a_currency_of_its_own_keeps_it(
    seen: Seen, writer: InvoiceNinjaWriter, store: Workspace
) -> None:
    """An update without a currency would give it the company's; an archived one can be changed."""
    write = change("w1", "clientCCCC", {"name": ""}, name="Carl Oak")
    assert carry_out(plan([write]), store, writer).done == ("w1",)
    carl = seen.record("clients", "clientCCCC")
    assert (carl["settings"], carl["name"]) == ({"currency_id": "3"}, "Carl Oak")
    assert carl["archived_at"] == 1_740_000_000


def test_the_same_plan_twice_sends_nothing_the_second_time(
    seen: Seen, writer: InvoiceNinjaWriter, store: Workspace
) -> None:
    """The journal knows, and holds no name."""
    carry_out(plan(ALL), store, writer)
    before = seen.done()
    result = carry_out(plan(ALL), store, writer)
    assert result.says.startswith("Nothing was left to send; 7 done before")
    assert seen.done() == before
    entries = store.entries("plan-1")
    assert {entry.realm for entry in entries} == {"recon-sandbox"}
    assert not any(word in str(entries) for word in ("Rosebud", "rosa@", seen.app.password))


@pytest.mark.parametrize(
    ("write", "edit", "conflict"),
    [
        (RENAME, {"name": "Rose"}, {"name": ("Rosebud Florist", "Rose", "Rosebud & Co")}),
        (RENUMBER, {"number": "INV-9"}, {"number": ("INV-2", "INV-9", "INV-2b")}),
        (KEY, {"product_key": "Cut"}, {"name": ("Mow", "Cut", "Mowing")}),
    ],
    ids=["client", "invoice", "product"],
)  # fmt: skip
def test_what_somebody_changed_since_goes_back_to_the_reviewer(
    write: Write, edit: dict[str, Any], conflict: dict[str, Any],
    seen: Seen, writer: InvoiceNinjaWriter, store: Workspace,
) -> None:  # fmt: skip
    """As planned on, as it is, as it would have become; nothing was sent."""
    path = {"customer": "clients", "item": "products", "invoice": "invoices"}[write.entity]
    seen.app.edit_as_human(path, write.body["Id"], edit)
    (refusal,) = carry_out(plan([write]), store, writer).refused
    assert refusal.conflict == conflict
    assert "Somebody changed" in refusal.says
    assert seen.done() == []


def test_a_change_of_other_fields_is_kept(
    seen: Seen, writer: InvoiceNinjaWriter, store: Workspace
) -> None:
    """A contact that was added since the plan stays, and so does a new phone number."""
    added = {"id": "contactAA9", "first_name": "Ivy", "last_name": "", "email": "ivy@example.com",
             "phone": "", "is_primary": False, "send_email": True}  # fmt: skip
    contacts = [*seen.record("clients", "clientAAAA")["contacts"], added]
    seen.app.edit_as_human("clients", "clientAAAA", {"phone": "555 0100", "contacts": contacts})
    assert carry_out(plan([RENAME]), store, writer).done == ("w1",)
    rose = seen.record("clients", "clientAAAA")
    assert (rose["phone"], [c["id"] for c in rose["contacts"]]) == (
        "555 0100", ["contactAA1", "contactAA2", "contactAA9"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("drop", "keep", "says"),
    [
        ({"name": "Hill School"}, {}, "name"),
        ({}, {"number": "0099"}, "number"),
        ({"sync": {"qb_id": "7"}}, {}, "linked to QuickBooks"),
        ({"settings": {"currency_id": "3"}}, {}, "different currencies"),
    ],
)
def test_two_clients_are_merged_only_if_they_are_what_was_looked_at(
    drop: dict[str, Any], keep: dict[str, Any], says: str,
    seen: Seen, writer: InvoiceNinjaWriter, store: Workspace,
) -> None:  # fmt: skip
    """A merge cannot be taken back, so anything odd stops it."""
    seen.app.set("sync_shown=all")
    for record_id, fields in (("clientBBBB", drop), ("clientAAAA", keep)):
        if fields:
            seen.app.edit_as_human("clients", record_id, fields)
    (refusal,) = carry_out(plan([merge("w1")]), store, writer).refused
    assert says in refusal.says
    assert "not merged" in refusal.says
    assert len(seen.all("clients")) == 3


def test_the_client_that_stays_is_the_first_of_the_address(
    seen: Seen, writer: InvoiceNinjaWriter, store: Workspace
) -> None:
    """The other way round the linked one would be gone."""
    carry_out(plan([merge("w1", "clientAAAA", "clientBBBB", (ROSE, HILL))]), store, writer)
    assert seen.done() == ["POST clients/clientBBBB/clientAAAA/merge"]
    assert [c["id"] for c in seen.all("clients")] == ["clientBBBB", "clientCCCC"]


def test_without_the_password_of_a_merge_nothing_at_all_is_sent(
    seen: Seen, writer: InvoiceNinjaWriter, store: Workspace
) -> None:
    """It is asked for only if a merge is in the plan, and before the first write."""

    def nobody_knows() -> str:
        raise ConfigError("There is no password.")

    writer.password = nobody_knows
    with pytest.raises(ConfigError, match="no password"):
        carry_out(plan([RENAME, merge("w7")]), store, writer)
    assert store.entries("plan-1") == []
    assert seen.done() == []
    carry_out(plan([RENAME]), store, writer)
    assert seen.done() == ["PUT clients/clientAAAA"]


def test_a_wrong_password_stops_and_the_right_one_goes_on(seen: Seen, store: Workspace) -> None:
    """412 says that nothing was done; what was sent before is not sent again."""
    seen_then = merge("w7", seen=(HILL, {**ROSE, "name": "Rosebud & Co"}))
    both = plan([RENAME, seen_then])
    with pytest.raises(AuthError, match="password of the token's owner") as caught:
        carry_out(both, store, writer_to(seen.app, "guessed"))
    assert "guessed" not in str(caught.value)
    assert seen.done() == ["PUT clients/clientAAAA"]
    result = carry_out(both, store, writer_to(seen.app))
    assert (result.done, result.before) == (("w7",), ("w1",))
    assert len(seen.done()) == 2


def test_a_taken_number_is_refused_in_the_apps_own_words(
    seen: Seen, writer: InvoiceNinjaWriter, store: Workspace
) -> None:
    """The rest goes on."""
    taken = change("w0", "invoiceCCC", {"number": "INV-3"}, number="INV-1")
    result = carry_out(plan([taken, RENAME]), store, writer)
    assert result.done == ("w1",)
    (refusal,) = result.refused
    assert refusal.says.startswith(
        "Invoice Ninja refuses it (HTTP 422): The number has already been taken."
    )


@pytest.mark.parametrize("status", ["400", "422"])
def test_what_the_app_locks_is_refused_and_stays(
    status: str, seen: Seen, writer: InvoiceNinjaWriter, store: Workspace
) -> None:
    """A cancelled invoice, a deleted client, a record that is gone."""
    seen.app.set(f"refused_update_status={status}")
    seen.app.edit_as_human("invoices", "invoiceBBB", {"status_id": "5"})
    seen.app.edit_as_human("clients", "clientAAAA", {"is_deleted": True})
    gone = change("w9", "productZZZ", {"name": "Old"}, name="New")
    result = carry_out(plan([RENAME, RENUMBER, gone]), store, writer)
    assert [r.write_id for r in result.refused] == ["w1", "w2", "w9"]
    assert "is not in Invoice Ninja any more" in result.refused[2].says
    assert seen.done() == []


def test_a_field_that_nobody_described_is_not_sent_silently(
    seen: Seen, writer: InvoiceNinjaWriter, store: Workspace
) -> None:
    """An address is known, a reference too; a shoe size is not, and neither is a kind of record."""
    moved = change(
        "w1", "clientAAAA", {"city": "", "postal_code": ""}, city="Buda", postal_code="7"
    )
    strange = change("w2", "clientBBBB", {"shoe_size": ""}, shoe_size="44")
    paid = change("w3", "paymentAAA", {"reference": "1017"}, reference="1018")
    vendor = replace(change("w4", "clientBBBB", {"name": ""}, name="X"), entity="vendor")
    result = carry_out(plan([moved, strange, paid, vendor]), store, writer)
    assert (result.done, [r.write_id for r in result.refused]) == (("w1", "w3"), ["w2", "w4"])
    money = seen.record("payments", "paymentAAA")
    assert (money["transaction_reference"], money["applied"]) == ("1018", 30.0)
    assert len(money["paymentables"]) == 1
    assert "does not know how to change shoe_size" in result.refused[0].says
    rose = seen.record("clients", "clientAAAA")
    assert (rose["city"], rose["postal_code"], len(rose["contacts"])) == ("Buda", "7", 2)


ROUTES = {"w1": "PUT clients", "w2": "PUT invoices", "w5": "POST products/bulk",
          "w7": "POST clients"}  # fmt: skip


@pytest.mark.parametrize("cut", ["before", "after"])
@pytest.mark.parametrize("write", [RENAME, RENUMBER, GONE, merge("w7")], ids=lambda w: w.id)
def test_a_lost_answer_is_looked_up_and_nothing_happens_twice(
    write: Write, cut: Any, seen: Seen, writer: InvoiceNinjaWriter, store: Workspace
) -> None:
    """Whether the line was cut before or after the app had done it."""
    seen.app.inject(ROUTES[write.id], Injected(cut=cut))
    assert carry_out(plan([write]), store, writer).done == (write.id,)
    assert len(seen.done()) == 1
    assert [e.state for e in store.entries("plan-1")][:2] == ["sent", "unknown"]


def test_an_app_that_fails_twice_is_left_for_the_next_run(
    seen: Seen, writer: InvoiceNinjaWriter, store: Workspace
) -> None:
    """5xx says nothing of what was done: unknown, then looked up, then sent once."""
    seen.app.inject("PUT clients", Injected(status=500), times=2)
    with pytest.raises(OutcomeUnknownError):
        carry_out(plan([RENAME, RENUMBER]), store, writer)
    assert store.state("plan-1", "w1") == "unknown"
    assert seen.done() == []
    assert carry_out(plan([RENAME, RENUMBER]), store, writer).done == ("w1", "w2")
    assert seen.done() == ["PUT clients/clientAAAA", "PUT invoices/invoiceBBB"]


@pytest.mark.parametrize("route", ["GET clients", "PUT clients", "POST clients"])
def test_too_many_calls_wait_and_go_on(
    route: str, seen: Seen, writer: InvoiceNinjaWriter, waited: list[float], store: Workspace
) -> None:
    """A minute, as the answer says, then the very same call: 429 says that nothing was done."""
    seen.app.inject(route, Injected(status=429))
    write = merge("w7") if route == "POST clients" else RENAME
    assert carry_out(plan([write]), store, writer).done == (write.id,)
    assert waited == [60.0]
    assert len(seen.done()) == 1


def test_an_app_that_keeps_asking_to_wait_is_left_for_later(
    seen: Seen, writer: InvoiceNinjaWriter, waited: list[float], store: Workspace
) -> None:
    """Three tries; the next run goes on."""
    seen.app.inject("PUT clients", Injected(status=429), times=3)
    with pytest.raises(BusyError, match="asks to wait"):
        carry_out(plan([RENAME]), store, writer)
    assert (waited, seen.done()) == ([60.0, 60.0], [])
    assert carry_out(plan([RENAME]), store, writer).done == ("w1",)


def test_no_change_leaves_for_another_company(
    seen: Seen, writer: InvoiceNinjaWriter, store: Workspace
) -> None:
    """A token of another company on the same server, an app that is only read, or none."""
    for told, error, says in (
        (plan([RENAME], app_realm="another"), WorkspaceError, "another company"),
        (replace(plan([RENAME]), writes=(replace(RENAME, to="qbo"),)), ConfigError, "QuickBooks"),
    ):
        with pytest.raises(error, match=says):
            carry_out(told, store, writer)
    writer.may_write = False
    with pytest.raises(ConfigError, match="recon allow"):
        carry_out(plan([RENAME]), store, writer)
    assert (seen.done(), store.entries("plan-1")) == ([], [])


def test_rights_that_are_missing_stop_the_run(seen: Seen, store: Workspace) -> None:
    """A token that nobody gave out: nothing was done, and nothing of it is shown."""
    wrong = writer_to(seen.app)
    assert wrong.realm == "recon-sandbox"
    seen.app.inject("PUT clients", Injected(status=403))
    with pytest.raises(AuthError, match="may not change this") as caught:
        carry_out(plan([RENAME]), store, wrong)
    assert seen.app.token not in str(caught.value)
    assert seen.done() == []


def test_odd_answers_of_php_and_blanks_at_the_ends_are_understood() -> None:
    """Empty objects come as lists, lists with gaps as objects; the app trims what it is sent."""
    contact = {"id": "k1", "contact_key": "kk", "email": None}
    line = {"product_key": "Mow", "quantity": 1.5}
    client: dict[str, Any] = {
        "id": "c1", "name": "Ann", "settings": [],
        "contacts": {"1": {**contact, "password": "*****", "link": "x"}},
    }  # fmt: skip
    sent = call_for("customer", client, {"Id": "c1", "name": "Bo "})
    assert sent.body == {"name": "Bo ", "settings": {}, "contacts": [contact]}
    assert differs("customer", {**client, "name": "Bo"}, {"Id": "c1", "name": "Bo "}) == []
    assert differs("customer", {**client, "name": " Bo"}, {"Id": "c1", "name": "Bo"}) == ["name"]
    assert differs("customer", client, {"email": ""}) == []
    invoice = {"id": "i1", "client_id": "c1", "line_items": {"0": line, "2": {"product_key": ""}}}
    told = call_for("invoice", invoice, {"Id": "i1", "items": {"2": "Rake"}})
    assert told.body["line_items"] == [line, {"product_key": "Rake"}]
    assert differs("invoice", invoice, {"items": {"3": "Mow"}}) == ["items"]


TROUBLES = (
    Injected(), Injected(cut="before"), Injected(cut="after"), Injected(status=500),
    Injected(status=502, style="html"), Injected(status=429),
)  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(TROUBLES), max_size=25))
def test_whatever_the_line_does_each_change_is_made_once(troubles: list[Injected]) -> None:
    """Run again until nothing is left: every write took effect once, and the journal knows it."""
    with TemporaryDirectory() as folder, InvoiceNinjaSandbox(mowing_company()) as app:
        for trouble in troubles:
            app.inject("*", trouble)
        with Workspace.open(Path(folder) / "a.recon") as store:
            for _ in range(len(troubles) + 1):
                writer = writer_to(app)
                try:
                    carry_out(plan(ALL), store, writer)
                    break
                except (BusyError, OutcomeUnknownError):
                    done = [w.id for w in ALL if store.state("plan-1", w.id) == "done"]
                    assert 0 <= len(Seen(app).done()) - len(done) <= 1  # the one in doubt
                finally:
                    writer.close()
            assert {store.state("plan-1", w.id) for w in ALL} == {"done"}
        assert len(Seen(app).done()) == len(ALL)
        assert len(set(Seen(app).done())) == len(ALL) - 1  # one client is renamed and readdressed

"""Invoice Ninja read live: the same company as from its exports, whatever the line does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ninja_talk import NOON, NinjaTalk, mowing_company

from recon.apps.invoiceninja.api import InvoiceNinjaApi
from recon.apps.invoiceninja.reader import InvoiceNinjaExports
from recon.apps.invoiceninja.records import Exporter, Row
from recon.books import Side, Snapshot, System
from recon.calls.patience import Patience
from recon.errors import AuthError, BusyError, ConfigError, RejectedError
from recon.ports import Reader, silent
from recon.qbo.client import sandbox_client
from recon.qbo.reader import QboReader
from recon.reconciliation import Reconciliation
from recon.sandbox.demo import Demo, demo_company
from recon.sandbox.invoiceninja import InvoiceNinjaSandbox, NinjaSwitches
from recon.sandbox.server import Sandbox
from recon.sandbox.serving.gateway import Injected
from recon.stages.tidy import tidy_app

SECRET = "a-secret-token"


@dataclass
class Waits:
    """A pause that takes no time, and what was waited for."""

    seconds: list[float]

    def __call__(self, seconds: float) -> None:
        """Wait."""
        self.seconds.append(seconds)


def read(reader: Reader) -> Snapshot:
    """What a reader reads."""
    return reader.read(lambda: NOON, silent)


def live(sandbox: InvoiceNinjaSandbox, waits: Waits | None = None, per_page: int = 500) -> Snapshot:
    """What is read from a server."""
    patience = Patience(answer_s=5.0, sleep=waits or Waits([]), jitter=lambda: 0)
    api = InvoiceNinjaApi(sandbox.base_url, sandbox.token, per_page=per_page, patience=patience)
    try:
        return read(api)
    finally:
        api.close()


@pytest.fixture(scope="module")
def demo() -> Demo:
    """A demo company with all of its troubles."""
    return demo_company(customers=90, seed=5)


@pytest.fixture(scope="module")
def snapshots(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> tuple[Snapshot, Snapshot]:
    """The company from its exports, and from its API."""
    folder = tmp_path_factory.mktemp("exports")
    demo.app.write_exports(folder)
    with InvoiceNinjaSandbox(demo.app) as sandbox:
        return read(InvoiceNinjaExports(folder)), live(sandbox, per_page=37)


@pytest.fixture(scope="module")
def sides(snapshots: tuple[Snapshot, Snapshot]) -> tuple[Side, Side]:
    """Both as tables; nothing is rejected."""
    (files, no), (api, none) = (tidy_app(snapshot) for snapshot in snapshots)
    assert not no
    assert not none
    return files, api


ONLY_LIVE = ["created_at", "updated_at", "row", "linked_id", "id"]


@pytest.mark.parametrize(
    "table", ["customers", "contacts", "items", "invoices", "invoice_lines", "payments"]
)
def test_the_api_and_the_exports_give_the_same_tables(table: str, sides: tuple[Side, Side]) -> None:
    """Value by value, refs included; the API knows besides ids, and when a record was changed."""
    files, api = (getattr(side, table) for side in sides)
    only_live = [name for name in ONLY_LIVE if name in api.columns]
    files, api = files.drop(columns=only_live), api.drop(columns=only_live)
    if "customer_ref" in api.columns:
        known = files["customer_ref"].notna()
        assert api["customer_ref"].notna().all()
        api["customer_ref"] = api["customer_ref"].where(known)
    if table == "contacts":  # an export has the first contact only
        api = api[api["position"] == 1].reset_index(drop=True)
    pd.testing.assert_frame_equal(files, api)


def test_only_the_api_knows_what_a_payment_pays(demo: Demo, sides: tuple[Side, Side]) -> None:
    """Every application of the company, by the refs that the exports gave."""
    files, api = sides
    assert files.payment_applications.empty
    number = {invoice["id"]: invoice["number"] for invoice in demo.app.invoices}
    ref_of = dict(zip(api.invoices["number"], api.invoices["ref"], strict=True))
    applied = api.payment_applications
    assert list(zip(applied["invoice_ref"], map(float, applied["amount"]), strict=True)) == [
        (ref_of[number[part["invoice_id"]]], part["amount"])
        for payment in demo.app.payments
        for part in payment["paymentables"]
    ]


def test_the_forecast_is_the_same_from_both(demo: Demo, tmp_path: Path) -> None:
    """Every record that both can see meets the same fate; why, only the API may know better."""
    demo.app.write_exports(tmp_path / "exports")
    forecasts = []
    with InvoiceNinjaSandbox(demo.app) as app, Sandbox(demo.company) as books:
        client = sandbox_client(books.describe())
        readers: dict[str, Reader] = {
            "files": InvoiceNinjaExports(tmp_path / "exports"),
            "live": InvoiceNinjaApi(app.base_url, app.token),
        }
        for name, reader in readers.items():
            sides: dict[System, Reader] = {"app": reader, "qbo": QboReader(client)}
            r = Reconciliation.open(tmp_path / name, readers=sides, clock=lambda: NOON)
            r.pull()
            forecasts.append(r.forecast())
    assert len(forecasts[0]) > 250
    files, api = forecasts
    better = api["because"] == "payment.unlinked_invoice"  # exports do not say what one pays
    assert set(api.loc[better, "kind"]) == {"payment"}
    assert api.loc[better, "says"].str.contains("unapplied").any()
    for column in ("says", "because"):
        api[column] = api[column].mask(better, files[column])
    pd.testing.assert_frame_equal(files, api)


@pytest.mark.parametrize("per_page", [1, 2, 500])
@pytest.mark.parametrize("order", ["newest", "oldest", "overlapping"])
def test_pages_of_any_size_give_every_record_once(
    per_page: int, order: str, app: NinjaTalk
) -> None:
    """In the order in which they were made, whatever the app's own order is."""
    app.sandbox.set(f"default_order={order}")
    found = live(app.sandbox, per_page=per_page).records
    assert list(dict.fromkeys(row["id"] for row in found["clients"])) == [
        "clientAAAA", "clientBBBB", "clientCCCC",
    ]  # fmt: skip
    assert [row["id"] for row in found["invoices"]] == ["invoiceAAA", "invoiceBBB", "invoiceCCC"]


def test_archived_records_come_and_deleted_ones_do_not(app: NinjaTalk) -> None:
    """An archived client is pushed by the sync, a deleted one is not."""
    app.send("DELETE", "clients/clientBBBB")
    side, _ = tidy_app(live(app.sandbox))
    assert dict(zip(side.customers["ref"], side.customers["active"], strict=True)) == {
        "app:customer:0001": True, "app:customer:0003": False,
    }  # fmt: skip


def test_ids_tell_namesakes_apart(app: NinjaTalk) -> None:
    """Two clients of one name: each invoice and each payment belongs to its own."""
    twin = app.made("clients", name="Hillside School")
    sale = app.made("invoices", client_id=twin["id"], line_items=[{"quantity": 1, "cost": 5}])
    app.made("payments", client_id=twin["id"], amount=5,
             invoices=[{"invoice_id": sale["id"], "amount": 5}])  # fmt: skip
    side, rejects = tidy_app(live(app.sandbox))
    assert not rejects
    owner = dict(zip(side.invoices["number"], side.invoices["customer_ref"], strict=True))
    assert (owner["INV-2"], owner["0001"]) == ("app:customer:0002", "app:customer:0004")
    assert list(side.payments["customer_ref"]) == ["app:customer:0001", "app:customer:0004"]
    assert list(side.payment_applications["invoice_ref"]) == [
        "app:invoice:INV-1", "app:invoice:0001",
    ]  # fmt: skip


def test_further_contacts_and_links_come_too(app: NinjaTalk) -> None:
    """What no export says: the second contact, the currency, the link to QuickBooks."""
    app.sandbox.set("sync_shown=all")
    app.sandbox.edit_as_human("clients", "clientAAAA", {"sync": {"qb_id": "58"}})
    side, _ = tidy_app(live(app.sandbox))
    emails = side.contacts.loc[side.contacts["ref"] == "app:customer:0001", "email"]
    assert list(emails) == ["rose@example.com", "fern@example.com"]
    assert list(side.customers["currency"]) == ["USD", "USD", "EUR"]
    assert list(side.links["linked_ref"]) == ["qbo:customer:58"]


def test_reads_are_tried_again(app: NinjaTalk) -> None:
    """A cut line, a server error and a limit cost time, never a record."""
    waits = Waits([])
    app.sandbox.inject("clients", Injected(cut="after"))
    app.sandbox.inject("clients", Injected(status=503))
    app.sandbox.inject("invoices", Injected(status=429))
    found = live(app.sandbox, waits)
    assert len(found.records["clients"]) == 4
    assert waits.seconds == [0.5, 1.0, 60.0]


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, AuthError), (403, AuthError), (404, RejectedError), (302, RejectedError),
     (500, BusyError), (429, BusyError)],
)  # fmt: skip
def test_errors_say_what_a_person_can_do(
    status: int, error: type[Exception], app: NinjaTalk
) -> None:
    """Each has its class and a remedy, and none shows the token."""
    waits = Waits([])
    tries = 3 if error is BusyError else 1
    app.sandbox.inject("ping", Injected(status=status), times=tries)
    with pytest.raises(error) as caught:
        live(app.sandbox, waits)
    assert app.sandbox.token not in repr(caught.value) + str(caught.value)
    assert getattr(caught.value, "remedy", "")
    assert len(waits.seconds) == tries - 1


@pytest.mark.parametrize("status", [403, 404])
def test_who_may_not_read_the_company_still_reads_its_records(status: int, app: NinjaTalk) -> None:
    """The name is known from the token; the currency of the company stays open."""
    app.sandbox.inject("companies", Injected(status=status))
    app.sandbox.edit_as_human("clients", "clientBBBB", {"settings": {}})
    snapshot = live(app.sandbox)
    assert snapshot.company.startswith("Pecan Hollow")
    side, _ = tidy_app(snapshot)
    assert list(side.customers["currency"].fillna("?")) == ["USD", "?", "EUR"]


def test_a_pull_that_is_disturbed_is_read_again(app: NinjaTalk) -> None:
    """Records that come and go while pages are read are neither lost nor doubled."""
    disturbed: list[str] = []

    def disturb(what: str, done: int, total: int | None) -> None:
        if "clients" in what and done == 1 and not disturbed:
            disturbed.append(app.made("clients", name="In between")["id"])

    api = InvoiceNinjaApi(app.sandbox.base_url, app.sandbox.token, per_page=1)
    rows = api.read(lambda: NOON, disturb).records["clients"]
    api.close()
    assert disturbed[0] in {row["id"] for row in rows}
    assert len({row["id"] for row in rows}) == 4


def test_a_company_that_never_stands_still_is_not_half_read(app: NinjaTalk) -> None:
    """After three rounds it is said, and nothing is returned."""

    def disturb(what: str, done: int, total: int | None) -> None:
        if "clients" in what and done == 1:
            app.made("clients", name="In between")

    api = InvoiceNinjaApi(app.sandbox.base_url, app.sandbox.token, per_page=1)
    with pytest.raises(BusyError, match="changed all the while"):
        api.read(lambda: NOON, disturb)
    api.close()


@pytest.mark.parametrize("url", ["http://example.com", "ftp://127.0.0.1", "example.com", ""])
def test_a_token_never_travels_unencrypted(url: str) -> None:
    """Plain http is for this machine only."""
    with pytest.raises(ConfigError, match="https") as caught:
        InvoiceNinjaApi(url, SECRET)
    assert SECRET not in str(caught.value)


def test_another_server_is_not_taken_for_invoice_ninja() -> None:
    """QuickBooks' address, and one where nobody listens."""
    patience = Patience(sleep=Waits([]))
    with Sandbox() as books, pytest.raises(RejectedError):
        read(InvoiceNinjaApi(books.base_url, SECRET, patience=patience))
    with pytest.raises(BusyError):
        read(InvoiceNinjaApi("http://127.0.0.1:9", SECRET, patience=patience))


def test_a_limit_is_waited_out() -> None:
    """The server says for how long, and the reader waits that long."""
    clock = {"now": NOON}

    def sleep(seconds: float) -> None:
        clock["now"] += timedelta(seconds=seconds)

    switches = NinjaSwitches(requests_per_minute=4)
    sandbox = InvoiceNinjaSandbox(mowing_company(), switches=switches, clock=lambda: clock["now"])
    with sandbox:
        patience = Patience(sleep=sleep, jitter=lambda: 0)
        api = InvoiceNinjaApi(sandbox.base_url, sandbox.token, per_page=1, patience=patience)
        assert len(read(api).records["invoices"]) == 3
        api.close()
    assert clock["now"] > NOON


NAMES = [
    "id", "name", "number", "contacts", "line_items", "paymentables", "settings", "sync", "qb_id",
    "currency_id", "country_id", "amount", "applied", "refunded", "quantity", "cost", "date",
    "created_at", "archived_at", "status_id", "client_id", "invoice_id", "email", "product_key",
    "is_amount_discount", "discount",
]  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.text(max_size=5) | st.sampled_from(["1", "0", "-3.5", "840"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(NAMES), inner),
    max_leaves=8,
)
RECORD = st.dictionaries(st.sampled_from(NAMES), JSON, max_size=12)


@settings(max_examples=25, deadline=None)
@given(kind=st.sampled_from(["client", "product", "invoice", "payment"]), record=RECORD)
def test_any_record_becomes_rows_that_are_read_or_rejected(kind: str, record: Row) -> None:
    """Whatever an app of another version sends: no record is lost without a word."""
    exporter = Exporter({"1": "USD"}, {"840": "United States"}, {}, "USD")
    rows = list(getattr(exporter, kind)(record))
    assert rows
    snapshot = Snapshot("app", "test", "", "", "sandbox", NOON, {f"{kind}s": rows})
    side, rejects = tidy_app(snapshot)
    table = {"client": side.customers, "product": side.items, "invoice": side.invoices}
    assert len(rejects) + len(table.get(kind, side.payments)) >= 1


def test_a_list_with_a_gap_is_a_list() -> None:
    """PHP writes it as an object of positions."""
    exporter = Exporter({}, {}, {}, "")
    lines = {"0": {"product_key": "Mow"}, "2": {"product_key": "Rake"}}
    rows = list(exporter.invoice({"id": "a", "line_items": lines}))
    assert [row["item_product"] for row in rows] == ["Mow", "Rake"]


def test_a_client_without_display_name_goes_by_its_contact() -> None:
    """Earlier versions do not send what the app shows."""
    exporter = Exporter({}, {}, {}, "")
    list(exporter.client({"id": "c", "contacts": [{"first_name": "Carl", "last_name": "Oak"}]}))
    assert next(exporter.invoice({"id": "i", "client_id": "c"}))["customer_name"] == "Carl Oak"

"""After the real sync the forecast is held against what it left in the books."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from recon.apps.invoiceninja.api import InvoiceNinjaApi
from recon.apps.invoiceninja.reader import InvoiceNinjaExports
from recon.apps.invoiceninja.simulate import simulate
from recon.books import split_ref
from recon.errors import WorkspaceError
from recon.ports import Reader, SyncEvent
from recon.profile import Profile
from recon.qbo.client import sandbox_client
from recon.qbo.port import QboCalls
from recon.qbo.reader import QboReader
from recon.reconciliation import Reconciliation
from recon.rehearsal import BackTest
from recon.sandbox.demo import AppCompany, demo_company
from recon.sandbox.invoiceninja import InvoiceNinjaSandbox
from recon.sandbox.server import Sandbox
from recon.trial.backtesting import backtests, track_record
from recon.widgets.engagement import Engagement
from recon.widgets.rehearsal import backtest_panel

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
TABLES = {
    "customer": ("clients", "number"), "item": ("products", "product_key"),
    "invoice": ("invoices", "number"), "payment": ("payments", "number"),
}  # fmt: skip


@dataclass
class Office:
    """A company into which the sync can be let."""

    r: Reconciliation
    app: AppCompany
    qbo: QboCalls
    served: InvoiceNinjaSandbox

    def sync(self) -> list[SyncEvent]:
        """Let the sync run, and the app keep its links, as it does."""
        events = list(simulate(self.app, self.qbo))
        for event in events:
            _, kind, key = split_ref(event.ref)
            table, name = TABLES[kind]
            for record in getattr(self.app, table):
                if record[name] == key and event.target:
                    record["sync"] = {"qb_id": event.target}
        self.served.reset(self.app)
        return events


@pytest.fixture
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    """The app read from its exports, or "live"; each reading is an hour later."""
    demo = demo_company(40, 3)
    hours = iter(range(1000))
    with (
        Sandbox(demo.company) as qbo,
        sandbox_client(qbo.describe()) as client,
        InvoiceNinjaSandbox(demo.app) as served,
    ):
        served.set("sync_shown=all")
        demo.app.write_exports(tmp_path / "exports")
        app: Reader = InvoiceNinjaExports(tmp_path / "exports")
        if getattr(request, "param", "") == "live":
            app = InvoiceNinjaApi(served.base_url, served.token)
        r = Reconciliation.open(
            tmp_path / "books.recon",
            readers={"app": app, "qbo": QboReader(client)},
            clock=lambda: NOW + timedelta(hours=next(hours)),
        )
        r.pull()
        yield Office(r, demo.app, QboCalls(client), served)
        r.store.close()


@pytest.mark.parametrize("office", ["exports", "live"], indirect=True)
def test_what_came_true_is_counted_and_kept(office: Office) -> None:
    """Every line that the books can show came true; the result stays in the workspace."""
    events = office.sync()
    told = office.r.backtest()
    assert [str(each) for each in told.differences] == []
    assert told.score == 1
    seen = sum(told.records.values())
    assert seen + told.unseen == len(events)
    assert seen > 0.8 * len(events)
    assert "100.0%" in told.says
    assert backtests(office.r) == [told]
    assert BackTest.from_json(told.to_json()) == told
    assert track_record(office.r)[["records", "as_forecast", "share"]].to_numpy().tolist() == [
        [seen, seen, 1.0]
    ]


def test_what_did_not_come_true_is_told(office: Office) -> None:
    """A profile that is wrong about inactive customers scores less, and each record is named.

    QuickBooks refuses invoices of a customer that is inactive, so these come otherwise too.
    """
    told = office.r.profile.model_dump()
    told["customer"]["sees_inactive"] = True
    office.r.profile = Profile.model_validate(told)
    office.sync()
    found = office.r.backtest()
    assert found.score is not None
    assert 0.5 < found.score < 1
    assert {split_ref(each.ref)[1] for each in found.differences} == {"customer", "invoice"}
    assert all(each.because and each.instead for each in found.differences)


@pytest.mark.parametrize("office", ["live"], indirect=True)
def test_what_came_apart_since_is_told_beside_the_score(office: Office) -> None:
    """A customer that somebody made inactive after the sync is no fault of the forecast."""
    made = next(event for event in office.sync() if event.effect == "create")
    held = office.qbo.query(f"SELECT * FROM Customer WHERE Id = '{made.target}'")[0]
    office.qbo.update("Customer", {**held, "Active": False})
    told = office.r.backtest()
    assert [(apart.ref, apart.by) for apart in told.disconnected] == [
        (made.ref, "stored_link_broken")
    ]
    assert "inactive" in told.disconnected[0].says
    assert told.score == 1
    page = backtest_panel(Engagement(office.r, "Ann")).html
    assert told.says in page
    assert "Come apart since" in page
    assert "100.0 %" in page


def test_a_later_pull_is_left_out_when_the_moment_is_told(office: Office) -> None:
    """With `since`, the forecast is that of the last pull before the sync was turned on.

    Before any sync what was to be created is missing.
    """
    before = office.r.backtest()
    assert before.score is not None
    assert before.score < 0.8
    turned_on = office.r.snapshots[1].taken_at + timedelta(minutes=1)
    office.sync()
    office.r.pull()
    assert office.r.backtest(turned_on).score == 1
    with pytest.raises(WorkspaceError, match="Nothing was pulled before"):
        office.r.backtest(NOW)

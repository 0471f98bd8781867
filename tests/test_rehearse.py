"""A rehearsal does on a twin what the plan and the sync would do, and touches nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from sandbox_talk import garden_company

from recon.advice.papers import papers
from recon.apps.invoiceninja.api import InvoiceNinjaApi
from recon.apps.invoiceninja.copy import InvoiceNinjaCopy
from recon.apps.invoiceninja.reader import InvoiceNinjaExports
from recon.books import Snapshot
from recon.demo.judge import Judge
from recon.demo.people import Accountant
from recon.errors import InputError, RejectedError
from recon.ports import silent
from recon.profile import Profile
from recon.qbo.client import sandbox_client
from recon.qbo.reader import QboReader
from recon.qbo.writer import QboWriter
from recon.reconciliation import Reconciliation
from recon.rehearsal import Difference, Rehearsal, agreement
from recon.reports.rehearsed import rehearsal_listings
from recon.sandbox.demo import Demo, demo_company
from recon.sandbox.invoiceninja import InvoiceNinjaSandbox
from recon.sandbox.server import Sandbox
from recon.stages.tidy import tidy_app, tidy_qbo
from recon.trial.rehearsing import standing
from recon.trial.twin import company_of, twin_of
from recon.widgets.buttons import apply_panel
from recon.widgets.engagement import Engagement
from recon.widgets.rehearsal import rehearse_panel

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
CUSTOMERS, SEED = 40, 3


@dataclass(frozen=True)
class Office:
    """A demo company whose plan is approved, and the server of its books."""

    r: Reconciliation
    qbo: Sandbox
    demo: Demo


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A company, pulled, with a plan that is decided on; the tests leave it as it is."""
    folder = tmp_path_factory.mktemp("office")
    demo = demo_company(CUSTOMERS, SEED)
    demo.app.write_exports(folder / "exports")
    with Sandbox(demo.company) as qbo, sandbox_client(qbo.describe()) as client:
        r = Reconciliation.open(
            folder / "books.recon",
            readers={"app": InvoiceNinjaExports(folder / "exports"), "qbo": QboReader(client)},
            writers={"qbo": QboWriter(client)},
        )
        r.pull()
        Accountant(Judge(demo.truth, demo.app)).decide(r.propose())
        yield Office(r, qbo, demo)
        r.store.close()


def test_a_twin_keeps_what_lies_in_a_bank_deposit_as_it_is() -> None:
    """Deposits are pulled with the rest, so that a change of such a payment is refused (6540)."""
    with Sandbox(garden_company()) as qbo, sandbox_client(qbo.describe()) as client:
        ledger = QboReader(client).read(lambda: NOW, silent)
    side, rejects = tidy_qbo(ledger)
    assert rejects == []
    assert list(side.deposits["payment_ref"]) == ["qbo:payment:5"]
    with Sandbox(company_of(ledger)) as twin, sandbox_client(twin.describe()) as client:
        (payment,) = client.query("SELECT * FROM Payment WHERE Id = '5'")
        with pytest.raises(RejectedError) as refused:
            client.update("Payment", {**payment, "PrivateNote": "changed"})
    assert refused.value.code == "6540"


def test_a_number_of_twenty_digits_is_somebodys_reference() -> None:
    """Books that hold one are served, and the next number does not follow it."""
    company = garden_company()
    company.records["Invoice"][0]["DocNumber"] = "9" * 20
    company.preferences["SalesFormsPrefs"]["CustomTxnNumbers"] = False
    with Sandbox(company) as qbo, sandbox_client(qbo.describe()) as client:
        (invoice,) = client.query(f"SELECT * FROM Invoice WHERE DocNumber = '{'9' * 20}'")
        fields = ("CustomerRef", "Line")
        made = client.create("Invoice", {name: invoice[name] for name in fields})
    assert len(made["DocNumber"]) < 20


@pytest.fixture(scope="module")
def told(office: Office) -> Rehearsal:
    """A whole rehearsal; nothing of it reaches the company, which is not even asked anything."""
    folder = office.r.store.path.parent / "exports"
    exports = {path.name: path.read_bytes() for path in folder.iterdir()}
    asked = office.qbo.counters()
    told = office.r.rehearse()
    assert office.qbo.counters() == asked
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == exports
    return told


def test_nothing_reaches_the_original(office: Office, told: Rehearsal) -> None:
    """No write arrived, and the real journal knows nothing of those that were rehearsed."""
    assert told.applied
    assert office.qbo.events() == []
    assert office.r.store.entries(office.r.review().plan.id) == []


def test_every_record_does_what_was_forecast_before_and_after(told: Rehearsal) -> None:
    """Neither run differs from its forecast, and with the plan nothing is refused."""
    assert told.before is not None
    assert told.after is not None
    assert told.before.differences == told.after.differences == ()
    for run in (told.before, told.after):
        assert run.agreement == (run.records, run.records)
        assert run.records > 250
    assert told.before.counts["refuse"] > 50
    assert "refuse" not in told.after.counts
    assert "0 differences" in told.says


def test_agreement_is_counted_over_the_same_records() -> None:
    """What was taken in from QuickBooks is among all records, as what was passed over is."""
    refs = ["app:customer:1", "app:customer:2", "qbo:customer:9"]
    other = Difference("app:customer:2", "create", "", "link", "")
    passed_over = Difference("app:customer:3", "create", "", "", "")
    assert agreement(refs, []) == (3, 3)
    assert agreement(refs, [other, passed_over]) == (2, 4)


def test_the_plan_is_carried_out_on_the_twin(office: Office, told: Rehearsal) -> None:
    """Each approved request and each piece of hand-work is done there, none is left."""
    review = office.r.review()
    writes = [w for w in review.plan.writes if w.action_id in review.approved()]
    assert told.not_done == ()
    assert told.by_hand == sum(w.to == "hand" for w in writes) > 0
    assert told.applied == sum(w.to == "qbo" for w in writes) > 0


def test_each_record_tells_what_was_asked(told: Rehearsal) -> None:
    """A created customer was looked for, then made, and has the id that QuickBooks gave."""
    assert told.before is not None
    step = next(s for s in told.before.steps if s.effect == "create" and s.kind == "customer")
    look, make = step.calls
    assert look.asked.startswith("SELECT * FROM Customer WHERE DisplayName = ")
    assert look.answered == "0 found"
    assert make.asked.startswith("create Customer ")
    assert make.answered == f"Id {step.target}"
    refused = next(s for s in told.before.steps if s.fault.isdecimal())
    assert f"refused: {refused.fault}" in [c.answered for s in told.before.steps for c in s.calls]


def test_a_rehearsal_is_kept_with_what_it_was_of(office: Office, told: Rehearsal) -> None:
    """The workspace gives it back, equal to the last step and call."""
    assert office.r.rehearsed() == told


def test_the_notebook_shows_both_runs_and_apply_says_so(office: Office, told: Rehearsal) -> None:
    """The panel has the last rehearsal at once; the panel of what is approved names it."""
    work = Engagement(office.r, "Ann")
    panel = rehearse_panel(work)
    assert told.says in panel.html
    assert "Without the plan" in panel.html
    assert "With the plan" in panel.html
    assert "Rehearse again" in panel.html
    assert told.says in apply_panel(work).html


def test_the_papers_show_counts_differences_and_every_step(
    office: Office, told: Rehearsal, tmp_path: Path
) -> None:
    """The workbook has a sheet for the counts and one for the timeline, as long as both runs."""
    files = office.r.report(tmp_path, by="Ann")
    book = openpyxl.load_workbook(files["xlsx"], read_only=True)
    assert {"Rehearsal", "Rehearsal differences", "Rehearsal timeline"} <= set(book.sheetnames)
    rows = list(book["Rehearsal timeline"].iter_rows(min_row=5, values_only=True))
    book.close()
    assert told.before is not None
    assert told.after is not None
    assert len(rows) == len(told.before.steps) + len(told.after.steps)
    page = files["html"].read_text(encoding="utf-8")
    assert "Every record did just what was forecast." in page


def test_what_an_import_makes_is_rehearsed_before_the_sync(office: Office, told: Rehearsal) -> None:
    """Every record of both does what was forecast; it is no word on how things are set."""
    r = office.r
    other = r.rehearse(scenario="import everything")
    assert other.before is not None
    assert other.after is not None
    assert other.differences == other.before.differences == ()
    came = [step for step in other.after.steps if step.ref.startswith("qbo:")]
    assert {step.kind for step in came} >= {"customer", "item", "invoice", "payment"}
    assert {step.effect for step in came} >= {"link", "create"}
    assert "(import everything), 0 differences" in other.says
    kept = r.rehearsed()
    assert kept is not None
    assert kept.says == told.says
    rows = rehearsal_listings(replace(papers(r, r.store.plans(), by=""), rehearsal=other))[2].rows
    linked = next(step for step in came if step.effect == "link")
    assert any(
        row[-1] == linked.ref and row[6] == linked.ref.rpartition(":")[2]
        and r.names()[linked.target] in str(row[7])
        for row in rows
    )  # fmt: skip


def test_a_panel_offers_each_way_to_turn_the_sync_on(office: Office, told: Rehearsal) -> None:
    """What came of another way is shown as long as nothing changes."""
    panel = rehearse_panel(Engagement(office.r))
    assert 'data-which="import first"' in panel.html
    assert told.says in panel.html
    page = panel.press("rehearse", "payment_mode=none")
    says = "(payment_mode=none), 0 differences"
    assert page.count(says) == 2  # above the outcomes, and as what the button did
    review = office.r.review()
    one = min(review.approved())
    review.decide([one], "reject", by="Ann")
    panel.refresh()
    assert panel.html.count(says) == 1
    review.decide([one], "approve", by="Ann")
    with pytest.raises(InputError, match="called"):
        office.r.rehearse(scenario="by magic")


def test_a_changed_decision_makes_it_worthless(office: Office, told: Rehearsal) -> None:
    """One approval less is another plan; given back, the rehearsal counts again."""
    r, review = office.r, office.r.review()
    one = min(review.approved())
    review.decide([one], "reject", by="Ann")
    assert r.rehearsed() is None
    assert "changed since" in standing(r)
    review.decide([one], "approve", by="Ann")
    assert r.rehearsed() == told
    assert standing(r) == told.says


def flipped(profile: Profile, part: str, **values: object) -> Profile:
    """The profile with something in it that is not so."""
    told = profile.model_dump()
    told[part] |= values
    return Profile.model_validate(told)


@pytest.mark.parametrize(
    ("part", "values"),
    [("customer", {"sees_inactive": True})],
)
def test_a_wrong_profile_shows(office: Office, part: str, values: dict[str, object]) -> None:
    """What the profile says wrongly comes otherwise, and both reasons are told."""
    other = Reconciliation(office.r.store, clock=lambda: NOW)
    other.profile = flipped(other.profile, part, **values)
    kept = office.r.rehearsed()
    told = other.rehearse(with_plan=False)
    assert office.r.rehearsed() == kept  # half a rehearsal is not kept
    assert told.after is None
    assert told.differences
    assert all(d.because and d.instead for d in told.differences)
    assert str(len(told.differences)) in told.says


def test_stopped_it_says_so_and_keeps_nothing(office: Office, told: Rehearsal) -> None:
    """What was seen is given back, as incomplete; the last whole rehearsal stays."""
    before = office.r.rehearsed()

    def stop(what: str, done: int, _total: int | None) -> None:
        if what.startswith("The sync without") and done == 20:
            raise KeyboardInterrupt

    other = Reconciliation(office.r.store, progress=stop)
    partial = other.rehearse()
    assert partial.before is not None
    assert (len(partial.before.steps), partial.complete) == (20, False)
    assert "Stopped" in partial.says
    assert partial.before.differences == ()
    assert partial.after is None
    assert office.r.rehearsed() == before


def test_lists_alone_cannot_be_rehearsed(office: Office) -> None:
    """One sentence says why, and what to do."""
    app, ledger = office.r.snapshots
    lists = Snapshot("qbo", "lists", "", "", "files", NOW, {"Customer": ledger.records["Customer"]})
    with (
        pytest.raises(InputError, match="a company cannot be made of them"),
        twin_of("invoiceninja", app, lists),
    ):
        pass


def test_the_twin_holds_what_was_pulled(office: Office) -> None:
    """Pulled again from the twin, both sides are the same to the last field."""
    app, ledger = office.r.snapshots
    with twin_of("invoiceninja", app, ledger) as twin:
        app_again, ledger_again = twin.snapshots(lambda: NOW, silent)
    assert ledger_again.id == ledger.id
    assert ledger_again.environment == ledger.environment
    same_tables(app, app_again)


def test_an_app_read_live_is_copied_too(office: Office) -> None:
    """With ids, contacts and what each payment pays."""
    with InvoiceNinjaSandbox(office.demo.app) as served:
        app = InvoiceNinjaApi(served.base_url, served.token).read(lambda: NOW, silent)
    copy = InvoiceNinjaCopy.of(app)
    assert any(payment["paymentables"] for payment in copy.payments)
    same_tables(app, copy.snapshot(app))


def same_tables(one: Snapshot, other: Snapshot) -> None:
    """Both snapshots of the app make the same tables, but for ids and places in a file."""
    (left, rejects), (right, others) = tidy_app(one), tidy_app(other)
    assert rejects == others
    for name in left.counts():
        frames = [
            getattr(side, name).drop(columns=["row", "id"], errors="ignore")
            for side in (left, right)
        ]
        pd.testing.assert_frame_equal(*frames)


REHEARSE = """
import sys
from recon.reconciliation import Reconciliation

def told(what, done, total):
    if what.startswith("The sync") and done == 5:
        print("running", flush=True)
        sys.stdin.read(1)  # goes on when the test has sent its signal

r = Reconciliation.open(sys.argv[1], progress=told)
print(r.rehearse(with_plan=False).says, flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_killed_in_the_middle_it_leaves_nothing(office: Office, tmp_path: Path) -> None:
    """No lock, no process, no file, and the workspace can be used at once."""
    r = office.r
    folder = r.store.path.parent
    before = {path.name for path in folder.iterdir()}
    kept = r.store.result("rehearsal")
    with subprocess.Popen(
        [sys.executable, "-c", REHEARSE, str(r.store.path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)}, start_new_session=True,
    ) as running:  # fmt: skip
        assert running.stdout is not None
        assert running.stdout.readline() == "running\n"
        running.send_signal(signal.SIGKILL)
        running.communicate(timeout=20)
    with pytest.raises(ProcessLookupError):
        os.killpg(running.pid, 0)
    assert {path.name for path in folder.iterdir()} == before
    assert list(tmp_path.iterdir()) == []
    assert r.store.result("rehearsal") == kept
    with r.store.applying():
        pass

"""The whole way with Invoice Ninja live: plan, rehearsal, apply, verify, undo; nothing by hand."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from ninja_plan import Seen, writer_to
from test_cli import recon, told

from recon.apps.invoiceninja.api import InvoiceNinjaApi
from recon.demo.judge import Judge
from recon.demo.people import Accountant
from recon.plan import Plan, Write
from recon.qbo.client import sandbox_client
from recon.qbo.reader import QboReader
from recon.qbo.writer import QboWriter
from recon.reconciliation import Reconciliation
from recon.sandbox.demo import Demo, demo_company
from recon.sandbox.invoiceninja import InvoiceNinjaSandbox
from recon.sandbox.server import Sandbox
from recon.widgets.buttons import apply_panel
from recon.widgets.desk import Desk
from recon.widgets.engagement import Engagement


@dataclass
class Office:
    """Both sides on servers, and the reconciliation of the two."""

    r: Reconciliation
    qbo: Sandbox
    app: InvoiceNinjaSandbox
    demo: Demo


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The demo company, with a plan that somebody decided on who knows the clients."""
    demo = demo_company(40, 8)
    with (
        InvoiceNinjaSandbox(demo.app) as app,
        Sandbox(demo.company) as qbo,
        sandbox_client(qbo.describe()) as client,
    ):
        r = Reconciliation.open(
            tmp_path_factory.mktemp("live") / "books.recon",
            readers={"app": InvoiceNinjaApi(app.base_url, app.token), "qbo": QboReader(client)},
            writers={"app": writer_to(app), "qbo": QboWriter(client)},
        )
        r.pull()
        Accountant(Judge(demo.truth, demo.app)).decide(r.propose())
        yield Office(r, qbo, app, demo)
        r.store.close()


def chosen(r: Reconciliation, plan: Plan | None = None) -> list[Write]:
    """The approved writes of a plan, the newest unless given."""
    review = r.review(plan)
    return [w for w in review.plan.writes if w.action_id in review.approved()]


def test_nothing_in_the_app_is_left_to_a_person(office: Office) -> None:
    """Every change there is a write to its API, which says what was there before."""
    in_app = [w for w in chosen(office.r) if w.ref.startswith("app:")]
    assert {w.to for w in in_app} == {"app"}
    assert {(w.entity, w.operation) for w in in_app} >= {
        ("customer", "update"), ("customer", "merge"), ("invoice", "update"), ("item", "update"),
    }  # fmt: skip
    assert all(w.restore or w.operation == "merge" for w in in_app)
    plan = office.r.review().plan
    undo = {plan.action(w.action_id).undo for w in in_app if w.operation == "merge"}
    assert undo == {"none"}
    assert all("by hand" not in plan.action(w.action_id).will.casefold() for w in in_app)
    assert Plan.from_json(plan.to_json()) == plan


def test_a_rehearsal_changes_the_copy_of_the_app_and_neither_side(office: Office) -> None:
    """The same writes through the same apply; the sync then does what the forecast says."""
    asked = office.app.counters(), office.qbo.counters()
    rehearsed = office.r.rehearse()
    assert (office.app.counters(), office.qbo.counters()) == asked
    assert rehearsed.not_done == ()
    assert rehearsed.applied == sum(w.to != "hand" for w in chosen(office.r))
    assert rehearsed.before is not None
    assert rehearsed.after is not None
    assert rehearsed.before.differences == rehearsed.after.differences == ()
    assert "refuse" not in rehearsed.after.counts


def test_the_desk_says_what_goes_where(office: Office) -> None:
    """How many changes for each side, and that the app is changed over its API."""
    work = Engagement(office.r)
    in_app = sum(w.to == "app" for w in chosen(office.r))
    page = apply_panel(work).html
    assert "to QuickBooks and Invoice Ninja" in page
    assert f"{in_app} changes" in page.split("To send to Invoice Ninja")[1][:80]
    assert Desk(work)._repr_html_().count("through its API") == 2


def test_both_sides_are_mended_verified_and_set_back(office: Office) -> None:
    """After the undo all is as it was, but for merged clients and what was no address."""
    r, seen = office.r, Seen(office.app)
    first = {path: {e["id"]: e for e in seen.all(path)} for path in ("clients", "invoices")}
    writes = chosen(r)
    result = r.apply()
    assert (result.refused, dict(result.waiting)) == ((), {})
    assert set(result.done) == {w.id for w in writes if w.to != "hand"}
    r.pull()
    found = r.verify()
    assert set(found["check"]) <= {"verified", "by_hand_open"}
    assert not found[found["check"] == "by_hand_open"]["ref"].str.startswith("app:").any()

    back = r.undo()
    merged = [w.body for w in writes if w.operation == "merge"]
    for_ever = {a.ref for a in back.plan.actions if a.why == "A merge is for ever."}
    assert for_ever == {w.ref for w in writes if w.operation == "merge"}
    for action in back.plan.actions:
        back.decide([action.id], "approve", by="Ann")
    undone = r.apply(back.plan)
    (refused,) = undone.refused  # the app takes no address that is none, not even an old one
    assert "must be a valid email address" in refused.says
    r.pull()
    found = r.verify(back.plan).set_index("check")
    assert set(found.index) == {"verified", "not_as_promised"}
    assert "must be a valid email address" in found["says"]["not_as_promised"]
    mended = {w.body["Id"] for w in writes if "email" in w.body}
    touched = {body["into"] for body in merged} | mended
    for record in seen.all("clients"):
        before = first["clients"][record["id"]]
        fields = {"name", "number", "settings"} | (
            set() if record["id"] in touched else {"contacts", "balance"}
        )
        assert {n: record[n] for n in fields} == {n: before[n] for n in fields}
    for record in seen.all("invoices"):
        before = first["invoices"][record["id"]]
        fields = {"number", "amount", "balance", "status_id"}
        assert {n: record[n] for n in fields} == {n: before[n] for n in fields}
        sold = [[(line["product_key"], line["line_total"]) for line in each["line_items"]]
                for each in (record, before)]  # fmt: skip
        assert sold[0] == sold[1]
    gone = set(first["clients"]) - {record["id"] for record in seen.all("clients")}
    assert gone == {body["Id"] for body in merged}
    assert not any(record["is_deleted"] for record in seen.all("products"))


class Terminal(io.StringIO):
    """Somebody sits there."""

    def isatty(self) -> bool:
        """Yes."""
        return True


def test_the_command_line_changes_the_app_and_wants_the_password_for_a_merge_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the password nothing is sent; it is asked for at a terminal, and kept nowhere."""
    demo = demo_company(40, 8)
    with InvoiceNinjaSandbox(demo.app) as app, Sandbox(demo.company) as qbo:
        (tmp_path / "qbo.json").write_text(json.dumps(qbo.describe()), encoding="utf-8")
        monkeypatch.setenv("INVOICENINJA_URL", app.base_url)
        monkeypatch.setenv("INVOICENINJA_TOKEN", app.token)
        books = tmp_path / "b.recon"
        recon("open", books, "--app", app.base_url, "--qbo", tmp_path / "qbo.json")
        recon("pull", books)
        recon("propose", books)
        shown = told("review", books)
        merges = [a["id"] for a in shown if a["kind"] == "merge" and a["ref"].startswith("app:cu")]
        merged = {a["ref"] for a in shown if a["id"] in merges}  # to be called otherwise, or merged
        others = [a for a in shown if a["title"].endswith("in Invoice Ninja")]
        few = [a["id"] for a in others if a["ref"] not in merged][:2]
        for action_id in few:
            recon("review", books, "--approve", action_id, "--by", "Ann")
        done = told("apply", books)
        assert (done["refused"], done["by_hand"]) == (0, 0)
        sent = len(Seen(app).done())
        assert sent >= 2

        recon("review", books, "--approve", merges[0], "--by", "Ann")
        said = recon("apply", books, ok=False)
        assert "password of the API token's owner" in " ".join(said.stderr.split())
        assert len(Seen(app).done()) == sent
        monkeypatch.setattr("sys.stdin", Terminal())
        monkeypatch.setattr("getpass.getpass", lambda *_: app.password)
        said = recon("apply", books)
        assert "1 done" in said.stdout
        assert "which nobody can undo" in said.stderr
        assert app.password not in said.stdout + said.stderr
        assert len(Seen(app).done()) == sent + 1
        assert app.password.encode() not in books.read_bytes()

"""The demo company with its clients in another app: what its sync does, judged by the labels."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from recon.apps.readers import reader_of
from recon.books import Ref
from recon.demo.appside import AppDesk
from recon.demo.judge import Judge
from recon.demo.people import Accountant
from recon.ports import SyncEvent, silent
from recon.qbo.client import sandbox_client
from recon.qbo.port import QboCalls
from recon.qbo.reader import QboReader
from recon.qbo.writer import QboWriter
from recon.reconciliation import Reconciliation, utc_now
from recon.rehearsal import Rehearsal
from recon.sandbox.demo import AppCompany, Truth, demo_company
from recon.sandbox.demo.dialects import write_dialect
from recon.sandbox.server import Sandbox
from recon.trial.simulated import APPS


@pytest.mark.parametrize(
    ("app", "taken_in", "stays"),
    [("workiz", True, set()), ("taxdome", False, set()), ("spraye", False, {"payment"})],
)
def test_every_record_is_judged(app: str, taken_in: bool, stays: set[str], tmp_path: Path) -> None:
    """Duplicates are told from new ones; what the app takes in, or never sends, is told apart."""
    demo = demo_company(40, 3)
    write_dialect(demo.app, app, tmp_path)
    records = APPS[app].copy(reader_of(app, tmp_path).read(utc_now, silent))
    with Sandbox(demo.company) as sandbox, sandbox_client(sandbox.describe()) as client:
        events = list(APPS[app].sync()(records, QboCalls(client)))
    verdicts = Judge(demo.truth, demo.app).verdicts(events)
    told = Counter(verdict.outcome for verdict in verdicts)
    assert told["link"] > 20
    assert (told["create_in_app"] > 0) is taken_in
    assert app == "taxdome" or told["duplicate"] > 0
    whole = {v.kind for v in verdicts} - {v.kind for v in verdicts if v.outcome != "skip"}
    assert whole == stays


@pytest.mark.parametrize(
    ("customer", "strays"), [("7", []), ("8", [0, 1]), ("9", [0, 1]), ("404", [0, 1])]
)
def test_a_new_sale_belongs_on_its_own_customer(customer: str, strays: list[int]) -> None:
    """Whether it is booked on somebody who was there, whom the sync made, or whom nobody knows."""
    clients = [{"id": f"c{number}", "number": number} for number in ("1", "2")]
    sale = {"id": "s", "number": "1", "client_id": "c1"}
    judge = Judge(
        Truth(party_of_client={"1": "Ann", "2": "Bo"}, party_of_customer={"7": "Ann", "8": "Cy"}),
        AppCompany(clients=clients, invoices=[sale], payments=[sale]),
    )
    sales = [SyncEvent(Ref(f"app:{kind}:1"), "create", "11") for kind in ("invoice", "payment")]
    made = SyncEvent(Ref("app:customer:2"), "create", "9")
    booked = {("invoice", "11"): customer, ("payment", "11"): customer}
    assert judge.on_others([made, *sales], booked) == [sales[at] for at in strays]


HARM = ("duplicate", "wrong_link", "refuse", "disconnect")


@pytest.mark.parametrize("app", APPS)
def test_the_first_plan_is_enough(app: str, tmp_path: Path) -> None:
    """In each app, on a twin: all of it is done, and then the sync does no harm, as forecast."""
    told = rehearsed(app, tmp_path)
    assert told.before is not None
    assert told.after is not None
    assert sum(told.before.counts.get(word, 0) for word in HARM) > 50
    assert {word: told.after.counts.get(word, 0) for word in HARM} == dict.fromkeys(HARM, 0)
    assert told.not_done == ()
    for run in (told.before, told.after):
        agreed, of = run.agreement
        assert agreed == of > 200


def rehearsed(app: str, folder: Path) -> Rehearsal:
    """The plan for a small demo company in an app, decided on by its accountant, and rehearsed."""
    demo = demo_company(16, 7)
    desk = AppDesk(app, folder / "exports", demo.app)
    with desk, Sandbox(demo.company) as sandbox, sandbox_client(sandbox.describe()) as client:
        r = Reconciliation.open(
            folder / "demo.recon.sqlite",
            app,
            readers={"app": desk.reader, "qbo": QboReader(client)},
            writers={"qbo": QboWriter(client), **desk.writers},
        )
        usual = {question: r.profile.answer_of(question) for question in r.profile.choices}
        r.go_by(r.profile.answered(usual))  # nothing is left open that had to be worked out too
        r.pull()
        Accountant(Judge(demo.truth, desk.records)).decide(r.propose())
        told = r.rehearse()
        r.store.close()
    return told

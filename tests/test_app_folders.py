"""What every folder of `recon/apps` owes the rest, each folder by itself.

Run one with `python -m pytest tests/test_app_folders.py -k workiz`; see docs/adding-an-app.md.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

import pytest
from app_talk import NOW, Ledger, client, exported, invoice, payment

from recon.apps.copy import NeutralCopy
from recon.apps.profiles import load_profile
from recon.apps.readers import DIALECTS
from recon.books import Effect, Ref, Snapshot
from recon.errors import ConfigError
from recon.ports import SyncEvent, silent
from recon.qbo.reader import QboReader
from recon.sandbox.books.company import Company
from recon.trial.simulated import APPS
from recon.trial.twin import company_of, twin_of

HERE = Path(__file__).parents[1] / "recon" / "apps"
FOLDERS = sorted(path.parent.name for path in HERE.glob("*/simulate.py"))
SET = [
    pytest.param(app, name, answer, id=f"{app}-{name}-{answer}")
    for app, how in APPS.items()
    for name, answers in how.choices.items()
    for answer in answers[1:]
    if (app, name, answer) != ("workiz", "invoices_sent", "by_hand")  # somebody picks them all
    and (app, answer) != ("invoiceninja", "both")  # has the effect of push
]
NEUTRAL = [app for app in FOLDERS if app != "invoiceninja"]
WITH = {
    ("workiz", "invoice_mode"): {"number_there": "match"},
    ("workiz", "number_there"): {"invoice_mode": "both"},
    ("studioninja", "renamed_client"): {"again": "yes"},
    ("generic_name", "shared_address"): {"client_match": "email"},
    ("generic_batch", "shared_address"): {"client_match": "email"},
    ("generic_name", "name_taken"): {"second_client": "own"},
    ("generic_batch", "name_taken"): {"second_client": "own"},
    ("generic_name", "then_name"): {"client_match": "email"},
    ("generic_batch", "then_name"): {"client_match": "email"},
}
"""Answers that make no difference by themselves, and what else has to be set."""


def person(number: str, first: str, last: str, **more: Any) -> dict[str, Any]:
    """A client with first and last name."""
    return client(number, f"{first} {last}", given_name=first, family_name=last, **more)


def crossroads(ledger: Ledger) -> Snapshot:
    """Both sides of a company in which every setting of every app makes a difference."""
    ann = ledger.customer("Ann Lee", "ann@example.com")
    unit = ledger.customer("Unit 1", "office@example.com")
    for name, email in (("Unit 2", "office@example.com"), ("ann roe", ""), ("Kestrel Foods", "")):
        ledger.customer(name, email)
    old = ledger.customer("Eve Old")
    ledger.add("Vendor", DisplayName="Bo Roe")
    item = ledger.item("Mow")
    ledger.item("Only here")
    ledger.invoice("A2", ann, item)
    ledger.invoice("A3", unit, item)
    copied = ledger.invoice("A8", old, item)
    taxed = [{**row, "item_tax_rate": "7"} for row in invoice("A5", "1", "Mow", tax="0.70")]
    return exported(
        clients=[
            person("1", "Ann", "Lee", email="ann@example.com"),
            person("2", "Ann", "Lee", email="two@example.com"),
            person("3", "Bo", "Roe", email="bo@example.com"),
            person("4", "Unit", "9", email="office@example.com"),
            person("5", "Ann", "Roe"),
            person("6", "Cy", "Poe", company_name="Kestrel Foods"),
            person("7", "Dee", "Moe", email="ANN@example.com"),
            person("8", "Eve", "New", linked_id=old),
        ],
        products=[{"product_key": "Mow", "price": "10"}, {"product_key": "Rake", "price": "5"}],
        invoices=[
            *invoice("A1", "1", "Mow"), *invoice("A2", "1", "Mow"), *invoice("A3", "1", "Mow"),
            *invoice("A4", "1", "Mow", status="draft"), *taxed,
            *invoice("A6", "1", "Mow", date="2026-11-26"), *invoice("A7", "1", "Hedge"),
            *invoice("A8", "8", "Mow", "Mow", linked_id=copied),
            *invoice("A9", "2", "Mow", status="paid"), *invoice("B1", "3", "Mow"),
            *invoice("B2", "4", "Mow"), *invoice("B3", "5", "Mow"), *invoice("B4", "6", "Mow"),
            *invoice("B5", "1", ""),
        ],
        payments=[
            payment("P1", "1", "10", "A1"), payment("P2", "1", "10", "A5"),
            payment("P3", "1", "1", reference="x" * 22), payment("P4", "1", "10", "B5"),
        ],
    )  # fmt: skip


@dataclass(frozen=True)
class Crossroads:
    """The company, made once and put back before each run."""

    ledger: Ledger
    told: Snapshot
    company: Company
    usual: dict[tuple[Any, ...], list[Any]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def company(served_ledger: Ledger) -> Crossroads:
    """The company of every setting."""
    served_ledger.empty()
    told = crossroads(served_ledger)
    pulled = QboReader(served_ledger.client).read(lambda: NOW, silent)
    return Crossroads(served_ledger, told, company_of(pulled))


def run(
    app: str, company: Crossroads, left_out: tuple[str, ...] = (), **answers: str
) -> list[SyncEvent]:
    """The sync of an app on the crossroads, set so."""
    company.ledger.sandbox.reset(company.company)
    sync = APPS[app].sync(NOW, answers)
    copy = APPS[app].copy(company.told)
    return list(sync(copy, company.ledger.calls, frozenset(map(Ref, left_out))))


def seen(events: list[SyncEvent], ledger: Ledger) -> list[Any]:
    """What an onlooker sees: the events, and the names and sums that QuickBooks has then."""
    held = [
        (entity, r.get("DisplayName"), r.get("TotalAmt"), r.get("PaymentRefNum"))
        for entity in ("Customer", "Invoice", "Payment")
        for r in ledger.client.query(f"SELECT * FROM {entity} MAXRESULTS 1000")
    ]
    return [*((e.ref, e.effect, e.fault) for e in events), *held]


def test_every_folder_is_known_and_every_app_has_one() -> None:
    """The lists of apps hold what is there, and nothing else."""
    assert sorted(APPS) == FOLDERS
    assert sorted({*DIALECTS, "invoiceninja"}) == FOLDERS


def _modules(app: str) -> Iterator[tuple[str, str]]:
    for path in sorted((HERE / app).glob("*.py")):
        yield path.name, ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""


@pytest.mark.parametrize("app", FOLDERS)
def test_a_folder_says_where_its_facts_are_from(app: str) -> None:
    """Each module says what it is; the sync says from which document, read when."""
    told = dict(_modules(app))
    assert all(told.values()), told
    assert "Source:" in told["simulate.py"]
    assert "read 20" in told["simulate.py"]
    profile = HERE / app / "profile.toml"
    if profile.exists():
        assert load_profile(app).about.id == app


@pytest.mark.parametrize("app", NEUTRAL)
def test_a_sync_tells_of_every_record_once(app: str, company: Crossroads) -> None:
    """Each record an event, in words, with a target where there is one; run again, the same."""
    first = run(app, company)
    refs = [event.ref for event in first if event.ref.startswith("app:")]
    assert sorted(refs) == sorted(NeutralCopy.of(company.told).by_ref)
    for event in first:
        assert event.effect in get_args(Effect)
        assert event.says.endswith(".")
        assert bool(event.fault) is (event.effect == "refuse")
        linked = event.ref.startswith("app:") and event.effect in {"link", "create"}
        assert bool(event.target) is linked
    assert run(app, company) == first


@pytest.mark.parametrize("app", NEUTRAL)
def test_what_a_person_left_alone_stays(app: str, company: Crossroads) -> None:
    """It is told, and neither linked nor made; nothing to sync is no event."""
    left = ("app:customer:7", "app:item:Rake", "app:invoice:A1", "app:payment:P1")
    fate = {event.ref: event.effect for event in run(app, company, left)}
    assert [fate[ref] for ref in left] == ["skip"] * 4
    nothing = APPS[app].sync(NOW, {"two_way": "no"} if app == "workiz" else {})
    assert list(nothing(NeutralCopy(), company.ledger.calls)) == []


@pytest.mark.parametrize(("app", "name", "answer"), SET)
def test_each_answer_makes_a_difference(
    app: str, name: str, answer: str, company: Crossroads
) -> None:
    """What nobody knows of an app, answered otherwise, shows in what its sync does."""
    more = WITH.get((app, name), {})
    key = (app, *more.items())
    if key not in company.usual:
        company.usual[key] = seen(run(app, company, **more), company.ledger)
    other = seen(run(app, company, **{**more, name: answer}), company.ledger)
    assert other != company.usual[key]


def test_an_answer_that_an_app_does_not_take_is_refused() -> None:
    """The sentence says which there are."""
    with pytest.raises(ConfigError, match="client_conflicts: off, differentiator, client_number"):
        APPS["workiz"].sync(answers={"client_conflicts": "perhaps"})
    with pytest.raises(ConfigError, match="There are customer_mode: push, "):
        APPS["invoiceninja"].sync(answers={"match": "name"})


@pytest.mark.parametrize("app", NEUTRAL)
def test_an_app_is_tried_out_on_a_twin(app: str, company: Crossroads) -> None:
    """Both sides copied, the sync run on the copies; the company itself is not touched."""
    ledger = company.ledger
    ledger.sandbox.reset(company.company)
    pulled = QboReader(ledger.client).read(lambda: NOW, silent)
    with twin_of(app, company.told, pulled, now=NOW) as twin:
        size = twin.app.size
        tried = [event.ref for event in twin.sync(twin.app, twin.qbo)]
        assert len([ref for ref in tried if ref.startswith("app:")]) == size
        after, _ = twin.snapshots(lambda: NOW, silent)
    assert {"clients", "invoices"} <= set(after.records)
    assert ledger.count("Customer") == 6


def test_every_word_of_a_refusal_stands_in_the_guide() -> None:
    """Who writes the next app finds the words that are in use."""
    guide = (HERE.parents[1] / "docs" / "adding-an-app.md").read_text("utf-8")
    sources = [*HERE.glob("*/simulate.py"), *HERE.glob("push/*.py")]
    words = {
        word
        for source in sources
        for word in re.findall(r'Unfit\(\s*"(\w+)"', source.read_text("utf-8"))
    }
    assert len(words) > 8
    assert {word for word in words if f"`{word}`" not in guide} == set()

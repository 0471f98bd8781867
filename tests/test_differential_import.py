"""The forecast of an import against the import as a procedure, over real HTTP.

Record by record: what is found and which record of the app that is, what is made and under which
number, what stays out, is deleted, becomes a credit or goes unapplied.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from held_against import NOW, Arena, arena, new_seeds
from small_companies import Small
from small_imports import importing_company

from recon.advice.scenarios import way_called, ways_of, worked_out
from recon.apps.copy import NeutralCopy
from recon.apps.invoiceninja.copy import InvoiceNinjaCopy
from recon.apps.invoiceninja.simulate_import import Kind, Settings, simulate_import
from recon.apps.profiles import clean_up, load_profile
from recon.apps.workiz.simulate_back import come_back
from recon.books import Books
from recon.case import Case
from recon.ports import silent
from recon.profile import Profile, put
from recon.qbo.port import QboCalls
from recon.qbo.reader import QboReader
from recon.rehearsal import Difference
from recon.settings import Settings as Thresholds
from recon.stages.forecast.importing import import_outcomes
from recon.stages.rehearse import Watched, compare, watch
from recon.stages.tidy import tidy
from recon.trial.simulated import SYNCS, with_import

KINDS: tuple[Kind, ...] = ("customer", "item", "invoice", "payment")
CHOSEN: tuple[tuple[Kind, ...], ...] = (KINDS, KINDS[2:], KINDS[3:])
OLD, NEWEST = "invoiceninja", "invoiceninja@current"
ANSWERS: tuple[dict[str, str], ...] = (
    {"import_compares": "display_name", "import_of_void": "taken", "import_brings_client": "no"},
    {"import_without_invoice": "left"},
)


@dataclass(frozen=True)
class Held:
    """One company, pulled: an import only reads QuickBooks, so that it may be imported often."""

    place: Arena
    small: Small
    books: Books

    def differences(
        self,
        app: str,
        given: Mapping[str, str],
        kinds: tuple[Kind, ...] = KINDS,
        of: Profile | None = None,
    ) -> list[Difference]:
        """Records that fared otherwise than was forecast.

        Args:
            app: the name of a profile.
            given: answers to its questions; the import is set so, too.
            kinds: what is imported.
            of: a profile in the place of the app's own.
        """
        profile = of or load_profile(app, given)
        case = Case(self.books, profile, Thresholds(), NOW, clean_up=clean_up(profile))
        how = Settings(**given, newest=app == NEWEST)  # type: ignore[arg-type]
        copy, qbo = InvoiceNinjaCopy.of(self.small.app), QboCalls(self.place.client)
        events = simulate_import(copy, qbo, kinds, how)
        return compare(import_outcomes(case, kinds), events, {})

    def of_way(self, app: str, way: str) -> list[Difference]:
        """Records that fared otherwise than was forecast of a way with an import."""
        profile, how = load_profile(app), SYNCS[app]
        one = way_called(profile, way)
        answered = profile.answered(one.answers)
        case = Case(self.books, profile, Thresholds(), NOW, clean_up=clean_up(profile))
        told = worked_out(case, one, frozenset()).every
        answers = {name: answered.answer_of(name) for name in answered.choices}
        copy = how.copy(self.small.app)
        assert how.brings is not None
        sync = with_import(
            copy, how.sync(None, how.heard(answers)), how.brings(answers), one.imports,
            first=profile.pull.ignores_mode,
        )  # fmt: skip
        watched = Watched(frozenset(), frozenset(told["ref"]), copy.size)
        self.place.sandbox.reset(self.small.company)
        watch(watched, sync, copy, QboCalls(self.place.client), silent, "")
        return compare(told, watched.events, watched.made)


def held(place: Arena, seed: int | str, *, hostile: bool = False) -> Held:
    """The company of a seed, pulled."""
    small = importing_company(seed, NOW, hostile=hostile)
    place.sandbox.reset(small.company)
    books = tidy(small.app, QboReader(place.client).read(lambda: NOW, silent))
    return Held(place, small, books)


@pytest.fixture(scope="module")
def place() -> Iterator[Arena]:
    """A server for all companies."""
    with arena() as place:
        yield place


@pytest.mark.parametrize(
    ("seed", "hostile"),
    [*((seed, seed in (2, 3)) for seed in range(5)), *((seed, False) for seed in new_seeds(5))],
)
def test_an_import_does_what_was_forecast(seed: int | str, hostile: bool, place: Arena) -> None:
    """Both versions, under each answer; everything, sales without clients, payments alone."""
    company = held(place, seed, hostile=hostile)
    runs = [*(({}, kinds) for kinds in CHOSEN), *((given, KINDS) for given in ANSWERS)]
    found = {
        (app, kinds, *given.values()): differs
        for app in (OLD, NEWEST)
        for given, kinds in runs
        if (differs := company.differences(app, given, kinds))
    }
    assert found == {}


def test_workiz_takes_back_the_sales_that_were_forecast(place: Arena) -> None:
    """Payments by their methods, of several invoices the first; all that may be said is shown."""
    profile = load_profile("workiz", {"invoice_mode": "both"})
    shown = set()
    for seed in range(6):
        one = held(place, seed)
        case = Case(one.books, profile, Thresholds(), NOW, clean_up=clean_up(profile))
        for kinds in CHOSEN[1:]:
            outcomes = import_outcomes(case, kinds)
            back = come_back(NeutralCopy.of(one.small.app), QboCalls(place.client), kinds)
            assert compare(outcomes, back, {}) == [], seed
            shown |= set(outcomes[["kind", "effect", "because"]].itertuples(index=False, name=None))
    assert shown == {
        ("customer", "link", "pull.customer_match"), ("customer", "create", "pull.customer_match"),
        ("invoice", "link", "pull.number_clash"), ("invoice", "create", "pull.number_clash"),
        ("invoice", "skip", "pull.takes_void"),
        ("payment", "link", "pull.payment_match"), ("payment", "create", "pull.payment_match"),
        ("payment", "create", "payment.splits_back"),
        ("payment", "refuse", "payment.methods_back"),
        ("payment", "skip", "pull.takes_void"), ("payment", "skip", "pull.invoice_missing"),
    }  # fmt: skip


WAYS = [(app, one.name) for app in SYNCS for one in ways_of(load_profile(app)) if one.imports]


def test_every_way_with_an_import_is_tried() -> None:
    """An app that offers one has it written down as a procedure."""
    assert {app for app, _ in WAYS} == {app for app in SYNCS if SYNCS[app].brings is not None}
    assert {name for _, name in WAYS} == {
        "import first", "import everything", "import only", "both ways"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("seed", "hostile"),
    [
        *((11, False), (24, True), (109, False), ("291883f6f-1", False)),
        *((seed, False) for seed in new_seeds(2)),
    ],
)
def test_import_and_sync_do_what_was_forecast(seed: int | str, hostile: bool, place: Arena) -> None:
    """One behind the other, on the same records, every way that an app offers.

    In the first company two products get one name, in the second one of two invoices of a number
    is deleted, in the third a customer that has come in has the name of another one's client, in
    the fourth a void invoice of the same customer has the number of one that is sent.
    """
    company = held(place, seed, hostile=hostile)
    found = {(app, way): company.of_way(app, way) for app, way in WAYS}
    assert {way: differs for way, differs in found.items() if differs} == {}


FLIPPED: dict[str, Any] = {
    "offered": ("customer",), "customer_match": ("stored_id",), "item_match": ("stored_id",),
    "customer_name": "name", "collates": False, "number_clash": "create", "voided": "keep",
    "takes_void": True, "takes_receipts": False, "brings_client": False, "payment_match": (),
    "zero_payment": "payment", "invoice_missing": "skip",
}  # fmt: skip


def test_every_value_of_an_import_shows(place: Arena) -> None:
    """Flipped once each, the forecast says something else than what the import does."""
    profile = load_profile(OLD)
    companies = [held(place, seed) for seed in range(6)]
    unseen = {path.removeprefix("pull.") for path, _ in profile.values() if path[:5] == "pull."}
    for name, value in FLIPPED.items():
        changed = profile.model_dump()
        put(changed, f"pull.{name}", value)
        of = Profile.model_validate(changed)
        if any(one.differences(OLD, {}, kinds, of) for one in companies for kinds in CHOSEN):
            unseen.discard(name)
    # what the first sync takes in, and what a direction is to it, no import shows
    assert unseen == {"comes_first", "ignores_mode"}

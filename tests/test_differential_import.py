"""The forecast of an import against the import as a procedure, over real HTTP.

Record by record: what is found and which record of the app that is, what is made and under which
number, what stays out, is deleted, becomes a credit or goes unapplied.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pytest
from held_against import NOW, Arena, arena, new_seeds
from small_companies import Small
from small_imports import importing_company

from recon.apps.copy import NeutralCopy
from recon.apps.invoiceninja.copy import InvoiceNinjaCopy
from recon.apps.invoiceninja.simulate_import import Kind, Settings, simulate_import
from recon.apps.profiles import clean_up, load_profile
from recon.apps.push.arrival import Arrival
from recon.apps.workiz.simulate_back import payments_back
from recon.books import Books
from recon.case import Case
from recon.ports import silent
from recon.profile import Profile, put
from recon.qbo.port import QboCalls
from recon.qbo.reader import QboReader
from recon.settings import Settings as Thresholds
from recon.stages.forecast.importing import import_outcomes
from recon.stages.tidy import tidy

KINDS: tuple[Kind, ...] = ("customer", "item", "invoice", "payment")
CHOSEN: tuple[tuple[Kind, ...], ...] = (KINDS, KINDS[2:], KINDS[3:])
OLD, NEWEST = "invoiceninja", "invoiceninja@current"
ANSWERS: tuple[dict[str, str], ...] = (
    {"import_compares": "display_name", "import_of_void": "taken", "import_brings_client": "no"},
    {"import_without_invoice": "left"},
)

Fate = tuple[str, str, str, str]
"""Effect, target, number, and what is special about it."""

_SPECIAL = {
    "pull.voided": "deleted", "pull.zero_payment": "credit", "pull.invoice_missing": "unapplied",
}  # fmt: skip


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
    ) -> dict[str, tuple[Fate | None, Fate | None]]:
        """Records that fared otherwise than was forecast: what was said, and what came.

        Args:
            app: the name of a profile.
            given: answers to its questions; the import is set so, too.
            kinds: what is imported.
            of: a profile in the place of the app's own.
        """
        profile = of or load_profile(app, given)
        case = Case(self.books, profile, Thresholds(), NOW, clean_up=clean_up(profile))
        said = told(import_outcomes(case, kinds))
        how = Settings(**given, newest=app == NEWEST)  # type: ignore[arg-type]
        copy, qbo = InvoiceNinjaCopy.of(self.small.app), QboCalls(self.place.client)
        does = came(simulate_import(copy, qbo, kinds, how))
        refs = sorted(said.keys() | does.keys())
        return {r: (said.get(r), does.get(r)) for r in refs if said.get(r) != does.get(r)}


def held(place: Arena, seed: int | str, *, hostile: bool = False) -> Held:
    """The company of a seed, pulled."""
    small = importing_company(seed, NOW, hostile=hostile)
    place.sandbox.reset(small.company)
    books = tidy(small.app, QboReader(place.client).read(lambda: NOW, silent))
    return Held(place, small, books)


def told(outcomes: pd.DataFrame) -> dict[str, Fate]:
    """What was forecast of each record of QuickBooks."""
    found = {}
    for row in outcomes.astype(object).where(outcomes.notna(), "").to_dict("records"):
        special = _SPECIAL.get(row["because"], "") if row["effect"] != "skip" else ""
        own = row["effect"] == "link" and not row["target_ref"].startswith("new:")
        found[row["ref"]] = (
            row["effect"], row["target_ref"] if own else "", row["sent_as"], special
        )  # fmt: skip
    return found


def came(arrivals: Iterable[Arrival]) -> dict[str, Fate]:
    """What the import did with each, the last time where it came twice."""
    return {each.ref: (each.effect, each.target, each.called, each.fate) for each in arrivals}


def effects(fates: Mapping[str, Fate]) -> dict[str, tuple[str, str]]:
    """Effect and target of each."""
    return {ref: fate[:2] for ref, fate in fates.items()}


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


def test_workiz_takes_back_the_payments_that_were_forecast(place: Arena) -> None:
    """By their methods, of several invoices the first; what was said is shown all in all."""
    profile = load_profile("workiz", {"invoice_mode": "both"})
    shown = set()
    for seed in range(6):
        one = held(place, seed)
        case = Case(one.books, profile, Thresholds(), NOW, clean_up=clean_up(profile))
        outcomes = import_outcomes(case, ("payment",))
        outcomes = outcomes[outcomes["kind"] == "payment"]
        back = payments_back(NeutralCopy.of(one.small.app), QboCalls(place.client))
        assert effects(told(outcomes)) == effects(came(back)), seed
        shown |= set(zip(outcomes["effect"], outcomes["because"], strict=True))
    assert shown == {
        ("link", "pull.payment_match"), ("create", "pull.payment_match"),
        ("refuse", "payment.methods_back"),
        ("skip", "pull.takes_void"), ("skip", "pull.invoice_missing"),
    }  # fmt: skip


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

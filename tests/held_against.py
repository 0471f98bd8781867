"""The forecast held against an app's sync, over real HTTP: what one says and the other does.

Both are given the same pulled books. Where they disagree, one of them is wrong. By hand, with the
most frequent disagreements first, each with a seed that shows it; or one company by its seed:

    PYTHONPATH=.:tests python -m held_against workiz 100 [--hostile] [question=answer]
    PYTHONPATH=.:tests python -m held_against workiz 1f2e3d4-7
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pandas as pd
from small_companies import Small, small_company

from recon.apps.exports import as_shown
from recon.apps.profiles import clean_up, load_profile
from recon.apps.readers import reader_of
from recon.books import Books, Snapshot
from recon.case import Case
from recon.ports import SyncEvent, silent
from recon.profile import Profile
from recon.qbo.client import QboClient, sandbox_client
from recon.qbo.port import QboCalls
from recon.qbo.reader import QboReader
from recon.rehearsal import Difference
from recon.sandbox.demo import demo_company
from recon.sandbox.demo.dialects import DIALECTS, write_dialect
from recon.sandbox.server import Sandbox
from recon.settings import Settings
from recon.stages.forecast import forecast
from recon.stages.rehearse import Watched, compare, watch
from recon.stages.tidy import tidy
from recon.trial.simulated import SYNCS

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
HELD = tuple(SYNCS)
"""Profiles that are held against their app's sync."""

Kind = tuple[str, str, str]
"""A kind of disagreement: kind of record, what was forecast, what came."""

Said = tuple[str, str, str]
"""Kind of a record, what is forecast of it, and the fault."""

PEOPLE = ("workiz",)
"""Apps in which a client is called after its person, whatever its company is called."""

_TABLES = ("customers", "items", "invoices", "payments")


@dataclass(frozen=True)
class Run:
    """One company: its books before the sync, what the sync then did, and what it made."""

    books: Books
    events: list[SyncEvent]
    made: dict[tuple[str, str], str]

    def forecast(self, profile: Profile) -> pd.DataFrame:
        """`OUTCOMES` of the books under this profile."""
        return forecast(Case(self.books, profile, Settings(), NOW, clean_up=clean_up(profile)))

    def differences(self, profile: Profile) -> list[Difference]:
        """Records that did not do what this profile forecasts."""
        return compare(self.forecast(profile), self.events, self.made)


@dataclass
class Arena:
    """One server on which company after company is synced.

    Attributes:
        sandbox, client: the server, and who asks it.
        pulled: books of the last company by what its app exports, read once for all apps.
        said: app to what was forecast so far of small companies: kind, outcome and fault.
    """

    sandbox: Sandbox
    client: QboClient
    pulled: dict[tuple[int | str, bool], dict[str, tuple[Small, Books]]] = field(
        default_factory=dict
    )
    said: defaultdict[str, set[Said]] = field(default_factory=lambda: defaultdict(set))

    def run(self, app: str, small: Small, answers: Mapping[str, str] | None = None) -> Run:
        """Pull both sides of a company, then let the sync loose on it."""
        return self._synced(app, small, self._pull(small), answers or {})

    def differences(
        self,
        app: str,
        seed: int | str,
        *,
        hostile: bool = False,
        given: Mapping[str, str] | None = None,
    ) -> list[Difference]:
        """What a small company's sync did otherwise than its app's profile says.

        Args:
            app: the name of a profile.
            seed: of the company.
            hostile: as `small_company`.
            given: answers to the profile's questions; the sync is set so, too.
        """
        profile = load_profile(app, given)
        answers = {question: profile.answer_of(question) for question in profile.choices}
        shown = "of people" if app in PEOPLE else "as shown" if app in DIALECTS else "as made"
        if (seed, hostile) not in self.pulled:
            self.pulled = {(seed, hostile): {}}
        known = self.pulled[seed, hostile]
        if shown not in known:
            small = _shown(small_company(seed, NOW, hostile=hostile), shown)
            known[shown] = small, self._pull(small)
        one = self._synced(app, *known[shown], answers)
        told = one.forecast(profile)
        self.said[app].update(_said_of(told))
        return compare(told, one.events, one.made)

    def _pull(self, small: Small) -> Books:
        self.sandbox.reset(small.company)
        return tidy(small.app, QboReader(self.client).read(lambda: NOW, silent))

    def _synced(self, app: str, small: Small, books: Books, answers: Mapping[str, str]) -> Run:
        self.sandbox.reset(small.company)
        how = SYNCS[app]
        copy = how.copy(small.app)
        known = {ref for table in _TABLES for ref in getattr(books.app, table)["ref"]}
        watched = Watched(frozenset(), known, copy.size)
        sync = how.sync(None, how.heard(answers))
        watch(watched, sync, copy, QboCalls(self.client), silent, "")
        return Run(books, watched.events, watched.made)


def _said_of(told: pd.DataFrame) -> Iterator[Said]:
    """What was said: the outcome where it follows from the app alone, else the effect."""
    own = told["outcome"].isin(["drop_line", "wait", "create_in_app", "disconnect"])
    what = told["outcome"].where(own, told["effect"])
    return zip(told["kind"], what, told["fault"].fillna(""), strict=True)


def _shown(small: Small, how: str) -> Small:
    """The company as its app exports it: with all that we know, or what most apps have."""
    if how == "as made":
        return small
    return replace(
        small, app=as_shown(_without_names(small.app) if how == "of people" else small.app)
    )


def _without_names(app: Snapshot) -> Snapshot:
    """The exports of an app that has first and last names, and companies, only."""
    rows = [{n: v for n, v in row.items() if n != "name"} for row in app.records["clients"]]
    return replace(app, records={**app.records, "clients": rows})


def demo_as(app: str, folder: Path, customers: int, seed: int) -> Small:
    """The demo company, its clients in this app: exported as the app does, and read."""
    demo = demo_company(customers, seed)
    if app in DIALECTS:
        write_dialect(demo.app, app, folder)
    else:
        demo.app.write_exports(folder)
    return Small(reader_of(app, folder).read(lambda: NOW, silent), demo.company)


def new_seeds(number: int) -> list[str]:
    """Others with each commit, made of what is in it: they find what the usual ones do not have.

    The same files give the same seeds wherever they are tested, so a failure can be shown again.
    """
    git = shutil.which("git")
    asked = [git or "git", "-C", str(Path(__file__).parent), "rev-parse", "HEAD^{tree}"]
    told = subprocess.run(asked, capture_output=True, text=True, check=False) if git else None
    tree = told.stdout.strip()[:9] if told else ""
    return [f"{tree}-{each}" for each in range(number)]


def drawn_modes(app: str, seed: int | str) -> dict[str, str]:
    """A direction for each kind of record, of those that the app's profile offers."""
    rng = Random(f"modes/{app}/{seed}")
    return {
        name: rng.choice(sorted(choice.answers))
        for name, choice in load_profile(app).choices.items()
        if name.endswith("_mode")
    }


@contextmanager
def arena() -> Iterator[Arena]:
    """A server to hold forecasts against syncs on."""
    with (
        Sandbox(small_company(0, NOW).company) as sandbox,
        sandbox_client(sandbox.describe()) as client,
    ):
        yield Arena(sandbox, client)


def main(app: str, which: str, *words: str) -> None:
    """Print the kinds of disagreement of an app, the most frequent first.

    Args:
        app: the name of a profile.
        which: the seed of one company, or how many to try.
        words: "--hostile", and answers to the profile's questions as question=answer.
    """
    found: Counter[Kind] = Counter()
    shown: dict[Kind, str] = {}
    seeds = range(int(which)) if which.isdigit() else [which]
    given = dict(word.split("=") for word in words if "=" in word)
    with arena() as place:
        for seed in seeds:
            for each in place.differences(app, seed, hostile="--hostile" in words, given=given):
                kind = kind_of(each)
                found[kind] += 1
                shown.setdefault(kind, f"seed {seed}: {each}. {each.because} | {each.instead}")
    for (kind, said, came), times in found.most_common():
        sys.stdout.write(f"{times:5} {kind}: forecast {said}, came {came}\n")
        sys.stdout.write(f"      {shown[kind, said, came]}\n")
    sys.stdout.write(f"{found.total()} differences in {len(seeds)} companies\n")


def kind_of(difference: Difference) -> Kind:
    """What kind of disagreement it is."""
    kind = difference.ref.split(":")[1]
    return kind, _kind(difference.forecast), _kind(difference.came)


def _kind(told: str) -> str:
    """The effect of a side of a difference, and why it was refused."""
    parts = told.split(", ")
    return " ".join(parts[:2]) if parts[0] == "refuse" else parts[0] or "nothing"


if __name__ == "__main__":
    main(*sys.argv[1:])

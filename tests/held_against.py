"""The forecast held against an app's sync, over real HTTP: what one says and the other does.

Both are given the same pulled books. Where they disagree, one of them is wrong. By hand, with the
most frequent disagreements first, each with a seed that shows it:

    PYTHONPATH=.:tests python -m held_against workiz 100 [--hostile]
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

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
from recon.trial.simulated import APPS

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
HELD = tuple(APPS)
"""Apps whose profile and sync are held against each other."""

Kind = tuple[str, str, str]
"""A kind of disagreement: kind of record, what was forecast, what came; "*" for whatever."""

_BROUGHT = {
    ("item", told, "skip")
    for told in ("link", "create", *map("refuse {}".format, (2040, 2050, 6240)))
}
_SENT = ("create", "refuse 6210")
OPEN: Mapping[str, set[Kind]] = {
    **dict.fromkeys(("generic_batch", "generic_email", "generic_name"), _BROUGHT),
    "spraye": _BROUGHT,
    "studioninja": _BROUGHT | {("invoice", "refuse item_not_linked", "refuse not_copied")},
    "workiz": {
        ("customer", "nothing", "create"), ("item", "nothing", "create"),
        *(("invoice", told, "refuse item_not_linked") for told in _SENT),
        ("payment", "create", "refuse invoice_not_linked"),
    },
}  # fmt: skip
"""App to the disagreements that are known and not settled; whatever else differs fails.

_BROUGHT        an invoice stops at the first of its items that is refused: what stands below is not
                brought, where nothing else brings it
studioninja     a number that this very sync has brought is held, too
workiz, nothing the first sync goes both ways; the forecast tells of that when asked for an import
workiz, invoice of two items that differ in capitals one is linked, and lines of the other are not;
                payments of such an invoice stay, too
"""

PEOPLE = ("workiz",)
"""Apps in which a client is called after its person, whatever its company is called."""

NAMED = {
    "customer": ("Customer", "DisplayName"), "item": ("Item", "Name"),
    "invoice": ("Invoice", "DocNumber"), "payment": ("Payment", "PaymentRefNum"),
}  # fmt: skip
_TABLES = ("customers", "items", "invoices", "payments")


@dataclass(frozen=True)
class Run:
    """One company: its books before the sync, and what the sync then did."""

    books: Books
    events: list[SyncEvent]
    held: dict[tuple[str, str], str]

    def differences(self, profile: Profile) -> list[Difference]:
        """Records that did not do what this profile forecasts."""
        case = Case(self.books, profile, Settings(), NOW, clean_up=clean_up(profile))
        return compare(forecast(case), self.events, self.held)


def held_names(after: Snapshot) -> dict[tuple[str, str], str]:
    """Kind and id to name or number, of every record of a pulled QuickBooks company."""
    return {
        (kind, record["Id"]): str(record.get(name) or "")
        for kind, (entity, name) in NAMED.items()
        for record in after.records.get(entity, [])
    }


@dataclass
class Arena:
    """One server on which company after company is synced."""

    sandbox: Sandbox
    client: QboClient

    def run(self, app: str, small: Small, answers: Mapping[str, str] | None = None) -> Run:
        """Pull both sides of a company, then let the sync loose on it."""
        self.sandbox.reset(small.company)
        reader = QboReader(self.client)
        books = tidy(small.app, reader.read(lambda: NOW, silent))
        how = APPS[app]
        answers = how.heard(answers or {})
        copy = how.copy(small.app)
        known = {ref for table in _TABLES for ref in getattr(books.app, table)["ref"]}
        watched = Watched(frozenset(), known, copy.size)
        watch(watched, how.sync(None, answers), copy, QboCalls(self.client), silent, "")
        return Run(books, watched.events, held_names(reader.read(lambda: NOW, silent)))

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
            app: the app's id.
            seed: of the company.
            hostile: as `small_company`.
            given: answers to the profile's questions; the sync is set so, too.
        """
        profile, small = load_profile(app, given), small_company(seed, NOW, hostile=hostile)
        if app in DIALECTS:
            told = _without_names(small.app) if app in PEOPLE else small.app
            small = replace(small, app=as_shown(told))
        answers = {question: profile.answer_of(question) for question in profile.choices}
        return self.run(app, small, answers).differences(profile)

    def unexpected(
        self, app: str, seed: int | str, given: Mapping[str, str] | None = None
    ) -> list[str]:
        """The same without what is known."""
        return unexpected(app, self.differences(app, seed, given=given))


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
    """Others with each commit: they find what the usual ones do not have."""
    git = shutil.which("git")
    asked = [git or "git", "-C", str(Path(__file__).parent), "rev-parse", "--short", "HEAD"]
    told = subprocess.run(asked, capture_output=True, text=True, check=False) if git else None
    commit = told.stdout.strip() if told else ""
    return [f"{commit}-{each}" for each in range(number)]


@contextmanager
def arena() -> Iterator[Arena]:
    """A server to hold forecasts against syncs on."""
    with (
        Sandbox(small_company(0, NOW).company) as sandbox,
        sandbox_client(sandbox.describe()) as client,
    ):
        yield Arena(sandbox, client)


def main(app: str, number: str, *flags: str) -> None:
    """Print the kinds of disagreement of an app, the most frequent first."""
    found: Counter[Kind] = Counter()
    shown: dict[Kind, str] = {}
    with arena() as place:
        for seed in range(int(number)):
            for each in place.differences(app, seed, hostile="--hostile" in flags):
                kind = kind_of(each)
                found[kind] += 1
                shown.setdefault(kind, f"seed {seed}: {each}. {each.because} | {each.instead}")
    for (kind, said, came), times in found.most_common():
        sys.stdout.write(f"{times:5} {kind}: forecast {said}, came {came}\n")
        sys.stdout.write(f"      {shown[kind, said, came]}\n")
    sys.stdout.write(f"{found.total()} differences in {number} companies\n")


def unexpected(app: str, differences: Iterable[Difference]) -> list[str]:
    """Differences that are not of a known kind."""
    known = OPEN.get(app, set())
    return [
        str(each) for each in differences if not {kind_of(each), (*kind_of(each)[:2], "*")} & known
    ]


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

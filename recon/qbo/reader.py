"""Pulls a whole QuickBooks company, inactive records too, fast, and holds it to its counts.

    read whole    pages of every kind, in parallel, in the order of the id
    catch up      what was written meanwhile, by change data capture, and what moved with it
    count         kinds whose number is not what QuickBooks says are read again

When the last pull is younger than 30 days, it takes the place of most pages and only what changed
since is read; the result is the same.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from recon.books import Snapshot
from recon.errors import BusyError, RejectedError
from recon.ports import Clock, Progress, silent
from recon.qbo.changes import DAYS_BACK, MOST, TRACKED, WITNESSES, Rows, neighbours
from recon.qbo.client import QboClient, Record
from recon.qbo.crew import WORKERS, Crew
from recon.qbo.pace import CALLS
from recon.qbo.query import PAGE, Condition, count, select

log = logging.getLogger(__name__)

LISTS = (
    "Customer", "Vendor", "Employee", "Item", "Account", "Class", "Term", "TaxCode", "TaxRate",
    "PaymentMethod",
)  # fmt: skip
"""Kinds of which inactive records are only shown when asked for.

Source: Intuit, "Data queries": "To get all active and inactive customers … Active IN (true,
false)", read 2026-11-22.
"""
TRANSACTIONS = (
    "Invoice", "Payment", "CreditMemo", "SalesReceipt", "RefundReceipt", "Estimate", "Deposit",
)  # fmt: skip
SETTINGS = ("CompanyInfo", "Preferences")
KINDS = (*LISTS, *TRANSACTIONS)

_UNCOUNTED = {"TaxCode"}
"""TAX and NON are answered but not counted (python-quickbooks' own integration test)."""
_NOT_IN_THIS_COMPANY = {"5030"}
_TRIES = 3
_IDS = 200
"""Ids asked for in one query, well below the 1000 rows of an answer."""
_FOLLOWERS = {"Customer", "Vendor", "Item"}
"""Kinds whose balances and quantities follow the others."""
_OVERLAP = timedelta(minutes=2)
"""Time stamps are whole seconds, and CDC may lag; what is read twice does no harm."""


@dataclass(frozen=True)
class Estimate:
    """What a pull will take.

    Attributes:
        records: how many there are.
        calls: how many reads, those that counted included.
        seconds: at the pace that is kept, if answers are not slower than that.
    """

    records: int
    calls: int
    seconds: float

    @property
    def says(self) -> str:
        """In words."""
        return f"about {self.calls:,} calls, {self.seconds:,.0f} s"


class QboReader:
    """Reads one company through its API."""

    def __init__(
        self,
        client: QboClient,
        *,
        workers: int = WORKERS,
        last: Callable[[], Snapshot | None] = lambda: None,
    ) -> None:
        """A reader through one client, and others like it.

        Args:
            client: of the company.
            workers: how many pages are asked for at once.
            last: the newest snapshot, from which a pull may go on; None reads everything.
        """
        self.client = client
        self._workers = workers
        self._last = last

    def read(self, now: Clock, progress: Progress = silent) -> Snapshot:
        """Every record of the company, raw, in the order of its id.

        Raises:
            BusyError: not reachable, or the books are being changed faster than they can be read.
            AuthError, RejectedError: QuickBooks does not let us read.
        """
        try:
            return self._read(now, progress)
        finally:
            self.client.meter.flush()

    def estimate(self) -> Estimate:
        """What reading everything will take; it counts every kind first.

        Raises:
            BusyError, AuthError, RejectedError: as `read`.
        """
        with Crew(self.client, self._workers) as crew:
            counts = _Pull(crew, silent).counts(KINDS)
        self.client.meter.flush()
        return _estimate(counts)

    def _read(self, now: Clock, progress: Progress) -> Snapshot:
        info, began = self.client.query_at(_settings("CompanyInfo"))
        preferences = self.client.query(_settings("Preferences"))
        last = self._usable(began)
        with Crew(self.client, self._workers) as crew:
            pull = _Pull(crew, progress)
            as_of = self._go_on(pull, last) if last else None
            if as_of is None:
                pull = _Pull(crew, progress)
                as_of = pull.bring_home(self.client, KINDS, began)
        records = {"CompanyInfo": info, "Preferences": preferences}
        records |= {kind: _in_order(pull.rows.get(kind, {}).values()) for kind in KINDS}
        log.info(
            "pulled realm=%s records=%s reads=%s since=%s",
            self.client.realm, sum(map(len, records.values())), self.client.meter.reads,
            last.as_of if last else "",
        )  # fmt: skip
        return Snapshot(
            system="qbo",
            source="QuickBooks Online",
            company=str(info[0].get("CompanyName") or "") if info else "",
            realm=self.client.realm,
            environment=self.client.environment,
            taken_at=now(),
            records=records,
            as_of=as_of.isoformat(),
        )

    def _go_on(self, pull: _Pull, last: Snapshot) -> datetime | None:
        """Go on from the last snapshot; None when QuickBooks does not tell what changed."""
        pull.rows = {k: {r["Id"]: r for r in last.records[k]} for k in TRACKED}
        whole = [kind for kind in KINDS if kind not in TRACKED]
        since = datetime.fromisoformat(last.as_of) - _OVERLAP
        try:
            return pull.bring_home(self.client, whole, since, must_know=True)
        except RejectedError as error:
            log.info("changes refused code=%s", error.code)
            return None

    def _usable(self, began: datetime) -> Snapshot | None:
        """The last snapshot when its changes can be asked for: this company's, whole, not old."""
        last = self._last()
        if last is None or not last.as_of or set(last.records) != {*KINDS, *SETTINGS}:
            return None
        if (last.realm, last.environment) != (self.client.realm, self.client.environment):
            return None
        age = began - datetime.fromisoformat(last.as_of)
        return last if timedelta(0) <= age < timedelta(days=DAYS_BACK - 1) else None


class _Pull:
    """The records that one pull has so far."""

    def __init__(self, crew: Crew, progress: Progress) -> None:
        self.rows: Rows = {}
        self._crew = crew
        self._progress = progress
        self._absent: set[str] = set()

    def bring_home(
        self,
        client: QboClient,
        whole: Collection[str],
        since: datetime,
        *,
        must_know: bool = False,
    ) -> datetime:
        """Read kinds whole and catch up with all, until the counts agree.

        Args:
            client: for what is asked once.
            whole: kinds of which nothing is known yet.
            since: when what is known was true, and what changed from then on matters.
            must_know: whether nothing can be done when QuickBooks does not tell what changed;
                after pages of every kind the counts alone have to do.

        Returns:
            As of when the records are true, by QuickBooks' clock.

        Raises:
            BusyError: they never agree.
            RejectedError: QuickBooks does not tell what changed, and that must be known.
        """
        for _ in range(_TRIES):
            before = {kind: self.rows.get(kind) for kind in whole}
            self.read_whole(whole)
            try:
                too_many, as_of = self.catch_up(client, since, must_know=must_know)
            except RejectedError:
                if must_know:
                    raise
                too_many, as_of = set(), since
            # Too much changed to be told, perhaps just before: two equal readings will do as well.
            moving = {kind for kind in too_many if self.rows.get(kind) != before.get(kind)}
            whole = moving or self.unsettled()
            if not whole:
                return as_of
            log.info("changed while read kinds=%s", ",".join(sorted(whole)))
            since = as_of
        raise BusyError(
            f"{', '.join(sorted(whole))} records are being changed faster than they can be read.",
            remedy="Pull again when nobody works in QuickBooks and no sync runs.",
        )

    def counts(self, kinds: Iterable[str]) -> dict[str, int]:
        """How many records QuickBooks has of each kind; none of what the company does not have."""
        asked = [k for k in kinds if k not in self._absent]
        found = self._crew.each((kind, _counting(kind)) for kind in asked)
        counts = {kind: cast("int | None", number) for kind, number in found}
        self._absent |= {kind for kind, number in counts.items() if number is None}
        return {kind: number or 0 for kind, number in counts.items()}

    def read_whole(self, kinds: Collection[str]) -> None:
        """All pages of some kinds, in whatever order they come."""
        counts = self.counts(kinds)
        total = sum(counts.values())
        what = f"Reading QuickBooks ({_estimate(counts).says})"
        self._progress(what, 0, total)
        fresh: Rows = {kind: {} for kind in kinds}
        pages = ((kind, _paging(kind, start)) for kind, start in _pages(counts))
        done = 0
        for kind, page in self._crew.each(pages):
            records = cast("list[Record]", page)
            fresh[kind].update((record["Id"], record) for record in records)
            done += len(records)
            self._progress(what, min(done, total), total)
        self.rows.update(fresh)

    def catch_up(
        self, client: QboClient, since: datetime, *, must_know: bool
    ) -> tuple[set[str], datetime]:
        """Take in what changed since a moment; answers kinds with too many changes, and when."""
        kinds = [kind for kind in TRACKED if kind not in self._absent]
        try:
            changed, too_many, as_of = _changes(client, (*kinds, *WITNESSES), since)
        except RejectedError as error:  # a kind that is not tracked, or not in this company
            log.info("witnesses refused code=%s", error.code)
            changed, too_many, as_of = _changes(client, kinds, since)
            too_many |= _FOLLOWERS if must_know else set()
        near = neighbours(self.rows, changed)
        for kind in self.rows:
            for record in changed.get(kind, ()):
                if record.get("status") == "Deleted":
                    self.rows[kind].pop(record["Id"], None)
                else:
                    self.rows[kind][record["Id"]] = record
        asked = []
        for kind, ids in near.items():
            known = self.rows.get(kind, {})
            if ids is None or len(ids) > max(len(known) // (PAGE // _IDS), _IDS):
                too_many.add(kind)  # pages are fewer calls than ids
            else:
                wanted = sorted(ids)
                asked += [
                    (kind, _by_ids(kind, wanted[at : at + _IDS]))
                    for at in range(0, len(wanted), _IDS)
                ]
        for kind, records in self._crew.each(asked):
            self.rows[kind].update((r["Id"], r) for r in cast("list[Record]", records))
        return too_many & set(TRACKED), as_of

    def unsettled(self) -> set[str]:
        """Kinds of which we have not as many records as QuickBooks says."""
        counts = self.counts(KINDS)
        return {
            kind
            for kind, number in counts.items()
            if kind not in _UNCOUNTED and number != len(self.rows[kind])
        }


def _changes(
    client: QboClient, kinds: Sequence[str], since: datetime
) -> tuple[dict[str, list[Record]], set[str], datetime]:
    """What changed of some kinds, kinds that must be read because too much did, and as of when.

    Raises:
        RejectedError: QuickBooks does not tell it.
    """
    found, as_of = client.changes(kinds, since)
    if sum(map(len, found.values())) < MOST:
        return found, set(), as_of
    found, too_many = {}, set()
    for kind in kinds:
        alone, _ = client.changes((kind,), since)
        if len(alone.get(kind, ())) >= MOST:
            too_many |= {kind, *_FOLLOWERS}
        else:
            found |= alone
    return found, too_many, as_of


def _counting(kind: str) -> Callable[[QboClient], int | None]:
    def call(client: QboClient) -> int | None:
        try:
            return client.count(count(kind, _everything(kind)))
        except RejectedError as error:
            if error.code in _NOT_IN_THIS_COMPANY:
                return None
            raise

    return call


def _paging(kind: str, start: int) -> Callable[[QboClient], list[Record]]:
    return lambda client: client.query(select(kind, _everything(kind), start=start))


def _by_ids(kind: str, ids: list[str]) -> Callable[[QboClient], list[Record]]:
    return lambda client: client.query(select(kind, {"Id": ids, **_everything(kind)}))


def _everything(kind: str) -> dict[str, Condition]:
    return {"Active": (True, False)} if kind in LISTS else {}


def _settings(kind: str) -> str:
    return f"SELECT * FROM {kind}"  # noqa: S608 - one of two words


def _pages(counts: dict[str, int]) -> Iterator[tuple[str, int]]:
    """(kind, first row) of every page."""
    for kind, number in counts.items():
        least = 1 if kind in _UNCOUNTED else 0
        for start in range(1, max(number, least) + 1, PAGE):
            yield kind, start


def _estimate(counts: dict[str, int]) -> Estimate:
    calls = sum(1 for _ in _pages(counts)) + 2 * len(counts) + 3
    seconds = max(calls // window.most * window.seconds for window in CALLS)
    return Estimate(sum(counts.values()), calls, seconds)


def _in_order(records: Iterable[Record]) -> list[Record]:
    """By id, numbers by their size: the same however the records came."""
    return sorted(records, key=lambda record: (len(str(record["Id"])), str(record["Id"])))

"""Ways to turn the sync on, side by side; and what another answer to a question would change.

A scenario is the forecast under other answers to the profile's choices, behind an import, from a
day on, or if the app found records by something else than is stated. Nothing is stored: it is
worked out whenever it is asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pandas as pd

from recon.advice.instead import faring_otherwise, forecast_under, others, stated, under
from recon.behaviour import Entity
from recon.books import OUTCOMES, SCENARIOS
from recon.case import Case
from recon.checks.columns import among
from recon.errors import InputError
from recon.profile import Choice, Profile
from recon.reports import words
from recon.rules.names import keys
from recon.stages.forecast import customers_otherwise, forecast, payments_otherwise
from recon.stages.forecast.importing import ORDER, after_import, after_sync, import_outcomes
from recon.stages.forecast.money import totals
from recon.table import TEXT

if TYPE_CHECKING:
    from recon.reconciliation import Reconciliation

AS_SET = "as set"
_FROM = "from "
_IMPORTED_FIRST: tuple[Entity, ...] = ("customer", "item")
_NO_PUSH_SHOWS = ("pull.", "links.", "about.", "item.edits_travel", "payment.methods_back")


@dataclass(frozen=True)
class Scenario:
    """One way to turn the sync on.

    Attributes:
        name: for its row.
        says: what is done, in a sentence.
        answers: to choices of the profile, beside those that count already.
        imports: kinds that are imported from QuickBooks first.
        since: invoices and payments of earlier days stay out; None where none does.
    """

    name: str
    says: str
    answers: Mapping[str, str] = field(default_factory=dict)
    imports: tuple[Entity, ...] = ()
    since: date | None = None


def scenarios(r: Reconciliation, cut_overs: Iterable[date] = ()) -> pd.DataFrame:
    """Ways to turn the sync on, one a row.

    Args:
        r: the company.
        cut_overs: days from which on the sync would be; the usual ones when none is given.

    Returns:
        `SCENARIOS`: as things are set, import first, both ways, each other answer to a choice, and
        each day; then each other rule by which the app might find records.
    """
    shown = list(ways_of(r.profile))
    shown += [_since(day) for day in tuple(cut_overs) or usual_days(r)]
    rules = [rule for kind in _KINDS for rule in others(r.profile, kind)]
    rows: list[dict[str, object]] = []
    number = len(shown) + len(rules)
    for one in shown:
        r.progress("Working out scenarios", len(rows), number)
        rows.append({"scenario": one.name, "says": one.says, "group": "way", **_row(r, one)})
    for rule in rules:
        r.progress("Working out scenarios", len(rows), number)
        says = f"If it found {rule.kind}s {rule.by} (stated: {stated(r.profile, rule.kind).by})."
        told = r.outcomes
        outcomes = forecast_under(r.case, rule, told, r.left_out)
        figures = _figures(r.case, told, outcomes, OUTCOMES.frame())
        rows.append({"scenario": rule.name, "says": says, "group": "rule", **figures})
    r.progress("Working out scenarios", number, number)
    return SCENARIOS.frame(rows)


_KINDS: tuple[Entity, ...] = ("customer", "item", "invoice", "payment")


def outcomes_under(r: Reconciliation, name: str) -> pd.DataFrame:
    """What becomes of each record under one way to turn the sync on.

    Args:
        r: the company.
        name: of the way, as `scenarios` calls it ("import first", "from 2027-01-01").

    Returns:
        `OUTCOMES`: what an import does, by QuickBooks' references, then what the sync sends.

    Raises:
        InputError: there is no such way.
    """
    one = way_called(r.profile, name)
    told = worked_out(r.case, one, r.left_out)
    if len(told.imported):
        otherwise = imported_otherwise(told.met, told.imported, one.imports, told.taken_in)
        told = replace(told, imported=otherwise)
    return told.every


@dataclass(frozen=True)
class WorkedOut:
    """What becomes of each record under one way to turn the sync on.

    Attributes:
        case: the company as the sync meets it.
        met: the company as the import meets it.
        outcomes: `OUTCOMES` of the sync.
        imported: `OUTCOMES` of the import.
        taken_in: refs of customers that the sync has made clients of before the import.
    """

    case: Case
    met: Case
    outcomes: pd.DataFrame
    imported: pd.DataFrame
    taken_in: tuple[str, ...] = ()

    @property
    def every(self) -> pd.DataFrame:
        """`OUTCOMES` of both: what comes, by QuickBooks' references, then what the sync sends."""
        return OUTCOMES.conform(pd.concat([self.imported, self.outcomes], ignore_index=True))


def worked_out(case: Case, one: Scenario, left_out: frozenset[str]) -> WorkedOut:
    """What one way to turn the sync on does to a company.

    Where nobody can ask for an import, what comes from QuickBooks comes with the sync, at its end.

    Args:
        case: the company, under the answers that count.
        one: the way.
        left_out: refs that stay out of the sync.
    """
    if one.answers:  # else the case knows already what it was forecast by
        case = under(case, case.profile.answered(one.answers))
    out = left_out_of(case, one, left_out)
    if not one.imports:
        return WorkedOut(case, case, forecast(case, out), OUTCOMES.frame())
    if not case.profile.pull.ignores_mode:
        outcomes = forecast(case, out)
        met = replace(case, books=after_sync(case.books, outcomes))
        came = outcomes["ref"].str.startswith("qbo:customer:")
        taken_in = tuple(outcomes.loc[came, "ref"])
        imported = import_outcomes(met, one.imports, taken_in)
        return WorkedOut(case, met, outcomes, imported, taken_in)
    imported = import_outcomes(case, one.imports)
    met, case = case, replace(case, books=after_import(case.books, imported))
    gone = imported.loc[imported["outcome"] == "delete_in_app", "target_ref"]
    outcomes = forecast(case, out)
    outcomes = outcomes[~among(outcomes["ref"], gone)].reset_index(drop=True)
    return WorkedOut(case, met, outcomes, imported)


def left_out_of(case: Case, one: Scenario, left_out: frozenset[str]) -> frozenset[str]:
    """Refs that stay out of the sync, those of days before it begins among them."""
    return left_out | (dated_before(case, one.since) if one.since else frozenset())


def _row(r: Reconciliation, one: Scenario) -> dict[str, object]:
    told = worked_out(r.case, one, r.left_out)
    return _figures(told.case, r.outcomes, told.outcomes, told.imported)


def _figures(
    case: Case, told: pd.DataFrame, outcomes: pd.DataFrame, imported: pd.DataFrame
) -> dict[str, object]:
    own = outcomes[outcomes["ref"].str.startswith("app:")]
    otherwise = len(faring_otherwise(told, own))
    return {"fare_otherwise": otherwise, **totals(case, outcomes, imported)}


def dated_before(case: Case, day: date) -> frozenset[str]:
    """Refs of the app's invoices and payments of earlier days."""
    app = case.books.app
    tables = [table[["ref", "date"]] for table in (app.invoices, app.payments)]
    dated = pd.concat(tables, ignore_index=True)
    return frozenset(dated.loc[dated["date"] < pd.Timestamp(day), "ref"])


def before_start(r: Reconciliation) -> frozenset[str]:
    """Refs of sales older than the day from which the app sends; none where it sends all."""
    day = r.settings.sends_from
    return frozenset() if day is None else dated_before(r.case, day)


def way_called(profile: Profile, name: str) -> Scenario:
    """The way to turn the sync on of that name ("import first", "from 2027-01-01").

    Raises:
        InputError: there is none.
    """
    ways = {one.name: one for one in ways_of(profile)}
    told = name.strip().casefold()
    if told.startswith(_FROM) and told not in ways:
        try:
            ways[told] = _since(date.fromisoformat(told.removeprefix(_FROM)))
        except ValueError as error:
            raise InputError(
                f'"{name}" names no day.', remedy="Say it like: from 2027-01-01"
            ) from error
    if told not in ways:
        raise InputError(
            f'No way to turn the sync on is called "{name}".',
            remedy=f"There are: {', '.join(ways)}, from 2027-01-01.",
        )
    return ways[told]


def ways_of(profile: Profile) -> Iterator[Scenario]:
    """As things are set, then what can be set or answered otherwise."""
    yield Scenario(AS_SET, "The sync is turned on as it is set now.")
    offered = profile.pull.offered if profile.pull.ignores_mode else ()
    first = tuple(kind for kind in _IMPORTED_FIRST if kind in offered)
    if first:  # where nobody can ask for it, it is a part of the sync
        yield Scenario(
            "import first",
            f"QuickBooks' {_listed(first)} are imported, then the sync is turned on.",
            imports=first,
        )
    if "invoice" in offered:
        every = tuple(kind for kind in ORDER if kind in offered)
        yield Scenario(
            "import everything",
            f"QuickBooks' {_listed(every)} are imported, then the sync is turned on.",
            imports=every,
        )
    modes = {entity: f"{entity}_mode" for entity in profile.flow}
    off = {
        name: "none"
        for name in modes.values()
        if name in profile.choices and "none" in profile.choices[name].answers
    }
    if offered and len(off) == len(modes):
        yield Scenario(
            "import only",
            "Every direction is none, and everything is imported all the same: it ignores them.",
            answers=off,
            imports=offered,
        )
    both = {
        name: "both"
        for entity, name in modes.items()
        if name in profile.choices and "both" in profile.choices[name].answers
    }
    if both:
        active = all(profile.answered(both).flow[e].pulls for e, n in modes.items() if n in both)
        come = tuple(e for e, n in modes.items() if n in both)
        if "invoice" in come and "payment" in profile.pull.offered and "payment" not in come:
            come += ("payment",)  # it has no direction of its own that comes back, but its invoice
        yield Scenario(
            "both ways",
            "Every kind that can goes both ways"
            + ("." if active else ", which at this version has the effect of push."),
            answers=both,
            imports=come if active else (),
        )
    for name, choice in profile.choices.items():
        for answer, meaning in choice.answers.items():
            bare = choice.kind == "mode" and answer != "none"
            if answer != profile.answer_of(name) and not bare and _shows(choice):
                yield Scenario(f"{name}={answer}", f"{meaning.says}.", answers={name: answer})


def _shows(choice: Choice) -> bool:
    """Whether a push can differ by the answer."""
    paths = {path for answer in choice.answers.values() for path in answer.sets}
    return any(not path.startswith(_NO_PUSH_SHOWS) for path in paths) or any(
        path == "links.disconnect_on" for path in paths
    )


def _listed(kinds: Collection[Entity]) -> str:
    *most, last = (words.kind(kind).lower() for kind in kinds)
    return f"{', '.join(most)} and {last}" if most else last


def _since(day: date) -> Scenario:
    return Scenario(f"{_FROM}{day}", f"Only invoices and payments from {day} on travel.", since=day)


def usual_days(r: Reconciliation) -> list[date]:
    """The day after the books were closed, this year's and this month's first, and today."""
    today = r.clock().date()
    closed = r.books.qbo.book_close_date
    days = [today.replace(month=1, day=1), today.replace(day=1), today]
    if closed is not None:
        days.append(closed + timedelta(days=1))
    return sorted(set(days))


def with_other_answers(
    case: Case, outcomes: pd.DataFrame, left_out: Collection[str]
) -> pd.DataFrame:
    """The outcomes, with `otherwise` where another answer to an open question would change one.

    Args:
        case: the company, under the answers that count.
        outcomes: its `OUTCOMES`.
        left_out: refs that stay out of the sync.
    """
    others = (
        (f"{name}={answer}", _otherwise(case, name, answer, left_out))
        for name, answer in case.profile.doubted()
        if _shows(case.profile.choices[name])
    )
    return _beside(outcomes, others)


def imported_otherwise(
    case: Case, imported: pd.DataFrame, kinds: Collection[Entity], taken_in: Collection[str] = ()
) -> pd.DataFrame:
    """What an import of these kinds does, with `otherwise` as `with_other_answers` has it."""
    others = (
        (f"{name}={answer}", import_outcomes(under(case, of), kinds, taken_in))
        for name, answer in case.profile.doubted()
        if any(path.startswith("pull.") for path in case.profile.choices[name].answers[answer].sets)
        for of in [case.profile.answered({name: answer})]
    )
    return _beside(imported, others)


def _beside(outcomes: pd.DataFrame, others: Iterable[tuple[str, pd.DataFrame]]) -> pd.DataFrame:
    """The outcomes, with what becomes of each record under each other answer, where it differs."""
    said = [OUTCOMES.frame()[["ref"]].assign(says="")]
    for answer, other in others:
        differs = faring_otherwise(outcomes, other)
        label = keys(differs["outcome"], lambda outcome: words.outcome(outcome).label)
        becomes = label.str.cat(differs["target_ref"].fillna(""), sep=" ").str.rstrip()
        said.append(pd.DataFrame({"ref": differs["ref"], "says": f"{answer}: " + becomes}))
    every = pd.concat(said, ignore_index=True).astype(TEXT)
    several = every["ref"].duplicated(keep=False)
    joined = every[several].groupby("ref")["says"].agg("; ".join)
    told = pd.concat([every[~several].set_index("ref")["says"], joined])
    return outcomes.assign(otherwise=outcomes["ref"].map(told).astype(TEXT))


def _otherwise(case: Case, name: str, answer: str, left_out: Collection[str]) -> pd.DataFrame:
    """The outcomes under another answer to one question, at least those that may differ."""
    other = under(case, case.profile.answered({name: answer}))
    sets = case.profile.choices[name].answers[answer].sets
    if all(path.startswith("customer.") for path in sets):
        return customers_otherwise(case, other, left_out)
    if all(path.startswith(("payment.", "flow.payment.")) for path in sets):
        return payments_otherwise(case, other, left_out)
    return forecast(other, left_out)

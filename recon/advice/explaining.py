"""Why the forecast says what it says of one record, on which fact that rests, and what if not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from recon.advice.instead import instead
from recon.books import split_ref
from recon.errors import InputError
from recon.profile import Profile
from recon.reports import words
from recon.rules.faults import FAULTS

if TYPE_CHECKING:
    from recon.reconciliation import Reconciliation

_PAIRS_SHOWN = 3
_INTUIT = "Intuit, Error codes and Common errors, read 2026-11-22"


def why(r: Reconciliation, record: str) -> list[tuple[str, str]]:
    """What becomes of a record and why, as heading and sentence, in reading order.

    Args:
        r: the company.
        record: its reference ("app:customer:0042"), or what stands behind the last colon of it, or
            its name or number.

    Raises:
        InputError: there is no such record, or there are several.
    """
    outcomes, names = r.forecast(), r.names()
    wanted = record.strip().casefold()
    told = [
        ref
        for ref in outcomes["ref"]
        if wanted in (ref.casefold(), split_ref(ref)[2].casefold())
        or names.get(ref, "").casefold() == wanted
    ]
    exact = [ref for ref in told if ref.casefold() == wanted]
    found = exact or told
    if len(found) != 1:
        which = f"Several records are called so: {', '.join(found[:5])}." if found else ""
        raise InputError(
            which or f"The forecast knows no record {record!r}.",
            remedy="Name one by its reference, as `recon forecast --json` shows it.",
        )
    row = outcomes[outcomes["ref"] == found[0]].fillna("").iloc[0]
    return list(_lines(r, {str(name): str(value) for name, value in row.items()}, names))


def _lines(
    r: Reconciliation, row: Mapping[str, str], names: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    outcome, app = words.outcome(row["outcome"]), r.profile.about
    yield "Record", f"{names.get(row['ref'], '')} ({row['ref']})".strip()
    yield "What happens", f"{outcome.label}: {outcome.means}."
    if row["target_ref"]:
        target = row["target_ref"]
        yield "Which record", f"{names.get(target.removeprefix('new:'), '')} ({target})".strip()
    if row["sent_as"]:
        yield "Sent as", row["sent_as"]
    yield "Why", row["says"]
    if row["because"]:
        yield "Which rule", f"{app.name} {app.version}: {row['because']}"
    yield "On which fact", rests_on(r.profile, row["because"])
    pairs = r.match()
    here = pairs[(pairs["left_ref"] == row["ref"]) | (pairs["right_ref"] == row["ref"])]
    likeliest = here.sort_values("match_probability", ascending=False).head(_PAIRS_SHOWN)
    for pair in likeliest.to_dict("records"):
        other = pair["right_ref"] if pair["left_ref"] == row["ref"] else pair["left_ref"]
        same = f"{pair['match_probability']:.0%} the same; {pair['reasons']}"
        if isinstance(pair["weighed"], str) and pair["weighed"]:
            same += f" (in bits: {pair['weighed']})"
        yield "Evidence", f"{names.get(other, '')} ({other}): {same}"
    for line in filter(None, row["otherwise"].split("; ")):
        question, _, answer = line.partition(": ")[0].partition("=")
        choice = r.profile.choices[question]
        yield "What if", f"{choice.answers[answer].says}: {line.partition(': ')[2]}. {choice.asks}"
    yield from instead(r.case, row, r.outcomes, r.left_out, names)


def rests_on(profile: Profile, because: str) -> str:
    """What an outcome's `because` says and where that stands, with the day it was read."""
    if not because:
        return "A person left it out."
    if not because.startswith("qbo:"):
        return profile.because(because)
    code = because.removeprefix("qbo:")
    told = sorted((fault for fault in FAULTS if fault.code == code), key=lambda each: each.where)
    means = told[0].means if told else "it refuses it"  # the one for every case goes before
    return f"QuickBooks, fault {code}: {means} ({_INTUIT})."

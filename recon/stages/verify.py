"""Verify: hold a fresh pull against everything that the approved plan promised."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from recon.books import FINDINGS, Books
from recon.plan import JournalEntry, Plan, Write, filled, placeholders
from recon.rules.promises import Seen, seen

Verdict = Literal["verified", "not_as_promised", "by_hand_done", "by_hand_open"]

_SEVERITY: dict[Verdict, str] = {
    "verified": "kept",
    "by_hand_done": "kept",
    "by_hand_open": "open",
    "not_as_promised": "broken",
}
_NOT_DONE = {
    "": "It was not sent.",
    "sent": "It was sent and its answer is not known.",
    "unknown": "It was sent and its answer is not known.",
}


@dataclass(frozen=True)
class _Held:
    write: Write
    verdict: Verdict
    says: str
    remedy: str = ""
    fault: str = ""


def verify(
    plan: Plan,
    approved_ids: Collection[str],
    journal_entries: Iterable[JournalEntry],
    books: Books,
) -> pd.DataFrame:
    """Every approved write held against a fresh pull.

    Args:
        plan: what was promised.
        approved_ids: ids of the actions that were to be carried out.
        journal_entries: what was sent and answered.
        books: tidied from a pull made after the plan was applied.

    Returns:
        `FINDINGS`, in plan order; one row for each verdict, record and other record: "verified",
        "not_as_promised", "by_hand_done", "by_hand_open". `fault` is QuickBooks' code where a
        write was refused.
    """
    last = {e.write_id: e for e in journal_entries if e.plan_id == plan.id}
    answers = {i: e.detail for i, e in last.items() if e.state == "done"}
    writes = [w for w in plan.writes if w.action_id in set(approved_ids)]
    overtaken = _overtaken(writes)
    held = [_hold(w, last.get(w.id), answers, books, overtaken[w.id]) for w in writes]
    return _findings(plan, held)


def _hold(
    write: Write,
    entry: JournalEntry | None,
    answers: dict[str, Any],
    books: Books,
    leave_out: frozenset[str],
) -> _Held:
    state = entry.state if entry else ""
    ready = all(source in answers for source, _ in placeholders(write.expect))
    shown = seen(filled(write.expect, answers), books, leave_out) if ready else None
    if write.to == "hand":
        return _by_hand(write, shown, ticked_off=state == "done")
    if entry is not None and state == "refused":
        return _Held(
            write, "not_as_promised", f"It was refused: {entry.detail.get('says', '')}",
            "Correct it and propose a new plan.", str(entry.detail.get("code", "")),
        )  # fmt: skip
    if state != "done":
        return _Held(write, "not_as_promised", _NOT_DONE[state], "Apply the plan again.")
    if shown is None or shown.kept:
        where = "The fresh pull shows it." if shown else "It was confirmed; nothing more to see."
        return _Held(write, "verified", where)
    return _Held(
        write, "not_as_promised", f"It was confirmed, but the fresh pull differs. {shown.says}",
        "Look at the record: somebody, or a sync, may have changed it since.",
    )  # fmt: skip


def _by_hand(write: Write, shown: Seen | None, *, ticked_off: bool) -> _Held:
    where = write.instruction.where if write.instruction else ""
    if shown.kept if shown else ticked_off:
        says = "The fresh pull shows it." if shown else "It was ticked off; nothing more to see."
        return _Held(write, "by_hand_done", says)
    says = f"Still to be done in {where}." if where else "Still to be done by hand."
    if ticked_off and shown:
        says = f"It was ticked off, but the fresh pull differs. {shown.says}"
    return _Held(write, "by_hand_open", says, "Follow its steps, then pull and verify again.")


def _overtaken(writes: list[Write]) -> dict[str, frozenset[str]]:
    """By write id, the columns about which a later write promises something else."""
    later: dict[tuple[Any, ...], set[str]] = defaultdict(set)
    found: dict[str, frozenset[str]] = {}
    for write in reversed(writes):
        expect = write.expect
        if not expect:
            found[write.id] = frozenset()
            continue
        key = (expect["side"], expect["table"], str(sorted(expect["key"].items())))
        found[write.id] = frozenset(later[key])
        later[key] |= set(expect.get("shows") or ())
    return found


def _findings(plan: Plan, held: list[_Held]) -> pd.DataFrame:
    """Writes of one verdict about the same records share a row, so that no row is said twice."""
    actions = {a.id: a for a in plan.actions}
    rows: dict[tuple[str, str, str], dict[str, Any]] = {}
    for one in held:
        action = actions[one.write.action_id]
        ref = one.write.ref or action.ref
        other = action.other_ref if action.other_ref != ref else action.ref
        key = (one.verdict, ref, other if other != ref else "")
        text = f"{action.title}: {one.says}"
        if key in rows:
            if text not in rows[key]["says"]:
                rows[key]["says"] += f" {text}"
            continue
        rows[key] = {
            "check": one.verdict,
            "severity": _SEVERITY[one.verdict],
            "ref": ref,
            "other_ref": key[2] or None,
            "says": text,
            "remedy": one.remedy or None,
            "fault": one.fault or None,
        }
    return FINDINGS.frame(rows.values())

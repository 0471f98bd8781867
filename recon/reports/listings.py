"""The parts of a report as lists of rows, the same for the workbook and for the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from recon.books import split_ref
from recon.plan import Action, Decision, JournalEntry, Write
from recon.reports import words
from recon.reports.listing import Cell, Column, Listing
from recon.reports.rehearsed import rehearsal_listings
from recon.reports.report import Report
from recon.reports.words import Word


def listings(report: Report) -> list[Listing]:
    """All lists of a report in reading order, the empty ones too."""
    return [
        _outcomes(report),
        _proposals(report),
        *rehearsal_listings(report),
        _done(report),
        _verification(report),
        _left(report),
        _findings(report),
        _matches(report),
        _rejects(report),
        _notes(report),
    ]


def _outcomes(report: Report) -> Listing:
    names = report.called()
    rank = {name: place for place, name in enumerate(words.OUTCOMES)}
    rows = sorted(_records(report.outcomes), key=lambda row: rank.get(row["outcome"], len(rank)))
    return Listing(
        "What will happen",
        "What will happen",
        f"What {report.app} does with each record when the sync is turned on: harm first.",
        "No forecast was made.",
        (
            Column("Outcome", 17, "word"), Column("Kind", 14), Column("Name", 32),
            Column("Why", 60, "long"), Column("QuickBooks record", 30), Column("Fault", 9, "short"),
            Column("On which fact", 60, "long"), Column("Under another answer", 40, "long"),
            Column("Record", 26, "code"), Column("QuickBooks reference", 24, "code"),
        ),
        [
            (
                words.outcome(row["outcome"]),
                words.kind(row["kind"]),
                names.get(row["ref"], ""),
                row["says"],
                names.get(row["target_ref"], ""),
                row["fault"],
                report.facts.get(row["because"], ""),
                row["otherwise"],
                row["ref"],
                row["target_ref"],
            )
            for row in rows
        ],
    )  # fmt: skip


def _proposals(report: Report) -> Listing:
    plan = report.plan
    first, counts, second = report.last_words(), report.approvals(), report.signatures()
    return Listing(
        "What will happen",
        "Proposed changes",
        "What is proposed so that the sync does no harm, with its evidence and who decided.",
        "Nothing was proposed.",
        (
            Column("Decision", 14, "word"), Column("Change", 44, "long"), Column("Why", 48, "long"),
            Column("What will happen", 48, "long"), Column("Match", 14),
            Column("Evidence", 44, "long"), Column("App / QuickBooks", 44, "long"),
            Column("Undo", 16), Column("Decided by", 20), Column("Decided at", 17, "moment"),
            Column("Signed by", 20), Column("Note", 28, "long"), Column("Action", 20, "code"),
        ),
        [
            (
                _verdict(said, action.id in counts),
                action.title,
                action.why,
                action.will,
                words.plain(action.band),
                "\n".join(action.evidence),
                _side_by_side(action),
                words.UNDO[action.undo],
                said.by if said else "",
                said.at if said else None,
                second.get(action.id, ""),
                said.note if said else "",
                action.id,
            )
            for action in (plan.actions if plan else ())
            for said in [first.get(action.id)]
        ],
    )  # fmt: skip


def _done(report: Report) -> Listing:
    return Listing(
        "What was done",
        "What was done",
        "Every request that was sent and every piece of hand-work, with who approved it.",
        "Nothing has been changed yet.",
        (
            Column("Result", 18, "word"), Column("Change", 44, "long"), Column("Request", 22),
            Column("Before and after", 48, "long"), Column("Approved by", 20),
            Column("Approved at", 17, "moment"), Column("Signed by", 20),
            Column("Sent at", 17, "moment"), Column("QuickBooks Id", 14, "short"),
            Column("Answer", 36, "long"), Column("Request id", 38, "code"),
            Column("Write", 10, "short"),
        ),
        list(_done_rows(report)),
    )  # fmt: skip


def _done_rows(report: Report) -> Iterator[tuple[Cell, ...]]:
    if report.plan is None:
        return
    approvals, signed = report.approvals(), report.signatures()
    lines: dict[str, list[JournalEntry]] = {}
    for entry in report.journal:
        lines.setdefault(entry.write_id, []).append(entry)
    titles = {action.id: action.title for action in report.plan.actions}
    for write in report.plan.writes:
        if not (entries := lines.get(write.id)):
            continue
        last = entries[-1]
        said = approvals.get(write.action_id)
        answer = {
            k: v for k, v in last.detail.items() if k not in {"Id", "SyncToken", "generation"}
        }
        yield (
            words.STATES[last.state],
            titles.get(write.action_id, ""),
            _request(write),
            before_and_after(write),
            said.by if said else "",
            said.at if said else None,
            signed.get(write.action_id, ""),
            entries[0].at,
            str(last.detail.get("Id", "")),
            "\n".join(f"{name}: {value}" for name, value in answer.items()),
            last.request_id,
            write.id,
        )


def _verification(report: Report) -> Listing:
    return Listing(
        "What was done",
        "Verification",
        "What a fresh pull showed of each change, what differs first.",
        "Not verified yet: pull again." if report.journal else "There is nothing to verify yet.",
        _FINDING_COLUMNS,
        _finding_rows(report.verification, report.called()),
    )


def _left(report: Report) -> Listing:
    decided = _reasons_to_skip(report)
    return Listing(
        "What is left",
        "What is left",
        "Records that are not settled, and why.",
        "Nothing is left.",
        (
            Column("Kind", 20), Column("Name", 36), Column("Why", 60, "long"),
            Column("Decision behind it", 70, "long"), Column("Record", 28, "code"),
        ),
        [
            (_kind_of(row.ref), row.name, row.why, decided.get(row.ref, ""), row.ref)
            for row in report.left
        ],
    )  # fmt: skip


def _reasons_to_skip(report: Report) -> dict[str, str]:
    """Why a record was approved to be left alone, and by whom, by its reference."""
    approved = report.approvals()
    return {
        action.ref: f"{action.why} ({approved[action.id].by})"
        for action in (report.plan.actions if report.plan else ())
        if action.kind == "skip" and action.id in approved
    }


def _findings(report: Report) -> Listing:
    return Listing(
        "Evidence",
        "Findings",
        "What the checks found in the books of both systems.",
        "The checks found nothing.",
        _FINDING_COLUMNS,
        _finding_rows(report.findings, report.called()),
    )


def _matches(report: Report) -> Listing:
    names = report.called()
    return Listing(
        "Evidence",
        "Matches",
        "Records that look like the same party or product, surest first, with the reasons.",
        "No records resemble each other.",
        (
            Column("Match", 14), Column("Probability", 13, "share"), Column("Kind", 18),
            Column("One", 34), Column("Other", 34), Column("Reasons", 64, "long"),
            Column("Weight", 10, "weight"), Column("Compared", 20), Column("Group", 9, "count"),
            Column("One record", 26, "code"), Column("Other record", 26, "code"),
        ),
        [
            (
                words.plain(row["band"]),
                row["match_probability"],
                words.kind(row["kind"]),
                names.get(row["left_ref"], ""),
                names.get(row["right_ref"], ""),
                row["reasons"],
                row["match_weight"],
                words.SCOPES.get(row["scope"]) or words.plain(row["scope"]),
                row["cluster"],
                row["left_ref"],
                row["right_ref"],
            )
            for row in _records(report.pairs.sort_values("match_probability", ascending=False))
        ],
    )  # fmt: skip


def _rejects(report: Report) -> Listing:
    return Listing(
        "Evidence",
        "Rejects",
        "Lines of the sources that could not become a record.",
        "Every line was read.",
        (
            Column("Source", 30), Column("Line", 9, "count"), Column("Why", 56, "long"),
            Column("What it held", 80, "long"),
        ),
        [(reject.source, reject.line, reject.why, reject.text) for reject in report.rejects],
    )  # fmt: skip


def _notes(report: Report) -> Listing:
    return Listing(
        "Evidence",
        "Reading",
        "How the files were read, and what there was no file of.",
        "There is nothing to say about the reading.",
        (Column("Note", 110, "long"),),
        [(note,) for note in report.notes],
    )


_FINDING_COLUMNS = (
    Column("Severity", 12, "word"), Column("Check", 30), Column("Name", 32),
    Column("What was found", 60, "long"), Column("What to do", 50, "long"),
    Column("Who", 24), Column("Other name", 32), Column("Fault", 16, "short"),
    Column("Record", 26, "code"), Column("Other record", 26, "code"),
)  # fmt: skip


def _finding_rows(findings: pd.DataFrame, names: Mapping[str, str]) -> list[tuple[Cell, ...]]:
    return [
        (
            words.severity(row["severity"]),
            words.finding(row["check"]),
            names.get(row["ref"], ""),
            row["says"],
            row["remedy"],
            words.BY.get(row["by"], ""),
            names.get(row["other_ref"], ""),
            row["fault"],
            row["ref"],
            row["other_ref"],
        )
        for row in sorted(_records(findings), key=lambda row: _place(row["severity"]))
    ]


def _place(severity: str) -> int:
    """Where a finding stands in its list: the worst first, as the checks ordered them."""
    order = list(words.SEVERITIES)
    return order.index(severity) if severity in order else len(order)


def _request(write: Write) -> str:
    if write.to == "hand":
        return f"By hand in {write.instruction.where if write.instruction else write.entity}"
    return f"{words.plain(write.operation)} {write.entity} in {words.SYSTEMS[write.to]}"


def before_and_after(write: Write) -> str:
    """What a write changes, field by field; the clicks when it is hand-work, or a merge."""
    if write.instruction and (write.to == "hand" or write.operation == "merge"):
        return "\n".join(f"{n}. {step}" for n, step in enumerate(write.instruction.steps, 1))
    was = dict(_leaves(write.restore))
    is_now = {
        name: value
        for name, value in _leaves(write.body)
        if name not in {"Id", "SyncToken", "sparse"}
    }
    lines = []
    for name, value in is_now.items():
        if name not in was:
            lines.append(f"{name}: {value}")
        elif was[name] != value:
            lines.append(f"{name}: {was[name] or '(empty)'} → {value or '(empty)'}")
    return "\n".join(lines)


def _leaves(body: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Every single value of a body by its path; a placeholder says where it comes from."""
    for name, value in body.items():
        here = f"{path}.{name}" if path else name
        if isinstance(value, Mapping) and "$from" in value:
            yield here, f"({value['field']} of {value['$from']})"
        elif isinstance(value, Mapping):
            yield from _leaves(value, here)
        elif isinstance(value, list | tuple):
            for place, part in enumerate(value, 1):
                yield from _leaves(
                    part if isinstance(part, Mapping) else {"": part}, f"{here}[{place}]"
                )
        else:
            yield here, "" if value is None else str(value)


def _side_by_side(action: Action) -> str:
    """What was compared, field by field: both values where they differ, one where they do not."""
    return "\n".join(
        f"{name}: {app} (both)" if app == qbo else f"{name}: {app or '(none)'} / {qbo or '(none)'}"
        for name, (app, qbo) in action.compare.items()
        if app or qbo
    )


def _verdict(said: Decision | None, counts: bool) -> Word:
    """The word for a decision; an approval of what has changed since is not shown as one."""
    if said and said.verdict == "approve" and not counts:
        return Word("Changed since", "approved as it was before", "warn")
    return words.VERDICTS[said.verdict if said else ""]


def _kind_of(ref: str) -> str:
    return words.kind(split_ref(ref)[1]) if ref.count(":") >= 2 else ""


def _records(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Rows as dictionaries, in order; what is missing is empty text in text columns, else None."""
    columns = {
        str(name): frame[name].fillna("").tolist()
        if isinstance(frame[name].dtype, pd.StringDtype)
        else [None if pd.isna(value) else value for value in frame[name]]
        for name in frame.columns
    }
    for values in zip(*columns.values(), strict=True):
        yield dict(zip(columns, values, strict=True))

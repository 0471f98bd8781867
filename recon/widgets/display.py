"""What notebooks show, as small pieces of HTML: every value is escaped, lists end after 50 rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import quote

import pandas as pd

from recon.advice.handwork import Piece
from recon.plan import ActionKind, Plan
from recon.reports import words
from recon.reports.words import Word

STATIC = Path(__file__).parent / "static"
ROWS = 50


@dataclass(frozen=True)
class Shown:
    """Something to look at, without a client's name in it: it stays in the notebook when saved.

    Attributes:
        html: safe HTML, readable without JavaScript.
        text: the same in a line, for where there is no HTML.
    """

    html: str
    text: str

    def _repr_html_(self) -> str:
        return self.as_html()

    def as_html(self) -> str:
        """The page with its style sheet."""
        css = (STATIC / "display.css").read_text(encoding="utf-8")
        return f'<style>{css}</style><div class="recon-shown"><div>{self.html}</div></div>'

    def __repr__(self) -> str:
        return self.text


def text(value: object) -> str:
    """Any value as safe HTML: hidden characters spelled out, direction kept to itself."""
    plain = "" if value is None or value is pd.NA else str(value)
    return f"<bdi>{escape(words.shown(plain))}</bdi>" if plain else ""


def heading(title: str, below: str = "") -> str:
    """A heading, and a quiet sentence below it."""
    return f"<h4>{text(title)}</h4>" + (quiet(below) if below else "")


def listed(sentences: Iterable[str]) -> str:
    """Sentences, one below the other."""
    return f"<ul>{''.join(f'<li>{text(sentence)}</li>' for sentence in sentences)}</ul>"


def quiet(sentence: str) -> str:
    """A sentence that may be overlooked."""
    return f'<p class="rs-quiet">{text(sentence)}</p>'


def said(sentence: str, *, wrong: bool = False) -> str:
    """What just happened, read out by screen readers."""
    tone, role = ("rs-said rs-wrong", "alert") if wrong else ("rs-said", "status")
    return f'<p class="{tone}" role="{role}" tabindex="-1">{text(sentence)}</p>' if sentence else ""


def tag(word: Word, number: int | None = None) -> str:
    """A word with its colour, and how many."""
    label = word.label if number is None else f"{word.label} {number:,}"
    hint = f' title="{escape(word.means)}"' if word.means else ""
    return f'<span class="rs-tag rs-{word.tone} rs-shade-{word.shade}"{hint}>{text(label)}</span>'


def button(
    act: str, label: str, *, which: str = "", main: bool = False, locked: bool = False
) -> str:
    """A button that its panel hears as `act`; a locked one waits for its check box."""
    lock = ' data-locked="true" disabled' if locked else ""
    kind = ' class="rs-main"' if main else ""
    return (
        f'<button type="button"{kind} data-act="{escape(act)}" data-which="{escape(which)}"{lock}>'
        f"{text(label)}</button>"
    )


def offers(act: str, told: Iterable[tuple[str, str]]) -> str:
    """Buttons one below the other, each with a sentence beside it; what it is called is heard."""
    rows = (f"<li>{button(act, name, which=name)} {text(says)}</li>" for name, says in told)
    return f'<ul class="rs-offers">{"".join(rows)}</ul>'


def tick_box(unlocks: str, label: str) -> str:
    """A check box without which the button of `unlocks` cannot be pressed."""
    box = f'<input type="checkbox" data-unlocks="{escape(unlocks)}">'
    return f"<label>{box}<span>{text(label)}</span></label>"


@dataclass(frozen=True)
class Choice:
    """A list to choose from, as a cell: its panel hears as `act` what `which` and the choice say.

    Attributes:
        act: what the panel is told.
        which: comes before the chosen value.
        label: what is chosen, for screen readers.
        chosen: the value that is chosen now.
        options: value to what is read.
    """

    act: str
    which: str
    label: str
    chosen: str
    options: Mapping[str, str]

    def html(self) -> str:
        """The list itself."""
        listed = "".join(
            f'<option value="{escape(value)}"{" selected" if value == self.chosen else ""}>'
            f"{escape(words.shown(told))}</option>"
            for value, told in self.options.items()
        )
        return (
            f'<select data-act="{escape(self.act)}" data-which="{escape(self.which)}"'
            f' aria-label="{escape(self.label)}">{listed}</select>'
        )


Cell = str | int | Word | Choice


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Labels with their values; those without a value are left out."""
    rows = "".join(f"<dt>{text(k)}</dt><dd>{text(v)}</dd>" for k, v in pairs if v)
    return f"<dl>{rows}</dl>"


def table(head: Sequence[str], rows: Sequence[Sequence[Cell]], *, narrow: bool = False) -> str:
    """The first 50 rows as a table, and how many more there are."""
    if not rows:
        return quiet("None.")
    numeric = [isinstance(cell, int) for cell in rows[0]]
    heads = "".join(
        f'<th scope="col"{_CLASS[number]}>{text(name)}</th>'
        for name, number in zip(head, numeric, strict=True)
    )
    body = "".join(f"<tr>{''.join(_cell(cell) for cell in row)}</tr>" for row in rows[:ROWS])
    more = len(rows) - ROWS
    rest = quiet(f"and {more:,} more: all of them are in the work papers.") if more > 0 else ""
    kind = ' class="rs-narrow"' if narrow else ""
    return f"<table{kind}><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>{rest}"


_CLASS = {True: ' class="rs-number"', False: ""}


def _cell(cell: Cell) -> str:
    if isinstance(cell, Choice):
        return f"<td>{cell.html()}</td>"
    if isinstance(cell, Word):
        return f'<td class="rs-word">{tag(cell)}</td>'
    return (
        f'<td class="rs-number">{cell:,}</td>'
        if isinstance(cell, int)
        else f"<td>{text(cell)}</td>"
    )


def link(path: Path, label: str) -> str:
    """A link to a file beside the notebook, and where it is."""
    target = escape(quote(path.as_posix()))
    return f'<a href="{target}" target="_blank">{text(label)}</a> &ensp;{text(path)}'


def folded(summary: str, html: str, *, unfolded: bool = False) -> str:
    """HTML behind a line to click on."""
    kind = "<details open>" if unfolded else "<details>"
    return f"{kind}<summary>{text(summary)}</summary>{html}</details>"


def books(counts: Mapping[str, Mapping[str, int]], app: str) -> str:
    """How many records of each kind both sides hold."""
    mine, theirs = counts["app"], counts["qbo"]
    rows = [
        (label, mine.get(name, 0), theirs.get(name, 0))
        for name, label in words.TABLES.items()
        if mine.get(name) or theirs.get(name)
    ]
    return table(["Records", app, "QuickBooks"], rows, narrow=True)


def outcomes(by_kind: Mapping[str, Mapping[str, int]]) -> str:
    """A bar for each kind of record, as long as there are records, parted by what happens to them.

    Args:
        by_kind: kind of record to outcome to number.
    """
    longest = max((sum(counts.values()) for counts in by_kind.values()), default=1) or 1
    rows = []
    for kind, counts in by_kind.items():
        known = [name for name in words.OUTCOMES if counts.get(name)]
        names = known[::-1] + [name for name in counts if name not in words.OUTCOMES]
        total = sum(counts.values())
        segments = "".join(
            f'<span class="{_segment(words.outcome(name))}" style="flex:{counts[name]}"'
            f' title="{escape(words.outcome(name).label)} {counts[name]:,}"></span>'
            for name in names
        )
        chips = "".join(tag(words.outcome(name), counts[name]) for name in names)
        rows.append(
            f"<b>{text(words.kind(kind))}</b><span class='rs-number'>{total:,}</span>"
            f'<span class="rs-bar" aria-hidden="true" style="width:{100 * total / longest:.1f}%">'
            f'{segments}</span><span class="rs-chips">{chips}</span>'
        )
    return f'<div class="rs-kinds">{"".join(rows)}</div>'


def _segment(word: Word) -> str:
    return f"rs-seg rs-{word.tone} rs-shade-{word.shade}"


def harm(by_kind: Mapping[str, Mapping[str, int]]) -> int:
    """How many records would come to harm."""
    return sum(
        number
        for counts in by_kind.values()
        for name, number in counts.items()
        if words.outcome(name).tone == "bad"
    )


def harmed(found: pd.DataFrame, names: Mapping[str, str]) -> str:
    """Rows of `OUTCOMES`, worst first."""
    order = list(words.OUTCOMES)
    bad = sorted(found.to_dict("records"), key=lambda row: order.index(row["outcome"]))
    rows = [
        (
            words.outcome(r["outcome"]),
            words.kind(r["kind"]),
            called(r["ref"], names),
            _or(r["says"]),
        )
        for r in bad
    ]
    return table(["What happens", "Kind", "Record", "Why"], rows)


def findings(found: pd.DataFrame, names: Mapping[str, str]) -> str:
    """`FINDINGS` by check, worst first, each with its first records."""
    ranks = {name: rank for rank, name in enumerate(words.SEVERITIES)}
    groups = [
        (str(severity), str(check), group)
        for (severity, check), group in found.groupby(["severity", "check"], sort=False)
    ]
    groups.sort(key=lambda each: (ranks.get(each[0], len(ranks)), -len(each[2])))
    summary = [
        (
            words.severity(severity), words.finding(check), len(group),
            _or(group["remedy"].iloc[0]), words.BY.get(str(group["by"].iloc[0]), ""),
        )
        for severity, check, group in groups
    ]  # fmt: skip
    listed = "".join(
        folded(
            f"{words.finding(check)} ({len(group):,})",
            table(
                ["Record", "What was found"],
                [
                    (called(r, names), says)
                    for r, says in zip(group["ref"], group["says"], strict=True)
                ],
            ),
        )
        for _, check, group in groups
    )
    return table(["", "What", "How many", "What mends it", "Who"], summary) + listed


def pairs(found: pd.DataFrame, names: Mapping[str, str]) -> str:
    """`PAIRS` counted by how sure they are, and those that are not simply identical."""
    counted = Counter(zip(found["kind"], found["scope"], found["band"], strict=True))
    groups = list(dict.fromkeys(zip(found["kind"], found["scope"], strict=True)))
    bands = [band for band in _BANDS if any(key[2] == band for key in counted)]
    summary: list[tuple[Cell, ...]] = [
        (words.kind(kind), words.SCOPES[scope], *(counted[kind, scope, band] for band in bands))
        for kind, scope in groups
    ]
    parties = found["kind"].isin(["customer", "item"])
    unlike = found[parties & ((found["band"] != "identical") | (found["scope"] != "app-qbo"))]
    rough = unlike["band"] == "rough"
    heads = ["Records", "Where", *map(words.plain, bands)]
    same, hardly = "The same under another spelling, or there twice", "Hardly the same"
    return (
        table(heads, summary, narrow=True)
        + folded(f"{same} ({(~rough).sum():,})", _paired(unlike[~rough], names), unfolded=True)
        + folded(f"{hardly} ({rough.sum():,})", _paired(unlike[rough], names))
    )


def _paired(found: pd.DataFrame, names: Mapping[str, str]) -> str:
    """Rows of `PAIRS`, what is least sure first: that is what a person looks at."""
    rows = [
        (
            words.plain(row["band"]), words.SCOPES[row["scope"]],
            called(row["left_ref"], names), called(row["right_ref"], names), _or(row["reasons"]),
        )
        for row in found.sort_values("match_probability", kind="stable").to_dict("records")
    ]  # fmt: skip
    return table(["Match", "Where", "Record", "Beside it", "Because"], rows)


_BANDS = ("identical", "strict", "close", "similar", "rough")


def proposals(plan: Plan) -> str:
    """What a plan proposes, by kind of action."""
    kinds = Counter(action.kind for action in plan.actions)
    hand = {w.action_id for w in plan.writes if w.to == "hand"}
    by_hand = Counter(a.kind for a in plan.actions if a.id in hand)
    rows = [
        (_KINDS.get(kind, words.plain(kind)), number, by_hand[kind])
        for kind, number in kinds.most_common()
    ]
    return table(["Proposed", "How many", "Of them by hand"], rows, narrow=True)


_KINDS = {"skip": "Keep out of the sync", "map": "Say which is meant"}


def actions(plan: Plan, chosen: Collection[str], last: ActionKind) -> str:
    """What will happen, action by action, before it is sent; those of the kind `last` come last."""
    approved = sorted((a for a in plan.actions if a.id in chosen), key=lambda a: a.kind == last)
    rows = [(a.title, a.will, words.UNDO[a.undo]) for a in approved]
    return table(["Approved", "What will happen", "Can be undone"], rows)


def hand_work(plan: Plan, pieces: Sequence[Piece]) -> str:
    """Pieces of hand-work with their steps, each with a button to tick it off."""
    titles = {write.id: plan.action(write.action_id).title for write in plan.writes}
    shown = [_step(titles[piece.id], piece) for piece in pieces[:ROWS]]
    more = len(pieces) - ROWS
    return "".join(shown) + (quiet(f"and {more:,} more after these.") if more > 0 else "")


def _step(title: str, piece: Piece) -> str:
    steps = "".join(f"<li>{text(step)}</li>" for step in (*piece.clicks, *piece.follows))
    who = quiet(f"In {piece.where}, by: {piece.who}")
    return (
        f'<div class="rs-step"><div><b>{text(title)}</b>'
        f"<ol>{steps}</ol>{who}</div><div>{button('tick', 'Done', which=piece.id)}</div></div>"
    )


VERIFIED: Mapping[str, Word] = {
    "not_as_promised": Word("Not as promised", "the books show something else", "bad"),
    "by_hand_open": Word("Hand-work open", "still to be done", "warn"),
    "verified": Word("Verified", "the fresh pull shows it", "good"),
    "by_hand_done": Word("Hand-work done", "the fresh pull shows it", "good"),
}
"""What became of a promise, worst first."""


def verification(found: pd.DataFrame) -> str:
    """Promises by what became of them, those not kept first and in full."""
    counts = Counter(found["check"])
    chips = "".join(
        f"{tag(word, counts[name])} " for name, word in VERIFIED.items() if counts[name]
    )
    order = list(VERIFIED)
    rows = sorted(
        (
            (VERIFIED[row["check"]], row["says"], _or(row["remedy"]))
            for row in found.to_dict("records")
        ),
        key=lambda row: order.index(next(k for k, v in VERIFIED.items() if v is row[0])),
    )
    listed = folded(f"Every promise ({len(rows):,})", table(["", "What", "What to do"], rows))
    return f'<p class="rs-tags">{chips}</p>{listed}'


def called(ref: str, names: Mapping[str, str]) -> str:
    """A record as people call it: its name or number, and which one it is."""
    _, _, own = str(ref).split(":", 2)
    name = str(names.get(ref) or "")
    if name == own:
        return own
    return f"{name or 'no name'} ({own})"


def _or(value: object, otherwise: str = "") -> str:
    return otherwise if value is None or value is pd.NA or value != value else str(value)  # noqa: PLR0124

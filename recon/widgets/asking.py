"""How the app behaves, as a notebook shows it: its questions, ways to turn it on, and reasons."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from itertools import groupby

import pandas as pd

from recon.advice.golive import Step
from recon.company import choosing
from recon.counting import counted
from recon.errors import InputError
from recon.profile import Choice as Question
from recon.reports import words
from recon.widgets import display
from recon.widgets.display import Choice
from recon.widgets.engagement import Engagement
from recon.widgets.panel import Panel

_ANEW = "Kept. Run the cells below again: they go by it."
_NOT_ANSWERED = "assumed"


def questions_panel(work: Engagement) -> Panel:
    """What the app's profile asks, each with a list of answers; what is unknown stands first."""

    def draw() -> str:
        profile = work.r.profile
        open_ = len(profile.unanswered)
        below = f"{counted(open_, 'question')} that no document answers: "
        head = display.heading(
            f"How {profile.about.name} behaves here",
            f"{below}until you answer, the usual answer is assumed, and the forecast says what "
            "another would change."
            if open_
            else "Everything that has to be known is known.",
        )
        asked = choosing.questions(profile)
        rows = [
            (row["asks"], _answers(row["question"], profile.choices[row["question"]],
                                   row["answer"], answered=row["answered"]), row["why"])
            for row in asked.to_dict("records")
        ]  # fmt: skip
        facts = choosing.facts(profile)[["value", "is", "because"]]
        return (
            head
            + (display.table(["Question", "Answer", "Why it is asked"], rows) if rows else "")
            + display.folded(
                f"Everything that recon goes by ({len(facts):,}), with its sources",
                "".join(_parts(facts)),
            )
        )

    def answer(which: str) -> str:
        question, _, said = which.partition("=")
        choosing.answer(work.r, {question: said})
        return _ANEW

    return Panel("questions about the app", draw, {"answer": answer}, work.panels)


def _answers(name: str, question: Question, now: str, *, answered: bool) -> Choice:
    usual = question.answers[question.usual].says
    options = {"": f"{_NOT_ANSWERED}: {usual}"} | {
        answer: told.says for answer, told in question.answers.items()
    }
    return Choice("answer", f"{name}=", question.asks, now if answered else "", options)


def _parts(facts: pd.DataFrame) -> Iterator[str]:
    """The facts in tables of their part of the profile: all of them are shown."""
    parts = facts["value"].str.partition(".")
    for part, of_part in facts.assign(value=parts[2]).groupby(parts[0], sort=False):
        told = of_part.assign(value=of_part["value"].map(words.plain))
        rows = list(told.itertuples(index=False, name=None))
        yield display.heading(words.plain(str(part)).capitalize())
        yield display.table(["What", "Is", "Because"], rows)


def scenarios_page(table: pd.DataFrame) -> str:
    """Ways to turn the sync on beside each other: what each means, then its figures."""
    figures = [name for name in table.columns if name not in ("scenario", "says", "group")]
    shown = [name for name in figures if (table[name] != 0).any()]
    first = "The first is how things are set now; each other changes one thing."
    below = {"way": first, "rule": "How much hangs on what the app finds records by."}
    return "".join(
        display.heading(title, below[group])
        + _beside(table[(table["group"] == group) | (table.index == 0)], shown)
        for group, title in words.SCENARIO_GROUPS.items()
    )


def _beside(table: pd.DataFrame, shown: list[str]) -> str:
    """What each row means, then their figures beside each other."""
    ways = [words.plain(str(name)).replace("=", ": ") for name in table["scenario"]]
    page = display.table(["Way", "What it means"], list(zip(ways, table["says"], strict=True)))
    for first in range(0, len(ways), _BESIDE):
        part = table.iloc[first : first + _BESIDE]
        rows = [(words.plain(n).capitalize(), *map(_figure, part[n])) for n in shown]
        page += display.table(["", *ways[first : first + _BESIDE]], rows)
    return page


_BESIDE = 6
"""Ways that stand beside each other: more would not fit on a screen."""


def _figure(value: object) -> str:
    return f"{value:,.2f}" if isinstance(value, Decimal) else f"{value:,}"


def day_of(told: str) -> datetime | None:
    """The beginning of a day that is told like "2026-11-20", UTC; None where none is.

    Raises:
        InputError: it is told otherwise.
    """
    try:
        return datetime.strptime(told, "%Y-%m-%d").replace(tzinfo=UTC) if told else None
    except ValueError as error:
        raise InputError(f'"{told}" is no day.', remedy="Say it like 2026-11-20.") from error


def reasons_page(lines: list[tuple[str, str]]) -> str:
    """Why the forecast says what it says of one record."""
    return display.facts(lines)


def go_live_page(steps: list[Step]) -> str:
    """The go-live sheet, part by part."""
    return "".join(
        display.heading(part) + display.listed(step.says for step in of_part)
        for part, of_part in groupby(steps, lambda step: step.part)
    )

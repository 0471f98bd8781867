"""What a profile says of an app: how its sync behaves, each value with the source behind it.

A profile is data (`apps/<app>/profile.toml`). What differs from company to company, because it is a
setting of the app or because nobody has established it, is a `Choice`: its answers set values, and
a profile is always that of certain answers. What nobody has answered counts as its usual answer,
and `unanswered` says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from recon.behaviour import (
    About,
    Cited,
    CustomerRule,
    Entity,
    Flow,
    InvoiceRule,
    ItemRule,
    LinkRule,
    PaymentRule,
    PullRule,
    StatusRule,
)
from recon.errors import ConfigError

NAMES = frozenset({"id", "name", "version", "client", "product"})
"""Fields of `About` that are names, not facts, and need no source."""


class Source(Cited):
    """A document, or another way of knowing.

    Attributes:
        title: which, so that a person finds it.
        kind: "vendor" (its own help), "code" (its program, as described by readers of it),
            "quickbooks" (Intuit's documents), "community", "inferred", or "chosen" (a generic
            profile is what whoever chooses it wants).
        read: the day on which it was read.
    """

    title: str
    kind: Literal["vendor", "code", "quickbooks", "community", "inferred", "chosen"]
    read: date


class Cite(Cited):
    """Why a value is what it is.

    Attributes:
        by: the source's name in the profile.
        quote: its own words, letter for letter.
        says: what it says, in ours.
    """

    by: str
    quote: str = ""
    says: str = ""


class Answer(Cited):
    """One answer to a choice: what it means, and the values that it sets ("customer.match")."""

    says: str
    sets: Mapping[str, Any]


class Choice(Cited):
    """What differs from company to company, or is not established.

    Attributes:
        kind: "setting" (of the app, which a person can look up and change), "mode" (a direction),
            or "unknown": nobody has established it.
        asks: the question to the accountant.
        why: why it is asked: what is said, or not said, and where.
        by: name of the source.
        where: where in the app it is set.
        usual: the answer that counts until one is given.
        answers: name of each answer to what it means.
    """

    kind: Literal["setting", "mode", "unknown"]
    asks: str
    why: str
    by: str
    where: tuple[str, ...] = ()
    usual: str
    answers: Mapping[str, Answer] = Field(min_length=2)


PARTS = ("about", "customer", "item", "invoice", "payment", "flow", "links", "pull", "status")
"""The parts of a profile whose every value has a source."""


class Profile(Cited):
    """How one version of one app behaves, under certain answers to its choices.

    Attributes:
        sources: name to document.
        cites: path of a value ("customer.match") to why it is so.
        choices: name to question, in the order in which they are asked.
        given: what a person answered; the usual answer stands in for the rest.
    """

    about: About
    customer: CustomerRule
    item: ItemRule
    invoice: InvoiceRule
    payment: PaymentRule
    flow: Mapping[Entity, Flow]
    links: LinkRule
    pull: PullRule
    status: StatusRule
    sources: Mapping[str, Source] = Field(min_length=1)
    cites: Mapping[str, Cite]
    choices: Mapping[str, Choice]
    given: Mapping[str, str] = {}

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        """Every value has a source that is listed, and every choice sets values that are there."""
        for path, cite in self.cites.items():
            _require(cite.by in self.sources, f"{path}: no source is called {cite.by!r}")
        chosen: set[str] = set()
        for name, choice in self.choices.items():
            _require(choice.by in self.sources, f"{name}: no source is called {choice.by!r}")
            _require(choice.usual in choice.answers, f"{name}: no answer is {choice.usual!r}")
            own = {path for answer in choice.answers.values() for path in answer.sets}
            _require(not own & chosen, f"{name} sets what another choice sets: {own & chosen}")
            chosen |= own
        values = dict(self.values())
        for path in chosen:
            _require(path in values, f"there is no value {path!r}")
        lacking = [path for path in values if path not in self.cites and path not in chosen]
        _require(not lacking, f"no source is given for {', '.join(lacking)}")
        return self

    def values(self) -> Iterator[tuple[str, Any]]:
        """Path and value of all that a profile states and that needs a source."""
        for part in PARTS:
            rule = getattr(self, part)
            if part == "flow":
                for entity, flow in rule.items():
                    yield from ((f"flow.{entity}.{name}", value) for name, value in flow)
                continue
            for name, value in rule:
                if part != "about" or name not in NAMES:
                    yield f"{part}.{name}", value

    @property
    def unanswered(self) -> dict[str, Choice]:
        """What is not established and nobody has answered."""
        return {
            name: choice
            for name, choice in self.choices.items()
            if choice.kind == "unknown" and name not in self.given
        }

    def answer_of(self, choice: str) -> str:
        """The answer that counts."""
        return self.given.get(choice, self.choices[choice].usual)

    def answered(self, answers: Mapping[str, str]) -> Self:
        """This profile with other answers; those that were given before stay.

        Raises:
            ConfigError: there is no such question, or it has no such answer.
        """
        given = {**self.given, **answers}
        told = self.model_dump()
        for name, choice in self.choices.items():
            answer = given.get(name, choice.usual)
            if answer not in choice.answers:
                raise ConfigError(
                    f'"{answer}" is no answer to the question {name} of {self.about.name}.',
                    remedy=f"Answers are: {', '.join(choice.answers)}.",
                )
            for path, value in choice.answers[answer].sets.items():
                put(told, path, value)
        if strange := [name for name in given if name not in self.choices]:
            raise ConfigError(
                f'{self.about.name} has no question "{strange[0]}".',
                remedy=f"Its questions are: {', '.join(self.choices) or 'none'}.",
            )
        return type(self).model_validate({**told, "given": given})

    def stating(self, path: str, value: Any) -> Self:
        """This profile with one value other than it states: what nobody says of the app."""
        told = self.model_dump()
        put(told, path, value)
        return type(self).model_validate(told)

    def because(self, path: str) -> str:
        """On which fact a value rests, with its source and the day on which it was read."""
        for name, choice in self.choices.items():
            if any(path in answer.sets for answer in choice.answers.values()):
                return self._because_of(name, choice)
        cite = self.cites[path]
        said = f'"{cite.quote}"' if cite.quote else cite.says
        source = _cited(self.sources[cite.by])
        return f"{said} ({source})" if said else source

    def _because_of(self, name: str, choice: Choice) -> str:
        source = self.sources[choice.by]
        answer = self.answer_of(name)
        whose = "as was answered" if name in self.given else "as is usual"
        if choice.kind == "unknown" and name not in self.given:
            whose = "assumed, because it is not established"
        return f"{choice.answers[answer].says} ({whose}: {name}={answer}; {_cited(source)})"


def put(told: dict[str, Any], path: str, value: Any) -> None:
    """Set the value of a path ("customer.match") in a profile that is told as dicts."""
    *way, last = path.split(".")
    for step in way:
        told = told.setdefault(step, {})
    told[last] = value


def _cited(source: Source) -> str:
    return f"{source.title}, read {source.read.isoformat()}"


def _require(holds: bool, problem: str) -> None:
    if not holds:
        raise ValueError(problem)

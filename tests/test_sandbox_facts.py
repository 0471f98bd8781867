"""The cited facts: what QuickBooks answers to one request, one line each in facts/qbo_facts.csv.

A fact's `given` and `request` are steps, those of `given` parted by ";;": "POST customer {...}",
"GET customer/1", "query SELECT …", "set switch=value", "close 2026-07-31" (the books),
"merge Customer winner loser" (in the screen), "match Purchase 7" (to the bank's feed), "token x"
(sign in with this one; none without x), "wait 3601" (seconds).
`expected_text` must stand in the answer's JSON, or, after a "!", must not. The company is
`garden_company`.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
from sandbox_talk import Reply, Talk, garden_company

from recon.sandbox.books.switches import Switches
from recon.sandbox.faults import MESSAGES
from recon.sandbox.server import Sandbox

FACTS = Path(__file__).parent / "facts" / "qbo_facts.csv"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SEPARATOR = " ;; "
# Answered to a request that no line can hold: a file of more than a hundred megabytes.
NO_LINE = {"6030"}

Fact = dict[str, str]
Servers = dict[tuple[str, ...], Talk]


def facts() -> list[Fact]:
    """Every fact of the file."""
    with FACTS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    """Running sandboxes by their switches; a test adds what it needs, the end stops them."""
    with ExitStack() as stack:
        running: Servers = {}
        yield running
        for talk in running.values():
            stack.push(talk.sandbox)
            stack.callback(talk.session.close)


def talk_with(servers: Servers, settings: tuple[str, ...]) -> Talk:
    """A sandbox with these switches, its company as new."""
    if settings not in servers:
        sandbox = Sandbox(switches=Switches.parse(settings), clock=lambda: NOON)
        servers[settings] = Talk(sandbox.__enter__())
    talk = servers[settings]
    talk.sandbox.reset(garden_company())
    sign_in(talk, talk.sandbox.access_token)
    return talk


def sign_in(talk: Talk, token: str) -> None:
    """From now on with this access token; without any if it is empty."""
    talk.session.headers["Authorization"] = f"Bearer {token}" if token else ""


# What happens besides requests.
ACTS: dict[str, Callable[[Talk, str], object]] = {
    "close": lambda talk, day: talk.sandbox.close_period(day),
    "merge": lambda talk, rest: talk.sandbox.merge(*rest.split()),
    "match": lambda talk, rest: talk.sandbox.match_to_bank(*rest.split()),
    "wait": lambda talk, seconds: talk.sandbox.advance(float(seconds)),
    "token": sign_in,
}


def do(talk: Talk, step: str) -> Reply | None:
    """One step; None for what is no request."""
    verb, _, rest = step.partition(" ")
    if verb in ACTS:
        ACTS[verb](talk, rest)
        return None
    if verb == "query":
        return talk.query(rest)
    path, _, body = rest.partition(" ")
    return talk.send(verb, path, body or None)


@pytest.mark.parametrize("fact", facts(), ids=lambda fact: fact["id"])
def test_the_sandbox_answers_as_quickbooks_is_reported_to(fact: Fact, servers: Servers) -> None:
    """Status, first fault code and text are those of the fact."""
    given = [step for step in fact["given"].split(SEPARATOR) if step]
    settings = tuple(step[4:] for step in given if step.startswith("set "))
    talk = talk_with(servers, settings)
    for step in given[len(settings) :]:
        before = do(talk, step)
        assert before is None or before.status == 200, before
    reply = do(talk, fact["request"])
    assert reply is not None
    assert (reply.status, reply.code) == (int(fact["expected_status"]), fact["expected_code"])
    text = json.dumps(reply.json, ensure_ascii=False, separators=(",", ":"))
    said = reply.detail if reply.code else text
    if fact["expected_text"].startswith("!"):
        assert fact["expected_text"][1:] not in said
    else:
        assert fact["expected_text"] in said


def test_every_fact_is_cited() -> None:
    """Each line names a source and the day on which it was read, and no id stands twice."""
    lines = facts()
    assert len(lines) >= 220
    assert len({fact["id"] for fact in lines}) == len(lines)
    assert all(fact["source"] and datetime.fromisoformat(fact["date"]) for fact in lines)


def test_every_fault_has_a_fact() -> None:
    """Each code that the sandbox can answer is shown by a line, alone or in a batch."""
    shown = {fact["expected_code"] for fact in facts()}
    shown |= set(re.findall(r'"code":"(\d+)"', " ".join(each["expected_text"] for each in facts())))
    assert set(MESSAGES) - shown == NO_LINE


def test_every_value_of_a_switch_has_a_fact_or_a_test() -> None:
    """Each value that is not the default is set by a fact or in a test; a number by any."""
    given = " ".join(fact["given"] for fact in facts())
    given += "".join(
        each.read_text(encoding="utf-8") for each in Path(__file__).parent.glob("*.py")
    )
    types = get_type_hints(Switches)
    missing = [
        f"{each.name}={value}"
        for each in fields(Switches)
        for value in (set(get_args(types[each.name])) - {each.default} or {""})
        # With a brace behind the name a test goes through all of its values.
        if not re.search(rf"{each.name}=[\"']?({re.escape(value)}|{{)", given)
    ]
    assert missing == []

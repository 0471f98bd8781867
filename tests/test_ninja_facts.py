"""The cited facts: what Invoice Ninja's API answers, one line each in invoiceninja_facts.csv.

A fact's `given` and `request` are steps, those of `given` parted by ";;": "PUT clients/… {json}",
"set switch=value". Behind the method may stand "+password" (the password header is sent), "~token",
"~xhr" or "~ninja" (a header is left out, or is version 4's); behind a step of `given`, "!404" says
that it is refused so. `expected_text` is looked for in the answer's JSON, its parts around ".*" in
their order; after a "!" it must not be there. The company is `mowing_company`.
"""

from __future__ import annotations

import csv
import json
import re
from datetime import date
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
from ninja_talk import PASSWORD, NinjaTalk, Said

import recon.sandbox.invoiceninja
from recon.sandbox.invoiceninja import NinjaSwitches

FACTS = Path(__file__).parent / "facts" / "invoiceninja_facts.csv"
SEPARATOR = " ;; "
HEADERS: dict[str, dict[str, str | None]] = {
    "+password": {**PASSWORD},
    "~token": {"X-API-TOKEN": None},
    "~xhr": {"X-Requested-With": None},
    "~ninja": {"X-API-TOKEN": None, "X-Ninja-Token": "sandbox-token"},
}

Fact = dict[str, str]


def facts() -> list[Fact]:
    """Every fact of the file."""
    with FACTS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def do(app: NinjaTalk, step: str) -> Said:
    """One request."""
    verb, _, rest = step.partition(" ")
    path, _, body = rest.partition(" ")
    method = re.split(r"[+~]", verb)[0]
    return app.send(method, path, body or None, HEADERS.get(verb[len(method) :]))


@pytest.mark.parametrize("fact", facts(), ids=lambda fact: fact["id"])
def test_the_server_answers_as_invoice_ninja_is_reported_to(fact: Fact, app: NinjaTalk) -> None:
    """Status and text are those of the fact."""
    for step in filter(None, fact["given"].split(SEPARATOR)):
        if step.startswith("set "):
            app.sandbox.set(step[4:])
            continue
        request, _, refused = step.partition(" !")
        before = do(app, request)
        assert before.status == int(refused or 200), before
    said = do(app, fact["request"])
    assert said.status == int(fact["expected_status"]), said.json
    text = json.dumps(said.json, ensure_ascii=False, separators=(",", ":"))
    wanted = fact["expected_text"]
    if wanted.startswith("!"):
        assert wanted[1:] not in text
    else:
        assert re.search(".*".join(map(re.escape, wanted.split(".*"))), text), text


def test_every_fact_is_cited() -> None:
    """Each line names a source and the day on which it was read, and no id stands twice."""
    lines = facts()
    assert len({fact["id"] for fact in lines}) == len(lines)
    assert all(fact["source"] and date.fromisoformat(fact["date"]) for fact in lines)


ELSEWHERE = {"denied_status", "jobs", "pushed_name", "name_collision", "requests_per_minute"}
"""Switches that take other users or a QuickBooks company: their tests are in the neighbours."""


def test_every_switch_is_tried_both_ways() -> None:
    """A fact sets each value that is not a default, the default being what all others have."""
    tried = {step[4:] for fact in facts() for step in fact["given"].split(SEPARATOR)}
    for name, type_ in get_type_hints(NinjaSwitches).items():
        default = getattr(NinjaSwitches(), name)
        others = {f"{name}={value}" for value in get_args(type_) if value != default}
        if name not in ELSEWHERE and not name.startswith("import_"):
            assert others <= tried, others - tried


README = Path(recon.sandbox.invoiceninja.__file__).parent / "README.md"


def test_the_readme_lists_every_switch_with_its_values() -> None:
    """The default first, as the table says."""
    table = README.read_text(encoding="utf-8")
    for name, type_ in get_type_hints(NinjaSwitches).items():
        default = str(getattr(NinjaSwitches(), name))
        values = ", ".join([default, *(v for v in get_args(type_) if v != default)])
        assert f"| {name} | {values} |" in table


def test_the_readmes_program_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a first-time user copies does what it says."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    program = README.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    exec(compile(program, str(README), "exec"), {})
    exported = (tmp_path / "exports" / "clients.csv").read_text(encoding="utf-8")
    assert "Acme," in exported

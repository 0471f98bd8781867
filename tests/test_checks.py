"""Each check finds what it is for, and nothing once one field is as it should be.

A fixture is `golden/<check>.toml`, or `golden/<check>-<what>.toml` for a further one: the rows that
go in (short form, see `small_books`), fields of the `profile` that differ from Invoice Ninja's (or
from `profile_of`'s, under `answers`), `settings`, what is `planned`, `found` with `severity` and
`fault` (what the check says of them), and `but` (the one field that, changed so, leaves nothing to
say). A row with `times` stands for so many. `called` names ids of the catalogue that the check
answers and this fixture shows.
"""

from __future__ import annotations

import copy
import csv
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from small_books import case, pair, profile

from recon.books import FINDINGS, PLANNED
from recon.case import Case
from recon.checks import CHECKS, check

GOLDEN = Path(__file__).with_name("golden")
CATALOGUE = Path(__file__).parents[1] / "benchmarks" / "rule_catalogue.csv"
BY_NAME = {getattr(one, "__name__", ""): one for one in CHECKS}
FIXTURES = sorted(path.stem for path in GOLDEN.glob("*.toml"))


def told(fixture: str) -> dict[str, Any]:
    """What a fixture says."""
    return tomllib.loads((GOLDEN / f"{fixture}.toml").read_text("utf-8"))


def case_of(rows: dict[str, Any]) -> Case:
    """The small company of a fixture."""
    app, qbo = (
        {table: _as_many(told) for table, told in rows.get(side, {}).items()}
        for side in ("app", "qbo")
    )
    pairs = [pair(**row) for row in rows.get("pairs", ())]
    of = profile(rows.get("profile_of", "invoiceninja"))
    of = of.answered(rows["answers"]) if rows.get("answers") else of
    small = case(app, qbo, pairs, rows.get("profile"), of, **rows.get("settings", {}))
    return replace(small, planned=PLANNED.frame(rows.get("planned", ())))


def _as_many(rows: Any) -> Any:
    """The rows, one that says `times` as often, each time with another id."""
    if not isinstance(rows, list):
        return rows
    return [
        {**row, "id": f"{row['id']}-{number}"} if "times" in row else row
        for row in rows
        for number in range(row.get("times", 1))
    ]


def changed(rows: dict[str, Any]) -> dict[str, Any]:
    """The same rows with the one field of `but` as it should be."""
    rows = copy.deepcopy(rows)
    ((path, value),) = rows["but"].items()
    *way, last = path.split(".")
    place: Any = rows
    for step in way:
        place = place[int(step)] if isinstance(place, list) else place[step]
    assert place.get(last) != value
    place[last] = value
    return rows


def found(fixture: str, rows: dict[str, Any]) -> pd.DataFrame:
    """What the check of a fixture finds in these rows."""
    return BY_NAME[fixture.split("-", maxsplit=1)[0]](case_of(rows))


def test_every_check_has_a_fixture() -> None:
    """A check nobody has seen find something is not a check; nor is a fixture of none."""
    assert {fixture.split("-")[0] for fixture in FIXTURES} == set(BY_NAME)


def test_every_rule_of_the_catalogue_is_answered_and_shown() -> None:
    """An id is a check's own, or the check that answers it has a fixture which shows that case."""
    shown = {
        (fixture.split("-", maxsplit=1)[0], rule)
        for fixture in FIXTURES
        for rule in told(fixture).get("called", ())
    }
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        rules = {row["rule"]: row["check"] for row in csv.DictReader(file)}
    assert len(rules) > 115
    assert set(rules.values()) <= set(BY_NAME)
    assert not [r for r, one in rules.items() if r in BY_NAME and r != one]
    assert {(one, rule) for rule, one in rules.items() if one != rule} == shown


@pytest.mark.parametrize("fixture", FIXTURES)
def test_a_check_finds_what_it_is_for(fixture: str) -> None:
    """The records and the sentence are those of the fixture, and every finding has a remedy."""
    rows = told(fixture)
    findings = found(fixture, rows)
    shown = findings[["ref", "other_ref", "says"]].astype(object)
    assert shown.where(shown.notna(), None).to_dict("records") == [
        {"ref": row["ref"], "other_ref": row.get("other_ref"), "says": row["says"]}
        for row in rows["found"]
    ]
    assert (findings["check"] == fixture.split("-", maxsplit=1)[0]).all()
    assert set(findings["severity"]) == {rows["severity"]}
    assert set(findings["fault"].fillna("")) == {rows.get("fault", "")}
    assert findings["remedy"].str.fullmatch(r"[A-Z].*\.").all()


@pytest.mark.parametrize("fixture", FIXTURES)
def test_a_check_is_silent_once_one_field_is_right(fixture: str) -> None:
    """The negative is the positive with exactly one field changed."""
    assert found(fixture, changed(told(fixture))).empty


def test_empty_books_have_no_findings() -> None:
    """A company without a single record is no reason to fail, nor to warn."""
    assert check(case()).equals(FINDINGS.frame())


def test_all_checks_together_are_each_check_in_the_order_of_the_list() -> None:
    """`check` runs all of them over one company and keeps the reading order."""
    together = case(
        {
            "customers": [{"id": "1", "name": "Finch: office"}, {"id": "2"}],
            "invoices": [{"id": "1001", "number": None}],
            "invoice_lines": [{"invoice": "1001"}],
        }
    )
    findings = check(together)
    assert list(dict.fromkeys(findings["check"])) == [
        "name_illegal_characters",
        "blank_client_collapses",
        "blank_product_key",
        "invoice_client_unclear",
    ]
    assert list(findings["fault"].fillna("")) == ["2040", "", "", ""]

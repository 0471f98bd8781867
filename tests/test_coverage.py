"""`docs/coverage.md`: every statement of a vendor's page has something in recon that covers it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from recon.apps.profiles import load_profile
from recon.checks import CHECKS
from recon.settings import Settings

ROOT = Path(__file__).parents[1]
MOST_UNSEEN = 12
"""Statements that may not be seen in any data."""

Line = tuple[str, str]


def lines() -> Iterator[Line]:
    """What is stated, and what covers it."""
    for line in (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("| ") and line != "| it says | covered by |":
            says, covered = line.strip("| ").split(" | ")
            yield says, covered


def test_what_covers_a_statement_is_there() -> None:
    """Each check, test, value of a profile and question that is named can be found."""
    checks = {check.__name__ for check in CHECKS}
    lacking = []
    for says, covered in lines():
        named = re.findall(r"`(\w+):([^`]+)`", covered)
        if not named and not covered.startswith("not seen: "):
            lacking.append(says)
        lacking += [f"{kind}:{name}" for kind, name in named if not _is_there(kind, name, checks)]
    assert lacking == []


def _is_there(kind: str, name: str, checks: set[str]) -> bool:
    if kind == "check":
        return name in checks
    if kind == "test":
        file, _, function = name.partition("::")
        return f"def {function}(" in (ROOT / "tests" / file).read_text(encoding="utf-8")
    if kind == "setting":
        return name in Settings.model_fields
    app, _, path = name.partition(".")
    profile = load_profile(app)
    return path in (dict(profile.values()) if kind == "profile" else profile.choices)


def test_little_cannot_be_seen() -> None:
    """What no data shows is the exception, and all five apps have their lines."""
    told = list(lines())
    assert sum(covered.startswith("not seen") for _, covered in told) <= MOST_UNSEEN
    assert len(told) > 100


def test_what_cannot_be_seen_is_asked() -> None:
    """Each such statement names a question of a profile or a setting, for a person to answer."""
    silent = [
        says
        for says, covered in lines()
        if covered.startswith("not seen") and not re.search(r"asks `(choice|setting):", covered)
    ]
    assert silent == []

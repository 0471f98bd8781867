"""Write docs/rules.md, the reference of all checks, from their own source; or check that it stands.

python benchmarks/rules.py [--check]
"""

from __future__ import annotations

import ast
import csv
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from recon.checks import CHECKS
from recon.checks.finding import Check

PAGE = Path(__file__).parents[1] / "docs" / "rules.md"

CATALOGUE = Path(__file__).with_name("rule_catalogue.csv")
"""Ids under which such rules are known elsewhere, by where they come from, each with its check."""


def also_called() -> dict[str, list[str]]:
    """Check to the other ids that it answers, in the order of the catalogue."""
    names: dict[str, list[str]] = {}
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["rule"] != row["check"]:
                names.setdefault(row["check"], []).append(row["rule"])
    return names


WHO = {
    "qbo": "recon, through QuickBooks' API",
    "app": "the app's API, or a person in the app",
    "hand": "a person",
    "qbo or app": "recon, through QuickBooks' API; or in the app",
    "qbo or hand": "recon, through QuickBooks' API; or a person",
    "app or hand": "the app's API; or a person",
}


def main() -> int:
    """Write the page; with --check, 1 when it should be another one."""
    text = page()
    if "--check" in sys.argv:
        held = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
        print("docs/rules.md is up to date" if held == text else "docs/rules.md is old")
        return int(held != text)
    PAGE.write_text(text, encoding="utf-8")
    return 0


def page() -> str:
    """The reference: checks grouped as in `CHECKS`."""
    return "\n".join(
        [
            "# Rules",
            "",
            f"What `recon check` looks at: {len(CHECKS)} rules, in its order. Made by",
            "`python benchmarks/rules.py` from the checks themselves; change those, not this page.",
            "",
            "*blocks*: the record cannot travel. *wrong*: it travels and does harm. *note*: worth",
            "knowing. A traffic light is red when something blocks, amber when something is wrong;",
            "notes leave it green.",
            *(line for check in CHECKS for line in _entry(check)),
            "",
        ]
    )


def _entry(check: Check) -> Iterator[str]:
    name, told = check.__name__, stated(check)
    module = inspect.getmodule(check)
    assert module is not None
    if name == next(c.__name__ for c in CHECKS if c.__module__ == module.__name__):
        title, *rest = (module.__doc__ or "").strip().partition("\n\n")
        yield from ("", f"## {_joined(title).rstrip('.')}")
        if _joined(rest[-1]):
            yield from ("", _joined(rest[-1]))
    found, source = re.split(r"\n\s*Source:\s*", inspect.getdoc(check) or "", maxsplit=1)
    yield from ("", f"### {name}", "", _joined(found), "")
    rows = {
        "severity": told["severity"],
        "fault it prevents": told.get("fault", ""),
        "remedy": told["remedy"],
        "who": WHO[told["by"]],
        "also called": ", ".join(also_called().get(name, ())),
        "source": _joined(source).rstrip("."),
    }
    yield from (f"- {label}: {text}" for label, text in rows.items() if text)


def stated(check: Check) -> dict[str, Any]:
    """What a check hands to `findings` in so many words: severity, remedy, by, fault."""
    tree = ast.parse(inspect.getsource(check))
    (call,) = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "findings"
    ]
    return {word.arg: ast.literal_eval(word.value) for word in call.keywords if word.arg}


def _joined(text: str) -> str:
    return " ".join(text.split())


if __name__ == "__main__":
    sys.exit(main())

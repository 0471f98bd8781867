"""docs/rules.md is what the checks themselves say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from recon.checks import CHECKS

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")


def test_the_rule_reference_is_up_to_date() -> None:
    """A check that was added or reworded is in the page: `python benchmarks/rules.py`."""
    made = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "rules.py", "--check"],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert made.returncode == 0, made.stdout + made.stderr


def test_what_is_looked_at_is_not_called_missing() -> None:
    """No check stands under "Not looked at yet"."""
    missing = PAGE.split("## Not looked at yet")[1]
    assert [check for check in CHECKS if f"`{check.__name__}`" in missing] == []

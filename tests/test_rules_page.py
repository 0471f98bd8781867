"""docs/rules.md is what the checks themselves say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_rule_reference_is_up_to_date() -> None:
    """A check that was added or reworded is in the page: `python benchmarks/rules.py`."""
    made = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "rules.py", "--check"],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert made.returncode == 0, made.stdout + made.stderr

"""The long tests, and what came of them.

    python benchmarks/soak.py --record benchmarks/results/soak.jsonl

Runs `pytest -m soak` and writes a JSON line a test: its name, what came of it, seconds, and the
day. A test that was run several times with other numbers is one line.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET


def lines(report: Path) -> list[dict[str, object]]:
    """A line a test of pytest's JUnit file."""
    told: dict[str, dict[str, object]] = {}
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    for case in ET.parse(report).iter("testcase"):
        name = f"{case.get('classname')}::{str(case.get('name')).partition('[')[0]}"
        failed = any(case.find(word) is not None for word in ("failure", "error", "skipped"))
        line = told.setdefault(
            name, {"test": name, "passed": 0, "failed": 0, "seconds": 0.0, "day": today}
        )
        word = "failed" if failed else "passed"
        line[word] = int(str(line[word])) + 1
        line["seconds"] = round(float(str(line["seconds"])) + float(case.get("time") or 0), 1)
    return [{**line, "python": platform.python_version()} for line in told.values()]


def main() -> int:
    """Run the long tests and tell what came of them."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    arguments.add_argument("--record", type=Path, help="also write the lines to this file")
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "soak.xml"
        command = [sys.executable, "-m", "pytest", "-m", "soak", f"--junit-xml={report}"]
        ended = subprocess.run(command, check=False).returncode
        told = "".join(json.dumps(line) + "\n" for line in lines(report))
    print(told, end="")
    if asked.record:
        asked.record.write_text(told, encoding="utf-8")
    return ended


if __name__ == "__main__":
    sys.exit(main())

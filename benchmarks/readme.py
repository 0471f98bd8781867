"""Put the demo's counts into the README's table, or check that they stand there.

recon demo --json | tail -1 | python benchmarks/readme.py [--check]
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"
ROWS = {
    "link": "linked rightly",
    "create": "created",
    "duplicate": "duplicates made",
    "wrong_link": "linked to somebody else",
    "refuse": "refused",
    "skip": "left out, with a reason",
}


def main() -> int:
    """Read the counts from standard input; 1 when the table should be another one."""
    counts = json.loads(sys.stdin.read())
    lines = ["| records | without recon | with recon |", "|---|---:|---:|"]
    for word, label in ROWS.items():
        before, after = counts["before"].get(word, 0), counts["after"].get(word, 0)
        lines.append(f"| {label} | {before:,} | {after:,} |")
    held = README.read_text(encoding="utf-8")
    table = "\n".join(lines)
    told = re.sub(
        r"(<!-- demo:.*?-->\n).*?(\n<!-- end -->)", rf"\1{table}\2", held, flags=re.DOTALL
    )
    if "--check" in sys.argv:
        print("README's table is what the demo shows" if held == told else "README's table is old")
        return int(held != told)
    README.write_text(told, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Put the demo's counts of each app into docs/demo-in-each-app.md, or check that they stand there.

for app in invoiceninja workiz studioninja spraye taxdome generic_name generic_email generic_batch
do recon demo --app $app --size 40 --rehearse --json | tail -1
done | python benchmarks/apps.py [--check]
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[1] / "docs" / "demo-in-each-app.md"
HEAD = (
    "| app | records | without a plan | in the rehearsal | with the plan | changes sent | by hand |"
)
_HARM = {
    "duplicate": ("duplicate", "duplicates"), "wrong_link": ("wrong link", "wrong links"),
    "refuse": ("refused", "refused"),
}  # fmt: skip


def main() -> int:
    """Read a line of counts for each app from standard input; 1 when the table is old."""
    rows = [_row(json.loads(line)) for line in sys.stdin if line.strip()]
    table = "\n".join([HEAD, "|---|---:|---|---|---|---:|---:|", *rows])
    held = PAGE.read_text(encoding="utf-8")
    told = re.sub(
        r"(<!-- demo:.*?-->\n).*?(\n<!-- end -->)", rf"\1{table}\2", held, flags=re.DOTALL
    )
    if "--check" in sys.argv:
        print("the table is what the demos show" if held == told else "the table is old")
        return int(held != told)
    PAGE.write_text(told, encoding="utf-8")
    return 0


def _row(told: Mapping[str, Any]) -> str:
    run = told["rehearsal"]
    done = f"{run.get('refuse', 0):,} refused; {run['agreed']:,} of {run['of']:,} as forecast"
    cells = [
        told["app"], f"{sum(told['before'].values()):,}", _harm(told["before"]), done,
        _harm(told["after"]), f"{told['applied']:,}", f"{told['by_hand']:,}",
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _harm(counts: Mapping[str, int]) -> str:
    return ", ".join(
        f"{counts[word]:,} {one if counts[word] == 1 else many}"
        for word, (one, many) in _HARM.items()
    )


if __name__ == "__main__":
    sys.exit(main())

"""Measure recon beside other matchers on the same customers, in one run.

    python3 -m venv PEERS && PEERS/bin/pip install -r benchmarks/peers.txt
    python benchmarks/match_peers.py run FOLDER --size 10000 --python PEERS/bin/python
    python benchmarks/match_peers.py run ... | python benchmarks/match_peers.py table

A folder is as `match.py` reads it. One JSON line a matcher: wall and processor seconds of the
second of two runs in a process of its own, peak memory, and how good its pairs are. Seconds depend
on the machine and on who else uses it; the ratios to recon in the same run depend on them less. The
records are the first `size` of the app, their partners in QuickBooks and others up to as many.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd
from match import read, score, truth
from peers import PEERS, peak_mb

from recon.matching import match

SHOWN = {
    "who": "matcher", "cpu": "processor s", "cpu_ratio": "to recon's", "seconds": "wall s",
    "seconds_ratio": "to recon's", "peak_mb": "MB", "r_at_p99": "recall at 99 % precision",
    "best_f1": "best F1",
}  # fmt: skip


def run(folder: Path, size: int, python: str, peers: list[str]) -> None:
    """Print one JSON line a matcher, recon first."""
    app, qbo = (read(folder, name) for name in ("app", "qbo"))
    app = app.head(size)
    known = set(app["id"])
    true = {p for p in truth(folder, "app-qbo") if p[0] in known}
    partner = qbo["id"].isin({p[1] for p in true})
    qbo = pd.concat([qbo[partner], qbo[~partner]]).head(size)
    known = set(qbo["id"])
    true = {p for p in true if p[1] in known}
    own: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as place:
        files = [Path(place) / f"{name}.csv" for name in ("app", "qbo", "pairs")]
        app.to_csv(files[0], index=False)
        qbo.to_csv(files[1], index=False)
        for who in ("recon", *peers):
            start = (
                [sys.executable, __file__, "recon"]
                if who == "recon"
                else [python, Path(__file__).with_name("peers.py"), who]
            )
            told = subprocess.run([*start, *files], stdout=subprocess.PIPE, text=True, check=True)
            line = json.loads(told.stdout.splitlines()[-1])
            own = own or line
            ratios = {f"{k}_ratio": round(line[k] / own[k], 2) for k in ("cpu", "seconds")}
            print(json.dumps({"size": size, **line, **ratios, **quality(files[2], true)}))


def quality(found: Path, true: set[tuple[str, str]]) -> dict[str, float]:
    """How good the pairs of a file are by their order alone: not all tell probabilities."""
    pairs = pd.read_csv(found, dtype={"left_id": str, "right_id": str})
    pairs = pairs.sort_values("match_weight", ascending=False).assign(match_probability=0.0)
    told = score(pairs, true, "all")
    return {k: told[k] for k in ("true", "pairs", "r_at_p99", "r_at_p95", "best_f1")}


def recon(app: Path, qbo: Path, out: Path) -> None:
    """Match two files twice; write the pairs and print what the second run took."""
    left, right = (pd.read_csv(path, dtype=str, keep_default_na=False) for path in (app, qbo))
    for _ in range(2):
        start, worked = time.perf_counter(), time.process_time()
        pairs = match(left, right)
        seconds, cpu = time.perf_counter() - start, time.process_time() - worked
    pairs[["left_id", "right_id", "match_weight"]].to_csv(out, index=False)
    took = {"seconds": round(seconds, 2), "cpu": round(cpu, 2)}
    print(json.dumps({"who": "recon", **took, "peak_mb": peak_mb()}))


def table(lines: list[str]) -> str:
    """What `run` printed as a table."""
    rows = [json.loads(line) for line in lines]
    head = ["| " + " | ".join(SHOWN.values()) + " |", "|---" * len(SHOWN) + "|"]
    return "\n".join([*head, *("| " + " | ".join(str(r[k]) for k in SHOWN) + " |" for r in rows)])


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("run")
    one.add_argument("folder", type=Path)
    one.add_argument("--size", type=int, default=10_000)
    one.add_argument("--python", required=True, help="the Python that peers.txt is installed in")
    one.add_argument("--peers", nargs="*", choices=PEERS, default=list(PEERS))
    two = commands.add_parser("recon")  # a process of its own, as the others have
    for name in ("app", "qbo", "out"):
        two.add_argument(name, type=Path)
    commands.add_parser("table")
    args = parser.parse_args()
    if args.command == "run":
        run(args.folder, args.size, args.python, args.peers)
    elif args.command == "recon":
        recon(args.app, args.qbo, args.out)
    else:
        print(table(sys.stdin.readlines()))


if __name__ == "__main__":
    main()

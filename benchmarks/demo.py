"""Time and memory of the whole job on a demo company, stage by stage.

    python benchmarks/demo.py --size 10000 --record benchmarks/results/demo-10000.jsonl

JSON lines: one a stage, in the order in which they ran (a stage that runs in several rounds is
added up), then the whole. Memory is the largest resident size of this process, which holds both the
sandbox and recon, seen up to the end of the stage. Sizes and counts are of this run.
"""

from __future__ import annotations

import argparse
import json
import platform
import tempfile
import time
from pathlib import Path

import psutil

from recon.demo import run_demo


class Stopwatch:
    """Listens to progress and notes when the stage changes."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.memory: dict[str, int] = {}
        self._process = psutil.Process()
        self._what, self._since = "start", time.perf_counter()

    def __call__(self, what: str, _done: int, _total: int | None) -> None:
        """Note the stage."""
        if what != self._what:
            self.stop()
            self._what = what

    def stop(self) -> None:
        """End the present stage."""
        now = time.perf_counter()
        self.seconds[self._what] = self.seconds.get(self._what, 0.0) + now - self._since
        held = self._process.memory_info().rss
        self.memory[self._what] = max(self.memory.get(self._what, 0), held)
        self._since = now


def main() -> None:
    """Run the demo once and print what it took."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    arguments.add_argument("--size", type=int, default=300)
    arguments.add_argument("--seed", type=int, default=7)
    arguments.add_argument("--out", type=Path)
    arguments.add_argument("--record", type=Path, help="also write the lines to this file")
    asked = arguments.parse_args()
    folder = asked.out or Path(tempfile.mkdtemp())
    watch, began = Stopwatch(), time.perf_counter()
    result = run_demo(folder, customers=asked.size, seed=asked.seed, progress=watch)
    watch.stop()
    lines = [
        {"stage": what, "seconds": round(seconds, 2), "rss_mb": watch.memory[what] >> 20}
        for what, seconds in watch.seconds.items()
        if seconds >= 0.05
    ]
    whole = {
        "stage": "whole",
        "seconds": round(time.perf_counter() - began, 1),
        "rss_mb": max(watch.memory.values()) >> 20,
        "size": asked.size,
        "seed": asked.seed,
        "python": platform.python_version(),
        **result.as_json(),
    }
    text = "\n".join(json.dumps(line) for line in [*lines, whole])
    print(text)
    if asked.record:
        asked.record.parent.mkdir(parents=True, exist_ok=True)
        asked.record.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

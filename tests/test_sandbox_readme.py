"""The page for a first-time user does what it says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import recon.sandbox

PAGE = (Path(recon.sandbox.__file__).parent / "README.md").read_text(encoding="utf-8")


def test_the_first_lines_of_the_page_work(tmp_path: Path) -> None:
    """The first block of Python, run as it stands beside a started sandbox, pays an invoice."""
    command, block = re.findall(r"```(?:python)?\n(.*?)```", PAGE, re.DOTALL)[:2]
    assert command.split() == ["recon", "sandbox", ">", "sandbox.json"]
    serve = [sys.executable, "-m", "recon", "sandbox"]
    said = tmp_path / "said"
    with (
        said.open("wb") as errors,
        subprocess.Popen(serve, stdout=subprocess.PIPE, stderr=errors) as server,
    ):
        assert server.stdout is not None
        first = server.stdout.readline()
        # An end without a first line is told by what the process said before it ended.
        assert first, f"ended with {server.wait()}: {said.read_text(encoding='utf-8')}"
        (tmp_path / "sandbox.json").write_bytes(first)
        run = [sys.executable, "-c", block]
        done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=False)
        server.terminate()
    assert (done.stderr, done.stdout) == ("", "0.00 of 120.00 is open.\n")

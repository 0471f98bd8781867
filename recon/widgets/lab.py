"""How JupyterLab is started for an accountant: on this machine only, nothing asked of the net."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

_CONFIG = Path(__file__).parent
"""JupyterLab reads `labconfig/page_config.json` below each folder of its config path."""

_START = "00_start.ipynb"


def lab_command(folder: Path) -> tuple[list[str], dict[str, str]]:
    """The argv and the environment that open JupyterLab on `folder`.

    It opens the start notebook as a document when the folder has one, else the file browser. It
    listens on this machine only and keeps its token; the news pop-up, which asks the net, is off.
    """
    url = f"/doc/tree/{_START}" if (folder / _START).is_file() else "/lab/tree"
    argv = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.root_dir={folder.resolve()}",
        f"--LabApp.default_url={url}",
    ]
    paths = [str(_CONFIG), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    config = {"JUPYTER_CONFIG_PATH": os.pathsep.join(path for path in paths if path)}
    return argv, {**os.environ, **config}


def open_lab(folder: Path) -> int:
    """Start JupyterLab on `folder` and wait until it is stopped; its exit code."""
    argv, environment = lab_command(folder)
    with subprocess.Popen(argv, env=environment) as lab:  # noqa: S603  (our own command line)
        while True:
            try:
                return lab.wait()
            except KeyboardInterrupt:
                continue  # JupyterLab heard it too, and asks whether it was meant

"""What the documents say is there, and what must not stand in any file does not."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest
from typer.main import get_command

from recon.checks import CHECKS
from recon.cli import app

ROOT = Path(__file__).parents[1]

# Public functions of recon/rules that work on facts held elsewhere and bring none of their own.
HOLD_NO_FACT = {
    "faults.error_for",
    "faults.fault",
    "faults.plain_code",
    "names.free_name",
    "names.keys",
    "promises.seen",
}

# In pieces, so that this file does not hold what it looks for.
FORBIDDEN = {
    "a registry's host": ["pypi" + ".org", "python" + "hosted.org", "npm" + "js.org"],
    "a mirror's host": ["deb" + "ian.org", "ana" + "conda.org", "ana" + "conda.com"],
    "a path of one machine": ["/wo" + "rk/", "/ro" + "ot/", "../sha" + "red"],
}


def tracked() -> list[Path]:
    """Files of the repository; of a download without git, all but what is made here."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode == 0:
        found = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        parts = ((file, file.relative_to(ROOT).parts) for file in ROOT.rglob("*"))
        found = [file for file, (top, *_) in parts if not top.startswith(".") or top == ".ci"]
    return [file for file in found if file.is_file()]


TRACKED = tracked()
DOCUMENTS = [file for file in TRACKED if file.suffix == ".md"]


def name(file: Path) -> str:
    """A file as the repository calls it."""
    return file.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_every_check_says_where_its_rule_stands(check: object) -> None:
    """A check names the document behind it and the date it was read."""
    assert re.search(r"Source:.*\bread\s+\d{4}-\d\d-\d\d", check.__doc__ or "", re.DOTALL)


def rules() -> list[tuple[str, str]]:
    """Every public function and constant of recon/rules, with the text that documents it."""
    found = []
    for file in sorted((ROOT / "recon" / "rules").glob("*.py")):
        module = ast.parse(file.read_text("utf-8"))
        for node, after in zip(module.body, [*module.body[1:], None], strict=True):
            if isinstance(node, ast.FunctionDef):
                named, text = node.name, ast.get_docstring(node) or ""
            elif isinstance(node, (ast.Assign, ast.AnnAssign)):
                named = ast.unparse(
                    node.targets[0] if isinstance(node, ast.Assign) else node.target
                )
                own = ast.unparse(after) if isinstance(after, ast.Expr) else ""
                text = own + (ast.get_docstring(module) or "")
            else:
                continue
            if not named.startswith("_"):
                found.append((f"{file.stem}.{named}", text))
    return found


@pytest.mark.parametrize(("rule", "text"), rules(), ids=lambda each: each.split("\n")[0][:40])
def test_every_rule_says_where_it_stands(rule: str, text: str) -> None:
    """A rule names its source; what brings no fact of its own is listed above by name."""
    assert "Source:" in text or rule in HOLD_NO_FACT


def test_every_command_is_documented() -> None:
    """Each command of `recon` stands in a document, as one would type it."""
    text = "\n".join(file.read_text("utf-8") for file in DOCUMENTS)
    commands = get_command(app).commands
    missing = [each for each in commands if not re.search(rf"(recon|start\.py) {each}\b", text)]
    assert commands
    assert missing == []


def test_links_between_files_lead_somewhere() -> None:
    """A link or picture in a document that is not on the web is a file of the repository."""
    broken = [
        f"{name(file)}: {target}"
        for file in DOCUMENTS
        for target in re.findall(r"\]\(<?([^)\s>#]+)", file.read_text("utf-8"))
        if not re.match(r"[a-z]+:", target) and not (file.parent / target).exists()
    ]
    assert broken == []


def test_no_file_names_what_is_this_machine_s_alone() -> None:
    """No tracked text file names a package registry or a path of the machine it was written on."""
    found = [
        f"{name(file)}: {what}"
        for file in TRACKED
        for what, words in FORBIDDEN.items()
        if any(word.encode() in file.read_bytes() for word in words)
    ]
    assert found == []

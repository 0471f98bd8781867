"""Who may import whom, which library has which door, and what the pure layers never do.

Everything is read from the source by `ast`, so nothing has to be imported to be judged. A package
without a layer and a library without a door fail: both tables grow with the code, in one commit.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

WORDS = (
    *("books", "table", "case", "plan", "ports", "profile", "behaviour", "rehearsal", "errors"),
    *("counting", "settings"),
)
FRONT = (
    *("__init__", "__main__", "reconciliation", "company", "advice", "trial", "lists", "clash"),
    *("cli", "widgets", "demo"),
)
PACKAGES = (
    *("rules", "matching", "checks", "stages", "files", "calls", "workspace", "qbo", "apps"),
    "reports",
)
ISLANDS = ("simulate", "sandbox")

MAY_IMPORT: dict[str, frozenset[str]] = {
    "words": frozenset({"words"}),
    "rules": frozenset({"words", "rules"}),
    "matching": frozenset({"words", "matching"}),
    "checks": frozenset({"words", "rules", "checks"}),
    "stages": frozenset({"words", "rules", "checks", "matching", "stages"}),
    "files": frozenset({"words", "files"}),
    "calls": frozenset({"words", "calls"}),
    "workspace": frozenset({"words", "rules", "workspace"}),
    "qbo": frozenset({"words", "rules", "files", "calls", "qbo"}),
    "apps": frozenset({"words", "rules", "files", "calls", "apps"}),
    "reports": frozenset({"words", "rules", "reports"}),
    "simulate": frozenset({"simulate"}),  # and the modules of SIMULATE_MAY
    "sandbox": frozenset({"sandbox"}),
    "front": frozenset({"words", "front", *PACKAGES, *ISLANDS}),
}
SIMULATE_MAY = frozenset({"recon.ports", "recon.errors", "recon.books"})
PURE = frozenset({"words", "rules", "matching", "checks", "stages"})

# One door per third-party library: the modules (fnmatch) that may import it.
DOORS: dict[str, tuple[str, ...]] = {
    # tables: the language of every layer but the island
    "pandas": ("recon.[!s]*", "recon.stages*"),
    "numpy": ("recon.matching*", "recon.stages*"),
    "pyarrow": ("recon.table", "recon.checks.columns", "recon.matching.*"),
    "pandera": ("recon.table",),
    # shapes of payloads, settings, profiles
    "pydantic": ("recon.settings", "recon.profile", "recon.behaviour", "recon.apps*"),
    # matching
    **dict.fromkeys(("nicknames", "rapidfuzz", "scipy", "sparse_dot_topn"), ("recon.matching*",)),
    # QuickBooks Online
    **dict.fromkeys(("quickbooks", "intuitlib"), ("recon.qbo*",)),
    # any API
    "requests": ("recon.calls*", "recon.qbo*", "recon.apps*"),
    "urllib3": ("recon.calls*",),
    "tenacity": ("recon.calls*",),
    "keyring": ("recon.qbo*", "recon.apps*"),
    # files
    "sqlalchemy": ("recon.workspace*",),
    "filelock": ("recon.workspace*", "recon.qbo*"),
    "charset_normalizer": ("recon.files*",),
    "openpyxl": ("recon.files*",),
    "defusedxml": ("recon.qbo*", "recon.sandbox*"),
    **dict.fromkeys(("xlsxwriter", "jinja2", "markupsafe"), ("recon.reports*",)),
    # what people see
    **dict.fromkeys(("anywidget", "ipywidgets", "IPython"), ("recon.widgets*",)),
    **dict.fromkeys(("typer", "rich"), ("recon.cli*",)),
    # the sandbox
    **dict.fromkeys(("starlette", "uvicorn", "lark", "orjson"), ("recon.sandbox*",)),
    # the standard library's parts that exist on one operating system only
    **dict.fromkeys(("fcntl", "msvcrt", "winreg", "pwd", "grp", "resource"), ()),
}

# What reaches the network, the disk, the clock, chance, the environment or the screen.
IMPURE_MODULES = frozenset(
    {
        *("socket", "ssl", "http", "urllib.request", "smtplib", "ftplib", "asyncio", "sqlite3"),
        *("os", "shutil", "tempfile", "subprocess", "time", "random", "secrets", "numpy.random"),
    }
)
IMPURE_NAMES = frozenset({"open", "print", "input", "exec", "eval", "__import__", "uuid1", "uuid4"})
IMPURE_METHODS = frozenset(
    {
        *("open", "write_text", "write_bytes", "unlink", "mkdir", "touch", "rmdir", "urlopen"),
        *("uuid1", "uuid4", "import_module", "utcnow", "to_parquet", "to_excel", "to_pickle"),
    }
)
CLOCKS = frozenset({"datetime", "date", "Timestamp", "dt", "pd", "pandas"})


def layer_of(module: str) -> str | None:
    """The layer that a module of recon belongs to; None when nobody gave it one."""
    top = [*module.split("."), "__init__"][1]
    if fnmatch(module, "recon.apps.*.simulate*") or fnmatch(f"{module}.", "recon.apps.push.*"):
        return "simulate"
    if top in WORDS:
        return "words"
    if top in FRONT:
        return "front"
    return top if top in (*PACKAGES, "sandbox") else None


def modules_of_recon() -> dict[str, ast.Module]:
    """Every module of the package by its dotted name, parsed."""
    found = {}
    for file in sorted((ROOT / "recon").rglob("*.py")):
        parts = file.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = ast.parse(file.read_text("utf-8"), str(file))
    return found


TREE = modules_of_recon()


def imports(tree: ast.Module, module: str, known: Mapping[str, object]) -> Iterator[str]:
    """Dotted names of all that a module imports, wherever in it; of packages the inner module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                is_package = any(name.startswith(f"{module}.") for name in known)
                parts = module.split(".")
                parent = parts[: len(parts) - node.level + is_package]
                base = ".".join([*parent, *filter(None, [base])])
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                yield inner if inner in known or base in ("urllib", "numpy", "recon") else base


def layer_faults(trees: Mapping[str, ast.Module]) -> list[str]:
    """One line for each import that its layer does not allow, and for each module without one."""
    faults = [f"{module} has no layer" for module in trees if layer_of(module) is None]
    for module, tree in trees.items():
        layer = layer_of(module)
        for other in sorted(set(imports(tree, module, trees))):
            if other.split(".")[0] != "recon" or layer is None:
                continue
            target = layer_of(other)
            allowed = target in MAY_IMPORT[layer] or (layer == "simulate" and other in SIMULATE_MAY)
            crosses = layer == target == "stages" and stage_of(module) != stage_of(other)
            if crosses or not allowed:
                faults.append(f"{module} ({layer}) imports {other} ({target})")
    return faults


def stage_of(module: str) -> str:
    """The stage that a module of recon.stages belongs to."""
    return [*module.split("."), "", ""][2]


def door_faults(trees: Mapping[str, ast.Module]) -> list[str]:
    """One line for each library that is imported outside its door, or has none."""
    faults = []
    for module, tree in trees.items():
        for other in sorted({name.split(".")[0] for name in imports(tree, module, trees)}):
            if other == "recon" or (other in sys.stdlib_module_names and other not in DOORS):
                continue
            if not any(fnmatch(module, door) for door in DOORS.get(other, ())):
                faults.append(f"{module} imports {other}, door: {DOORS.get(other)}")
    return faults


def purity_faults(trees: Mapping[str, ast.Module]) -> list[str]:
    """One line for each thing that a pure module does and may not."""
    faults = []
    for module, tree in trees.items():
        if layer_of(module) not in PURE:
            continue
        for name in sorted(set(imports(tree, module, trees))):
            if any(name == impure or name.startswith(f"{impure}.") for impure in IMPURE_MODULES):
                faults.append(f"{module} imports {name}")
        faults += [
            f"{module}:{node.lineno} calls {ast.unparse(node.func)}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and is_impure(node.func)
        ]
    return faults


def is_impure(called: ast.expr) -> bool:
    """True for a call that reaches outside: opens, prints, asks the clock or chance."""
    if isinstance(called, ast.Name):
        return called.id in IMPURE_NAMES
    if not isinstance(called, ast.Attribute):
        return False
    base = ast.unparse(called.value).split(".")
    if called.attr in ("now", "today"):
        return base[-1] in CLOCKS  # a clock that came in as an argument is what it should be
    reads_a_file = called.attr.startswith("read_") and base == ["pd"]
    return called.attr in IMPURE_METHODS or reads_a_file or base[:2] == ["np", "random"]


def test_each_module_imports_only_what_its_layer_may() -> None:
    """The layer table holds for every import, and every module has a layer."""
    faults = layer_faults(TREE)
    assert not faults, "\n".join(faults)


def test_each_library_has_one_door() -> None:
    """A third-party library is imported only where the table of doors says."""
    faults = door_faults(TREE)
    assert not faults, "\n".join(faults)


def test_pure_layers_reach_nothing_outside() -> None:
    """Words, rules, matching, checks and stages touch no network, disk, clock, chance or screen."""
    faults = purity_faults(TREE)
    assert not faults, "\n".join(faults)


# The judges themselves can fail: each snippet breaks one rule.

SNIPPETS: list[tuple[str, str, Callable[[Mapping[str, ast.Module]], list[str]]]] = [
    ("recon.nobody", "", layer_faults),
    ("recon.books", "from recon.rules.names import unique_key", layer_faults),
    ("recon.rules.names", "import recon.matching.text", layer_faults),
    ("recon.matching.text", "from recon.rules import names", layer_faults),
    ("recon.checks.items", "from recon.matching import engine", layer_faults),
    ("recon.stages.pull", "from recon.stages.tidy import customers", layer_faults),
    ("recon.stages.tidy.items", "from recon.stages import pull", layer_faults),
    ("recon.stages.tidy.items", "from ..pull import pull", layer_faults),
    ("recon.stages.tidy.items", "from recon.qbo import reader", layer_faults),
    ("recon.qbo.reader", "def f():\n    from recon.workspace import file", layer_faults),
    ("recon.apps.any.reader", "from recon.reports import html", layer_faults),
    ("recon.apps.any.simulate", "from recon.rules.names import unique_key", layer_faults),
    ("recon.apps.any.simulate", "from recon.apps.any.names import sanitise", layer_faults),
    ("recon.apps.push.run", "from recon.apps.profiles import load_profile", layer_faults),
    ("recon.sandbox.serving.app", "from recon import errors", layer_faults),
    ("recon.sandbox.serving.app", "import recon", layer_faults),
    ("recon.cli", "from quickbooks import QuickBooks", door_faults),
    ("recon.stages.match", "import rapidfuzz.fuzz", door_faults),
    ("recon.sandbox.serving.app", "import pandas as pd", door_faults),
    ("recon.qbo.client", "import httpx", door_faults),
    ("recon.workspace.file", "import fcntl", door_faults),
    ("recon.rules.names", "import socket", purity_faults),
    ("recon.rules.names", "from urllib import request", purity_faults),
    ("recon.plan", "from os import environ", purity_faults),
    ("recon.checks.items", "print('x')", purity_faults),
    ("recon.stages.pull", "from pathlib import Path\nPath('a').write_text('b')", purity_faults),
    ("recon.stages.pull", "with open('a') as f:\n    pass", purity_faults),
    ("recon.stages.pull", "from datetime import datetime\nat = datetime.now()", purity_faults),
    ("recon.matching.engine", "import numpy as np\nnp.random.default_rng()", purity_faults),
    ("recon.matching.engine", "import pandas as pd\npd.read_csv('a')", purity_faults),
    ("recon.plan", "import uuid\nuuid.uuid4()", purity_faults),
]


@pytest.mark.parametrize(("module", "source", "judge"), SNIPPETS)
def test_a_broken_rule_is_seen(
    module: str, source: str, judge: Callable[[Mapping[str, ast.Module]], list[str]]
) -> None:
    """Each rule, broken once in a made-up module, is found."""
    assert judge({module: ast.parse(source)}) != []


ALLOWED = [
    (
        "recon.stages.tidy.items",
        "from recon.stages.tidy.values import text\nfrom .values import id",
    ),
    ("recon.apps.any.simulate", "from recon.ports import LedgerPort\nfrom recon.errors import X"),
    (
        "recon.sandbox.serving.app",
        "import random, socket\nfrom recon.sandbox.books.store import Store",
    ),
    ("recon.reconciliation", "from recon.sandbox import server\nimport os\nprint(os.environ)"),
    ("recon.stages.pull", "def f(clock, case):\n    return clock.now(), case.now"),
    ("recon.matching.text", "from rapidfuzz import fuzz\nfrom importlib.resources import files"),
]


@pytest.mark.parametrize(("module", "source"), ALLOWED)
def test_what_is_allowed_is_not_complained_about(module: str, source: str) -> None:
    """Each layer may do what it is there for."""
    trees = {module: ast.parse(source), "recon.stages.tidy.values": ast.parse("")}
    assert layer_faults(trees) + door_faults(trees) + purity_faults(trees) == []

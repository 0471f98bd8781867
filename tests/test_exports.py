"""What recon offers under its own name is what it says that it offers."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import recon

PACKAGES = [
    ".".join(file.parent.relative_to(Path(recon.__file__).parents[1]).parts)
    for file in sorted(Path(recon.__file__).parent.rglob("__init__.py"))
]


@pytest.mark.parametrize("package", PACKAGES)
def test_every_name_that_is_said_to_be_public_is_there(package: str) -> None:
    """Each name of `__all__` can be had, stands there once, and is no private one."""
    module = import_module(package)
    names = list(getattr(module, "__all__", []))
    assert names == sorted(set(names), key=names.index)
    assert not [name for name in names if name.startswith("_")]
    assert all(hasattr(module, name) for name in names)


def test_all_of_recon_is_what_is_public() -> None:
    """`dir(recon)` without modules and dunders is `__all__`, no more and no less."""
    plumbing = {"annotations", "import_module", "TYPE_CHECKING", "Any"}
    public = {
        name
        for name in dir(recon)
        if not name.startswith("_")
        and name not in plumbing
        and (name in recon.__all__ or not isinstance(getattr(recon, name), ModuleType))
    }
    assert public == set(recon.__all__)


def test_a_name_that_is_not_there_is_refused() -> None:
    """A misspelt name is an AttributeError, as with any module."""
    with pytest.raises(AttributeError, match="Reconciler"):
        recon.Reconciler  # noqa: B018


def test_importing_recon_imports_no_library() -> None:
    """The command line starts quickly because `import recon` alone loads nothing heavy."""
    code = (
        "import sys, recon; print(*sorted({'pandas', 'anywidget', 'uvicorn'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == ""

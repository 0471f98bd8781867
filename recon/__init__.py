"""recon: what will this app's sync do to these books, and what must be mended first?

The public names are imported when they are first used, so that the command line starts quickly and
the sandbox stays an island.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from recon.books import Books as Books
    from recon.company.opening import open_workspace as open_workspace
    from recon.demo.desk import DemoDesk as DemoDesk
    from recon.errors import ReconError as ReconError
    from recon.plan import Action as Action
    from recon.plan import Decision as Decision
    from recon.plan import Plan as Plan
    from recon.plan import Write as Write
    from recon.reconciliation import Reconciliation as Reconciliation
    from recon.settings import Settings as Settings
    from recon.stages.review import Review as Review
    from recon.widgets.desk import Desk as Desk
    from recon.widgets.review import ReviewWidget as ReviewWidget

__all__ = [
    "Action",
    "Books",
    "Decision",
    "DemoDesk",
    "Desk",
    "Plan",
    "ReconError",
    "Reconciliation",
    "Review",
    "ReviewWidget",
    "Settings",
    "Write",
    "open_workspace",
]

_HOME = {
    "Action": "plan",
    "Books": "books",
    "Decision": "plan",
    "DemoDesk": "demo.desk",
    "Desk": "widgets.desk",
    "Plan": "plan",
    "ReconError": "errors",
    "Reconciliation": "reconciliation",
    "Review": "stages.review",
    "ReviewWidget": "widgets.review",
    "Settings": "settings",
    "Write": "plan",
    "open_workspace": "company.opening",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

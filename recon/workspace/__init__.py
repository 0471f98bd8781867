"""Where the work on one company is kept: snapshots, plans, decisions, the journal."""

from __future__ import annotations

from recon.workspace.store import Binding, Workspace

__all__ = ["Binding", "Workspace"]

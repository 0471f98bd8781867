"""Another distribution on the package index also installs a package called `recon`.

In one environment the two overwrite each other file by file, and what then fails looks like a
fault of ours: so it is looked for at start and said in one sentence.
"""

from __future__ import annotations

from importlib.metadata import Distribution, distributions

OURS = "reconbooks"


def foreign_recon() -> str | None:
    """One sentence with the remedy when another distribution provides `recon` here, else None."""
    others = sorted({found.name for found in distributions() if provides_recon(found)} - {OURS})
    if not others:
        return None
    return (
        f"The distribution {' and '.join(others)} also installs a package called recon into this "
        f"environment and the two get in each other's way: use an environment of its own "
        f"(python3 start.py makes one), or run: pip uninstall {' '.join(others)}; then install "
        f"{OURS} again."
    )


def provides_recon(distribution: Distribution) -> bool:
    """True when the distribution's list of files has our package's first module.

    The list is searched as text: ten times faster than `packages_distributions`, at every start.
    """
    return "\nrecon/__init__.py," in "\n" + (distribution.read_text("RECORD") or "")

"""A second name written into a customer's name: "Esther Clay dba Clay Tile", "Lee / Park"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from recon.matching.evened import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_RENAMED = re.compile(
    r"\b(?:dba|aka|fka|doing|trading|formerly|previously|prev|was|now|operating|[df]\.[bk]\.a)",
    re.IGNORECASE,
)
_DBA = re.compile(r"(?:\s+|\s*\(\s*)(?:dba|aka|fka)\s+|\s/\s")
_SIGNS = (
    "/", "dba", "aka", "fka", "doing", "trading", "former", "previous", "prev", "was", "now",
    "operating", "d.b.a", "d.k.a", "f.b.a", "f.k.a",
)  # fmt: skip
"""What a name in ASCII has in it, in any capitals, when it may hold another."""


def other_names(text: str) -> list[str]:
    """The names on either side of "dba", "aka" or "fka"; [] when there is only one name."""
    if "/" not in text and not _RENAMED.search(text):
        return []
    parts = [part for part in _DBA.split(plain(text)[0]) if part.strip()]
    if len(parts) > 1 and ")" in parts[-1] and "(" not in parts[-1]:  # "Webb (formerly Clay Tile)"
        parts[-1] = parts[-1].replace(")", " ").rstrip()
    return parts if len(parts) > 1 else []


def have_other_names(texts: Sequence[str]) -> NDArray[np.bool_]:
    """Which texts hold `other_names`; in all of them together the signs are looked for at once."""
    lines = texts if "".join(texts).isascii() else [t if t.isascii() else "/" for t in texts]
    every, found = "\n".join(lines).lower(), []
    for sign in _SIGNS:
        at = every.find(sign)
        while at >= 0:
            found.append(at)
            at = every.find(sign, at + 1)
    ends = np.cumsum(np.fromiter(map(len, lines), np.int64, len(lines)) + 1)
    may = np.unique(np.searchsorted(ends, np.array(found, dtype=np.int64), side="right"))
    have = np.zeros(len(texts), dtype=np.bool_)
    have[may] = [bool(other_names(texts[row])) for row in may.tolist()]
    return have

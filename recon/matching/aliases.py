"""A second name written into a customer's name: "Esther Clay dba Clay Tile", "Lee / Park"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
from pyarrow import compute

from recon.matching.cells import ascii_alone, in_arrow, listed
from recon.matching.evened import plain

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from recon.matching.cells import Texts

_RENAMING = (
    r"\b(?:dba|aka|fka|doing|trading|formerly|previously|prev|was|now|operating|[df]\.[bk]\.a)"
)
_RENAMED = re.compile(_RENAMING, re.IGNORECASE)
_DBA = re.compile(r"(?:\s+|\s*\(\s*)(?:dba|aka|fka)\s+|\s/\s")


def other_names(text: str) -> list[str]:
    """The names on either side of "dba", "aka" or "fka"; [] when there is only one name."""
    if "/" not in text and not _RENAMED.search(text):
        return []
    parts = [part for part in _DBA.split(plain(text)[0]) if part.strip()]
    if len(parts) > 1 and ")" in parts[-1] and "(" not in parts[-1]:  # "Webb (formerly Clay Tile)"
        parts[-1] = parts[-1].replace(")", " ").rstrip()
    return parts if len(parts) > 1 else []


def have_other_names(texts: Texts) -> NDArray[np.bool_]:
    """Which texts hold `other_names`; most are seen at once to say nothing of the kind."""
    lines = ascii_alone(texts)
    may = compute.match_substring_regex(lines, f"(?i)/|{_RENAMING}")
    may = compute.or_(may, compute.equal(compute.binary_length(lines), 0))  # not ASCII
    have = np.array(may)
    have[have] = [bool(other_names(text)) for text in listed(in_arrow(texts).filter(may))]
    return have

"""Marks that a sync or a person puts behind a name that is taken, or behind one not to be used."""

from __future__ import annotations

import re

_MARKS = re.compile(
    r"\s*(?:\((?:deleted|inactive|copy|duplicate|dup|old|new|closed|do not use|[cve]|[1-9])\)"
    r"|(?:-\s*)?(?<![a-z0-9])(?:deleted|duplicate|do not use)|-\s*(?:old|copy|inactive|closed)"
    r"|-\s?[2-9]|(?<=[a-z./][a-z.)])-1|\*)\s*$"
)
_ENDS = (
    ")", "*", "deleted", "duplicate", "use", "old", "copy", "inactive", "closed", *"123456789",
)  # fmt: skip
COUNTED = re.compile(
    r"(?:(?:unit|apt|suite|ste|no|store|job|phase|project|lot|level|#)\s*"
    r"|(?<![^\W_])\d{3,5}(?: [a-z]+\.?){1,4} )-\s?\d$"
)
"""Where the number at the end counts something, the units of "48 Mill Road - 2" too."""


def unmarked(text: str) -> tuple[str, str]:
    """(a folded name without its mark, "(deleted)", "- 2", "-1", "(do not use)"; that mark).

    The pattern is tried only where a cheap look says that it may be found: most names have none.
    """
    mark = ""
    while (
        text.rstrip().endswith(_ENDS)
        and (found := _MARKS.search(text))
        and found.start() > 0
        and not COUNTED.search(text)
    ):
        mark, text = found.group().strip() or mark, text[: found.start()]
    return text, mark

"""How a check says what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

import pandas as pd

from recon.books import FINDINGS
from recon.case import Case

Check = Callable[[Case], pd.DataFrame]
Severity = Literal["blocks", "wrong", "note"]
"""blocks: the record cannot travel; wrong: it travels and does harm; note: worth knowing."""


def findings(
    check: Check,
    rows: pd.DataFrame | Iterable[Mapping[str, Any]],
    says: str,
    *,
    severity: Severity,
    remedy: str,
    fault: str = "",
) -> pd.DataFrame:
    """`FINDINGS` of one check.

    Args:
        check: the function that found them; its name is the id of the finding.
        rows: one row a finding, with `ref`, if another record is involved `other_ref`, and
            whatever `says` names.
        says: the sentence, with the names of columns in braces.
        severity: how bad it is.
        remedy: what mends it.
        fault: QuickBooks' code that it prevents.
    """
    frame = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(list(rows))
    shown = frame.astype(object).where(frame.notna(), "").to_dict("records")
    return FINDINGS.frame(
        {
            "check": getattr(check, "__name__", ""),
            "severity": severity,
            "ref": row["ref"],
            "other_ref": row.get("other_ref") or None,
            "says": says.format(**{str(name): value for name, value in row.items()}),
            "remedy": remedy,
            "fault": fault or None,
        }
        for row in shown
    )

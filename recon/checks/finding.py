"""How a check says what it found."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from string import Formatter
from typing import Any, Literal

import pandas as pd

from recon.books import FINDINGS
from recon.case import Case
from recon.table import TEXT

Check = Callable[[Case], pd.DataFrame]
Severity = Literal["blocks", "wrong", "note"]
"""blocks: the record cannot travel; wrong: it travels and does harm; note: worth knowing."""
By = Literal["qbo", "app", "hand", "qbo or app", "qbo or hand", "app or hand"]
"""Who can carry the remedy out.

qbo: recon, through QuickBooks' API; app: through the app's API where recon writes to that app, else
a person in the app; hand: a person, in QuickBooks' or the app's screen. The first is preferred.
"""

COMPANY = "qbo:company:1"
"""What a finding about the company's settings is about."""


def findings(  # noqa: PLR0913  (each part of what a finding says)
    check: Check,
    rows: pd.DataFrame | Iterable[Mapping[str, Any]],
    says: str,
    *,
    severity: Severity,
    remedy: str,
    by: By,
    fault: str = "",
) -> pd.DataFrame:
    """`FINDINGS` of one check, one for each record and other record: the first of them.

    Args:
        check: the function that found them; its name is the id of the finding.
        rows: one row a finding, with `ref`, if another record is involved `other_ref`, and
            whatever `says` names.
        says: the sentence, with the names of columns in braces; behind a number "[one is|many
            are]" says what holds of one and of several.
        severity: how bad it is.
        remedy: what mends it.
        by: who can carry the remedy out.
        fault: QuickBooks' code that it prevents.
    """
    frame = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(list(rows))
    if frame.empty:
        return FINDINGS.frame()
    if "other_ref" not in frame:
        frame = frame.assign(other_ref=pd.Series(pd.NA, index=frame.index, dtype=TEXT))
    frame = frame.drop_duplicates(["ref", "other_ref"])
    told = pd.DataFrame({"ref": frame["ref"].array, "other_ref": frame["other_ref"].array})
    alike = {
        "check": getattr(check, "__name__", ""), "severity": severity, "remedy": remedy, "by": by,
        "fault": fault or None,
    }  # fmt: skip
    columns = {name: pd.Series(text, told.index, dtype=TEXT) for name, text in alike.items()}
    return FINDINGS.conform(told.assign(says=_sentences(says, frame), **columns))


_CHOICE = re.compile(r"\[([^|\]]*)\|([^\]]*)\]")


def _sentences(says: str, frame: pd.DataFrame) -> pd.Series[Any]:
    """The sentence filled in for each row, of one or of several; see `findings`."""
    choice = _CHOICE.search(says)
    if not choice:
        return _filled(says, frame)
    number = [name for _, name, _, _ in Formatter().parse(says[: choice.start()]) if name][-1]
    one, many = (_filled(_CHOICE.sub(part, says), frame) for part in (r"\1", r"\2"))
    return many.mask((frame[number] == 1).to_numpy(), one)


def _filled(says: str, frame: pd.DataFrame) -> pd.Series[Any]:
    """The sentence filled in for each row; what is missing shows as nothing."""
    parts = list(Formatter().parse(says))
    named = [name for _, name, _, _ in parts if name]
    template = "".join(
        text if name is None else f"{text}{{{f'!{how}' if how else ''}:{shape}}}"
        for text, name, shape, how in parts
    )
    columns = [frame[name].astype(object).where(frame[name].notna(), "") for name in named]
    texts = list(map(template.format, *columns)) if named else [says] * len(frame)
    return pd.Series(texts, dtype=TEXT)


def a_few(names: pd.Series[Any]) -> str:
    """The first few of many names, and how many more, for what is told once for all of them."""
    told = list(names.dropna())
    more = len(told) - _SHOWN
    return ", ".join(told[:_SHOWN]) + (f" and {more:,} more" if more > 0 else "")


_SHOWN = 3

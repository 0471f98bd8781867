"""After the real sync has run: a fresh pull held against the forecast that was made before it."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import TYPE_CHECKING

import pandas as pd

from recon.company.learning import learnt
from recon.errors import WorkspaceError
from recon.rehearsal import BackTest
from recon.stages.forecast import forecast
from recon.stages.match import match
from recon.stages.rehearse import backtest as hold
from recon.stages.tidy import tidy

if TYPE_CHECKING:
    from recon.reconciliation import Reconciliation

log = logging.getLogger(__name__)

_KEPT_AS = "backtest:"


def backtest(r: Reconciliation, since: datetime | None = None) -> BackTest:
    """Pull both sides and hold them against the forecast; the result is kept.

    Args:
        r: of which company.
        since: when the sync was turned on: the forecast is that of the last pull before it. None
            takes the last pull of all, which is right as long as nobody has pulled since.

    Raises:
        WorkspaceError: nothing was pulled before that moment.
        InputError, RemoteError: as a pull.
    """
    app, ledger = r.store.latest("app", since), r.store.latest("qbo", since)
    if app is None or ledger is None:
        raise WorkspaceError(
            "Nothing was pulled before the sync was turned on, so there is no forecast of it.",
            remedy="Give the moment as --since, or take the next sync.",
        )
    books = tidy(app, ledger)
    case = r.case_of(books, match(books, r.progress, learnt(r.store)))
    outcomes = forecast(case, r.left_out)
    r.pull()
    held = hold(outcomes, case, r.books, ledger.taken_at)
    about = r.profile.about
    told = BackTest(
        f"{about.id} {about.version}", ledger.taken_at, r.snapshots[1].taken_at,
        held.true, held.records, held.differences, held.unseen, held.disconnected,
    )  # fmt: skip
    log.info("back-tested records=%d score=%s", sum(held.records.values()), told.score)
    r.store.save_result(f"{_KEPT_AS}{told.at.isoformat()}", told.to_json())
    return told


def backtests(r: Reconciliation) -> list[BackTest]:
    """Every back-test that is kept, oldest first: the profile's record with this company."""
    kept = (r.store.result(name) for name in r.store.results(_KEPT_AS))
    return [BackTest.from_json(told) for told in kept if told is not None]


def track_record(r: Reconciliation) -> pd.DataFrame:
    """How often the forecasts of this company came true.

    Returns:
        One row a back-test, oldest first: day, profile, records (that could be looked at),
        as_forecast, share (of those), unseen, disconnected.
    """
    return pd.DataFrame(
        [
            {
                "day": f"{told.at:%Y-%m-%d}", "profile": told.profile,
                "records": sum(told.records.values()), "as_forecast": sum(told.true.values()),
                "share": told.score, "unseen": told.unseen, "disconnected": len(told.disconnected),
            }
            for told in backtests(r)
        ]
    )  # fmt: skip

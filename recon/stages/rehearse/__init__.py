"""Rehearse: the app's sync as a procedure, watched call by call, beside what was forecast.

    by hand     the plan's hand-work, as far as it waits for nothing (`open_hand_work`)
    the sync    every record, each with its calls (`watch`)
    compare     outcome by outcome with the forecast (`compare`)
    back-test   the same with what the real sync left in the books (`backtest`)

What the twin is made of and who applies the plan to it is the caller's.
"""

from __future__ import annotations

from recon.stages.rehearse.agreement import compare
from recon.stages.rehearse.backtest import backtest
from recon.stages.rehearse.plan import open_hand_work, undone
from recon.stages.rehearse.sync import Watched, run_of, watch

__all__ = ["Watched", "backtest", "compare", "open_hand_work", "run_of", "undone", "watch"]

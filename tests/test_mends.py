"""In each app: once its plan is applied, the sync does no harm that anything could have mended."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from recon.demo import run_demo
from recon.trial.simulated import APPS

_HARM = ("duplicate", "wrong_link", "refuse")
_CI = [("taxdome", 7), ("workiz", 7)]
_REST = [pair for pair in product(APPS, (7, 8, 9)) if pair not in _CI]


@pytest.mark.parametrize(
    ("app", "seed"), [*_CI, *(pytest.param(*pair, marks=pytest.mark.soak) for pair in _REST)]
)
def test_the_plan_leaves_nothing_that_can_be_mended(app: str, seed: int, tmp_path: Path) -> None:
    """No duplicate, no wrong link, no refusal, and every change as it was promised."""
    result = run_demo(tmp_path, app=app, customers=40, seed=seed)
    assert sum(result.before[word] for word in _HARM) > 50
    assert {word: result.after[word] for word in _HARM} == dict.fromkeys(_HARM, 0)
    assert result.faults["after"] == {}
    assert result.unlike == 0
    assert result.on_others["after"] == 0

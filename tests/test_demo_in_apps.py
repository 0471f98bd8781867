"""The demo company with its clients in another app: what its sync does, judged by the labels."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from recon.apps.readers import reader_of
from recon.demo.judge import Judge
from recon.ports import silent
from recon.qbo.client import sandbox_client
from recon.qbo.port import QboCalls
from recon.reconciliation import utc_now
from recon.sandbox.demo import demo_company
from recon.sandbox.demo.dialects import write_dialect
from recon.sandbox.server import Sandbox
from recon.trial.simulated import APPS


@pytest.mark.parametrize(
    ("app", "taken_in", "stays"),
    [("workiz", True, set()), ("taxdome", False, set()), ("spraye", False, {"payment"})],
)
def test_every_record_is_judged(app: str, taken_in: bool, stays: set[str], tmp_path: Path) -> None:
    """Duplicates are told from new ones; what the app takes in, or never sends, is told apart."""
    demo = demo_company(40, 3)
    write_dialect(demo.app, app, tmp_path)
    records = APPS[app].copy(reader_of(app, tmp_path).read(utc_now, silent))
    with Sandbox(demo.company) as sandbox, sandbox_client(sandbox.describe()) as client:
        events = list(APPS[app].sync()(records, QboCalls(client)))
    verdicts = Judge(demo.truth, demo.app).verdicts(events)
    told = Counter(verdict.outcome for verdict in verdicts)
    assert told["link"] > 20
    assert (told["create_in_app"] > 0) is taken_in
    assert app == "taxdome" or told["duplicate"] > 0
    whole = {v.kind for v in verdicts} - {v.kind for v in verdicts if v.outcome != "skip"}
    assert whole == stays

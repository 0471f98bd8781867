"""What the app says of its own sync counts where the books show nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from small_books import Row, case, profile

from recon.books import SYNC_STATUS
from recon.rehearsal import Difference
from recon.stages.forecast import forecast
from recon.stages.rehearse.backtest import Held, backtest

ANN, PAID = "app:customer:1", "app:payment:5"


def held(app: str, ours: dict[str, list[Row]], *statuses: Row, **theirs: list[Row]) -> Held:
    """The forecast of a tiny company beside what its app says; QuickBooks is as it was."""
    small = case(ours, theirs, of=profile(app))
    told = SYNC_STATUS.frame(statuses)
    now = replace(small.books, app=replace(small.books.app, sync_status=told))
    return backtest(forecast(small), small, now)


def status(ref: str, word: str, says: str | None = None) -> Row:
    """A line of what the app says."""
    return {"ref": ref, "status": word, "says": says}


def brief(found: Held) -> list[tuple[str, str, str]]:
    """What came otherwise: record, forecast and what came."""

    def told(each: Difference) -> tuple[str, str, str]:
        return each.ref, each.forecast, each.came

    return [told(each) for each in found.differences]


@pytest.mark.parametrize(
    ("app", "word", "says", "came"),
    [
        ("taxdome", "Not synced", None, []),  # as forecast: somebody has to pick
        ("taxdome", "Failed", "Error 6240", [(ANN, "refuse, not_found", "refuse, 6240")]),
        ("taxdome", "Skipped", None, [(ANN, "refuse, not_found", "skip")]),
        ("taxdome", "Synced", None, [(ANN, "refuse, not_found", "link, qbo:customer:")]),
        ("taxdome", "Syncing", None, []),  # nobody knows yet
    ],
)
def test_a_status_says_why_a_record_stayed_away(
    app: str, word: str, says: str | None, came: list[Any]
) -> None:
    """In the app's own words, or by QuickBooks' code in its message."""
    ours = {
        "customers": [{"id": "1", "name": "Ann Lee", "given_name": "Ann", "family_name": "Lee"}],
        "invoices": [{"id": "9", "number": "9", "customer_ref": ANN, "total": "5"}],
    }
    found = held(app, ours, status(ANN, word, says))
    assert [each for each in brief(found) if each[0] == ANN] == came
    assert all("The app says" in each.instead for each in found.differences if each.ref == ANN)


def test_a_log_shows_what_no_book_does() -> None:
    """A payment without a reference, which nobody can look for in QuickBooks."""
    ours = {
        "customers": [{"id": "1", "name": "Ann Lee", "given_name": "Ann", "family_name": "Lee"}],
        "payments": [{"id": "5", "customer_ref": ANN, "amount": "5"}],
    }
    theirs = {"customers": [{"id": "7", "name": "Ann Lee"}]}
    assert held("workiz", ours, **theirs).unseen == 1
    for word, came in (("Synced", []), ("Failed", [(PAID, "create", "refuse")])):
        found = held("workiz", ours, status(PAID, word), **theirs)
        assert (found.unseen, brief(found)) == (0, came)


def test_a_link_that_only_seems_so_gives_way_to_the_apps_word() -> None:
    """Nothing new of that name looks like a link; the log knows that it failed."""
    ours = {"customers": [{"id": "1", "name": "A Lee", "given_name": "A", "family_name": "Lee"}]}
    theirs = {"customers": [{"id": "7", "name": "A Lee"}]}
    assert brief(held("workiz", ours, **theirs)) == []
    found = held("workiz", ours, status(ANN, "Failed", "Stale (5010)"), **theirs)
    assert brief(found) == [(ANN, "link, qbo:customer:7", "refuse, 5010")]

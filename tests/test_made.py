"""Books in which an app's sync has run already: what it made beside what was there, and of whom."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from small_books import side

from recon.apps.made import COLUMNS, made_by_app
from recon.books import Books

ON = datetime(2026, 11, 1, tzinfo=UTC)
BEFORE, AFTER = "2026-06-01T00:00:00+00:00", "2026-11-02T00:00:00+00:00"


def books(app: list[dict[str, Any]], **qbo: list[dict[str, Any]]) -> Books:
    """Clients of the app; customers, vendors of QuickBooks."""
    return Books(side("app", {"customers": app}), side("qbo", qbo))


def told(app: str, seen: Books, since: datetime | None = None) -> list[list[Any]]:
    """What was made, of whom, beside which."""
    found = made_by_app(app, seen, since)
    assert tuple(found.columns) == COLUMNS
    assert found["how"].str.endswith(".").all()
    shown = found[["ref", "app_ref", "original_ref"]].astype(object)
    rows: list[list[Any]] = shown.where(shown.notna(), None).values.tolist()
    return rows


TWINS = [{"id": "7", "name": "Ann Lee"}, {"id": "8", "name": "Ann Lee"}]


@pytest.mark.parametrize(
    ("app", "clients", "name", "whose"),
    [
        ("workiz", TWINS, "Ann Lee - 2", "8"),
        ("workiz", TWINS, "ANN LEE - 2", "8"),
        ("workiz", TWINS, "Ann Lee 8", "8"),
        ("workiz", TWINS, "Ann Lee - 3", ""),
        ("workiz", TWINS[:1], "Ann Lee - 2", ""),
        ("workiz", TWINS, "Ann Lee 9", ""),
        ("spraye", TWINS, "Ann Lee - 2", ""),
        ("invoiceninja", TWINS[:1], "Ann Lee (C)", "7"),
        ("invoiceninja", TWINS, "Ann Lee (C)", ""),
        ("generic_email", [{"id": "7", "name": "Ann Lee", "email": "A@example.com"}],
         "Ann Lee a@example.com", "7"),
        ("generic_email", TWINS, "Ann Lee a@example.com", ""),
    ],
)  # fmt: skip
def test_a_mark_behind_a_name_says_whose_it_is(
    app: str, clients: list[dict[str, Any]], name: str, whose: str
) -> None:
    """Only where the app has such a client, and somebody holds the name without the mark."""
    customers = [{"id": "1", "name": "Ann Lee"}, {"id": "2", "name": name}]
    expected = [["qbo:customer:2", f"app:customer:{whose}", "qbo:customer:1"]] if whose else []
    assert told(app, books(clients, customers=customers)) == expected
    assert told(app, books(clients, customers=customers[1:])) == []


def test_a_vendor_may_hold_the_name() -> None:
    """That is what (C) is for."""
    seen = books([{"id": "7", "name": "Bo Roe"}], customers=[{"id": "2", "name": "Bo Roe (C)"}],
                 vendors=[{"id": "1", "name": "Bo Roe"}])  # fmt: skip
    assert told("invoiceninja", seen) == [["qbo:customer:2", "app:customer:7", "qbo:vendor:1"]]


def test_what_was_made_before_the_sync_was_not_made_by_it() -> None:
    """A customer who has been called so for years is left alone."""
    customers = [{"id": "1", "name": "Ann Lee"},
                 {"id": "2", "name": "Ann Lee - 2", "created_at": BEFORE}]  # fmt: skip
    assert told("workiz", books(TWINS, customers=customers), ON) == []
    assert len(told("workiz", books(TWINS, customers=customers))) == 1


@pytest.mark.parametrize(
    "reached",
    [
        {"email": "office@example.com"},
        {"phone": "+1 (555) 010-0001"},
        {"address_line1": "1 High St.", "postal_code": "78610"},
    ],
)
def test_the_moment_and_an_address_show_a_duplicate(reached: dict[str, str]) -> None:
    """Spraye marks nothing: a new customer who is reached as an older one is."""
    older = {"email": "OFFICE@example.com", "phone": "555 010 0001",
             "address_line1": "1 High St", "postal_code": "78610"}  # fmt: skip
    customers = [
        {"id": "1", "name": "Lee, Ann", "created_at": BEFORE, **older},
        {"id": "2", "name": "Ann Lee", "created_at": AFTER, **reached},
        {"id": "3", "name": "Bo Roe", "created_at": AFTER, "email": "bo@example.com"},
        {"id": "4", "name": "Cy Poe", "created_at": AFTER, "active": False, **reached},
    ]
    seen = books(TWINS[:1], customers=customers)
    assert told("spraye", seen, ON) == [["qbo:customer:2", "app:customer:7", "qbo:customer:1"]]
    assert told("spraye", seen) == []
    assert told("spraye", books([], customers=customers), ON)[0][1] is None

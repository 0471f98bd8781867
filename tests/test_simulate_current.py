"""The push of the newest Invoice Ninja, where it differs from 5.12.4."""

from __future__ import annotations

from typing import Any

import pytest
from test_simulate_invoiceninja import (
    App,
    Books,
    books,
    client,
    invoice,
    line,
    product,
    served,
)

from recon.apps.invoiceninja.simulate_current import Settings, cleaned, simulate
from recon.apps.profiles import known_profiles, load_profile, name_of
from recon.qbo.port import QboCalls
from recon.trial.simulated import SYNCS

__all__ = ["books", "served"]  # fixtures


def fates(there: Books, app: App, **settings: Any) -> dict[str, str]:
    """Effect, and fault or name in QuickBooks, of each record."""
    calls = QboCalls(there.client)
    events = list(simulate(app, calls, settings=Settings(**settings)))
    return {
        event.ref.removeprefix("app:"): " ".join(filter(None, (event.effect, event.fault)))
        for event in events
    }


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("Smith's & O'Malley's LLC", "Smiths and OMalleys LLC"), ("North/South", "North South"),
        ("Acme <Co>", "Acme Co"), ("Regencium: Physical", "Regencium- Physical"),
        (':::""', "Customer"), ("x" * 120, "x" * 100),
    ],
)  # fmt: skip
def test_a_name_is_cleaned_before_it_is_looked_up(name: str, asked: str) -> None:
    """Examples that its readers give."""
    assert cleaned(name) == asked


def test_where_a_vendor_has_the_name_a_c_stands_behind_it(books: Books) -> None:
    """Once: where that is held too, it stays refused."""
    books.add("Vendor", DisplayName="Ann Lee")
    books.add("Vendor", DisplayName="Bo Roe")
    books.add("Vendor", DisplayName="Bo Roe (C)")
    app = App(clients=[client("1", "Ann Lee"), client("2", "Bo Roe")])
    assert fates(books, app) == {"customer:1": "create", "customer:2": "refuse 6240"}
    assert books.client.query("SELECT * FROM Customer WHERE DisplayName = 'Ann Lee (C)'")


def test_an_invoice_whose_number_is_there_is_not_sent(books: Books) -> None:
    """Linkable where total and customer are equal, too; also with one that it has sent itself."""
    app = App(
        clients=[client("1", "Ann Lee")],
        products=[product("Mow")],
        invoices=[
            invoice("A1", "c1", line("Mow"), amount=10.0),
            {**invoice("A1", "c1", line("Mow"), amount=10.0), "id": "again"},
            {**invoice("A1", "c1", line("Mow", 11.0), amount=11.0), "id": "other"},
        ],
    )
    calls = QboCalls(books.client)
    told = [event.fault for event in simulate(app, calls) if "invoice" in event.ref]
    assert told == ["", "linkable", "data_mismatch"]


def test_a_product_is_looked_up_or_not(books: Books) -> None:
    """Its guide and its readers tell that differently; a line's item is looked up anyway."""
    books.item("Mow")
    app = App(
        clients=[client("1", "Ann Lee")],
        products=[product("Mow")],
        invoices=[invoice("A1", "c1", line("Mow"), amount=10.0)],
    )
    blind = fates(books, app, product_look_up="no")
    assert [blind["item:Mow"], blind["invoice:A1"]] == ["refuse 6240", "create"]
    assert fates(books, app)["item:Mow"] == "link"


def test_every_profile_has_its_own_sync() -> None:
    """A rehearsal runs the one of its version."""
    assert set(SYNCS) == set(known_profiles())
    assert [name_of(load_profile(name)) for name in known_profiles()] == list(known_profiles())
    assert len({how.run for how in SYNCS.values()}) == len(SYNCS)

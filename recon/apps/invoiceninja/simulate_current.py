"""Invoice Ninja's push to QuickBooks Online in its newest versions, where it differs from 5.12.4.

A client's name is cleaned before it is looked up. Where QuickBooks says that the name is held, it
is looked up again, then " (C)" is put behind it, once. An invoice's number is looked up before the
invoice is sent: one that has it stops the create.

Source: behaviour of Invoice Ninja's open source in 2026 as described by its readers; whether a
    product that is pushed by itself is looked up first, they and the guide tell differently; read
    2026-11-22.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from recon.apps.invoiceninja import simulate as documented
from recon.apps.invoiceninja.simulate import Push, pushed
from recon.apps.invoiceninja.simulate_records import (
    client_ref,
    decimal,
    display_name,
    invoice_ref,
)
from recon.apps.push.records import Record, quoted, text
from recon.books import Ref
from recon.errors import RejectedError
from recon.ports import AppRecords, QboPort, SyncEvent

_NAME_TAKEN, _BAD_LETTER = "6240", "2040"
_NAME_MAX = 100
_A_CENT = Decimal("0.01")
_SPELT = {":": "-", "&": " and ", "/": " ", **dict.fromkeys("\"'<>\\?*|", "")}


@dataclass(frozen=True)
class Settings(documented.Settings):
    """What is set in it, and what its readers and its guide tell differently.

    Attributes:
        product_look_up: whether a product that is pushed by itself is looked up first, as those of
            an invoice's lines are.
    """

    product_look_up: Literal["yes", "no"] = "yes"


def simulate(
    app: AppRecords,
    qbo: QboPort,
    leave_out: Collection[Ref] = (),
    *,
    settings: Settings | None = None,
) -> Iterator[SyncEvent]:
    """Push every record once, in the order and with the events of 5.12.4.

    Args:
        app: the app's own database, records as its REST API shows them.
        qbo: the QuickBooks company.
        leave_out: records that a person left alone: not pushed, effect "skip".
        settings: what is set in it, and what nobody knows; the usual when left out.

    Raises:
        RemoteError: QuickBooks could not be asked at all; the refusal of one record is an event.
    """
    how = settings or Settings()
    looks = how.product_look_up == "yes"
    yield from pushed(_Newest(app, qbo, frozenset(leave_out), how, looks_for_products=looks))


@dataclass
class _Newest(Push):
    def name_of(self, client: Record) -> str:
        """The cleaned name."""
        return cleaned(display_name(client))

    def create_client(self, client: Record, name: str) -> SyncEvent:
        """Create the customer; where its name is held, link to whoever has it, else " (C)".

        Raises:
            RejectedError: QuickBooks refuses it.
        """
        try:
            return super().create_client(client, name)
        except RejectedError as refusal:
            if refusal.code == _BAD_LETTER:
                plain = re.sub(r"[^\w ]", "", name)
                return super().create_client(client, plain)
            if refusal.code != _NAME_TAKEN:
                raise
        if found := self.customer_named(name):
            return SyncEvent(
                client_ref(client), "link", found, says=f"Linked to the customer {name!r}."
            )
        return super().create_client(client, name[: _NAME_MAX - 4] + " (C)")

    def stopped(self, invoice: Record, client: Record) -> SyncEvent | None:
        """Also an invoice of QuickBooks with its whole number, of which 21 characters are sent."""
        if stops := super().stopped(invoice, client):
            return stops
        number = text(invoice, "number")
        asked = f"SELECT * FROM Invoice WHERE DocNumber = {quoted(number)}"  # noqa: S608  (quoted)
        found = self.qbo.query(asked) if number else []
        if not found:
            return None
        apart = abs(decimal(found[0].get("TotalAmt")) - decimal(invoice.get("amount")))
        customer = self.customer_ids[text(client, "id")]
        equal = apart <= _A_CENT and found[0]["CustomerRef"]["value"] == customer
        word = "linkable" if equal else "data_mismatch"
        return SyncEvent(invoice_ref(invoice), "refuse", fault=word, says=f"qb_status: {word}.")


def cleaned(name: str) -> str:
    """A name as it is looked up: letters replaced or left out, blanks folded, 100 characters."""
    spelt = "".join(_SPELT.get(letter, letter) for letter in name)
    return (" ".join(spelt.split()).strip(" -") or "Customer")[:_NAME_MAX]

"""What the simulated syncs share: a run over the app's records, and the requests that it sends.

Like the syncs themselves (`simulate.py` of each folder) it knows neither rules nor profiles nor the
forecast, on purpose: they are held against each other. Records are those of `recon.apps.copy`.

Where an app's order is not documented, clients, invoices and payments go in the order of their
numbers, those without one last, and products as they stand.

    run.py      `Push`: links made so far, look-ups, what is linked or created
    bodies.py   the requests
    records.py  fields of records
    incoming.py what is read of QuickBooks' own records
"""

from __future__ import annotations

from recon.apps.push.bodies import Lines, Taxes
from recon.apps.push.records import (
    by_number,
    is_draft,
    keyed,
    letters,
    listed,
    pending,
    person,
    quoted,
    reference,
    text,
)
from recon.apps.push.run import Push, Unfit, attempt, stays

__all__ = [
    "Lines", "Push", "Taxes", "Unfit", "attempt", "by_number", "is_draft", "keyed", "letters",
    "listed", "pending", "person", "quoted", "reference", "stays", "text",
]  # fmt: skip

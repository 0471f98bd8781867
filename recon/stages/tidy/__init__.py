"""Tidy: the raw records of both systems become the tables of `recon.books`."""

from __future__ import annotations

import logging

from recon.books import Books, Snapshot
from recon.errors import InputError
from recon.stages.tidy.app import tidy_app
from recon.stages.tidy.qbo import tidy_qbo

__all__ = ["tidy", "tidy_app", "tidy_qbo"]

log = logging.getLogger(__name__)


def tidy(app: Snapshot, qbo: Snapshot) -> Books:
    """The books of both systems as tables, with every record that could not be read as a reject.

    Names are kept letter for letter, blanks included: whether a sync links or duplicates can hang
    on one of them. Only empty text becomes NA.

    Raises:
        InputError: a snapshot is of the other system.
    """
    for snapshot, system in ((app, "app"), (qbo, "qbo")):
        if snapshot.system != system:
            raise InputError(f"The records of {snapshot.source} were given as those of {system}.")
    app_side, app_rejects = tidy_app(app)
    qbo_side, qbo_rejects = tidy_qbo(qbo)
    rejects = (*app.rejects, *qbo.rejects, *app_rejects, *qbo_rejects)
    log.info("tidied app=%s qbo=%s rejects=%d", app_side.counts(), qbo_side.counts(), len(rejects))
    return Books(app_side, qbo_side, rejects)

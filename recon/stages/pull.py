"""Pull: both systems, every record, raw."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from recon.books import Snapshot, System
from recon.errors import InputError
from recon.ports import Clock, Progress, Reader

log = logging.getLogger(__name__)


def pull(
    readers: Mapping[System, Reader], clock: Clock, progress: Progress
) -> dict[System, Snapshot]:
    """A snapshot of each system, in the order of `readers`.

    Raises:
        InputError: a reader answered for the other system.
        RemoteError: a system could not be read; nothing was changed.
    """
    snapshots: dict[System, Snapshot] = {}
    for system, reader in readers.items():
        snapshot = reader.read(clock, progress)
        if snapshot.system != system:
            raise InputError(
                f"{snapshot.source} holds the records of {snapshot.system}, not of {system}.",
                remedy="Swap the two sources.",
            )
        snapshots[system] = snapshot
    log.info(
        "pulled %s",
        " ".join(
            f"{system}.{entity}={len(records)}"
            for system, snapshot in snapshots.items()
            for entity, records in (*snapshot.records.items(), ("rejects", snapshot.rejects))
        ),
    )
    return snapshots

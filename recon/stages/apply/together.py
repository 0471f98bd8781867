"""Many writes at once: journalled before they leave, each with its own end.

    journal "sent" for all, durable      one commit for the whole wave
    the batches leave, side by side
    an answer comes                      each item: done, refused, or not known
    an answer is lost                    look each item up; those that are not there go out again
                                         under the same request id; what is then still open is
                                         settled one by one

Source: Intuit developer blog, "Request ID update", 2015-04-06 (a batch's request id and its bIds
name each item); what a repetition with fewer items gets is not known, so nothing hangs on it; read
2026-11-22.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from recon.errors import OutcomeUnknownError, RejectedError, RemoteError, StaleRecordError
from recon.plan import JournalEntry, Write, filled
from recon.ports import Parcel, Sending, Writer
from recon.stages.apply.run import Run

log = logging.getLogger(__name__)

PARCELS = 4
"""Batches under way at once: at 32 a minute, enough while an answer takes up to seven seconds."""

_BATCH_IDS = UUID("3f0e0f1a-58b7-4f52-9a51-6a2f0c1f7c11")
_LOST = "The answer to one item of a batch was lost."


def send_wave(run: Run, writes: Sequence[Write], writer: Writer, told: Callable[[], None]) -> None:
    """Send writes that do not depend on each other, and bring each to its end.

    Args:
        run: what the journal knows; every write is new to it.
        writes: all for `writer`.
        writer: sends them.
        told: called whenever some more of them are finished.

    Raises:
        BusyError, OutcomeUnknownError, AuthError: stopped here; running again continues here.
    """
    size = writer.most_together
    parcels = [_parcel(run, writes[at : at + size]) for at in range(0, len(writes), size)]
    run.keep_all([
        run.entry(s.write, "sent", s.body, 0, {"batch": parcel.request_id}, parcel.request_id)
        for parcel in parcels for s in parcel.sendings
    ])  # fmt: skip
    stop = _send(run, parcels, writer, told)
    if stop is not None:
        raise stop
    for parcel in parcels:
        settle_parcel(run, parcel, writer)
        told()


def settle_earlier(run: Run) -> None:
    """Bring to an end what left in batches of an earlier run and was never answered."""
    batches: dict[str, list[Write]] = {}
    for write in run.plan.writes:
        entry = run.last.get(write.id)
        if entry is not None and entry.state in {"sent", "unknown"} and "batch" in entry.detail:
            batches.setdefault(str(entry.detail["batch"]), []).append(write)
    for request_id, writes in batches.items():
        sendings = tuple(_sending(run, write) for write in writes)
        settle_parcel(run, Parcel(request_id, sendings), run.writers[writes[0].to])


def settle_parcel(run: Run, parcel: Parcel, writer: Writer) -> None:
    """Bring every item of a batch whose answer is not known to its end.

    Raises:
        BusyError, OutcomeUnknownError, AuthError: some are still not known; run again.
    """
    open_ = _open(run, parcel)
    for sending in open_:
        found = writer.find(sending.write, sending.body)
        if found is not None:
            run.finish(sending.write, dict(sending.body), 0, found)
    left = tuple(s for s in open_ if s in _open(run, parcel))
    if left:
        log.info("sending again batch=%s items=%d", parcel.request_id, len(left))
        again = Parcel(parcel.request_id, left)
        stop = _send(run, [again], writer, lambda: None, again=True)
        if stop is not None:
            raise stop
    for sending in _open(run, parcel):
        run.settle(sending.write)


def _send(
    run: Run,
    parcels: Sequence[Parcel],
    writer: Writer,
    told: Callable[[], None],
    *,
    again: bool = False,
) -> RemoteError | None:
    """Send, and journal each answer as it comes; the error that stops the run, if one does."""
    stop: RemoteError | None = None
    stale: list[tuple[Sending, StaleRecordError]] = []
    for parcel, answers in writer.send_together(parcels):
        if isinstance(answers, RemoteError):
            if isinstance(answers, OutcomeUnknownError | RejectedError):
                # A refusal of the request as a whole is no word on any of its items either.
                run.keep_all([run.in_doubt(s.write, answers) for s in parcel.sendings])
            else:
                stop = answers
            continue
        entries: list[JournalEntry] = []
        for sending in parcel.sendings:
            answer = answers.get(sending.write.id, OutcomeUnknownError(_LOST))
            if again and isinstance(answer, RejectedError):  # by what was sent before, perhaps
                answer = writer.find(sending.write, sending.body) or answer
            if isinstance(answer, StaleRecordError):
                stale.append((sending, answer))
            else:
                entries.append(_entry(run, sending, answer))
        run.keep_all(entries)
        told()
    for sending, error in stale:
        run.send_on_newer_record(sending.write, dict(sending.body), 0, error)
    return stop


def _entry(run: Run, sending: Sending, answer: Mapping[str, Any] | RemoteError) -> JournalEntry:
    """What one item's answer says, for the journal."""
    write, body = sending.write, sending.body
    if isinstance(answer, RejectedError):
        return run.refusal(write, body, 0, answer)
    if isinstance(answer, RemoteError):
        return run.in_doubt(write, answer)
    return run.entry(write, "done", body, 0, run.kept_of(answer))


def _parcel(run: Run, writes: Sequence[Write]) -> Parcel:
    """A batch; its request id follows from the plan and its writes."""
    name = ":".join([run.plan.id, *(write.id for write in writes)])
    return Parcel(str(uuid5(_BATCH_IDS, name)), tuple(_sending(run, write) for write in writes))


def _sending(run: Run, write: Write) -> Sending:
    return Sending(write, filled(write.body, run.answers()))


def _open(run: Run, parcel: Parcel) -> list[Sending]:
    """Items of which nobody knows yet, in their order."""
    return [s for s in parcel.sendings if run.state(s.write.id) in {"sent", "unknown"}]

"""Every error that recon raises on purpose, one class per thing a person can do about it.

ReconError                       `.remedy`: one sentence, what the person should do next
├─ ConfigError                   missing or wrong settings, credentials, profile
├─ WorkspaceError                wrong company, locked, newer schema
├─ InputError                    a file, or what was typed, is not what it should be
├─ TableError                    a frame breaks its declared shape; lists every problem
├─ PlanError
│  ├─ UnsafePlanError            more change than the limits allow; numbers in the message
│  ├─ NotApprovedError           no reviewer, same person twice, plan changed after approval
│  └─ StalePlanError             the books are newer than the plan
└─ RemoteError                   `.status` `.code`
   ├─ AuthError                  tokens refused: connect again; nothing was written
   ├─ BusyError                  429 or no connection: run again; nothing was done
   ├─ OutcomeUnknownError        sent, no answer or 5xx: run again; same request id, then looked up
   └─ RejectedError              refused, and would be refused again: change the plan
      ├─ DuplicateNameError      6240
      ├─ StaleRecordError        5010
      ├─ ClosedPeriodError       6200, 6210
      └─ RecordNotFoundError     610

One bad record is a finding, not an exception: an exception says that a stage cannot go on.
"""

from __future__ import annotations


class ReconError(Exception):
    """Anything that recon refuses; the message says what, `remedy` what to do next."""

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy

    def __str__(self) -> str:
        message = super().__str__()
        return f"{message} {self.remedy}" if self.remedy else message


class ConfigError(ReconError):
    """Settings, credentials or a profile are missing or wrong."""


class WorkspaceError(ReconError):
    """The workspace is another company's, locked, or of a newer recon."""


class InputError(ReconError):
    """A file, or what was typed, is not what it should be; names the file and the line, if any."""


class TableError(ReconError):
    """A frame breaks its declared shape; the message lists every problem."""


class PlanError(ReconError):
    """A plan cannot be used as it stands."""


class UnsafePlanError(PlanError):
    """The plan would change more than the limits allow; the numbers are in the message."""


class NotApprovedError(PlanError):
    """A decision is missing, was made by the wrong person, or was made on something else."""


class StalePlanError(PlanError):
    """The books were pulled again after the plan was made."""


class RemoteError(ReconError):
    """The other system did not do what it was asked.

    Args:
        message: what happened, without names of customers.
        remedy: what the person should do next.
        status: HTTP status, 0 when there was no answer.
        code: QuickBooks' fault code as text ("6240"), empty when there was none.
        tid: Intuit's own id of the call, for their support.
        others: codes of further errors that came in the same answer.
    """

    def __init__(
        self,
        message: str,
        *,
        remedy: str = "",
        status: int = 0,
        code: str = "",
        tid: str = "",
        others: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message, remedy=remedy)
        self.others = others
        self.status = status
        self.code = code
        self.tid = tid


class AuthError(RemoteError):
    """The tokens or the rights were refused; nothing was written."""


class BusyError(RemoteError):
    """Asked to wait, or not reachable; nothing was done."""


class OutcomeUnknownError(RemoteError):
    """Sent, but no usable answer: it may or may not have happened."""


class RejectedError(RemoteError):
    """Refused for a reason that a repetition would not change."""


class DuplicateNameError(RejectedError):
    """6240: another customer, vendor or employee (or another item) has the name."""


class StaleRecordError(RejectedError):
    """5010: somebody changed the record since it was read."""


class ClosedPeriodError(RejectedError):
    """6200 or 6210: the books are closed for that date."""


class RecordNotFoundError(RejectedError):
    """610: deleted, or made inactive."""

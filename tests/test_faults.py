"""What a fault code is to us."""

from __future__ import annotations

import pytest

from recon.errors import (
    AuthError,
    BusyError,
    ClosedPeriodError,
    DuplicateNameError,
    OutcomeUnknownError,
    RecordNotFoundError,
    RejectedError,
    RemoteError,
    StaleRecordError,
)
from recon.rules.faults import FAULTS, error_for, fault, plain_code


@pytest.mark.parametrize(
    ("status", "code", "text", "kind"),
    [
        (400, "6240", "The name supplied already exists. : Id=58", DuplicateNameError),
        (400, "5010", "Stale Object Error", StaleRecordError),
        (400, "610", "Object Not Found", RecordNotFoundError),
        (400, "6200", "", ClosedPeriodError),
        (400, "6210", "The account period has closed", ClosedPeriodError),
        (400, "6210", "Duplicate Document Number Error", RejectedError),
        (400, "6140", "Duplicate Document Number Error", RejectedError),
        (400, "6190", "Invalid Company Status", AuthError),
        (401, "003200", "Token expired: x", AuthError),
        (403, "003100", "", AuthError),
        (403, "3001", "ThrottleExceeded", BusyError),
        (429, "", "", BusyError),
        (400, "150", "", BusyError),
        (400, "6000", "You can only add or edit one name at a time.", BusyError),
        (400, "6000", "Something else", RejectedError),
        (400, "10000", "System Failure Error", OutcomeUnknownError),
        (503, "6240", "", OutcomeUnknownError),
        (0, "", "", OutcomeUnknownError),
        (400, "987", "never seen", RejectedError),
    ],
)
def test_a_code_is_one_error(status: int, code: str, text: str, kind: type[RemoteError]) -> None:
    """Code, and message where a code has two meanings, decide what is raised; exactly that."""
    error = error_for(status, code, "", text, "tid-1")
    assert type(error) is kind
    assert (error.status, error.tid, error.code) == (status, "tid-1", plain_code(code))
    assert error.remedy


@pytest.mark.parametrize(
    ("code", "detail"),
    [
        ("6240", "The name supplied already exists. : Id=58 Mary Poppins"),
        ("2040", "Element contains invalid characters. Mary:Poppins"),
        ("5010", "You and Mary Poppins were working on this at the same time."),
        ("987", "Mary Poppins"),
        ("2210", "Supplied value:mary@poppins.example"),
        ("2010", "Property Mary Poppins not found"),
    ],
)
def test_no_name_that_quickbooks_quotes_reaches_the_text(code: str, detail: str) -> None:
    """An error's text may be logged, so it holds our words and numbers only."""
    said = str(error_for(400, code, "about Mary Poppins", detail, "")).casefold()
    assert "mary" not in said
    assert "poppins" not in said


def test_numbers_that_help_are_kept() -> None:
    """Ids, lengths and field names of QuickBooks' text are passed on."""
    long = "String length … Min:0 Max:21 supported. Supplied length:45"
    assert "Max:21, Supplied length:45" in str(error_for(400, "2050", "", long, ""))
    longer = "String length … Min:0 Max:1,000 supported. Supplied length:1,001"
    assert "Max:1,000, Supplied length:1,001" in str(error_for(400, "2050", "", longer, ""))
    assert "Id=58" in str(error_for(400, "6240", "", "already exists. : Id=58", ""))
    missing = "Required parameter Line is missing in the request"
    assert "Required parameter Line" in str(error_for(400, "2020", "", missing, ""))


def test_codes_with_two_meanings_end_with_a_general_one() -> None:
    """The row without a text comes last, or the ones after it would never be reached."""
    for index, row in enumerate(FAULTS):
        assert fault(row.code, row.where) is row
        if not row.where:
            assert row.code not in {later.code for later in FAULTS[index + 1 :]}

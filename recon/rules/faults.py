"""What a QuickBooks fault means, which error it is to us, and what a person can do about it.

The code decides. Two codes say different things in different messages (6000, 6210); only there the
text is read too. What QuickBooks wrote is never passed on, because it quotes names: our own words
are, with the ids, field names and lengths that it held.

Source: developer.intuit.com, "Error codes" and "Common errors", and published captures of answers,
read 2026-11-22. A code that is not here is a plain refusal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

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

_CONNECT = "Connect to QuickBooks again; nothing was written."
_AGAIN = "Wait a minute and run it again; what is done stays done."
_PLAN = "Propose a new plan after correcting it."


@dataclass(frozen=True)
class Fault:
    """One refusal of QuickBooks.

    Attributes:
        code: QuickBooks' own, without leading zeros.
        kind: the error that it is raised as.
        means: why, as the end of a sentence that starts "QuickBooks refused it:".
        remedy: what a person does next.
        where: text that the message or detail must hold, for codes with more than one meaning.
    """

    code: str
    kind: type[RemoteError]
    means: str
    remedy: str = _PLAN
    where: str = ""


FAULTS: tuple[Fault, ...] = (
    Fault("120", AuthError, "the connected user may not use this company",
          "Let a company administrator connect; nothing was written."),
    Fault("140", BusyError, "the company is locked at the moment", _AGAIN),
    Fault("150", BusyError, "the company is under maintenance", _AGAIN),
    Fault("500", RejectedError, "this kind of record cannot be treated so"),
    Fault("600", OutcomeUnknownError, "this request id was already used",
          "Run it again; recon looks up what became of it."),
    Fault("610", RecordNotFoundError, "the record, or one that it names, is deleted or inactive",
          "Pull again and look at the record in QuickBooks."),
    Fault("620", RejectedError, "the transactions cannot be linked, perhaps because they belong to "
          "different customers"),
    Fault("630", RejectedError, "the same record exists already"),
    Fault("700", RejectedError, "the parent record does not fit"),
    Fault("800", RejectedError, "other records depend on it"),
    Fault("900", RejectedError, "a parent cannot be its own child"),
    Fault("2010", RejectedError, "the request holds a field that QuickBooks does not take"),
    Fault("2020", RejectedError, "a required field is missing"),
    Fault("2030", RejectedError, "the id is not valid"),
    Fault("2040", RejectedError, "a text holds a character QuickBooks does not allow",
          "Take the character out of the name and propose a new plan."),
    Fault("2050", RejectedError, "a text is longer than QuickBooks takes",
          "Shorten it and propose a new plan."),
    Fault("2170", RejectedError, "a value is not one of those that are allowed"),
    Fault("2210", RejectedError, "an e-mail address is not valid",
          "Correct the address and propose a new plan."),
    Fault("2500", RejectedError, "it names a record that does not exist or is inactive",
          "Pull again and look at the record in QuickBooks."),
    Fault("3001", BusyError, "too many calls in a short time", _AGAIN),
    Fault("3100", AuthError, "the app is not connected to this company", _CONNECT),
    Fault("3200", AuthError, "the sign-in has expired or was revoked", _CONNECT),
    Fault("3202", AuthError, "the call carried no sign-in", _CONNECT),
    Fault("4000", RejectedError, "the query cannot be read"),
    Fault("4001", RejectedError, "the query asks for what does not exist"),
    Fault("5010", StaleRecordError, "somebody changed the record since it was read",
          "Pull again and look at what changed."),
    Fault("5020", AuthError, "the connected user lacks the right to do this",
          "Let a company administrator connect; nothing was written."),
    Fault("5030", RejectedError, "the company's subscription does not have this feature"),
    Fault("6000", BusyError, "somebody is editing a name at this moment", _AGAIN,
          where="one name at a time"),
    Fault("6000", RejectedError, "the record is inactive, perhaps merged into another",
          "Pull again; reactivate the record or work with the one that was kept.",
          where="has been deleted"),
    Fault("6000", RejectedError, "the transaction is linked to others",
          "Unlink it in QuickBooks first.", where="linked"),
    Fault("6000", RejectedError, "the item must be active first", where="activate this item"),
    Fault("6000", RejectedError, "the transaction has no amount", where="transaction amount"),
    Fault("6000", RejectedError, "a business rule is broken",
          "Try the same in QuickBooks' own screen: it says which rule."),
    Fault("6070", RejectedError, "an amount is not quantity times price"),
    Fault("6080", RejectedError, "the record has no name"),
    Fault("6130", RejectedError, "invoices hang on the parent, so who pays cannot change"),
    Fault("6140", RejectedError, "the document number is already used",
          "Give one of the two another number."),
    Fault("6180", RejectedError, "records cannot be nested deeper than five levels"),
    Fault("6190", AuthError, "the company's subscription has ended",
          "Renew the subscription in QuickBooks; nothing was written."),
    Fault("6200", ClosedPeriodError, "the books are closed for that date",
          "Ask who closed the books, or use a date after the closing date."),
    Fault("6210", RejectedError, "the document number is already used",
          "Give one of the two another number.", where="duplicate document number"),
    Fault("6210", ClosedPeriodError, "the books are closed for that date",
          "Ask who closed the books, or use a date after the closing date."),
    Fault("6220", RejectedError, "the record still has a balance",
          "Settle the balance in QuickBooks first."),
    Fault("6240", DuplicateNameError, "another record already has this name",
          "Look for the holder among customers, vendors and employees (for items: among items), "
          "inactive ones too."),
    Fault("6250", RejectedError, "the customer is missing or inactive"),
    Fault("6270", RejectedError, "the date lies before an item's own start date",
          "Correct the item's as-of date in QuickBooks."),
    Fault("6280", RejectedError, "the customer has unbilled charges",
          "Bill or remove them in QuickBooks first."),
    Fault("6430", RejectedError, "the account is of the wrong type"),
    Fault("6480", RejectedError, "the transaction is matched to a bank transaction",
          "Undo the match in QuickBooks' banking screen first."),
    Fault("6540", RejectedError, "the payment is part of a bank deposit",
          "Take it out of the deposit in QuickBooks first."),
    Fault("10000", OutcomeUnknownError, "its own system failed",
          "Run it again; recon looks up what became of it."),
)  # fmt: skip

_STARTS: dict[type[RemoteError], str] = {
    BusyError: "QuickBooks asks to wait",
    OutcomeUnknownError: "QuickBooks gave no usable answer",
}
_FACTS = (
    re.compile(r"\bId=\d+"),
    re.compile(r"\bTxnId=\d+"),
    re.compile(r"\belement id \d+"),
    re.compile(r"\bMax:\d[\d,]*"),
    re.compile(r"\bSupplied length:\s?\d[\d,]*"),
    re.compile(r"\bRequired parameter [A-Z][A-Za-z]{2,30}\b"),
    re.compile(r"\bProperty [A-Z][A-Za-z.]{2,40}\b(?= not found)"),
)


def plain_code(code: object) -> str:
    """QuickBooks' code without the leading zeros that only some of its answers carry."""
    text = str(code or "").strip()
    return str(int(text)) if text.isdecimal() else ""


def fault(code: str, text: str = "") -> Fault | None:
    """What is known about a code, with `text` (message and detail) where it has two meanings."""
    said = text.casefold()
    return next((f for f in FAULTS if f.code == code and f.where in said), None)


def error_for(status: int, code: str, message: str, detail: str, tid: str) -> RemoteError:
    """The error to raise for one fault; its text holds no name of a customer.

    Args:
        status: HTTP status, 0 when there was no answer.
        code: QuickBooks' code, with or without leading zeros.
        message: QuickBooks' message; read, never passed on.
        detail: QuickBooks' detail; read, never passed on.
        tid: Intuit's id of the call.
    """
    code = plain_code(code)
    known = fault(code, f"{message}\n{detail}")
    kind, remedy = _by_status(status)
    if known and 0 < status < 500:  # a broken server's word about a write is not taken for true
        kind, remedy = known.kind, known.remedy
    means = known.means if known else "the reason is not one that recon knows"
    facts = [f.group() for pattern in _FACTS if (f := pattern.search(detail))]
    label = ", ".join([f"fault {code}" if code else f"HTTP {status}", *facts])
    start = _STARTS.get(kind, "QuickBooks refused it")
    return kind(f"{start}: {means} ({label}).", remedy=remedy, status=status, code=code, tid=tid)


def _by_status(status: int) -> tuple[type[RemoteError], str]:
    if status in {401, 403}:
        return AuthError, _CONNECT
    if status == 429:
        return BusyError, _AGAIN
    if status >= 500 or status == 0:
        return OutcomeUnknownError, "Run it again; recon looks up what became of it."
    return RejectedError, _PLAN

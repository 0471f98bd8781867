"""Reading what QuickBooks answered: every way in which it says no, and answers that are none.

Source: captures of both spellings ("Fault" from the service, "fault" from the gateway in front of
it), of XML although JSON was asked for, of HTML, and of a Fault with HTTP 200 (Intuit, "Handling
errors": a 200 may hold one), read 2026-11-22.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import ParseError

import requests
from defusedxml import DefusedXmlException, ElementTree

from recon.errors import OutcomeUnknownError, RemoteError
from recon.rules.faults import error_for, fault, plain_code


@dataclass(frozen=True)
class Refusal:
    """One error of an answer as QuickBooks wrote it; may quote names."""

    code: str
    message: str
    detail: str


def error_in(response: requests.Response) -> RemoteError | None:
    """The error that an answer stands for, None when it is a good one."""
    tid = response.headers.get("intuit_tid", "")
    body = response.content
    if response.status_code == 200:
        if not (body.startswith(b"{") and body.rstrip().endswith(b"}")):
            return _unusable(response.status_code, tid)
        if b'"Fault"' not in body and b'"fault"' not in body:
            return None
    refusals = _refusals(body)
    if refusals:
        return _combined(response.status_code, refusals, tid)
    if response.status_code == 200:
        return None if _is_json_object(body) else _unusable(200, tid)
    if 300 <= response.status_code < 400:
        return _unusable(response.status_code, tid)
    return error_for(response.status_code, "", "", "", tid)


def _combined(status: int, refusals: list[Refusal], tid: str) -> RemoteError:
    """The first error decides; the others are named after it, so that one repair mends all."""
    first, *others = refusals
    error = error_for(status, first.code, first.message, first.detail, tid)
    if not others:
        return error
    also = []
    for other in others:
        known = fault(plain_code(other.code), f"{other.message}\n{other.detail}")
        also.append(f"{known.means if known else 'unknown'} (fault {plain_code(other.code)})")
    return type(error)(
        f"{error.args[0]} Also: {'; '.join(also)}.",
        remedy=error.remedy, status=status, code=error.code, tid=tid,
        others=tuple(plain_code(other.code) for other in others),
    )  # fmt: skip


def error_of_item(item: dict[str, Any], tid: str) -> RemoteError | None:
    """The error that one item of a batch's answer stands for, None when it is a record."""
    refusals = _refusals_in(item)
    return _combined(200, refusals, tid) if refusals else None


def _refusals(body: bytes) -> list[Refusal]:
    try:
        return _refusals_in(json.loads(body))
    except ValueError:
        return _xml_refusals(body)


def _refusals_in(told: Any) -> list[Refusal]:
    found = _lower(told).get("fault") if isinstance(told, dict) else None
    errors = _lower(found).get("error") if isinstance(found, dict) else None
    if isinstance(errors, dict):
        errors = [errors]
    if not isinstance(errors, list):
        return []
    return [
        Refusal(str(e.get("code") or ""), str(e.get("message") or ""), str(e.get("detail") or ""))
        for e in map(_lower, errors)
    ]


def _xml_refusals(body: bytes) -> list[Refusal]:
    if not body.lstrip().startswith(b"<"):
        return []
    try:
        root = ElementTree.fromstring(body)
    except (ParseError, DefusedXmlException):
        return []  # HTML, or worse
    found = []
    for element in root.iter():
        if element.tag.rpartition("}")[2].casefold() == "error":
            texts = {c.tag.rpartition("}")[2].casefold(): c.text or "" for c in element}
            found.append(
                Refusal(element.get("code", ""), texts.get("message", ""), texts.get("detail", ""))
            )
    return found


def _lower(told: Any) -> dict[str, Any]:
    return {str(k).casefold(): v for k, v in told.items()} if isinstance(told, dict) else {}


def _is_json_object(body: bytes) -> bool:
    try:
        return isinstance(json.loads(body), dict)
    except ValueError:
        return False


def _unusable(status: int, tid: str) -> OutcomeUnknownError:
    return OutcomeUnknownError(
        f"What answered is not QuickBooks, or it was cut off (HTTP {status}).",
        remedy="Check the connection (a proxy, a sign-in page of the network) and run it again.",
        status=status, tid=tid,
    )  # fmt: skip

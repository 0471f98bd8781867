"""Webhooks: whoever subscribed is told by a signed POST what has changed, and reads it then.

Source: Intuit, Webhooks (intuit-signature, operations, entities), Webhooks data objects; Intuit
developer blog, Upcoming change to webhooks payload structure, 2025-11-12 (both formats), read
2026-11-26.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any
from urllib.parse import SplitResult, urlsplit

import orjson

_HERE = frozenset({"127.0.0.1", "localhost"})
_ANSWER_S = 10
_SOURCE = "intuit.sandbox"
# The kinds that are told of, under the names that they have there.
_TOLD = {"CompanyCurrency": "Currency"} | {
    name: name
    for name in (
        *("Account", "Bill", "BillPayment", "Budget", "Class", "CreditMemo", "Customer"),
        *("Department", "Deposit", "Employee", "Estimate", "Invoice", "Item", "JournalCode"),
        *("JournalEntry", "Payment", "PaymentMethod", "Preferences", "Purchase", "PurchaseOrder"),
        *("RefundReceipt", "SalesReceipt", "TaxAgency", "Term", "TimeActivity", "Transfer"),
        *("Vendor", "VendorCredit"),
    )
}
# What was done, in the words of either format.
_DONE = {
    "create": ("Create", "created"),
    "update": ("Update", "updated"),
    "delete": ("Delete", "deleted"),
    "void": ("Void", "voided"),
    "merge": ("Merge", "merged"),
    "send": ("Emailed", "emailed"),
}


@dataclass(frozen=True)
class Change:
    """One record that changed; `gone` is the one that was merged into it."""

    name: str
    record_id: str
    done: str
    at: datetime
    gone: str = ""


class Webhooks:
    """One subscription of the connected app, served by a thread of its own.

    Attributes:
        token: the verifier token, with which every body is signed.
    """

    def __init__(
        self, realm_id: str, clock: Callable[[], datetime], style: Callable[[], str]
    ) -> None:
        """No subscription yet.

        Args:
            realm_id: whose changes they are.
            clock: what time it is.
            style: "cloudevents" or "notifications", asked for with each body.
        """
        self._realm_id = realm_id
        self._clock = clock
        self._style = style
        self._to: SplitResult | None = None
        self._waiting: SimpleQueue[Change | None] = SimpleQueue()
        self._thread: Thread | None = None
        self.token = secrets.token_hex(16)

    def subscribe(self, url: str) -> None:
        """From now on tell this address of changes; "" tells nobody any more.

        Raises:
            ValueError: the address is not one of this machine.
        """
        to = urlsplit(url)
        if url and (to.scheme != "http" or to.hostname not in _HERE):
            raise ValueError("a webhook's address is http, and on this machine")
        self._to = to if url else None
        if url and self._thread is None:
            self._thread = Thread(target=self._deliver, daemon=True)
            self._thread.start()

    def note(self, name: str, record_id: str, done: str, gone: str = "") -> None:
        """Tell of a change, soon; of a kind that is not told of, or to nobody, nothing is said."""
        if self._to is not None and name in _TOLD and done in _DONE:
            self._waiting.put(Change(_TOLD[name], record_id, done, self._clock(), gone))

    def close(self) -> None:
        """Tell what is still waiting, and stop."""
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join()

    def _deliver(self) -> None:
        """Post what is waiting, several changes at once if they are, until told to stop."""
        while True:
            changes = [self._waiting.get()]
            with suppress(Empty):
                while changes[-1] is not None:
                    changes.append(self._waiting.get_nowait())
            told = [change for change in changes if change is not None]
            if told and self._to is not None:
                # Whoever does not answer misses it: QuickBooks tries again, the sandbox does not.
                with suppress(OSError, HTTPException):
                    self._post(self._to, self._body(told))
            if changes[-1] is None:
                return

    def _body(self, changes: Iterable[Change]) -> bytes:
        if self._style() == "cloudevents":
            return orjson.dumps([self._event(change) for change in changes])
        entities = [_entity(change) for change in changes]
        notice = {"realmId": self._realm_id, "dataChangeEvent": {"entities": entities}}
        return orjson.dumps({"eventNotifications": [notice]})

    def _event(self, change: Change) -> dict[str, Any]:
        event: dict[str, Any] = {
            "specversion": "1.0",
            "id": f"{secrets.token_hex(16)}-{change.name}-{change.record_id}",
            "source": _SOURCE,
            "type": f"qbo.{change.name.lower()}.{_DONE[change.done][1]}.v1",
            "datacontenttype": "application/json",
            "time": _stamp(change.at),
            "intuitentityid": change.record_id,
            "intuitaccountid": self._realm_id,
        }
        return event | {"data": {"deletedid": change.gone} if change.gone else {}}

    def _post(self, to: SplitResult, body: bytes) -> None:
        signed = base64.b64encode(hmac.digest(self.token.encode(), body, hashlib.sha256)).decode()
        head = {"Content-Type": "application/json", "intuit-signature": signed}
        connection = HTTPConnection(to.hostname or "", to.port or 80, timeout=_ANSWER_S)
        try:
            path = f"{to.path or '/'}?{to.query}" if to.query else to.path or "/"
            connection.request("POST", path, body, head)
            connection.getresponse().read()
        finally:
            connection.close()


def _entity(change: Change) -> dict[str, str]:
    told = {"name": change.name, "id": change.record_id, "operation": _DONE[change.done][0]}
    told |= {"deletedId": change.gone} if change.gone else {}
    return told | {"lastUpdated": _stamp(change.at)}


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

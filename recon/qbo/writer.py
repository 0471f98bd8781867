"""Sends finished requests to QuickBooks, and finds out what became of one whose answer was lost."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from recon.errors import OutcomeUnknownError, RecordNotFoundError, RejectedError, RemoteError
from recon.plan import Write
from recon.ports import Answers, Parcel, Sending
from recon.qbo.answers import error_of_item
from recon.qbo.client import TAX_SERVICE, QboClient, Record
from recon.qbo.crew import Crew
from recon.qbo.query import select
from recon.rules.names import without_deleted

BATCH = 30
"""Items in one batch. Source: Intuit, Batch entity page, read 2026-11-22."""

_BID_MAX = 10
_LISTS = {"Customer", "Vendor", "Employee", "Item"}
_SALES = {"Invoice", "Payment", "CreditMemo", "SalesReceipt", "RefundReceipt", "Estimate"}
_NOT_CONTENT = {"Id", "SyncToken", "sparse"}
_DERIVED = {
    "MetaData", "domain", "status", "FullyQualifiedName", "Level", "Balance", "BalanceWithJobs",
    "TotalAmt", "HomeTotalAmt", "HomeBalance", "UnappliedAmt", "LinkedTxn", "IsProject",
    "ClientEntityId", "RootCustomerRef", "V4IDPseudonym",
}  # fmt: skip
"""Fields that QuickBooks works out itself: leaving them out of a full update empties nothing."""


class QboWriter:
    """Writes to one company through its API."""

    def __init__(self, client: QboClient, *, may_write: bool = True) -> None:
        """A writer through one client.

        Args:
            client: of the company.
            may_write: False for books that are only looked at until a person says otherwise.
        """
        self._client = client
        self.may_write = may_write

    @property
    def realm(self) -> str:
        """The company's id."""
        return self._client.realm

    @property
    def environment(self) -> str:
        """The kind of company: "production" or "sandbox"."""
        return self._client.environment

    def require(self, _writes: Sequence[Write]) -> None:
        """Nothing is needed besides the sign-in."""

    def send(self, write: Write, body: Mapping[str, Any], request_id: str) -> dict[str, Any]:
        """Send one write; answers with the record as it now is.

        Raises:
            BusyError, OutcomeUnknownError, AuthError: it may be sent again.
            RejectedError: QuickBooks refused it; or it is an update that would empty fields.
        """
        if write.entity == TAX_SERVICE:
            return self._client.create_tax_code(body, request_id)
        if write.operation == "create":
            return self._client.create(write.entity, body, request_id)
        if write.operation == "delete":
            return {"SyncToken": "", **self._client.delete(write.entity, body, request_id)}
        self._refuse_to_empty_fields(write, body)
        return self._client.update(write.entity, body, request_id)

    @property
    def most_together(self) -> int:
        """Items in one batch."""
        return BATCH

    def fits(self, write: Write) -> bool:
        """Whether a batch may hold it: a new name, or a sparse update that carries its guard."""
        if write.operation == "create":
            return write.entity in _LISTS
        body = write.body
        guarded = "Id" in body and "SyncToken" in body and body.get("sparse") is True
        return write.operation == "update" and guarded and write.entity in _LISTS | _SALES

    def send_together(
        self, parcels: Sequence[Parcel]
    ) -> Iterator[tuple[Parcel, Answers | RemoteError]]:
        """Send batches side by side, within the pace of the company; answers as they come."""
        with Crew(self._client, len(parcels)) as crew:
            for parcel, answers in crew.each((parcel, _posting(parcel)) for parcel in parcels):
                yield parcel, cast("Answers | RemoteError", answers)

    def find(self, write: Write, body: Mapping[str, Any]) -> dict[str, Any] | None:
        """The record as the write would have left it, when it is there; None when it is not.

        A body without content is matched by the record as it is now, whatever it holds.
        """
        found = self._look(write, body)
        self._client.meter.flush()
        if write.operation == "delete":
            gone = found is None or found.get("status") == "Deleted"
            return {"Id": str(body["Id"]), "SyncToken": ""} if gone else None
        made_elsewhere = write.entity == TAX_SERVICE
        content = {k: v for k, v in body.items() if k not in _NOT_CONTENT and not made_elsewhere}
        return found if found is not None and _holds(found, content) else None

    def _look(self, write: Write, body: Mapping[str, Any]) -> Record | None:
        if "Id" in body:
            try:
                return self._client.read(write.entity, str(body["Id"]))
            except RecordNotFoundError:
                return None
        if write.look_up is None:
            return None
        asked = {write.look_up.field: write.look_up.value}
        rows = self._client.query(select(write.look_up.entity, asked))
        if write.look_up.entity != write.entity:  # a service, which makes another kind of record
            return rows[0] if rows else None
        content = {k: v for k, v in body.items() if k not in _NOT_CONTENT}
        return next((row for row in rows if _holds(row, content)), None)

    def _refuse_to_empty_fields(self, write: Write, body: Mapping[str, Any]) -> None:
        """A full update empties whatever it leaves out, so it must leave nothing out.

        Source: Intuit, "Full update": writable fields omitted are set to NULL; read 2026-11-22.
        """
        if not ("Id" in body and "SyncToken" in body):
            raise RejectedError(
                f"Write {write.id} is an update without Id and SyncToken; it was not sent.",
                remedy="Propose a new plan.",
            )
        if body.get("sparse") is True:
            return
        now = self._client.read(write.entity, str(body["Id"]))
        lost = sorted(k for k in now if k not in body and k not in _DERIVED | _NOT_CONTENT)
        if lost:
            raise RejectedError(
                f"Write {write.id} would empty {', '.join(lost)}; it was not sent.",
                remedy="Propose a new plan with a sparse update.",
            )


def _posting(parcel: Parcel) -> Callable[[QboClient], Answers | RemoteError]:
    """The call that sends one batch; what stops it is an answer too."""
    numbered = {_bid(sending.write.id): sending for sending in parcel.sendings}

    def call(client: QboClient) -> Answers | RemoteError:
        items = [
            {"bId": bid, "operation": s.write.operation, s.write.entity: dict(s.body)}
            for bid, s in numbered.items()
        ]
        try:
            found = client.batch(items, parcel.request_id)
        except RemoteError as error:
            return error
        told = ((s, _item(found.get(bid), s)) for bid, s in numbered.items())
        return {s.write.id: answer for s, answer in told if answer is not None}

    return call


def _bid(write_id: str) -> str:
    """An item's name in a batch: the write's own, so that a repeated answer is never another's.

    A batch that is sent again with fewer items may be answered with what it was answered before.
    """
    if len(write_id) <= _BID_MAX:
        return write_id
    return hashlib.sha256(write_id.encode()).hexdigest()[:_BID_MAX]


def _item(item: Record | None, sending: Sending) -> Record | RemoteError | None:
    """What became of one item of a batch; None when its answer does not say."""
    error = error_of_item(item, "") if item else None
    if error is not None:
        # Busy or signed out in the middle of a batch: whether the item was done is looked up.
        return error if isinstance(error, RejectedError | OutcomeUnknownError) else None
    record = (item or {}).get(sending.write.entity)
    if not (isinstance(record, dict) and "Id" in record and "SyncToken" in record):
        return None
    ours = str(sending.body.get("Id", record["Id"])) == str(record["Id"])
    return record if ours else None


def _holds(record: object, asked: object) -> bool:
    """Whether a record shows everything that was asked for; what else it holds does not matter.

    QuickBooks adds to what it is sent (names to references, ids to lines), writes numbers its own
    way, leaves empty fields out, and marks the names of inactive records.
    """
    if isinstance(asked, Mapping):
        shown = record if isinstance(record, Mapping) else {}
        if "value" in asked:
            return _same(shown.get("value"), asked["value"])
        if shown.get("Active") is False:
            shown, asked = ({k: _unmarked(v) for k, v in side.items()} for side in (shown, asked))
        return all(_holds(shown.get(key), value) for key, value in asked.items())
    if isinstance(asked, Sequence) and not isinstance(asked, str):
        lines = record if isinstance(record, Sequence) and not isinstance(record, str) else []
        enough = len(lines) >= len(asked) if asked else not lines  # none asked for: all taken off
        return enough and all(map(_holds, lines, asked))
    return _same(record, asked)


def _unmarked(value: Any) -> Any:
    return without_deleted(value) if isinstance(value, str) else value


def _same(shown: object, asked: object) -> bool:
    """Equal but for spelling: a number or flag may be sent as text, missing is as good as empty.

    Two texts are never compared as numbers: invoices 1E5 and 100000 are not one.
    """
    one, other = ("" if value is None or value == {} else value for value in (shown, asked))
    if isinstance(one, bool) or isinstance(other, bool):
        return str(one).casefold() == str(other).casefold()
    if isinstance(one, int | float) or isinstance(other, int | float):
        try:
            return Decimal(str(one).strip()) == Decimal(str(other).strip())
        except InvalidOperation:
            return False
    return str(one).strip() == str(other).strip()

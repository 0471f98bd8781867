"""Sends finished requests to QuickBooks, and finds out what became of one whose answer was lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from recon.errors import RecordNotFoundError, RejectedError
from recon.plan import Write
from recon.qbo.client import TAX_SERVICE, QboClient, Record
from recon.qbo.query import select
from recon.rules.names import without_deleted

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

    def find(self, write: Write, body: Mapping[str, Any]) -> dict[str, Any] | None:
        """The record as the write would have left it, when it is there; None when it is not.

        A body without content is matched by the record as it is now, whatever it holds.
        """
        found = self._look(write, body)
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
        return len(lines) >= len(asked) and all(map(_holds, lines, asked))
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

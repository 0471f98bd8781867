"""One company of QuickBooks Online, called through python-quickbooks.

One client a thread: clients made by `for_another_thread` share sign-in and pace.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from quickbooks.client import QuickBooks
from quickbooks.exceptions import QuickbooksException

from recon.calls.addresses import is_loopback
from recon.calls.pace import Pace
from recon.calls.patience import Patience
from recon.errors import ConfigError, OutcomeUnknownError
from recon.qbo.auth import SignIn
from recon.qbo.changes import changed_in
from recon.qbo.credentials import Credentials
from recon.qbo.pace import pace_of
from recon.qbo.tokens import MemoryStore, Tokens
from recon.qbo.transport import Meter, Transport

_MINOR_VERSION = 75
_LONG_AGO = datetime.min.replace(tzinfo=UTC) + timedelta(days=365)
TAX_SERVICE = "TaxService"
Record = dict[str, Any]


class QboClient:
    """Reads and writes single records; every error is one of `recon.errors`."""

    def __init__(
        self,
        sign_in: SignIn,
        pace: Pace | None = None,
        patience: Patience | None = None,
        meter: Meter | None = None,
    ) -> None:
        """A client of one company.

        Args:
            sign_in: whose company, and the tokens.
            pace: how fast, from `pace_of`; None for a server on this computer.
            patience: how long to wait; the default suits Intuit's servers.
            meter: counts the reads of this client and of those for other threads.
        """
        self.sign_in = sign_in
        self.pace = pace
        self._patience = patience or Patience()
        self.meter = meter or Meter()
        self._transport = Transport(sign_in, pace, self._patience, self.meter)
        self._qb = _library(sign_in.credentials, self._transport)

    def __repr__(self) -> str:
        return f"QboClient(realm={self.realm!r}, environment={self.environment!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give up the connections."""
        self._transport.close()

    def for_another_thread(self) -> QboClient:
        """A client of the same company with its own connection."""
        return QboClient(self.sign_in, self.pace, self._patience, self.meter)

    @property
    def realm(self) -> str:
        """The company's id."""
        return self.sign_in.credentials.realm_id

    @property
    def environment(self) -> str:
        """The kind of company: "production" or "sandbox"."""
        return self.sign_in.credentials.world

    def query(self, statement: str) -> list[Record]:
        """Records of one query, one page, as they were sent."""
        return self.query_at(statement)[0]

    def query_at(self, statement: str) -> tuple[list[Record], datetime]:
        """The same, and QuickBooks' own time when it answered."""
        answer = self._query(statement)
        found = answer["QueryResponse"]
        rows = [value for value in found.values() if isinstance(value, list)]
        return rows[0] if rows else [], _time_of(answer)

    def count(self, statement: str) -> int:
        """The number that a COUNT query answers."""
        return int(self._query(statement)["QueryResponse"].get("totalCount") or 0)

    def changes(
        self, entities: Sequence[str], since: datetime
    ) -> tuple[dict[str, list[Record]], datetime]:
        """What was written or deleted since a moment, by kind, and when QuickBooks answered.

        Raises:
            RejectedError: longer ago than 30 days, or a kind that is not tracked.
        """
        moment = since.isoformat(timespec="seconds")
        answer = self._call(self._qb.change_data_capture, ",".join(entities), moment)
        try:
            return changed_in(answer), _time_of(answer)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise _unusable("what changed") from None

    def company(self) -> str:
        """The company's name."""
        rows = self.query("SELECT * FROM CompanyInfo")
        return str(rows[0].get("CompanyName") or "") if rows else ""

    def read(self, entity: str, record_id: str) -> Record:
        """One record by its id: unlike a query's row, its SyncToken can be relied on.

        Raises:
            RecordNotFoundError: there is none.

        Source: SyncToken of a list query reported stale in intuit/QuickBooks-V3-DotNET-SDK issue
            366, read 2026-11-22.
        """
        return self._record(entity, self._call(self._qb.get_single_object, entity, pk=record_id))

    def create(self, entity: str, body: Mapping[str, Any], request_id: str = "") -> Record:
        """Create, and answer with the record as it now is.

        The body is posted as it stands: the library's own objects fill in empty fields.
        """
        return self._write(self._qb.create_object, entity, body, request_id)

    def create_tax_code(self, body: Mapping[str, Any], request_id: str = "") -> Record:
        """Make a tax code with its rates; answers with the code's id.

        Source: Intuit, TaxService entity: its answer is flat, with TaxCodeId; read 2026-11-22.
        """
        text = json.dumps(body, ensure_ascii=False, sort_keys=True).encode()
        answer = self._call(
            self._qb.create_object, f"{TAX_SERVICE}/Taxcode", text, request_id=request_id or None
        )
        if "TaxCodeId" not in answer:
            raise _unusable(TAX_SERVICE)
        return {**answer, "Id": str(answer["TaxCodeId"]), "SyncToken": "0"}

    def update(self, entity: str, body: Mapping[str, Any], request_id: str = "") -> Record:
        """Full or sparse update, as the body says; answers with the record as it now is."""
        return self._write(self._qb.update_object, entity, body, request_id)

    def delete(self, entity: str, body: Mapping[str, Any], request_id: str = "") -> Record:
        """Delete a transaction; answers with its id and status."""
        return self._write(self._qb.delete_object, entity, body, request_id)

    def batch(self, items: Sequence[Record], request_id: str) -> dict[str, Record]:
        """Send up to 30 items in one request; answers with each item's answer by its bId.

        An item that got no answer is missing. The library's own batches carry no request id, and
        its bIds are longer than Intuit allows beside one.

        Source: Intuit, Batch entity page (30 items) and "Request ID update", 2015-04-06 (request
            id up to 36 characters, bId up to 10); read 2026-11-22.
        """
        url = f"{self._qb.api_url}/company/{self.realm}/batch"
        body = {"BatchItemRequest": list(items)}
        text = json.dumps(body, ensure_ascii=False, sort_keys=True).encode()
        answer = self._call(self._qb.post, url, text, request_id=request_id)
        found = answer.get("BatchItemResponse")
        if not isinstance(found, list):
            raise _unusable("a batch")
        return {
            str(item["bId"]): item for item in found if isinstance(item, dict) and "bId" in item
        }

    def _write(self, call: Any, entity: str, body: Mapping[str, Any], request_id: str) -> Record:
        text = json.dumps(body, ensure_ascii=False, sort_keys=True).encode()
        return self._record(entity, self._call(call, entity, text, request_id=request_id or None))

    def _query(self, statement: str) -> Record:
        answer = self._call(self._qb.query, statement.encode())
        if not isinstance(answer.get("QueryResponse"), dict):
            raise _unusable("a query")
        return answer

    def _record(self, entity: str, answer: Record) -> Record:
        record = answer.get(entity)
        if not isinstance(record, dict):
            raise _unusable(entity)
        return record

    def _call(self, call: Any, *args: Any, **kwargs: Any) -> Record:
        try:
            answer = call(*args, **kwargs)
        except QuickbooksException:
            # Faults were raised by the transport; what the library still trips over is a broken
            # body, which its message quotes: it must not reach a traceback.
            raise _unusable("the call") from None
        if not isinstance(answer, dict):
            raise _unusable("the call")
        return answer


def sandbox_client(told: Mapping[str, str], patience: Patience | None = None) -> QboClient:
    """A client of the local sandbox, from what `recon sandbox` prints when it starts.

    Args:
        told: base_url, discovery_url, realm_id, client_id, client_secret, access_token and
            refresh_token.
        patience: how long to wait.

    Raises:
        ConfigError: something is missing, or the address is not on this computer.
    """
    try:
        credentials = Credentials(
            realm_id=told["realm_id"],
            client_id=told["client_id"],
            client_secret=told["client_secret"],
            environment=told["discovery_url"],
            base_url=told["base_url"],
        )
        tokens = Tokens(told["access_token"], told["refresh_token"])
    except KeyError as error:
        raise ConfigError(
            f"The sandbox's own description lacks {error.args[0]}.",
            remedy="Pass on the first line that `recon sandbox` prints.",
        ) from error
    return QboClient(SignIn(credentials, MemoryStore(tokens)), None, patience)


def live_client(
    sign_in: SignIn, patience: Patience | None = None, meter: Meter | None = None
) -> QboClient:
    """A client of a connected company: paced, unless its server is on this computer."""
    whose = sign_in.credentials
    local = is_loopback(whose.base_url)
    pace = None if local else pace_of(whose.realm_id, whose.client_id)
    return QboClient(sign_in, pace, patience, meter)


def _library(credentials: Credentials, transport: Transport) -> Any:
    qb = QuickBooks(company_id=credentials.realm_id, minorversion=_MINOR_VERSION)
    qb.session = transport
    qb.sandbox = credentials.world == "sandbox"
    if credentials.base_url:
        qb.sandbox_api_url_v3 = f"{credentials.base_url.rstrip('/')}/v3"
    return qb


def _time_of(answer: Record) -> datetime:
    """When QuickBooks answered, by its own clock; long ago when it does not say."""
    try:
        told = datetime.fromisoformat(str(answer.get("time")))
    except ValueError:
        return _LONG_AGO
    return told if told.tzinfo else _LONG_AGO


def _unusable(what: str) -> OutcomeUnknownError:
    return OutcomeUnknownError(
        f"The answer to {what} cannot be read.",
        remedy="Run it again; recon looks up what happened.",
    )

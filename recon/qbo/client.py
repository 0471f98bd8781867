"""One company of QuickBooks Online, called through python-quickbooks.

One client a thread: clients made by `for_another_thread` share sign-in and pace.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Self

from pyrate_limiter import Limiter
from quickbooks.client import QuickBooks
from quickbooks.exceptions import QuickbooksException

from recon.errors import ConfigError, OutcomeUnknownError
from recon.qbo.auth import SignIn
from recon.qbo.credentials import Credentials, is_loopback
from recon.qbo.tokens import MemoryStore, Tokens
from recon.qbo.transport import Patience, Transport, paced

_MINOR_VERSION = 75
TAX_SERVICE = "TaxService"
Record = dict[str, Any]


class QboClient:
    """Reads and writes single records; every error is one of `recon.errors`."""

    def __init__(
        self, sign_in: SignIn, limiter: Limiter | None = None, patience: Patience | None = None
    ) -> None:
        """A client of one company.

        Args:
            sign_in: whose company, and the tokens.
            limiter: the pace, from `paced()`; None for a server on this computer.
            patience: how long to wait; the default suits Intuit's servers.
        """
        self._sign_in = sign_in
        self._limiter = limiter
        self._patience = patience or Patience()
        self._transport = Transport(sign_in, limiter, self._patience)
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
        return QboClient(self._sign_in, self._limiter, self._patience)

    @property
    def realm(self) -> str:
        """The company's id."""
        return self._sign_in.credentials.realm_id

    @property
    def environment(self) -> str:
        """The kind of company: "production" or "sandbox"."""
        return self._sign_in.credentials.world

    def query(self, statement: str) -> list[Record]:
        """Records of one query, one page, as they were sent."""
        found = self._query(statement)
        rows = [value for value in found.values() if isinstance(value, list)]
        return rows[0] if rows else []

    def count(self, statement: str) -> int:
        """The number that a COUNT query answers."""
        return int(self._query(statement).get("totalCount") or 0)

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

    def _write(self, call: Any, entity: str, body: Mapping[str, Any], request_id: str) -> Record:
        text = json.dumps(body, ensure_ascii=False, sort_keys=True).encode()
        return self._record(entity, self._call(call, entity, text, request_id=request_id or None))

    def _query(self, statement: str) -> Record:
        answer = self._call(self._qb.query, statement.encode())
        found = answer.get("QueryResponse")
        if not isinstance(found, dict):
            raise _unusable("a query")
        return found

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
    if not (is_loopback(credentials.base_url) and is_loopback(credentials.environment)):
        raise ConfigError(
            "The sandbox of this description is not on this computer.",
            remedy="Pass on the first line that `recon sandbox` prints.",
        )
    return QboClient(SignIn(credentials, MemoryStore(tokens)), None, patience)


def live_client(sign_in: SignIn, patience: Patience | None = None) -> QboClient:
    """A client of a connected company: paced, unless its server is on this computer."""
    local = is_loopback(sign_in.credentials.base_url)
    return QboClient(sign_in, None if local else paced(), patience)


def _library(credentials: Credentials, transport: Transport) -> Any:
    qb = QuickBooks(company_id=credentials.realm_id, minorversion=_MINOR_VERSION)
    qb.session = transport
    qb.sandbox = credentials.world == "sandbox"
    if credentials.base_url:
        qb.sandbox_api_url_v3 = f"{credentials.base_url.rstrip('/')}/v3"
    return qb


def _unusable(what: str) -> OutcomeUnknownError:
    return OutcomeUnknownError(
        f"The answer to {what} cannot be read.",
        remedy="Run it again; recon looks up what happened.",
    )

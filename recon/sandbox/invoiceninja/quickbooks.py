"""The app's own line to QuickBooks: what its sync asks, over HTTP, of a server on this machine.

Nothing of recon's client is used: what the app does must not depend on how recon does it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import quote, urlsplit

from recon.sandbox.company import Record

_TIMEOUT_S = 30.0
_PAGE = 1000


class UnansweredError(Exception):
    """QuickBooks refused, or could not be reached.

    Attributes:
        code: of the fault, "" when there was none.
    """

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class QuickBooks:
    """One company in a QuickBooks-compatible server.

    Args:
        base_url: of the server; its API is at base_url + "/v3".
        realm_id: of the company.
        access_token: what the app was given when it was connected.
    """

    def __init__(self, base_url: str, realm_id: str, access_token: str) -> None:
        self._address = urlsplit(base_url)
        self._path = f"/v3/company/{realm_id}"
        self._headers = {
            "Authorization": f"Bearer {access_token}",
            "Accept": "application/json",
            "Content-Type": "application/json",
        }

    def query(self, statement: str) -> list[Record]:
        """The records of one query."""
        answer = self._send("GET", f"query?query={quote(statement)}")["QueryResponse"]
        return next((found for found in answer.values() if isinstance(found, list)), [])

    def every(self, entity: str) -> Iterator[Record]:
        """All active records of an entity, page by page."""
        start = 1
        while True:
            window = f"STARTPOSITION {start} MAXRESULTS {_PAGE}"
            page = self.query(f"SELECT * FROM {entity} ORDERBY Id {window}")  # noqa: S608 - own words
            yield from page
            if len(page) < _PAGE:
                return
            start += _PAGE

    def first(self, entity: str, field: str, value: str, more: str = "") -> Record | None:
        """The first record of which a field has a value."""
        escaped = value.replace("\\", "\\\\").replace("'", "\\'")
        where = f"{field} = '{escaped}'{more}"
        found = self.query(f"SELECT * FROM {entity} WHERE {where} MAXRESULTS 1")  # noqa: S608 - escaped
        return found[0] if found else None

    def read(self, entity: str, record_id: str) -> Record | None:
        """One record by its id, None when there is none."""
        try:
            answer = self._send("GET", f"{entity.lower()}/{quote(record_id, safe='')}")
        except UnansweredError as error:
            if error.code in {"610", "2030"}:
                return None
            raise
        found: Record = answer[entity]
        return found

    def write(self, entity: str, body: Record) -> Record:
        """Create or update.

        Raises:
            UnansweredError: with the fault's code.
        """
        written: Record = self._send("POST", entity.lower(), body)[entity]
        return written

    def _send(self, method: str, path: str, body: Record | None = None) -> Any:
        """The JSON of an answer that is no fault.

        Raises:
            UnansweredError: it is one, or there is none.
        """
        host, port = self._address.hostname or "", self._address.port
        connection = HTTPConnection(host, port, timeout=_TIMEOUT_S)
        try:
            text = None if body is None else json.dumps(body)
            connection.request(method, f"{self._path}/{path}", text, self._headers)
            answer = json.loads(connection.getresponse().read())
        except (OSError, HTTPException, ValueError) as error:
            raise UnansweredError("QuickBooks cannot be reached.") from error
        finally:
            connection.close()
        fault = answer.get("Fault") or answer.get("fault")
        if not fault:
            return answer
        told = (fault.get("Error") or fault.get("error") or [{}])[0]
        message = told.get("Detail") or told.get("detail") or told.get("Message") or ""
        raise UnansweredError(str(message), str(told.get("code", "")))

"""The app's own line to QuickBooks: what its sync asks, over HTTP, of a server on this machine.

Nothing of recon's client is used: what the app does must not depend on how recon does it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from recon.sandbox.books.company import Record

_TIMEOUT_S = 30.0
_PAGE = 1000
_GOOD, _UNAUTHORISED = 200, 401
_BACK = "http://127.0.0.1/quickbooks/authorized"


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

    The app is connected by a consent of its own, so its tokens are nobody else's.

    Args:
        base_url: of the server; its API is at base_url + "/v3".
        realm_id: of the company.
        client_id, client_secret: of the app, as the server knows it.
    """

    def __init__(self, base_url: str, realm_id: str, client_id: str, client_secret: str) -> None:
        self._address = urlsplit(base_url)
        self._path = f"/v3/company/{realm_id}"
        self._client_id = client_id
        basic = base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
        self._basic = {
            "Authorization": f"Basic {basic}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self._access = self._refresh = ""

    @classmethod
    def described(cls, told: Mapping[str, str]) -> QuickBooks:
        """The company that a running sandbox describes."""
        names = ("base_url", "realm_id", "client_id", "client_secret")
        return cls(*(told[name] for name in names))

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
        """The JSON of an answer that is no fault; an access token that ran out is renewed once.

        Raises:
            UnansweredError: it is one, or there is none.
        """
        text = None if body is None else json.dumps(body)
        if not self._access:
            self._consent()
        status, answer = self._call(method, path, text)
        if status == _UNAUTHORISED:
            self._grant({"grant_type": "refresh_token", "refresh_token": self._refresh})
            _, answer = self._call(method, path, text)
        fault = answer.get("Fault") or answer.get("fault")
        if not fault:
            return answer
        told = (fault.get("Error") or fault.get("error") or [{}])[0]
        message = told.get("Detail") or told.get("detail") or told.get("Message") or ""
        raise UnansweredError(str(message), str(told.get("code", "")))

    def _call(self, method: str, path: str, text: str | None) -> tuple[int, Any]:
        headers = {
            "Authorization": f"Bearer {self._access}",
            "Accept": "application/json",
            "Content-Type": "application/json",
        }
        status, _, content = self._ask(method, f"{self._path}/{path}", text, headers)
        return status, _json(content)

    def _consent(self) -> None:
        """Connect: the server consents at once, and its code is exchanged for tokens."""
        asked = {
            "client_id": self._client_id,
            "response_type": "code",
            "scope": "com.intuit.quickbooks.accounting",
            "redirect_uri": _BACK,
            "state": "connect",
        }
        _, location, _ = self._ask("GET", f"/connect/oauth2?{urlencode(asked)}", None, {})
        code = dict(parse_qsl(urlsplit(location).query)).get("code", "")
        self._grant({"grant_type": "authorization_code", "code": code, "redirect_uri": _BACK})

    def _grant(self, form: dict[str, str]) -> None:
        path = "/oauth2/v1/tokens/bearer"
        status, _, content = self._ask("POST", path, urlencode(form), self._basic)
        granted = _json(content)
        if status != _GOOD:
            raise UnansweredError(f"QuickBooks has to be connected again ({granted}).")
        self._access, self._refresh = granted["access_token"], granted["refresh_token"]

    def _ask(
        self, method: str, path: str, text: str | None, headers: dict[str, str]
    ) -> tuple[int, str, bytes]:
        """Status, address to go to and body of an answer.

        Raises:
            UnansweredError: there is none.
        """
        host, port = self._address.hostname or "", self._address.port
        connection = HTTPConnection(host, port, timeout=_TIMEOUT_S)
        try:
            connection.request(method, path, text, headers)
            answer = connection.getresponse()
            return answer.status, answer.getheader("Location", ""), answer.read()
        except (OSError, HTTPException) as error:
            raise UnansweredError("QuickBooks cannot be reached.") from error
        finally:
            connection.close()


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError as error:
        raise UnansweredError("What answered is not QuickBooks.") from error

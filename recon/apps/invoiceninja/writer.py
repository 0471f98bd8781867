"""Changes records in Invoice Ninja over its API, and finds out what became of a lost answer.

    before    the record is read again: what was planned on must still be there
    the call  one field changed, everything that an update would lose beside it (`changes`)
    after     the answer must show what was asked for

The API knows no request ids, so nothing is repeated blindly: whoever applies looks first. A merge
cannot be undone and wants the password of the token's owner; what is gone afterwards is the client
that was merged, and that is how a lost answer is told.

Source: Invoice Ninja API reference 5.12.55, "Merge client" (the first id of the address stays;
X-API-PASSWORD), read 2026-11-26; the link to QuickBooks of the client that goes is lost: behaviour
of 5.10.42, read 2026-11-22.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any
from urllib.parse import quote

from recon.apps.calls import Calls
from recon.apps.invoiceninja.changes import PATHS, Record, call_for, differs, shown, unknown
from recon.apps.invoiceninja.company import APP, calls_of, company_of, key_of, name_of
from recon.apps.invoiceninja.records import inner
from recon.calls.addresses import is_loopback
from recon.calls.pace import Pace
from recon.calls.patience import Patience
from recon.errors import (
    OutcomeUnknownError,
    RecordNotFoundError,
    RejectedError,
    RemoteError,
    StaleRecordError,
)
from recon.plan import Write
from recon.ports import Answers, Parcel

_AGAIN = "Pull again, and propose anew."


class InvoiceNinjaWriter:
    """Writes to the company that a token belongs to.

    Args:
        url: of the installation.
        token: asked for when something is sent.
        password: of the token's owner, asked for when a merge is to be sent.
        may_write: False for a company that is only read until a person says otherwise.
        pace: how fast; None for none.
        patience: how long to wait for what.
    """

    def __init__(
        self,
        url: str,
        token: Callable[[], str],
        password: Callable[[], str],
        *,
        may_write: bool = True,
        pace: Pace | None = None,
        patience: Patience | None = None,
    ) -> None:
        self.url = url
        self.may_write = may_write
        self.password = password
        self._token = token
        self._pace = pace
        self._patience = patience

    @cached_property
    def _calls(self) -> Calls:
        return calls_of(self.url, self._token(), pace=self._pace, patience=self._patience)

    @cached_property
    def realm(self) -> str:
        """Which company it writes to; where its key is not told, its name."""
        company = company_of(self._calls)
        return key_of(company) or name_of(company)

    @property
    def environment(self) -> str:
        """The kind of installation: "sandbox" for a server on this machine, else "production"."""
        return "sandbox" if is_loopback(self.url) else "production"

    @property
    def most_together(self) -> int:
        """Each write needs its own request."""
        return 1

    def fits(self, _write: Write) -> bool:
        """Nothing leaves together with others."""
        return False

    def send_together(
        self, parcels: Sequence[Parcel]
    ) -> Iterator[tuple[Parcel, Answers | RemoteError]]:
        """Nothing leaves together with others."""
        assert not parcels
        yield from ()

    def close(self) -> None:
        """Give up the connections."""
        if "_calls" in self.__dict__:
            self._calls.close()

    def require(self, writes: Sequence[Write]) -> None:
        """Refuse to begin where a merge is to be sent and its password is not known.

        Raises:
            ConfigError: it is not.
        """
        if any(write.operation == "merge" for write in writes):
            self.password()

    def send(self, write: Write, body: Mapping[str, Any], _request_id: str) -> dict[str, Any]:
        """Send one write; answers with its Id and when the record was changed, as SyncToken.

        Raises:
            BusyError, OutcomeUnknownError, AuthError: it may be sent again.
            StaleRecordError: somebody changed what was planned on; nothing was sent.
            RejectedError: the app refused it, or the record is not there any more.
        """
        if write.operation == "merge":
            return self._merge(body)
        if strange := unknown(write.entity, body):
            raise RejectedError(
                f"recon does not know how to change {', '.join(strange)} of a {write.entity} in "
                f"{APP}; nothing was sent.",
                remedy="Do it by hand.",
            )
        record = self._read(write.entity, str(body["Id"]))
        if differs(write.entity, record, write.restore):
            raise StaleRecordError(
                f"Somebody changed the record in {APP} since the plan was made.", remedy=_AGAIN
            )
        call = call_for(write.entity, record, body)
        now = _record(self._calls.send(call.method, call.path, call.body), record["id"])
        if now is None or differs(write.entity, now, body):
            raise OutcomeUnknownError(f"The answer of {APP} does not show what was asked for.")
        return _answer(write.entity, now)

    def find(self, write: Write, body: Mapping[str, Any]) -> dict[str, Any] | None:
        """The record as the write would have left it, when it is there; None when it is not.

        A body without content is matched by the record as it is now, whatever it holds.
        """
        record = self._look(write.entity, str(body["Id"]))
        if write.operation == "merge":
            if record is not None:
                return None
            kept = self._look(write.entity, str(body["into"]))
            return None if kept is None else _answer(write.entity, kept)
        if record is None or differs(write.entity, record, body):
            return None
        return _answer(write.entity, record)

    def _merge(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Merge `Id` into `into`, if both are still what was looked at."""
        drop, keep = (self._read("customer", str(body[name])) for name in ("Id", "into"))
        for name, record in (("Id", drop), ("into", keep)):
            if changed := differs("customer", record, body["seen"][name]):
                raise RejectedError(
                    f"Somebody changed one of the two clients in {APP} since the plan was made: "
                    f"{', '.join(changed)}. They were not merged.",
                    remedy=_AGAIN,
                )
        if why := _apart(drop, keep):
            raise RejectedError(f"{why} They were not merged.", remedy="Look at both in the app.")
        secret = base64.b64encode(self.password().encode()).decode()
        path = f"clients/{keep['id']}/{drop['id']}/merge"
        told = self._calls.send("POST", path, {}, {"X-API-PASSWORD-BASE64": secret})
        now = _record(told, keep["id"])
        if now is None:
            raise OutcomeUnknownError(f"The answer of {APP} does not show the client that stays.")
        return _answer("customer", now)

    def _look(self, kind: str, record_id: str) -> Record | None:
        """A record as it is now, None when it is gone."""
        try:
            told = self._calls.look(f"{PATHS[kind]}/{quote(record_id, safe='')}").get("data")
        except RecordNotFoundError:
            return None
        return told if isinstance(told, dict) and told.get("id") == record_id else None

    def _read(self, kind: str, record_id: str) -> Record:
        record = self._look(kind, record_id)
        if record is None:
            raise RecordNotFoundError(f"The {kind} is not in {APP} any more.", remedy=_AGAIN)
        return record


def _answer(kind: str, record: Record) -> dict[str, Any]:
    return {
        **shown(kind, record),
        "Id": str(record["id"]),
        "SyncToken": str(record.get("updated_at") or ""),
    }


def _record(told: Mapping[str, Any], record_id: str) -> Record | None:
    """The record in an answer; a bulk action answers with a list."""
    data = told.get("data")
    listed = data if isinstance(data, list) else [data]
    return next((r for r in listed if isinstance(r, dict) and r.get("id") == record_id), None)


def _apart(drop: Record, keep: Record) -> str:
    """Why two clients must not be merged, in a sentence; empty when nothing is against it."""
    links = [inner(each, "sync").get("qb_id") for each in (drop, keep)]
    if links[0] and not links[1]:
        return "The client that would go is linked to QuickBooks, and the link would be lost."
    currencies = [inner(each, "settings").get("currency_id") for each in (drop, keep)]
    if all(currencies) and len(set(currencies)) == 2:
        return "The two clients have different currencies, and their sums would be added up."
    return ""

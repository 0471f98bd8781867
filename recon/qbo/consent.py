"""Connecting a company: the address where somebody says yes, and what comes back from there.

    consent = begin(keys, realm_id="")        the address to open: consent.address
    connected = consent.finish(pasted)        the address at which the person arrived

With development keys the person arrives at this computer (`recon.qbo.loopback`). Production keys
lead to an https page of the firm's own, whatever it shows; its address is pasted back.

Source: Intuit, "Set up OAuth 2.0": `code`, `state` and `realmId` in the redirected address, `error`
when consent was not given; a code works once, for minutes; read 2026-11-22.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from recon.errors import AuthError, InputError, WorkspaceError
from recon.qbo.auth import Clock, utc_now
from recon.qbo.credentials import AppKeys, Credentials
from recon.qbo.intuit import consent_address, granted
from recon.qbo.tokens import Tokens

_LIFE = timedelta(hours=1)
_LONGEST = 4096
_COPY = "Copy the whole address line of the page where you arrived after saying yes."
_AGAIN = "Start again, and use the newest address only."


@dataclass(frozen=True)
class Connected:
    """A company that said yes.

    Attributes:
        credentials: which app may now call which company.
        tokens: what lets it in.
    """

    credentials: Credentials
    tokens: Tokens


@dataclass
class Consent:
    """One attempt to connect, good for one answer.

    Attributes:
        keys: the app that asks.
        address: to be opened by the person.
        state: comes back unchanged; whoever does not know it was not sent by us.
        realm_id: the company that it must be; empty when any will do.
        begun_at: an answer counts for an hour.
    """

    keys: AppKeys
    address: str = field(repr=False)
    state: str = field(repr=False)
    realm_id: str
    begun_at: datetime
    clock: Clock = utc_now
    _answered: bool = False

    def finish(self, pasted: str) -> Connected:
        """Tokens for the address at which the person arrived.

        Raises:
            InputError: it is not that address; it says what it seems to be. It may be tried again.
            WorkspaceError: another company was chosen; nothing was kept.
            AuthError: consent was not given, or Intuit does not take the code: begin again.
            BusyError: the sign-in server cannot be reached.
        """
        code, realm_id = self.read(pasted)
        if self._answered or self.clock() - self.begun_at > _LIFE:
            raise AuthError("This attempt to connect is over.", remedy=_AGAIN)
        if self.realm_id and realm_id != self.realm_id:
            raise WorkspaceError(
                f"Company {realm_id} was chosen, but this workspace belongs to company "
                f"{self.realm_id}.",
                remedy="Connect again and choose that company, or make a workspace of its own.",
            )
        self._answered = True  # a code that is used twice can cost the tokens of the first time
        tokens = granted(self.keys, code, self.clock())
        return Connected(Credentials.of(self.keys, realm_id), tokens)

    def knows(self, state: str) -> bool:
        """Whether a state is ours, in a time that tells nothing about it."""
        return hmac.compare_digest(state.encode("utf-8", "replace"), self.state.encode())

    def read(self, pasted: str) -> tuple[str, str]:
        """Code and company of a redirected address, and that it answers this very attempt.

        Raises:
            InputError, AuthError: as `finish`. What was pasted is never quoted.
        """
        told = self._parts("".join(pasted.split()).strip("\"'<>"))
        if not self.knows(told.get("state", "")):
            raise InputError(
                "This address belongs to another attempt to connect, or is not whole.",
                remedy=_AGAIN,
            )
        if "error" in told:
            said_no = told["error"] == "access_denied"
            raise AuthError(
                "QuickBooks was told not to connect." if said_no else
                "QuickBooks did not give its consent.",
                remedy="Start again; choose the company and press Connect.",
            )  # fmt: skip
        code, realm_id = told.get("code", ""), told.get("realmId", "")
        if not code:
            raise InputError("There is no code in this address.", remedy=_COPY)
        if not (realm_id.isascii() and realm_id.isdecimal()):
            raise InputError(
                "The address does not say which company was chosen.",
                remedy="Start again and choose a QuickBooks company; " + _COPY,
            )
        return code, realm_id

    def _parts(self, address: str) -> dict[str, str]:
        """The address' parameters, once each."""
        if not address:
            raise InputError("Nothing was pasted.", remedy=_COPY)
        try:
            found, expected = urlsplit(address), urlsplit(self.keys.redirect_uri)
            port = found.port
        except ValueError:
            raise InputError("What was pasted is not an address.", remedy=_COPY) from None
        if len(address) > _LONGEST or not (found.scheme and found.hostname):
            raise InputError("What was pasted is not an address.", remedy=_COPY)
        if address.split("?", maxsplit=1)[0] == self.address.split("?")[0]:
            raise InputError(
                "This is the address where consent is asked for, not the one after it.",
                remedy="Open it, say yes, then copy the address where you arrive.",
            )
        if (found.hostname, port) != (expected.hostname, expected.port):
            raise InputError(
                "This is not the page that QuickBooks sends you back to, which is at "
                f"{expected.hostname}.",
                remedy=_COPY,
            )
        told = parse_qs(found.query, keep_blank_values=True)
        if any(len(values) > 1 for values in told.values()):
            raise InputError("The address says something twice.", remedy=_COPY)
        return {name: values[0] for name, values in told.items()}


def begin(keys: AppKeys, realm_id: str = "", clock: Clock = utc_now) -> Consent:
    """Start to connect a company.

    Args:
        keys: the app.
        realm_id: the company that it must be; empty when any will do.
        clock: now, in UTC.

    Raises:
        BusyError: the sign-in server cannot be reached.
    """
    state = secrets.token_urlsafe(32)
    return Consent(keys, consent_address(keys, state), state, realm_id, clock(), clock)

"""A workspace and its live company: connecting, calling, and who allowed to write to real books.

    consent = begin(r, keys, safe)        open consent.address, say yes
    finish(r, consent, pasted, safe)      the address at which one arrived, or `Listener.wait()`

The workspace remembers which company, which app and which safe; secrets are in the safe alone.
"""

from __future__ import annotations

import contextlib
import json
import logging
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from recon.errors import AuthError, ConfigError, InputError, RemoteError, WorkspaceError
from recon.qbo.auth import SignIn
from recon.qbo.client import QboClient, live_client
from recon.qbo.consent import Consent
from recon.qbo.consent import begin as begin_consent
from recon.qbo.credentials import AppKeys, Credentials
from recon.qbo.intuit import revoked
from recon.qbo.safe import FileSafe, KeyringSafe, Safe
from recon.qbo.tokens import KeptTokens, MemoryStore
from recon.qbo.transport import Meter
from recon.reconciliation import Reconciliation
from recon.workspace import Workspace

log = logging.getLogger(__name__)

_CONNECTION, _WRITES, _READS = "connection", "production_writes", "reads"


@dataclass(frozen=True)
class Connection:
    """What a workspace remembers of its live company; no secret is in it.

    Attributes:
        realm_id: the company.
        environment: "production", "sandbox", or the discovery address of a local server.
        client_id: the app that is connected.
        base_url: where a local server's API is; empty for Intuit's own.
        token_file: where the secrets are; empty for the keyring.
    """

    realm_id: str
    environment: str
    client_id: str
    base_url: str = ""
    token_file: str = ""

    @property
    def world(self) -> str:
        """The kind of company: "production" or "sandbox"."""
        return "production" if self.environment == "production" else "sandbox"

    @property
    def safe(self) -> Safe:
        """Where the secrets are."""
        return FileSafe(Path(self.token_file)) if self.token_file else KeyringSafe()

    @property
    def tokens(self) -> KeptTokens:
        """The company's tokens in the safe."""
        return KeptTokens(self.safe, self.realm_id, self.environment)

    def credentials(self) -> Credentials:
        """The app's keys, for this company.

        Raises:
            ConfigError: the safe cannot be opened, or they are not in it.
        """
        keys = AppKeys.kept(self.safe, self.environment, self.client_id)
        if keys is None:
            raise ConfigError(
                f"The app's keys are not in {self.safe.where}.",
                remedy="Connect again: recon connect WORKSPACE",
            )
        return Credentials.of(keys, self.realm_id)

    def sign_in(self) -> SignIn:
        """The sign-in of this company; the safe is not opened before something is called."""
        known = Credentials(self.realm_id, self.client_id, "", self.environment, self.base_url)
        return SignIn(known, self.tokens, whole=self.credentials)


@dataclass(frozen=True)
class Leave:
    """Who allowed recon to write to a production company.

    Attributes:
        realm_id: the company; leave for another one does not count.
        by: who.
        at: when, UTC.
    """

    realm_id: str
    by: str
    at: datetime


def connection_of(store: Workspace) -> Connection | None:
    """The live company that a workspace is connected to, None when it is to none."""
    told = store.noted(_CONNECTION)
    return Connection(**json.loads(told)) if told else None


def begin(r: Reconciliation, keys: AppKeys, safe: Safe) -> Consent:
    """Start to connect a workspace; the answer must be its own company, if it has one.

    Args:
        r: the workspace.
        keys: the app.
        safe: where secrets are going to be kept; tried before anybody is asked for consent.

    Raises:
        WorkspaceError: the workspace belongs to the other kind of company.
        ConfigError: the safe cannot be used.
        BusyError: the sign-in server cannot be reached.
    """
    with safe.lock("connect"):
        safe.read("connect")
    bound = r.store.bound()
    if bound and bound.realm and bound.environment != keys.world:
        raise WorkspaceError(
            f'This workspace belongs to "{bound.company}" ({bound.environment}); these are '
            f"the keys for {keys.world} companies.",
            remedy="Use the other keys, or make a workspace of its own.",
        )
    return begin_consent(keys, bound.realm if bound else "", r.clock)


def finish(r: Reconciliation, consent: Consent, pasted: str, safe: Safe) -> str:
    """Connect a workspace to the company that said yes; answers with the company's name.

    Raises:
        InputError: what was pasted is not the address; try again with the same consent.
        WorkspaceError: it is another company than the workspace's; nothing was kept.
        AuthError, BusyError: as `Consent.finish`.
        ConfigError: the safe cannot be used.
    """
    connected = consent.finish(pasted)
    credentials = connected.credentials
    with live_client(SignIn(credentials, MemoryStore(connected.tokens))) as client:
        company = client.company()
    try:
        r.store.bind(credentials.realm_id, credentials.world, company, r.profile.about.id)
    except WorkspaceError:
        with contextlib.suppress(RemoteError):  # what matters to the person is the company
            revoked(credentials, connected.tokens)
        raise
    consent.keys.keep(safe)
    KeptTokens(safe, credentials.realm_id, credentials.environment).save(connected.tokens)
    file = str(safe.path.resolve()) if isinstance(safe, FileSafe) else ""
    made = Connection(
        credentials.realm_id, credentials.environment, credentials.client_id,
        credentials.base_url, file,
    )  # fmt: skip
    r.store.note(_CONNECTION, json.dumps(asdict(made)))
    return company


def disconnect(r: Reconciliation) -> None:
    """Take the connection back at Intuit, and forget it here.

    Raises:
        BusyError: the sign-in server cannot be reached; nothing was forgotten.
    """
    if (held := connection_of(r.store)) is None:
        return
    tokens = held.tokens.load()
    try:
        if tokens is not None:
            revoked(held.credentials(), tokens)
    except AuthError:
        log.info("revoked before realm=%s", held.realm_id)
    held.tokens.forget()
    r.store.note(_CONNECTION, "")


def client_of(r: Reconciliation) -> QboClient | None:
    """A client of a workspace's live company that counts its reads; None when there is none."""
    held = connection_of(r.store)
    if held is None:
        return None
    meter = Meter(keep=lambda more: _add_reads(r, held.realm_id, more))
    return live_client(held.sign_in(), meter=meter)


def reads_of(r: Reconciliation) -> int:
    """How many reads this workspace's company took in this month (UTC)."""
    held = connection_of(r.store)
    return int(r.store.noted(_month(r, held.realm_id)) or 0) if held else 0


def _add_reads(r: Reconciliation, realm_id: str, more: int) -> None:
    entry = _month(r, realm_id)
    r.store.note(entry, str(int(r.store.noted(entry) or 0) + more))


def _month(r: Reconciliation, realm_id: str) -> str:
    return f"{_READS}:{realm_id}:{r.clock().astimezone(UTC):%Y-%m}"


def allow_writes(r: Reconciliation, *, by: str) -> Leave:
    """Say once that recon may write to this workspace's production company.

    Raises:
        InputError: nobody is named.
        WorkspaceError: the workspace is connected to no company.
    """
    held = connection_of(r.store)
    if held is None:
        raise WorkspaceError(
            "This workspace is not connected to a company.", remedy="Connect it first."
        )
    if not by.strip():
        raise InputError("Nobody is named.", remedy='Say who allows it: --by "Ann".')
    leave = Leave(held.realm_id, by.strip(), r.clock())
    r.store.note(_WRITES, json.dumps({**asdict(leave), "at": leave.at.isoformat()}))
    return leave


def forbid_writes(r: Reconciliation) -> None:
    """Only read from now on."""
    r.store.note(_WRITES, "")


def leave_of(store: Workspace) -> Leave | None:
    """Who allowed writes to the company that the workspace is connected to, None when nobody."""
    held, told = connection_of(store), store.noted(_WRITES)
    if held is None or not told:
        return None
    kept = json.loads(told)
    leave = Leave(kept["realm_id"], kept["by"], datetime.fromisoformat(kept["at"]).astimezone(UTC))
    return leave if leave.realm_id == held.realm_id else None


def may_write(store: Workspace) -> bool:
    """Whether recon may write: to a sandbox company always, to real books when somebody said so."""
    held = connection_of(store)
    return held is None or held.world != "production" or leave_of(store) is not None

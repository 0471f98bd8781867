"""Start and stop the sandbox: in a thread of this process, or as the process."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from threading import Event, RLock
from types import TracebackType
from typing import Any, Protocol, Self

from recon.sandbox.books import load
from recon.sandbox.books.company import Company, Record, Source
from recon.sandbox.books.defaults import empty_company
from recon.sandbox.books.ledger import Clock, Ledger, MovableClock, now
from recon.sandbox.books.store import Store
from recon.sandbox.books.switches import Switches
from recon.sandbox.serving.admin import Admin
from recon.sandbox.serving.app import CompanyEndpoint, Downloads, application
from recon.sandbox.serving.gateway import Gateway, Injected
from recon.sandbox.serving.hosting import Hosting
from recon.sandbox.serving.service import Service
from recon.sandbox.signin.oauth import SignIn, discovery
from recon.sandbox.signin.routes import SignInRoutes


class Sandbox:
    """A QuickBooks Online company on a port of this machine, while the `with` block lasts.

    Attributes:
        base_url: the server; the API is at base_url + "/v3".
        discovery_url: what intuit-oauth takes as its environment.
        admin_url: the operator's door, "" unless asked for.
        clock: what time it is in the sandbox.
        realm_id, client_id, client_secret, access_token, refresh_token: what an app needs.
    """

    def __init__(
        self,
        company: Source | None = None,
        *,
        port: int = 0,
        switches: Switches | None = None,
        admin: bool = False,
        path: Path | None = None,
        clock: Clock = now,
    ) -> None:
        """Make ready to serve.

        Args:
            company: what to serve; an empty company, or what `path` holds, when None.
            port: 0 takes any free one.
            switches: how to behave where QuickBooks' behaviour is unknown.
            admin: open the operator's door at /_admin.
            path: an SQLite file to keep the company in; memory when None.
            clock: what time it is.
        """
        switches = switches or Switches()
        self.clock = clock = MovableClock(clock)
        store = Store(path)
        kept = store.describe("realm_id")
        if company is None and kept is None:
            company = empty_company()
        realm_id = company.realm_id if company else kept or ""
        ledger = Ledger(store, switches, clock, realm_id)
        if company is not None:
            load.load(ledger, company)
        lock = RLock()
        self._store = store
        self._service = Service(ledger)
        self._gateway = Gateway(clock, switches)
        self._sign_in = SignIn(clock, switches, realm_id=realm_id)
        self._admin = Admin(self._service, self._gateway, self._sign_in, clock, lock)
        self._hosting = Hosting(self._gateway, self._service.events, lock, port, admin=admin)
        self._with_admin = admin
        self.realm_id = realm_id
        self.client_id = self._sign_in.client_id
        self.client_secret = self._sign_in.client_secret
        self.access_token = self._sign_in.access_token
        self.refresh_token = self._sign_in.refresh_token
        self.base_url = self.discovery_url = self.admin_url = ""

    def __enter__(self) -> Self:
        lock = self._hosting.lock
        endpoint = CompanyEndpoint(self._service, self._sign_in, self._gateway, lock)
        routes = SignInRoutes(self._sign_in, self.realm_id, lock).routes()
        routes += Downloads(self._service.ledger, lock).routes()
        routes += self._admin.routes() if self._with_admin else []
        self._hosting.start(application(endpoint, routes))
        self.base_url, self.admin_url = self._hosting.base_url, self._hosting.admin_url
        self._service.ledger.base_url = self.base_url
        self._sign_in.issuer = discovery(self.base_url)["issuer"]
        self.discovery_url = f"{self.base_url}/.well-known/openid_sandbox_configuration/"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._hosting.stop()
        self._service.ledger.webhooks.close()
        self._store.close()

    def describe(self) -> dict[str, str]:
        """What a client needs to connect."""
        names = "base_url discovery_url realm_id client_id client_secret access_token refresh_token"
        return {name: getattr(self, name) for name in names.split()}

    def merge(self, entity: str, winner_id: str, loser_id: str) -> None:
        """Merge two records exactly as the QuickBooks screen does."""
        self._admin.screen.merge(entity, winner_id, loser_id)

    def edit_as_human(self, entity: str, record_id: str, fields: Record) -> Record:
        """Change fields of a record as somebody at the screen would; answers the record."""
        return self._admin.screen.edit(entity, record_id, fields)

    def match_to_bank(self, entity: str, record_id: str) -> None:
        """Match a transaction to a line of the bank's feed: it can no longer be removed (6480)."""
        self._admin.screen.match_to_bank(entity, record_id)

    def close_period(self, date: str) -> None:
        """Set the book closing date, "" to open the books."""
        self._admin.screen.close_period(date)

    def switch(self, **settings: Any) -> None:
        """Set switches while the sandbox runs: `sandbox.switch(subscription="lapsed")`.

        Raises:
            ValueError: an unknown switch, or a value that it does not take.
        """
        self._admin.switch(settings)

    def subscribe(self, url: str) -> str:
        """Tell an address of this machine of every change; answers the verifier token.

        Raises:
            ValueError: the address is another machine's.
        """
        return str(self._admin.subscribe(url)["verifier_token"])

    def advance(self, seconds: float) -> None:
        """Let time pass for tokens, stamps, limits and everything else that has a date."""
        self._admin.advance(seconds)

    def save(self) -> Company:
        """The company as it stands now."""
        with self._hosting.lock:
            return load.save(self._service.ledger)

    def reset(self, company: Source) -> None:
        """Serve another company, or the same one from the beginning; its realm id must be ours."""
        self._admin.reset(company)

    def balances(self) -> dict[str, int]:
        """What people owe and are owed, twice over, in ten-thousandths; see `Admin.balances`."""
        with self._hosting.lock:
            return self._admin.balances()

    def events(self) -> list[dict[str, Any]]:
        """Every write that the API was asked for, in order, refused ones included."""
        return self._hosting.events()

    def counters(self) -> dict[str, int]:
        """How many requests came in, by method and route ("POST query")."""
        return self._hosting.counters()

    def inject(self, route: str, injected: Injected, times: int = 1) -> None:
        """Make the next requests on a route fail; see `Gateway.inject`."""
        self._hosting.inject(route, injected, times)


class Described(Protocol):
    """Something else that is served, and says how to connect to it."""

    def describe(self) -> dict[str, str]:
        """What a client needs to connect, under names of its own."""
        ...


Beside = Callable[[Sandbox], AbstractContextManager[Described]]
"""Starts what is served beside a running sandbox."""


def serve(
    company: Source | None,
    port: int,
    switches: Switches,
    *,
    admin: bool = False,
    beside: Beside | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM; the first line on stdout says as JSON how to connect."""
    stopped = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with ExitStack() as stack:
        sandbox = stack.enter_context(Sandbox(company, port=port, switches=switches, admin=admin))
        told = sandbox.describe()
        if beside is not None:
            told |= stack.enter_context(beside(sandbox)).describe()
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
        # Waiting with a limit lets the signal be handled on Windows too.
        while not stopped.wait(0.5):
            pass

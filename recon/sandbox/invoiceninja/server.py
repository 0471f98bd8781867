"""Start and stop the app's server in a thread of this process."""

from __future__ import annotations

from collections.abc import Sequence
from threading import RLock
from types import TracebackType
from typing import Any, Self

from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from recon.sandbox.books.company import Record
from recon.sandbox.books.ledger import Clock, MovableClock, now
from recon.sandbox.books.switches import Switches
from recon.sandbox.demo.app import AppCompany
from recon.sandbox.demo.chart import company_info
from recon.sandbox.invoiceninja.admin import Admin
from recon.sandbox.invoiceninja.app import Endpoint
from recon.sandbox.invoiceninja.desk import Desk
from recon.sandbox.invoiceninja.links import Links
from recon.sandbox.invoiceninja.quickbooks import QuickBooks
from recon.sandbox.invoiceninja.service import Service
from recon.sandbox.invoiceninja.store import Store
from recon.sandbox.invoiceninja.switches import NinjaSwitches
from recon.sandbox.invoiceninja.users import User
from recon.sandbox.serving.gateway import Gateway, Injected
from recon.sandbox.serving.hosting import Hosting

OWNER = User("VolejRejNm", "sandbox-token", "sandbox-password", is_admin=True)


class InvoiceNinjaSandbox:
    """A company in the app on a port of this machine, while the `with` block lasts.

    Attributes:
        base_url: the server; the API is at base_url + "/api/v1".
        token, password: of the first user.
        admin_url: the operator's door, "" unless asked for.
    """

    def __init__(
        self,
        company: AppCompany | None = None,
        *,
        port: int = 0,
        switches: NinjaSwitches | None = None,
        users: Sequence[User] = (OWNER,),
        admin: bool = False,
        clock: Clock = now,
    ) -> None:
        """Make ready to serve.

        Args:
            company: what to serve; nothing when None. It is copied.
            port: 0 takes any free one.
            switches: how to behave where sources disagree.
            users: who has a token.
            admin: open the operator's door at /_admin.
            clock: what time it is.
        """
        switches = switches or NinjaSwitches()
        moving = MovableClock(clock)
        settings = {
            "name": company_info()["CompanyName"],
            "currency_id": "1",
            "country_id": "840",
            "lock_invoices": "off",
        }
        record: Record = {"id": "wMvbmOeYAl", "company_key": "recon-sandbox", "settings": settings}
        self._desk = Desk(Store(), record, switches, moving)
        self._desk.store.load(company or AppCompany())
        lock = RLock()
        self._service = Service(self._desk, Links())
        self._gateway = Gateway(moving, Switches())
        self._admin = Admin(self._service, self._gateway, moving, lock)
        self._hosting = Hosting(self._gateway, self._service.events, lock, port, admin=admin)
        self._users = users
        self._with_admin = admin
        self.token, self.password = users[0].token, users[0].password
        self.base_url = self.admin_url = ""

    def __enter__(self) -> Self:
        endpoint = Endpoint(self._service, self._users, self._gateway, self._hosting.lock)
        self._hosting.start(self._application(endpoint))
        self.base_url, self.admin_url = self._hosting.base_url, self._hosting.admin_url
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._hosting.stop()

    def _application(self, endpoint: Endpoint) -> Any:
        door = Starlette(routes=self._admin.routes()) if self._with_admin else None

        async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
            if door is not None and scope["path"].startswith("/_admin/"):
                await door(scope, receive, send)
            else:
                await endpoint(scope, receive, send)

        return dispatch

    def describe(self) -> dict[str, str]:
        """What a client needs to connect."""
        return {
            "invoiceninja_url": self.base_url,
            "invoiceninja_token": self.token,
            "invoiceninja_password": self.password,
        }

    def edit_as_human(self, kind: str, record_id: str, fields: Record) -> Record:
        """Change fields of a record as somebody at the screen would; answers the record."""
        return self._admin.edit(kind, record_id, fields)

    def set(self, *settings: str) -> None:
        """Set switches ("name=value") while running."""
        self._admin.switch(dict(each.split("=", 1) for each in settings))

    def connect(self, quickbooks: QuickBooks | None) -> None:
        """Connect the app to a QuickBooks company, or to none; links of records stay."""
        with self._hosting.lock:
            self._service.quickbooks.quickbooks = quickbooks

    def advance(self, seconds: float) -> None:
        """Let time pass: limits open again, stamps move on."""
        self._admin.advance(seconds)

    def run_jobs(self) -> None:
        """Do now what /quickbooks/action queued."""
        self._admin.run_jobs()

    def reset(self, company: AppCompany) -> None:
        """Serve another company, or the same one from the beginning."""
        self._admin.load(company)

    def save(self) -> AppCompany:
        """The company as it stands now."""
        with self._hosting.lock:
            return self._desk.store.save()

    def events(self) -> list[dict[str, Any]]:
        """Every write that the API was asked for, in order, refused ones included."""
        return self._hosting.events()

    def counters(self) -> dict[str, int]:
        """How many requests came in, by method and route ("GET clients")."""
        return self._hosting.counters()

    def inject(self, route: str, injected: Injected, times: int = 1) -> None:
        """Make the next requests on a route fail; see `Gateway.inject`."""
        self._hosting.inject(route, injected, times)

"""The operator's door: what a person does in the app's own screen, and what tests need."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from threading import RLock
from typing import Any

from starlette.routing import Route

from recon.sandbox.books.company import Record
from recon.sandbox.books.ledger import MovableClock
from recon.sandbox.demo.app import AppCompany, display_name
from recon.sandbox.invoiceninja.kinds import KINDS
from recon.sandbox.invoiceninja.refusals import RefusedError, not_found
from recon.sandbox.invoiceninja.service import Service
from recon.sandbox.invoiceninja.switches import NinjaSwitches
from recon.sandbox.serving.door import Door
from recon.sandbox.serving.gateway import Gateway, Injected


class Admin:
    """Acts on a running server as its operator; no rule of the API holds here."""

    def __init__(
        self, service: Service, gateway: Gateway, clock: MovableClock, lock: RLock
    ) -> None:
        self._service = service
        self._gateway = gateway
        self._clock = clock
        self._lock = lock
        self._settings = dict(service.desk.company["settings"])

    def edit(self, path: str, record_id: str, changes: Record) -> Record:
        """Change fields of a record, the link to QuickBooks included.

        Raises:
            RefusedError: 404.
        """
        with self._lock:
            store = self._service.desk.store
            record = store.get(path, record_id) if path in KINDS else None
            if record is None:
                raise not_found()
            record.update(changes)
            if path == "clients":
                record["display_name"] = display_name(record)
            record["updated_at"] = self._service.desk.now
            store.put(path, record)
            return record

    def load(self, company: AppCompany) -> None:
        """Serve another company, or the same one from the beginning."""
        with self._lock:
            self._service.desk.store.load(company)
            self._service.desk.company["settings"] = dict(self._settings)
            self._service.events.clear()

    def switch(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Set switches while running; answers all of them.

        Raises:
            ValueError: an unknown name, or a value that the switch does not take.
        """
        with self._lock:
            desk = self._service.desk
            wanted = {**asdict(desk.switches), **settings}
            desk.switches = NinjaSwitches.parse(f"{name}={v}" for name, v in wanted.items())
            return asdict(desk.switches)

    def forget(self) -> None:
        """Forget counters, events, queued work and the faults that are still to come."""
        with self._lock:
            self._service.events.clear()
            self._service.quickbooks.forget()
            self._gateway.forget()

    def advance(self, seconds: float) -> dict[str, str]:
        """Let time pass; answers what time it is then.

        Raises:
            ValueError: back it does not go.
        """
        with self._lock:
            self._clock.advance(seconds)
            return {"now": self._clock().isoformat()}

    def run_jobs(self) -> None:
        """Do now what /quickbooks/action queued."""
        with self._lock:
            self._service.quickbooks.run()

    def routes(self) -> list[Route]:
        """The same over HTTP, for another process."""
        posts: dict[str, Callable[[dict[str, Any]], Any]] = {
            "edit": lambda asked: self.edit(asked["kind"], asked["id"], asked["fields"]),
            "load": lambda asked: self.load(AppCompany(**asked)),
            "switches": self.switch,
            "forget": lambda _asked: self.forget(),
            "clock": lambda asked: self.advance(asked["advance_s"]),
            "jobs": lambda _asked: self.run_jobs(),
            "inject": lambda asked: self._gateway.inject(
                asked.pop("route"), times=asked.pop("times", 1), injected=Injected(**asked)
            ),
        }
        gets: dict[str, Callable[[], Any]] = {
            "company": self.company,
            "events": lambda: self._service.events,
            "counters": lambda: dict(self._gateway.counters),
            "switches": lambda: asdict(self._service.desk.switches),
            "clock": lambda: {"now": self._clock().isoformat()},
            "injected": self._gateway.waiting,
        }
        door = Door(self._lock, RefusedError, lambda refused: (refused.json(), refused.status))
        return door.routes(posts, gets)

    def company(self) -> dict[str, list[Record]]:
        """Every record by kind, in the form in which `load` takes them."""
        kinds = ("clients", "products", "invoices", "payments")
        return {kind: self._service.desk.store.every(kind) for kind in kinds}

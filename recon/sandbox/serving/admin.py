"""The operator's door, /_admin: the screen's own acts, switches, clock, faults, whole companies.

It is open only when asked for, and only to programs of this machine: a request that a web page
sends, or that another name than this machine's led here, is turned away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from threading import RLock
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from recon.sandbox.books import companyfile, load
from recon.sandbox.books.company import Company, Record, Source
from recon.sandbox.books.companyfile import CompanyFile
from recon.sandbox.books.ledger import Ledger, MovableClock
from recon.sandbox.books.screen import Screen
from recon.sandbox.books.switches import Switches
from recon.sandbox.faults import Fault
from recon.sandbox.lists import accounts
from recon.sandbox.lists.parties import Owed
from recon.sandbox.records.amounts import units
from recon.sandbox.records.entities import entity
from recon.sandbox.serving.door import Door, answer, from_here
from recon.sandbox.serving.gateway import Gateway, Injected
from recon.sandbox.serving.service import Service
from recon.sandbox.signin.oauth import SignIn
from recon.sandbox.transactions import stated

# What QuickBooks allows a company and an app (Intuit, Limits and throttles, read 2026-11-22).
LIMITS = {"requests_per_minute": 500, "requests_per_second": 10, "batches_per_minute": 40}


class Admin:
    """Acts on a running sandbox as its operator."""

    def __init__(
        self, service: Service, gateway: Gateway, sign_in: SignIn, clock: MovableClock, lock: RLock
    ) -> None:
        self._service = service
        self._gateway = gateway
        self._sign_in = sign_in
        self._clock = clock
        self._lock = lock
        self.screen = Screen(service.ledger, lock)

    @property
    def _ledger(self) -> Ledger:
        return self._service.ledger

    def switch(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Set switches of the running sandbox; answers all of them.

        Raises:
            ValueError: an unknown switch, or a value that it does not take.
        """
        with self._lock:
            texts = [f"{name}={value}" for name, value in settings.items()]
            switches = Switches.parse(texts, self._ledger.switches)
            for holder in (self._ledger, self._gateway, self._sign_in):
                holder.switches = switches
            return asdict(switches)

    def limit(self, *, on: bool) -> dict[str, Any]:
        """Keep to QuickBooks' limits, or to none; answers all switches."""
        return self.switch(LIMITS if on else dict.fromkeys(LIMITS, 0))

    def advance(self, seconds: float) -> dict[str, str]:
        """Let time pass; answers what time it is then."""
        with self._lock:
            self._clock.advance(seconds)
            return {"now": self._ledger.stamp()}

    def subscribe(self, url: str) -> dict[str, str]:
        """Tell an address of what changes, "" nobody; answers what its signatures are made with.

        Raises:
            ValueError: the address is another machine's.
        """
        with self._lock:
            self._ledger.webhooks.subscribe(url)
            return {"verifier_token": self._ledger.webhooks.token}

    def reset(self, company: Source) -> None:
        """Serve another company under the same realm id.

        Raises:
            ValueError: the company has another realm id, or cannot be read.
        """
        if company.realm_id != self._ledger.realm_id:
            raise ValueError(f"this sandbox serves realm {self._ledger.realm_id} only")
        with self._lock:
            load.load(self._ledger, company)
            self._service.events.clear()

    def save(self, path: Path) -> None:
        """Write the company as it stands to a file."""
        with self._lock:
            companyfile.write(self._ledger.store, self._ledger.realm_id, path)

    def forget(self) -> None:
        """Forget counters, events, and the faults that are still to come."""
        with self._lock:
            self._service.events.clear()
            self._gateway.forget()

    def balances(self) -> dict[str, int]:
        """What customers and vendors have open, in ten-thousandths, told in two ways.

        As their records say, and as all transactions together say; each pair is equal while the
        books are whole.
        """
        store = self._ledger.store
        said = {"Customer": "transactions", "Vendor": "vendor_transactions"}
        totals = dict.fromkeys(("customers", "transactions", "vendors", "vendor_transactions"), 0)
        for party in said:
            records = store.every(party)
            totals[f"{party.lower()}s"] = sum(units(each.get("Balance")) for each in records)
        for kind in store.names():
            if entity(kind).kind != "transaction":
                continue
            for record in store.every(kind):
                for (party, _), amount in self._owed(kind, record).items():
                    totals[said[party]] += amount
        return totals

    def _owed(self, kind: str, record: Record) -> Owed:
        return stated.owed(kind, record, lambda account: accounts.type_of(self._ledger, account))

    def routes(self) -> list[Route]:
        """The same over HTTP, for another process."""
        screen = self.screen
        posts: dict[str, Callable[[dict[str, Any]], Any]] = {
            "merge": lambda asked: screen.merge(asked["entity"], asked["winner"], asked["loser"]),
            "edit": lambda asked: screen.edit(asked["entity"], asked["id"], asked["fields"]),
            "match": lambda asked: screen.match_to_bank(asked["entity"], asked["id"]),
            "close": lambda asked: screen.close_period(asked["date"]),
            "switches": self.switch,
            "limits": lambda asked: self.limit(on=asked["on"]),
            "clock": lambda asked: self.advance(asked["advance_s"]),
            "inject": self._inject,
            "webhook": lambda asked: self.subscribe(asked["url"]),
            "forget": lambda _asked: self.forget(),
            "save": lambda asked: self.save(Path(asked["file"])),
        }
        gets: dict[str, Callable[[], Any]] = {
            "events": lambda: self._service.events,
            "counters": lambda: dict(self._gateway.counters),
            "balances": self.balances,
            "switches": lambda: asdict(self._ledger.switches),
            "clock": lambda: {"now": self._ledger.stamp()},
            "injected": self._gateway.waiting,
        }
        door = Door(self._lock, Fault, lambda fault: ({"Fault": fault.json()}, fault.status))
        return [
            *door.routes(posts, gets),
            Route("/_admin/load", door.post(self._load, parse=_company), methods=["POST"]),
            Route("/_admin/company", self._company),
        ]

    def _inject(self, asked: dict[str, Any]) -> None:
        told = dict(asked)
        route, times = told.pop("route"), told.pop("times", 1)
        self._gateway.inject(route, Injected(**told), times)

    def _load(self, company: Source) -> dict[str, int]:
        self.reset(company)
        return {name: self._ledger.store.count(name) for name in self._ledger.store.names()}

    async def _company(self, request: Request) -> Response:
        """The company: one JSON object, or with ?lines=1 the lines of a company file."""
        if not from_here(request):
            return Response(status_code=403)
        with self._lock:
            if request.query_params.get("lines"):
                saved = list(companyfile.lines(self._ledger.store, self._ledger.realm_id))
                return StreamingResponse(iter(saved), media_type="application/x-ndjson")
            return answer(vars(load.save(self._ledger)))


def _company(body: bytes) -> Source:
    """The company that a body holds, as one object or line by line, or names as a file.

    Raises:
        ValueError, TypeError: it is neither.
    """
    first, _, rest = body.partition(b"\n")
    try:
        asked = orjson.loads(first if rest.strip() else body)
    except orjson.JSONDecodeError:
        asked = orjson.loads(body)
    if set(asked) == {"file"}:
        return CompanyFile(Path(asked["file"]))
    return Company(**asked) if "records" in asked else CompanyFile(body)

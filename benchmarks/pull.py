"""How fast a company is pulled when each call takes a while, beside plain python-quickbooks.

    python benchmarks/pull.py --customers 100000 --invoices 100000 --latency-ms 150

A sandbox in a process of its own answers each call after the latency. JSON lines: `recon`, a pull
at the pace that recon keeps for a live company (8 calls a second, 400 a minute); `recon again`, the
pull after it, in which a few records changed; `peer`, python-quickbooks alone, one page of 1000
after the other, no pace, no counts; and `ratios`: recon over what the pace allows for its calls,
and the peer over recon. Seconds, calls and records are of this run; the peer reads `--peer-share`
of the pages and is scaled up, since a page costs it the same wherever it is.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import requests
from quickbooks import QuickBooks
from quickbooks.objects.customer import Customer
from quickbooks.objects.invoice import Invoice

from recon.books import Snapshot
from recon.qbo.auth import SignIn
from recon.qbo.client import QboClient
from recon.qbo.credentials import Credentials
from recon.qbo.pace import CALLS, new_pace
from recon.qbo.reader import QboReader
from recon.qbo.tokens import MemoryStore, Tokens
from recon.sandbox.books.company import Company
from recon.sandbox.books.defaults import empty_company
from recon.sandbox.books.switches import Switches
from recon.sandbox.server import Sandbox

STAMP = {"CreateTime": "2026-01-01T00:00:00-07:00", "LastUpdatedTime": "2026-01-01T00:00:00-07:00"}


def company(customers: int, invoices: int) -> Company:
    """Customers with an address, and an invoice of two lines for each in turn."""
    made = empty_company()
    made.records["Customer"] = [
        {"Id": str(n), "SyncToken": "0", "DisplayName": f"Customer {n:06}", "MetaData": STAMP,
         "PrimaryEmailAddr": {"Address": f"c{n}@example.com"}, "Active": True,
         "BillAddr": {"Line1": f"{n} Long Street", "City": "Boise", "PostalCode": "83701"}}
        for n in range(1, customers + 1)
    ]  # fmt: skip
    made.records["Item"] = [
        {"Id": "1", "SyncToken": "0", "Name": "Hours", "Type": "Service", "MetaData": STAMP,
         "IncomeAccountRef": {"value": "1"}, "Active": True}
    ]  # fmt: skip
    line = {
        "Amount": 50,
        "DetailType": "SalesItemLineDetail",
        "Description": "Work on site",
        "SalesItemLineDetail": {"ItemRef": {"value": "1"}, "Qty": 1, "UnitPrice": 50},
    }
    made.records["Invoice"] = [
        {"Id": str(n), "SyncToken": "0", "DocNumber": str(n), "TxnDate": "2026-02-01",
         "MetaData": STAMP, "CustomerRef": {"value": str((n - 1) % customers + 1)},
         "Line": [{"Id": "1", **line}, {"Id": "2", **line}]}
        for n in range(1, invoices + 1)
    ]  # fmt: skip
    return made


def serve(customers: int, invoices: int, latency_s: float, said: Any, done: Any) -> None:
    """A child: the company, each call answered after a while."""
    switches = Switches(access_token_s=10**9)
    with Sandbox(company(customers, invoices), admin=True, switches=switches) as sandbox:
        with requests.Session() as session:
            session.trust_env = False
            asked = {"route": "*", "times": 10**5, "delay_s": latency_s}
            session.post(f"{sandbox.admin_url}/inject", json=asked, timeout=60).raise_for_status()
        said.put({**sandbox.describe(), "admin_url": sandbox.admin_url})
        done.wait()


@contextmanager
def served(customers: int, invoices: int, latency_s: float) -> Iterator[dict[str, str]]:
    """A running sandbox's description."""
    here = multiprocessing.get_context("spawn")
    said, done = here.Queue(), here.Event()
    child = here.Process(target=serve, args=(customers, invoices, latency_s, said, done))
    child.start()
    try:
        yield said.get(timeout=600)
    finally:
        done.set()
        child.join()


def recon_client(told: dict[str, str]) -> QboClient:
    """Recon's client, paced as for a live company."""
    mine = Credentials(
        told["realm_id"], told["client_id"], told["client_secret"], told["discovery_url"],
        told["base_url"],
    )  # fmt: skip
    tokens = Tokens(told["access_token"], told["refresh_token"])
    return QboClient(SignIn(mine, MemoryStore(tokens)), new_pace())


def timed_pull(what: str, client: QboClient, last: Snapshot | None) -> tuple[Any, Snapshot]:
    """One pull: its line, and what it read."""
    before, began = client.meter.reads, time.perf_counter()
    snapshot = QboReader(client, last=lambda: last).read(lambda: datetime.now(UTC))
    took, calls = time.perf_counter() - began, client.meter.reads - before
    records = sum(map(len, snapshot.records.values()))
    line = {"who": what, "seconds": round(took, 2), "calls": calls, "records": records}
    return {**line, "allowed_s": round(allowed(calls), 2)}, snapshot


def allowed(calls: int) -> float:
    """Seconds that the pace itself asks for: what a client without any cost would take."""
    now = 0.0

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    pace = new_pace(lambda: now, sleep)
    for _ in range(calls):
        pace.wait()
    return max(now, CALLS[0].seconds)


def timed_peer(told: dict[str, str], pages: int) -> tuple[float, int]:
    """Plain python-quickbooks: seconds and records of the first pages of each kind."""
    books = QuickBooks(company_id=told["realm_id"], minorversion=75)
    books.api_url_v3 = f"{told['base_url']}/v3"
    records, began = 0, time.perf_counter()
    with requests.Session() as session:
        session.trust_env = False
        session.access_token = told["access_token"]  # type: ignore[attr-defined]
        books.session = session
        for kind in (Customer, Invoice):
            for page in range(pages):
                start = 1 + 1000 * page
                rows = kind.all(start_position=start, max_results=1000, order_by="Id", qb=books)
                records += len(rows)
    return time.perf_counter() - began, records


def main() -> None:
    """Pull, pull again, let the peer read, and print what it took."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    arguments.add_argument("--customers", type=int, default=100_000)
    arguments.add_argument("--invoices", type=int, default=100_000)
    arguments.add_argument("--latency-ms", type=float, default=150)
    arguments.add_argument("--peer-share", type=float, default=0.2)
    asked = arguments.parse_args()
    with served(asked.customers, asked.invoices, asked.latency_ms / 1000) as told:
        with recon_client(told) as client:
            whole, last = timed_pull("recon", client, None)
            print(json.dumps(whole), flush=True)
            for number in ("1", "2", "3"):
                body = {"Id": number, "SyncToken": "0", "sparse": True, "Notes": "changed"}
                client.update("Customer", body)
            again, _ = timed_pull("recon again", client, last)
            print(json.dumps(again), flush=True)
        pages = max(1, round(asked.customers / 1000 * asked.peer_share))
        took, read = timed_peer(told, pages)
        scaled = took * (asked.customers + asked.invoices) / read
        peer = {"who": "peer", "seconds": round(scaled, 2), "measured_s": round(took, 2),
                "measured_records": read}  # fmt: skip
        print(json.dumps(peer), flush=True)
    ratios = {
        "who": "ratios",
        "recon_over_allowed": round(whole["seconds"] / whole["allowed_s"], 3),
        "again_over_whole": round(again["seconds"] / whole["seconds"], 3),
        "peer_over_recon": round(scaled / whole["seconds"], 2),
        "latency_ms": asked.latency_ms,
    }
    print(json.dumps(ratios), flush=True)


if __name__ == "__main__":
    main()

"""How much of the allowed pace an approved plan's writes use, with QuickBooks' limits switched on.

    python benchmarks/writes.py --writes 3000 --faster 20

A sandbox in a process of its own keeps QuickBooks' limits (500 calls and 40 batches a minute, 10
calls a second) and counts every request; its clock and recon's pace both run `--faster` times as
fast as time does, so minutes become seconds. Half of the writes are renames, half new customers;
each twentieth new customer is changed once more, which has to wait for the answer. JSON lines:
`apply`, with seconds of the scaled clock, requests by route (one that the limits refused is among
them) and writes that took effect; and `rate`: the seconds that the pace itself asks for these
requests over the seconds that it took.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests

from recon.calls.patience import Patience
from recon.plan import Action, Decision, LookUp, Plan, Write
from recon.qbo.auth import SignIn
from recon.qbo.client import QboClient
from recon.qbo.credentials import Credentials
from recon.qbo.pace import new_pace
from recon.qbo.tokens import MemoryStore, Tokens
from recon.qbo.writer import QboWriter
from recon.sandbox.books.company import Company
from recon.sandbox.books.defaults import empty_company
from recon.sandbox.books.switches import Switches
from recon.sandbox.server import Sandbox
from recon.settings import Settings
from recon.stages.apply import ApplyResult, apply
from recon.workspace import Workspace

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LIMITS = Switches(
    requests_per_minute=500, requests_per_second=10, batches_per_minute=40, access_token_s=10**9
)


def company(customers: int) -> Company:
    """Customers to be renamed."""
    empty = empty_company()
    people = [
        {"Id": str(n), "SyncToken": "0", "DisplayName": f"Old {n}", "Active": True}
        for n in range(1, customers + 1)
    ]
    return replace(empty, records={**empty.records, "Customer": people})


def plan(writes: int) -> Plan:
    """Renames and new customers, in turn; each twentieth action has a second step."""
    actions: list[Action] = []
    made: list[Write] = []
    for n in range(1, writes // 2 + 1):
        for kind in ("rename", "create"):
            action_id = f"{kind[0]}{n}"
            actions.append(Action(action_id, kind, f"app:customer:{n}", "t", "w", "w", "c"))  # type: ignore[arg-type]
        guard = {"Id": str(n), "SyncToken": "0", "sparse": True}
        made.append(
            Write(f"u{n}", f"r{n}", "qbo", "update", "Customer",
                  {**guard, "DisplayName": f"Renamed {n}"}, ref=f"qbo:customer:{n}",
                  restore={"DisplayName": f"Old {n}"})
        )  # fmt: skip
        name = f"New {n}"
        made.append(
            Write(f"n{n}", f"c{n}", "qbo", "create", "Customer", {"DisplayName": name},
                  look_up=LookUp("Customer", "DisplayName", name))
        )  # fmt: skip
        if n % 20 == 0:
            answer = {key: {"$from": f"n{n}", "field": key} for key in ("Id", "SyncToken")}
            body = {**answer, "sparse": True, "Notes": "made by recon"}
            made.append(Write(f"s{n}", f"c{n}", "qbo", "update", "Customer", body))
    realm = empty_company().realm_id
    return Plan(
        "plan", realm, "sandbox", "Benchmark", "app 1", NOW, ("a", "q"), tuple(actions), tuple(made)
    )


def serve(customers: int, faster: float, said: Any, done: Any) -> None:
    """A child: the company, its limits on, its clock fast."""
    began, real = datetime.now(UTC), time.monotonic()

    def clock() -> datetime:
        return began + timedelta(seconds=(time.monotonic() - real) * faster)

    with Sandbox(company(customers), admin=True, switches=LIMITS, clock=clock) as sandbox:
        said.put({**sandbox.describe(), "admin_url": sandbox.admin_url})
        done.wait()


@contextmanager
def served(customers: int, faster: float) -> Iterator[dict[str, str]]:
    """A running sandbox's description."""
    here = multiprocessing.get_context("spawn")
    said, done = here.Queue(), here.Event()
    child = here.Process(target=serve, args=(customers, faster, said, done))
    child.start()
    try:
        yield said.get(timeout=600)
    finally:
        done.set()
        child.join()


def carried_out(told: dict[str, str], chosen: Plan, faster: float) -> tuple[ApplyResult, float]:
    """Apply everything; the result, and seconds of the scaled clock."""
    mine = Credentials(
        told["realm_id"], told["client_id"], told["client_secret"], told["discovery_url"],
        told["base_url"],
    )  # fmt: skip
    tokens = Tokens(told["access_token"], told["refresh_token"])

    def sleep(seconds: float) -> None:
        time.sleep(seconds / faster)

    pace = new_pace(lambda: time.monotonic() * faster, sleep)
    digests = chosen.digests()
    decisions = [
        Decision(chosen.id, a.id, "approve", "Ann", "preparer", digests[a.id], NOW)
        for a in chosen.actions
    ]
    with (
        tempfile.TemporaryDirectory() as folder,
        Workspace.open(Path(folder) / "books.recon") as store,
        QboClient(SignIn(mine, MemoryStore(tokens)), pace, Patience(sleep=sleep)) as client,
    ):
        began = time.perf_counter()
        result = apply(
            chosen, decisions, {"qbo": QboWriter(client)}, store, clock=lambda: NOW,
            settings=Settings(max_changed_share=1), newest=("a", "q"), customers=10**6,
        )  # fmt: skip
        return result, (time.perf_counter() - began) * faster


def allowed(batches: int, calls: int) -> float:
    """Seconds that the pace itself asks for: what a client without any cost would take."""
    now = 0.0

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    pace = new_pace(lambda: now, sleep)
    for number in range(batches + calls):
        pace.wait(batch=number < batches)
    return max(now, 1.0)


def main() -> None:
    """Apply a large plan and print what it took."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    arguments.add_argument("--writes", type=int, default=3000)
    arguments.add_argument("--faster", type=float, default=20)
    asked = arguments.parse_args()
    chosen = plan(asked.writes)
    with served(asked.writes // 2, asked.faster) as told:
        result, took = carried_out(told, chosen, asked.faster)
        with requests.Session() as session:
            session.trust_env = False
            counted = session.get(f"{told['admin_url']}/counters", timeout=60).json()
            events = session.get(f"{told['admin_url']}/events", timeout=60).json()
    batches = counted.get("POST batch", 0)
    others = sum(counted.values()) - batches
    ideal = allowed(batches, others)
    line = {
        "who": "apply", "writes": len(chosen.writes), "done": len(result.done),
        "refused": len(result.refused), "seconds": round(took, 1), "requests": counted,
        "took_effect": sum(event["status"] == 200 for event in events),
    }  # fmt: skip
    rate = {
        "who": "rate",
        "allowed_s": round(ideal, 1),
        "of_the_paced_rate": round(ideal / took, 3),
        "writes_a_minute": round(len(result.done) / took * 60),
        "faster": asked.faster,
    }
    print(json.dumps(line))
    print(json.dumps(rate))


if __name__ == "__main__":
    main()

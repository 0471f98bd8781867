"""Client and sandbox driven at random: faults, lost answers, people at the screen, old tokens.

After every step the books must be sound: names are unique, both sides of every link agree, balances
are the sums of what is open, SyncTokens only grow. Now and then the client pulls, going on from its
last pull, and must see exactly what the server holds.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sandbox_talk import garden_company, line, linked, ref

from recon.calls.patience import Patience
from recon.errors import BusyError, OutcomeUnknownError, RejectedError
from recon.qbo.auth import SignIn
from recon.qbo.client import QboClient, Record
from recon.qbo.credentials import Credentials
from recon.qbo.reader import KINDS, QboReader
from recon.qbo.tokens import MemoryStore, Tokens
from recon.sandbox.books.switches import Switches
from recon.sandbox.faults import Fault
from recon.sandbox.server import Sandbox
from recon.sandbox.serving.gateway import Injected

START = datetime(2026, 11, 1, 12, tzinfo=UTC)
NAMES = (
    "Rosebud Florist",
    "Hillside School",
    "gym",
    "Harbor Supply",
    "Oak",
    "oak ",
    "Elm's",
    "A\\",
)
FAULTS = (
    Injected(cut="before"), Injected(cut="after"), Injected(status=503), Injected(status=429),
    Injected(status=503, style="html"), Injected(status=429, style="xml"),
)  # fmt: skip
STEPS_BETWEEN_PULLS = 4  # a pull takes as long as ten other steps, and is one of a dozen rules
# A token that ends is not among them: time does that, and two in a row are rightly an AuthError.

picks = st.integers(min_value=0, max_value=999)
amounts = st.sampled_from((1, 20, 33.33, 40))


class Books(RuleBasedStateMachine):
    """One company, one client, and everybody else who works in it."""

    @initialize(rotation=st.sampled_from(("keep", "rotate")), bumps=st.booleans())
    def open_the_company(self, rotation: Any, bumps: bool) -> None:
        """Serve the garden company, its clock in our hands."""
        self.now, self.calls, self.tokens = START, 0, dict[tuple[str, str], int]()
        self.steps = 0
        switches = Switches(token_rotation=rotation, link_bumps_sync_token="yes" if bumps else "no")
        self.sandbox = Sandbox(
            garden_company(), clock=lambda: self.now, switches=switches, admin=True
        ).__enter__()
        told = self.sandbox.describe()
        mine = Credentials(
            told["realm_id"], told["client_id"], told["client_secret"], told["discovery_url"],
            told["base_url"],
        )  # fmt: skip
        store = MemoryStore(Tokens(told["access_token"], told["refresh_token"]))
        patience = Patience(connect_s=5, answer_s=5, tries=9, sleep=lambda _: None)
        sign_in = SignIn(mine, store, lambda: self.now)
        self.client = QboClient(sign_in, None, patience)
        self.last = QboReader(self.client, workers=1).read(lambda: self.now)
        self.screen = requests.Session()
        self.screen.trust_env = False

    def teardown(self) -> None:
        """Close everything, however far it came."""
        if hasattr(self, "screen"):
            self.screen.close()
            self.client.close()
            self.sandbox.__exit__(None, None, None)

    def some(self, kind: str, pick: int) -> Record | None:
        """One record of a kind, None when there is none."""
        records = self.sandbox.save().records.get(kind) or []
        return records[pick % len(records)] if records else None

    def write(self, call: Callable[..., Record], kind: str, body: Record) -> Record | None:
        """Send until it is known what became of it, under one request id; None when refused."""
        self.calls += 1
        before = len(self.took_effect())
        for _ in range(9):
            try:
                answer = call(kind, body, f"r{self.calls}")
            except (OutcomeUnknownError, BusyError):
                continue
            except RejectedError:
                assert len(self.took_effect()) == before
                return None
            assert len(self.took_effect()) == before + 1
            return answer
        raise AssertionError("no end")

    def took_effect(self) -> list[dict[str, Any]]:
        """Every write of ours that took effect."""
        return [event for event in self.sandbox.events() if event["status"] == 200]

    def change(self, kind: str, pick: int, **fields: Any) -> None:
        """A sparse update of some record: it shows what was asked for, one SyncToken on."""
        record = self.some(kind, pick)
        if record is None:
            return
        guard = {"Id": record["Id"], "SyncToken": record["SyncToken"], "sparse": True}
        answer = self.write(self.client.update, kind, {**guard, **fields})
        if answer is not None:
            assert int(answer["SyncToken"]) == int(record["SyncToken"]) + 1
            assert self.client.read(kind, record["Id"])["SyncToken"] == answer["SyncToken"]

    @rule(name=st.sampled_from(NAMES), parent=st.none() | picks)
    def new_customer(self, name: str, parent: int | None) -> None:
        """Perhaps below another one, perhaps under a name that is taken."""
        body: Record = {"DisplayName": name}
        above = self.some("Customer", parent) if parent is not None else None
        if above:
            body |= {"ParentRef": ref(above["Id"]), "Job": True}
        self.write(self.client.create, "Customer", body)

    @rule(pick=picks, name=st.sampled_from(NAMES))
    def rename(self, pick: int, name: str) -> None:
        """Names of those below change too."""
        self.change("Customer", pick, DisplayName=name)

    @rule(pick=picks, active=st.booleans())
    def retire_or_wake(self, pick: int, active: bool) -> None:
        """Refused where there is a balance or somebody below."""
        self.change("Customer", pick, Active=active)

    @rule(pick=picks, amount=amounts, kind=st.sampled_from(("Invoice", "CreditMemo")))
    def sell(self, pick: int, amount: float, kind: str) -> None:
        """A customer owes more, or less."""
        if customer := self.some("Customer", pick):
            body = {"CustomerRef": ref(customer["Id"]), "Line": [line(amount)]}
            self.write(self.client.create, kind, body)

    @rule(pick=picks, amount=amounts)
    def pay(self, pick: int, amount: float) -> None:
        """Part of an invoice, or too much."""
        if invoice := self.some("Invoice", pick):
            body = {"CustomerRef": invoice["CustomerRef"], "TotalAmt": amount,
                    "Line": [linked(amount, invoice["Id"])]}  # fmt: skip
            self.write(self.client.create, "Payment", body)

    @rule(pick=picks, kind=st.sampled_from(("Invoice", "Payment", "CreditMemo")))
    def delete(self, pick: int, kind: str) -> None:
        """With its links."""
        if record := self.some(kind, pick):
            body = {"Id": record["Id"], "SyncToken": record["SyncToken"]}
            self.write(self.client.delete, kind, body)

    @rule(pick=picks)
    def write_on_an_old_token(self, pick: int) -> None:
        """Somebody else was quicker: refused, and their change stays."""
        record = self.some("Customer", pick)
        if record is None or not record["Active"]:
            return
        self.sandbox.edit_as_human("Customer", record["Id"], {"Notes": f"theirs {self.calls}"})
        guard = {"Id": record["Id"], "SyncToken": record["SyncToken"], "sparse": True}
        assert self.write(self.client.update, "Customer", {**guard, "Notes": "ours"}) is None
        now = self.client.read("Customer", record["Id"])
        assert now["Notes"] == f"theirs {self.calls - 1}"

    @rule(one=picks, other=picks)
    def merge(self, one: int, other: int) -> None:
        """Two become one, at the screen; the screen may refuse."""
        winner, loser = self.some("Customer", one), self.some("Customer", other)
        assert winner
        assert loser
        try:
            self.sandbox.merge("Customer", winner["Id"], loser["Id"])
        except Fault:
            return

    @rule(fault=st.sampled_from(FAULTS), route=st.sampled_from(("*", "query", "POST invoice")))
    def something_breaks(self, fault: Injected, route: str) -> None:
        """The next call on a route goes wrong."""
        self.sandbox.inject(route, fault)

    @rule(minutes=st.sampled_from((1, 10, 70, 2000)))
    def time_passes(self, minutes: int) -> None:
        """An hour ends the access token."""
        self.now += timedelta(minutes=minutes)

    @precondition(lambda self: self.steps >= STEPS_BETWEEN_PULLS)
    @rule()
    def pull(self) -> None:
        """What the client sees, going on from what it saw, is what the server holds."""
        self.steps = 0
        self.now += timedelta(minutes=3)
        reader = QboReader(self.client, workers=1, last=lambda: self.last)
        self.last = reader.read(lambda: self.now)
        held = self.sandbox.save().records
        for kind in KINDS:
            mine = {row["Id"]: row for row in self.last.records[kind]}
            assert mine == {row["Id"]: row for row in held.get(kind) or []}

    @invariant()
    def the_books_are_sound(self) -> None:
        """Names, links, balances, tokens."""
        if not hasattr(self, "sandbox"):
            return
        self.steps += 1
        held = self.sandbox.save().records
        names = [
            row["DisplayName"].casefold()
            for kind in ("Customer", "Vendor", "Employee")
            for row in held.get(kind) or []
            if row["Active"]
        ]
        assert len(names) == len(set(names))
        there = {
            (kind, row["Id"]): row
            for kind in ("Invoice", "Payment", "CreditMemo")
            for row in held.get(kind) or []
        }
        for payment in (row for key, row in there.items() if key[0] == "Payment"):
            for each in payment["Line"]:
                target = there[each["LinkedTxn"][0]["TxnType"], each["LinkedTxn"][0]["TxnId"]]
                back = {"TxnId": payment["Id"], "TxnType": "Payment"}
                assert back in target["LinkedTxn"]
        for invoice in (row for key, row in there.items() if key[0] == "Invoice"):
            assert 0 <= invoice["Balance"] <= invoice["TotalAmt"]
            for each in invoice.get("LinkedTxn") or []:
                assert each["TxnType"] != "Payment" or ("Payment", each["TxnId"]) in there
        answer = self.screen.get(f"{self.sandbox.admin_url}/balances", timeout=10).json()
        assert answer["customers"] == answer["transactions"]
        assert answer["vendors"] == answer["vendor_transactions"]
        for kind in KINDS:
            for row in held.get(kind) or []:
                token, key = int(row["SyncToken"]), (kind, row["Id"])
                assert token >= self.tokens.get(key, 0)
                self.tokens[key] = token


def drive(examples: int, steps: int, *, derandomize: bool) -> None:
    """Run the machine for so many steps."""
    run_state_machine_as_test(
        Books,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, derandomize=derandomize,
            deadline=None, database=None, suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


@pytest.mark.slow
def test_whatever_happens_the_books_stay_sound_and_are_seen_as_they_are() -> None:
    """Five hundred steps, the same ones each time."""
    drive(10, 50, derandomize=True)


@pytest.mark.soak
def test_whatever_happens_for_long() -> None:
    """Twenty thousand steps, other ones each time."""
    drive(200, 100, derandomize=False)

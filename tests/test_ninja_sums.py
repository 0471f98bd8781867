"""Whatever is asked of the app in whatever order, its sums stay sums."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ninja_talk import PASSWORD, NinjaTalk, mowing_company

from recon.sandbox.records.amounts import units

Step = tuple[Any, ...]
WHICH = st.integers(0, 5)
CENTS = st.integers(1, 20_000)
LINE = st.fixed_dictionaries({
    "quantity": st.sampled_from([1, 2, 0.5, 3.333]), "cost": CENTS.map(lambda cents: cents / 100),
    "discount": st.sampled_from([0, 10]), "is_amount_discount": st.booleans(),
    "tax_rate1": st.sampled_from([0, 8.25, 19]),
})  # fmt: skip
STEPS = st.one_of(
    st.tuples(st.just("sell"), WHICH, st.lists(LINE, min_size=1, max_size=2), st.booleans()),
    st.tuples(st.just("reprice"), WHICH, st.lists(LINE, max_size=2)),
    st.tuples(st.just("pay"), WHICH, CENTS, CENTS),
    st.tuples(st.sampled_from(["mark_sent", "mark_paid", "cancel"]), WHICH),
    st.tuples(
        st.sampled_from(["delete", "restore", "archive"]),
        st.sampled_from(["invoices", "payments", "clients"]),
        WHICH,
    ),
    st.tuples(st.just("merge"), WHICH, WHICH),
)


def take(app: NinjaTalk, step: Step) -> None:
    """Do one step, on the records that there are by now; a refusal is as good as an answer."""
    records = {
        kind: app.get(kind, per_page=100, sort="id|asc")
        for kind in ("clients", "invoices", "payments")
    }

    def some(kind: str, number: int) -> Any:
        return records[kind][number % len(records[kind])]

    word, *rest = step
    if word == "sell":
        body = {"client_id": some("clients", rest[0])["id"], "line_items": rest[1]}
        said = app.send("POST", "invoices", body, mark_sent="true" if rest[2] else "false")
    elif word == "reprice":
        invoice = some("invoices", rest[0])
        said = app.send("PUT", f"invoices/{invoice['id']}", {"line_items": rest[1]})
    elif word == "pay":
        invoice = some("invoices", rest[0])
        part = {"invoice_id": invoice["id"], "amount": min(rest[1] / 100, invoice["balance"])}
        body = {"client_id": invoice["client_id"], "invoices": [part]}
        said = app.send("POST", "payments", {**body, "amount": part["amount"] + rest[2] / 100})
    elif word == "merge":
        keep, drop = (some("clients", number)["id"] for number in rest)
        said = app.send("POST", f"clients/{keep}/{drop}/merge", headers=PASSWORD)
    else:
        kind, number = rest if len(rest) == 2 else ("invoices", rest[0])
        body = {"action": word, "ids": [some(kind, number)["id"]]}
        said = app.send("POST", f"{kind}/bulk", body)
    assert said.status in {200, 422}, said


def require_sums(app: NinjaTalk) -> None:
    """What clients owe and have paid is what their invoices and payments say."""
    clients, invoices, payments = (
        app.get(kind, per_page=100, sort="id|asc") for kind in ("clients", "invoices", "payments")
    )
    owed: defaultdict[str, int] = defaultdict(int)
    paid: defaultdict[str, int] = defaultdict(int)
    left: defaultdict[str, int] = defaultdict(int)
    on: defaultdict[str, int] = defaultdict(int)
    for invoice in invoices:
        if not invoice["is_deleted"]:
            owed[invoice["client_id"]] += units(invoice["balance"])
    for payment in payments:
        parts = [units(part["amount"]) for part in payment["paymentables"]]
        assert units(payment["applied"]) == sum(parts)
        if payment["is_deleted"]:
            continue
        paid[payment["client_id"]] += units(payment["amount"])
        left[payment["client_id"]] += units(payment["amount"]) - sum(parts)
        for part in payment["paymentables"]:
            on[part["invoice_id"]] += units(part["amount"])
    for client in clients:
        sums = [units(client[n]) for n in ("balance", "paid_to_date", "payment_balance")]
        assert sums == [owed[client["id"]], paid[client["id"]], left[client["id"]]]
    for invoice in invoices:
        assert units(invoice["paid_to_date"]) == on[invoice["id"]]
        if invoice["status_id"] in {"2", "3", "4"}:
            open_amount = units(invoice["amount"]) - units(invoice["paid_to_date"])
            assert units(invoice["balance"]) == open_amount
        else:
            assert units(invoice["balance"]) == 0
        assert invoice["client_id"] in {client["id"] for client in clients}
    for records in (clients, invoices, payments):
        numbers = [record["number"] for record in records]
        assert len(set(numbers)) == len(numbers)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(STEPS, min_size=4, max_size=14))
def test_sums_stay_sums(app: NinjaTalk, steps: list[Step]) -> None:
    """Balances of clients, what invoices owe, what payments pay, numbers given once."""
    app.sandbox.reset(mowing_company())
    for step in steps:
        take(app, step)
    require_sums(app)

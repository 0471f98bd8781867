"""What must hold whatever is sent: every answer is an answer, and the books stay whole."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from sandbox_talk import Talk, line, linked, ref
from test_sandbox_objects import LISTS, TRANSACTIONS, credit_card

from recon.sandbox.records.entities import entity_called

__all__ = ["credit_card"]  # a fixture that is used by every test

JUNK = [{}, [], -1, 1e30, "x", True, {"value": {}}, {"value": "99999"}, [1], [{}], "2026-02-31"]

ACCOUNT_LINE = {
    "Amount": 10,
    "DetailType": "AccountBasedExpenseLineDetail",
    "AccountBasedExpenseLineDetail": {
        "AccountRef": ref("8"), "CustomerRef": ref("5"), "BillableStatus": "Billable",
    },
}  # fmt: skip
JOURNAL = [
    {"Amount": 9, "DetailType": "JournalEntryLineDetail", "JournalEntryLineDetail": {
        "PostingType": side, "AccountRef": ref(account),
        "Entity": {"Type": "Customer", "EntityRef": ref("5")}}}
    for side, account in (("Debit", "5"), ("Credit", "1"))
]  # fmt: skip
CASH = {"Amount": 5, "DetailType": "DepositLineDetail",
        "DepositLineDetail": {"AccountRef": ref("1"), "Entity": ref("5")}}  # fmt: skip
REQUESTS: dict[str, dict[str, Any]] = {
    "customer": {"GivenName": "A", "PrimaryEmailAddr": {"Address": "a@b.co"}, "Balance": 5},
    "account": {"AccountType": "Bank", "OpeningBalance": 5, "OpeningBalanceDate": "2026-01-01"},
    "invoice": {"CustomerRef": ref("1"), "Line": [line(20, Qty=2, UnitPrice=10)],
                "LinkedTxn": [{"TxnId": "7", "TxnType": "Estimate"}]},
    "payment": {"CustomerRef": ref("1"), "TotalAmt": 20, "Line": [linked(20, "1")],
                "CreditCardPayment": {"CreditChargeInfo": {"Number": "1"}}},
    "bill": {"VendorRef": ref("6"), "Line": [ACCOUNT_LINE], "APAccountRef": ref("9")},
    "billpayment": {"VendorRef": ref("6"), "PayType": "Check", "TotalAmt": 5,
                    "CheckPayment": {"BankAccountRef": ref("6")}, "Line": [linked(5, "7", "Bill")]},
    "purchase": {"PaymentType": "Check", "AccountRef": ref("6"), "EntityRef": ref("6"),
                 "Line": [ACCOUNT_LINE]},
    "deposit": {"DepositToAccountRef": ref("6"), "Line": [CASH, linked(30, "4", "Payment")]},
    "journalentry": {"Line": JOURNAL},
    "timeactivity": {"NameOf": "Employee", "EmployeeRef": ref("7"),
                     "StartTime": "2026-01-01T10:00:00Z", "EndTime": "2026-01-01T11:02:00Z"},
    "inventoryadjustment": {"AdjustAccountRef": ref("3"), "Line": [
        {"DetailType": "ItemAdjustmentLineDetail",
         "ItemAdjustmentLineDetail": {"ItemRef": ref("2"), "QtyDiff": 1}}]},
}  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every part of a JSON value."""
    yield path
    if isinstance(value, list):
        value = dict(enumerate(value))
    for key, each in value.items() if isinstance(value, dict) else ():
        yield from places(each, (*path, key))


def changed(body: Any, path: tuple[Any, ...], junk: Any) -> Any:
    """The body with one part replaced."""
    if not path:
        return junk
    body = copy.deepcopy(body)
    inside = body
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = junk
    return body


@pytest.mark.parametrize("name", REQUESTS)
def test_nonsense_is_refused_or_taken(talk: Talk, name: str) -> None:
    """Each part of a request replaced by each kind of nonsense: 200 or a validation fault."""
    for path in places(REQUESTS[name]):
        for junk in JUNK:
            reply = talk.post(name, changed(REQUESTS[name], path, junk))
            assert reply.status in {200, 400}, (path, junk)
            assert (reply.status == 200) == (not reply.code), (path, junk)


@pytest.mark.parametrize("kind", [*LISTS, *TRANSACTIONS], ids=lambda kind: kind.__name__)
def test_any_field_may_be_emptied_or_spoilt(talk: Talk, kind: Any) -> None:
    """Each field of a record that there is, cleared or set to nonsense: it is refused or taken."""
    path = kind.qbo_object_name.lower()
    known = entity_called(path)
    assert known is not None
    now = talk.made(path, **{**LISTS, **TRANSACTIONS}[kind][0])
    for name in set(known.fields) - {"Id", "SyncToken"}:
        for junk in ("", "99999", [{"Amount": "x"}]):
            guard = {"Id": now["Id"], "SyncToken": now["SyncToken"], "sparse": True}
            reply = talk.post(path, {**guard, name: junk})
            assert reply.status in {200, 400}, (name, junk)
            now = reply.record() if reply.status == 200 else now


@pytest.mark.parametrize("junk", [*JUNK, "NaN", None])
@pytest.mark.parametrize("name", ["TaxCode", "TaxRateName", "RateValue", "TaxAgencyId"])
def test_a_tax_code_of_nonsense(talk: Talk, name: str, junk: Any) -> None:
    """The tax service takes or refuses whatever stands for a name, a rate or an agency."""
    rate = {"TaxRateName": "a", "RateValue": 5, "TaxAgencyId": "1"}
    body = {"TaxCode": "A", "TaxRateDetails": [rate]}
    (body if name in body else rate)[name] = junk
    assert talk.send("POST", "taxservice/taxcode", body).status in {200, 400}


def test_the_books_stay_whole(talk: Talk) -> None:
    """After any run of writes, balances of people and accounts are what transactions add up to."""
    rng = Random(4)
    made: list[tuple[str, str]] = []
    kinds = [name for name in REQUESTS if name not in {"customer", "account"}]
    kinds += ["creditmemo", "vendorcredit", "estimate", "salesreceipt"]
    start = talk.sandbox.balances()
    for turn in range(260):
        act = rng.random()
        if act < 0.6 or not made:
            name = rng.choice(kinds)
            reply = talk.post(name, request(rng, name, made))
            if reply.status == 200:
                made.append((name, reply.record()["Id"]))
        else:
            name, record_id = rng.choice(made)
            end_or_change(rng, talk, name, record_id, made)
        if turn % 20 == 0:
            check_whole(talk, start)
    check_whole(talk, start)


def request(rng: Random, name: str, made: list[tuple[str, str]]) -> dict[str, Any]:
    """A request of one kind: other amounts, linked to something that was made before."""
    body = copy.deepcopy(REQUESTS.get(name) or REQUESTS["invoice" if "r" in name else "bill"])
    if name == "vendorcredit":
        body = copy.deepcopy(REQUESTS["bill"])
    body.pop("LinkedTxn", None)
    amount = rng.choice([5, 10, 20, 35])
    if name in {"payment", "billpayment"}:
        targets = {"payment": ("invoice", "creditmemo", "journalentry"),
                   "billpayment": ("bill", "vendorcredit")}[name]  # fmt: skip
        names = {"creditmemo": "CreditMemo", "journalentry": "JournalEntry",
                 "vendorcredit": "VendorCredit"}  # fmt: skip
        found = [each for each in made if each[0] in targets]
        picked = rng.sample(found, min(len(found), rng.choice([0, 1, 2])))
        body["TotalAmt"] = amount
        body["Line"] = [linked(5, i, names.get(kind, kind.title())) for kind, i in picked]
        if name == "payment":
            body["CustomerRef"] = ref(rng.choice(["1", "5"]))
    elif name == "deposit":
        found = [record_id for kind, record_id in made if kind == "payment"]
        body["Line"] = [CASH, *(linked(amount, each, "Payment") for each in found[:1])]
    elif name not in {"timeactivity", "inventoryadjustment"}:
        for each in body["Line"]:
            each["Amount"] = amount
            each.get("SalesItemLineDetail", {}).pop("Qty", None)
    return body


def end_or_change(
    rng: Random, talk: Talk, name: str, record_id: str, made: list[tuple[str, str]]
) -> None:
    """Delete or void a transaction, or change its amounts or its customer."""
    record = talk.get(name, record_id)
    end = {"Id": record_id, "SyncToken": record["SyncToken"]}
    way = rng.choice(["delete", "void", "change", "change"])
    if way == "delete" and talk.post(name, end, operation="delete").status == 200:
        made.remove((name, record_id))
    elif way == "void":
        talk.post(name, end, operation="void")
    elif way == "change":
        body = {key: value for key, value in request(rng, name, made).items() if value}
        talk.post(name, {**end, "sparse": True, **body})


def check_whole(talk: Talk, start: dict[str, int]) -> None:
    """People's balances are the sum of transactions; receivables and payables follow them."""
    now = talk.sandbox.balances()
    assert now["customers"] == now["transactions"]
    assert now["vendors"] == now["vendor_transactions"]
    receivable = round(talk.get("account", "5")["CurrentBalance"] * 10_000)
    payable = round(talk.get("account", "9")["CurrentBalance"] * 10_000)
    assert receivable == now["customers"] - start["customers"]
    assert payable == start["vendors"] - now["vendors"]

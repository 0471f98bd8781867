"""Totals, tax, numbers, links on both sides, and balances that follow."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sandbox_talk import Talk, garden_company, line, linked, ref

from recon.sandbox.books.switches import Switches
from recon.sandbox.server import Sandbox


def balance(talk: Talk, customer: str) -> tuple[float, float]:
    """Balance and BalanceWithJobs of a customer."""
    record = talk.get("customer", customer)
    return record["Balance"], record["BalanceWithJobs"]


def test_a_loaded_company_has_its_balances(talk: Talk) -> None:
    """Invoices less payments, unapplied money counted, subs rolled up."""
    assert balance(talk, "1") == (70.0, 70.0)
    assert balance(talk, "2") == (230.0, 270.0)
    assert balance(talk, "3") == (40.0, 40.0)
    assert talk.get("invoice", "1")["Balance"] == 70.0
    assert talk.get("invoice", "1")["LinkedTxn"] == [{"TxnId": "4", "TxnType": "Payment"}]
    assert talk.get("payment", "5")["UnappliedAmt"] == 20.0


def test_a_payment_closes_an_invoice(talk: Talk) -> None:
    """Both sides show the link, what is left over is unapplied, the customer owes less."""
    payment = talk.made("payment", CustomerRef=ref("1"), TotalAmt=90, Line=[linked(70, "1")])
    assert payment["UnappliedAmt"] == 20.0
    invoice = talk.get("invoice", "1")
    assert (invoice["Balance"], invoice["SyncToken"]) == (0.0, "0")
    assert {each["TxnId"] for each in invoice["LinkedTxn"]} == {"4", payment["Id"]}
    assert balance(talk, "1") == (-20.0, -20.0)


def test_detach_and_attach_again(talk: Talk) -> None:
    """An empty Line unlinks everything; sending the lines again links as before."""
    before = talk.get("payment", "4")
    free = talk.change("payment", "4", Line=[]).record()
    assert (free["UnappliedAmt"], free["TotalAmt"]) == (30.0, 30)
    assert talk.get("invoice", "1")["Balance"] == 100.0
    assert talk.get("invoice", "1")["LinkedTxn"] == []
    talk.change("payment", "4", Line=before["Line"])
    assert talk.get("invoice", "1")["Balance"] == 70.0
    assert balance(talk, "1") == (70.0, 70.0)


def test_repoint_and_retire(talk: Talk) -> None:
    """Detach, move both, attach: the way to merge without the screen leaves no cent behind."""
    talk.change("payment", "4", Line=[])
    assert talk.change("invoice", "1", CustomerRef=ref("5")).status == 200
    moved = talk.change("payment", "4", CustomerRef=ref("5")).record()
    assert moved["CustomerRef"]["name"] == "O'Neil's Café"
    assert talk.change("payment", "4", Line=[linked(30, "1")]).status == 200
    assert balance(talk, "1") == (0.0, 0.0)
    assert balance(talk, "5") == (70.0, 70.0)
    assert talk.change("customer", "1", Active=False).status == 200


def test_deleting_and_voiding_frees_the_payment(talk: Talk) -> None:
    """A payment outlives its invoice as unapplied money."""
    token = talk.get("invoice", "1")["SyncToken"]
    talk.post("invoice", {"Id": "1", "SyncToken": token}, operation="void").record()
    payment = talk.get("payment", "4")
    assert (payment["UnappliedAmt"], payment["Line"]) == (30.0, [])
    assert balance(talk, "1") == (-30.0, -30.0)
    token = payment["SyncToken"]
    talk.post("payment", {"Id": "4", "SyncToken": token}, operation="delete").record()
    assert balance(talk, "1") == (0.0, 0.0)


def test_a_credit_memo_pays_an_invoice(talk: Talk) -> None:
    """A payment of nothing links a credit to a charge, as QuickBooks itself does."""
    memo = talk.made("creditmemo", CustomerRef=ref("1"), Line=[line(25)])
    assert memo["RemainingCredit"] == 25.0
    assert balance(talk, "1") == (45.0, 45.0)
    lines = [linked(25, "1"), linked(25, memo["Id"], "CreditMemo")]
    payment = talk.made("payment", CustomerRef=ref("1"), TotalAmt=0, Line=lines)
    assert payment["UnappliedAmt"] == 0.0
    assert talk.get("creditmemo", memo["Id"])["RemainingCredit"] == 0.0
    assert talk.get("invoice", "1")["Balance"] == 45.0
    assert balance(talk, "1") == (45.0, 45.0)


def test_a_parent_pays_for_a_sub_that_bills_with_it(talk: Talk) -> None:
    """Otherwise both must have the same customer (620)."""
    body = {"CustomerRef": ref("2"), "TotalAmt": 40, "Line": [linked(40, "3")]}
    assert talk.post("payment", body).code == "620"
    talk.change("customer", "3", BillWithParent=True)
    assert talk.post("payment", body).status == 200
    assert talk.get("invoice", "3")["Balance"] == 0.0


def test_nothing_is_paid_twice(talk: Talk) -> None:
    """A settled invoice takes no more (620), an open one not more than is open (6000)."""
    body = {"CustomerRef": ref("1"), "TotalAmt": 100, "Line": [linked(100, "1")]}
    assert talk.post("payment", body).code == "6000"
    assert talk.post("payment", {**body, "Line": [linked(70, "1")]}).status == 200
    assert talk.post("payment", {**body, "Line": [linked(1, "1")]}).code == "620"
    assert balance(talk, "1") == (-30.0, -30.0)


def test_a_refused_write_changes_nothing(talk: Talk) -> None:
    """Even when the refusal comes after the first record of several was worked on."""
    before = talk.sandbox.save()
    talk.post("payment", {"CustomerRef": ref("1"), "TotalAmt": 10, "Line": [linked(40, "1")]})
    talk.post("invoice", {"CustomerRef": ref("1"), "Line": [line(5), line(5, "99")]})
    assert talk.sandbox.save() == before


def test_totals_of_every_kind_of_line(talk: Talk) -> None:
    """Bundles expand, descriptions count nothing, a discount takes per cent off the subtotal."""
    lines: list[dict[str, Any]] = [
        line(100),
        {"DetailType": "GroupLineDetail",
         "GroupLineDetail": {"GroupItemRef": ref("6"), "Quantity": 2}},
        {"DetailType": "DescriptionOnly", "Description": "Thank you"},
        {"DetailType": "DiscountLineDetail",
         "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": 10}},
    ]  # fmt: skip
    invoice = talk.made("invoice", CustomerRef=ref("5"), Line=lines)
    group = invoice["Line"][1]
    assert [each["Amount"] for each in group["GroupLineDetail"]["Line"]] == [200.0, 100.0]
    assert [each["DetailType"] for each in invoice["Line"][-2:]] == [
        "SubTotalLineDetail",
        "DiscountLineDetail",
    ]
    assert invoice["Line"][-2]["Amount"] == 400.0
    assert invoice["TotalAmt"] == 360.0
    assert [each.get("LineNum") for each in invoice["Line"]] == [1, 2, 3, None, 4]


def test_tax_comes_from_the_codes_rates(talk: Talk) -> None:
    """Taxable lines only, rounded half up; each rate has its line."""
    rates = [
        {"TaxRateName": name, "RateValue": rate, "TaxAgencyId": "1", "TaxApplicableOn": "Sales"}
        for name, rate in (("State", 6), ("City", 0.25))
    ]
    code = talk.post("taxservice/taxcode", {"TaxCode": "Boise", "TaxRateDetails": rates}).json
    lines = [line(10.1, TaxCodeRef=ref("TAX")), line(50)]
    detail = {"TxnTaxCodeRef": ref(code["TaxCodeId"])}
    invoice = talk.made("invoice", CustomerRef=ref("5"), Line=lines, TxnTaxDetail=detail)
    assert [each["Amount"] for each in invoice["TxnTaxDetail"]["TaxLine"]] == [0.61, 0.03]
    assert invoice["TotalAmt"] == 60.74


def test_line_ids_are_kept(talk: Talk) -> None:
    """A known id stays with its line, an unknown one gives a new line, an unsent line goes."""
    body = {"CustomerRef": ref("5"), "Line": [line(1), line(2)]}
    invoice = talk.made("invoice", **body)
    first, second = invoice["Line"][:2]
    changed = talk.change("invoice", invoice["Id"], Line=[second, {**line(3), "Id": "77"}])
    kept = changed.record()["Line"]
    assert [(each.get("Id"), each["Amount"]) for each in kept] == [
        (second["Id"], 2.0), ("3", 3.0), (None, 5.0)
    ]  # fmt: skip
    assert first["Id"] == "1"


def test_the_due_date_follows_the_terms(talk: Talk) -> None:
    """Net 30 from the date of the invoice; without terms it is due at once."""
    body = {"CustomerRef": ref("1"), "TxnDate": "2026-01-31", "Line": [line(1)]}
    assert talk.made("invoice", **body, SalesTermRef=ref("3"))["DueDate"] == "2026-03-02"
    assert talk.made("invoice", **body)["DueDate"] == "2026-01-31"


def test_an_estimate_closes_with_its_invoice(talk: Talk) -> None:
    """Both name each other."""
    estimate = talk.made("estimate", CustomerRef=ref("1"), Line=[line(10)])
    link = [{"TxnId": estimate["Id"], "TxnType": "Estimate"}]
    invoice = talk.made("invoice", CustomerRef=ref("1"), Line=[line(10)], LinkedTxn=link)
    closed = talk.get("estimate", estimate["Id"])
    assert closed["TxnStatus"] == "Closed"
    assert closed["LinkedTxn"] == [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]
    assert invoice["LinkedTxn"] == link


def test_bundles_hold_their_parts_to_the_rules(talk: Talk) -> None:
    """An inventory item within a bundle has a start date too."""
    kit = {"ItemGroupDetail": {"ItemGroupLine": [{"ItemRef": ref("2"), "Qty": 1}]}}
    talk.sandbox.edit_as_human("Item", "6", kit)
    group = {"DetailType": "GroupLineDetail", "GroupLineDetail": {"GroupItemRef": ref("6")}}
    body = {"CustomerRef": ref("1"), "TxnDate": "2026-05-31", "Line": [group]}
    assert talk.post("invoice", body).code == "6270"


def test_taking_a_payment_out_of_its_deposit(talk: Talk) -> None:
    """6540 until the deposit lets it go."""
    assert talk.change("payment", "5", PrivateNote="x").code == "6540"
    talk.post("deposit", {"Id": "6", "SyncToken": "0"}, operation="delete").record()
    assert talk.change("payment", "5", PrivateNote="x").status == 200


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["invoice", "memo", "pay", "apply", "void", "delete", "move"]),
            st.integers(0, 5),
            st.integers(1, 20_000),
        ),
        max_size=12,
    )
)
def test_customers_owe_what_their_transactions_say(
    running: Sandbox, steps: list[tuple[str, int, int]]
) -> None:
    """Whatever is done, refused or not, balances are the sum of what is open."""
    running.reset(garden_company())
    talk = Talk(running)
    for what, which, cents in steps:
        do_something(talk, what, which, cents / 100)
    company = running.save()
    owed: dict[str, float] = {}
    for kind, field, sign in (
        ("Invoice", "Balance", 1), ("CreditMemo", "Balance", -1), ("Payment", "UnappliedAmt", -1)
    ):  # fmt: skip
        for record in company.records.get(kind, []):
            customer = record["CustomerRef"]["value"]
            owed[customer] = owed.get(customer, 0) + sign * record[field]
    for customer in company.records["Customer"]:
        assert customer["Balance"] == pytest.approx(owed.get(customer["Id"], 0), abs=1e-9)
    talk.session.close()


def do_something(talk: Talk, what: str, which: int, amount: float) -> None:
    """One random write; refusals are welcome."""
    customer = ref("1235"[which % 4])
    if what in ("invoice", "memo"):
        kind = "invoice" if what == "invoice" else "creditmemo"
        talk.post(kind, {"CustomerRef": customer, "Line": [line(amount)]})
        return
    if what == "pay":
        talk.post("payment", {"CustomerRef": customer, "TotalAmt": amount})
        return
    kind = ("Invoice", "Payment", "CreditMemo")[which % 3]
    rows = talk.query(f"SELECT * FROM {kind}").rows()
    if not rows:
        return
    record = rows[which % len(rows)]
    body = {"Id": record["Id"], "SyncToken": record["SyncToken"], "sparse": True}
    if what == "apply":
        invoice = talk.query("SELECT * FROM Invoice").rows()
        target = invoice[which % len(invoice)]["Id"] if invoice else "0"
        talk.post("payment", {**body, "Line": [linked(amount, target)]})
    elif what == "move":
        talk.post(kind.lower(), {**body, "CustomerRef": customer})
    elif what == "void" and kind == "Payment":
        talk.post("payment", body, operation="update", include="void")
    else:
        talk.post(kind.lower(), body, operation=what)


@pytest.mark.parametrize(
    ("setting", "status", "balance_due"),
    [("overapplied_payment=reject", 400, 70.0), ("overapplied_payment=cap", 200, 0.0)],
)
def test_paying_more_than_is_open(setting: str, status: int, balance_due: float) -> None:
    """The switch decides between a refusal and unapplied money."""
    with Sandbox(garden_company(), switches=Switches.parse([setting])) as sandbox:
        talk = Talk(sandbox)
        body = {"CustomerRef": ref("1"), "TotalAmt": 100, "Line": [linked(100, "1")]}
        assert talk.post("payment", body).status == status
        assert talk.get("invoice", "1")["Balance"] == balance_due

"""Taxes outside the US, the tax engine, and books in several currencies."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox_talk import Talk, garden_company, line, linked, ref

from recon.sandbox.books.switches import Switches
from recon.sandbox.server import Sandbox


@pytest.fixture(scope="module")
def abroad():
    """A sandbox outside the US."""
    with Sandbox(switches=Switches.parse(["us_company=false"])) as sandbox:
        yield sandbox


@pytest.fixture
def shop(abroad: Sandbox) -> Talk:
    """The garden company abroad, with a code of two rates (1) and one without tax (2)."""
    abroad.reset(garden_company())
    talk = Talk(abroad)
    for name, rates in (("Both", (5, 9.975)), ("Zero", (0,))):
        details = [
            {"TaxRateName": f"{name} {rate}", "RateValue": rate, "TaxAgencyId": "1",
             "TaxApplicableOn": "Sales"}
            for rate in rates
        ]  # fmt: skip
        talk.post("taxservice/taxcode", {"TaxCode": name, "TaxRateDetails": details})
    return talk


def coded(amount: float, code: str = "1", **detail: Any) -> dict[str, Any]:
    """A line of sales with a tax code."""
    return line(amount, TaxCodeRef=ref(code), **detail)


def test_each_rate_of_a_code_has_its_line(shop: Talk) -> None:
    """Net amounts are summed up by rate before the tax is worked out and rounded."""
    lines = [coded(10.03), coded(10.03), coded(50, "2")]
    invoice = shop.made("invoice", CustomerRef=ref("5"), Line=lines)
    detail = invoice["TxnTaxDetail"]
    assert [each["Amount"] for each in detail["TaxLine"]] == [1.0, 2.0, 0.0]
    assert (detail["TotalTax"], invoice["TotalAmt"]) == (3.0, 73.06)


def test_a_total_that_includes_its_tax_stays_what_it_is(shop: Talk) -> None:
    """However the cents fall, net and tax come to the amounts that were sent."""
    amounts = [99.99, 0.01, 0.05, 1234.56]
    invoice = shop.made(
        "invoice",
        CustomerRef=ref("5"),
        GlobalTaxCalculation="TaxInclusive",
        Line=[coded(amount) for amount in amounts],
    )
    assert invoice["TotalAmt"] == pytest.approx(sum(amounts))
    nets = [each["Amount"] for each in invoice["Line"] if "SalesItemLineDetail" in each]
    tax = invoice["TxnTaxDetail"]["TotalTax"]
    assert sum(nets) + tax == pytest.approx(sum(amounts))
    gross = [each["SalesItemLineDetail"]["TaxInclusiveAmt"] for each in invoice["Line"][:4]]
    assert gross == amounts


def test_what_was_read_can_be_sent_back(shop: Talk) -> None:
    """A form saved as it was read keeps its total; another amount gives another tax."""
    made = shop.made("invoice", CustomerRef=ref("5"), GlobalTaxCalculation="TaxInclusive",
                     Line=[coded(120)])  # fmt: skip
    again = shop.post("invoice", made).record()
    assert again["TotalAmt"] == made["TotalAmt"] == 120.0
    changed = shop.change("invoice", made["Id"], Line=[{**coded(60), "Id": "1"}]).record()
    assert changed["TotalAmt"] == 60.0


def test_tax_in_a_bundle(shop: Talk) -> None:
    """The lines inside bear the codes."""
    inside = [coded(100), coded(20, "2")]
    bundle = {"DetailType": "GroupLineDetail",
              "GroupLineDetail": {"GroupItemRef": ref("6"), "Line": inside}}  # fmt: skip
    invoice = shop.made("invoice", CustomerRef=ref("5"), Line=[bundle])
    assert invoice["TotalAmt"] == 134.98


def test_the_engine_and_people_who_pay_no_tax() -> None:
    """An exempt customer pays none; the code and rate that the engine makes are there to read."""
    with Sandbox(garden_company(), switches=Switches.parse(["automated_sales_tax=true"])) as box:
        talk = Talk(box)
        form: dict[str, Any] = {"ShipAddr": {"CountrySubDivisionCode": "ca"},
                                "Line": [line(100, TaxCodeRef=ref("TAX"))]}  # fmt: skip
        taxed = talk.made("invoice", CustomerRef=ref("5"), **form)
        assert taxed["TotalAmt"] == 107.25
        code = taxed["TxnTaxDetail"]["TxnTaxCodeRef"]["value"]
        assert talk.get("taxcode", code)["Name"] == "CA automated"
        talk.change("customer", "5", Taxable=False).record()
        assert talk.made("invoice", CustomerRef=ref("5"), **form)["TotalAmt"] == 100.0


@pytest.fixture
def trader(talk: Talk) -> Talk:
    """A US company that also deals in euros: customer 8, vendor 9, a bank account in euros."""
    prefs = {"MultiCurrencyEnabled": True, "HomeCurrency": ref("USD")}
    talk.change("preferences", "1", CurrencyPrefs=prefs).record()
    talk.made("companycurrency", Code="EUR")
    talk.made("customer", DisplayName="Paris", CurrencyRef=ref("EUR"))
    talk.made("vendor", DisplayName="Lyon", CurrencyRef=ref("EUR"))
    talk.made("account", Name="Euro bank", AccountType="Bank", CurrencyRef=ref("EUR"))
    return talk


def test_a_foreign_customer_pays_in_his_own_currency(trader: Talk) -> None:
    """Balances of people are in their currency, of accounts in theirs or the company's own."""
    invoice = trader.made("invoice", CustomerRef=ref("8"), ExchangeRate=1.25, Line=[line(80)])
    assert (invoice["HomeTotalAmt"], invoice["HomeBalance"]) == (100.0, 100.0)
    payment = trader.made(
        "payment", CustomerRef=ref("8"), ExchangeRate=1.25, TotalAmt=40,
        DepositToAccountRef=ref("15"), Line=[linked(40, invoice["Id"])],
    )  # fmt: skip
    assert (payment["CurrencyRef"]["value"], payment["HomeTotalAmt"]) == ("EUR", 50.0)
    open_now = trader.get("invoice", invoice["Id"])
    assert (open_now["Balance"], open_now["HomeBalance"]) == (40.0, 50.0)
    assert trader.get("customer", "8")["Balance"] == 40.0
    assert trader.get("account", "5")["CurrentBalance"] == 50.0
    assert trader.get("account", "15")["CurrentBalance"] == 40.0


def test_a_foreign_bill(trader: Talk) -> None:
    """A vendor's currency is the bill's; a customer of another cannot be put on one payment."""
    detail = {"AccountRef": ref("8")}
    cost = {"Amount": 200, "DetailType": "AccountBasedExpenseLineDetail",
            "AccountBasedExpenseLineDetail": detail}  # fmt: skip
    bill = trader.made("bill", VendorRef=ref("9"), ExchangeRate=1.5, Line=[cost])
    assert (bill["CurrencyRef"]["value"], bill["HomeBalance"]) == ("EUR", 300.0)
    assert trader.get("account", "9")["CurrentBalance"] == -300.0
    body = {"CustomerRef": ref("1"), "CurrencyRef": ref("EUR"), "TotalAmt": 10}
    assert trader.post("payment", body).code == "6000"
    assert trader.change("vendor", "9", CurrencyRef=ref("USD")).code == "6000"

"""Purchases, banking, journals and time: links on both sides, and the balances that follow."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox_talk import Talk, line, linked, ref

VENDOR = {"VendorRef": ref("6")}


def spent(amount: float, account: str = "8", **detail: Any) -> dict[str, Any]:
    """A line of cost on an account."""
    return {
        "Amount": amount,
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": {"AccountRef": ref(account), **detail},
    }


def bought(quantity: float, price: float, item: str = "2") -> dict[str, Any]:
    """A line of an item bought."""
    detail = {"ItemRef": ref(item), "Qty": quantity, "UnitPrice": price}
    return {
        "Amount": quantity * price,
        "DetailType": "ItemBasedExpenseLineDetail",
        "ItemBasedExpenseLineDetail": detail,
    }


def paid(amount: float, *lines: dict[str, Any]) -> dict[str, Any]:
    """A bill payment by check."""
    check = {"BankAccountRef": ref("6")}
    pay = {"PayType": "Check", "CheckPayment": check, "TotalAmt": amount, "Line": list(lines)}
    return {**VENDOR, **pay}


def balances(talk: Talk) -> dict[str, float]:
    """What the accounts that moved hold, by name, and what the vendor is owed."""
    accounts = talk.query("SELECT * FROM Account MAXRESULTS 100").rows()
    moved = {each["Name"]: each["CurrentBalance"] for each in accounts if each["CurrentBalance"]}
    owed = talk.get("vendor", "6")["Balance"]
    return {**moved, **({"vendor": owed} if owed else {})}


def test_a_bill_is_paid_with_a_credit(talk: Talk) -> None:
    """A check and a credit settle a bill; each step shows in what vendor and accounts hold."""
    bill = talk.made("bill", **VENDOR, Line=[spent(100)])
    credit = talk.made("vendorcredit", **VENDOR, Line=[spent(30)])
    assert balances(talk) == {"Accounts Payable (A/P)": -70.0, "vendor": 70.0}
    lines = [linked(100, bill["Id"], "Bill"), linked(30, credit["Id"], "VendorCredit")]
    payment = talk.made("billpayment", **paid(70, *lines))
    assert balances(talk) == {"Checking": -70.0}
    assert talk.get("bill", bill["Id"])["Balance"] == 0
    shown = [{"TxnId": payment["Id"], "TxnType": "BillPaymentCheck"}]
    assert talk.get("vendorcredit", credit["Id"])["LinkedTxn"] == shown


def test_the_payment_goes_when_its_bill_goes(talk: Talk) -> None:
    """A deleted bill leaves the payment as a credit with the vendor; a deleted payment nothing."""
    bill = talk.made("bill", **VENDOR, Line=[spent(100)])
    payment = talk.made("billpayment", **paid(100, linked(100, bill["Id"], "Bill")))
    token = talk.get("bill", bill["Id"])["SyncToken"]
    talk.post("bill", {"Id": bill["Id"], "SyncToken": token}, operation="delete").record()
    left = talk.get("billpayment", payment["Id"])
    assert left["Line"] == []
    assert balances(talk)["vendor"] == -100.0
    gone = {"Id": left["Id"], "SyncToken": left["SyncToken"]}
    talk.post("billpayment", gone, operation="delete").record()
    assert balances(talk) == {}


def test_a_bill_changes_after_it_was_paid(talk: Talk) -> None:
    """A new total keeps what was paid; the payment follows a change of its own amount."""
    bill = talk.made("bill", **VENDOR, Line=[spent(100)])
    payment = talk.made("billpayment", **paid(60, linked(60, bill["Id"], "Bill")))
    talk.change("bill", bill["Id"], **VENDOR, Line=[spent(80)]).record()
    assert talk.get("bill", bill["Id"])["Balance"] == 20.0
    lines = [linked(10, bill["Id"], "Bill")]
    talk.change("billpayment", payment["Id"], **VENDOR, TotalAmt=10, Line=lines).record()
    assert talk.get("bill", bill["Id"])["Balance"] == 70.0
    assert balances(talk)["vendor"] == 70.0


@pytest.mark.parametrize("where", ["head", "line"])
def test_an_order_is_billed_and_set_free(talk: Talk, where: str) -> None:
    """A bill named on its head or its line closes the order; cut off or deleted it opens it."""
    order = talk.made("purchaseorder", **VENDOR, Line=[bought(3, 10)])
    link = {"LinkedTxn": [{"TxnId": order["Id"], "TxnType": "PurchaseOrder", "TxnLineId": "1"}]}
    on_line = {**bought(3, 10), **link} if where == "line" else bought(3, 10)
    head = link if where == "head" else {}
    bill = talk.made("bill", **VENDOR, Line=[on_line], **head)
    assert bill["LinkedTxn"][0]["TxnId"] == order["Id"]
    assert talk.get("purchaseorder", order["Id"])["POStatus"] == "Closed"
    talk.change("bill", bill["Id"], **VENDOR, LinkedTxn=[], Line=[bought(3, 10)]).record()
    opened = talk.get("purchaseorder", order["Id"])
    assert (opened["POStatus"], opened["LinkedTxn"]) == ("Open", [])


def test_a_deleted_order_leaves_its_bill(talk: Talk) -> None:
    """The bill forgets what it was made from."""
    order = talk.made("purchaseorder", **VENDOR, Line=[bought(3, 10)])
    link = [{"TxnId": order["Id"], "TxnType": "PurchaseOrder"}]
    bill = talk.made("bill", **VENDOR, LinkedTxn=link, Line=[bought(3, 10)])
    body = {"Id": order["Id"], "SyncToken": talk.get("purchaseorder", order["Id"])["SyncToken"]}
    talk.post("purchaseorder", body, operation="delete").record()
    assert talk.get("bill", bill["Id"])["LinkedTxn"] == []


def test_an_estimates_invoice_goes(talk: Talk) -> None:
    """Deleted, the invoice leaves the estimate pending."""
    estimate = talk.made("estimate", CustomerRef=ref("5"), Line=[line(10)])
    link = [{"TxnId": estimate["Id"], "TxnType": "Estimate"}]
    invoice = talk.made("invoice", CustomerRef=ref("5"), LinkedTxn=link, Line=[line(10)])
    assert talk.get("estimate", estimate["Id"])["TxnStatus"] == "Closed"
    body = {"Id": invoice["Id"], "SyncToken": invoice["SyncToken"]}
    talk.post("invoice", body, operation="delete").record()
    assert talk.get("estimate", estimate["Id"])["TxnStatus"] == "Pending"


def test_money_on_its_way_to_the_bank(talk: Talk) -> None:
    """A payment waits in undeposited funds until a deposit takes it to the bank."""
    payment = talk.made("payment", CustomerRef=ref("1"), TotalAmt=70, Line=[linked(70, "1")])
    assert balances(talk) == {"Undeposited Funds": 70.0, "Accounts Receivable (A/R)": -70.0}
    back = {"Amount": 20, "AccountRef": ref("11")}
    deposit = talk.made(
        "deposit",
        DepositToAccountRef=ref("6"),
        CashBack=back,
        Line=[linked(70, payment["Id"], "Payment")],
    )
    now = balances(talk)
    assert (now["Checking"], now["Savings"]) == (50.0, 20.0)
    assert "Undeposited Funds" not in now
    assert talk.change("payment", payment["Id"], PrivateNote="x").code == "6540"
    body = {"Id": deposit["Id"], "SyncToken": "0"}
    talk.post("deposit", body, operation="delete").record()
    assert talk.change("payment", payment["Id"], PrivateNote="x").status == 200
    assert balances(talk)["Undeposited Funds"] == 70.0


def test_expenses_transfers_and_cards(talk: Talk) -> None:
    """Each moves the accounts it names; what is owed on a card shows as a negative balance."""
    card = {"PaymentType": "CreditCard", "AccountRef": ref("10")}
    talk.made("purchase", **card, Line=[spent(40)])
    talk.made("purchase", **card, Credit=True, Line=[spent(15)])
    ends = {"FromAccountRef": ref("11"), "ToAccountRef": ref("6")}
    transfer = talk.made("transfer", **ends, Amount=100)
    ends = {"BankAccountRef": ref("6"), "CreditCardAccountRef": ref("10")}
    talk.made("creditcardpayment", **ends, Amount=20)
    assert balances(talk) == {"Mastercard": -5.0, "Savings": -100.0, "Checking": 80.0}
    body = {"Id": transfer["Id"], "SyncToken": "0"}
    talk.post("transfer", body, operation="delete").record()
    assert balances(talk) == {"Mastercard": -5.0, "Checking": -20.0}


def test_a_journal_entry_is_paid(talk: Talk) -> None:
    """A debit on receivables is open like an invoice; its payment leaves when the entry does."""
    customer = {"Entity": {"Type": "Customer", "EntityRef": ref("5")}}
    sides = [("Debit", "5", customer), ("Credit", "12", {})]
    lines = [
        {"Amount": 45, "DetailType": "JournalEntryLineDetail",
         "JournalEntryLineDetail": {"PostingType": side, "AccountRef": ref(account), **who}}
        for side, account, who in sides
    ]  # fmt: skip
    entry = talk.made("journalentry", Line=lines)
    assert talk.get("customer", "5")["Balance"] == 45.0
    applied = [linked(45, entry["Id"], "JournalEntry")]
    payment = talk.made("payment", CustomerRef=ref("5"), TotalAmt=45, Line=applied)
    assert (payment["UnappliedAmt"], talk.get("customer", "5")["Balance"]) == (0.0, 0.0)
    wrong = {"CustomerRef": ref("1"), "TotalAmt": 45, "Line": applied}
    assert talk.post("payment", wrong).code == "620"
    body = {"Id": entry["Id"], "SyncToken": talk.get("journalentry", entry["Id"])["SyncToken"]}
    talk.post("journalentry", body, operation="delete").record()
    assert talk.get("payment", payment["Id"])["UnappliedAmt"] == 45.0
    assert talk.get("customer", "5")["Balance"] == -45.0


def test_stock_follows_everything_that_moves_it(talk: Talk) -> None:
    """Bought, sold, sold in a bundle, returned and adjusted; what is deleted gives back."""
    on_hand = lambda: talk.get("item", "2")["QtyOnHand"]  # noqa: E731 - one word for a question
    bill = talk.made("bill", **VENDOR, Line=[bought(5, 8)])
    assert on_hand() == 15
    sold = talk.made("invoice", CustomerRef=ref("1"), Line=[line(160, "2", Qty=2, UnitPrice=80)])
    assert on_hand() == 13
    more = [line(240, "2", Qty=3, UnitPrice=80)]
    talk.change("invoice", sold["Id"], Line=more).record()
    assert on_hand() == 12
    talk.post("invoice", {"Id": sold["Id"], "SyncToken": "1"}, operation="void").record()
    assert on_hand() == 15
    talk.post("bill", {"Id": bill["Id"], "SyncToken": "0"}, operation="delete").record()
    assert on_hand() == 10
    talk.change("item", "2", QtyOnHand=4).record()
    made = talk.query("SELECT * FROM InventoryAdjustment").rows()
    assert made[0]["Line"][0]["ItemAdjustmentLineDetail"]["QtyDiff"] == -6
    assert on_hand() == 4


def test_work_is_billed_once(talk: Talk) -> None:
    """Billable time becomes billed with its invoice and billable again without it."""
    time = talk.made(
        "timeactivity", NameOf="Employee", EmployeeRef=ref("7"), CustomerRef=ref("5"),
        BillableStatus="Billable", HourlyRate=40, Hours=3,
    )  # fmt: skip
    link = {"LinkedTxn": [{"TxnId": time["Id"], "TxnType": "TimeActivity"}]}
    body = {"CustomerRef": ref("5"), "Line": [{**line(120), **link}]}
    invoice = talk.post("invoice", body).record()
    assert talk.get("timeactivity", time["Id"])["BillableStatus"] == "HasBeenBilled"
    assert talk.post("invoice", body).code == "620"
    assert talk.change("timeactivity", time["Id"], Hours=4).code == "6000"
    gone = {"Id": invoice["Id"], "SyncToken": "0"}
    talk.post("invoice", gone, operation="delete").record()
    assert talk.get("timeactivity", time["Id"])["BillableStatus"] == "Billable"
    assert talk.change("customer", "5", Active=False).code == "6280"


def test_a_refused_write_leaves_no_account_behind(talk: Talk) -> None:
    """An account that was opened for a write goes when the write is refused, and comes again."""
    talk.sandbox.edit_as_human("Account", "9", {"Active": False})
    bad = {**VENDOR, "DocNumber": "7", "Line": [spent(1)], "SalesTermRef": ref("99")}
    assert talk.post("bill", bad).code == "2500"
    for number in ("1", "2"):
        body = {**VENDOR, "DocNumber": number, "Line": [spent(1)]}
        account = talk.post("bill", body).record()["APAccountRef"]
        assert talk.get("account", account["value"])["AccountType"] == "Accounts Payable"


def test_pulled_books_keep_their_links_and_balances(talk: Talk) -> None:
    """Saved and loaded again, bills, payments, orders and balances are the same."""
    order = talk.made("purchaseorder", **VENDOR, Line=[bought(3, 10)])
    link = [{"TxnId": order["Id"], "TxnType": "PurchaseOrder"}]
    bill = talk.made("bill", **VENDOR, LinkedTxn=link, Line=[bought(3, 10)])
    talk.made("billpayment", **paid(20, linked(20, bill["Id"], "Bill")))
    before = balances(talk)
    talk.sandbox.reset(talk.sandbox.save())
    assert balances(talk) == before
    assert talk.get("bill", bill["Id"])["Balance"] == 10.0
    body = {"Id": bill["Id"], "SyncToken": talk.get("bill", bill["Id"])["SyncToken"]}
    talk.post("bill", body, operation="delete").record()
    assert talk.get("purchaseorder", order["Id"])["POStatus"] == "Open"
    assert balances(talk)["vendor"] == -20.0


def test_people_at_the_screen_change_purchases(talk: Talk) -> None:
    """A total is a sum there too; a merge of vendors or of accounts takes its balance along."""
    bill = talk.made("bill", **VENDOR, Line=[spent(100)])
    edited = talk.sandbox.edit_as_human("Bill", bill["Id"], {"Line": [spent(60)]})
    assert (edited["TotalAmt"], edited["Balance"]) == (60.0, 60.0)
    assert balances(talk) == {"Accounts Payable (A/P)": -60.0, "vendor": 60.0}
    other = talk.made("vendor", DisplayName="Harbour Supply")
    talk.sandbox.merge("Vendor", other["Id"], "6")
    assert talk.get("bill", bill["Id"])["VendorRef"]["value"] == other["Id"]
    assert talk.get("vendor", other["Id"])["Balance"] == 60.0
    till = talk.made("account", Name="Till", AccountType="Bank", AccountSubType="Checking")
    talk.made("purchase", PaymentType="Check", AccountRef=ref("6"), Line=[spent(5)])
    talk.sandbox.merge("Account", till["Id"], "6")
    assert talk.get("account", till["Id"])["CurrentBalance"] == -5.0


def test_an_inactive_item_stays_where_it_was(talk: Talk) -> None:
    """Lines that are sent again may keep it; a new line may not name it."""
    invoice = talk.made("invoice", CustomerRef=ref("5"), Line=[line(10, "5")])
    talk.change("item", "5", Active=False).record()
    again = [{**line(12, "5"), "Id": "1"}]
    assert talk.change("invoice", invoice["Id"], Line=again).record()["TotalAmt"] == 12.0
    assert talk.post("invoice", {"CustomerRef": ref("5"), "Line": again}).code == "610"


def test_a_tax_number_is_not_shown_again(talk: Talk) -> None:
    """Only its end can be read, however often the vendor is written."""
    vendor = talk.made("vendor", DisplayName="Quarry", TaxIdentifier="12-3456789")
    assert vendor["TaxIdentifier"] == "XXXXXXX6789"
    again = talk.change("vendor", vendor["Id"], TaxIdentifier="XXXXXXX6789").record()
    assert again["TaxIdentifier"] == "XXXXXXX6789"

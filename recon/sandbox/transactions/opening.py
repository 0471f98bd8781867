"""Opening balances: what a new customer or vendor has open becomes a transaction.

Source: Intuit, Customer entity page (Balance can be written on create only and makes an invoice),
Vendor entity page (Balance), read 2026-11-22.
"""

from __future__ import annotations

from recon.sandbox.books.company import Record
from recon.sandbox.books.ledger import Ledger
from recon.sandbox.lists import accounts
from recon.sandbox.records.amounts import number
from recon.sandbox.records.entities import entity
from recon.sandbox.transactions import forms

_FORMS = {("Customer", True): "Invoice", ("Customer", False): "CreditMemo",
          ("Vendor", True): "Bill", ("Vendor", False): "VendorCredit"}  # fmt: skip


def enter(ledger: Ledger, name: str, party: Record, balance: int) -> None:
    """Record a new customer's or vendor's opening balance, in ten-thousandths, as a form."""
    kind = entity(_FORMS[name, balance > 0])
    equity = accounts.default(ledger, "OpeningBalanceEquity")
    reference = {"value": party["Id"]}
    line: Record = {"Amount": number(abs(balance)), "Description": "Opening Balance"}
    if name == "Customer":
        code = {"TaxCodeRef": {"value": "NON"}} if ledger.in_us() else {}
        line |= {"DetailType": "SalesItemLineDetail"}
        line["SalesItemLineDetail"] = {"ItemAccountRef": equity, **code}
    else:
        line |= {"DetailType": "AccountBasedExpenseLineDetail"}
        line["AccountBasedExpenseLineDetail"] = {"AccountRef": equity}
    form: Record = {
        f"{name}Ref": reference,
        "TxnDate": party.get("OpenBalanceDate") or ledger.today(),
        "PrivateNote": "Opening Balance",
        **({} if ledger.in_us() else {"GlobalTaxCalculation": "NotApplicable"}),
        "Line": [line],
    }
    forms.settle(ledger, kind, form, None, allow_duplicate=True)
    ledger.touch(form, None)
    form["Id"] = str(ledger.store.next(kind.ids))
    forms.keep(ledger, kind, form, None)

"""The kinds of transactions with vendors, with banks, of the journal, of time and of stock.

Source: Intuit, entity pages (Bill, BillPayment, VendorCredit, Purchase, PurchaseOrder, Deposit,
Transfer, CreditCardPayment, JournalEntry, TimeActivity, InventoryAdjustment, TaxPayment);
python-quickbooks 0.9.12 objects; karellen-qbo-mcp 0.0.8 entities.py for sparse requirements, read
2026-11-22.
"""

from __future__ import annotations

from recon.sandbox.records.entity_sales import TXN
from recon.sandbox.records.fields import DERIVED, Entity, Field, fields_of, text

_VENDOR_FORM = TXN | {
    "VendorRef": Field("ref", query=True),
    "DueDate": Field("date", query=True),
    "Balance": Field("number", read_only=True, query=True),
    **fields_of("ref", "APAccountRef SalesTermRef PayerRef"),
    **fields_of("object", "VendorAddr RemitToAddr"),
    **fields_of("bool", "IncludeInAnnualTPAR"),
}
_ORDER = _VENDOR_FORM | {
    "POStatus": Field("text", query=True),
    "Memo": text(4000),
    **fields_of("object", "ShipAddr"),
    **fields_of("email", "POEmail"),
    **fields_of("ref", "ShipMethodRef ShipTo TaxCodeRef DropShipToEntity"),
    **fields_of("text", "EmailStatus"),
}
_BILL_PAYMENT = TXN | {
    "VendorRef": Field("ref", query=True),
    "PayType": Field("text"),
    **fields_of("object", "CheckPayment CreditCardPayment"),
    **fields_of("ref", "APAccountRef"),
    **fields_of("bool", "ProcessBillPayment"),
}
_PURCHASE = TXN | {
    "PaymentType": Field("text", query=True),
    **fields_of("ref", "AccountRef EntityRef PaymentMethodRef"),
    **fields_of("bool", "Credit IncludeInAnnualTPAR"),
    **fields_of("text", "PrintStatus PaymentRefNum CheckNum"),
    **fields_of("object", "RemitToAddr PurchaseEx"),
}
_DEPOSIT = TXN | {**fields_of("ref", "DepositToAccountRef"), **fields_of("object", "CashBack")}
_TRANSFER = TXN | {
    "Amount": Field("number", query=True),
    **fields_of("ref", "FromAccountRef ToAccountRef"),
}
_CARD_PAYMENT = TXN | {
    "Amount": Field("number", query=True),
    "VendorRef": Field("ref", query=True),
    "Memo": text(4000),
    "CheckNum": text(21),
    **fields_of("ref", "BankAccountRef CreditCardAccountRef"),
    **fields_of("text", "PrintStatus"),
}
_JOURNAL = TXN | {
    **fields_of("bool", "Adjustment"),
    **fields_of("ref", "JournalCodeRef TaxRateRef"),
}
_TIME = DERIVED | {
    "TxnDate": Field("date", query=True),
    "NameOf": Field("text", query=True),
    "Description": text(4000),
    "StartTime": Field("text"),
    "EndTime": Field("text"),
    **fields_of("ref", "EmployeeRef VendorRef OtherNameRef CustomerRef ProjectRef ItemRef"),
    **fields_of("ref", "ClassRef DepartmentRef PayrollItemRef"),
    **fields_of("number", "Hours Minutes Seconds BreakHours BreakMinutes BreakSeconds"),
    **fields_of("number", "HourlyRate CostRate"),
    **fields_of("bool", "Taxable"),
    **fields_of("text", "BillableStatus TransactionLocationType"),
    **fields_of("list", "LinkedTxn"),
}
_ADJUSTMENT = TXN | {
    "CustomerRef": Field("ref"),
    **fields_of("ref", "AdjustAccountRef"),
}
_TAX_PAYMENT = DERIVED | {
    "PaymentDate": Field("date", query=True),
    "Description": text(4000),
    **fields_of("ref", "PaymentAccountRef"),
    **fields_of("number", "PaymentAmount"),
    **fields_of("bool", "Refund"),
}
_VENDOR_NEEDS = ("VendorRef",)

PURCHASE_KINDS = (
    Entity("Bill", "transaction", "Txns", _VENDOR_FORM, None, "DocNumber", ("VendorRef", "Line"),
           _VENDOR_NEEDS),
    Entity("VendorCredit", "transaction", "Txns", _VENDOR_FORM, None, "DocNumber",
           ("VendorRef", "Line"), _VENDOR_NEEDS),
    Entity("PurchaseOrder", "transaction", "Txns", _ORDER, None, "DocNumber",
           ("VendorRef", "Line"), one_of={"POStatus": ("Open", "Closed")}),
    Entity("BillPayment", "transaction", "Txns", _BILL_PAYMENT, None, "DocNumber",
           ("VendorRef", "PayType", "TotalAmt"), _VENDOR_NEEDS,
           one_of={"PayType": ("Check", "CreditCard")}),
    Entity("Purchase", "transaction", "Txns", _PURCHASE, None, "DocNumber",
           ("PaymentType", "AccountRef", "Line"), ("PaymentType",),
           one_of={"PaymentType": ("Cash", "Check", "CreditCard")}),
    Entity("Deposit", "transaction", "Txns", _DEPOSIT, None, "DocNumber",
           ("DepositToAccountRef", "Line"), ("DepositToAccountRef",)),
    Entity("Transfer", "transaction", "Txns", _TRANSFER, None, "DocNumber",
           ("FromAccountRef", "ToAccountRef", "Amount"),
           ("FromAccountRef", "ToAccountRef", "Amount")),
    Entity("CreditCardPaymentTxn", "transaction", "Txns", _CARD_PAYMENT, None, "DocNumber",
           ("CreditCardAccountRef", "BankAccountRef", "Amount"),
           ("CreditCardAccountRef", "BankAccountRef", "Amount")),
    Entity("JournalEntry", "transaction", "Txns", _JOURNAL, None, "DocNumber", ("Line",)),
    Entity("TimeActivity", "transaction", "TimeActivities", _TIME, None, None, ("NameOf",)),
    Entity("InventoryAdjustment", "transaction", "Txns", _ADJUSTMENT, None, "DocNumber",
           ("AdjustAccountRef", "Line")),
    Entity("TaxPayment", "transaction", "TaxPayments", _TAX_PAYMENT, None, None,
           ("PaymentDate", "PaymentAccountRef", "PaymentAmount")),
)  # fmt: skip

"""The kinds of transactions with customers: forms of sale, and the payments for them.

Source: Intuit, entity pages (Invoice, SalesReceipt, CreditMemo, RefundReceipt, Estimate, Payment,
ReimburseCharge); python-quickbooks 0.9.12 objects, read 2026-11-22.
"""

from __future__ import annotations

from recon.sandbox.records.fields import DERIVED, Entity, Field, fields_of, text

TXN = DERIVED | {
    "DocNumber": text(21, query=True),
    "TxnDate": Field("date", query=True),
    "TotalAmt": Field("number", query=True),
    "PrivateNote": text(4000),
    "Line": Field("list"),
    "LinkedTxn": Field("list"),
    "RecurDataRef": Field("ref", read_only=True),
    **fields_of("number", "HomeTotalAmt ExchangeRate HomeBalance"),
    **fields_of("ref", "CurrencyRef DepartmentRef ClassRef"),
    **fields_of("text", "TxnSource TxnStatus GlobalTaxCalculation TransactionLocationType"),
    **fields_of("object", "TxnTaxDetail"),
}
_SALE = TXN | {
    "CustomerRef": Field("ref", query=True),
    "ProjectRef": Field("ref", query=True),
    "DueDate": Field("date", query=True),
    "Balance": Field("number", read_only=True, query=True),
    "CustomerMemo": Field("object"),
    "InvoiceLink": Field("text", read_only=True),
    **fields_of(
        "object", "BillAddr ShipAddr ShipFromAddr DeliveryInfo CreditCardPayment CheckPayment"
    ),
    **fields_of("email", "BillEmail BillEmailCc BillEmailBcc"),
    **fields_of("ref", "SalesTermRef ShipMethodRef DepositToAccountRef PaymentMethodRef"),
    **fields_of("ref", "TaxExemptionRef InvoiceRef ARAccountRef"),
    **fields_of("bool", "ApplyTaxAfterDiscount FreeFormAddress AllowIPNPayment AllowOnlinePayment"),
    **fields_of("bool", "AllowOnlineCreditCardPayment AllowOnlineACHPayment"),
    **fields_of("text", "EmailStatus PrintStatus TrackingNum EInvoiceStatus AcceptedBy"),
    **fields_of("text", "PaymentRefNum PaymentType"),
    **fields_of("date", "ShipDate AcceptedDate ExpirationDate"),
    **fields_of("number", "Deposit RemainingCredit DiscountAmt DiscountRate"),
}
_PAYMENT = TXN | {
    "CustomerRef": Field("ref", query=True),
    "ProjectRef": Field("ref", query=True),
    "PaymentRefNum": text(21, query=True),
    "UnappliedAmt": Field("number", read_only=True),
    "ProcessPayment": Field("bool"),
    "CreditCardPayment": Field("object"),
    **fields_of("ref", "ARAccountRef PaymentMethodRef DepositToAccountRef TaxExemptionRef"),
}
_CHARGE = TXN | {
    "CustomerRef": Field("ref", query=True),
    "HasBeenInvoiced": Field("bool", query=True),
    **fields_of("number", "Amount"),
}

SALE_KINDS = (
    Entity("Invoice", "transaction", "Txns", _SALE, None, "DocNumber", ("Line", "CustomerRef")),
    Entity("CreditMemo", "transaction", "Txns", _SALE, None, "DocNumber", ("Line", "CustomerRef")),
    Entity("SalesReceipt", "transaction", "Txns", _SALE, None, "DocNumber", ("Line",)),
    Entity("RefundReceipt", "transaction", "Txns", _SALE, None, "DocNumber",
           ("Line", "DepositToAccountRef")),
    Entity("Estimate", "transaction", "Txns", _SALE, None, "DocNumber", ("Line", "CustomerRef")),
    Entity("Payment", "transaction", "Txns", _PAYMENT, None, "PaymentRefNum",
           ("CustomerRef", "TotalAmt")),
    Entity("ReimburseCharge", "fixed", "Txns", _CHARGE),
)  # fmt: skip

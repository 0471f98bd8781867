"""Payments: what customers paid, and what was paid to vendors.

Source: Intuit, Payment and BillPayment entity pages, Common errors; python-quickbooks 0.9.12
tests/integration/test_billpayment.py (a bill that is paid already), read 2026-11-26.
"""

from __future__ import annotations

from recon.sandbox import faults
from recon.sandbox.books.company import Record
from recon.sandbox.books.ledger import Ledger
from recon.sandbox.lists import accounts
from recon.sandbox.records.amounts import number, units
from recon.sandbox.transactions import stated
from recon.sandbox.transactions.stated import Link

_PARTY = {"Payment": "CustomerRef", "BillPayment": "VendorRef"}
_PAYABLE = {
    "Payment": frozenset({"Invoice", "CreditMemo", "JournalEntry", "Purchase"}),
    "BillPayment": frozenset({"Bill", "VendorCredit", "JournalEntry", "Purchase", "Deposit"}),
}
_VOIDED = "Voided"
# How QuickBooks' own serialiser wraps a name and a value, in every line alike.
_EXTENDED = {
    "name": "{http://schema.intuit.com/finance/v3}NameValue",
    "declaredType": "com.intuit.schema.finance.v3.NameValue",
    "scope": "javax.xml.bind.JAXBElement$GlobalScope",
    "nil": False,
    "globalScope": True,
    "typeSubstituted": False,
}


def settle_payment(ledger: Ledger, record: Record, before: Record | None) -> None:
    """Check what a customer's payment is applied to and work out what of it is unapplied.

    Raises:
        Fault: 620 for an unknown, foreign or settled transaction, 6000 for more than there is,
            2140 for a negative amount, 6530 for a card number in clear.
    """
    if record.get("TotalAmt") is None:
        raise faults.required("TotalAmt")
    _check_amount(record)
    _check_card(record)
    record["Line"], applied = _applied(ledger, "Payment", record, before)
    unapplied = units(record["TotalAmt"]) - applied
    if unapplied < 0:
        raise faults.business("The amount applied is more than the amount of the payment.")
    record["UnappliedAmt"] = number(unapplied)
    record.setdefault("ProcessPayment", False)
    if not record.get("DepositToAccountRef"):
        record["DepositToAccountRef"] = accounts.default(ledger, "UndepositedFunds")


def settle_bill_payment(ledger: Ledger, record: Record, before: Record | None) -> None:
    """Check how a vendor was paid and what for; what is paid too much stays a credit.

    Raises:
        Fault: 2020 for a way of paying without its account, 6430 for an account of another type,
            620, 6000, 2140.
    """
    _check_amount(record)
    checked = accounts.checked
    if record["PayType"] == "Check":
        paid = record.get("CheckPayment") or {}
        if not paid.get("BankAccountRef"):
            raise faults.required("CheckPayment.BankAccountRef")
        checked(ledger, paid["BankAccountRef"], accounts.BANK)
        paid.setdefault("PrintStatus", "NotSet")
    else:
        paid = record.get("CreditCardPayment") or {}
        if not paid.get("CCAccountRef"):
            raise faults.required("CreditCardPayment.CCAccountRef")
        checked(ledger, paid["CCAccountRef"], accounts.CREDIT_CARD)
    if record.get("APAccountRef"):
        checked(ledger, record["APAccountRef"], accounts.PAYABLE)
    asked = stated.links_in("BillPayment", record)
    record["Line"], applied = _applied(ledger, "BillPayment", record, before)
    if units(record["TotalAmt"]) < applied:
        raise faults.business("The amount applied is more than the amount of the payment.")
    if asked and not record["Line"]:
        note = record.get("PrivateNote")
        record["TotalAmt"] = 0
        record["PrivateNote"] = f"{_VOIDED} - {note}" if note else _VOIDED


def _check_amount(record: Record) -> None:
    if units(record.get("TotalAmt")) < 0:
        raise faults.fault("2140", f"Supplied value:{record['TotalAmt']}", "TotalAmt")


def _check_card(record: Record) -> None:
    """Refuse a card's number in clear: QuickBooks takes tokens only."""
    charged = (record.get("CreditCardPayment") or {}).get("CreditChargeInfo") or {}
    digits = "".join(each for each in str(charged.get("Number", "")) if each.isdecimal())
    if len(digits) > 11:
        raise faults.fault("6530", "You can't enter raw credit card numbers.", "Number")


def _applied(
    ledger: Ledger, name: str, record: Record, before: Record | None
) -> tuple[list[Record], int]:
    """The lines of a payment as they are kept, and what they come to."""
    own = {
        (kind, record_id): amount
        for kind, record_id, amount in (ledger.store.links_of(name, before["Id"]) if before else [])
    }
    lines: list[Record] = []
    total = 0
    for link in stated.links_in(name, record):
        kind, record_id, _ = link
        target = ledger.store.get(kind, record_id) if kind in _PAYABLE[name] else None
        if target is None:
            raise faults.cannot_link(faults.INACTIVE)
        amount, sign = _applicable(ledger, name, record, target, link, own.get(link[:2], 0))
        if amount is None:
            continue
        total += amount * sign
        shown = stated.txn_type(kind, target)
        line: Record = {
            "Amount": number(amount),
            "LinkedTxn": [{"TxnId": record_id, "TxnType": shown}],
        }
        if name == "Payment":
            line["LineEx"] = _extension(target, own.get(link[:2], 0))
        lines.append(line)
    return lines, total


def _extension(target: Record, already: int) -> Record:
    """What a payment's line tells besides of the transaction that it pays.

    Its open balance is what it was before the payment.

    Source: Intuit, Payment entity page (sample: LineEx with txnId, txnOpenBalance and
        txnReferenceNumber), read 2026-11-26.
    """
    left = units(target.get("Balance")) + already
    told = {"txnId": target["Id"], "txnOpenBalance": f"{number(left):.2f}"}
    if target.get("DocNumber"):
        told["txnReferenceNumber"] = target["DocNumber"]
    return {
        "any": [
            {**_EXTENDED, "value": {"Name": key, "Value": value}} for key, value in told.items()
        ]
    }


def _applicable(
    ledger: Ledger, name: str, payment: Record, target: Record, link: Link, already: int
) -> tuple[int | None, int]:
    """The amount of a link as far as the target allows it, and which way it counts.

    None stands for a bill that is paid already and falls away.
    """
    kind, _, amount = link
    if amount < 0:
        raise faults.fault("2290", "Negative amounts aren't supported on transaction lines.")
    if kind not in stated.SETTLED:
        return amount, _sign_of_lines(ledger, name, payment, kind, target)
    if not _same_party(ledger, name, payment, target):
        raise faults.cannot_link(faults.OTHER_PARTY)
    sign = stated.SETTLED[kind]
    left = units(target.get("Balance")) + already
    if left <= 0 < amount:
        if name == "BillPayment" and ledger.switches.paid_bill_again == "void":
            return None, sign
        raise faults.cannot_link("The transaction is already fully applied.")
    if amount > left:
        if ledger.switches.overapplied_payment == "cap":
            return left, sign
        raise faults.business("The amount applied is more than the open balance.")
    return amount, sign


def _sign_of_lines(ledger: Ledger, name: str, payment: Record, kind: str, target: Record) -> int:
    """A journal's debit on receivables is paid, its credit helps to pay; payables likewise.

    Raises:
        Fault: 620 for a transaction that leaves this customer or vendor nothing to settle.
    """
    field = _PARTY[name]
    party = (field.removesuffix("Ref"), payment[field]["value"])
    owed = stated.owed(kind, target, lambda record_id: accounts.type_of(ledger, record_id))
    if not owed.get(party):
        raise faults.cannot_link(faults.OTHER_PARTY)
    return 1 if owed[party] > 0 else -1


def _same_party(ledger: Ledger, name: str, payment: Record, target: Record) -> bool:
    """Both have one customer or vendor, or the target's customer bills with the payment's."""
    field = _PARTY[name]
    payer, record_id = payment[field]["value"], (target.get(field) or {}).get("value")
    while record_id and record_id != payer:
        customer = ledger.store.get("Customer", record_id) or {}
        if field != "CustomerRef" or not customer.get("BillWithParent"):
            return False
        record_id = (customer.get("ParentRef") or {}).get("value")
    return bool(record_id)


def check_voidable(record: Record) -> None:
    """Refuse to void what the card's bank has settled.

    Raises:
        Fault: 6450.
    """
    charged = (record.get("CreditCardPayment") or {}).get("CreditChargeResponse") or {}
    if charged.get("Status") == "Completed":
        said = "Since the transaction is already settled, you can't void it."
        raise faults.fault("6450", said)

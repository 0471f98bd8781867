"""QuickBooks' JSON as tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from decimal import Decimal
from functools import partial
from typing import Any

from recon.books import (
    ACCOUNTS,
    CLASSES,
    CREDITS,
    CUSTOMERS,
    DEPOSITS,
    ESTIMATES,
    INVOICE_LINES,
    INVOICES,
    ITEMS,
    PAYMENT_APPLICATIONS,
    PAYMENTS,
    PREFERENCES,
    REFUND_RECEIPTS,
    SALES_RECEIPTS,
    TAX_CODES,
    TAX_RATES,
    TERMS,
    TRANSACTION_LINKS,
    Ref,
    Reject,
    Side,
    Snapshot,
    make_ref,
)
from recon.stages.tidy.lookups import Known, known_in, preferences_in
from recon.stages.tidy.values import (
    Raw,
    Row,
    Rows,
    amount,
    children,
    collect,
    day,
    first_text,
    flag,
    moment,
    row_number,
    text,
    value,
)
from recon.table import Table

_SHAPES: dict[str, Table] = {
    "customers": CUSTOMERS, "vendors": CUSTOMERS, "employees": CUSTOMERS, "items": ITEMS,
    "invoices": INVOICES, "invoice_lines": INVOICE_LINES, "payments": PAYMENTS,
    "payment_applications": PAYMENT_APPLICATIONS, "credits": CREDITS,
    "sales_receipts": SALES_RECEIPTS, "refund_receipts": REFUND_RECEIPTS,
    "estimates": ESTIMATES, "tax_rates": TAX_RATES,
    "tax_codes": TAX_CODES, "accounts": ACCOUNTS, "terms": TERMS, "classes": CLASSES,
    "deposits": DEPOSITS, "transaction_links": TRANSACTION_LINKS,
}  # fmt: skip


def tidy_qbo(snapshot: Snapshot) -> tuple[Side, list[Reject]]:
    """The tables of a QuickBooks company, and a reject for each record that makes no sense.

    Records may come from the API or, in the same form, from exported lists. A record that was
    sent twice, because somebody worked while the pages were read, is taken in its newer state.
    """
    known = known_in(snapshot)
    tables: defaultdict[str, list[Row]] = defaultdict(list)
    rejects: list[Reject] = []
    for entity, translate in _translators(known).items():
        records, repeated = _newest(snapshot, entity)
        rejects += repeated
        rejects += collect(tables, f"{snapshot.source}: {entity}", records, translate)
    frames = {name: shape.frame(tables[name]) for name, shape in _SHAPES.items()}
    preferences = PREFERENCES.frame(preferences_in(snapshot))
    side = Side(
        snapshot.company,
        snapshot.realm,
        only_lists=snapshot.environment == "files",
        live=snapshot.environment != "files",
        **frames,
        preferences=preferences,
    )
    return side, rejects


def _translators(known: Known) -> dict[str, Callable[[Raw], Rows]]:
    return {
        "Customer": partial(_party, kind="customer", table="customers"),
        "Vendor": partial(_party, kind="vendor", table="vendors"),
        "Employee": partial(_party, kind="employee", table="employees"),
        "Item": partial(_item, known=known),
        "Invoice": partial(_invoice, known=known),
        "CreditMemo": partial(_sale, kind="credit", table="credits", known=known),
        "SalesReceipt": partial(_sale, kind="sales_receipt", table="sales_receipts", known=known),
        "RefundReceipt": partial(
            _sale, kind="refund_receipt", table="refund_receipts", known=known
        ),
        "Estimate": partial(_sale, kind="estimate", table="estimates", known=known),
        "Payment": partial(_payment, known=known),
        "Deposit": _deposit,
        "TaxRate": partial(_tax_rate, known=known),
        "TaxCode": partial(_tax_code, known=known),
        "Account": partial(_named, kind="account", table="accounts", type_field="AccountType"),
        "Term": partial(_named, kind="term", table="terms", type_field="Type"),
        "Class": partial(_named, kind="class", table="classes", type_field=""),
    }


def _newest(snapshot: Snapshot, entity: str) -> tuple[list[Raw], list[Reject]]:
    newest: dict[Any, Raw] = {}
    rejects = []
    for position, record in enumerate(snapshot.records.get(entity, ()), start=1):
        record_id = str(value(record, "Id") or "") or f"\0{position}"
        earlier = newest.get(record_id)
        if earlier is not None:
            rejects.append(
                Reject(
                    f"{snapshot.source}: {entity}", position, f"Id {record_id}",
                    "was sent twice; the newer state is used",
                )
            )  # fmt: skip
        if earlier is None or _token(record) >= _token(earlier):
            newest[record_id] = record
    return list(newest.values()), rejects


def _token(record: Raw) -> int:
    token = str(value(record, "SyncToken") or "0")
    return int(token) if token.isdecimal() else 0


def _identity(record: Raw, kind: str) -> dict[str, Any]:
    record_id = text(record, "Id")
    if record_id is None:
        raise ValueError("it has no Id")
    return {
        "ref": make_ref("qbo", kind, record_id),
        "id": record_id,
        "sync_token": text(record, "SyncToken"),
        "created_at": moment(record, "MetaData", "CreateTime"),
        "updated_at": moment(record, "MetaData", "LastUpdatedTime"),
        "row": row_number(record),
    }


def _ref(record: Raw, kind: str, *path: str) -> Ref | None:
    found = text(record, *path, "value")
    return None if found is None else make_ref("qbo", kind, found)


def _is_active(record: Raw) -> bool:
    # QuickBooks states Active on every list record; what leaves it out has no such state
    return flag(record, "Active") is not False


def _party(record: Raw, *, kind: str, table: str) -> Rows:
    address = "PrimaryAddr" if kind == "employee" else "BillAddr"
    yield (
        table,
        {
            **_identity(record, kind),
            "kind": kind,
            "name": text(record, "DisplayName"),
            "company_name": text(record, "CompanyName"),
            "given_name": text(record, "GivenName"),
            "family_name": text(record, "FamilyName"),
            "email": text(record, "PrimaryEmailAddr", "Address"),
            "phone": first_text(
                record,
                ("PrimaryPhone", "FreeFormNumber"),
                ("Mobile", "FreeFormNumber"),
                ("AlternatePhone", "FreeFormNumber"),
            ),
            "address_line1": text(record, address, "Line1"),
            "address_line2": text(record, address, "Line2"),
            "city": text(record, address, "City"),
            "region": text(record, address, "CountrySubDivisionCode"),
            "postal_code": text(record, address, "PostalCode"),
            "country": text(record, address, "Country"),
            "tax_number": first_text(
                record, ("PrimaryTaxIdentifier",), ("BusinessNumber",), ("TaxIdentifier",)
            ),
            "currency": text(record, "CurrencyRef", "value"),
            "balance": amount(record, "Balance"),
            "taxable": flag(record, "Taxable"),
            "active": _is_active(record),
            "parent_ref": _ref(record, kind, "ParentRef"),
            "bill_with_parent": flag(record, "BillWithParent"),
            "full_name": text(record, "FullyQualifiedName"),
        },
    )


def _item(record: Raw, *, known: Known) -> Rows:
    yield (
        "items",
        {
            **_identity(record, "item"),
            "name": text(record, "Name"),
            "full_name": text(record, "FullyQualifiedName"),
            "sku": text(record, "Sku"),
            "description": text(record, "Description"),
            "type": text(record, "Type"),
            "unit_price": amount(record, "UnitPrice"),
            "cost": amount(record, "PurchaseCost"),
            "category": known.categories.get(text(record, "ParentRef", "value") or "")
            or text(record, "CategoryName"),  # exported lists have it in a column of their own
            "parent_ref": _ref(record, "item", "ParentRef"),
            "taxable": flag(record, "Taxable"),
            "active": _is_active(record),
            "start_date": day(record, "InvStartDate"),
            "quantity": amount(record, "QtyOnHand"),
            "income_account_ref": _ref(record, "account", "IncomeAccountRef"),
        },
    )


def _sale(record: Raw, *, kind: str, table: str, known: Known) -> Rows:
    code = known.tax_codes.get(text(record, "TxnTaxDetail", "TxnTaxCodeRef", "value") or "")
    discounts = [
        amount(line, "Amount")
        for line in children(record, "Line")
        if text(line, "DetailType") == "DiscountLineDetail"
    ]
    yield (
        table,
        {
            **_identity(record, kind),
            "number": text(record, "DocNumber"),
            "customer_ref": _ref(record, "customer", "CustomerRef"),
            "customer_name": text(record, "CustomerRef", "name"),
            "date": day(record, "TxnDate"),
            "due_date": day(record, "DueDate"),
            "total": amount(record, "TotalAmt"),
            "balance": amount(record, "Balance"),
            "tax": amount(record, "TxnTaxDetail", "TotalTax"),
            "discount": sum((d for d in discounts if d is not None), Decimal())
            if discounts
            else None,
            "currency": text(record, "CurrencyRef", "value"),
            "status": _status(record, still_open=amount(record, "Balance")),
            "po_number": text(record, "PONumber"),
            "memo": text(record, "PrivateNote"),
            "tax_name": code.name if code else None,
            "tax_rate": code.rate if code else None,
            "class_name": text(record, "ClassRef", "name"),
        },
    )
    yield from _other_links(record, kind, told=("Payment",))


def _status(record: Raw, *, still_open: Decimal | None) -> str | None:
    """One of open, paid, voided; None when the record does not say what is still open.

    Source: Intuit, Invoice entity, "Void an invoice" (amounts become zero and PrivateNote begins
        with "Voided"), read 2026-11-22.
    """
    total, note = amount(record, "TotalAmt"), text(record, "PrivateNote") or ""
    if not total and note.startswith("Voided"):
        return "voided"
    if still_open is None:
        return None
    return "open" if still_open else "paid"


def _invoice(record: Raw, *, known: Known) -> Rows:
    yield from _sale(record, kind="invoice", table="invoices", known=known)
    ref = _identity(record, "invoice")["ref"]
    lines = _lines_that_sell(children(record, "Line"))
    for position, (line, detail, item_path) in enumerate(lines, start=1):
        code_id = text(line, detail, "TaxCodeRef", "value")
        code = known.tax_codes.get(code_id or "")
        yield (
            "invoice_lines",
            {
                "ref": ref,
                "position": position,
                "item_ref": _ref(line, "item", *item_path),
                "item_name": text(line, *item_path, "name"),
                "description": text(line, "Description"),
                "quantity": amount(line, detail, "Qty"),
                "unit_price": amount(line, detail, "UnitPrice"),
                "amount": None if detail == "GroupLineDetail" else amount(line, "Amount"),
                "tax_name": code.name if code else None,
                "tax_rate": code.rate if code else None,
                "tax_parts": code.parts if code else None,
                "tax_code": code_id,
            },
        )


def _lines_that_sell(lines: Iterable[Raw]) -> Iterable[tuple[Raw, str, tuple[str, ...]]]:
    """Lines with an item or a text, each with its detail's name and the path to its item.

    A bundle is one line without an amount, followed by the lines that it is made of.
    """
    for line in lines:
        detail = text(line, "DetailType") or ""
        if detail == "GroupLineDetail":
            yield line, detail, (detail, "GroupItemRef")
            yield from _lines_that_sell(children(line, detail, "Line"))
        elif detail in {"SalesItemLineDetail", "DescriptionOnly"}:
            yield line, detail, (detail, "ItemRef")


def _payment(record: Raw, *, known: Known) -> Rows:
    identity = _identity(record, "payment")
    yield (
        "payments",
        {
            **identity,
            "customer_ref": _ref(record, "customer", "CustomerRef"),
            "customer_name": text(record, "CustomerRef", "name"),
            "date": day(record, "TxnDate"),
            "amount": amount(record, "TotalAmt"),
            "unapplied": amount(record, "UnappliedAmt"),
            "method": known.methods.get(text(record, "PaymentMethodRef", "value") or ""),
            "reference": text(record, "PaymentRefNum"),
            "currency": text(record, "CurrencyRef", "value"),
            "status": _status(record, still_open=amount(record, "UnappliedAmt")),
            "memo": text(record, "PrivateNote"),
            "deposit_to_ref": _ref(record, "account", "DepositToAccountRef"),
        },
    )
    for invoice_ref, paid in _linked(record, "invoice"):
        yield (
            "payment_applications",
            {"payment_ref": identity["ref"], "invoice_ref": invoice_ref, "amount": paid},
        )
    yield from _other_links(record, "payment", told=("Invoice",))


def _linked(record: Raw, kind: str) -> Iterable[tuple[Ref, Decimal | None]]:
    """The records of one kind that a transaction's lines name, each with the line's amount."""
    for line in children(record, "Line"):
        for linked in children(line, "LinkedTxn"):
            if text(linked, "TxnType") == kind.title() and (txn_id := text(linked, "TxnId")):
                yield make_ref("qbo", kind, txn_id), amount(line, "Amount")


def _other_links(record: Raw, kind: str, *, told: Collection[str]) -> Rows:
    """Whatever else a transaction is linked to, by its head or a line, as QuickBooks types it."""
    ref = _identity(record, kind)["ref"]
    for part in (record, *children(record, "Line")):
        for linked in children(part, "LinkedTxn") if "LinkedTxn" in part else ():
            named, txn_id = text(linked, "TxnType"), text(linked, "TxnId")
            if named and txn_id and named not in told:
                other = make_ref("qbo", _KINDS.get(named, named.lower()), txn_id)
                row = {"ref": ref, "linked_ref": other, "amount": amount(part, "Amount")}
                yield "transaction_links", row


_KINDS = {
    "CreditMemo": "credit", "SalesReceipt": "sales_receipt", "RefundReceipt": "refund_receipt",
}  # fmt: skip
"""QuickBooks' types of transactions whose kind is called otherwise here."""


def _deposit(record: Raw) -> Rows:
    """The payments that a bank deposit takes in, and whom its other money is from."""
    for payment_ref, paid in _linked(record, "payment"):
        yield (
            "deposits",
            {
                "ref": _identity(record, "deposit")["ref"],
                "date": day(record, "TxnDate"),
                "amount": paid,
                "payment_ref": payment_ref,
            },
        )
    yield from _other_links(record, "deposit", told=("Payment",))
    for line in children(record, "Line"):
        whose = _ref(line, "customer", "DepositLineDetail", "Entity")
        kind = text(line, "DepositLineDetail", "Entity", "type") or ""
        if whose and kind.upper() == "CUSTOMER":
            row = {"ref": _identity(record, "deposit")["ref"], "linked_ref": whose}
            yield "transaction_links", {**row, "amount": amount(line, "Amount")}


def _tax_rate(record: Raw, *, known: Known) -> Rows:
    identity = _identity(record, "tax_rate")
    yield (
        "tax_rates",
        {
            **identity,
            "name": text(record, "Name"),
            "active": _is_active(record),
            "rate": amount(record, "RateValue"),
            "tax_code": known.rate_codes.get(identity["id"]),
            "agency": text(record, "AgencyRef", "value"),
        },
    )


def _tax_code(record: Raw, *, known: Known) -> Rows:
    identity = _identity(record, "tax_code")
    code = known.tax_codes[identity["id"]]
    yield (
        "tax_codes",
        {
            **identity,
            "name": text(record, "Name"),
            "active": _is_active(record),
            "rate": code.rate,
            "tax_parts": code.parts,
        },
    )


def _named(record: Raw, *, kind: str, table: str, type_field: str) -> Rows:
    yield (
        table,
        {
            **_identity(record, kind),
            "name": first_text(record, ("FullyQualifiedName",), ("Name",)),
            "type": text(record, type_field),
            "subtype": text(record, "AccountSubType"),
            "due_days": _whole(amount(record, "DueDays")),
            "active": _is_active(record),
        },
    )


def _whole(number: Decimal | None) -> int | None:
    return None if number is None else int(number)

"""What each kind of record is made of: fields, their limits, and what a query may ask of them.

Source: Intuit, entity pages (Customer, Vendor, Employee, Item, Invoice, Payment); karellen-qbo-
mcp 0.0.8 entities.py for sparse requirements; python-quickbooks 0.9.12 objects, read 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Shape = Literal["text", "number", "bool", "date", "time", "ref", "object", "list", "email", "id"]
Kind = Literal["list", "transaction", "loose", "settings", "fixed"]


@dataclass(frozen=True)
class Field:
    """One attribute of a record.

    Attributes:
        shape: the JSON that it takes.
        most: longest text accepted (2050), counted in characters.
        clean: colon, tab and newline are refused (2040).
        read_only: what a request sends is ignored.
        query: a query may filter by it.
    """

    shape: Shape = "text"
    most: int | None = None
    clean: bool = False
    read_only: bool = False
    query: bool = False


@dataclass(frozen=True)
class Entity:
    """One kind of record.

    Attributes:
        name: as in JSON, "Customer"; lower case it is the path segment.
        kind: list (deactivated), transaction (deleted), loose (deleted, but never posted), settings
            (one record), fixed (read only).
        ids: kinds with the same word share one sequence of ids.
        name_field: what must be unique; None where nothing must.
        number_field: the document number or code that people look it up by.
        needs: fields without which a create is refused (2020).
        needs_sparse: fields that even a sparse update must carry (2020).
        open: any attribute is accepted; for kinds the sandbox only keeps and gives back.
    """

    name: str
    kind: Kind
    ids: str
    fields: Mapping[str, Field]
    name_field: str | None = None
    number_field: str | None = None
    needs: tuple[str, ...] = ()
    needs_sparse: tuple[str, ...] = ()
    open: bool = False


def _fields(shape: Shape, names: str) -> dict[str, Field]:
    return {name: Field(shape) for name in names.split()}


def _text(most: int, *, clean: bool = False, query: bool = False) -> Field:
    return Field("text", most, clean=clean, query=query)


_DERIVED = {
    "Id": Field("id", query=True),
    "SyncToken": Field("text"),
    "MetaData": Field("object", read_only=True),
    "domain": Field("text", read_only=True),
    "sparse": Field("bool", read_only=True),
    "status": Field("text", read_only=True),
    "CustomField": Field("list"),
    "AttachableRef": Field("list"),
}
_READ_ONLY_TEXT = Field("text", read_only=True, query=True)
_ACTIVE = {"Active": Field("bool", query=True)}
_PERSON = (
    _DERIVED
    | _ACTIVE
    | {
        "DisplayName": _text(500, clean=True, query=True),
        "Title": _text(16),
        "GivenName": _text(100, clean=True, query=True),
        "MiddleName": _text(100, clean=True, query=True),
        "FamilyName": _text(100, clean=True, query=True),
        "Suffix": _text(16),
        "CompanyName": _text(100, query=True),
        "PrintOnCheckName": _text(110, clean=True, query=True),
        "PrimaryEmailAddr": Field("email", 100, query=True),
        "WebAddr": Field("object"),
        "Notes": _text(2000),
        "Balance": Field("number", query=True),
        **_fields("object", "PrimaryPhone Mobile AlternatePhone Fax BillAddr ShipAddr PrimaryAddr"),
        **_fields("ref", "CurrencyRef"),
        **_fields("text", "V4IDPseudonym AcctNum TaxIdentifier BusinessNumber GSTIN"),
        **_fields("list", "OtherContactInfo"),
    }
)
_CUSTOMER = _PERSON | {
    "FullyQualifiedName": _READ_ONLY_TEXT,
    "Level": Field("number", read_only=True),
    "BalanceWithJobs": Field("number", read_only=True),
    "OpenBalanceDate": Field("date"),
    "ClientEntityId": Field("text", read_only=True),
    "IsProject": Field("bool", read_only=True),
    "ResaleNum": _text(16),
    "RootCustomerRef": Field("ref", read_only=True),
    **_fields("bool", "Taxable Job BillWithParent TaxExempt"),
    **_fields(
        "ref",
        "ParentRef SalesTermRef PaymentMethodRef DefaultTaxCodeRef CustomerTypeRef ARAccountRef",
    ),
    **_fields(
        "text",
        "PreferredDeliveryMethod TaxExemptionReasonId PrimaryTaxIdentifier GSTRegistrationType "
        "SecondaryTaxIdentifier Source",
    ),
}
_VENDOR = _PERSON | {
    "AcctNum": _text(100),
    "TaxIdentifier": _text(20),
    **_fields("bool", "Vendor1099 T4AEligible T5018Eligible HasTPAR"),
    **_fields("ref", "TermRef APAccountRef"),
    **_fields("number", "BillRate CostRate"),
    **_fields("object", "VendorPaymentBankDetail"),
    **_fields("text", "TaxReportingBasis Source GSTRegistrationType"),
}
_EMPLOYEE = _PERSON | {
    **_fields("bool", "BillableTime Organization"),
    **_fields("number", "BillRate CostRate"),
    **_fields("date", "BirthDate HiredDate ReleasedDate"),
    **_fields("text", "EmployeeNumber Gender SSN EmailAddress"),
}
_NAMED = (
    _DERIVED
    | _ACTIVE
    | {
        "Name": _text(100, clean=True, query=True),
        "FullyQualifiedName": _READ_ONLY_TEXT,
        "ParentRef": Field("ref"),
        "Level": Field("number", read_only=True),
    }
)
_ITEM = _NAMED | {
    "Type": Field("text", query=True),
    "Sku": _text(100, query=True),
    "Description": _text(4000),
    "PurchaseDesc": _text(4000),
    "InvStartDate": Field("date"),
    "AvgCost": Field("number", read_only=True),
    **_fields("number", "UnitPrice PurchaseCost QtyOnHand ReorderPoint RatePercent"),
    **_fields("number", "AbatementRate ReverseChargeRate QtyOnPurchaseOrder QtyOnSalesOrder"),
    **_fields("bool", "Taxable SubItem TrackQtyOnHand SalesTaxIncluded PurchaseTaxIncluded"),
    **_fields("bool", "DeferredRevenue PrintGroupedItems SpecialItem"),
    **_fields("ref", "IncomeAccountRef ExpenseAccountRef AssetAccountRef SalesTaxCodeRef"),
    **_fields("ref", "PurchaseTaxCodeRef PrefVendorRef ClassRef TaxClassificationRef"),
    **_fields("object", "ItemGroupDetail"),
    **_fields("text", "ItemCategoryType ServiceType Source UQCId UQCDisplayText SpecialItemType"),
}
_ACCOUNT = _NAMED | {
    "AccountType": Field("text", query=True),
    "AccountSubType": Field("text", query=True),
    "Classification": Field("text", query=True),
    "AcctNum": _text(20, query=True),
    "Description": _text(4000),
    **_fields("number", "CurrentBalance CurrentBalanceWithSubAccounts OpeningBalance"),
    **_fields("bool", "SubAccount"),
    **_fields("ref", "CurrencyRef TaxCodeRef"),
    **_fields("text", "AccountAlias TxnLocationType"),
}
_TXN = _DERIVED | {
    "DocNumber": _text(21, query=True),
    "TxnDate": Field("date", query=True),
    "TotalAmt": Field("number", query=True),
    "PrivateNote": _text(4000),
    "Line": Field("list"),
    "LinkedTxn": Field("list"),
    "RecurDataRef": Field("ref", read_only=True),
    **_fields("number", "HomeTotalAmt ExchangeRate HomeBalance"),
    **_fields("ref", "CurrencyRef DepartmentRef ClassRef"),
    **_fields("text", "TxnSource TxnStatus GlobalTaxCalculation TransactionLocationType"),
    **_fields("object", "TxnTaxDetail"),
}
_SALE = _TXN | {
    "CustomerRef": Field("ref", query=True),
    "ProjectRef": Field("ref", query=True),
    "DueDate": Field("date", query=True),
    "Balance": Field("number", read_only=True, query=True),
    "CustomerMemo": Field("object"),
    **_fields(
        "object", "BillAddr ShipAddr ShipFromAddr DeliveryInfo CreditCardPayment CheckPayment"
    ),
    **_fields("email", "BillEmail BillEmailCc BillEmailBcc"),
    **_fields("ref", "SalesTermRef ShipMethodRef DepositToAccountRef PaymentMethodRef"),
    **_fields("ref", "TaxExemptionRef InvoiceRef ARAccountRef"),
    **_fields("bool", "ApplyTaxAfterDiscount FreeFormAddress AllowIPNPayment AllowOnlinePayment"),
    **_fields("bool", "AllowOnlineCreditCardPayment AllowOnlineACHPayment"),
    **_fields("text", "EmailStatus PrintStatus TrackingNum InvoiceLink EInvoiceStatus AcceptedBy"),
    **_fields("text", "PaymentRefNum PaymentType"),
    **_fields("date", "ShipDate AcceptedDate ExpirationDate"),
    **_fields("number", "Deposit RemainingCredit DiscountAmt DiscountRate"),
}
_PAYMENT = _TXN | {
    "CustomerRef": Field("ref", query=True),
    "ProjectRef": Field("ref", query=True),
    "PaymentRefNum": _text(21, query=True),
    "UnappliedAmt": Field("number", read_only=True),
    "ProcessPayment": Field("bool"),
    "CreditCardPayment": Field("object"),
    **_fields("ref", "ARAccountRef PaymentMethodRef DepositToAccountRef TaxExemptionRef"),
}
_TERM = (
    _DERIVED
    | _ACTIVE
    | {
        "Name": _text(31, query=True),
        "Type": Field("text"),
        **_fields("number", "DueDays DiscountDays DiscountPercent DayOfMonthDue DueNextMonthDays"),
        **_fields("number", "DiscountDayOfMonth"),
    }
)
_TAX_CODE = (
    _DERIVED
    | _ACTIVE
    | {
        "Name": _text(100, query=True),
        "Description": _text(100),
        **_fields("bool", "Taxable TaxGroup Hidden"),
        **_fields("object", "SalesTaxRateList PurchaseTaxRateList"),
        **_fields("text", "TaxCodeConfigType"),
    }
)
_TAX_RATE = (
    _DERIVED
    | _ACTIVE
    | {
        "Name": _text(100, query=True),
        "Description": _text(100),
        **_fields("number", "RateValue"),
        **_fields("ref", "AgencyRef TaxReturnLineRef"),
        **_fields("list", "EffectiveTaxRate"),
        **_fields("text", "SpecialTaxType DisplayType OriginalTaxRate"),
    }
)
_TAX_AGENCY = _DERIVED | {
    "DisplayName": _text(100, query=True),
    "TaxRegistrationNumber": _text(100),
    **_fields("bool", "TaxTrackedOnPurchases TaxTrackedOnSales"),
    **_fields("text", "LastFileDate TaxAgencyConfig"),
}
_ATTACHABLE = _DERIVED | {
    "FileName": _text(1000, query=True),
    "Note": _text(2000, query=True),
    "Category": _text(100, query=True),
    "ContentType": _text(100, query=True),
    "Size": Field("number", read_only=True, query=True),
    **_fields("text", "PlaceName Lat Long Tag"),
    **{
        name: Field("text", read_only=True)
        for name in (
            *("FileAccessUri", "TempDownloadUri"),
            *("ThumbnailFileAccessUri", "ThumbnailTempDownloadUri"),
        )
    },
}
_EXCHANGE_RATE = _DERIVED | {
    "SourceCurrencyCode": _text(3, query=True),
    "TargetCurrencyCode": _text(3, query=True),
    "Rate": Field("number"),
    "AsOfDate": Field("date", query=True),
}
_CURRENCY = _DERIVED | _ACTIVE | {"Code": _text(3, query=True), "Name": _text(100, query=True)}
_METHOD = _DERIVED | _ACTIVE | {"Name": _text(31, query=True), "Type": Field("text")}

_ALL = (
    Entity("Customer", "list", "Names", _CUSTOMER, "DisplayName"),
    Entity("Vendor", "list", "Names", _VENDOR, "DisplayName"),
    Entity("Employee", "list", "Names", _EMPLOYEE, "DisplayName"),
    Entity("Item", "list", "Items", _ITEM, "Name", "Sku", ("Name",)),
    Entity("Account", "list", "Accounts", _ACCOUNT, "Name", "AcctNum", ("Name",)),
    Entity("Class", "list", "Klasses", _NAMED | _fields("bool", "SubClass"), "Name", None,
           ("Name",), ("Name",)),
    Entity("Department", "list", "Departments",
           _NAMED | _fields("bool", "SubDepartment") | _fields("object", "Address"), "Name", None,
           ("Name",), ("Name",)),
    Entity("Term", "list", "Terms", _TERM, "Name", None, ("Name",), ("Name",)),
    Entity("PaymentMethod", "list", "Methods", _METHOD, "Name", None, ("Name",)),
    Entity("TaxCode", "fixed", "TaxCodes", _TAX_CODE, "Name"),
    Entity("TaxRate", "fixed", "TaxRates", _TAX_RATE, "Name"),
    Entity("TaxAgency", "list", "TaxAgencies", _TAX_AGENCY, "DisplayName", None, ("DisplayName",)),
    Entity("Invoice", "transaction", "Txns", _SALE, None, "DocNumber", ("Line", "CustomerRef")),
    Entity("CreditMemo", "transaction", "Txns", _SALE, None, "DocNumber", ("Line", "CustomerRef")),
    Entity("SalesReceipt", "transaction", "Txns", _SALE, None, "DocNumber", ("Line",)),
    Entity("RefundReceipt", "transaction", "Txns", _SALE, None, "DocNumber", ("Line",)),
    Entity("Estimate", "transaction", "Txns", _SALE, None, "DocNumber", ("Line", "CustomerRef")),
    Entity("Payment", "transaction", "Txns", _PAYMENT, None, "PaymentRefNum",
           ("CustomerRef", "TotalAmt")),
    Entity("CompanyCurrency", "list", "Currencies", _CURRENCY, "Name", None, ("Code",), ("Code",)),
    Entity("Attachable", "loose", "Attachables", _ATTACHABLE),
    Entity("ExchangeRate", "loose", "ExchangeRates", _EXCHANGE_RATE),
    Entity("RecurringTransaction", "loose", "Txns",
           _DERIVED | {"Type": _text(30, query=True)} | _fields("object", "RecurringInfo"),
           open=True),
    Entity("CompanyInfo", "settings", "Info", _DERIVED | _fields("text", "CompanyName Country"),
           open=True),
    Entity("Preferences", "settings", "Prefs", _DERIVED, open=True),
)  # fmt: skip
_BY_NAME = {entity.name: entity for entity in _ALL}
_KEPT = (  # noqa: SIM905 - a list of words reads better so
    "Bill BillPayment Budget ChargeCredit CreditCardPaymentTxn CustomerType Deposit "
    "InventoryAdjustment JournalCode JournalEntry Purchase PurchaseOrder ReimburseCharge "
    "TaxPayment TimeActivity Transfer VendorCredit"
).split()
_KEPT_FIELDS = _TXN | {
    **{name: Field("ref", query=True) for name in ("CustomerRef", "VendorRef")},
    "Balance": Field("number", query=True),
    "DueDate": Field("date", query=True),
    "Type": Field("text", query=True),
}
_BY_NAME |= {
    name: Entity(name, "transaction", "Txns", _KEPT_FIELDS, None, "DocNumber", open=True)
    for name in _KEPT
}
_BY_PATH = {name.lower(): entity for name, entity in _BY_NAME.items()}
_BY_PATH["creditcardpayment"] = _BY_NAME["CreditCardPaymentTxn"]

SALES = frozenset({"Invoice", "CreditMemo", "SalesReceipt", "RefundReceipt", "Estimate"})
PERSONS = ("Customer", "Vendor", "Employee")


def entity_called(name: str) -> Entity | None:
    """The kind of record with this name, in any case ("customer", "Customer"); else None."""
    return _BY_PATH.get(name.lower())


def entity(name: str) -> Entity:
    """The kind of record with exactly this name; an unheard-of one is kept as it comes."""
    known = _BY_NAME.get(name)
    return known or Entity(name, "transaction", "Txns", _KEPT_FIELDS, open=True)

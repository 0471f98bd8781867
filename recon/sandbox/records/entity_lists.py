"""The kinds of records that stand in lists: names, items, accounts, settings of taxes and terms.

Source: Intuit, entity pages (Customer, Vendor, Employee, Item, Account, Class, Term, TaxCode,
CompanyCurrency, JournalCode, Budget, CustomerType); karellen-qbo-mcp 0.0.8 entities.py for sparse
requirements, read 2026-11-22.
"""

from __future__ import annotations

from recon.sandbox.records.fields import ACTIVE, DERIVED, Entity, Field, fields_of, text

_READ_ONLY_TEXT = Field("text", read_only=True, query=True)
_PERSON = (
    DERIVED
    | ACTIVE
    | {
        "DisplayName": text(500, clean=True, query=True),
        "Title": text(16),
        "GivenName": text(100, clean=True, query=True),
        "MiddleName": text(100, clean=True, query=True),
        "FamilyName": text(100, clean=True, query=True),
        "Suffix": text(16),
        "CompanyName": text(100, query=True),
        "PrintOnCheckName": text(110, clean=True, query=True),
        "PrimaryEmailAddr": Field("email", 100, query=True),
        "WebAddr": Field("object"),
        "Notes": text(2000),
        "Balance": Field("number", query=True),
        **fields_of(
            "object", "PrimaryPhone Mobile AlternatePhone Fax BillAddr ShipAddr PrimaryAddr"
        ),
        **fields_of("ref", "CurrencyRef"),
        **fields_of("text", "V4IDPseudonym AcctNum TaxIdentifier BusinessNumber GSTIN"),
        **fields_of("list", "OtherContactInfo"),
    }
)
_CUSTOMER = _PERSON | {
    "FullyQualifiedName": _READ_ONLY_TEXT,
    "Level": Field("number", read_only=True),
    "BalanceWithJobs": Field("number", read_only=True),
    "OpenBalanceDate": Field("date"),
    "ClientEntityId": Field("text", read_only=True),
    "IsProject": Field("bool", read_only=True),
    "ResaleNum": text(16),
    "RootCustomerRef": Field("ref", read_only=True),
    **fields_of("bool", "Taxable Job BillWithParent TaxExempt"),
    **fields_of(
        "ref",
        "ParentRef SalesTermRef PaymentMethodRef DefaultTaxCodeRef CustomerTypeRef ARAccountRef",
    ),
    **fields_of(
        "text",
        "PreferredDeliveryMethod TaxExemptionReasonId PrimaryTaxIdentifier GSTRegistrationType "
        "SecondaryTaxIdentifier Source",
    ),
}
_VENDOR = _PERSON | {
    "AcctNum": text(100),
    "TaxIdentifier": text(20),
    **fields_of("bool", "Vendor1099 T4AEligible T5018Eligible HasTPAR"),
    **fields_of("ref", "TermRef APAccountRef"),
    **fields_of("number", "BillRate CostRate"),
    **fields_of("object", "VendorPaymentBankDetail"),
    **fields_of("text", "TaxReportingBasis Source GSTRegistrationType"),
}
_EMPLOYEE = _PERSON | {
    **fields_of("bool", "BillableTime Organization"),
    **fields_of("number", "BillRate CostRate"),
    **fields_of("date", "BirthDate HiredDate ReleasedDate"),
    **fields_of("text", "EmployeeNumber Gender SSN EmailAddress"),
}
_NAMED = (
    DERIVED
    | ACTIVE
    | {
        "Name": text(100, clean=True, query=True),
        "FullyQualifiedName": _READ_ONLY_TEXT,
        "ParentRef": Field("ref"),
        "Level": Field("number", read_only=True),
    }
)
_ITEM = _NAMED | {
    "Type": Field("text", query=True),
    "Sku": text(100, query=True),
    "Description": text(4000),
    "PurchaseDesc": text(4000),
    "InvStartDate": Field("date"),
    "AvgCost": Field("number", read_only=True),
    **fields_of("number", "UnitPrice PurchaseCost QtyOnHand ReorderPoint RatePercent"),
    **fields_of("number", "AbatementRate ReverseChargeRate QtyOnPurchaseOrder QtyOnSalesOrder"),
    **fields_of("bool", "Taxable SubItem TrackQtyOnHand SalesTaxIncluded PurchaseTaxIncluded"),
    **fields_of("bool", "DeferredRevenue PrintGroupedItems SpecialItem"),
    **fields_of("ref", "IncomeAccountRef ExpenseAccountRef AssetAccountRef SalesTaxCodeRef"),
    **fields_of("ref", "PurchaseTaxCodeRef PrefVendorRef ClassRef TaxClassificationRef"),
    **fields_of("object", "ItemGroupDetail"),
    **fields_of("text", "ItemCategoryType ServiceType Source UQCId UQCDisplayText SpecialItemType"),
}
_ACCOUNT = _NAMED | {
    "AccountType": Field("text", query=True),
    "AccountSubType": Field("text", query=True),
    "Classification": Field("text", read_only=True, query=True),
    "CurrentBalance": Field("number", read_only=True),
    "CurrentBalanceWithSubAccounts": Field("number", read_only=True),
    "AcctNum": text(20, query=True),
    "Description": text(4000),
    **fields_of("number", "OpeningBalance"),
    **fields_of("bool", "SubAccount"),
    **fields_of("ref", "CurrencyRef TaxCodeRef"),
    **fields_of("text", "AccountAlias TxnLocationType OpeningBalanceDate"),
}
_TERM = (
    DERIVED
    | ACTIVE
    | {
        "Name": text(31, query=True),
        "Type": Field("text"),
        **fields_of(
            "number", "DueDays DiscountDays DiscountPercent DayOfMonthDue DueNextMonthDays"
        ),
        **fields_of("number", "DiscountDayOfMonth"),
    }
)
_TAX_CODE = (
    DERIVED
    | ACTIVE
    | {
        "Name": text(100, query=True),
        "Description": text(100),
        **fields_of("bool", "Taxable TaxGroup Hidden"),
        **fields_of("object", "SalesTaxRateList PurchaseTaxRateList"),
        **fields_of("text", "TaxCodeConfigType"),
    }
)
_TAX_RATE = (
    DERIVED
    | ACTIVE
    | {
        "Name": text(100, query=True),
        "Description": text(100),
        **fields_of("number", "RateValue"),
        **fields_of("ref", "AgencyRef TaxReturnLineRef"),
        **fields_of("list", "EffectiveTaxRate"),
        **fields_of("text", "SpecialTaxType DisplayType OriginalTaxRate"),
    }
)
_TAX_AGENCY = DERIVED | {
    "DisplayName": text(100, query=True),
    "TaxRegistrationNumber": text(100),
    **fields_of("bool", "TaxTrackedOnPurchases TaxTrackedOnSales"),
    **fields_of("text", "LastFileDate TaxAgencyConfig"),
}
_METHOD = DERIVED | ACTIVE | {"Name": text(31, query=True), "Type": Field("text")}

_CURRENCY = DERIVED | ACTIVE | {"Code": text(3, query=True), "Name": text(100, query=True)}
_JOURNAL_CODE = (
    DERIVED
    | ACTIVE
    | {"Name": text(20, query=True), "Type": text(20, query=True), "Description": text(100)}
)
_CUSTOMER_TYPE = DERIVED | ACTIVE | {"Name": text(100, query=True)}
_ATTACHABLE = DERIVED | {
    "FileName": text(1000, query=True),
    "Note": text(2000, query=True),
    "Category": text(100, query=True),
    "ContentType": text(100, query=True),
    "Size": Field("number", read_only=True, query=True),
    **fields_of("text", "PlaceName Lat Long Tag"),
    **{
        name: Field("text", read_only=True)
        for name in (
            *("FileAccessUri", "TempDownloadUri"),
            *("ThumbnailFileAccessUri", "ThumbnailTempDownloadUri"),
        )
    },
}
_EXCHANGE_RATE = DERIVED | {
    "SourceCurrencyCode": text(3, query=True),
    "TargetCurrencyCode": text(3, query=True),
    "Rate": Field("number"),
    "AsOfDate": Field("date", query=True),
}
_RECURRING = DERIVED | {"Type": text(30, query=True)} | fields_of("object", "RecurringInfo")
_BUDGET = (
    DERIVED
    | ACTIVE
    | {
        "Name": text(100, query=True),
        "StartDate": Field("date", query=True),
        "EndDate": Field("date", query=True),
        "BudgetType": Field("text", query=True),
        "BudgetEntryType": Field("text", query=True),
        **fields_of("list", "BudgetDetail"),
    }
)

LISTS = (
    Entity("Customer", "list", "Names", _CUSTOMER, "DisplayName"),
    Entity("Vendor", "list", "Names", _VENDOR, "DisplayName"),
    Entity("Employee", "list", "Names", _EMPLOYEE, "DisplayName"),
    Entity("Item", "list", "Items", _ITEM, "Name", "Sku", ("Name",)),
    Entity("Account", "list", "Accounts", _ACCOUNT, "Name", "AcctNum", ("Name",)),
    Entity("Class", "list", "Klasses", _NAMED | fields_of("bool", "SubClass"), "Name", None,
           ("Name",), ("Name",)),
    Entity("Department", "list", "Departments",
           _NAMED | fields_of("bool", "SubDepartment") | fields_of("object", "Address"), "Name",
           None, ("Name",), ("Name",)),
    Entity("Term", "list", "Terms", _TERM, "Name", None, ("Name",), ("Name",)),
    Entity("PaymentMethod", "list", "Methods", _METHOD, "Name", None, ("Name",)),
    Entity("TaxCode", "fixed", "TaxCodes", _TAX_CODE, "Name"),
    Entity("TaxRate", "fixed", "TaxRates", _TAX_RATE, "Name"),
    Entity("TaxAgency", "list", "TaxAgencies", _TAX_AGENCY, "DisplayName", None, ("DisplayName",)),
    Entity("CompanyCurrency", "list", "Currencies", _CURRENCY, "Name", None, ("Code",), ("Code",)),
    Entity("JournalCode", "list", "JournalCodes", _JOURNAL_CODE, "Name", None, ("Name", "Type")),
    Entity("CustomerType", "fixed", "CustomerTypes", _CUSTOMER_TYPE, "Name"),
    Entity("Budget", "fixed", "Budgets", _BUDGET, "Name"),
    Entity("CompanyInfo", "settings", "Info", DERIVED | fields_of("text", "CompanyName Country"),
           open=True),
    Entity("Preferences", "settings", "Prefs", DERIVED, open=True),
)  # fmt: skip
LOOSE = (
    Entity("Attachable", "loose", "Attachables", _ATTACHABLE),
    Entity("ExchangeRate", "loose", "ExchangeRates", _EXCHANGE_RATE),
    Entity("RecurringTransaction", "loose", "Txns", _RECURRING, open=True),
)

"""An empty company: what QuickBooks has set up before the first customer is entered."""

from __future__ import annotations

from recon.sandbox.books.company import Company, Record

_ACCOUNTS = (
    ("1", "Services", "Income", "ServiceFeeIncome"),
    ("2", "Sales of Product Income", "Income", "SalesOfProductIncome"),
    ("3", "Cost of Goods Sold", "Cost of Goods Sold", "SuppliesMaterialsCogs"),
    ("4", "Undeposited Funds", "Other Current Asset", "UndepositedFunds"),
    ("5", "Accounts Receivable (A/R)", "Accounts Receivable", "AccountsReceivable"),
    ("6", "Checking", "Bank", "Checking"),
    ("7", "Inventory Asset", "Other Current Asset", "Inventory"),
    ("8", "Purchases", "Expense", "SuppliesMaterials"),
    ("9", "Accounts Payable (A/P)", "Accounts Payable", "AccountsPayable"),
    ("10", "Mastercard", "Credit Card", "CreditCard"),
    ("11", "Savings", "Bank", "Savings"),
    ("12", "Opening Balance Equity", "Equity", "OpeningBalanceEquity"),
    ("13", "Discounts given", "Income", "DiscountsRefundsGiven"),
    ("14", "Sales Tax Payable", "Other Current Liability", "SalesTaxPayable"),
)
_TERMS = (("1", "Due on receipt", 0), ("2", "Net 15", 15), ("3", "Net 30", 30), ("4", "Net 60", 60))


def empty_company(realm_id: str = "4620816365000000000") -> Company:
    """A US company on Plus with accounts, terms, payment methods and no tax set up."""
    info: Record = {
        "CompanyName": "Sandbox Company",
        "LegalName": "Sandbox Company",
        "Country": "USA",
        "FiscalYearStartMonth": "January",
        "SupportedLanguages": "en",
        "NameValue": [
            {"Name": "SubscriptionStatus", "Value": "PAID"},
            {"Name": "OfferingSku", "Value": "QuickBooks Online Plus"},
            {"Name": "ItemCategoriesFeature", "Value": "true"},
        ],
    }
    preferences: Record = {
        "AccountingInfoPrefs": {"TrackDepartments": True, "UseAccountNumbers": False},
        "CurrencyPrefs": {"MultiCurrencyEnabled": False, "HomeCurrency": {"value": "USD"}},
        "ProductAndServicesPrefs": {"QuantityOnHand": True, "ForSales": True},
        "SalesFormsPrefs": {"CustomTxnNumbers": True, "AutoApplyCredit": False},
        "TaxPrefs": {"UsingSalesTax": True, "PartnerTaxEnabled": False},
        "OtherPrefs": {
            "NameValue": [
                {"Name": "WarnDuplicateCheckNumber", "Value": "true"},
                {"Name": "WarnDuplicateBillNumber", "Value": "true"},
            ]
        },
    }
    records: dict[str, list[Record]] = {
        "Account": [
            {"Id": record_id, "Name": name, "AccountType": type_, "AccountSubType": sub}
            for record_id, name, type_, sub in _ACCOUNTS
        ],
        "Term": [
            {"Id": record_id, "Name": name, "Type": "STANDARD", "DueDays": days}
            for record_id, name, days in _TERMS
        ],
        "PaymentMethod": [
            {"Id": record_id, "Name": name, "Type": "NON_CREDIT_CARD"}
            for record_id, name in (("1", "Cash"), ("2", "Check"))
        ],
        "TaxCode": [
            {
                "Id": record_id,
                "Name": record_id,
                "Description": record_id,
                "Taxable": record_id != "NON",
                "TaxGroup": record_id == "CustomSalesTax",
            }
            for record_id in ("TAX", "NON", "CustomSalesTax")
        ],
        "TaxRate": [],
        "TaxAgency": [{"Id": "1", "DisplayName": "State Department of Revenue"}],
    }
    return Company(realm_id=realm_id, info=info, preferences=preferences, records=records)

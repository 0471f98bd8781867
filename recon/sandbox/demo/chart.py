"""What hardly changes in QuickBooks: settings, accounts, terms, taxes, methods, classes."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from recon.sandbox.demo.money import BOOKS_CLOSED, number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recon.sandbox.books.company import Record

COMPANY = "Pecan Hollow Property Care LLC"

# name: (rate id, per cent). Manual sales tax: QuickBooks holds these, the app a few more.
TAX_RATES = {
    "Travis County 8.25": (1, Decimal("8.25")),
    "Williamson County 8.00": (2, Decimal("8.00")),
    "Hays County 7.75": (3, Decimal("7.75")),
}
TAX_CODES = {"Travis County 8.25": 2, "Williamson County 8.00": 3, "Hays County 7.75": 4}
# Charged in the app since the business took on work there; nobody told QuickBooks.
APP_ONLY_TAX_RATES = {
    "Bastrop County 6.75": Decimal("6.75"),
    "Blanco County 7.25": Decimal("7.25"),
    "Burnet County 7.50": Decimal("7.50"),
}
RATES = {name: rate for name, (_, rate) in TAX_RATES.items()} | APP_ONLY_TAX_RATES

# id: (name, AccountType, AccountSubType). Three have the ids that Intuit's own sample company gives
# them (1 is income, 42 a card, 86 discounts), and the first asset is a bank account as it is there,
# because examples and tests of other people's clients count on it.
ACCOUNTS = {
    1: ("Service Income", "Income", "ServiceFeeIncome"),
    2: ("Checking", "Bank", "Checking"),
    3: ("Undeposited Funds", "Other Current Asset", "UndepositedFunds"),
    4: ("Inventory Asset", "Other Current Asset", "Inventory"),
    5: ("Sales Tax Payable", "Other Current Liability", "SalesTaxPayable"),
    6: ("Opening Balance Equity", "Equity", "OpeningBalanceEquity"),
    7: ("Cost of Goods Sold", "Cost of Goods Sold", "SuppliesMaterialsCogs"),
    8: ("Accounts Receivable (A/R)", "Accounts Receivable", "AccountsReceivable"),
    9: ("Sales of Product Income", "Income", "SalesOfProductIncome"),
    10: ("Savings", "Bank", "Savings"),
    11: ("Fuel and Vehicles", "Expense", "Auto"),
    12: ("Job Supplies", "Expense", "SuppliesMaterials"),
    13: ("Subcontractors", "Expense", "OtherMiscellaneousServiceCost"),
    14: ("Accounts Payable (A/P)", "Accounts Payable", "AccountsPayable"),
    42: ("Visa", "Credit Card", "CreditCard"),
    86: ("Discounts given", "Income", "DiscountsRefundsGiven"),
}
INVENTORY_ASSET, COST_OF_GOODS, SERVICE_INCOME, PRODUCT_INCOME = 4, 7, 1, 9
UNDEPOSITED_FUNDS, SALES_TAX_PAYABLE, RECEIVABLES = 3, 5, 8
_CLASS_OF_TYPE = {
    "Bank": "Asset",
    "Accounts Receivable": "Asset",
    "Other Current Asset": "Asset",
    "Accounts Payable": "Liability",
    "Credit Card": "Liability",
    "Other Current Liability": "Liability",
    "Equity": "Equity",
    "Income": "Revenue",
    "Cost of Goods Sold": "Expense",
    "Expense": "Expense",
}


def account_ref(place: int) -> dict[str, str]:
    """A reference to an account of the chart."""
    return {"value": str(place), "name": ACCOUNTS[place][0]}


def company_info() -> Record:
    """The CompanyInfo of the business."""
    address = {
        "Id": "1",
        "Line1": "2210 Stillhouse Lane",
        "City": "Austin",
        "CountrySubDivisionCode": "TX",
        "PostalCode": "78745",
        "Country": "US",
    }
    return {
        "Id": "1",
        "SyncToken": "4",
        "CompanyName": COMPANY,
        "LegalName": COMPANY,
        "CompanyAddr": address,
        "CustomerCommunicationAddr": address,
        "LegalAddr": address,
        "PrimaryPhone": {"FreeFormNumber": "(512) 555-0100"},
        "Email": {"Address": "office@pecanhollow.example"},
        "CustomerCommunicationEmailAddr": {"Address": "office@pecanhollow.example"},
        "WebAddr": {"URI": "https://www.pecanhollow.example"},
        "CompanyStartDate": "2019-03-01",
        "FiscalYearStartMonth": "January",
        "Country": "US",
        "SupportedLanguages": "en",
        "NameValue": [
            {"Name": "OfferingSku", "Value": "QuickBooks Online Plus"},
            {"Name": "SubscriptionStatus", "Value": "PAID"},
            {"Name": "CompanyType", "Value": "LLC"},
            {"Name": "IndustryType", "Value": "Landscaping and Home Services"},
            {"Name": "ItemCategoriesFeature", "Value": "true"},
        ],
    }


def preferences() -> Record:
    """The settings of the business: own numbers, warned of twice-used ones, a year closed."""
    return {
        "Id": "1",
        "SyncToken": "7",
        "AccountingInfoPrefs": {
            "UseAccountNumbers": False,
            "ClassTrackingPerTxn": False,
            "ClassTrackingPerTxnLine": False,
            "FirstMonthOfFiscalYear": "January",
            "TaxYearMonth": "January",
            "BookCloseDate": BOOKS_CLOSED.isoformat(),
            "CustomerTerminology": "Customers",
        },
        "ProductAndServicesPrefs": {
            "ForSales": True,
            "ForPurchase": True,
            "QuantityWithPriceAndRate": True,
            "QuantityOnHand": True,
        },
        "SalesFormsPrefs": {
            "CustomTxnNumbers": True,
            "AllowDeposit": True,
            "AllowDiscount": True,
            "AllowEstimates": True,
            "AllowServiceDate": False,
            "AllowShipping": False,
            "AutoApplyCredit": False,
            "AutoApplyPayments": False,
            "DefaultTerms": {"value": "3"},
        },
        "VendorAndPurchasesPrefs": {
            "BillableExpenseTracking": True,
            "TrackingByCustomer": True,
        },
        "TimeTrackingPrefs": {
            "WorkWeekStartDate": "Monday",
            "UseServices": True,
            "BillCustomers": True,
            "MarkTimeEntriesBillable": True,
        },
        "EmailMessagesPrefs": {
            kind: {"Subject": f"{title} from {COMPANY}", "Message": "Thank you for your business."}
            for kind, title in (
                ("InvoiceMessage", "Invoice"),
                ("EstimateMessage", "Estimate"),
                ("SalesReceiptMessage", "Sales receipt"),
                ("StatementMessage", "Statement"),
            )
        },
        "TaxPrefs": {"UsingSalesTax": True, "PartnerTaxEnabled": False},
        "CurrencyPrefs": {"MultiCurrencyEnabled": False, "HomeCurrency": {"value": "USD"}},
        "OtherPrefs": {
            "NameValue": [
                {"Name": "SalesFormsPrefs.DefaultCustomerMessage", "Value": "Thank you."},
                {"Name": "WarnDuplicateCheckNumber", "Value": "true"},
                {"Name": "WarnDuplicateBillNumber", "Value": "true"},
                {"Name": "DateFormat", "Value": "Month Date Year separated by a slash"},
            ]
        },
    }


def standing_lists(balances: Mapping[int, float]) -> dict[str, list[Record]]:
    """Accounts, terms, payment methods, classes and taxes.

    Args:
        balances: what stands on accounts of the balance sheet, by place; 0 on the others.
    """
    return {
        "Account": [
            _account(place, *row, balance=balances.get(place, 0.0))
            for place, row in ACCOUNTS.items()
        ],
        "Term": [
            _listed(place, name, Type="STANDARD", DueDays=days, DiscountPercent=0)
            for place, name, days in (
                (1, "Due on receipt", 0),
                (2, "Net 15", 15),
                (3, "Net 30", 30),
            )
        ],
        "PaymentMethod": [
            _listed(place, name, Type=kind)
            for place, (name, kind) in enumerate(
                (
                    ("Cash", "NON_CREDIT_CARD"),
                    ("Check", "NON_CREDIT_CARD"),
                    ("Visa", "CREDIT_CARD"),
                    ("MasterCard", "CREDIT_CARD"),
                    ("American Express", "CREDIT_CARD"),
                ),
                1,
            )
        ],
        "Class": [
            _listed(place, name, FullyQualifiedName=name, SubClass=False)
            for place, name in enumerate(("Residential", "Commercial"), 1)
        ],
        "TaxAgency": [
            {
                "Id": "1",
                "SyncToken": "0",
                "DisplayName": "Texas Comptroller of Public Accounts",
                "TaxTrackedOnSales": True,
                "TaxTrackedOnPurchases": False,
            }
        ],
        "TaxRate": [
            _listed(
                place,
                name,
                Description=name,
                RateValue=number(rate),
                AgencyRef={"value": "1"},
                SpecialTaxType="NONE",
                DisplayType="ReadOnly",
            )
            for name, (place, rate) in TAX_RATES.items()
        ],
        "TaxCode": [*map(_tax_code, ("TAX", "NON", "CustomSalesTax")), *map(_tax_code, TAX_CODES)],
        "CompanyCurrency": [_listed(1, "Canadian Dollar", Code="CAD")],
        "ExchangeRate": [
            {
                "Id": str(place),
                "SyncToken": "0",
                "SourceCurrencyCode": code,
                "TargetCurrencyCode": "USD",
                "Rate": rate,
                "AsOfDate": "2026-01-02",
            }
            for place, (code, rate) in enumerate((("CAD", 0.73), ("EUR", 1.08)), 1)
        ],
    }


def _listed(place: int, name: str, **fields: Any) -> Record:
    return {"Id": str(place), "SyncToken": "0", "Name": name, "Active": True, **fields}


def _account(place: int, name: str, kind: str, subtype: str, balance: float) -> Record:
    return _listed(
        place,
        name,
        FullyQualifiedName=name,
        SubAccount=False,
        Classification=_CLASS_OF_TYPE[kind],
        AccountType=kind,
        AccountSubType=subtype,
        CurrentBalance=balance,
        CurrentBalanceWithSubAccounts=balance,
        CurrencyRef={"value": "USD", "name": "United States Dollar"},
    )


def _tax_code(name: str) -> Record:
    rates = []
    if name in TAX_RATES:
        rates = [
            {
                "TaxRateRef": {"value": str(TAX_RATES[name][0]), "name": name},
                "TaxTypeApplicable": "TaxOnAmount",
                "TaxOrder": 0,
            }
        ]
    return {
        "Id": str(TAX_CODES.get(name, name)),
        "SyncToken": "0",
        "Name": name,
        "Description": name,
        "Active": True,
        "Taxable": name != "NON",
        "TaxGroup": name not in {"TAX", "NON"},
        "SalesTaxRateList": {"TaxRateDetail": rates},
        "PurchaseTaxRateList": {"TaxRateDetail": []},
    }

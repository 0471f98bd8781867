"""The chart of accounts: which types there are, and which account a transaction falls back on.

Source: Intuit, Account entity page (AccountType and AccountSubType values, "either is required"),
Error codes 6010, 6060 and 6430, read 2026-11-26.
"""

from __future__ import annotations

from typing import Any

from recon.sandbox import faults
from recon.sandbox.books.company import Record
from recon.sandbox.books.ledger import Ledger
from recon.sandbox.books.store import fold
from recon.sandbox.records.entities import entity

BANK, RECEIVABLE, CURRENT_ASSET = "Bank", "Accounts Receivable", "Other Current Asset"
CREDIT_CARD, PAYABLE, CURRENT_LIABILITY = (
    "Credit Card",
    "Accounts Payable",
    "Other Current Liability",
)
_CLASSIFICATIONS = {
    "Asset": (BANK, RECEIVABLE, CURRENT_ASSET, "Fixed Asset", "Other Asset"),
    "Liability": (CREDIT_CARD, PAYABLE, CURRENT_LIABILITY, "Long Term Liability"),
    "Equity": ("Equity",),
    "Revenue": ("Income", "Other Income"),
    "Expense": ("Expense", "Cost of Goods Sold", "Other Expense"),
}
_CLASSIFICATION = {
    type_: classification for classification, types in _CLASSIFICATIONS.items() for type_ in types
}
# What the balance sheet shows; an account of another type keeps no balance in QuickBooks' answers.
_BALANCED = frozenset({"Asset", "Liability", "Equity"})
_SUBTYPES = {
    BANK: "CashOnHand Checking MoneyMarket RentsHeldInTrust Savings TrustAccounts",
    RECEIVABLE: "AccountsReceivable",
    CURRENT_ASSET: "AllowanceForBadDebts DevelopmentCosts EmployeeCashAdvances Inventory "
    "Investment_MortgageRealEstateLoans Investment_Other Investment_TaxExemptSecurities "
    "Investment_USGovernmentObligations LoansToOfficers LoansToOthers LoansToStockholders "
    "OtherCurrentAssets PrepaidExpenses Retainage UndepositedFunds",
    "Fixed Asset": "AccumulatedAmortization AccumulatedDepletion AccumulatedDepreciation Buildings "
    "DepletableAssets FixedAssetComputers FixedAssetCopiers FixedAssetFurniture FixedAssetPhone "
    "FixedAssetPhotoVideo FixedAssetSoftware FixedAssetOtherToolsEquipment FurnitureAndFixtures "
    "IntangibleAssets Land LeaseholdImprovements MachineryAndEquipment OtherFixedAssets Vehicles",
    "Other Asset": "AccumulatedAmortizationOfOtherAssets Goodwill LeaseBuyout Licenses "
    "OrganizationalCosts OtherLongTermAssets SecurityDeposits",
    CREDIT_CARD: "CreditCard",
    PAYABLE: "AccountsPayable",
    CURRENT_LIABILITY: "CurrentPortionOfLongTermDebt DirectDepositPayable GlobalTaxPayable "
    "GlobalTaxSuspense InsurancePayable LineOfCredit LoanPayable OtherCurrentLiabilities "
    "PayrollClearing PayrollTaxPayable PrepaidExpensesPayable RentsInTrustLiability "
    "SalesTaxPayable StateLocalIncomeTaxPayable TrustAccountsLiabilities",
    "Long Term Liability": "NotesPayable OtherLongTermLiabilities ShareholderNotesPayable",
    "Equity": "AccumulatedAdjustment CommonStock EstimatedTaxes Healthcare OpeningBalanceEquity "
    "OwnersEquity PaidInCapitalOrSurplus PartnerContributions PartnerDistributions PartnersEquity "
    "PersonalExpense PersonalIncome PreferredStock RetainedEarnings TreasuryStock",
    "Income": "DiscountsRefundsGiven NonProfitIncome OtherPrimaryIncome SalesOfProductIncome "
    "ServiceFeeIncome UnappliedCashPaymentIncome",
    "Other Income": "DividendIncome InterestEarned OtherInvestmentIncome "
    "OtherMiscellaneousIncome TaxExemptInterest",
    "Cost of Goods Sold": "CostOfLaborCos EquipmentRentalCos OtherCostsOfServiceCos "
    "ShippingFreightDeliveryCos SuppliesMaterialsCogs",
    "Expense": "AdvertisingPromotional Auto BadDebts BankCharges CharitableContributions "
    "CommissionsAndFees CostOfLabor DuesSubscriptions Entertainment EntertainmentMeals "
    "EquipmentRental FinanceCosts GlobalTaxExpense Insurance InterestPaid LegalProfessionalFees "
    "OfficeExpenses OfficeGeneralAdministrativeExpenses OtherBusinessExpenses "
    "OtherMiscellaneousServiceCost PayrollExpenses PromotionalMeals RentOrLeaseOfBuildings "
    "RepairMaintenance ShippingFreightDelivery SuppliesMaterials TaxesPaid Travel TravelMeals "
    "UnappliedCashBillPaymentExpense Utilities",
    "Other Expense": "Amortization Depreciation ExchangeGainOrLoss GasAndFuel HomeOffice "
    "OtherHomeOfficeExpenses OtherMiscellaneousExpense PenaltiesSettlements VehicleInsurance",
}
_TYPE_OF_SUBTYPE = {subtype: type_ for type_, all_ in _SUBTYPES.items() for subtype in all_.split()}
_FIRST_SUBTYPE = {"Expense": "OtherMiscellaneousServiceCost", "Income": "OtherPrimaryIncome"}
# What QuickBooks opens by itself when the first transaction needs it.
_OPENED = {
    "AccountsReceivable": "Accounts Receivable (A/R)",
    "AccountsPayable": "Accounts Payable (A/P)",
    "UndepositedFunds": "Undeposited Funds",
    "SalesTaxPayable": "Sales Tax Payable",
    "OpeningBalanceEquity": "Opening Balance Equity",
    "SuppliesMaterialsCogs": "Inventory Shrinkage",
    "GlobalTaxPayable": "Tax Payable",
}


def classification(account: Record) -> str:
    """Asset, Liability, Equity, Revenue or Expense; "" for a type that nobody knows."""
    return _CLASSIFICATION.get(account.get("AccountType", ""), "")


def keeps_balance(type_: str) -> bool:
    """Accounts of this type stand on the balance sheet."""
    return _CLASSIFICATION.get(type_) in _BALANCED


def type_of(ledger: Ledger, record_id: str) -> str:
    """The AccountType of an account, "" for one that is not there."""
    known = ledger.chart.get(record_id)
    if known is None:
        known = (ledger.store.get("Account", record_id) or {}).get("AccountType", "")
        ledger.chart[record_id] = known
    return known


def settle(record: Record, before: Record | None) -> None:
    """Give an account its type, subtype and classification.

    Raises:
        Fault: 6010 for neither type nor subtype, 2170 for one that there is not, 6000 where the
            two do not fit, 6060 for an opening balance without its date.
    """
    type_, subtype = record.get("AccountType"), record.get("AccountSubType")
    if before is not None:
        was = before.get("AccountType"), before.get("AccountSubType")
        if (type_, subtype) in {(None, None), was}:
            # What it is stays, be it of a type that only some other country has.
            record["AccountType"], record["AccountSubType"] = was
            record.setdefault("Classification", classification(record))
            record.pop("OpeningBalance", None)
            return
    if not type_ and not subtype:
        said = "Either an Account.AccountType or an Account.AccountSubType must be specified"
        raise faults.fault("6010", said)
    for name, known in ((type_, _SUBTYPES), (subtype, _TYPE_OF_SUBTYPE)):
        if name and name not in known:
            raise faults.fault("2170", f"Invalid Enumeration : {name}")
    type_ = type_ or _TYPE_OF_SUBTYPE[str(subtype)]
    subtype = subtype or _FIRST_SUBTYPE.get(type_) or _SUBTYPES[type_].split()[0]
    if _TYPE_OF_SUBTYPE[subtype] != type_:
        raise faults.business(f"{subtype} is no detail type of the account type {type_}.")
    record |= {"AccountType": type_, "AccountSubType": subtype}
    record["Classification"] = classification(record)
    opening = record.pop("OpeningBalance", None)
    if before is None:
        if opening and not record.get("OpeningBalanceDate"):
            said = "An Account.OpenBalanceDate is required when specifying an Account.OpenBalance"
            raise faults.fault("6060", said)
        record["CurrentBalance"] = opening or 0
        record["CurrentBalanceWithSubAccounts"] = record["CurrentBalance"]


def checked(ledger: Ledger, reference: Any, *types: str) -> Record:
    """The account that a reference names, its name filled in.

    Args:
        ledger: the books.
        reference: an AccountRef, APAccountRef or the like.
        types: the account types that will do; none named, all will.

    Raises:
        Fault: 2020 for a reference that names nothing, 2500 or 610 for an unknown or inactive
            account, 6430 for one of another type.
    """
    record_id = (reference or {}).get("value")
    if not record_id:
        raise faults.required("AccountRef")
    account = ledger.store.get("Account", record_id)
    if account is None:
        raise faults.missing_reference("Accounts", record_id)
    if account["Active"] is False:
        raise faults.inactive_reference(ledger.switches.inactive_reference)
    if types and account.get("AccountType") not in types:
        said = f"Invalid account type: {account.get('AccountType')}"
        raise faults.fault("6430", said)
    reference["name"] = account["FullyQualifiedName"]
    return account


def default(ledger: Ledger, subtype: str) -> Record:
    """A reference to the company's own account of a subtype, opened if there is none.

    Source: QuickBooks help, Default accounts ("created automatically with the first
        transaction that needs them"), read 2026-11-26.
    """
    known = ledger.chart.get(subtype)
    if known is not None:
        return {"value": known, "name": ledger.chart[f"name {known}"]}
    sql = (
        "SELECT id, json_extract(body, '$.FullyQualifiedName') FROM record "
        "WHERE entity = 'Account' AND company = ? AND active = 1 ORDER BY +position LIMIT 1"
    )
    found = ledger.store.rows(sql, (fold(subtype),))
    if found:
        ledger.chart[subtype], ledger.chart[f"name {found[0][0]}"] = found[0]
        return {"value": found[0][0], "name": found[0][1]}
    name = _OPENED[subtype]
    opened: Record = {
        "Name": name,
        "FullyQualifiedName": name,
        "Active": True,
        "SubAccount": False,
        "AccountSubType": subtype,
    }
    settle(opened, None)
    ledger.touch(opened, None)
    opened["Id"] = str(ledger.store.next(entity("Account").ids))
    ledger.store.put("Account", opened)
    return {"value": opened["Id"], "name": name}

"""Every refusal the sandbox can answer, with QuickBooks' own words, codes and shapes.

Source: Intuit, Error codes and Common errors; texts as captured in responses published in GitHub
issues and in ruckus/quickbooks-ruby spec/fixtures, read 2026-11-22. Other texts are the sandbox's
own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

BodyStyle = Literal["Fault", "fault", "xml", "html"]

BUSINESS = "A business validation error has occurred while processing your request"
OTHER_PARTY = "Two transactions can be linked only if they belong to the same customer."
INACTIVE = (
    "Something you're trying to use has been made inactive. "
    "Check the fields with accounts, customers, items, vendors or employees."
)
MESSAGES: Mapping[str, str] = {
    "120": "Authorization Failure",
    "140": "Company Locked Out",
    "150": "Company Under Maintenance",
    "500": "Unsupported Operation",
    "600": "Duplicate Request ID",
    "610": "Object Not Found",
    "620": "TxnID Cannot Be Linked",
    "700": "Parent Reference Invalid",
    "800": "Cannot delete object",
    "900": "Parent cannot be child",
    "1040": "Batch size exceeds allowed limit",
    "2000": "Invalid or unsupported object name",
    "2010": "Request has invalid or unsupported property",
    "2020": "Required param missing, need to supply the required value for the API",
    "2030": "Invalid ID",
    "2040": "Invalid String. The String may contain unsupported or illegal chars",
    "2050": "String length is either shorter or longer than supported by specification",
    "2060": "Invalid Date Format",
    "2070": "Invalid Date",
    "2090": "Invalid Number",
    "2120": "Invalid Type",
    "2130": "Invalid Request Id Format",
    "2140": "Invalid Amount",
    "2170": "Invalid Enumeration",
    "2200": "Malformed Website Address Format",
    "2210": "Invalid Email Address Format",
    "2220": "Invalid Currency Type",
    "2240": "Invalid Number Range",
    "2250": "Missing lines",
    "2260": "MissingPostingType",
    "2270": "MissingTaxApplicableOn",
    "2280": "MissingTaxAmount",
    "2290": "NegativeAmount",
    "2300": "Amount on debits not equal to credits",
    "2500": "Invalid Reference Id",
    "4000": "Error parsing query",
    "4001": "Invalid query",
    "5010": "Stale Object Error",
    "5020": "Permission Denied",
    "5030": "Feature Not Supported",
    "6000": BUSINESS,
    "6010": "Invalid Account.AccountType && Account.SubType",
    "6030": "Upload request size exceeds allowed limit",
    "6060": "Account.OpenBalanceDate must be specified with Account.OpenBalance",
    "6070": "Amount calculation incorrect in the request",
    "6080": "No Name Provided",
    "6090": "Discount Line missing required info",
    "6100": "Invalid Line TaxCode in the request",
    "6130": "Cannot change who customer bills with",
    "6140": "Duplicate Document Number Error",
    "6150": "ParentRef Required Validation Error",
    "6160": "Invalid TaxCodeRef Error",
    "6170": "Invalid TxnTaxDetail Error",
    "6180": "Sub Level Limit",
    "6190": "Invalid Company Status",
    "6200": "Account Period Closed Error",
    "6210": "Account Period Closed",
    "6220": "Delete Entity Has Balance Error",
    "6230": "Invalid TaxCodeRef Error",
    "6240": "Duplicate Name Exists Error",
    "6250": "InvalidSalesCustomer",
    "6270": "InventoryTxnDatedBeforeItemStartDate",
    "6280": "Delete Customer Has Unbilled Expenses Error",
    "6290": "InvalidEmployeeOrVendor",
    "6300": "InvalidEmployeeOrVendorName",
    "6310": "MissingCustomer",
    "6320": "InvalidBillable",
    "6330": "MissingBillingRate",
    "6340": "InvalidTime",
    "6350": "MissingTime",
    "6360": "InvalidStartOrEndTime",
    "6370": "StartTimeAfterEndTime",
    "6390": "InvalidMultipleDurations",
    "6400": "Deleting linkedPurchase results in invalid Invoice",
    "6420": "Email address is required",
    "6430": "Invalid account type used",
    "6440": "Transaction Detail Information Required",
    "6450": "Attempt to Void Transaction failed",
    "6480": "Matched Transaction Delete Error",
    "6520": "Missing Tracked Inventory Item Quantity",
    "6530": "Found raw Credit Card Numbering request",
    "6540": "Deposited Transaction cannot be changed",
    "6560": "A customer is required",
    "10000": "An application error has occurred while processing your request",
    "10100": "Result Set Big",
}
# Of QuickBooks' table too, but nobody says what calls them forth: only the operator can, by
# injecting them.
INJECTED: Mapping[str, str] = {
    "100": "General Authentication Error",
    "110": "Authentication OAuth Error",
    "130": "Accessing Wrong Cluster",
    "630": "Duplicate Object",
    "1000": "Operation failed",
    "1010": "Create Failed",
    "1020": "Update Failed",
    "1050": "Invalid Content Type",
    "2080": "Invalid Number Format",
    "2100": "Invalid Decimal Format",
    "2110": "Invalid Decimal",
    "2150": "Invalid Percent",
    "2160": "Invalid Quantity",
    "2180": "Invalid String Range",
    "2190": "Invalid Date Range",
    "2230": "Invalid Boolean",
    "2600": "Invalid Request Conflict Element in Request",
    "3000": "Invalid Custom Field",
    "4002": "The query could not be processed",
    "5000": "Deprecated field",
    "6020": "Content length missing",
    "6460": "Deposit mismatch",
    "10200": "Company Reset",
}


@dataclass(frozen=True)
class Problem:
    """One entry of a fault's Error list."""

    code: str
    detail: str
    element: str = ""
    message: str = ""

    def json(self) -> dict[str, str]:
        """The entry as QuickBooks writes it."""
        known = MESSAGES.get(self.code) or INJECTED.get(self.code, "Operation failed")
        message = self.message or known
        return {
            "Message": message,
            "Detail": self.detail,
            "code": self.code,
            "element": self.element,
        }


class Fault(Exception):  # noqa: N818 - QuickBooks' own word
    """A refusal: one or more problems, a fault type and an HTTP status."""

    def __init__(
        self, *problems: Problem, status: int = 400, kind: str = "ValidationFault"
    ) -> None:
        super().__init__("; ".join(f"{problem.code} {problem.detail}" for problem in problems))
        self.problems = problems
        self.status = status
        self.kind = kind

    @property
    def code(self) -> str:
        """The first problem's code."""
        return self.problems[0].code

    def json(self) -> dict[str, Any]:
        """The value of the key `Fault`."""
        return {"Error": [problem.json() for problem in self.problems], "type": self.kind}


def fault(code: str, detail: str, element: str = "") -> Fault:
    """A validation fault of one problem whose message is the one QuickBooks gives that code."""
    return Fault(Problem(code, detail, element))


def not_found(detail: str = "") -> Fault:
    """610: the id is unknown, or the record was deleted."""
    said = detail or INACTIVE
    return fault("610", f"Object Not Found : {said}")


def inactive_reference(code: str) -> Fault:
    """610 or 2500: a transaction uses what has been made inactive."""
    return not_found() if code == "610" else fault("2500", f"Invalid Reference Id : {INACTIVE}")


def missing_reference(group: str, record_id: str) -> Fault:
    """2500: an id that no record of that group has; groups are Names, Accounts, Items, Klasses."""
    said = f"Invalid Reference Id : {group} element id {record_id} not found"
    return fault("2500", said, "Reference Id")


def required(name: str) -> Fault:
    """2020: a required parameter is absent."""
    return fault("2020", f"Required parameter {name} is missing in the request", name)


def invalid_property(name: str = "") -> Fault:
    """2010: an unknown or mistyped property, or a body that is not the bare object."""
    said = "a property specified is unsupported or invalid"
    return fault("2010", f"Property Name:failed to parse json object; {said}", name)


def business(said: str) -> Fault:
    """6000: the catch-all whose detail says what is wrong."""
    return fault("6000", f"Business Validation Error: {said}")


def deleted_element() -> Fault:
    """6000: an edit of an inactive list record."""
    return business("You cannot modify a list element that has been deleted.")


def stale() -> Fault:
    """5010: the SyncToken is not the record's current one."""
    said = (
        "You and root were working on this at the same time. "
        "root finished before you did, so your work was not saved."
    )
    return fault("5010", f"Stale Object Error : {said}")


def duplicate_name(holder_id: str | None) -> Fault:
    """6240: with the holder's id when it is in the same list, in words across lists."""
    across = (
        "Another customer, vendor or employee is already using this \nname. "
        "Please use a different name."
    )
    said = f"Id={holder_id}" if holder_id is not None else across
    return fault("6240", f"The name supplied already exists. : {said}")


def duplicate_number(number: str, kind: str, record_id: str) -> Fault:
    """6140: the document number is another transaction's."""
    said = "You must specify a different number. This number has already been used."
    where = f"DocNumber={number} is assigned to TxnType={kind} with TxnId={record_id}"
    return fault("6140", f"Duplicate Document Number Error : {said} {where}")


def closed_period(code: str) -> Fault:
    """6210 or 6200: a date on or before the book closing date."""
    said = (
        "The account period has closed and the account books cannot be updated through the QBO "
        "Services API. Please use the QBO website to make these changes."
    )
    return fault(code, said)


def deposited() -> Fault:
    """6540: the payment or receipt is part of a deposit."""
    said = (
        "This transaction has been deposited. If you want to change or delete it, "
        "you must edit the deposit it appears on and remove it first."
    )
    return fault("6540", said)


def matched() -> Fault:
    """6480: somebody matched the transaction to a line of the bank's feed."""
    said = (
        "You can't delete this transaction. It's matched to another transaction that was "
        "categorized into a different financial account."
    )
    return fault("6480", said)


def cannot_link(said: str) -> Fault:
    """620: a payment line names what cannot be linked to it."""
    return fault("620", f"TxnID Cannot Be Linked : Cannot validate linked transactions: {said}")


def system(said: str, status: int = 500) -> Fault:
    """10000: QuickBooks itself failed, or knows no such address."""
    problem = Problem("10000", f"System Failure Error: {said}")
    return Fault(problem, status=status, kind="SystemFault")


def no_method(method: str) -> Fault:
    """405: the address is there, and does not take this method."""
    said = f"No resource method found for {method}, return 405 with Allow header"
    return Fault(Problem("500", said, message="message=HTTP 405 Method Not Allowed"), status=405)


def no_administrator() -> Fault:
    """120: who connected the app has lost the right to."""
    said = ": -11014-You do not have access to use QuickBooks Online Plus."
    return Fault(Problem("120", said), status=401, kind="AuthorizationFault")


def closed_company(code: str) -> Fault:
    """140 or 150: nobody gets in for a while."""
    return Fault(Problem(code, "Try again later."), kind="AuthorizationFault")


def lapsed() -> Fault:
    """6190: the company's subscription has ended; writes are refused."""
    said = (
        "Subscription period has ended or canceled or there was a billing problem : You can't add "
        "data to QuickBooks Online Plus because your trial or subscription period ended."
    )
    return fault("6190", said)


def unauthorised(detail: str, code: str = "3200") -> Fault:
    """401: the gateway does not know the token."""
    named = "AuthenticationFailed" if code == "3200" else "EmptyField"
    message = f"message={named}; errorCode=00{code}; statusCode=401"
    return Fault(Problem(code, detail, message=message), status=401, kind="AUTHENTICATION")


def forbidden() -> Fault:
    """403: the app is not connected to this company."""
    message = "message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403"
    return Fault(Problem("3100", "", message=message), status=403, kind="SERVICE")


def throttled() -> Fault:
    """429: too many requests."""
    said = "The request limit was reached.  Try again later"
    message = "message=ThrottleExceeded; errorCode=003001; statusCode=429"
    return Fault(Problem("3001", said, message=message), status=429, kind="SERVICE")

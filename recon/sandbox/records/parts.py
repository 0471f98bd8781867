"""Which members a line, its detail, a reference, an address or a phone number may have.

The service reads JSON into the classes of its schema, and refuses a member that the class does not
have wherever it stands: an AccountRef beside its AccountBasedExpenseLineDetail instead of in it, an
Amount inside SalesItemLineDetail.

Source: intuit/QuickBooks-V3-PHP-SDK, src/Data (IPPLine, IPP*LineDetail, IPPLinkedTxn,
IPPPhysicalAddress, IPPReferenceType); refusals: python-quickbooks issues 38 and 299 and pull
request 145 (types of lines), quickbooks-online-mcp-server issue 27; read 2026-11-26.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from recon.sandbox import faults


def _names(words: str) -> frozenset[str]:
    """Names parted by blanks."""
    return frozenset(words.split())


_ITEM = _names(
    "ItemRef ClassRef UnitPrice RatePercent PriceLevelRef MarkupInfo Qty UOMRef ItemAccountRef "
    "InventorySiteRef TaxCodeRef TaxClassificationRef TaxInclusiveAmt DeferredRevenue "
    "ProjectRef"
)
_DETAILS: Mapping[str, frozenset[str]] = {
    "SalesItemLineDetail": _ITEM | {"ServiceDate", "DiscountRate", "DiscountAmt"},
    "ItemBasedExpenseLineDetail": _ITEM | {"CustomerRef", "BillableStatus"},
    "AccountBasedExpenseLineDetail": _names(
        "CustomerRef ClassRef AccountRef BillableStatus MarkupInfo TaxAmount TaxCodeRef "
        "TaxInclusiveAmt ProjectRef"
    ),
    # python-quickbooks has Discount too, and the misspelt SubtotalLineDetail of a line.
    "DiscountLineDetail": _names(
        "DiscountRef PercentBased DiscountPercent DiscountAccountRef ServiceDate ClassRef "
        "TaxCodeRef Discount"
    ),
    "GroupLineDetail": _names("GroupItemRef Quantity UOMRef ServiceDate Line"),
    "DescriptionLineDetail": _names("ServiceDate TaxCodeRef"),
    "JournalEntryLineDetail": _names(
        "PostingType Entity AccountRef ClassRef DepartmentRef TaxCodeRef TaxRateRef "
        "TaxApplicableOn TaxAmount TaxInclusiveAmt BillableStatus JournalCodeRef "
        "ProjectRef"
    ),
    "DepositLineDetail": _names(
        "Entity ClassRef AccountRef PaymentMethodRef CheckNum TxnType TaxCodeRef TaxApplicableOn"
    ),
}
_LINE = _names(
    "Id LineNum Description Amount LinkedTxn DetailType CustomField CustomExtensions LineEx "
    "ProjectRef PaymentLineDetail TaxLineDetail PurchaseOrderItemLineDetail "
    "SalesOrderItemLineDetail ItemReceiptLineDetail ItemAdjustmentLineDetail SubTotalLineDetail "
    "SubtotalLineDetail TDSLineDetail"
) | frozenset(_DETAILS)
_DETAIL_TYPES = frozenset(name for name in _LINE if name.endswith("LineDetail")) - _names(
    "SubtotalLineDetail DescriptionLineDetail"
) | {"DescriptionOnly"}
_MEMBERS: Mapping[str, frozenset[str]] = {
    **{name: members | {f"{name}Ex"} for name, members in _DETAILS.items()},
    "Line": _LINE,
    "LinkedTxn": _names("TxnId TxnType TxnLineId"),
    **dict.fromkeys(
        ("PrimaryPhone", "Mobile", "AlternatePhone", "Fax"),
        _names(
            "Id DeviceType CountryCode AreaCode ExchangeCode Extension FreeFormNumber Default Tag"
        ),
    ),
}
_ADDRESS = _names(
    "Id Line1 Line2 Line3 Line4 Line5 City Country CountryCode CountrySubDivisionCode PostalCode "
    "PostalCodeSuffix Lat Long Tag Note"
)
_REFERENCE = _names("value name type")
# Named like an address or a reference, but classes of their own.
_OTHERS = _names("PrimaryEmailAddr WebAddr AttachableRef UOMRef")


def check(name: str, value: Mapping[str, Any]) -> None:
    """Refuse (2010) a member that what this name stands for does not have, or no type of line.

    Raises:
        Fault: 2010, its element the member.
    """
    members = _members(name)
    if members is None:
        return
    for member in value:
        if member not in members:
            raise faults.invalid_property(member)
    if name == "Line" and value.get("DetailType") not in (None, "", *_DETAIL_TYPES):
        raise faults.invalid_property("DetailType")


def _members(name: str) -> frozenset[str] | None:
    """The members that there are; None where any is taken."""
    if name in _OTHERS:
        return None
    if name.endswith("Addr"):
        return _ADDRESS
    return _REFERENCE if name.endswith("Ref") else _MEMBERS.get(name)

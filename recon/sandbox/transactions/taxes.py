"""The tax service: one request makes a tax code together with its rates.

Source: Intuit, TaxService entity page; python-quickbooks 0.9.12 TaxService, read 2026-11-22.
"""

from __future__ import annotations

from typing import Any

from recon.sandbox import faults
from recon.sandbox.books.company import Record
from recon.sandbox.books.ledger import Ledger
from recon.sandbox.books.store import fold
from recon.sandbox.records.entities import entity
from recon.sandbox.records.shape import numeric


def create(ledger: Ledger, body: Any) -> Record:
    """Create a tax code and the rates it brings; answers the request with the new ids.

    Raises:
        Fault: 2020, 2500 for an unknown rate or agency, 6240 for a name in use.
    """
    if not isinstance(body, dict):
        raise faults.invalid_property()
    details = body.get("TaxRateDetails")
    if not body.get("TaxCode"):
        raise faults.required("TaxCode")
    if not isinstance(details, list) or not details:
        raise faults.required("TaxRateDetails")
    with ledger.store.transaction():
        _check_free(ledger, "TaxCode", str(body["TaxCode"]))
        rates = [_rate(ledger, detail) for detail in details]
        lists: dict[str, list[Record]] = {"Sales": [], "Purchase": []}
        for order, (detail, rate) in enumerate(zip(details, rates, strict=True)):
            reference = {"value": rate["Id"], "name": rate["Name"]}
            side = lists["Purchase" if detail.get("TaxApplicableOn") == "Purchase" else "Sales"]
            side.append(
                {"TaxRateRef": reference, "TaxTypeApplicable": "TaxOnAmount", "TaxOrder": order}
            )
        code: Record = {
            "Id": str(ledger.store.next(entity("TaxCode").ids)),
            "Name": str(body["TaxCode"]),
            "Description": str(body["TaxCode"]),
            "Active": True,
            "Taxable": True,
            "TaxGroup": True,
            "SalesTaxRateList": {"TaxRateDetail": lists["Sales"]},
            "PurchaseTaxRateList": {"TaxRateDetail": lists["Purchase"]},
        }
        ledger.touch(code, None)
        ledger.store.put("TaxCode", code)
    answered = [
        {**detail, "TaxRateId": rate["Id"], "TaxAgencyId": rate["AgencyRef"]["value"]}
        for detail, rate in zip(details, rates, strict=True)
    ]
    return {"TaxCode": code["Name"], "TaxCodeId": code["Id"], "TaxRateDetails": answered}


def _rate(ledger: Ledger, detail: Any) -> Record:
    """The rate that a detail names, or the new one that it describes."""
    if not isinstance(detail, dict):
        raise faults.invalid_property("TaxRateDetails")
    if detail.get("TaxRateId"):
        known = ledger.store.get("TaxRate", str(detail["TaxRateId"]))
        if known is None:
            raise faults.missing_reference("TaxRate", str(detail["TaxRateId"]))
        return known
    for name in ("TaxRateName", "RateValue", "TaxAgencyId"):
        if detail.get(name) in (None, ""):
            raise faults.required(name)
    agency_id = str(detail["TaxAgencyId"])
    if ledger.store.get("TaxAgency", agency_id) is None:
        raise faults.missing_reference("TaxAgency", agency_id)
    _check_free(ledger, "TaxRate", str(detail["TaxRateName"]))
    rate: Record = {
        "Id": str(ledger.store.next(entity("TaxRate").ids)),
        "Name": str(detail["TaxRateName"]),
        "Description": str(detail["TaxRateName"]),
        "Active": True,
        "RateValue": numeric("RateValue", detail["RateValue"]),
        "AgencyRef": {"value": agency_id},
        "SpecialTaxType": "NONE",
    }
    ledger.touch(rate, None)
    ledger.store.put("TaxRate", rate)
    return rate


def _check_free(ledger: Ledger, name: str, wanted: str) -> None:
    holders = ledger.store.ids(name, "name = ?", (fold(wanted),))
    if holders:
        raise faults.duplicate_name(holders[0])

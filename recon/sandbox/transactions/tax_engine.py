"""The tax engine of a US company with automated sales tax: where goods go decides the rate.

The real engine knows every county; this one knows the states' own rates. A client can rely on what
is documented: the code that it sends is overridden, and the total may move with the address.

Source: Intuit developer blog, Using QuickBooks Online API with automated sales tax, 2017-12-11. The
states' general rates are believable ones to test with, not advice: compared with
federalstatelaw.com, Sales Tax by State, of 2025-12-15, read 2026-11-26 (Louisiana with its rate
since 2025; Utah and Virginia without the local part that is the same all over the state).
"""

from __future__ import annotations

from recon.sandbox.books.company import Record
from recon.sandbox.books.ledger import Ledger
from recon.sandbox.books.store import fold
from recon.sandbox.records.entities import entity

_RATES = (  # noqa: SIM905 - a table reads better so
    "AL 4 AR 6.5 AZ 5.6 CA 7.25 CO 2.9 CT 6.35 DC 6 FL 6 GA 4 HI 4 IA 6 ID 6 IL 6.25 IN 7 KS 6.5 "
    "KY 6 LA 5 MA 6.25 MD 6 ME 5.5 MI 6 MN 6.875 MO 4.225 MS 7 NC 4.75 ND 5 NE 5.5 NJ 6.625 "
    "NM 4.875 NV 6.85 NY 4 OH 5.75 OK 4.5 PA 6 RI 7 SC 6 SD 4.2 TN 7 TX 6.25 UT 4.85 VA 4.3 VT 6 "
    "WA 6.5 WI 5 WV 6 WY 4"
).split()
_RATE_OF_STATE = dict(zip(_RATES[::2], map(float, _RATES[1::2]), strict=True))


def decide(ledger: Ledger, record: Record) -> tuple[Record | None, Record | None]:
    """The tax code and rate of a sale, made when first needed; None where no tax is due.

    The address that counts is where the goods go, else where the bill goes, else the company's.
    """
    customer_id = (record.get("CustomerRef") or {}).get("value")
    customer = ledger.store.get("Customer", customer_id) if customer_id else None
    if customer is not None and customer.get("Taxable") is False:
        return None, None
    info = ledger.store.get("CompanyInfo", "1") or {}
    places = (record.get("ShipAddr"), record.get("BillAddr"), info.get("CompanyAddr"))
    states = (str((place or {}).get("CountrySubDivisionCode") or "").upper() for place in places)
    state = next((state for state in states if state), "")
    if state not in _RATE_OF_STATE:
        return None, None
    rate = _named(ledger, "TaxRate", f"{state} State")
    if rate is None:
        rate = _made(
            ledger,
            "TaxRate",
            f"{state} State",
            RateValue=_RATE_OF_STATE[state],
            AgencyRef={"value": _agency(ledger, state)["Id"]},
            SpecialTaxType="NONE",
            DisplayType="ReadOnly",
        )
    code = _named(ledger, "TaxCode", f"{state} automated")
    if code is None:
        reference = {"value": rate["Id"], "name": rate["Name"]}
        detail = {"TaxRateRef": reference, "TaxTypeApplicable": "TaxOnAmount", "TaxOrder": 0}
        code = _made(
            ledger,
            "TaxCode",
            f"{state} automated",
            Taxable=True,
            TaxGroup=True,
            SalesTaxRateList={"TaxRateDetail": [detail]},
            PurchaseTaxRateList={"TaxRateDetail": []},
        )
    return code, rate


def _agency(ledger: Ledger, state: str) -> Record:
    name = f"{state} Tax Agency"
    agency = _named(ledger, "TaxAgency", name)
    if agency is not None:
        return agency
    agency = {"DisplayName": name, "TaxTrackedOnSales": True, "TaxTrackedOnPurchases": False}
    return _stored(ledger, "TaxAgency", agency)


def _named(ledger: Ledger, kind: str, name: str) -> Record | None:
    found = ledger.store.ids(kind, "name = ?", (fold(name),))
    return ledger.store.get(kind, found[0]) if found else None


def _made(ledger: Ledger, kind: str, name: str, **fields: object) -> Record:
    return _stored(ledger, kind, {"Name": name, "Description": name, "Active": True, **fields})


def _stored(ledger: Ledger, kind: str, record: Record) -> Record:
    ledger.touch(record, None)
    record["Id"] = str(ledger.store.next(entity(kind).ids))
    ledger.store.put(kind, record)
    return record

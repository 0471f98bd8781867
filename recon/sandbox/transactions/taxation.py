"""The tax on a transaction: as it was sent, by a US tax code, by the US engine, or line by line.

Three models, as Intuit has them: a US company that keeps its own rates puts one code on the whole
form; a US company with automated sales tax (Preferences.TaxPrefs.PartnerTaxEnabled) leaves it to an
engine, which overrides any code; a company elsewhere has a code on every line.

Source: Intuit, Global tax model, TaxCode entity page, Invoice entity page (ApplyTaxAfterDiscount),
Error codes 6160, 6170; developer blog, Using QuickBooks Online API with automated sales tax,
2017-12-11, read 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from recon.sandbox import faults
from recon.sandbox.books.company import Record
from recon.sandbox.books.ledger import Ledger
from recon.sandbox.records.amounts import excluding, number, percentage, units
from recon.sandbox.transactions import tax_engine
from recon.sandbox.transactions.shared import summed

_MODES = ("TaxExcluded", "TaxInclusive", "NotApplicable")
_UNTAXED = frozenset({"DescriptionOnly", "DiscountLineDetail", "SubTotalLineDetail"})
_NO_CODES = frozenset({"CustomSalesTax"})


def settle(ledger: Ledger, record: Record, before: Record | None, *, purchase: bool = False) -> int:
    """Work out TxnTaxDetail; answers what is to be added to the sum of the lines.

    Tax-inclusive lines become net lines that remember what they were (TaxInclusiveAmt).

    Raises:
        Fault: 2500 or 6160 for a tax code that cannot be used, 2170 and 6170 for a way of taxing
            that there is not or that allows no tax, 6000 for a line without code.
    """
    detail = record.get("TxnTaxDetail") or {}
    is_new = detail != ((before or {}).get("TxnTaxDetail") or {})
    sent = detail.get("TotalTax") if is_new else None
    if not ledger.in_us():
        return _by_line(ledger, record, sent, purchase=purchase)
    if purchase:
        return units(detail.get("TotalTax"))
    taxable = sum(units(line.get("Amount")) for line in _lines(record) if _is_taxed(line))
    if record.get("ApplyTaxAfterDiscount"):
        subtotal, discount = summed(record["Line"])
        taxable = round(taxable * (subtotal - discount) / subtotal) if subtotal else 0
    if ledger.automated_tax():
        return _by_engine(ledger, record, sent, taxable)
    return _by_code(ledger, record, taxable)


def _by_code(ledger: Ledger, record: Record, taxable: int) -> int:
    """A US company's own rates: the tax that was sent, or that of the form's code."""
    detail = record.get("TxnTaxDetail")
    if not detail:
        record["TxnTaxDetail"] = {"TotalTax": 0}
        return 0
    code_id = (detail.get("TxnTaxCodeRef") or {}).get("value")
    code = _code(ledger, code_id) if code_id else None
    if detail.get("TotalTax") in (None, ""):
        detail["TaxLine"] = [_tax_line(rate, taxable) for rate in rates(ledger, code)]
        detail["TotalTax"] = _sum(detail["TaxLine"])
    return units(detail["TotalTax"])


def _by_engine(ledger: Ledger, record: Record, sent: Any, taxable: int) -> int:
    """Automated sales tax: an amount that was sent stands, a code that was sent does not."""
    code, rate = tax_engine.decide(ledger, record)
    if code is None or rate is None:
        record["TxnTaxDetail"] = {"TotalTax": 0}
        return 0
    line = _tax_line(rate, taxable)
    if sent not in (None, ""):
        line["Amount"] = number(units(sent))
    total = line["Amount"]
    record["TxnTaxDetail"] = {
        "TxnTaxCodeRef": {"value": code["Id"]},
        "TotalTax": total,
        "TaxLine": [line],
    }
    return units(total)


def _by_line(ledger: Ledger, record: Record, sent: Any, *, purchase: bool) -> int:
    """Outside the US: every line has its code, and the form says whether amounts include tax."""
    mode = record.setdefault("GlobalTaxCalculation", "TaxExcluded")
    if mode not in _MODES:
        raise faults.fault("2170", f"Invalid Enumeration : {mode}", "GlobalTaxCalculation")
    if mode == "NotApplicable":
        detail = record.pop("TxnTaxDetail", None) or {}
        if units(detail.get("TotalTax")) or detail.get("TaxLine"):
            said = "TxnTaxDetail is not allowed when GlobalTaxCalculation is NotApplicable."
            raise faults.fault("6170", said, "TxnTaxDetail")
        return 0
    taxed = _Taxed()
    for line in _lines(record):
        on_line = _rates_on(ledger, line, purchase=purchase)
        if mode == "TaxInclusive":
            _make_net(ledger, line, on_line)
        net = units(line.get("Amount"))
        gross = units(_detail(line).get("TaxInclusiveAmt")) if mode == "TaxInclusive" else None
        taxed.add(on_line, net, gross)
    lines = taxed.lines(inclusive=mode == "TaxInclusive")
    total = number(units(sent)) if sent not in (None, "") else _sum(lines)
    record["TxnTaxDetail"] = {"TotalTax": total, **({"TaxLine": lines} if lines else {})}
    return units(total)


def _rates_on(ledger: Ledger, line: Record, *, purchase: bool) -> list[Record]:
    """The rates that a line's own code puts on it."""
    code_id = (_detail(line).get("TaxCodeRef") or {}).get("value")
    if code_id:
        return rates(ledger, _code(ledger, code_id), purchase=purchase)
    if ledger.switches.line_without_tax_code == "6000":
        raise faults.business("Make sure all your transactions have a tax rate before you save.")
    return []


class _Taxed:
    """What is taxable and what tax is on it, summed up rate by rate."""

    def __init__(self) -> None:
        self._rates: dict[str, Record] = {}
        self._nets: dict[str, int] = {}
        self._taxes: dict[str, int] = {}

    def add(self, on_line: list[Record], net: int, gross: int | None) -> None:
        """Add a line; of one that includes its tax the last rate takes what is left."""
        left = (gross or 0) - net
        for place, rate in enumerate(on_line, 1):
            tax = percentage(net, rate.get("RateValue") or 0)
            if gross is not None and place == len(on_line):
                tax = left
            left -= tax
            rate_id = rate["Id"]
            self._rates[rate_id] = rate
            self._nets[rate_id] = self._nets.get(rate_id, 0) + net
            self._taxes[rate_id] = self._taxes.get(rate_id, 0) + tax

    def lines(self, *, inclusive: bool) -> list[Record]:
        """The tax lines: exclusive tax is worked out of each rate's sum, not line by line."""
        lines = [_tax_line(rate, self._nets[rate_id]) for rate_id, rate in self._rates.items()]
        if inclusive:
            for line, tax in zip(lines, self._taxes.values(), strict=True):
                line["Amount"] = number(tax)
        return lines


def _make_net(ledger: Ledger, line: Record, on_line: list[Record]) -> None:
    """Split a line that includes its tax into what is net and what it was."""
    detail = _detail(line)
    percent = sum(float(rate.get("RateValue") or 0) for rate in on_line)
    if detail.get("TaxInclusiveAmt"):
        gross = units(detail["TaxInclusiveAmt"])
        line["Amount"] = number(excluding(gross, percent))
    elif ledger.switches.inclusive_amounts == "gross":
        gross = units(line.get("Amount"))
        line["Amount"] = number(excluding(gross, percent))
    else:
        net = units(line.get("Amount"))
        gross = net + percentage(net, percent)
    detail["TaxInclusiveAmt"] = number(gross)


def _code(ledger: Ledger, code_id: str) -> Record:
    """The tax code with this id.

    Raises:
        Fault: 6160 for the code that stands for hand-made tax, 2500, 6160 or 6230 for an
            unknown one.
    """
    code = ledger.store.get("TaxCode", code_id) if code_id not in _NO_CODES else None
    if code is None:
        said = "6160" if code_id in _NO_CODES else ledger.switches.missing_tax_code
        if said != "2500":
            raise faults.fault(said, f"Invalid TaxCodeRef. Supplied value:{code_id}")
        raise faults.missing_reference("TaxCode", code_id)
    return code


def rates(ledger: Ledger, code: Record | None, *, purchase: bool = False) -> list[Record]:
    """The tax rates of a code, in its order."""
    name = "PurchaseTaxRateList" if purchase else "SalesTaxRateList"
    details = ((code or {}).get(name) or {}).get("TaxRateDetail") or []
    found = (ledger.store.get("TaxRate", each["TaxRateRef"]["value"]) for each in details)
    return [rate for rate in found if rate is not None]


def _tax_line(rate: Record, taxable: int) -> Record:
    percent = rate.get("RateValue", 0)
    detail = {
        "TaxRateRef": {"value": rate["Id"]},
        "PercentBased": True,
        "TaxPercent": percent,
        "NetAmountTaxable": number(taxable),
    }
    amount = number(percentage(taxable, percent))
    return {"Amount": amount, "DetailType": "TaxLineDetail", "TaxLineDetail": detail}


def _sum(lines: Iterable[Record]) -> float:
    return number(sum(units(line["Amount"]) for line in lines))


def _lines(record: Record) -> Iterator[Record]:
    """The lines that tax can be on, those inside bundles instead of the bundles."""
    for line in record["Line"]:
        if line["DetailType"] == "GroupLineDetail":
            yield from line["GroupLineDetail"].get("Line", [])
        elif line["DetailType"] not in _UNTAXED:
            yield line


def _detail(line: Record) -> Record:
    detail: Record = line.setdefault(line["DetailType"], {})
    return detail


def _is_taxed(line: Record) -> bool:
    return bool((_detail(line).get("TaxCodeRef") or {}).get("value", "NON") != "NON")

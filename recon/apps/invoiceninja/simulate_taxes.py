"""How Invoice Ninja's sync sends sales tax.

American companies know only taxed and untaxed lines, and one code on the whole invoice; elsewhere
each line has the code that is made of all of its rates.

Source: behaviour of Invoice Ninja's open source as described by its readers: a code is looked for
    by its rate, a composite of up to three rates by all of them; an unknown or ambiguous one stops
    the push; read 2026-11-22.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from recon.apps.invoiceninja.simulate_records import decimal, rate_of, rates_of, taxed
from recon.apps.push.bodies import codes_of as codes_charging
from recon.apps.push.bodies import used_by
from recon.apps.push.records import Json, Record, filled, reference
from recon.ports import QboPort


@dataclass
class Taxes:
    """What QuickBooks knows of sales tax, asked once."""

    qbo: QboPort

    def code(self, line: Record) -> str:
        """The tax code of a line; empty for none."""
        if self.american:
            return "TAX" if taxed(line) else "NON"
        return next(iter(self.codes_of(line)), "")

    def fault(self, lines: list[Record]) -> str:
        """Why the tax of these lines cannot be sent; empty where it can."""
        found = [len(self.codes_of(line)) for line in lines if taxed(line)]
        if 0 in found:
            return "missing_tax_rate"
        return "tax_ambiguous" if any(number > 1 for number in found) else ""

    def codes_of(self, line: Record) -> list[str]:
        """Ids of the tax codes of a line's rates: abroad that of all of them, else of the first."""
        rates = rates_of(line)
        if not self.american and taxed(line) and len(rates) > 1:
            return [code for code, made_of in self.composites if made_of == rates]
        rate = rate_of(line) if taxed(line) else Decimal()
        return [self.tax_rates[rate]] if rate in self.tax_rates else []

    def detail(self, invoice: Record, lines: list[Record]) -> Json:
        """The tax of the whole invoice as the app worked it out; nothing when no line is taxed."""
        rates = [rate_of(line) for line in lines if taxed(line)]
        if not rates or not self.american:
            return {}
        code = reference(self.tax_rates[rates[0]])
        return filled({"TxnTaxCodeRef": code, "TotalTax": invoice.get("total_taxes")})

    @cached_property
    def american(self) -> bool:
        """Whether the company is in the United States, where lines are TAX or NON."""
        return self.qbo.query("SELECT * FROM CompanyInfo")[0].get("Country", "US") in {"US", "USA"}

    @cached_property
    def tax_rates(self) -> dict[Decimal, str]:
        """Percentage to the id of a tax code that charges it, empty where no code does."""
        asked = "SELECT * FROM TaxCode WHERE Active IN (true, false) MAXRESULTS 1000"
        return codes_charging(self.qbo.query(asked), self.rates)

    @cached_property
    def rates(self) -> list[Json]:
        """The active tax rates."""
        return self.qbo.query("SELECT * FROM TaxRate MAXRESULTS 1000")

    @cached_property
    def composites(self) -> list[tuple[str, list[Decimal]]]:
        """Id and rates of the active tax codes, the lowest rate first."""
        worth = {str(rate["Id"]): decimal(rate.get("RateValue")) for rate in self.rates}
        return [
            (str(code["Id"]), sorted(worth.get(rate_id, Decimal()) for rate_id in used_by(code)))
            for code in self.qbo.query("SELECT * FROM TaxCode MAXRESULTS 1000")
        ]

"""What sales refer to by name and QuickBooks keeps in lists: tax codes, classes, terms."""

from __future__ import annotations

from typing import Any

import pandas as pd

from recon.case import Case
from recon.checks.columns import among, looked_up
from recon.checks.finding import findings
from recon.rules.names import keys, without_deleted


def _asleep(table: pd.DataFrame) -> pd.Series[Any]:
    return ~table["active"].fillna(value=True).astype(bool)


def inactive_tax_code(case: Case) -> pd.DataFrame:
    """The only tax code of a rate that invoices carry is inactive. Told once for each code.

    Only of apps that keep an invoice back whose rate cannot be charged.

    Source: Intuit, fault 610 "made inactive" and 2500, TaxCode entity (read only, but for what
        TaxService makes); read 2026-11-22.
    """
    codes = case.books.qbo.tax_codes.dropna(subset=["rate"])
    asleep = codes[_asleep(codes) & ~codes["rate"].isin(codes.loc[~_asleep(codes), "rate"])]
    lines = case.books.app.invoice_lines[["ref", "tax_rate"]]
    lines = lines[lines["tax_rate"].isin(asleep["rate"])] if len(asleep) else lines.iloc[:0]
    number = lines.groupby("tax_rate")["ref"].nunique()
    rows = asleep.assign(
        number=pd.Series([number.get(rate) for rate in asleep["rate"]], asleep.index, "Int64"),
        percent=[f"{rate.normalize():f}" for rate in asleep["rate"]],
    )
    stops = case.profile.invoice.missing_tax_rate == "refuse"
    return findings(
        inactive_tax_code,
        rows.dropna(subset=["number"]) if stops else rows.iloc[:0],
        "The tax code {name} ({percent} %) is inactive, and {number} [invoice carries|invoices "
        "carry] its rate.",
        severity="blocks",
        remedy="Make it active again: Taxes > Sales tax > Sales tax settings, show inactive.",
        by="hand",
        fault="2500",
    )


def tax_ambiguous_composite(case: Case) -> pd.DataFrame:
    """Several active tax codes are made of the same rates, so that the app takes none of them.

    Not in the US, where lines carry no more than taxable or not.

    Source: Invoice Ninja's open source as described: an ambiguous composite of up to three rates
        stops the push; read 2026-11-22.
    """
    codes = composites(case)
    twice = codes[codes["tax_parts"].duplicated(keep=False)]
    lines = case.books.app.invoice_lines[["ref", "tax_parts"]].dropna()
    number = lines.drop_duplicates()["tax_parts"].value_counts()
    names = twice.groupby("tax_parts")["name"].agg(" and ".join)
    rows = twice.drop_duplicates("tax_parts")
    rows = rows.assign(
        number=rows["tax_parts"].map(number),
        names=rows["tax_parts"].map(names),
        rates=rows["tax_parts"].str.replace("+", " % and ", regex=False),
    )
    return findings(
        tax_ambiguous_composite,
        rows.dropna(subset=["number"]) if goes_by_composites(case) else rows.iloc[:0],
        "{names} are all made of {rates} %: {number:.0f} [invoice with these rates does|invoices "
        "with these rates do] not travel.",
        severity="blocks",
        remedy="Make all of these tax codes but one inactive.",
        by="hand",
        fault="tax_ambiguous",
    )


def composites(case: Case) -> pd.DataFrame:
    """Active tax codes that are made of several rates."""
    codes = case.books.qbo.tax_codes
    return codes[~_asleep(codes)].dropna(subset=["tax_parts"])


def goes_by_composites(case: Case) -> bool:
    """Whether the app looks for the tax code that is made of all rates of a line."""
    return is_abroad(case) and case.profile.invoice.several_rates == "code"


def is_abroad(case: Case) -> bool:
    """Whether QuickBooks' company is outside the US, where each line has its own tax code."""
    return case.books.qbo.preference("Country") not in _AMERICAN


def rates_charged(case: Case) -> set[Any]:
    """The rates of QuickBooks that an active tax code charges; of each the code is known."""
    rates, codes = case.books.qbo.tax_rates, case.books.qbo.tax_codes
    asleep = codes.loc[_asleep(codes), "ref"]
    usable = rates["active"].fillna(value=True) & rates["tax_code"].notna()
    usable &= ~among("qbo:tax_code:" + rates["tax_code"], asleep)
    return set(rates.loc[usable, "rate"].dropna())


_AMERICAN = {"US", "USA", ""}


def inactive_class(case: Case) -> pd.DataFrame:
    """Invoices name a class that is inactive in QuickBooks. Told once for each class.

    A class below another one may be named with or without it. Only of apps that send classes.

    Source: Intuit, fault 610 "made inactive" and 2500, Class entity; ServiceCore help, inactive
        records on a sale; TaxDome help, classes travel with invoices; read 2026-11-22.
    """
    asleep = _asleep_classes(case)
    number = keys(case.books.app.invoices["class_name"]).value_counts()
    whole, leaf = (looked_up(keys(asleep[name]), number) for name in ("called", "leaf"))
    rows = asleep.assign(number=whole.fillna(leaf)).dropna(subset=["number"])
    return findings(
        inactive_class,
        rows if case.profile.invoice.sends_class else rows.iloc[:0],
        "The class {called} is inactive in QuickBooks, and {number} [invoice names|invoices "
        "name] it.",
        severity="blocks",
        remedy="Make the class active again, or give those invoices another one.",
        by="qbo or app",
        fault="610",
    )


def names_inactive_class(case: Case, named: pd.Series[Any]) -> pd.Series[bool]:
    """True for names of classes that QuickBooks has as inactive ones only, whole or the leaf."""
    asleep = _asleep_classes(case)
    return among(keys(named), pd.concat([keys(asleep["called"]), keys(asleep["leaf"])]))


def _asleep_classes(case: Case) -> pd.DataFrame:
    """Inactive classes, `called` by names that no active one has; `leaf` is NA where one has it."""
    classes = case.books.qbo.classes
    classes = classes.assign(called=classes["name"].map(without_deleted))
    classes = classes.assign(leaf=classes["called"].str.split(":").str[-1])
    live, asleep = classes[~_asleep(classes)], classes[_asleep(classes)]
    taken = pd.concat([keys(live["called"]), keys(live["leaf"])])
    asleep = asleep.assign(leaf=asleep["leaf"].mask(among(keys(asleep["leaf"]), taken)))
    return asleep[~among(keys(asleep["called"]), taken)]


def terms_missing(case: Case) -> pd.DataFrame:
    """Clients or invoices have payment terms that QuickBooks does not have. Told once for each.

    An app that sends terms is refused; one that sends the due date only loses nothing by it.

    Source: a help desk of practice software (p3), terms have to be in QuickBooks under the same
        name; Intuit, Term entity, fault 2500; read 2026-11-22.
    """
    missing = missing_terms(case)
    return findings(
        terms_missing,
        missing.iloc[:0] if case.books.qbo.only_lists else missing,
        "{number} [client or invoice has|clients or invoices have] the terms {called}, which "
        "QuickBooks {lacks}.",
        severity="note",
        remedy="Make these terms in QuickBooks, or have them active again.",
        by="qbo or hand",
        fault="2500",
    )


def missing_terms(case: Case) -> pd.DataFrame:
    """Payment terms of the app that QuickBooks lacks, or has made inactive.

    Returns:
        ref (`app:term:<name>`), other_ref (the inactive one, or NA), called, days, number (of
        clients and invoices that have them), lacks.
    """
    app, terms = case.books.app, case.books.qbo.terms
    told = pd.concat([app.customers["terms"], app.invoices["terms"]]).dropna().str.strip()
    counts = told[(told != "") & ~told.str.startswith("-")].value_counts()  # "-1": none
    asked = pd.DataFrame({"told": counts.index.astype("string"), "number": counts.to_numpy()})
    bare = asked["told"].str.fullmatch(r"\d+")
    asked["days"] = asked["told"].str.extract(r"^(?:net\s*)?(\d+)$", flags=2)[0].astype("Int64")
    asked["called"] = asked["told"].mask(bare, "Net " + asked["told"])
    asked = asked.groupby("called", sort=False).agg({"number": "sum", "days": "first"})
    asked = asked.reset_index()
    asleep = terms[_asleep(terms)].assign(called=lambda t: t["name"].map(without_deleted))
    live = terms[~_asleep(terms)]
    there = among(keys(asked["called"]), keys(live["name"]))
    there |= (asked["days"].isin(live["due_days"].dropna()) & asked["days"].notna()).astype(bool)
    sleeping = asleep.assign(key=keys(asleep["called"])).drop_duplicates("key").set_index("key")
    asked["other_ref"] = keys(asked["called"]).map(sleeping["ref"]).astype("string")
    asked["ref"] = "app:term:" + asked["called"]
    asked["lacks"] = asked["other_ref"].notna().map({True: "has made inactive", False: "lacks"})
    return asked[~there]

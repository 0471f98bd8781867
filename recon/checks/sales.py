"""Invoices and payments: numbers, dates, tax, and what stands in both books already."""

from __future__ import annotations

import pandas as pd

from recon.case import Case
from recon.checks.columns import among, looked_up, once
from recon.checks.finding import findings
from recon.rules.limits import DOCNUMBER_MAX, PAYMENT_REF_MAX
from recon.rules.names import keys, query_key


def _folded(sales: pd.DataFrame) -> pd.Series[str]:
    folded: pd.Series[str] = sales["number"].str.casefold()
    return folded


def _as_sent(case: Case) -> pd.Series[str]:
    """The numbers of the app's invoices as QuickBooks would get them, folded."""
    return _folded(case.books.app.invoices).str.slice(0, case.profile.invoice.number_max)


def docnumber_exists_in_qbo(case: Case) -> pd.DataFrame:
    """An invoice's number is the number of a QuickBooks invoice.

    Source: Workiz help, "the same ID as an invoice that already exists in QuickBooks" and
        "Enabling two-way sync with QuickBooks may help prevent this issue"; Intuit, fault 6140;
        read 2026-11-22.
    """
    both = of_taken_numbers(case)
    twins = case.partners("invoice", "app-qbo", case.settings.same_party)
    known = twins["left_ref"] + "\n" + twins["right_ref"]
    same = among(both["ref"] + "\n" + both["ref_held"], known)
    both = both.assign(
        other_ref=both["ref_held"],
        what=same.map({True: "the same sale", False: "another sale"}),
    )
    return findings(
        docnumber_exists_in_qbo,
        both,
        "Invoice {number} is in QuickBooks already: {what}.",
        severity="blocks",
        remedy="Leave the same sale out of the sync; give another sale another number. Where the "
        "app can sync invoices both ways, that may keep new ones from coming.",
        by="qbo or app",
        fault="6140",
    )


@once
def of_taken_numbers(case: Case) -> pd.DataFrame:
    """Invoices whose number, as it is sent, an invoice of QuickBooks has: `ref_held`."""
    app, qbo = case.books.app.invoices, case.books.qbo.invoices
    held = qbo.assign(key=_folded(qbo))[["ref", "key"]].dropna()
    return app.assign(key=_as_sent(case)).merge(held, on="key", suffixes=("", "_held"))


def watched_by_quickbooks(case: Case) -> bool:
    """Whether QuickBooks refuses a number that is in use, and the app does not ask it to bear it.

    Source: Intuit, error code 6140 (duplicate document number, only with custom transaction
        numbers and the warning on); read 2026-11-22.
    """
    qbo = case.books.qbo
    settings = ("WarnDuplicateCheckNumber", "CustomTxnNumbers")
    watches = all(qbo.preference(name).casefold() == "true" for name in settings)
    return watches and not case.profile.invoice.allows_duplicate_number


def docnumber_too_long(case: Case) -> pd.DataFrame:
    """An invoice's number is longer than QuickBooks keeps; the app cuts it.

    Source: Intuit, Invoice entity, DocNumber, 21 characters; read 2026-11-22.
    """
    app = case.books.app.invoices
    return findings(
        docnumber_too_long,
        app[app["number"].str.len().fillna(0) > DOCNUMBER_MAX],
        "Invoice {number} has more than 21 characters; QuickBooks will show the first 21.",
        severity="wrong",
        remedy="Shorten the number in the app.",
        by="app",
        fault="2050",
    )


def docnumber_truncation_collision(case: Case) -> pd.DataFrame:
    """Two invoices have equal numbers once the app has cut them.

    Source: Invoice Ninja's open source as described: the first 21 characters are sent; read
        2026-11-22.
    """
    app = case.books.app.invoices
    cut, whole = _as_sent(case), _folded(app)  # equal as a whole: docnumber_dup_in_source
    return findings(
        docnumber_truncation_collision,
        app[cut.duplicated(keep=False) & cut.notna() & ~whole.duplicated(keep=False)],
        "Invoice {number}: another invoice has the same first 21 characters.",
        severity="blocks",
        remedy="Shorten one of the numbers in the app.",
        by="app",
        fault="6140",
    )


def docnumber_used_by_other_type(case: Case) -> pd.DataFrame:
    """A credit memo or a sales receipt in QuickBooks has the invoice's number.

    Source: Harvest help, the number may be used by another kind of transaction; Intuit counts
        each kind by itself; read 2026-11-22.
    """
    app, qbo = case.books.app.invoices, case.books.qbo
    held = pd.concat([qbo.credits, qbo.sales_receipts])
    clash = app.assign(key=_as_sent(case)).merge(
        held.assign(key=_folded(held))[["ref", "key"]].dropna(), on="key", suffixes=("", "_held")
    )
    return findings(
        docnumber_used_by_other_type,
        clash.rename(columns={"ref_held": "other_ref"}),
        "Invoice {number}: a credit memo or sales receipt has this number.",
        severity="note",
        remedy="Look whether it is the same sale.",
        by="hand",
    )


def invoice_in_both_under_other_number(case: Case) -> pd.DataFrame:
    """The same sale stands in both books under two numbers: pushed, it is booked twice.

    Source: Invoice Ninja user guide, "Invoices are matched only by QuickBooks ID"; read 2026-11-22.
    """
    twins = case.partners("invoice", "app-qbo", case.settings.same_party)
    numbers = pd.concat([case.books.app.invoices, case.books.qbo.invoices]).set_index("ref")
    rows = twins.rename(columns={"left_ref": "ref", "right_ref": "other_ref"})
    rows = rows.assign(
        number=looked_up(rows["ref"], numbers["number"]).fillna(""),
        other=looked_up(rows["other_ref"], numbers["number"]).fillna("no number"),
    )
    return findings(
        invoice_in_both_under_other_number,
        rows[rows["number"].str.casefold() != rows["other"].str.casefold()],
        "Invoice {number} is in QuickBooks as {other} ({reasons}).",
        severity="wrong",
        remedy="Leave it out of the sync.",
        by="hand",
    )


def invoice_in_closed_period(case: Case) -> pd.DataFrame:
    """An invoice is dated in the closed period.

    Source: Workiz help, "a date within a closed period in QuickBooks"; Intuit, fault 6210; read
        2026-11-22.
    """
    return findings(
        invoice_in_closed_period,
        closed(case, case.books.app.invoices),
        "Invoice {number} of {day} lies in the closed period.",
        severity="blocks",
        remedy="Leave it out, or reopen the period.",
        by="hand",
        fault="6210",
    )


def payment_in_closed_period(case: Case) -> pd.DataFrame:
    """A payment is dated in the closed period.

    Source: Intuit, fault 6210; read 2026-11-22.
    """
    return findings(
        payment_in_closed_period,
        closed(case, case.books.app.payments),
        "Payment {number} of {day} lies in the closed period.",
        severity="blocks",
        remedy="Leave it out, or reopen the period.",
        by="hand",
        fault="6210",
    )


def closed(case: Case, sales: pd.DataFrame) -> pd.DataFrame:
    """Sales dated in the closed period, with their `day`; none when the books are open."""
    closed = case.books.qbo.book_close_date
    if closed is None:
        return sales.iloc[:0]
    inside = sales[(sales["date"] <= pd.Timestamp(closed)).fillna(value=False)]
    return inside.assign(day=inside["date"].dt.date)


def invoice_client_unclear(case: Case) -> pd.DataFrame:
    """Whose invoice it is cannot be told: several clients have that name, or none has.

    Source: Invoice Ninja's invoice export carries the client's name and no number; read 2026-11-22.
    """
    app = case.books.app.invoices
    return findings(
        invoice_client_unclear,
        app[app["customer_ref"].isna()],
        "Invoice {number}: {customer_name} is not exactly one client.",
        severity="note",
        remedy="Tell the clients' names apart, and export again.",
        by="app",
    )


def inventory_start_after_invoice(case: Case) -> pd.DataFrame:
    """An invoice sells an inventory item before its as-of date.

    Source: Workiz help, "as of date … set after the invoice date"; Intuit, fault 6270; read
        2026-11-22.
    """
    early = of_early_sales(case)
    early = early.assign(
        other_ref=early["ref_item"], day=early["date"].dt.date, start=early["start_date"].dt.date
    )
    return findings(
        inventory_start_after_invoice,
        early,
        "Invoice {number} of {day} sells {name}, whose stock starts on {start}.",
        severity="blocks",
        remedy="Set the item's as-of date before the invoice.",
        by="hand",
        fault="6270",
    )


@once
def of_early_sales(case: Case) -> pd.DataFrame:
    """Invoices with an inventory item that starts later: `ref_item`, its `name`, `start_date`."""
    books = case.books
    stock = books.qbo.items[books.qbo.items["type"] == "Inventory"]
    stock = stock.assign(key=keys(stock["name"], query_key))
    lines = books.app.invoice_lines[["ref", "item_name"]].dropna()
    lines = lines.assign(key=keys(lines["item_name"], query_key))
    lines = lines.merge(
        stock[["ref", "name", "start_date", "key"]], on="key", suffixes=("", "_item")
    ).merge(books.app.invoices[["ref", "number", "date"]], on="ref")
    return lines[lines["start_date"] > lines["date"]].drop_duplicates(["ref", "ref_item"])


def tax_rate_missing_in_qbo(case: Case) -> pd.DataFrame:
    """A line carries a tax rate that QuickBooks does not have.

    Source: Workiz help, "a tax rate that is not found in QuickBooks"; read 2026-11-22.
    """
    missing = of_unknown_rates(case)
    return findings(
        tax_rate_missing_in_qbo,
        missing.assign(percent=missing["tax_rate"].map(lambda rate: f"{rate.normalize():f}")),
        "The invoice has a tax rate of {percent} %, which QuickBooks does not know.",
        severity="blocks",
        remedy="Add the rate in QuickBooks.",
        by="hand",
    )


@once
def of_unknown_rates(case: Case) -> pd.DataFrame:
    """The first line of each invoice whose tax rate QuickBooks does not have."""
    rates = case.books.qbo.tax_rates
    known = set(rates.loc[rates["active"].fillna(value=True), "rate"].dropna())
    lines = case.books.app.invoice_lines
    taxed = lines[lines["tax_rate"].notna()]
    missing = taxed[(taxed["tax_rate"] > 0) & ~taxed["tax_rate"].isin(known)].drop_duplicates("ref")
    if case.books.qbo.only_lists:  # no rate was read, which does not mean that there is none
        return missing.iloc[:0]
    return missing


def payment_ref_too_long(case: Case) -> pd.DataFrame:
    """A payment's reference is longer than QuickBooks keeps.

    Source: Workiz help, "confirmation codes to be a maximum of 21 characters"; read 2026-11-22.
    """
    app = case.books.app.payments
    return findings(
        payment_ref_too_long,
        app[app["reference"].str.len().fillna(0) > PAYMENT_REF_MAX],
        "Payment {number}: of the reference {reference} only 21 characters will be kept.",
        severity="note",
        remedy="Keep the whole reference in the note.",
        by="app",
        fault="2050",
    )


def payment_duplicate(case: Case) -> pd.DataFrame:
    """A payment stands in both books: pushed, the income is counted twice.

    Source: TaxDome and HoneyBook help, payments entered on both sides; read 2026-11-22.
    """
    twins = case.partners("payment", "app-qbo", case.settings.same_party)
    numbers = case.books.app.payments.set_index("ref")["number"]
    rows = twins.rename(columns={"left_ref": "ref", "right_ref": "other_ref"})
    return findings(
        payment_duplicate,
        rows.assign(number=looked_up(rows["ref"], numbers)),
        "Payment {number} is in QuickBooks already ({reasons}).",
        severity="wrong",
        remedy="Leave it out of the sync.",
        by="hand",
    )

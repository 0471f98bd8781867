"""What the forecast says, in sentences: what becomes of a record, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from recon.case import Case
from recon.rules.names import keys

FOUND = {
    "stored_id": "Linked before, and stays so.",
    "display_name": "Found in QuickBooks by its name and linked.",
    "first_last": "Found in QuickBooks by first and last name and linked.",
    "email": "Found in QuickBooks by its e-mail address and linked.",
    "company_name": "Found in QuickBooks by its company name and linked.",
}
"""What a link rests on, by the look-up that found the customer."""

OF_CUSTOMERS = {
    "link": "Another record of the app brought it to QuickBooks: linked to that.",
    "create": "Not in QuickBooks: created.",
    "refuse": "QuickBooks refuses to create it.",
    "skip": "Left out of the sync.",
}
OF_ITEMS = {
    "link": "Found in QuickBooks by its name and linked.",
    "create": "Not in QuickBooks: created.",
    "refuse": "QuickBooks refuses to create it: the name is held or not allowed.",
    "skip": "Left out of the sync.",
}
OF_SALES = {
    "link": "Found in QuickBooks and linked.",
    "create": "Created.",
    "refuse": "Refused.",
    "skip": "Left out of the sync.",
}

REFUSED_CUSTOMERS = {
    "6240": "The name is held by a vendor, an employee or another record: QuickBooks refuses it.",
    "2040": "Its name, or first or last name, holds a character that QuickBooks refuses.",
    "2050": "Its name or a part of its address is longer than QuickBooks takes.",
    "6080": "Its name is nothing but blanks.",
    "2210": "The e-mail address is not one that QuickBooks takes.",
    "not_found": "Not found in QuickBooks; the app makes no customer of its own.",
    "several_customers": "Several customers come into question, and the app takes none of them.",
    "missing_name": "A field is empty without which the app does not send a client.",
    "parent_not_synced": "The client above it is not in QuickBooks.",
    "no_name": "It has no name.",
}
REFUSED_ITEMS = {
    "item_type": "The item of its name keeps stock, the product does not: the app cannot sync it.",
    "not_found": "Not found in QuickBooks; the app makes no item of its own.",
}
REFUSED_SALES = {
    "6140": "QuickBooks has an invoice of this number already and refuses a second one.",
    "6210": "The date lies in the closed period.",
    "2050": "It is longer than QuickBooks takes.",
    "6270": "A line sells an inventory item before its as-of date.",
    "620": "The invoice that it pays is paid in QuickBooks, or another customer's there.",
    "610": "Its customer, the item of a line, or the class that it names, is inactive.",
    "2500": "Its customer, or the item of a line, is not in QuickBooks any more.",
    "6240": "Its customer is refused, so the invoice cannot travel.",
    "2040": "Its customer is refused, so the invoice cannot travel.",
    "6080": "Its customer is refused, so the invoice cannot travel.",
    "2210": "The e-mail address of its customer is not one that QuickBooks takes.",
    "item_not_linked": "A line names an item that is not in QuickBooks.",
    "no_lines": "No line is left whose item QuickBooks takes.",
    "missing_tax_rate": "QuickBooks has no tax rate of this percentage that can be charged.",
    "6000": "A line has no tax code: QuickBooks has none of its rate, or of nought.",
    "tax_ambiguous": "Several tax codes of QuickBooks are made of the rates of a line.",
    "client_not_linked": "Its customer is not in QuickBooks.",
    "client_missing": "It has no client.",
    "invoice_not_linked": "An invoice that it pays is not in QuickBooks.",
    "not_copied": "QuickBooks has an invoice of this number already: this one is not sent.",
    "linkable": "QuickBooks has this invoice: same number, total and customer. It is not sent, and "
    "can be linked in the app.",
    "data_mismatch": "QuickBooks has another invoice of this number: this one is not sent.",
}

SKIPPED = {
    "flow.customer.mode": "Clients are not sent by themselves.",
    "flow.item.mode": "Products are not sent by themselves.",
    "flow.invoice.mode": "Invoices are not synced in the chosen direction.",
    "flow.payment.mode": "Payments are not synced in the chosen direction.",
    "customer.travels": "It has no invoice and no payment: the app does not send such clients.",
    "item.pushes_products": "The app sends items with invoices only.",
    "item.sends_inactive": "It is not active in the app.",
    "invoice.sends": "The app does not send invoices in this state.",
    "status.keeps_out": "The app's own list keeps it out of the sync.",
}
"""Why a record is left at home, by the value of the profile that decides."""


def said(codes: pd.Series[Any], sentences: Mapping[str, str]) -> pd.Series[Any]:
    """The sentence of each code; NA where it has none."""
    return keys(codes, sentences.get)


def with_the_apps_word(case: Case, told: pd.DataFrame) -> pd.Series[Any]:
    """`says` of each record, with what the app will show beside it, where its words are known."""
    words, name = case.profile.status.words, case.profile.about.name
    if not words:
        return told["says"]
    shown = said(told["fault"], words).fillna(said(told["outcome"], words))
    beside = told["says"].str.cat(f' {name} shows "' + shown + '".')
    return beside.fillna(told["says"])

"""Lines of invoices that name no product, or one that is gone, where an app sends no such line."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd

from recon.books import split_ref
from recon.checks.columns import among
from recon.plan import Action
from recon.rules.names import unique_key
from recon.stages.propose.draft import Draft


def name_products(draft: Draft, refs: Collection[str]) -> None:
    """Have a product chosen on each line of these invoices that names none that is there."""
    books = draft.case.books
    names = pd.concat([books.app.items["name"], books.qbo.items["name"]]).dropna().unique()
    there = set(map(unique_key, names))
    lines = books.app.invoice_lines[among(books.app.invoice_lines["ref"], refs)]
    lines = lines.assign(named=lines["item_name"].fillna(""))
    for (ref, name), same in lines.groupby(["ref", "named"], sort=False):
        if unique_key(str(name)) not in there:
            _choose(draft, str(ref), str(name), same)


def _choose(draft: Draft, ref: str, gone: str, lines: pd.DataFrame) -> None:
    """Have a product chosen on some lines of an invoice; `gone` is what they name, "" for none."""
    product = _product_for(draft, lines)
    if not product:
        return
    about, number = draft.case.profile.about, split_ref(ref)[2]
    told = "; ".join(lines["description"].dropna().unique()) or "no description"
    names = f"names {gone}, which is not there any more" if gone else f"names no {about.product}"
    again = f", or {gone} itself once it is entered again" if gone else ""
    draft.add(
        Action(
            id="",
            kind="edit",
            ref=ref,
            title=f"Choose {product} on invoice {number} in {about.name}"
            + (f" instead of {gone}" if gone else ""),
            why=f"A line ({told}) {names}, and {about.name} sends no such line.",
            will=f"{draft.in_app.way}; another {about.product} does as well{again}.",
            cause="blank_product_key",
            bulk=False,
        ),
        [draft.edit_in_app(ref, {"item": product, **({"instead_of": gone} if gone else {})})],
    )


def _product_for(draft: Draft, blank: pd.DataFrame) -> str:
    """The product of that description, else of that price, else the one that is sold most."""
    items = draft.case.books.app.items.dropna(subset=["name"])
    for column, wanted in (("description", "description"), ("unit_price", "unit_price")):
        values: Mapping[Any, Any] = (
            items.dropna(subset=[column]).set_index(column)["name"].to_dict()
        )
        found = [values[value] for value in blank[wanted].dropna() if value in values]
        if found:
            return str(found[0])
    sold = draft.case.books.app.invoice_lines["item_name"].dropna()
    most = sold[sold.isin(items["name"])].mode()
    return str(most.iloc[0]) if len(most) else ""

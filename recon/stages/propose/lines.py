"""Lines of invoices that name no product, in an app that sends no such line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from recon.books import split_ref
from recon.plan import Action
from recon.stages.propose.draft import Draft


def name_products(draft: Draft, ref: str) -> None:
    """Have a product chosen on each line of an invoice that names none."""
    lines = draft.case.books.app.invoice_lines
    blank = lines[(lines["ref"] == ref) & lines["item_name"].isna()]
    product = _product_for(draft, blank)
    if blank.empty or not product:
        return
    about, number = draft.case.profile.about, split_ref(ref)[2]
    told = "; ".join(blank["description"].dropna().unique()) or "no description"
    draft.add(
        Action(
            id="",
            kind="edit",
            ref=ref,
            title=f"Choose {product} on invoice {number} in {about.name}",
            why=f"A line ({told}) names no {about.product}, and {about.name} sends no such line.",
            will=f"{draft.in_app.way}; another {about.product} does as well.",
            cause="blank_product_key",
            bulk=False,
        ),
        [draft.edit_in_app(ref, {"item": product})],
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

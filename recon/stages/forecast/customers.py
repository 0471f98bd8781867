"""Customers: who stays at home, the look-ups in order, then create, in the app's order."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pandas as pd

from recon.case import Case
from recon.checks.columns import among
from recon.stages.forecast.evidence import judged
from recon.stages.forecast.lookups import find
from recon.stages.forecast.sales import client_of
from recon.stages.forecast.saying import (
    FOUND,
    OF_CUSTOMERS,
    REFUSED_CUSTOMERS,
    SKIPPED,
    said,
)
from recon.stages.forecast.turns import create_in_turn
from recon.table import TEXT

_GENERATIONS = 10
"""Clients below clients that are followed; QuickBooks itself takes five levels (Intuit, Customer
entity, ParentRef, read 2026-11-22)."""


def customer_outcomes(case: Case, leave_out: Collection[str]) -> pd.DataFrame:
    """Effect and outcome of each of the app's customers, in the order in which they are pushed.

    Returns:
        Columns of `OUTCOMES`, `met`: the customer that was there before and is found; `then`: who
        is found instead when an invoice looks again for one that was refused.
    """
    asked = _asked(case)
    _keep_at_home(case, asked, leave_out)
    _lack_what_the_app_needs(case, asked)
    _look_up(case, asked)
    told = _with_parents(case, asked)
    _say(told)
    return judged(case, told)


def _asked(case: Case) -> pd.DataFrame:
    """The clients in the order of pushing, nothing decided yet."""
    app = case.books.app.customers
    app = app.assign(place=_place(case))
    app = app.sort_values(["place", "number"], na_position="last", kind="stable")
    columns = ["ref", "email", "given_name", "family_name", "company_name", "parent_ref"]
    asked = app[columns].reset_index(drop=True)
    asked["kind"] = "customer"
    asked["name"] = case.lookup_names.reindex(asked["ref"]).array
    asked["effect"] = pd.Series("", index=asked.index, dtype=TEXT)
    for column in ("target_ref", "fault", "sent_as", "by", "because"):
        asked[column] = pd.Series(pd.NA, index=asked.index, dtype=TEXT)
    return asked


def _place(case: Case) -> Any:
    """By what clients are ordered before their number.

    Those whom an invoice takes along, by it; where a parent has to be there, who has none is first.
    """
    if case.profile.flow["customer"].pushes:
        return case.books.app.customers["parent_ref"].notna() & case.profile.customer.needs_parent
    app = case.books.app
    new = app.invoices[~among(app.invoices["ref"], app.links["ref"])]
    invoices = new.sort_values("number", kind="stable")
    first = client_of(case.books, invoices).dropna().drop_duplicates()
    return case.books.app.customers["ref"].map(pd.Series(range(len(first)), index=first))


def _keep_at_home(case: Case, asked: pd.DataFrame, leave_out: Collection[str]) -> None:
    """Mark who does not travel at all, and by which value of the profile."""
    app, profile = case.books.app, case.profile
    stored = _linked_before(case, asked)
    travelling = app.invoices[~among(app.invoices["ref"], leave_out)]
    reasons: list[tuple[str | None, pd.Series[Any]]] = [
        (None, among(asked["ref"], leave_out)),
        ("status.keeps_out", among(asked["ref"], _kept_out(case))),
    ]
    billed = among(asked["ref"], client_of(case.books, travelling))
    if not profile.flow["customer"].pushes:
        new = travelling[~among(travelling["ref"], app.links["ref"])]
        along = among(asked["ref"], client_of(case.books, new))
        along &= profile.flow["invoice"].pushes and profile.invoice.creates_customer
        reasons.append(("flow.customer.mode", ~along & ~stored))
    elif profile.customer.travels == "with_sales":
        paid = among(asked["ref"], client_of(case.books, app.payments))
        reasons.append(("customer.travels", ~billed & ~paid & ~stored))
    for path, at_home in reasons:
        now = at_home & (asked["effect"] == "")
        asked.loc[now, "effect"] = "skip"
        asked.loc[now, "because"] = path


def _linked_before(case: Case, asked: pd.DataFrame) -> pd.Series[bool]:
    """True for clients whose stored link the app goes by: nothing of them is sent."""
    goes = "stored_id" in case.profile.customer.match
    return among(asked["ref"], case.books.app.links["ref"]) & goes


def _kept_out(case: Case) -> pd.Series[Any]:
    """Refs that the app's own status list keeps out."""
    told = case.books.app.sync_status
    words = [word.casefold() for word in case.profile.status.keeps_out]
    return told.loc[told["status"].str.casefold().isin(words).fillna(value=False), "ref"]


def _lack_what_the_app_needs(case: Case, asked: pd.DataFrame) -> None:
    """Refuse clients without a field that the app wants; blanks alone fill none."""
    clients = case.books.app.customers.set_index("ref")
    lacking = asked["effect"] != asked["effect"]  # nobody yet
    for needed in case.profile.customer.requires:
        told = clients[needed].reindex(asked["ref"]).str.strip().fillna("")
        lacking |= (told == "").to_numpy()
    lacking &= (asked["effect"] == "") & ~_linked_before(case, asked)
    asked.loc[lacking, "effect"] = "refuse"
    asked.loc[lacking, "fault"] = "missing_name"
    asked.loc[lacking, "because"] = "customer.requires"


def _look_up(case: Case, asked: pd.DataFrame) -> None:
    """Link whoever is linked already, or is found in QuickBooks.

    Where QuickBooks' customers come in first, they meet those too whom a person leaves out then.
    """
    free = asked["effect"] == ""
    left_out = (asked["effect"] == "skip") & asked["because"].isna()
    come_in = "customer" in case.profile.pull.comes_first
    hits = find(case, asked, free | (left_out & come_in))
    asked.loc[hits.target.notna() & ~hits.behind & free, "effect"] = "link"
    asked["target_ref"], asked["by"] = hits.target.where(free), hits.by.where(free)
    asked["met"] = hits.target
    asked.loc[hits.several, "effect"] = "refuse"
    asked.loc[hits.several, "fault"] = "several_customers"
    asked.loc[hits.several, "because"] = "customer.several"


def _with_parents(case: Case, asked: pd.DataFrame) -> pd.DataFrame:
    """Everybody's effect; where the app asks for the parent first, whoever lacks it is refused.

    Of those whom it has to send: one that is found in QuickBooks is linked without a parent.
    Whether the parent's turn comes before or after does not count: somebody sends it again.
    """
    told = create_in_turn(case, asked)
    if not case.profile.customer.needs_parent:
        return told
    for _ in range(_GENERATIONS):
        lost = (asked["effect"] == "") & told["by"].isna() & ~_has_its_parents(told)
        if not lost.any():
            break
        asked.loc[lost, "effect"] = "refuse"
        asked.loc[lost, "fault"] = "parent_not_synced"
        asked.loc[lost, "because"] = "customer.needs_parent"
        asked.loc[lost, ["target_ref", "by"]] = pd.NA
        told = create_in_turn(case, asked)
    return told


def _has_its_parents(told: pd.DataFrame) -> pd.Series[bool]:
    """True for clients all of whose parents get in; those in a circle have none that does."""
    goes = told["effect"].isin(["link", "create"])
    reached = told["parent_ref"].isna() | told["by"].notna()
    for _ in range(_GENERATIONS):
        reached |= among(told["parent_ref"], told.loc[reached & goes, "ref"])
    return reached


_DECIDED_BY = {"create": "customer.on_miss", "link": "customer.relinks"}


def _say(told: pd.DataFrame) -> None:
    """`says`, and `because` where it is not said yet."""
    decided = said(told["effect"], _DECIDED_BY)
    decided = decided.mask(told["fault"].eq("not_found").fillna(value=False), "customer.on_miss")
    from_quickbooks = told["fault"].str.fullmatch(r"\d+").fillna(value=False)
    decided = decided.mask(from_quickbooks, "qbo:" + told["fault"])
    decided = decided.mask(told["by"].notna(), "customer.match")
    by_a_person = (told["effect"] == "skip") & told["because"].isna()
    told["because"] = told["because"].fillna(decided).mask(by_a_person).astype(TEXT)
    says = said(told["fault"], REFUSED_CUSTOMERS).fillna(said(told["effect"], OF_CUSTOMERS))
    skipped = said(told["because"].where(told["effect"] == "skip"), SKIPPED)
    told["says"] = skipped.fillna(said(told["by"], FOUND)).fillna(says)

"""What invoices and payments have in common: their customer, their twin, what is said of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from recon.books import Books
from recon.case import Case
from recon.checks.columns import among, looked_up
from recon.stages.forecast.saying import OF_SALES, REFUSED_SALES, SKIPPED, said
from recon.table import TEXT


def none_yet(asked: pd.DataFrame) -> pd.Series[Any]:
    """A column of text in which nothing stands yet."""
    empty: pd.Series[Any] = pd.Series(pd.NA, index=asked.index, dtype=TEXT)
    return empty


def client_of(books: Books, asked: pd.DataFrame) -> pd.Series[Any]:
    """Ref of each sale's client.

    One that cannot be told from its name alone shares the fate of the first of that name: the app
    looks all of them up under the same name.
    """
    named = books.app.customers[["ref", "name"]].dropna().drop_duplicates("name")
    by_name = looked_up(asked["customer_name"], named.set_index("name")["ref"])
    client: pd.Series[Any] = asked["customer_ref"].fillna(by_name)
    return client


def customer_there(asked: pd.DataFrame, customers: pd.DataFrame) -> pd.Series[Any]:
    """Ref of the customer that each sale's client has in QuickBooks then, or `new:<app ref>`."""
    known = customers.set_index("ref")
    own = pd.Series("new:" + known.index, index=known.index).where(known["effect"] == "create")
    there = known["target_ref"].where(known["effect"] == "link").fillna(own.astype(TEXT))
    there = there.fillna(known["then"])
    whose: pd.Series[Any] = looked_up(asked["client"], there).astype(TEXT)
    return whose


def stored_links(case: Case, asked: pd.DataFrame) -> pd.Series[Any]:
    """What each sale was linked to before; NA where it was not."""
    links = case.books.app.links.drop_duplicates("ref").set_index("ref")["linked_ref"]
    stored: pd.Series[Any] = looked_up(asked["ref"], links)
    return stored


def no_customer_to_bill(case: Case, asked: pd.DataFrame, customers: pd.DataFrame) -> pd.Series[Any]:
    """610 of sales whose linked customer is inactive, 2500 where QuickBooks has it no more."""
    held = case.books.qbo.customers
    linked = customers[customers["effect"] == "link"].set_index("ref")["target_ref"]
    target = looked_up(asked["client"], linked)
    fault = none_yet(asked).mask(among(target, held.loc[~held["active"], "ref"]), "610")
    gone = target.str.startswith("qbo:").fillna(value=False) & ~among(target, held["ref"])
    return fault.mask(gone, "2500")


def stays_linked(asked: pd.DataFrame, stored: pd.Series[Any]) -> None:
    """Note that what is linked already stays so, unless a person leaves it out."""
    linked = stored.notna() & asked["because"].notna()
    asked.loc[linked, "at_home"] = False
    asked.loc[linked, "because"] = pd.NA


def held_under(asked: pd.Series[Any], held: pd.DataFrame, column: str) -> pd.Series[Any]:
    """The first record of QuickBooks that has each number or reference; NA where none has."""
    known = held[["ref", column]].dropna()
    known = known.assign(key=known[column].str.casefold()).drop_duplicates("key")
    found: pd.Series[Any] = looked_up(asked.str.casefold(), known.set_index("key")["ref"])
    return found


def settle(
    asked: pd.DataFrame,
    fault: pd.Series[Any],
    linked: pd.Series[Any],
    at_home: pd.Series[Any],
    rules: dict[str, str],
) -> None:
    """Fill effect, outcome, target, fault and sentence of sales, as far as the app's rules go.

    Args:
        asked: the sales; `because` says why one stays at home, NA where a person decided so.
        fault: why each would be refused.
        linked: what each would be linked to.
        at_home: which of them are not sent at all.
        rules: fault, or effect, to the value of the profile that decides.
    """
    fault = fault.mask(at_home | linked.notna())
    asked["fault"] = fault
    asked["target_ref"] = linked.mask(at_home)
    effect = fault.notna().map({True: "refuse", False: "create"})
    asked["effect"] = effect.mask(linked.notna(), "link").mask(at_home, "skip").astype(TEXT)
    asked["outcome"] = asked["effect"]
    by_quickbooks = fault.str.fullmatch(r"\d+").fillna(value=False)
    decided = said(fault, rules).fillna(("qbo:" + fault).where(by_quickbooks))
    decided = decided.fillna(said(asked["effect"].where(fault.isna()), rules))
    asked["because"] = asked["because"].where(at_home, decided)
    says = said(fault, REFUSED_SALES).fillna(said(asked["effect"], OF_SALES))
    asked["says"] = said(asked["because"].where(at_home), SKIPPED).fillna(says)


def keep_at_home(asked: pd.DataFrame, which: pd.Series[Any], path: str | None) -> None:
    """Note that these stay at home, and by which value of the profile, unless that is noted."""
    now = which & ~asked["at_home"]
    asked.loc[now, "at_home"] = True
    asked.loc[now, "because"] = path


def booked_twice(case: Case, asked: pd.DataFrame, kind: str, says: str) -> None:
    """Mark what would be created though the evidence finds it in QuickBooks, with its twin."""
    twins = case.partners(kind, "app-qbo", case.settings.same_party)
    known = twins.drop_duplicates("left_ref").set_index("left_ref")["right_ref"]
    twin = looked_up(asked["ref"], known)
    twice = (asked["effect"] == "create") & twin.notna()
    asked.loc[twice, "outcome"] = "duplicate"
    asked.loc[twice, "says"] = says
    asked["target_ref"] = asked["target_ref"].mask(twice, twin).astype(TEXT)


def closed(case: Case, asked: pd.DataFrame) -> pd.Series[Any]:
    """True where a sale is dated in the closed period."""
    until = case.books.qbo.book_close_date
    if until is None:
        return pd.Series(False, index=asked.index)
    in_it: pd.Series[Any] = (asked["date"] <= pd.Timestamp(until)).fillna(value=False)
    return in_it


def sales_of(case: Case, clients: pd.Series[Any]) -> Books:
    """The books with no sales but those of some of the app's clients.

    Invoices that share a number, as it is sent, stay together; a payment of an invoice that is
    there comes along, and so does whatever else it pays.
    """
    app = case.books.app
    number = app.invoices["number"].str.slice(0, case.profile.invoice.number_max).str.casefold()

    def with_their_number(chosen: pd.Series[bool]) -> pd.Series[bool]:
        return chosen | among(number, number[chosen])

    theirs = with_their_number(among(client_of(case.books, app.invoices), clients))
    parts = app.payment_applications
    paying = parts.loc[among(parts["invoice_ref"], app.invoices.loc[theirs, "ref"]), "payment_ref"]
    paid = among(client_of(case.books, app.payments), clients) | among(app.payments["ref"], paying)
    payments = app.payments[paid]
    parts = parts[among(parts["payment_ref"], payments["ref"])]
    theirs = with_their_number(theirs | among(app.invoices["ref"], parts["invoice_ref"]))
    invoices = app.invoices[theirs]
    lines = app.invoice_lines[among(app.invoice_lines["ref"], invoices["ref"])]
    theirs_alone = replace(
        app,
        invoices=invoices,
        invoice_lines=lines,
        payments=payments,
        payment_applications=parts,
    )
    return replace(case.books, app=theirs_alone)

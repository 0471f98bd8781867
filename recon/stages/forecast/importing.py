"""What an import from QuickBooks does to the app, and which links it leaves behind.

An import is asked for by a person, or comes with a direction that pulls. Each record of QuickBooks
is looked for in the app and linked, or made there. Some apps begin their first sync with one.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import pandas as pd

from recon.behaviour import Entity
from recon.books import LINKS, OUTCOMES, Books
from recon.case import Case
from recon.checks.columns import among
from recon.rules.names import collated, keys, query_key
from recon.table import TEXT

_IMPORTED_TYPES = ("Service", "NonInventory", "Inventory")
"""Source: Invoice Ninja user guide, "Category and Group items are skipped on import"; nothing else
is told of other apps; read 2026-11-22."""


def import_outcomes(case: Case, kinds: Collection[Entity]) -> pd.DataFrame:
    """What an import of these kinds would do, a row a record of QuickBooks.

    Returns:
        `OUTCOMES`: `ref` is QuickBooks' record, `target_ref` the app's that it is linked to.
    """
    ways = {"customer": _customers, "item": _items, "invoice": _invoices}
    tables = [
        ways[kind](case) for kind in ways if kind in kinds and kind in case.profile.pull.offered
    ]
    tables = [OUTCOMES.conform(table) for table in tables]
    return OUTCOMES.conform(pd.concat(tables)) if tables else OUTCOMES.frame()


def taken_in(case: Case, customers: pd.DataFrame, keys: pd.DataFrame) -> pd.DataFrame:
    """What the first sync itself makes in the app: what QuickBooks has and nothing is linked to.

    Args:
        case: the company.
        customers: outcomes of the app's customers; `met` is the customer that each finds.
        keys: what becomes of each product key, as `item_effects`.

    Returns:
        `OUTCOMES`, a row a record of QuickBooks.
    """
    rule, qbo = case.profile.pull, case.books.qbo
    stored = case.books.app.links["linked_ref"]
    own = keys["pushed"] & keys["met"].notna()
    sold = qbo.items[qbo.items["type"].isin(case.profile.item.types)]
    there = {
        "customer": (qbo.customers, customers["met"]),
        "item": (sold, keys.loc[own, "met"]),
    }
    tables = []
    for kind in there if not qbo.only_lists else ():
        if kind not in rule.comes_first:
            continue
        held, met = there[kind]
        known = among(held["ref"], pd.concat([met, stored]))
        told = _found(held[held["active"] & ~known].reset_index(drop=True), kind, [])
        tables.append(OUTCOMES.conform(told.assign(because="pull.comes_first")))
    return pd.concat(tables, ignore_index=True) if tables else OUTCOMES.frame()


def after_import(books: Books, imported: pd.DataFrame) -> Books:
    """The books with the links that the import has left; of two on one record the later counts."""
    linked = imported[imported["effect"] == "link"].dropna(subset=["target_ref"])
    fresh = pd.DataFrame({"ref": linked["target_ref"], "linked_ref": linked["ref"]})
    fresh = fresh.assign(how="import").drop_duplicates("ref", keep="last")
    links = pd.concat([fresh, books.app.links]).drop_duplicates("ref")
    return replace(books, app=replace(books.app, links=LINKS.conform(links)))


def _customers(case: Case) -> pd.DataFrame:
    rule, app = case.profile.pull, case.books.app
    qbo = case.books.qbo.customers
    held = qbo[qbo["active"]].reset_index(drop=True)
    key = collated if rule.collates else query_key
    names = app.customers[["ref", "name"]].dropna()
    named = names.assign(key=keys(names["name"], key)).drop_duplicates("key")
    by_name = named.set_index("key")["ref"]
    mails = pd.concat([app.contacts[["ref", "email"]], app.customers[["ref", "email"]]]).dropna()
    mails = mails.assign(key=keys(mails["email"], query_key)).drop_duplicates("key")
    ways = {
        "stored_id": held["ref"].map(_linked_to(case)),
        "name": keys(held["name"], key).map(by_name),
        "company_name": keys(held["company_name"], key).map(by_name),
        "email": keys(held["email"], query_key).map(mails.set_index("key")["ref"]),
    }
    told = _found(held, "customer", [ways[way] for way in rule.customer_match])
    _judge_customers(case, told, held)
    return told


def _judge_customers(case: Case, told: pd.DataFrame, held: pd.DataFrame) -> None:
    """What the import of customers means: by the evidence, and by the name that is left."""
    across = case.partners("customer", "app-qbo", 0.0)
    sure = across[across["match_probability"] >= case.settings.same_party]
    twin = told["ref"].map(sure.drop_duplicates("right_ref").set_index("right_ref")["left_ref"])
    twice = (told["effect"] == "create") & twin.notna()
    told.loc[twice, "outcome"] = "duplicate"
    told.loc[twice, "says"] = "Not found in the app, where it is under another name: made twice."
    told["target_ref"] = told["target_ref"].mask(twice, twin.astype(TEXT))
    linked = told["effect"] == "link"
    name = case.books.app.customers.set_index("ref")["name"]
    before, now = told["target_ref"].map(name), held[case.profile.pull.customer_name]
    retitled = linked & (before.fillna("") != now.fillna(""))
    told.loc[retitled, "outcome"] = "retitle"
    told.loc[retitled, "says"] = (
        "Linked; its client's name becomes: " + now.fillna("(empty)")[retitled] + "."
    )
    believed = across.set_index(["left_ref", "right_ref"])["match_probability"]
    at = pd.MultiIndex.from_arrays([told["target_ref"], told["ref"]])
    doubted = pd.Series(believed.reindex(at).fillna(0.0).to_numpy(), index=told.index)
    wrong = linked & (doubted < case.settings.other_party)
    told.loc[wrong, "outcome"] = "wrong_link"
    told.loc[wrong, "says"] = "Linked to a client that is somebody else, as it seems."


def _items(case: Case) -> pd.DataFrame:
    qbo = case.books.qbo.items
    held = qbo[qbo["active"] & qbo["type"].isin(_IMPORTED_TYPES)].reset_index(drop=True)
    names = case.books.app.items[["ref", "name"]].dropna()
    named = names.assign(key=keys(names["name"], query_key)).drop_duplicates("key")
    by_name = named.set_index("key")["ref"]
    ways = {
        "stored_id": held["ref"].map(_linked_to(case)),
        "name": keys(held["name"], query_key).map(by_name),
        "full_name": keys(held["full_name"], query_key).map(by_name),
    }
    return _found(held, "item", [ways[way] for way in case.profile.pull.item_match])


def _invoices(case: Case) -> pd.DataFrame:
    """Only by the stored link; a number that the app has is what the profile says."""
    rule, held = case.profile.pull, case.books.qbo.invoices.reset_index(drop=True)
    told = _found(held, "invoice", [held["ref"].map(_linked_to(case))])
    used = case.books.app.invoices["number"].str.casefold()
    clash = (told["effect"] == "create") & among(held["number"].str.casefold(), used)
    if rule.number_clash == "suffix":
        told.loc[clash, "outcome"] = "renumber_in_app"
        told.loc[clash, "says"] = "Made in the app once more, as " + held["number"].str.cat(
            held["id"], sep="_"
        )
    elif rule.number_clash == "skip":
        told.loc[clash, ["effect", "outcome"]] = "skip"
        told.loc[clash, "says"] = "The app has this number: not taken in, and flagged."
    void = held["status"].str.casefold().eq("voided").fillna(value=False)
    if rule.voided == "delete":
        gone = void & (told["effect"] == "link")
        told.loc[gone, "outcome"] = "delete_in_app"
        told.loc[gone, "says"] = "Void in QuickBooks: deleted in the app."
    return told


def _found(held: pd.DataFrame, kind: Entity, ways: list[pd.Series[Any]]) -> pd.DataFrame:
    """Records of QuickBooks with what the first look-up finds; the rest is made in the app."""
    target: pd.Series[Any] = pd.Series(pd.NA, index=held.index, dtype=TEXT)
    for way in ways:
        target = target.fillna(way.astype(TEXT))
    effect = target.notna().map({True: "link", False: "create"}).astype(TEXT)
    outcome = effect.replace({"create": "create_in_app"})
    says = {"link": "Found in the app and linked.", "create": "Not in the app: made there."}
    return pd.DataFrame(
        {
            "ref": held["ref"], "kind": kind, "effect": effect, "outcome": outcome,
            "target_ref": target, "says": effect.map(says).astype(TEXT),
            "because": f"pull.{kind}_match" if kind != "invoice" else "pull.number_clash",
        }
    )  # fmt: skip


def _linked_to(case: Case) -> pd.Series[Any]:
    """Record of QuickBooks to the app's that is linked to it."""
    links = case.books.app.links.drop_duplicates("linked_ref")
    linked: pd.Series[Any] = links.set_index("linked_ref")["ref"]
    return linked

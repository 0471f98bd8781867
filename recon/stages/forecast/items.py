"""Items: look-up by leaf name, then create; the same for products and for keys on lines."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import replace
from typing import Any

import pandas as pd

from recon.case import Case
from recon.checks.columns import among, looked_up
from recon.checks.kinds import keeps_stock
from recon.rules.names import (
    ITEM_NAME_MAX,
    illegal_in_name,
    keys,
    query_key,
    unique_key,
    without_deleted,
)
from recon.stages.forecast.evidence import second_of_a_party
from recon.stages.forecast.saying import OF_ITEMS, REFUSED_ITEMS, SKIPPED, said
from recon.table import TEXT


def item_effects(case: Case) -> pd.DataFrame:
    """What becomes of each distinct product key: columns key, effect, target_ref, fault, pushed.

    `met` is the item that it finds, even where it is refused then.

    Products come first, then keys that stand only on invoice lines, in order of appearance.
    """
    rule, app = case.profile.item, case.books.app
    in_order = app.invoices[["ref", "number"]].sort_values("number", kind="stable")
    lines = in_order.merge(app.invoice_lines[["ref", "item_name"]], on="ref")
    products = app.items["name"] if travel_alone(case) else app.items["name"].iloc[:0]
    asked = pd.DataFrame(
        {"key": pd.concat([products, lines["item_name"]]).dropna().drop_duplicates()}
    ).reset_index(drop=True)
    asked["found_by"] = keys(asked["key"], query_key)
    asked["kept_as"] = keys(asked["key"])
    seen = _seen_by_look_up(case)
    target = asked["key"].map(_linked_before(case)).astype(TEXT)
    if "stored_id" not in rule.match:
        target = target.mask(target.notna())
    if "name" in rule.match:
        found = asked["found_by"].map(seen.set_index("found_by")["ref"])
        target = target.fillna(found.astype(TEXT))
    asked["target_ref"] = target.astype(TEXT)
    asked["effect"] = target.notna().map({True: "link", False: ""}).astype(TEXT)
    asked["met"] = asked["target_ref"]
    open_ = asked["effect"] == ""
    asked["fault"] = pd.Series(pd.NA, index=asked.index, dtype=TEXT)
    asked.loc[open_, "fault"] = _own_fault(case, asked.loc[open_, "key"])
    if rule.on_miss == "refuse":
        asked.loc[open_, "fault"] = "not_found"
    idle = open_ & among(asked["key"], idle_keys(case))
    asked.loc[idle, "fault"] = pd.NA
    clean = open_ & ~idle & asked["fault"].isna()
    first = asked[clean].drop_duplicates("kept_as")
    later = clean & ~asked.index.isin(first.index)
    # QuickBooks keeps "Mow " as "Mow": whoever asks for "Mow " again does not find it
    unfound = later & (asked["found_by"] != asked["kept_as"])
    asked.loc[unfound, "fault"] = "6240"
    later &= ~unfound
    asked.loc[open_, "effect"] = "refuse"
    asked.loc[first.index, "effect"] = "create"
    asked.loc[later, "effect"] = "link"
    made = asked["kept_as"].map(first.set_index("kept_as")["key"]).astype(TEXT)
    asked.loc[later, "target_ref"] = "new:app:item:" + made
    asked["pushed"] = among(asked["key"], products)
    if rule.other_kind == "refuse":
        _refuse_another_kind(case, asked)
    return asked


def _refuse_another_kind(case: Case, asked: pd.DataFrame) -> None:
    """Refuse products without stock that find an item which keeps it, but for what is linked."""
    app, items = case.books.app.items.dropna(subset=["name"]), case.books.qbo.items
    told = app.drop_duplicates("name")
    without = told.loc[~keeps_stock(told["type"]).fillna(value=True).astype(bool), "name"]
    other = among(asked["key"], without) & ~asked["key"].isin(_linked_before(case).index)
    other &= among(asked["met"], items.loc[items["type"] == "Inventory", "ref"])
    asked.loc[other, "effect"] = "refuse"
    asked.loc[other, "fault"] = "item_type"
    asked.loc[other, "target_ref"] = pd.NA


def idle_keys(case: Case) -> pd.Series[Any]:
    """Keys of products that the app does not send, as they are not active; the first of a key."""
    items = case.books.app.items
    if case.profile.item.sends_inactive:
        return items["name"].iloc[:0]
    first = items.drop_duplicates("name")
    idle: pd.Series[Any] = first.loc[~first["active"], "name"].dropna()
    return idle


def travel_alone(case: Case) -> bool:
    """Whether products are sent by themselves, and not only with the invoices that name them."""
    return case.profile.item.pushes_products and case.profile.flow["item"].pushes


def _linked_before(case: Case) -> pd.Series[Any]:
    """Product key to the item that the app has stored for it."""
    products = case.books.app.items[["ref", "name"]].dropna()
    linked = products.merge(case.books.app.links, on="ref").drop_duplicates("name")
    stored: pd.Series[Any] = linked.set_index("name")["linked_ref"]
    return stored


def _own_links(case: Case, products: pd.Series[Any]) -> pd.Series[Any]:
    """The item that the app has stored for each product; NA for none."""
    links = case.books.app.links.set_index("ref")["linked_ref"]
    own = looked_up(products, links).astype(TEXT)
    return own if "stored_id" in case.profile.item.match else own.mask(own.notna())


def _seen_by_look_up(case: Case) -> pd.DataFrame:
    """QuickBooks items that the app's look-up can find, the first of each name."""
    rule, items = case.profile.item, case.books.qbo.items
    seen = items[items["type"].isin(rule.types)]
    seen = seen if rule.sees_inactive else seen[seen["active"]]
    seen = seen.assign(
        found_by=keys(seen["name"], query_key), place=pd.to_numeric(seen["id"], errors="coerce")
    )
    return seen.sort_values("place", kind="stable").drop_duplicates("found_by")


def _own_fault(case: Case, names: pd.Series[Any]) -> pd.Series[Any]:
    """Why QuickBooks would refuse to create each item at the top level; NA where it would not.

    Source: Intuit, Item entity: names are unique, those of inactive items stay reserved (6240);
        that uniqueness counts within one parent is reported by integrators; read 2026-11-22.
    """
    items = case.books.qbo.items
    top = items[items["parent_ref"].isna()]
    taken = set(keys(top["name"], lambda name: unique_key(without_deleted(name))).dropna())
    fault: pd.Series[Any] = pd.Series(pd.NA, index=names.index, dtype=TEXT)
    fault[among(keys(names), taken)] = "6240"
    fault[names.str.len() > ITEM_NAME_MAX] = "2050"
    fault[names.map(illegal_in_name).astype(TEXT) != ""] = "2040"
    return fault


def item_outcomes(
    case: Case, effects: pd.DataFrame, leave_out: Collection[str], brought: pd.Series[Any]
) -> pd.DataFrame:
    """Effect and outcome of each of the app's products, in the order in which they are pushed.

    Where products do not travel by themselves, those whose keys are `brought` by invoices do, and
    of several that are one name to QuickBooks the first that is brought is created.
    """
    app = case.books.app.items
    effects = in_turn(case, effects, brought)
    asked = (
        app[["ref", "name"]]
        .dropna()
        .merge(
            effects[["key", "effect", "target_ref", "fault", "met"]],
            left_on="name",
            right_on="key",
            how="left",
        )
    )
    asked["kind"] = "item"
    own = _own_links(case, asked["ref"])
    beside = own.isna() & asked["name"].isin(_linked_before(case).index)
    if beside.any():  # another product of its name is linked, and it is not
        _by_itself(case, asked, beside)
    linked = own.notna()
    asked.loc[linked, "effect"] = "link"
    asked["target_ref"] = asked["target_ref"].mask(linked, own)
    asked.loc[linked, "fault"] = pd.NA
    decided = said(asked["effect"], _DECIDED_BY).mask(asked["fault"].notna())
    asked["because"] = decided.fillna(keys(asked["fault"], _because_of))
    skipped = among(asked["ref"], leave_out)
    asked.loc[skipped, "because"] = pd.NA
    if not travel_alone(case):
        alone = case.profile.item.pushes_products
        stays = ~skipped & ~linked & (beside | ~among(asked["name"], brought))
        asked.loc[stays, "because"] = "flow.item.mode" if alone else "item.pushes_products"
        skipped |= stays
    asked.loc[skipped, "effect"] = "skip"
    asked.loc[skipped, ["target_ref", "fault"]] = pd.NA
    if not case.profile.item.looks_before_push:
        _blindly(case, asked)
    if not case.profile.item.relinks:
        _once_each(case, asked)
    idle = among(asked["name"], idle_keys(case)) & (asked["effect"] != "link") & ~skipped
    idle &= asked["fault"].ne("item_type").fillna(value=True)  # found, though of another kind
    asked.loc[idle, "effect"] = "skip"
    asked.loc[idle, "because"] = "item.sends_inactive"
    asked.loc[idle, ["target_ref", "fault"]] = pd.NA
    skipped |= idle
    asked["outcome"] = asked["effect"]
    says = said(asked["fault"], REFUSED_ITEMS).fillna(said(asked["effect"], OF_ITEMS))
    says = says.mask(linked, "Linked before, and stays so.")
    asked["says"] = said(asked["because"].where(skipped), SKIPPED).fillna(says)
    _judge(case, asked)
    asked["sent_as"] = asked["name"].where(asked["effect"] == "create")
    return asked.drop(columns=["key", "met"])


def _by_itself(case: Case, asked: pd.DataFrame, beside: pd.Series[bool]) -> None:
    """What becomes of products whose name, and not they themselves, is linked: as of no link."""
    app = case.books.app
    without = replace(app, links=app.links[~among(app.links["ref"], app.items["ref"])])
    bare = replace(case, books=replace(case.books, app=without))
    told = item_effects(bare).set_index("key")
    for column in ("effect", "target_ref", "fault", "met"):
        anew = looked_up(asked["name"], told[column]).astype(TEXT)
        asked[column] = asked[column].astype(TEXT).mask(beside, anew)


def _judge(case: Case, asked: pd.DataFrame) -> None:
    """What the effects mean for the books, by the evidence of which product is which item."""
    across = case.partners("item", "app-qbo", case.settings.same_party)
    there = (asked["effect"] == "create") & among(asked["ref"], across["left_ref"])
    known = across.drop_duplicates("left_ref").set_index("left_ref")["right_ref"]
    there &= ~_anothers(case, asked, asked["ref"].map(known))
    asked.loc[there, "outcome"] = "duplicate"
    names = case.books.qbo.items.set_index("ref")["name"]
    twin = asked["ref"].map(known).map(names)
    asked["target_ref"] = asked["target_ref"].mask(there, asked["ref"].map(known))
    asked.loc[there, "says"] = twin.map("In QuickBooks as {}: a second item would be made.".format)
    within = case.partners("item", "app-app", case.settings.same_party)
    twice = (asked["outcome"] == "create") & among(asked["ref"], second_of_a_party(asked, within))
    asked.loc[twice, "outcome"] = "duplicate"
    asked.loc[twice, "says"] = "In the app twice: a second item of one thing would be made."
    wrong = (asked["effect"] == "link") & _takes_the_wrong_one(case, asked)
    asked.loc[wrong, "outcome"] = "wrong_link"
    asked.loc[wrong, "says"] = (
        "Several items have this name; the app takes the first, the evidence names another."
    )
    bundle = (asked["effect"] == "link") & among(asked["target_ref"], _bundles(case))
    asked.loc[bundle, "outcome"] = "wrong_link"
    asked.loc[bundle, "says"] = "The item of this name is a bundle: the product is one thing of it."


def in_turn(case: Case, effects: pd.DataFrame, brought: pd.Series[Any]) -> pd.DataFrame:
    """`effects` where items are made as invoices bring their keys, whatever stays at home.

    Args:
        case: the company; where products travel by themselves, no invoice changes anything.
        effects: as `item_effects`.
        brought: keys in the order in which invoices ask for them.
    """
    if travel_alone(case):
        return effects
    order = brought.drop_duplicates()
    turn = effects["key"].map(pd.Series(range(len(order)), index=order)).astype("Int64")
    creators = effects.loc[effects["effect"] == "create", "kept_as"]
    new = among(effects["kept_as"], creators) & (effects["effect"] != "link")
    new &= effects["fault"].fillna("6240") == "6240"  # what no item may be called waits for no turn
    new |= effects["target_ref"].str.startswith("new:").fillna(value=False)
    made = effects.assign(turn=turn)[new & turn.notna()].sort_values("turn")
    first = made.drop_duplicates("kept_as")
    later = made.drop(index=first.index)
    unfound = later["found_by"] != later["kept_as"]
    effects = effects.copy()
    effects.loc[first.index, "effect"] = "create"
    effects.loc[first.index, ["target_ref", "fault"]] = pd.NA
    effects.loc[later.index, "effect"] = unfound.map({True: "refuse", False: "link"})
    effects.loc[later.index, "fault"] = unfound.map({True: "6240", False: pd.NA})
    maker: pd.Series[Any] = first.set_index("kept_as")["key"]
    found = later["kept_as"].map("new:app:item:" + maker).mask(unfound)
    effects.loc[later.index, "target_ref"] = found.astype(TEXT)
    return effects


_DECIDED_BY = {"link": "item.match", "create": "item.on_miss"}


def _bundles(case: Case) -> pd.Series[Any]:
    """Refs of QuickBooks' bundles, which stand for several things at once."""
    items = case.books.qbo.items
    return items.loc[items["type"] == "Group", "ref"]


def _anothers(case: Case, asked: pd.DataFrame, twin: pd.Series[Any]) -> pd.Series[Any]:
    """True where the likely twin of a product is the item of another product, and rightly.

    The other one is found there by its name, and nothing says that the two products are one.
    """
    owners = asked.loc[asked["effect"] == "link", ["target_ref", "ref"]].dropna()
    owner = twin.map(owners.drop_duplicates("target_ref").set_index("target_ref")["ref"])
    within = case.partners("item", "app-app", case.settings.same_party)
    one = set(map(frozenset, zip(within["left_ref"], within["right_ref"], strict=True)))
    both = zip(asked["ref"], owner, strict=True)
    apart = [pd.notna(other) and frozenset((ref, other)) not in one for ref, other in both]
    return pd.Series(apart, index=asked.index, dtype=bool)


def _because_of(fault: str) -> str:
    return {"not_found": "item.on_miss", "item_type": "item.other_kind"}.get(fault, f"qbo:{fault}")


def _blindly(case: Case, asked: pd.DataFrame) -> None:
    """Refuse every product that is not linked and whose name is held, as nobody looks it up."""
    held = (asked["effect"] == "link") & _own_links(case, asked["ref"]).isna()
    held |= asked["name"].duplicated() & (asked["effect"] == "create")
    asked.loc[held, "effect"] = "refuse"
    asked.loc[held, "fault"] = "6240"
    asked.loc[held, "because"] = "item.looks_before_push"
    asked.loc[held, "target_ref"] = pd.NA


def of_another_product(case: Case, names: pd.Series[Any], held: pd.Series[Any]) -> pd.Series[bool]:
    """True for products whose item another one holds: one that is linked before, or the first."""
    stored = among(names, _linked_before(case).index)
    turn = stored.sort_values(ascending=False, kind="stable").index
    again = held[turn].duplicated().reindex(held.index)
    return again & held.notna() & ~stored


def _once_each(case: Case, asked: pd.DataFrame) -> None:
    """Refuse every product whose item another product holds: to QuickBooks its name is taken."""
    own = ("new:" + asked["ref"]).where(asked["effect"] == "create")
    found = asked["target_ref"].fillna(asked["met"]).where(asked["effect"].isin(["link", "refuse"]))
    held = found.fillna(own.astype(TEXT))
    again = of_another_product(case, asked["name"], held)
    again |= asked["name"].duplicated() & (asked["effect"] == "create")
    asked.loc[again, "effect"] = "refuse"
    asked.loc[again, "fault"] = "6240"
    asked.loc[again, "because"] = "item.relinks"
    asked.loc[again, "target_ref"] = pd.NA


def _takes_the_wrong_one(case: Case, asked: pd.DataFrame) -> pd.Series[Any]:
    """True where the look-up's first hit is less like the product than another of that name.

    Two items that are equally like it prove nothing: the finding on the ambiguous name tells of
    them, and the link stays what it is.
    """
    pairs = case.partners("item", "app-qbo", 0.0)
    named = case.books.qbo.items.set_index("ref")["name"]
    hits = pairs.assign(found_by=keys(pairs["right_ref"].map(named).astype(TEXT), query_key))
    hits = hits.merge(
        pd.DataFrame(
            {
                "left_ref": asked["ref"],
                "asked": keys(asked["name"], query_key),
                "taken": asked["target_ref"],
            }
        ),
        on="left_ref",
    )
    hits = hits[hits["found_by"] == hits["asked"]]
    best = hits.groupby("left_ref")["match_weight"].max()
    took = hits[hits["right_ref"] == hits["taken"]].groupby("left_ref")["match_weight"].max()
    lost = asked["ref"].map(best) > asked["ref"].map(took.reindex(best.index, fill_value=-math.inf))
    # a stored link to an item of another name, or to one that is gone, was no look-up's choice
    kept = asked["name"].isin(_linked_before(case).index) & ~asked["ref"].isin(took.index)
    return lost & asked["target_ref"].notna() & ~kept

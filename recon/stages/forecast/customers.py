"""Customers: look-up by name, then create, in the app's order."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pandas as pd

from recon.books import COUNT, TEXT
from recon.case import Case
from recon.rules.names import (
    CUSTOMER_NAME_MAX,
    illegal_in_name,
    keys,
    legal_email,
    query_key,
    unique_key,
    without_deleted,
)


def customer_outcomes(case: Case, leave_out: Collection[str]) -> pd.DataFrame:
    """Effect and outcome of each of the app's customers, in the order in which they are pushed."""
    asked = _effects(case, leave_out)
    return _judged(case, asked)


def _effects(case: Case, leave_out: Collection[str]) -> pd.DataFrame:
    rule = case.profile.customer
    app = case.books.app.customers.sort_values("number", na_position="last", kind="stable")
    asked = app[["ref", "email"]].reset_index(drop=True)
    asked["kind"] = "customer"
    asked["name"] = case.lookup_names.reindex(asked["ref"]).array
    asked["key"] = keys(asked["name"], query_key)
    asked["effect"] = pd.Series("", index=asked.index, dtype=TEXT)
    asked["target_ref"] = pd.Series(pd.NA, index=asked.index, dtype=TEXT)
    asked["fault"] = pd.Series(pd.NA, index=asked.index, dtype=TEXT)
    skipped = asked["ref"].isin(list(leave_out))
    asked.loc[skipped, "effect"] = "skip"

    if "display_name" in rule.match:
        held = case.books.qbo.customers
        found_by = keys(held["name"], query_key)
        if rule.sees_inactive:
            found_by = keys(held["name"], lambda name: query_key(without_deleted(name)))
        first = held.assign(key=found_by)[held["active"] | rule.sees_inactive]
        first = first.sort_values("active", ascending=False, kind="stable").drop_duplicates("key")
        hit = asked["key"].map(first.set_index("key")["ref"])
        if not rule.relinks:
            hit = hit.mask(hit.duplicated() & hit.notna())
        linked = hit.notna() & ~skipped
        asked.loc[linked, "effect"] = "link"
        asked.loc[linked, "target_ref"] = hit[linked]

    open_ = asked["effect"] == ""
    asked.loc[open_, "fault"] = _own_fault(case, asked[open_])
    if rule.collision_suffix:
        asked = _suffixed(case, asked)
    return _created_in_turn(case, asked)


def _own_fault(case: Case, asked: pd.DataFrame) -> pd.Series[Any]:
    """Why QuickBooks would refuse to create each, as fault code; NA where it would not."""
    names = asked["name"]
    held = case.books.qbo
    taken = pd.concat(
        [keys(table["name"]) for table in (held.customers, held.vendors, held.employees)]
    )
    fault: pd.Series[Any] = pd.Series(pd.NA, index=asked.index, dtype=TEXT)
    fault[keys(names).isin(taken.dropna())] = "6240"
    if case.profile.customer.sends_email:
        mail = asked["email"]
        fault[mail.notna() & ~mail.fillna("").map(legal_email).astype(bool)] = "2210"
    fault[names.str.len() > CUSTOMER_NAME_MAX] = "2050"
    fault[names.map(illegal_in_name).astype(TEXT) != ""] = "2040"
    return fault


def _suffixed(case: Case, asked: pd.DataFrame) -> pd.DataFrame:
    """After 6240 the app tries once more under a name with its suffix."""
    rule = case.profile.customer
    room = rule.name_max - len(rule.collision_suffix)
    again = (asked["effect"] == "") & (asked["fault"] == "6240").fillna(value=False)
    asked.loc[again, "name"] = asked.loc[again, "name"].str.slice(0, room) + rule.collision_suffix
    asked.loc[again, "fault"] = _own_fault(case, asked[again])
    return asked


def _created_in_turn(case: Case, asked: pd.DataFrame) -> pd.DataFrame:
    """The first of a name that is not refused is created; what comes after it links to it.

    Ann (refused: e-mail) -> Ann (created) -> Ann (links to the second)
    """
    rule = case.profile.customer
    open_ = asked["effect"] == ""
    clean = open_ & asked["fault"].isna()
    # two look-up keys may still be one name to QuickBooks ("Ann", "Ann "): the later is refused
    own = keys(asked["name"], unique_key)
    firsts = asked[clean].drop_duplicates("key")
    clash = firsts[own[firsts.index].duplicated()]
    asked.loc[clean & asked["key"].isin(clash["key"]), "fault"] = "6240"
    clean = open_ & asked["fault"].isna()

    order = pd.Series(asked.index, index=asked.index, dtype=COUNT)
    first = order[clean].groupby(asked["key"][clean]).min()
    creator = asked["key"].map(first).astype(COUNT)
    finds = "display_name" in rule.match and rule.relinks
    made = clean & (order == creator).fillna(value=False)
    later = open_ & (order > creator).fillna(value=False)
    asked.loc[open_, "effect"] = "refuse"
    asked.loc[made, "effect"] = "create"
    if finds:
        asked.loc[later, "effect"] = "link"
        asked.loc[later, "target_ref"] = (
            "new:" + asked["ref"].reindex(creator[later].astype("int64")).array
        )
        asked.loc[later, "fault"] = pd.NA
    else:
        asked.loc[later & asked["fault"].isna(), "fault"] = "6240"
    return asked


def _judged(case: Case, asked: pd.DataFrame) -> pd.DataFrame:
    """`outcome` and `says` beside the effects, from the evidence of PAIRS."""
    settings = case.settings
    across = case.partners("customer", "app-qbo", 0.0)
    within = case.partners("customer", "app-app", settings.same_party)
    asked["outcome"] = asked["effect"]
    asked["says"] = asked["effect"].map(
        {
            "link": "Found in QuickBooks by its name and linked.",
            "create": "Not in QuickBooks: created.",
            "refuse": "QuickBooks refuses to create it.",
            "skip": "Left out of the sync.",
        }
    )
    asked.loc[asked["fault"].notna(), "says"] = (
        asked["fault"].map(_REFUSED).fillna("QuickBooks refuses to create it.")
    )

    same = across[across["match_probability"] >= settings.same_party]
    there = asked["ref"].isin(same["left_ref"])
    twice = asked["ref"].isin(_second_of_a_party(asked, within))
    duplicate = (asked["effect"] == "create") & (there | twice)
    asked.loc[duplicate, "outcome"] = "duplicate"
    known = same.drop_duplicates("left_ref").set_index("left_ref")["right_ref"]
    names = case.books.qbo.customers.set_index("ref")["name"]
    twin = asked["ref"].map(known).map(names)
    asked["target_ref"] = asked["target_ref"].mask(duplicate & there, asked["ref"].map(known))
    asked.loc[duplicate & there, "says"] = twin.map(
        "In QuickBooks as {}: a second customer would be created.".format
    )
    asked.loc[duplicate & ~there, "says"] = (
        "In the app twice: a second customer of the same party would be created."
    )

    wrong = _links_to_somebody_else(case, asked, across, within)
    asked.loc[wrong, "outcome"] = "wrong_link"
    asked.loc[wrong, "says"] = "The name is the same, but it is somebody else: wrongly linked."
    asked["sent_as"] = asked["name"].where(asked["effect"] == "create")
    return asked.drop(columns=["email", "key"])


_REFUSED = {
    "6240": "The name is held by a vendor, an employee or another record: QuickBooks refuses it.",
    "2040": "The name holds a character that QuickBooks refuses.",
    "2050": "The name is too long for QuickBooks.",
    "2210": "The e-mail address is not one that QuickBooks takes.",
}


def _second_of_a_party(asked: pd.DataFrame, within: pd.DataFrame) -> set[str]:
    """Refs whose party another of the app's customers has already brought to QuickBooks."""
    place = {ref: i for i, ref in enumerate(asked["ref"])}
    there_since: dict[str, int] = {}
    for row in asked[["ref", "effect", "target_ref"]].to_dict("records"):
        if row["effect"] == "create":
            there_since[row["ref"]] = place[row["ref"]]
        elif row["effect"] == "link":
            there_since[row["ref"]] = place.get(row["target_ref"].removeprefix("new:"), -1)
    second: set[str] = set()
    for left, right in zip(within["left_ref"], within["right_ref"], strict=True):
        for one, other in ((left, right), (right, left)):
            if one in place and there_since.get(other, len(place)) < place[one]:
                second.add(one)
    return second


def _links_to_somebody_else(
    case: Case, asked: pd.DataFrame, across: pd.DataFrame, within: pd.DataFrame
) -> pd.Series[Any]:
    """True where the evidence speaks against the record that a customer would be linked to."""
    limit = case.settings.other_party
    told = pd.concat(
        [
            across.set_index(["left_ref", "right_ref"])["match_probability"],
            _both_ways(case.partners("customer", "app-app", 0.0)),
        ]
    )
    target = asked["target_ref"].str.removeprefix("new:")
    linked = asked["effect"] == "link"
    believed = pd.Series(0.0, index=asked.index)
    at = pd.MultiIndex.from_arrays([asked["ref"][linked], target[linked]])
    believed[linked] = told.reindex(at).fillna(0.0).array
    wrong = linked & ((believed < limit) | case.contradicted(asked["ref"], target))
    # several customers on one record: right for the best, and for those who are the same party
    crowd = linked & asked["target_ref"].duplicated(keep=False)
    best = believed[crowd].groupby(asked["target_ref"][crowd]).rank(method="first", ascending=False)
    paired = set(map(frozenset, zip(within["left_ref"], within["right_ref"], strict=True)))
    first = best.index[(best == 1).to_numpy()]
    owner = dict(zip(asked.loc[first, "target_ref"], asked.loc[first, "ref"], strict=True))
    rest = asked.loc[best.index[(best > 1).to_numpy()], ["ref", "target_ref"]]
    for place, ref, target_ref in rest.itertuples():
        wrong[place] = wrong[place] or frozenset((ref, owner[target_ref])) not in paired
    return wrong


def _both_ways(pairs: pd.DataFrame) -> pd.Series[Any]:
    there = pairs.set_index(["left_ref", "right_ref"])["match_probability"]
    back = pairs.set_index(["right_ref", "left_ref"])["match_probability"]
    both: pd.Series[Any] = pd.concat([there, back])
    return both

"""What the effects on customers mean for the books, by the evidence of who is who."""

from __future__ import annotations

from typing import Any

import pandas as pd

from recon.case import Case
from recon.checks.columns import among, looked_up


def judged(case: Case, asked: pd.DataFrame) -> pd.DataFrame:
    """`outcome` beside the effects, from the evidence of PAIRS, and `says` where that differs."""
    settings = case.settings
    across = case.partners("customer", "app-qbo", 0.0)
    within = case.partners("customer", "app-app", settings.same_party)
    asked["outcome"] = asked["effect"]
    same = across[across["match_probability"] >= settings.same_party]
    there = among(asked["ref"], same["left_ref"])
    twice = among(asked["ref"], second_of_a_party(asked, within))
    duplicate = (asked["effect"] == "create") & (there | twice)
    asked.loc[duplicate, "outcome"] = "duplicate"
    known = same.drop_duplicates("left_ref").set_index("left_ref")["right_ref"]
    names = case.books.qbo.customers.set_index("ref")["name"]
    twin = looked_up(asked["ref"], known)
    asked["target_ref"] = asked["target_ref"].mask(duplicate & there, twin)
    asked.loc[duplicate & there, "says"] = looked_up(twin, names)[duplicate & there].map(
        "In QuickBooks as {}: a second customer would be created.".format
    )
    asked.loc[duplicate & ~there, "says"] = (
        "In the app twice: a second customer of the same party would be created."
    )

    wrong = _links_to_somebody_else(case, asked, across, within) & ~_confirmed(case, asked)
    asked.loc[wrong, "outcome"] = "wrong_link"
    asked.loc[wrong, "says"] = asked["by"].map(_SAME_BUT).fillna(_SAME_BUT["display_name"])
    _links_that_are_gone(case, asked)
    return asked


_SAME_BUT = {
    "display_name": "The name is the same, but it is somebody else: wrongly linked.",
    "first_last": "First and last name are the same, but it is somebody else: wrongly linked.",
    "email": "The e-mail address is the same, but it is somebody else: wrongly linked.",
    "company_name": "The company name is the same, but it is somebody else: wrongly linked.",
    "stored_id": "Linked to somebody else, as it seems: nothing but the link speaks for it.",
}


def _links_that_are_gone(case: Case, asked: pd.DataFrame) -> None:
    """Clients that are linked to a customer which QuickBooks does not have, or made inactive."""
    held = case.books.qbo.customers
    stored = (asked["by"] == "stored_id").fillna(value=False)
    gone = stored & ~among(asked["target_ref"], held["ref"])
    asleep = stored & among(asked["target_ref"], held.loc[~held["active"], "ref"])
    asked.loc[gone, "outcome"] = "disconnect"
    asked.loc[gone, "says"] = "Linked to a customer that QuickBooks does not have any more."
    asked.loc[asleep, "says"] = "Linked to a customer that is inactive: its invoices are refused."


def second_of_a_party(asked: pd.DataFrame, within: pd.DataFrame) -> set[str]:
    """Refs whose party or thing another of the app's records has already in QuickBooks by then.

    Args:
        asked: ref, effect, target_ref; in the order of pushing.
        within: PAIRS of the app's records that are one.
    """
    place = {ref: i for i, ref in enumerate(asked["ref"])}
    there_since: dict[str, int] = {}
    columns = (asked[name].tolist() for name in ("ref", "effect", "target_ref"))
    for ref, effect, target in zip(*columns, strict=True):
        if effect == "create":
            there_since[ref] = place[ref]
        elif effect == "link":
            there_since[ref] = place.get(target.removeprefix("new:"), -1)
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
    stored = (asked["by"] == "stored_id").fillna(value=False)  # a link is evidence by itself
    doubted = (believed < limit) & ~stored
    wrong = linked & (doubted | case.contradicted(asked["ref"], target))
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


def _confirmed(case: Case, asked: pd.DataFrame) -> pd.Series[Any]:
    """True where a person said that a client and the record that it would be linked to are one."""
    both = zip(asked["ref"], asked["target_ref"].str.removeprefix("new:").fillna(""), strict=True)
    return pd.Series([pair in case.same for pair in both], index=asked.index, dtype=bool)


def _both_ways(pairs: pd.DataFrame) -> pd.Series[Any]:
    there = pairs.set_index(["left_ref", "right_ref"])["match_probability"]
    back = pairs.set_index(["right_ref", "left_ref"])["match_probability"]
    both: pd.Series[Any] = pd.concat([there, back])
    return both

"""Who is who, as far as the evidence goes: what every proposal on customers rests on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from recon.rules.names import unique_key
from recon.stages.propose.draft import Draft
from recon.stages.propose.reasons import told_of


@dataclass
class Parties:
    """Who is who, as far as the evidence goes.

    Attributes:
        outcome: the app's ref to its row of OUTCOMES.
        app_keeper: the app's duplicate to the client that stays.
        qbo_keeper: QuickBooks' duplicate to the customer that stays.
        settled: QuickBooks ref to the client that will rightly be linked to it.
        probability: (app ref, QuickBooks ref) to match probability.
        partner: the app's ref to the QuickBooks customer that it should be linked to.
        called: `unique_key` of a look-up name to the app's clients that are looked up under it.
    """

    outcome: dict[str, Any]
    app_keeper: dict[str, str] = field(default_factory=dict)
    qbo_keeper: dict[str, str] = field(default_factory=dict)
    settled: dict[str, str] = field(default_factory=dict)
    probability: dict[tuple[str, str], float] = field(default_factory=dict)
    partner: dict[str, str] = field(default_factory=dict)
    called: dict[str, list[str]] = field(default_factory=dict)


def who_is_who(draft: Draft, outcomes: pd.DataFrame) -> Parties:
    """Who is who, from the evidence of PAIRS and from what the sync would do."""
    case = draft.case
    limit = case.settings.same_party
    parties = Parties({row["ref"]: row for row in outcomes.to_dict("records")})
    for ref in parties.outcome:
        parties.called.setdefault(unique_key(draft.name(ref)), []).append(ref)
    across = case.partners("customer", "app-qbo", case.settings.worth_asking)
    for pair in across.to_dict("records"):
        parties.probability[pair["left_ref"], pair["right_ref"]] = pair["match_probability"]
    linked = {
        ref: row["target_ref"] for ref, row in parties.outcome.items() if row["outcome"] == "link"
    }
    ours = case.partners("customer", "app-app", limit)
    theirs = case.partners("customer", "qbo-qbo", limit)
    parties.app_keeper = _keepers(
        _not_told_apart(ours, _best(across, "left_ref", "right_ref", limit), theirs),
        lambda ref: (ref in linked, draft.used.get(ref, "") != "", _count(draft, ref)),
    )
    parties.settled = {
        target: ref for ref, target in linked.items() if ref not in parties.app_keeper
    }
    alive = {
        ref for ref in draft.rows if ref.startswith("qbo:customer:") and draft.rows[ref]["active"]
    }
    within = _not_told_apart(theirs, _best(across, "right_ref", "left_ref", limit), ours)
    within = within[within["left_ref"].isin(alive) & within["right_ref"].isin(alive)]
    parents = set(case.books.qbo.customers["parent_ref"].dropna())  # QuickBooks merges none
    within = within[~within["left_ref"].isin(parents) & ~within["right_ref"].isin(parents)]
    newest = case.profile.links.survivor == "newest"
    parties.qbo_keeper = _keepers(
        within,
        lambda ref: (
            ref in parties.settled,
            _made(draft, ref) if newest else 0,
            _count(draft, ref),
        ),
    )
    _leave_the_linked(draft, parties, across, limit, alive - parents)
    return parties


def _leave_the_linked(
    draft: Draft, parties: Parties, across: pd.DataFrame, limit: float, free: set[str]
) -> None:
    """Where the sync made a client a customer beside its own, the one that it made stays.

    The evidence is that of the client and the customer that was there before: what the app wrote
    into the one that it made says nothing new.
    """
    stored = draft.case.books.app.links
    linked = dict(zip(stored["ref"], stored["linked_ref"], strict=True))
    sure = across[across["match_probability"] >= limit]
    waiting = sure[~sure["left_ref"].isin([*linked, *parties.app_keeper])]
    claimed = set(waiting["right_ref"])  # by a client that is not linked yet, perhaps its namesake
    for ref, other in zip(sure["left_ref"], sure["right_ref"], strict=True):
        keep = linked.get(ref, "")
        told_apart = (ref, other) in draft.case.different
        taken = other in parties.settled or other in linked.values() or other in claimed
        if keep not in free or other not in free or keep == other or taken or told_apart:
            continue
        parties.qbo_keeper.setdefault(other, keep)


def _made(draft: Draft, ref: str) -> float:
    """When a record was made, in seconds; of the app's the newest is the one that it made."""
    made = draft.rows[ref].get("created_at")
    return made.timestamp() if made is not None else 0.0


def _best(across: pd.DataFrame, of: str, other: str, limit: float) -> pd.DataFrame:
    """Of each record its likeliest partner on the other side, `partner` and `match_probability`."""
    sure = across[across["match_probability"] >= limit]
    best = sure.sort_values("match_probability", ascending=False, kind="stable")
    found = best.drop_duplicates(of).set_index(of)[[other, "match_probability"]]
    return found.rename(columns={other: "partner"})


def _not_told_apart(
    pairs: pd.DataFrame, best: pd.DataFrame, other_side: pd.DataFrame
) -> pd.DataFrame:
    """The pairs within one side, but for those whose two records the other side tells apart.

    Where each of the two has a partner of its own over there, likelier than they are to be one,
    and those partners are not likely one party either, they are two parties.
    """
    if pairs.empty or best.empty:
        return pairs
    two = [best.reindex(pairs[column]).reset_index(drop=True) for column in _BOTH]
    one = set(map(frozenset, zip(other_side["left_ref"], other_side["right_ref"], strict=True)))
    partners = list(zip(two[0]["partner"], two[1]["partner"], strict=True))
    apart = [
        pd.notna(left) and pd.notna(right) and left != right and frozenset((left, right)) not in one
        for left, right in partners
    ]
    likelier = pd.concat([each["match_probability"] for each in two], axis=1).min(axis=1)
    by_far = likelier.to_numpy() > pairs["match_probability"].to_numpy()
    return pairs[~(pd.Series(apart).to_numpy() & by_far)]


_BOTH = ("left_ref", "right_ref")


def _count(draft: Draft, ref: str) -> int:
    said = draft.used.get(ref, "")
    return int(said.split(" ", 1)[0]) if said else 0


def _keepers(pairs: pd.DataFrame, worth: Callable[[str], Any]) -> dict[str, str]:
    """Each duplicate's survivor: the worthiest of its cluster, the first among equals."""
    root: dict[str, str] = {}

    def find(ref: str) -> str:
        while root.setdefault(ref, ref) != ref:
            ref = root[ref]
        return ref

    for left, right in zip(pairs["left_ref"], pairs["right_ref"], strict=True):
        one, other = sorted((find(left), find(right)))
        root[other] = one
    clusters: dict[str, list[str]] = {}
    for ref in sorted(root):
        clusters.setdefault(find(ref), []).append(ref)
    paired = set(map(frozenset, zip(pairs["left_ref"], pairs["right_ref"], strict=True)))
    kept: dict[str, str] = {}
    for members in clusters.values():
        keeper = max(members, key=worth)
        # a chain of likely pairs is no proof of its ends: only who was paired with the keeper goes
        kept.update({ref: keeper for ref in members if frozenset((ref, keeper)) in paired})
    return kept


def pair_of(draft: Draft, left: str, right: str) -> dict[str, Any]:
    """Band and reasons of the pair of two records, whichever stands left; empty for no pair."""
    return (
        draft.pairs.get((left, right))
        or draft.pairs.get((right, left))
        or {"band": "", "reasons": ""}
    )


def evidence(draft: Draft, left: str, right: str) -> dict[str, Any]:
    """What speaks for and against two records being one, as fields of an `Action`."""
    return told_of(pair_of(draft, left, right))

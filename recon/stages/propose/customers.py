"""Customers: one party, one record on each side, under a name that the app will find.

1  the app's duplicates are merged in the app, QuickBooks' duplicates in its screen
2  every client that would miss its customer is given the customer that the evidence names
3  whoever stands in the way of a name (vendor, employee, somebody else) is renamed first
4  what is left: names and addresses that QuickBooks refuses, clients without a name
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from recon.plan import Action
from recon.stages.propose.draft import Draft
from recon.stages.propose.names import (
    free_the_name,
    mend_refusals,
    part_namesakes,
    shared_name,
    usable,
)
from recon.stages.propose.parties import Parties, evidence, pair_of, who_is_who

_ASKED_AT_MOST = 3


def propose_customers(draft: Draft, outcomes: pd.DataFrame) -> None:
    """Add every action on customers, vendors and employees to the draft."""
    parties = who_is_who(draft, outcomes)
    _merge_duplicates(draft, parties)
    _give_each_its_customer(draft, parties)
    part_namesakes(draft, parties)
    mend_refusals(draft, parties)


def _merge_duplicates(draft: Draft, parties: Parties) -> None:
    for drop, keep in sorted(parties.app_keeper.items()):
        name = draft.case.profile.about.name
        draft.add(
            Action(
                id="",
                kind="merge",
                ref=drop,
                other_ref=keep,
                title=f"Merge {draft.name(drop)} into {draft.name(keep)} in {name}",
                why="Both are one party; QuickBooks would get a second customer for it.",
                will=f"By hand in {name}: its invoices and payments move to the one that stays.",
                cause="client_dup_in_source",
                evidence=evidence(draft, drop, keep),
                compare=draft.compare(drop, keep),
                undo="none",
                bulk=False,
            ),
            [draft.merge_in_app(keep, drop)],
        )
    for drop, keep in sorted(parties.qbo_keeper.items()):
        draft.add(
            Action(
                id="",
                kind="merge",
                ref=drop,
                other_ref=keep,
                title=f"Merge {draft.name(drop)} into {draft.name(keep)} in QuickBooks",
                why="Both are one party; its invoices are spread over two customers.",
                will="By hand in the QuickBooks screen; the next pull checks that it is done.",
                cause="duplicate_in_qbo",
                evidence=evidence(draft, drop, keep),
                compare=draft.compare(drop, keep),
                undo="none",
                bulk=False,
            ),
            [draft.merge_in_qbo(keep, drop)],
        )


def _give_each_its_customer(draft: Draft, parties: Parties) -> None:
    """Equalise the names of every client and the customer that it would miss."""
    wanted = [
        (ref, other, p)
        for (ref, other), p in parties.probability.items()
        if ref not in parties.app_keeper
        and other not in parties.qbo_keeper
        and parties.outcome[ref]["outcome"] != "link"
        and parties.outcome[ref]["target_ref"] != other  # a namesake, or it would be a link
    ]
    # surest first; a name that is equal already breaks ties, then the order of refs
    wanted.sort(key=lambda w: (-w[2], draft.name(w[0]) != draft.name(w[1]), w[0], w[1]))
    given: set[str] = set(parties.settled)
    sure = draft.case.settings.same_party
    for ref, other, p in wanted:
        if p >= sure and ref not in parties.partner and other not in given:
            parties.partner[ref] = other
            given.add(other)
    asked: dict[str, int] = {}
    for ref, other, p in wanted:
        if parties.partner.get(ref) == other:
            _equalise(draft, parties, ref, other)
        elif other in parties.settled:
            if p >= sure:
                _merge_with_the_linked(draft, ref, parties.settled[other], other)
        elif p < sure and other not in given and ref not in parties.partner:
            asked[ref] = asked.get(ref, 0) + 1
            if asked[ref] <= _ASKED_AT_MOST:
                _equalise(draft, parties, ref, other, advised=False)


def _equalise(
    draft: Draft, parties: Parties, ref: str, other: str, *, advised: bool = True
) -> None:
    """One name on both sides: QuickBooks takes the app's, unless that name cannot be had."""
    name, row = draft.name(ref), draft.rows[other]
    about = draft.case.profile.about
    in_app = about.truth_side == "qbo" or not usable(draft, ref) or shared_name(draft, parties, ref)
    if in_app:
        _equalise_in_app(draft, ref, other, advised=advised)
        return
    after = free_the_name(draft, parties, ref, other) if advised else ()
    if not row["active"]:
        draft.add(
            Action(
                **_about(draft, ref, other, advised=advised, cause="inactive_twin"),
                kind="reactivate",
                title=f"Make {draft.name(other)} active again in QuickBooks",
                will=f"The inactive customer returns under the name {name}; the sync links to it.",
                after=after,
            ),
            [draft.rename(other, name)],
            "customer",
        )
        return
    draft.add(
        Action(
            **_about(draft, ref, other, advised=advised),
            kind="rename",
            title=f"Rename {row['name']} to {name} in QuickBooks",
            will="QuickBooks' customer gets the app's exact name; the sync links to it.",
            after=after,
        ),
        [draft.rename(other, name)],
        "customer",
    )


def _equalise_in_app(draft: Draft, ref: str, other: str, *, advised: bool) -> None:
    """The app takes QuickBooks' name, cut to what the app can look up."""
    about, row = draft.case.profile.about, draft.rows[other]
    longest = draft.case.profile.customer.name_max
    held = draft.name(other)
    now = held if len(held) <= longest else held[:longest].rstrip()
    writes = [draft.edit_in_app(ref, {"name": now})]
    if not row["active"] or now != row["name"]:
        writes.insert(0, draft.rename(other, now))  # hand-work holds up what stands behind it
    draft.add(
        Action(
            **_about(draft, ref, other, advised=advised),
            kind="rename",
            title=f"Rename {draft.name(ref)} to {now} in {about.name}",
            will=f"By hand in {about.name}: the {about.client} gets QuickBooks' exact name.",
            bulk=False,
        ),
        writes,
    )


def _about(
    draft: Draft, ref: str, other: str, *, advised: bool, cause: str = "near_miss"
) -> dict[str, Any]:
    """What every answer to "who is this client in QuickBooks?" has in common."""
    pair = pair_of(draft, ref, other)
    why = {
        True: "The sync would not find its customer and make a second one.",
        False: "Perhaps the same party; recon is not sure and would not do it by itself.",
    }
    return {
        "id": "",
        "ref": ref,
        "other_ref": other,
        "why": why[advised],
        "cause": cause,
        "band": pair["band"],
        "evidence": evidence(draft, ref, other),
        "compare": draft.compare(ref, other),
        "advised": advised,
    }


def _merge_with_the_linked(draft: Draft, ref: str, keep: str, other: str) -> None:
    """A client whose customer another client holds: the two are one party."""
    about = draft.case.profile.about
    draft.add(
        Action(
            id="",
            kind="merge",
            ref=ref,
            other_ref=keep,
            title=f"Merge {draft.name(ref)} into {draft.name(keep)} in {about.name}",
            why=f"Both are {draft.rows[other]['name']} in QuickBooks; a second would be made.",
            will=f"By hand in {about.name}: its invoices and payments move to the one that stays.",
            cause="client_dup_in_source",
            band=pair_of(draft, ref, other)["band"],
            evidence=evidence(draft, ref, other),
            compare=draft.compare(ref, keep),
            undo="none",
            bulk=False,
        ),
        [draft.merge_in_app(keep, ref)],
    )

"""Customers: one party, one record on each side, under a name that the app will find.

1  the app's duplicates are made one in the app, QuickBooks' over its API or at its screen
2  every client that would miss its customer is given the customer that the evidence names
3  whoever stands in the way of a name (vendor, employee, somebody else) is renamed first
4  what is left: names and addresses that QuickBooks refuses, clients without a name
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from recon.plan import Action, ActionKind
from recon.rules.names import CUSTOMER_NAME_MAX, free_name, unique_key
from recon.stages.propose.addresses import Addresses, goes_by_address
from recon.stages.propose.creating import make_missing
from recon.stages.propose.draft import Draft
from recon.stages.propose.merges import (
    make_one_in_quickbooks,
    make_one_in_the_app,
    merge_with_the_linked,
)
from recon.stages.propose.names import (
    part_namesakes,
    rename_holder,
    shared_name,
    usable,
)
from recon.stages.propose.parties import Parties, evidence, who_is_who
from recon.stages.propose.refusals import in_two_words, mend_refusals
from recon.stages.propose.suffixes import of_another_generation

_ASKED_AT_MOST = 3


def propose_customers(draft: Draft, outcomes: pd.DataFrame) -> None:
    """Add every action on customers, vendors and employees to the draft."""
    parties = who_is_who(draft, outcomes)
    addresses = Addresses(draft, parties) if goes_by_address(draft) else None
    make_one_in_quickbooks(draft, parties)
    _give_each_its_customer(draft, parties, addresses)
    make_one_in_the_app(draft, parties, addresses)
    part_namesakes(draft, parties, addresses)
    mend_refusals(draft, parties, addresses)
    make_missing(draft, parties)


def _is_its_namesake(outcome: Mapping[str, Any], other: str) -> bool:
    """Whether the app takes `other` for the client by its name, and wrongly."""
    return bool(outcome["outcome"] == "wrong_link" and outcome["target_ref"] == other)


def _give_each_its_customer(draft: Draft, parties: Parties, addresses: Addresses | None) -> None:
    """Equalise what the app goes by, of every client and the customer that it would miss."""
    wanted, sure = _wanted(draft, parties), draft.case.settings.same_party
    given: set[str] = set(parties.settled)
    for ref, other, p in wanted:
        if p >= sure and ref not in parties.partner and other not in given:
            parties.partner[ref] = other
            given.add(other)
    equaliser = _Equaliser(draft, parties)
    for ref, other, p in wanted:
        if parties.partner.get(ref) == other:
            if addresses is not None:
                addresses.give(ref, other, _about(draft, ref, other, advised=True))
            else:
                equaliser.equalise(ref)
        elif other in parties.settled and p >= sure:
            merge_with_the_linked(draft, ref, parties.settled[other], other, addresses)
    doubtful = [(ref, other) for ref, other, p in wanted if p < sure and other not in given]
    doubtful += of_another_generation(draft, parties, given)
    _ask(draft, parties, doubtful, addresses)


def _wanted(draft: Draft, parties: Parties) -> list[tuple[str, str, float]]:
    """Clients that miss their customer, with who it may be, surest first.

    Whom the app has linked to somebody else no name brings back; only a person who can pick does.
    """
    stored = set(draft.case.books.app.links["ref"])
    if "customer" in draft.case.profile.links.by_hand:
        stored = set()
    wanted = [
        (ref, other, p)
        for (ref, other), p in parties.probability.items()
        if ref not in parties.app_keeper
        and ref not in stored
        and other not in parties.qbo_keeper
        and parties.outcome[ref]["outcome"] not in {"link", "skip"}
        and not _is_its_namesake(parties.outcome[ref], other)
    ]
    # a name that is equal already breaks ties, then the order of refs
    wanted.sort(key=lambda w: (-w[2], draft.name(w[0]) != draft.name(w[1]), w[0], w[1]))
    return wanted


def _ask(
    draft: Draft, parties: Parties, doubtful: list[tuple[str, str]], addresses: Addresses | None
) -> None:
    """Offer who a client may be: a person may know."""
    asked: dict[str, int] = {}
    for ref, other in doubtful:
        asked[ref] = asked.get(ref, 0) + 1
        if ref in parties.partner or asked[ref] > _ASKED_AT_MOST:
            continue
        if addresses is not None:
            addresses.give(ref, other, _about(draft, ref, other, advised=False))
        elif _in_app(draft, parties, ref):
            _equalise_in_app(draft, ref, other, advised=False)
        else:
            _equalise_in_qbo(draft, ref, other, advised=False)


@dataclass
class _Equaliser:
    """Gives every client its customer, whoever holds a name first giving it up.

        Ann <-> "Bo"      "Bo" must become "Ann", but first
        Bo  <-> "Cy"      "Cy" must become "Bo", for which "Bo" must be free

    Where the walk comes back to itself, or a holder keeps its name, the app's name is changed.

    Attributes:
        mended: the app's ref to the action that renames its customer in QuickBooks; None when the
            customer keeps its name.
        doing: refs on the way of the walk.
    """

    draft: Draft
    parties: Parties
    mended: dict[str, str | None] = field(default_factory=dict)
    doing: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.client_of = {other: ref for ref, other in self.parties.partner.items()}

    def equalise(self, ref: str) -> str | None:
        """Equalise the names of a client and its customer; see `mended`."""
        if ref in self.mended or ref in self.doing:
            return self.mended.get(ref)
        self.doing.add(ref)
        other = self.parties.partner[ref]
        if self._waits_for_its_name(ref, other):
            self.mended[ref] = None
            return None
        holders = [] if _in_app(self.draft, self.parties, ref) else self._holders(ref, other)
        handed_on = [self.equalise(self.client_of[h]) for h in holders if h in self.client_of]
        if _in_app(self.draft, self.parties, ref) or None in handed_on:
            _equalise_in_app(self.draft, ref, other, advised=True)
            self.mended[ref] = None
        else:
            after = [rename_holder(self.draft, ref, h) for h in holders if h not in self.client_of]
            after += [action_id for action_id in handed_on if action_id]
            self.mended[ref] = _equalise_in_qbo(
                self.draft, ref, other, advised=True, after=tuple(after)
            )
        self.doing.discard(ref)
        return self.mended[ref]

    def _waits_for_its_name(self, ref: str, other: str) -> bool:
        """Whether the two are called alike already, and only another client is in the way.

        That one gets a name of its own, and then the look-up finds the right one.
        """
        row, fault = self.draft.rows[other], self.parties.outcome[ref]["fault"]
        alike = bool(row["active"]) and row["name"] == self.draft.name(ref)
        return alike and fault == "6240" and shared_name(self.draft, self.parties, ref)

    def _holders(self, ref: str, other: str) -> list[str]:
        """Who holds the client's name in QuickBooks, its own customer apart."""
        held_by = self.draft.holders.get(unique_key(self.draft.name(ref)), ())
        return [h for h in held_by if h != other and self.draft.rows[h]["active"]]


def _in_app(draft: Draft, parties: Parties, ref: str) -> bool:
    """Whether the app's name must change: QuickBooks' is right, or could not bear the app's."""
    truth = draft.case.profile.about.truth_side
    unfit = parties.outcome[ref]["fault"] == "missing_name"  # it is not sent under any name
    unfit |= ref in set(draft.case.books.app.links["ref"])  # and no name takes a link back
    return truth == "qbo" or unfit or not usable(draft, ref) or shared_name(draft, parties, ref)


def _equalise_in_qbo(
    draft: Draft, ref: str, other: str, *, advised: bool, after: tuple[str, ...] = ()
) -> str:
    """QuickBooks' customer takes the app's name; an inactive one comes back under it."""
    name, row = draft.name(ref), draft.rows[other]
    if row["active"]:
        kind: ActionKind = "rename"
        cause, title = "near_miss", f"Rename {row['name']} to {name} in QuickBooks"
        will = "QuickBooks' customer gets the app's exact name; the sync links to it."
    else:
        kind, cause = "reactivate", "inactive_twin"
        title = f"Make {draft.name(other)} active again in QuickBooks"
        will = f"The inactive customer returns under the name {name}; the sync links to it."
    return draft.add(
        Action(
            **_about(draft, ref, other, advised=advised, cause=cause),
            kind=kind,
            title=title,
            will=will,
            after=after,
        ),
        [draft.rename(other, name)],
        "customer",
    )


def _equalise_in_app(draft: Draft, ref: str, other: str, *, advised: bool) -> None:
    """The app takes QuickBooks' name, cut to what the app can look up; or picks the customer."""
    profile, row = draft.case.profile, draft.rows[other]
    about = profile.about
    if "customer" in profile.links.by_hand and row["active"]:
        _pick_in_app(draft, ref, other, advised=advised)
        return
    longest = profile.customer.name_max or CUSTOMER_NAME_MAX
    held = draft.name(other)
    if profile.customer.look_up == "person":
        held = in_two_words(held)
    now = held if len(held) <= longest else held[:longest].rstrip()
    if unique_key(now) in draft.taken and (not row["active"] or now != row["name"]):
        now = free_name(now, draft.taken, str(row["city"] or ""))
    writes = [draft.edit_in_app(ref, {"name": now})]
    if not row["active"] or now != row["name"]:
        writes.insert(0, draft.rename(other, now))  # hand-work holds up what stands behind it
    draft.add(
        Action(
            **{**_about(draft, ref, other, advised=advised), "bulk": False},
            kind="rename",
            title=f"Rename {draft.called(ref)} to {now} in {about.name}",
            will=f"{draft.in_app.way}: the {about.client} gets QuickBooks' exact name.",
        ),
        writes,
    )


def _pick_in_app(draft: Draft, ref: str, other: str, *, advised: bool) -> None:
    """A person links the client to its customer, in an app that offers that: no name changes."""
    about = draft.case.profile.about
    draft.add(
        Action(
            **{**_about(draft, ref, other, advised=advised), "bulk": False},
            kind="link",
            title=f"Link {draft.called(ref)} to {draft.name(other)} in {about.name}",
            will=f"By hand in {about.name}: somebody picks the customer; no name changes.",
            undo="partial",
        ),
        [draft.link_in_app(ref, other)],
    )


def _about(
    draft: Draft, ref: str, other: str, *, advised: bool, cause: str = "near_miss"
) -> dict[str, Any]:
    """What every answer to "who is this client in QuickBooks?" has in common."""
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
        **evidence(draft, ref, other),
        "compare": draft.compare(ref, other),
        "advised": advised,
        "claims": "same",
        "bulk": advised and draft.case.reached_alike(ref, other),
    }

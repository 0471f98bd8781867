"""One party with several records: made one, where that can be, without losing a link.

In QuickBooks the record stays that the app holds or will hold (see `moves`). In the app, the first
of these that it has: two clients merged; the second linked by hand to the customer of the first;
both called alike, so that one customer is found for both; the second left out with what it was
billed.
"""

from __future__ import annotations

from typing import Any

from recon.books import split_ref
from recon.counting import counted
from recon.plan import Action, ActionKind, Write
from recon.rules.names import unique_key
from recon.stages.propose.addresses import Addresses
from recon.stages.propose.creating import make_beside_a_namesake
from recon.stages.propose.draft import Draft
from recon.stages.propose.moves import Moves
from recon.stages.propose.names import makes_none, rename_in_app, usable
from recon.stages.propose.parties import Parties, evidence, pair_of

_SURE = ("identical", "strict", "close")
"""Bands in which a merge, which nobody can undo, is advised; below it is a question."""


def make_one_in_quickbooks(draft: Draft, parties: Parties) -> None:
    """Make QuickBooks' duplicates one: the record stays that the app goes by.

    Two answers, of which one is advised: sales moved over the API and the empty customer made
    inactive, which can be undone and asks for nobody; or merged by a person at QuickBooks' screen,
    where many sales are concerned or something stands against moving them.
    """
    moves = Moves(draft, frozenset(parties.qbo_keeper))
    most = draft.case.settings.sales_moved_at_most
    for drop, keep in sorted(parties.qbo_keeper.items()):
        seen = (drop, keep)
        if not pair_of(draft, *seen)["band"] and keep in parties.settled:
            seen = (parties.settled[keep], drop)  # the client itself speaks for it
        against, sure = moves.against(drop, keep), _is_sure(draft, *seen)
        moving = not against and len(moves.of(drop)) <= most
        kept = " The app goes by the one that stays." if keep in parties.settled else ""
        about = {
            "id": "",
            "ref": drop,
            "other_ref": keep,
            "cause": "duplicate_in_qbo",
            **evidence(draft, *seen),
            "compare": draft.compare(drop, keep),
            "bulk": False,
            "claims": "same",
        }
        if moving:  # what is advised stands before the other answer
            _move_over_api(draft, {**about, "advised": sure}, moves, kept)
        _merge_by_hand(draft, {**about, "advised": sure and not moving}, seen, kept, against)
        if not (moving or against):
            _move_over_api(draft, {**about, "advised": False}, moves, kept)


def _merge_by_hand(
    draft: Draft, about: dict[str, Any], seen: tuple[str, str], kept: str, against: str
) -> None:
    """A merge at QuickBooks' screen, and why it has to be done there."""
    drop, keep = about["ref"], about["other_ref"]
    why = f" recon cannot do the same over the API: {against}." if against else ""
    action = Action(
        **about,
        kind="merge",
        title=f"Merge {draft.called(drop)} into {draft.called(keep)} in QuickBooks",
        why=_sure(draft, *seen, "its invoices are spread over two customers."),
        will=f"By hand in the QuickBooks screen; the next pull checks that it is done.{kept}{why}",
        undo="none",
    )
    draft.add(action, [draft.merge_in_qbo(keep, drop)])


def _move_over_api(draft: Draft, about: dict[str, Any], moves: Moves, kept: str) -> None:
    """What QuickBooks' API can do in place of a merge.

    Source: Intuit, Customer entity, Active; recon reads no journal entries, bills, time entries or
        recurring templates, so that a person has to say that nothing of them matters; read
        2026-11-22.
    """
    drop, keep = about["ref"], about["other_ref"]
    goes, stays, sales = draft.called(drop), draft.called(keep), moves.counted(drop)
    writes = moves.writes(drop, keep)
    kind: ActionKind = "move" if sales else "deactivate"
    title = f"Make {goes} inactive in QuickBooks: {stays} stays"
    why = "Both seem to be one party, and no sale or payment is booked on this one."
    will = "No look-up finds it any more."
    if sales:
        title = f"Move {sales} of {goes} to {stays} in QuickBooks, and make {goes} inactive"
        why = "Both seem to be one party; its sales are spread over two customers."
        will = (
            f"{sales}, dated {moves.period(drop)}, get the customer {stays}: number, amounts, "
            f"address and e-mail of each stay. {counted(len(writes), 'request')} to QuickBooks."
        )
    action = Action(
        **about,
        kind=kind,
        title=title,
        why=why,
        will=f"{will} It can be undone; a merge cannot.{kept} {_UNREAD}",
    )
    draft.add(action, writes, "move")


_UNREAD = (
    "What recon does not read (bills, journal and time entries, recurring sales) goes on "
    "naming the inactive one: look first."
)


def make_one_in_the_app(draft: Draft, parties: Parties, addresses: Addresses | None) -> None:
    """Have two clients of one party share one customer."""
    for drop, keep in sorted(parties.app_keeper.items()):
        target = _held_by(draft, drop)
        if target and not _loses_its_customer(draft, parties, target):
            continue  # each has a customer of its own already, and keeps it
        why = _sure(draft, drop, keep, "QuickBooks would get a second customer for it.")
        way = _way(draft, parties, drop, keep, addresses)
        if way[3] == "merge" or not _share_one(parties, drop, keep):
            _one(draft, (drop, keep), why, (drop, keep), way)
            if not target:
                _if_they_are_two(draft, parties, drop, keep)


def _held_by(draft: Draft, client: str) -> str:
    """The customer that a client is linked to for good: nobody merges or picks clients there."""
    links, profile = draft.case.books.app.links, draft.case.profile.links
    if profile.merges_clients or "customer" in profile.by_hand:
        return ""
    found = links.loc[links["ref"] == client, "linked_ref"]
    return str(found.iloc[0]) if len(found) else ""


def _loses_its_customer(draft: Draft, parties: Parties, target: str) -> bool:
    """Whether a linked customer goes into another one by this plan, or is inactive already."""
    return target in parties.qbo_keeper or not draft.rows.get(target, {}).get("active", False)


def _if_they_are_two(draft: Draft, parties: Parties, drop: str, keep: str) -> None:
    """The other answer, where a second client of one name would not get through as he is."""
    namesakes = unique_key(draft.name(drop)) == unique_key(draft.name(keep))
    if makes_none(draft):
        if parties.outcome[drop]["fault"] == "not_found":
            make_beside_a_namesake(draft, drop, unlike=keep)
    elif namesakes and usable(draft, drop):
        rename_in_app(draft, drop, "client_dup_in_source", unlike=keep)


def merge_with_the_linked(
    draft: Draft, ref: str, keep: str, other: str, addresses: Addresses | None
) -> None:
    """A client whose customer another client holds: the two are one party."""
    why = f"Both are {draft.rows[other]['name']} in QuickBooks; a second would be made."
    way = _way(draft, Parties({}, settled={other: keep}), ref, keep, addresses)
    _one(draft, (ref, keep), why, (ref, other), way)


_Way = tuple[str, str, list[Write], ActionKind]
"""Title, what will happen, writes and kind of the way to have two clients share a customer."""


def _one(draft: Draft, both: tuple[str, str], why: str, seen: tuple[str, str], way: _Way) -> None:
    """Add the way of the app; `seen` are the two records that the evidence is about."""
    title, will, writes, kind = way
    drop, keep = both
    draft.add(
        Action(
            id="",
            kind=kind,
            ref=drop,
            other_ref=keep,
            title=title,
            why=why,
            will=will,
            cause="client_dup_in_source",
            **evidence(draft, *seen),
            compare=draft.compare(drop, keep),
            undo="none" if kind == "merge" else "partial",
            bulk=False,
            advised=_is_sure(draft, *seen) or seen != (drop, keep),
            claims="same",
        ),
        writes,
    )
    if kind == "skip":
        _leave_its_sales_out(draft, drop, keep)


def _way(draft: Draft, parties: Parties, drop: str, keep: str, addresses: Addresses | None) -> _Way:
    """The first way that the app offers."""
    profile, gone, stays = draft.case.profile, draft.called(drop), draft.called(keep)
    about = profile.about
    if profile.links.merges_clients:
        return (
            f"Merge {gone} into {stays} in {about.name}",
            f"{draft.in_app.way}: its invoices and payments move to the one that stays.",
            [draft.merge_in_app(keep, drop)],
            "merge",
        )
    customer = _customer_of(parties, keep)
    if "customer" in profile.links.by_hand and customer:
        found = customer in parties.settled and keep not in set(draft.case.books.app.links["ref"])
        # a customer that somebody has picked is not found by its name any more
        both = (keep, drop) if found else (drop,)
        return (
            f"Link {gone} to the customer of {stays} in {about.name}",
            f"By hand in {about.name}, which has no merge: both then go to one customer.",
            [draft.link_in_app(ref, customer) for ref in both],
            "link",
        )
    if profile.customer.relinks and not _held_by(draft, drop):  # no name takes a link back
        same = f"{about.name} has no merge, and links both to one customer where it finds one."
        if addresses is not None:
            address = str(draft.planned.get((keep, "email")) or draft.rows[keep]["email"] or "")
            fields, what = {"email": address}, f"the address of {stays}"
        else:
            name = str(draft.planned.get((keep, "name")) or draft.name(keep))
            fields, what = {"name": name}, f"the name {name}"
        title = f"Give {gone} {what} in {about.name}"
        return title, same, [draft.edit_in_app(drop, fields)], "rename"
    return (
        f"Leave {gone} out: {stays} is the same party",
        f"{about.name} has no merge. Nothing of {gone} is sent: use {stays} from now on.",
        [],
        "skip",
    )


def _share_one(parties: Parties, drop: str, keep: str) -> bool:
    """Whether both clients go to one customer of QuickBooks as things are."""
    one, other = parties.outcome[drop], parties.outcome[keep]
    linked = one["effect"] == other["effect"] == "link"
    return bool(linked and one["target_ref"] == other["target_ref"])


def _customer_of(parties: Parties, client: str) -> str:
    """The customer that is, or will be, linked to a client; empty where there is none yet."""
    linked = {ref: target for target, ref in parties.settled.items()}
    found = parties.partner.get(client) or linked.get(client, "")
    return found if found.startswith("qbo:") else ""


def _leave_its_sales_out(draft: Draft, drop: str, keep: str) -> None:
    """The invoices and payments of a client that is left out stay out with it."""
    app = draft.case.books.app
    for table, kind in ((app.invoices, "invoice"), (app.payments, "payment")):
        for ref in table.loc[(table["customer_ref"] == drop).fillna(value=False), "ref"]:
            draft.add(
                Action(
                    id="",
                    kind="skip",
                    ref=str(ref),
                    title=f"Leave {kind} {split_ref(ref)[2]} out with {draft.called(drop)}",
                    why=f"Its client is left out: the same party as {draft.called(keep)}.",
                    will="Nothing is sent.",
                    cause="client_dup_in_source",
                    bulk=False,
                )
            )


def _is_sure(draft: Draft, drop: str, keep: str) -> bool:
    return pair_of(draft, drop, keep)["band"] in _SURE


def _sure(draft: Draft, drop: str, keep: str, so: str) -> str:
    if _is_sure(draft, drop, keep):
        return f"Both are one party; {so}"
    return f"Perhaps both are one party; then {so} A merge cannot be undone: be sure."

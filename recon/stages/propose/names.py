"""Names: whoever stands in the way of one, namesakes, and names of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from recon.plan import Action
from recon.rules.names import free_name, illegal_in_name, legal_name, unique_key
from recon.stages.propose.addresses import Addresses
from recon.stages.propose.astray import keep_home
from recon.stages.propose.draft import Draft
from recon.stages.propose.parties import Parties

_SUFFIX = {"vendor": "V", "employee": "E"}


def usable(draft: Draft, ref: str) -> bool:
    """Whether QuickBooks could bear the name that the app looks for."""
    name, own = draft.name(ref), draft.rows[ref]["name"]
    named = own is not None and len(own) >= draft.case.profile.customer.name_min
    return named and not illegal_in_name(name) and name == name.strip()


def makes_none(draft: Draft) -> bool:
    """Whether the app makes no customers by itself."""
    return draft.case.profile.customer.on_miss == "refuse"


def free_the_name(draft: Draft, parties: Parties, ref: str) -> None:
    """Take a client's name from whoever holds it in QuickBooks; nobody renames the inactive."""
    given = {*parties.partner.values(), *parties.settled}  # these get another name, or keep it
    holders = draft.holders.get(unique_key(draft.name(ref)), ())
    if holders and not any(draft.rows[holder]["active"] for holder in holders):
        rename_in_app(draft, ref, "same_name_different_party")
        return
    for holder in holders:
        if holder not in given and draft.rows[holder]["active"]:
            is_new = holder not in draft.touched
            rename_holder(draft, ref, holder)
            if is_new and draft.rows[holder]["kind"] in _SUFFIX:
                _other_ways(draft, ref, holder)


def rename_holder(draft: Draft, ref: str, holder: str) -> str:
    """The action that gives whoever holds a client's name another one; its id."""
    if holder in draft.touched:
        return draft.touched[holder]  # it makes room for another client of that name already
    row = draft.rows[holder]
    kind = row["kind"]
    hints = (
        [_SUFFIX[kind]] if kind in _SUFFIX else [str(row["city"] or ""), str(row["region"] or "")]
    )
    name = free_name(str(row["name"]), draft.taken, *hints)
    somebody = f"the {kind}" if kind in _SUFFIX else "another customer"
    return draft.add(
        Action(
            id="",
            kind="rename",
            ref=ref,
            other_ref=holder,
            title=f"Rename {somebody} {row['name']} to {name} in QuickBooks",
            why=f"QuickBooks gives a name once only, and {somebody} holds the one that the app "
            "will look for.",
            will=f"{somebody[0].upper()}{somebody[1:]} is called {name}; nothing else changes.",
            cause=f"name_taken_by_{kind}" if kind in _SUFFIX else "same_name_different_party",
            compare=draft.compare(ref, holder),
            bulk=kind != "employee",
            claims="" if kind in _SUFFIX else "different",
        ),
        [draft.rename(holder, name)],
        "holder",
    )


def _other_ways(draft: Draft, ref: str, holder: str) -> None:
    """The other answers to a vendor or employee who holds a name: either side may give way.

    Source: Workiz help, "How to resolve common QuickBooks Online errors" (rename or deactivate
        the supplier or employee, or rename the client), read 2026-11-22; QuickBooks writes off
        what is owed on a record that is made inactive: live capture, read 2026-11-22.
    """
    row = draft.rows[holder]
    cause, nothing_owed = f"name_taken_by_{row['kind']}", not row["balance"]
    rename_in_app(draft, ref, cause, advised=False)
    if nothing_owed and not draft.case.books.qbo.only_lists:
        draft.add(
            Action(
                id="",
                kind="deactivate",
                ref=ref,
                other_ref=holder,
                title=f"Make the {row['kind']} {row['name']} inactive in QuickBooks",
                why=f"QuickBooks gives a name once only, and the {row['kind']} holds the one that "
                "the app will look for.",
                will=f"The name is free again. For a {row['kind']} who is not needed any more: no "
                "new transaction can name an inactive one.",
                cause=cause,
                compare=draft.compare(ref, holder),
                bulk=False,
                advised=False,
            ),
            [draft.update(holder, {"Active": False}, {"active": False}, {"Active": True})],
            "holder",
        )


def part_namesakes(draft: Draft, parties: Parties, addresses: Addresses | None) -> None:
    """Give every client that would be linked to somebody else a name, or address, of its own."""
    for ref, row in sorted(parties.outcome.items()):
        if row["outcome"] != "wrong_link" or ref in parties.app_keeper:
            continue
        if ref in parties.partner:
            continue  # its own customer gets its name, and the namesake loses it
        target = str(row["target_ref"])
        if target in _linked_to(draft, ref):
            keep_home(draft, ref, target)
            _take_back(draft, ref, target)
            continue
        if addresses is not None and addresses.shares(ref, target.removeprefix("new:")):
            addresses.part(ref)
            continue
        alone = target.startswith("qbo:") and target not in parties.settled
        if alone and not shared_name(draft, parties, ref):
            if target not in parties.partner.values():
                rename_holder(draft, ref, target)
                _let_it_link(draft, ref, target)
            continue
        if not makes_none(draft):  # there it gets a name together with a customer
            rename_in_app(draft, ref, "same_name_different_party")


def _linked_to(draft: Draft, ref: str) -> set[str]:
    """What the app has stored for a client: no name or address changes that."""
    links = draft.case.books.app.links
    return set(links.loc[links["ref"] == ref, "linked_ref"])


def _take_back(draft: Draft, ref: str, target: str) -> None:
    """The other answer to a wrong link: it is taken back, and the client linked anew by its name.

    A question, because what was booked on the wrong record is nobody's but a person's to judge.
    """
    about, links = draft.case.profile.about, draft.case.profile.links
    way = "" if links.unlink_steps else " No way to do so at its screen is told of."
    writes = [draft.unlink_in_app(ref, target)]
    name, held = draft.name(ref), draft.name(target)
    if unique_key(name) == unique_key(held):  # or the next look-up would find the same again
        name = free_name(name, draft.taken, str(draft.rows[ref]["city"] or ""))
        draft.taken.add(unique_key(name))
        writes.insert(0, draft.edit_in_app(ref, {"name": name}))
    draft.add(
        Action(
            id="",
            kind="unlink",
            ref=ref,
            other_ref=target,
            title=f"Take back the link of {draft.called(ref)} to {held} in {about.name}",
            why="Whatever is sent of it is booked on somebody else.",
            will=f"By hand in {about.name}: the {about.client} is linked anew, as {name}. What was "
            f"booked on {held} stays there until somebody moves it.{way}",
            cause="wrong_stored_link",
            compare=draft.compare(ref, target),
            undo="partial",
            bulk=False,
            advised=False,
        ),
        writes,
    )


def _let_it_link(draft: Draft, ref: str, target: str) -> None:
    """The other answer to a namesake: it is the client's own customer, and all is well."""
    draft.add(
        Action(
            id="",
            kind="link",
            ref=ref,
            other_ref=target,
            title=f"Let the sync link {draft.called(ref)}: it is the same party",
            why="Name apart, nothing in the two records agrees; a person may know better.",
            will="Nothing is sent; from now on the link counts as right.",
            cause="same_name_different_party",
            compare=draft.compare(ref, target),
            bulk=False,
            advised=False,
            claims="same",
        )
    )


def shared_name(draft: Draft, parties: Parties, ref: str) -> bool:
    """Whether another client of the app is looked up under the same name."""
    others = parties.called[unique_key(draft.name(ref))]
    return any(other != ref and other not in parties.app_keeper for other in others)


def own_name(draft: Draft, ref: str) -> str:
    """A name that is a client's alone, on both sides, and that QuickBooks takes.

    Nobody else is given it from now on.
    """
    row, about = draft.rows[ref], draft.case.profile.about
    hints = [str(row[c] or "") for c in ("city", "address_line1", "number")]
    own = legal_name(str(row["name"]))[:100].rstrip() if _has_name(row) else ""
    number = f"{about.client.capitalize()} {row['number']}"
    name = own or str(row["address_line1"] or row["phone"] or number)
    if unique_key(name) in draft.taken:
        name = free_name(name, draft.taken, *hints)
    draft.taken.add(unique_key(name))
    return name


def _has_name(row: Mapping[str, Any]) -> bool:
    return bool(row["name"]) and len(row["name"]) > 1


def rename_in_app(
    draft: Draft, ref: str, cause: str, *, unlike: str = "", advised: bool = True
) -> None:
    """Give a client a name of its own in the app.

    Args:
        draft: the plan.
        ref: the client.
        cause: why.
        unlike: the client that recon takes for the same party: then this is the other answer.
        advised: whether recon itself would do it.
    """
    about, row, name = draft.case.profile.about, draft.rows[ref], own_name(draft, ref)
    why = "It has no name: the sync would put it together with every other nameless client."
    if unlike:
        why = f"If it is another party than {draft.called(unlike)}: QuickBooks gives a name once."
    elif _has_name(row):
        why = "Another party has the same name, which QuickBooks gives once only."
        if cause.startswith("name_taken_by_"):
            why = "Somebody who is no customer holds the name; QuickBooks would refuse it."
    draft.add(
        Action(
            id="",
            kind="rename",
            ref=ref,
            other_ref=unlike,
            title=f"Rename {draft.called(ref)} to {name} in {about.name}",
            why=why,
            will=f"{draft.in_app.way}: the {about.client} gets a name of its own.",
            cause=cause,
            compare={"Name": (str(row["name"] or ""), name)},
            bulk=False,
            advised=advised and not unlike,
            claims="different" if unlike else "",
        ),
        [draft.edit_in_app(ref, {"name": name})],
    )

"""Customers: one party, one record on each side, under a name that the app will find.

1  the app's duplicates are merged in the app, QuickBooks' duplicates in its screen
2  every client that would miss its customer is given the customer that the evidence names
3  whoever stands in the way of a name (vendor, employee, somebody else) is renamed first
4  what is left: names and addresses that QuickBooks refuses, clients without a name
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from recon.plan import Action
from recon.rules.names import free_name, illegal_in_name, keys, legal_email, legal_name, unique_key
from recon.stages.propose.draft import Draft

_ASKED_AT_MOST = 3
_SUFFIX = {"vendor": "V", "employee": "E"}


@dataclass
class _Parties:
    """Who is who, as far as the evidence goes.

    Attributes:
        outcome: the app's ref to its row of OUTCOMES.
        app_keeper: the app's duplicate to the client that stays.
        qbo_keeper: QuickBooks' duplicate to the customer that stays.
        settled: QuickBooks ref to the client that will rightly be linked to it.
        probability: (app ref, QuickBooks ref) to match probability.
        partner: the app's ref to the QuickBooks customer that it should be linked to.
    """

    outcome: dict[str, Any]
    app_keeper: dict[str, str] = field(default_factory=dict)
    qbo_keeper: dict[str, str] = field(default_factory=dict)
    settled: dict[str, str] = field(default_factory=dict)
    probability: dict[tuple[str, str], float] = field(default_factory=dict)
    partner: dict[str, str] = field(default_factory=dict)


def propose_customers(draft: Draft, outcomes: pd.DataFrame) -> None:
    """Add every action on customers, vendors and employees to the draft."""
    parties = _who_is_who(draft, outcomes)
    _merge_duplicates(draft, parties)
    _give_each_its_customer(draft, parties)
    _part_namesakes(draft, parties)
    _mend_refusals(draft, parties)


def _who_is_who(draft: Draft, outcomes: pd.DataFrame) -> _Parties:
    case = draft.case
    limit = case.settings.same_party
    parties = _Parties({row["ref"]: row for row in outcomes.to_dict("records")})
    across = case.partners("customer", "app-qbo", case.settings.worth_asking)
    for pair in across.to_dict("records"):
        parties.probability[pair["left_ref"], pair["right_ref"]] = pair["match_probability"]
    linked = {
        ref: row["target_ref"] for ref, row in parties.outcome.items() if row["outcome"] == "link"
    }
    parties.app_keeper = _keepers(
        case.partners("customer", "app-app", limit),
        lambda ref: (ref in linked, draft.used.get(ref, "") != "", _count(draft, ref)),
    )
    parties.settled = {
        target: ref for ref, target in linked.items() if ref not in parties.app_keeper
    }
    alive = {
        ref for ref in draft.rows if ref.startswith("qbo:customer:") and draft.rows[ref]["active"]
    }
    within = case.partners("customer", "qbo-qbo", limit)
    within = within[within["left_ref"].isin(alive) & within["right_ref"].isin(alive)]
    parties.qbo_keeper = _keepers(
        within, lambda ref: (ref in parties.settled, _count(draft, ref), "")
    )
    return parties


def _count(draft: Draft, ref: str) -> int:
    said = draft.used.get(ref, "")
    return int(said.split(" ", 1)[0]) if said else 0


def _keepers(pairs: pd.DataFrame, worth: Any) -> dict[str, str]:
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
    kept: dict[str, str] = {}
    for members in clusters.values():
        keeper = max(members, key=worth)
        kept.update({ref: keeper for ref in members if ref != keeper})
    return kept


def _merge_duplicates(draft: Draft, parties: _Parties) -> None:
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
                evidence=_evidence(draft, drop, keep),
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
                evidence=_evidence(draft, drop, keep),
                compare=draft.compare(drop, keep),
                undo="none",
                bulk=False,
            ),
            [draft.merge_in_qbo(keep, drop)],
        )


def _give_each_its_customer(draft: Draft, parties: _Parties) -> None:
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
    draft: Draft, parties: _Parties, ref: str, other: str, *, advised: bool = True
) -> None:
    """One name on both sides: QuickBooks takes the app's, unless that name cannot be had."""
    name, row = draft.name(ref), draft.rows[other]
    about = draft.case.profile.about
    in_app = (
        about.truth_side == "qbo" or not _usable(draft, ref) or _shared_name(draft, parties, ref)
    )
    if in_app:
        _equalise_in_app(draft, ref, other, advised=advised)
        return
    after = _free_the_name(draft, parties, ref, other) if advised else ()
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
    pair = _pair(draft, ref, other)
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
        "evidence": _evidence(draft, ref, other),
        "compare": draft.compare(ref, other),
        "advised": advised,
    }


def _usable(draft: Draft, ref: str) -> bool:
    """Whether QuickBooks could bear the name that the app looks for."""
    name = draft.name(ref)
    literal = draft.case.profile.customer.blank_literal
    return not illegal_in_name(name) and name == name.strip() and name != literal


def _free_the_name(draft: Draft, parties: _Parties, ref: str, other: str = "") -> tuple[str, ...]:
    """Actions that take a client's name from whoever else holds it; ids, to be done first."""
    ids = []
    for holder in _holders(draft, draft.name(ref)):
        if holder in {other, *parties.partner.values()}:
            continue  # it gets another name anyway
        kind = draft.rows[holder]["kind"]
        if kind == "customer" and not draft.rows[holder]["active"]:
            continue
        ids.append(_rename_holder(draft, ref, holder))
    return tuple(ids)


def _holders(draft: Draft, name: str) -> list[str]:
    qbo, key = draft.case.books.qbo, unique_key(name)
    found = []
    for table in (qbo.vendors, qbo.employees, qbo.customers):
        found += list(table.loc[keys(table["name"]) == key, "ref"])
    return found


def _rename_holder(draft: Draft, ref: str, holder: str) -> str:
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
        ),
        [draft.rename(holder, name)],
        "holder",
    )


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
            band=_pair(draft, ref, other)["band"],
            evidence=_evidence(draft, ref, other),
            compare=draft.compare(ref, keep),
            undo="none",
            bulk=False,
        ),
        [draft.merge_in_app(keep, ref)],
    )


def _part_namesakes(draft: Draft, parties: _Parties) -> None:
    """Give every client that would be linked to somebody else a name of its own."""
    for ref, row in sorted(parties.outcome.items()):
        if row["outcome"] != "wrong_link" or ref in parties.app_keeper:
            continue
        if ref in parties.partner:
            continue  # its own customer gets its name, and the namesake loses it
        target = str(row["target_ref"])
        alone = target.startswith("qbo:") and target not in parties.settled
        if alone and not _shared_name(draft, parties, ref):
            if target not in parties.partner.values():
                _rename_holder(draft, ref, target)
            continue
        _rename_in_app(draft, ref, "same_name_different_party")


def _shared_name(draft: Draft, parties: _Parties, ref: str) -> bool:
    """Whether another client of the app is looked up under the same name."""
    key = unique_key(draft.name(ref))
    return any(
        unique_key(draft.name(other)) == key
        for other in parties.outcome
        if other != ref and other not in parties.app_keeper
    )


def _rename_in_app(draft: Draft, ref: str, cause: str) -> None:
    about = draft.case.profile.about
    row = draft.rows[ref]
    own = row["name"] if row["name"] and len(row["name"]) > 1 else None
    number = f"{about.client.capitalize()} {row['number']}"
    hints = [str(row[c] or "") for c in ("city", "address_line1", "number")]
    if own is None:
        wanted = str(row["address_line1"] or row["phone"] or number)
        name = (
            wanted
            if unique_key(wanted) not in draft.taken
            else free_name(wanted, draft.taken, *hints)
        )
        why = "It has no name: the sync would put it together with every other nameless client."
    else:
        name = free_name(own, draft.taken, *hints)
        why = "Another party has the same name; the sync would link both to one customer."
    draft.taken.add(unique_key(name))
    draft.add(
        Action(
            id="",
            kind="rename",
            ref=ref,
            other_ref="",
            title=f"Rename {draft.name(ref)} (number {row['number']}) to {name} in {about.name}",
            why=why,
            will=f"By hand in {about.name}: the {about.client} gets a name of its own.",
            cause=cause,
            compare={"Name": (str(row["name"] or ""), name)},
            bulk=False,
        ),
        [draft.edit_in_app(ref, {"name": name})],
    )


def _mend_refusals(draft: Draft, parties: _Parties) -> None:
    """Whatever QuickBooks would still refuse, and clients that have no name at all."""
    literal = draft.case.profile.customer.blank_literal
    for ref, row in sorted(parties.outcome.items()):
        if ref in parties.app_keeper or ref in parties.partner:
            continue
        name = draft.name(ref)
        if name == literal and row["outcome"] in {"create", "link"}:
            _rename_in_app(draft, ref, "blank_client_collapses")
        elif row["outcome"] != "refuse":
            continue
        elif row["fault"] == "6240" and name == name.strip():
            _free_the_name(draft, parties, ref)
        elif row["fault"] in {"2040", "2050", "6240"}:
            _clean_name(draft, ref)
        elif row["fault"] == "2210":
            _clean_email(draft, ref)


def _clean_name(draft: Draft, ref: str) -> None:
    about = draft.case.profile.about
    name = legal_name(draft.name(ref))[:100].rstrip()
    if unique_key(name) in draft.taken and name != draft.name(ref).strip():
        name = free_name(name, draft.taken)
    draft.taken.add(unique_key(name))
    draft.add(
        Action(
            id="",
            kind="rename",
            ref=ref,
            title=f"Rename {draft.name(ref)} to {name} in {about.name}",
            why="QuickBooks refuses the name as it is written.",
            will=f"By hand in {about.name}: the {about.client} gets a name that QuickBooks takes.",
            cause="name_illegal_characters",
            compare={"Name": (draft.name(ref), name)},
            bulk=False,
        ),
        [draft.edit_in_app(ref, {"name": name})],
    )


def _clean_email(draft: Draft, ref: str) -> None:
    about = draft.case.profile.about
    address = str(draft.rows[ref]["email"] or "")
    tidied = address.strip().replace(" ", "").replace(";", ",").rstrip(".,")
    offered = tidied if legal_email(tidied) else ""
    draft.add(
        Action(
            id="",
            kind="edit",
            ref=ref,
            title=f"Correct the e-mail address of {draft.name(ref)} in {about.name}",
            why=f"QuickBooks refuses the address {address}.",
            will=f"By hand in {about.name}: {offered or 'the address is emptied'}.",
            cause="email_invalid",
            compare={"E-mail": (address, offered)},
            bulk=False,
        ),
        [draft.edit_in_app(ref, {"email": offered})],
    )


def _pair(draft: Draft, left: str, right: str) -> dict[str, Any]:
    return (
        draft.pairs.get((left, right))
        or draft.pairs.get((right, left))
        or {"band": "", "reasons": ""}
    )


def _evidence(draft: Draft, left: str, right: str) -> tuple[str, ...]:
    said = _pair(draft, left, right)["reasons"] or ""
    return tuple(part.strip() for part in str(said).split(";") if part.strip())

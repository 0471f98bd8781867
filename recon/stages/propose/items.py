"""Items: one thing, one item, under the key that the app's lines carry."""

from __future__ import annotations

from typing import Any

import pandas as pd

from recon.plan import Action
from recon.rules.names import free_name, keys, legal_name, unique_key, without_deleted
from recon.stages.propose.astray import keep_home_or_take_back
from recon.stages.propose.draft import Draft
from recon.stages.propose.reasons import told_of

_NAME_MAX = 100


def propose_items(draft: Draft, outcomes: pd.DataFrame) -> None:
    """Add every action on items to the draft."""
    rows = {row["ref"]: row for row in outcomes.to_dict("records")}
    given = {row["target_ref"] for row in rows.values() if row["outcome"] == "link"}
    stored = set(draft.case.books.app.links["ref"])  # no name takes such a link back
    dropped = _merge_products(draft, rows)
    for ref, row in rows.items():
        if ref in dropped:
            continue
        if row["outcome"] == "wrong_link" and ref in stored:
            keep_home_or_take_back(draft, ref, str(row["target_ref"]))
        elif row["outcome"] == "wrong_link":
            _rename_first_hit(draft, ref, str(row["target_ref"]))
        elif row["outcome"] == "refuse":
            _make_room(draft, ref, str(row["fault"]))
    _merge_what_was_made(draft, rows)
    _equalise_names(draft, {ref: row for ref, row in rows.items() if ref not in dropped}, given)


def _merge_products(draft: Draft, rows: dict[Any, Any]) -> set[str]:
    """One product for each thing in the app: what is sold under two keys makes two items."""
    case, about = draft.case, draft.case.profile.about
    made = {ref: _made_by_the_sync(draft, row) for ref, row in rows.items()}
    dropped: set[str] = set()
    for pair in case.partners("item", "app-app", case.settings.same_party).to_dict("records"):
        both = [ref for ref in (pair["left_ref"], pair["right_ref"]) if ref in rows]
        if len(both) < 2 or dropped & set(both):
            continue
        both.sort(key=lambda ref: (rows[ref]["outcome"] != "link", made[ref]))
        keep, drop = both
        after = made[drop]
        if rows[drop]["outcome"] == "link" and not after:
            continue  # QuickBooks has an item for each: nothing is made twice
        dropped.add(drop)
        draft.add(
            Action(
                id="",
                kind="merge",
                ref=drop,
                other_ref=keep,
                title=f"Sell {draft.name(drop)} as {draft.name(keep)} in {about.name}",
                why="Both are one thing; QuickBooks would get a second item for it.",
                will=f"{draft.in_app.way}: lines get the other {about.product}, "
                "this one is deleted.",
                cause="item_dup_name",
                **told_of(pair),
                compare=draft.compare(drop, keep),
                undo="full" if draft.in_app.live else "partial",
                bulk=False,
                claims="same",
            ),
            draft.in_app.sell_as(keep, drop),
        )
        if after and rows[keep]["outcome"] == "link":
            _merge_items(draft, str(rows[keep]["target_ref"]), after, (keep, drop), pair)
    return dropped


def _made_by_the_sync(draft: Draft, row: Any) -> str:
    """The item of a product, where the sync that is on has made it; empty where not."""
    since, target = draft.case.since, str(row["target_ref"])
    made = draft.rows.get(target, {}).get("created_at")
    linked = row["effect"] == "link" and since is not None
    return target if linked and made is not None and made >= since else ""


def _merge_what_was_made(draft: Draft, rows: dict[Any, Any]) -> None:
    """Where the sync made an item beside the product's own, that one goes into the one it made.

    Evidence is either that the other item is the product too, or that both items are one: beside
    the item that carries its name, a product's other item is a poor match.
    """
    case = draft.case
    linked = {row["target_ref"] for row in rows.values() if row["effect"] == "link"}
    made = {_made_by_the_sync(draft, row): ref for ref, row in rows.items()}
    maker = {ref: keep for keep, ref in made.items() if keep}
    seen: set[str] = set()
    across = case.partners("item", "app-qbo", case.settings.same_party).to_dict("records")
    within = case.partners("item", "qbo-qbo", case.settings.same_party).to_dict("records")
    ends = [(maker.get(p["left_ref"], ""), p["left_ref"], p["right_ref"], p) for p in across]
    for p in within:
        for keep, drop in ((p["left_ref"], p["right_ref"]), (p["right_ref"], p["left_ref"])):
            ends.append((keep if keep in made else "", keep, drop, p))
    for keep, shown, drop, pair in ends:
        if keep and keep in draft.rows and keep != drop and drop not in linked | seen:
            seen.add(drop)
            _merge_items(draft, keep, drop, (shown, drop), pair)


def _merge_items(
    draft: Draft, keep: str, drop: str, shown: tuple[str, str], pair: dict[Any, Any]
) -> None:
    """Two items of one thing are merged at QuickBooks' screen, into the one that the app goes by.

    Source: Intuit help, "Merging products or services": what was sold as the one that goes is shown
        under the one that stays, and it cannot be undone; read 2026-11-26. That both have to be of
        one type is the screen's rule for accounts, taken to hold for items too.
    """
    stays, goes = draft.rows[keep], draft.rows[drop]
    if keep == drop or not goes["active"] or stays["type"] != goes["type"]:
        return
    draft.add(
        Action(
            id="",
            kind="merge",
            ref=drop,
            other_ref=keep,
            title=f"Merge item {draft.name(drop)} into {draft.name(keep)} in QuickBooks",
            why="The sync made a second item for one thing; the app goes by the one that stays.",
            will="By hand in the QuickBooks screen; the next pull checks that it is done.",
            cause="duplicate_in_qbo",
            **told_of(pair),
            compare=draft.compare(*shown),
            undo="none",
            bulk=False,
            claims="same",
        ),
        [draft.merge_in_qbo(keep, drop)],
    )


def _equalise_names(draft: Draft, rows: dict[Any, Any], given: set[str]) -> None:
    """Give every product that would be made a second time the item that the evidence names."""
    case = draft.case
    asked: set[str] = set()
    for pair in case.partners("item", "app-qbo", case.settings.worth_asking).to_dict("records"):
        ref, other = pair["left_ref"], pair["right_ref"]
        if ref not in rows or not _would_be_made(rows[ref]):
            continue
        sure = pair["match_probability"] >= case.settings.same_party
        if other in given or ref in asked or other in draft.touched:
            continue
        if sure:
            asked.add(ref)
            given.add(other)
        _equalise(draft, ref, other, pair, advised=sure)


def _would_be_made(row: Any) -> bool:
    """Whether an item is made, or would be once its name is free: the same plan has to ask."""
    return row["outcome"] in {"duplicate", "create"} or row["fault"] == "6240"


def _equalise(draft: Draft, ref: str, other: str, pair: dict[Any, Any], *, advised: bool) -> None:
    key, row = str(draft.rows[ref]["name"]), draft.rows[other]
    active = bool(row["active"])
    why = {
        True: "The sync would not find the item and make a second one.",
        False: "Perhaps the same item; recon is not sure and would not do it by itself.",
    }
    draft.add(
        Action(
            id="",
            kind="rename" if active else "reactivate",
            ref=ref,
            other_ref=other,
            title=f"Rename item {without_deleted(row['name'])} to {key} in QuickBooks",
            why=why[advised],
            will="The item gets the app's exact name; documents already sent keep their text.",
            cause="near_miss" if active else "inactive_twin",
            **told_of(pair),
            compare=draft.compare(ref, other),
            advised=advised,
            claims="same",
        ),
        [draft.rename(other, key)],
        "item",
    )


def _rename_first_hit(draft: Draft, ref: str, hit: str) -> None:
    """Two items of one name in different categories: the one the app must not take is renamed."""
    row = draft.rows[hit]
    if row["type"] == "Group":
        _rename_bundle(draft, ref, hit)
        return
    name = free_name(str(row["name"]), _item_names(draft), str(row["category"] or ""))
    draft.add(
        Action(
            id="",
            kind="rename",
            ref=ref,
            other_ref=hit,
            title=f"Rename item {row['full_name'] or row['name']} to {name} in QuickBooks",
            why="Two items have this name; the app takes the first, which is the wrong one.",
            will="The item gets a name of its own; documents already sent keep their text.",
            cause="item_leaf_name_ambiguous",
            compare=draft.compare(ref, hit),
            claims="different",
        ),
        [draft.rename(hit, name)],
        "category",
    )


def _make_room(draft: Draft, ref: str, fault: str) -> None:
    """What QuickBooks refuses: the name is held at the top level, or it is not a legal one."""
    key = str(draft.rows[ref]["name"])
    if fault in {"2040", "2050"}:
        _clean_key(draft, ref, key)
        return
    if fault == "item_type":
        _sell_under_another_name(draft, ref, key)
        return
    items = draft.case.books.qbo.items
    top = items[items["parent_ref"].isna()]
    names = keys(top["name"], lambda name: unique_key(without_deleted(name)))
    for holder in top.loc[names == unique_key(key), "ref"]:
        row = draft.rows[holder]
        if holder in draft.touched:
            continue  # it makes room, or wakes up, for another spelling of the key already
        if row["type"] == "Group":
            _rename_bundle(draft, ref, holder)
        elif row["type"] == "Category":
            _rename_category(draft, ref, holder)
        elif not row["active"]:
            draft.add(
                Action(
                    id="",
                    kind="reactivate",
                    ref=ref,
                    other_ref=holder,
                    title=f"Make item {without_deleted(row['name'])} active again in QuickBooks",
                    why="An inactive item keeps its name: QuickBooks refuses a second one.",
                    will="The item is active again and the sync links to it.",
                    cause="inactive_item",
                    compare=draft.compare(ref, holder),
                ),
                [draft.rename(holder, key)],
                "item",
            )


def _rename_category(draft: Draft, ref: str, holder: str) -> None:
    row = draft.rows[holder]
    name = free_name(str(row["name"]), _item_names(draft), "category")
    draft.add(
        Action(
            id="",
            kind="rename",
            ref=ref,
            other_ref=holder,
            title=f"Rename category {row['name']} to {name} in QuickBooks",
            why="The app's look-up passes over categories, but the name is taken all the same.",
            will="The heading gets another name; the items below it stay where they are.",
            cause="item_name_held_by_category_or_group",
            compare=draft.compare(ref, holder),
        ),
        [draft.rename(holder, name)],
        "category",
    )


def _rename_bundle(draft: Draft, ref: str, holder: str) -> None:
    """No API changes a bundle: where the app's takes a new name instead, nobody has to click.

    Not where the product may be an item that is there already: that one is to get the name.
    """
    row, in_app = draft.rows[holder], draft.in_app.live and not _may_be_there(draft, ref)
    if in_app:
        _sell_beside_the_bundle(draft, ref, holder)
    name = free_name(str(row["name"]), _item_names(draft), "bundle")
    draft.add(
        Action(
            id="",
            kind="rename",
            ref=ref,
            other_ref=holder,
            title=f"Rename bundle {row['name']} to {name} in QuickBooks",
            why="The name is a bundle's: the app passes over it or takes it for the "
            f"{draft.case.profile.about.product}, and neither is right.",
            will="By hand in QuickBooks: the API does not change bundles.",
            cause="item_name_held_by_category_or_group",
            compare=draft.compare(ref, holder),
            bulk=False,
            advised=not in_app,
        ),
        [
            draft.edit_in_qbo(
                holder,
                {"Name": name},
                (
                    "Open Sales > Products and services.",
                    f"Edit the bundle {row['name']}, change its name to {name}, Save.",
                ),
                {"name": name},
            )
        ],
    )


def _may_be_there(draft: Draft, ref: str) -> bool:
    """Whether QuickBooks may have the item of a product already, under another name."""
    likely = draft.case.partners("item", "app-qbo", draft.case.settings.worth_asking)
    return bool((likely["left_ref"] == ref).any())


def _sell_beside_the_bundle(draft: Draft, ref: str, holder: str) -> None:
    """The app's product gets a name of its own, over its API; the bundle keeps its name."""
    about, key = draft.case.profile.about, str(draft.rows[ref]["name"])
    name = free_name(key, _item_names(draft), "single")
    draft.add(
        Action(
            id="",
            kind="rename",
            ref=ref,
            other_ref=holder,
            title=f"Rename {about.product} {key[:60]} to {name[:60]} in {about.name}",
            why="The name is a bundle's in QuickBooks, and a sync cannot sell one.",
            will=f"{draft.in_app.way}: the {about.product} and the lines that name it. QuickBooks "
            "gets an item of its own for it, and the bundle stays as it is.",
            cause="item_name_held_by_category_or_group",
            compare={"Name": (key, name)},
            bulk=False,
        ),
        draft.in_app.rename_item(ref, name),
    )


def _sell_under_another_name(draft: Draft, ref: str, key: str) -> None:
    """A product without stock whose name is that of an item with stock gets a name of its own."""
    about, name = draft.case.profile.about, free_name(key, _item_names(draft), "no stock")
    draft.add(
        Action(
            id="",
            kind="rename",
            ref=ref,
            title=f"Rename {about.product} {key[:60]} to {name[:60]} in {about.name}",
            why="QuickBooks keeps stock of the item of this name, and no sync turns one kind into "
            "the other.",
            will=f"{draft.in_app.way}: the {about.product} and the lines that name it. QuickBooks "
            "gets an item of its own for it, and the stock of the other stays as it is.",
            cause="item_type_conversion",
            compare={"Name": (key, name)},
            bulk=False,
        ),
        draft.in_app.rename_item(ref, name),
    )


def _clean_key(draft: Draft, ref: str, key: str) -> None:
    """A key that no item may have: the product gets its item's name, or a legal one."""
    about = draft.case.profile.about
    partner = _partner(draft, ref)
    if partner:
        name = without_deleted(str(draft.rows[partner]["name"]))
    else:
        taken = _item_names(draft)
        name = legal_name(key)[:_NAME_MAX].rstrip()
        name = name if unique_key(name) not in taken else free_name(name, taken)
    draft.add(
        Action(
            id="",
            kind="rename",
            ref=ref,
            other_ref=partner,
            title=f"Rename {about.product} {key[:60]} to {name[:60]} in {about.name}",
            why="QuickBooks refuses the name as it is written.",
            will=f"{draft.in_app.way}: the {about.product} and the lines that name it.",
            cause="name_illegal_characters",
            compare={"Name": (key, name)},
            bulk=False,
        ),
        draft.in_app.rename_item(ref, name),
    )


def _partner(draft: Draft, ref: str) -> str:
    """The item that the evidence names for a product, empty when there is none."""
    sure = draft.case.partners("item", "app-qbo", draft.case.settings.same_party)
    found = sure.loc[sure["left_ref"] == ref, "right_ref"]
    return str(found.iloc[0]) if len(found) else ""


def _item_names(draft: Draft) -> set[str]:
    books = draft.case.books
    names = pd.concat([books.qbo.items["name"], books.app.items["name"]]).dropna().unique()
    return {unique_key(without_deleted(name)) for name in names}

"""Lists and fields that a sale leans on: terms, classes, company names, what was edited in the app.

What the checks find is mended through QuickBooks' API; what its API cannot change, at its screen.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from recon.checks.edits import product_edit_not_pushed
from recon.checks.kinds import people_and_companies
from recon.checks.lists import inactive_class, inactive_tax_code, missing_terms
from recon.counting import counted
from recon.plan import Action
from recon.rules.limits import COMPANY_NAME_MAX
from recon.rules.names import without_deleted
from recon.stages.propose.draft import Draft


def propose_fields(draft: Draft) -> None:
    """Add every action on lists and single fields to the draft; none where only lists were read."""
    if draft.case.books.qbo.only_lists:
        return
    _make_terms(draft)
    _wake_classes(draft)
    _wake_tax_codes(draft)
    _say_what_each_is(draft)
    _edit_items(draft)


def _make_terms(draft: Draft) -> None:
    """Payment terms of the app, made or woken; a question, since few apps send any."""
    for row in missing_terms(draft.case).to_dict("records"):
        called, asleep = str(row["called"]), row["other_ref"]
        if pd.isna(asleep) and pd.isna(row["days"]):
            continue  # QuickBooks wants days, which the name does not tell
        known = not pd.isna(asleep)
        draft.add(
            Action(
                id="",
                kind="reactivate" if known else "create",
                ref=str(row["ref"]),
                other_ref=str(asleep) if known else "",
                title=f"Make the terms {called} active again in QuickBooks"
                if known
                else f"Make the terms {called} in QuickBooks",
                why=f"{counted(int(row['number']), 'record has', 'records have')} them; an app "
                "that sends terms "
                "is refused where QuickBooks has none of that name.",
                will="The list of terms gets one more entry; no document changes.",
                cause="terms_missing",
                advised=False,
            ),
            [draft.wake(str(asleep)) if known else draft.create_term(called, int(row["days"]))],
            "tax",
        )


def _wake_classes(draft: Draft) -> None:
    for row in inactive_class(draft.case).to_dict("records"):
        name = without_deleted(draft.name(row["ref"]))
        draft.add(
            Action(
                id="",
                kind="reactivate",
                ref=row["ref"],
                title=f"Make the class {name} active again in QuickBooks",
                why=row["says"],
                will="The class can be chosen again; nothing else changes.",
                cause="inactive_class",
            ),
            [draft.wake(row["ref"])],
            "tax",
        )


def _wake_tax_codes(draft: Draft) -> None:
    """By hand: the API only reads tax codes.

    Source: Intuit, TaxCode entity (read only), read 2026-11-22.
    """
    for row in inactive_tax_code(draft.case).to_dict("records"):
        name = draft.name(row["ref"])
        clicks = (
            "Open Taxes > Sales tax, then Sales tax settings.",
            f"Show the inactive rates, choose {name}, make it active.",
        )
        draft.add(
            Action(
                id="",
                kind="reactivate",
                ref=row["ref"],
                title=f"Make the tax code {name} active again in QuickBooks",
                why=row["says"],
                will="By hand in QuickBooks; its API does not change tax codes.",
                cause="inactive_tax_code",
                bulk=False,
            ),
            [draft.edit_in_qbo(row["ref"], {"Active": True}, clicks, {"active": True})],
        )


def _say_what_each_is(draft: Draft) -> None:
    """A customer gets its company name, or its person's names; nothing is taken away.

    A question: it matters to apps that build names from these fields, and to no other.
    """
    for row in people_and_companies(draft.case).to_dict("records"):
        ref, other = str(row["ref"]), str(row["other_ref"])
        ours, held = draft.rows[ref], draft.rows[other]
        if row["ours"] == "company":
            fields = {"CompanyName": draft.name(ref)[:COMPANY_NAME_MAX]}
            shows = {"company_name": fields["CompanyName"]}
        else:
            fields = {"GivenName": ours["given_name"], "FamilyName": ours["family_name"]}
            shows = {"given_name": ours["given_name"], "family_name": ours["family_name"]}
        if not all(fields.values()) or other in draft.touched or not held["active"]:
            continue
        draft.add(
            Action(
                id="",
                kind="edit",
                ref=ref,
                other_ref=other,
                title=f"Say in QuickBooks that {held['name']} is a {row['ours']}",
                why=f"It is a {row['ours']} in the app, and QuickBooks has only names of a "
                f"{row['theirs']}.",
                will=f"{' and '.join(fields)} are filled in; the display name stays.",
                cause="individual_vs_company",
                compare=draft.compare(ref, other),
                advised=False,
            ),
            [draft.update(other, fields, shows, dict.fromkeys(fields, ""))],
            "customer",
        )


def _edit_items(draft: Draft) -> None:
    """The edit of a product made in QuickBooks too; a question, since either side may be right."""
    for row in product_edit_not_pushed(draft.case).to_dict("records"):
        ref, other = str(row["ref"]), str(row["other_ref"])
        ours, held = draft.rows[ref], draft.rows[other]
        changed = [
            (field, column)
            for column, field in _FIELDS.items()
            if ours[column] is not None and ours[column] != held[column]
        ]
        if not changed or other in draft.touched:
            continue
        draft.add(
            Action(
                id="",
                kind="edit",
                ref=ref,
                other_ref=other,
                title=f"Make the app's edit of {ours['name']} in QuickBooks too",
                why=row["says"],
                will="The item gets the app's values; documents already sent keep theirs.",
                cause="product_edit_not_pushed",
                compare=draft.compare(ref, other),
                advised=False,
            ),
            [
                draft.update(
                    other,
                    {field: _as_json(ours[column]) for field, column in changed},
                    {column: _as_json(ours[column]) for _, column in changed},
                    {field: _as_json(held[column]) for field, column in changed},
                )
            ],
            "item",
        )


_FIELDS = {"description": "Description", "unit_price": "UnitPrice", "cost": "PurchaseCost"}


def _as_json(value: Any) -> Any:
    """A value as QuickBooks takes it: an amount as a number, nothing as empty text."""
    if value is None:
        return ""
    return value if isinstance(value, str) else float(value)

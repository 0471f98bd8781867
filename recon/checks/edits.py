"""What was changed since the last sync, what the sync itself made, and what will not travel."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd

from recon.case import Case
from recon.checks.columns import among, at_the_latest, labelled, looked_up
from recon.checks.finding import findings
from recon.checks.linked import differ

_A_CENT = Decimal("0.01")


def _linked(case: Case, kind: str, table: str) -> pd.DataFrame:
    """Stored links of one kind with both records: ref, other_ref, and columns, `_held` behind."""
    links = case.books.app.links[["ref", "linked_ref"]].drop_duplicates("ref")
    links = links[links["ref"].str.startswith(f"app:{kind}:")]
    ours = getattr(case.books.app, table)
    theirs = getattr(case.books.qbo, table)
    theirs = theirs.rename(columns={name: f"{name}_held" for name in theirs})
    both = links.merge(ours, on="ref").merge(theirs, left_on="linked_ref", right_on="ref_held")
    return both.rename(columns={"linked_ref": "other_ref"})


def _differing(rows: pd.DataFrame, columns: dict[str, str]) -> pd.Series[Any]:
    """The labels of the columns in which both sides hold something else, joined with commas."""
    return labelled(
        pd.DataFrame(
            {
                label: differ(rows[column], rows[f"{column}_held"])
                for column, label in columns.items()
            }
        )
    )


def product_edit_not_pushed(case: Case) -> pd.DataFrame:
    """A linked product was edited in the app, and the app sends no edits of products.

    Source: Invoice Ninja user guide, product edits are not pushed, only new products are (one table
        of it says otherwise, which the profile asks about); read 2026-11-22.
    """
    rows = _linked(case, "item", "items")
    synced = looked_up(rows["ref"], case.books.app.sync_status.set_index("ref")["at"])
    edited = rows["updated_at"] > synced.fillna(rows["updated_at_held"])
    rows = rows.assign(what=_differing(rows, _OF_PRODUCTS), day=rows["updated_at"].dt.date)
    stays = edited.fillna(value=False) & (rows["what"] != "")
    return findings(
        product_edit_not_pushed,
        rows.iloc[:0] if case.profile.item.edits_travel else rows[stays],
        "{name} was edited in the app on {day} ({what}); QuickBooks will not hear of it.",
        severity="note",
        remedy="Make the same edit to the item in QuickBooks.",
        by="qbo or hand",
    )


_OF_PRODUCTS = {
    "name": "name", "description": "description", "unit_price": "price", "cost": "cost",
}  # fmt: skip


def will_not_travel(case: Case) -> pd.DataFrame:
    """A linked client owes another sum in QuickBooks, though all of its sales have travelled.

    No sync sends a balance: it follows from the sales on each side.

    Source: Invoice Ninja user guide, changes of a balance do not push; Intuit, Customer entity,
        Balance (read only once the customer is there); read 2026-11-22.
    """
    app = case.books.app
    sales = pd.concat([app.invoices, app.payments])
    yet_to_go = sales.loc[~among(sales["ref"], app.links["ref"]), "customer_ref"]
    rows = _linked(case, "customer", "customers")
    apart = ((rows["balance"] - rows["balance_held"]).abs() > _A_CENT).fillna(value=False)
    return findings(
        will_not_travel,
        rows[apart.astype(bool) & ~among(rows["ref"], yet_to_go)],
        "{name} owes {balance:.2f} in the app and {balance_held:.2f} in QuickBooks, and no sale of "
        "it is left to travel.",
        severity="wrong",
        remedy="Find the sale or credit that only one side has, and enter it on the other by hand.",
        by="hand",
    )


def our_write_makes_qbo_newer(case: Case) -> pd.DataFrame:
    """A record is newer in QuickBooks, or will be once recon changes it: the next pull takes it.

    Only for kinds that come from QuickBooks by themselves, and only where the two differ.

    Source: Invoice Ninja user guide, of webhooks only records that are newer in QuickBooks are
        taken; read 2026-11-22.
    """
    kinds = {"customer": "customers", "item": "items", "invoice": "invoices"}
    pulled = {
        kind: table
        for kind, table in kinds.items()
        if case.profile.flow[kind].pulls  # type: ignore[index]  # the keys are entities
    }
    found = [_newer(case, kind, table) for kind, table in pulled.items()]
    return findings(
        our_write_makes_qbo_newer,
        pd.concat(found, ignore_index=True) if found else [],
        "{shown}: {cause}, and the next pull takes over its {what} from there.",
        severity="wrong",
        remedy="Bring both sides in line first, or turn the pull off until the app has sent.",
        by="qbo or app",
    )


def _newer(case: Case, kind: str, table: str) -> pd.DataFrame:
    """Records of one kind of which QuickBooks' is newer, or will be: shown, cause, what."""
    planned = case.planned[case.planned["ref"].str.startswith(f"qbo:{kind}:")]
    linked = _linked(case, kind, table)
    ours, theirs = (getattr(side, table) for side in (case.books.app, case.books.qbo))
    theirs = theirs.rename(columns={name: f"{name}_held" for name in theirs})
    asked = planned[["ref", "for_ref"]].rename(columns={"ref": "other_ref", "for_ref": "ref"})
    written = asked.merge(ours, on="ref").merge(theirs, left_on="other_ref", right_on="ref_held")
    newer = linked["updated_at_held"] > at_the_latest(linked["updated_at"])
    already = newer.fillna(value=False).astype(bool)
    rows = pd.concat(
        [
            written.assign(cause="recon's own change makes QuickBooks' record the newer one"),
            linked[already].assign(cause="it was changed in QuickBooks after the app's last edit"),
        ],
        ignore_index=True,
    )
    rows = rows.assign(
        what=_differing(rows, _TAKEN_OVER[kind]),
        shown=rows["number" if kind == "invoice" else "name"].fillna(rows["ref"]),
    )
    return rows.loc[rows["what"] != "", ["ref", "other_ref", "shown", "cause", "what"]]


_TAKEN_OVER = {
    "customer": {"email": "e-mail", "phone": "phone", "address_line1": "street", "city": "city"},
    "item": {"description": "description", "unit_price": "price"},
    "invoice": {"date": "date", "due_date": "due date", "total": "total"},
}


def stale_edit_conflict(case: Case) -> pd.DataFrame:
    """A record that the plan is to change was changed in QuickBooks after the plan was made.

    Applying refuses such a change in any case: each names the version that it was made on.

    Source: Intuit, SyncToken and fault 5010, "Stale Object Error"; Workiz help, an edit that
        conflicts with a newer one; read 2026-11-22.
    """
    qbo = case.books.qbo
    held = pd.concat([qbo.customers, qbo.vendors, qbo.employees, qbo.items, qbo.invoices])
    planned = case.planned.dropna(subset=["sync_token"])
    held = held[among(held["ref"], planned["ref"])].set_index("ref")
    rows = planned.assign(
        now=planned["ref"].map(held["sync_token"]),
        name=planned["ref"].map(held["name"].fillna(held["number"])),
    ).dropna(subset=["now"])
    return findings(
        stale_edit_conflict,
        rows[rows["now"] != rows["sync_token"]],
        "{name} was changed in QuickBooks since the plan was made (version {sync_token} then, "
        "{now} now).",
        severity="blocks",
        remedy="Propose again: the change may have settled the matter, or made another of it.",
        by="hand",
        fault="5010",
    )


def duplicate_made_by_sync(case: Case) -> pd.DataFrame:
    """One party is in QuickBooks twice: from before the app was connected, and as the app made it.

    The day of the connection is the setting `connected_on`.

    Source: Spraye help, where no match is perfect a new customer is made; the old one is to be
        given the new one's exact display name, and the merge confirmed; read 2026-11-22.
    """
    return findings(
        duplicate_made_by_sync,
        made_by_sync(case),
        "{other_name} was made after the app was connected on {day} and is {name}, who was there "
        "before ({reasons}).",
        severity="wrong",
        remedy="In QuickBooks give the old customer exactly the new one's name; confirm the merge.",
        by="hand",
    )


def made_by_sync(case: Case) -> pd.DataFrame:
    """Pairs of active customers, one of which was made since the app was connected.

    Returns:
        PAIRS with ref and name (of the old one), other_ref and other_name, day.
    """
    day, held = case.settings.connected_on, case.books.qbo.customers.set_index("ref")
    pairs = case.partners("customer", "qbo-qbo", case.settings.same_party)
    pairs = pairs if day is not None else pairs.iloc[:0]
    since = held["created_at"] >= pd.Timestamp(day or 0, tz="UTC")
    late, other_late = (looked_up(pairs[side], since) for side in ("left_ref", "right_ref"))
    rows = pairs.assign(
        ref=pairs["left_ref"].where(other_late, pairs["right_ref"]),
        other_ref=pairs["right_ref"].where(other_late, pairs["left_ref"]),
        day=day,
    )
    rows = rows.assign(
        name=looked_up(rows["ref"], held["name"]),
        other_name=looked_up(rows["other_ref"], held["name"]),
    )
    active = looked_up(rows["ref"], held["active"]) & looked_up(rows["other_ref"], held["active"])
    return rows[(late != other_late) & active.astype(bool)]


def tax_edited_in_app(case: Case) -> pd.DataFrame:
    """A linked invoice carries another tax than QuickBooks has worked out; QuickBooks' counts.

    Source: Invoice Ninja user guide, Automatic Sales Tax: taxes cannot be adjusted in the app;
        Intuit, TaxPrefs.PartnerTaxEnabled; read 2026-11-22.
    """
    automatic = case.books.qbo.preference("PartnerTaxEnabled").casefold() == "true"
    rows = _linked(case, "invoice", "invoices") if automatic else _linked(case, "none", "invoices")
    apart = ((rows["tax"] - rows["tax_held"]).abs() > _A_CENT).fillna(value=False).astype(bool)
    return findings(
        tax_edited_in_app,
        rows[apart],
        "Invoice {number} carries {tax:.2f} of tax in the app and {tax_held:.2f} in QuickBooks.",
        severity="wrong",
        remedy="Take the change of tax back in the app: automated sales tax does not heed it.",
        by="app",
    )

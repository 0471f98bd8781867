"""What only a person can do at a screen of QuickBooks, and no record's outcome asks for.

Tax codes that cannot be told apart, payments that lie in a bank deposit, opening balances that the
app's own open invoices will double.
"""

from __future__ import annotations

from typing import Any

from recon.checks.deposits import opening_balance_customer, payment_deposited
from recon.checks.lists import tax_ambiguous_composite
from recon.plan import Action, Undo
from recon.stages.propose.draft import Draft


def propose_hand_work(draft: Draft) -> None:
    """Add every such action to the draft; none where only lists were read."""
    if draft.case.books.qbo.only_lists:
        return
    _tell_tax_codes_apart(draft)
    _take_out_of_deposits(draft)
    _void_opening_balances(draft)


def _tell_tax_codes_apart(draft: Draft) -> None:
    """Of several codes of the same rates the first stays.

    Source: Intuit, TaxCode entity (read only for the API), read 2026-11-22.
    """
    codes = draft.case.books.qbo.tax_codes
    for row in tax_ambiguous_composite(draft.case).to_dict("records"):
        parts = draft.rows[row["ref"]]["tax_parts"]
        alike = codes[codes["active"].fillna(value=True) & (codes["tax_parts"] == parts)]
        for ref in alike["ref"].iloc[1:]:
            name = draft.name(ref)
            clicks = (
                "Open Taxes > Sales tax, then Sales tax settings.",
                f"Choose {name}, make it inactive.",
            )
            draft.add(
                Action(
                    id="",
                    kind="deactivate",
                    ref=ref,
                    other_ref=row["ref"],
                    title=f"Make the tax code {name} inactive in QuickBooks",
                    why=row["says"],
                    will="By hand in QuickBooks; its API does not change tax codes. Documents that "
                    "have the code keep it.",
                    cause="tax_ambiguous_composite",
                    bulk=False,
                ),
                [draft.edit_in_qbo(ref, {"Active": False}, clicks, {"active": False})],
            )


def _take_out_of_deposits(draft: Draft) -> None:
    """Whether the deposit or the app is right, the books do not tell.

    Source: Intuit, fault 6540, "This transaction has been deposited"; read 2026-11-22.
    """
    for row in payment_deposited(draft.case).to_dict("records"):
        _ask(
            draft, row, "payment_deposited", "partial",
            f"Take payment {draft.name(row['ref'])} out of its bank deposit",
            "By hand in QuickBooks, where nobody can change a payment that is deposited.",
            "In QuickBooks open the payment, then the bank deposit that it is part of.",
            "Take the payment out of the deposit, Save.",
        )  # fmt: skip


def _void_opening_balances(draft: Draft) -> None:
    """That the opening balance is the same money as the open invoices is inferred."""
    for row in opening_balance_customer(draft.case).to_dict("records"):
        _ask(
            draft, row, "opening_balance_customer", "none",
            f"Void the opening balance of {draft.called(row['ref'])} in QuickBooks",
            "By hand in QuickBooks, after the sync: what is owed is then the invoices'.",
            "Once the app's invoices have arrived, open the customer's opening balance.",
            "More > Void, and confirm.",
        )  # fmt: skip


def _ask(
    draft: Draft, row: dict[Any, Any], cause: str, undo: Undo, title: str, will: str, *clicks: str
) -> None:
    """Ask whether a person does the clicks that mend a finding; recon does not advise it."""
    draft.add(
        Action(
            id="",
            kind="edit",
            ref=row["ref"],
            other_ref=row["other_ref"],
            title=title,
            why=row["says"],
            will=will,
            cause=cause,
            undo=undo,
            bulk=False,
            advised=False,
        ),
        [draft.at_the_screen(row["other_ref"], clicks)],
    )

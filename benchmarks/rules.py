"""Write docs/rules.md, the reference of all checks, from their own source; or check that it stands.

python benchmarks/rules.py [--check]
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from recon.checks import CHECKS
from recon.checks.finding import Check

PAGE = Path(__file__).parents[1] / "docs" / "rules.md"

ALSO_CALLED = {
    "automatic_tax_is_on": ("ast_double_tax",),
    "closing_date_is_set": ("closing_date_password",),
    "custom_numbers_are_off": ("custom_txn_numbers_setting",),
    "docnumber_used_by_other_type": ("docnumber_is_used_by_other_type",),
    "initial_sync_failed": ("taxdome_account_unsynced (Failed)",),
    "item_missing_income_account": ("inactive_account",),
    "item_name_held_by_category_or_group": ("item_category_used_as_item", "item_is_bundle"),
    "multicurrency_mismatch": ("see also currency_not_in_qbo",),
    "payment_before_invoice": ("payment_without_invoice (deposits)",),
    "shared_email": ("email_duplicated",),
    "skipped_account_has_open_ar": ("taxdome_account_unsynced",),
}
"""Other names of a check in catalogues of such rules."""

NOT_YET = {
    "account_no_transactions": "an outcome: the forecast leaves such clients at home and says so",
    "before_sync_start_date": "the day from which the app sends is in no table; it has to be asked",
    "direction_not_active": 'an outcome, and the scenario "both ways" says what a mode really does',
    "inactive_class": "the app's sales name no class",
    "inactive_tax_code, tax_ambiguous_composite": "tax codes as such are pulled but in no table",
    "individual_vs_company": "the app's exports seldom say whether a client is a company",
    "invoice_client_not_linked": "an outcome: the forecast says it of each invoice",
    "item_type_conversion": "the app's kinds of product and QuickBooks' do not answer each other",
    "opening_balance_customer": "what QuickBooks calls such an invoice's line is not established",
    "our_write_makes_qbo_newer": "belongs to the plan, which alone knows what recon will write",
    "payment_deposited, undeposited_funds_mapping": "deposits and their accounts are not pulled",
    "pending_batch_window": "an outcome: the forecast says until when an invoice is only pending",
    "product_edit_not_pushed, will_not_travel": "need the edits since the last sync",
    "rate_limit_plan": "says nothing of a record; it belongs to the go-live sheet",
    "sn_*": "an outcome: the forecast says which change has disconnected an invoice",
    "spraye_duplicate_pair": "needs the day of connection; it has to be asked",
    "stale_edit_conflict": "applying refuses it: every update carries the SyncToken it was made on",
    "terms_missing": "the app's exports name no payment terms",
}
"""Rules that are known and not looked at yet, each with the reason."""

WHO = {
    "qbo": "recon, through QuickBooks' API",
    "app": "the app's API, or a person in the app",
    "hand": "a person",
    "qbo or app": "recon, through QuickBooks' API; or in the app",
    "qbo or hand": "recon, through QuickBooks' API; or a person",
    "app or hand": "the app's API; or a person",
}


def main() -> int:
    """Write the page; with --check, 1 when it should be another one."""
    text = page()
    if "--check" in sys.argv:
        held = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
        print("docs/rules.md is up to date" if held == text else "docs/rules.md is old")
        return int(held != text)
    PAGE.write_text(text, encoding="utf-8")
    return 0


def page() -> str:
    """The reference: checks grouped as in `CHECKS`, then what is not looked at yet."""
    return "\n".join(
        [
            "# Rules",
            "",
            f"What `recon check` looks at: {len(CHECKS)} rules, in its order. Made by",
            "`python benchmarks/rules.py` from the checks themselves; change those, not this page.",
            "",
            "*blocks*: the record cannot travel. *wrong*: it travels and does harm. *note*: worth",
            "knowing. A traffic light is red when something blocks, amber when something is wrong;",
            "notes leave it green.",
            *(line for check in CHECKS for line in _entry(check)),
            "",
            "## Not looked at yet",
            "",
            "| rule | why |",
            "|---|---|",
            *(f"| {_coded(rule)} | {why} |" for rule, why in NOT_YET.items()),
            "",
        ]
    )


def _entry(check: Check) -> Iterator[str]:
    name, told = check.__name__, stated(check)
    module = inspect.getmodule(check)
    assert module is not None
    if name == next(c.__name__ for c in CHECKS if c.__module__ == module.__name__):
        title, *rest = (module.__doc__ or "").strip().partition("\n\n")
        yield from ("", f"## {_joined(title).rstrip('.')}")
        if _joined(rest[-1]):
            yield from ("", _joined(rest[-1]))
    found, source = re.split(r"\n\s*Source:\s*", inspect.getdoc(check) or "", maxsplit=1)
    yield from ("", f"### {name}", "", _joined(found), "")
    rows = {
        "severity": told["severity"],
        "fault it prevents": told.get("fault", ""),
        "remedy": told["remedy"],
        "who": WHO[told["by"]],
        "also called": ", ".join(ALSO_CALLED.get(name, ())),
        "source": _joined(source).rstrip("."),
    }
    yield from (f"- {label}: {text}" for label, text in rows.items() if text)


def stated(check: Check) -> dict[str, Any]:
    """What a check hands to `findings` in so many words: severity, remedy, by, fault."""
    tree = ast.parse(inspect.getsource(check))
    (call,) = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "findings"
    ]
    return {word.arg: ast.literal_eval(word.value) for word in call.keywords if word.arg}


def _joined(text: str) -> str:
    return " ".join(text.split())


def _coded(rules: str) -> str:
    return ", ".join(f"`{rule}`" for rule in rules.split(", "))


if __name__ == "__main__":
    sys.exit(main())

"""The words of the reports: what machines call things, as an accountant reads them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from recon.counting import counted

Tone = Literal["good", "plain", "warn", "bad"]


@dataclass(frozen=True)
class Word:
    """A label, what it means for the books, and how it is coloured.

    Words of one tone that stand side by side have different shades: 0 is the fullest.
    """

    label: str
    means: str
    tone: Tone
    shade: int = 0


OUTCOMES: Mapping[str, Word] = {
    "duplicate": Word("Duplicate", "a second record for what is in QuickBooks already", "bad", 1),
    "wrong_link": Word("Wrong link", "tied to a record of somebody else", "bad"),
    "refuse": Word("Refused", "does not reach QuickBooks", "bad", 2),
    "delete_in_app": Word("Deleted in the app", "removed from the invoicing app", "bad"),
    "drop_line": Word("Loses a line", "arrives with another total", "bad"),
    "overwrite": Word("Overwritten", "what is in QuickBooks is replaced", "bad"),
    "disconnect": Word("Disconnected", "no longer kept in step", "warn"),
    "tax_changed": Word("Other tax", "QuickBooks works out another tax", "warn"),
    "create_in_app": Word("Created in the app", "a new record in the invoicing app", "warn"),
    "renumber_in_app": Word("Renumbered", "gets another number in the app", "warn"),
    "retitle": Word("Retitled", "gets another name in QuickBooks", "warn"),
    "wait": Word("Waits", "comes with a later run", "plain"),
    "link": Word("Linked", "finds its own record in QuickBooks", "good"),
    "create": Word("Created", "new in QuickBooks, and rightly so", "good", 1),
    "skip": Word("Left alone", "is not sent", "plain"),
}
"""In the order in which a reader wants to see them: what does harm comes first."""

KINDS: Mapping[str, str] = {
    "customer": "Customers", "item": "Products and services", "invoice": "Invoices",
    "payment": "Payments", "vendor": "Vendors", "employee": "Employees", "credit": "Credit notes",
}  # fmt: skip
TABLES: Mapping[str, str] = {
    "customers": "Customers", "vendors": "Vendors", "employees": "Employees",
    "items": "Products and services", "invoices": "Invoices", "payments": "Payments",
    "credits": "Credit notes", "sales_receipts": "Sales receipts",
    "refund_receipts": "Refund receipts", "estimates": "Estimates",
}  # fmt: skip
"""What a reader counts; lists of terms, accounts and the like are not among them."""
VERDICTS: Mapping[str, Word] = {
    "approve": Word("Approved", "", "good"),
    "reject": Word("Rejected", "", "bad"),
    "skip": Word("Skipped", "", "plain"),
    "ask": Word("Question", "", "warn"),
    "": Word("Not decided", "", "plain"),
}
STATES: Mapping[str, Word] = {
    "done": Word("Done", "", "good"),
    "refused": Word("Refused", "", "bad"),
    "sent": Word("Sent, no answer yet", "", "warn"),
    "unknown": Word("Not known, look it up", "", "warn"),
}
SCENARIO_GROUPS: Mapping[str, str] = {
    "way": "Ways to turn the sync on",
    "rule": "What if its matching rule is another",
}
SYSTEMS: Mapping[str, str] = {"qbo": "QuickBooks", "app": "the app"}
UNDO: Mapping[str, str] = {"full": "fully", "partial": "in part", "none": "cannot be undone"}
BY: Mapping[str, str] = {
    "qbo": "recon, in QuickBooks", "app": "in the app", "hand": "by hand",
    "qbo or app": "recon, in QuickBooks; or in the app", "qbo or hand": "recon; or by hand",
    "app or hand": "in the app; or by hand",
}  # fmt: skip
"""Who can carry out what mends a finding."""
LIGHTS: Mapping[str, Word] = {
    "red": Word("Red", "records cannot travel", "bad"),
    "amber": Word("Amber", "records travel and do harm", "warn"),
    "green": Word("Green", "nothing stands in the way", "good"),
}
SEVERITIES: Mapping[str, Word] = {
    "blocks": Word("Blocks", "the record does not reach QuickBooks", "bad"),
    "broken": Word("Not kept", "the books do not show what the plan promised", "bad"),
    "wrong": Word("Wrong", "the books would be wrong", "warn"),
    "open": Word("Open", "still to be done by hand", "warn"),
    "note": Word("Note", "good to know", "plain"),
    "kept": Word("In order", "as it should be", "good"),
}
"""Worst first; what checks say, and what the verification says of a promise."""
FINDINGS: Mapping[str, str] = {
    "near_miss_client_name": "Client under another spelling",
    "near_miss_product_name": "Product under another spelling",
    "client_dup_in_source": "Client twice in the app",
    "duplicate_in_qbo": "Customer twice in QuickBooks",
    "many_to_one_link": "Several clients, one customer",
    "same_name_different_party": "Same name, somebody else",
    "merge_blocked_by_subcustomers": "Sub-customers stand in the way of a merge",
    "email_invalid": "E-mail address not valid",
    "name_illegal_characters": "Name with a character QuickBooks refuses",
    "whitespace_noise": "Name with blanks that nobody sees",
    "blank_client_collapses": "Client without a name",
    "item_leaf_name_ambiguous": "Item name that several items have",
    "blank_product_key": "Invoice line without a product",
    "docnumber_exists_in_qbo": "Number is in QuickBooks already",
    "docnumber_truncation_collision": "Numbers alike once they are cut short",
    "docnumber_used_by_other_type": "Number of a credit memo or sales receipt",
    "invoice_client_unclear": "Invoice that may be of several clients",
    "inventory_start_after_invoice": "Stock starts after the invoice",
}
"""What a check or a verification found, where its name alone would not tell an accountant."""
SCOPES: Mapping[str, str] = {
    "app-qbo": "App with QuickBooks", "app-app": "Within the app", "qbo-qbo": "Within QuickBooks",
}  # fmt: skip

# Characters that change how their neighbours are drawn, or are not drawn at all: a name that holds
# one looks like another name. Joiners within emoji and Indic or Persian words are left alone.
_HIDDEN = re.compile(
    ""
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\uffff"
    "\ud800-\udfff]"
)


def outcome(name: str) -> Word:
    """The word for an outcome; one that is not known stands for itself."""
    return OUTCOMES.get(name) or Word(plain(name), "", "plain")


def kind(name: str) -> str:
    """Kind of record, in the plural."""
    return KINDS.get(name) or plain(name)


def severity(name: str) -> Word:
    """The word for a finding's severity; one that is not known stands for itself."""
    return SEVERITIES.get(name.casefold()) or Word(plain(name), "", "plain")


Lit = tuple[str, Word, str]
"""A traffic light in words: whose, its word, and why."""


def lit(entity: str, colour: str, reasons: Iterable[tuple[str, int]], most: int = 3) -> Lit:
    """A traffic light in words: whose, its word, and its first reasons with their counts."""
    said = [f"{finding(check)} ({count:,})" for check, count in reasons]
    more = f", and {counted(len(said) - most, 'more kind of finding', 'more kinds of finding')}"
    why = ", ".join(said[:most]) + (more if len(said) > most else "")
    return TABLES.get(entity) or plain(entity), LIGHTS[colour], why or LIGHTS[colour].means


def finding(check: str) -> str:
    """What a check found, as a heading; one without words of its own goes by its name."""
    return FINDINGS.get(check) or plain(check)


def plain(name: str) -> str:
    """A machine's word as people write it: `payment_duplicate` -> "Payment duplicate"."""
    said = " ".join(_SPELLED.get(word, word) for word in name.strip("_").split("_"))
    return said[:1].upper() + said[1:]


_SPELLED: Mapping[str, str] = {
    "qbo": "QuickBooks", "dup": "duplicate", "docnumber": "document number", "email": "e-mail",
    "ref": "reference", "id": "ID", "line1": "line 1", "line2": "line 2",
}  # fmt: skip


def shown(text: str) -> str:
    r"""The text with every hidden character spelled out: "Acme\u202e" -> "Acme⟨U+202E⟩".

    Source: Unicode Technical Report 36, "Unicode Security Considerations", section 2.10, on
    bidirectional and invisible characters in what people rely on, read 2026-11-22.
    """
    return _HIDDEN.sub(lambda found: f"⟨U+{ord(found.group()):04X}⟩", text)


def percent(share: float | None) -> str:
    """A share as people read it: 0.982 is "98.2 %"; nothing where there is none."""
    return "" if share is None or share != share else f"{share:.1%}".replace("%", " %")  # noqa: PLR0124  (NaN)


def fewer(was: Mapping[str, int], now: Mapping[str, int], app: str) -> str:
    """Why less is counted afterwards than before, in a sentence; empty where nothing is less."""
    before, after = sum(was.values()), sum(now.values())
    if not now or after >= before:
        return ""
    gone = counted(before - after, "record less is", "records less are")
    return f"{gone} counted now ({after:,} of {before:,}): what was merged in {app} is one record."

"""Where Invoice Ninja's behaviour is not established, or differs by version: choices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from recon.sandbox.books.switches import chosen


@dataclass(frozen=True)
class NinjaSwitches:
    """How the server behaves where sources disagree or are silent.

    Attributes:
        requested_with: a request without X-Requested-With is answered, or refused (401).
        denied_status: HTTP status for a user without the right.
        plan: a hosted account on a free plan gets 403 for every call.
        validation_message: `message` of a 422 is its first error, or a general sentence.
        default_order: a list without `sort` is newest first, oldest first, or ordered anew for
            each page, so that pages overlap (reported of 5.11.63).
        listed_by_default: a list without `status` holds all records, or active ones only.
        unknown_include: an `include` that does not exist is ignored, or answered with 500.
        contacts_left_out: a client update without `contacts` keeps them, or removes them all.
        contact_emails: contacts whose e-mail is no address, or that of another contact of theirs,
            are refused (422), or taken.
        currency_left_out: a client update without a currency falls back to the company's, or
            keeps the client's.
        product_fields_left_out: quantity and taxes that a product update leaves out become the
            defaults, or are kept.
        invoice_client_change: a new `client_id` on an invoice is refused (422), or ignored.
        refused_update_status: HTTP status for a change to a deleted, cancelled or locked record.
        sync_shown: which records show their link to QuickBooks.
        quickbooks_api: the newer endpoint quickbooks/action is there, or (older) is not.
        jobs: what /quickbooks/action queues runs after the next answer, at once, or when told to.
        pushed_name: a client's name is cleaned up before it is looked up in QuickBooks, or cut
            only.
        name_collision: a name that a vendor or employee holds is tried again with " (C)", or the
            push fails.
        import_name: an import compares a client's name with QuickBooks' CompanyName, or with its
            DisplayName.
        import_blank_name: an import writes a blank CompanyName over the client's name, or not.
        import_number_clash: an imported invoice whose number is taken is flagged, or gets the
            QuickBooks id behind its number.
        requests_per_minute: the limit for one token; 0 is off. 300 and 800 are reported.

    Source: the default is what the newest source says, the other value what an older one does;
        each has its line in `tests/facts/invoiceninja_facts.csv`. Read 2026-11-22 and 2026-11-26.
    """

    requested_with: Literal["ignored", "required"] = "ignored"
    denied_status: Literal["403", "401"] = "403"
    plan: Literal["paid", "free"] = "paid"
    validation_message: Literal["first", "general"] = "first"
    default_order: Literal["newest", "oldest", "overlapping"] = "newest"
    listed_by_default: Literal["all", "active"] = "all"
    unknown_include: Literal["ignored", "500"] = "ignored"
    contacts_left_out: Literal["kept", "removed"] = "kept"
    contact_emails: Literal["checked", "any"] = "checked"
    currency_left_out: Literal["company", "kept"] = "company"
    product_fields_left_out: Literal["defaults", "kept"] = "defaults"
    invoice_client_change: Literal["refused", "ignored"] = "refused"
    refused_update_status: Literal["422", "400"] = "422"
    sync_shown: Literal["invoices", "all", "none"] = "invoices"
    quickbooks_api: Literal["there", "missing"] = "there"
    jobs: Literal["later", "at_once", "held"] = "later"
    pushed_name: Literal["cleaned", "cut"] = "cleaned"
    name_collision: Literal["suffix", "fails"] = "suffix"
    import_name: Literal["company_name", "display_name"] = "company_name"
    import_blank_name: Literal["written", "kept"] = "written"
    import_number_clash: Literal["flagged", "suffixed"] = "flagged"
    requests_per_minute: int = 0

    @classmethod
    def parse(cls, settings: Iterable[str]) -> NinjaSwitches:
        """Switches from `name=value` texts, the later of two winning.

        Raises:
            ValueError: an unknown name, or a value that the switch does not take.
        """
        return chosen(cls(), settings)

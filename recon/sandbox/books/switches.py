"""What nobody outside Intuit knows for certain, as one frozen object of choices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar, get_args, get_type_hints

S = TypeVar("S")


@dataclass(frozen=True)
class Switches:
    """How the sandbox behaves where QuickBooks' own behaviour is unknown or can be set.

    Every default is the answer that asks most of a client. Set one at the start with
    `Switches.parse(["relink_policy=unlink"])`, on the command line `--set relink_policy=unlink`.

    Attributes:
        relink_policy: a CustomerRef change on an invoice with a linked payment is refused (6000),
            or the payment is unlinked and stays with its customer.
        inactive_with_balance: deactivating a customer who owes is refused (6220), or a credit memo
            writes the balance off.
        display_name_blanks: blanks around a name are trimmed or kept.
        max_results_over: MAXRESULTS over 1000 is refused (4001) or taken as 1000.
        cdc_too_old: change data capture from before the last 30 days is refused (2060), or
            answered with what changed within them.
        request_id_other_body: a known requestid with another body replays the first answer or is
            refused (600).
        request_id_refused: a request id whose first answer was a refusal gets that refusal again,
            or is tried again (retry).
        request_ids: a request id is honoured, or ignored.
        request_id_minutes: how long a requestid is remembered; 0 is for ever.
        answer_format: what a client gets that asks for neither JSON nor XML.
        retry_after: seconds in a Retry-After header on 429; 0 sends no such header.
        throttle_body: how a 429 is written: Fault, fault, xml or html.
        token_rotation: a refresh token is kept for a day, and works for a day after it was
            replaced; or each works once (rotate).
        refresh_reuse: with rotate, a token that was used before is refused, or ends the whole
            consent (revoke).
        consent: the person who is asked to connect the app agrees, or does not.
        access_token_s: life of an access token in seconds.
        refresh_token_s: life of an unused refresh token in seconds (100 days).
        refresh_token_hard_s: seconds after which no refresh prolongs a consent (5 years).
        reactivate_on_taken_name: the returning name gets "-1", or is refused (6240).
        inactive_item_names: the name of an inactive item stays reserved (6240) or is free again.
        item_query_default: an item query without Active returns active rows, or all.
        system_fault_status: HTTP status of code 10000.
        inactive_reference: code for a transaction that names an inactive customer or item.
        missing_tax_code: code for a TxnTaxCodeRef that does not exist.
        missing_parent: code for a ParentRef that does not exist.
        missing_customer: code for a form of sale without CustomerRef.
        active_subs: code for deactivating what has active records below.
        closed_books: 6210 (closed with a password) or 6200 (without); or the closing date is
            ignored.
        tracking_off: a class or location on a transaction of a company that has turned their
            tracking off is kept, or refused (5030).
        custom_txn_numbers: overrides SalesFormsPrefs.CustomTxnNumbers; company leaves it alone.
        warn_duplicate_numbers: overrides OtherPrefs WarnDuplicateCheckNumber likewise.
        automated_sales_tax: overrides TaxPrefs.PartnerTaxEnabled; company leaves it alone.
        line_without_tax_code: outside the US a line without tax code is refused (6000), or is
            untaxed.
        inclusive_amounts: how a tax-inclusive line without TaxInclusiveAmt is read: its Amount
            includes the tax, or is net.
        paid_bill_again: a bill payment for nothing but paid bills is voided as it is written, or
            refused (620).
        overapplied_payment: a payment line above the open balance is refused (6000) or capped.
        link_bumps_sync_token: applying a payment counts as a write of the invoice, or does not.
        list_sync_token: a query shows the current SyncToken, or the one before (stale).
        subscription: lapsed refuses every write (6190).
        company_state: locked (140) and maintenance (150) refuse everything for a while.
        connected_user: the person who connected the app may do everything, only read (5020), or is
            no administrator any more, so that nothing works (120).
        us_company: lines take only TAX or NON (6100); company decides by CompanyInfo.Country.
        webhook_format: webhooks are CloudEvents, or notifications as they were until May 2026.
        requests_per_minute: moving-window limit per company; 0 is off (QuickBooks: 500).
        requests_per_second: the same per second; 0 is off (QuickBooks: 10).
        batches_per_minute: the same for batch requests; 0 is off (QuickBooks: 40).

    Source: Intuit's developer documentation where it speaks, its silence otherwise; the
        candidates are those that captured responses and integrators report, read 2026-11-22.
    """

    relink_policy: Literal["reject", "unlink"] = "reject"
    inactive_with_balance: Literal["6220", "writeoff"] = "6220"
    display_name_blanks: Literal["trim", "keep"] = "trim"
    max_results_over: Literal["4001", "clamp"] = "4001"
    cdc_too_old: Literal["2060", "clamp"] = "2060"
    request_id_other_body: Literal["replay", "600"] = "replay"
    request_id_refused: Literal["replay", "retry"] = "replay"
    request_ids: Literal["honoured", "ignored"] = "honoured"
    request_id_minutes: int = 0
    answer_format: Literal["json", "xml"] = "json"
    retry_after: int = 0
    throttle_body: Literal["Fault", "fault", "xml", "html"] = "Fault"
    token_rotation: Literal["keep", "rotate"] = "keep"  # noqa: S105 - a choice, no secret
    refresh_reuse: Literal["refuse", "revoke"] = "refuse"
    consent: Literal["granted", "denied"] = "granted"
    access_token_s: int = 3600
    refresh_token_s: int = 8_640_000
    refresh_token_hard_s: int = 157_680_000
    reactivate_on_taken_name: Literal["append", "6240"] = "append"
    inactive_item_names: Literal["reserved", "free"] = "reserved"
    item_query_default: Literal["active", "all"] = "active"
    system_fault_status: Literal["500", "400"] = "500"
    inactive_reference: Literal["610", "2500"] = "610"
    missing_tax_code: Literal["2500", "6160", "6230"] = "2500"
    missing_parent: Literal["2500", "700"] = "2500"
    missing_customer: Literal["2020", "6560"] = "2020"
    active_subs: Literal["6000", "800"] = "6000"
    closed_books: Literal["6210", "6200", "ignored"] = "6210"
    tracking_off: Literal["accept", "5030"] = "accept"
    custom_txn_numbers: Literal["company", "true", "false"] = "company"
    warn_duplicate_numbers: Literal["company", "true", "false"] = "company"
    automated_sales_tax: Literal["company", "true", "false"] = "company"
    line_without_tax_code: Literal["6000", "accept"] = "6000"
    inclusive_amounts: Literal["gross", "net"] = "gross"
    paid_bill_again: Literal["void", "620"] = "void"
    overapplied_payment: Literal["reject", "cap"] = "reject"
    link_bumps_sync_token: Literal["no", "yes"] = "no"  # noqa: S105 - a choice
    list_sync_token: Literal["current", "stale"] = "current"  # noqa: S105 - a choice
    subscription: Literal["active", "lapsed"] = "active"
    company_state: Literal["open", "locked", "maintenance"] = "open"
    connected_user: Literal["admin", "limited", "removed"] = "admin"
    us_company: Literal["company", "true", "false"] = "company"
    webhook_format: Literal["cloudevents", "notifications"] = "cloudevents"
    requests_per_minute: int = 0
    requests_per_second: int = 0
    batches_per_minute: int = 0

    @classmethod
    def parse(cls, settings: Iterable[str], before: Switches | None = None) -> Switches:
        """Switches from `name=value` texts, the later of two winning.

        Args:
            settings: the texts.
            before: what holds for every switch that is not named; the defaults when None.

        Raises:
            ValueError: an unknown name, or a value that the switch does not take.
        """
        return chosen(before or cls(), settings)


def chosen(before: S, settings: Iterable[str]) -> S:
    """Switches of any class, changed by `name=value` texts.

    Raises:
        ValueError: an unknown name, or a value that the switch does not take.
    """
    types = get_type_hints(type(before))
    changes: dict[str, Any] = {}
    for setting in settings:
        name, _, value = setting.partition("=")
        if name not in types:
            known = ", ".join(types)
            raise ValueError(f"no switch is called {name!r}; there are {known}")
        choices = get_args(types[name])
        if choices and value not in choices:
            raise ValueError(f"{name} takes {' or '.join(choices)}, not {value!r}")
        if not choices and not value.isdecimal():
            raise ValueError(f"{name} takes a whole number, not {value!r}")
        changes[name] = value if choices else int(value)
    return replace(before, **changes)  # type: ignore[type-var]  # a dataclass of switches

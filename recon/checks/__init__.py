"""Checks: one function each, whole columns at a time, listed here in reading order."""

from __future__ import annotations

import pandas as pd

from recon.books import FINDINGS
from recon.case import Case
from recon.checks import customers, items, names, sales, setup
from recon.checks.finding import Check

CHECKS: tuple[Check, ...] = (
    setup.closing_date_is_set,
    setup.custom_numbers_are_off,
    setup.sales_tax_not_enabled,
    setup.automatic_tax_is_on,
    names.name_illegal_characters,
    names.name_too_long,
    names.whitespace_noise,
    names.blank_client_collapses,
    names.name_taken_by_vendor_or_employee,
    names.customer_inactive_in_qbo,
    customers.near_miss_client_name,
    customers.client_dup_in_source,
    customers.duplicate_in_qbo,
    customers.many_to_one_link,
    customers.same_name_different_party,
    customers.shared_email,
    customers.email_invalid,
    customers.merge_blocked_by_subcustomers,
    items.near_miss_product_name,
    items.item_name_held_by_category_or_group,
    items.inactive_item,
    items.item_leaf_name_ambiguous,
    items.blank_product_key,
    sales.docnumber_exists_in_qbo,
    sales.docnumber_too_long,
    sales.docnumber_truncation_collision,
    sales.docnumber_used_by_other_type,
    sales.invoice_in_both_under_other_number,
    sales.invoice_in_closed_period,
    sales.invoice_client_unclear,
    sales.inventory_start_after_invoice,
    sales.tax_rate_missing_in_qbo,
    sales.payment_ref_too_long,
    sales.payment_duplicate,
    sales.payment_in_closed_period,
)


def check(case: Case) -> pd.DataFrame:
    """`FINDINGS` of every check, in the order of `CHECKS`."""
    return FINDINGS.conform(pd.concat([one(case) for one in CHECKS], ignore_index=True))

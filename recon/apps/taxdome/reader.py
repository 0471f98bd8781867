"""TaxDome's lists of accounts, services, invoices and payments, with their sync status.

A list of accounts has a row a contact; what the exports' columns are called is not published, those
of the accounts are the import's. The column QuickBooks of each list says Synced, Not synced,
Skipped, Failed or Syncing, and why in a tooltip.

Source: TaxDome help, import of accounts and contacts, and "Account sync statuses",
    read 2026-11-22.
"""

from __future__ import annotations

from recon.apps.exports import PLAIN, Dialect

_STATUS = ("QuickBooks", "QuickBooks message")

DIALECT = Dialect(
    "TaxDome",
    columns={
        "clients": (
            "Account name", "Account number", "Account type", "First name", "Last name", "Email",
            "Phone", "Address", "City", "State", "Zip", *_STATUS,
        ),
        "products": ("Service name", "Description", "Rate", *_STATUS),
        "invoices": (*PLAIN["invoices"], *_STATUS),
        "payments": (*PLAIN["payments"], "Sync this payment", *_STATUS),
    },
    known=frozenset({"clients"}),
)  # fmt: skip

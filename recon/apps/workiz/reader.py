"""Workiz's lists of clients, items, invoices and payments, and its sync history log.

The columns of the clients and items are those of its import templates; those of its exports and of
the log are not published. A client is called after its person.

Source: Workiz help, import of clients and price book items, "How to resolve common QuickBooks
    Online errors" (sync history log); read 2026-11-22.
"""

from __future__ import annotations

from recon.apps.exports import PLAIN, Dialect

DIALECT = Dialect(
    "Workiz",
    columns={
        "clients": (
            "Client ID", "First name", "Last name", "Company", "Email", "Phone", "Secondary phone",
            "Service address", "City", "State", "Zip", "Parent client",
        ),
        "products": ("Item name", "Category", "Description", "Price", "Cost", "Active"),
        "invoices": PLAIN["invoices"],
        "payments": (
            "Payment number", "Client name", "Client number", "Payment date", "Amount",
            "Confirmation code", "Payment method", "Invoice number",
        ),
        "sync_log": ("Date", "Type", "Name", "Status", "Error"),
    },
    known=frozenset({"clients", "products"}),
    has_log=True,
)  # fmt: skip

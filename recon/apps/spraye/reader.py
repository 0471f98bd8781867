"""Spraye's lists of customers, services and invoices.

What its exports are called is not published; its staff load customers from a spreadsheet.

Source: Spraye help, read 2026-11-22.
"""

from __future__ import annotations

from recon.apps.exports import PLAIN, Dialect

DIALECT = Dialect(
    "Spraye",
    columns={
        **PLAIN,
        "clients": (
            "Customer name", "Customer number", "First name", "Last name", "Email", "Phone",
            "Address", "City", "State", "Zip",
        ),
        "products": ("Service", "Description", "Price"),
    },
)  # fmt: skip

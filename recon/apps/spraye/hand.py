"""What a person can do at Spraye's screen: edit; customers are merged in QuickBooks only.

Source: Spraye help, "Troubleshooting QuickBooks Online integration issues", read 2026-11-22.
"""

from __future__ import annotations

from recon.apps.hand import Hands, Screen

HANDS = Hands("Spraye", merges=frozenset({"item"}))

SCREEN = Screen(
    who="Somebody who may open Spraye's QuickBooks settings",
    steps={
        "edit customer": ("Open the customer, change it, save.",),
        "edit item": ("Open the service, change it, save.",),
        "edit invoice": ("Open the invoice, change it, save.",),
    },
    closing=(
        "Quickbooks Data Sync, from left to right, each when the one before has ended:",
        "Reprocess Customers.",
        "Process New Customers.",
        "Reprocess Invoices.",
        "Process New Invoices.",
    ),
    look=(
        "Invoices travel overnight: do not force a refresh, look into QuickBooks on the next day.",
    ),
)

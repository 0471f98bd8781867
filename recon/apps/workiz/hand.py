"""What a person can do at Workiz's screen.

Source: Workiz help, merging clients (jobs, invoices and payments move), "Resolve now" in an error
    message (adds "- 2" to the name), price book settings; "How to resolve common QuickBooks Online
    errors" (after a mend in QuickBooks the client is synced from the log before its invoice); read
    2026-11-22.
"""

from __future__ import annotations

from recon.apps.hand import Hands, Screen, rename_person

HANDS = Hands(
    "Workiz",
    merges=frozenset({"customer", "item"}),
    picks=frozenset({"customer"}),  # "Resolve now": it is another one, make it
    rename=rename_person,
)

_LOG = "Open the sync history log"

SCREEN = Screen(
    who="Somebody who may edit clients, the price book and the QuickBooks integration in Workiz",
    steps={
        "edit customer": ("Open the client's profile, change it, save.",),
        "edit item": ("Open the price book settings, open the item, change it, save.",),
        "edit invoice": ("Open the invoice, change it, save.",),
        "edit payment": ("Open the payment, change its confirmation code, save.",),
        "merge customer": (
            "Note properties, service plans, cards on file, phones and parent of the one to go.",
            "Merge the two clients: jobs, invoices, estimates, payments move, the rest does not.",
        ),
        "create customer": (
            f"{_LOG}, find the client's error, click Resolve now.",
            "Workiz adds a number to the name (John Smith - 2) and sends it.",
        ),
    },
    resync={
        "customer": (
            f"The change sends the client again. If not: {_LOG.lower()}, tick it, press Sync.",
        ),
        "item": (f"The change sends the item again. If not: {_LOG.lower()}, tick it, press Sync.",),
        "invoice": (
            f"{_LOG}: see that its client and its items are synced.",
            "Tick the invoice, press Sync.",
        ),
        "payment": (f"{_LOG}, tick the payment, press Sync.",),
    },
    after_qbo={
        "customer": (
            f"{_LOG}, tick the client, press Sync.",
            "Only then tick its invoices, press Sync.",
        ),
        "item": (f"{_LOG}, tick the item, press Sync.", "Only then tick its invoices, press Sync."),
    },
    closing=(
        f"{_LOG}: tick what is still in error and press Sync.",
        "Clients first, then items, then invoices, then payments.",
    ),
    look=("The sync history log shows no error.",),
)

"""What a person can do at TaxDome's screen; whether it can merge accounts is not published.

Source: TaxDome help, "Sync & unsync accounts": select a QuickBooks client or create a new one,
    unsync; read 2026-11-22.
"""

from __future__ import annotations

from recon.apps.hand import Hands, Screen

HANDS = Hands(
    "TaxDome",
    merges=frozenset({"item"}),
    picks=frozenset({"customer", "invoice", "payment"}),
    unlinks=frozenset({"customer"}),
)

_DOTS = "Clients > Accounts: open the account, tab Info, the three dots beside the message"

SCREEN = Screen(
    who="A firm owner or an admin",
    steps={
        "edit customer": ("Clients > Accounts: open the account, change it, save.",),
        "edit item": ("Open the services, open the service, change it, save.",),
        "edit invoice": ("Open the invoice, change it, save.",),
        "link customer": (
            f"{_DOTS} > Sync Account to QuickBooks.",
            "Select {target} from the list of QuickBooks clients.",
        ),
        "create customer": (
            f"{_DOTS} > Sync Account to QuickBooks.",
            "Choose to create a new one.",
        ),
        "unlink customer": (
            f"{_DOTS} > Unsync.",
            "Then Sync Account to QuickBooks: select the right client, or create a new one.",
        ),
        "unsync customer": (
            f"{_DOTS} > Do not sync this account, or Unsync.",
            "Its invoices and payments stay away too, and nothing tells of it any more.",
        ),
        "unsync payment": ('Open the payment, clear "Sync this payment".',),
    },
    resync={
        "customer": (f"{_DOTS} > Sync Account to QuickBooks.",),
        "invoice": ("Open the invoice, Sync Invoice; it is grey until the account is synced.",),
    },
    closing=("Accounts, then services, invoices, payments: sync what does not show Synced.",),
    look=(
        "Clients > Accounts, column QuickBooks: Synced, or Skipped where that was meant.",
        "Point at Failed to see why.",
    ),
)

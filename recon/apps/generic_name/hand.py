"""What a person can do in an app that nobody has described: what most apps can."""

from __future__ import annotations

from recon.apps.hand import Hands, Screen

HANDS = Hands("the app", merges=frozenset({"customer", "item"}))

SCREEN = Screen(
    who="Whoever administers the app",
    steps={
        "edit customer": ("Open the client, change it, save.",),
        "edit item": ("Open the product, change it, save.",),
        "edit invoice": ("Open the invoice, change it, save.",),
        "merge customer": ("Merge the two clients, or move what hangs on one and delete it.",),
    },
    closing=("Run the app's sync again.",),
    look=("The app's own list of errors, and the new customers in QuickBooks.",),
)

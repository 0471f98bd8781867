"""What a person can do at Studio Ninja's screen: edit, and press "Copy to QuickBooks" again.

Whether it can merge clients is not published.

Source: Studio Ninja help, "Why is my invoice disconnected from QuickBooks?", read 2026-11-22.
"""

from __future__ import annotations

from recon.apps.hand import Hands, Screen

HANDS = Hands("Studio Ninja", merges=frozenset({"item"}), picks=frozenset({"invoice"}))

_COPY = "Open the invoice, click Copy to QuickBooks: it overwrites the invoice in QuickBooks."

SCREEN = Screen(
    who="Somebody who may edit invoices and clients in Studio Ninja",
    steps={
        "edit customer": (
            "Open the client, change it, save.",
            "Every invoice of the client that was copied is disconnected by that.",
        ),
        "edit item": ("Change the line on the invoices that have it, save.",),
        "edit invoice": (
            "Open the invoice, change it, save; the number has to be one that QuickBooks has not.",
        ),
        "resync invoice": (_COPY,),
    },
    resync={
        "customer": (f"For each of its invoices that were copied: {_COPY}",),
        "item": (_COPY,),
        "invoice": (_COPY,),
    },
    closing=(
        "From now on touch payments and credit notes in Studio Ninja only.",
        "Where they were touched in QuickBooks, the invoice cannot be connected again.",
    ),
    look=("No invoice shows that it is disconnected from QuickBooks.",),
)

"""What a person can do at Workiz's screen.

Source: Workiz help, merging clients (jobs, invoices and payments move), "Resolve now" in an error
    message (adds "- 2" to the name), price book settings; read 2026-11-22.
"""

from __future__ import annotations

from recon.apps.hand import Hands, rename_person

HANDS = Hands(
    "Workiz",
    merges=frozenset({"customer", "item"}),
    picks=frozenset({"customer"}),  # "Resolve now": it is another one, make it
    rename=rename_person,
)

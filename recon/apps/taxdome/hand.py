"""What a person can do at TaxDome's screen; whether it can merge accounts is not published.

Source: TaxDome help, "Sync & unsync accounts": select a QuickBooks client or create a new one,
    unsync; read 2026-11-22.
"""

from __future__ import annotations

from recon.apps.hand import Hands

HANDS = Hands(
    "TaxDome",
    merges=frozenset({"item"}),
    picks=frozenset({"customer", "invoice", "payment"}),
)

"""What a person can do at Spraye's screen: edit; customers are merged in QuickBooks only.

Source: Spraye help, "Troubleshooting QuickBooks Online integration issues", read 2026-11-22.
"""

from __future__ import annotations

from recon.apps.hand import Hands

HANDS = Hands("Spraye", merges=frozenset({"item"}))

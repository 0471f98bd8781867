"""What a person can do at Studio Ninja's screen: edit, and press "Copy to QuickBooks" again.

Whether it can merge clients is not published.

Source: Studio Ninja help, "Why is my invoice disconnected from QuickBooks?", read 2026-11-22.
"""

from __future__ import annotations

from recon.apps.hand import Hands

HANDS = Hands("Studio Ninja", merges=frozenset({"item"}), picks=frozenset({"invoice"}))

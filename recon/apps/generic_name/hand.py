"""What a person can do in an app that nobody has described: what most apps can."""

from __future__ import annotations

from recon.apps.hand import Hands

HANDS = Hands("the app", merges=frozenset({"customer", "item"}))

"""What a person is told to click, by app."""

from __future__ import annotations

from collections.abc import Mapping

from recon.apps.generic_name import hand as generic
from recon.apps.hand import Screen
from recon.apps.spraye import hand as spraye
from recon.apps.studioninja import hand as studioninja
from recon.apps.taxdome import hand as taxdome
from recon.apps.workiz import hand as workiz

SCREENS: Mapping[str, Screen] = {
    **dict.fromkeys(("generic_batch", "generic_email", "generic_name"), generic.SCREEN),
    "spraye": spraye.SCREEN,
    "studioninja": studioninja.SCREEN,
    "taxdome": taxdome.SCREEN,
    "workiz": workiz.SCREEN,
}
"""Invoice Ninja sends every change by itself, and its profile has the clicks."""

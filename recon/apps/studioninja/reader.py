"""Studio Ninja's lists of clients and invoices.

An export exists (another program takes it in as it is); what its columns are called is not
published.

Source: Studio Ninja help; Pixieset help on importing from Studio Ninja; read 2026-11-22.
"""

from __future__ import annotations

from recon.apps.exports import PLAIN, Dialect

DIALECT = Dialect("Studio Ninja", columns=PLAIN)

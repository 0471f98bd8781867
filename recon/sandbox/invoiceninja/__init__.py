"""An Invoice-Ninja-compatible server on this machine: the app's side of the sandbox.

Written from the vendor's published API description and from what users report; none of its code
was used. An island, as the rest of the sandbox is.
"""

from __future__ import annotations

from recon.sandbox.invoiceninja.quickbooks import QuickBooks
from recon.sandbox.invoiceninja.server import InvoiceNinjaSandbox
from recon.sandbox.invoiceninja.switches import NinjaSwitches
from recon.sandbox.invoiceninja.users import User

__all__ = ["InvoiceNinjaSandbox", "NinjaSwitches", "QuickBooks", "User"]

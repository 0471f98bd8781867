"""A QuickBooks-compatible server on this machine: demo company, test bed and twin for rehearsals.

An island: nothing here imports the rest of recon, because the forecast is held against it.
"""

from __future__ import annotations

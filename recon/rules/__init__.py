"""What QuickBooks Online accepts: pure functions and tables, each with source and date."""

from __future__ import annotations

"""The only door to QuickBooks Online: python-quickbooks and intuit-oauth stay behind it."""

from __future__ import annotations

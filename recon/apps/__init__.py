"""The invoicing apps: one folder each, and readers for files of any app."""

from __future__ import annotations

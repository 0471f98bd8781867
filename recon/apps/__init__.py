"""The invoicing apps: one folder each, with its profile, its names, its sync and its exports."""

from __future__ import annotations

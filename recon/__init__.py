"""recon: what will this app's sync do to these books, and what must be mended first?"""

from __future__ import annotations

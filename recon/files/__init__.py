"""Files that people export: read with tolerance, headers mapped, every row a record or a reject."""

from __future__ import annotations

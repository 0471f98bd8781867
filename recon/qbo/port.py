"""The few calls that an app's sync makes, for simulated syncs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from recon.qbo.client import QboClient


class QboCalls:
    """QuickBooks as an app sees it."""

    def __init__(self, client: QboClient) -> None:
        self._client = client

    def query(self, statement: str) -> list[dict[str, Any]]:
        """Records of one query, first page."""
        return self._client.query(statement)

    def create(self, entity: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Create; RejectedError with the fault's code when refused."""
        return self._client.create(entity, body)

    def update(self, entity: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Full or sparse update, as the body says."""
        return self._client.update(entity, body)

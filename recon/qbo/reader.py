"""Pulls a whole QuickBooks company, inactive records too, and holds the result to its counts."""

from __future__ import annotations

import logging

from recon.books import Snapshot
from recon.errors import BusyError, RejectedError
from recon.ports import Clock, Progress, silent
from recon.qbo.client import QboClient, Record
from recon.qbo.query import PAGE, Condition, count, select

log = logging.getLogger(__name__)

LISTS = (
    "Customer", "Vendor", "Employee", "Item", "Account", "Class", "Term", "TaxCode", "TaxRate",
    "PaymentMethod",
)  # fmt: skip
"""Kinds of which inactive records are only shown when asked for.

Source: Intuit, "Data queries": "To get all active and inactive customers … Active IN (true,
false)", read 2026-11-22.
"""
TRANSACTIONS = ("Invoice", "Payment", "CreditMemo", "SalesReceipt", "Estimate")
SETTINGS = ("CompanyInfo", "Preferences")

_UNCOUNTED = {"TaxCode"}
"""TAX and NON are answered but not counted (python-quickbooks' own integration test)."""
_NOT_IN_THIS_COMPANY = {"5030"}
_TRIES = 3


class QboReader:
    """Reads one company through its API."""

    def __init__(self, client: QboClient) -> None:
        self.client = client

    def read(self, now: Clock, progress: Progress = silent) -> Snapshot:
        """Every record of the company, raw, in the order of its id.

        Raises:
            BusyError: not reachable, or the books are being changed faster than they can be read.
            AuthError, RejectedError: QuickBooks does not let us read.
        """
        records = {name: self.client.query(f"SELECT * FROM {name}") for name in SETTINGS}  # noqa: S608
        for name in LISTS:
            records[name] = self._all(name, progress, active=True)
        for name in TRANSACTIONS:
            records[name] = self._all(name, progress, active=False)
        info = records["CompanyInfo"][0] if records["CompanyInfo"] else {}
        log.info("pulled realm=%s records=%s", self.client.realm, sum(map(len, records.values())))
        return Snapshot(
            system="qbo",
            source="QuickBooks Online",
            company=str(info.get("CompanyName") or ""),
            realm=self.client.realm,
            environment=self.client.environment,
            taken_at=now(),
            records=records,
        )

    def _all(self, entity: str, progress: Progress, *, active: bool) -> list[Record]:
        where: dict[str, Condition] = {"Active": (True, False)} if active else {}
        try:
            for _ in range(_TRIES):
                before = self.client.count(count(entity, where))
                rows = self._pages(entity, where, before, progress)
                after = self.client.count(count(entity, where))
                ids = {row.get("Id") for row in rows}
                whole = entity in _UNCOUNTED or before == after == len(rows)
                if whole and len(ids) == len(rows):
                    return rows
                log.info("changed while read entity=%s before=%s after=%s", entity, before, after)
        except RejectedError as error:
            if error.code in _NOT_IN_THIS_COMPANY:
                return []
            raise
        raise BusyError(
            f"{entity} records are being changed faster than they can be read.",
            remedy="Pull again when nobody works in QuickBooks and no sync runs.",
        )

    def _pages(
        self, entity: str, where: dict[str, Condition], total: int, progress: Progress
    ) -> list[Record]:
        rows: list[Record] = []
        start = 1
        progress(f"Reading {entity} of QuickBooks", 0, total)
        while True:
            page = self.client.query(select(entity, where, start=start))
            rows += page
            progress(f"Reading {entity} of QuickBooks", len(rows), total)
            if len(page) < PAGE:
                return rows
            start += PAGE

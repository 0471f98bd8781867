"""Invoice Ninja read live: every page of clients, products, invoices and payments.

Source: Invoice Ninja API reference 5.12.55, "List clients" (paging, `sort`), read 2026-11-26;
headers and `status`: API description, 5.10, read 2026-11-22. Without `sort` pages were seen to
overlap (issue 10933), so ids are asked for in order, counted and told apart.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

from recon.apps.invoiceninja.company import (
    APP,
    calls_of,
    company_of,
    invoiceninja_pace,
    key_of,
    name_of,
    not_invoice_ninja,
    settings_of,
)
from recon.apps.invoiceninja.records import Exporter, Record, Row
from recon.books import Snapshot
from recon.calls.pace import Pace
from recon.calls.patience import Patience
from recon.errors import BusyError
from recon.ports import Clock, Progress

log = logging.getLogger(__name__)

__all__ = ["InvoiceNinjaApi", "invoiceninja_pace"]

_ROUNDS = 3


class InvoiceNinjaApi:
    """Reads a company in Invoice Ninja through its API.

    What comes has the shape of the exports that `InvoiceNinjaExports` reads, and knows besides
    which client a sale belongs to and which invoices a payment pays. Archived records come,
    deleted ones do not. The app shows to each user what that user may see, without a word about
    the rest: the token has to be that of somebody who sees everything.

    Args:
        url: of the installation ("https://invoicing.co"); the API is behind it.
        token: from Settings, Account Management, API tokens.
        per_page: records in one answer, at most 5000.
        pace: how fast; None for none, as on a server of one's own.
        patience: how long to wait for what.

    Raises:
        ConfigError: the token would cross a network unencrypted.
    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        per_page: int = 500,
        pace: Pace | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._calls = calls_of(url, token, pace=pace, patience=patience)
        self._per_page = per_page

    def close(self) -> None:
        """Give up the connections."""
        self._calls.close()

    def read(self, now: Clock, progress: Progress) -> Snapshot:
        """Every record that is not deleted, clients first.

        Raises:
            AuthError: the token was refused.
            BusyError: the app could not be reached, or was changed all the while.
            RejectedError: there is no Invoice Ninja at this address.
        """
        company = company_of(self._calls)
        exporter = self._exporter(company)
        kinds: tuple[tuple[str, Callable[[Record], Iterator[Row]]], ...] = (
            ("clients", exporter.client),
            ("products", exporter.product),
            ("invoices", exporter.invoice),
            ("payments", exporter.payment),
        )
        rows = {
            kind: [row for record in self._every(kind, progress) for row in export(record)]
            for kind, export in kinds
        }
        log.info("read %s", " ".join(f"{kind}={len(found)}" for kind, found in rows.items()))
        where = "sandbox" if self._calls.is_local else "production"
        return Snapshot("app", APP, name_of(company), key_of(company), where, now(), rows)

    def _exporter(self, company: dict[str, Any]) -> Exporter:
        shared = self._calls.get("statics")
        shared = shared.get("data") or shared

        def words(name: str, field: str) -> dict[str, str]:
            return {str(each["id"]): str(each[field]) for each in shared.get(name) or ()}

        try:
            currencies = words("currencies", "code")
            countries = words("countries", "name")
            payment_types = words("payment_types", "name")
        except (KeyError, TypeError, AttributeError) as error:
            raise not_invoice_ninja() from error
        home = str(settings_of(company).get("currency_id") or "")
        return Exporter(currencies, countries, payment_types, currencies.get(home, ""))

    def _every(self, kind: str, progress: Progress) -> list[Record]:
        """All records of a kind, in the order in which they were made.

        What is entered or removed between two pages moves the others, so the number that was
        there before and after must be the number that came; otherwise it is read again.
        """
        for _ in range(_ROUNDS):
            found: dict[str, Record] = {}
            totals = set()
            page, pages = 1, 1
            while page <= pages:
                records, total, pages = self._page(kind, page)
                totals.add(total)
                found |= {str(record["id"]): record for record in records}
                progress(f"Reading {kind} of {APP}", len(found), total)
                page = page + 1 if records else pages + 1
            if totals == {len(found)}:
                return list(found.values())
            log.info("read again kind=%s found=%d totals=%s", kind, len(found), sorted(totals))
        raise BusyError(
            f"The {kind} in {APP} changed all the while they were read.",
            remedy="Run it again when nobody works in the app.",
        )

    def _page(self, kind: str, page: int) -> tuple[list[Record], int, int]:
        """Records of one page, how many there are in all, and on how many pages."""
        answer = self._calls.get(
            kind, per_page=self._per_page, page=page, sort="id|asc", status="active,archived"
        )
        try:
            told = answer["meta"]["pagination"]
            records = answer["data"]
            total, pages = int(told["total"]), int(told["total_pages"])
            if not all(isinstance(record, dict) and record.get("id") for record in records):
                raise not_invoice_ninja()
        except (KeyError, TypeError, ValueError) as error:
            raise not_invoice_ninja() from error
        return records, total, pages

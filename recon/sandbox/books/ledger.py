"""One company's books as every rule of the sandbox sees them: records, settings, clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from recon.sandbox.books.company import Record
from recon.sandbox.books.store import PACIFIC, Store
from recon.sandbox.books.switches import Switches
from recon.sandbox.serving.webhooks import Webhooks

Clock = Callable[[], datetime]

# Settings of AccountingInfoPrefs, one of which must be on for the reference to be of use.
# Source: Intuit, Preferences entity page, read 2026-11-26.
_TRACKED_BY = {
    "ClassRef": ("ClassTrackingPerTxn", "ClassTrackingPerTxnLine"),
    "DepartmentRef": ("TrackDepartments",),
}

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def now() -> datetime:
    """The real time."""
    return datetime.now(UTC)


class MovableClock:
    """A clock that can be set ahead."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        """What time it is."""
        return self._clock() + self._ahead

    def advance(self, seconds: float) -> None:
        """Let time pass.

        Raises:
            ValueError: back it does not go.
        """
        if seconds < 0:
            raise ValueError("time does not go back")
        self._ahead += timedelta(seconds=seconds)


@dataclass
class Ledger:
    """Records, switches and clock of one company.

    Attributes:
        store: where the records are.
        switches: how to behave where QuickBooks' behaviour is unknown.
        clock: what time it is.
        realm_id: the company's id in every address.
        base_url: where the server is, once it runs.
        webhooks: who is told of what changes.
    """

    store: Store
    switches: Switches
    clock: Clock
    realm_id: str
    base_url: str = ""
    _chart: dict[str, str] = field(default_factory=dict, init=False, repr=False)
    _chart_of: int = field(default=0, init=False, repr=False)
    _kept: dict[str, tuple[int, Record]] = field(default_factory=dict, init=False, repr=False)
    webhooks: Webhooks = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.webhooks = Webhooks(self.realm_id, self.clock, self._webhook_format)

    def _webhook_format(self) -> str:
        return self.switches.webhook_format

    @property
    def chart(self) -> dict[str, str]:
        """What was looked up of accounts; it is forgotten with a write that is taken back."""
        if self._chart_of != self.store.undone:
            self._chart_of = self.store.undone
            self.forget_chart()
        return self._chart

    def forget_chart(self) -> None:
        """Look accounts up anew: one was written."""
        self._chart.clear()

    def stamp(self) -> str:
        """The present time as QuickBooks writes it."""
        return self.clock().astimezone(PACIFIC).isoformat(timespec="seconds")

    def answer_time(self) -> str:
        """The present time as the `time` of an answer."""
        return self.clock().astimezone(PACIFIC).isoformat(timespec="milliseconds")

    def today(self) -> str:
        """The present date."""
        return self.clock().astimezone(PACIFIC).date().isoformat()

    def _settings(self, name: str) -> Record:
        """A settings record; not to be changed, it is kept until the next write of it."""
        version = self.store.version(name)
        kept = self._kept.get(name)
        if kept is None or kept[0] != version:
            kept = (version, self.store.get(name, "1") or {})
            self._kept[name] = kept
        return kept[1]

    def preference(self, group: str, name: str) -> Any:
        """One setting of the Preferences record, None where it is absent."""
        return (self._settings("Preferences").get(group) or {}).get(name)

    def other_preference(self, name: str) -> str:
        """One NameValue of Preferences.OtherPrefs, its last word counting; "" where absent."""
        pairs = (self._settings("Preferences").get("OtherPrefs") or {}).get("NameValue") or []
        ends = {str(pair.get("Name", "")).split(".")[-1]: pair.get("Value") for pair in pairs}
        return str(ends.get(name, ""))

    def custom_numbers(self) -> bool:
        """Document numbers are stored as sent; otherwise the company numbers by itself."""
        switch = self.switches.custom_txn_numbers
        if switch != "company":
            return switch == "true"
        return bool(self.preference("SalesFormsPrefs", "CustomTxnNumbers"))

    def warns_of_duplicate_numbers(self) -> bool:
        """The screen's "warn if a number is used twice" is on, so the API refuses with 6140."""
        switch = self.switches.warn_duplicate_numbers
        said = self.other_preference("WarnDuplicateCheckNumber") if switch == "company" else switch
        return said.lower() == "true"

    def warns_of_duplicate_bills(self) -> bool:
        """The screen warns of bill numbers used twice; the same switch overrides it."""
        switch = self.switches.warn_duplicate_numbers
        said = self.other_preference("WarnDuplicateBillNumber") if switch == "company" else switch
        return said.lower() == "true"

    def home_currency(self) -> str:
        """The code of the currency that the books are kept in."""
        home = self.preference("CurrencyPrefs", "HomeCurrency") or {}
        return str(home.get("value") or "USD")

    def multicurrency(self) -> bool:
        """The company deals in several currencies."""
        return bool(self.preference("CurrencyPrefs", "MultiCurrencyEnabled"))

    def automated_tax(self) -> bool:
        """An engine, not the company's own rates, decides on US sales tax."""
        switch = self.switches.automated_sales_tax
        if switch != "company":
            return switch == "true"
        return bool(self.preference("TaxPrefs", "PartnerTaxEnabled"))

    def closing_date(self) -> str:
        """The last closed day, "" where the books are open."""
        return self.preference("AccountingInfoPrefs", "BookCloseDate") or ""

    def first_month(self) -> int:
        """The month in which the company's fiscal year starts, 1 to 12."""
        name = str(self._settings("CompanyInfo").get("FiscalYearStartMonth") or "")
        return _MONTHS.index(name) + 1 if name in _MONTHS else 1

    def tracks(self, field: str) -> bool:
        """Classes and locations can be turned off; everything else that is named cannot."""
        settings = _TRACKED_BY.get(field, ())
        return not settings or any(
            self.preference("AccountingInfoPrefs", name) is True for name in settings
        )

    def in_us(self) -> bool:
        """Lines take only the tax codes TAX and NON."""
        if self.switches.us_company != "company":
            return self.switches.us_company == "true"
        return self._settings("CompanyInfo").get("Country", "US") in {"US", "USA"}

    def touch(self, record: Record, before: Record | None) -> None:
        """Count one write: SyncToken and time stamps."""
        stamp = self.stamp()
        created = ((before or {}).get("MetaData") or {}).get("CreateTime", stamp)
        record["SyncToken"] = str(int(before["SyncToken"]) + 1) if before else "0"
        record["MetaData"] = {"CreateTime": created, "LastUpdatedTime": stamp}
        record["domain"] = "QBO"
        record["sparse"] = False

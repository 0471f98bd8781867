"""What is: references, the shapes of tables, snapshots, and the books of both systems.

Rows in bulk are a DataFrame with a declared shape; what a shape is stands in `recon.table`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal, NewType

import pandas as pd

from recon.table import COUNT, DAY, FLAG, MOMENT, MONEY, SHARE, TEXT, Dtype, Table

Ref = NewType("Ref", str)
System = Literal["app", "qbo"]
Kind = Literal[
    "customer", "vendor", "employee", "item", "invoice", "payment", "credit", "sales_receipt",
    "estimate", "account", "term", "class", "tax_rate", "tax_code", "deposit",
]  # fmt: skip

CENT = Decimal("0.01")


def make_ref(system: System, kind: str, record_id: str) -> Ref:
    """The reference of one record, such as `qbo:customer:42`; the only identity used anywhere."""
    return Ref(f"{system}:{kind}:{record_id}")


def split_ref(ref: str) -> tuple[str, str, str]:
    """System, kind and id of a reference; the id may itself hold colons."""
    system, kind, record_id = ref.split(":", 2)
    return system, kind, record_id


_PARTY: dict[str, Dtype] = {
    "ref": TEXT, "kind": TEXT, "id": TEXT, "number": TEXT, "name": TEXT, "company_name": TEXT,
    "given_name": TEXT, "family_name": TEXT, "email": TEXT, "phone": TEXT, "address_line1": TEXT,
    "address_line2": TEXT, "city": TEXT, "region": TEXT, "postal_code": TEXT, "country": TEXT,
    "tax_number": TEXT, "currency": TEXT, "balance": MONEY, "taxable": FLAG, "active": FLAG,
    "is_company": FLAG, "terms": TEXT, "parent_ref": TEXT, "bill_with_parent": FLAG,
    "full_name": TEXT, "sync_token": TEXT, "created_at": MOMENT, "updated_at": MOMENT, "row": COUNT,
}  # fmt: skip
_SALE: dict[str, Dtype] = {
    "ref": TEXT, "id": TEXT, "number": TEXT, "customer_ref": TEXT, "customer_name": TEXT,
    "date": DAY, "due_date": DAY, "total": MONEY, "balance": MONEY, "tax": MONEY, "discount": MONEY,
    "currency": TEXT, "status": TEXT, "po_number": TEXT, "memo": TEXT, "tax_name": TEXT,
    "tax_rate": MONEY, "terms": TEXT, "class_name": TEXT, "linked_id": TEXT, "sync_token": TEXT,
    "created_at": MOMENT, "updated_at": MOMENT, "row": COUNT,
}  # fmt: skip
_NAMED: dict[str, Dtype] = {
    "ref": TEXT, "id": TEXT, "name": TEXT, "type": TEXT, "active": FLAG, "sync_token": TEXT,
}  # fmt: skip

CUSTOMERS = Table("CUSTOMERS", _PARTY, required=("ref", "kind", "active"))
CONTACTS = Table(
    "CONTACTS",
    {"ref": TEXT, "position": COUNT, "given_name": TEXT, "family_name": TEXT, "email": TEXT,
     "phone": TEXT, "is_primary": FLAG},
    unique=("ref", "position"),
)  # fmt: skip
ITEMS = Table(
    "ITEMS",
    {"ref": TEXT, "id": TEXT, "name": TEXT, "full_name": TEXT, "sku": TEXT, "description": TEXT,
     "type": TEXT, "unit_price": MONEY, "cost": MONEY, "category": TEXT, "parent_ref": TEXT,
     "taxable": FLAG, "tax_name": TEXT, "tax_rate": MONEY, "active": FLAG, "start_date": DAY,
     "quantity": MONEY, "income_account_ref": TEXT, "sync_token": TEXT, "created_at": MOMENT,
     "updated_at": MOMENT, "row": COUNT},
    required=("ref", "active"),
)  # fmt: skip
INVOICES = Table("INVOICES", _SALE)
CREDITS = Table("CREDITS", _SALE)
SALES_RECEIPTS = Table("SALES_RECEIPTS", _SALE)
REFUND_RECEIPTS = Table("REFUND_RECEIPTS", _SALE)
ESTIMATES = Table("ESTIMATES", _SALE)
INVOICE_LINES = Table(
    "INVOICE_LINES",
    {"ref": TEXT, "position": COUNT, "item_ref": TEXT, "item_name": TEXT, "description": TEXT,
     "quantity": MONEY, "unit_price": MONEY, "amount": MONEY, "tax_name": TEXT, "tax_rate": MONEY,
     "tax_parts": TEXT, "tax_code": TEXT, "row": COUNT},
    unique=("ref", "position"),
)  # fmt: skip
PAYMENTS = Table(
    "PAYMENTS",
    {"ref": TEXT, "id": TEXT, "number": TEXT, "customer_ref": TEXT, "customer_name": TEXT,
     "date": DAY, "amount": MONEY, "unapplied": MONEY, "refunded": MONEY, "method": TEXT,
     "reference": TEXT, "currency": TEXT, "status": TEXT, "memo": TEXT, "deposit_to_ref": TEXT,
     "linked_id": TEXT, "sync_token": TEXT, "created_at": MOMENT, "updated_at": MOMENT,
     "row": COUNT},
)  # fmt: skip
PAYMENT_APPLICATIONS = Table(
    "PAYMENT_APPLICATIONS",
    {"payment_ref": TEXT, "invoice_ref": TEXT, "amount": MONEY},
    required=("payment_ref", "invoice_ref"),
    unique=(),
)
TRANSACTION_LINKS = Table(
    "TRANSACTION_LINKS",
    {"ref": TEXT, "linked_ref": TEXT, "amount": MONEY},
    required=("ref", "linked_ref"),
    unique=(),
)
"""What else a transaction names than a payment its invoices and a deposit its payments: the credit
note that a payment uses up, the estimate an invoice was made from, the customer of a deposit's
line."""
DEPOSITS = Table(
    "DEPOSITS", {"ref": TEXT, "date": DAY, "amount": MONEY, "payment_ref": TEXT}, unique=()
)
JOURNAL_LINES = Table(
    "JOURNAL_LINES",
    {"ref": TEXT, "position": COUNT, "date": DAY, "account_ref": TEXT, "customer_ref": TEXT,
     "amount": MONEY},
    unique=("ref", "position"),
)  # fmt: skip
TAX_RATES = Table(
    "TAX_RATES", {**_NAMED, "rate": MONEY, "tax_code": TEXT, "agency": TEXT}, required=("ref",)
)
TAX_CODES = Table("TAX_CODES", {**_NAMED, "rate": MONEY, "tax_parts": TEXT})
"""`tax_parts` are the rates of a code or a line that has several, the lowest first: "5+9.975"."""
ACCOUNTS = Table("ACCOUNTS", {**_NAMED, "subtype": TEXT})
TERMS = Table("TERMS", {**_NAMED, "due_days": COUNT})
CLASSES = Table("CLASSES", _NAMED)
PREFERENCES = Table(
    "PREFERENCES", {"name": TEXT, "value": TEXT}, required=("name",), unique=("name",)
)
LINKS = Table(
    "LINKS", {"ref": TEXT, "linked_ref": TEXT, "how": TEXT}, required=("ref", "linked_ref")
)
SYNC_STATUS = Table("SYNC_STATUS", {"ref": TEXT, "status": TEXT, "says": TEXT, "at": MOMENT})
PLANNED = Table("PLANNED", {"ref": TEXT, "for_ref": TEXT, "sync_token": TEXT}, unique=())
"""What a plan will write to QuickBooks: the record, the app's record that it is for, and the
version of it on which the write was made."""

PAIRS = Table(
    "PAIRS",
    {"left_ref": TEXT, "right_ref": TEXT, "scope": TEXT, "kind": TEXT, "match_weight": SHARE,
     "match_probability": SHARE, "band": TEXT, "cluster": COUNT, "reasons": TEXT,
     "weighed": TEXT},
    required=("left_ref", "right_ref", "scope", "kind", "match_probability", "band"),
    unique=("left_ref", "right_ref"),
)  # fmt: skip
FINDINGS = Table(
    "FINDINGS",
    {"check": TEXT, "severity": TEXT, "ref": TEXT, "other_ref": TEXT, "says": TEXT,
     "remedy": TEXT, "by": TEXT, "fault": TEXT},
    required=("check", "severity", "ref", "says"),
    unique=("check", "ref", "other_ref"),
)  # fmt: skip
OUTCOMES = Table(
    "OUTCOMES",
    {"ref": TEXT, "kind": TEXT, "effect": TEXT, "outcome": TEXT, "target_ref": TEXT, "fault": TEXT,
     "sent_as": TEXT, "says": TEXT, "because": TEXT, "otherwise": TEXT},
    required=("ref", "kind", "effect", "outcome"),
)  # fmt: skip
"""`target_ref` is the record that is linked, or that a duplicate would be made of. `because` is the
value of the profile that decided ("customer.match"), or `qbo:6240` for a fault of QuickBooks; NA
where a person did. `otherwise` is what would become of it under another answer to a question that
is not established, and is NA where nothing would differ."""

Effect = Literal["link", "create", "refuse", "skip"]
"""What the app physically does; `outcome` is what that means for the books."""
SCENARIOS = Table(
    "SCENARIOS",
    {"scenario": TEXT, "says": TEXT, "group": TEXT, "fare_otherwise": COUNT,
     "customers_created": COUNT, "customers_twice": COUNT, "wrong_links": COUNT,
     "refused": COUNT, "invoices_sent": COUNT, "sales_twice": COUNT,
     "in_closed_period": COUNT, "waiting": COUNT, "left_out": COUNT, "left_open": MONEY,
     "made_in_app": COUNT, "changed_in_app": COUNT, "customers_before": COUNT,
     "customers_after": COUNT, "receivables_before": MONEY, "receivables_after": MONEY,
     "revenue_before": MONEY, "revenue_after": MONEY, "open_invoices_before": COUNT,
     "open_invoices_after": COUNT},
    required=("scenario", "says"),
    unique=("scenario",),
)  # fmt: skip
"""Ways to turn the sync on, one a row, the first as things are set. `group` is "way", or "rule" for
what would be if the app found records otherwise than is stated. `fare_otherwise` counts the app's
records of which something else becomes than in the first. `customers_before` and what follows are
QuickBooks' figures in the books' own amounts, currencies not told apart; `left_open` is what is
still owed on invoices that stay out."""
Outcome = Literal[
    "link", "create", "duplicate", "wrong_link", "refuse", "drop_line", "overwrite", "disconnect",
    "create_in_app", "renumber_in_app", "delete_in_app", "retitle", "tax_changed", "wait", "skip",
]  # fmt: skip


@dataclass(frozen=True)
class Reject:
    """A line of a source that could not become a record: where, what it held, and why."""

    source: str
    line: int
    text: str
    why: str


@dataclass(frozen=True)
class Snapshot:
    """One system as it was at one moment, raw: every record exactly as it was sent.

    Attributes:
        system: whose records.
        source: where they came from, for people ("QuickBooks Online", "clients.csv").
        company: the company's name as the system says it.
        realm: QuickBooks company id; the app's own account name; empty when a file has none.
        environment: "production", "sandbox" or "files".
        taken_at: when the pull ended, UTC.
        records: entity name as the system calls it to raw records.
        rejects: lines that could not be read.
        notes: what a person should know about the reading, in sentences without a client's name.
        as_of: up to when, by the system's own clock (ISO 8601), its changes are in; empty when the
            system does not tell.
    """

    system: System
    source: str
    company: str
    realm: str
    environment: str
    taken_at: datetime
    records: Mapping[str, list[dict[str, Any]]]
    rejects: tuple[Reject, ...] = ()
    notes: tuple[str, ...] = ()
    as_of: str = ""

    @property
    def id(self) -> str:
        """A digest of the records: the same books give the same id."""
        text = json.dumps(self.records, sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True)
class Side:
    """The books of one system as tables. `vendors` and `employees` are CUSTOMERS-shaped.

    With `only_lists`, its sales, tax rates and settings were never read: nothing is known of them.
    With `live`, its records were read over its API, and `id` is the system's own: they can be
    changed the same way.
    """

    company: str = ""
    realm: str = ""
    only_lists: bool = False
    live: bool = False
    customers: pd.DataFrame = field(default_factory=CUSTOMERS.frame)
    contacts: pd.DataFrame = field(default_factory=CONTACTS.frame)
    vendors: pd.DataFrame = field(default_factory=CUSTOMERS.frame)
    employees: pd.DataFrame = field(default_factory=CUSTOMERS.frame)
    items: pd.DataFrame = field(default_factory=ITEMS.frame)
    invoices: pd.DataFrame = field(default_factory=INVOICES.frame)
    invoice_lines: pd.DataFrame = field(default_factory=INVOICE_LINES.frame)
    payments: pd.DataFrame = field(default_factory=PAYMENTS.frame)
    payment_applications: pd.DataFrame = field(default_factory=PAYMENT_APPLICATIONS.frame)
    transaction_links: pd.DataFrame = field(default_factory=TRANSACTION_LINKS.frame)
    credits: pd.DataFrame = field(default_factory=CREDITS.frame)
    sales_receipts: pd.DataFrame = field(default_factory=SALES_RECEIPTS.frame)
    refund_receipts: pd.DataFrame = field(default_factory=REFUND_RECEIPTS.frame)
    estimates: pd.DataFrame = field(default_factory=ESTIMATES.frame)
    tax_rates: pd.DataFrame = field(default_factory=TAX_RATES.frame)
    tax_codes: pd.DataFrame = field(default_factory=TAX_CODES.frame)
    deposits: pd.DataFrame = field(default_factory=DEPOSITS.frame)
    accounts: pd.DataFrame = field(default_factory=ACCOUNTS.frame)
    terms: pd.DataFrame = field(default_factory=TERMS.frame)
    classes: pd.DataFrame = field(default_factory=CLASSES.frame)
    preferences: pd.DataFrame = field(default_factory=PREFERENCES.frame)
    links: pd.DataFrame = field(default_factory=LINKS.frame)
    sync_status: pd.DataFrame = field(default_factory=SYNC_STATUS.frame)

    @property
    def book_close_date(self) -> date | None:
        """The last day of the closed period, or None when the books are open."""
        found = self.preference("BookCloseDate")
        return date.fromisoformat(found) if found else None

    def preference(self, name: str) -> str:
        """The value of one setting as text, empty when it is not set."""
        return self._set.get(name, "")

    @cached_property
    def _set(self) -> dict[str, str]:
        told = self.preferences.dropna(subset=["value"])
        return dict(zip(told["name"], told["value"], strict=True))

    def counts(self) -> dict[str, int]:
        """Rows by table, without the empty ones."""
        sizes = {
            f.name: len(getattr(self, f.name))
            for f in fields(self)
            if isinstance(getattr(self, f.name), pd.DataFrame)
        }
        return {name: size for name, size in sizes.items() if size}


@dataclass(frozen=True)
class Books:
    """Both systems, tidied; `rejects` are the lines that are in neither."""

    app: Side
    qbo: Side
    rejects: tuple[Reject, ...] = ()

    def names(self) -> dict[str, str]:
        """Reference to name or number, for people; a record without one is told by its key."""
        told: dict[str, str] = {}
        for side in (self.app, self.qbo):
            for table in (side.customers, side.vendors, side.employees, side.items):
                told.update(zip(table["ref"], table["name"].fillna(""), strict=True))
            for table in (side.invoices, side.payments):
                told.update(zip(table["ref"], table["number"].fillna(""), strict=True))
        return {ref: name.strip() or f"({split_ref(ref)[2]})" for ref, name in told.items()}

"""The kinds of records: their fields with defaults, what is unique, searched, included.

Source: fields: Invoice Ninja API description, 5.10, read 2026-11-22; actions: API reference
5.12.55, "Bulk client actions", and what clients are searched by: README of the PHP SDK, read
2026-11-26.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from recon.sandbox.books.company import Record

_TAXES: Record = {
    "tax_name1": "", "tax_rate1": 0.0, "tax_name2": "", "tax_rate2": 0.0,
    "tax_name3": "", "tax_rate3": 0.0,
}  # fmt: skip
_CUSTOM: Record = {f"custom_value{number}": "" for number in range(1, 5)}
_OWNED: Record = {"user_id": "", "assigned_user_id": ""}
_STATE: Record = {"is_deleted": False, "created_at": 0, "updated_at": 0, "archived_at": 0}
_LINK: Record = {"sync": {}}
CONTACT: Record = {
    "id": "", "first_name": "", "last_name": "", "email": "", "phone": "", "is_primary": False,
    "send_email": True, **_CUSTOM,
}  # fmt: skip
LINE: Record = {
    "product_key": "", "notes": "", "quantity": 1.0, "cost": 0.0, "discount": 0.0,
    "is_amount_discount": True, **_TAXES, "line_total": 0.0, "gross_line_total": 0.0,
    "tax_amount": 0.0, "type_id": "1", "tax_id": "1", **_CUSTOM,
}  # fmt: skip
_STANDING = frozenset({"archive", "restore", "delete"})
_DERIVED = frozenset({"id", "display_name", "balance", "paid_to_date", "sync", *_STATE})


@dataclass(frozen=True)
class Kind:
    """One kind of record.

    Attributes:
        path: its name in addresses ("clients").
        name: its name in permissions and in the sync ("client").
        fields: every field with its default.
        derived: fields that a request cannot set.
        unique: fields of which a value is given once in a company.
        searched: fields that `filter` looks into.
        includes: relations that `include` may name.
        actions: what /bulk does.
    """

    path: str
    name: str
    fields: Record
    derived: frozenset[str] = _DERIVED
    unique: tuple[str, ...] = ("number",)
    searched: tuple[str, ...] = ("number",)
    includes: frozenset[str] = frozenset()
    actions: frozenset[str] = field(default=_STANDING)


_SALE: Record = {
    "id": "", **_OWNED, "client_id": "", "status_id": "1", "number": "", "po_number": "",
    "date": "", "due_date": "", "amount": 0.0, "balance": 0.0, "paid_to_date": 0.0,
    "discount": 0.0, "is_amount_discount": True, "partial": 0.0, "uses_inclusive_taxes": False,
    "total_taxes": 0.0, **_TAXES, "public_notes": "", "private_notes": "", "terms": "",
    "footer": "", "exchange_rate": 1, **_CUSTOM, **_STATE, "line_items": [], **_LINK,
}  # fmt: skip
_SALE_DERIVED = _DERIVED | {"status_id", "amount", "total_taxes", "line_items", "client_id"}
_SALE_SEARCHED = ("number", "po_number", "date", "amount", "balance", "custom_value1")

CLIENTS = Kind(
    "clients",
    "client",
    {
        "id": "", **_OWNED, "name": "", "display_name": "", "number": "", "id_number": "",
        "vat_number": "", "phone": "", "website": "", "private_notes": "", "public_notes": "",
        "address1": "", "address2": "", "city": "", "state": "", "postal_code": "",
        "country_id": "", "shipping_address1": "", "shipping_address2": "", "shipping_city": "",
        "shipping_state": "", "shipping_postal_code": "", "shipping_country_id": "",
        "industry_id": "", "size_id": "", "group_settings_id": "", "balance": 0.0,
        "paid_to_date": 0.0, "credit_balance": 0.0, "payment_balance": 0.0,
        "is_tax_exempt": False, "classification": "", "settings": {}, **_CUSTOM, **_STATE,
        "contacts": [], **_LINK,
    },
    derived=_DERIVED | {"credit_balance", "payment_balance", "contacts", "settings"},
    unique=("number", "id_number"),
    searched=("name", "id_number", "number", *_CUSTOM),
    includes=frozenset({"contacts", "documents", "gateway_tokens", "activities", "ledger",
                        "system_logs", "group_settings"}),
    actions=_STANDING | {"assign_group", "bulk_update", "template"},
)  # fmt: skip
PRODUCTS = Kind(
    "products",
    "product",
    {
        "id": "", **_OWNED, "product_key": "", "notes": "", "cost": 0.0, "price": 0.0,
        "quantity": 1.0, **_TAXES, "tax_id": "1", "in_stock_quantity": 0, "max_quantity": 0,
        "product_image": "", **_CUSTOM, **_STATE, **_LINK,
    },
    unique=(),
    searched=("product_key", "notes", *_CUSTOM),
    includes=frozenset({"company", "user", "documents"}),
    actions=_STANDING | {"set_tax_id"},
)  # fmt: skip
INVOICES = Kind(
    "invoices", "invoice", _SALE, derived=_SALE_DERIVED, searched=_SALE_SEARCHED,
    includes=frozenset({"client", "payments", "activities", "history"}),
    actions=_STANDING | {"mark_sent", "mark_paid", "cancel", "email"},
)  # fmt: skip
QUOTES = Kind(
    "quotes", "quote", _SALE, derived=_SALE_DERIVED, searched=_SALE_SEARCHED,
    includes=frozenset({"client", "activities"}), actions=_STANDING | {"mark_sent"},
)  # fmt: skip
CREDITS = Kind(
    "credits", "credit", _SALE, derived=_SALE_DERIVED, searched=_SALE_SEARCHED,
    includes=frozenset({"client", "activities"}), actions=_STANDING | {"mark_sent"},
)  # fmt: skip
PAYMENTS = Kind(
    "payments",
    "payment",
    {
        "id": "", **_OWNED, "client_id": "", "number": "", "date": "", "amount": 0.0,
        "applied": 0.0, "refunded": 0.0, "type_id": "", "status_id": "4",
        "transaction_reference": "", "currency_id": "", "exchange_rate": 1, "is_manual": True,
        "private_notes": "", **_CUSTOM, **_STATE, "paymentables": [], **_LINK,
    },
    derived=_DERIVED | {"applied", "refunded", "status_id", "paymentables", "client_id", "amount"},
    searched=("number", "amount", "date", "transaction_reference", *_CUSTOM),
    includes=frozenset({"client", "invoices", "type", "credits", "paymentables"}),
    actions=_STANDING | {"email"},
)  # fmt: skip

KINDS = {kind.path: kind for kind in (CLIENTS, PRODUCTS, INVOICES, PAYMENTS, QUOTES, CREDITS)}
SALES = frozenset({"invoices", "quotes", "credits"})
"""Kinds with a client and lines; they share their fields."""

DRAFT, SENT, PARTIAL, PAID, CANCELLED = "1", "2", "3", "4", "5"

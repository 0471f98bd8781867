"""What a write under our names is in Invoice Ninja's API, and what its update must not lose.

    our names               in the app
    customer.name, number   name, number; address and tax number likewise
    customer.email          e-mail of the first contact, whom exports and tables show
    item.name               product_key
    item.deleted            is_deleted, by the bulk action delete or restore
    invoice.number          number
    invoice.items           product_key of lines, by their position from 1 on
    payment.reference       transaction_reference

An update is not what it seems. Contacts that are not in its list are deleted, and some versions
delete them all where there is no list; a currency that is not sent becomes the company's; quantity
and taxes of a product that are not sent become the defaults. So each update carries these as the
record holds them at that moment, contacts with their ids and settings whole.

Source: Invoice Ninja v5.10.42, updates of clients, products and invoices, read 2026-11-22; an
update without `contacts` that removed them all: pull request 95 of its PHP SDK, 2022-10-27, read
2026-11-26; contacts were matched by their key in an older version: issue 3990, 2020-08, read
2026-11-26, so id and key are both sent. Passwords of contacts are shown masked, so they are not
sent back. Blanks: "TrimStrings" in the documentation of daravel and a tip of laraveldaily, read
2026-11-26.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from recon.apps.invoiceninja.records import inner, rows_of

Record = dict[str, Any]

PATHS = {"customer": "clients", "item": "products", "invoice": "invoices", "payment": "payments"}
"""Our kind to the app's path."""

GUARDS = frozenset({"Id", "SyncToken"})
"""What of a body is not content."""

_PLAIN = {
    "customer": {
        "name": "name", "number": "number", "address_line1": "address1",
        "address_line2": "address2", "city": "city", "region": "state",
        "postal_code": "postal_code", "tax_number": "vat_number",
    },
    "item": {"name": "product_key", "deleted": "is_deleted"},
    "invoice": {"number": "number"},
    "payment": {"number": "number", "reference": "transaction_reference"},
}  # fmt: skip
_NOT_SENT_BACK = frozenset({
    "password", "link", "last_login", "created_at", "updated_at", "archived_at",
})  # fmt: skip
_PRODUCT_DEFAULTS = (
    "quantity", "tax_name1", "tax_rate1", "tax_name2", "tax_rate2", "tax_name3", "tax_rate3",
    "tax_id",
)  # fmt: skip


def unknown(kind: str, asked: Mapping[str, Any]) -> list[str]:
    """Which of the fields that were asked for nobody has described for this kind."""
    known = shown(kind, {}) if kind in PATHS else {}
    return [name for name in asked if name not in GUARDS and name not in known]


@dataclass(frozen=True)
class Call:
    """One request to the app."""

    method: str
    path: str
    body: Record


def shown(kind: str, record: Record) -> Record:
    """A record under our names; `items` has every line, `deleted` is a flag."""
    told = {ours: record.get(theirs) or "" for ours, theirs in _PLAIN[kind].items()}
    if kind == "customer":
        first = next(iter(rows_of(record, "contacts")), {})
        told["email"] = first.get("email") or ""
    elif kind == "invoice":
        lines = enumerate(rows_of(record, "line_items"), 1)
        told["items"] = {str(at): line.get("product_key") or "" for at, line in lines}
    return {**told, "deleted": bool(record.get("is_deleted"))}


def differs(kind: str, record: Record, asked: Mapping[str, Any]) -> list[str]:
    """Which of the fields that were asked for a record does not hold, under our names."""
    held = shown(kind, record)
    return [
        name
        for name, value in asked.items()
        if name not in GUARDS and not _holds(held.get(name), value)
    ]


def _holds(held: Any, asked: Any) -> bool:
    if isinstance(asked, Mapping):
        return isinstance(held, Mapping) and all(
            _holds(held.get(key), value) for key, value in asked.items()
        )
    if isinstance(asked, bool) or isinstance(held, bool):
        return held is asked
    # Laravel, which the app is built on, takes blanks off both ends of what it is sent
    wanted = str("" if asked is None else asked)
    return str("" if held is None else held) in {wanted, wanted.strip()}


def call_for(kind: str, record: Record, asked: Mapping[str, Any]) -> Call:
    """The request that changes a record so, and nothing else of it.

    Args:
        kind: one of `PATHS`.
        record: as the app shows it now.
        asked: what changes, under our names.
    """
    path, fields = PATHS[kind], {n: v for n, v in asked.items() if n not in GUARDS}
    if "deleted" in fields:
        action = "delete" if fields["deleted"] else "restore"
        return Call("POST", f"{path}/bulk", {"action": action, "ids": [record["id"]]})
    body: Record = {_PLAIN[kind][n]: v for n, v in fields.items() if n in _PLAIN[kind]}
    if kind == "customer":
        body |= {
            "settings": dict(inner(record, "settings")),
            "contacts": _contacts(record, fields),
        }
    elif kind == "item":
        body |= {name: record[name] for name in _PRODUCT_DEFAULTS if name in record}
    elif kind == "invoice":
        body["client_id"] = record.get("client_id")
        if "items" in fields:
            body["line_items"] = [
                {**line, "product_key": fields["items"].get(str(at), line.get("product_key"))}
                for at, line in enumerate(rows_of(record, "line_items"), 1)
            ]
    return Call("PUT", f"{path}/{record['id']}", body)


def _contacts(record: Record, fields: Mapping[str, Any]) -> list[Record]:
    """Every contact with its id; the first one with the new e-mail, where there is one."""
    contacts = [
        {name: value for name, value in contact.items() if name not in _NOT_SENT_BACK}
        for contact in rows_of(record, "contacts")
    ]
    if "email" in fields:
        first, *rest = contacts or [{"is_primary": True}]
        return [{**first, "email": fields["email"]}, *rest]
    return contacts

"""What Invoice Ninja's sync takes from the app's records: reference, link, name, tax, contact.

Source: Invoice Ninja user guide, "Quickbooks", as at version 5.12.4; lengths and fields as the
    integration's public repository shows its behaviour; both read 2026-11-22.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

from recon.apps.push.incoming import was_imported
from recon.apps.push.records import Json, Record, filled, text
from recon.books import Ref, make_ref
from recon.ports import AppRecords

_Some = TypeVar("_Some", bound=Record)

_KNOWN_AS = "known as"
"""Where a record keeps its reference once an import may rename or delete it."""
NOT_TAXED = {"5", "8"}  # tax categories "exempt" and "zero-rated"


def display_name(client: Record) -> str:
    """The name that the client has in QuickBooks, cut to 100 characters and not cleaned up."""
    name = text(client, "name")
    if len(name) > 1:
        return name[:100]
    for contact in client.get("contacts") or ():
        if email := text(contact, "email"):
            full = f"{text(contact, 'first_name')} {text(contact, 'last_name')}".strip()
            return (full or email)[:100]
    return "No Contact Set"


def customer_body(client: Record, name: str) -> Json:
    """The request that creates the customer of a client."""
    contact = contact_of(client)
    address = {
        "Line1": text(client, "address1")[:41],
        "City": text(client, "city")[:31],
        "CountrySubDivisionCode": text(client, "state")[:21],
        "PostalCode": text(client, "postal_code")[:13],
    }
    return filled(
        {
            "DisplayName": name,
            "CompanyName": name,
            "GivenName": text(contact, "first_name")[:25],
            "FamilyName": text(contact, "last_name")[:25],
            "PrimaryEmailAddr": filled({"Address": text(contact, "email")}),
            "PrimaryPhone": filled({"FreeFormNumber": text(contact, "phone")[:21]}),
            "BillAddr": filled(address),
            "Notes": text(client, "public_notes"),
        }
    )


def contact_of(client: Record) -> Record:
    """The primary contact, else the first, else an empty one."""
    contacts: list[Record] = client.get("contacts") or []
    primary = [contact for contact in contacts if contact.get("is_primary")]
    return next(iter(primary or contacts), {})


def client_ref(client: Record) -> Ref:
    """The reference of a client: its number's, else its id's."""
    return _ref("customer", client, "number")


def product_ref(product: Record) -> Ref:
    """The reference of a product: its key."""
    return _ref("item", product, "product_key")


def invoice_ref(invoice: Record) -> Ref:
    """The reference of an invoice: its number's, else its id's."""
    return _ref("invoice", invoice, "number")


def payment_ref(payment: Record) -> Ref:
    """The reference of a payment: its number's, else its id's."""
    return _ref("payment", payment, "number")


def _ref(kind: str, record: Record, name: str) -> Ref:
    """What an import has made goes by its id: its name may be that of a record that was read."""
    if _KNOWN_AS in record:
        return Ref(record[_KNOWN_AS])
    by_id, told = make_ref("app", kind, text(record, "id")), text(record, name)
    return make_ref("app", kind, told) if told.strip() and not was_imported(by_id) else by_id


def settle_refs(app: AppRecords) -> None:
    """Have every record keep the reference that it has now; of one name the later get numbers."""
    tables = (app.clients, app.products, app.invoices, app.payments)
    for ref_of, records in zip(REF_OF.values(), tables, strict=True):
        seen: Counter[Ref] = Counter()
        for record in kept(records):
            ref = ref_of(record)
            seen[ref] += 1
            record[_KNOWN_AS] = ref if seen[ref] == 1 else f"{ref}#{seen[ref]}"


REF_OF: Mapping[str, Callable[[Record], Ref]] = {
    "customer": client_ref, "item": product_ref, "invoice": invoice_ref, "payment": payment_ref,
}  # fmt: skip


def by_number(records: Iterable[Record]) -> list[Record]:
    """Records in the order of their numbers, as text."""
    return sorted(records, key=lambda record: text(record, "number"))


def kept(records: Iterable[_Some]) -> list[_Some]:
    """Records that are not deleted; archived ones are kept."""
    return [record for record in records if not record.get("is_deleted")]


def stored_id(record: Record) -> str:
    """Id of the record of QuickBooks that it is linked to; empty for none."""
    return text(record.get("sync") or {}, "qb_id")


def stored_links(records: Sequence[Record], key: str) -> dict[str, str]:
    """The links of before: a field of each record to the id in QuickBooks; the first counts."""
    linked = (record for record in reversed(records) if stored_id(record))
    return {text(record, key): stored_id(record) for record in linked}


def taxed(line: Record) -> bool:
    """Whether a line is taxed: its rate is not nought, and its category not exempt."""
    return bool(rate_of(line)) and text(line, "tax_id") not in NOT_TAXED


def rate_of(line: Record) -> Decimal:
    """The percentage of a line's first tax."""
    return decimal(line.get("tax_rate1"))


def rates_of(line: Record) -> list[Decimal]:
    """All rates of a line, up to three, the lowest first."""
    told = (decimal(line.get(f"tax_rate{place}")) for place in (1, 2, 3))
    return sorted(rate for rate in told if rate)


def decimal(value: object) -> Decimal:
    """An exact amount, nought where there is none."""
    return Decimal(str(value or 0))

"""Fields of the app's records, and values as a request to QuickBooks has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

Record = Mapping[str, Any]
Json = dict[str, Any]


def by_number(records: Iterable[Record]) -> list[Record]:
    """In the order of their numbers, those without one last."""
    return sorted(records, key=lambda record: (not text(record, "number"), text(record, "number")))


def listed(clients: Iterable[Record]) -> list[Record]:
    """Clients that the app shows, in the order of their numbers."""
    return by_number(client for client in clients if client.get("listed", True))


def keyed(products: Iterable[Record]) -> list[Record]:
    """Products that have a name."""
    return [product for product in products if text(product, "product_key").strip()]


def pending(record: Record, now: datetime | None, hours: int) -> bool:
    """Whether a record is too young for the last batch: made less than `hours` before `now`.

    Where an app does not say when a record was made, its date counts, from midnight UTC. Without
    `now`, the batch has run.
    """
    told = text(record, "created_at") or text(record, "date")
    if now is None or not told:
        return False
    made = datetime.fromisoformat(told)
    made = made.replace(tzinfo=UTC) if made.tzinfo is None else made
    return (now - made).total_seconds() < hours * 3600


def is_draft(invoice: Record) -> bool:
    """Whether an invoice was not sent to the client yet."""
    return text(invoice, "status").strip().casefold() == "draft"


def letters(customer: Record, field_name: str) -> str:
    """A name or an e-mail of a customer, letter for letter."""
    value = customer.get(field_name)
    return text(value, "Address") if isinstance(value, Mapping) else text(customer, field_name)


def person(client: Record) -> str:
    """First and last name, blanks around them as they are."""
    return " ".join(filter(None, (text(client, "given_name"), text(client, "family_name"))))


def rate(line: Record) -> Decimal:
    """Per cent of sales tax on a line."""
    return decimal(text(line, "item_tax_rate"))


def number(record: Record, name: str) -> float | None:
    """An amount as JSON has it, None where there is none or it is no number."""
    told = text(record, name).strip()
    try:
        return float(told) if told else None
    except ValueError:
        return None


def decimal(told: str) -> Decimal:
    """An exact amount, nought where there is none or it is no number."""
    try:
        return Decimal(told.strip() or 0)
    except ArithmeticError:
        return Decimal(0)


def text(record: Record, name: str) -> str:
    """A field as text, empty where it is not there."""
    value = record.get(name)
    return "" if value is None else str(value)


def quoted(told: str) -> str:
    """Text as a query has it."""
    return "'" + told.replace("\\", "\\\\").replace("'", "\\'") + "'"


def reference(record_id: str) -> Json:
    """A reference to a record of QuickBooks, empty without an id."""
    return {"value": record_id} if record_id else {}


def filled(body: Json) -> Json:
    """The body without what is empty; nought and False are not empty."""
    return {name: value for name, value in body.items() if value not in (None, "", {}, [])}

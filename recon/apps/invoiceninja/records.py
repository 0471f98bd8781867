"""Records of Invoice Ninja's API in the shape of its exports, so that both are tidied alike.

A record keeps the app's own ids beside the exports' fields: `id`, `customer_id` of sales, and
`applied_to` of payments, which no export has.

Source: Invoice Ninja API description, 5.10, fields of clients, products, invoices and payments,
and the words of its English exports (v5.10.42), read 2026-11-22; the order of payment states: a
third party's tools (aweher), read 2026-11-26.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Record = Mapping[str, Any]
Row = dict[str, Any]

INVOICE_STATUS = {"1": "Draft", "2": "Sent", "3": "Partial", "4": "Paid", "5": "Cancelled",
                  "6": "Reversed"}  # fmt: skip
PAYMENT_STATUS = {"1": "Pending", "2": "Cancelled", "3": "Failed", "4": "Completed",
                  "5": "Partially Refunded", "6": "Refunded"}  # fmt: skip
ITEM_TYPE = {"1": "Product", "2": "Service", "3": "Unpaid gateway fee", "4": "Paid gateway fee",
             "5": "Late fee", "6": "Expense"}  # fmt: skip
TAX_CATEGORY = {"1": "Physical Goods", "2": "Services", "3": "Digital Products", "4": "Shipping",
                "5": "Tax Exempt", "6": "Reduced tax", "7": "Override", "8": "Zero rated",
                "9": "Reverse tax"}  # fmt: skip


@dataclass
class Exporter:
    """Turns records into rows of the exports; clients have to come first.

    Attributes:
        currencies: codes by id.
        countries: names by id.
        payment_types: names by id.
        home_currency: the code of the company's own currency.
    """

    currencies: Mapping[str, str]
    countries: Mapping[str, str]
    payment_types: Mapping[str, str]
    home_currency: str
    _clients: dict[str, tuple[str, str]] = field(default_factory=dict)

    def client(self, record: Record) -> Iterator[Row]:
        """One row with the first contact, and one for each further contact."""
        settings = inner(record, "settings")
        currency = self._currency(settings.get("currency_id"))
        first, *others = rows_of(record, "contacts") or [{}]
        self._clients[_text(record, "id")] = (_shown(record, first), currency)
        yield _filled(
            {
                **_standing(record),
                "name": _text(record, "name"),
                "number": _text(record, "number"),
                "balance": _text(record, "balance"),
                "currency": currency,
                "website": _text(record, "website"),
                "phone": _text(record, "phone"),
                "address_line1": _text(record, "address1"),
                "address_line2": _text(record, "address2"),
                "city": _text(record, "city"),
                "region": _text(record, "state"),
                "postal_code": _text(record, "postal_code"),
                "country": _word(self.countries, record.get("country_id")),
                "tax_number": _text(record, "vat_number"),
                "id_number": _text(record, "id_number"),
                "public_notes": _text(record, "public_notes"),
                "private_notes": _text(record, "private_notes"),
                "classification": _text(record, "classification").title(),
                "terms": _text(settings, "payment_terms"),
                **_contact(first),
            }
        )
        for contact in others:
            if row := _filled(_contact(contact)):
                yield {"id": _text(record, "id"), **row}

    def product(self, record: Record) -> Iterator[Row]:
        """One row."""
        yield _filled(
            {
                **_standing(record),
                "product_key": _text(record, "product_key"),
                "description": _text(record, "notes"),
                "cost": _text(record, "cost"),
                "price": _text(record, "price"),
                "quantity": _text(record, "quantity"),
                "tax_name": _text(record, "tax_name1"),
                "tax_rate": _rate(record, "tax_rate1"),
                "tax_category": _word(TAX_CATEGORY, record.get("tax_id")),
                "stock_quantity": _text(record, "in_stock_quantity"),
            }
        )

    def invoice(self, record: Record) -> Iterator[Row]:
        """One row a line, the invoice's own fields in each; one row for an invoice without any."""
        name, currency = self._client_of(record)
        head = _filled(
            {
                **_standing(record),
                "customer_id": _text(record, "client_id"),
                "customer_name": name,
                "currency": currency,
                "number": _text(record, "number"),
                "total": _text(record, "amount"),
                "balance": _text(record, "balance"),
                "paid": _text(record, "paid_to_date"),
                "po_number": _text(record, "po_number"),
                "date": _text(record, "date"),
                "due_date": _text(record, "due_date"),
                "status": _word(INVOICE_STATUS, record.get("status_id")),
                "public_notes": _text(record, "public_notes"),
                "private_notes": _text(record, "private_notes"),
                "is_amount_discount": "Yes" if record.get("is_amount_discount") else "No",
                "discount": _text(record, "discount"),
                "tax": _text(record, "total_taxes"),
                "tax_name": _text(record, "tax_name1"),
                "tax_rate": _rate(record, "tax_rate1"),
            }
        )
        lines = [line for each in rows_of(record, "line_items") if (line := _filled(_line(each)))]
        for line in lines or [{}]:
            yield {**head, **line}

    def payment(self, record: Record) -> Iterator[Row]:
        """One row, with the invoices that the payment pays."""
        name, currency = self._client_of(record)
        row = _filled(
            {
                **_standing(record),
                "customer_id": _text(record, "client_id"),
                "customer_name": name,
                "amount": _text(record, "amount"),
                "date": _text(record, "date"),
                "refunded": _text(record, "refunded"),
                "applied": _text(record, "applied"),
                "reference": _text(record, "transaction_reference"),
                "currency": _word(self.currencies, record.get("currency_id")) or currency,
                "number": _text(record, "number"),
                "method": _word(self.payment_types, record.get("type_id")),
                "status": _word(PAYMENT_STATUS, record.get("status_id")),
                "private_notes": _text(record, "private_notes"),
            }
        )
        row["applied_to"] = [
            _filled({name: _text(part, name) for name in ("invoice_id", "amount", "refunded")})
            for part in rows_of(record, "paymentables")
            if part.get("invoice_id")
        ]
        yield row

    def _client_of(self, record: Record) -> tuple[str, str]:
        return self._clients.get(_text(record, "client_id"), ("", self.home_currency))

    def _currency(self, currency_id: object) -> str:
        return _word(self.currencies, currency_id) or self.home_currency


def _shown(record: Record, contact: Record) -> str:
    """What the app calls a client; earlier versions do not say it."""
    person = f"{_text(contact, 'first_name')} {_text(contact, 'last_name')}".strip()
    told = (_text(record, "display_name"), _text(record, "name"), person, _text(contact, "email"))
    return next(filter(None, told), "")


def _contact(contact: Record) -> Row:
    return {
        "contact_phone": _text(contact, "phone"),
        "given_name": _text(contact, "first_name"),
        "family_name": _text(contact, "last_name"),
        "email": _text(contact, "email"),
    }


def _line(line: Record) -> Row:
    return {
        "item_quantity": _text(line, "quantity"),
        "item_cost": _text(line, "cost"),
        "item_product": _text(line, "product_key"),
        "item_notes": _text(line, "notes"),
        "item_tax_name": _text(line, "tax_name1"),
        "item_tax_rate": _rate(line, "tax_rate1"),
        "item_tax_rate2": _rate(line, "tax_rate2"),
        "item_tax_rate3": _rate(line, "tax_rate3"),
        "item_line_total": _text(line, "line_total"),
        "item_discount": _text(line, "discount"),
        "item_type": _word(ITEM_TYPE, line.get("type_id")),
        "item_tax_category": _word(TAX_CATEGORY, line.get("tax_id")),
    }


def _standing(record: Record) -> Row:
    """What every record has: its id, its link and status in the sync, whether archived, and when.

    Source: Invoice Ninja's open source as described: `sync.qb_status` and `qb_status_message` of an
        invoice, on newer servers; read 2026-11-22.
    """
    archived = _text(record, "archived_at") not in {"", "0"}
    sync = inner(record, "sync")
    return {
        "id": _text(record, "id"),
        "linked_id": _text(sync, "qb_id"),
        "sync_status": _text(sync, "qb_status"),
        "sync_message": _text(sync, "qb_status_message"),
        "active": "archived" if archived else "",
        "created_at": _moment(record, "created_at"),
        "updated_at": _moment(record, "updated_at"),
    }


def _filled(row: Row) -> Row:
    return {name: value for name, value in row.items() if value != ""}


def _text(record: Record, name: str) -> str:
    value = record.get(name)
    return "" if value is None or isinstance(value, (bool, list, dict)) else str(value)


def _rate(record: Record, name: str) -> str:
    """A rate as the exports write it: none for zero."""
    told = _text(record, name)
    return "" if not told.strip("0.") else told


def _word(words: Mapping[str, str], key: object) -> str:
    """The word for an id; an unknown id stays what it is, so that nothing is guessed."""
    return "" if key in (None, "") else words.get(str(key), str(key))


def _moment(record: Record, name: str) -> str:
    told = _text(record, name)
    if not told.isdecimal() or told == "0" or len(told) > 11:
        return ""
    return datetime.fromtimestamp(int(told), UTC).isoformat()


def inner(record: Record, name: str) -> Row:
    """A record within a record; PHP writes an empty one as an empty list."""
    value = record.get(name)
    return value if isinstance(value, dict) else {}


def rows_of(record: Record, name: str) -> list[Row]:
    """The records of a list; PHP writes a list with a gap as an object of its positions."""
    value = record.get(name)
    listed = list(value.values()) if isinstance(value, dict) else value
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []

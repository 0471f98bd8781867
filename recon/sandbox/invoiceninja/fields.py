"""Reading what a request says of a record: types, references, uniqueness."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

from recon.sandbox.books.company import Record
from recon.sandbox.invoiceninja.kinds import Kind
from recon.sandbox.invoiceninja.refusals import chosen_badly, invalid, missing, taken
from recon.sandbox.invoiceninja.statics import COUNTRIES, CURRENCIES
from recon.sandbox.invoiceninja.store import Store

_MOST = 10.0**9
_COUNTRY_FIELDS = ("country_id", "shipping_country_id")


def settable(kind: Kind, body: Mapping[str, Any]) -> Record:
    """What the request sets of the kind's own fields, each value of the field's type.

    Fields that nobody can set, and fields that do not exist, count for nothing.

    Raises:
        RefusedError: 422, every value that is of a wrong type.
    """
    given = {name: body[name] for name in kind.fields.keys() - kind.derived if name in body}
    return typed(given, kind.fields)


def typed(given: Mapping[str, Any], defaults: Record, prefix: str = "") -> Record:
    """Values as texts, numbers and flags, as the defaults are.

    Raises:
        RefusedError: 422, every value that is of a wrong type.
    """
    values: Record = {}
    errors: dict[str, list[str]] = {}
    for name, value in given.items():
        default = defaults[name]
        try:
            if isinstance(default, bool):
                values[name] = _flag(value)
            elif isinstance(default, (int, float)):
                values[name] = default if value in (None, "") else _number(value)
            else:
                values[name] = _text(value)
        except ValueError as error:
            label = name.replace("_", " ")
            errors[prefix + name] = [f"The {label} field must be {error}."]
    if errors:
        raise invalid(errors)
    return values


def _flag(value: object) -> bool:
    if value in (True, 1, "1", "true"):
        return True
    if value in (False, 0, "0", "false", None, ""):
        return False
    raise ValueError("true or false")


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError("a number")  # noqa: TRY004  (one kind to catch)
    try:
        number = float(value)
    except ValueError as error:
        raise ValueError("a number") from error
    if not math.isfinite(number) or abs(number) > _MOST:
        raise ValueError("a number")
    return number


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise ValueError("a string")  # noqa: TRY004  (one kind to catch)
    return str(value)


def check(store: Store, kind: Kind, record: Record) -> None:
    """Refuse values that refer to nothing, dates that are none, and what another record has.

    Raises:
        RefusedError: 422.
    """
    for name in _COUNTRY_FIELDS:
        if record.get(name) and record[name] not in COUNTRIES:
            raise chosen_badly(name)
    for name in ("date", "due_date"):
        if record.get(name) and not _is_day(record[name]):
            raise invalid({name: [f"The {name.replace('_', ' ')} is not a valid date."]})
    if record.get("currency_id") and record["currency_id"] not in CURRENCIES:
        raise chosen_badly("currency_id")
    for name in kind.unique:
        if store.is_taken(kind.path, name, record[name], record["id"]):
            raise taken(name)


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False


def client_of(store: Store, body: Mapping[str, Any]) -> Record:
    """The client that a new record names.

    Raises:
        RefusedError: 422 without one, for one that is not there, and for a deleted one.
    """
    client_id = body.get("client_id")
    if not client_id:
        raise missing("client_id")
    client = store.get("clients", str(client_id))
    if client is None or client["is_deleted"]:
        raise chosen_badly("client_id")
    return client

"""What a request must look like before any rule of bookkeeping is asked.

Source: Intuit, Customer and Invoice entity pages, Error codes; python-quickbooks 0.9.12 (what its
save sends), read 2026-11-22.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from math import isfinite
from typing import Any

from recon.sandbox import faults
from recon.sandbox.books.company import Record
from recon.sandbox.faults import Fault, Problem
from recon.sandbox.records import parts
from recon.sandbox.records.entities import Entity, Field

_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_UNCLEAN = re.compile(r"[:\t\n\r]")
_BOOLS = {"true": True, "false": False, True: True, False: False}
_LISTS = frozenset({"Line", "LinkedTxn", "TaxLine", "TaxRateDetail", "ItemGroupLine", "NameValue"})
_AMOUNTS = {"Amount", "Qty", "Quantity", "UnitPrice", "TotalTax", "NetAmountTaxable"}
_NUMBERS = frozenset(
    _AMOUNTS | {"DiscountPercent", "TaxPercent", "TaxAmount", "TaxInclusiveAmt", "QtyDiff"}
)
_TEXTS = frozenset(
    {"DetailType", "TxnType", "TxnId", "TxnLineId", "PostingType", "BillableStatus", "Type"}
)
_OBJECTS = frozenset({"Entity", "CreditChargeInfo", "CreditChargeResponse"})
# Numbers that are not shown again as they were sent (Employee and Vendor entity pages).
_SECRET: Mapping[str, Callable[[str], str]] = {
    "SSN": lambda _: "XXX-XX-XXXX",
    "TaxIdentifier": lambda text: "X" * 7 + text[-4:],
}
_IDS = frozenset({"TxnId", "TxnLineId"})
_URI = re.compile(r"\S+\.\S+")
_ADDRESS = re.compile(r"[^\s@,]+@[^\s@,.]+(?:\.[^\s@,.]+)+")
# More is no amount that books hold, and no quantity or price that makes one.
_NUMBER_MOST = 99_999_999_999
_ADDRESS_MOST, _ADDRESS_LINES_MOST = 500, 2000
_DESCRIPTION_MOST = 4000
_PART_MOST = {
    **dict.fromkeys(("City", "Country", "CountrySubDivisionCode"), 255),
    "PostalCode": 30,
    "FreeFormNumber": 30,
    "URI": 1000,
}
_MEMOS = {"CustomerMemo": 1000}


def cleaned(kind: Entity, body: Any) -> Record:
    """The request's fields in their proper types; None for each that it clears.

    A text "" and an object {} clear a field, null is as if not sent; so is a read-only field.

    Raises:
        Fault: 2010 for unknown or mistyped properties, 2050 for every text that is too long,
            2040, 2060, 2070, 2140, 2170, 2200, 2210.
    """
    if not isinstance(body, dict):
        raise faults.invalid_property()
    record: Record = {}
    too_long: list[Problem] = []
    for name, value in body.items():
        field = kind.fields.get(name)
        if field is None:
            if not kind.open:
                raise faults.invalid_property(name)
            if name.endswith(("Prefs", "Ref")):
                _check_group(name, value)
            record[name] = value
        elif not field.read_only and value is not None:
            nested = field.shape in {"object", "list"} and kind.kind != "settings"
            record[name] = _value(name, field, _typed(name, value) if nested else value)
            if name in _SECRET and record[name]:
                record[name] = _SECRET[name](record[name])
            too_long += _lengths(name, field, record[name])
    if too_long:
        raise Fault(*too_long)
    _check_values(kind, record)
    return record


def _check_group(name: str, group: Any) -> None:
    """Refuse (2010) a group of settings, or a reference, that is none; so too parts relied on."""
    if not isinstance(group, dict):
        raise faults.invalid_property(name)
    for part in ("HomeCurrency", "DefaultTerms"):
        if not isinstance(group.get(part) or {}, dict):
            raise faults.invalid_property(part)
    pairs = group.get("NameValue") or []
    if not isinstance(pairs, list) or not all(isinstance(pair, dict) for pair in pairs):
        raise faults.invalid_property("NameValue")


def _check_values(kind: Entity, record: Record) -> None:
    """Refuse values that there are not (2170) and names that have what names must not (2040)."""
    for name, known in kind.one_of.items():
        if record.get(name) is not None and record[name] not in known:
            raise faults.fault("2170", f"Invalid Enumeration : {record[name]}", name)
    for name, field in kind.fields.items():
        if field.clean and isinstance(record.get(name), str) and _UNCLEAN.search(record[name]):
            raise faults.fault("2040", f"Element contains invalid characters. {record[name]}", name)


def _typed(name: str, value: Any) -> Any:
    """A nested value without its empty parts, every part of the type that its name promises.

    Raises:
        Fault: 2010 for a part of another type.
    """
    if value == "":
        return value
    if not _fits(name, value):
        raise faults.invalid_property(name)
    if isinstance(value, list):
        return [_parts(name, each) if isinstance(each, dict) else each for each in value]
    if isinstance(value, dict):
        names_record = name.endswith("Ref") or (name == "Entity" and "value" in value)
        return _ref(name, value) or {} if names_record else _parts(name, value)
    if name in _IDS:
        return str(value)
    return numeric(name, value) if name in _NUMBERS else value


def _fits(name: str, value: Any) -> bool:
    """The value is of the JSON type that a member of this name has."""
    if name == "DetailType":  # it names the member that follows
        return isinstance(value, str)
    if name in _LISTS:
        return isinstance(value, list) and all(isinstance(each, dict) for each in value)
    if name in _OBJECTS or name.endswith(("Ref", "Detail", "Addr")):
        return isinstance(value, dict) or (name == "AttachableRef" and isinstance(value, list))
    return not (name in _NUMBERS or name in _TEXTS) or not isinstance(value, dict | list)


def _parts(name: str, value: Record) -> Record:
    parts.check(name, value)
    typed = {part: _typed(part, each) for part, each in value.items() if each is not None}
    return {part: each for part, each in typed.items() if each != ""}


def _value(name: str, field: Field, value: Any) -> Any:
    """One value in the type of its field, None where it clears the field."""
    if value in ("", {}):
        return None
    if field.shape in {"ref", "object", "email"}:
        if not isinstance(value, dict):
            raise faults.invalid_property(name)
        if name == "WebAddr":
            _check_uri(name, value)
        return _ref(name, value) if field.shape == "ref" else _email(name, field, value)
    if field.shape == "list":
        if not isinstance(value, list):
            raise faults.invalid_property(name)
        return value
    if isinstance(value, dict | list):
        raise faults.invalid_property(name)
    return _scalar(name, field, value)


def _scalar(name: str, field: Field, value: Any) -> Any:
    if field.shape == "bool":
        if isinstance(value, str):
            value = value.lower()
        if value not in _BOOLS:
            raise faults.invalid_property(name)
        return _BOOLS[value]
    if field.shape == "number":
        return numeric(name, value)
    text = str(value)
    if field.shape == "date":
        return _date(name, text)
    return text


def _date(name: str, text: str) -> str:
    """A date without its time of day: 2060 for what is none, 2070 for one that never was."""
    day = text[:10]
    if not _DATE.fullmatch(day):
        raise faults.fault("2060", f"Supplied value:{text}", name)
    try:
        date.fromisoformat(day)
    except ValueError:
        raise faults.fault("2070", f"Supplied value:{text}", name) from None
    if not "1900" <= day < "3000":
        raise faults.fault("2070", f"Supplied value:{text}", name)
    return day


def numeric(name: str, value: Any) -> float:
    """A number, from a number or from its text.

    Raises:
        Fault: 2010 for what is none, 2140 for one that is too large.
    """
    try:
        number = value if isinstance(value, int) else float(value)
    except (TypeError, ValueError):
        raise faults.invalid_property(name) from None
    if isinstance(value, bool) or not isfinite(number):
        raise faults.invalid_property(name)
    if abs(number) > _NUMBER_MOST:
        raise faults.fault("2140", f"Supplied value:{number:.0f}", name)
    return number


def _ref(name: str, value: Record) -> Record | None:
    """A reference, its id as text; None when it names nothing."""
    parts.check(name, value)
    record_id = value.get("value")
    if record_id in (None, ""):
        return None
    if isinstance(record_id, dict | list):
        raise faults.invalid_property("value")
    return {**value, "value": str(record_id)}


def _check_uri(name: str, value: Record) -> None:
    uri = value.get("URI")
    if uri and not _URI.fullmatch(str(uri)):
        said = f"The URL isn't in the correct format. Supplied value:{uri}"
        raise faults.fault("2200", said, name)


def _email(name: str, field: Field, value: Record) -> Record | None:
    if field.shape != "email":
        return value
    address = value.get("Address")
    if not address:
        return None
    if not isinstance(address, str):
        raise faults.invalid_property(name)
    if not all(_ADDRESS.fullmatch(each.strip()) for each in address.split(",")):
        said = f"Email address does not conform to RFC 822 syntax rules. Supplied value:{address}"
        raise faults.fault("2210", said, name)
    return value


def _lengths(name: str, field: Field, value: Any) -> list[Problem]:
    """2050 for each text in the value that is over its limit."""
    if field.shape == "email":
        texts = [(name, (value or {}).get("Address"), field.most)]
    elif field.shape in {"object", "list"}:
        texts = _texts_within(name, value)
    else:
        texts = [(name, value, field.most)]
    return [
        Problem(
            "2050",
            "String length specified does not match the supported length. "
            f"Min:0 Max:{most:,} supported. Supplied length:{len(text):,}",
            element,
        )
        for element, text, most in texts
        if most is not None and isinstance(text, str) and len(text) > most
    ]


def _texts_within(name: str, value: Any) -> list[tuple[str, Any, int | None]]:
    """The parts of an address, a memo, a phone number or of lines that have a limit."""
    if name == "Line":
        lines = value if isinstance(value, list) else []
        return [("Line.Description", each.get("Description"), _DESCRIPTION_MOST) for each in lines]
    members = value if isinstance(value, dict) else {}
    if name in _MEMOS:
        return [(name, members.get("value"), _MEMOS[name])]
    texts: list[tuple[str, Any, int | None]] = [
        (key, text, _PART_MOST.get(key)) for key, text in members.items()
    ]
    if name.endswith("Addr"):
        lines = [str(text) for key, text in members.items() if key.startswith("Line")]
        texts += [(key, text, _ADDRESS_MOST) for key, text in members.items() if "Line" in key]
        texts.append((name, "".join(lines), _ADDRESS_LINES_MOST))
    return texts

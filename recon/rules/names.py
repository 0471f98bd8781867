"""What QuickBooks Online accepts as a name, and when two names are one to it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import chain, count
from typing import Any

import pandas as pd

from recon.rules.limits import EMAIL_MAX
from recon.table import TEXT

CUSTOMER_NAME_MAX = 500
"""Source: Intuit, Customer entity, DisplayName "maximum of 500 chars"; read 2026-11-22."""

ITEM_NAME_MAX = 100
"""Source: Intuit, Item entity, Name "maximum of 100 chars"; read 2026-11-22."""

DELETED_SUFFIX = " (deleted)"
"""Source: captured answers of three independent clients, 2016 to 2026; read 2026-11-22."""

_ILLEGAL = re.compile(r"[:\t\r\n]")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def unique_key(name: str) -> str:
    """QuickBooks' own strict key: two records of one name space may not share it.

    Ends are trimmed and case is ignored; blanks inside, accents and punctuation count.

    Source: Intuit, Customer entity, DisplayName "must be unique across all other customer,
        vendor, and employee objects"; that case is ignored and ends are trimmed is reported by
        integrators and not written by Intuit (a switch of the sandbox); read 2026-11-22.
    """
    return name.strip().casefold()


def query_key(name: str) -> str:
    """The key under which a query finds a name: case is ignored, blanks count.

    Source: Intuit, Data queries, "attribute names and values are case-insensitive";
        read 2026-11-22.
    """
    return name.casefold()


def collated(name: str) -> str:
    """A name as an app's database compares it: case, accents and blanks at the end do not count.

    Source: Invoice Ninja's open source as described, MySQL `utf8mb4_unicode_ci`; read 2026-11-22.
    """
    folded = name.rstrip().casefold()
    if folded.isascii():
        return folded
    plain = unicodedata.normalize("NFKD", folded)
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def keys(names: pd.Series[Any], key: Any = unique_key) -> pd.Series[Any]:
    """`key` of each name, once for each distinct one; NA stays NA."""
    codes, distinct = pd.factorize(names)
    made = pd.array([key(name) for name in distinct.tolist()], dtype=TEXT)
    return pd.Series(made.take(codes, allow_fill=True), index=names.index, name=names.name)


def illegal_in_name(name: str) -> str:
    """The first character that no name may hold, empty when all are legal.

    Source: Intuit, Customer and Item entities: no colon, tab or newline; fault 2040;
        read 2026-11-22.
    """
    found = _ILLEGAL.search(name)
    return found.group() if found else ""


def legal_email(address: str) -> bool:
    """Whether QuickBooks takes the address: well formed, of 100 characters at most.

    Source: as `well_formed_email` and `EMAIL_MAX`.
    """
    return len(address) <= EMAIL_MAX and well_formed_email(address)


def malformed_email(addresses: pd.Series[Any]) -> pd.Series[Any]:
    """True where QuickBooks does not take it for an address, however short it is.

    Source: as `well_formed_email`.
    """
    told = keys(addresses, lambda address: "" if well_formed_email(address) else address)
    bad: pd.Series[Any] = told.fillna("") != ""
    return bad


def well_formed_email(address: str) -> bool:
    """Whether QuickBooks takes it for an address: one @, a dot behind it, no blanks.

    Source: Intuit, Customer entity, PrimaryEmailAddr ("conforms to RFC 822"), fault 2210;
        several addresses may stand side by side, divided by commas; read 2026-11-22.
    """
    return all(_EMAIL.fullmatch(part.strip()) for part in address.split(","))


def without_deleted(name: str) -> str:
    """The name without the suffix that QuickBooks gives an inactive record.

    Source: captured answers of three independent clients, 2016 to 2026; read 2026-11-22.
    """
    return name.removesuffix(DELETED_SUFFIX)


def free_name(wanted: str, taken: Iterable[str], *hints: str, limit: int = 100) -> str:
    """A name like `wanted` that nobody holds: with a hint in brackets, else with a number.

    Args:
        wanted: the name that would be right if it were free.
        taken: `unique_key` of every name that is held.
        hints: what tells the record apart (city, "V" for vendor), best first; passed over when
            empty, or longer than half of what a name may hold.
        limit: longest name allowed.

    Returns:
        A legal name whose `unique_key` is not in `taken`.
    """
    taken = set(taken)
    base = legal_name(wanted)
    suffixes = (f" ({legal_name(hint)})" for hint in hints if hint.strip())
    fitting = (suffix for suffix in suffixes if len(suffix) <= limit // 2)
    for suffix in chain(fitting, (f" - {number}" for number in count(2))):
        name = (base[: limit - len(suffix)].rstrip() + suffix).strip()
        if unique_key(name) not in taken:
            return name
    raise AssertionError("numbers never end")


def legal_name(name: str) -> str:
    """`name` with what QuickBooks refuses replaced: colons by a dash, tabs and breaks by a blank.

    Source: as `illegal_in_name`; the dash is what apps use (Invoice Ninja, Intuit's importer).
    """
    return re.sub(r"\s+", " ", re.sub(r"\s*:\s*", " - ", name)).strip()

"""Comparison levels of what reaches two customers: e-mail, phone, address, contact person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from recon.matching.align import align
from recon.matching.difference import Difference, difference
from recon.matching.values import both_known, holders, near, same

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from recon.matching.records import Records

    Ints = NDArray[np.int64]
    Levels = NDArray[np.int8]


def customer_levels(records: Records, bits: Ints, left: Ints, right: Ints) -> dict[str, Levels]:
    """email, phone, address, place, person, and `contacts`: how many agree and how many differ."""
    field = records.fields
    levels = {
        "email": _email(records, left, right),
        "phone": _phone(records, left, right),
        "address": _address(records, left, right),
        "place": _place(records, left, right),
        "person": _person(records, bits, left, right),
    }
    _, _, both = both_known(field["unit"], left, right)
    differ = both & ~same(field["unit"], left, right) & (levels["address"] > 0)
    levels["address"] = np.where(differ, -2, levels["address"])
    agree = sum((levels[n] >= 3).astype(np.int8) for n in ("email", "phone", "address"))
    against = sum((levels[n] < 0).astype(np.int8) for n in ("email", "phone", "address"))
    levels["contacts"] = np.minimum(agree, 3) * 3 + np.minimum(against, 2)
    return levels


def _email(records: Records, left: Ints, right: Ints) -> Levels:
    field = records.fields
    *_, both = both_known(field["email"], left, right)
    equal = same(field["email"], left, right)
    level = np.where(both, -1, 0)
    level = np.where(same(field["domain"], left, right), 1, level)
    level = np.where(
        same(field["local"], left, right) | near(field["email"], left, right, 2), 2, level
    )
    return np.asarray(np.where(equal, 5 - holders("email", records, left), level), np.int8)


def _phone(records: Records, left: Ints, right: Ints) -> Levels:
    field = records.fields
    a, b, both = both_known(field["phone"], left, right)
    digits = field["phone"].length
    short = both & (np.minimum(digits[a], digits[b]) < 9)
    *_, areas = both_known(field["area"], left, right)
    far = both & areas & ~same(field["area"], left, right)
    level = np.where(far, -2, np.where(both, -1, 0))
    level = np.where(near(field["phone"], left, right, 1), 1, level)
    level = np.where(short & same(field["phone7"], left, right), 2, level)
    equal = same(field["phone"], left, right)
    return np.asarray(np.where(equal, 5 - holders("phone", records, left), level), np.int8)


def _address(records: Records, left: Ints, right: Ints) -> Levels:
    field = records.fields
    *_, both = both_known(field["street"], left, right)
    street, house = (same(field[f], left, right) for f in ("street", "house"))
    similar = near(field["street"], left, right, 2)
    level = np.where(both, -1, 0)
    level = np.where(street, 1, level)
    level = np.where(house & similar, 3, level)
    shared = [holders(name, records, left) for name in ("street", "house")]
    level = np.where(house & street, np.where(np.minimum(*shared) > 1, 3, 4), level)
    return np.asarray(level, np.int8)


def _place(records: Records, left: Ints, right: Ints) -> Levels:
    level = np.zeros(len(left), dtype=np.int8)
    for name, value in (("region", 0), ("city", 1), ("postal", 2)):
        *_, both = both_known(records.fields[name], left, right)
        equal = same(records.fields[name], left, right)
        level = np.where(both & ~equal & (level <= 0), -1, level)
        level = np.where(equal, np.maximum(value, level), level)
    return np.asarray(level, np.int8)


def _person(records: Records, bits: Ints, left: Ints, right: Ints) -> Levels:
    """Whether the contact persons behind two names are one."""
    a, b = records.name_of[left, 2], records.name_of[right, 2]
    at = np.flatnonzero((a >= 0) & (b >= 0))
    level = np.zeros(len(left), dtype=np.int8)
    names = align(records.names, bits, a[at].astype(np.int64), b[at].astype(np.int64))
    small = difference(names.distinct) >= Difference.SMALL
    level[at] = np.where(small & (names.distinct.shared_bits > 0), 2, -1)[names.of]
    return level

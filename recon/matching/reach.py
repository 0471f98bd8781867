"""Comparison levels of what reaches two customers: e-mail, phone, address, contact person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pyarrow import compute

from recon.matching.align import align
from recon.matching.columns import encode
from recon.matching.difference import Difference, difference
from recon.matching.kept import once
from recon.matching.values import holders, met, near

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
    unit = met(field["unit"], left, right)
    differ = unit.known & ~unit.equal & (levels["address"] > 0)
    levels["address"] = np.where(differ, -2, levels["address"])
    agree = sum((levels[n] >= 3).astype(np.int8) for n in ("email", "phone", "address"))
    against = sum((levels[n] < 0).astype(np.int8) for n in ("email", "phone", "address"))
    levels["contacts"] = np.minimum(agree, 3) * 3 + np.minimum(against, 2)
    return levels


def _email(records: Records, left: Ints, right: Ints) -> Levels:
    field = records.fields
    email, local, domain = (met(field[f], left, right) for f in ("email", "local", "domain"))
    level = np.where(email.known, -1, 0)
    level = np.where(domain.equal, 1, level)
    level = np.where(local.equal | near(field["email"], email, 2), 2, level)
    return np.asarray(np.where(email.equal, 5 - holders("email", records, left), level), np.int8)


def _phone(records: Records, left: Ints, right: Ints) -> Levels:
    field = records.fields
    phone, seven, area = (met(field[f], left, right) for f in ("phone", "phone7", "area"))
    digits = field["phone"].length
    short = np.minimum(digits[phone.one], digits[phone.other]) < 9
    far = phone.known & area.known & ~area.equal
    level = np.where(far, -2, np.where(phone.known, -1, 0))
    level = np.where(near(field["phone"], phone, 1), 1, level)
    level = np.where(phone.known & short & seven.equal, 2, level)
    return np.asarray(np.where(phone.equal, 5 - holders("phone", records, left), level), np.int8)


def _address(records: Records, left: Ints, right: Ints) -> Levels:
    field = records.fields
    street, house = (met(field[f], left, right) for f in ("street", "house"))
    level = np.where(street.known, -1, 0)
    level = np.where(street.equal, 1, level)
    numbered = _street_number(records)
    same = numbered.take(street.one) == numbered.take(street.other)  # no 5th and 6th Avenue
    level = np.where(house.equal & same & near(field["street"], street, 2), 3, level)
    shared = [holders(name, records, left) for name in ("street", "house")]
    sure = np.where(np.minimum(*shared) > 1, 3, 4)
    return np.asarray(np.where(house.equal & street.equal, sure, level), np.int8)


@once
def _street_number(records: Records) -> NDArray[np.int32]:
    """What number each street is called by, as a code: those of "5th Ave" and "5th St" are one."""
    digits = compute.replace_substring_regex(records.fields["street"].texts, r"[^0-9]+", "")
    return np.append(encode(digits).codes, np.int32(-1))


_ONE_IN = np.array([2, 6, 20, 64])
"""One of how many live in a place, from which on it is that much rarer."""
_ELSEWHERE = 20
"""Customers of other places that are imagined beside the lists: to share the one place that two
records know says something."""


def _place(records: Records, left: Ints, right: Ints) -> Levels:
    """Whether two live in one place, and how rare it is: 1 half of all live there, 5 hardly any.

    -1 of two regions, as a phone's area code tells, -2 of two places, -3 of two towns of one
    region, 0 nothing to compare. Where all are of one town, to be of it says next to nothing; and
    who moves mostly stays in the region.
    """
    rare = _rarity(records)
    region, city, postal = (
        met(records.fields[n], left, right) for n in ("region", "city", "postal")
    )
    one, other = (_regions(records).take(rows) for rows in (left, right))
    told = (one >= 0) & (other >= 0)
    same = told & (one == other)
    level = np.where(told, np.where(same, rare["region"].take(one), -1), 0)
    level = np.where(postal.known & ~same, -2, level)
    level = np.where(city.known, np.where(same, -3, -2), level)
    level = np.where(city.equal, rare["city"].take(city.one), level)
    level = np.where(region.known & ~region.equal, -2, level)
    level = np.where(postal.equal, rare["postal"].take(postal.one), level)
    return np.asarray(level, dtype=np.int8)


@once
def _rarity(records: Records) -> dict[str, Levels]:
    """How rare every region, town and postal code is, 1 to 5 as `_place` has it."""
    kept = {name: records.fields[name].codes for name in ("city", "postal")}
    found = {}
    for name, codes in (kept | {"region": _regions(records)}).items():
        held = np.bincount(codes[codes >= 0], minlength=1)
        one_in = (held.sum() + _ELSEWHERE) / (held + 1)
        found[name] = (np.digitize(one_in, _ONE_IN) + 1).astype(np.int8)
    return found


_ENOUGH, _MOSTLY = 5, 0.6
"""Records that tell where an area code belongs, and how many of them must agree."""


@once
def _regions(records: Records) -> NDArray[np.int32]:
    """The region of each record, as written or as the area code of its phone tells; -1 for none.

    Which area code belongs to which region is read off the records that have both.
    """
    area, region = (records.fields[f].codes.astype(np.int64) for f in ("area", "region"))
    both = (area >= 0) & (region >= 0)
    size = int(region.max(initial=0)) + 1
    pair, count = np.unique(area[both] * size + region[both], return_counts=True)
    told = np.bincount(pair // size, count, minlength=int(area.max(initial=0)) + 1)
    sure = (count >= _MOSTLY * told[pair // size]) & (told[pair // size] >= _ENOUGH)
    belongs = np.full(len(told) + 1, -1, dtype=np.int32)  # the last for no area
    belongs[pair[sure] // size] = pair[sure] % size
    return np.where(region >= 0, region, belongs[area]).astype(np.int32)


def _person(records: Records, bits: Ints, left: Ints, right: Ints) -> Levels:
    """Whether the contact persons behind two names are one."""
    a, b = (records.name_of.take(rows, axis=0)[:, 2] for rows in (left, right))
    at = np.flatnonzero((a >= 0) & (b >= 0))
    level = np.zeros(len(left), dtype=np.int8)
    names = align(records.names, bits, a[at].astype(np.int64), b[at].astype(np.int64))
    small = difference(names.each) >= Difference.SMALL
    level[at] = np.where(small & (names.each.shared_bits > 0), 2, -1)[names.of]
    return level

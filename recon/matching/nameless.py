"""Customers without any name, paired by the ways of reaching them alone.

What tells two names apart cannot be asked here, so no such pair is ever called more than close.
The probabilities are set by hand, not fitted: the labelled lists hold no record without a name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from recon.matching.addresses import address_key
from recon.matching.contacts import email_key, phone_key
from recon.matching.text import present_cells

if TYPE_CHECKING:
    from collections.abc import Hashable

    from numpy.typing import NDArray

_NAMES = ("display_name", "company_name", "given_name", "family_name")
_KEYS = ("e-mail", "phone", "address")
_SHARED_BY_AT_MOST = 2
"""A key on more records than this (a property manager's e-mail) names nobody."""

_ONE_AGREES = {"e-mail": 0.7, "phone": 0.55, "address": 0.3}
_TWO_AGREE = 0.92
_CONTRADICTED = 0.5
"""What is left of a probability when another way of reaching them differs."""


def nameless_pairs(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    """Pairs of which at least one record has no name: ids, match_probability and reasons.

    Args:
        left: customers with `id` and any of the columns of the matcher.
        right: the other list.

    Returns:
        left_id, right_id, match_probability, band, reasons; one row a pair.
    """
    columns = ["left_id", "right_id", "match_probability", "band", "reasons"]
    if not (_nameless(left).any() or _nameless(right).any()):
        return pd.DataFrame(columns=columns)
    one, other = _keyed(left), _keyed(right)
    found = [
        one.dropna(subset=[key]).merge(other.dropna(subset=[key]), on=key, suffixes=("", "_right"))
        for key in _KEYS
        if len(one) > 0 and len(other) > 0
    ]
    if not found:
        return pd.DataFrame(columns=columns)
    pairs = pd.concat([f[["id", "id_right", "nameless", "nameless_right"]] for f in found])
    pairs = pairs[pairs["nameless"] | pairs["nameless_right"]].drop_duplicates(["id", "id_right"])
    a = one.set_index("id").loc[pairs["id"], list(_KEYS)].to_dict("records")
    b = other.set_index("id").loc[pairs["id_right"], list(_KEYS)].to_dict("records")
    told = [_weigh(*both) for both in zip(a, b, strict=True)]
    return pd.DataFrame(
        {
            "left_id": pairs["id"].to_numpy(),
            "right_id": pairs["id_right"].to_numpy(),
            "match_probability": [chance for chance, _ in told],
            "band": [
                "close" if chance > _ONE_AGREES["e-mail"] else "similar" for chance, _ in told
            ],
            "reasons": [says for _, says in told],
        },
        columns=columns,
    )


def _nameless(frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Which records have no name at all; most columns are looked at for few records."""
    none = np.ones(len(frame), dtype=np.bool_)
    for column in [name for name in _NAMES if name in frame.columns]:
        at, cells = np.flatnonzero(none), frame[column].tolist()
        none[at] = [cell == "" for cell in present_cells([cells[row] for row in at.tolist()])]
    return none


def _keyed(frame: pd.DataFrame) -> pd.DataFrame:
    """Each record's keys; those that many records share are left out, unknown ones are NA."""
    cells = {
        column: present_cells(frame[column].tolist())
        if column in frame.columns
        else [""] * len(frame)
        for column in (*_NAMES, "id", "email", "phone", "address_line1")
    }
    keyed = pd.DataFrame(
        {
            "id": cells["id"],
            "nameless": [not any(names) for names in zip(*(cells[n] for n in _NAMES), strict=True)],
            "e-mail": [email_key(cell) for cell in cells["email"]],
            "phone": [phone_key(cell) for cell in cells["phone"]],
            "address": ["|".join(address_key(cell)).strip("|") for cell in cells["address_line1"]],
        }
    )
    for key in _KEYS:
        keyed[key] = keyed[key].where(keyed[key] != "")
        often = keyed[key].map(keyed[key].value_counts()) > _SHARED_BY_AT_MOST
        keyed[key] = keyed[key].mask(often)
    return keyed


def _weigh(one: dict[Hashable, Any], other: dict[Hashable, Any]) -> tuple[float, str]:
    """Probability and reasons of one pair."""
    known = [key for key in _KEYS if pd.notna(one[key]) and pd.notna(other[key])]
    agree = [key for key in known if one[key] == other[key]]
    differ = [key for key in known if key not in agree]
    chance = _TWO_AGREE if len(agree) > 1 else _ONE_AGREES[agree[0]]
    chance *= _CONTRADICTED ** len(differ)
    says = [f"same {key}" for key in agree] + [f"but a different {key}" for key in differ]
    return round(chance, 6), "; ".join([*says, "one of them has no name"])

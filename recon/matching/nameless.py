"""Customers without any name, paired by the ways of reaching them alone.

What tells two names apart cannot be asked here, so no such pair is ever called more than close.
The probabilities are set by hand, not fitted: the labelled lists hold no record without a name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from recon.matching.addresses import address_keys
from recon.matching.columns import column_of
from recon.matching.contacts import email_keys, phone_keys

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]
    Keys = Mapping[str, NDArray[np.int32]]  # of each record, -1 for what it has none of

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
    nameless = np.concatenate([_nameless(left), _nameless(right)])
    if not nameless.any():
        columns = ["left_id", "right_id", "match_probability", "band", "reasons"]
        return pd.DataFrame(columns=columns)
    keys = _keys(left, right)
    met = [_met(keys[key], nameless, len(left)) for key in _KEYS]
    one, other = pd.DataFrame(np.concatenate(met, axis=1).T).drop_duplicates().to_numpy().T
    told = [_weigh(keys, *both) for both in zip(one.tolist(), other.tolist(), strict=True)]
    ids = column_of((left, right), "id").each()
    return pd.DataFrame(
        {
            "left_id": [ids[row] for row in one.tolist()],
            "right_id": [ids[row] for row in other.tolist()],
            "match_probability": np.array([chance for chance, _ in told], dtype=np.float64),
            "band": [
                "close" if chance > _ONE_AGREES["e-mail"] else "similar" for chance, _ in told
            ],
            "reasons": [says for _, says in told],
        }
    )


def _nameless(frame: pd.DataFrame) -> Bools:
    """Which records have no name at all; most columns are looked at for few records."""
    none = np.ones(len(frame), dtype=np.bool_)
    for column in [name for name in _NAMES if name in frame.columns]:
        at = np.flatnonzero(none)
        if at.size:
            none[at] = column_of((frame.iloc[at],), column).missing()
    return none


def _keys(left: pd.DataFrame, right: pd.DataFrame) -> Keys:
    """Each record's keys, those of the right list behind the left's, without common ones."""
    emails, phones, lines = (
        column_of((left, right), column) for column in ("email", "phone", "address_line1")
    )
    address = ["|".join(parts).strip("|") for parts in zip(*address_keys(lines.cells), strict=True)]
    found = {
        "e-mail": emails.coded(email_keys(emails.cells)).codes,
        "phone": phones.coded(phone_keys(phones.cells)).codes,
        "address": lines.coded(address).codes,
    }
    for codes in found.values():
        for own in np.split(codes, [len(left)]):
            often = np.bincount(own[own >= 0], minlength=1) > _SHARED_BY_AT_MOST
            own[(own >= 0) & often[own]] = -1
    return found


def _met(codes: NDArray[np.int32], nameless: Bools, split: int) -> Ints:
    """(left rows, right rows) of the pairs that have a key in common and lack a name."""
    wanted = codes[nameless]
    rows = np.flatnonzero(np.isin(codes, wanted[wanted >= 0]))
    held = pd.DataFrame({"row": rows, "key": codes[rows], "nameless": nameless[rows]})
    pairs = held[rows < split].merge(held[rows >= split], on="key", suffixes=("", "_right"))
    pairs = pairs[pairs["nameless"] | pairs["nameless_right"]]
    return pairs[["row", "row_right"]].to_numpy(dtype=np.int64).T


def _weigh(keys: Keys, one: int, other: int) -> tuple[float, str]:
    """Probability and reasons of one pair."""
    known = [key for key in _KEYS if keys[key][one] >= 0 and keys[key][other] >= 0]
    agree = [key for key in known if keys[key][one] == keys[key][other]]
    differ = [key for key in known if key not in agree]
    chance = _TWO_AGREE if len(agree) > 1 else _ONE_AGREES[agree[0]]
    chance *= _CONTRADICTED ** len(differ)
    says = [f"same {key}" for key in agree] + [f"but a different {key}" for key in differ]
    return round(chance, 6), "; ".join([*says, "one of them has no name"])

"""Two lists as arrays of numbers: every distinct string is read once and gets a code.

Codes come from the sorted distinct strings of both lists together, so they depend neither on the
order of the rows nor on which list is called left: everything that follows inherits that.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import compute

from recon.matching.addresses import address_keys, whole_address
from recon.matching.cells import listed, together
from recon.matching.columns import Column, Field, column_of, distinct, encode, sorted_by
from recon.matching.contacts import (
    email_as_name,
    email_keys,
    email_parts,
    name_in_email,
    phone_keys,
    postal_key,
    region_key,
)
from recon.matching.identity import customer_names
from recon.matching.ids import ordered_ids
from recon.matching.items import code_key, leading_code, parse_item
from recon.matching.names import Kind
from recon.matching.nametable import Names, name_table
from recon.matching.reader import Reader
from recon.matching.usage import Listed, Usage, usage
from recon.matching.vocabulary import nicknames
from recon.matching.wording import one_wording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    Codes = NDArray[np.int32]
    _Made = tuple["Names", Codes, dict[str, "Field"], NDArray[np.bool_], NDArray[np.int64]]

ListKind = Literal["customer", "item"]
CUSTOMER_COLUMNS = (
    "display_name", "company_name", "given_name", "family_name", "email", "phone",
    "address_line1", "city", "region", "postal_code", "parent_id",
)  # fmt: skip
ITEM_COLUMNS = ("name", "sku", "description", "unit_price", "category")


@dataclass(frozen=True)
class Records:
    """Both lists, left above right, each sorted by id."""

    kind: ListKind
    ids: NDArray[np.object_]
    split: int  # rows below are left, from here on right
    names: Names
    name_of: Codes  # (records, 3): its name, its other name, its contact person; -1 none
    fields: dict[str, Field]
    beside: NDArray[np.bool_]  # whose contact person is shown beside the firm
    price: NDArray[np.int64]  # in 1/10000 of the currency, -1 missing; items only
    known: dict[Callable[..., Any], Any] = field(default_factory=dict, repr=False)  # see `once`


def read(left: pd.DataFrame, right: pd.DataFrame, kind: ListKind) -> Records:
    """Both lists as `Records`.

    Raises:
        TableError: no `id` column, an empty id, or ids that occur twice in one list.
    """
    columns = CUSTOMER_COLUMNS if kind == "customer" else ITEM_COLUMNS
    ids, cells = columns_of(left, right, columns)
    with _uncollected():
        made = _customers(cells, ids, len(left)) if kind == "customer" else _items(cells, len(left))
    names, name_of, fields, beside, price = made
    return Records(
        kind=kind,
        ids=ids,
        split=len(left),
        names=names,
        name_of=name_of,
        fields=fields,
        beside=beside,
        price=price,
    )


def columns_of(
    left: pd.DataFrame, right: pd.DataFrame, wanted: Sequence[str]
) -> tuple[NDArray[np.object_], dict[str, Column]]:
    """(the ids of both lists, their wanted columns), left above right, each list sorted by id.

    A column that a list does not have is all "".

    Raises:
        TableError: no `id` column, an empty id, or ids that occur twice in one list.
    """
    (mine, order), (theirs, behind) = ordered_ids(left, "left"), ordered_ids(right, "right")
    rows = np.concatenate([order, behind + len(left)])
    cells = {column: column_of((left, right), column).take(rows) for column in wanted}
    return np.array([*mine, *theirs], dtype=object), cells


@contextmanager
def _uncollected() -> Iterator[None]:
    """No search for cycles of references meanwhile.

    Names have none, and looking through some million tuples for them takes a sixth of the reading.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _customers(cells: dict[str, Column], ids: NDArray[np.object_], split: int) -> _Made:
    cells = _with_addresses_apart(_named_by_email(cells))
    reader = Reader()
    persons, person = _persons(cells)
    display, company, given = (cells[c] for c in ("display_name", "company_name", "given_name"))
    told = [display.texts, company.texts, given.texts, persons]
    read = np.split(reader.rows(together(told)), np.cumsum([len(texts) for texts in told[:-1]]))
    shown, firm, first, whole = read
    parent = reader.rows(_parents(cells, ids, split))
    called = customer_names(
        reader, shown[display.codes], firm[company.codes], whole[person], parent
    )
    tokens = reader.apart.tokens[first]
    words = [*reader.number]
    known = {words[token] for token in distinct(tokens).tolist()}
    coded = np.stack(called[:3], axis=1)
    used = distinct(coded)
    used = used[used > 0]
    rows = used[sorted_by(reader.written(used))]
    names = name_table(
        listed(reader.written(rows)),
        reader.apart.take(rows),
        reader.number,
        frozenset(t for t in known if len(t) > 1 and t.isalpha()) | nicknames().keys(),
    )
    place = np.full(len(reader.texts), -1, dtype=np.int32)
    place[rows] = np.arange(len(rows))
    name_of = place[coded]
    names = replace(names, usage=_used(names, name_of[:, 0], split))
    price = np.full(len(ids), -1, dtype=np.int64)
    return names, name_of, _reached(cells), called.beside, price


def _persons(cells: dict[str, Column]) -> tuple[pa.Array, NDArray[np.int64]]:
    """(given and family names, each pair of them once; the place of every record's)."""
    given, family = cells["given_name"], cells["family_name"]
    several = len(family.texts)
    back, both = pd.factorize(given.codes.astype(np.int64) * several + family.codes)
    one, other = np.divmod(both, max(several, 1))
    texts = together([given.texts, family.texts])
    first, last = texts.take(pa.array(one)), texts.take(pa.array(len(given.texts) + other))
    whole = compute.binary_join_element_wise(first, last, pa.scalar(" ").cast(texts.type))
    for missing, present in ((first, last), (last, first)):
        whole = compute.if_else(compute.equal(compute.binary_length(missing), 0), present, whole)
    return whole, back


def _named_by_email(cells: dict[str, Column]) -> dict[str, Column]:
    """The cells, an e-mail address that stands for a display name put where it belongs."""
    display = cells["display_name"]
    if not display.holds("@"):
        return cells
    named = [email_as_name(cell) for cell in display.cells]
    if not any(named):
        return cells
    found = np.array(named, dtype=object)[display.codes].tolist()
    shown, emails = cells["display_name"].each(), cells["email"].each()
    given, family = cells["given_name"].each(), cells["family_name"].each()
    company = cells["company_name"].each()
    for row in (row for row, email in enumerate(found) if email):
        emails[row] = emails[row] or found[row]
        person = f"{given[row]} {family[row]}".strip()
        shown[row] = person or company[row] or name_in_email(found[row])
    return cells | {"display_name": Column.of(shown), "email": Column.of(emails)}


def _with_addresses_apart(cells: dict[str, Column]) -> dict[str, Column]:
    """The cells, a whole address on the street line put where it belongs."""
    if not cells["address_line1"].holds(","):
        return cells
    whole = [whole_address(cell) for cell in cells["address_line1"].cells]
    if not any(whole):
        return cells
    found = cells["address_line1"].codes
    columns = {c: cells[c].each() for c in ("address_line1", "city", "region", "postal_code")}
    for row, address in ((row, whole[code]) for row, code in enumerate(found.tolist())):
        if address:
            columns["address_line1"][row] = address.line
            for column in ("city", "region", "postal_code"):
                columns[column][row] = columns[column][row] or getattr(address, column)
    return cells | {column: Column.of(texts) for column, texts in columns.items()}


def _used(names: Names, name: Codes, split: int) -> Usage:
    """What the lists say of their customers' words: "press office" tells two of one body apart.

    A person's given and family name are not asked: every list has Marys beside every surname.
    """
    given = names.lexicon.given[names.tokens] & (names.tokens >= 0)
    asked = np.flatnonzero((names.length > 2) | ~given.any(1))
    place = np.full(len(names.texts) + 1, -1, dtype=np.int64)
    place[asked] = np.arange(len(asked))
    none = np.full(len(name), -1, dtype=np.int64)
    left = np.arange(len(name)) < split
    listed = Listed(place[name], none, left, none, none)
    return usage(names.words, names.tokens[asked], names.kinds[asked], listed)


def _reached(cells: dict[str, Column]) -> dict[str, Field]:
    """The keys by which customers are reached."""
    email = cells["email"].coded(email_keys(cells["email"].texts))
    local, domain, owner = email_parts(email.texts)
    phone = cells["phone"].coded(phone_keys(cells["phone"].texts))
    digits = phone.texts
    long = compute.greater(compute.binary_length(digits), 8)
    area = compute.if_else(long, compute.utf8_slice_codeunits(digits, 0, 2), "")
    line = cells["address_line1"]
    house, street, unit = address_keys(line.texts)
    return {
        "email": email,
        "local": email.coded(local),
        "domain": email.coded(domain),
        "owner": email.coded(owner),
        "phone": phone,
        "phone7": phone.coded(compute.utf8_slice_codeunits(digits, -7)),
        "area": phone.coded(area),
        "house": line.coded(house),
        "street": line.coded(street),
        "unit": line.coded(unit),
        "city": cells["city"].folded(),
        "region": cells["region"].keys(region_key),
        "postal": cells["postal_code"].keys(postal_key),
    }


def _parents(cells: dict[str, Column], ids: NDArray[np.object_], split: int) -> list[str]:
    """The display name of each record's parent, looked up in the record's own list."""
    parent, display = cells["parent_id"].each(), cells["display_name"]
    found = [""] * len(ids)
    for start, stop in ((0, split), (split, len(ids))):
        rows = [row for row in range(start, stop) if parent[row]]
        place = {text: row for row, text in enumerate(ids[start:stop], start)} if rows else {}
        for row in rows:
            if parent[row] in place:
                found[row] = display.cells[display.codes[place[parent[row]]]]
    return found


def _items(cells: dict[str, Column], split: int) -> _Made:
    name, description = cells["name"].each(), cells["description"].each()
    skus = [
        own or leading
        for own, leading in zip(
            cells["sku"].keys(code_key).each(), cells["name"].keys(leading_code).each(), strict=True
        )
    ]
    # A name is parsed beside its own SKU; the pair is the text of the table, "\t" between them.
    titles = [f"{n}\t{s}" if n else "" for n, s in zip(name, skus, strict=True)]
    notes = [f"{n}\t{s}" if n else "" for n, s in zip(description, skus, strict=True)]
    texts = encode([*titles, *notes])
    coded = texts.codes.reshape(2, -1).astype(np.int64)
    price = _prices(cells["unit_price"].each())
    left, sku = np.arange(len(titles)) < split, encode(skus)
    listed = Listed(coded[0], coded[1], left, sku.codes.astype(np.int64), price)
    names = _item_names(texts.values, listed)
    fields = {"sku": sku, "category": cells["category"].folded()}
    none = np.full(len(titles), -1, dtype=np.int64)
    name_of = np.stack([*coded, none], axis=1).astype(np.int32)
    return names, name_of, fields, none >= 0, price


def _item_names(texts: Sequence[str], listed: Listed) -> Names:
    """The names of items in one wording; `texts` are sorted and as `listed` numbers them."""
    own = [parse_item(*text.split("\t")[:2]) for text in texts]
    said = one_wording(own, listed)
    reader = Reader()
    apart = reader.take(said, [" ".join(sorted(name.tokens)) for name in own])
    names = name_table(texts, apart, reader.number)
    return replace(
        names,
        reworded=np.array([a != b for a, b in zip(own, said, strict=True)], dtype=np.bool_),
        usage=usage(names.words, names.tokens, names.kinds, listed),
    )


def _prices(cells: list[str]) -> NDArray[np.int64]:
    """In 1/10000 of the currency, -1 where there is none."""
    price = pd.to_numeric(
        pd.Series(cells, dtype="object").str.replace(r"[^0-9.\-]", "", regex=True),
        errors="coerce",
    ).to_numpy(dtype=np.float64)
    usable = np.isfinite(price) & (price > 0) & (price < 1e12)
    return np.where(usable, np.round(np.where(usable, price, 0) * 10_000), -1).astype(np.int64)


_ALPHABETIC = np.isin(
    list(Kind), (Kind.WORD, Kind.WEAK, Kind.CHILD, Kind.INITIAL, Kind.TRADE, Kind.ASIDE)
)


def alphabetic(kinds: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Which tokens are words that may be misspelt, shortened or a nickname."""
    return np.asarray(_ALPHABETIC[kinds], dtype=np.bool_)

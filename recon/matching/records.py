"""Two lists as arrays of numbers: every distinct string is read once and gets a code.

Codes come from the sorted distinct strings of both lists together, so they depend neither on the
order of the rows nor on which list is called left: everything that follows inherits that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Literal, TypeVar

import numpy as np
import pandas as pd

from recon.errors import TableError
from recon.matching.bonds import Lexicon
from recon.matching.contacts import (
    Address,
    address_key,
    email_as_name,
    email_key,
    name_in_email,
    own_domain,
    own_local_part,
    owner_key,
    phone_key,
    postal_key,
)
from recon.matching.identity import customer_names, is_household
from recon.matching.items import code_key, leading_code, parse_item
from recon.matching.names import MOST_TOKENS, Kind, Name, match_name, parse_name
from recon.matching.text import fold, present_cells
from recon.matching.usage import Listed, Usage, usage
from recon.matching.vocabulary import nicknames
from recon.matching.wording import one_wording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    Codes = NDArray[np.int32]
    _Made = tuple["Names", Codes, dict[str, "Field"], NDArray[np.int64]]

ListKind = Literal["customer", "item"]
_DIGITS = re.compile(r"([0-9]{1,300})")
T = TypeVar("T")
CUSTOMER_COLUMNS = (
    "display_name", "company_name", "given_name", "family_name", "email", "phone",
    "address_line1", "city", "region", "postal_code", "parent_id",
)  # fmt: skip
ITEM_COLUMNS = ("name", "sku", "description", "unit_price", "category")


@dataclass(frozen=True)
class Field:
    """One column as codes into its sorted distinct values; -1 is missing."""

    codes: Codes
    values: tuple[str, ...]

    @cached_property
    def length(self) -> NDArray[np.int64]:
        """How many characters each value has; 0 last, for what is missing."""
        return np.array([*map(len, self.values), 0], dtype=np.int64)


@dataclass(frozen=True)
class Names:
    """Every distinct name of both lists, taken apart; rows are sorted by the name's text."""

    texts: tuple[str, ...]
    tokens: Codes  # (names, MOST_TOKENS), -1 where there is none
    kinds: NDArray[np.int8]
    legal: Field  # the legal form as it is written, "llc"
    spelling: Codes  # equal when `match_name` is equal
    squashed: Codes  # equal when the tokens run together are equal
    marked: NDArray[np.bool_]  # "(deleted)", "- OLD"
    taken: NDArray[np.bool_]  # "(2)", "-1": a number, as behind a name that is taken
    core: Codes  # equal when two names differ in initials, Jr, counters and marks at most
    heard: NDArray[np.uint64]  # (names,) a bit for how each of its words sounds
    initials: Codes  # (names, 2) its initials where they are a word of the vocabulary, else -1
    joined: NDArray[np.bool_]  # it names two
    household: NDArray[np.bool_]  # "Webb Residence"
    words: tuple[str, ...]  # the vocabulary that `tokens` points into
    lexicon: Lexicon
    reworded: NDArray[np.bool_]  # an item's name that is compared in other words than its own
    usage: Usage | None = None  # what the lists say of phrases


@dataclass(frozen=True)
class Records:
    """Both lists, left above right, each sorted by id."""

    kind: ListKind
    ids: NDArray[np.object_]
    split: int  # rows below are left, from here on right
    names: Names
    name_of: Codes  # (records, 3): its name, its other name, its contact person; -1 none
    written: Field
    fields: dict[str, Field]
    price: NDArray[np.int64]  # in 1/10000 of the currency, -1 missing; items only


def read(left: pd.DataFrame, right: pd.DataFrame, kind: ListKind) -> Records:
    """Both lists as `Records`.

    Raises:
        TableError: no `id` column, an empty id, or ids that occur twice in one list.
    """
    columns = CUSTOMER_COLUMNS if kind == "customer" else ITEM_COLUMNS
    tables = [_cells(left, columns, "left"), _cells(right, columns, "right")]
    both = {c: tables[0][c] + tables[1][c] for c in ("id", *columns)}
    ids = np.array(both["id"], dtype=object)
    made = (
        _customers(both, len(tables[0]["id"]))
        if kind == "customer"
        else _items(both, len(tables[0]["id"]))
    )
    names, name_of, fields, price = made
    return Records(
        kind=kind,
        ids=ids,
        split=len(tables[0]["id"]),
        names=names,
        name_of=name_of,
        written=encode(fold(t) for t in both[columns[0]]),
        fields=fields,
        price=price,
    )


def natural(text: str) -> tuple[tuple[str | int, ...], str]:
    """What ids are ordered by: "99" before "100", "q9" before "q10"."""
    parts: list[str | int] = list(_DIGITS.split(text))
    parts[1::2] = [int(part) for part in parts[1::2]]
    return tuple(parts), text


def _cells(frame: pd.DataFrame, columns: Sequence[str], side: str) -> dict[str, list[str]]:
    """The wanted columns as lists of text, sorted by id; a missing column is all ""."""
    if "id" not in frame.columns:
        raise TableError(f"The {side} list has no column 'id'.", remedy="Give every record an id.")
    ids = present_cells(frame["id"].tolist())
    if "" in ids:
        raise TableError(
            f"Row {ids.index('') + 1} of the {side} list has no id.",
            remedy="Give every record an id.",
        )
    order = sorted(range(len(ids)), key=[natural(i) for i in ids].__getitem__)
    twice = sorted({ids[a] for a, b in pairwise(order) if ids[a] == ids[b]})
    if twice:
        shown = ", ".join(twice[:5]) + (" ..." if len(twice) > 5 else "")
        raise TableError(
            f"The {side} list has {len(twice)} id(s) more than once: {shown}.",
            remedy="Ids must be unique within a list.",
        )
    cells = {"id": [ids[i] for i in order]}
    for column in columns:
        if column in frame.columns:
            read_cells = present_cells(frame[column].tolist())
            cells[column] = [read_cells[i] for i in order]
        else:
            cells[column] = [""] * len(ids)
    return cells


def encode(texts: Iterable[str]) -> Field:
    """Texts as codes into their sorted distinct values; "" is -1."""
    given = list(texts)
    values = sorted(set(given) - {""})
    code = dict(zip(values, range(len(values)), strict=True)) | {"": -1}
    return Field(np.fromiter(map(code.__getitem__, given), np.int32, len(given)), tuple(values))


def once(cells: Sequence[str], key: Callable[[str], T]) -> list[T]:
    """`key` of every cell, computed once for each distinct cell."""
    known = {cell: key(cell) for cell in set(cells)}
    return [known[cell] for cell in cells]


def _heard(tokens: Codes, lexicon: Lexicon) -> NDArray[np.uint64]:
    """A set of bits for each name: two names without a common bit have no word in common."""
    bits = np.left_shift(np.uint64(1), lexicon.heard[tokens].astype(np.uint64) % np.uint64(64))
    return np.asarray(np.bitwise_or.reduce(np.where(tokens >= 0, bits, 0), axis=1), np.uint64)


_NOT_CORE = frozenset({
    Kind.INITIAL, Kind.GENERATION, Kind.COUNTER, Kind.SUFFIX, Kind.CODE, Kind.OCCASION,
    Kind.YEAR, Kind.DAY,
})  # fmt: skip


def _core(name: Name) -> str:
    """What remains of a name when everything is left off that tells namesakes apart."""
    return " ".join(
        sorted(t for t, k in zip(name.tokens, name.kinds, strict=True) if k not in _NOT_CORE)
    )


def name_table(
    parsed: dict[str, Name], spellings: dict[str, str], given: frozenset[str] | None = None
) -> Names:
    """The `Names` of the given texts; `given` are words known as given names, None for items."""
    texts = tuple(sorted(parsed))
    words = sorted({t for name in parsed.values() for t in name.tokens})
    number = {word: i for i, word in enumerate(words)}
    every = [parsed[t] for t in texts]
    tokens, kinds = _in_places(every, number)
    lexicon = Lexicon.of(words, given or frozenset(), units=given is None)
    initials = np.full((len(texts), 2), -1, dtype=np.int32)
    for row, name in enumerate(every):
        for place, letters in enumerate(name.initials):
            initials[row, place] = number.get(letters, -1)
    return Names(
        texts=texts,
        tokens=tokens,
        kinds=kinds,
        legal=encode(n.legal for n in every),
        spelling=encode(spellings[t] for t in texts).codes,
        squashed=encode("".join(n.tokens) for n in every).codes,
        marked=np.array([n.mark != "" and not _DIGITS.search(n.mark) for n in every], np.bool_),
        taken=np.array([bool(_DIGITS.search(n.mark)) for n in every], np.bool_),
        core=encode(_core(n) for n in every).codes,
        heard=_heard(tokens, lexicon),
        initials=initials,
        joined=np.array([n.joined for n in every], dtype=np.bool_),
        household=np.array([is_household(n) for n in every], dtype=np.bool_),
        words=tuple(words),
        lexicon=lexicon,
        reworded=np.zeros(len(texts), dtype=np.bool_),
    )


def _in_places(names: list[Name], number: dict[str, int]) -> tuple[Codes, NDArray[np.int8]]:
    """The tokens of every name and their kinds, each in its place; -1 and 0 where there is none."""
    length = np.fromiter((len(n.tokens) for n in names), np.int64, len(names))
    filled = np.arange(MOST_TOKENS) < length[:, None]
    tokens = np.full(filled.shape, -1, dtype=np.int32)
    kinds = np.zeros(filled.shape, dtype=np.int8)
    every = chain.from_iterable(n.tokens for n in names)
    tokens[filled] = np.fromiter(map(number.__getitem__, every), np.int32, int(length.sum()))
    kinds[filled] = np.fromiter(chain.from_iterable(n.kinds for n in names), np.int8)
    return tokens, kinds


def _customers(cells: dict[str, list[str]], split: int) -> _Made:
    cells = _named_by_email(cells)
    parents = _parent_names(cells, split)
    columns = [cells[c] for c in ("display_name", "company_name", "given_name", "family_name")]
    rows = list(zip(*columns, parents, strict=True))
    known: dict[tuple[str, ...], tuple[str, str, str]] = {}
    parsed: dict[str, Name] = {}
    spellings: dict[str, str] = {}
    for row in sorted(set(rows)):  # names that are much alike follow each other: parsed once
        known[row] = customer_names(*row)
        for text in known[row]:
            if text and text not in parsed:
                parsed[text], spellings[text] = parse_name(text), match_name(text)
    chosen = [known[row] for row in rows]
    given = {t for cell in set(cells["given_name"]) - {""} for t in parse_name(cell).tokens}
    names = name_table(
        parsed,
        spellings,
        frozenset(t for t in given if len(t) > 1 and t.isalpha()) | nicknames().keys(),
    )
    code = {text: i for i, text in enumerate(names.texts)} | {"": -1}
    name_of = np.array([[code[t] for t in row] for row in chosen], dtype=np.int32).reshape(-1, 3)
    names = replace(names, usage=_used(names, parsed, name_of[:, 0], split))
    emails = once(cells["email"], email_key)
    phones = once(cells["phone"], phone_key)
    addresses: list[Address] = once(cells["address_line1"], address_key)
    fields = {
        "email": encode(emails),
        "local": encode(once(emails, own_local_part)),
        "domain": encode(once(emails, own_domain)),
        "owner": encode(once(emails, owner_key)),
        "phone": encode(phones),
        "phone7": encode(p[-7:] for p in phones),
        "area": encode(p[:2] if len(p) > 8 else "" for p in phones),
        "house": encode(a.number for a in addresses),
        "street": encode(a.street for a in addresses),
        "unit": encode(a.unit for a in addresses),
        "city": encode(once(cells["city"], fold)),
        "region": encode(once(cells["region"], fold)),
        "postal": encode(once(cells["postal_code"], postal_key)),
    }
    return names, name_of, fields, np.full(len(rows), -1, dtype=np.int64)


def _named_by_email(cells: dict[str, list[str]]) -> dict[str, list[str]]:
    """The cells, an e-mail address that stands for a display name put where it belongs."""
    found = once(cells["display_name"], email_as_name)
    if not any(found):
        return cells
    shown, emails = list(cells["display_name"]), list(cells["email"])
    for row in (row for row, email in enumerate(found) if email):
        emails[row] = emails[row] or found[row]
        person = f"{cells['given_name'][row]} {cells['family_name'][row]}".strip()
        shown[row] = person or cells["company_name"][row] or name_in_email(found[row])
    return cells | {"display_name": shown, "email": emails}


def _used(names: Names, parsed: dict[str, Name], name: Codes, split: int) -> Usage:
    """What the lists say of their customers' words: "press office" tells two of one body apart.

    A person's given and family name are not asked: every list has Marys beside every surname.
    """
    given, number = names.lexicon.given, names.lexicon.number
    every = [parsed[text] for text in names.texts]
    asked = np.array(
        [len(n.tokens) > 2 or not any(given[number[t]] for t in n.tokens) for n in every] + [False]
    )
    codes = np.where(asked[name], name, -1).astype(np.int64)
    none = np.full(len(name), -1, dtype=np.int64)
    return usage(every, names.words, Listed(codes, none, np.arange(len(name)) < split, none, none))


def _parent_names(cells: dict[str, list[str]], split: int) -> list[str]:
    """The display name of each record's parent, looked up in the record's own list."""
    found: list[str] = []
    for rows in (slice(0, split), slice(split, None)):
        name = dict(zip(cells["id"][rows], cells["display_name"][rows], strict=True))
        found += [name.get(parent, "") for parent in cells["parent_id"][rows]]
    return found


def _items(cells: dict[str, list[str]], split: int) -> _Made:
    skus = [
        own or leading
        for own, leading in zip(
            once(cells["sku"], code_key), once(cells["name"], leading_code), strict=True
        )
    ]
    # A name is parsed beside its own SKU; the pair is the text of the table, "\t" between them.
    titles = [f"{n}\t{s}" if n else "" for n, s in zip(cells["name"], skus, strict=True)]
    notes = [f"{n}\t{s}" if n else "" for n, s in zip(cells["description"], skus, strict=True)]
    texts = sorted({*titles, *notes} - {""})
    code = {text: i for i, text in enumerate(texts)} | {"": -1}
    coded = [np.array([code[t] for t in ts], dtype=np.int64) for ts in (titles, notes)]
    price = _prices(cells["unit_price"])
    left, sku = np.arange(len(titles)) < split, encode(skus)
    listed = Listed(coded[0], coded[1], left, sku.codes.astype(np.int64), price)
    names = _item_names(texts, listed)
    fields = {"sku": sku, "category": encode(once(cells["category"], fold))}
    none = np.full(len(titles), -1, dtype=np.int64)
    return names, np.stack([*coded, none], axis=1).astype(np.int32), fields, price


def _item_names(texts: list[str], listed: Listed) -> Names:
    """The names of items in one wording; `texts` are sorted and as `listed` numbers them."""
    own = [parse_item(*text.split("\t")[:2]) for text in texts]
    said = one_wording(own, listed)
    spellings = {text: " ".join(sorted(n.tokens)) for text, n in zip(texts, own, strict=True)}
    names = name_table(dict(zip(texts, said, strict=True)), spellings)
    return replace(
        names,
        reworded=np.array([a != b for a, b in zip(own, said, strict=True)], dtype=np.bool_),
        usage=usage(said, names.words, listed),
    )


def _prices(cells: list[str]) -> NDArray[np.int64]:
    """In 1/10000 of the currency, -1 where there is none."""
    price = pd.to_numeric(
        pd.Series(cells, dtype="object").str.replace(r"[^0-9.\-]", "", regex=True),
        errors="coerce",
    ).to_numpy(dtype=np.float64)
    usable = np.isfinite(price) & (price > 0) & (price < 1e12)
    return np.where(usable, np.round(np.where(usable, price, 0) * 10_000), -1).astype(np.int64)


def alphabetic(kinds: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Which tokens are words that may be misspelt, shortened or a nickname."""
    return np.isin(kinds, [Kind.WORD, Kind.WEAK, Kind.CHILD, Kind.INITIAL, Kind.TRADE, Kind.ASIDE])

"""Which column of a file is which of our fields: proposed, shown, corrected, kept."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Self, get_args

from recon.errors import InputError
from recon.files.columns import DateOrder
from recon.files.fields import FIELDS, Field, FileKind

_SAMPLES = 3
_BY_HAND, _LEFT_OUT = "set by hand", "left out by hand"
_SAMPLE_TEXT = 40
_OTHER_THINGS = frozenset({"ship", "shipping", "custom", "user", "assigned", "partial", "item"})
"""Words that make a column another one: "Shipping city" is not the city of the bill."""


def normalised(label: str) -> str:
    """A column name without case, accents, blanks and punctuation: "E-Mail " as "email"."""
    decomposed = unicodedata.normalize("NFKD", label.casefold())
    return "".join(c for c in decomposed if c.isalnum())


@dataclass
class Mapping:
    """A form that says for each field which column of one file it is read from.

    Attributes:
        kind: what the file holds.
        headers: the file's columns.
        chosen: field to column.
        why: field to the reason of the choice, in words.
        samples: column to a few of its cells.
        date_order: how dates like 03/04/2026 are read; None lets the file's own dates decide.
    """

    kind: FileKind
    headers: tuple[str, ...]
    chosen: dict[str, str] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)
    samples: dict[str, tuple[str, ...]] = field(default_factory=dict, compare=False)
    date_order: DateOrder | None = None

    @property
    def fields(self) -> tuple[Field, ...]:
        """Every field that a file of this kind can have."""
        return FIELDS[self.kind]

    def set(self, name: str, header: str | None) -> Self:
        """Read the field `name` from the column `header`; None leaves it out.

        Returns:
            The mapping itself, so that corrections can be written one after the other.

        Raises:
            InputError: there is no such field or no such column.
        """
        if name not in {f.name for f in self.fields}:
            raise InputError(
                f'There is no field "{name}" of {self.kind}; there are '
                f"{', '.join(f.name for f in self.fields)}."
            )
        if header is None:
            self.chosen.pop(name, None)
            self.why[name] = _LEFT_OUT
            return self
        if header not in self.headers:
            raise InputError(f'There is no column "{header}"; there are {_list(self.headers)}.')
        self.chosen[name] = header
        self.why[name] = _BY_HAND
        return self

    @property
    def by_hand(self) -> dict[str, str | None]:
        """What a person said: field to column, None for a field that is left out."""
        said = (name for name, why in self.why.items() if why in (_BY_HAND, _LEFT_OUT))
        return {name: self.chosen.get(name) for name in said}

    def corrected_by(self, other: Mapping) -> list[str]:
        """Take over what a person said of another file of this kind, as far as it fits this one.

        A column is one field: another field that was proposed for it gives way.

        Returns:
            The columns that were named and are not in this file.
        """
        absent = []
        for name, header in other.by_hand.items():
            if header is not None and header not in self.headers:
                absent.append(header)
                continue
            if header is not None:
                for rival in [n for n, taken in self.chosen.items() if taken == header]:
                    del self.chosen[rival], self.why[rival]
            self.set(name, header)
        self.date_order = other.date_order or self.date_order
        return absent

    def read_dates(self, order: DateOrder | None) -> Self:
        """Read dates like 03/04/2026 day first ("dmy") or month first ("mdy")."""
        if order is not None and order not in get_args(DateOrder):
            raise InputError(f'Dates are read "dmy" or "mdy", not "{order}".')
        self.date_order = order
        return self

    def describe(self) -> list[dict[str, str]]:
        """One row a field: field, header, why, samples; empty where there is no column for it."""
        return [
            {
                "field": f.name,
                "header": self.chosen.get(f.name, ""),
                "why": self.why.get(f.name, "required, not found" if f.required else ""),
                "samples": " | ".join(self.samples.get(self.chosen.get(f.name, ""), ())),
            }
            for f in self.fields
        ]

    @property
    def missing(self) -> list[Field]:
        """Required fields that have no column, and nothing that stands in for them."""
        there = self.chosen.keys()
        return [
            f
            for f in self.fields
            if f.required and f.name not in there and not (f.instead and there >= set(f.instead))
        ]

    def check(self, file_name: str) -> None:
        """Nothing, when every required field has a column.

        Raises:
            InputError: names the file, what was looked for, and the columns that are there.
        """
        for lacking in self.missing:
            raise InputError(
                f'{file_name} has no column for "{lacking.name}" of {self.kind}: looked for '
                f"{_list(lacking.synonyms)}; there are {_list(self.headers)}.",
                remedy=f'Say which one it is: --set "{short(self.kind)}:{lacking.name}=COLUMN".',
            )

    def fits(self, headers: Sequence[str]) -> bool:
        """Whether a file with these columns can be read by this mapping."""
        return set(self.chosen.values()) <= set(headers)

    def as_dict(self) -> dict[str, Any]:
        """All of it but the samples, as JSON can hold it."""
        return {
            "kind": self.kind,
            "headers": list(self.headers),
            "chosen": self.chosen,
            "why": self.why,
            "date_order": self.date_order,
        }

    @classmethod
    def from_dict(cls, kept: AnyMapping[str, Any]) -> Mapping:
        """A mapping from what `as_dict` gave.

        Raises:
            InputError: it is of an unknown kind, or names a field or column that is not there.
            KeyError, TypeError, ValueError: it is something else.
        """
        if kept["kind"] not in FIELDS:
            raise InputError("This is a mapping of an unknown kind of file.")
        mapping = cls(kept["kind"], tuple(map(str, kept["headers"])))
        for name, header in dict(kept["chosen"]).items():
            mapping.set(name, header)
        mapping.why = {str(k): str(v) for k, v in dict(kept["why"]).items()}
        return mapping.read_dates(kept["date_order"])

    def save(self, path: str | Path) -> None:
        """Keep it as JSON, without samples."""
        text = json.dumps(self.as_dict(), indent=2, ensure_ascii=False)
        Path(path).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: str | Path) -> Mapping:
        """A mapping that was saved.

        Raises:
            InputError: it is not there, or is no mapping.
        """
        path = Path(path)
        try:
            return cls.from_dict(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError(f"{path.name} is not a saved mapping.") from error


def propose_mapping(
    header: Sequence[str],
    kind: FileKind,
    rows: Sequence[AnyMapping[str, str]] = (),
) -> Mapping:
    """The columns of a file that look like our fields, each with the reason.

    A column of exactly a known name is taken first, for every field; then one that contains all
    the words of a known name. No column is taken twice.

    Args:
        header: the file's columns.
        kind: what the file holds.
        rows: some of its rows, for the samples.
    """
    mapping = Mapping(kind, tuple(header), samples=_samples(header, rows))
    by_name: dict[str, str] = {}
    for column in header:
        by_name.setdefault(normalised(column), column)
    for passes in (_exact, _by_words):
        for wanted in mapping.fields:
            if wanted.name not in mapping.chosen:
                taken = set(mapping.chosen.values())
                free = {key: column for key, column in by_name.items() if column not in taken}
                passes(mapping, wanted, free)
    return mapping


def _exact(mapping: Mapping, wanted: Field, free: AnyMapping[str, str]) -> None:
    for synonym in wanted.synonyms:
        if (column := free.get(normalised(synonym))) is not None:
            mapping.chosen[wanted.name] = column
            mapping.why[wanted.name] = f'called "{synonym}"'
            return


def _by_words(mapping: Mapping, wanted: Field, free: AnyMapping[str, str]) -> None:
    if not wanted.by_words:
        return
    for synonym in wanted.synonyms:
        words = _words(synonym)
        for column in free.values():
            more = _words(column) - words
            if 1 < len(words) <= len(_words(column)) - len(more) and not more & _OTHER_THINGS:
                mapping.chosen[wanted.name] = column
                mapping.why[wanted.name] = f'has the words of "{synonym}"'
                return


@lru_cache(maxsize=4096)
def _words(label: str) -> frozenset[str]:
    spaced = "".join(c if c.isalnum() else " " for c in label.casefold())
    return frozenset(spaced.split())


def _samples(
    header: Sequence[str], rows: Sequence[AnyMapping[str, str]]
) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {column: {} for column in header}
    for row in rows[:200]:
        for column in header:
            cell = row.get(column, "")
            if cell.strip() and len(found[column]) < _SAMPLES:
                found[column][cell[:_SAMPLE_TEXT]] = None
    return {column: tuple(cells) for column, cells in found.items()}


def short(kind: FileKind) -> str:
    """What people call a kind of file, without the system that it is of."""
    return kind.removeprefix("qbo_")


def _list(names: Sequence[str]) -> str:
    shown = ", ".join(f'"{name}"' for name in names[:12])
    return shown + (f" and {len(names) - 12} more" if len(names) > 12 else "")


def fit(header: Sequence[str], kind: FileKind, said: Mapping | None = None) -> float:
    """How well a file's columns fit a kind: 0 when a required one is missing.

    The number of fields found by exact names or by what a person `said` of the kind, plus the
    share of columns that were used.
    """
    mapping = propose_mapping(header, kind)
    if said is not None:
        mapping.corrected_by(said)
    if mapping.missing:
        return 0.0
    sure = sum(why.startswith("called") or why == _BY_HAND for why in mapping.why.values())
    return sure + len(mapping.chosen) / (len(header) + 1)

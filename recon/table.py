"""What a table is: its columns and their types, checked; and exact money.

Rows in bulk are a DataFrame with a declared shape. Text is pandas' nullable string, money is an
exact decimal with four places, a calendar date is a day without a zone, a moment is UTC, and what
is missing is NA.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

import pandas as pd
import pandera.errors
import pandera.pandas as pa_frames
import pyarrow as pa

from recon.counting import counted
from recon.errors import TableError

Dtype = Any
TEXT: Dtype = pd.StringDtype(na_value=pd.NA)
MONEY: Dtype = pd.ArrowDtype(pa.decimal128(18, 4))
DAY: Dtype = "datetime64[s]"
MOMENT: Dtype = pd.DatetimeTZDtype("us", "UTC")
FLAG: Dtype = pd.BooleanDtype()
COUNT: Dtype = pd.Int64Dtype()
SHARE: Dtype = "float64"


def money(values: Iterable[object]) -> pd.Series[Any]:
    """Exact amounts as a `MONEY` column: the one door from numbers and text to money.

    Args:
        values: Decimal, int, text in plain notation ("1234.50"), float as JSON parsed it, or
            missing (None, NaN, empty text).

    Raises:
        TableError: a value is no number, or has more digits than books ever hold.
    """
    try:
        exact = [_decimal(value) for value in values]
        column: pd.Series[Any] = pd.Series(pa.array(exact, type=pa.decimal128(18, 4)), dtype=MONEY)
    except (ArithmeticError, ValueError, pa.ArrowInvalid) as error:
        raise TableError(
            f"An amount is not a number: {error}.",
            remedy="Correct it in the source and pull again.",
        ) from error
    return column


def _decimal(value: object) -> Decimal | None:
    if value is None or value is pd.NA or value == "" or value != value:  # noqa: PLR0124  (NaN)
        return None
    # repr() of a JSON float is the text that was sent; Decimal(float) would be its binary noise
    exact = value if isinstance(value, Decimal) else Decimal(str(value).strip())
    return exact.quantize(Decimal("0.0001"))


@dataclass(frozen=True)
class Table:
    """A declared shape: column names, their types, and which may not be missing.

    Attributes:
        name: as it is spoken of ("CUSTOMERS").
        columns: column to type; order is the order shown.
        required: columns that are never NA.
        unique: columns that together name a row once, or empty.
    """

    name: str
    columns: Mapping[str, Dtype]
    required: tuple[str, ...] = ("ref",)
    unique: tuple[str, ...] = ("ref",)

    def frame(self, rows: Iterable[Mapping[str, Any]] = ()) -> pd.DataFrame:
        """The rows as this table, in their order; fields that are not columns are left out.

        Raises:
            TableError: a value cannot be its column's type, or a required one is missing.
        """
        rows = list(rows)
        return self._made_of(rows) if rows else self._empty.copy()

    def _made_of(self, rows: list[Mapping[str, Any]]) -> pd.DataFrame:
        return self.check(
            pd.DataFrame({c: self._column(c, [row.get(c) for row in rows]) for c in self.columns})
        )

    @cached_property
    def _empty(self) -> pd.DataFrame:
        """No rows in this shape, made once: small books have many tables without any."""
        return self._made_of([])

    def conform(self, frame: pd.DataFrame) -> pd.DataFrame:
        """`frame` with exactly these columns and types; missing columns become NA.

        Raises:
            TableError: as `frame`.
        """
        return self.check(pd.DataFrame({c: self._conformed(frame, c).array for c in self.columns}))

    def _conformed(self, frame: pd.DataFrame, name: str) -> pd.Series[Any]:
        dtype = self.columns[name]
        if name not in frame.columns:
            return pd.Series(None, index=range(len(frame)), dtype=dtype)
        column = frame[name]
        if column.dtype == dtype:
            return column
        if dtype is TEXT and isinstance(column.dtype, pd.StringDtype):
            return column.astype(TEXT)
        return self._column(name, list(column))

    def check(self, frame: pd.DataFrame) -> pd.DataFrame:
        """`frame` itself when it has this shape.

        Raises:
            TableError: it has not; the message lists the problems, twenty at most.
        """
        if self._fits(frame):
            return frame
        try:
            return self._shape.validate(frame, lazy=True)
        except pandera.errors.SchemaErrors as error:
            said = "; ".join(
                _problem(case.column, case.check, case.failure_case)
                for case in error.failure_cases.head(_SHOWN).itertuples()
            )
            raise TableError(
                f"{self.name} has {counted(len(error.failure_cases), 'problem')}: {said}."
            ) from error

    def _fits(self, frame: pd.DataFrame) -> bool:
        """Whether the frame has the shape: pandera takes 2 ms a column even for no rows at all."""
        return (
            list(frame.columns) == list(self.columns)
            and all(map(operator.eq, frame.dtypes, self.columns.values()))
            and not any(frame[name].hasnans for name in self.required)
            and not (self.unique and frame.duplicated(list(self.unique)).any())
        )

    @cached_property
    def _shape(self) -> pa_frames.DataFrameSchema:
        return pa_frames.DataFrameSchema(
            {
                name: pa_frames.Column(dtype, nullable=name not in self.required)
                for name, dtype in self.columns.items()
            },
            strict=True,
            unique=list(self.unique) or None,
        )

    def _column(self, name: str, values: list[Any]) -> pd.Series[Any]:
        dtype = self.columns[name]
        if dtype is MONEY:
            return money(values)
        try:
            if dtype is DAY:
                return pd.Series(pd.to_datetime(pd.Series(values, dtype="object"))).astype(DAY)
            if dtype is MOMENT:
                return pd.to_datetime(pd.Series(values, dtype="object"), utc=True).astype(MOMENT)
            column: pd.Series[Any] = pd.Series(values, dtype=dtype)
        except (TypeError, ValueError) as error:
            raise TableError(f"{self.name}.{name}: {error}.") from error
        return column


_SHOWN = 20
_SAFE_TO_SHOW = {"ref", "id", "kind"}
_MISSING_OR_STRANGE = {
    "column_in_dataframe": "the column is missing",
    "column_in_schema": "there is no such column",
}


def _problem(column: object, check: str, found: object) -> str:
    """One problem of a frame in words, without any value that may be a client's."""
    if check in _MISSING_OR_STRANGE:
        return f"{found}: {_MISSING_OR_STRANGE[check]}"
    shown = f" ({found!r})" if column in _SAFE_TO_SHOW else ""
    return f"{column if isinstance(column, str) else 'the table'}: {check}{shown}"

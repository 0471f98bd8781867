"""The query language: a text becomes a statement.

Source: Intuit, Query operations and syntax; a community test of December 2025; python-quickbooks
0.9.12 (what it sends), read 2026-11-22.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from recon.sandbox import faults
from recon.sandbox.faults import Fault

_LITERAL = re.compile(r"'(\\.|[^'\\])*'", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_JAVACC = {"NAME": "IDENTIFIER", "NUMBER": "INTEGER"}
_NEGATED = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"} | {
    "IN": "NOT IN",
    "NOT IN": "IN",
    "LIKE": "NOT LIKE",
    "NOT LIKE": "LIKE",
}


@dataclass(frozen=True)
class Value:
    """One literal, its quotes and backslashes taken off."""

    text: str
    quoted: bool


@dataclass(frozen=True)
class Condition:
    """One term of WHERE: operator is =, !=, <, <=, >, >=, IN, NOT IN, LIKE or NOT LIKE."""

    path: str
    operator: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Statement:
    """One query.

    Attributes:
        fields: what is asked for; empty for everything.
        order: pairs of a field and ASC or DESC.
    """

    entity: str
    count: bool = False
    fields: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    order: tuple[tuple[str, str], ...] = ()
    start: int | None = None
    most: int | None = None


def parse(text: str) -> Statement:
    """The statement that a text is.

    Apps ask the same few questions about ever new names: with the quoted literals taken out, the
    grammar sees each question once.

    Raises:
        Fault: 4000, with the token that no grammar rule takes.
    """
    literals: list[str] = []

    def numbered(found: re.Match[str]) -> str:
        literals.append(_ESCAPED.sub(r"\1", found[0][1:-1]))
        return f"'{len(literals) - 1}'"

    try:
        statement = _parsed(_LITERAL.sub(numbered, text))
    except Fault:
        _parsed(text)  # the same refusal, at the line and column of the original
        raise
    return replace(
        statement,
        conditions=tuple(
            replace(
                condition,
                values=tuple(
                    replace(value, text=literals[int(value.text)]) if value.quoted else value
                    for value in condition.values
                ),
            )
            for condition in statement.conditions
        ),
    )


class _Build(Transformer[Token, Any]):
    """Builds a statement from the grammar's rules, one method a rule."""

    def statement(self, parts: list[Any]) -> Statement:
        projection, entity, *clauses = parts
        given = dict(clause for clause in clauses if clause)
        return Statement(entity=str(entity), **projection, **given)

    def count(self, _parts: list[Any]) -> dict[str, Any]:
        return {"count": True}

    def everything(self, _parts: list[Any]) -> dict[str, Any]:
        return {}

    def listed(self, parts: list[Any]) -> dict[str, Any]:
        return {"fields": tuple(path for path in parts if path)}

    def where(self, parts: list[Any]) -> tuple[str, Any]:
        return "conditions", tuple(parts)

    def order(self, parts: list[Any]) -> tuple[str, Any]:
        return "order", tuple(parts)

    def sort(self, parts: list[Any]) -> tuple[str, str]:
        return parts[0], str(parts[1] or "ASC").upper()

    def start(self, parts: list[Any]) -> tuple[str, Any]:
        return "start", _whole(parts[0])

    def most(self, parts: list[Any]) -> tuple[str, Any]:
        return "most", _whole(parts[0])

    def path(self, parts: list[Any]) -> str:
        return ".".join(parts)

    def value(self, parts: list[Any]) -> Token:
        token: Token = parts[0]
        return token

    def compare(self, parts: list[Any]) -> Condition:
        path, operator, token = parts
        if operator not in {"=", "!="} and token.type == "NUMBER":
            # Live: an unquoted number in a comparison does not parse.
            raise _encountered(token)
        return Condition(path, str(operator), (_literal(token),))

    def negate(self, parts: list[Any]) -> Condition:
        condition: Condition = parts[0]
        return replace(condition, operator=_NEGATED[condition.operator])

    def among(self, parts: list[Any]) -> Condition:
        return Condition(parts[0], "IN", tuple(map(_literal, parts[1:])))

    def not_among(self, parts: list[Any]) -> Condition:
        return Condition(parts[0], "NOT IN", tuple(map(_literal, parts[1:])))

    def like(self, parts: list[Any]) -> Condition:
        return Condition(parts[0], "LIKE", (_literal(parts[1]),))

    def not_like(self, parts: list[Any]) -> Condition:
        return Condition(parts[0], "NOT LIKE", (_literal(parts[1]),))


_PARSER = Lark(
    (Path(__file__).parent / "query.lark").read_text(encoding="utf-8"),
    parser="lalr",
    start="statement",
    maybe_placeholders=True,
    transformer=_Build(),
)


def _literal(token: Token) -> Value:
    quoted = token.type == "STRING"
    return Value(token[1:-1] if quoted else str(token), quoted)


def _whole(token: Token) -> int:
    if "." in token:
        raise _encountered(token)
    return int(token)


@lru_cache(maxsize=2048)
def _parsed(text: str) -> Statement:
    try:
        statement: Any = _PARSER.parse(text)
    except UnexpectedToken as error:
        if error.token.type == "$END":
            raise _unparsed(f'Encountered "<EOF>" at line 1, column {len(text)}.') from error
        raise _encountered(error.token) from error
    except UnexpectedCharacters as error:
        where = f"line {error.line}, column {error.column}"
        raise _unparsed(f'Lexical error at {where}.  Encountered: "{error.char}"') from error
    except UnexpectedInput as error:
        raise _unparsed(str(error).splitlines()[0]) from error
    return statement  # type: ignore[no-any-return]


def _encountered(token: Token) -> Fault:
    kind = _JAVACC.get(token.type, token.type)
    where = f"line {token.line}, column {token.column}"
    return _unparsed(f'Encountered " <{kind}> "{token} "" at {where}.')


def _unparsed(said: str) -> Fault:
    return faults.fault("4000", f"QueryParserError: {said}")

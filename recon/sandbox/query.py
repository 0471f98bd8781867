"""The query language: a statement becomes SQL over the index columns and the JSON.

Source: quickbooks-online reference, section 2, read 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

from recon.sandbox import faults
from recon.sandbox.company import Record
from recon.sandbox.entities import Entity, Shape, entity_called
from recon.sandbox.faults import Fault
from recon.sandbox.ledger import Ledger
from recon.sandbox.store import fold, milliseconds

_PARSER = Lark(
    (Path(__file__).parent / "query.lark").read_text(encoding="utf-8"),
    parser="lalr",
    start="statement",
)
_MOST = 1000
_DEFAULT = 100
_JAVACC = {"NAME": "IDENTIFIER", "STRING": "STRING", "NUMBER": "INTEGER", "OPERATOR": "OPERATOR"}


@dataclass(frozen=True)
class Condition:
    """One term of WHERE: operator is =, !=, <, <=, >, >=, IN, NOT IN, LIKE or NOT LIKE."""

    path: str
    operator: str
    values: tuple[Token, ...]


@dataclass(frozen=True)
class Statement:
    """One parsed query.

    Attributes:
        fields: what is asked for; empty for everything.
    """

    entity: str
    count: bool
    fields: tuple[str, ...]
    conditions: tuple[Condition, ...]
    order: tuple[tuple[str, str], ...]
    start: int | None
    most: int | None


_NEGATED = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"} | {
    "IN": "NOT IN",
    "NOT IN": "IN",
    "LIKE": "NOT LIKE",
    "NOT LIKE": "LIKE",
}


@lru_cache(maxsize=2048)
def parse(text: str) -> Statement:
    """The statement that a text is.

    Raises:
        Fault: 4000, with the token that no grammar rule takes.
    """
    try:
        tree = _PARSER.parse(text)
    except UnexpectedInput as error:
        raise _unparsed(text, error) from error
    projection, name, *clauses = tree.children
    assert isinstance(projection, Tree)
    parts: dict[str, list[Any]] = {part.data: part.children for part in clauses if part is not None}  # type: ignore[union-attr,misc]
    listed = projection.children if projection.data == "listed" else []
    return Statement(
        entity=str(name),
        count=projection.data == "count",
        fields=tuple(_path(each) for each in listed if each is not None),  # type: ignore[arg-type]
        conditions=tuple(_condition(each) for each in parts.get("where", [])),
        order=tuple(
            (_path(path), str(way or "ASC").upper())
            for path, way in (each.children for each in parts.get("order", []))
        ),
        start=int(parts["start"][0]) if "start" in parts else None,
        most=int(parts["most"][0]) if "most" in parts else None,
    )


def _path(tree: Tree[Token]) -> str:
    return ".".join(str(token) for token in tree.children)


def _condition(tree: Tree[Token]) -> Condition:
    if tree.data == "negate":
        inner = _condition(tree.children[0])  # type: ignore[arg-type]
        return Condition(inner.path, _NEGATED[inner.operator], inner.values)
    path, *rest = tree.children
    if tree.data == "compare":
        operator, value = str(rest[0]), rest[1].children[0]  # type: ignore[union-attr]
        if operator not in {"=", "!="} and value.type == "NUMBER":
            # Live: an unquoted number in a comparison does not parse (reference 2.2).
            raise _encountered(value)
        return Condition(_path(path), operator, (value,))  # type: ignore[arg-type]
    operator = {"among": "IN", "not_among": "NOT IN", "like": "LIKE", "not_like": "NOT LIKE"}[
        tree.data
    ]
    values = tuple(each if isinstance(each, Token) else each.children[0] for each in rest)
    return Condition(_path(path), operator, values)  # type: ignore[arg-type]


def _unparsed(text: str, error: UnexpectedInput) -> Fault:
    if isinstance(error, UnexpectedToken) and error.token.type != "$END":
        return _encountered(error.token)
    if isinstance(error, UnexpectedCharacters):
        said = f'Lexical error at line {error.line}, column {error.column}.  Encountered: "{error.char}"'
        return faults.fault("4000", f"QueryParserError: {said}")
    column = len(text) if isinstance(error, UnexpectedEOF) else len(text.rstrip())
    said = f'Encountered "<EOF>" at line 1, column {column}.'
    return faults.fault("4000", f"QueryParserError: {said}")


def _encountered(token: Token) -> Fault:
    kind = _JAVACC.get(token.type, token.type)
    said = f'Encountered " <{kind}> "{token} "" at line {token.line}, column {token.column}.'
    return faults.fault("4000", f"QueryParserError: {said}")


def invalid(said: str) -> Fault:
    """4001: the statement parses and asks for what there is not."""
    return faults.fault("4001", f"QueryValidationError: {said}")


def answer(ledger: Ledger, text: str) -> bytes:
    """The value of `QueryResponse` for a statement, as JSON.

    Raises:
        Fault: 4000 or 4001.
    """
    statement = parse(text.strip())
    kind = entity_called(statement.entity)
    if kind is None:
        raise invalid(f"Invalid context declaration: {statement.entity}")
    where, values = _where(ledger, kind, statement.conditions)
    if statement.count:
        sql = f"SELECT count(*) FROM record WHERE {where}"  # noqa: S608 - built from own columns
        return b'{"totalCount":%d}' % ledger.store.rows(sql, values)[0][0]
    start, most = _page(ledger, statement)
    sql = (
        f"SELECT body FROM record WHERE {where} ORDER BY {_order(kind, statement.order)} "  # noqa: S608
        f"LIMIT {most} OFFSET {start - 1}"
    )
    texts = [text for (text,) in ledger.store.rows(sql, values)]
    if not texts:
        return b"{}"
    if statement.fields:
        texts = [_projected(kind, orjson.loads(text), statement.fields) for text in texts]
    page = f'"startPosition":{start},"maxResults":{len(texts)}'
    return f'{{"{kind.name}":[{",".join(texts)}],{page}}}'.encode()


def _page(ledger: Ledger, statement: Statement) -> tuple[int, int]:
    """First row, counted from 1, and number of rows."""
    start = 1 if statement.start is None else statement.start
    most = _DEFAULT if statement.most is None else statement.most
    for value in (start, most):
        if value < 1:
            raise invalid(f"value {value} is too small. Min allowed value is 1")
    if most > _MOST:
        if ledger.switches.max_results_over == "4001":
            raise invalid(f"value {most} is too large. Max allowed value is {_MOST}")
        most = _MOST
    return start, most


def _where(ledger: Ledger, kind: Entity, conditions: Sequence[Condition]) -> tuple[str, list[Any]]:
    """SQL and its values; lists show only active records unless Active is asked for."""
    terms, values = ["entity = ?"], [kind.name]
    asked = {condition.path.lower() for condition in conditions}
    everything = kind.name == "Item" and ledger.switches.item_query_default == "all"
    if kind.kind in {"list", "fixed"} and "active" not in asked and not everything:
        terms.append("active = 1")
    for condition in conditions:
        term, more = _term(ledger, kind, condition)
        terms.append(term)
        values += more
    return " AND ".join(terms), values


_COLUMNS: dict[str, str] = {
    "Active": "active",
    "DisplayName": "name",
    "Name": "name",
    "FullyQualifiedName": "full_name",
    "CompanyName": "company",
    "PrimaryEmailAddr": "email",
    "DocNumber": "number",
    "PaymentRefNum": "number",
    "Sku": "number",
    "CustomerRef": "customer",
    "TxnDate": "txn_date",
    "DueDate": "due_date",
    "TotalAmt": "total",
    "Balance": "balance",
    "Id": "id",
    "MetaData.CreateTime": "created",
    "MetaData.LastUpdatedTime": "updated",
}


def _column(kind: Entity, path: str, use: str) -> tuple[str, Shape]:
    """The SQL expression and the shape of a field that a query names, in any case."""
    folded = path.lower().removesuffix(".value").removesuffix(".address")
    if folded in {"metadata.createtime", "metadata.lastupdatedtime"}:
        full = "MetaData.CreateTime" if "create" in folded else "MetaData.LastUpdatedTime"
        return _COLUMNS[full], "time"
    name = next((name for name in kind.fields if name.lower() == folded), None)
    if name is None:
        raise invalid(f"Property {path} not found for Entity {kind.name}")
    field = kind.fields[name]
    if not field.query and not (use == "sort" and field.shape in {"number", "text", "date"}):
        raise invalid(f"property '{path}' is not queryable")
    indexed = name in _COLUMNS and not (name == "PaymentRefNum" and kind.name != "Payment")
    if indexed:
        return _COLUMNS[name], field.shape
    inner = {"ref": ".value", "email": ".Address"}.get(field.shape, "")
    extract = f"json_extract(body, '$.{name}{inner}')"
    return (f"fold({extract})" if field.shape == "text" else extract), field.shape


def _term(ledger: Ledger, kind: Entity, condition: Condition) -> tuple[str, list[Any]]:
    """One condition as SQL."""
    column, shape = _column(kind, condition.path, "filter")
    operator = condition.operator
    if shape == "id" and operator not in {"=", "IN"}:
        raise invalid(f"Operator {operator} is not supported for property {condition.path}")
    values = [_value(ledger, shape, column, token) for token in condition.values]
    if operator in {"LIKE", "NOT LIKE"}:
        return f"{column} {operator} ? ESCAPE '\\'", [_pattern(values[0])]
    if operator in {"IN", "NOT IN"}:
        return f"{column} {operator} ({', '.join('?' * len(values))})", values
    if values[0] is None:
        return f"{column} {'IS' if operator == '=' else 'IS NOT'} NULL", []
    return f"{column} {'IS NOT' if operator == '!=' else operator} ?", values


def _pattern(value: Any) -> str:
    """A LIKE pattern in which only % is special."""
    return str(value).replace("\\", "\\\\").replace("_", "\\_")


def _value(ledger: Ledger, shape: Shape, column: str, token: Token) -> Any:
    """A literal in the type of the column that it is compared with."""
    text = str(token)
    if token.type == "STRING":
        text = _unescaped(text[1:-1])
    elif token.upper() == "CURRENT_DATE":
        text = ledger.today()
    if shape == "bool":
        if text.lower() not in {"true", "false"}:
            raise invalid(f"Invalid value {text} for a boolean property")
        return 1 if text.lower() == "true" else 0
    if shape in {"text", "email"}:
        return fold(text) if text.strip() else None
    try:
        if shape == "time":
            return milliseconds(text)
        if shape == "number":
            amount = Decimal(text)
            return float(amount * 10_000) if column in {"total", "balance"} else float(amount)
    except (ValueError, InvalidOperation):
        raise invalid(f"Invalid value {text}") from None
    return text


def _unescaped(text: str) -> str:
    parts = text.split("\\\\")
    return "\\".join(part.replace("\\", "") for part in parts)


def _order(kind: Entity, order: Iterable[tuple[str, str]]) -> str:
    """ORDER BY, ids last so that pages never overlap."""
    terms = []
    for path, way in order:
        column, _ = _column(kind, path, "sort")
        terms.append(f"{'position' if column == 'id' else column} {way}")
    return ", ".join([*terms, "position", "id"])


def _projected(kind: Entity, record: Record, fields: Sequence[str]) -> str:
    """Only the listed fields, degraded as QuickBooks does: refs lose names, lists are empty."""
    wanted = {field.lower().split(".")[0] for field in fields}
    kept: Record = {}
    for name, value in record.items():
        if name.lower() not in wanted:
            continue
        field = kind.fields.get(name)
        if field and field.shape == "ref":
            value = {"value": value["value"]}
        kept[name] = [] if isinstance(value, list) else value
    kept |= {"domain": "QBO", "sparse": True}
    return orjson.dumps(kept).decode()

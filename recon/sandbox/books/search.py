"""What a query finds: a statement becomes SQL over the index columns and the JSON.

Source: Intuit, Query operations and syntax, filterable fields of the entity pages, read
2026-11-22.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson

from recon.sandbox import faults
from recon.sandbox.books.company import Record
from recon.sandbox.books.ledger import Ledger
from recon.sandbox.books.query import Condition, Statement, Value, parse
from recon.sandbox.books.store import fold, milliseconds
from recon.sandbox.faults import Fault
from recon.sandbox.records.entities import Entity, Shape, entity_called
from recon.sandbox.records.shown import SHOWN, shown

_MOST = 1000
_DEFAULT = 100
_LAST = 2**31 - 1
_MOST_VALUES = 10_000


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
    for path in statement.fields:
        _check_property(kind, path)
    start, most = _page(ledger, statement)
    counted = " AND position > 0" if kind.name == "TaxCode" else ""
    order = _order(kind, statement)
    # Rows that a later page skips are counted in the index, their text is never touched.
    rows = f"SELECT rowid FROM record WHERE {where}{counted} ORDER BY {order}"  # noqa: S608
    page = f"{rows} LIMIT {most} OFFSET {start - 1}"
    sql = f"SELECT body FROM record WHERE rowid IN ({page}) ORDER BY {order}"  # noqa: S608
    texts = [text for (text,) in ledger.store.rows(sql, values)]
    if kind.name == "TaxCode" and start == 1:
        texts = _uncounted(ledger, where, values) + texts
    if not texts:
        return b"{}"
    if ledger.switches.list_sync_token == "stale":  # noqa: S105 - a choice, no secret
        texts = [_lagging(orjson.loads(text)) for text in texts]
    if statement.fields:
        texts = [_projected(kind, orjson.loads(text), statement.fields) for text in texts]
    elif kind.name in SHOWN:
        texts = [shown(ledger, kind, text) for text in texts]
    page = f'"startPosition":{start},"maxResults":{len(texts)}'
    return f'{{"{kind.name}":[{",".join(texts)}],{page}}}'.encode()


def _uncounted(ledger: Ledger, where: str, values: list[Any]) -> list[str]:
    """TAX, NON and CustomSalesTax: on the first page of tax codes, whatever MAXRESULTS says.

    Source: python-quickbooks' integration test of TaxCode ("returns 3 extra items"), read
        2026-11-26.
    """
    sql = f"SELECT body FROM record WHERE {where} AND position = 0 ORDER BY id DESC"  # noqa: S608
    return [text for (text,) in ledger.store.rows(sql, values)]


def _lagging(record: Record) -> str:
    """The record with the SyncToken that it had one write ago."""
    record["SyncToken"] = str(max(int(record["SyncToken"]) - 1, 0))
    return orjson.dumps(record).decode()


def _page(ledger: Ledger, statement: Statement) -> tuple[int, int]:
    """First row, counted from 1, and number of rows."""
    start = 1 if statement.start is None else statement.start
    most = _DEFAULT if statement.most is None else statement.most
    for value in (start, most):
        if value < 1:
            raise invalid(f"value {value} is too small. Min allowed value is 1")
    if start > _LAST:
        raise invalid(f"value {start} is too large. Max allowed value is {_LAST}")
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
    "VendorRef": "customer",
    "TxnDate": "txn_date",
    "DueDate": "due_date",
    "TotalAmt": "total",
    "Balance": "balance",
    "Id": "id",
    "MetaData.CreateTime": "created",
    "MetaData.LastUpdatedTime": "updated",
}


def _check_property(kind: Entity, path: str) -> None:
    """Refuse (4001) a property that the kind does not have.

    Kinds that are kept without rules may have any.
    """
    head = path.split(".", maxsplit=1)[0].lower()
    if not kind.open and head not in {name.lower() for name in kind.fields}:
        raise invalid(f"Property {path} not found for Entity {kind.name}")


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
    if kind.name == "Attachable" and condition.path.lower() in _ON:
        return _attached(condition)
    column, shape = _column(kind, condition.path, "filter")
    operator = condition.operator
    if shape == "id" and operator not in {"=", "IN"}:
        raise invalid(f"Operator {operator} is not supported for property {condition.path}")
    if len(condition.values) > _MOST_VALUES:
        raise invalid(f"IN takes at most {_MOST_VALUES} values")
    if shape == "id" and kind.name not in _NAMED_IDS:
        _check_numbers(condition)
    values = [_typed(ledger, shape, column, value) for value in condition.values]
    if operator in {"LIKE", "NOT LIKE"}:
        return f"{column} {operator} ? ESCAPE '\\'", [_pattern(values[0])]
    if operator in {"IN", "NOT IN"}:
        return f"{column} {operator} ({', '.join('?' * len(values))})", values
    if values[0] is None:
        return f"{column} {'IS' if operator == '=' else 'IS NOT'} NULL", []
    return f"{column} {'IS NOT' if operator == '!=' else operator} ?", values


# Some of these have words for ids: TAX, NON, SHIPPING_ITEM_ID.
_NAMED_IDS = frozenset({"TaxCode", "Item"})


def _check_numbers(condition: Condition) -> None:
    """Refuse (4001) an id that is no number.

    Source: live tests of the npm package quickbooks-api 0.6.2 ("should throw error for invalid
        account ID", credit memo and estimate likewise), read 2026-11-26.
    """
    for value in condition.values:
        if not value.text.strip().isdigit():
            raise invalid(f"Invalid value {value.text} for property {condition.path}")


# What an attachment hangs on can be asked for, though it stands in a list.
_ON = {
    "attachableref.entityref.type": "$.EntityRef.type",
    "attachableref.entityref.value": "$.EntityRef.value",
    "attachableref.entityref": "$.EntityRef.value",
}


def _attached(condition: Condition) -> tuple[str, list[Any]]:
    """Whether one of the links of an attachment has this value.

    Raises:
        Fault: 4001 for anything but = and IN.
    """
    if condition.operator not in {"=", "IN"}:
        said = f"Operator {condition.operator} is not supported for property {condition.path}"
        raise invalid(said)
    values = [fold(value.text) for value in condition.values]
    within = "json_each(record.body, '$.AttachableRef') AS link"
    found = f"fold(json_extract(link.value, '{_ON[condition.path.lower()]}'))"
    marks = ", ".join("?" * len(values))
    return f"EXISTS (SELECT 1 FROM {within} WHERE {found} IN ({marks}))", values  # noqa: S608


def _pattern(value: Any) -> str:
    """A LIKE pattern in which only % is special."""
    return str(value).replace("\\", "\\\\").replace("_", "\\_")


def _typed(ledger: Ledger, shape: Shape, column: str, value: Value) -> Any:
    """A literal in the type of the column that it is compared with."""
    text = value.text
    if not value.quoted and text.upper() == "CURRENT_DATE":
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


def _order(kind: Entity, statement: Statement) -> str:
    """ORDER BY, ids last so that pages never overlap.

    The plus keeps SQLite from reading a whole kind in the order of its ids when an index finds
    the few rows that an equation asks for.
    """
    picked = any(
        condition.operator in {"=", "IN"} and condition.path.lower() != "active"
        for condition in statement.conditions
    )
    position = "+position" if picked else "position"
    terms: list[str] = []
    for path, way in statement.order:
        column, _ = _column(kind, path, "sort")
        if column == "id":  # ids are unique: nothing that follows could still decide
            return ", ".join([*terms, f"{position} {way}", f"id {way}"])
        terms.append(f"{column} {way}")
    return ", ".join([*terms, position, "id"])


def _projected(kind: Entity, record: Record, fields: Sequence[str]) -> str:
    """Only the listed fields, degraded as QuickBooks does: refs lose names, lists are empty."""
    wanted = {field.lower().split(".")[0] for field in fields}
    kept: Record = {}
    for name, value in record.items():
        if name.lower() not in wanted:
            continue
        field = kind.fields.get(name)
        if field and field.shape == "ref":
            kept[name] = {"value": value["value"]}
        else:
            kept[name] = [] if isinstance(value, list) else value
    kept |= {"domain": "QBO", "sparse": True}
    return orjson.dumps(kept).decode()

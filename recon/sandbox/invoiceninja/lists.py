"""Lists: which records, in which order, which page of them.

Source: Invoice Ninja API reference 5.12.55, "List clients"; README of the PHP SDK (balance,
between_balance, email, id_number, filter); what third parties' tools say of the other lists
(aweher, usefulapi on glama.ai); 5000 a page at most: pull request 8302; overlapping pages: issue
10933; all read 2026-11-26. Filters of 5.10: API description, read 2026-11-22. Which part of a
name `name=` compares is not established: with a star at the end the beginning, as the reference's
example has it, otherwise any part.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from recon.sandbox.books.company import Record
from recon.sandbox.invoiceninja.kinds import CANCELLED, DRAFT, PAID, PARTIAL, SALES, SENT, Kind
from recon.sandbox.invoiceninja.store import Store
from recon.sandbox.records.amounts import units

PER_PAGE, PER_PAGE_MOST = 20, 5000
Params = Mapping[str, str]
Test = Callable[[Record], bool]
_COMPARES: dict[str, Callable[[Any, Any], bool]] = {
    "lt": operator.lt, "lte": operator.le, "gt": operator.gt, "gte": operator.ge,
    "eq": operator.eq,
}  # fmt: skip
_EXACT = ("number", "id_number", "vat_number", "product_key", "client_id", "status_id", "user_id",
          "assigned_user_id", "country_id", "classification", "type_id")  # fmt: skip


@dataclass(frozen=True)
class Page:
    """One page of a list, and where it stands in it."""

    records: list[Record]
    total: int
    number: int
    per_page: int

    def meta(self, path: str, params: Params) -> Record:
        """The `meta` of the answer; `path` is the list's whole address."""
        last = max(1, -(-self.total // self.per_page))
        links = {}
        for name, number, there in (
            ("previous", self.number - 1, self.number > 1),
            ("next", self.number + 1, self.number < last),
        ):
            if there:
                links[name] = f"{path}?{urlencode({**params, 'page': number})}"
        return {
            "pagination": {
                "total": self.total, "count": len(self.records), "per_page": self.per_page,
                "current_page": self.number, "total_pages": last, "links": links,
            }
        }  # fmt: skip


def page_of(records: list[Record], params: Params, order: str) -> Page:
    """The page that was asked for, of records that stand oldest first."""
    per_page = min(_whole(params.get("per_page"), PER_PAGE), PER_PAGE_MOST)
    number = _whole(params.get("page"), 1)
    ordered = _in_order(records, params.get("sort", ""), order, number)
    start = (number - 1) * per_page
    return Page(ordered[start : start + per_page], len(records), number, per_page)


def selected(store: Store, kind: Kind, params: Params, today: str, *, all_states: bool) -> Test:
    """Whether a record belongs into a list.

    Args:
        store: where clients of sales are looked up.
        kind: of the records.
        params: the request's parameters; unknown ones and senseless values count for nothing.
        today: year-month-day.
        all_states: whether, unless asked for, archived and deleted records belong.
    """
    tests: list[Test] = [_of_state(params, all_states=all_states)]
    tests += [_equals(n, params[n]) for n in _EXACT if n in params and n in kind.fields]
    for name in ("updated_at", "created_at"):
        if params.get(name, "").isdecimal():
            tests.append(_since(name, int(params[name])))
    if params.get("filter"):
        tests.append(_search(kind, params["filter"].casefold()))
    if kind.path == "clients":
        tests += _client_tests(params)
    if "client_id" in kind.fields:
        tests += _sale_tests(store, kind, params, today)
    return lambda record: all(test(record) for test in tests)


def _equals(name: str, value: str) -> Test:
    return lambda record: str(record[name]) == value


def _since(name: str, moment: int) -> Test:
    return lambda record: bool(record[name] >= moment)


def _whole(told: str | None, otherwise: int) -> int:
    number = int(told) if told and told.isdecimal() and len(told) < 10 else 0
    return number or otherwise


def _in_order(records: list[Record], sort: str, order: str, page: int) -> list[Record]:
    column, _, direction = sort.partition("|")
    backwards = direction.casefold() == "desc"
    if column == "id":  # hashed ids count up underneath
        return records[::-1] if backwards else records
    if column and records and column in records[0]:
        return sorted(records, key=lambda record: _key(record[column]), reverse=backwards)
    if order == "overlapping":
        shift = (page - 1) % max(1, len(records))
        return [*records[-shift:], *records[:-shift]] if shift else records
    return records if order == "oldest" else records[::-1]


def _key(value: Any) -> tuple[int, Any]:
    is_number = isinstance(value, (int, float))
    return (0, value) if is_number else (1, str(value).casefold())


def _of_state(params: Params, *, all_states: bool) -> Test:
    deleted = params.get("is_deleted", "").casefold()
    states = {each.strip() for each in params.get("status", "").split(",")} - {"", "all"}
    if not states and not deleted and not all_states:
        states = {"active"}

    def test(record: Record) -> bool:
        if deleted in {"true", "1"} and not record["is_deleted"]:
            return False
        if deleted in {"false", "0"} and record["is_deleted"]:
            return False
        return not states or state(record) in states

    return test


def state(record: Record) -> str:
    """Whether a record is active, archived or deleted."""
    if record["is_deleted"]:
        return "deleted"
    return "archived" if record["archived_at"] else "active"


def _search(kind: Kind, wanted: str) -> Test:
    def test(record: Record) -> bool:
        texts = [record[name] for name in kind.searched]
        for contact in record.get("contacts", ()):
            texts += [contact["first_name"], contact["last_name"], contact["email"]]
        return any(wanted in str(text).casefold() for text in texts)

    return test


def _client_tests(params: Params) -> Iterable[Test]:
    if name := params.get("name", "").casefold():
        begins = name.removesuffix("*")
        if begins != name:
            yield lambda record: record["name"].casefold().startswith(begins)
        else:
            yield lambda record: name in record["name"].casefold()
    if email := params.get("email", "").casefold():
        yield lambda record: any(c["email"].casefold() == email for c in record["contacts"])
    compare, _, amount = params.get("balance", "").partition(":")
    if compare in _COMPARES and (limit := _amount(amount)) is not None:
        yield lambda record: _COMPARES[compare](units(record["balance"]), limit)
    low, _, high = params.get("between_balance", "").partition(":")
    if (least := _amount(low)) is not None and (most := _amount(high)) is not None:
        yield lambda record: least <= units(record["balance"]) <= most


def _amount(text: str) -> int | None:
    try:
        return round(float(text) * 10_000)
    except (ValueError, OverflowError):
        return None


def _sale_tests(store: Store, kind: Kind, params: Params, today: str) -> Iterable[Test]:
    hides = (params.get("without_deleted_clients"), params.get("filter_deleted_clients"))
    if any(told and told.casefold() not in {"false", "0"} for told in hides):
        gone = {each["id"] for each in store.every("clients") if each["is_deleted"]}
        yield lambda record: record["client_id"] not in gone
    if "date" in params:
        yield lambda record: record["date"] >= params["date"]
    *column, start, end = ["", "", *params.get("date_range", "").split(",")][-3:]
    if start and end:
        name = column[0] if column and column[0] in {"due_date", "number"} else "date"
        yield lambda record: start <= record[name] <= end
    wanted = {each.strip() for each in params.get("client_status", "").split(",")} - {"", "all"}
    if kind.path == "payments" and wanted:
        yield lambda record: not wanted.isdisjoint(_payment_states(record))
    if kind.path not in SALES:
        return
    if "due_date" in params:
        yield lambda record: "" < record["due_date"] <= params["due_date"]
    if params.get("payable"):
        yield lambda record: record["client_id"] == params["payable"] and _is_open(record)
    if params.get("overdue", "").casefold() in {"true", "1"}:
        wanted.add("overdue")
    if wanted:
        yield lambda record: not wanted.isdisjoint(_client_states(record, today))


def _is_open(record: Record) -> bool:
    return record["status_id"] in {SENT, PARTIAL} and units(record["balance"]) > 0


def _payment_states(record: Record) -> set[str]:
    words = ("", "pending", "cancelled", "failed", "completed", "partially_refunded", "refunded")
    number = int(record["status_id"]) if record["status_id"].isdecimal() else 0
    states = {words[number] if number < len(words) else ""}
    if units(record["applied"]) < units(record["amount"]):
        states.add("partially_unapplied")
    return states


def _client_states(record: Record, today: str) -> set[str]:
    words = {DRAFT: "draft", SENT: "sent", PARTIAL: "partial", PAID: "paid",
             CANCELLED: "cancelled"}  # fmt: skip
    states = {words.get(record["status_id"], "reversed")}
    if _is_open(record):
        states.add("unpaid")
        if "" < record["due_date"] < today:
            states.add("overdue")
    return states

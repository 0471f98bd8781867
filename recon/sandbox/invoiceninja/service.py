"""The API itself, free of HTTP: one request in, one status and JSON out.

Source: Invoice Ninja API description, 5.10 (routes, `data` and `meta` of answers), read 2026-11-22;
API reference 5.12.55, read 2026-11-26; the routes under /quickbooks: pull requests 2954 and 3284 of
its web client, read 2026-11-26, and descriptions of the newer integration, read 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from recon.sandbox.books.company import Record
from recon.sandbox.invoiceninja import bulk, clients, links, lists, payments, products, sales
from recon.sandbox.invoiceninja.desk import Desk
from recon.sandbox.invoiceninja.kinds import CLIENTS, INVOICES, KINDS, SALES, Kind
from recon.sandbox.invoiceninja.refusals import (
    NOT_ALLOWED,
    RefusedError,
    bad_password,
    invalid,
    missing,
    no_route,
    not_found,
)
from recon.sandbox.invoiceninja.shown import shown, with_relations
from recon.sandbox.invoiceninja.statics import statics
from recon.sandbox.invoiceninja.users import User

_API = "/api/v1/"
_Make = Callable[[Desk, Mapping[str, Any]], Record]
_Change = Callable[[Desk, Record, Mapping[str, Any]], Record]
_MAKERS: dict[str, _Make] = {
    "clients": clients.create, "products": products.create, "payments": payments.create,
}  # fmt: skip
_CHANGERS: dict[str, _Change] = {
    "clients": clients.update, "products": products.update, "payments": payments.update,
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """One request: `path` is what follows /api/v1/, split at slashes; header names are lower."""

    method: str
    path: tuple[str, ...]
    params: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Service:
    """Answers requests on one company and keeps a list of every write."""

    desk: Desk
    quickbooks: links.Links
    events: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, asked: Asked, user: User) -> tuple[int, bytes]:
        """HTTP status and JSON text for one request of somebody whose token is good."""
        writes = asked.method != "GET" or len(asked.path) > 2
        try:
            with self.desk.store.transaction():
                self.desk.user_id = user.id
                status, answer = self._dispatch(asked, user)
        except RefusedError as refusal:
            if writes:
                self._note(asked, refusal.status, refusal.message)
            return refusal.status, self.rendered(refusal)
        if writes:
            self._note(asked, status, "")
        return status, b"" if answer is None else orjson.dumps(answer)

    def rendered(self, refusal: RefusedError) -> bytes:
        """The body of a refusal."""
        general = self.desk.switches.validation_message == "general"
        return orjson.dumps(refusal.json(general=general))

    def _note(self, asked: Asked, status: int, message: str) -> None:
        path = "/".join(asked.path)
        self.events.append(
            {"method": asked.method, "path": path, "status": status, "message": message}
        )

    def _dispatch(self, asked: Asked, user: User) -> tuple[int, Any]:
        head, *rest = asked.path or ("",)
        if head in KINDS:
            return 200, self._of_kind(KINDS[head], rest, asked, user)
        if head == "quickbooks" and asked.method == "POST" and len(rest) == 1:
            return self.quickbooks.answer(self.desk, rest[0], _json(asked.body), user)
        if head == "companies":
            return 200, self._company(rest, asked, user)
        if asked.method == "GET" and asked.path == ("statics",):
            return 200, statics()
        if asked.method == "GET" and asked.path == ("ping",):
            name = self.desk.company["settings"]["name"]
            return 200, {"company_name": name, "user_name": user.id}
        raise no_route(asked.method, _API + "/".join(asked.path))

    def _of_kind(self, kind: Kind, rest: list[str], asked: Asked, user: User) -> Record:
        """The answer of everything under /clients, /invoices and so on."""
        answer = (
            self._read(kind, rest, asked, user)
            if asked.method == "GET"
            else self._write(kind, rest, asked, user)
        )
        if answer is None:
            raise no_route(asked.method, _API + "/".join(asked.path))
        return answer

    def _read(self, kind: Kind, rest: list[str], asked: Asked, user: User) -> Record | None:
        match rest:
            case []:
                return self._list(kind, asked, user)
            case ["create"]:
                return {"data": shown(self.desk, kind, dict(kind.fields))}
            case [record_id] | [record_id, "edit"]:
                return self._one(kind, self._allowed("view", kind, record_id, user), asked)
            case [record_id, action] if kind.path in SALES and action in kind.actions:
                return self._act(kind, record_id, action, asked, user)
        return None

    def _write(self, kind: Kind, rest: list[str], asked: Asked, user: User) -> Record | None:
        match (asked.method, *rest):
            case ("POST",):
                return self._create(kind, asked, user)
            case ("POST" | "PUT", "bulk"):
                return self._bulk(kind, _json(asked.body), user)
            case ("PUT", record_id):
                return self._update(kind, self._allowed("edit", kind, record_id, user), asked)
            case ("DELETE", record_id):
                return self._act(kind, record_id, "delete", asked, user)
            case ("POST", keep_id, drop_id, "merge") if kind is CLIENTS:
                return self._merge(keep_id, drop_id, asked, user)
        return None

    def _act(self, kind: Kind, record_id: str, action: str, asked: Asked, user: User) -> Record:
        record = self._allowed("edit", kind, record_id, user)
        bulk.act(self.desk, kind, record, action, {})
        return self._one(kind, self._get(kind, record_id), asked)

    def _list(self, kind: Kind, asked: Asked, user: User) -> Record:
        switches, params = self.desk.switches, asked.params
        test = lists.selected(
            self.desk.store, kind, params, self.desk.today,
            all_states=switches.listed_by_default == "all",
        )  # fmt: skip
        found = [
            record
            for record in self.desk.store.every(kind.path)
            if user.may_with("view", kind.name, record) and test(record)
        ]
        page = lists.page_of(found, params, switches.default_order)
        answer = with_relations(self.desk, kind, page.records, params)
        return {"data": answer, "meta": page.meta(_API + kind.path, params)}

    def _one(self, kind: Kind, record: Record, asked: Asked) -> Record:
        return {"data": with_relations(self.desk, kind, [record], asked.params)[0]}

    def _get(self, kind: Kind, record_id: str) -> Record:
        record = self.desk.store.get(kind.path, record_id)
        if record is None:
            raise not_found()
        return record

    def _allowed(self, verb: str, kind: Kind, record_id: str, user: User) -> Record:
        record = self._get(kind, record_id)
        if not user.may_with(verb, kind.name, record):
            raise self._denied()
        return record

    def _denied(self) -> RefusedError:
        return RefusedError(int(self.desk.switches.denied_status), NOT_ALLOWED)

    def _create(self, kind: Kind, asked: Asked, user: User) -> Record:
        if not user.may("create", kind.name):
            raise self._denied()
        body = _json(asked.body)
        if kind.path in SALES:
            record = sales.create(self.desk, kind, body)
            if kind is INVOICES:
                record = sales.trigger(self.desk, record, asked.params)
        else:
            record = _MAKERS[kind.path](self.desk, body)
        return self._one(kind, self._get(kind, record["id"]), asked)

    def _update(self, kind: Kind, record: Record, asked: Asked) -> Record:
        body = _json(asked.body)
        if kind.path in SALES:
            record = sales.update(self.desk, kind, record, body)
            if kind is INVOICES:
                record = sales.trigger(self.desk, record, asked.params)
        else:
            record = _CHANGERS[kind.path](self.desk, record, body)
        return self._one(kind, self._get(kind, record["id"]), asked)

    def _bulk(self, kind: Kind, body: Mapping[str, Any], user: User) -> Record:
        """One action on many records: all of them, or after a refusal none."""
        action, ids = body.get("action"), body.get("ids")
        if not action:
            raise missing("action")
        if action not in kind.actions:
            raise invalid({"action": ["The selected action is invalid."]})
        if not isinstance(ids, list) or not ids:
            raise missing("ids")
        for record_id in ids:
            record = self._allowed("edit", kind, str(record_id), user)
            bulk.act(self.desk, kind, record, str(action), body)
        records = [self._get(kind, str(record_id)) for record_id in ids]
        return {"data": [shown(self.desk, kind, record) for record in records]}

    def _merge(self, keep_id: str, drop_id: str, asked: Asked, user: User) -> Record:
        if not user.proves_itself(asked.headers):
            raise bad_password()
        for record_id in (keep_id, drop_id):
            self._allowed("edit", CLIENTS, record_id, user)
        return self._one(CLIENTS, clients.merge(self.desk, keep_id, drop_id), asked)

    def _company(self, rest: list[str], asked: Asked, user: User) -> Record:
        company = self.desk.company
        known = rest and rest[0] in {company["id"], "current"}
        if asked.method == "GET" and not rest:
            return {"data": [company]}
        if asked.method in {"GET", "POST"} and known:
            return {"data": company}
        if asked.method == "PUT" and known:
            if not user.is_admin:
                raise self._denied()
            settings = _json(asked.body).get("settings") or {}
            if not isinstance(settings, dict):
                raise invalid({"settings": ["The settings field must be an array."]})
            company["settings"] = {**company["settings"], **settings}
            return {"data": company}
        raise not_found()


def _json(body: bytes) -> dict[str, Any]:
    """The request's JSON object; nothing counts as an empty one.

    Raises:
        RefusedError: 400 for what is no JSON object.
    """
    try:
        told = orjson.loads(body) if body.strip() else {}
    except orjson.JSONDecodeError as error:
        raise RefusedError(400, "The request is not JSON.") from error
    if not isinstance(told, dict):
        raise RefusedError(400, "The request is not a JSON object.")
    return told

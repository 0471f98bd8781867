"""The Invoice Ninja sandbox beyond single answers: users, limits, faults, the operator's door."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
import requests
from ninja_talk import NOON, PASSWORD, NinjaTalk, mowing_company

from recon.sandbox.demo import demo_company
from recon.sandbox.invoiceninja import InvoiceNinjaSandbox, NinjaSwitches, User
from recon.sandbox.records.amounts import units
from recon.sandbox.serving.gateway import Injected

MOWER = User("userMOWER0", "mower-token", "mower", permissions=frozenset({"create_invoice"}))
READER = User("userREADER", "reader-token", "reader", permissions=frozenset({"view_all"}))
OWNER = User("userOWNER0", "owner-token", "owner-password", is_admin=True)


def as_user(app: NinjaTalk, user: User) -> dict[str, str]:
    """The headers of another user."""
    return {"X-API-TOKEN": user.token}


@pytest.mark.parametrize("status", ["403", "401"])
def test_a_person_sees_and_edits_what_is_theirs(status: str) -> None:
    """Without the right to view, only records that one made or was given; others are denied."""
    switches = NinjaSwitches.parse([f"denied_status={status}"])
    sandbox = InvoiceNinjaSandbox(
        mowing_company(), users=(OWNER, MOWER, READER), switches=switches, clock=lambda: NOON
    )
    with sandbox:
        app = NinjaTalk(sandbox)
        mower, reader = as_user(app, MOWER), as_user(app, READER)
        app.put("clients/clientAAAA", assigned_user_id=MOWER.id)
        theirs = app.send("GET", "clients", headers=mower)
        assert [client["name"] for client in theirs.json["data"]] == ["Rosebud Florist"]
        assert app.send("GET", "clients", headers=reader).json["meta"]["pagination"]["total"] == 3
        denied = [
            app.send("GET", "clients/clientBBBB", headers=mower),
            app.send("PUT", "clients/clientAAAA", {"name": "R"}, headers=reader),
            app.send("POST", "clients", {"name": "R"}, headers=mower),
            app.send("POST", "clients/bulk", {"action": "archive", "ids": ["clientAAAA"]}, reader),
            app.send("PUT", "companies/current", {"settings": {"name": "Mine"}}, headers=mower),
            app.send("POST", "quickbooks/sync", {"client": True}, headers=mower),
        ]
        assert {answer.status for answer in denied} == {int(status)}
        assert app.send("PUT", "clients/clientAAAA", {"phone": "5"}, headers=mower).status == 200
        made = app.send("POST", "invoices", {"client_id": "clientAAAA"}, headers=mower).data()
        assert made["user_id"] == MOWER.id
        app.session.close()


def test_a_merge_takes_the_askers_own_password(app: NinjaTalk) -> None:
    """The password goes plain or in base64; a wrong one, and base64 that is none, are refused."""
    path = "clients/clientAAAA/clientBBBB/merge"
    for headers in ({"X-API-PASSWORD": "guess"}, {"X-API-PASSWORD-BASE64": "%%%"}, {}):
        assert app.send("POST", path, headers=headers).status == 412
    assert app.send("POST", path, headers={"X-API-PASSWORD": "sandbox-password"}).status == 200


def test_the_limit_is_a_moving_minute() -> None:
    """Past the limit comes 429 with the headers that say so; a minute later there is room."""
    switches = NinjaSwitches(requests_per_minute=3)
    with InvoiceNinjaSandbox(switches=switches, clock=lambda: NOON) as sandbox:
        app = NinjaTalk(sandbox)
        left = [app.send("GET", "ping").headers["x-ratelimit-remaining"] for _ in range(3)]
        assert left == ["2", "1", "0"]
        refused = app.send("GET", "ping")
        assert (refused.status, refused.headers["retry-after"]) == (429, "60")
        assert refused.headers["x-ratelimit-limit"] == "3"
        sandbox.advance(61)
        assert app.send("GET", "ping").status == 200
        app.session.close()


def test_faults_can_be_injected_and_writes_are_noted(app: NinjaTalk) -> None:
    """A cut before leaves nothing, a cut after leaves the record; both look alike to the client."""
    for when, there in (("before", 0), ("after", 1)):
        app.sandbox.inject("POST clients", Injected(cut=when))
        with pytest.raises(requests.ConnectionError):
            app.made("clients", name=f"cut {when}")
        assert app.send("GET", "clients", name=f"cut {when}").json["meta"]["pagination"][
            "total"
        ] == there  # fmt: skip
    app.sandbox.inject("clients", Injected(status=503))
    assert app.send("GET", "clients").status == 503
    app.put("clients/clientAAAA", number="0002")
    assert [(event["path"], event["status"]) for event in app.sandbox.events()] == [
        ("clients", 200), ("clients/clientAAAA", 422),
    ]  # fmt: skip
    assert app.sandbox.counters()["POST clients"] >= 2


def test_the_operators_door_does_the_same_over_http(app: NinjaTalk) -> None:
    """Edit, load, set, inject and jobs; company, events and counters."""

    def door(path: str, body: object = None) -> requests.Response:
        url = f"{app.sandbox.admin_url}/{path}"
        if body is None:
            return app.session.get(url, timeout=10)
        return app.session.post(url, json=body, timeout=10)

    fields = {"name": "By hand", "sync": {"qb_id": "9"}}
    edited = door("edit", {"kind": "clients", "id": "clientAAAA", "fields": fields}).json()
    assert (edited["display_name"], edited["sync"]) == ("By hand", {"qb_id": "9"})
    assert door("edit", {"kind": "clients", "id": "nobody", "fields": {}}).status_code == 404
    assert door("switches", {"sync_shown": "all"}).json()["jobs"] == "later"
    assert door("switches").json()["sync_shown"] == "all"
    assert app.get("clients/clientAAAA")["sync"] == {"qb_id": "9"}
    assert door("switches", {"sync_shown": "maybe"}).status_code == 400
    kept = door("company").json()
    assert door("load", {"clients": kept["clients"][:1]}).status_code == 200
    assert len(app.get("clients")) == 1
    assert door("load", kept).status_code == 200
    assert len(app.get("clients")) == 3
    door("inject", {"route": "ping", "status": 500})
    assert app.send("GET", "ping").status == 500
    assert door("jobs", {}).status_code == 200
    assert door("events").json() == []
    assert door("counters").json()["GET ping"] >= 1
    assert door("clock", {"advance_s": 60}).json() == door("clock").json()
    assert door("clock", {"advance_s": -1}).status_code == 400
    door("inject", {"route": "statics", "status": 500})
    assert door("injected").json() == {"statics": 1}
    assert door("forget", {}).status_code == 200
    assert door("injected").json() == {}
    assert door("counters").json() == {}
    page = {"Origin": "https://example.com"}
    for headers in (page, {"Host": "example.com"}):
        url = f"{app.sandbox.admin_url}/company"
        assert app.session.get(url, headers=headers, timeout=10).status_code == 403


def test_there_is_no_door_unless_asked_for() -> None:
    """Without `admin` the door is an address like any other that is not there."""
    with InvoiceNinjaSandbox() as sandbox, requests.Session() as session:
        session.trust_env = False
        assert sandbox.admin_url == ""
        answer = session.get(f"{sandbox.base_url}/_admin/company", timeout=10)
        assert answer.status_code == 404


def test_the_api_and_the_exports_are_one_company(tmp_path: Path) -> None:
    """What was loaded, served and saved exports to the same files, byte for byte."""
    company = demo_company(customers=60, seed=3).app
    before = company.write_exports(tmp_path / "before")
    with InvoiceNinjaSandbox(company) as sandbox:
        app = NinjaTalk(sandbox)
        served = {
            path: app.get(path, per_page=5000, sort="id|asc")
            for path in ("clients", "products", "invoices", "payments")
        }
        after = sandbox.save().write_exports(tmp_path / "after")
        app.session.close()
    for kind, records in served.items():
        own = getattr(company, kind)
        assert [record["id"] for record in records] == [record["id"] for record in own]
        for record, mine in zip(records, own, strict=True):
            assert {name: record[name] for name in mine if name != "sync"} == {
                name: value for name, value in mine.items() if name != "sync"
            }
        assert before[kind].read_bytes() == after[kind].read_bytes()


def test_a_merge_over_http_is_the_merge_by_hand() -> None:
    """The two ways in which a client is merged leave the same records."""
    company = demo_company(customers=60, seed=3).app
    keep, drop = company.clients[4]["id"], company.clients[9]["id"]
    with InvoiceNinjaSandbox(company) as sandbox:
        app = NinjaTalk(sandbox)
        app.send("POST", f"clients/{keep}/{drop}/merge", headers=PASSWORD).data()
        merged = sandbox.save()
        app.session.close()
    company.merge_clients(keep, drop)
    assert [client["id"] for client in merged.clients] == [c["id"] for c in company.clients]
    for left, right in zip(merged.clients, company.clients, strict=True):
        assert {n: left[n] for n in right if n != "updated_at"} == {
            n: right[n] for n in right if n != "updated_at"
        }
    for kind in ("invoices", "payments"):
        owners = [record["client_id"] for record in getattr(company, kind)]
        assert [record["client_id"] for record in getattr(merged, kind)] == owners


def test_balances_stay_sums_whatever_happens(app: NinjaTalk) -> None:
    """After a row of sales, payments, deletes and restores a client owes what its invoices do."""
    made = app.made("invoices", client_id="clientAAAA",
                    line_items=[{"quantity": 3, "cost": 33.35, "discount": 10,
                                 "is_amount_discount": False, "tax_rate1": 8.25}])  # fmt: skip
    path = f"invoices/{made['id']}"
    app.get(f"{path}/mark_sent")
    paid = app.made("payments", client_id="clientAAAA", amount=60,
                    invoices=[{"invoice_id": made["id"], "amount": 50}])  # fmt: skip
    app.put(path, discount=5)
    for step in ("delete", "restore"):
        body = {"action": step, "ids": [paid["id"]]}
        assert app.send("POST", "payments/bulk", body).status == 200
        assert app.send("POST", "invoices/bulk", {**body, "ids": [made["id"]]}).status == 200
    client = app.get("clients/clientAAAA")
    invoices = app.get("invoices", client_id="clientAAAA")
    assert units(client["balance"]) == sum(units(invoice["balance"]) for invoice in invoices)
    assert client["paid_to_date"] == 90.0
    assert client["payment_balance"] == 10.0


def test_a_refused_bulk_action_changes_nothing(app: NinjaTalk) -> None:
    """All of the records or none."""
    before = app.get("invoices", sort="id|asc")
    body = {"action": "cancel", "ids": ["invoiceBBB", "invoiceAAA", "zzzzzzzzzz"]}
    assert app.send("POST", "invoices/bulk", body).status == 404
    assert app.get("invoices", sort="id|asc") == before


@pytest.mark.parametrize(
    "body",
    [b"[]", b'"text"', b"\xff\xfe", b'{"contacts":{"a":1}}', b'{"contacts":[1]}',
     b'{"settings":[1]}', b'{"name":true}', b'{"settings":{"currency_id":"99"}}',
     b'{"client_id":"clientAAAA","line_items":{"a":1}}', b'{"client_id":"clientAAAA","invoices":7}',
     b'{"client_id":"clientAAAA","line_items":[{"quantity":1e9,"cost":1e9,"tax_rate1":1e9}]}',
     b'{"client_id":"clientAAAA","line_items":[{"quantity":1e13,"cost":1}]}',
     b'{"client_id":"clientAAAA","line_items":[{"cost":1,"tax_rate1":-100}],"uses_inclusive_taxes":1}',
     b'{"client_id":"clientAAAA","line_items":[{"cost":1}],"discount":1e9,"is_amount_discount":0}',
     b'{"client_id":"clientAAAA","line_items":[[]]}', b'{"client_id":{"a":1}}',
     b'{"client_id":"clientAAAA","date":"2026-02-30"}', b'{"number":["0001"]}',
     b'{"amount":1e400}', b'{"amount":"1e99"}'],
)  # fmt: skip
@pytest.mark.parametrize("path", ["clients", "invoices", "payments", "products"])
def test_senseless_bodies_are_refused_or_ignored(path: str, body: bytes, app: NinjaTalk) -> None:
    """No body brings the server down: it is answered with a record or with 400 or 422."""
    assert app.send("POST", path, body).status in {200, 400, 422}


def test_the_clock_stamps_what_is_changed(app: NinjaTalk) -> None:
    """A change makes a record young, so that a client that asks for what is new finds it."""
    since = int(datetime.timestamp(NOON))
    assert app.get("clients", updated_at=since) == []
    app.put("clients/clientBBBB", phone="1")
    assert [client["id"] for client in app.get("clients", updated_at=since)] == ["clientBBBB"]


@pytest.mark.parametrize("path", ["clients", "products", "invoices", "payments", "quotes"])
@pytest.mark.parametrize(
    "query",
    ["sort=contacts|asc", "sort=|", "sort=line_items|desc", "per_page=-1", "page=0", "page=9e9",
     "per_page=99999999999999999999", "date_range=line_items,1,2", "date_range=,,,", "date=x",
     "balance=gt:nan", "balance=gt:inf", "balance=no:1", "between_balance=1", "updated_at=-1",
     "status=,", "is_deleted=perhaps", "include=,,client,nobody", "client_status=never",
     "filter=%00%ff", "name=*", "created_at=99999999999999999999"],
)  # fmt: skip
def test_senseless_questions_are_answered(path: str, query: str, app: NinjaTalk) -> None:
    """A list is a list whatever is asked of it."""
    said = app.send("GET", f"{path}?{query}")
    assert said.status == 200
    assert isinstance(said.json["data"], list)

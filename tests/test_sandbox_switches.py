"""Both sides of every switch, limits, injected faults, and the operator's door."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from quickbooks import QuickBooks
from quickbooks.exceptions import QuickbooksException, ValidationException
from quickbooks.objects import Customer
from sandbox_talk import Talk, garden_company, line, linked, ref

import recon.sandbox
from recon.sandbox.books.switches import Switches
from recon.sandbox.faults import INJECTED
from recon.sandbox.server import Sandbox
from recon.sandbox.serving.gateway import Injected

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def talk_with():
    """Starts a sandbox with switches, the garden company in it."""
    with ExitStack() as stack:

        def start(*settings: str, **more) -> Talk:
            switches = Switches.parse(settings)
            sandbox = stack.enter_context(Sandbox(garden_company(), switches=switches, **more))
            talk = Talk(sandbox)
            stack.callback(talk.session.close)
            return talk

        yield start


Start = Callable[..., Talk]


def test_switches_are_read_from_words() -> None:
    """name=value, the later winning; numbers are numbers."""
    switches = Switches.parse(["retry_after=60", "relink_policy=unlink", "retry_after=5"])
    assert (switches.retry_after, switches.relink_policy) == (5, "unlink")


@pytest.mark.parametrize("code", ["630", "2110", "2600", "4002", "5000", "10200"])
def test_any_code_of_the_table_can_be_injected(talk: Talk, code: str) -> None:
    """What nobody knows how to call forth comes on the operator's word, with its message."""
    talk.sandbox.inject("customer", Injected(status=400, code=code, detail="Try again."))
    error = talk.send("GET", "customer/1").errors[0]
    assert (error["code"], error["Message"]) == (code, INJECTED[code])
    assert error["Detail"] == "Try again."


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("no_such=1", "no switch is called 'no_such'"),
        ("relink_policy=maybe", "relink_policy takes reject or unlink, not 'maybe'"),
        ("retry_after=soon", "retry_after takes a whole number, not 'soon'"),
    ],
)
def test_a_wrong_switch_is_named(setting: str, said: str) -> None:
    """What is wrong and what would be right."""
    with pytest.raises(ValueError, match=said):
        Switches.parse([setting])


def test_every_switch_is_described() -> None:
    """The docstring speaks of each one."""
    described = Switches.__doc__ or ""
    assert all(f"{field.name}:" in described for field in fields(Switches))


def test_relink_policy_unlink(talk_with: Start) -> None:
    """The invoice goes with the whole balance, the payment stays, unapplied, where it was."""
    talk = talk_with("relink_policy=unlink")
    moved = talk.change("invoice", "1", CustomerRef=ref("5")).record()
    assert (moved["Balance"], moved.get("LinkedTxn", [])) == (100.0, [])
    payment = talk.get("payment", "4")
    assert (payment["UnappliedAmt"], payment["CustomerRef"]["value"]) == (30.0, "1")
    assert talk.get("customer", "1")["Balance"] == -30.0
    assert talk.get("customer", "5")["Balance"] == 100.0


def test_a_balance_is_written_off(talk_with: Start) -> None:
    """inactive_with_balance=writeoff credits what was owed."""
    talk = talk_with("inactive_with_balance=writeoff")
    gone = talk.change("customer", "1", Active=False).record()
    assert (gone["Active"], gone["Balance"]) == (False, 0.0)
    memo = talk.query("SELECT * FROM CreditMemo").rows()[0]
    assert (memo["TotalAmt"], memo["CustomerRef"]["value"]) == (70.0, "1")
    assert talk.get("account", "5")["CurrentBalance"] == -70.0
    totals = talk.sandbox.balances()
    assert totals["customers"] == totals["transactions"]


def test_blanks_around_names(talk_with: Start) -> None:
    """Trimmed by default; kept, they make another name."""
    name = {"DisplayName": " Gym "}
    assert talk_with().post("customer", name).code == "6240"
    kept = talk_with("display_name_blanks=keep").post("customer", name).record()
    assert kept["DisplayName"] == " Gym "


def test_blanks_around_an_items_name(talk_with: Start) -> None:
    """As those around a customer's."""
    items = [{"Name": name, "IncomeAccountRef": ref("1")} for name in ("Hoe", "Hoe ")]
    for setting, code in (("trim", "6240"), ("keep", "")):
        talk = talk_with(f"display_name_blanks={setting}")
        talk.post("item", items[0]).record()
        assert talk.post("item", items[1]).code == code


def test_a_request_id_with_another_body(talk_with: Start) -> None:
    """Replayed, or refused with 600."""
    for setting, code in (("replay", ""), ("600", "600")):
        talk = talk_with(f"request_id_other_body={setting}")
        talk.post("customer", {"DisplayName": "Moss"}, requestid="r")
        reply = talk.post("customer", {"DisplayName": "Ivy"}, requestid="r")
        assert reply.code == code
        assert code or reply.record()["DisplayName"] == "Moss"


@pytest.mark.parametrize(
    ("settings", "after_s", "call", "refresh"),
    [
        (["access_token_s=60"], 59, 200, 200),
        (["access_token_s=60"], 61, 401, 200),
        (["refresh_token_s=60"], 59, 200, 200),
        (["refresh_token_s=60"], 61, 200, 400),
        (["refresh_token_hard_s=60"], 61, 200, 400),
    ],
)
def test_tokens_live_as_long_as_is_said(
    talk_with: Start, settings: list[str], after_s: int, call: int, refresh: int
) -> None:
    """Access tokens, unused refresh tokens and whole consents each have a life of their own."""
    time = [NOON]
    talk = talk_with(*settings, clock=lambda: time[0])
    time[0] += timedelta(seconds=after_s)
    assert talk.send("GET", "customer/1").status == call
    form = {"grant_type": "refresh_token", "refresh_token": talk.sandbox.refresh_token}
    answer = requests.post(
        f"{talk.sandbox.base_url}/oauth2/v1/tokens/bearer",
        data=form,
        auth=(talk.sandbox.client_id, talk.sandbox.client_secret),
        timeout=10,
    )
    assert answer.status_code == refresh


def test_a_request_id_is_forgotten(talk_with: Start) -> None:
    """After request_id_minutes the same id is a new request."""
    time = [NOON]
    talk = talk_with("request_id_minutes=10", clock=lambda: time[0])
    body = {"CustomerRef": ref("1"), "Line": [line(5)]}
    first = talk.post("invoice", body, requestid="r").record()["Id"]
    time[0] += timedelta(minutes=10)
    assert talk.post("invoice", body, requestid="r").record()["Id"] == first
    time[0] += timedelta(seconds=1)
    assert talk.post("invoice", body, requestid="r").record()["Id"] != first


@pytest.mark.parametrize(("refused", "status"), [("replay", 400), ("retry", 200)])
def test_a_refused_request_id_may_be_tried_again(
    talk_with: Start, refused: str, status: int
) -> None:
    """Once the reason for the refusal is gone, the same request is refused again, or done."""
    talk = talk_with(f"request_id_refused={refused}")
    talk.sandbox.switch(subscription="lapsed")
    assert talk.post("customer", {"DisplayName": "Moss"}, requestid="r1").code == "6190"
    talk.sandbox.switch(subscription="active")
    assert talk.post("customer", {"DisplayName": "Moss"}, requestid="r1").status == status


def test_request_ids_may_be_ignored(talk_with: Start) -> None:
    """request_ids=ignored writes as often as it is asked."""
    talk = talk_with("request_ids=ignored")
    body = {"CustomerRef": ref("1"), "Line": [line(5)]}
    ids = {talk.post("invoice", body, requestid="r").record()["Id"] for _ in range(2)}
    assert len(ids) == 2


def test_a_list_query_may_show_an_old_sync_token(talk_with: Start) -> None:
    """list_sync_token=stale lags behind what a read by id says."""
    talk = talk_with("list_sync_token=stale")
    talk.change("customer", "5", Notes="x")
    row = talk.query("SELECT * FROM Customer WHERE Id = '5'").rows()[0]
    assert (row["SyncToken"], talk.get("customer", "5")["SyncToken"]) == ("0", "1")


def test_names_of_inactive_items(talk_with: Start) -> None:
    """Reserved by default; free, the suffix shows."""
    talk = talk_with("inactive_item_names=free")
    gone = talk.change("item", "5", Active=False).record()
    assert gone["Name"] == "Rose (deleted)"
    rose = {"Name": "Rose", "SubItem": True, "ParentRef": ref("3"), "IncomeAccountRef": ref("2")}
    assert talk.post("item", rose).status == 200
    assert talk_with().change("item", "5", Active=False).record()["Name"] == "Rose"


def test_a_payment_may_touch_its_invoice(talk_with: Start) -> None:
    """link_bumps_sync_token=yes counts an application as a write of the invoice."""
    talk = talk_with("link_bumps_sync_token=yes")
    talk.made("payment", CustomerRef=ref("1"), TotalAmt=5, Line=[linked(5, "1")])
    assert talk.get("invoice", "1")["SyncToken"] == "1"


def test_outside_the_us_tax_codes_have_numbers(talk_with: Start) -> None:
    """us_company=false takes ids of tax codes on lines, and refuses unknown ones."""
    talk = talk_with("us_company=false")
    body = {"CustomerRef": ref("1"), "Line": [line(5, TaxCodeRef=ref("9"))]}
    assert talk.post("invoice", body).code == "2500"


def test_the_status_of_a_system_fault(talk_with: Start) -> None:
    """10000 comes with 500, or with 400."""
    assert talk_with().send("GET", "unicorn/1").status == 500
    assert talk_with("system_fault_status=400").send("GET", "unicorn/1").status == 400


@pytest.mark.parametrize(
    ("settings", "allowed"),
    [
        (["requests_per_minute=5"], 5),
        (["requests_per_second=3"], 3),
        (["batches_per_minute=2"], 2),
    ],
)
def test_limits_move_with_time(talk_with: Start, settings: list[str], allowed: int) -> None:
    """Over the limit is 429; as soon as the oldest request is old enough there is room again."""
    time = [NOON]
    talk = talk_with(*settings, clock=lambda: time[0])
    body = {"BatchItemRequest": [{"bId": "1", "Query": "SELECT COUNT(*) FROM Item"}]}
    statuses = [talk.send("POST", "batch", body).status for _ in range(allowed + 1)]
    assert statuses == [200] * allowed + [429]
    time[0] += timedelta(seconds=61)
    assert talk.send("POST", "batch", body).status == 200


@pytest.mark.parametrize("style", ["Fault", "fault", "xml", "html"])
def test_a_throttle_in_each_of_its_shapes(talk_with: Start, style: str) -> None:
    """python-quickbooks understands the capital one only."""
    talk = talk_with("requests_per_minute=1", f"throttle_body={style}", "retry_after=60")
    books = QuickBooks(company_id=talk.sandbox.realm_id, minorversion=75)
    books.api_url_v3 = f"{talk.sandbox.base_url}/v3"
    talk.session.access_token = talk.sandbox.access_token
    books.session = talk.session
    Customer.get(1, qb=books)
    expected = ValidationException if style == "Fault" else QuickbooksException
    with pytest.raises(expected) as refused:
        Customer.get(1, qb=books)
    assert refused.value.error_code == (3001 if style == "Fault" else 10000)


def test_retry_after_is_sent_only_when_asked_for(talk_with: Start) -> None:
    """QuickBooks sends no such header."""
    for settings, header in (([], None), (["retry_after=60"], "60")):
        talk = talk_with("requests_per_minute=1", *settings)
        talk.send("GET", "preferences")
        assert talk.send("GET", "preferences").headers.get("retry-after") == header


def test_injected_faults_come_once_each(talk_with: Start) -> None:
    """A queue by route, then everything is as before."""
    talk = talk_with()
    talk.sandbox.inject("customer", Injected(status=429))
    talk.sandbox.inject("POST customer", Injected(status=500), times=2)
    body = {"DisplayName": "Moss"}
    assert talk.send("GET", "customer/1").status == 429
    assert [talk.post("customer", body).status for _ in range(3)] == [500, 500, 200]
    talk.sandbox.inject("*", Injected(status=200, code="6190"))
    assert talk.send("GET", "preferences").code == "6190"


@pytest.mark.parametrize(("cut", "written"), [("before", 0), ("after", 1)])
def test_a_cut_connection_leaves_doubt(talk_with: Start, cut: str, written: int) -> None:
    """The client cannot tell whether the write happened; the same request id settles it."""
    talk = talk_with()
    talk.sandbox.inject("invoice", Injected(cut=cut))
    body = {"CustomerRef": ref("1"), "Line": [line(5)]}
    with pytest.raises(requests.ConnectionError):
        talk.post("invoice", body, requestid="r")
    count = "SELECT COUNT(*) FROM Invoice"
    assert talk.query(count).record()["totalCount"] == 3 + written
    assert talk.post("invoice", body, requestid="r").status == 200
    assert talk.query(count).record()["totalCount"] == 4


def test_a_batch_can_be_cut_in_the_middle(talk_with: Start) -> None:
    """What came before the cut is written, what comes after is not, and nobody is told."""
    talk = talk_with()
    talk.sandbox.inject("batch", Injected(cut="after", after_items=2))
    items = [
        {"bId": str(number), "operation": "create", "Customer": {"DisplayName": f"G{number}"}}
        for number in range(5)
    ]
    with pytest.raises(requests.ConnectionError):
        talk.send("POST", "batch", {"BatchItemRequest": items})
    assert len(talk.query("SELECT * FROM Customer WHERE DisplayName LIKE 'G_'").rows()) == 0
    assert (
        len(talk.query("SELECT * FROM Customer WHERE DisplayName IN ('G0','G1','G2')").rows()) == 2
    )


def test_a_delay(talk_with: Start) -> None:
    """A slow answer is one that the client gives up waiting for, though the write happens."""
    talk = talk_with()
    talk.sandbox.inject("customer", Injected(delay_s=0.3))
    url = f"{talk.sandbox.base_url}/v3/company/{talk.sandbox.realm_id}/customer/1"
    with pytest.raises(requests.Timeout):
        talk.session.get(url, timeout=0.05)
    assert talk.send("GET", "customer/1").status == 200


def test_events_and_counters(talk_with: Start) -> None:
    """Every write is noted with its outcome; requests are counted by route."""
    talk = talk_with()
    talk.made("customer", DisplayName="Moss")
    talk.post("customer", {"DisplayName": "moss"}, requestid="r7")
    talk.query("SELECT * FROM Customer")
    assert talk.sandbox.events() == [
        {"method": "create", "entity": "Customer", "id": "8", "status": 200, "code": "",
         "requestid": ""},
        {"method": "create", "entity": "Customer", "id": "", "status": 400, "code": "6240",
         "requestid": "r7"},
    ]  # fmt: skip
    assert talk.sandbox.counters() == {"POST customer": 2, "POST query": 1}


def test_the_operators_door_is_shut(talk_with: Start) -> None:
    """Without admin=True there is no /_admin."""
    talk = talk_with()
    assert talk.sandbox.admin_url == ""
    assert requests.get(f"{talk.sandbox.base_url}/_admin/events", timeout=10).status_code == 404


def test_the_operators_door(talk_with: Start) -> None:
    """Merge, edit, close, inject, look and reload over HTTP."""
    talk = talk_with(admin=True)

    def post(name: str, **body) -> requests.Response:
        return talk.session.post(f"{talk.sandbox.admin_url}/{name}", json=body, timeout=10)

    def get(name: str):
        return talk.session.get(f"{talk.sandbox.admin_url}/{name}", timeout=10).json()

    assert post("merge", entity="Customer", winner="1", loser="5").status_code == 200
    assert post("merge", entity="Customer", winner="1", loser="5").status_code == 400
    assert post("edit", entity="Item", id="1", fields={"UnitPrice": 60}).json()["UnitPrice"] == 60
    assert post("close", date="2026-12-31").status_code == 200
    assert talk.post("invoice", {"CustomerRef": ref("1"), "Line": [line(1)]}).code == "6210"
    assert post("close", date="").status_code == 200
    assert post("inject", route="customer", status=503).status_code == 200
    assert talk.send("GET", "customer/1").status == 503
    assert post("inject").status_code == 400
    assert [event["code"] for event in get("events")] == ["6210"]
    assert get("counters")["POST invoice"] == 1
    owed = get("balances")
    assert owed["customers"] == owed["transactions"] == 3_400_000
    company = get("company")
    company["records"]["Customer"] = company["records"]["Customer"][:1]
    assert post("load", **company).status_code == 200
    assert talk.query("SELECT COUNT(*) FROM Customer").record()["totalCount"] == 1


def test_serving_as_a_process() -> None:
    """The first line says how to connect; SIGTERM ends it with 0."""
    code = (
        "from recon.sandbox.server import serve; "
        "from recon.sandbox.books.switches import Switches; "
        "serve(None, 0, Switches())"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        try:
            said = json.loads(process.stdout.readline())
            assert set(said) == {
                "base_url", "discovery_url", "realm_id", "client_id", "client_secret",
                "access_token", "refresh_token",
            }  # fmt: skip
            url = f"{said['base_url']}/v3/company/{said['realm_id']}/companyinfo/1"
            headers = {"Authorization": f"Bearer {said['access_token']}"}
            assert requests.get(url, headers=headers, timeout=10).status_code == 200
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0


def test_the_readme_lists_every_switch() -> None:
    """The table of recon/sandbox/README.md has each name."""
    table = (Path(recon.sandbox.__file__).parent / "README.md").read_text(encoding="utf-8")
    assert [field.name for field in fields(Switches) if field.name not in table] == []

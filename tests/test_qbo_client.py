"""The client against the sandbox, and against servers that misbehave."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sandbox_talk import Talk

from recon.calls.pace import Pace
from recon.calls.patience import Patience
from recon.errors import (
    AuthError,
    BusyError,
    ConfigError,
    DuplicateNameError,
    OutcomeUnknownError,
    RecordNotFoundError,
    RejectedError,
)
from recon.qbo.auth import SignIn
from recon.qbo.client import QboClient, live_client, sandbox_client
from recon.qbo.credentials import Credentials
from recon.qbo.pace import new_pace, pace_of
from recon.qbo.port import QboCalls
from recon.qbo.query import FIELDS, count, quoted, select
from recon.qbo.tokens import MemoryStore, Tokens
from recon.sandbox.books.switches import Switches
from recon.sandbox.server import Sandbox
from recon.sandbox.serving.gateway import Injected


@dataclass
class Waits:
    """A patience that notes its pauses instead of making them."""

    pauses: list[float] = field(default_factory=list)

    @property
    def patience(self) -> Patience:
        """Short time limits, no sleeping, no jitter."""
        return Patience(connect_s=2, answer_s=2, sleep=self.pauses.append, jitter=lambda: 0.0)


@contextmanager
def connected(sandbox: Sandbox, waits: Waits | None = None) -> Iterator[QboClient]:
    """A client of a running sandbox."""
    with sandbox_client(sandbox.describe(), (waits or Waits()).patience) as client:
        yield client


@contextmanager
def answering(status: int, body: bytes, *, headers: dict[str, str] | None = None) -> Iterator[str]:
    """A server that gives every call the same answer; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def client_of(base_url: str) -> QboClient:
    """A client of some server on this machine."""
    mine = Credentials("1", "a", "b", f"{base_url}/discovery", base_url)
    return QboClient(SignIn(mine, MemoryStore(Tokens("t0ken", "r"))), None, Waits().patience)


def test_records_travel_as_they_are() -> None:
    """Names with apostrophes, backslashes and other alphabets are stored and found again."""
    with Sandbox() as sandbox, connected(sandbox) as client:
        for name in ("O'Brien", "back\\slash", "Café 東京", "ends with \\", "%"):
            made = client.create("Customer", {"DisplayName": name})
            found = client.query(select("Customer", {"DisplayName": name}))
            assert [(f["Id"], f["DisplayName"]) for f in found] == [(made["Id"], name)]
            assert client.read("Customer", made["Id"])["DisplayName"] == name


def test_the_calls_that_a_sync_makes() -> None:
    """Query, create and update; a refusal carries QuickBooks' code and Intuit's call id."""
    with Sandbox() as sandbox, connected(sandbox) as client:
        qbo = QboCalls(client)
        made = qbo.create("Customer", {"DisplayName": "Ada"})
        body = {"Id": made["Id"], "SyncToken": "0", "sparse": True, "Notes": "n"}
        assert qbo.update("Customer", body)["DisplayName"] == "Ada"
        assert len(qbo.query("SELECT * FROM Customer")) == 1
        assert qbo.query("SELECT * FROM Vendor") == []
        with pytest.raises(DuplicateNameError) as caught:
            qbo.create("Customer", {"DisplayName": "ada"})
        assert caught.value.code == "6240"
        assert caught.value.tid
        with pytest.raises(RecordNotFoundError):
            client.read("Customer", "999")


def test_the_same_request_id_has_one_effect() -> None:
    """A repetition is answered with the first answer."""
    with Sandbox() as sandbox, connected(sandbox) as client:
        ids = {client.create("Customer", {"DisplayName": "A"}, "same")["Id"] for _ in range(3)}
        assert len(ids) == 1


@pytest.mark.parametrize("style", ["Fault", "fault", "xml", "html"])
def test_being_asked_to_wait_is_understood_in_every_spelling(style: str) -> None:
    """429: even a write waits a minute and is sent again, because nothing was done."""
    waits = Waits()
    with Sandbox() as sandbox, connected(sandbox, waits) as client:
        sandbox.inject("customer", Injected(status=429, style=style), 2)  # type: ignore[arg-type]
        assert client.create("Customer", {"DisplayName": "A"})["Id"]
        assert waits.pauses == [60, 60]
        sandbox.inject("customer", Injected(status=429, style=style), 3)  # type: ignore[arg-type]
        with pytest.raises(BusyError) as caught:
            client.create("Customer", {"DisplayName": "B"})
        assert caught.value.status == 429


def test_a_told_wait_that_is_longer_is_kept() -> None:
    """Retry-After counts when it asks for more than a minute."""
    switches = Switches(retry_after=90, requests_per_minute=1)
    waits = Waits()
    with Sandbox(switches=switches) as sandbox, connected(sandbox, waits) as client:
        client.query("SELECT * FROM CompanyInfo")
        with pytest.raises(BusyError):
            client.query("SELECT * FROM CompanyInfo")
    assert waits.pauses == [90, 90]


def test_reads_are_tried_again_and_writes_are_not() -> None:
    """A server error may have happened after the write; a read leaves nothing behind."""
    waits = Waits()
    with Sandbox() as sandbox, connected(sandbox, waits) as client:
        sandbox.inject("query", Injected(status=503), 2)
        assert client.query("SELECT * FROM CompanyInfo")
        assert waits.pauses == [0.5, 1.0]
        sandbox.inject("query", Injected(status=500), 3)
        with pytest.raises(BusyError, match="nothing was changed"):
            client.query("SELECT * FROM CompanyInfo")
        sandbox.inject("customer", Injected(status=503), 1)
        with pytest.raises(OutcomeUnknownError):
            client.create("Customer", {"DisplayName": "A"})
        assert sandbox.counters()["POST customer"] == 1


@pytest.mark.parametrize("cut", ["before", "after"])
def test_a_cut_connection_leaves_a_write_unknown(cut: str) -> None:
    """No answer is never called "not done", whether or not the server did it."""
    with Sandbox() as sandbox, connected(sandbox) as client:
        sandbox.inject("customer", Injected(cut=cut))  # type: ignore[arg-type]
        with pytest.raises(OutcomeUnknownError):
            client.create("Customer", {"DisplayName": "A"}, "id-1")
        assert client.create("Customer", {"DisplayName": "A"}, "id-1")["Id"] == "1"
        assert len(sandbox.save().records["Customer"]) == 1


def test_a_late_answer_leaves_a_write_unknown() -> None:
    """The time limit ends the wait, not the write."""
    patience = Patience(answer_s=0.05, tries=1)
    with Sandbox() as sandbox, sandbox_client(sandbox.describe(), patience) as client:
        sandbox.inject("customer", Injected(delay_s=0.3))
        with pytest.raises(OutcomeUnknownError, match="ReadTimeout"):
            client.create("Customer", {"DisplayName": "A"})


@pytest.mark.parametrize("style", ["Fault", "fault", "xml", "html"])
def test_missing_rights_stop_the_run(style: str) -> None:
    """403 in every spelling is AuthError, never a refusal of the one record."""
    with Sandbox() as sandbox, connected(sandbox) as client:
        sandbox.inject("customer", Injected(status=403, style=style))  # type: ignore[arg-type]
        with pytest.raises(AuthError):
            client.create("Customer", {"DisplayName": "A"})


def test_another_realm_is_refused() -> None:
    """A company that the app is not connected to."""
    with Sandbox() as sandbox:
        told = {**sandbox.describe(), "realm_id": "42"}
        with sandbox_client(told, Waits().patience) as client, pytest.raises(AuthError):
            client.query("SELECT * FROM Customer")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html>Please sign in to the network</html>"),
        (200, b'{"Customer": {"Id": "1", "Sync'),
        (200, b'{"Customer": {"Id": "1", "Sync}'),
        (200, b'{"Customer": "1"}'),
        (200, b"[]"),
        (200, b""),
        (200, b"{}"),
        (502, b"<html>Bad gateway</html>"),
        (302, b""),
    ],
)
def test_what_is_no_answer_of_quickbooks_is_no_success(status: int, body: bytes) -> None:
    """HTML, cut or empty bodies and redirects leave a write unknown, and are never quoted."""
    location = {"Location": "http://127.0.0.1:9/"} if status == 302 else None
    with (
        answering(status, body, headers=location) as url,
        client_of(url) as client,
        pytest.raises(OutcomeUnknownError) as caught,
    ):
        client.create("Customer", {"DisplayName": "A"})
    assert caught.value.__cause__ is None


def test_a_fault_with_http_200_is_a_fault() -> None:
    """All errors of an answer are named, the first one decides."""
    body = (
        b'{"Fault":{"Error":[{"Message":"m","Detail":"Max:21 Supplied length:45","code":"2050"},'
        b'{"Message":"m","Detail":"d","code":"2210"}],"type":"ValidationFault"}}'
    )
    with (
        answering(200, body, headers={"intuit_tid": "1-a-b"}) as url,
        client_of(url) as client,
        pytest.raises(RejectedError, match=r"fault 2050.*Also:.*fault 2210") as caught,
    ):
        client.create("Customer", {"DisplayName": "A"})
    assert (caught.value.code, caught.value.tid) == ("2050", "1-a-b")
    assert caught.value.others == ("2210",)


@pytest.mark.parametrize(
    "body",
    [
        b'{"Fault":{"Error":{"code":6240}}}',
        b'{"fault":{"error":[{"code":"6240","element":null}]}}',
        (
            b'<?xml version="1.0"?><IntuitResponse xmlns="http://schema.intuit.com/finance/v3"><Fault>'
            b'<Error code="6240"><Message>m</Message><Detail>d</Detail></Error></Fault>'
            b"</IntuitResponse>"
        ),
    ],
)
def test_shapes_of_one_fault(body: bytes) -> None:
    """Missing keys, numbers for text, one object for a list, XML: the same fault."""
    with answering(400, body) as url, client_of(url) as client, pytest.raises(DuplicateNameError):
        client.create("Customer", {"DisplayName": "A"})


def test_an_xml_bomb_is_only_a_bad_request() -> None:
    """Entities in an answer are not expanded."""
    body = b'<!DOCTYPE a [<!ENTITY b "c">]><Error code="6240">&b;</Error>'
    with answering(400, body) as url, client_of(url) as client:
        with pytest.raises(RejectedError) as caught:
            client.create("Customer", {"DisplayName": "A"})
        assert caught.value.code == ""


def test_records_that_speak_of_faults_are_records() -> None:
    """The word in a customer's own text is no fault."""
    body = b'{"Customer":{"Id":"1","Notes":"\\"Fault\\"","Fault":"x"}}'
    with answering(200, body) as url, client_of(url) as client:
        assert client.create("Customer", {"DisplayName": "A"})["Id"] == "1"


def test_a_server_that_is_not_there_is_one_sentence() -> None:
    """Nothing was done, and the person learns what to look at."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (
        client_of(f"http://127.0.0.1:{port}") as client,
        pytest.raises(BusyError, match="cannot be reached"),
    ):
        client.create("Customer", {"DisplayName": "A"})


def test_logs_hold_no_names_and_no_tokens(caplog: pytest.LogCaptureFixture) -> None:
    """DEBUG says which call, not what about."""
    with caplog.at_level(logging.DEBUG, "recon"), Sandbox() as sandbox:
        with connected(sandbox) as client:
            client.create("Customer", {"DisplayName": "Mary"})
            with pytest.raises(DuplicateNameError):
                client.create("Customer", {"DisplayName": "Mary"})
        assert "6240" in caplog.text
        assert "Mary" not in caplog.text
        assert sandbox.access_token not in caplog.text


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_no_value_breaks_out_of_its_quotes(value: str) -> None:
    """Reading the literal back by the language's own rule gives the value."""
    literal = quoted(value)
    assert literal[0] == literal[-1] == "'"
    inner, read = iter(literal[1:-1]), []
    for character in inner:
        assert character != "'"
        read.append(next(inner) if character == "\\" else character)
    assert "".join(read) == value


@pytest.mark.parametrize("value", ["a\nb", "a\x00", "a\x85", "a\u2028b"])
def test_no_value_holds_a_control_character(value: str) -> None:
    """No stored value can hold one, so nobody looks for one."""
    with pytest.raises(ConfigError, match="control character"):
        quoted(value)


@pytest.mark.parametrize(
    ("entity", "where"),
    [
        ("Customer WHERE 1", {}),
        ("customer", {}),
        ("Widget", {}),
        ("Customer", {"Id = '1' AND Name": "x"}),
        ("Customer", {"Notes": "x"}),
        ("Invoice", {"DepartmentRef": "1"}),
        ("Customer", {"Id": ()}),
    ],
)
def test_only_what_quickbooks_can_look_for_is_asked(entity: str, where: dict[str, Any]) -> None:
    """Kinds and fields are whitelisted, and a list of values is never empty."""
    with pytest.raises(ConfigError):
        select(entity, where)
    with pytest.raises(ConfigError):
        count(entity, where)


def test_a_query_is_ordered_quoted_and_paged() -> None:
    """What goes over the wire, in full."""
    assert count("Item", {"Active": (True, False)}) == (
        "SELECT COUNT(*) FROM Item WHERE Active IN (true, false)"
    )
    assert select("Invoice", {"DocNumber": "1'", "Id": ("1", "2")}, start=1001) == (
        "SELECT * FROM Invoice WHERE DocNumber = '1\\'' AND Id IN ('1', '2') "
        "ORDERBY Id STARTPOSITION 1001 MAXRESULTS 1000"
    )


@pytest.mark.parametrize("entity", FIELDS)
def test_every_field_that_may_be_looked_for_is_one_to_the_server(entity: str, talk: Talk) -> None:
    """The whitelist asks for nothing that QuickBooks refuses."""
    if entity == "TaxAgency":
        return  # its filters are not documented field by field
    for field_name in sorted(FIELDS[entity] - {"ProjectRef", "Suffix"}):
        value: Any = True if field_name == "Active" else "2026-01-01"
        if field_name in {"Balance", "Id", "TotalAmt"}:
            value = "1"
        answer = talk.query(select(entity, {field_name: value}))
        assert answer.status == 200, (field_name, answer.json)


def test_waits_are_spread_so_that_many_do_not_come_back_together() -> None:
    """Up to half as long again between tries, up to a tenth after "too many calls"."""
    pauses: list[float] = []
    patience = Patience(sleep=pauses.append, jitter=lambda: 1.0)
    with Sandbox() as sandbox, sandbox_client(sandbox.describe(), patience) as client:
        sandbox.inject("query", Injected(status=503), 2)
        assert client.query("SELECT * FROM CompanyInfo")
        sandbox.inject("query", Injected(status=429), 1)
        assert client.query("SELECT * FROM CompanyInfo")
    assert pauses == [0.75, 1.5, 66.0]


@pytest.mark.parametrize("status", [200, 403])
def test_too_many_calls_is_known_by_its_code_too(status: int) -> None:
    """Older captures show it with 403, and any fault may come with 200."""
    waits = Waits()
    with Sandbox() as sandbox, connected(sandbox, waits) as client:
        sandbox.inject("customer", Injected(status=status, code="3001"), 1)
        assert client.create("Customer", {"DisplayName": "A"})["Id"]
    assert waits.pauses == [60]


def test_a_wait_that_is_too_long_is_told_instead() -> None:
    """Nobody sits before a silent program for an hour."""
    waits = Waits()
    switches = Switches(retry_after=3600, requests_per_minute=1)
    with Sandbox(switches=switches) as sandbox, connected(sandbox, waits) as client:
        client.query("SELECT * FROM CompanyInfo")
        with pytest.raises(BusyError, match="in 60 minutes"):
            client.query("SELECT * FROM CompanyInfo")
    assert waits.pauses == []


def test_a_token_that_dies_in_the_middle_costs_one_refresh() -> None:
    """The very same write goes out again, under its request id; its effect is there once."""
    with Sandbox() as sandbox, connected(sandbox) as client:
        sandbox.inject("customer", Injected(status=401), 1)
        assert client.create("Customer", {"DisplayName": "A"}, "id-1")["Id"] == "1"
        sandbox.inject("customer", Injected(status=401), 2)
        with pytest.raises(AuthError):
            client.create("Customer", {"DisplayName": "B"}, "id-2")
        assert [event["requestid"] for event in sandbox.events()] == ["id-1"]
        assert sandbox.counters()["POST customer"] == 4


def test_every_read_is_counted_and_no_write() -> None:
    """Each attempt, over all clients of a company; the partner programme rations reads."""
    with Sandbox() as sandbox, connected(sandbox) as client:
        other = client.for_another_thread()
        made = client.create("Customer", {"DisplayName": "A"})
        sandbox.inject("query", Injected(status=503), 1)
        client.query("SELECT * FROM Customer")
        other.read("Customer", made["Id"])
        other.close()
        assert client.meter.reads == 3


class Time:
    """A clock that only moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


def moments(pace: Pace, time: Time, calls: int, *, batch: bool = False) -> list[float]:
    """When each of so many calls may leave."""
    found = []
    for _ in range(calls):
        pace.wait(batch=batch)
        found.append(time.now)
    return found


def most_within(found: list[float], seconds: float) -> int:
    """The largest number of moments in any window of that length, its end left out."""
    return max(sum(1 for m in found if at <= m < at + seconds - 1e-9) for at in found)


def test_the_pace_is_kept_in_every_window_and_used_up() -> None:
    """8 a second, 400 a minute, 32 batches a minute; what is allowed is also given."""
    time = Time()
    found = moments(new_pace(lambda: time.now, time.sleep), time, 1000)
    assert (most_within(found, 1), most_within(found, 60)) == (8, 400)
    assert found[-1] == pytest.approx(120 + (200 - 8) / 8, abs=1)
    time = Time()
    found = moments(new_pace(lambda: time.now, time.sleep), time, 100, batch=True)
    assert (most_within(found, 1), most_within(found, 60)) == (8, 32)
    assert found[-1] == pytest.approx(180, abs=1)


def test_the_pace_is_halved_for_a_while_when_asked_to_wait() -> None:
    """Somebody else is calling too; after two minutes the whole pace is tried again."""
    time = Time()
    pace = new_pace(lambda: time.now, time.sleep)
    pace.slow_down()
    assert most_within(moments(pace, time, 40), 1) == 4
    time.sleep(200)
    assert most_within(moments(pace, time, 40), 1) == 8


def test_all_clients_of_a_company_and_app_share_one_pace() -> None:
    """Another company, or another app, has its own."""
    assert pace_of("1", "app") is pace_of("1", "app")
    assert pace_of("1", "app") is not pace_of("2", "app")
    mine = Credentials("1", "app", "s", "sandbox")
    with live_client(SignIn(mine, MemoryStore())) as client:
        other = client.for_another_thread()
        assert client.pace is other.pace is pace_of("1", "app")
        other.close()

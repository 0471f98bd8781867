"""The operator's side of a running sandbox: switches, clock, limits, faults, whole companies."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from sandbox_talk import Talk, garden_company, line, linked, ref
from typer.testing import CliRunner

from recon.cli import app
from recon.errors import InputError
from recon.sandbox.books.companyfile import CompanyFile
from recon.sandbox.server import Sandbox


class Operator:
    """Requests to the door."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.url = sandbox.admin_url

    def post(self, name: str, body: Any = None, **headers: str) -> requests.Response:
        """Do something."""
        data = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
        return requests.post(f"{self.url}/{name}", data=data, headers=headers, timeout=10)

    def get(self, name: str) -> Any:
        """Look at something."""
        return requests.get(f"{self.url}/{name}", timeout=10).json()


@pytest.fixture(scope="module")
def served() -> Iterator[Sandbox]:
    """One sandbox with its door open."""
    with Sandbox(garden_company(), admin=True) as sandbox:
        yield sandbox


@pytest.fixture
def talk(served: Sandbox, operator: Operator) -> Talk:
    """The garden company as new, nothing switched, nothing to come."""
    served.reset(garden_company())
    operator.post("switches", {"subscription": "active", "max_results_over": "4001"})
    operator.post("limits", {"on": False})
    operator.post("forget")
    return Talk(served)


@pytest.fixture
def operator(served: Sandbox) -> Operator:
    """Who sits at the door."""
    return Operator(served)


def test_switches_are_set_while_it_runs(talk: Talk, operator: Operator) -> None:
    """A lapsed subscription refuses writes from one request to the next, and returns."""
    assert operator.get("switches")["subscription"] == "active"
    said = operator.post("switches", {"subscription": "lapsed", "max_results_over": "clamp"})
    assert (said.json()["subscription"], said.json()["request_id_minutes"]) == ("lapsed", 0)
    assert talk.post("customer", {"DisplayName": "Moss"}).code == "6190"
    assert talk.post("upload", b"").code == "6190"
    assert talk.query("SELECT * FROM Customer MAXRESULTS 5000").status == 200
    talk.sandbox.switch(subscription="active")
    assert talk.made("customer", DisplayName="Moss")
    refused = operator.post("switches", {"subscription": "unpaid"})
    assert (refused.status_code, "active or lapsed" in refused.json()["error"]) == (400, True)
    assert operator.post("switches", {"weather": "fine"}).status_code == 400


def test_limits_are_turned_on_and_off(talk: Talk, operator: Operator) -> None:
    """With QuickBooks' own limits the eleventh request of a second is too many."""
    assert operator.post("limits", {"on": True}).json()["requests_per_minute"] == 500
    codes = [talk.send("GET", "customer/1").status for _ in range(12)]
    assert codes.count(429) >= 1
    operator.post("limits", {"on": False})
    assert talk.send("GET", "customer/1").status == 200


def test_time_is_advanced() -> None:
    """Stamps, tokens and request ids follow the clock that the operator moves."""
    began = datetime(2026, 11, 22, 12, tzinfo=UTC)
    with Sandbox(garden_company(), admin=True, clock=lambda: began) as sandbox:
        talk, operator = Talk(sandbox), Operator(sandbox)
        assert operator.get("clock") == {"now": "2026-11-22T05:00:00-07:00"}
        told = operator.post("clock", {"advance_s": 3600}).json()
        assert told == {"now": "2026-11-22T06:00:00-07:00"}
        assert talk.made("customer", DisplayName="Moss")["MetaData"]["CreateTime"] == told["now"]
        sandbox.advance(1)
        assert talk.send("GET", "customer/1").code == "3200"
        assert operator.post("clock", {"advance_s": -5}).status_code == 400
        assert sandbox.events()[-1]["entity"] == "Customer"
        assert timedelta(seconds=3601) + began == sandbox.clock()


def test_faults_are_queued_by_route(talk: Talk, operator: Operator) -> None:
    """A fault waits for its route, by method, by first segment or by the whole path."""
    operator.post("inject", {"route": "POST invoice", "status": 503, "style": "html", "times": 2})
    operator.post("inject", {"route": "invoice/1/send", "status": 429, "style": "xml"})
    operator.post("inject", {"route": "*", "status": 401, "style": "fault"})
    assert operator.get("injected") == {"post invoice": 2, "invoice/1/send": 1, "*": 1}
    url = f"{talk.sandbox.base_url}/v3/company/{talk.sandbox.realm_id}"
    sent = talk.session.post(f"{url}/invoice/1/send", timeout=10)
    assert (sent.status_code, sent.headers["content-type"]) == (429, "application/xml")
    assert "<Error code=" in sent.text
    assert talk.send("GET", "customer/1").json["fault"]["type"] == "AUTHENTICATION"
    assert talk.send("GET", "customer/1").status == 200
    made = talk.session.post(f"{url}/invoice", json={}, timeout=10)
    assert (made.status_code, made.headers["content-type"]) == (503, "text/html")
    operator.post("forget")
    assert operator.get("injected") == {}
    assert operator.get("counters") == {}
    assert operator.post("inject", {"route": "x", "colour": 1}).status_code == 400


def test_a_company_is_saved_and_loaded_as_a_file(
    talk: Talk, operator: Operator, tmp_path: Path
) -> None:
    """What is saved is what is loaded, to the byte; by file, by lines, or as one object."""
    talk.made("payment", CustomerRef=ref("2"), TotalAmt=50, Line=[linked(50, "2")])
    file = tmp_path / "company.jsonl"
    assert operator.post("save", {"file": str(file)}).status_code == 200
    whole = operator.get("company")
    lines = requests.get(f"{operator.url}/company?lines=1", timeout=10).content
    assert lines == file.read_bytes()
    one = json.dumps(whole).encode()
    for body in ({"file": str(file)}, lines, one):
        operator.post("switches", {"subscription": "active"})
        talk.made("customer", DisplayName="Moss")
        loaded = operator.post("load", body)
        assert loaded.json()["Payment"] == 3
        assert operator.get("company") == whole
    assert talk.made("customer", DisplayName="Moss")["Id"] == "8"
    assert talk.made("invoice", CustomerRef=ref("1"), Line=[line(1)])["Id"] == "8"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"realm_id": "1", "info": {}, "preferences": {}, "records": {}}', "serves realm"),
        (b'{"file": "/no/such/file"}', "FileNotFoundError"),
        (b'{"info": {}}', "the first line must have"),
        (b'{"realm_id": "R", "info": {}, "preferences": {}}\n{"Customer": 5}', "line 2"),
        (b'{"realm_id": "R", "info": {}, "preferences": {}}\n[1]', "line 2"),
        (b'{"realm_id": "R", "info": {}, "preferences": {}}\n{"Item":{"Id":"1"', "line 2"),
        (b"nonsense", "JSONDecodeError"),
    ],
)
def test_what_is_no_company_changes_nothing(
    talk: Talk, operator: Operator, body: bytes, said: str
) -> None:
    """A load that fails in the middle leaves the company as it was, indexes and all."""
    before = operator.get("company")
    body = body.replace(b'"R"', f'"{talk.sandbox.realm_id}"'.encode())
    refused = operator.post("load", body)
    assert (refused.status_code, said in refused.json()["error"]) == (400, True)
    assert operator.get("company") == before
    assert talk.post("customer", {"DisplayName": "gym"}).code == "6240"


def test_the_door_is_shut_to_web_pages(operator: Operator) -> None:
    """A browser says where it comes from, a rebound name is not this machine."""
    assert operator.post("forget", {}, Origin="http://example.com").status_code == 403
    assert operator.post("forget", {}, Host="example.com").status_code == 403
    answer = requests.get(f"{operator.url}/company", headers={"Origin": "null"}, timeout=10)
    assert answer.status_code == 403
    assert operator.post("forget").status_code == 200


def test_the_command_line_names_a_company(tmp_path: Path) -> None:
    """A company is demo, empty or a file; anything else is said in one sentence."""
    with pytest.raises(InputError, match="no company 'garden'"):
        CliRunner().invoke(app, ["sandbox", "--company", "garden"], catch_exceptions=False)
    file = tmp_path / "company.jsonl"
    file.write_text('{"realm_id": "1"}\n')
    with pytest.raises(InputError, match="is no company file"):
        CliRunner().invoke(app, ["sandbox", "--company", str(file)], catch_exceptions=False)
    file.write_text('{"realm_id": "1", "info": {}, "preferences": {}}\n{"Item":{"Name":"x"}}\n')
    with pytest.raises(InputError, match="line 2 is not one Item with an Id"):
        CliRunner().invoke(app, ["sandbox", "--company", str(file)], catch_exceptions=False)
    file.write_text('{"realm_id": "1", "info": {}, "preferences": {}}\n{"Item":{"Id":"1"}}\n\n')
    company = CompanyFile(file)
    assert (company.realm_id, company.names(), list(company.each("Vendor"))) == ("1", ["Item"], [])

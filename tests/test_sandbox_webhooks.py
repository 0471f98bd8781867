"""Webhooks: what is told of a change, to whom, and how it is signed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from threading import Thread
from typing import Any

import pytest
import requests
from quickbooks import QuickBooks
from sandbox_talk import Talk, garden_company

from recon.sandbox.books.switches import Switches
from recon.sandbox.server import Sandbox


@dataclass(frozen=True)
class Told:
    """One POST that arrived."""

    body: str
    signature: str

    @property
    def json(self) -> Any:
        """What it says."""
        return json.loads(self.body)


@contextmanager
def listening() -> Iterator[tuple[str, Queue[Told]]]:
    """Somebody who takes webhooks, at an address of this machine."""
    arrived: Queue[Told] = Queue()

    class Taker(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            # Before the answer: whoever has the answer may stop, and look at what arrived.
            arrived.put(Told(body, self.headers["intuit-signature"]))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Taker) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/hook?a=b", arrived
        server.shutdown()
        thread.join()


def test_a_change_is_told_and_signed(books: QuickBooks, talk: Talk) -> None:
    """Each write is an event; python-quickbooks finds the signature good, and no other."""
    with listening() as (url, arrived):
        token = talk.sandbox.subscribe(url)
        made = talk.made("customer", DisplayName="Moss")
        told = arrived.get(timeout=10)
        (event,) = told.json
        assert event["type"] == "qbo.customer.created.v1"
        assert (event["intuitentityid"], event["intuitaccountid"]) == (
            made["Id"], talk.sandbox.realm_id)  # fmt: skip
        assert books.validate_webhook_signature(told.body, told.signature, token)
        assert not books.validate_webhook_signature(told.body + " ", told.signature, token)
        talk.change("customer", made["Id"], Notes="x")
        assert arrived.get(timeout=10).json[0]["type"] == "qbo.customer.updated.v1"
        talk.sandbox.merge("Customer", "5", made["Id"])
        merged = arrived.get(timeout=10).json[0]
        assert (merged["type"], merged["intuitentityid"], merged["data"]) == (
            "qbo.customer.merged.v1", "5", {"deletedid": made["Id"]})  # fmt: skip
        assert talk.post("customer", {"DisplayName": "Gym"}).code == "6240"  # tells nobody
        talk.sandbox.subscribe("")
        talk.made("customer", DisplayName="Fern")
        assert arrived.empty()


def test_notifications_as_they_were() -> None:
    """The older format names entities by realm; a batch's changes may come together."""
    switches = Switches(webhook_format="notifications")
    with listening() as (url, arrived):
        with Sandbox(garden_company(), switches=switches, admin=True) as sandbox:
            door = requests.post(f"{sandbox.admin_url}/webhook", json={"url": url}, timeout=10)
            assert door.json()["verifier_token"]
            talk = Talk(sandbox)
            end = {"Id": "3", "SyncToken": "0"}
            talk.post("invoice", end, operation="void")
            talk.send("POST", "invoice/1/send?sendTo=a%40example.com")
            talk.post("invoice", {"Id": "2", "SyncToken": "0"}, operation="delete")
            talk.session.close()
        # Stopping tells first what is still waiting.
        told = [arrived.get(timeout=10) for _ in range(arrived.qsize())]
    notices = [notice for each in told for notice in each.json["eventNotifications"]]
    assert {notice["realmId"] for notice in notices} == {sandbox.realm_id}
    entities = [e for notice in notices for e in notice["dataChangeEvent"]["entities"]]
    assert {e["name"] for e in entities} == {"Invoice"}
    done = [(e["id"], e["operation"]) for e in entities]
    assert done == [("3", "Void"), ("1", "Emailed"), ("2", "Delete")]


def test_nobody_has_to_listen(talk: Talk) -> None:
    """An address where nobody answers stops nothing; another machine's is refused."""
    talk.sandbox.subscribe("http://127.0.0.1:9/")
    for number in range(3):
        talk.made("customer", DisplayName=f"Moss {number}")
    talk.sandbox.subscribe("")
    for address in ("http://example.com/", "https://127.0.0.1/", "file:///etc/passwd"):
        with pytest.raises(ValueError, match="on this machine"):
            talk.sandbox.subscribe(address)

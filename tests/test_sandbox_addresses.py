"""Whatever is asked of any address, the answer is one of QuickBooks' own kinds."""

from __future__ import annotations

import gzip
import zlib
from random import Random
from typing import Any

import pytest
import requests
from sandbox_talk import Talk

HEADS = (
    *("query", "cdc", "reports", "download", "exchangerate", "upload", "batch", "taxservice"),
    *("customer", "invoice", "preferences", "attachable", "recurringtransaction", "unicorn"),
)
TAILS = (
    "",
    "1",
    "-1",
    "x",
    "é",
    "1/pdf",
    "1/send",
    "1/2/3",
    "9" * 30,
    "CustomerBalance",
    "taxcode",
)
NAMES = (
    *("query", "entities", "changedSince", "sourcecurrencycode", "asofdate", "start_date"),
    *("date_macro", "customer", "sendTo", "operation", "include", "requestid"),
)
VALUES = (
    *("", "1", "é", "\0", "'", "2026-01-01", "2026-99-99", "0001-01-01", "9999-12-31", "all"),
    *("Customer,Invoice", "select * from Invoice where TotalAmt = 'nan'", "select", "delete"),
    "select * from Invoice where MetaData.CreateTime > '0001-01-01'",
    "select * from customer where " + "not " * 500 + "DisplayName = 'x'",
)
PART = b'--b\nContent-Disposition: form-data; name="file_content_01"\n\nabc\n--b--'
BODIES = (b"", b"{}", b"[]", b"null", b"\xff\xfe", b'{"a": 1}', b"<a/>", PART)
TYPES = ("", "application/json", "application/xml", "multipart/form-data; boundary=b")


@pytest.mark.parametrize("seed", range(4))
def test_nonsense_gets_an_answer(talk: Talk, seed: int) -> None:
    """Status, fault code and trace id are there whatever the method, path, words and body are."""
    rng = Random(seed)
    url = f"{talk.sandbox.base_url}/v3/company/{talk.sandbox.realm_id}"
    for _ in range(150):
        asked = requests.Request(
            rng.choice(("GET", "POST", "PUT")),
            f"{url}/{rng.choice(HEADS)}/{rng.choice(TAILS)}",
            params={rng.choice(NAMES): rng.choice(VALUES) for _ in range(rng.randint(0, 2))},
            data=rng.choice(BODIES),
            headers={"Content-Type": rng.choice(TYPES)},
        )
        answer = talk.session.send(talk.session.prepare_request(asked), timeout=10)
        said = f"{asked.method} {answer.url[:200]} {asked.data!r}: {answer.text[:200]}"
        assert "intuit_tid" in answer.headers, said
        if answer.status_code != 200:
            assert answer.status_code in {400, 405, 500}, said
            assert answer.json()["Fault"]["Error"][0]["code"].isdecimal(), said


def bare(body: bytes) -> bytes:
    """Deflated without a frame, as some clients do."""
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("Deflate", bare), ("identity", bytes)],
)
def test_a_body_may_come_packed(talk: Talk, encoding: str, pack: Any) -> None:
    """As the SDKs for Java, .NET and PHP can send it."""
    url = f"{talk.sandbox.base_url}/v3/company/{talk.sandbox.realm_id}/customer"
    head = {"Content-Encoding": encoding, "Content-Type": "application/json"}
    sent = pack(b'{"DisplayName": "Moss"}')
    answer = talk.session.post(url, data=sent, headers=head, timeout=10)
    assert answer.json()["Customer"]["DisplayName"] == "Moss"
    answer = talk.session.post(url, data=sent[:-9], headers=head, timeout=10)
    assert answer.json()["Fault"]["Error"][0]["code"] == "2010"


@pytest.mark.parametrize(
    "address",
    [
        "Customer/1",
        "CUSTOMER/1/",
        "customer//1?minorversion=4",
        "customer/1?minorversion=x&format=json",
    ],
)
def test_an_address_may_be_written_in_many_ways(talk: Talk, address: str) -> None:
    """Any case, slashes more than needed, any minor version, parameters that nobody knows."""
    for accept in ("application/json;charset=UTF-8", "APPLICATION/JSON", "*/*", "text/plain"):
        url = f"{talk.sandbox.base_url}/v3/company/{talk.sandbox.realm_id}/{address}"
        answer = talk.session.get(url, headers={"Accept": accept}, timeout=10)
        assert answer.json()["Customer"]["Id"] == "1"


@pytest.mark.parametrize(
    "type_", ["text/plain", "application/text", "application/text; charset=utf-8", "text/xml", ""]
)
def test_a_query_may_be_of_any_type(talk: Talk, type_: str) -> None:
    """What a query's text is called does not matter."""
    url = f"{talk.sandbox.base_url}/v3/company/{talk.sandbox.realm_id}/query"
    asked = "select * from customer where DisplayName = 'O\\'Neil\\'s Café'".encode()
    answer = talk.session.post(url, data=asked, headers={"Content-Type": type_}, timeout=10)
    assert len(answer.json()["QueryResponse"]["Customer"]) == 1

"""Whatever is asked of any address, the answer is one of QuickBooks' own kinds."""

from __future__ import annotations

from random import Random

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

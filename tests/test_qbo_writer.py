"""Finished requests go out as they stand, and can be found again when the answer was lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon.errors import RejectedError, StaleRecordError
from recon.plan import LookUp, Operation, Write
from recon.qbo.client import QboClient, sandbox_client
from recon.qbo.writer import QboWriter, _holds
from recon.sandbox.server import Sandbox


def write(operation: Operation, entity: str = "Customer", look_up: LookUp | None = None) -> Write:
    """A write; its body is given when it is sent."""
    return Write("w1", "a1", "qbo", operation, entity, {}, look_up=look_up)


def named(name: str) -> Write:
    """A create that is found by its name."""
    return write("create", look_up=LookUp("Customer", "DisplayName", name))


@pytest.fixture
def client() -> Iterator[QboClient]:
    """A client of an empty sandbox company."""
    with Sandbox() as sandbox, sandbox_client(sandbox.describe()) as made:
        yield made


def test_a_sparse_update_changes_what_it_names(client: QboClient) -> None:
    """The library's own objects would empty every field that is not set; finished bodies do not."""
    writer = QboWriter(client)
    made = client.create("Customer", {"DisplayName": "A", "Notes": "keep", "CompanyName": "Co"})
    body = {"Id": made["Id"], "SyncToken": "0", "sparse": True, "DisplayName": "B"}
    answer = writer.send(write("update"), body, "r1")
    assert (answer["DisplayName"], answer["Notes"], answer["CompanyName"]) == ("B", "keep", "Co")
    assert answer["SyncToken"] == "1"
    with pytest.raises(StaleRecordError):
        writer.send(write("update"), {**body, "DisplayName": "C"}, "r2")


def test_an_update_that_would_empty_fields_is_not_sent(client: QboClient) -> None:
    """A full update must hold everything that the record holds; the missing fields are named."""
    writer = QboWriter(client)
    made = client.create("Customer", {"DisplayName": "A", "Notes": "keep"})
    whole = {k: v for k, v in made.items() if k not in {"Notes", "sparse"}}
    for body in (whole, {**whole, "sparse": "true"}):
        with pytest.raises(RejectedError, match="would empty Notes; it was not sent"):
            writer.send(write("update"), body, "r1")
    assert client.read("Customer", made["Id"])["SyncToken"] == "0"
    answer = writer.send(write("update"), {**whole, "Notes": "new"}, "r2")
    assert answer["Notes"] == "new"


@pytest.mark.parametrize("body", [{"sparse": True}, {"Id": "1", "sparse": True}])
def test_an_update_without_guard_is_not_sent(client: QboClient, body: dict[str, Any]) -> None:
    """Id and SyncToken are what keeps somebody else's change from being overwritten."""
    with pytest.raises(RejectedError, match="without Id and SyncToken"):
        QboWriter(client).send(write("update"), body, "r")


def test_a_create_is_found_by_its_natural_key(client: QboClient) -> None:
    """There and as it was sent: found. Not there, or another of that name: not found."""
    writer = QboWriter(client)
    body = {"DisplayName": "O'Neil", "PrimaryEmailAddr": {"Address": "a@b.example"}}
    assert writer.find(named("O'Neil"), body) is None
    made = writer.send(named("O'Neil"), body, "r")
    found = writer.find(named("O'Neil"), body)
    assert found is not None
    assert (found["Id"], found["SyncToken"]) == (made["Id"], "0")
    other = {**body, "PrimaryEmailAddr": {"Address": "other@b.example"}}
    assert writer.find(named("O'Neil"), other) is None
    assert writer.find(write("create"), body) is None  # without a key nobody can know


def test_an_update_is_found_when_the_record_is_as_it_left_it(client: QboClient) -> None:
    """Read by id; a body without content is matched by whatever is there now."""
    writer = QboWriter(client)
    made = client.create("Customer", {"DisplayName": "A"})
    body = {"Id": made["Id"], "SyncToken": "0", "sparse": True, "DisplayName": "B"}
    assert writer.find(write("update"), body) is None
    now = writer.find(write("update"), {"Id": made["Id"]})
    assert now is not None
    assert now["DisplayName"] == "A"
    writer.send(write("update"), body, "r")
    assert writer.find(write("update"), body) is not None
    assert writer.find(write("update"), {"Id": "999"}) is None


def test_the_mark_of_inactive_names_does_not_hide_them(client: QboClient) -> None:
    """QuickBooks writes " (deleted)" after the name; the write is found all the same."""
    writer = QboWriter(client)
    made = client.create("Customer", {"DisplayName": "A"})
    body = {
        "Id": made["Id"], "SyncToken": "0", "sparse": True, "DisplayName": "B", "Active": False,
    }  # fmt: skip
    writer.send(write("update"), body, "r")
    assert client.read("Customer", made["Id"])["DisplayName"] == "B (deleted)"
    assert writer.find(write("update"), body) is not None
    marked = {"Id": made["Id"], "DisplayName": "B (deleted)", "Active": False}
    assert writer.find(write("update"), marked) is not None


def test_a_deleted_transaction_is_found_gone(client: QboClient) -> None:
    """A delete has happened when the record cannot be read any more."""
    writer = QboWriter(client)
    customer = client.create("Customer", {"DisplayName": "A"})
    item = client.create(
        "Item", {"Name": "I", "Type": "Service", "IncomeAccountRef": {"value": "1"}}
    )
    line = {
        "Amount": 25,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": item["Id"]}},
    }
    made = client.create("Invoice", {"CustomerRef": {"value": customer["Id"]}, "Line": [line]})
    body = {"Id": made["Id"], "SyncToken": made["SyncToken"]}
    delete = write("delete", "Invoice")
    assert writer.find(delete, body) is None
    assert writer.send(delete, body, "r")["Id"] == made["Id"]
    assert writer.find(delete, body) == {"Id": made["Id"], "SyncToken": ""}


def test_a_tax_rate_is_made_and_found(client: QboClient) -> None:
    """The tax service answers in a shape of its own; the code that it made is found by name."""
    writer = QboWriter(client)
    body = {
        "TaxCode": "County 5",
        "TaxRateDetails": [
            {"TaxRateName": "County 5", "RateValue": "5", "TaxAgencyId": "1",
             "TaxApplicableOn": "Sales"}
        ],
    }  # fmt: skip
    rate = write("create", "TaxService", LookUp("TaxCode", "Name", "County 5"))
    assert writer.find(rate, body) is None
    answer = writer.send(rate, body, "r1")
    found = writer.find(rate, body)
    assert found is not None
    assert found["Id"] == answer["Id"]
    assert writer.send(rate, body, "r1")["Id"] == answer["Id"]


@pytest.mark.parametrize(
    ("record", "asked", "same"),
    [
        ({"Amount": 25.0}, {"Amount": "25.00"}, True),
        ({"Amount": 25.01}, {"Amount": 25}, False),
        ({"Ref": {"value": "1", "name": "x"}}, {"Ref": {"value": 1}}, True),
        ({"Ref": {"value": "1", "name": "x"}}, {"Ref": {"value": "2", "name": "x"}}, False),
        ({}, {"Notes": ""}, True),
        ({"Notes": "x"}, {"Notes": ""}, False),
        ({"Name": "a"}, {"Name": " a "}, True),
        ({"Line": [{"Id": "1", "Amount": 2}, {"Amount": 2}]}, {"Line": [{"Amount": 2}]}, True),
        ({"Line": []}, {"Line": [{"Amount": 2}]}, False),
        ({"Active": True}, {"Active": "true"}, True),
        ({"DocNumber": "1E5"}, {"DocNumber": "100000"}, False),
        ({"DocNumber": "007"}, {"DocNumber": "7"}, False),
        ({"Name": "NaN"}, {"Name": "NaN"}, True),
        ({"Active": True}, {"Active": False}, False),
        ({"A": {"Line1": "x", "Id": "7"}}, {"A": {"Line1": "x"}}, True),
        ({}, {"A": {"Line1": "x"}}, False),
    ],
)
def test_what_counts_as_left_as_sent(
    record: dict[str, Any], asked: dict[str, Any], same: bool
) -> None:
    """QuickBooks adds to what it is sent and spells it its own way; content must be equal."""
    assert _holds(record, asked) is same


keys = st.text(min_size=1, max_size=5)
json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(keys, json, max_size=4))
def test_every_record_holds_itself(record: dict[str, Any]) -> None:
    """Whatever shape QuickBooks answers, comparing it never fails."""
    assert _holds(record, record)
    assert _holds({**record, "more": 1}, {k: v for k, v in record.items() if k != "more"})

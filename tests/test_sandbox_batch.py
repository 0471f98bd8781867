"""Many requests in one, and what changed since."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from quickbooks import QuickBooks
from quickbooks.batch import batch_create, batch_delete, batch_update
from quickbooks.cdc import change_data_capture
from quickbooks.objects import Customer, Invoice
from sandbox_talk import Talk, garden_company, line, ref

from recon.sandbox.server import Sandbox

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_python_quickbooks_batches(books: QuickBooks) -> None:
    """Create 35 in two batches, one of them refused; update and delete likewise."""
    customers = []
    for number in range(35):
        customer = Customer()
        customer.DisplayName = "Gym" if number == 33 else f"Guest {number}"
        customers.append(customer)
    done = batch_create(customers, qb=books)
    assert (len(done.successes), len(done.faults)) == (34, 1)
    assert done.faults[0].Error[0].code == "6240"
    for customer in done.successes:
        customer.Notes = "hello"
    assert len(batch_update(done.successes, qb=books).successes) == 34
    invoices = Invoice.all(qb=books)
    assert len(batch_delete(invoices, qb=books).successes) == 3
    assert Invoice.count(qb=books) == 0


def test_items_stand_alone(talk: Talk) -> None:
    """Each item has its own answer or fault, in HTTP 200; writes, voids and queries mix."""
    items = [
        {"bId": "1", "operation": "create", "Customer": {"DisplayName": "Moss"}},
        {"bId": "2", "operation": "create", "Customer": {"DisplayName": "Moss"}},
        {"bId": "3", "Query": "SELECT COUNT(*) FROM Vendor"},
        {"bId": "4", "operation": "update", "optionsData": "void",
         "Invoice": {"Id": "2", "SyncToken": "0"}},
        {"bId": "5", "operation": "delete", "Invoice": {"Id": "3", "SyncToken": "0"}},
        {"bId": "6", "operation": "create", "Unicorn": {}},
        {"bId": "7", "Query": "SELECT nonsense"},
        {"bId": "8", "operation": "merge", "Customer": {"Id": "1", "SyncToken": "0"}},
    ]  # fmt: skip
    reply = talk.send("POST", "batch", {"BatchItemRequest": items})
    assert reply.status == 200
    answers = {each["bId"]: each for each in reply.json["BatchItemResponse"]}
    assert answers["1"]["Customer"]["DisplayName"] == "Moss"
    assert answers["3"]["QueryResponse"] == {"totalCount": 1}
    assert answers["4"]["Invoice"]["PrivateNote"] == "Voided"
    assert answers["5"]["Invoice"]["status"] == "Deleted"
    codes = {bid: each["Fault"]["Error"][0]["code"] for bid, each in answers.items()
             if "Fault" in each}  # fmt: skip
    assert codes == {"2": "6240", "6": "2000", "7": "4000", "8": "500"}


def test_a_batch_is_replayed_as_a_whole(talk: Talk) -> None:
    """The same request id sends the same answers and writes nothing more."""
    body = {"BatchItemRequest": [
        {"bId": "r1", "operation": "create", "Invoice": {
            "CustomerRef": ref("1"), "Line": [line(5)]}}]}  # fmt: skip
    first = talk.send("POST", "batch", body, requestid="b1")
    assert talk.send("POST", "batch", body, requestid="b1").json == first.json
    assert talk.query("SELECT COUNT(*) FROM Invoice").record()["totalCount"] == 4
    assert talk.send("POST", "batch", body, requestid="x" * 37).code == "2130"


def test_the_ids_of_a_repeatable_batch_are_short(talk: Talk) -> None:
    """With a request id of at most 36 letters, each bId has at most 10; without, any length."""
    item = {"operation": "create", "Customer": {"DisplayName": "Moss"}}
    body = {"BatchItemRequest": [{"bId": "12345678901", **item}]}
    assert talk.send("POST", "batch", body, requestid="b2").code == "2130"
    assert talk.send("POST", "batch", "{}", requestid="b2").code == "2010"
    assert talk.query("SELECT COUNT(*) FROM Customer").record()["totalCount"] == 4
    made = talk.send("POST", "batch", body).json["BatchItemResponse"][0]
    assert made["Customer"]["DisplayName"] == "Moss"


def test_a_batch_has_thirty_items_at_most(talk: Talk) -> None:
    """One more is 1040, and none is done."""
    items = [{"bId": str(n), "Query": "SELECT COUNT(*) FROM Item"} for n in range(31)]
    assert talk.send("POST", "batch", {"BatchItemRequest": items}).code == "1040"
    done = talk.send("POST", "batch", {"BatchItemRequest": items[:30]}).json["BatchItemResponse"]
    assert len(done) == 30


def test_a_numbers_warning_can_be_waived_in_a_batch(talk: Talk) -> None:
    """The option allowduplicatedocnum is for the item that carries it."""
    invoice = {"CustomerRef": ref("1"), "DocNumber": "1001", "Line": [line(5)]}
    item = {"bId": "1", "operation": "create", "Invoice": invoice}
    waived = {**item, "bId": "2", "optionsData": "allowduplicatedocnum"}
    reply = talk.send("POST", "batch", {"BatchItemRequest": [item, waived]})
    refused, made = reply.json["BatchItemResponse"]
    assert refused["Fault"]["Error"][0]["code"] == "6140"
    assert made["Invoice"]["DocNumber"] == "1001"


def test_changes_since_a_moment() -> None:
    """Changed records in full, deleted ones by id, an empty object for a kind without either."""
    time = NOON
    with Sandbox(garden_company(), clock=lambda: time) as sandbox:
        talk = Talk(sandbox)
        time += timedelta(hours=1)
        since = time.isoformat()
        talk.change("customer", "5", Active=False)
        talk.post("invoice", {"Id": "2", "SyncToken": "0"}, operation="delete")
        params = {"entities": "Customer,Invoice,Item", "changedSince": since}
        groups = talk.send("GET", "cdc", **params).json["CDCResponse"][0]["QueryResponse"]
        assert [each["Id"] for each in groups[0]["Customer"]] == ["5"]
        meta = {"LastUpdatedTime": "2026-11-22T06:00:00-07:00"}
        gone = {"status": "Deleted", "domain": "QBO", "Id": "2", "MetaData": meta}
        assert groups[1]["Invoice"] == [gone]
        assert groups[2] == {}


def test_python_quickbooks_captures_changes(books: QuickBooks, talk: Talk) -> None:
    """The library's own call reads the answer."""
    talk.made("customer", DisplayName="Moss")
    since = datetime.now(UTC) - timedelta(days=1)
    changed = change_data_capture([Customer, Invoice], since.isoformat(), qb=books)
    assert "Moss" in [each.DisplayName for each in changed.Customer]


def test_changes_are_kept_for_thirty_days(talk: Talk) -> None:
    """An older starting point is refused."""
    params = {"entities": "Customer", "changedSince": "2020-01-01"}
    assert talk.send("GET", "cdc", **params).code == "2060"

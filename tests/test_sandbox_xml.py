"""The same company in XML, as the SDKs for Ruby, PHP, Java and .NET speak to it."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import pytest
import requests
from defusedxml.ElementTree import fromstring
from sandbox_talk import Talk

NS = "{http://schema.intuit.com/finance/v3}"


def send(talk: Talk, method: str, path: str, body: str = "", **headers: str) -> requests.Response:
    """One request that wants XML."""
    url = f"{talk.sandbox.base_url}/v3/company/{talk.sandbox.realm_id}/{path}"
    headers = {"Accept": "application/xml", "Content-Type": "application/xml"} | headers
    return talk.session.request(method, url, data=body.encode(), headers=headers, timeout=10)


def root(answer: requests.Response) -> Element:
    """The IntuitResponse of an answer."""
    assert answer.headers["content-type"].startswith("application/xml")
    parsed = fromstring(answer.content)
    assert (parsed.tag, "time" in parsed.attrib) == (f"{NS}IntuitResponse", True)
    return parsed


def test_an_invoice_in_xml(talk: Talk) -> None:
    """References are text with a name, flags are attributes, lines repeat."""
    body = """<?xml version="1.0" encoding="utf-8"?>
      <Invoice xmlns="http://schema.intuit.com/finance/v3" sparse="false">
        <Line><Amount>24</Amount><Description>A &amp; B</Description>
          <DetailType>SalesItemLineDetail</DetailType>
          <SalesItemLineDetail><ItemRef name="Hours">1</ItemRef><UnitPrice>12</UnitPrice>
            <Qty>2</Qty></SalesItemLineDetail></Line>
        <CustomerRef>1</CustomerRef><CustomerMemo>Thank you</CustomerMemo>
      </Invoice>"""
    made = root(send(talk, "POST", "invoice", body)).find(f"{NS}Invoice")
    assert (made.get("domain"), made.get("sparse")) == ("QBO", "false")
    assert (made.findtext(f"{NS}TotalAmt"), made.findtext(f"{NS}CustomerMemo")) == (
        "24.0",
        "Thank you",
    )
    buyer = made.find(f"{NS}CustomerRef")
    assert (buyer.text, buyer.get("name")) == ("1", "Rosebud Florist")
    assert len(made.findall(f"{NS}Line")) == 2
    kept = talk.get("invoice", made.findtext(f"{NS}Id"))
    assert kept["Line"][0]["Description"] == "A & B"
    assert kept["Line"][0]["SalesItemLineDetail"]["Qty"] == 2
    assert kept["CustomerMemo"] == {"value": "Thank you"}


def test_queries_and_faults_in_xml(talk: Talk) -> None:
    """Rows carry their page as attributes; a fault its code and element; the gateway's too."""
    query = "SELECT * FROM Customer WHERE DisplayName = 'O\\'Neil\\'s Café'"
    answer = root(send(talk, "POST", "query", query, **{"Content-Type": "application/text"}))
    page = answer.find(f"{NS}QueryResponse")
    assert page.attrib == {"startPosition": "1", "maxResults": "1"}
    assert page.find(f"{NS}Customer").findtext(f"{NS}DisplayName") == "O'Neil's Café"
    refused = send(talk, "POST", "customer", "<Customer><DisplayName>Gym</DisplayName></Customer>")
    fault = root(refused).find(f"{NS}Fault")
    assert (refused.status_code, fault.get("type")) == (400, "ValidationFault")
    assert fault.find(f"{NS}Error").get("code") == "6240"
    stranger = send(talk, "GET", "customer/1", Authorization="Bearer <&>")
    assert root(stranger).find(f"{NS}Fault").get("type") == "AUTHENTICATION"


def test_a_batch_and_a_change_in_xml(talk: Talk) -> None:
    """Items have their ids as attributes; a sparse update is marked by one."""
    batch = """<IntuitBatchRequest xmlns="http://schema.intuit.com/finance/v3">
      <BatchItemRequest bId="b1" operation="create">
        <Vendor><DisplayName>Quarry</DisplayName></Vendor></BatchItemRequest>
      <BatchItemRequest bId="b2"><Query>SELECT COUNT(*) FROM Vendor</Query></BatchItemRequest>
      </IntuitBatchRequest>"""
    items = root(send(talk, "POST", "batch", batch)).findall(f"{NS}BatchItemResponse")
    assert [item.get("bId") for item in items] == ["b1", "b2"]
    assert items[1].find(f"{NS}QueryResponse").get("totalCount") == "2"
    change = '<Customer sparse="true"><Id>1</Id><SyncToken>0</SyncToken><Notes>x</Notes></Customer>'
    assert root(send(talk, "POST", "customer?operation=update", change)) is not None
    talk.change("customer", "2", Notes="bell \x07 rang")
    assert (
        root(send(talk, "GET", "customer/2")).find(f"{NS}Customer/{NS}Notes").text == "bell  rang"
    )
    kept = talk.get("customer", "1")
    assert (kept["Notes"], kept["CompanyName"]) == ("x", "Rosebud Florist LLC")


@pytest.mark.parametrize(
    "body",
    [
        "<Customer><DisplayName>Moss",
        '<!DOCTYPE x [<!ENTITY a "b">]><Customer><DisplayName>&a;</DisplayName></Customer>',
        "<Customer>Moss</Customer>",
        "<Customer>" + "<Line>" * 300 + "</Line>" * 300 + "</Customer>",
        "<Customer><Unheard>1</Unheard></Customer>",
    ],
)
def test_what_is_no_xml_is_refused(talk: Talk, body: str) -> None:
    """Broken XML, XML with entities of its own, and XML of something else."""
    code = root(send(talk, "POST", "customer", body)).find(f"{NS}Fault/{NS}Error").get("code")
    assert code in {"2010", "6080"}


def test_who_asks_for_neither_gets_what_the_switch_says(talk: Talk) -> None:
    """JSON by default; with answer_format=xml as QuickBooks does it."""
    asked = {"Accept": "*/*"}
    assert send(talk, "GET", "customer/1", **asked).json()["Customer"]["Id"] == "1"
    talk.sandbox.switch(answer_format="xml")
    assert root(send(talk, "GET", "customer/1", **asked)).find(f"{NS}Customer/{NS}Id").text == "1"
    assert send(talk, "GET", "customer/1", Accept="application/json").json()["Customer"]
    talk.sandbox.switch(answer_format="json")


def test_a_report_in_xml(talk: Talk) -> None:
    """Its root is a Report; rows have type and group, cells value and id, as attributes."""
    report = fromstring(send(talk, "GET", "reports/CustomerBalance?customer=1").content)
    assert report.tag == f"{NS}Report"
    assert report.findtext(f"{NS}Header/{NS}ReportName") == "CustomerBalance"
    lines = report.findall(f"{NS}Rows/{NS}Row")
    cells = lines[0].findall(f"{NS}ColData")
    assert [each.attrib for each in cells] == [{"value": "Rosebud Florist", "id": "1"},
                                               {"value": "70.00"}]  # fmt: skip
    assert lines[1].attrib == {"type": "Section", "group": "GrandTotal"}


def test_a_file_described_in_xml(talk: Talk) -> None:
    """An upload says in XML what its file hangs on."""
    about = (
        '<Attachable xmlns="http://schema.intuit.com/finance/v3"><AttachableRef>'
        '<EntityRef type="Customer">1</EntityRef></AttachableRef>'
        "<FileName>a.txt</FileName><ContentType>text/plain</ContentType></Attachable>"
    )
    parts = {"file_metadata_0": ("a.xml", about, "application/xml"),
             "file_content_0": ("a.txt", b"abc", "text/plain")}  # fmt: skip
    url = f"{talk.sandbox.base_url}/v3/company/{talk.sandbox.realm_id}/upload"
    head = {"Accept": "application/xml"}
    kept = root(talk.session.post(url, files=parts, headers=head, timeout=10))
    made = kept.find(f"{NS}AttachableResponse/{NS}Attachable")
    assert (made.findtext(f"{NS}Size"), made.findtext(f"{NS}FileName")) == ("3", "a.txt")
    hangs_on = made.find(f"{NS}AttachableRef/{NS}EntityRef")
    assert (hangs_on.text, hangs_on.get("type")) == ("1", "Customer")


def test_a_payments_lines_in_xml(talk: Talk) -> None:
    """What a line tells of its invoice stands in pairs of names and values."""
    body = """<Payment><CustomerRef>2</CustomerRef><TotalAmt>50</TotalAmt><Line><Amount>50</Amount>
      <LinkedTxn><TxnId>2</TxnId><TxnType>Invoice</TxnType></LinkedTxn></Line></Payment>"""
    made = root(send(talk, "POST", "payment", body)).find(f"{NS}Payment")
    pairs = made.findall(f"{NS}Line/{NS}LineEx/{NS}NameValue")
    assert {each.findtext(f"{NS}Name"): each.findtext(f"{NS}Value") for each in pairs} == {
        "txnId": "2", "txnOpenBalance": "250.00", "txnReferenceNumber": "1002"}  # fmt: skip

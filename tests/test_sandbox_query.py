"""The query language over HTTP: paging, conditions, order, and what python-quickbooks sends."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from quickbooks import QuickBooks
from quickbooks.objects import Customer, Invoice, Item
from sandbox_talk import Talk, garden_company

from recon.sandbox.books.query import parse
from recon.sandbox.books.switches import Switches
from recon.sandbox.faults import Fault
from recon.sandbox.server import Sandbox


@pytest.fixture(scope="module")
def talk() -> Iterator[Talk]:
    """The garden company with 2,345 more customers; these tests only read."""
    company = garden_company()
    company.records["Customer"] += [
        {"Id": str(number), "DisplayName": f"Guest_{number}", "CompanyName": f"Group {number % 7}"}
        for number in range(100, 2445)
    ]
    with Sandbox(company) as sandbox:
        yield Talk(sandbox)


@pytest.fixture
def books(talk: Talk) -> Iterator[QuickBooks]:
    """The same company through python-quickbooks."""
    client = QuickBooks(company_id=talk.sandbox.realm_id, minorversion=75)
    client.api_url_v3 = f"{talk.sandbox.base_url}/v3"
    with requests.Session() as session:
        session.access_token = talk.sandbox.access_token
        client.session = session
        yield client


def ids(talk: Talk, statement: str) -> list[str]:
    """Ids of the answer, in order."""
    return [row["Id"] for row in talk.query(statement).rows()]


def test_pages_cover_everything_once(talk: Talk) -> None:
    """Pages of 1000 ordered by Id hold each row once, ids in numeric order."""
    seen: list[str] = []
    for start in (1, 1001, 2001, 3001):
        statement = f"SELECT * FROM Customer ORDERBY Id STARTPOSITION {start} MAXRESULTS 1000"
        seen += ids(talk, statement)
    assert [int(each) for each in seen] == sorted(int(each) for each in set(seen))
    count = talk.query("SELECT COUNT(*) FROM Customer").record()["totalCount"]
    assert len(seen) == count == 2349


def test_a_page_says_where_it_is(talk: Talk) -> None:
    """100 rows by default; maxResults is the number of rows that came."""
    response = talk.query("SELECT * FROM Customer STARTPOSITION 2340").record()
    assert (response["startPosition"], response["maxResults"]) == (2340, 10)
    assert talk.query("SELECT * FROM Customer").record()["maxResults"] == 100
    assert talk.query("SELECT * FROM Customer STARTPOSITION 9999").record() == {}


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("DisplayName = 'guest_100'", ["100"]),
        ("DisplayName LIKE 'guest_10_'", []),
        ("DisplayName LIKE 'GUEST_100%'", [*map(str, [100, *range(1000, 1010)])]),
        ("CompanyName = 'rosebud florist llc'", ["1"]),
        ("PrimaryEmailAddr = 'ROSE@example.com'", ["1"]),
        ("GivenName = 'nobody'", []),
        ("Id IN ('1', '4', '2000')", ["1", "2000"]),
        ("Active = false", ["4"]),
        ("Active IN (true,false) AND DisplayName LIKE '%(deleted)'", ["4"]),
        ("DisplayName LIKE '%café'", ["5"]),
        ("DisplayName = 'o\\'neil\\'s café'", ["5"]),
        ("displayname in ('GYM', 'Hillside School')", ["2", "3"]),
        ("Balance = '40' AND Metadata.createTIME >= '2020-01-01T00:00:00Z'", ["3"]),
        ("NOT DisplayName LIKE 'Guest%' AND Balance = '0'", ["5"]),
        ("DisplayName NOT LIKE 'Guest%'", ["1", "2", "3", "5"]),
        ("Balance >= '70.00' AND Balance < '230'", ["1"]),
        ("FullyQualifiedName = 'hillside school:gym'", ["3"]),
        ("MetaData.LastUpdatedTime < '2011-08-10T10:20:30-0700'", []),
        ("Id = 5", ["5"]),
    ],
)
def test_conditions(talk: Talk, where: str, expected: list[str]) -> None:
    """Values compare without case, % is LIKE's only wildcard, inactive rows need Active."""
    statement = f"SELECT * FROM Customer WHERE {where} ORDERBY Id"
    assert ids(talk, statement) == expected


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("SELECT * FROM Invoice ORDERBY TotalAmt DESC", ["2", "1", "3"]),
        ("SELECT * FROM Invoice WHERE TxnDate > '2026-07-01' ORDER BY TxnDate DESC", ["3", "2"]),
        ("SELECT * FROM Invoice WHERE TxnDate <= CURRENT_DATE AND Balance = '40.0'", ["3"]),
        ("SELECT * FROM Invoice WHERE CustomerRef IN ('1','3')", ["1", "3"]),
        ("SELECT * FROM Payment WHERE PaymentRefNum = 'chk 17'", ["4"]),
        ("SELECT * FROM Item WHERE Type = 'service'", ["1"]),
        ("SELECT * FROM Item WHERE Active IN (true, false) AND Type = 'NonInventory'", ["4", "5"]),
        ("SELECT * FROM Account WHERE AccountType = 'Bank'", ["6", "11"]),
        ("SELECT * FROM Deposit", ["6"]),
        ("select * from Invoice orderby CustomerRef desc, TxnDate asc", ["3", "2", "1"]),
        ("SELECT FROM Invoice WHERE DueDate > '2026-07-31' AND TxnDate < '2026-07-03'", ["2"]),
        ("SELECT *, Line FROM Invoice WHERE DocNumber LIKE '100%' STARTPOSITION 3", ["3"]),
        ("SELECT * FROM Invoice WHERE TotalAmt = '250.00'", ["2"]),
    ],
)
def test_other_kinds(talk: Talk, statement: str, expected: list[str]) -> None:
    """Amounts, dates, references and types can be asked for."""
    assert ids(talk, statement) == expected


def test_python_quickbooks_asks(books: QuickBooks) -> None:
    """all, filter, choose, where, count and query of the library are understood as sent."""
    assert len(Customer.all(order_by="DisplayName", max_results=1000, qb=books)) == 1000
    assert Customer.filter(DisplayName="O'Neil's Café", Active=True, qb=books)[0].Id == "5"
    assert [each.Id for each in Invoice.choose([1, 3], qb=books)] == ["1", "3"]
    assert Customer.where("Balance > '0'", order_by="Id DESC", max_results=1, qb=books)[0].Id == "3"
    assert Customer.count("Active = True", qb=books) == 2349
    assert Item.filter(Sku="P-100", qb=books)[0].Name == "Pump"
    assert not Customer.query("SELECT * FROM Customer WHERE DisplayName = 'none'", qb=books)


def test_a_get_works_too(talk: Talk) -> None:
    """The statement may stand in the address."""
    reply = talk.send("GET", "query", query="select * from Customer where Id = '1'")
    assert reply.rows()[0]["DisplayName"] == "Rosebud Florist"


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("SELECT * FROM Customer WHERE", "line 1, column 28"),
        ("SELECT * FROM Customer WHERE Id Id = '1'", '<IDENTIFIER> "Id "" at line 1, column 33.'),
        ("SELECT * FROM Customer WHERE DisplayName = 'a' WHERE", "line 1, column 48"),
        ("DELETE FROM Customer", "line 1, column 1"),
        ("SELECT * FROM Customer; DROP TABLE record", "line 1, column 23"),
    ],
)
def test_what_does_not_parse_names_the_place(talk: Talk, statement: str, said: str) -> None:
    """4000 says where, counted in the statement as it was sent."""
    reply = talk.query(statement)
    assert (reply.status, reply.code) == (400, "4000")
    assert said in reply.detail


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("SELECT * FROM Customer WHERE Balance > 0", "4000"),
        ("SELECT * FROM Customer WHERE Active = true OR Active = false", "4000"),
        ("SELECT * FROM Customer WHERE DisplayName = 'it''s'", "4000"),
        ('SELECT * FROM Customer WHERE DisplayName = "x"', "4000"),
        ("SELECT * FROM Customer WHERE DisplayName = 'x", "4000"),
        ("SELECT * FROM Customer WHERE Id IN ()", "4000"),
        ("SELECT * FROM Customer GROUP BY Id", "4000"),
        ("SELECT * FROM Customer MAXRESULTS 5 STARTPOSITION 1", "4000"),
        ("SELECT * FROM Customer MAXRESULTS", "4000"),
        ("SELECT * FROM Customer, Vendor", "4000"),
        ("", "4000"),
        ("SELECT * FROM Customer STARTPOSITION 0", "4001"),
        ("SELECT * FROM Customer MAXRESULTS -1", "4001"),
        ("SELECT * FROM Customer MAXRESULTS 1001", "4001"),
        ("SELECT * FROM Customer STARTPOSITION 99999999999999999999", "4001"),
        ("SELECT * FROM Customer WHERE NoSuchField = 'x'", "4001"),
        ("SELECT * FROM Customer WHERE Notes = 'x'", "4001"),
        ("SELECT NoSuchField FROM Customer", "4001"),
        ("SELECT * FROM Customer ORDERBY NoSuchField", "4001"),
        ("SELECT * FROM Customer WHERE Id > '1'", "4001"),
        ("SELECT * FROM Customer WHERE Id != '1'", "4001"),
        ("SELECT * FROM Customer WHERE Active = 'maybe'", "4001"),
        ("SELECT * FROM Customer WHERE Balance = 'much'", "4001"),
        ("SELECT * FROM Customer WHERE MetaData.CreateTime > 'yesterday'", "4001"),
    ],
)
def test_what_is_asked_wrongly(talk: Talk, statement: str, code: str) -> None:
    """What does not parse is 4000, what parses and cannot be asked 4001; never anything else."""
    reply = talk.query(statement)
    assert (reply.status, reply.code) == (400, code)
    assert reply.detail.startswith(
        "QueryParserError: " if code == "4000" else "QueryValidationError: "
    )


def test_only_some_fields(talk: Talk) -> None:
    """A projection answers what it lists, poorer than it is, and marks the record as sparse."""
    rows = talk.query("select Id, displayname, ParentRef from customer where Id = '3'").rows()
    assert rows == [{"Id": "3", "DisplayName": "Gym", "ParentRef": {"value": "2"},
                     "domain": "QBO", "sparse": True}]  # fmt: skip
    rows = talk.query("SELECT Line FROM Invoice MAXRESULTS 1").rows()
    assert rows == [{"Line": [], "domain": "QBO", "sparse": True}]


def test_many_values_at_once(talk: Talk) -> None:
    """IN takes thousands of values, and says when it is too many."""
    wanted = ",".join(f"'{number}'" for number in range(100, 2445))
    statement = f"SELECT COUNT(*) FROM Customer WHERE Id IN ({wanted})"
    assert talk.query(statement).record()["totalCount"] == 2345
    wanted = ",".join(f"'{number}'" for number in range(10_001))
    assert talk.query(f"SELECT COUNT(*) FROM Customer WHERE Id IN ({wanted})").code == "4001"


def test_tax_codes_that_are_none_are_not_counted(talk: Talk) -> None:
    """TAX, NON and CustomSalesTax come on the first page, whatever MAXRESULTS says."""
    assert ids(talk, "SELECT * FROM TaxCode MAXRESULTS 1") == ["TAX", "NON", "CustomSalesTax"]
    assert ids(talk, "SELECT * FROM TaxCode STARTPOSITION 2") == []
    assert talk.query("SELECT COUNT(*) FROM TaxCode").record()["totalCount"] == 3


def test_a_statement_is_utf_8(talk: Talk) -> None:
    """A body in another encoding is no statement."""
    reply = talk.send("POST", "query", "SELECT * FROM Item WHERE Name = 'Café'".encode("latin-1"))
    assert reply.code == "500"
    assert "MalformedByteSequence" in reply.detail


def test_an_unknown_kind_is_invalid(talk: Talk) -> None:
    """A statement that parses but asks for no kind of record is 4001."""
    assert talk.query("SELECT * FROM Unicorn").code == "4001"


def test_items_may_show_inactive_rows() -> None:
    """The switch item_query_default=all lists inactive items without being asked."""
    switches = Switches(item_query_default="all")
    with Sandbox(garden_company(), switches=switches) as sandbox:
        assert len(Talk(sandbox).query("SELECT * FROM Item").rows()) == 6


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_every_escaped_text_comes_back(value: str) -> None:
    """A backslash before each backslash and quote is all the escaping there is."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    statement = parse(f"SELECT * FROM Customer WHERE DisplayName = '{escaped}' MAXRESULTS 5")
    assert statement.conditions[0].values[0].text == value
    assert statement.most == 5


@given(st.text(max_size=40))
def test_nonsense_is_refused_and_nothing_else(text: str) -> None:
    """Any text is a statement or a 4000."""
    try:
        parse(text)
    except Fault as fault:
        assert fault.code == "4000"  # noqa: PT017 - either outcome is right, no other is

"""Raw records of both systems become tables, letter for letter, whole or as a reject."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from recon.books import Books, Side, Snapshot
from recon.errors import InputError
from recon.stages.tidy import tidy, tidy_app, tidy_qbo

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
Records = dict[str, list[dict[str, Any]]]


def snapshot(system: str, records: Records) -> Snapshot:
    """A snapshot of these records."""
    return Snapshot(system, "test", "Company", "1", "sandbox", NOW, records)  # type: ignore[arg-type]


def qbo(**records: list[dict[str, Any]]) -> Side:
    """The QuickBooks side of records that all make sense."""
    side, rejects = tidy_qbo(snapshot("qbo", records))
    assert not rejects
    return side


def app(**records: list[dict[str, Any]]) -> Side:
    """The app's side of records that all make sense."""
    side, rejects = tidy_app(snapshot("app", records))
    assert not rejects
    return side


def only(frame: pd.DataFrame) -> dict[str, Any]:
    """The one row of a table, without what is missing."""
    assert len(frame) == 1
    return dict(frame.iloc[0].dropna())


def test_a_quickbooks_customer_is_flattened() -> None:
    """Names are as they were sent, blanks included; empty text is missing."""
    row = only(
        qbo(
            Customer=[
                {
                    "Id": "42", "SyncToken": "3", "DisplayName": " Acme  Ltd ", "CompanyName": "",
                    "FullyQualifiedName": "P: Acme  Ltd ", "GivenName": "Ann", "FamilyName": "Lee",
                    "PrimaryEmailAddr": {"Address": "a@example.com"},
                    "Mobile": {"FreeFormNumber": "555"}, "Balance": 12.3, "Taxable": False,
                    "BillAddr": {"Line1": "1 Main St", "City": "Waco", "PostalCode": "07861",
                                 "CountrySubDivisionCode": "TX"},
                    "ParentRef": {"value": "7"}, "CurrencyRef": {"value": "USD"}, "Active": False,
                    "MetaData": {"CreateTime": "2026-01-02T03:04:05-07:00"},
                }
            ]
        ).customers
    )  # fmt: skip
    assert row == {
        "ref": "qbo:customer:42", "kind": "customer", "id": "42", "name": " Acme  Ltd ",
        "given_name": "Ann", "family_name": "Lee", "email": "a@example.com", "phone": "555",
        "address_line1": "1 Main St", "city": "Waco", "region": "TX", "postal_code": "07861",
        "currency": "USD", "balance": Decimal("12.3000"), "taxable": False, "active": False,
        "parent_ref": "qbo:customer:7", "full_name": "P: Acme  Ltd ", "sync_token": "3",
        "created_at": pd.Timestamp("2026-01-02 10:04:05", tz="UTC"),
    }  # fmt: skip


def test_vendors_and_employees_have_the_shape_of_customers() -> None:
    """They share the name space, so they are compared with the same columns."""
    side = qbo(
        Vendor=[{"Id": "1", "DisplayName": "V"}],
        Employee=[{"Id": "2", "DisplayName": "E", "PrimaryAddr": {"City": "Waco"}}],
    )
    assert only(side.vendors)["ref"] == "qbo:vendor:1"
    assert only(side.employees)["city"] == "Waco"
    assert only(side.vendors)["active"]


def test_an_item_knows_its_category() -> None:
    """By the full name of its parent, when that is a category."""
    side = qbo(
        Item=[
            {"Id": "1", "Name": "Lawn", "FullyQualifiedName": "Yard:Lawn", "Type": "Category"},
            {
                "Id": "2", "Name": "Mowing", "FullyQualifiedName": "Yard:Lawn:Mowing",
                "Type": "Service",
                "ParentRef": {"value": "1"}, "UnitPrice": 48, "InvStartDate": "2026-03-01",
                "IncomeAccountRef": {"value": "9"},
            },
            {"Id": "3", "Name": "Part of an item", "Type": "Service", "ParentRef": {"value": "2"}},
        ]
    )  # fmt: skip
    mowing = side.items.iloc[1]
    assert mowing["category"] == "Yard:Lawn"
    assert mowing["parent_ref"] == "qbo:item:1"
    assert mowing["income_account_ref"] == "qbo:account:9"
    assert mowing["start_date"] == pd.Timestamp("2026-03-01")
    assert pd.isna(side.items.iloc[2]["category"])


INVOICE = {
    "Id": "10", "DocNumber": "00123", "CustomerRef": {"value": "42", "name": "Acme"},
    "TxnDate": "2026-11-21", "DueDate": "2026-12-21", "TotalAmt": 110.0, "Balance": 10,
    "TxnTaxDetail": {"TxnTaxCodeRef": {"value": "5"}, "TotalTax": 10},
    "Line": [
        {"Id": "1", "Amount": 90.0, "DetailType": "SalesItemLineDetail", "Description": "Mow",
         "SalesItemLineDetail": {"ItemRef": {"value": "2", "name": "Mowing"}, "Qty": 2,
                                 "UnitPrice": 45, "TaxCodeRef": {"value": "5"}}},
        {"Amount": 20, "DetailType": "GroupLineDetail",
         "GroupLineDetail": {"GroupItemRef": {"value": "8", "name": "Kit"}, "Line": [
             {"Amount": 20, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {
                 "ItemRef": {"value": "3"}, "TaxCodeRef": {"value": "TAX"}}}]}},
        {"DetailType": "DescriptionOnly", "Description": "Thank you"},
        {"Amount": 10, "DetailType": "DiscountLineDetail", "DiscountLineDetail": {}},
        {"Amount": 110, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}},
    ],
}  # fmt: skip
TAXES: Records = {
    "TaxRate": [{"Id": "7", "Name": "State", "RateValue": 6.25, "AgencyRef": {"value": "1"}},
                {"Id": "8", "Name": "City", "RateValue": 2}],
    "TaxCode": [{"Id": "4", "Name": "Both", "SalesTaxRateList": {"TaxRateDetail": [
                    {"TaxRateRef": {"value": "7"}}, {"TaxRateRef": {"value": "8"}}]}},
                {"Id": "5", "Name": "State only", "SalesTaxRateList": {"TaxRateDetail": [
                    {"TaxRateRef": {"value": "7"}}]}}],
}  # fmt: skip


def test_an_invoice_keeps_number_money_and_tax_exact() -> None:
    """Leading zeros stay, decimals stay, the tax code is named with its rate."""
    row = only(qbo(Invoice=[INVOICE], **TAXES).invoices)
    assert row["number"] == "00123"
    assert row["customer_ref"] == "qbo:customer:42"
    assert row["total"] == Decimal(110)
    assert (row["tax_name"], row["tax_rate"], row["tax"]) == ("State only", Decimal("6.25"), 10)
    assert (row["discount"], row["status"]) == (10, "open")


def test_invoice_lines_are_what_was_sold() -> None:
    """A bundle is a line without an amount before its parts; subtotals and discounts are none."""
    lines = qbo(Invoice=[INVOICE], **TAXES).invoice_lines
    assert list(lines["position"]) == [1, 2, 3, 4]
    assert list(lines["item_ref"].fillna("")) == ["qbo:item:2", "qbo:item:8", "qbo:item:3", ""]
    assert lines["amount"].sum() == Decimal(110)
    assert list(lines["tax_code"].fillna("")) == ["5", "", "TAX", ""]
    assert lines["tax_rate"][0] == Decimal("6.25")


def test_a_tax_rate_names_the_code_that_stands_for_it_alone() -> None:
    """A rate in two codes belongs to the one that has no other rate."""
    rates = qbo(**TAXES).tax_rates.set_index("ref")
    assert rates.loc["qbo:tax_rate:7", "tax_code"] == "5"
    assert rates.loc["qbo:tax_rate:8", "tax_code"] == "4"


def test_a_tax_code_names_its_rates_where_it_has_several() -> None:
    """The lowest first, so that a code and a line of the same rates are written alike."""
    codes = qbo(**TAXES).tax_codes.set_index("ref")
    assert codes.loc["qbo:tax_code:4", "tax_parts"] == "2+6.25"
    assert codes.loc["qbo:tax_code:4", "rate"] == Decimal("8.25")
    assert pd.isna(codes.loc["qbo:tax_code:5", "tax_parts"])


def test_a_deposit_says_which_payments_lie_in_it() -> None:
    """Money that is no payment of a customer is left out."""
    lines = [
        {"Amount": 20, "LinkedTxn": [{"TxnId": "9", "TxnType": "Payment"}]},
        {"Amount": 5, "DetailType": "DepositLineDetail"},
    ]
    side = qbo(Deposit=[{"Id": "6", "TxnDate": "2026-07-12", "TotalAmt": 25, "Line": lines}])
    assert only(side.deposits) == {
        "ref": "qbo:deposit:6", "date": pd.Timestamp("2026-07-12"), "amount": Decimal(20),
        "payment_ref": "qbo:payment:9",
    }  # fmt: skip


def test_what_else_a_transaction_is_linked_to_is_kept_whichever_side_states_it() -> None:
    """Not what is told elsewhere: the invoices of a payment, the payments of a deposit."""
    on = [{"TxnId": "7", "TxnType": "Invoice"}, {"TxnId": "8", "TxnType": "CreditMemo"}]
    customer = {"Entity": {"value": "3", "type": "CUSTOMER"}}
    vendor = {"Entity": {"value": "4", "type": "VENDOR"}}
    side = qbo(
        Invoice=[{"Id": "7", "LinkedTxn": [{"TxnId": "9", "TxnType": "Payment"}, {"TxnId": "5",
                 "TxnType": "Estimate"}]}],
        Payment=[{"Id": "9", "Line": [{"Amount": 10, "LinkedTxn": [each]} for each in on]}],
        Deposit=[{"Id": "6", "Line": [
            {"Amount": 1, "LinkedTxn": [{"TxnId": "2", "TxnType": "SalesReceipt"}]},
            {"Amount": 4, "DepositLineDetail": customer}, {"DepositLineDetail": vendor},
        ]}],
    )  # fmt: skip
    links = side.transaction_links
    assert list(zip(links["ref"], links["linked_ref"], strict=True)) == [
        ("qbo:invoice:7", "qbo:estimate:5"), ("qbo:payment:9", "qbo:credit:8"),
        ("qbo:deposit:6", "qbo:sales_receipt:2"), ("qbo:deposit:6", "qbo:customer:3"),
    ]  # fmt: skip
    assert list(links["amount"].fillna(0)) == [Decimal(n) for n in (0, 10, 1, 4)]


def test_terms_and_accounts_keep_what_tells_them_apart() -> None:
    """Days of a term, and which account holds what is not deposited yet."""
    side = qbo(
        Term=[{"Id": "3", "Name": "Net 30", "DueDays": 30, "Type": "STANDARD"}],
        Account=[{"Id": "4", "Name": "Undeposited Funds", "AccountSubType": "UndepositedFunds"}],
    )
    assert only(side.terms)["due_days"] == 30
    assert only(side.accounts)["subtype"] == "UndepositedFunds"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"TotalAmt": 5, "Balance": 0}, "paid"),
        ({"TotalAmt": 5, "Balance": 2}, "open"),
        ({"TotalAmt": 0, "Balance": 0, "PrivateNote": "Voided - wrong"}, "voided"),
        ({"TotalAmt": 0, "Balance": 0}, "paid"),
        ({"TotalAmt": 5}, None),
    ],
)
def test_the_status_of_a_sale_follows_from_its_amounts(
    fields: dict[str, Any], status: str | None
) -> None:
    """What does not say its balance has no status."""
    found = qbo(Invoice=[{"Id": "1", **fields}]).invoices["status"][0]
    assert (None if pd.isna(found) else found) == status


def test_payments_say_which_invoices_they_paid() -> None:
    """Other links, to credits, are no applications."""
    side = qbo(
        Payment=[
            {
                "Id": "1", "TotalAmt": 30, "UnappliedAmt": 5, "PaymentRefNum": "0077",
                "PaymentMethodRef": {"value": "2"}, "CustomerRef": {"value": "42"},
                "Line": [{"Amount": 25, "LinkedTxn": [{"TxnId": "10", "TxnType": "Invoice"}]},
                         {"Amount": 1, "LinkedTxn": [{"TxnId": "11", "TxnType": "CreditMemo"}]}],
            }
        ],
        PaymentMethod=[{"Id": "2", "Name": "Check"}],
    )  # fmt: skip
    row = only(side.payments)
    assert (row["method"], row["reference"], row["status"]) == ("Check", "0077", "open")
    assert only(side.payment_applications) == {
        "payment_ref": "qbo:payment:1", "invoice_ref": "qbo:invoice:10", "amount": Decimal(25),
    }  # fmt: skip


def test_settings_are_flattened() -> None:
    """The closing date is a date, switches are true or false, what is not set is not there."""
    side = qbo(
        Preferences=[
            {
                "AccountingInfoPrefs": {"BookCloseDate": "2025-12-31"},
                "SalesFormsPrefs": {"CustomTxnNumbers": True},
                "TaxPrefs": {"UsingSalesTax": True, "PartnerTaxEnabled": False},
                "CurrencyPrefs": {"HomeCurrency": {"value": "USD"}, "MultiCurrencyEnabled": False},
                "OtherPrefs": {
                    "NameValue": [{"Name": "WarnDuplicateCheckNumber", "Value": "true"}]
                },
            }
        ],
        CompanyInfo=[{"CompanyName": "Example", "Country": "US"}],
    )
    assert str(side.book_close_date) == "2025-12-31"
    for name, setting in {
        "CustomTxnNumbers": "true", "PartnerTaxEnabled": "false", "HomeCurrency": "USD",
        "WarnDuplicateCheckNumber": "true", "CompanyName": "Example", "Country": "US", "No": "",
    }.items():  # fmt: skip
        assert side.preference(name) == setting


@pytest.mark.parametrize(
    ("record", "why"),
    [
        ({"DisplayName": "x"}, "it has no Id"),
        ({"Id": "1", "Balance": "much"}, "Balance is not a number"),
        ({"Id": "1", "Balance": 1e30}, "Balance is not an amount that books hold"),
        ({"Id": "1", "Balance": float("nan")}, "Balance is not an amount that books hold"),
        ({"Id": "1", "DisplayName": ["x"]}, "DisplayName is not text"),
        ({"Id": "1", "Active": "perhaps"}, "Active is neither yes nor no"),
        ({"Id": "1", "MetaData": {"CreateTime": "then"}}, "MetaData.CreateTime is not a moment"),
        ("a string", "it has no Id"),
        (None, "it has no Id"),
    ],
)
def test_a_record_that_makes_no_sense_is_a_reject(record: Any, why: str) -> None:
    """The others of its kind are read; the reject says which one and why."""
    side, rejects = tidy_qbo(snapshot("qbo", {"Customer": [record, {"Id": "9"}]}))
    assert list(side.customers["ref"]) == ["qbo:customer:9"]
    assert [(r.source, r.line, r.why) for r in rejects] == [("test: Customer", 1, why)]


def test_an_invoice_with_one_senseless_line_is_rejected_whole() -> None:
    """Half an invoice would be a wrong one."""
    bad = {"Id": "1", "Line": [{"DetailType": "SalesItemLineDetail", "Amount": "x"}]}
    side, rejects = tidy_qbo(snapshot("qbo", {"Invoice": [bad, INVOICE]}))
    assert len(side.invoices) == len(rejects) == 1
    assert set(side.invoice_lines["ref"]) == {"qbo:invoice:10"}


def test_a_record_sent_twice_is_taken_in_its_newer_state() -> None:
    """Somebody worked while the pages were read; the reject says so."""
    twice = [
        {"Id": "1", "SyncToken": "10", "DisplayName": "new"},
        {"Id": "1", "SyncToken": "9", "DisplayName": "old"},
    ]
    side, rejects = tidy_qbo(snapshot("qbo", {"Customer": twice}))
    assert only(side.customers)["name"] == "new"
    assert "sent twice" in rejects[0].why


def test_moments_with_and_without_fractions_stand_in_one_column() -> None:
    """QuickBooks writes both."""
    times = ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.123-07:00", "2026-01-02T03:04:05"]
    rows = [{"Id": str(n), "MetaData": {"CreateTime": at}} for n, at in enumerate(times)]
    assert qbo(Customer=rows).customers["created_at"].notna().all()


CLIENTS = [
    {"number": "0001", "name": " Acme ", "given_name": "Ann", "email": "ann@example.com",
     "contact_phone": "1", "phone": "2", "balance": "-5.00", "row": 2},
    {"number": "0001", "name": " Acme ", "given_name": "Bob", "row": 3},
    {"number": "0002", "name": "Twin", "phone": "3", "row": 4},
    {"number": "0003", "name": "Twin", "row": 5},
    {"number": "0004", "given_name": "Cy", "family_name": "Dee", "row": 6},
    {"name": "No number", "row": 7},
    {"name": "No number", "row": 8},
    {"number": "0002", "name": "Not the twin", "row": 9},
]  # fmt: skip


def test_clients_are_known_by_number_and_rows_of_one_number_are_contacts() -> None:
    """Without a number the name stands behind a tilde; what comes again is numbered."""
    side = app(clients=CLIENTS)
    assert list(side.customers["ref"]) == [
        "app:customer:0001", "app:customer:0002", "app:customer:0003", "app:customer:0004",
        "app:customer:~No number", "app:customer:~No number#2", "app:customer:0002#2",
    ]  # fmt: skip
    acme = side.customers.iloc[0]
    assert (acme["name"], acme["email"], acme["phone"]) == (" Acme ", "ann@example.com", "1")
    assert side.customers.iloc[1]["phone"] == "3"
    assert pd.isna(side.customers.iloc[3]["name"])
    contacts = side.contacts[side.contacts["ref"] == "app:customer:0001"]
    assert list(contacts["given_name"]) == ["Ann", "Bob"]
    assert list(contacts["position"]) == [1, 2]
    assert list(contacts["is_primary"]) == [True, False]


def test_invoices_are_grouped_from_their_lines() -> None:
    """Rows of one number, client, date and total are one invoice; others of the number another."""
    head = {"number": "7", "customer_name": " Acme ", "date": "2026-11-21", "total": "30"}
    side = app(
        clients=CLIENTS,
        products=[{"product_key": "Mow", "price": "10"}],
        invoices=[
            {**head, "item_product": "Mow", "item_line_total": "10", "row": 2},
            {**head, "item_product": "mow", "item_line_total": "20", "status": "Paid", "row": 3},
            {**head, "total": "31", "item_product": "Mow", "row": 4},
            {"number": "8", "customer_name": "Nobody", "row": 5},
        ],
    )  # fmt: skip
    assert list(side.invoices["ref"]) == ["app:invoice:7", "app:invoice:7#2", "app:invoice:8"]
    assert list(side.invoice_lines["position"]) == [1, 2, 1]
    assert list(side.invoice_lines["item_ref"].fillna("")) == ["app:item:Mow", "", "app:item:Mow"]
    assert list(side.invoice_lines["row"]) == [2, 3, 4]


def test_invoices_find_their_client_by_number_then_by_the_one_of_that_name() -> None:
    """Two clients of a name are not told apart; a nameless one goes by its contact."""
    invoices = [
        {"number": "1", "customer_name": "Twin", "customer_number": "0003"},
        {"number": "2", "customer_name": "Twin"},
        {"number": "3", "customer_name": " Acme "},
        {"number": "4", "customer_name": "Acme"},
        {"number": "5", "customer_name": "Cy Dee"},
    ]
    side = app(clients=CLIENTS, invoices=invoices)
    assert list(side.invoices["customer_ref"].fillna("")) == [
        "app:customer:0003", "", "app:customer:0001", "", "app:customer:0004",
    ]  # fmt: skip
    assert side.invoices["customer_name"][1] == "Twin"


def test_a_repeated_row_without_lines_is_a_second_invoice() -> None:
    """A list without items has one row an invoice."""
    row = {"number": "1", "customer_name": "A", "total": "5"}
    assert list(app(invoices=[row, dict(row)]).invoices["ref"]) == [
        "app:invoice:1",
        "app:invoice:1#2",
    ]


def test_invoices_without_a_number_are_told_by_their_neighbours() -> None:
    """Drafts: rows next to each other are one invoice, a later one is another."""
    draft = {"customer_name": "A", "total": "5", "item_product": "Mow"}
    other = {"number": "1", "customer_name": "A", "item_product": "Mow"}
    side = app(invoices=[draft, dict(draft), other, dict(draft)])
    assert list(side.invoices["ref"]) == ["app:invoice:~A", "app:invoice:1", "app:invoice:~A#2"]
    assert list(side.invoice_lines["ref"]) == [
        "app:invoice:~A", "app:invoice:~A", "app:invoice:1", "app:invoice:~A#2",
    ]  # fmt: skip


def test_optional_columns_of_exports_are_read() -> None:
    """What kind of client and product, on which terms, in which class, and when it was edited."""
    side = app(
        clients=[{"number": "1", "name": "Finch", "classification": "Business", "terms": "30"},
                 {"number": "2", "name": "Ann", "classification": "Individual"},
                 {"number": "3", "name": "Bo", "classification": "Other"}],
        products=[{"product_key": "Pump", "type": "Inventory", "updated_at": "2026-05-01"}],
        invoices=[{"number": "9", "customer_name": "Finch", "class_name": "Lawn",
                   "item_product": "Pump", "item_tax_rate": "9.975", "item_tax_rate2": "5",
                   "synced_at": "2026-05-02"}],
    )  # fmt: skip
    assert side.customers["is_company"].astype(object).where(
        side.customers["is_company"].notna(), None
    ).to_list() == [True, False, None]
    assert side.customers["terms"][0] == "30"
    assert only(side.items)["type"] == "Inventory"
    assert only(side.invoices)["class_name"] == "Lawn"
    assert only(side.invoice_lines)["tax_parts"] == "5+9.975"
    assert only(side.sync_status)["at"] == pd.Timestamp("2026-05-02", tz="UTC")


def test_a_discount_in_percent_becomes_an_amount() -> None:
    """From the lines; without lines it is not known."""
    discount = {"discount": "10", "is_amount_discount": "No", "total": "180"}
    side = app(
        invoices=[
            {"number": "1", **discount, "item_line_total": "150"},
            {"number": "1", **discount, "item_line_total": "50"},
            {"number": "2", **discount},
            {"number": "3", "discount": "10", "is_amount_discount": "Yes"},
        ]
    )
    assert side.invoices["discount"].tolist()[0::2] == [Decimal(20), Decimal(10)]
    assert pd.isna(side.invoices["discount"][1])


def test_payments_know_what_is_unapplied_and_their_invoices_where_named() -> None:
    """An export without invoice numbers applies to none; a shared payment has no split."""
    side = app(
        invoices=[{"number": "1"}, {"number": "2, or so"}, {"number": "3"}],
        payments=[
            {"number": "1", "amount": "10", "applied": "8", "status": "Completed"},
            {"number": "2", "amount": "5", "invoice_number": "2, or so"},
            {"number": "3", "amount": "9", "invoice_number": "1, 3, 99"},
        ],
    )
    assert side.payments["unapplied"][0] == Decimal(2)
    assert side.payments["status"][0] == "completed"
    links = side.payment_applications
    assert list(links["invoice_ref"]) == ["app:invoice:2, or so", "app:invoice:1", "app:invoice:3"]
    assert links["amount"][0] == Decimal(5)
    assert links["amount"][1:].isna().all()


def test_a_link_that_the_app_states_is_kept() -> None:
    """Some exports have the QuickBooks id in a column."""
    assert (
        only(app(clients=[{"number": "1", "linked_id": "42"}]).links)["linked_ref"]
        == "qbo:customer:42"
    )


def test_a_senseless_row_of_the_app_is_a_reject_with_its_line() -> None:
    """The line is the file's own."""
    side, rejects = tidy_app(
        snapshot("app", {"clients": [{"name": "A", "balance": "x", "row": 17}, {"name": "A"}]})
    )
    assert list(side.customers["ref"]) == ["app:customer:~A"]
    assert [(r.line, r.why) for r in rejects] == [(17, "balance is not a number")]


def test_books_hold_both_sides_and_all_rejects() -> None:
    """Empty snapshots are empty books; swapped ones are refused."""
    empty = tidy(snapshot("app", {}), snapshot("qbo", {}))
    assert isinstance(empty, Books)
    assert (empty.app.counts(), empty.qbo.counts(), empty.rejects) == ({}, {}, ())
    with pytest.raises(InputError):
        tidy(snapshot("qbo", {}), snapshot("app", {}))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["value", "Line", "Amount", "DetailType", "Id", "Address", "LinkedTxn"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)
FIELDS = st.sampled_from(
    ["Id", "SyncToken", "DisplayName", "Name", "Balance", "TotalAmt", "TxnDate", "Line", "Active",
     "MetaData", "PrimaryEmailAddr", "TxnTaxDetail", "SalesTaxRateList", "OtherPrefs", "RateValue",
     "number", "name", "row", "total", "date", "item_product", "email"]
)  # fmt: skip
QUICK = (Phase.explicit, Phase.reuse, Phase.generate)  # to shrink takes minutes at 15 tables each
ENTITIES = ["Customer", "Item", "Invoice", "Payment", "TaxRate", "TaxCode", "Preferences", "Term"]


@settings(max_examples=15, deadline=None, phases=QUICK)
@given(
    st.dictionaries(
        st.sampled_from(ENTITIES),
        st.lists(st.dictionaries(FIELDS, JSON, max_size=5), max_size=3),
        max_size=4,
    )
)
def test_any_shape_of_answer_is_read_or_rejected(records: Records) -> None:
    """New fields, missing lists and numbers as text never stop the others."""
    side, rejects = tidy_qbo(snapshot("qbo", records))
    assert len(side.customers) + sum("Customer" in r.source for r in rejects) == len(
        records.get("Customer", [])
    )


@settings(max_examples=15, deadline=None, phases=QUICK)
@given(st.lists(st.dictionaries(FIELDS, JSON, max_size=5), max_size=4))
def test_any_record_of_an_app_is_read_or_rejected(raw: list[dict[str, Any]]) -> None:
    """Whatever a reader of some app hands over."""
    side, rejects = tidy_app(snapshot("app", {"invoices": raw, "products": raw}))
    assert len(side.items) + sum("products" in r.source for r in rejects) == len(raw)

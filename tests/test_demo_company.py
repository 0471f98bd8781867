"""The demo company: believable, exact to the cent, and every trouble in it labelled."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import subprocess
import sys
import urllib.parse
import urllib.request
from collections import Counter, defaultdict
from decimal import ROUND_HALF_UP, Decimal
from itertools import chain
from pathlib import Path

import pytest
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

from recon.sandbox.demo import Demo, demo_company, furnished
from recon.sandbox.demo.parties import spelling_key
from recon.sandbox.demo.spellings import SPELLINGS
from recon.sandbox.server import Sandbox

TROUBLES = """
    near_miss_client_name case_only_difference whitespace_noise name_order_swapped
    sanitiser_breaks_match client_dup_in_source many_to_one_link same_name_different_party
    name_taken_by_vendor_or_employee customer_inactive_in_qbo duplicate_in_qbo
    subcustomer_hierarchy_mismatch name_illegal_characters email_duplicated father_and_son
    client_missing_person_name blank_client_collapses name_too_long email_invalid
    near_miss_product_name item_name_held_by_category_or_group inactive_item
    item_leaf_name_ambiguous item_dup_name inventory_start_after_invoice blank_product_key
    docnumber_exists_in_qbo invoice_in_qbo_under_other_number docnumber_is_used_by_other_type
    docnumber_too_long docnumber_truncation_collision invoice_in_closed_period
    payment_in_closed_period tax_rate_missing_in_qbo payment_ref_too_long draft_would_be_pushed
    line_of_deleted_product
""".split()  # noqa: SIM905 - a list of 37 quoted words is harder to read
CENT = Decimal("0.01")


@pytest.fixture(scope="module")
def demo() -> Demo:
    """The default demo company."""
    return demo_company()


def money(value) -> Decimal:
    """A JSON number as an amount."""
    return Decimal(str(value))


def digest(demo: Demo) -> str:
    """One hash over everything the demo holds."""
    app = demo.app
    parts = [demo.company.info, demo.company.preferences, demo.company.records]
    parts += [app.clients, app.products, app.invoices, app.payments]
    parts += [repr(demo.truth)]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def planted(demo: Demo, trouble: str, note: str = "") -> list:
    """What was planted of one trouble, notes beginning so."""
    return [
        one for one in demo.truth.planted if one.trouble == trouble and one.note.startswith(note)
    ]


def keys(refs: str) -> list[str]:
    """The keys in the references of a planted trouble."""
    return [ref.split(":", 1)[1] for ref in refs.split(" | ")]


def test_same_seed_gives_the_same_bytes_under_any_hash_seed() -> None:
    """Nothing depends on the order of sets: a fresh interpreter writes the same company."""
    code = (
        "from test_demo_company import digest; from recon.sandbox.demo import demo_company;"
        "print(digest(demo_company(60, 3)))"
    )
    here = Path(__file__).parent
    fresh = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=here,
        env={**os.environ, "PYTHONHASHSEED": "1"},
    )
    assert fresh.stdout.strip() == digest(demo_company(60, 3))


def test_another_seed_gives_another_company() -> None:
    """Names, numbers and troubles change with the seed."""
    first, second = demo_company(60, 1), demo_company(60, 2)
    shared = {c["name"] for c in first.app.clients} & {c["name"] for c in second.app.clients}
    assert len(shared) < 5
    assert digest(first) != digest(second)


@pytest.mark.parametrize("seed", [7, 8])
def test_every_trouble_is_planted_at_least_twice(seed: int) -> None:
    """A default demo has all troubles, each near-miss kind too, and names none that is unknown."""
    demo = demo_company(seed=seed)
    counted = Counter(one.trouble for one in demo.truth.planted)
    assert set(counted) == set(TROUBLES)
    assert {trouble: n for trouble, n in counted.items() if n < 2} == {}
    for kind, (trouble, _) in SPELLINGS.items():
        assert len(planted(demo, trouble, f"{kind}: ")) >= 2, kind
    for note in ("same sale: ", "other sale: "):
        assert len(planted(demo, "docnumber_exists_in_qbo", note)) >= 2
    for entity in ("CreditMemo", "SalesReceipt"):
        assert len(planted(demo, "docnumber_is_used_by_other_type", entity)) >= 2


def test_troubles_grow_with_the_company(demo: Demo) -> None:
    """Five times the clients have about five times the troubles; the size asked for is met."""
    large = demo_company(1500)
    assert len(large.app.clients) == pytest.approx(1500, rel=0.02)
    assert len(large.app.products) > len(demo.app.products)
    for trouble in ("near_miss_client_name", "duplicate_in_qbo", "payment_ref_too_long"):
        assert len(planted(large, trouble)) > 3 * len(planted(demo, trouble))


def test_small_companies_can_be_made() -> None:
    """The smallest sizes work too."""
    for size in (1, 5, 20):
        demo = demo_company(size)
        assert demo.app.invoices
        assert len(demo.app.clients) < size + 25


def test_default_size_is_as_promised(demo: Demo) -> None:
    """About 300 clients, 80 products, 800 invoices; most paid; most clients plain."""
    assert len(demo.app.clients) == pytest.approx(300, abs=10)
    assert len(demo.app.products) == pytest.approx(80, abs=5)
    assert len(demo.app.invoices) == pytest.approx(800, abs=60)
    assert len(demo.app.payments) > 0.7 * len(demo.app.invoices)
    troubled = {ref for one in demo.truth.planted for ref in one.app.split(" | ")}
    named = {
        (customer["DisplayName"], demo.truth.party_of_customer[customer["Id"]])
        for customer in demo.company.records["Customer"]
    }
    plain = [
        client
        for client in demo.app.clients
        if f"client:{client['number']}" not in troubled
        and (client["name"], demo.truth.party_of_client[client["number"]]) in named
    ]
    assert 0.58 < len(plain) / len(demo.app.clients) < 0.67


def test_labels_name_records_that_exist(demo: Demo) -> None:
    """Every reference of every planted trouble leads to a record."""
    app = {
        "client": {c["number"] for c in demo.app.clients},
        "product": {p["product_key"] for p in demo.app.products},
        "invoice": {i["number"] for i in demo.app.invoices},
        "payment": {p["number"] for p in demo.app.payments},
    }
    qbo = {entity: {r["Id"] for r in rows} for entity, rows in demo.company.records.items()}
    for one in demo.truth.planted:
        assert one.app
        for refs, known in ((one.app, app), (one.qbo, qbo)):
            for ref in filter(None, refs.split(" | ")):
                kind, key = ref.split(":", 1)
                assert key in known[kind], one


def test_truth_covers_every_record(demo: Demo) -> None:
    """Every client, customer, product and sellable item has a party or a thing."""
    truth, records = demo.truth, demo.company.records
    assert set(truth.party_of_client) == {c["number"] for c in demo.app.clients}
    assert set(truth.party_of_customer) == {c["Id"] for c in records["Customer"]}
    assert set(truth.thing_of_product) == {p["product_key"] for p in demo.app.products}
    sellable = {i["Id"] for i in records["Item"] if i["Type"] not in ("Category", "Group")}
    assert set(truth.thing_of_item) == sellable


def test_names_and_numbers_are_unique_where_the_systems_demand_it(demo: Demo) -> None:
    """DisplayNames over three lists, item names per parent, numbers of clients and invoices."""
    for each in (demo, demo_company(1500, 11)):
        records = each.company.records
        names = [
            record["DisplayName"].strip().casefold()
            for entity in ("Customer", "Vendor", "Employee")
            for record in records[entity]
        ]
        items = [
            (item.get("ParentRef", {}).get("value"), item["Name"].casefold())
            for item in records["Item"]
        ]
        docs = [(e, r["DocNumber"]) for e in ("Invoice", "CreditMemo") for r in records[e]]
        numbers = [
            [record["number"] for record in rows]
            for rows in (each.app.clients, each.app.invoices, each.app.payments)
        ]
        ids = [
            record["id"]
            for rows in (each.app.clients, each.app.products, each.app.invoices, each.app.payments)
            for record in rows
        ]
        for values in (names, items, docs, *numbers, ids):
            assert [value for value, count in Counter(values).items() if count > 1] == []
        assert all(re.fullmatch(r"[A-Za-z0-9]{10}", record_id) for record_id in ids)
        for entity in records:
            assert len({record["Id"] for record in records[entity]}) == len(records[entity])


def test_different_parties_are_no_accidental_near_misses() -> None:
    """Two parties of nearly one spelling are a planted pair: namesakes, father and son, units."""
    demo = demo_company(1000, 5)
    names: dict[tuple[str, str], str] = {}
    for client in demo.app.clients:
        names[demo.truth.party_of_client[client["number"]], spelling_key(client["name"])] = ""
    for customer in demo.company.records["Customer"]:
        party = demo.truth.party_of_customer[customer["Id"]]
        names[party, spelling_key(customer["DisplayName"])] = ""
    listed = [(party, key) for party, key in names if key]
    meant = defaultdict(set)
    for one in demo.truth.planted:
        group = [demo.truth.party_of_client[k] for k in keys(one.app) if "client:" in one.app]
        if one.qbo.startswith("Customer:"):
            group += [demo.truth.party_of_customer[k] for k in keys(one.qbo)]
        for party in group:
            meant[party] |= set(group)
    distances = cdist(
        [key for _, key in listed],
        [key for _, key in listed],
        scorer=Levenshtein.distance,
        score_cutoff=2,
    )
    accidents = []
    for left, right in zip(*(distances <= 2).nonzero(), strict=True):
        one, other = listed[left], listed[right]
        if one[0] < other[0] and other[0] not in meant[one[0]] and "unit" not in one[1]:
            accidents.append((one[1], other[1]))
    assert accidents == []


def test_invoices_add_up(demo: Demo) -> None:
    """Quantity times price, plus tax, is the total; on both sides, exact to the cent."""
    for invoice in demo.app.invoices:
        lines = invoice["line_items"]
        for line in lines:
            exact = money(line["quantity"]) * money(line["cost"])
            assert money(line["line_total"]) == exact.quantize(CENT, ROUND_HALF_UP)
            whole = money(line["line_total"]) + money(line["tax_amount"])
            assert money(line["gross_line_total"]) == whole
        taxes = sum(money(line["tax_amount"]) for line in lines)
        assert taxes == money(invoice["total_taxes"])
        assert money(invoice["amount"]) == sum(money(x["line_total"]) for x in lines) + taxes
        assert money(invoice["amount"]) > 0
    records = demo.company.records
    for form in chain(records["Invoice"], records["CreditMemo"], records["SalesReceipt"]):
        lines = [x for x in form["Line"] if x["DetailType"] == "SalesItemLineDetail"]
        for line in lines:
            detail = line["SalesItemLineDetail"]
            exact = money(detail["Qty"]) * money(detail["UnitPrice"])
            assert money(line["Amount"]) == exact.quantize(CENT, ROUND_HALF_UP)
        subtotal = sum(money(line["Amount"]) for line in lines)
        assert money(form["TotalAmt"]) == subtotal + money(form["TxnTaxDetail"]["TotalTax"])


def test_payments_never_exceed_what_they_pay(demo: Demo) -> None:
    """What is paid and what is open make the amount; clients owe what their invoices say."""
    paid: dict[str, Decimal] = defaultdict(Decimal)
    for payment in demo.app.payments:
        assert money(payment["amount"]) == sum(money(p["amount"]) for p in payment["paymentables"])
        for part in payment["paymentables"]:
            paid[part["invoice_id"]] += money(part["amount"])
    owed: dict[str, Decimal] = defaultdict(Decimal)
    for invoice in demo.app.invoices:
        assert money(invoice["paid_to_date"]) == paid[invoice["id"]] <= money(invoice["amount"])
        open_ = money(invoice["amount"]) - paid[invoice["id"]]
        draft = invoice["status_id"] == "1"
        assert money(invoice["balance"]) == (0 if draft else open_)
        assert draft or invoice["status_id"] == (
            "4" if not open_ else "3" if paid[invoice["id"]] else "2"
        )
        owed[invoice["client_id"]] += money(invoice["balance"])
    for client in demo.app.clients:
        assert money(client["balance"]) == owed[client["id"]]


def test_twins_are_the_same_sale(demo: Demo) -> None:
    """A sale entered on both sides has one party, day and total; its payments likewise."""
    truth, records = demo.truth, demo.company.records
    invoices = {record["Id"]: record for record in records["Invoice"]}
    payments = {record["Id"]: record for record in records["Payment"]}
    by_id = {invoice["id"]: invoice["number"] for invoice in demo.app.invoices}
    clients = {client["id"]: client["number"] for client in demo.app.clients}
    renumbered = {
        key for one in planted(demo, "invoice_in_qbo_under_other_number") for key in keys(one.app)
    }
    assert len(truth.invoice_twins) > 0.5 * len(demo.app.invoices)
    for number, twin_id in truth.invoice_twins.items():
        ours, twin = demo.app.invoice(number), invoices[twin_id]
        assert (ours["date"], ours["amount"]) == (twin["TxnDate"], twin["TotalAmt"])
        assert (twin["DocNumber"] == number) is (number not in renumbered)
        party = truth.party_of_client[clients[ours["client_id"]]]
        assert party == truth.party_of_customer[twin["CustomerRef"]["value"]]
    for number, twin_id in truth.payment_twins.items():
        ours, twin = demo.app.payment(number), payments[twin_id]
        assert (ours["date"], ours["amount"]) == (twin["TxnDate"], twin["TotalAmt"])
        assert ours["transaction_reference"] == twin.get("PaymentRefNum", "")
        linked = {line["LinkedTxn"][0]["TxnId"] for line in twin["Line"]}
        there = {truth.invoice_twins[by_id[p["invoice_id"]]] for p in ours["paymentables"]}
        assert linked == there


def test_nothing_stands_in_the_way_but_what_was_planted(demo: Demo) -> None:
    """Every sale that QuickBooks would refuse for its day, number, tax or line is a planted one."""
    closed = demo.company.preferences["AccountingInfoPrefs"]["BookCloseDate"]
    rates = {rate["Name"] for rate in demo.company.records["TaxRate"]}
    label = {(one.trouble, key) for one in demo.truth.planted if one.app for key in keys(one.app)}
    for invoice in demo.app.invoices:
        number = invoice["number"]
        known = number in demo.truth.invoice_twins
        facts = {
            "invoice_in_closed_period": invoice["date"] <= closed and not known,
            "draft_would_be_pushed": invoice["status_id"] == "1",
            "tax_rate_missing_in_qbo": any(
                x["tax_name1"] and x["tax_name1"] not in rates for x in invoice["line_items"]
            ),
            "blank_product_key": any(not x["product_key"] for x in invoice["line_items"]),
        }
        for trouble, so in facts.items():
            assert so is ((trouble, number) in label), (trouble, number)
        long = {("docnumber_too_long", number), ("docnumber_truncation_collision", number)}
        assert (len(number) > 21) is bool(long & label)
    for payment in demo.app.payments:
        number = payment["number"]
        late = payment["date"] <= closed and number not in demo.truth.payment_twins
        assert late is (("payment_in_closed_period", number) in label)
        long_reference = len(payment["transaction_reference"]) > 21
        assert long_reference is (("payment_ref_too_long", number) in label)


def test_parties_that_only_look_alike_stay_apart(demo: Demo) -> None:
    """Namesakes, father and son and neighbouring units have parties of their own."""
    truth = demo.truth
    for one in planted(demo, "father_and_son"):
        first, second = keys(one.app)
        assert truth.party_of_client[first] != truth.party_of_client[second]
    for one in planted(demo, "client_dup_in_source"):
        first, second = keys(one.app)
        same = truth.party_of_client[first] == truth.party_of_client[second]
        assert same is one.note.startswith("near spelling")
    for one in planted(demo, "same_name_different_party"):
        client, customer = keys(one.app)[0], keys(one.qbo)[0]
        assert truth.party_of_client[client] != truth.party_of_customer[customer]
    units = [c for c in demo.company.records["Customer"] if c["Job"]]
    assert len({truth.party_of_customer[c["Id"]] for c in units}) == len(units) >= 6


def test_nobody_real_is_in_it(demo: Demo) -> None:
    """E-mails end in example domains and phones are the fictional 555-01xx, everywhere."""
    text = json.dumps([demo.company.records, demo.app.clients, demo.company.info])
    for domain in re.findall(r"@([\w.-]+)", text):
        assert re.search(r"(^|\.)example(\.(com|net|org))?$", domain), domain
    for phone in re.findall(r"\b\d{3}\W{1,2}\d{3}-\d{4}\b", text):
        assert re.search(r"555-01\d\d$", phone), phone
    assert not re.search(
        r"\b(foo|lorem|dummy|test (client|customer|product))\b", text, re.IGNORECASE
    )


def test_exports_have_the_documented_columns_and_all_rows(demo: Demo, tmp_path) -> None:
    """One row per client, product, payment and invoice line, under Invoice Ninja's own labels."""
    paths = demo.app.write_exports(tmp_path / "exports")
    rows = {}
    for name, path in paths.items():
        with path.open(encoding="utf-8", newline="") as file:
            rows[name] = list(csv.DictReader(file))
    columns = {name: list(table[0]) for name, table in rows.items()}
    widths = {name: len(labels) for name, labels in columns.items()}
    assert widths == {"clients": 43, "products": 19, "invoices": 40 + 22, "payments": 18}
    assert all(len(set(labels)) == len(labels) for labels in columns.values())
    assert columns["clients"][:2] == ["Name", "Number"]
    assert columns["products"][4] == "Product"
    assert columns["invoices"][2] == "Invoice Invoice Number"
    assert columns["invoices"][-1] == "Item Product cost"
    assert columns["payments"][5] == "Payment Transaction Reference"
    assert [row["Name"] for row in rows["clients"]] == [c["name"] for c in demo.app.clients]
    assert [row["Product"] for row in rows["products"]] == [
        p["product_key"] for p in demo.app.products
    ]
    assert len(rows["payments"]) == len(demo.app.payments)
    lines = [(i["number"], x["product_key"]) for i in demo.app.invoices for x in i["line_items"]]
    assert lines == [(r["Invoice Invoice Number"], r["Item Product"]) for r in rows["invoices"]]
    total = sum(Decimal(row["Item Gross Line Total"]) for row in rows["invoices"])
    assert total == sum(money(i["amount"]) for i in demo.app.invoices)


def test_merging_clients_moves_what_hung_on_the_dropped_one() -> None:
    """Invoices, payments, contacts and balances go to the kept client; the other is gone."""
    demo = demo_company(250)
    one = planted(demo, "client_dup_in_source", "near spelling")[0]
    keep, drop = (demo.app.client(number) for number in keys(one.app))
    drop["contacts"].append({**drop["contacts"][0], "email": "second@mail.example"})
    moved = [i["id"] for i in demo.app.invoices if i["client_id"] == drop["id"]]
    paid = [p["id"] for p in demo.app.payments if p["client_id"] == drop["id"]]
    balance = money(keep["balance"]) + money(drop["balance"])
    assert moved
    demo.app.merge_clients(keep["id"], drop["id"])
    assert money(keep["balance"]) == balance
    assert {c["email"] for c in keep["contacts"]} >= {"second@mail.example"}
    assert len(keep["contacts"]) == 2
    assert all(i["client_id"] == keep["id"] for i in demo.app.invoices if i["id"] in moved)
    assert all(p["client_id"] == keep["id"] for p in demo.app.payments if p["id"] in paid)
    with pytest.raises(LookupError):
        demo.app.client(drop["number"])
    with pytest.raises(ValueError, match="itself"):
        demo.app.merge_clients(keep["id"], keep["id"])


def test_a_deleted_record_is_in_no_export(tmp_path: Path) -> None:
    """It is still there in the app, which shows it to whoever asks for it."""
    app = demo_company(40).app
    gone = app.products[0]
    app.edit_product(gone["id"], is_deleted=True)
    held = app.write_exports(tmp_path)["products"].read_text(encoding="utf-8")
    assert app.product(gone["product_key"]) is gone
    assert gone["product_key"] not in {row.split(",")[0] for row in held.splitlines()}
    assert held.count("\n") == len(app.products)


def test_edits_by_hand_are_found_again_and_stay_within_the_apps_rules() -> None:
    """Renamed and renumbered records are looked up by their new keys; wrong edits are refused."""
    app = demo_company(40).app
    client, other = app.clients[0], app.clients[1]
    app.edit_client(client["id"], name="Juniper Falls Bistro")
    assert client["display_name"] == "Juniper Falls Bistro"
    invoice = app.invoices[0]
    old = invoice["number"]
    app.invoice(old)
    app.edit_invoice(invoice["id"], number="PH-90001")
    assert app.invoice("PH-90001") is invoice
    with pytest.raises(LookupError):
        app.invoice(old)
    lines = [dict(line) for line in invoice["line_items"]]
    key = lines[0]["product_key"]
    app.edit_product(app.product(key)["id"], product_key="Renamed Service")
    assert app.product("Renamed Service")["notes"]
    assert invoice["line_items"] == lines
    payment = app.payments[0]
    app.edit_payment(payment["id"], transaction_reference="1044")
    assert app.payment(payment["number"])["transaction_reference"] == "1044"
    with pytest.raises(ValueError, match="already been taken"):
        app.edit_client(client["id"], number=other["number"])
    with pytest.raises(ValueError, match="another client"):
        app.edit_invoice(invoice["id"], client_id="elsewhere")
    with pytest.raises(ValueError, match="no such field"):
        app.edit_client(client["id"], nickname="Falls")


def test_the_sandbox_takes_the_company_with_sane_balances(demo: Demo) -> None:
    """Served over HTTP, totals are what the demo says and no invoice is paid twice over."""
    with Sandbox(demo.company) as sandbox:

        def ask(statement: str) -> dict:
            query = urllib.parse.urlencode({"query": statement})
            request = urllib.request.Request(
                f"{sandbox.base_url}/v3/company/{sandbox.realm_id}/query?{query}",
                headers={
                    "Authorization": f"Bearer {sandbox.access_token}",
                    "Accept": "application/json",
                },
            )
            with urllib.request.urlopen(request) as answer:
                return json.load(answer)["QueryResponse"]

        invoices = ask("select * from Invoice maxresults 1000")["Invoice"]
        written = {record["Id"]: record for record in demo.company.records["Invoice"]}
        assert len(invoices) == len(written)
        for invoice in invoices:
            assert invoice["TotalAmt"] == written[invoice["Id"]]["TotalAmt"]
            assert 0 <= invoice["Balance"] <= invoice["TotalAmt"]
        assert any(invoice["Balance"] == 0 for invoice in invoices)
        payments = ask("select * from Payment maxresults 1000")["Payment"]
        assert {payment["UnappliedAmt"] for payment in payments} == {0}
        inactive = ask("select * from Customer where Active = false")["Customer"]
        assert {customer["Balance"] for customer in inactive} == {0}
        assert all(customer["DisplayName"].endswith(" (deleted)") for customer in inactive)


def test_the_office_has_something_of_everything() -> None:
    """`recon sandbox` serves purchases and offers too; accounts hold what people owe."""
    sales = demo_company(40).company
    company = furnished(sales)
    assert [len(company.records[kind]) for kind in ("Bill", "Estimate", "Purchase")] == [11, 12, 3]
    assert company.records["Invoice"] == furnished(sales).records["Invoice"]
    assert "TotalAmt" not in company.records["TimeActivity"][0]
    held = {each["AccountSubType"]: each["CurrentBalance"] for each in company.records["Account"]}
    for subtype, kind, sign in (("AccountsReceivable", "Customer", 1),
                                ("AccountsPayable", "Vendor", -1)):  # fmt: skip
        owed = sum(each["Balance"] for each in company.records[kind])
        assert held[subtype] == pytest.approx(sign * owed)

"""Records rebuilt from exports: the references of the forecast, and a person's hands."""

from __future__ import annotations

from typing import Any

import pytest
from app_talk import client, copy_of, exported, invoice, payment

from recon.apps.copy import NeutralCopy
from recon.apps.hand import Hands, rename_person
from recon.errors import InputError
from recon.stages.tidy.app import tidy_app

ODD = exported(
    clients=[
        {"name": "Fern Ltd", "number": "1", "email": "a@example.com"},
        {"name": "Fern Ltd", "number": "1", "email": "b@example.com"},
        {"number": "1", "email": "c@example.com"},
        {"name": "Other", "number": "1"},
        {"name": "Nobody's"},
        {"name": "Nobody's"},
        {"email": "only@example.com", "number": "5"},
    ],
    products=[{"product_key": "Mow"}, {"product_key": "Mow"}, {"product_key": "Rake"}],
    invoices=[
        {"number": "A1", "customer_name": "Fern Ltd", "total": "5", "item_product": "Mow"},
        {"number": "A1", "customer_name": "Fern Ltd", "total": "5", "item_product": "Rake"},
        {"customer_name": "Ghost", "item_product": "Mow"},
        {"customer_name": "Ghost", "item_product": "Rake"},
        {"number": "A4", "customer_name": "only@example.com", "total": "5"},
    ],
    payments=[
        {"number": "P1", "customer_name": "Ghost", "amount": "5", "invoice_number": "A1"},
        {"number": "P2", "customer_name": "Fern Ltd", "amount": "9", "invoice_number": "A1, A4"},
        {"amount": "9"},
    ],
)
for _sheet in ODD.records.values():
    for _number, _row in enumerate(_sheet, 2):
        _row["row"] = _number
ALL = Hands(
    "the app",
    merges=frozenset({"customer", "item"}),
    picks=frozenset({"customer"}),
    unlinks=frozenset({"customer"}),
)


def test_references_are_those_of_the_tables() -> None:
    """Numbers that come twice and records without one are known as tidy knows them."""
    copy, (side, rejects) = NeutralCopy.of(ODD), tidy_app(ODD)
    assert rejects == []
    hidden = {each["ref"] for each in copy.clients if not each.get("listed", True)}
    tables = (side.customers, side.items, side.invoices, side.payments)
    assert set(copy.by_ref) - hidden == {ref for table in tables for ref in table["ref"]}
    assert hidden == {"app:customer:~Ghost"}
    assert len(copy.clients[0]["contacts"]) == 2
    lines = side.invoice_lines.groupby("ref").size()
    assert {i["ref"]: len(i["lines"]) for i in copy.invoices if i["lines"]} == lines.to_dict()
    pays = side.payment_applications[["payment_ref", "invoice_ref"]].itertuples(index=False)
    assert [(p["ref"], i["invoice"]) for p in copy.payments for i in p["pays"]] == [
        *map(tuple, pays)
    ]
    assert copy.size == 5 + 3 + 3 + 3


def test_nothing_done_reads_as_before() -> None:
    """The tables of what would be exported now are those of what was read."""
    (before, _), (after, _) = tidy_app(ODD), tidy_app(NeutralCopy.of(ODD).snapshot(ODD))
    for table in ("customers", "contacts", "items", "invoices", "invoice_lines", "payments",
                  "payment_applications"):  # fmt: skip
        assert getattr(before, table).equals(getattr(after, table)), table


def test_hand_work_is_seen_by_the_next_reading() -> None:
    """A renumbered invoice, a renamed and a merged client, a product that is sold as another."""
    copy = NeutralCopy.of(ODD, ALL)
    for do in (
        {"step": "edit", "ref": "app:invoice:A1", "fields": {"number": "A1-b"}},
        {"step": "edit", "ref": "app:customer:1", "fields": {"name": "Fern", "email": ""}},
        {"step": "edit", "ref": "app:invoice:A1", "fields": {"memo": "by its old reference"}},
        {"step": "edit", "ref": "app:customer:~Nobody's#2", "fields": {"name": "Somebody's"}},
        {"step": "edit", "ref": "app:customer:5", "fields": {"number": "5-b"}},
        {"step": "merge", "ref": "app:customer:5", "into": "app:customer:1"},
        {"step": "merge", "ref": "app:item:Mow", "into": "app:item:Rake"},
        {"step": "edit", "ref": "app:item:Rake", "fields": {"name": "Raking"}},
    ):
        copy.by_hand(do)
    after = copy.snapshot(ODD)
    side, _ = tidy_app(after)  # known as the next reading knows them
    for table, records in (("customers", copy.clients), ("items", copy.products),
                           ("invoices", copy.invoices), ("payments", copy.payments)):  # fmt: skip
        # of keys that come twice the numbers behind them may differ
        here = sorted(each["ref"].partition("#")[0] for each in records if each.get("listed", True))
        assert sorted(ref.partition("#")[0] for ref in getattr(side, table)["ref"]) == here
    rows = after.records
    assert rows["clients"][0] == {"name": "Fern", "number": "1", "row": 2}
    assert "only@example.com" not in str(rows["clients"])
    assert [row.get("customer_name") for row in rows["invoices"]] == [
        "Fern", "Fern", "Ghost", "Ghost", "Fern",
    ]  # fmt: skip
    assert [row.get("item_product") for row in rows["invoices"]][:4] == ["Raking"] * 4
    assert [row.get("invoice_number") for row in rows["payments"]] == ["A1-b", "A1-b, A4", None]


def test_a_person_picks_links_and_leaves_out() -> None:
    """What was picked is the app's own; a link shows in the next reading."""
    copy = NeutralCopy.of(ODD, ALL)
    copy.by_hand({"step": "link", "ref": "app:customer:1", "target": "qbo:customer:42"})
    copy.by_hand({"step": "unsync", "ref": "app:customer:5"})
    copy.by_hand({"step": "create", "ref": "app:customer:~Nobody's"})
    copy.by_hand({"step": "resync", "ref": "app:customer:5"})
    side, _ = tidy_app(copy.snapshot(ODD))
    assert dict(zip(side.links["ref"], side.links["linked_ref"], strict=True)) == {
        "app:customer:1": "qbo:customer:42"
    }
    copy.by_hand({"step": "unlink", "ref": "app:customer:1", "target": "qbo:customer:42"})
    side, _ = tidy_app(copy.snapshot(ODD))
    assert side.links.empty
    assert [each.get("picked") for each in copy.clients] == [
        "",
        None,
        "create",
        None,
        "resync",
        None,
    ]


def test_a_name_is_typed_into_two_fields_where_an_app_has_two() -> None:
    """First word and the rest."""
    copy = copy_of(Hands("Workiz", rename=rename_person), clients=[client("1", "Ann Lee")])
    do = {"step": "edit", "ref": "app:customer:1", "fields": {"name": "Ann van der Lee"}}
    copy.by_hand(do)
    (row,) = copy.clients
    assert (row["given_name"], row["family_name"]) == ("Ann", "van der Lee")


@pytest.mark.parametrize(
    ("do", "says"),
    [
        ({"step": "edit", "ref": "app:customer:99", "fields": {}}, "is not in the app"),
        ({"step": "edit", "ref": "app:invoice:A2", "fields": {"number": "A1"}}, "is taken"),
        ({"step": "merge", "ref": "app:customer:1", "into": "app:customer:1"}, "into itself"),
        ({"step": "merge", "ref": "app:invoice:A1", "into": "app:invoice:A2"}, "Nobody can"),
        ({"step": "link", "ref": "app:invoice:A1", "target": "qbo:invoice:1"}, "Nobody can"),
        ({"step": "wish", "ref": "app:customer:1"}, "Nobody can"),
    ],
)
def test_what_nobody_could_do_is_refused(do: dict[str, Any], says: str) -> None:
    """The sentence says why."""
    copy = copy_of(ALL, clients=[client("1", "Ann Lee")],
                   invoices=[*invoice("A1", "1", "Mow"), *invoice("A2", "1", "Mow")],
                   payments=[payment("P1", "1", "5")])  # fmt: skip
    with pytest.raises(InputError, match=says):
        copy.by_hand(do)

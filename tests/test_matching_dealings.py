"""What both books say of two customers: equal invoices and payments, or none of many."""

from __future__ import annotations

import pandas as pd
import pytest
from small_books import side

from recon.books import Books
from recon.errors import TableError
from recon.matching import engine, match
from recon.stages.match import match as match_books

Document = tuple[str, str, str, str, float, str]


def documents(*rows: Document) -> pd.DataFrame:
    """Documents as `match` takes them."""
    columns = ["customer_id", "kind", "number", "date", "amount", "currency"]
    return pd.DataFrame(list(rows), columns=columns)


def named(**names: str) -> pd.DataFrame:
    """A list of customers by id."""
    return pd.DataFrame({"id": list(names), "display_name": list(names.values())})


def test_equal_invoices_find_who_has_married() -> None:
    """No contact and another family name: two invoices of one number, amount and week decide."""
    left, right = named(a="Ann Webb", b="Tom Stiller"), named(x="Ann Hulton", y="Tom Stiller")
    mine = documents(
        ("a", "invoice", "1001", "2026-01-05", 120.5, "USD"),
        ("a", "invoice", "1007", "2026-02-05", 88.2, ""),
    )
    theirs = documents(
        ("x", "invoice", "1001", "2026-01-05", 120.5, "USD"),
        ("x", "invoice", "#1007", "2026-02-07", 88.2, "USD"),
    )
    without = match(left, right).set_index(["left_id", "right_id"])
    pairs = match(left, right, dealings=(mine, theirs)).set_index(["left_id", "right_id"])
    assert ("a", "x") not in without.index or without.loc[("a", "x"), "match_probability"] < 0.5
    found = pairs.loc[("a", "x")]
    assert found["match_probability"] > 0.9
    assert found["cmp_dealings"] == 2
    assert "2 equal invoices (+16.0 bits)" in found["reasons"]


def test_another_currency_amount_or_month_is_no_equal_document() -> None:
    """A common number or a round amount alone proves nothing."""
    left, right = named(a="Ann Webb"), named(x="Tom Stiller")
    mine = documents(("a", "invoice", "1001", "2026-01-05", 100, "USD"))
    for other in (
        ("x", "invoice", "1001", "2026-01-05", 100, "CAD"),
        ("x", "invoice", "1001", "2026-01-05", 110, "USD"),
        ("x", "invoice", "1001", "2026-07-05", 100, "USD"),
        ("x", "payment", "1001", "2026-01-05", 100, "USD"),
        ("x", "invoice", "1001", "", 100, "USD"),
    ):
        assert match(left, right, dealings=(mine, documents(other))).empty


def test_numbers_still_tell_two_units_apart() -> None:
    """The manager's invoice stands under the wrong unit in one of the books: still two units."""
    left, right = named(a="Maple Court Unit 203"), named(x="Maple Court Unit 204")
    rows = [("invoice", f"10{n}", f"2026-0{n}-01", 100.0 + n, "") for n in range(1, 8)]
    pairs = match(
        left,
        right,
        dealings=(documents(*(("a", *r) for r in rows)), documents(*(("x", *r) for r in rows))),
    )
    assert pairs.empty


def test_namesakes_whose_invoices_never_agree_are_less_sure() -> None:
    """Where everybody's invoices stand in both books, a namesake with none in common is another."""
    people = [f"{given} {family}" for given in ("Ann", "Bo", "Cy") for family in ("Webb", "Lomax")]
    left = named(**{f"l{n}": name for n, name in enumerate(people)})
    right = named(**{f"r{n}": name for n, name in enumerate(people)})
    mine = [(n, k) for n in range(1, 6) for k in range(3)]
    mine_rows = [
        (f"l{n}", "invoice", f"{n}{k}", "2026-01-05", 50.0 + 7 * n + k, "") for n, k in mine
    ]
    theirs = [(f"r{n}", *row[1:]) for (n, _), row in zip(mine, mine_rows, strict=True)]
    stray = [("l0", "invoice", f"9{k}", "2026-01-05", 500.0 + k, "") for k in range(3)]
    other = [("r0", "invoice", f"7{k}", "2026-01-05", 900.0 + k, "") for k in range(3)]
    pairs = match(
        left, right, dealings=(documents(*mine_rows, *stray), documents(*theirs, *other))
    ).set_index(["left_id", "right_id"])
    assert (
        pairs.loc[("l1", "r1"), "match_weight"]
        > match(left, right).set_index(["left_id", "right_id"]).loc[("l1", "r1"), "match_weight"]
    )
    assert pairs.loc[("l0", "r0"), "cmp_dealings"] == -1
    assert "none of 3 invoices and payments is in both books" in pairs.loc[("l0", "r0"), "reasons"]


def test_odd_documents_are_no_evidence_and_a_missing_column_is_named() -> None:
    """Infinite, huge and written amounts, odd dates, unknown customers: no crash, no link."""
    left, right = named(a="Ann Webb"), named(x="Tom Stiller")
    odd = documents(
        ("a", "invoice", "1", "2026-01-05", float("inf"), ""),
        ("a", "invoice", "2", "2026-01-05", 1e300, ""),
        ("a", "invoice", "3", "never", 5.0, ""),
        ("nobody", "invoice", "4", "2026-01-05", 5.0, ""),
    )
    theirs = odd.assign(customer_id="x")
    assert match(left, right, dealings=(odd, theirs)).empty
    assert match(left, right, dealings=(odd.iloc[:0], theirs.iloc[:0])).empty
    written = odd.astype({"amount": "str"})
    assert match(left, right, dealings=(written, theirs)).empty
    with pytest.raises(TableError, match="no column date, currency"):
        match(left, right, dealings=(odd, theirs.drop(columns=["date", "currency"])))


def test_both_directions_and_any_chunks_say_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """A with B is B with A turned round, documents included."""
    left, right = named(a="Ann Webb", b="Ann Webb Jr"), named(x="Anne Webb", y="A. Webb")
    mine = documents(*(("a", "invoice", "", "2026-01-05", 75.0, "") for _ in range(2)))
    theirs = documents(*(("y", "payment", "", "2026-01-06", 75.0, "") for _ in range(3)), *(
        ("x", "invoice", "", f"2026-01-0{n}", 75.0, "") for n in (4, 5, 6)
    ))  # fmt: skip
    pairs = match(left, right, dealings=(mine, theirs), min_probability=0)
    turned = match(right, left, dealings=(theirs, mine), min_probability=0)
    monkeypatch.setattr(engine, "CHUNK", 1)
    again = match(left, right, dealings=(mine, theirs), min_probability=0)
    pd.testing.assert_frame_equal(pairs, again)
    columns = ["left_id", "right_id", "match_weight", "cmp_dealings"]
    there = {tuple(row) for row in pairs[columns].itertuples(index=False)}
    back = {(b, a, *rest) for a, b, *rest in turned[columns].itertuples(index=False)}
    assert there == back


def test_who_buys_the_same_at_the_same_price_is_surer_the_same() -> None:
    """What few buy counts, at an equal price; what everybody buys does not, nor another price."""
    everybody = [f"c{n}" for n in range(60)]
    left = named(a="Ann Webb", **dict.fromkeys(everybody, "Nobody"))
    right = named(x="Ann Webb", **dict.fromkeys(everybody, "Else"))

    def lines(who: str, *more: tuple[str, float]) -> pd.DataFrame:
        usual = [(c, "item", "Service Call", "", 89.0, "") for c in (*everybody, who)]
        return documents(*usual, *((who, "item", what, "", price, "") for what, price in more))

    def of(mine: pd.DataFrame, theirs: pd.DataFrame) -> pd.Series:
        pairs = match(left, right, dealings=(mine, theirs))
        return pairs.set_index(["left_id", "right_id"]).loc[("a", "x")]

    alike = of(lines("a", ("Heron Lens", 412.5)), lines("x", ("heron lens", 412.5)))
    other = of(lines("a", ("Heron Lens", 412.5)), lines("x", ("Heron Lens", 410.0)))
    assert alike["match_weight"] - other["match_weight"] == pytest.approx(3, abs=1)
    assert "1 item bought at one price (+3.0 bits)" in alike["reasons"]
    assert "documents +3.0" in alike["weighed"]
    assert "bought" not in other["reasons"]


@pytest.mark.parametrize("turned", [False, True])
def test_a_side_whose_sales_name_no_item_says_nothing_of_what_is_bought(turned: bool) -> None:
    """Descriptions only on one side, and nothing that has a price on the other."""
    books = [
        documents(("a", "item", "Mow", "", 0, "USD"), ("a", "invoice", "9", "2026-01-05", 45, "")),
        documents(("a", "invoice", "9", "2026-01-05", 45, "USD")),
    ]
    left, right = named(a="Ann Webb"), named(a="Ann Webb")
    one, other = books[::-1] if turned else books
    (pair,) = match(left, right, dealings=(one, other)).to_dict("records")
    assert pair["match_probability"] > 0.9


def test_the_books_of_both_sides_find_a_renamed_customer() -> None:
    """The stage hands invoices and payments to the matcher, a voided one excepted."""

    def books(status: str) -> Books:
        sold = {"number": "2207", "date": "2026-03-04", "total": "311.40", "currency": "USD"}
        paid = {"reference": "CHK-88121", "date": "2026-03-09", "amount": "311.40"}
        app = {
            "customers": [{"id": "1", "name": "Ann Webb"}],
            "invoices": [{"id": "5", "customer_ref": "app:customer:1", **sold}],
            "payments": [{"id": "6", "customer_ref": "app:customer:1", **paid}],
        }
        qbo = {
            "customers": [{"id": "9", "name": "Ann Hulton"}],
            "invoices": [{"id": "7", "customer_ref": "qbo:customer:9", "status": status, **sold}],
            "payments": [{"id": "8", "customer_ref": "qbo:customer:9", "status": status, **paid}],
        }
        return Books(app=side("app", app), qbo=side("qbo", qbo))

    pairs = match_books(books("open"))
    found = pairs[pairs["kind"] == "customer"].iloc[0]
    assert (found["left_ref"], found["right_ref"]) == ("app:customer:1", "qbo:customer:9")
    assert found["match_probability"] > 0.9
    assert "1 equal invoice and 1 equal payment" in found["reasons"]
    voided = match_books(books("voided"))
    assert (voided.loc[voided["kind"] == "customer", "match_probability"] < 0.5).all()

"""Customers of photographers, agencies and home services: what is behind, beside and in a name."""

from __future__ import annotations

import time
from string import ascii_uppercase

import pandas as pd
import pytest
from one_customer import customer_names

from recon.matching import dedupe, match, match_name
from recon.matching.addresses import whole_address
from recon.matching.contacts import email_as_name, name_in_email
from recon.matching.difference import Difference
from recon.matching.nameless import nameless_pairs
from recon.matching.names import Kind, parse_name
from recon.matching.occasions import occasion


def one_pair(left: dict[str, str], right: dict[str, str]) -> pd.Series:
    """The pair of two lists of one customer each, whatever its probability."""
    frames = [pd.DataFrame([{"id": "1", **row}]) for row in (left, right)]
    return match(*frames, min_probability=0).iloc[0]


def named(left: str, right: str) -> pd.Series:
    """The pair of two customers of whom the names alone are known."""
    return one_pair({"display_name": left}, {"display_name": right})


def frame(names: list[str], **columns: list[str]) -> pd.DataFrame:
    """A list of customers of those names."""
    return pd.DataFrame(
        {"id": [str(k) for k in range(len(names))], "display_name": names, **columns}
    )


@pytest.mark.parametrize(
    ("text", "rest", "said", "years"),
    [
        ("ann lee wedding 6/13/26", "ann lee", ("wedding",), ("2026", "20260613")),
        ("ann lee - 13 jun 26", "ann lee", (), ("2026", "20260613")),
        ("ann lee - june 13, 2026", "ann lee", (), ("2026", "20260613")),
        ("ann lee 2026-06-13", "ann lee", (), ("2026", "20260613")),
        ("ann lee - sep 2026", "ann lee", (), ("2026",)),
        ("wedding: ann & max lee", "ann & max lee", ("wedding",), ()),
        ("lee, ann - class of 2024", "lee, ann", ("class",), ("2024",)),
        ("ann lee - holiday minis 2023", "ann lee", ("holiday", "minis"), ("2023",)),
        ("mary lee - ann senior", "mary lee - ann", ("senior",), ()),
    ],
)
def test_what_for_and_when_is_no_part_of_a_name(
    text: str, rest: str, said: tuple[str, ...], years: tuple[str, ...]
) -> None:
    """Dates in every spelling, and words such as "wedding" behind a name, are set aside."""
    assert occasion(text) == (rest, said, years)


@pytest.mark.parametrize(
    "text",
    ["william webb senior", "cedar wedding planning", "the portrait session", "2024 walnut st",
     "class act catering", "wedding", "2024 harbor marathon", "weddings by ann"],
)  # fmt: skip
def test_names_that_only_look_like_an_occasion_are_left_alone(text: str) -> None:
    """A father, a planner, a house number and a name of nothing else keep all their words."""
    assert occasion(text) == (text, (), ())


@pytest.mark.parametrize(
    "text", ["13/45/99", "6/13/", "wedding " * 400, "1-1-1-1-1-1 " * 300, "(" * 900]
)
def test_hostile_dates_are_read_in_time(text: str) -> None:
    """No name, however odd, is lost or takes long."""
    started = time.process_time()
    assert parse_name(text).tokens
    assert time.process_time() - started < 1


def test_years_tell_apart_and_days_join() -> None:
    """Two years are two customers; the occasion alone on one side hardly counts."""
    assert (
        named("Ann Lee Senior 2024", "Ann Lee Senior 2025")["cmp_difference"] == Difference.NUMBERS
    )
    one = named("Ann Quillow wedding 6/13/26", "Quillow, Ann")
    assert one["cmp_difference"] == Difference.SMALL
    assert one["cmp_mark"] == -3
    assert one["match_probability"] > 0.9
    assert named("Quillow/Park 6/13/26", "Ann Quillow - 13 June 2026")["cmp_mark"] == 2


@pytest.mark.parametrize(
    "mark", [" (do not use)", " DO NOT USE", " - OLD", "-1", " (2)", " DUPLICATE", " - copy", "*"]
)
def test_marks_of_copies_are_set_aside(mark: str) -> None:
    """What people put behind a record that nobody is to use is no part of its name."""
    assert match_name(f"Harbor Lane Cooling{mark}") == match_name("Harbor Lane Cooling")
    assert parse_name(f"Harbor Lane Cooling{mark}").mark


@pytest.mark.parametrize("text", ["Unit-1", "Harbor Lane Phase-1", "Kwik Copy", "Store-1"])
def test_numbers_of_units_are_no_marks(text: str) -> None:
    """Unit 1 and a firm called Copy keep their last word."""
    assert not parse_name(text).mark


def test_a_lot_is_a_lot_however_short() -> None:
    """Behind a place "L6" is Lot 6, and an owners' association is one in every spelling."""
    assert dict(zip(*parse_name("Mill Creek L6")[:2], strict=True))["6"] == Kind.NUMBER
    assert named("Tolver - Mill Creek L6", "Tolver - Mill Creek Lot 7")["cmp_difference"] == -12
    for end in ("Homeowner's Assoc Inc", "Homeowners' Association", "COA", "Condo Assn"):
        assert set(parse_name(f"Mill Creek {end}").tokens) == {"mill", "creek", "hoa"}


def test_who_pays_is_no_other_name() -> None:
    """What a bride's mother is called beside her name is set aside."""
    assert parse_name("Pamela Quillow (bride's mother)").tokens == ("pamela", "quillow")


@pytest.mark.parametrize("behind", ["", " Wedding", " Senior 2024"])
def test_of_one_family_the_first_name_says_who(behind: str) -> None:
    """Whatever stands behind it: a mother's address is no reason to take two children for one."""
    assert named(f"Zorin Webb{behind}", "Mary Webb")["cmp_conflict"] == -2


def test_a_household_is_one_of_its_own() -> None:
    """The Webb Residence may be Mary Webb; first names of two may be one with her family name."""
    assert named("Quillow Residence", "Mary Quillow")["cmp_couple"] == 3
    assert named("Quillow Family", "Quillow Roofing")["cmp_couple"] == 0
    assert named("Mary & John", "Mary Quillow")["cmp_couple"] == 4


def test_an_email_address_is_no_name() -> None:
    """A record under its e-mail address is found by it, and by the name that it spells."""
    pair = one_pair(
        {"display_name": "mary.quillow82@me.com (2)"},
        {"display_name": "Mary Quillow", "email": "Mary.Quillow82@me.com"},
    )
    assert pair["cmp_email"] == 5
    assert pair["match_probability"] > 0.99
    assert email_as_name("Mary Quillow, mary@me.com") == ""
    assert email_as_name("x@") == email_as_name("") == ""
    assert name_in_email("info@quillow-roofing.com") == "quillow roofing"
    assert name_in_email("82@me.com") == "82"


def test_where_somebody_lives_is_no_other_unit() -> None:
    """The other record's own address written into a name does not tell the two apart."""
    there = {"address_line1": "552 Orchard Lane"}
    pair = one_pair(
        {"display_name": "Hannah Quillow (552 Orchard)"},
        {"display_name": "Quillow, Hannah", **there},
    )
    assert pair["cmp_difference"] == Difference.NONE
    assert pair["cmp_address"] >= 3
    other = one_pair(
        {"display_name": "Hannah Quillow (554 Orchard)"},
        {"display_name": "Quillow, Hannah", **there},
    )
    assert other["cmp_difference"] == Difference.NUMBER
    turned = one_pair(
        {"display_name": "Quillow, Hannah", **there},
        {"display_name": "Hannah Quillow (552 Orchard)"},
    )
    assert turned["match_weight"] == pair["match_weight"]


def test_a_department_is_not_the_whole() -> None:
    """An equal company does not hide what the names shown leave over."""
    company = {"company_name": "Ashton Water Board"}
    pair = one_pair(
        {"display_name": "Ashten Water Billing", **company},
        {"display_name": "Ashton Water Board", **company},
    )
    assert pair["cmp_via"] == -4
    assert "the names shown differ" in pair["reasons"]
    assert customer_names("AWB Billing", "Ashton Water Board", "", "", "")[0] == (
        "Ashton Water Board:Billing"
    )
    same = named("Ashton Water Board - Press", "Press Office, Ashton Water Board")
    assert same["cmp_difference"] >= Difference.SMALL


def test_two_people_of_one_firm_are_two() -> None:
    """However equal the company and its address are; the firm itself and its person may be one."""
    firm = {"company_name": "Ashton Water Board", "address_line1": "12 Quay Street",
            "email": "office@ashtonwater.org"}  # fmt: skip
    ann = {"display_name": "Ann Tolliver", "given_name": "Ann", "family_name": "Tolliver", **firm}
    pair = one_pair(ann, {"display_name": "Max Okafor", **firm})
    assert pair["cmp_via"] == -6
    assert pair["match_probability"] <= 0.5
    assert "the names shown are others" in pair["reasons"]
    assert one_pair(ann, {"display_name": "Ashton Water Board", **firm})["cmp_via"] == -1
    both = one_pair(ann, {"display_name": "Ashton Water Board - Ann Tolliver", **firm})
    assert both["match_probability"] > 0.9


@pytest.mark.parametrize(
    ("unit", "apart"), [("#C", True), ("Unit C", True), ("Unit A", False), ("apt # a", False)]
)
def test_a_lettered_unit_is_a_unit(unit: str, apart: bool) -> None:
    """A letter behind "#" says which flat is meant, as "Unit A" does."""
    pair = named("Tolliver - 41 Indian Trail #A", f"Tolliver - 41 Indian Trail {unit}")
    assert pair["cmp_difference"] == (Difference.NUMBERS if apart else 0)
    assert parse_name("C# Consulting").kinds[0] == Kind.INITIAL


def test_a_whole_address_on_the_street_line_is_taken_apart() -> None:
    """As many people type it: the town and the postal code behind the street."""
    one = {"display_name": "Ann Tolliver", "address_line1": "12 Quay St, Ste 4, Ashton, OR 97453"}
    other = {"display_name": "Ann Tolliver", "address_line1": "12 Quay Street Suite 4",
             "city": "Ashton", "region": "OR", "postal_code": "97453"}  # fmt: skip
    pair = one_pair(one, other)
    assert (pair["cmp_address"], pair["cmp_place"]) == (4, 3)
    assert one_pair(one, {**other, "city": "", "region": "", "postal_code": ""})["cmp_address"] == 4
    assert one_pair(one, {**other, "address_line1": "12 Quay St, Ste 5"})["cmp_address"] == -2


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("12 Oak St, Ashton, OR 97453", ("12 Oak St", "Ashton", "OR", "97453")),
        ("12 Oak St, Apt 4, Ashton, OR, 97453", ("12 Oak St, Apt 4", "Ashton", "OR", "97453")),
        ("12 Oak, Toronto, ON M5V 2T6", ("12 Oak", "Toronto", "ON", "M5V 2T6")),
        ("12 Main St, Suite 400", None),
        ("Lot 5, Phase 2", None),
        ("Hauptstr. 5, 10115 Berlin", None),
        (", , OR 97453", None),
        ("a, " * 80, None),
    ],
)
def test_what_is_a_whole_address(text: str, parts: tuple[str, ...] | None) -> None:
    """Street, town, region and postal code, with commas between; nothing less."""
    assert whole_address(text) == parts


def test_initials_in_brackets_explain_nothing_more() -> None:
    """The Ashton Water Board (AWB) is not its shop, though AWB stands for its first words."""
    pair = named("Ashton Water Board (AWB)", "Ashton Water Board:Shop")
    assert pair["cmp_difference"] == Difference.CHILD


def test_namesakes_of_two_firms_are_told() -> None:
    """Ann Quillow of one firm and Ann Quillow of another have other names that share nothing."""
    pair = one_pair(
        {"display_name": "Ann Quillow", "company_name": "Webb Dental"},
        {"display_name": "Ann Quillow", "company_name": "Park Roofing"},
    )
    assert pair["cmp_via"] == -5
    assert "the other names differ" in pair["reasons"]


def test_a_contact_behind_the_name_is_the_firm() -> None:
    """With the company Webb Dental, "Webb Dental - Ann Lee" is Webb Dental, by its contact."""
    firm = "Webb Dental"
    assert customer_names(f"{firm} - Ann Lee", firm, "Ann", "Lee", "") == (firm, "", "Ann Lee")
    assert customer_names(f"{firm} (Lydia)", firm, "", "", "") == (firm, "", "Lydia")
    assert "kitchen" in customer_names(f"{firm} - Kitchen", firm, "", "", "")[0].lower()
    assert customer_names(f"Ann @ {firm}", f"{firm}, LLC", "Ann", "Lee", "")[2] == "Ann Lee"
    assert customer_names(f"{firm} Inc - Ann Lee", firm, "Ann", "Lee", "")[2] == "Ann Lee"
    assert customer_names(f"Ann Lee - {firm}", "", "Ann", "Lee", "") == (firm, "", "Ann Lee")
    assert customer_names("Ann Lee - Kitchen", "", "Ann", "Lee", "")[2] == ""


@pytest.mark.parametrize(
    "shown", ["Webb Dental - {}", "{} - Webb Dental", "{} @ Webb Dental", "Webb Dental ({})"]
)
@pytest.mark.parametrize("company", ["Webb Dental LLC", ""])
def test_people_shown_beside_their_firm_are_two(shown: str, company: str) -> None:
    """However the firm is shown beside them, and whatever else of it they share."""
    firm = {"phone": "312 555 0142", "address_line1": "12 Mill Lane", "company_name": "Webb Dental"}
    ann = {"given_name": "Ann", "family_name": "Lee"}
    one = firm | ann | {"display_name": shown.format("Ann Lee"), "company_name": company}
    max_ = firm | {"display_name": "Max Orr", "given_name": "Max", "family_name": "Orr"}
    for other in (max_, max_ | {"display_name": "Webb Dental - Max Orr"}):
        for pair in (one_pair(one, other), one_pair(other, one)):
            assert pair["cmp_via"] == -6
            assert pair["match_probability"] <= 0.5
    same = one_pair(one, firm | ann | {"display_name": "Ann Lee"})
    assert same["match_probability"] > 0.9
    assert same["cmp_via"] != -6


def test_two_associations_of_one_manager_are_two() -> None:
    """They share what they are, an HOA, and who pays for both."""
    manager = {"company_name": "Webb Management", "email": "office@webbmanagement.com"}
    pair = one_pair(
        manager | {"display_name": "Quillow Preserve HOA"},
        manager | {"display_name": "Ashton Station Homeowners Association"},
    )
    assert pair["cmp_via"] == -6


def test_branches_in_two_towns_are_two() -> None:
    """However equal all else of the firm is; a town on one side only is none."""
    firm = {"email": "office@webbdental.com", "phone": "312 555 0142"}
    salem = firm | {"display_name": "Webb Dental - Salem", "city": "Salem"}
    dover = firm | {"display_name": "Webb Dental of Dover", "city": "Dover"}
    pair = one_pair(salem, dover)
    assert pair["cmp_conflict"] == -3
    assert pair["match_probability"] <= 0.5
    assert "another town" in pair["reasons"]
    assert one_pair(salem, firm | {"display_name": "Webb Dental"})["cmp_conflict"] == 0


def test_the_lists_say_which_words_tell_customers_apart() -> None:
    """A "Bureau" beside many names that stand there without it too is another customer."""
    wholes = [f"{letter}lm Mill Water Board" for letter in "ABCDEFG"]
    parts = [f"{whole} Bureau" for whole in wholes]
    left = frame([*wholes, *parts[:6]])
    pairs = match(left, frame(parts), min_probability=0)
    last = pairs[(pairs["left_id"] == "6") & (pairs["right_id"] == "6")].iloc[0]
    assert last["cmp_usage"] <= -2
    assert "tell such names apart" in last["reasons"]


@pytest.mark.parametrize(("behind", "known"), [(" Unit 5", 26), (": Roof", 26), (" Unit 5", 0)])
def test_a_part_is_not_the_whole_where_the_lists_have_both(behind: str, known: int) -> None:
    """However alike the two are reached; where nobody else is called so, it may be one."""
    wholes = [f"{letter}lm Mill Water" for letter in ascii_uppercase[:known]]
    both = [*wholes, *(f"{whole}{behind}" for whole in wholes)]
    reached = {
        "email": [""] * len(both) + ["zorin@webb.org"],
        "phone": [""] * len(both) + ["5550199"],
    }
    left, right = (
        frame([*both, name], **reached) for name in ("Zorin Webb", f"Zorin Webb{behind}")
    )
    pair = (
        match(left, right, min_probability=0).query(f"left_id == right_id == '{len(both)}'").iloc[0]
    )
    assert (pair["cmp_usage"] == -3, pair["match_weight"] <= -2) == (known > 0, known > 0)


def test_short_forms_stay_short_forms_beside_each_other() -> None:
    """That a list has a Dick and a Richard of one name does not make Dick another name."""
    both = frame([f"{g} {f} Jr" for f in ("Gray", "Webb", "Stone") for g in ("Dick", "Richard")])
    pairs = match(both, both, min_probability=0)
    pair = pairs[(pairs["left_id"] == "0") & (pairs["right_id"] == "1")].iloc[0]
    assert pair["cmp_name"] == 3


def test_a_contact_that_only_two_hold_says_more() -> None:
    """Nobody else, a few, many: three levels of an equal e-mail."""
    names = ["Quillow", "Ashton Mill", "Briar Lake", "Canyon Oak", "Dover Inn"]
    levels = []
    for many in (1, 2, 5):
        mails = ["office@mill.com"] * many + [""] * (5 - many)
        pairs = match(frame(names, email=mails), frame(["Quillow"], email=["office@mill.com"]))
        levels.append(int(pairs.set_index("left_id").loc["0", "cmp_email"]))
    assert levels == [5, 4, 3]
    twins = dedupe(frame(["Quillow Mill", "Quilow Mill"], email=["a@mill.com"] * 2))
    assert int(twins["cmp_email"].iloc[0]) == 5


def test_such_lists_turned_round_and_mixed_say_the_same() -> None:
    """Dates, marks, addresses, departments and households: no order of rows or lists matters."""
    names = [
        "Quillow Residence", "Ann Quillow wedding 6/13/26", "Ann & Max", "ann.quillow@me.com",
        "Ann Quillow (552 Orchard)", "Ashton Water Board - Press Office", "AWB Press",
        "Ashton Water Board (AWB)", "Tolver - Mill Creek L6", "Mill Creek Lot 6", "Ann Quillow-1",
    ]  # fmt: skip
    company = ["", "", "", "", "", *["Ashton Water Board"] * 3, *["Tolver Homes"] * 2, ""]
    left = frame(names, company_name=company, address_line1=["552 Orchard Ln"] * len(names))
    right = left.iloc[::-1].assign(id=[f"q{k}" for k in range(len(names))])
    there = match(left, right, min_probability=0)
    back = match(right.sample(frac=1, random_state=3), left, min_probability=0)
    key = ["left_id", "right_id"]
    back = back.rename(columns={"left_id": "right_id", "right_id": "left_id"})
    columns = [*key, "match_weight", *(c for c in there if c.startswith("cmp_"))]
    pd.testing.assert_frame_equal(
        there[columns].sort_values(key, ignore_index=True),
        back[columns].sort_values(key, ignore_index=True),
    )


def test_customers_without_a_name_are_paired_by_how_they_are_reached() -> None:
    """Two ways are surer than one, a different one counts against, what many share names nobody."""
    app = pd.DataFrame(
        [
            {"id": "a1", "display_name": "", "email": "ann@webb.com", "phone": "720 555 0143"},
            {"id": "a2", "display_name": "nan", "email": "office@lee.com", "phone": "720 555 0199"},
            {"id": "a3", "display_name": None, "email": "all@firm.com", "phone": ""},
            {"id": "a4", "display_name": "Bob Hale", "email": "all@firm.com", "phone": ""},
            {"id": "a5", "display_name": "Ida Marsh", "email": "all@firm.com", "phone": ""},
        ]
    )
    qbo = pd.DataFrame(
        [
            {
                "id": "q1",
                "display_name": "Ann Webb",
                "email": "Ann@Webb.com",
                "phone": "17205550143",
            },
            {
                "id": "q2",
                "display_name": "Lee Tile",
                "email": "office@lee.com",
                "phone": "3035550111",
            },
            {"id": "q3", "display_name": "Some Firm", "email": "all@firm.com", "phone": ""},
        ]
    )
    pairs = nameless_pairs(app, qbo).set_index(["left_id", "right_id"])
    assert pairs["match_probability"].to_dict() == {("a1", "q1"): 0.92, ("a2", "q2"): 0.35}
    assert pairs.loc[("a1", "q1"), "reasons"] == "same e-mail; same phone; one of them has no name"
    assert nameless_pairs(app[3:], qbo).empty

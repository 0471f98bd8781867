"""Names, items and contacts as keys: what is the same and what is not."""

from __future__ import annotations

import pytest
from one_customer import customer_names

from recon.matching import match_name
from recon.matching.addresses import address_key
from recon.matching.contacts import email_key, phone_key, postal_key, region_key
from recon.matching.items import code_key, parse_item
from recon.matching.names import Kind, parse_name, share_nickname
from recon.matching.sounds import sound
from recon.matching.text import present


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("ACME, Ltd.", "Acme Limited"),
        ("Café Zürich GmbH", "cafe zurich"),
        ("B & Co", "b and co."),
        ("Smith, John", "John  SMITH"),
        ("Rose Garden L.L.C.", "The Rose Garden Limited Liability Company"),
        ("Miller Bros", "Miller Brothers"),
        ("Ann Lee (deleted)", "ANN LEE"),
        ("Harbor Cafe - 2", "Harbor Cafe"),
        ("Copper Court #103", "Copper Court Unit 103"),
    ],
)
def test_spellings_of_one_name_share_a_match_name(left: str, right: str) -> None:
    """Case, accents, punctuation, '&', legal forms, order and sync marks make no difference."""
    assert match_name(left) == match_name(right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Copper Court Unit 103", "Copper Court Unit 104"),
        ("John Smith", "John Smith Jr"),
        ("Blue Sky Pools", "Blue Sky Roofing"),
        ("Harbor Building A", "Harbor Building B"),
        ("🎉", "💡"),
        ("Юлия", "Юрий"),
    ],
)
def test_names_of_two_parties_keep_two_match_names(left: str, right: str) -> None:
    """Numbers, Jr, words and letters of buildings stay."""
    assert match_name(left) != match_name(right)


@pytest.mark.parametrize(
    "cell", [None, float("nan"), "", "  ", "nan", "NaN", "None", "\0", "NaN\0"]
)
def test_every_way_of_writing_nothing_is_missing(cell: object) -> None:
    """A missing cell that was written out as text stays missing."""
    assert present(cell) == ""
    assert match_name(present(cell)) == ""


def test_a_name_of_a_million_characters_is_cut() -> None:
    """Nobody waits for a cell that holds a file."""
    assert len(match_name("x" * 1_000_000)) < 1_000


@pytest.mark.parametrize(
    ("text", "token", "kind"),
    [
        ("Ann Lee Senior", "sr", Kind.GENERATION),
        ("Ann Lee 2nd", "ii", Kind.GENERATION),
        ("Ann Lee Jr - Kitchen", "jr", Kind.GENERATION),
        ("Lee Senior, Ann", "sr", Kind.GENERATION),
        ("Ann Lee Junior & Bob Lee", "jr", Kind.GENERATION),
        ("Sumac Cove Senior Living", "senior", Kind.WORD),
        ("Coffee on 2nd Street", "2nd", Kind.NUMBER),
    ],
)
def test_senior_is_a_generation_of_persons_only(text: str, token: str, kind: Kind) -> None:
    """Father and son stay two however they are written; a home for seniors is nobody's father."""
    name = parse_name(text)
    assert dict(zip(name.tokens, name.kinds, strict=True))[token] == kind


def test_the_job_behind_a_colon_is_told_from_its_parent() -> None:
    """Words of a job are CHILD, its number is a NUMBER, however it is attached."""
    for text in (
        "Rita Tire LLC:Bath, Project 101",
        "The Rita Tire (Bath, Job 101)",
        "Rita Tire, LLC Bath Job 101",
        "Bath Job #101 - Rita Tire",
    ):
        name = parse_name(text)
        assert dict(zip(name.tokens, name.kinds, strict=True)) == {
            "rita": Kind.WORD,
            "tire": Kind.TRADE,
            "bath": Kind.CHILD,
            "job": Kind.COUNTER,
            "101": Kind.NUMBER,
        }


def test_what_stands_beside_a_name_is_told_apart() -> None:
    """A town in brackets, a 2 behind a name that was taken, a counter, an initial."""
    kinds = {
        "Osteria (Clay Falls)": ("falls", Kind.ASIDE),
        "A-1 Rentals": ("a1", Kind.WORD),
        "Osteria (Main Office)": ("office", Kind.CHILD),
        "Randi Hewitt 2": ("2", Kind.SUFFIX),
        "Fitzone 2": ("2", Kind.NUMBER),
        "Harbor Lane Store 2": ("2", Kind.NUMBER),
        "Copper Court Apt B": ("b", Kind.NUMBER),
        "Copper Court Lot #12": ("job", Kind.COUNTER),
        "A. P. Hewitt": ("a", Kind.INITIAL),
        "Bride: Ann Hewitt": ("hewitt", Kind.WORD),
        "Ann Hewitt (Mom's House)": ("moms", Kind.CHILD),
        "Ann Hewitt - Beach Condo": ("beach", Kind.CHILD),
        "Ann Hewitt Lake": ("lake", Kind.CHILD),
        "Salt Falls Lake": ("lake", Kind.WORD),
        "Blue Bike Shop": ("shop", Kind.WEAK),
    }
    for text, (token, kind) in kinds.items():
        name = parse_name(text)
        assert dict(zip(name.tokens, name.kinds, strict=True))[token] == kind, text
    assert parse_name("Rita Tire LLC Bath").legal == "llc"


def test_short_forms_and_sounds_are_known() -> None:
    """Bill is William; Fridlie sounds like Fridley; Anna and Otto are nobody's short form."""
    assert share_nickname("bill", "william")
    assert share_nickname("chick", "charles")  # the library's
    assert share_nickname("bri", "brian")  # ours
    assert not share_nickname("anna", "otto")
    assert sound("fridley") == sound("fridlie")


def test_which_name_says_who_it_is() -> None:
    """A job is its company and itself; a person of a firm is also known by the firm."""
    assert customer_names("Roof Repair", "Gill Flooring", "Jo", "Park", "")[0] == (
        "Gill Flooring:Roof Repair"
    )
    assert customer_names("Mark Unger", "Windwood", "Mark", "Unger", "")[:2] == (
        "Mark Unger",
        "Windwood",
    )
    assert customer_names("Kitchen", "", "", "", "Gill Flooring")[0] == "Gill Flooring:Kitchen"
    for text in ("Gill Flooring Bath Remodel", "Bath Remodel - Gill Flooring"):
        assert customer_names(text, "Gill Flooring", "", "", "")[0] == "Gill Flooring:Bath Remodel"
    assert customer_names("Gill Park Flooring", "", "Gill", "Park", "")[0] == "Gill Park Flooring"
    assert customer_names("Gill Park-Webb", "", "Gill", "Park", "")[0] == "Gill Park-Webb"
    assert customer_names("Brettski Labs", "Vonley LLC", "", "", "")[1] == "Vonley LLC"
    assert customer_names("Esther Clay dba Clay Tile", "", "", "", "")[:2] == (
        "esther clay",
        "clay tile",
    )


def test_a_second_name_without_a_first_is_one_name() -> None:
    """A phrase that says nothing in front of "dba" leaves one name behind it."""
    for both in ("Webb Tile (formerly Clay Tile)", "Webb Tile fka Clay Tile"):
        assert customer_names(both, "", "", "", "")[:2] == ("webb tile", "clay tile")
        assert customer_names("Clay Tile", both, "", "", "")[:2] == ("Clay Tile", "webb tile")
    assert customer_names("(mother of the bride) dba Clay Tile", "", "", "", "")[1] == ""


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ('1-1/2" PVC Reducer', "PVC Reducer 1-1/2 in"),
        ("Filters:Air Filter 16 x 20 x 1", "Air Filter 16x20x1"),
        ('Air Filter 16"x20"x1"', "Air Filter 16x20x1"),
        ("Boots XXL", "Boots 2XL"),
        ("Shelf 40 Gal, installed", "Shelf 40 gallons"),
        ("KX-TG6313S Phone", "KXTG6313S phone"),
    ],
)
def test_sizes_and_units_of_items_are_evened_out(left: str, right: str) -> None:
    """One product written two ways has the same tokens."""
    assert set(parse_item(left).tokens) == set(parse_item(right).tokens)


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("103 First Avenue", ("103", "1st ave", "")),
        ("103 1st ave. between 6th and 7th sts.", ("103", "1st ave", "")),
        ("103 2nd Ave", ("103", "2nd ave", "")),
        ("5th Ave 12", ("12", "5th ave", "")),
        ("Highway 12", ("", "hwy 12", "")),
        ("500 Route 9 # 4", ("500", "rte 9", "4")),
        ("Oak Street 12", ("12", "oak st", "")),
        ("At Mill 3 near Oak", ("3", "at mill", "")),
    ],
)
def test_a_street_may_be_called_by_a_number(line: str, key: tuple[str, str, str]) -> None:
    """Fifth Avenue is not Sixth Avenue, and what is near it is no part of its name."""
    assert address_key(line) == key


def test_contacts_become_keys() -> None:
    """Phones, e-mails, addresses and postal codes lose what only the spelling adds."""
    assert phone_key("+33 6 98 33 98 35") == phone_key("06 98 33 98 35") == "698339835"
    assert phone_key("+1 (653) 398-3503 x12") == phone_key("653.398.3503") == "533983503"
    assert phone_key("0000000000") == phone_key("12345") == ""
    assert email_key(" Jo.Lee+qbo@Example.COM; x@y.org") == "jo.lee@example.com"
    assert email_key("not an address") == ""
    assert address_key("75 Willow Boulevard # 135") == address_key("75 WILLOW BLVD. Unit 135")
    assert postal_key("82616-8715") == "82616"
    spelt = ("Oregon", "OR", "N.Y.", "New York", "Co. Dublin", "County Cork", "Washington State")
    assert [*map(region_key, spelt)] == ["or", "or", "ny", "ny", "dublin", "cork", "wa"]
    assert code_key("abc-0012 (1)") == code_key("ABC0012")


def test_a_dash_behind_an_address_parts_its_unit() -> None:
    """Of "Norris - 4714 Mill Creek Street - 6" the 6 is no mark of a sync, and C no initial."""
    for text, unit in (
        ("Norris - 4714 Mill Creek Street - 6", "6"),
        ("Norris - 660 Harbor Dr - C", "c"),
        ("618 Winding Brook - 5 - Ann Norris", "5"),
        ("5861 Gaston - 8 (Norris Realty, LLC)", "8"),
    ):
        name = parse_name(text)
        assert dict(zip(name.tokens, name.kinds, strict=True))[unit] == Kind.NUMBER
        assert name.mark == ""
    assert parse_name("12 Oaks Farm - 2").mark == "- 2"

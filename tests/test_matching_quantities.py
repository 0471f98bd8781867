"""Quantities in item names: one value in every spelling, two values never one."""

from __future__ import annotations

import pytest

from recon.matching.items import parse_item


@pytest.mark.parametrize(
    "spellings",
    [
        '1/2" x 10 ft|0.5 in x 10\'|.5" x 10 feet|12.7mm x 10ft',
        '3-1/2 in|3 1/2"|3.5 inch|88.9 mm',
        '5/16-18 x 3/8" bolt|5/16-18x3/8 bolt|5/16"-18 UNC - bolt - x 3/8"',
        "M6-1.0 x 40mm|M6x1 - x40",
        '14"x20"x4"|14x20x4|14 x 20 x 4 in',
        "5x4-8|5 x 4 x 8'",
        "14/2 MC cable 250 ft|14-2 MC cable 250'",
        "55/7.5 mfd 370 volt|55+7.5 uF 370V",
        "1/4 HP|.25 hp|0.25hp",
        "3500K|3.5K|3500 K",
        "half acre|1/2 acre|.5 ac|0.50 acres",
        "10,001-15,000 sq ft|10-15k sqft|up to 15,000 square feet",
        "4br/3ba|4 bed 3 bath|4 bedroom / 3 bath|4bd 3ba",
        "crew of 5|5 man crew|5-person crew|5 men",
        "10T|10 ton|10-ton|10 Tn",
        "every 2 weeks|bi-weekly|EOW|every other week|26x/yr",
        "quarterly|every 3 months|4x/yr|4x per year|qtrly",
        "semi-annual|every 6 months|twice a year|2x/yr",
        "bi-monthly|every 2 months|6x/yr",
        "twice a month|semi-monthly|2x/mo",
        "per seat / month|/seat/mo|user monthly",
        "36 months|3 years|3-yr",
        "Level 2|Tier 2|lvl 2",
        "over 50 pages|50+ pp",
        "rates '26|2026 rates|FY26 rate",
        "12 fl oz|12-oz.|12 ounces",
        "Women's S|Ladies - Sm|ladies small",
        "California King|Cal King",
        "25#|25 lb|25 pounds",
        "(8 pack)|pack of 8|8/pk|8 pcs",
        '#8 - 1 lb x 3-7/16"|No. 8 x 3 7/16 in - 1 pound',
        "2-024 ring|-024 ring|#024 ring",
        "W-2 form|W2 form",
        "BX-79 belt|BX79 belt",
        "Deluxe wash - old|Deluxe wash copy|Deluxe wash NEW|Deluxe wash (2)|Deluxe wash-1",
    ],
)
def test_one_quantity_in_every_spelling(spellings: str) -> None:
    """Fractions, decimals and millimetres, terms, counts and packs become the same tokens."""
    seen = {tuple(sorted(parse_item(text).tokens)) for text in spellings.split("|")}
    assert len(seen) == 1, seen


@pytest.mark.parametrize(
    "texts",
    [
        "every 2 weeks|every 2 months|twice a week|twice a month",
        '1/2"|1-1/2"|12 in|1/2 ft|2-1/2"',
        "1/2-13|1-1/2 in 13",
        "5,000 sq ft|50,000 sq ft|5,000 ft",
        "over 50 pages|50 pages",
        "M6-1.0|M6-1.25|M8-1.0",
        "16x20x1|16x25x1|20x16x1",
        "2 bed 3 bath|3 bed 2 bath",
    ],
)
def test_other_quantities_stay_others(texts: str) -> None:
    """What differs in value or in what is counted keeps tokens of its own."""
    given = texts.split("|")
    assert len({tuple(sorted(parse_item(text).tokens)) for text in given}) == len(given)


@pytest.mark.parametrize(
    "text",
    ["1/0 in", "9" * 200 + " mm", "1/2/3 in", "x x x 3", '"', "-/-in", "0/64 in", "1/64 1/64"],
)
def test_hostile_quantities_are_read(text: str) -> None:
    """Nothing that looks like a number stops the reading."""
    assert len(parse_item(text).tokens) <= 10

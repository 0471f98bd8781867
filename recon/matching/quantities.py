"""Quantities in the names of items, each in one spelling: lengths, areas, counts, terms, packs.

A value is a number and what it counts, run together: "1/2in", "0.25acre", "3bed", "10pk". 12.7 mm,
.5" and 1/2 inch are one value; "every other week" and "26x/yr" are one term. Everything here works
on folded text (see `text.fold`).
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache, lru_cache

from recon.matching.vocabulary import replacements

UNITS = (
    "in", "ft", "gal", "lb", "oz", "hr", "pk", "pc", "mm", "cm", "m", "km", "kg", "g", "mg", "ml",
    "l", "v", "w", "a", "uf", "kw", "hp", "btu", "ton", "gb", "tb", "mb", "dz", "ea", "psi", "gpm",
    "pole", "acre", "sqft", "bed", "bath", "crew", "seat", "txn", "employee", "page", "yr", "month",
    "day", "min", "level", "merv", "visit",
)  # fmt: skip
"""What is counted, one word for each."""

_NUMBER = r"\d+(?:-\d+/\d+|/\d+|\.\d+)?|\.\d+"
_DIGIT = re.compile(r"\d")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_WORDED = {
    "half an": "1/2", "half a": "1/2", "half": "1/2", "quarter": "1/4", "one": "1", "two": "2",
    "three": "3", "four": "4", "five": "5", "six": "6", "eight": "8", "ten": "10", "twelve": "12",
}  # fmt: skip
_EVERY = re.compile(
    r"\b(?:once\s+)?(?:every|each)\s+(?:(other)|(\d+)(?:nd|rd|th)?|(two|three|four|six))?\s*"
    r"(day|week|month|quarter|year)s?\b"
)
_TIMES_A = re.compile(
    r"\b(once|twice|\d+\s*x|\d+\s*times|x\s*\d+)\s*(?:/|per|an?|each)\s*(week|wk|month|mo|year|yr|annum)\b"
)
_ONCE = re.compile(r"(?<![\w./])1\s?x(?![\w])(?!\s*[\d./])")
_PER = re.compile(
    r"(?:/\s*|\b(?:per|a|an)\s+)(hour|hr|day|week|wk|month|mo|quarter|qtr|year|yr|annum)\b\.?"
)
_TERM = re.compile(r"1\s?x|day|week|wk|mo|quarter|qtr|ye?a?r|annum|hour|hr")
_PER_TERM = {
    "hour": "hr", "hr": "hr", "day": "daily", "week": "weekly", "wk": "weekly", "month": "monthly",
    "mo": "monthly", "quarter": "quarterly", "qtr": "quarterly", "year": "annual", "yr": "annual",
    "annum": "annual",
}  # fmt: skip
_YEARLY = {1: "annual", 2: "semiannual", 4: "quarterly", 6: "bimonthly", 12: "monthly",
           24: "semimonthly", 26: "biweekly", 52: "weekly"}  # fmt: skip
_MONTHLY = {1: "monthly", 2: "bimonthly", 3: "quarterly", 6: "semiannual", 12: "annual"}
_WEEKLY = {1: "weekly", 2: "biweekly"}
_RANGE = re.compile(
    r"(?<![\w./-])(\d+)\s*k?(?:-|\s+to\s+)(\d+)\s*(k?)\s*"
    r"(sqft|employee|txn|page|seat|bed|acre|hr|lb|ton|person)\b"
)
_UP_TO = re.compile(r"(?:\b(?:up to|to|under|below|max|maximum)|<=?)\s*(?=\d)")
_OVER = re.compile(r"(?:\b(?:over|above|more than)|>=?)\s*(\d+)")
_OPEN_END = re.compile(rf"(\d+)\+\s*({'|'.join(UNITS)})(?![^\W_])")
_KILO = re.compile(r"(?<![\w.])(\d{1,3}(?:\.\d+)?)\s?k\b")
_KELVIN = re.compile(r"(?<![\w.])(\d{4})\s?k\b")
_CREW = re.compile(
    r"\b(\d+)[\s-]*(?:man|men|persons?|people|techs?|technicians?|workers?)(?:[\s-]+(?:crew|team))?\b"
    r"|\b(?:crew|team)\s+of\s+(\d+)\b|\b(\d+)[\s-]*(?:crew|team)\b"
)
_MERV = re.compile(r"\bmerv\s*(\d{1,2})\b")
_RANKED = re.compile(r"\b(?:level|lvl|tier|grade|phase|stage|step)\s*#?\s*(\d)(?![\w.])")
_THREAD = re.compile(
    r"(?<![\w/.-])(?:#|no\.?\s*)?(\d{1,2}(?:/\d{1,2})?)\s*(?:\"|in\b)?-(\d{2})(?=[\s,x)]|$)"
    r"(?:\s*un[cf]\b)?"
)
_METRIC = re.compile(r"\bm(\d{1,2}(?:\.\d)?)\s*[x-]\s*(\d(?:\.\d+)?)(?=[\s,x)-]|$)")
_LENGTH = re.compile(r"(?<![\w./-])x\s?(\d{1,3}(?:\.\d+)?)(?![\w./-]|\s*(?:in|ft|mm|cm)\b)")
_GAUGE = re.compile(r"(?<=\d)\s?(?:ga|gauge|awg)\b|\bno\.?\s*(?=\d)")
_INCH = re.compile(r"(\d)\s*(?:\"|'')")
_FOOT = re.compile(r"(\d)\s*'(?!\w)")
_DOT = re.compile(r"(?<=\d)(\s*(?:inch|inches|sq|in|ft|lb|oz|gal|hr|pk|yr|mo|min))\.(?=\s|$|[,)x])")
_SIDE = r"(\d{1,4}(?:\.\d+)?)\s*(?:in)?"
_SHEET = re.compile(
    rf"(?<![\w./-]){_SIDE}\s*[x\u00d7*]\s*{_SIDE}(?:\s*[x\u00d7*]\s*{_SIDE})?(?![\w./-]|\s*(?:ft|mm|cm|m)\b)"
)
_BOARD = re.compile(
    r"\b(\d{1,2})\s?x\s?(\d{1,2})"
    r"(?:-(\d{1,2})(?:\s*ft\b)?(?![\w/.-])|\s*x?\s*(\d{1,2})\s*ft\b)"
)
"""A board is two sides in inches and a length in feet, "2x4-8", "2 x 4 x 8 ft"."""

_DASH_NUMBER = re.compile(r"(?<![\w.-])2-(\d{3})(?![\w.-])")
"""O-rings are called by their number in the standard AS568, with or without its "2" in front."""

_MIXED = re.compile(r"(?<![\d./-])(\d+)[\s-]+(\d{1,2}/\d{1,2})(?![\d/])")
_BARE = re.compile(
    r"(?<![\w./-])((?:\d+-)?\d{1,2}/(?:2|4|8|16|32|64))"
    rf"(?![\w./-]|\s*(?:{'|'.join(UNITS)})\b)"
)
_SLASHED = re.compile(r"(?<![\w./-])(\d+)[/+](\d+(?:\.\d+)?)(?![\d/-])")
_VALUE = re.compile(rf"(?<![\w./-])({_NUMBER})[\s-]*({'|'.join(UNITS)})(?![^\W_])")
_BETWEEN = re.compile(r"(?<![^\W\d])x(?=\d)|(?<=\d)x(?=\d)|(?<=\s)[x/](?=[\s\d])")
_JOIN = "\u00d7"  # between the sides of a sheet until all other "x" are gone
_MILLIMETRES, _NEAR = Fraction(254, 10), Fraction(6, 100)
_MOST_DIGITS = 9


def even_quantities(text: str) -> str:
    """The folded text with every quantity in one spelling.

    Each pattern is tried only where a sign that it needs is there: all of them took ten times as
    long as the few that fit.
    """
    if not _DIGIT.search(text) and not _worded().search(text):
        return _terms(text)
    if "," in text:
        text = _THOUSANDS.sub("", text)
    if "k" in text:
        text = _KELVIN.sub(r"\1", text)
    if "." in text:
        text = _DOT.sub(r"\1", text)
    text, threaded, metric = _threads(text)
    if "'" in text or '"' in text:
        text = _FOOT.sub(r"\1 ft ", _INCH.sub(r"\1 in ", text))
    text = _counts(_terms(text))
    if "/" in text:
        text = _MIXED.sub(r"\1-\2", text)
    if threaded:
        text = _LENGTH.sub(r" \1mm " if metric else r" \1in ", text)
    text = _sheets(text)
    if "/" in text or "+" in text:
        text = _BARE.sub(r"\1in", _SLASHED.sub(_two, text))
    return _VALUE.sub(lambda m: f"{_value(m.group(1), m.group(2), metric)} ", text)


def _threads(text: str) -> tuple[str, bool, bool]:
    """(the text with threads in one spelling, whether it has any, whether metric ones)."""
    if "m" in text and _METRIC.search(text):
        return _METRIC.sub(_pitch, text), True, True
    if "-" in text and _THREAD.search(text):
        return _THREAD.sub(r" \1-\2 ", text), True, False
    return text, False, False


def _sheets(text: str) -> str:
    """The sides of sheets and boards run together, and what stands between other numbers gone."""
    if "2-" in text:
        text = _DASH_NUMBER.sub(r" \1 ", text)
    if "x" in text:
        text = _BOARD.sub(_sides, text)
    if "x" in text or "*" in text or _JOIN in text:
        text = _SHEET.sub(_sides, text)
    if "ga" in text or "awg" in text or "no" in text:
        text = _GAUGE.sub("", text)
    if "x" in text or "/" in text:
        text = _BETWEEN.sub(" ", text)
    return text.replace(_JOIN, "x")


def _counts(text: str) -> str:
    """Counted things: "crew of 5", "4br/3ba", "5,001-10,000 sq ft", "over 50 pages", "Level 2"."""
    units = replacements("item_units")
    text = _unit_words().sub(
        lambda m: f"{_number(m.group(1))} {units.get(m.group(2), m.group(2))} ", text
    )
    text = _CREW.sub(lambda m: f" {m.group(1) or m.group(2) or m.group(3)}crew ", text)
    if "merv" in text:
        text = _MERV.sub(r"\1merv", text)
    text = _RANKED.sub(lambda m: f" {m.group(1)}level ", text)
    if "-" in text or "to" in text:
        text = _RANGE.sub(lambda m: f" {_thousands(m.group(2), m.group(3))}{m.group(4)} ", text)
    if "k" in text:
        text = _KILO.sub(lambda m: _thousands(m.group(1), "k"), text)
    text = _OVER.sub(lambda m: f"{m.group(1)}+", _UP_TO.sub(" ", text))
    return _OPEN_END.sub(r" \1plus\2 ", text) if "+" in text else text


def _sides(found: re.Match[str]) -> str:
    """The sides of a sheet or board run together."""
    return f" {_JOIN.join(filter(None, found.groups()))} "


def _pitch(found: re.Match[str]) -> str:
    """A metric thread: "M6x1.0" is "M6-1"."""
    pitch = found.group(2)
    pitch = pitch.rstrip("0").rstrip(".") if "." in pitch else pitch
    return f" m{found.group(1)}-{pitch} "


def _two(found: re.Match[str]) -> str:
    """Two numbers in one spelling, "14/2" and "35+5" with a dash; a fraction stays."""
    one, other = found.groups()
    fraction = "." not in other and int(one[:6]) < int(other[:6])
    return found.group() if fraction else f"{one}-{other}"


def _number(text: str) -> str:
    return _WORDED.get(text.rstrip("+"), text)


@cache
def _worded() -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(_WORDED) + r")\b")


@cache
def _unit_words() -> re.Pattern[str]:
    """A number and a word for a unit, whatever stands between them."""
    number = "|".join(sorted(_WORDED, key=len, reverse=True))
    longest = sorted({*replacements("item_units"), *UNITS}, key=len, reverse=True)
    return re.compile(
        rf"(?<![^\W\d_])((?:\b(?:{number})|\d)\+?)[\s-]*"
        rf"({'|'.join(map(re.escape, longest))})(?![^\W_])"
    )


def _terms(text: str) -> str:
    """How often, as one word: "every 2 weeks" and "26x/yr" are "biweekly"."""
    if not _TERM.search(text):  # once, a week, per hour: what all that is told with
        return text
    text = _ONCE.sub(" onetime ", _TIMES_A.sub(_times, _EVERY.sub(_every, text)))
    return _PER.sub(lambda m: f" {_PER_TERM[m.group(1)]} ", text)


def _every(found: re.Match[str]) -> str:
    other, digits, worded, unit = found.groups()
    if other is None and digits is None and worded is None and found.group().startswith("each"):
        return found.group()
    count = 2 if other else int(digits[:4]) if digits else int(_WORDED[worded]) if worded else 1
    if unit == "year":
        unit, count = "month", 12 * count
    elif unit == "quarter":
        unit, count = "month", 3 * count
    known = {"week": _WEEKLY, "month": _MONTHLY, "day": {1: "daily"}}[unit].get(count)
    return f" {known or f'every{count}{unit}'} "


def _times(found: re.Match[str]) -> str:
    often, unit = found.groups()
    digits = re.sub(r"\D", "", often)
    count = int(digits[:4]) if digits else 1 if often == "once" else 2
    if unit in ("year", "yr", "annum"):
        return f" {_YEARLY.get(count, f'{count}annual')} "
    if unit in ("month", "mo"):
        return f" {_YEARLY.get(count * 12, f'{count}monthly')} "
    return f" {_YEARLY.get(count * 52, f'{count}weekly')} "


def _thousands(number: str, kilo: str) -> str:
    """The number in ones: 10 and "k" are 10000."""
    value = Fraction(number) * (1000 if kilo else 1)
    return str(value.numerator) if value.denominator == 1 else number


@lru_cache(maxsize=10_000)
def _value(number: str, unit: str, metric: bool) -> str:
    """A number and its unit in one spelling; inches as fractions, all else as decimals."""
    if len(number) > _MOST_DIGITS or "/0" in number:
        return f"{number}{unit}"
    whole, _, part = number.rpartition("-")
    value = Fraction(part) + (int(whole) if whole else 0)
    if unit == "cm":
        value, unit = value * 10, "mm"
    if unit == "month" and value % 12 == 0 and value:
        value, unit = value / 12, "yr"
    if unit == "mm" and not metric and value % 5:
        sixteenths = round(value / _MILLIMETRES * 16)
        if sixteenths and abs(_MILLIMETRES * sixteenths / 16 - value) < _NEAR:
            value, unit = Fraction(sixteenths, 16), "in"
    return f"{_written(value, unit)}{unit}"


def _written(value: Fraction, unit: str) -> str:
    if value.denominator == 1:
        return str(value.numerator)
    if unit == "in" and value.denominator in (2, 4, 8, 16, 32, 64):
        whole, rest = divmod(value, 1)
        return f"{whole}-{rest}" if whole else str(rest)
    return f"{float(value):.4f}".rstrip("0").rstrip(".")

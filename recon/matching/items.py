"""Item names: products and services to typed tokens; sizes, units and codes made comparable."""

from __future__ import annotations

import re
from functools import lru_cache

from recon.matching.names import MOST_TOKENS, Kind, Name
from recon.matching.quantities import even_quantities
from recon.matching.text import fold
from recon.matching.vocabulary import item_classes, item_tails, replacements, words

_MARKS = re.compile(
    r"\s*(?:\((?:deleted|inactive|copy|duplicate|dup|old|[1-9]|[cve])\)|(?<=\s)(?:deleted|copy|new)"
    r"|\s-\s+old|(?<=[a-z)])-[1-9]|[*.,-])\s*$"
)
_MARK_ENDS = (")", "*", ".", ",", "-", "deleted", "copy", "new", "old", *"123456789")
_MODEL = re.compile(  # "KX-TG6313" is "KXTG6313", "W-2" is "W2"
    r"\b([a-z]{1,4})-(?=[a-z]*\d)([a-z0-9]{2,})|\b([a-z])-(\d)\b"
)
_WORD = re.compile(r"(?<![^\W_])((?:\d[\d./-]*)?)([^\W\d_]+)(?![^\W_])")  # "in", "25pcs", no "A2SS"
_PIECE = re.compile(r"[a-z]{0,2}\d+(?:[./x-]+\d+)*[^\W_]*|[^\W_]+")
_PACK = re.compile(
    r"\b(?:packs?|pk|box|boxes|case|bag|set|lot|carton)\s+of\s+(\d+)\b"
    r"|\b(\d+)\s*[-/]?\s*(?:packs?|pk|pks|ct|count|pcs?|pieces|per box|/\s?box|/\s?case|/\s?bag)\b"
)
_YEAR = re.compile(r"(?:\b(?:fy|ty|cy)|(?<![\w.])')\s?(?:20)?(\d\d)\b(?!['/-])")
_SIZE_WORD = re.compile(r"\b(?:size|sz|us)\s+(?=\d)")
_POSSESSIVE = re.compile(r"(?<=[a-z])'s?(?![^\W_])")
_PLUS = re.compile(r"(?<![\w.])\+(?![\w.])")
_ROUND = re.compile(r"(?<=\d)\.0+(?![\d/])")
_CODE = re.compile(r"(?:[a-z]{1,6}\d{3,}[a-z]?|\d{5,}|[a-z]{1,6}-\d{3,}[a-z0-9-]*)$")
_NOT_CODE = re.compile(r"[^0-9a-z]")
_SILENT = frozenset(["and", "the", "of", "for", "with", "w", "per", "up", "to", "x"])
_COPY = re.compile(r"\s*\([1-9]\)\s*$|\*+$")


def code_key(text: str) -> str:
    """A SKU or part number without case, punctuation, leading zeros or copy marks."""
    folded = _COPY.sub("", fold(text))
    return _NOT_CODE.sub("", folded).lstrip("0") or (folded if not folded.isascii() else "")


@lru_cache(maxsize=1)
def _phrases() -> re.Pattern[str]:
    longest_first = sorted(replacements("item_phrases"), key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)")


@lru_cache(maxsize=1_000)  # a name may stand beside several SKUs
def _pieces(text: str) -> list[str]:
    """The words of a folded text, its quantities, phrases and models in one spelling.

    As in `even_quantities`, a pattern is tried where a sign that it needs is there.
    """
    text = text.replace("&", " and ").replace("\u00bd", "1/2").replace("\u2044", "/")
    if _YEAR.search(text):
        text = _YEAR.sub(r" 20\1 ", text)
    if "'" in text:
        text = _POSSESSIVE.sub(_belongs, text)
    if "+" in text:
        text = _PLUS.sub(" plus ", text)
    text = _phrases().sub(lambda m: replacements("item_phrases")[m.group()], text)
    text = _PACK.sub(lambda m: f" {m.group(1) or m.group(2)}pk ", text)
    text = _SIZE_WORD.sub("", text)
    if ".0" in text:
        text = _ROUND.sub("", text)
    text = even_quantities(text).replace(",", " ")
    swap = replacements("item_words")
    text = _WORD.sub(lambda m: m.group(1) + swap.get(m.group(2), m.group(2)), text)
    if "-" in text:
        text = _MODEL.sub(lambda m: "".join(filter(None, m.groups())), text)
    return _PIECE.findall(text)


def _belongs(found: re.Match[str]) -> str:
    """A possessive as the plural it is also also written as: "men's"."""
    return found.group().strip("'")


def parse_item(text: str, sku: str = "") -> Name:
    """The typed tokens of an item's name; `sku` is the item's own code as `code_key` gives it.

    The category in front of ":" is left out: one side has it, the other not. A code written in
    front of the name is CODE: its absence on the other side means nothing.
    """
    folded = fold(text)
    mark = ""
    while (
        folded.rstrip().endswith(_MARK_ENDS) and (end := _MARKS.search(folded)) and end.start() > 0
    ):
        mark, folded = end.group().strip(), folded[: end.start()]
    folded = folded.rpartition(":")[2].strip() or folded
    first = folded.split(" ", 1)[0]
    tokens: dict[str, Kind] = {}
    rest = folded
    if " " in folded and not first.isalpha() and _CODE.fullmatch(first):
        rest = folded.split(" ", 1)[1]
        tokens[code_key(first)] = Kind.CODE
    if rest.rstrip(" )").endswith(item_tails()):
        for tail in item_tails():
            if rest.rstrip(" )").endswith(tail):
                rest = rest.rstrip(" )")[: -len(tail)].rstrip(" -(,")
    for piece in _pieces(rest or folded):
        if piece in _SILENT:
            continue
        kind = _kind(piece)
        if sku and piece == sku and kind == Kind.NUMBER:
            kind = Kind.CODE
        if tokens.get(piece) in (None, Kind.CODE):
            tokens[piece] = kind if piece not in tokens else Kind.NUMBER
    kept = list(tokens.items())[:MOST_TOKENS]
    return Name(tuple([t for t, _ in kept]), tuple([k for _, k in kept]), "", mark)


@lru_cache(maxsize=100_000)
def _kind(piece: str) -> Kind:
    """What a word of an item's name is, wherever it stands."""
    if piece in item_classes():
        return Kind.CLASS
    if any(c.isdigit() for c in piece):
        return Kind.NUMBER
    weak = any(piece in words(table) for table in ("weak", "fillers", "item_weak"))
    return Kind.WEAK if weak else Kind.WORD


def leading_code(text: str) -> str:
    """The part number written in front of an item's name, "" when there is none."""
    folded = fold(text).rpartition(":")[2].strip()
    first, _, rest = folded.partition(" ")
    return code_key(first) if rest and _CODE.fullmatch(first) else ""

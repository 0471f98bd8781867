"""E-mails and phones as keys that are equal when a person would call them the same."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
from pyarrow import compute

from recon.matching.runs import plain
from recon.matching.text import LONGEST, fold
from recon.matching.vocabulary import replacements, words

if TYPE_CHECKING:
    from collections.abc import Sequence


_EMAIL = re.compile(r"[^\s,;<>()\[\]]+@[^\s,;<>()\[\]]+")
_USUAL = r"[A-Za-z0-9._-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
_EXTENSION = re.compile(r"(?:x|ext\.?|extension|#)\s*\d{1,6}\s*$")
_MARKED = re.compile(r"[xX#\n]")
_NO_DIGIT = re.compile(r"\D")
_ONLY_DIGITS = dict.fromkeys(set(range(128)) - {*b"0123456789\n"})
_OF_A_REGION = re.compile(r"^(?:co\.?|county(?: of)?|state of)\s+|\s+(?:county|province|state)$")
_LETTERED = re.compile(r"[^\W\d_]{2,}")
_LETTERS_OF_A_MARK = 14


def email_key(text: str) -> str:
    """The first e-mail address of a cell, folded, without a "+tag"; "" when there is none."""
    found = _EMAIL.search(fold(text).removeprefix("mailto:"))
    if not found:
        return ""
    local, _, domain = found.group().rpartition("@")
    local = local.split("+", 1)[0]
    domain = domain.strip(".").replace("googlemail.com", "gmail.com")
    return f"{local}@{domain}" if local and "." in domain else ""


def email_keys(texts: Sequence[str]) -> list[str]:
    """`email_key` of every text; what is nothing but a usual address is only put in lower case."""
    lines, fit = plain(texts, _USUAL)
    fit = compute.and_not(fit, compute.match_substring(lines, "googlemail.com"))
    keys: list[str] = lines.to_pylist()
    for row in np.flatnonzero(~fit.to_numpy(zero_copy_only=False)).tolist():
        keys[row] = email_key(texts[row])
    return keys


def email_as_name(name: str) -> str:
    """The e-mail address that stands where a name should, "" for a name proper."""
    found = _EMAIL.match(fold(name)) if "@" in name else None
    return found.group() if found and len(fold(name)) - found.end() < _LETTERS_OF_A_MARK else ""


def name_in_email(email: str) -> str:
    """What an e-mail address says of its owner's name: "ann lee" of "ann.lee82@me.com"."""
    local, _, domain = email.partition("@")
    said = domain.partition(".")[0] if local in words("roles") else local
    return " ".join(_LETTERED.findall(said)) or local


def own_local_part(email: str) -> str:
    """The part before "@" when it names somebody: not "info", "office", "billing" ..."""
    local = email.partition("@")[0]
    return local if len(local) >= 5 and local not in words("roles") else ""


def own_domain(email: str) -> str:
    """The part behind "@" when it is a firm's own, "" for Gmail and its like."""
    domain = email.partition("@")[2]
    return "" if domain in words("free_mail") else domain


def owner_key(email: str) -> str:
    """The letters of an e-mail address that may spell its owner's name, "" when they do not.

    A firm's own domain without its ending, else the part before "@".
    """
    local, _, domain = email.partition("@")
    named = local if domain in words("free_mail") else domain.partition(".")[0]
    letters = named if named.isalpha() else "".join([c for c in named if c.isalpha()])
    return letters if len(letters) >= 3 and domain and letters not in words("roles") else ""


def phone_key(text: str) -> str:
    """The last nine digits of a phone number without extension; "" below seven digits.

    Nine digits drop the country's prefix in every common way of writing it ("+1", "001", "0"),
    which is what differs between two lists of one firm far more often than the country does.
    """
    digits = fold(text)
    if "x" in digits or "#" in digits:
        digits = _EXTENSION.sub("", digits)
    return _told_apart(_NO_DIGIT.sub("", digits))


def phone_keys(texts: Sequence[str]) -> list[str]:
    """`phone_key` of every text; the digits of all that have no extension are picked at once."""
    usual = [
        text if text.isascii() and len(text) <= LONGEST and not _MARKED.search(text) else ""
        for text in texts
    ]
    digits = "\n".join(usual).translate(_ONLY_DIGITS).split("\n")
    return [
        _told_apart(found) if whole else phone_key(text)
        for text, whole, found in zip(texts, usual, digits, strict=True)
    ]


def _told_apart(digits: str) -> str:
    return digits[-9:] if len(digits) >= 7 and digits.strip(digits[0]) else ""


def region_key(text: str) -> str:
    """A state, province or county in one spelling: "Oregon" as "or", "Co. Dublin" as "dublin"."""
    bare = _OF_A_REGION.sub("", fold(text)).replace(".", "").strip()
    return replacements("regions").get(bare, bare)


def postal_key(text: str) -> str:
    """A postal code without blanks; a US ZIP+4 is cut to its five digits."""
    key = re.sub(r"[^0-9a-z]", "", fold(text))
    return key[:5] if key.isdigit() and len(key) == 9 else key

"""E-mails and phones as keys that are equal when a person would call them the same."""

from __future__ import annotations

import re
from string import ascii_letters, digits
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
from pyarrow import compute

from recon.matching.cells import ascii_alone, mended, only
from recon.matching.runs import plain
from recon.matching.text import fold
from recon.matching.vocabulary import replacements, words

if TYPE_CHECKING:
    from recon.matching.cells import Texts

_TEXT = pa.large_string()
_EMAIL = re.compile(r"[^\s,;<>()\[\]]+@[^\s,;<>()\[\]]+")
_USUAL = r"[A-Za-z0-9._-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
_EXTENSION = re.compile(r"(?:x|ext\.?|extension|#)\s*\d{1,6}\s*$")
_UNMARKED = "[^xX#]+"
_NO_DIGIT = re.compile(r"\D")
_ONE_DIGIT = f"^(?:{'|'.join(f'{digit}+' for digit in digits)})$"
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


def email_keys(texts: Texts) -> pa.Array:
    """`email_key` of every text; what is nothing but a usual address is only put in lower case."""
    lines, fit = plain(texts, _USUAL)
    fit = compute.and_not(fit, compute.match_substring(lines, "googlemail.com"))
    return mended(texts, lines, fit, lambda others: map(email_key, others))


def email_as_name(name: str) -> str:
    """The e-mail address that stands where a name should, "" for a name proper."""
    found = _EMAIL.match(fold(name)) if "@" in name else None
    return found.group() if found and len(fold(name)) - found.end() < _LETTERS_OF_A_MARK else ""


def name_in_email(email: str) -> str:
    """What an e-mail address says of its owner's name: "ann lee" of "ann.lee82@me.com"."""
    local, _, domain = email.partition("@")
    said = domain.partition(".")[0] if local in words("roles") else local
    return " ".join(_LETTERED.findall(said)) or local


class EmailParts(NamedTuple):
    """What e-mail addresses say of whose they are, "" where they say nothing."""

    local: pa.Array  # what stands before "@" when it names somebody: not "info", "billing" ...
    domain: pa.Array  # what stands behind it when it is a firm's own, not Gmail's and its like
    owner: pa.Array  # the letters that may spell the owner's name: of the own domain, else of local


def email_parts(emails: pa.Array) -> EmailParts:
    """The parts of every `email_key`."""
    both = compute.split_pattern(emails, "@", max_splits=1).values
    local, behind = (both.take(pa.array(np.arange(k, len(both), 2))) for k in range(2))
    domain = behind.dictionary_encode()
    hosts, common = domain.dictionary.to_pylist(), words("free_mail")
    own = [host not in common for host in hosts]
    firms = ["" if host in common else host for host in hosts]
    heads = [host.partition(".")[0] for host in hosts]
    is_own = pa.array(own, pa.bool_()).take(domain.indices)
    firm, head = (pa.array(each, _TEXT).take(domain.indices) for each in (firms, heads))
    owner = _letters_of(compute.if_else(is_own, head, local))
    return EmailParts(_no_role(local, 5), firm, _no_role(owner, 3))


def _letters_of(texts: pa.Array) -> pa.Array:
    lines = ascii_alone(texts)
    fit = compute.equal(compute.binary_length(lines), compute.binary_length(texts))
    return mended(
        texts,
        only(ascii_letters, lines),
        fit,
        lambda others: ["".join(filter(str.isalpha, text)) for text in others],
    )


def _no_role(texts: pa.Array, letters: int) -> pa.Array:
    """The texts of so many letters at least that name nobody's job, "" for the others."""
    long = compute.greater_equal(compute.utf8_length(texts), letters)
    jobs = compute.is_in(texts, value_set=pa.array(sorted(words("roles")), _TEXT))
    return compute.if_else(compute.and_not(long, jobs), texts, "")


def phone_key(text: str) -> str:
    """The last nine digits of a phone number without extension; "" below seven digits.

    Nine digits drop the country's prefix in every common way of writing it ("+1", "001", "0"),
    which is what differs between two lists of one firm far more often than the country does.
    """
    folded = fold(text)
    if "x" in folded or "#" in folded:
        folded = _EXTENSION.sub("", folded)
    found = _NO_DIGIT.sub("", folded)
    return found[-9:] if len(found) >= 7 and found.strip(found[0]) else ""


def phone_keys(texts: Texts) -> pa.Array:
    """`phone_key` of every text; the digits of all that have no extension are picked at once."""
    lines, fit = plain(texts, _UNMARKED)
    found = only(digits, lines)
    use = compute.greater_equal(compute.binary_length(found), 7)
    use = compute.and_not(use, compute.match_substring_regex(found, _ONE_DIGIT))
    found = compute.if_else(use, compute.utf8_slice_codeunits(found, -9), "")
    return mended(texts, found, fit, lambda others: map(phone_key, others))


def region_key(text: str) -> str:
    """A state, province or county in one spelling: "Oregon" as "or", "Co. Dublin" as "dublin"."""
    bare = _OF_A_REGION.sub("", fold(text)).replace(".", "").strip()
    return replacements("regions").get(bare, bare)


def postal_key(text: str) -> str:
    """A postal code without blanks; a US ZIP+4 is cut to its five digits."""
    key = re.sub(r"[^0-9a-z]", "", fold(text))
    return key[:5] if key.isdigit() and len(key) == 9 else key

"""Bytes of a text file to characters, saying which encoding was used."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from charset_normalizer import from_bytes

from recon.counting import counted

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: it begins with the same two bytes
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_RIVALS = ("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "mac_roman", "cp850")
_SAMPLE = 200_000


@dataclass(frozen=True)
class Decoded:
    """The text of a file.

    Attributes:
        text: its characters.
        encoding: how they were written.
        notes: what a person should know about the reading, in plain sentences.
    """

    text: str
    encoding: str
    notes: tuple[str, ...] = ()


def decode(data: bytes) -> Decoded:
    """The text of `data`: by its byte order mark, else UTF-16 by its NULs, UTF-8, CP1252.

    A file that is UTF-8 but for a few lines (two exports pasted together) is read line by line.

    Raises:
        UnicodeDecodeError: a byte order mark promises what the bytes do not keep.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _after_bom(data, encoding)
    if wide := _utf16_without_mark(data):
        return Decoded(data.decode(wide), wide)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return _eight_bit(data)


def _after_bom(data: bytes, encoding: str) -> Decoded:
    try:
        return Decoded(data.decode(encoding), encoding)
    except UnicodeDecodeError:
        if encoding != "utf-8-sig":
            raise
        return _eight_bit(data.removeprefix(codecs.BOM_UTF8))


def _utf16_without_mark(data: bytes) -> str | None:
    """UTF-16 text of mostly western letters has a NUL in every second byte."""
    sample = data[: _SAMPLE // 2 * 2]
    if len(sample) < 4 or len(data) % 2:
        return None
    half = len(sample) // 2
    for encoding, nuls in (
        ("utf-16-le", sample[1::2].count(0)),
        ("utf-16-be", sample[::2].count(0)),
    ):
        if nuls > 0.6 * half and sample.count(0) < 1.2 * half:
            try:
                data.decode(encoding)
            except UnicodeDecodeError:
                continue
            return encoding
    return None


def _eight_bit(data: bytes) -> Decoded:
    lines = data.split(b"\n")
    decoded, odd, wide = [], [], 0
    for number, line in enumerate(lines, start=1):
        try:
            decoded.append(line.decode("utf-8"))
            wide += not line.isascii()
        except UnicodeDecodeError:
            decoded.append(_western(line))
            odd.append(number)
    if wide >= len(odd):
        first = ", ".join(map(str, odd[:5])) + (" …" if len(odd) > 5 else "")
        return Decoded(
            "\n".join(decoded), "utf-8, cp1252",
            (f"{counted(len(odd), 'line is', 'lines are')} not UTF-8, read as CP1252: {first}.",),
        )  # fmt: skip
    return Decoded(_western(data), "cp1252", _doubt(data))


def _western(data: bytes) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")  # five bytes have no letter in CP1252


def _doubt(data: bytes) -> tuple[str, ...]:
    """Another encoding that fits better, as a note: western Europe is usual, not certain."""
    best = from_bytes(data[:_SAMPLE], cp_isolation=list(_RIVALS)).best()
    if best is None or best.encoding == "cp1252":
        return ()
    if best.encoding in _RIVALS and best.could_be_from_charset.count("cp1252"):
        return ()
    return (f"Read as CP1252; the letters would also fit {best.encoding.upper()}.",)

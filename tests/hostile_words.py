"""What people type, paste and import into names, numbers and addresses, and should not have."""

from __future__ import annotations

RIGHT_TO_LEFT = "\u05d3\u05e0\u05d9\u05d0\u05dc"  # Daniel in Hebrew
DECOMPOSED = "Zoe\u0308"  # the dots are a letter of their own

PEOPLE = (
    ("Dee", "D: Moe"), ("Gus", "x" * 110), ("Ivy\t", "Jay"), ("x" * 101, "Oh"), ("Kim:", "Lo"),
    ("Mia\n", "Ng"), ("\U0001f33f Fern", "Oak"), ("FERN", "\U0001f33f oak"),
    (RIGHT_TO_LEFT, "Kay"), (f"\u202e{RIGHT_TO_LEFT}\u202c", "Kay"), ("Nul\0", "Byte"),
    ("Stra\xdfe", "K\xf6nig"), ("STRASSE", "K\xd6NIG"), (DECOMPOSED, "Kay"), ("ZO\xcb", "KAY"),
    ("\u0130lker", "\u0130nan"), ("Ann\xa0", "Lee\xa0"), (" ", " "), ("Ann", "Lee\u200b"),
    ("Pat\\", "O''Dea"), ('"Sal"', "%_"), ("Null", "None"), ("A", ""), ("\x1f", "Vim"),
    ("y" * 100, "z" * 100), ("y" * 26, "Long"),
)  # fmt: skip
FIRMS = (
    "y" * 501, "y" * 500, "y" * 101, "Y" * 100, "Firm\tTab", "Firm: Colon", "\U0001f33f", "  ",
    f"{RIGHT_TO_LEFT} Ltd", "Nul\0 Co", 'A/B <C> & "D" | E?', "---", "No Contact Set", "Customer",
    "Stra\xdfe", "strasse", "Kestrel  Foods", "Kestrel Foods\xa0", "Kestrel Foods (C)",
)  # fmt: skip
EMAILS = (
    "no address", "a@example.com, b@example.com", "a@example.com;b@example.com", "a@b",
    "a b@example.com", "a@@example.com", "a@example.com,", " ann@example.com ", "@example.com",
    f"{'m' * 89}@example.com", f"{'m' * 88}@example.com", f"{'m' * 120}@example",
    "\U0001f33f@example.com",
    "o'neil@example.com", "ANN@EXAMPLE.COM",
)  # fmt: skip
KEYS = (
    "Mow ", " Mow", "MOW", "  ", "\U0001f33f", f"{RIGHT_TO_LEFT}", "Nul\0", "Mow\xa0", "Mow\n",
    "O'Hara",
    "Back\\slash", "Stra\xdfe", "STRASSE", "z" * 100, "Z" * 100, "null", "1",
)  # fmt: skip
RATES = ("6.25", "7.77", "0", "8.250")
NUMBERS = ("q1", "Q1 ", " Q1", "O'1", "Q\\1", "\U0001f33f1", "1" * 21, "1" * 22, "Q1\t", "Nul\0")
REFERENCES = ("O'1", "\U0001f33f" * 22, "\U0001f33f" * 21, "r ", "Nul\0", "a:b\tc")
PLACES = ("Buda", "B" * 32, "B" * 255, "B" * 256, "Ci:ty", RIGHT_TO_LEFT)
STREETS = ("", "S" * 42, "S" * 500, "S" * 501)

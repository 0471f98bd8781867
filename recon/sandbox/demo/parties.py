"""Who the business deals with: households and firms, each with one name of its own."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recon.sandbox.demo.vocabulary import vocabulary

if TYPE_CHECKING:
    from random import Random

# 555-0100 to 555-0199 is set aside for fiction in every area code; nearby codes come first.
TEXAS = (
    "512 737 830 254 210 726 979 361 281 713 832 346 214 469 972 945 682 817 940 903 430 409 936"
)
SUFFIXES = {
    "Drive": "Dr",
    "Lane": "Ln",
    "Street": "St",
    "Court": "Ct",
    "Road": "Rd",
    "Trail": "Trl",
    "Cove": "Cv",
    "Way": "Way",
}
HOME_MAIL = ("example.com", "example.net", "example.org", "mail.example", "inbox.example")
OFFICES = ("office", "accounts", "billing", "hello", "frontdesk")


@dataclass(frozen=True)
class Address:
    """A postal address in Texas."""

    street: str
    city: str
    postal_code: str


@dataclass(frozen=True)
class Party:
    """One household or firm, as it would write itself.

    Attributes:
        id: the label that truth speaks of.
        name: its one right name.
        kind: "household", or the trade of a firm ("dentist", "hoa" …).
        given: the person's given name; of a firm, the person who answers.
        phone: ten digits, or empty.
        tax: name of the sales tax charged at its address, or empty when exempt.
    """

    id: str
    name: str
    kind: str
    given: str
    family: str
    email: str
    phone: str
    address: Address
    tax: str

    @property
    def is_firm(self) -> bool:
        """Whether this is a firm and not a person."""
        return self.kind != "household"


def spelling_key(name: str) -> str:
    """A name without case, accents, blanks and punctuation: equal keys would look alike."""
    flat = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in flat if letter.isalnum() and letter.isascii())


def abbreviated(street: str) -> str:
    """A street as the post office shortens it: Stillhouse Ln."""
    *name, suffix = street.split()
    return " ".join((*name, SUFFIXES[suffix]))


class Neighbourhood:
    """Makes parties, none of which shares a name, an e-mail, a phone or an address by accident."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.vocabulary = vocabulary()
        places = len(self.vocabulary.place_first) * len(self.vocabulary.place_second)
        self._places = list(range(places))
        rng.shuffle(self._places)
        self._area_codes = _area_codes()
        self._phones: list[str] = []
        self._next_place = 0
        self._parties = 0
        self._names: set[str] = set()
        self._emails: set[str] = set()
        self._streets: set[str] = set()

    def person(self) -> tuple[str, str]:
        """A given and a family name that nobody else has together."""
        while True:
            given = self.rng.choice(self.vocabulary.given)
            family = self.rng.choice(self.vocabulary.family)
            if self.claim(f"{given} {family}"):
                return given, family

    def place(self) -> str:
        """A made-up place, the first part of many firms' names; used again only when all are."""
        seconds = self.vocabulary.place_second
        index = self._places[self._next_place % len(self._places)]
        self._next_place += 1
        first, second = divmod(index, len(seconds))
        return f"{self.vocabulary.place_first[first]} {seconds[second]}"

    def firm_name(self, kinds: tuple[str, ...] = ()) -> tuple[str, str]:
        """A firm's name that no other firm has, and its trade."""
        trades = [trade for trade in self.vocabulary.trades if not kinds or trade[1] in kinds]
        while True:
            place = self.place()
            suffix, kind = self.rng.choice(trades)
            if self.claim(f"{place} {suffix}"):
                return f"{place} {suffix}", kind

    def named_after_place(self, ending: str) -> str:
        """A name that nobody has: a place and this ending."""
        while True:
            name = f"{self.place()} {ending}"
            if self.claim(name):
                return name

    def named_after_families(self, pattern: str) -> str:
        """A name that nobody has: a pattern with family names in its gaps."""
        while True:
            families = self.rng.sample(self.vocabulary.family, pattern.count("{}"))
            if self.claim(name := pattern.format(*families)):
                return name

    def claim(self, name: str) -> bool:
        """Take a name; False when somebody already has it or a spelling of it."""
        key = spelling_key(name)
        if key in self._names:
            return False
        self._names.add(key)
        return True

    def household(self, given: str = "", family: str = "", name: str = "") -> Party:
        """A household; a new person unless the names are given."""
        if not family:
            given, family = self.person()
        return self._party(name or f"{given} {family}", "household", (given, family))

    def firm(self, name: str = "", kind: str = "", kinds: tuple[str, ...] = ()) -> Party:
        """A firm with a person who answers for it; a new name unless one is given."""
        if not name:
            name, kind = self.firm_name(kinds)
        return self._party(name, kind or "office", self._contact())

    def anyone(self) -> Party:
        """A household or a firm, in the mix of this business: about two to one."""
        return self.household() if self.rng.random() < 0.66 else self.firm()

    def phone(self) -> str:
        """A phone number of ten digits that nobody else has; empty when all are given out."""
        if not self._phones and self._area_codes:
            codes = [self._area_codes.pop() for _ in range(min(6, len(self._area_codes)))]
            self._phones = [f"{code}55501{last:02d}" for code in codes for last in range(100)]
            self.rng.shuffle(self._phones)
        return self._phones.pop() if self._phones else ""

    def address(self) -> tuple[Address, str]:
        """An address and the sales tax charged there."""
        rng = self.rng
        city = rng.choice(self.vocabulary.cities)
        while True:
            street = f"{rng.randrange(101, 15_900)} {rng.choice(self.vocabulary.streets)}"
            if street not in self._streets:
                self._streets.add(street)
                break
        full = f"{street} {rng.choice(tuple(SUFFIXES))}"
        return Address(full, city.name, rng.choice(city.postal_codes)), city.tax

    def email(self, wish: str) -> str:
        """The wished e-mail address, with a number when somebody else has it."""
        local, domain = wish.split("@")
        address = wish
        while address in self._emails:
            address = f"{local}{self.rng.randrange(20, 9000)}@{domain}"
        self._emails.add(address)
        return address

    def _contact(self) -> tuple[str, str]:
        # A contact is not a client: two firms may have contacts of one name.
        return self.rng.choice(self.vocabulary.given), self.rng.choice(self.vocabulary.family)

    def _party(self, name: str, kind: str, person: tuple[str, str]) -> Party:
        given, family = person
        first, last = spelling_key(given), spelling_key(family)
        if kind == "household":
            wish = self.rng.choice((f"{first}.{last}", f"{first[0]}{last}", f"{last}.{first}"))
            wish = f"{wish}@{self.rng.choice(HOME_MAIL)}"
        else:
            wish = f"{self.rng.choice((*OFFICES, first))}@{spelling_key(name)[:40]}.example"
        address, tax = self.address()
        exempt = kind != "household" and self.rng.random() < 0.15
        self._parties += 1
        return Party(
            id=f"party-{self._parties:05d}",
            name=name,
            kind=kind,
            given=given,
            family=family,
            email=self.email(wish),
            phone=self.phone(),
            address=address,
            tax="" if exempt else tax,
        )


def _area_codes() -> list[int]:
    """The area codes to be popped, nearby ones first; N11 is no area code."""
    near = [int(code) for code in TEXAS.split()]
    far = [code for code in range(201, 990) if code % 100 != 11 and code not in {*near, 555}]
    return [*far, *reversed(near)]

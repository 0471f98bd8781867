"""Near-miss names: one party, written differently on the two sides."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from recon.sandbox.demo.parties import spelling_key

if TYPE_CHECKING:
    from random import Random

    from recon.sandbox.demo.parties import Neighbourhood, Party


class Spelled(NamedTuple):
    """A party and what each side calls it."""

    party: Party
    in_app: str
    in_qbo: str


Spelling = Callable[["Neighbourhood"], Spelled]


def _either(rng: Random, party: Party, right: str, wrong: str) -> Spelled:
    """The wrong spelling on one side or the other."""
    return Spelled(party, right, wrong) if rng.random() < 0.4 else Spelled(party, wrong, right)


def case(town: Neighbourhood) -> Spelled:
    """CEDAR POND BISTRO, or elena marsh."""
    party = town.anyone()
    return Spelled(party, party.name.upper() if party.is_firm else party.name.lower(), party.name)


def punctuation(town: Neighbourhood) -> Spelled:
    """A comma before Inc., a full stop after it, a hyphen: there or not."""
    right = town.named_after_place("Outfitters, Inc.")
    party = town.firm(right, "office")
    wrong = town.rng.choice((right.replace(",", ""), right.replace(",", "")[:-1], right[:-1]))
    return _either(town.rng, party, party.name, wrong)


def ampersand(town: Neighbourhood) -> Spelled:
    """Hale & Marsh Builders against Hale and Marsh Builders."""
    what = town.rng.choice(("Builders", "Architects", "Catering", "Interiors"))
    party = town.firm(town.named_after_families("{} & {} " + what), "builder")
    return Spelled(party, party.name.replace("&", "and"), party.name)


def legal_form(town: Neighbourhood) -> Spelled:
    """With and without LLC, Inc, Ltd."""
    name, kind = town.firm_name()
    form = town.rng.choice((" LLC", " Inc", " Ltd", ", LLC"))
    return _either(town.rng, town.firm(name + form, kind), name + form, name)


def name_order(town: Neighbourhood) -> Spelled:
    """Marsh, Elena against Elena Marsh."""
    party = town.household()
    return _either(town.rng, party, party.name, f"{party.family}, {party.given}")


def nickname(town: Neighbourhood) -> Spelled:
    """Bob against Robert."""
    while True:
        given, short = town.rng.choice(town.vocabulary.nicknames)
        family = town.rng.choice(town.vocabulary.family)
        if town.claim(f"{given} {family}"):
            break
    town.claim(f"{short} {family}")
    party = town.household(given, family)
    return _either(town.rng, party, party.name, f"{short} {family}")


def typo(town: Neighbourhood) -> Spelled:
    """Two letters swapped, one doubled or one left out, inside a word."""
    party = town.anyone()
    words = party.name.split()
    longest = max(range(len(words)), key=lambda position: len(words[position]))
    while True:
        word = _mistyped(words[longest], town.rng)
        if word != words[longest]:
            break
    words[longest] = word
    return _either(town.rng, party, party.name, " ".join(words))


def _mistyped(word: str, rng: Random) -> str:
    at = rng.randrange(1, len(word) - 1)
    how = rng.randrange(3)
    if how == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[: at + 1] + word[at:] if how == 1 else word[:at] + word[at + 1 :]


def accent(town: Neighbourhood) -> Spelled:
    """José Peña against Jose Pena."""
    while True:
        given, family = town.rng.choice(town.vocabulary.accented).split()
        if town.rng.random() < 0.5:
            given = town.rng.choice(town.vocabulary.given)
        else:
            family = town.rng.choice(town.vocabulary.family)
        if town.claim(f"{given} {family}"):
            break
    party = town.household(given, family)
    return _either(town.rng, party, party.name, _plain(party.name))


def _plain(name: str) -> str:
    return " ".join(
        word if word.isascii() else spelling_key(word).capitalize() for word in name.split()
    )


def blanks(town: Neighbourhood) -> Spelled:
    """A doubled blank inside, or blanks at the ends."""
    party = town.anyone()
    first, rest = party.name.split(" ", 1)
    wrong = town.rng.choice((f"{first}  {rest}", f"{party.name} ", f" {first}  {rest}"))
    return Spelled(party, wrong, party.name)


def abbreviation(town: Neighbourhood) -> Spelled:
    """HOA for Homeowners Association, Mgmt for Management and so on."""
    long, short, kind = town.rng.choice(
        (
            ("Homeowners Association", "HOA", "hoa"),
            ("Property Management", "Prop Mgmt", "manager"),
            ("Apartments", "Apts", "manager"),
            ("Construction Company", "Const Co", "builder"),
            ("Community Center", "Comm Ctr", "office"),
            ("Veterinary Hospital", "Vet Hosp", "office"),
        )
    )
    right = town.named_after_place(long)
    wrong = right.replace(long, short)
    town.claim(wrong)
    return _either(town.rng, town.firm(right, kind), right, wrong)


def joined_words(town: Neighbourhood) -> Spelled:
    """Cedarpond against Cedar Pond."""
    party = town.firm()
    first, second, rest = party.name.split(" ", 2)
    return _either(town.rng, party, party.name, f"{first}{second.lower()} {rest}")


def middle_initial(town: Neighbourhood) -> Spelled:
    """Elena R. Marsh against Elena Marsh."""
    party = town.household()
    initial = town.rng.choice("ABCDEFGHJKLMNPRSTW")
    return _either(town.rng, party, party.name, f"{party.given} {initial}. {party.family}")


# kind: (rule that should find it, how to spell it)
SPELLINGS: dict[str, tuple[str, Spelling]] = {
    "case": ("case_only_difference", case),
    "punctuation": ("near_miss_client_name", punctuation),
    "ampersand": ("near_miss_client_name", ampersand),
    "legal form": ("near_miss_client_name", legal_form),
    "name order": ("name_order_swapped", name_order),
    "nickname": ("near_miss_client_name", nickname),
    "typo": ("near_miss_client_name", typo),
    "accent": ("near_miss_client_name", accent),
    "blanks": ("whitespace_noise", blanks),
    "abbreviation": ("near_miss_client_name", abbreviation),
    "joined words": ("near_miss_client_name", joined_words),
    "middle initial": ("near_miss_client_name", middle_initial),
}

"""A profile is data that is checked when it is read, and every line of it has a source."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files

import pytest
from pydantic import ValidationError

from recon.apps.invoiceninja.names import sanitise
from recon.apps.profiles import APPS, clean_up, load_profile, parse_profile
from recon.errors import ConfigError
from recon.ports import Profile

TEXT = files("recon.apps").joinpath("invoiceninja", "profile.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("app", APPS)
def test_every_app_has_a_profile_of_its_own(app: str) -> None:
    """It is called as its folder is, under the name that people know."""
    profile = load_profile(app)
    assert profile.about.id == app
    assert profile.about.name == APPS[app]
    assert profile.about.manual_merge
    assert profile.about.manual_edit


@pytest.mark.parametrize("app", APPS)
def test_every_source_of_a_profile_says_when_it_was_read(app: str) -> None:
    """Behaviour changes between versions; the date tells how old the knowledge is."""
    for source in load_profile(app).about.sources:
        assert re.search(r", read \d{4}-\d{2}-\d{2}$", source), source


def test_the_profile_is_the_documented_version_and_its_main_facts() -> None:
    """The facts that the user guide states for 5.12.4, beside what the file says."""
    profile = load_profile("invoiceninja")
    assert profile.about.version == "5.12.4"
    assert profile.about.truth_side == "app"
    assert profile.customer.match == ("stored_id", "display_name")
    assert profile.item.match == ("stored_id", "name")
    assert {"Category", "Group"}.isdisjoint(profile.item.types)
    assert profile.invoice.match == ("stored_id",)
    assert profile.customer.name_clean_up == "none"


def test_an_unknown_app_is_refused_with_those_that_are_known() -> None:
    """The person sees what to write instead."""
    with pytest.raises(ConfigError, match=r"no app called 'quickninja'.*Known: .*invoiceninja"):
        load_profile("quickninja")


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("name_max = 100", 'name_max = "a lot"'),
        ('on_miss = "create"', 'on_miss = "perhaps"'),
        ('blank_key = "new_item"', 'blank_key = "guess"'),
        ("relinks = true", ""),
        ("relinks = true", "relinks = true\nrelink = true"),
        ("pushes_drafts = true", "pushes_drafts = yes"),
        ("[payment]", "[payments]"),
    ],
)
def test_a_profile_that_says_what_it_may_not_is_refused(line: str, wrong: str) -> None:
    """A wrong type, an unknown word, a missing or misspelt key: never a silent default."""
    assert line in TEXT
    with pytest.raises(ConfigError, match="profile of invoiceninja cannot be used"):
        parse_profile(TEXT.replace(line, wrong, 1), "invoiceninja")


def test_a_profile_without_sources_is_refused() -> None:
    """A rule without a source is a guess."""
    told = tomllib.loads(TEXT)
    told["about"]["sources"] = []
    with pytest.raises(ValidationError, match="sources"):
        Profile.model_validate(told)


def test_a_profile_cannot_be_changed() -> None:
    """Whatever reads it sees the same."""
    profile = load_profile("invoiceninja")
    with pytest.raises(ValidationError):
        profile.customer.name_max = 5  # type: ignore[misc]


def test_the_version_of_the_profile_asks_for_names_as_they_stand() -> None:
    """The clean-up came later; a profile chooses it by name."""
    profile = load_profile("invoiceninja")
    assert clean_up(profile)("O'Brien: & Sons") == "O'Brien: & Sons"
    newer = profile.model_copy(
        update={"customer": profile.customer.model_copy(update={"name_clean_up": "sanitise"})}
    )
    assert clean_up(newer) is sanitise


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("O'Brien Construction", "OBrien Construction"),
        ("Finch & Sons", "Finch and Sons"),
        ("Finch: Harbour", "Finch- Harbour"),
        ('The "Best" <Co>', "The Best Co"),
        ("Paint/Paper", "Paint Paper"),
        ("Finch  Sons ", "Finch Sons"),
        ("???", "Customer"),
        ("-", "Customer"),
    ],
)
def test_newer_versions_ask_for_a_cleaned_name(name: str, asked: str) -> None:
    """As their readers describe it; what is left empty becomes a word."""
    assert sanitise(name) == asked

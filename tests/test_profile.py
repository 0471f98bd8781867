"""A profile is data that is checked when it is read, and every value of it has a source."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest
from pydantic import ValidationError

from recon.apps.invoiceninja.names import sanitise
from recon.apps.profiles import APPS, clean_up, known_profiles, load_profile, parse_profile
from recon.errors import ConfigError
from recon.profile import Profile

TEXT = files("recon.apps").joinpath("invoiceninja", "profile.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", known_profiles())
def test_every_profile_is_called_as_its_folder_is(name: str) -> None:
    """Under the name that people know, with its version where there are several."""
    profile = load_profile(name)
    assert profile.about.id == name.partition("@")[0]
    assert profile.about.name == APPS[profile.about.id]
    assert profile.about.manual_edit
    assert profile.about.manual_merge
    assert profile.about.resync
    assert profile.about.turn_on


def test_every_profile_in_a_folder_is_one_that_can_be_chosen() -> None:
    """A folder with a profile is an app at once, and each further file of it a version."""
    found = {
        folder.name + file.name.removeprefix("profile").removesuffix(".toml").replace("-", "@", 1)
        for folder in files("recon.apps").iterdir()
        if folder.is_dir()
        for file in folder.iterdir()
        if file.name.startswith("profile") and file.name.endswith(".toml")
    }
    assert found == set(known_profiles())


@pytest.mark.parametrize("name", known_profiles())
def test_every_value_of_a_profile_says_on_what_it_rests_and_from_when(name: str) -> None:
    """Behaviour changes between versions; the date tells how old the knowledge is."""
    profile = load_profile(name)
    for path, _ in profile.values():
        assert ", read 2026-" in profile.because(path), path
    for choice in profile.choices.values():
        assert choice.asks.endswith("?")
        assert choice.by in profile.sources


@pytest.mark.parametrize("name", known_profiles())
def test_every_answer_to_every_question_makes_a_profile(name: str) -> None:
    """Each answer alone, whatever the others are."""
    profile = load_profile(name)
    for question, choice in profile.choices.items():
        for answer, meaning in choice.answers.items():
            other = profile.answered({question: answer})
            told = dict(other.values())
            for path, value in meaning.sets.items():
                assert told[path] == (tuple(value) if isinstance(value, list) else value)
            assert other.answer_of(question) == answer
            assert question not in other.unanswered


def test_what_is_not_established_is_said_to_be_assumed_until_somebody_answers() -> None:
    """Then it is the answer that counts."""
    profile = load_profile("spraye")
    assert "client_match" in profile.unanswered
    assert "assumed, because it is not established" in profile.because("customer.match")
    told = load_profile("spraye", {"client_match": "email"})
    assert told.customer.match == ("stored_id", "email")
    assert "as was answered: client_match=email" in told.because("customer.match")
    assert told.answered({"second_customer": "own"}).given == {
        "client_match": "email",
        "second_customer": "own",
    }


def test_a_mode_has_the_effect_that_its_version_gives_it() -> None:
    """At 5.12.4 "both ways" pushes, and "pull" does nothing; newer versions do what is chosen."""
    for name, both, pull in (
        ("invoiceninja", "push", "none"),
        ("invoiceninja@current", "both", "pull"),
    ):
        profile = load_profile(name)
        assert profile.answered({"customer_mode": "both"}).flow["customer"].effect == both
        assert profile.answered({"item_mode": "pull"}).flow["item"].effect == pull


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        ({"client_match": "phone"}, "no answer to the question client_match.*name, email"),
        ({"clients": "email"}, "no question .clients.*client_match"),
    ],
)
def test_an_answer_that_is_none_is_refused(answers: dict[str, str], problem: str) -> None:
    """The person sees what could be said instead."""
    with pytest.raises(ConfigError, match=problem):
        load_profile("spraye", answers)


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
    assert profile.because("customer.match").startswith('"Clients are matched by display name" (')


@pytest.mark.parametrize("name", ["quickninja", "invoiceninja@4", "workiz@current"])
def test_an_unknown_app_is_refused_with_those_that_are_known(name: str) -> None:
    """The person sees what to write instead."""
    with pytest.raises(ConfigError, match=rf"no app called '{name}'.*invoiceninja@current"):
        load_profile(name)


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("name_max = { is = 100", 'name_max = { is = "a lot"'),
        ('on_miss = { is = "create"', 'on_miss = { is = "perhaps"'),
        ('blank_key = { is = "new_item"', 'blank_key = { is = "guess"'),
        ("relinks = {", "relink = {"),
        ('sends = { is = "saved"', "sends = { is = saved"),
        ("[payment]", "[payments]"),
        ("[flow.payment]", "[flow.deposit]"),
        ('relinks = { is = true, by = "code"', 'relinks = { is = true, by = "hearsay"'),
        ('usual = "no"', 'usual = "perhaps"'),
        ('mode = { is = "push"', 'mode = { is = "pulled"'),
        ('acts = { is = { none = "none", push = "push",', 'acts = { is = { none = "none",'),
        ('"item.edits_travel" = false', '"item.edits_fly" = false'),
        ('"item.edits_travel" = false', '"pull.customer_name" = "name"'),
        ("[choices.product_edits]", "[choices]\nproduct_edits = 3\n[extra]"),
    ],
)
def test_a_profile_that_says_what_it_may_not_is_refused(line: str, wrong: str) -> None:
    """A wrong type, an unknown word, a missing or misspelt key: never a silent default."""
    assert line in TEXT
    with pytest.raises(ConfigError, match="profile of invoiceninja cannot be used"):
        parse_profile(TEXT.replace(line, wrong, 1), "invoiceninja")


def test_a_value_without_a_source_is_refused_by_its_name() -> None:
    """A rule without a source is a guess."""
    bare = TEXT.replace('look_up = { is = "name", by = "guide"', 'look_up = "name" # ', 1)
    with pytest.raises(ConfigError, match=r"no source is given for customer\.look_up"):
        parse_profile(bare, "invoiceninja")
    told = tomllib.loads(TEXT)
    told["sources"] = {}
    with pytest.raises(ValidationError, match="sources"):
        Profile.model_validate(told)


def test_a_profile_cannot_be_changed() -> None:
    """Whatever reads it sees the same."""
    profile = load_profile("invoiceninja")
    with pytest.raises(ValidationError):
        profile.customer.name_max = 5  # type: ignore[misc]


def test_each_version_asks_for_names_as_it_does() -> None:
    """5.12.4 as they stand; the clean-up came later."""
    assert clean_up(load_profile("invoiceninja"))("O'Brien: & Sons") == "O'Brien: & Sons"
    assert clean_up(load_profile("invoiceninja@current")) is sanitise


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

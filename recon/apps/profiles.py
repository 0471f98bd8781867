"""The apps that recon knows, and their profiles, read and checked."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from importlib.resources import files

from pydantic import ValidationError

from recon.apps.invoiceninja.names import sanitise
from recon.errors import ConfigError
from recon.ports import Profile

APPS = {"invoiceninja": "Invoice Ninja"}


def load_profile(app: str) -> Profile:
    """The profile of one app.

    Raises:
        ConfigError: the app is unknown, or its profile.toml says something it may not.
    """
    if app not in APPS:
        raise ConfigError(
            f"recon knows no app called '{app}'.", remedy=f"Known: {', '.join(sorted(APPS))}."
        )
    text = files("recon.apps").joinpath(app).joinpath("profile.toml").read_text(encoding="utf-8")
    return parse_profile(text, app)


def parse_profile(text: str, app: str) -> Profile:
    """A profile from its text.

    Raises:
        ConfigError: names the first line of thought that is wrong.
    """
    try:
        return Profile.model_validate(tomllib.loads(text))
    except (ValidationError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(
            f"The profile of {app} cannot be used: {error}", remedy="Correct its profile.toml."
        ) from error


def clean_up(profile: Profile) -> Callable[[str], str]:
    """The clean-up that the app gives a name before it looks it up."""
    return _CLEAN_UPS[profile.customer.name_clean_up]


def _unchanged(name: str) -> str:
    return name


_CLEAN_UPS = {"none": _unchanged, "sanitise": sanitise}

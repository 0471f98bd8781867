"""The apps that recon knows, and their profiles, read and checked."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from pydantic import ValidationError

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
    return parse_profile(
        files("recon.apps").joinpath(app, "profile.toml").read_text(encoding="utf-8"), app
    )


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

"""The apps that recon knows, and their profiles, read and checked.

A profile is called by its app's id ("workiz"), and where an app's behaviour has changed, by id and
version ("invoiceninja@current"); each is a file `profile.toml` or `profile-<version>.toml` in the
app's folder. Every value in it stands with its source:

    relinks = { is = true, by = "code", says = "no test whether a customer is linked already" }
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from importlib.resources import files
from typing import Any

from pydantic import ValidationError

from recon.apps.invoiceninja.names import sanitise
from recon.errors import ConfigError
from recon.profile import NAMES, PARTS, Profile, put

APPS = {
    "invoiceninja": "Invoice Ninja",
    "workiz": "Workiz",
    "studioninja": "Studio Ninja",
    "spraye": "Spraye",
    "taxdome": "TaxDome",
    "generic_name": "Exact-name app",
    "generic_email": "E-mail app",
    "generic_batch": "Nightly-batch app",
}
"""Id to name, in the order in which they are offered."""

VERSIONS = {"invoiceninja": ("current",)}
"""Versions of an app that have a profile of their own, beside the one in `profile.toml`."""


def known_profiles() -> tuple[str, ...]:
    """What a profile can be called, in the order in which they are offered."""
    return tuple(
        name
        for app in APPS
        for name in (app, *(f"{app}@{version}" for version in VERSIONS.get(app, ())))
    )


_UNUSABLE = (ValidationError, tomllib.TOMLDecodeError, AttributeError, KeyError, TypeError)
"""How text that is no profile shows itself."""


def load_profile(name: str, answers: Mapping[str, str] | None = None) -> Profile:
    """One profile, under certain answers to its questions.

    Args:
        name: the app's id, with "@version" where another one than the usual is meant.
        answers: question to answer; the usual one counts where none is given.

    Raises:
        ConfigError: the app or the answer is unknown, or the file says something it may not.
    """
    app, _, version = name.partition("@")
    if name not in known_profiles():
        raise ConfigError(
            f"recon knows no app called '{name}'.", remedy=f"Known: {', '.join(known_profiles())}."
        )
    file = f"profile-{version}.toml" if version else "profile.toml"
    text = files("recon.apps").joinpath(app).joinpath(file).read_text(encoding="utf-8")
    return parse_profile(text, name).answered(answers or {})


def name_of(profile: Profile) -> str:
    """The name under which a profile is loaded: its app's id, and the version where it has one."""
    about = profile.about
    versions = (f"{about.id}@{version}" for version in VERSIONS.get(about.id, ()))
    named = (name for name in versions if load_profile(name).about.version == about.version)
    return next(named, about.id)


def parse_profile(text: str, app: str) -> Profile:
    """A profile from its text, under the usual answers.

    Raises:
        ConfigError: names the first line of thought that is wrong.
    """
    try:
        told = tomllib.loads(text)
        cites: dict[str, dict[str, str]] = {}
        for path, holder, name in _values(told):
            if isinstance(value := holder[name], dict) and "is" in value:
                holder[name] = value.pop("is")
                cites[path] = value
        for choice in told.get("choices", {}).values():
            usual = choice.get("answers", {}).get(choice.get("usual"), {})
            for path, value in usual.get("sets", {}).items():
                put(told, path, value)
        told["choices"] = {**_mode_choices(told, cites), **told.get("choices", {})}
        return Profile.model_validate({**told, "cites": cites})
    except _UNUSABLE as error:
        raise ConfigError(
            f"The profile of {app} cannot be used: {error}", remedy="Correct its profile.toml."
        ) from error


def _values(told: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Path, table and key of each value of a profile that may stand with its source."""
    for part in PARTS:
        table = told.get(part, {})
        tables = {f"{part}.{entity}": flow for entity, flow in table.items()}
        for place, one in tables.items() if part == "flow" else ((part, table),):
            for name in one:
                if part != "about" or name not in NAMES:
                    yield f"{place}.{name}", one, name


_MODES = {
    "none": "nothing is synced",
    "push": "from the app to QuickBooks",
    "pull": "from QuickBooks to the app",
    "both": "both ways",
}
_ENTITIES = {
    "customer": "Customers",
    "item": "Products and services",
    "invoice": "Invoices",
    "payment": "Payments",
}


def _mode_choices(told: dict[str, Any], cites: dict[str, dict[str, str]]) -> dict[str, Any]:
    """The direction of each kind of record as a question, where there is more than one."""
    return {
        f"{entity}_mode": {
            "kind": "mode",
            "asks": f"Which way are {entity}s synced?",
            "why": cites.get(f"flow.{entity}.acts", {}).get("says", ""),
            "by": cites.get(f"flow.{entity}.acts", {}).get("by", ""),
            "usual": flow["mode"],
            "answers": {
                mode: {
                    "says": f"{_ENTITIES[entity]}: {_MODES[mode]}{_but(mode, effect)}",
                    "sets": {f"flow.{entity}.mode": mode},
                }
                for mode, effect in flow["acts"].items()
            },
        }
        for entity, flow in told.get("flow", {}).items()
        if len(flow.get("acts", {})) > 1
    }


def _but(mode: str, effect: str) -> str:
    """What the mode really does, where it is something else."""
    return "" if mode == effect else f", which has the effect of: {_MODES[effect]}"


def clean_up(profile: Profile) -> Callable[[str], str]:
    """The clean-up that the app gives a name before it looks it up."""
    return _CLEAN_UPS[profile.customer.name_clean_up]


def _unchanged(name: str) -> str:
    return name


_CLEAN_UPS = {"none": _unchanged, "sanitise": sanitise}

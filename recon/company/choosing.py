"""Which app a company bills from, and what was answered to its questions: kept in the workspace."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from recon.apps.profiles import APPS, known_profiles, load_profile
from recon.errors import WorkspaceError
from recon.profile import Profile
from recon.workspace import Workspace

if TYPE_CHECKING:
    from recon.reconciliation import Reconciliation

USUAL = "invoiceninja"
"""Whose workspace one is in which nothing was chosen."""

_APP, _ANSWERS = "profile", "profile_answers"


def chosen(store: Workspace, app: str = "") -> Profile:
    """The profile of a workspace's app, under what was answered in it.

    Args:
        store: the workspace; one in which nothing was chosen is Invoice Ninja's.
        app: another profile than the one that it keeps.

    Raises:
        ConfigError: there is no such profile.
    """
    name = app or name_of(store)
    profile = load_profile(name)
    kept = _kept(store).get(name, {})
    # a newer recon may ask otherwise: what is no answer any more is asked again
    answers = {
        question: answer
        for question, answer in kept.items()
        if question in profile.choices and answer in profile.choices[question].answers
    }
    return profile.answered(answers) if answers else profile


def name_of(store: Workspace) -> str:
    """The name of the profile that a workspace goes by: the chosen one, else its app's."""
    bound = store.bound()
    return store.noted(_APP) or (bound.app if bound is not None else "") or USUAL


def choose(r: Reconciliation, app: str) -> Profile:
    """Bill from this app, or go by this version's profile, from now on.

    Raises:
        ConfigError: there is no such profile.
        WorkspaceError: the workspace is tied to another app.
    """
    profile = chosen(r.store, app)
    bound = r.store.bound()
    if bound is not None and bound.app not in ("", profile.about.id):
        raise WorkspaceError(
            f"This workspace is tied to {APPS.get(bound.app, bound.app)}.",
            remedy="Make another workspace for the other app.",
        )
    r.store.note(_APP, app)
    r.go_by(profile)
    return profile


def answer(r: Reconciliation, answers: Mapping[str, str]) -> Profile:
    """Keep answers to the questions of the app's profile from now on; "" takes an answer back.

    Raises:
        ConfigError: there is no such question, or it has no such answer; nothing was kept.
    """
    name = r.store.noted(_APP) or r.profile.about.id
    given = {**_kept(r.store).get(name, {}), **answers}
    given = {question: said for question, said in given.items() if said}
    profile = load_profile(name, given)
    r.store.note(_ANSWERS, json.dumps({**_kept(r.store), name: given}))
    r.go_by(profile)
    return profile


def questions(profile: Profile) -> pd.DataFrame:
    """What the profile asks, what nobody has established first.

    Returns:
        question, kind, asks, answer (that counts), answered (by a person), answers, why, where.
    """
    kinds = ("unknown", "setting", "mode")
    asked = sorted(profile.choices.items(), key=lambda item: kinds.index(item[1].kind))
    rows = [
        {
            "question": name,
            "kind": choice.kind,
            "asks": choice.asks,
            "answer": profile.answer_of(name),
            "answered": name in profile.given,
            "answers": "; ".join(f"{n}: {a.says}" for n, a in choice.answers.items()),
            "why": choice.why,
            "where": " ".join(choice.where),
        }
        for name, choice in asked
    ]
    columns = ["question", "kind", "asks", "answer", "answered", "answers", "why", "where"]
    return pd.DataFrame(rows, columns=columns)


def facts(profile: Profile) -> pd.DataFrame:
    """Every value of a profile and on what it rests.

    Returns:
        value (its path), is, because (what its source says, which, and the day it was read).
    """
    rows = [(path, _shown(value), profile.because(path)) for path, value in profile.values()]
    return pd.DataFrame(rows, columns=["value", "is", "because"])


def offered() -> pd.DataFrame:
    """The profiles that can be chosen: profile, name, version, what it asks that is unknown."""
    rows = [
        (name, profile.about.name, profile.about.version, len(profile.unanswered))
        for name in known_profiles()
        for profile in (load_profile(name),)
    ]
    return pd.DataFrame(rows, columns=["profile", "app", "version", "not established"])


def _kept(store: Workspace) -> dict[str, dict[str, str]]:
    told: dict[str, dict[str, str]] = json.loads(store.noted(_ANSWERS) or "{}")
    return told


def _shown(value: object) -> str:
    """A value as a person reads it."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_shown(each)}" for name, each in value.items()) or "none"
    if isinstance(value, tuple):
        return ", ".join(map(_shown, value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)

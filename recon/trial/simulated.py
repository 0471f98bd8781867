"""How each app is tried out: its records copied from what was read, and its sync as a procedure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import partial
from typing import Any, Protocol, get_args, get_type_hints

from recon.apps.copy import NeutralCopy
from recon.apps.generic_batch import simulate as generic_batch
from recon.apps.generic_email import simulate as generic_email
from recon.apps.generic_name import hand as generic_hand
from recon.apps.generic_name import simulate as generic_name
from recon.apps.hand import Hands
from recon.apps.invoiceninja import simulate as invoiceninja
from recon.apps.invoiceninja import simulate_current as invoiceninja_current
from recon.apps.invoiceninja import simulate_import as invoiceninja_import
from recon.apps.invoiceninja.copy import InvoiceNinjaCopy
from recon.apps.push.incoming import was_imported
from recon.apps.spraye import hand as spraye_hand
from recon.apps.spraye import simulate as spraye
from recon.apps.studioninja import hand as studioninja_hand
from recon.apps.studioninja import simulate as studioninja
from recon.apps.taxdome import hand as taxdome_hand
from recon.apps.taxdome import simulate as taxdome
from recon.apps.taxdome.simulate_copy import copy_services
from recon.apps.workiz import hand as workiz_hand
from recon.apps.workiz import simulate as workiz
from recon.apps.workiz.simulate_back import come_back
from recon.books import Ref, Snapshot, make_ref, split_ref
from recon.errors import ConfigError
from recon.plan import Write
from recon.ports import AppRecords, Import, QboPort, Simulation, SyncEvent


class AppCopy(AppRecords, Protocol):
    """A copy of an app's records, which a person and a sync may work on."""

    @property
    def size(self) -> int:
        """How many records a sync has to push."""
        ...

    def link(self, links: Mapping[str, str]) -> None:
        """Hold these records for linked: reference to the id in QuickBooks."""
        ...

    def by_hand(self, do: Mapping[str, Any]) -> None:
        """Do one piece of hand-work; InputError when it cannot be done."""
        ...

    def over_api(self, write: Write, body: Mapping[str, Any]) -> None:
        """Do what a write to the app's API does; InputError when it cannot be done."""
        ...

    def snapshot(self, like: Snapshot) -> Snapshot:
        """The records as they would be read now."""
        ...


@dataclass(frozen=True)
class App:
    """How an app is tried out.

    Attributes:
        copy: its records from a snapshot.
        run: its sync.
        settings: what is set in the app, and what nobody knows of it; None where all is known.
        hands: what can be done at its screen.
        brings: what comes into it from QuickBooks, by what is answered; None where nothing does.
    """

    copy: Callable[[Snapshot], AppCopy]
    run: Callable[..., Any]
    settings: type[Any] | None = None
    hands: Hands = field(default_factory=Hands)
    brings: Callable[[Mapping[str, str]], Import] | None = None

    @property
    def choices(self) -> Mapping[str, tuple[str, ...]]:
        """Setting to the answers that it takes, the usual one first."""
        if self.settings is None:
            return {}
        types = get_type_hints(self.settings)
        usual = {each.name: each.default for each in fields(self.settings)}
        return {
            name: tuple(sorted(get_args(types[name]), key=lambda answer: answer != usual[name]))
            for name in usual
            if all(isinstance(answer, str) for answer in get_args(types[name]) or (None,))
        }

    def heard(self, answers: Mapping[str, str]) -> dict[str, str]:
        """Of what was answered, in a profile's questions, that which the sync can be set to."""
        return {n: a for n, a in answers.items() if a in self.choices.get(n, ())}

    def sync(
        self, now: datetime | None = None, answers: Mapping[str, str] | None = None
    ) -> Simulation:
        """The sync as it runs at a moment, with the app set so.

        Args:
            now: UTC; None when every batch of the app has run.
            answers: setting to answer, of `choices`.

        Raises:
            ConfigError: there is no such setting, or it does not take the answer.
        """
        for name, answer in (answers or {}).items():
            if answer not in self.choices.get(name, ()):
                known = "; ".join(f"{n}: {', '.join(a)}" for n, a in self.choices.items())
                raise ConfigError(
                    f"{name}={answer} cannot be set.", remedy=f"There are {known or 'none'}."
                )
        if self.settings is None:
            return self.run
        at = {"now": now} if "now" in get_type_hints(self.settings) else {}
        return partial(self.run, settings=self.settings(**at, **(answers or {})))


def with_import(
    copy: AppCopy, sync: Simulation, bring: Import, kinds: Collection[str], *, first: bool
) -> Simulation:
    """A sync, and what comes into the app before it or at its end, as one procedure.

    Args:
        copy: the app's records, on which the procedure will be run.
        sync: the app's.
        bring: the import.
        kinds: what is imported.
        first: whether it is asked for before the sync is turned on.
    """

    def run(app: AppRecords, qbo: QboPort, leave_out: Collection[Ref] = ()) -> Iterator[SyncEvent]:
        if first:
            yield from bring(app, qbo, kinds)
        made = set()
        for event in sync(app, qbo, leave_out):
            if was_imported(event.ref):  # told already, under QuickBooks' own reference
                continue
            if event.effect == "create":
                made.add(make_ref("qbo", split_ref(event.ref)[1], event.target))
            if event.target and not first:
                copy.link({event.ref: event.target})
            yield event
        if not first:
            yield from (event for event in bring(app, qbo, kinds) if event.ref not in made)

    return run


def _neutral(
    hands: Hands,
    run: Callable[..., Any],
    settings: type[Any],
    brings: Callable[[Mapping[str, str]], Import] | None = None,
) -> App:
    return App(partial(NeutralCopy.of, hands=hands), run, settings, hands, brings)


def _ninja_imports(answers: Mapping[str, str], *, newest: bool = False) -> Import:
    asked = (each.name for each in fields(invoiceninja_import.Settings))
    told: dict[str, Any] = {name: answers[name] for name in asked if name in answers}
    how = invoiceninja_import.Settings(**told, newest=newest)
    return partial(invoiceninja_import.simulate_import, settings=how)


_ANY = generic_hand.HANDS
_NINJA = Hands("Invoice Ninja", merges=frozenset({"customer", "item"}))

APPS: Mapping[str, App] = {
    "invoiceninja": App(
        InvoiceNinjaCopy.of, invoiceninja.simulate, invoiceninja.Settings, _NINJA, _ninja_imports
    ),
    "generic_batch": _neutral(_ANY, generic_batch.simulate, generic_batch.Settings),
    "generic_email": _neutral(_ANY, generic_email.simulate, generic_email.Settings),
    "generic_name": _neutral(_ANY, generic_name.simulate, generic_name.Settings),
    "spraye": _neutral(spraye_hand.HANDS, spraye.simulate, spraye.Settings),
    "studioninja": _neutral(studioninja_hand.HANDS, studioninja.simulate, studioninja.Settings),
    "taxdome": _neutral(
        taxdome_hand.HANDS, taxdome.simulate, taxdome.Settings, lambda _answers: copy_services
    ),
    "workiz": _neutral(
        workiz_hand.HANDS, workiz.simulate, workiz.Settings, lambda _answers: come_back
    ),
}

VERSIONS: Mapping[str, App] = {
    "invoiceninja@current": App(
        InvoiceNinjaCopy.of,
        invoiceninja_current.simulate,
        invoiceninja_current.Settings,
        brings=partial(_ninja_imports, newest=True),
    ),
}
"""Profiles of another version of an app, whose sync is another one, too."""

SYNCS: Mapping[str, App] = {**APPS, **VERSIONS}
"""The sync of each profile, by its name."""

"""The tokens of one company: when they end, and where they are kept."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Protocol

from recon.errors import ConfigError
from recon.qbo.safe import Safe


@dataclass(frozen=True)
class Tokens:
    """What lets us in; never shown.

    Attributes:
        access_token: goes with each call.
        refresh_token: buys the next access token.
        access_until: when the access token ends (an hour after it was given); None when unknown.
        idle_until: when the refresh token ends if it is not used (100 days).
        hard_until: when it ends whatever happens (5 years after consent): connect again.

    Source: Intuit, "Set up OAuth 2.0" (an hour, 100 days), and blogs.intuit.com, "Important
        changes to refresh token policy", 2025-11-12 (5 years); read 2026-11-22.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    access_until: datetime | None = None
    idle_until: datetime | None = None
    hard_until: datetime | None = None

    def days_left(self, now: datetime) -> int | None:
        """Whole days until somebody must connect again if recon is not used, None if unknown."""
        ends = [end for end in (self.idle_until, self.hard_until) if end is not None]
        return (min(ends) - now).days if ends else None

    def to_json(self) -> dict[str, str]:
        """As it is kept; moments in ISO 8601."""
        return {
            name: value.isoformat() if isinstance(value, datetime) else str(value)
            for name in _NAMES
            if (value := getattr(self, name)) is not None
        }

    @classmethod
    def from_json(cls, told: Any) -> Tokens:
        """What `to_json` gave.

        Raises:
            KeyError, TypeError, ValueError: it is something else.
        """
        texts = {str(name): str(told[name]) for name in told if name in _NAMES}
        moments = {k: datetime.fromisoformat(v) for k, v in texts.items() if k.endswith("_until")}
        return cls(texts["access_token"], texts["refresh_token"], **moments)


_NAMES = tuple(each.name for each in fields(Tokens))


class TokenStore(Protocol):
    """Where the tokens of one company are kept."""

    def load(self) -> Tokens | None:
        """What was kept last, None when nothing was."""
        ...

    def save(self, tokens: Tokens) -> None:
        """Keep; durable when it returns."""
        ...

    def lock(self) -> contextlib.AbstractContextManager[Any]:
        """One holder at a time among everybody who shares this store."""
        ...


@dataclass
class MemoryStore:
    """Tokens of this process only: gone when it ends."""

    tokens: Tokens | None = field(default=None, repr=False)

    def load(self) -> Tokens | None:
        """What was kept last."""
        return self.tokens

    def save(self, tokens: Tokens) -> None:
        """Keep until the process ends."""
        self.tokens = tokens

    def lock(self) -> contextlib.AbstractContextManager[Any]:
        """Nothing: nobody outside this process shares it."""
        return contextlib.nullcontext()


@dataclass(frozen=True)
class KeptTokens:
    """Tokens in a safe, with the company and the kind of company that they are for.

    Attributes:
        safe: the keyring or a file.
        realm_id: the company.
        environment: "production", "sandbox", or the discovery address of a local server.
    """

    safe: Safe
    realm_id: str
    environment: str

    def load(self) -> Tokens | None:
        """What was kept last, None when nothing was.

        Raises:
            ConfigError: it cannot be read, or is another company's.
        """
        text = self.safe.read(self._entry)
        if text is None:
            return None
        try:
            told = json.loads(text)
            owner = (told["realm_id"], told["environment"])
            tokens = Tokens.from_json(told["tokens"])
        except (ValueError, KeyError, TypeError):
            raise ConfigError(
                f"The sign-in kept in {self.safe.where} cannot be read.",
                remedy="Connect to QuickBooks again.",
            ) from None  # the text is a secret
        if owner != (self.realm_id, self.environment):
            raise ConfigError(
                f"The sign-in kept in {self.safe.where} is for company {owner[0]} ({owner[1]}), "
                f"not for company {self.realm_id} ({self.environment}).",
                remedy="Connect to QuickBooks again.",
            )
        return tokens

    def save(self, tokens: Tokens) -> None:
        """Keep in the safe."""
        owner = {"realm_id": self.realm_id, "environment": self.environment}
        self.safe.keep(self._entry, json.dumps({**owner, "tokens": tokens.to_json()}))

    def forget(self) -> None:
        """Keep them no longer."""
        self.safe.forget(self._entry)

    def lock(self) -> contextlib.AbstractContextManager[Any]:
        """The safe's lock for this company."""
        return self.safe.lock(self._entry)

    @property
    def _entry(self) -> str:
        return f"tokens:{self.environment}:{self.realm_id}"

"""Which app calls which company, in which of QuickBooks' worlds, and where secrets may travel."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

from recon.calls.addresses import is_loopback, require_safe
from recon.errors import ConfigError
from recon.qbo.safe import Safe

LOCAL_REDIRECT = "http://localhost:8765/callback"
"""Where consent comes back to on this computer; to be entered in the developer portal as it is."""


@dataclass(frozen=True)
class AppKeys:
    """One app of Intuit's developer portal, with which any number of companies is connected.

    Attributes:
        client_id: of the app.
        client_secret: of the app; never shown.
        environment: "production", "sandbox", or the discovery address of a local server.
        redirect_uri: where Intuit sends the person after consent, as entered in the portal.
        base_url: where a local server's API is; empty for Intuit's own.
    """

    client_id: str
    client_secret: str = field(repr=False)
    environment: str = "sandbox"
    redirect_uri: str = LOCAL_REDIRECT
    base_url: str = ""

    def __post_init__(self) -> None:
        """Refuse an address to which secrets must not travel, or that Intuit will not take.

        Source: Intuit, OAuth 2.0 FAQ and "Set redirect URIs": production takes https only, and
            neither localhost nor an IP address; read 2026-11-22.
        """
        _require_a_world(self.environment, self.base_url)
        require_safe(self.redirect_uri)
        if self.environment == "production" and _only_here(self.redirect_uri):
            raise ConfigError(
                "Intuit sends nobody back to this computer with production keys.",
                remedy="Enter an https page of your own under Redirect URIs in the developer "
                "portal, and name the same address with --redirect.",
            )

    @property
    def world(self) -> str:
        """The kind of company: "production", or "sandbox", as a local server is."""
        return "production" if self.environment == "production" else "sandbox"

    def keep(self, safe: Safe) -> None:
        """Keep them in a safe: for the companies of this app, and to be offered the next time."""
        names = ("client_id", "client_secret", "environment", "redirect_uri", "base_url")
        text = json.dumps({name: getattr(self, name) for name in names})
        safe.keep(_entry(self.environment, self.client_id), text)
        safe.keep(_entry(self.environment, ""), text)

    @classmethod
    def kept(cls, safe: Safe, environment: str, client_id: str = "") -> AppKeys | None:
        """The keys of an app, of the last one used in that world if none is named; None if none.

        Raises:
            ConfigError: they cannot be read.
        """
        text = safe.read(_entry(environment, client_id))
        if text is None:
            return None
        try:
            return cls(**json.loads(text))
        except (ValueError, TypeError):
            raise ConfigError(
                f"The app's keys in {safe.where} cannot be read.", remedy="Connect again."
            ) from None  # the text is a secret


@dataclass(frozen=True)
class Credentials:
    """Which app calls which company, and in which of QuickBooks' worlds.

    Attributes:
        realm_id: the company.
        client_id: of the app, from Intuit's developer portal.
        client_secret: of the app; never shown.
        environment: "production", "sandbox", or the discovery address of a local server.
        base_url: where a local server's API is; empty for Intuit's own.
    """

    realm_id: str
    client_id: str
    client_secret: str = field(repr=False)
    environment: str = "sandbox"
    base_url: str = ""

    def __post_init__(self) -> None:
        """Refuse an address to which secrets must not travel."""
        _require_a_world(self.environment, self.base_url)

    @classmethod
    def of(cls, keys: AppKeys, realm_id: str) -> Credentials:
        """One company of an app."""
        return cls(realm_id, keys.client_id, keys.client_secret, keys.environment, keys.base_url)

    @property
    def world(self) -> str:
        """The kind of company: "production", or "sandbox", as a local server is."""
        return "production" if self.environment == "production" else "sandbox"


def _require_a_world(environment: str, base_url: str) -> None:
    """Refuse a server elsewhere that is none of Intuit's: it might hold real books, unguarded."""
    if environment in {"production", "sandbox"}:
        return
    for address in (environment, base_url):
        if not is_loopback(require_safe(address)):
            raise ConfigError(
                f"{urlsplit(address).hostname} is not on this computer, as a sandbox must be.",
                remedy="Pass on the first line that `recon sandbox` prints.",
            )


def _only_here(url: str) -> bool:
    """Whether an address can only mean one machine: localhost, or an IP address."""
    host = urlsplit(url).hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return True


def _entry(environment: str, client_id: str) -> str:
    return f"keys:{environment}:{client_id}"

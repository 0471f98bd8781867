"""Where an app's API token and password come from: the environment, else the system's keyring.

Nothing is written, and no workspace ever holds a secret.
"""

from __future__ import annotations

import os

import keyring
import keyring.errors

from recon.errors import ConfigError

_SERVICE = "reconbooks"


def api_token(variables: str, url: str) -> str:
    """The token for the app at an address.

    A workspace may come from somebody else, with an address of their choice in it. So the token of
    the environment goes only to the address that stands there beside it, and the keyring keeps
    tokens by address.

    Args:
        variables: what the names of the two variables begin with: …_URL and …_TOKEN.
        url: the app's address.

    Raises:
        ConfigError: there is none.
    """
    return _secret("API token", (f"{variables}_URL", f"{variables}_TOKEN"), url, url)


def api_password(variables: str, url: str) -> str:
    """The password of the token's owner, which an app may want for what cannot be undone.

    Kept like the token, in the keyring under the address with "password" behind it.

    Args:
        variables: as for the token: …_URL and …_PASSWORD.
        url: the app's address.

    Raises:
        ConfigError: there is none.
    """
    names = f"{variables}_URL", f"{variables}_PASSWORD"
    return _secret("password of the API token's owner", names, url, f"{url} password")


def _secret(what: str, names: tuple[str, str], url: str, entry: str) -> str:
    """What two variables say together, the address and the secret, else the keyring's entry."""
    meant, found = (os.environ.get(name, "").strip() for name in names)
    if found and meant.rstrip("/") == url.rstrip("/"):
        return found
    try:
        kept = keyring.get_password(_SERVICE, entry)
    except keyring.errors.KeyringError:
        kept = None
    if kept:
        return kept
    named = f'"{entry}"' if " " in entry else entry
    raise ConfigError(
        f"There is no {what} for {url}.",
        remedy=f"Put it into the keyring (python -m keyring set {_SERVICE} {named}), or set both "
        f"{' and '.join(names)}.",
    )

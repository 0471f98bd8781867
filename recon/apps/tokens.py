"""Where an app's API token comes from: the environment, else the operating system's keyring.

Nothing is written, and no workspace ever holds a token.
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
    token = os.environ.get(f"{variables}_TOKEN", "").strip()
    meant = os.environ.get(f"{variables}_URL", "").strip()
    if token and meant.rstrip("/") == url.rstrip("/"):
        return token
    try:
        kept = keyring.get_password(_SERVICE, url)
    except keyring.errors.KeyringError:
        kept = None
    if kept:
        return kept
    raise ConfigError(
        f"There is no API token for {url}.",
        remedy=f"Put it into the keyring (python -m keyring set {_SERVICE} {url}), or set both "
        f"{variables}_URL and {variables}_TOKEN.",
    )

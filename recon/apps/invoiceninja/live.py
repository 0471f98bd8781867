"""Invoice Ninja at an address, for a workspace that remembers the address only."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from recon.apps.invoiceninja.api import InvoiceNinjaApi, invoiceninja_pace
from recon.apps.invoiceninja.writer import InvoiceNinjaWriter
from recon.apps.tokens import api_password, api_token
from recon.books import Snapshot
from recon.calls.addresses import require_safe
from recon.ports import Clock, Progress

VARIABLES = "INVOICENINJA"


def is_address(where: str) -> bool:
    """Whether the app is named by its address, not by a folder."""
    return where.casefold().startswith(("https://", "http://"))


@dataclass(frozen=True)
class LiveInvoiceNinja:
    """Reads the company at an address; the token is looked up when it is read, and kept nowhere.

    Raises:
        ConfigError: the token would cross a network unencrypted.
    """

    url: str

    def __post_init__(self) -> None:
        """Refuse an address to which a token must not travel."""
        require_safe(self.url)

    def read(self, now: Clock, progress: Progress) -> Snapshot:
        """Every record that is not deleted.

        Raises:
            ConfigError: there is no token.
            AuthError, BusyError, RejectedError: as `InvoiceNinjaApi.read` says.
        """
        api = InvoiceNinjaApi(self.url, self.token(), pace=invoiceninja_pace())
        try:
            return api.read(now, progress)
        finally:
            api.close()

    def token(self) -> str:
        """The API token.

        Raises:
            ConfigError: there is none.
        """
        return api_token(VARIABLES, self.url)

    def writer(self, *, may_write: bool = True) -> InvoiceNinjaWriter:
        """Changes records there; token and password are looked up when something is sent.

        Args:
            may_write: False until a person says that real records may be changed.
        """
        return InvoiceNinjaWriter(
            self.url,
            self.token,
            partial(api_password, VARIABLES, self.url),
            may_write=may_write,
            pace=invoiceninja_pace(),
        )

"""Which files belong to which app, and how they are read."""

from __future__ import annotations

from collections.abc import Mapping

from recon.apps.exports import AppExports, Dialect
from recon.apps.generic_name import reader as generic
from recon.apps.invoiceninja.live import LiveInvoiceNinja, is_address
from recon.apps.invoiceninja.reader import InvoiceNinjaExports
from recon.apps.spraye import reader as spraye
from recon.apps.studioninja import reader as studioninja
from recon.apps.taxdome import reader as taxdome
from recon.apps.workiz import reader as workiz
from recon.errors import ConfigError, InputError
from recon.files.export_set import Source
from recon.files.mapping import Mapping as FileMapping

DIALECTS: Mapping[str, Dialect] = {
    **dict.fromkeys(("generic_batch", "generic_email", "generic_name"), generic.DIALECT),
    "spraye": spraye.DIALECT,
    "studioninja": studioninja.DIALECT,
    "taxdome": taxdome.DIALECT,
    "workiz": workiz.DIALECT,
}
"""App to what is its own about its files; Invoice Ninja has a reader of its own."""

AppReader = LiveInvoiceNinja | InvoiceNinjaExports | AppExports


def reader_of(
    app: str, where: Source, mappings: Mapping[str, FileMapping] | None = None
) -> AppReader:
    """The reader of an app: live from its address, where it has one, else its files.

    Args:
        app: the app's id.
        where: a folder, files, or an address.
        mappings: corrected mappings by kind or file name.

    Raises:
        ConfigError: the address is not reached over https, or nobody knows the app.
        InputError: the app is not read from an address.
    """
    address = where if isinstance(where, str) and is_address(where) else ""
    if app == "invoiceninja":
        if address:
            return LiveInvoiceNinja(address)
        return InvoiceNinjaExports(where, mappings=mappings)
    if app not in DIALECTS:
        raise ConfigError(f"recon cannot read '{app}'.", remedy=f"Known: {', '.join(DIALECTS)}.")
    if address:
        raise InputError(
            f"{DIALECTS[app].app} is not read from an address.",
            remedy="Export its lists into a folder, and give that.",
        )
    return AppExports(DIALECTS[app], where, mappings=mappings)

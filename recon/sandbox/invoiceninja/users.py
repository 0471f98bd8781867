"""Whose token it is, and what that person may see and do."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from hmac import compare_digest

from recon.sandbox.books.company import Record


@dataclass(frozen=True)
class User:
    """Somebody with an API token.

    Without the right to view a kind of record a person sees those that they made or that were
    assigned to them, and may edit those.

    Attributes:
        id: as `user_id` and `assigned_user_id` of records name it.
        token: goes into X-API-TOKEN.
        password: goes into X-API-PASSWORD or X-API-PASSWORD-BASE64 of protected routes.
        is_admin: may do everything.
        permissions: words like "view_client", "edit_invoice", "create_all".

    Source: Invoice Ninja, GitHub discussion 8171 (a record can be assigned to a second user, who
        then sees and edits it), read 2026-11-26. The words are those of the app's permissions; what
        each of them covers beyond its name is not established.
    """

    id: str
    token: str = field(repr=False)
    password: str = field(repr=False)
    is_admin: bool = False
    permissions: frozenset[str] = frozenset()

    def may(self, verb: str, kind: str) -> bool:
        """Whether a right holds for all records of a kind: verb is view, create or edit."""
        return self.is_admin or not self.permissions.isdisjoint({f"{verb}_{kind}", f"{verb}_all"})

    def may_with(self, verb: str, kind: str, record: Record) -> bool:
        """Whether a right holds for one record."""
        own = self.id in (record.get("user_id"), record.get("assigned_user_id"))
        return own or self.may(verb, kind)

    def proves_itself(self, headers: Mapping[str, str]) -> bool:
        """Whether the request carries the password, plain or in base64."""
        told = headers.get("x-api-password", "")
        coded = headers.get("x-api-password-base64", "")
        if coded:
            try:
                told = base64.b64decode(coded, validate=True).decode()
            except (binascii.Error, UnicodeDecodeError):
                return False
        return bool(told) and compare_digest(told.encode(), self.password.encode())

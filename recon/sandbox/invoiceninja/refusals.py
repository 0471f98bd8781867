"""Every way in which the API says no, and how it is written.

Source: Invoice Ninja API reference 5.12.55 (responses 401, 403, 422 and 429 of "Merge client"), a
captured 403 (n8n issue 1776), and Laravel's 422, which the app is built on, as the documentation of
daravel describes it, read 2026-11-26; status 412 for the password: API description, 5.10, read
2026-11-22. The sentences of 404, 412, 429 and of refused updates are ours: no capture is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

NOT_ALLOWED = "You are not authorized to view or perform this action"


class RefusedError(Exception):
    """A request that is not done.

    Args:
        status: of HTTP.
        message: for people.
        errors: field to its problems.
    """

    def __init__(
        self, status: int, message: str, errors: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = {field: list(told) for field, told in (errors or {}).items()}

    def json(self, *, general: bool = False) -> dict[str, object]:
        """The body; with `general` a validation error has a sentence that names no field."""
        message = "The given data was invalid." if general and self.errors else self.message
        return {"message": message, "errors": self.errors}


def invalid(errors: Mapping[str, Sequence[str]]) -> RefusedError:
    """422: what is wrong with which field."""
    told = [each for problems in errors.values() for each in problems]
    more = len(told) - 1
    suffix = f" (and {more} more error{'s' if more > 1 else ''})" if more else ""
    return RefusedError(422, f"{told[0]}{suffix}", errors)


def taken(field: str) -> RefusedError:
    """422: another record has this value."""
    return invalid({field: [f"The {field.replace('_', ' ')} has already been taken."]})


def missing(field: str) -> RefusedError:
    """422: a value without which nothing can be done."""
    return invalid({field: [f"The {field.replace('_', ' ')} field is required."]})


def chosen_badly(field: str) -> RefusedError:
    """422: a value that refers to nothing."""
    return invalid({field: [f"The selected {field.replace('_', ' ')} is invalid."]})


def not_found() -> RefusedError:
    """404."""
    return RefusedError(404, "There is no such record.")


def no_route(method: str, path: str) -> RefusedError:
    """404: nothing is at this address, or nothing that takes this method."""
    return RefusedError(404, f"The route {method} {path} could not be found.")


def bad_token() -> RefusedError:
    """403: no token, or one that nobody gave out."""
    return RefusedError(403, "Invalid token")


def bad_password() -> RefusedError:
    """412: the password header of a protected route is missing or wrong."""
    return RefusedError(412, "Invalid password.")


def too_many() -> RefusedError:
    """429."""
    return RefusedError(429, "Too Many Attempts.")

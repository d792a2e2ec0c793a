"""The one family of errors. Each room derives its own; one place per medium turns them into an answer."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _


class ComityError(Exception):
    """Something a person can be told: `code` for machines, `message` for people, `details` for both."""

    code = "error"
    status = 400
    message: Any = _("Something went wrong.")

    def __init__(self, message: Any = None, **details: Any) -> None:
        self.message = message or type(self).message
        self.details = details
        super().__init__(self.text)

    @property
    def text(self) -> str:
        """The message with its details filled in; details it does not name are left out."""
        return str(self.message) % self.details if self.details and "%(" in str(self.message) else str(self.message)


class NotAllowed(ComityError):
    code = "not-allowed"
    status = 403
    message = _("You may not do this.")


class NotFound(ComityError):
    code = "not-found"
    status = 404
    message = _("There is no such record, or you may not see it.")


class Stale(ComityError):
    code = "stale"
    status = 409
    message = _("Somebody changed this record while you were editing. Nothing was overwritten.")


class Broken(ComityError):
    """The change log or the data under it is not what was written."""

    code = "broken"
    status = 500
    message = _("The change log does not match the records.")


class NotReady(ComityError):
    code = "not-ready"
    status = 503
    message = _("The node is not ready: its database is not at the version of this program.")


class Refused(ComityError):
    """The node does not make this request, or does not take its answer."""

    code = "refused"
    message = _("%(address)s is not fetched: %(reason)s.")


class Unreachable(ComityError):
    """Another server did not give what it was asked for."""

    code = "unreachable"
    status = 502
    message = _("%(address)s could not be fetched: %(reason)s.")

"""What can go wrong with members, in words for people."""

from django.utils.translation import gettext_lazy as _

from comity.records.errors import ComityError


class AlreadyAMember(ComityError):
    code = "already-a-member"
    status = 409
    message = _("There is an account with this email address.")


class WeakPassword(ComityError):
    code = "weak-password"
    message = _("The password cannot be used: %(reasons)s")


class BadEmail(ComityError):
    code = "bad-email"
    message = _("This is not an email address: %(email)s")


class TooManyTokens(ComityError):
    code = "too-many-tokens"
    message = _("An account has at most %(most)s tokens. Delete one that is not used.")


class NoSuchOrganisation(ComityError):
    code = "no-such-organisation"
    status = 404
    message = _("No organisation is called %(slug)s here.")


class NoSuchMember(ComityError):
    code = "no-such-member"
    status = 404
    message = _("Nobody here has the email address %(email)s.")

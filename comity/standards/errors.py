"""What can go wrong in the catalogue, in words for people."""

from django.utils.translation import gettext_lazy as _

from comity.records.errors import ComityError


class NothingToImport(ComityError):
    code = "nothing-to-import"
    message = _("There is nothing to import: %(reason)s")


class UnreadableFile(ComityError):
    code = "unreadable-file"
    message = _("%(file)s, line %(line)s: %(reason)s")

"""What can go wrong in the catalogue, in words for people."""

from django.utils.translation import gettext_lazy as _

from comity.records.errors import ComityError


class NothingToImport(ComityError):
    code = "nothing-to-import"
    message = _("There is nothing to import: %(reason)s")


class IsText(ComityError):
    code = "is-text"
    message = _("This is a text, not a catalogue. Hand it over on the page “Import a text”.")


class TooLarge(ComityError):
    code = "too-large"
    status = 413
    message = _("The file is larger than %(most)s MB. An administrator can import it from the command line.")


class Unnamed(ComityError):
    code = "unnamed"
    message = _("The file does not say its %(what)s. Say it, and import again.")


class NotAnEdition(ComityError):
    code = "not-an-edition"
    message = _("%(document)s is known in several editions. Say which one this is.")


class Unreadable(ComityError):
    code = "unreadable"
    message = _("%(reason)s")


class StillUsed(ComityError):
    code = "still-used"
    status = 409
    message = _("Others point at clauses of this text (%(clauses)s), so it stays. Nothing was changed.")


class NotADay(ComityError):
    code = "not-a-day"
    message = _("“%(given)s” is not a date. Write a year, a month or a day: 2018, 2018-05 or 2018-05-31.")


class NoSuchForm(ComityError):
    code = "no-such-form"
    message = _("There is no form “%(form)s”. There are: %(forms)s.")


class TooManyForAWorkbook(ComityError):
    code = "too-many-for-a-workbook"
    status = 413
    message = _("These are more documents than a workbook takes here (%(most)s). Narrow the list, or take CSV.")


class NoSuchConcept(ComityError):
    code = "no-such-concept"
    status = 404
    message = _("There is no concept “%(name)s”. A concept is named by its scheme and code, such as ai-topic:risk.")


class DecidedAlready(ComityError):
    code = "decided-already"
    status = 409
    message = _("This is decided already: %(state)s. Nothing was changed.")


class BadRule(ComityError):
    """A rule cannot be looked for, or there is one of its name."""

    code = "bad-rule"
    message = _("%(reason)s")


class NothingInForce(ComityError):
    code = "nothing-in-force"
    status = 409
    message = _("Nothing was decided of this document by a person, so there is nothing to take back.")


class AlreadyDecided(ComityError):
    code = "already-decided"
    status = 409
    message = _("Somebody decided this already. Nothing was changed.")


class NotDecided(ComityError):
    code = "not-decided"
    status = 409
    message = _("Nothing is decided here that could be undone.")


class NeedsReason(ComityError):
    code = "needs-reason"
    message = _("Say why. Whoever reads the decision later has to understand it.")


class NothingToFollow(ComityError):
    code = "nothing-to-follow"
    status = 404
    message = _("There is nothing of this name that can be followed, or you may not see it.")


class TooManyFollowed(ComityError):
    code = "too-many-followed"
    status = 409
    message = _("You follow %(most)s things already. Stop following one first.")


class BadValue(ComityError):
    """A value cannot be what a field says."""

    code = "bad-value"
    message = _("%(field)s: %(reason)s")


class NothingChanged(ComityError):
    code = "nothing-changed"
    message = _("It says so already. Nothing was changed.")


class NotCorrectable(ComityError):
    code = "not-correctable"
    message = _("“%(field)s” is nothing that can be reported here.")


class TooManyReports(ComityError):
    """The sender, or everybody together, reported enough for a day."""

    code = "too-many-reports"
    status = 429
    message = _("%(reason)s")


class NotAPerson(ComityError):
    """A form came back as programs send it."""

    code = "not-a-person"
    message = _("%(reason)s")


class KnownAlready(ComityError):
    code = "known-already"
    status = 409
    message = _("%(identifier)s is in the catalogue already. Edit it instead.")


class ToItself(ComityError):
    code = "to-itself"
    message = _("A document is not related to itself.")


class Circular(ComityError):
    """Of two documents, each would supersede the other, directly or through others."""

    code = "circular"
    status = 409
    message = _("Each would supersede the other: %(path)s. Nothing was changed; put the wrong relation right first.")


class ChangedSince(ComityError):
    code = "changed-since"
    status = 409
    message = _("It was changed again since: %(fields)s. Undo the later change first, or edit it.")


class NoVersion(ComityError):
    """A writer by program did not say which version it saw."""

    code = "no-version"
    status = 428
    message = _("Say which version you saw, by If-Match or `version`.")


class VersionDiffers(ComityError):
    code = "version-differs"
    status = 412
    message = _("Somebody changed this record since the version you named. Nothing was overwritten.")


class TooManyReferences(ComityError):
    code = "too-many-references"
    status = 413
    message = _("There are more than %(most)s references. Check them in parts.")


class TooLong(ComityError):
    code = "too-long"
    status = 413
    message = _("What you sent is longer than %(most)s. Check it in parts.")


class NoReferences(ComityError):
    code = "no-references"
    message = _("There is no reference in it: no identifier of a standard and no title.")

"""What can go wrong with bridges, in words for people."""

from django.utils.translation import gettext_lazy as _

from comity.records.errors import ComityError


class SameInstrument(ComityError):
    code = "same-instrument"
    message = _("A bridge leads from one text to another: choose two different ones.")


class NothingToAlign(ComityError):
    code = "nothing-to-align"
    message = _("Nothing of %(instrument)s can be compared: no clause of it has words here.")


class UnknownInstrument(ComityError):
    code = "unknown-instrument"
    status = 404
    message = _("No text here is known as “%(name)s”. Import it first, or choose which text is meant.")


class UnknownReference(ComityError):
    code = "unknown-reference"
    message = _("None of the %(count)s pairs names a clause of both texts (%(examples)s). Nothing was imported.")


class UnreadableCrosswalk(ComityError):
    code = "unreadable-crosswalk"
    message = _("%(reason)s")


class TooLarge(ComityError):
    code = "too-large"
    status = 413
    message = _("The file is larger than %(most)s MB.")


class TooFewInstruments(ComityError):
    code = "too-few-instruments"
    message = _("There are not two texts here to compare. Import some first.")


class NoDask(ComityError):
    code = "no-dask"
    message = _("Dask is not installed. Install Comity with its extra “dask”, or leave the scheduler out.")


class NotReached(ComityError):
    code = "scheduler-not-reached"
    message = _("The scheduler at %(address)s does not answer.")
    workers = _("The scheduler at %(address)s has no workers, or one of them does not see the folder %(folder)s.")


class MapStopped(ComityError):
    code = "map-stopped"
    message = _("A process was ended from outside. Finished pairs are kept: the same command goes on.")

"""Errors that anybody reports, and what the secretariat answers."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comity.records.models import Record
from comity.standards.models.catalogue import Body, Committee, Document, Edition

LONGEST_REASON = 4_000
LONGEST_VALUE = 1_000


class Correction(Record):
    """A report, by anybody, that something is wrong in a document, body or committee.

    It moves one way: open, then accepted or declined. It is private until it is accepted; what is then public
    are field, values and answer, never the reporter's reason. Reasons may hold personal data: digests are
    salted, and reports can be erased.

    Attributes:
        field: what is wrong, one of `Field`; `language` which text of it.
        before: the value as it was when the report was made.
        proposed: what it should be, in the reporter's words; empty where they do not know.
        reason: how the reporter knows.
        applied: what it was changed to; empty where nothing was changed by the decision itself.
        answer: what the secretariat says to the reporter and, if accepted, to everybody.
        form: digest of the form it was sent with, so that a form sent twice is one report.
    """

    class State(models.TextChoices):
        OPEN = "open", _("waits for an answer")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")

    class Field(models.TextChoices):
        TITLE = "title", _("title")
        STAGE = "stage", _("stage")
        PUBLISHED = "published", _("date of publication")
        COMMITTEE = "committee", _("committee")
        EDITION = "edition", _("number of the edition")
        TYPE = "type", _("kind of document")
        PAGE = "page", _("web page")
        TERRITORY = "territory", _("country or region")
        SELECTION = "selection", _("why it is (or is not) an AI standard")
        NAME = "name", _("name")
        COUNTRY = "country", _("country")
        WEBSITE = "website", _("website")
        OTHER = "other", _("something else")

    document = models.ForeignKey(
        Document, null=True, blank=True, on_delete=models.PROTECT, related_name="corrections"
    )
    edition = models.ForeignKey(Edition, null=True, blank=True, on_delete=models.PROTECT, related_name="corrections")
    body = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="corrections")
    committee = models.ForeignKey(
        Committee, null=True, blank=True, on_delete=models.PROTECT, related_name="corrections"
    )
    field = models.CharField(max_length=10, choices=Field)
    language = models.CharField(max_length=35, blank=True)
    before = models.CharField(max_length=LONGEST_VALUE, blank=True)
    proposed = models.CharField(max_length=LONGEST_VALUE, blank=True)
    reason = models.TextField(max_length=LONGEST_REASON)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    applied = models.CharField(max_length=LONGEST_VALUE, blank=True)
    answer = models.TextField(max_length=LONGEST_REASON, blank=True)
    decided_by = models.UUIDField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    form = models.CharField(max_length=64, null=True, blank=True, unique=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["created_at", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="correction_of_one_thing",
                condition=Q(document__isnull=False, body__isnull=True, committee__isnull=True)
                | Q(document__isnull=True, body__isnull=False, committee__isnull=True)
                | Q(document__isnull=True, body__isnull=True, committee__isnull=False),
            ),
            models.CheckConstraint(
                name="decided_correction_has_answer",
                condition=Q(state="open", decided_at__isnull=True)
                | (~Q(state="open") & ~Q(answer="") & Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="only_accepted_correction_is_public", condition=Q(state="accepted") | Q(visibility="private")
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "created_at", "id"], name="correction_queue")
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.state}"

    @property
    def about(self) -> Any:
        """The document, body or committee it is about."""
        return self.document or self.body or self.committee

    def get_absolute_url(self) -> str:
        """The page where the secretariat decides. Reporters have a link of their own."""
        return f"/standards/corrections/{self.rid}/"


class CorrectionContact(models.Model):
    """Where the answer is to be mailed, and in which language. Kept apart, and erased once it was sent."""

    correction = models.OneToOneField(Correction, on_delete=models.CASCADE, related_name="contact")
    address = models.EmailField(max_length=254)
    language = models.CharField(max_length=10, blank=True)


class CorrectionTally(models.Model):
    """How many reports one sender made on a day: a digest that is good for that day only, and goes with it."""

    day = models.DateField()
    sender = models.CharField(max_length=24)
    made = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["day", "sender"], name="one_tally_a_sender_and_day")
        ]

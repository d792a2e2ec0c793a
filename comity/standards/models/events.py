"""What happened to documents, as this node learned of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comity.standards.models.catalogue import Document, Stage


class DocumentEvent(models.Model):
    """A document came into the catalogue, moved to another stage or edition, or went.

    Written in the transaction that changes the document. `at` is when this node learned of it, `read_on` when
    its source was read, `date` what the source says of the edition: when it really happened is known no better.
    """

    class Kind(models.TextChoices):
        NEW = "new", _("new here")
        EDITION = "edition", _("new edition")
        STAGE = "stage", _("new stage")
        WITHDRAWN = "withdrawn", _("withdrawn")

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=9, choices=Kind)
    stage_before = models.CharField(max_length=16, choices=Stage, blank=True)
    stage = models.CharField(max_length=16, choices=Stage)
    edition_before = models.CharField(max_length=255, blank=True)
    edition = models.CharField(max_length=255)
    date = models.CharField(max_length=10, blank=True)
    read_on = models.CharField(max_length=10, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-at", "-id"], name="event_by_time"),
            models.Index(fields=["document", "-at"], name="event_of_document"),
        ]

"""What a document is about: its concepts, suggested by the engine or stated by a person."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comity.records.models import Concept, Record
from comity.standards.models.catalogue import Document


class Classification(Record):
    """One concept of one document.

    It is suggested until a person confirms or rejects it, and a decision is never overwritten by a suggestion.
    A suggestion that the engine takes back is withdrawn, and comes back if it is made again.

    Attributes:
        confidence: the engine's probability that the concept is right; None where a person added it.
        evidence: terms of the document that spoke for the concept, strongest first; see `engine.topics`.
        engine: version of what suggested it, "" where a person added it: agreement counts only the others.
        decided_by: opaque id of the actor who decided; None where the administrator did at the command line.
    """

    class State(models.TextChoices):
        SUGGESTED = "suggested", _("suggested")
        CONFIRMED = "confirmed", _("confirmed")
        REJECTED = "rejected", _("rejected")

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="classes")
    concept = models.ForeignKey(Concept, on_delete=models.PROTECT, related_name="classified")
    state = models.CharField(max_length=9, choices=State, default=State.SUGGESTED)
    confidence = models.FloatField(null=True, blank=True)
    evidence = models.JSONField(default=list, blank=True)
    engine = models.CharField(max_length=40, blank=True)
    decided_by = models.UUIDField(null=True, blank=True, editable=False)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["document", "concept"], name="one_class_a_concept"),
            models.CheckConstraint(
                name="class_confidence_is_a_share",
                condition=Q(confidence__isnull=True) | Q(confidence__gte=0, confidence__lte=1),
            ),
            models.CheckConstraint(
                name="suggested_class_has_engine",
                condition=(Q(engine="") & Q(confidence__isnull=True) & ~Q(state="suggested"))
                | (~Q(engine="") & Q(confidence__isnull=False)),
            ),
            models.CheckConstraint(
                name="decided_class_has_date",
                condition=Q(state="suggested", decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(state="suggested") & Q(decided_at__isnull=False)),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "-confidence", "id"], name="class_by_state"),
            models.Index(fields=["concept", "state"], name="class_by_concept"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.concept_id} {self.state}"

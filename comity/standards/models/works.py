"""Whether two documents are the same work: what the engine proposes, and what a person decides."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from comity.records.models import Record
from comity.standards.models.catalogue import Document


class AdoptionKind(models.TextChoices):
    """How an adoption relates to what it adopts (ISO/IEC Guide 21-1)."""

    IDENTICAL = "IDT", _("identical (IDT)")
    MODIFIED = "MOD", _("modified (MOD)")
    NOT_EQUIVALENT = "NEQ", _("not equivalent (NEQ)")


class SameWork(Record):
    """Two documents of different bodies that may be the same work.

    It waits as proposed until the secretariat accepts or rejects it; undoing makes it wait again. The pair
    is kept once, the document with the smaller key first.

    Attributes:
        evidence: why the engine proposes it: sign, weight and details of each reason, the weightiest first.
        reason: why it was decided so.
        decided_by: actor who decided last, `decided_at` when; empty while it waits.
        before: what accepting found: for each document of the works it joined (by public id), its work ("" for none).
        made: public id of the work that accepting made, where neither document had one.
        history: every decision and its undoing: what, when, by which actor, why.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("waits for a decision")
        ACCEPTED = "accepted", _("the same work")
        REJECTED = "rejected", _("not the same work")

    first = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="same_as_later")
    second = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="same_as_earlier")
    state = models.CharField(max_length=8, choices=State, default=State.PROPOSED)
    adoption = models.CharField(max_length=3, choices=AdoptionKind, blank=True)
    confidence = models.FloatField(default=0)
    evidence = models.JSONField(default=list)
    engine = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    decided_by = models.UUIDField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    before = models.JSONField(default=dict, blank=True)
    made = models.CharField(max_length=36, blank=True)
    history = models.JSONField(default=list, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["first", "second"], name="one_decision_a_pair"),
            models.CheckConstraint(condition=~Q(first=F("second")), name="same_work_of_two"),
            models.CheckConstraint(
                name="decided_same_work_has_its_time",
                condition=Q(state="proposed", decided_at__isnull=True)
                | (~Q(state="proposed") & Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                condition=Q(confidence__gte=0, confidence__lte=1), name="same_work_confidence_is_a_share"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "-confidence", "id"], name="same_works_in_order")
        ]

    def __str__(self) -> str:
        return f"{self.first_id} = {self.second_id}"

    def get_absolute_url(self) -> str:
        return f"/standards/works/{self.rid}/"

    @property
    def sides(self) -> tuple[Any, Any]:
        return self.first, self.second

    @property
    def percent(self) -> int:
        """The confidence for people: never a certainty."""
        return min(99, round(100 * self.confidence))

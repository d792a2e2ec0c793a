"""Why documents are in the AI set: the rules as people edit them, those in force, and what people decided."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comity.engine import selection as engine
from comity.records.models import Record
from comity.standards.models.catalogue import Document, Selection


class Rule(Record):
    """One rule of the selection, as the secretariat edits it. It counts once the rules are applied."""

    class Field(models.TextChoices):
        TITLE = "title", _("title")
        COMMITTEE = "committee", _("committee")
        KEYWORD = "keyword", _("keywords")
        SERIES = "series", _("beginning of the identifier")

    class Strength(models.IntegerChoices):
        AI = Selection.AI.value, _("AI standard")
        ADJACENT = Selection.ADJACENT.value, _("adjacent to AI")
        NONE = Selection.NONE.value, _("stays out, whatever other rules say")

    field = models.CharField(max_length=10, choices=Field)
    name = models.CharField(max_length=60)
    terms = models.JSONField(default=list)
    unless = models.JSONField(default=list, blank=True)
    strength = models.PositiveSmallIntegerField(choices=Strength, default=Strength.AI)
    exact = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["field", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["field", "name"], condition=Q(withdrawn_at__isnull=True), name="one_rule_a_name"
            )
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        return f"{self.field}:{self.name}"

    def get_absolute_url(self) -> str:
        return f"/standards/rules/{self.rid}/"

    @property
    def said(self) -> engine.Rule:
        """The rule as the engine takes it."""
        return engine.Rule(
            self.field, self.name, tuple(self.terms), int(self.strength), tuple(self.unless), self.exact
        )


class RulesInForce(models.Model):
    """The rules at one moment they were applied. The latest are in force: imports select by them.

    Where there are none, what imported data says of itself holds.
    """

    at = models.DateTimeField(auto_now_add=True)
    actor = models.UUIDField(null=True)
    rules = models.JSONField()
    counts = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]


class SelectionDecision(Record):
    """What a person decided of one document, and why. It stands above all rules until it is taken back.

    What the document was before is kept, to go back to where no rules are in force.
    """

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="selection_decisions")
    verdict = models.PositiveSmallIntegerField(choices=Selection)
    reason = models.CharField(max_length=1_000)
    before = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["document"], condition=Q(withdrawn_at__isnull=True), name="one_decision_in_force"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="decision_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id}: {self.verdict}"

"""What the room holds: bridges with what the engine proposes, and crosswalks as their publishers have them.

Nothing here is a decision. A proposal says what the engine thinks and why, a published pair what a publisher says.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from comity.records.models import Record
from comity.standards.models import Clause, Edition


class Relation(models.TextChoices):
    """Set-theory relationships of NIST IR 8477, read from source to target."""

    EQUAL = "equal", _("equal to")
    SUBSET = "subset", _("subset of")
    SUPERSET = "superset", _("superset of")
    INTERSECTS = "intersects", _("intersects with")
    NONE = "none", _("no relationship")


class Bridge(Record):
    """The way from one edition to another, clause by clause, with where its proposals come from.

    Attributes:
        engine, model: what proposed; "" where no model of meaning was at hand.
        languages: of source and target, as they were compared.
        knew: published crosswalks the engine was told of: publisher, source, target, number of pairs.
        clauses: units of the source; `confident` of them have a proposal that is likelier than not, and `lacking`
            have none and probably no counterpart.
        digest: of all proposals, so that the change log proves them.
    """

    source = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="bridges_from")
    target = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="bridges_to")
    slug = models.CharField(max_length=255, unique=True)
    title = models.CharField(max_length=600)
    engine = models.CharField(max_length=40, blank=True)
    model = models.CharField(max_length=120, blank=True)
    proposed_at = models.DateTimeField(null=True, blank=True)
    top = models.PositiveSmallIntegerField(default=5)
    languages = models.JSONField(default=list, blank=True)
    knew = models.JSONField(default=list, blank=True)
    warnings = models.JSONField(default=list, blank=True)
    clauses = models.PositiveIntegerField(default=0)
    proposed = models.PositiveIntegerField(default=0)
    confident = models.PositiveIntegerField(default=0)
    lacking = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["title", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["source", "target"], name="one_bridge_a_direction"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="bridge_between_two"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/bridges/{self.slug}/"


class BridgeClause(models.Model):
    """A clause of a bridge's source.

    Attributes:
        order: its place in the source; `teaching` that among the clauses whose decisions teach most, from 1.
        none: probability that the target has no counterpart.
        best: confidence of its most confident proposal, 0 where it has none.
    """

    bridge = models.ForeignKey(Bridge, on_delete=models.CASCADE, related_name="rows")
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="bridged")
    order = models.PositiveIntegerField()
    teaching = models.PositiveIntegerField()
    none = models.FloatField()
    best = models.FloatField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["bridge", "clause"], name="one_row_a_bridged_clause")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["bridge", "order"], name="bridge_rows_in_order"),
            models.Index(fields=["bridge", "teaching"], name="bridge_rows_that_teach"),
        ]


class Proposal(models.Model):
    """A counterpart the engine proposes. `evidence` is why: signals, terms, path, resembles (see `evidence`)."""

    bridge = models.ForeignKey(Bridge, on_delete=models.CASCADE, related_name="proposals")
    source = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="proposed_to")
    target = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="proposed_from")
    rank = models.PositiveSmallIntegerField()
    score = models.FloatField()
    confidence = models.FloatField()
    relation = models.CharField(max_length=10, choices=Relation, blank=True)
    relation_confidence = models.FloatField(default=0)
    evidence = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["bridge", "source", "target"], name="one_proposal_a_pair"),
            models.CheckConstraint(
                condition=Q(confidence__gte=0, confidence__lte=1), name="proposal_confidence_is_a_share"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["bridge", "source", "rank"], name="proposals_in_order")
        ]


class Crosswalk(Record):
    """A list of pairs that somebody published: evidence with its publisher's name, not a decision of this node.

    Attributes:
        lost: what could not be matched: for each side how many refs, and examples with their lines.
        no_counterpart: refs of source clauses of which the publisher says that there is none.
        digest: of all pairs and what is said of them, so that the same file changes nothing.
    """

    source = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="crosswalks_from")
    target = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="crosswalks_to")
    publisher = models.CharField(max_length=500, blank=True)
    title = models.CharField(max_length=500, blank=True)
    licence = models.CharField(max_length=500, blank=True)
    published = models.CharField(max_length=40, blank=True)
    file = models.CharField(max_length=255, blank=True)
    form = models.CharField(max_length=24, blank=True)
    pairs_known = models.PositiveIntegerField(default=0)
    lost = models.JSONField(default=dict, blank=True)
    no_counterpart = models.JSONField(default=list, blank=True)
    target_no_counterpart = models.JSONField(default=list, blank=True)
    warnings = models.JSONField(default=list, blank=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["publisher", "title", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(source=F("target")), name="crosswalk_between_two")
        ]

    def __str__(self) -> str:
        return f"{self.publisher or self.title}: {self.source_id} {self.target_id}"

    def get_absolute_url(self) -> str:
        return f"/bridges/crosswalks/{self.rid}/"


class CrosswalkPair(models.Model):
    """One pair of a published crosswalk. `word` is the relationship as the publisher prints it."""

    crosswalk = models.ForeignKey(Crosswalk, on_delete=models.CASCADE, related_name="pairs")
    source = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="published_to")
    target = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="published_from")
    relation = models.CharField(max_length=10, choices=Relation, blank=True)
    word = models.CharField(max_length=500, blank=True)
    strength = models.FloatField(null=True, blank=True)
    rationale = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["crosswalk", "source", "target"], name="one_published_pair")
        ]

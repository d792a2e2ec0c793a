"""The record every room's record derives from, and the tables all rooms share."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comity.records import identity, kinds
from comity.records.fields import MultilingualField
from comity.records.viewer import Viewer


class Visibility(models.TextChoices):
    PUBLIC = "public", _("public")
    PARTNERS = "partners", _("partners")
    ORGANISATION = "organisation", _("organisation")
    PRIVATE = "private", _("private")


def seen_by(viewer: Viewer, prefix: str = "") -> Q:
    """The rule every record obeys, as a predicate that SQL can run.

    Public records are everybody's; partners' records are for whoever acts for an organisation here or has
    a role beyond reading (anybody may sign up as a reader); an organisation's for its members; a private
    one for the actor who contributed it.
    """
    if viewer.node:
        return Q()
    seen = Q(**{f"{prefix}visibility": Visibility.PUBLIC})
    if not viewer.signed_in:
        return seen
    if viewer.organisations or viewer.has_role("secretariat", "delegate", "expert"):
        seen |= Q(**{f"{prefix}visibility": Visibility.PARTNERS})
    if viewer.organisations:
        seen |= Q(
            **{
                f"{prefix}visibility": Visibility.ORGANISATION,
                f"{prefix}organisation__in": viewer.organisations,
            }
        )
    if viewer.actor is not None:
        seen |= Q(**{f"{prefix}visibility__in": (Visibility.ORGANISATION, Visibility.PRIVATE)}) & Q(
            **{f"{prefix}contributor": viewer.actor}
        )
    return seen


class RecordQuerySet(models.QuerySet[Any]):
    def visible_to(self, viewer: Viewer) -> Self:
        """What `viewer` may read, and not withdrawn from the node. Every read starts here."""
        return self.filter(kinds.of(self.model).visible_to(viewer), withdrawn_at__isnull=True)


class Record(models.Model):
    """Identity, ownership, visibility and version of anything a node holds.

    `contributor` and `organisation` are opaque ids of actors: this layer does not know people.
    """

    rid = models.UUIDField(unique=True, default=identity.authored, editable=False)
    origin = models.CharField(max_length=255, blank=True, editable=False)
    uri = models.CharField(max_length=500, blank=True, editable=False)
    visibility = models.CharField(max_length=12, choices=Visibility, default=Visibility.PUBLIC)
    version = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    contributor = models.UUIDField(null=True, blank=True, editable=False)
    organisation = models.UUIDField(null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[Any] = RecordQuerySet.as_manager()

    class Meta:
        abstract = True


class Change(models.Model):
    """One row of the append-only log: a put or withdrawal of one record, or of a batch of them.

    `digest` is that of the record's canonical JSON, or the Merkle root over a batch; `leaves` then
    holds, for each record of the batch, 16 bytes of id, 4 of version and 32 of digest. `chain` is the
    digest over this row and the previous row's chain. `salt` is kept apart so that erasing it makes a
    personal record's digest meaningless without breaking the chain.
    """

    class Operation(models.TextChoices):
        PUT = "put", _("written")
        WITHDRAW = "withdraw", _("withdrawn")

    sequence = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.UUIDField(null=True)
    kind = models.CharField(max_length=32)
    operation = models.CharField(max_length=8, choices=Operation)
    record = models.UUIDField(null=True, db_index=True)
    version = models.PositiveIntegerField(default=0)
    count = models.PositiveIntegerField(default=1)
    because = models.CharField(max_length=500, blank=True)
    public = models.BooleanField(default=True)
    digest = models.BinaryField(max_length=32)
    salt = models.BinaryField(max_length=16, null=True)
    leaves = models.BinaryField(null=True)
    chain = models.BinaryField(max_length=32)

    class Meta:
        ordering: ClassVar[list[str]] = ["sequence"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["kind", "-sequence"], name="change_by_kind")]


class Snapshot(models.Model):
    """The body a person wrote, so that two versions can be compared. Imports keep claims instead."""

    change = models.OneToOneField(Change, on_delete=models.CASCADE, primary_key=True, related_name="snapshot")
    body = models.JSONField()


class Generation(models.Model):
    """How often the public records of one kind have changed: what caches and ETags are keyed by."""

    kind = models.CharField(max_length=32, primary_key=True)
    number = models.BigIntegerField(default=0)


class Scheme(models.Model):
    """A concept scheme (SKOS): AI topics, sectors, SDGs, ICS, countries."""

    code = models.SlugField(max_length=32, unique=True)
    title = MultilingualField()
    source = models.CharField(max_length=255, blank=True)


class Concept(models.Model):
    """A concept of a scheme, with preferred and alternative labels by language (SKOS prefLabel, altLabel)."""

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="concepts")
    code = models.CharField(max_length=64)
    label = MultilingualField()
    alternatives = models.JSONField(default=dict, blank=True)
    broader = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="narrower")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["scheme", "code"], name="one_concept_a_code")
        ]


class Entry(models.Model):
    """What search knows of one record.

    `slot` is the entry's key in the index of terms. Slots ascend with the number of terms, so that
    when more records match than are looked at, the shortest (most specific) are looked at first,
    and on both databases the same ones.
    """

    slot = models.BigIntegerField(unique=True)
    kind = models.CharField(max_length=32)
    object = models.BigIntegerField()
    visibility = models.CharField(max_length=12)
    contributor = models.UUIDField(null=True)
    organisation = models.UUIDField(null=True)
    boost = models.SmallIntegerField(default=0)
    facets = models.JSONField(default=list)
    length = models.PositiveSmallIntegerField()
    terms = models.TextField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["kind", "object"], name="one_entry_a_record")
        ]


class Term(models.Model):
    """In how many entries a term stands: what makes it rare or common."""

    term = models.CharField(max_length=64, primary_key=True)
    entries = models.IntegerField()


class FacetCount(models.Model):
    """How many public entries of a kind carry a facet: counted as they are written, not when listed."""

    kind = models.CharField(max_length=32)
    facet = models.CharField(max_length=120)
    entries = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["kind", "facet"], name="one_count_a_facet")
        ]


class IndexSize(models.Model):
    """One row: how many entries the index holds, how many terms in all, and the next slot to give."""

    entries = models.BigIntegerField(default=0)
    terms = models.BigIntegerField(default=0)
    next_slot = models.BigIntegerField(default=1)


class Text(models.Model):
    """A distinct title. Its key is the row of its vector in the vector files."""

    digest = models.BinaryField(max_length=16, unique=True)
    text = models.TextField()


class EntryText(models.Model):
    """Which entries carry a title."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="texts")
    text = models.ForeignKey(Text, on_delete=models.PROTECT, related_name="entries")
    language = models.CharField(max_length=16)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["entry", "text"], name="one_text_an_entry")
        ]


class Task(models.Model):
    """Work to do later, queued in the transaction that made it necessary.

    A running task has a lease; when a worker dies, the lease runs out and another takes the task up.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    name = models.CharField(max_length=64)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    created_at = models.DateTimeField(default=timezone.now)
    run_after = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    worker = models.CharField(max_length=64, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    message = models.CharField(max_length=255, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state", "run_after"], name="task_queue")]

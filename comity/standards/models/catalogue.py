"""What the catalogue holds.

A *work* is the intellectual content, a *document* one body's publication of it, an *edition* a numbered
version of a document or a draft on its way to one. What is known of an edition comes from *claims*: each
source's record as it came. The edition shows their merge and keeps where they differ.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from comity.engine.stages import Stage as CommonStage
from comity.records.fields import MultilingualField
from comity.records.models import Record


class Stage(models.TextChoices):
    """The common scale. Each body's own words are kept beside it."""

    PROPOSAL = CommonStage.PROPOSAL.value, _("proposal")
    DRAFTING = CommonStage.DRAFTING.value, _("drafting")
    CONSULTATION = CommonStage.CONSULTATION.value, _("consultation")
    APPROVAL = CommonStage.APPROVAL.value, _("approval")
    PUBLISHED = CommonStage.PUBLISHED.value, _("published")
    WITHDRAWN = CommonStage.WITHDRAWN.value, _("withdrawn")
    UNKNOWN = CommonStage.UNKNOWN.value, _("stage not stated")


class Selection(models.IntegerChoices):
    """Whether a document belongs to the AI set, and how surely."""

    NONE = 0, _("not in the AI set")
    ADJACENT = 1, _("adjacent to AI")
    AI = 2, _("AI standard")


class DocumentType(models.TextChoices):
    STANDARD = "standard", _("standard")
    SPECIFICATION = "specification", _("technical specification")
    REPORT = "report", _("technical report")
    RECOMMENDATION = "recommendation", _("recommendation")
    GUIDE = "guide", _("guide")
    AMENDMENT = "amendment", _("amendment or corrigendum")
    SUPPLEMENT = "supplement", _("supplement")
    POLICY = "policy", _("policy or law")
    OTHER = "other", _("other publication")


class RelationKind(models.TextChoices):
    SUPERSEDES = "supersedes", _("supersedes")
    SUPERSEDED_BY = "superseded_by", _("superseded by")
    AMENDS = "amends", _("amends")
    AMENDED_BY = "amended_by", _("amended by")
    ADOPTS = "adopts", _("adopts")
    ADOPTED_BY = "adopted_by", _("adopted by")
    IDENTICAL = "identical", _("identical to")
    CITES = "cites", _("cites")
    CITED_BY = "cited_by", _("cited by")
    EDITION_OF = "edition_of", _("edition of")
    HAS_EDITION = "has_edition", _("has the edition")
    INCLUDES = "includes", _("includes")
    INCLUDED_IN = "included_in", _("included in")
    COMPLEMENTS = "complements", _("complements")
    COMPLEMENTED_BY = "complemented_by", _("complemented by")
    DERIVES_FROM = "derives_from", _("derives from")
    RELATED = "related", _("related to")


class Body(Record):
    """An organisation that publishes standards, under the code its identifiers begin with."""

    class Reach(models.TextChoices):
        INTERNATIONAL = "international", _("international")
        REGIONAL = "regional", _("regional")
        NATIONAL = "national", _("national")
        CONSORTIUM = "consortium", _("consortium or professional association")
        UNKNOWN = "unknown", _("not stated")

    code = models.CharField(max_length=40, unique=True)
    slug = models.SlugField(max_length=40, unique=True)
    name = MultilingualField()
    reach = models.CharField(max_length=14, choices=Reach, default=Reach.UNKNOWN)
    country = models.CharField(max_length=2, blank=True)
    website = models.CharField(max_length=255, blank=True)
    order = models.PositiveSmallIntegerField(default=100)

    class Meta:
        ordering: ClassVar[list[str]] = ["order", "code"]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return f"/standards/bodies/{self.slug}/"


class Committee(Record):
    """A group of a body that writes documents: technical committee, subcommittee, study group."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="committees")
    key = models.CharField(max_length=255, unique=True)
    slug = models.CharField(max_length=80, unique=True)
    designation = models.CharField(max_length=255)
    name = MultilingualField()
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")

    class Meta:
        ordering: ClassVar[list[str]] = ["designation"]

    def __str__(self) -> str:
        return self.designation

    def get_absolute_url(self) -> str:
        return f"/standards/committees/{self.slug}/"


class Work(Record):
    """What several documents have in common: one intellectual content, published by several bodies.

    A document that stands alone needs no work; the first one that joins it makes one.
    """

    key = models.CharField(max_length=255, unique=True)
    title = MultilingualField()

    def __str__(self) -> str:
        return str(self.title) or self.key


class Document(Record):
    """One body's publication, over all its editions: what an undated reference names.

    What a list shows of it (title, stage, date, current edition) is kept here as well, so that a page
    of a list is one query however many editions there are.
    """

    key = models.CharField(max_length=255, unique=True)
    slug = models.CharField(max_length=200, unique=True)
    loose = models.CharField(max_length=200, db_index=True)
    identifier = models.CharField(max_length=255)
    title = MultilingualField()
    other_titles = models.JSONField(default=list, blank=True)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="documents")
    publishers = models.JSONField(default=list, blank=True)
    committee = models.ForeignKey(
        Committee, null=True, blank=True, on_delete=models.PROTECT, related_name="documents"
    )
    work = models.ForeignKey(Work, null=True, blank=True, on_delete=models.PROTECT, related_name="documents")
    type = models.CharField(max_length=16, choices=DocumentType, default=DocumentType.OTHER)
    stage = models.CharField(max_length=16, choices=Stage, default=Stage.UNKNOWN)
    date = models.CharField(max_length=10, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    languages = models.JSONField(default=list, blank=True)
    territory = models.CharField(max_length=80, blank=True)
    selection = models.PositiveSmallIntegerField(choices=Selection, default=Selection.NONE)
    reasons = models.JSONField(default=list, blank=True)
    part_of = models.CharField(max_length=255, blank=True, db_index=True)
    current = models.CharField(max_length=255, blank=True)
    editions_known = models.PositiveIntegerField(default=0)
    differs = models.BooleanField(default=False)
    read_on = models.CharField(max_length=10, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["selection", "-date", "id"], name="document_by_selection"),
            models.Index(fields=["-date", "id"], name="document_by_date"),
            models.Index(fields=["body", "-date"], name="document_by_body"),
            models.Index(fields=["committee", "-date"], name="document_by_committee"),
            models.Index(fields=["identifier"], name="document_by_identifier"),
            models.Index(fields=["updated_at"], name="document_by_update"),
        ]

    def __str__(self) -> str:
        return self.identifier

    def get_absolute_url(self) -> str:
        return f"/standards/{self.slug}/"


class Edition(Record):
    """A numbered version of a document, or a draft of one: what a dated reference names.

    `sources` lists the claims merged here, best first; `differences` the fields where they disagree.
    """

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="editions")
    key = models.CharField(max_length=255, unique=True)
    identifier = models.CharField(max_length=255)
    label = models.CharField(max_length=80, blank=True)
    number = models.CharField(max_length=40, blank=True)
    version_label = models.CharField(max_length=40, blank=True)
    title = MultilingualField()
    stage = models.CharField(max_length=16, choices=Stage, default=Stage.UNKNOWN)
    stage_words = models.CharField(max_length=120, blank=True)
    stage_inferred = models.BooleanField(default=False)
    date = models.CharField(max_length=10, blank=True)
    dates = models.JSONField(default=dict, blank=True)
    doctype = models.CharField(max_length=120, blank=True)
    languages = models.JSONField(default=list, blank=True)
    links = models.JSONField(default=dict, blank=True)
    ics = models.JSONField(default=list, blank=True)
    sources = models.JSONField(default=list, blank=True)
    differences = models.JSONField(default=list, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["document", "-date"], name="edition_of_document")
        ]

    def __str__(self) -> str:
        return self.identifier


class Identifier(models.Model):
    """Any identifier by which an edition is known: its own first, then DOI, ISBN, URN, a twin's number."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="identifiers")
    kind = models.CharField(max_length=40)
    value = models.CharField(max_length=255)
    key = models.CharField(max_length=255, db_index=True)
    loose = models.CharField(max_length=200, db_index=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["edition", "kind", "key"], name="one_identifier_once")
        ]


class Source(models.Model):
    """Where claims come from: a catalogue, a file somebody imported."""

    key = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    address = models.CharField(max_length=255, blank=True)
    publishers = models.JSONField(default=list, blank=True)
    read_on = models.CharField(max_length=10, blank=True)
    terms = models.CharField(max_length=255, blank=True)

    def __str__(self) -> str:
        return self.name


class Claim(models.Model):
    """What one source says of one edition, as it came, with its place and date."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="claims")
    ref = models.CharField(max_length=255)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="claims")
    data = models.JSONField()
    digest = models.BinaryField(max_length=16)
    read_on = models.CharField(max_length=10, blank=True)
    file = models.CharField(max_length=255, blank=True)
    line = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["source", "ref"], name="one_claim_a_record_of_a_source")
        ]


class Relation(models.Model):
    """A link a claim states from an edition to another document.

    The target is what the source printed, with its canonical keys; which record that is gets looked up
    when it is shown, so links to documents imported later come alive by themselves.
    """

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="relations")
    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="relations")
    kind = models.CharField(max_length=16, choices=RelationKind)
    words = models.CharField(max_length=40)
    target = models.CharField(max_length=255)
    target_key = models.CharField(max_length=255)
    target_document = models.CharField(max_length=255, db_index=True)
    dated = models.BooleanField(default=False)
    note = models.CharField(max_length=255, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["edition", "kind"], name="relation_of_edition")]


class ImportRun(models.Model):
    """One file being imported: how far it got (so that a killed import goes on there) and what came of it."""

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        DONE = "done", _("done")

    file = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=8, choices=State, default=State.RUNNING)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    lines = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)


class ColumnMapping(models.Model):
    """Which column of a table holds what, saved under a name to be used again."""

    name = models.SlugField(max_length=80, unique=True)
    columns = models.JSONField()

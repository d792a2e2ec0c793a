"""The clauses of an edition, in whatever languages they are known."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from comity.records.models import Record
from comity.standards.models.catalogue import Edition


class Expression(Record):
    """The clauses of an edition in one language (Akoma Ntoso and FRBR call this an expression).

    `may_show` says whether the texts may be read here. Where they may not, they are still searched and
    mapped, but only refs and headings appear.
    """

    class Nature(models.TextChoices):
        OFFICIAL = "official", _("official text")
        TRANSLATION = "translation", _("unofficial translation")
        MACHINE = "machine", _("machine translation")
        OUTLINE = "outline", _("outline with short descriptions")
        SUMMARY = "summary", _("summary in our own words")
        UNKNOWN = "unknown", _("nature of the text not stated")

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="expressions")
    language = models.CharField(max_length=35)
    title = models.CharField(max_length=500, blank=True)
    nature = models.CharField(max_length=12, choices=Nature, default=Nature.UNKNOWN)
    licence = models.CharField(max_length=500, blank=True)
    may_show = models.BooleanField(default=False)
    source = models.CharField(max_length=500, blank=True)
    form = models.CharField(max_length=20, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    read_on = models.CharField(max_length=10, blank=True)
    clauses_known = models.PositiveIntegerField(default=0)
    amendments = models.PositiveIntegerField(default=0)
    warnings = models.JSONField(default=list, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["edition", "language"], name="one_expression_a_language")
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.language}"


class Clause(Record):
    """The smallest numbered provision of an edition, in whatever languages it is known.

    Equal refs are the same clause in every language. `lineage` is shared by the clauses of several
    editions that are one provision, even where its number changed. `parent` is the ref of the clause
    that holds it, "" at the top; `order` its place in the whole edition.
    """

    class Kind(models.TextChoices):
        PREAMBLE = "preamble", _("preamble")
        RECITAL = "recital", _("recital")
        PART = "part", _("part")
        CHAPTER = "chapter", _("chapter")
        SECTION = "section", _("section")
        ARTICLE = "article", _("article")
        PARAGRAPH = "paragraph", _("paragraph")
        POINT = "point", _("point")
        ANNEX = "annex", _("annex")
        CLAUSE = "clause", _("clause")
        CONTROL = "control", _("control")
        GROUP = "group", _("group")
        ITEM = "item", _("item")

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="clauses")
    ref = models.CharField(max_length=250)
    parent = models.CharField(max_length=250, blank=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.CLAUSE)
    order = models.PositiveIntegerField()
    depth = models.PositiveSmallIntegerField(default=1)
    lineage = models.UUIDField(db_index=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["edition", "ref"], name="one_clause_a_ref")
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["edition", "order"], name="clause_in_order")]

    def __str__(self) -> str:
        return self.ref


class ClauseText(models.Model):
    """What a clause says in one language.

    `summary` is a line in the node's own words: it stands beside the text, or where there is none.
    `revised_at` tells which language is older where the clause was changed in one and not yet in another.
    """

    clause = models.ForeignKey(Clause, on_delete=models.CASCADE, related_name="texts")
    expression = models.ForeignKey(Expression, on_delete=models.CASCADE, related_name="texts")
    heading = models.CharField(max_length=1000, blank=True)
    text = models.TextField(blank=True)
    guidance = models.TextField(blank=True)
    summary = models.CharField(max_length=1000, blank=True)
    doubts = models.JSONField(default=list, blank=True)
    revised_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["expression", "clause"], name="one_text_a_language")
        ]


class OutlineDraft(models.Model):
    """The outline a reader found in a file, waiting for a person to correct and save it."""

    token = models.UUIDField(unique=True, default=uuid4)
    actor = models.UUIDField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    file = models.CharField(max_length=255)
    target = models.JSONField(default=dict)
    outline = models.JSONField()

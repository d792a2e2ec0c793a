"""What people follow, and how often they want to be told. Personal: it is erased, not only withdrawn."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comity.records.models import Record


class Follow(Record):
    """A search, document, body, committee or concept that one person follows: its contributor.

    `target` names it as addresses do: the filters of a search, the slug of a document, body or committee,
    scheme and code of a concept ("ai-topics:risk").
    """

    class What(models.TextChoices):
        SEARCH = "search", _("search")
        DOCUMENT = "document", _("document")
        BODY = "body", _("body")
        COMMITTEE = "committee", _("committee")
        CONCEPT = "concept", _("topic")

    what = models.CharField(max_length=9, choices=What)
    target = models.CharField(max_length=500)
    label = models.CharField(max_length=300)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["contributor", "what", "target"], name="followed_once"),
            models.CheckConstraint(
                name="follow_is_private", condition=Q(visibility="private", contributor__isnull=False)
            ),
        ]

    def get_absolute_url(self) -> str:
        if self.what == self.What.SEARCH:
            return f"/standards/?{self.target}"
        if self.what == self.What.CONCEPT:
            return ""
        folder = {self.What.BODY: "bodies/", self.What.COMMITTEE: "committees/"}.get(self.What(self.what), "")
        return f"/standards/{folder}{self.target}/"


class Digest(models.Model):
    """How often a person (by the opaque id of their account) is told by mail, and until when they were."""

    class Every(models.TextChoices):
        NEVER = "never", _("never")
        DAILY = "daily", _("each day")
        WEEKLY = "weekly", _("each week")

    actor = models.UUIDField(unique=True)
    every = models.CharField(max_length=6, choices=Every, default=Every.NEVER)
    told_until = models.DateTimeField(default=timezone.now)

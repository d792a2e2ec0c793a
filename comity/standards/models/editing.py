"""What people of this node state of editions, version by version."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from comity.records.models import Record
from comity.standards.models.catalogue import Edition


class Editorial(Record):
    """What this node's editors state of an edition, above what its sources say.

    The claim of the source "editors" is made of it, so imports leave it alone. Every version is kept in the
    change log with its body: that is the history people compare and go back in.

    Attributes:
        says: the fields they state, as `claims.of_editors` takes them. A field not here is left to the sources.
        why: for each of these fields the day (`on`), the reason (`why`) and the actor (`by`).
    """

    edition = models.OneToOneField(Edition, on_delete=models.PROTECT, related_name="editorial")
    says = models.JSONField(default=dict, blank=True)
    why = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        return f"editors on {self.edition_id}"

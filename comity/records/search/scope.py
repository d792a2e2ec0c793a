"""Where a search looks: what the viewer may see, of which kinds, and within which records of a kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from comity.records.models import Entry, Visibility, seen_by
from comity.records.viewer import Viewer


@dataclass(frozen=True)
class Scope:
    """Attributes:
    viewer: who searches.
    within: record kinds to search, each with the records looked at (None: all of that kind); empty
        means every kind.
    """

    viewer: Viewer
    within: Mapping[str, QuerySet[Any] | None] = field(default_factory=dict)

    def sql(self) -> tuple[str, list[Any]]:
        """A condition over `records_entry e` with its parameters."""
        visible, parameters = self._visible()
        if not self.within:
            return visible, parameters
        parts = []
        for kind, records in self.within.items():
            part, more = "e.kind = %s", [kind]
            if records is not None:
                inner, values = records.order_by().values("pk").query.sql_with_params()
                part, more = f"(e.kind = %s AND e.object IN ({inner}))", [kind, *values]
            parts.append(part)
            parameters += more
        return f"{visible} AND ({' OR '.join(parts)})", parameters

    def _visible(self) -> tuple[str, list[Any]]:
        if self.viewer.node:
            return "1 = 1", []
        if not self.viewer.signed_in:
            return "e.visibility = %s", [Visibility.PUBLIC.value]
        inner, values = Entry.objects.filter(seen_by(self.viewer)).values("pk").query.sql_with_params()
        return f"e.id IN ({inner})", list(values)

"""What a list is narrowed to, as it stands in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from comity.records.cursors import Cursor
from comity.standards.models import DocumentType, Stage
from comity.standards.queries.classification import NAME

COLUMNS = ("body", "stage", "type", "year", "language", "committee")
FACETS = (*COLUMNS, "concept")
SORTS = ("newest", "oldest", "identifier")


def _plain(text: str, most: int) -> str:
    """What of a text a database takes: no NUL, no half of a character."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode().strip()[:most]


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to, as it stands in the address."""

    query: str = ""
    body: str = ""
    stage: str = ""
    type: str = ""
    year: str = ""
    language: str = ""
    committee: str = ""
    concept: str = ""
    all: bool = False
    sort: str = ""
    page: int = 1
    after: Cursor | None = None  # instead of a page
    as_of: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Filters:
        """From an address's query; what makes no sense there is as good as not there.

        Raises:
            BadCursor: `after` is not one: a program would otherwise begin again and never end.
        """
        values = {name: _plain(given.get(name, ""), 200) for name in FACETS}
        page = given.get("page", "1")
        year = values["year"]
        return cls(
            query=_plain(given.get("q", ""), 500),
            body=values["body"].upper(),
            stage=values["stage"] if values["stage"] in Stage.values else "",
            type=values["type"] if values["type"] in DocumentType.values else "",
            year=year if year.isascii() and year.isdigit() and len(year) == 4 else "",
            language=values["language"],
            committee=values["committee"],
            concept=values["concept"] if NAME.fullmatch(values["concept"]) else "",
            all=given.get("all") == "1",
            sort=given.get("sort", "") if given.get("sort") in SORTS else "",
            as_of=_plain(given.get("as_of", ""), 40),
            page=int(page) if page.isascii() and page.isdigit() and 0 < len(page) < 7 and int(page) else 1,
            after=Cursor.read(given.get("after", "")),
        )

    @property
    def narrowed(self) -> bool:
        return any(getattr(self, name) for name in FACETS) or bool(self.query)

    @property
    def key(self) -> tuple[Any, ...]:
        """What decides which documents are left, but for the query."""
        return self.all, *(getattr(self, name) for name in FACETS)

    def chosen(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in FACETS if getattr(self, name)}

"""What instruments are called in lists and beside clauses."""

from __future__ import annotations

from django.utils.translation import get_language

from comity.standards.models import Edition
from comity.standards.queries import instruments
from comity.standards.titles import short

LONGEST = 72


def called(edition: Edition) -> str:
    """The short name of an edition: that in the brackets of its title, else its identifier.

    An identifier in another script than the reader's says nothing to them: then it is the title.
    """
    name = instruments.short_name(edition)
    if name.isascii() or (get_language() or "").startswith("zh"):
        return name
    title = short(str(edition.title or edition.document.title)) or name
    return title if len(title) <= LONGEST else f"{title[: LONGEST - 1].rstrip()}…"

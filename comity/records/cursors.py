"""Where a page of a list ended, as one word that a program sends back to go on.

A cursor names the last row that was given, not how many: what is written meanwhile moves no page. It also
holds the place, for the case that the row itself has gone.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from django.utils.translation import gettext_lazy as _

from comity.records.errors import ComityError

SIZE = 16 + 5
LONGEST = 28  # characters


class BadCursor(ComityError):
    """A cursor that no list of this node gave."""

    code = "bad-cursor"
    status = 400
    message = _("This is not a cursor of this list. Begin again without one.")


@dataclass(frozen=True, slots=True)
class Cursor:
    """After which row a page begins: the row's public id, and the place after it when it was given."""

    row: UUID
    place: int

    def __str__(self) -> str:
        return base64.urlsafe_b64encode(self.row.bytes + self.place.to_bytes(5)).decode()

    @classmethod
    def read(cls, text: str) -> Cursor | None:
        """None for an empty text.

        Raises:
            BadCursor: it is not one.
        """
        if not text:
            return None
        try:
            said = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
        except (UnicodeEncodeError, binascii.Error) as error:
            raise BadCursor from error
        if len(said) != SIZE or str(cls(UUID(bytes=said[:16]), int.from_bytes(said[16:]))) != text:
            raise BadCursor
        return cls(UUID(bytes=said[:16]), int.from_bytes(said[16:]))

    def start(self, keys: Sequence[int] | np.ndarray[Any, Any], row: int | None) -> int:
        """Where the next page begins in `keys`, the list in its order; `row` is the key of the cursor's row."""
        found = np.flatnonzero(np.asarray(keys) == row) if row is not None else ()
        return int(found[0]) + 1 if len(found) else min(self.place, len(keys))

"""Dates as sources give them: a year, a month or a day."""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass
from functools import total_ordering
from typing import Literal

Precision = Literal["year", "month", "day"]

_ISO = re.compile(r"(?P<year>\d{4})(?:-?(?P<month>\d{2})(?:-?(?P<day>\d{2}))?)?(?:[T ]\d.*)?", re.ASCII)
_YEAR_MONTH_RUN_ON = 6  # "202312" could be a month or a short date; we take neither


@total_ordering
@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date known to the year, the month or the day.

    Orders by the earliest day it may mean; of two that begin together, the vaguer comes first.
    """

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.year <= 9999:
            raise ValueError(f"no such year: {self.year}")
        if self.month is None:
            if self.day is not None:
                raise ValueError(f"a day ({self.day}) without a month")
            return
        if not 1 <= self.month <= 12:
            raise ValueError(f"no such month: {self.month}")
        if self.day is not None and not 1 <= self.day <= calendar.monthrange(self.year, self.month)[1]:
            raise ValueError(f"no such day: {self.year:04}-{self.month:02}-{self.day}")

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read "2019", "2019-06", "2019-06-30", "20190630" or either with a time of day behind it.

        Raises ValueError, saying what is wrong, for everything else.
        """
        match = _ISO.fullmatch(text.strip())
        if not match or len(text.strip()) == _YEAR_MONTH_RUN_ON:
            raise ValueError(f"not a date: {text!r}")
        year, month, day = (int(part) if part else None for part in match.group("year", "month", "day"))
        try:
            return cls(year or 0, month, day)
        except ValueError as error:
            raise ValueError(f"not a date: {text!r} ({error})") from None

    @property
    def precision(self) -> Precision:
        if self.month is None:
            return "year"
        return "month" if self.day is None else "day"

    def earliest(self) -> datetime.date:
        """The first day it may mean."""
        return datetime.date(self.year, self.month or 1, self.day or 1)

    def latest(self) -> datetime.date:
        """The last day it may mean."""
        month = self.month or 12
        return datetime.date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    def __str__(self) -> str:
        known = (part for part in (self.month, self.day) if part is not None)
        return "-".join([f"{self.year:04}", *(f"{part:02}" for part in known)])

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, PartialDate):
            return NotImplemented
        return self._order() < other._order()

    def _order(self) -> tuple[int, int, int]:
        return self.year, self.month or 0, self.day or 0

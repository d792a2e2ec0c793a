"""Taking rows in as an import does."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from comity.standards import services
from comity.standards.models import Document, Edition
from comity.standards.services import Report
from tests.support import Row, write


@pytest.fixture
def take(tmp_path, db) -> Callable[..., Report]:
    """Import rows (or lines) as one file of a new name."""
    numbers = count(1)

    def take(*rows: Row | str, **options: Any) -> Report:
        file = write(tmp_path / f"{next(numbers)}.jsonl", rows)
        return services.import_catalogue([file], **options)

    return take


@pytest.fixture
def document(db) -> Callable[[str], Document]:
    return lambda key: Document.objects.select_related("body", "committee", "work").get(key=key)


@pytest.fixture
def edition(db) -> Callable[[str], Edition]:
    return lambda key: Edition.objects.get(key=key)

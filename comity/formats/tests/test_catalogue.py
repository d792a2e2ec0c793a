# mypy: disable-error-code="no-untyped-def, no-untyped-call, union-attr"
"""The whole shared catalogue is read: every record, no refusal, no two of one reference."""

from __future__ import annotations

import pytest

from comity.formats.catalogue import Refusal, read
from comity.formats.tests.shared import CATALOGUE, needs_catalogue


@needs_catalogue
@pytest.mark.slow
def test_every_record_is_read_and_has_its_own_reference():
    seen: set[tuple[str, str]] = set()
    count = 0
    for path in sorted(CATALOGUE.glob("*.jsonl.gz")):
        if path.name.startswith(("crossbody", "ai_")):
            continue
        for item in read(path):
            assert not isinstance(item, Refusal), item
            seen.add((item.source, item.ref))
            count += 1
    assert count == len(seen)


@needs_catalogue
@pytest.mark.slow
def test_the_ai_selection_names_records_of_the_bodies_by_the_same_reference():
    chosen = {(item.source, item.ref) for item in read(CATALOGUE / "ai_standards.jsonl.gz") if item.source == "ieee"}
    assert chosen
    assert chosen <= {(item.source, item.ref) for item in read(CATALOGUE / "ieee.jsonl.gz")}

"""The order in which things are imported, and how they are cut into batches, changes nothing of what is shown."""

from __future__ import annotations

import random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.standards import services
from comity.standards.services import imports
from comity.standards.tests.state import catalogue
from tests.support import Row, ai, row, write

pytestmark = [pytest.mark.django_db, pytest.mark.data]


class Undone(Exception): ...


IDENTIFIERS = ["ISO 9:1999", "ISO 9:2020", "ISO/DIS 9", "ISO 8:2000", "ISO 9:1999/Amd 1:2001"]
optional = st.none()


@st.composite
def rows(draw: st.DrawFn) -> list[Row]:
    """Records of a few editions by a few sources, each at a place of its own in its source."""
    found = []
    for number in range(draw(st.integers(2, 6))):
        given = row(
            draw(st.sampled_from(IDENTIFIERS)),
            src=f"place {number}",
            body=draw(st.sampled_from(["iso", "iec", "jis"])),
            fetched=draw(st.sampled_from(["2021-01-01", "2024-01-16", "2025-06-02"])),
            title=draw(
                st.dictionaries(
                    st.sampled_from(["en", "fr", "und"]), st.sampled_from(["Robots", "Tools"]), max_size=2
                )
            ),
            stage=draw(st.sampled_from(["", "40", "60", "95", "PUBLISHED", "WITHDRAWN"])),
            doctype=draw(st.sampled_from(["", "guide", "international-standard"])),
        )
        if date := draw(st.sampled_from(["", "2016", "2016-05", "2016-05-03", "2020-01-01"])):
            given["dates"] = {"published": date}
        if committee := draw(st.sampled_from(["", "ISO/TC 1", "ISO/TC 1/SC 2"])):
            given["group"] = [{"name": "Robots", "identifier": committee}]
        if target := draw(st.sampled_from(["", "ISO 8:2000", "ISO 7:1990"])):
            given["rel"] = [{"type": draw(st.sampled_from(["obsoletes", "identical"])), "id": target}]
        if draw(st.booleans()):
            given["ai"] = ai(strength=draw(st.sampled_from(["strong", "weak"])))
        found.append(given)
    return found


def state_after(folder, files: list[list[Row]]) -> dict:
    """What the catalogue shows after the files, one after another; then everything is undone."""
    found = {}
    try:
        with transaction.atomic():
            for number, lines in enumerate(files):
                services.import_catalogue([write(folder / f"{number}.jsonl", lines)])
            found = catalogue()
            raise Undone
    except Undone:
        return found


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(found=rows(), seed=st.integers(0, 1_000))
def test_the_order_of_records_and_files_changes_nothing(tmp_path, found, seed):
    shuffled = random.Random(seed).sample(found, len(found))
    cut = seed % (len(found) + 1)

    assert state_after(tmp_path, [found]) == state_after(tmp_path, [shuffled[:cut], shuffled[cut:]])


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(found=rows(), size=st.integers(1, 3))
def test_the_size_of_batches_changes_nothing(tmp_path, found, size):
    whole = state_after(tmp_path, [found])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(imports, "BATCH", size)
        assert state_after(tmp_path, [found]) == whole


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(before=rows(), after=rows())
def test_what_a_source_said_before_leaves_no_trace(tmp_path, before, after):
    """A record that is read again replaces what was read at its place, whatever that was about."""
    places = {(one["body"], one["src"]) for one in after}
    before = [one | {"ai": None} for one in before if (one["body"], one["src"]) in places]
    updated, fresh = state_after(tmp_path, [before, after]), state_after(tmp_path, [after])

    living = {key: one for key, one in updated["editions"].items() if not one["withdrawn"]}
    assert living == fresh["editions"]
    assert {key: updated["documents"][key] for key in fresh["documents"]} == fresh["documents"]
    for name in ("claims", "relations"):
        assert updated[name] == fresh[name]

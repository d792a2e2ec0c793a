"""An outline is corrected by a person before it is saved."""

from __future__ import annotations

import pytest

from comity.records.errors import NotAllowed, NotFound
from comity.records.viewer import ANYONE
from comity.standards import services
from comity.standards.errors import TooLarge, Unreadable
from comity.standards.models import Clause, Document, OutlineDraft
from comity.standards.queries import instruments
from comity.standards.services import Correction, Target
from tests.support import READER, SECRETARY, STRANGER

pytestmark = [pytest.mark.django_db, pytest.mark.data]

MARKDOWN = b"""# Example guideline

## 1 Scope

This guideline applies to everybody.

## 2 Requirements

### 2.1 Roles

Roles are assigned.

Page 3 of 7

### 2.2 Records

Records are kept.
"""
ABOUT = Target(document="EXAMPLE 1", language="en", may_show=True)


@pytest.fixture
def draft() -> OutlineDraft:
    found = services.read_instrument(MARKDOWN, "guideline.md")
    return services.draft_outline(found, "guideline.md", ABOUT, by=SECRETARY)


def refs(draft: OutlineDraft) -> list[tuple[str, str | None]]:
    return [(one.ref, one.parent) for one in services.corrected(draft).clauses]


def test_an_outline_is_saved_as_it_was_found(draft) -> None:
    before = refs(draft)
    assert [ref for ref, _parent in before] == ["1", "2", "2.1", "2.2"]
    services.save_outline(draft, by=SECRETARY)
    assert list(Clause.objects.order_by("order").values_list("ref", flat=True)) == ["1", "2", "2.1", "2.2"]
    assert not OutlineDraft.objects.exists()


def test_rows_are_renumbered_moved_joined_and_left_out(draft) -> None:
    services.correct_outline(
        draft,
        {
            0: Correction(fate="drop", ref="1"),
            2: Correction(level=1, ref="3", kind="clause", heading="Roles and duties"),
            3: Correction(fate="join", ref="2.2", heading="Records"),
        },
        by=SECRETARY,
    )
    draft.refresh_from_db()
    assert refs(draft) == [("2", None), ("3", None)]
    joined = services.corrected(draft).clauses[1]
    assert joined.heading == "Roles and duties"
    assert joined.text.endswith("Records Records are kept.")


def test_what_a_person_looked_at_is_not_doubted_any_more(draft) -> None:
    rows = draft.outline["clauses"]
    rows[1]["doubts"] = ["level"]
    draft.save()
    services.correct_outline(draft, {1: Correction(level=1, ref="2", heading="Requirements")}, by=SECRETARY)
    draft.refresh_from_db()
    assert draft.outline["clauses"][1]["doubts"] == []


@pytest.mark.parametrize(
    "wrong", [Correction(ref=" "), Correction(ref="1", kind="poem"), Correction(ref="1", fate="?")]
)
def test_a_correction_that_makes_no_sense_changes_nothing(draft, wrong) -> None:
    before = refs(draft)
    with pytest.raises(Unreadable, match="1"):
        services.correct_outline(draft, {1: Correction(ref="9"), 0: wrong}, by=SECRETARY)
    draft.refresh_from_db()
    assert refs(draft) == before


def test_leaving_everything_out_is_refused_and_keeps_the_draft(draft) -> None:
    services.correct_outline(draft, {place: Correction(fate="drop") for place in range(4)}, by=SECRETARY)
    draft.refresh_from_db()
    with pytest.raises(Unreadable):
        services.save_outline(draft, by=SECRETARY)
    assert OutlineDraft.objects.exists()
    assert not Document.objects.exists()


def test_a_draft_is_its_authors(draft) -> None:
    with pytest.raises(NotAllowed):
        services.drafted(draft.token, by=READER)
    with pytest.raises(NotAllowed):
        services.drafted(draft.token, by=STRANGER)
    other = SECRETARY.__class__(user=9, actor=STRANGER.actor, roles=SECRETARY.roles)
    with pytest.raises(NotFound):
        services.drafted(draft.token, by=other)


def test_the_table_of_an_outline_reads_back() -> None:
    found = services.read_instrument(MARKDOWN, "guideline.md")
    table = services.outline_table(found)
    same = services.with_table(found, table, "outline.tsv")
    assert [(one.ref, one.parent) for one in same.clauses] == [(one.ref, one.parent) for one in found.clauses]
    changed = services.with_table(found, table.replace("\tkeep\t2\t2.2\t", "\tkeep\t1\t3\t"), "outline.tsv")
    assert [one.ref for one in changed.clauses] == ["1", "2", "2.1", "3"]
    with pytest.raises(Unreadable, match="line 3"):
        services.with_table(found, table.replace("\n2\tkeep", "\n2\tperhaps"), "outline.tsv")


@pytest.mark.parametrize(
    ("content", "error"),
    [(b"", Unreadable), (b"\x00\xff\x00", Unreadable), (b"x" * (services.LARGEST + 1), TooLarge)],
)
def test_a_file_that_cannot_be_read_says_why(content, error) -> None:
    with pytest.raises(error) as told:
        services.read_instrument(content, "text.bin")
    assert told.value.text


def test_every_shipped_outline_is_read_and_is_marked_as_ours() -> None:
    files = services.shipped()
    assert len(files) >= 10
    for file in files:
        saved = services.read_shipped(file)
        assert saved.expression.nature == "summary"
        assert saved.expression.may_show
        assert saved.uncertain == 0
    again = [services.read_shipped(file) for file in files]
    assert not any(one.new or one.changed or one.gone for one in again)
    both = instruments.instrument(Document.objects.get(key__contains="七部门"), ANYONE, languages=["zh", "en"])
    assert both is not None
    assert [one.language for one in both.read] == ["zh", "en"]
    assert Document.objects.filter(selection=2, key="Regulation (EU) 2024/1689").exists()

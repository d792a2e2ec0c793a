"""Editing by people: above every source, several at once without loss, and undone by a new change."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.records import log
from comity.records.errors import NotAllowed, NotFound, Stale
from comity.records.models import Change
from comity.records.viewer import ANYONE
from comity.standards import queries as catalogue
from comity.standards.errors import (
    BadValue,
    ChangedSince,
    Circular,
    KnownAlready,
    NeedsReason,
    NothingChanged,
    ToItself,
)
from comity.standards.models import Body, Claim, Committee, Document, Edition, Editorial, Relation, Work
from comity.standards.queries import history
from comity.standards.services import editing, stating, undoing
from tests.support import READER, SECRETARY, row

pytestmark = [pytest.mark.django_db, pytest.mark.data]
WHY = {"because": "The cover says so.", "by": SECRETARY}


@pytest.fixture
def iso1(take, edition) -> Edition:
    take(row("ISO 1:2020", stage="60", substage="60", dates={"published": "2020-05"}))
    return edition("ISO 1:2020")


def last_change(kind: str) -> int:
    return Change.objects.filter(kind=kind).latest("sequence").sequence


def test_only_what_is_stated_stands_above_the_sources(iso1, take, document):
    stating.state(iso1, {"titles": {"en": "Ours"}, "published": "2020"}, **WHY)
    take(
        row("ISO 1:2020", stage="95", title={"en": "Theirs"}, dates={"published": "2020-05-03"}, fetched="2099-01-01")
    )
    found = document("ISO 1")
    assert (found.title["en"], found.date, found.stage) == ("Ours", "2020", "withdrawn")
    assert found.read_on == "2099-01-01"
    assert log.verify().holds
    assert not list(catalogue.altered_claims())


def test_a_field_is_left_to_the_sources_again(iso1, document):
    stating.state(iso1, {"published": "1999"}, **WHY)
    assert document("ISO 1").date == "1999"
    stating.state(iso1, {"published": ""}, **WHY)
    assert document("ISO 1").date == "2020-05"
    assert not Claim.objects.filter(source__key="editors").exists()
    assert [one["source"] for one in Edition.objects.get(pk=iso1.pk).sources] == ["iso"]


def test_a_field_of_a_source_is_not_emptied(iso1):
    with pytest.raises(BadValue):
        stating.state(iso1, {"published": ""}, **WHY)
    with pytest.raises(BadValue):
        stating.state(iso1, {"titles": {"en": ""}}, **WHY)


def test_the_second_of_two_editors_is_told(iso1):
    version = iso1.version
    stating.state(iso1, {"stage": "withdrawn"}, expected=version, **WHY)
    with pytest.raises(Stale):
        stating.state(iso1, {"stage": "published"}, expected=version, **WHY)
    assert Edition.objects.get(pk=iso1.pk).stage == "withdrawn"


def test_editing_is_for_the_secretariat_and_needs_a_reason(iso1):
    body = Body.objects.get(code="ISO")
    for viewer in (ANYONE, READER):
        with pytest.raises(NotAllowed):
            stating.state(iso1, {"stage": "withdrawn"}, because="x", by=viewer)
        with pytest.raises(NotAllowed):
            editing.change(body, {"country": "FR"}, because="x", by=viewer)
        with pytest.raises(NotAllowed):
            stating.add("X 1", {"titles": {"en": "X"}}, because="x", by=viewer)
        with pytest.raises(NotAllowed):
            undoing.undo(1, because="x", by=viewer)
    with pytest.raises(NeedsReason):
        stating.state(iso1, {"stage": "withdrawn"}, because=" ", by=SECRETARY)
    with pytest.raises(NothingChanged):
        editing.change(body, {"country": body.country}, **WHY)


@pytest.mark.parametrize(
    "wrong",
    [
        {"stage": "soon"},
        {"published": "yesterday"},
        {"page": "javascript:alert(1)"},
        {"page": "https://[::1"},
        {"type": "novel"},
        {"titles": {"not a tag": "x"}},
        {"titles": "x"},
        {"titles": {"en": "x" * 501}},
        {"nonsense": "x"},
        {"ics": "35.020"},
        {"publishers": ["NOBODY"]},
        {"relations": [["likes", "ISO 2"]]},
    ],
)
def test_what_cannot_be_is_refused_with_its_field(iso1, wrong):
    with pytest.raises(BadValue) as caught:
        stating.state(iso1, wrong, **WHY)
    assert caught.value.details["field"]
    assert not Editorial.objects.exists()


@settings(max_examples=25)
@given(text=st.text(max_size=60))
def test_any_text_is_kept_clean_or_refused(text):
    from comity.standards.services.values import clean

    kept = clean(text)
    assert clean(kept) == kept
    assert not any(character in kept for character in "\x00\n\r\u202e")


# new things


def test_a_document_is_added_and_found(db, document):
    stating.add("ISO 77:2030", {"titles": {"en": "Widgets of tomorrow"}, "stage": "drafting"}, **WHY)
    found = document("ISO 77")
    assert (found.stage, found.body.code, found.current) == ("drafting", "ISO", "ISO 77:2030")
    with pytest.raises(KnownAlready) as caught:
        stating.add("ISO 77:2030", {"titles": {"en": "Again"}}, **WHY)
    assert caught.value.details["slug"] == "iso-77"
    with pytest.raises(BadValue, match="no source names it"):
        undoing.undo(last_change("editorial"), **WHY)
    assert log.verify().holds


def test_a_document_whose_identifier_tells_no_body(db, document):
    editing.add_body("EXI", {"name": {"en": "Example Institute"}, "country": "ch"}, **WHY)
    stating.add("Guide of examples", {"titles": {"en": "Guide"}, "publishers": ["EXI"]}, **WHY)
    assert document("Guide of examples").body.code == "EXI"
    with pytest.raises(BadValue):
        stating.add("Other guide", {"titles": {"en": "Guide"}, "publishers": ["NOBODY"]}, **WHY)
    with pytest.raises(BadValue):
        stating.add("Untitled 1", {}, **WHY)


def test_an_import_of_what_editors_added_is_merged_with_it(take, document, db):
    stating.add("ISO 77:2030", {"titles": {"en": "Ours"}}, **WHY)
    take(row("ISO 77:2030", title={"en": "Theirs", "fr": "Leur"}, stage="60", substage="60"))
    assert document("ISO 77").title == {"en": "Ours", "fr": "Leur"}
    undoing.undo(last_change("editorial"), **WHY)
    assert document("ISO 77").title == {"en": "Theirs", "fr": "Leur"}


def test_bodies_and_committees_are_added_once(iso1):
    body = editing.add_body("New", {"name": {"en": "New"}}, **WHY)
    assert body.slug != "new"
    with pytest.raises(KnownAlready):
        editing.add_body("new", {"name": {"en": "New"}}, **WHY)
    one = editing.add_committee("ISO/TC 9", "ISO", {"name": {"en": "Nine"}}, **WHY)
    below = editing.add_committee("ISO/TC 9/SC 1", "ISO", {"parent": "ISO/TC 9"}, **WHY)
    assert below.parent == one
    with pytest.raises(KnownAlready):
        editing.add_committee("iso/tc 9", "ISO", {}, **WHY)
    with pytest.raises(BadValue, match="below itself"):
        editing.change(one, {"parent": "ISO/TC 9/SC 1"}, **WHY)


# relations


def test_a_relation_is_stated_and_taken_back(iso1, take):
    stating.relate(iso1, "cites", "ISO 2:2019", **WHY)
    take(row("ISO 1:2020", stage="60", title={"en": "Another"}, rel=[{"type": "obsoletes", "id": "ISO 3"}]))
    assert sorted(Relation.objects.values_list("kind", "target_key")) == [
        ("cites", "ISO 2:2019"),
        ("supersedes", "ISO 3"),
    ]
    with pytest.raises(NothingChanged):
        stating.relate(iso1, "cites", "ISO 2:2019", **WHY)
    stating.unrelate(iso1, "cites", "ISO 2:2019", **WHY)
    assert list(Relation.objects.values_list("target_key", flat=True)) == ["ISO 3"]
    with pytest.raises(NothingChanged):
        stating.unrelate(iso1, "supersedes", "ISO 3", **WHY)


@pytest.mark.parametrize("target", ["ISO 1", "ISO 1:2020", "iso 1:2020"])
def test_nothing_is_related_to_itself(iso1, target):
    with pytest.raises(ToItself):
        stating.relate(iso1, "cites", target, **WHY)


def test_an_edition_supersedes_an_earlier_one_of_its_document(iso1):
    stating.relate(iso1, "supersedes", "ISO 1:2010", **WHY)


@pytest.mark.parametrize("kind", ["supersedes", "superseded_by"])
def test_a_circle_of_supersession_is_refused_with_its_path(take, edition, kind):
    """ISO 3 supersedes ISO 2, which says itself superseded; ISO 2 supersedes ISO 1."""
    take(
        row("ISO 1:2020"),
        row(
            "ISO 2:2020", rel=[{"type": "obsoletes", "id": "ISO 1:2020"}, {"type": "obsoletedBy", "id": "ISO 3:2020"}]
        ),
        row("ISO 3:2020"),
    )
    one, other = ("ISO 1:2020", "ISO 3:2020") if kind == "supersedes" else ("ISO 3:2020", "ISO 1:2020")
    with pytest.raises(Circular) as caught:
        stating.relate(edition(one), kind, other, **WHY)
    assert "ISO 2:2020" in caught.value.text
    stating.relate(edition(one), "related", other, **WHY)
    assert Relation.objects.filter(kind="related").count() == 1


def test_a_circle_that_sources_state_is_no_hindrance(take, edition):
    take(
        row("ISO 1:2020", rel=[{"type": "obsoletes", "id": "ISO 2:2020"}]),
        row("ISO 2:2020", rel=[{"type": "obsoletes", "id": "ISO 1:2020"}]),
        row("ISO 4:2020"),
    )
    stating.relate(edition("ISO 4:2020"), "supersedes", "ISO 1:2020", **WHY)


# history and undoing


def test_the_history_tells_every_version_and_undoing_adds_one(iso1, document):
    stating.state(iso1, {"titles": {"en": "First"}}, **WHY)
    first = last_change("editorial")
    stating.state(iso1, {"stage": "withdrawn"}, **WHY)
    undoing.undo(first, because="It was right before.", by=SECRETARY)

    found = document("ISO 1")
    assert (found.title["en"], found.stage) == ("Title of ISO 1:2020", "withdrawn")
    versions = history.of_document(found, ANYONE)
    assert [one.because for one in versions] == ["It was right before.", WHY["because"], WHY["because"]]
    assert [(one.before, one.after) for one in versions[0].differences] == [("First", "")]
    two = history.compared(versions, str(versions[2].sequence), str(versions[0].sequence))
    assert [(str(one.label), one.before, one.after) for one in two[2]] == [
        ("Title (en)", "First", ""),
        ("Stage", "", "withdrawn"),
    ]
    assert log.verify().holds


def test_a_change_that_another_followed_is_not_undone(iso1):
    stating.state(iso1, {"titles": {"en": "First"}}, **WHY)
    first = last_change("editorial")
    stating.state(iso1, {"titles": {"en": "Second"}}, **WHY)
    with pytest.raises(ChangedSince):
        undoing.undo(first, **WHY)
    undoing.undo(last_change("editorial"), **WHY)
    undoing.undo(first, **WHY)
    assert not Editorial.objects.get().says


def test_undoing_an_undoing_brings_it_back(iso1, document):
    stating.state(iso1, {"titles": {"en": "First"}}, **WHY)
    undoing.undo(last_change("editorial"), **WHY)
    undoing.undo(last_change("editorial"), **WHY)
    assert document("ISO 1").title["en"] == "First"


def test_the_first_edit_of_a_body_can_be_undone(iso1):
    body = Body.objects.get(code="ISO")
    before, name = body.website, dict(body.name)
    editing.change(body, {"website": "https://example.org", "name": {"en": "Another"}}, expected=body.version, **WHY)
    assert len(history.of_record("body", body, ANYONE)) == 2
    undoing.undo(last_change("body"), **WHY)
    body.refresh_from_db()
    assert (body.website, dict(body.name)) == (before, name)
    assert log.verify().holds


def test_a_work_is_edited_and_undone(take, document):
    take(
        row("ISO 1:2020", rel=[{"type": "identical", "id": "JIS A 1:2021"}]),
        row("JIS A 1:2021", body="jis"),
    )
    work = document("ISO 1").work
    editing.change(work, {"title": {"en": "Common"}}, **WHY)
    assert Work.objects.get().title["en"] == "Common"
    undoing.undo(last_change("work"), **WHY)
    assert Work.objects.get().title["en"] == "Title of ISO 1:2020"


def test_what_no_person_changed_is_not_undone(iso1):
    for sequence in (last_change("document"), last_change("edition"), 10**9):
        with pytest.raises(NotFound):
            undoing.undo(sequence, **WHY)


def test_the_history_takes_a_fixed_number_of_queries(iso1, document, django_assert_max_num_queries):
    for number in range(12):
        stating.state(iso1, {"titles": {"en": f"Title {number}"}}, **WHY)
    found = document("ISO 1")
    with django_assert_max_num_queries(4):
        assert len(history.of_document(found, SECRETARY)) == 12


@pytest.mark.django_db(transaction=True)
def test_of_several_editors_at_once_one_wins_and_the_others_are_told(emptied, tmp_path):
    from comity.standards.services import import_catalogue
    from tests.support import write

    import_catalogue([write(tmp_path / "1.jsonl", [row("ISO 1:2020")])])
    one = Edition.objects.get()
    version, outcomes = one.version, []
    start = threading.Barrier(4)

    def edit(number: int) -> None:
        try:
            start.wait()
            given = {"titles": {"en": f"Editor {number}"}}
            stating.state(one, given, because="At once.", by=SECRETARY, expected=version)
            outcomes.append("won")
        except Stale:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=edit, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["told", "told", "told", "won"]
    assert Document.objects.get().title["en"] == next(iter(Editorial.objects.get().says["titles"].values()))
    assert log.verify().holds
    assert Committee.objects.count() == 0

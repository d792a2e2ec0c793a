"""What happened to documents: kept where it is written, told between two days, in feeds."""

from __future__ import annotations

import datetime
from xml.etree import ElementTree as ET

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from comity.formats import atom
from comity.records.models import Visibility
from comity.records.viewer import ANYONE
from comity.standards import feeds, queries
from comity.standards.errors import NotADay
from comity.standards.models import Document, DocumentEvent
from tests.support import row

EVERYTHING = queries.Filters(all=True)
ATOM = "{http://www.w3.org/2005/Atom}"


def told() -> list[tuple[str, str, str, str]]:
    return list(DocumentEvent.objects.order_by("pk").values_list("kind", "document__key", "stage_before", "stage"))


def draft(**facts):
    return row("ISO 1:2020", stage="40", substage="60", **facts)


def test_an_import_keeps_account_of_what_it_changes(take):
    take(draft(src="a"), read_on="2025-01-01")
    take(row("ISO 1:2020", src="a", stage="60", substage="60"), read_on="2025-02-01")
    take(row("ISO 1:2024", src="b", stage="60", substage="60"), read_on="2025-03-01")
    take(
        row("ISO 1:2020", src="a", stage="95", substage="99"),
        row("ISO 1:2024", src="b", stage="95", substage="99"),
        read_on="2025-04-01",
    )

    assert told() == [
        ("new", "ISO 1", "", "consultation"),
        ("stage", "ISO 1", "consultation", "published"),
        ("edition", "ISO 1", "published", "published"),
        ("withdrawn", "ISO 1", "published", "withdrawn"),
    ]
    assert list(DocumentEvent.objects.order_by("pk").values_list("read_on", flat=True)) == [
        "2025-01-01", "2025-02-01", "2025-03-01", "2025-04-01",
    ]  # fmt: skip


def test_what_says_the_same_again_is_no_event(take):
    take(draft())
    take(draft(), read_on="2025-02-01")
    take(draft(title={"en": "Another title"}))

    assert [kind for kind, *_rest in told()] == ["new"]


def test_a_document_no_source_names_any_more_is_withdrawn(take):
    take(row("ISO 1:2020", src="a"))
    take(row("ISO 2:2020", src="a"))

    assert [(kind, key) for kind, key, *_rest in told()] == [
        ("new", "ISO 1"), ("new", "ISO 2"), ("withdrawn", "ISO 1"),
    ] or [(kind, key) for kind, key, *_rest in told()] == [
        ("new", "ISO 1"), ("withdrawn", "ISO 1"), ("new", "ISO 2"),
    ]  # fmt: skip


def test_events_go_with_their_batch(take, monkeypatch):
    from comity.standards.services import batches

    def fail(*_given):
        raise RuntimeError("power cut")

    monkeypatch.setattr(batches.Batch, "_write_relations", fail)
    with pytest.raises(RuntimeError):
        take(draft())

    assert told() == []


def period(since: str = "", until: str = "") -> queries.Period:
    return queries.Period.read(since, until)


def test_changes_are_told_between_two_days_both_counted(take):
    take(row("ISO 1:2020"), row("ISO 2:2020"))
    DocumentEvent.objects.filter(document__key="ISO 1").update(
        at=timezone.make_aware(datetime.datetime(2026, 1, 31, 23))
    )

    january = queries.changed(EVERYTHING, period("2026-01", "2026-01"), ANYONE)

    assert [one.document.key for one in january.events] == ["ISO 1"]
    assert january.counts == {"new": 1}
    assert queries.changed(EVERYTHING, period("2026-02-01", "2026-02-28"), ANYONE).total == 0
    assert queries.changed(EVERYTHING, period("0001", "9999"), ANYONE).total == 2
    assert queries.changed(EVERYTHING, period("0001", "9999"), ANYONE, kind="stage").total == 0


def test_what_may_not_be_seen_is_not_told(take):
    take(row("ISO 1:2020"))
    Document.objects.update(visibility=Visibility.PRIVATE)

    assert queries.changed(EVERYTHING, period(), ANYONE).total == 0
    assert queries.latest(EVERYTHING, ANYONE) == []


@pytest.mark.parametrize("count", [1, 60])
def test_a_page_of_changes_takes_four_queries(take, count, django_assert_num_queries):
    take(*(row(f"ISO {n + 1}:2020") for n in range(count)))
    with django_assert_num_queries(4):
        page = queries.changed(EVERYTHING, period(), ANYONE)
    assert (page.total, len(page.events), page.more) == (count, min(count, 50), count > 50)


@pytest.mark.parametrize(
    ("since", "until"), [("soon", ""), ("", "0000"), ("2026-02", "2026-01"), ("=1", ""), ("2026-1", "")]
)
def test_what_is_no_period_is_refused(since, until):
    with pytest.raises(NotADay):
        period(since, until)


def test_without_days_it_is_the_last_thirty():
    found = period()
    assert (found.until - found.since).days == 30


def test_a_feed_is_atom_with_ids_that_stay(take, document):
    take(row("ISO 1:2020", title={"en": "Risk & safety"}))
    one = document("ISO 1")

    first, again = (
        feeds.write("T", "/standards/iso-1/feed.atom", "/standards/iso-1/", queries.latest_of(one, ANYONE))
        for _turn in range(2)
    )

    assert first == again
    root = ET.fromstring(first)
    (entry,) = root.findall(f"{ATOM}entry")
    assert "Risk & safety" in (entry.findtext(f"{ATOM}title") or "")
    assert (entry.findtext(f"{ATOM}id") or "").startswith("urn:uuid:")
    assert root.findtext(f"{ATOM}updated") == entry.findtext(f"{ATOM}updated")


TEXT = st.text(max_size=30)


@given(TEXT, TEXT, TEXT, st.datetimes(timezones=st.just(datetime.UTC)))
def test_whatever_is_in_it_a_feed_is_well_formed(title, summary, address, moment):
    entry = atom.Entry("urn:x", title, address, moment, summary, category=title)
    said = atom.feed(
        id="urn:y",
        title=title,
        address=address,
        home=address,
        author=title,
        language="en",
        updated=moment,
        entries=[entry],
    )
    root = ET.fromstring(said)
    assert len(root.findall(f"{ATOM}entry")) == 1

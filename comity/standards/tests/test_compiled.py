"""Queries that are compiled once: they say what the ORM says, to each viewer what that viewer may see."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comity.records import services as records
from comity.records.models import Visibility
from comity.records.viewer import ANYONE, NODE, Viewer
from comity.standards import queries
from comity.standards.models import Document, Edition
from comity.standards.queries.compiled import Compiled, among, given
from tests.support import READER, STRANGER, ai, row

pytestmark = [pytest.mark.django_db, pytest.mark.data]


@pytest.fixture
def family(take):
    """A document with a draft, an amendment, and one that it replaces."""
    published = {"stage": "60", "substage": "60", "dates": {"published": "1999"}}
    obsoletes = [{"type": "obsoletes", "id": "ISO 8"}]
    take(
        row("ISO 9:1999", title={"en": "Robots", "fr": "Des robots"}, ai=ai(), rel=obsoletes, **published),
        row("ISO/DIS 9", stage="40", substage="20"),
        row("ISO 9:1999/Amd 1:2001"),
        row("ISO 8:1990"),
    )


def test_a_row_says_what_the_document_says(family):
    one = queries.document("iso-9", ANYONE)
    same = Document.objects.select_related("body", "committee").get(slug="iso-9")

    for name in ("pk", "rid", "slug", "key", "identifier", "title", "type", "stage", "date", "year", "territory"):
        assert getattr(one, name) == getattr(same, name), name
    for name in ("selection", "reasons", "part_of", "current", "work_id", "editions_known", "differs"):
        assert getattr(one, name) == getattr(same, name), name
    assert (list(one.publishers), list(one.languages)) == (same.publishers, same.languages)
    assert (one.body.code, one.body.get_absolute_url()) == (same.body.code, same.body.get_absolute_url())
    assert one.get_absolute_url() == same.get_absolute_url()
    assert one.get_type_display() == same.get_type_display()


def hide(model, key, viewer):
    one = model.objects.get(key=key)
    one.visibility, one.contributor = Visibility.PRIVATE, viewer.actor
    records.put(one, by=NODE)


def test_each_viewer_is_read_what_that_viewer_may_see(family):
    def names(viewer):
        return queries.document("iso-9", viewer) is not None

    assert names(ANYONE)
    assert names(READER)
    hide(Document, "ISO 9", READER)

    assert (names(ANYONE), names(STRANGER), names(Viewer(user=9))) == (False, False, False)
    assert (names(READER), names(NODE)) == (True, True)


def test_a_document_that_is_hidden_is_named_on_no_page_of_another(family):
    def shown(viewer):
        found = queries.dossier(queries.document("iso-9", viewer), viewer)
        (link,) = next(iter(found.links.values()))
        return link.document is not None, [one.key for one in found.parts]

    amendment = Document.objects.get(part_of__startswith="ISO 9").key
    assert shown(ANYONE) == (True, [amendment])
    hide(Document, "ISO 8", READER)
    hide(Document, amendment, READER)

    assert shown(ANYONE) == (False, [])
    assert shown(READER) == (True, [amendment])


def test_an_edition_that_is_hidden_is_on_no_page(family):
    one = queries.document("iso-9", ANYONE)
    editions = [edition.key for edition in queries.dossier(one, ANYONE).editions]
    hide(Edition, editions[0], READER)

    assert [edition.key for edition in queries.dossier(one, ANYONE).editions] == editions[1:]
    assert [edition.key for edition in queries.dossier(one, READER).editions] == editions


def test_a_withdrawn_document_has_no_page(family):
    records.withdraw(Document.objects.get(key="ISO 9"), by=NODE, because="")

    assert queries.document("iso-9", ANYONE) is None
    assert queries.document("iso-9", NODE) is None


@pytest.mark.parametrize("slug", ["", "x" * 5_000, "'; --", "%s", "%", "?", '["iso-9"]', "\u202e"])
def test_a_hostile_name_finds_nothing(family, slug):
    assert queries.document(slug, ANYONE) is None


def test_the_parts_of_a_page_take_six_queries(family):
    queries.dossier(queries.document("iso-9", ANYONE), ANYONE)

    with CaptureQueriesContext(connection) as captured:
        queries.dossier(queries.document("iso-9", ANYONE), ANYONE)
    assert len(captured) == 6


def test_rows_come_in_the_order_of_their_keys(family):
    keys = list(Document.objects.order_by("-pk").values_list("pk", flat=True))

    assert [one.pk for one in queries.rows([*keys, 10_000_000], ANYONE)] == keys
    assert queries.rows([], ANYONE) == []


def test_a_value_that_is_not_given_is_an_error(family):
    found = Compiled(Document.objects.filter(slug=given("slug")).values_list("key"))

    with pytest.raises(KeyError):
        found.rows(key="ISO 9")


@pytest.mark.parametrize("keys", [[], ["ISO 9"], ["ISO 8", "ISO 9", "nothing"], ["'", '"', "]", "\\"]])
def test_any_number_of_values_is_one_parameter(family, keys):
    found = Compiled(Document.objects.filter(among(Document, "key", "keys")).values_list("key"))

    assert {key for (key,) in found.rows(keys=keys)} == {"ISO 8", "ISO 9"} & set(keys)

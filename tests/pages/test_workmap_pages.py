"""The page of who works on what: drawn, listed, taken away, in any language."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from comity.records import schemes
from comity.records import services as records
from comity.records.models import Concept
from comity.records.viewer import NODE
from comity.standards.models import Classification, Document, Selection


@pytest.fixture
def classified(clients: dict[str, Client]) -> dict[str, Client]:
    """A topic on each AI standard, by turns; one in ten confirmed."""
    schemes.load()
    concepts = list(Concept.objects.filter(scheme__code="ai-topic").order_by("pk"))
    made = []
    for place, document in enumerate(Document.objects.filter(selection=Selection.AI).order_by("pk")):
        confirmed = place % 10 == 0
        made.append(
            Classification(
                document=document,
                concept=concepts[place % (len(concepts) - 1)],
                state="confirmed" if confirmed else "suggested",
                confidence=0.7,
                engine="test",
                decided_at=timezone.now() if confirmed else None,
            )
        )
    records.bulk_put(made, by=NODE, because="a test")
    return clients


def test_the_map_says_how_much_is_only_suggested_and_leads_to_the_records(classified: dict[str, Client]) -> None:
    page = classified["anyone"].get("/standards/map/").content.decode()
    assert "suggested by a machine and checked by nobody" in page
    assert 'href="/standards/?concept=ai-topic%3Arisk&amp;body=ITU-T"' in page
    assert "Overlaps: several prepare the same topic" in page
    assert "overlap of" in page
    assert "No AI standard of this catalogue is about it." in page
    confirmed = classified["anyone"].get("/standards/map/?confirmed=1").content.decode()
    assert "Only what people confirmed" in confirmed
    assert "With the suggestions" in confirmed


@pytest.mark.parametrize("by", ["body", "committee", "stage"])
@pytest.mark.parametrize("language", ["en", "ar", "zh", "ru"])
def test_it_is_drawn_in_every_language(classified: dict[str, Client], by: str, language: str) -> None:
    answer = classified["anyone"].get(f"/standards/map/?by={by}", headers={"Accept-Language": language})
    page = answer.content.decode()
    assert page.count("<svg") >= 2
    assert " style=" not in page
    assert (' direction="rtl"' in page) == (language == "ar")


def test_an_address_that_makes_no_sense_shows_the_map_as_it_is(classified: dict[str, Client]) -> None:
    plain = classified["anyone"].get("/standards/map/")
    for query in ("by=x", "scheme=%00", "confirmed=2", "by=body&by=x%27"):
        assert classified["anyone"].get(f"/standards/map/?{query}").status_code == 200
    assert classified["anyone"].get("/standards/map/?scheme=no-such").status_code == 200
    assert plain.status_code == 200


def test_the_page_is_kept_until_something_is_written(classified: dict[str, Client]) -> None:
    first = classified["anyone"].get("/standards/map/")
    again = classified["anyone"].get("/standards/map/", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    one = Classification.objects.filter(state="suggested").first()
    assert one is not None
    one.state, one.decided_at = "rejected", timezone.now()
    records.put(one, by=NODE)
    assert classified["anyone"].get("/standards/map/", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_the_number_of_queries_is_fixed(classified: dict[str, Client], django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(4):
        classified["anyone"].get("/standards/map/?by=stage")


def test_it_is_taken_away_as_a_picture_and_a_table(classified: dict[str, Client]) -> None:
    svg = classified["anyone"].get("/standards/map/svg/?by=committee")
    assert svg["Content-Type"] == "image/svg+xml"
    assert 'filename="map-committee.svg"' in svg["Content-Disposition"]
    assert svg.content.startswith(b"<svg")
    table = classified["anyone"].get("/standards/map/csv/").content.decode()
    assert table.startswith("scheme,topic,label,body,published")
    assert classified["anyone"].get("/standards/map/pdf/").status_code == 404


def test_programs_get_it(classified: dict[str, Client]) -> None:
    body = classified["anyone"].get("/api/v1/map?by=stage&confirmed=true").json()
    assert (body["by"], body["confirmed only"], body["suggested"]) == ("stage", True, 0)
    assert classified["anyone"].get("/api/v1/map?by=colour").status_code == 422


def test_without_topics_it_says_so(clients: dict[str, Client]) -> None:
    assert "No document has a topic yet." in clients["anyone"].get("/standards/map/").content.decode()

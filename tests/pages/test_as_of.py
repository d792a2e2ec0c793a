"""Pages, files and answers as of a day."""

from __future__ import annotations

import csv
import json

import pytest
from django.test import Client

from comity.records import log
from comity.standards.models import Document

PAGE = "/standards/iso-iec-42001/"


def text(answer) -> str:
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()


def test_a_document_says_what_was_in_force_and_has_a_way_back(clients: dict[str, Client]) -> None:
    before, after = (text(clients["anyone"].get(f"{PAGE}?as_of={day}")) for day in ("2018-01-01", "2024-06"))
    assert "As of Jan. 1, 2018" in before
    assert "No edition of it was published by then." in before
    assert "The edition in force was <strong><bdi>ISO/IEC 42001:2023</bdi></strong>" in after
    assert 'href="?"' in after
    assert "As of" not in text(clients["anyone"].get(PAGE)).replace("As of a day", "")


def test_the_cache_keeps_days_apart(clients: dict[str, Client]) -> None:
    first = text(clients["anyone"].get(f"{PAGE}?as_of=2018"))
    assert text(clients["anyone"].get(f"{PAGE}?as_of=2024")) != first
    assert text(clients["anyone"].get(f"{PAGE}?as_of=2018")) == first
    assert "?as_of=2019" in text(clients["anyone"].get("/standards/?as_of=2019"))
    assert "as_of" not in text(clients["anyone"].get("/standards/")).replace('"as_of"', "")


def test_a_list_a_search_a_body_and_a_committee_show_statuses_of_that_day(clients: dict[str, Client]) -> None:
    for page in (
        "/standards/?as_of=2000",
        "/standards/?q=42001&as_of=2000",
        "/search?q=42001&as_of=2000",
        "/standards/bodies/iso/?as_of=2000",
        "/standards/committees/iso-iec-jtc-1-sc-42/?as_of=2000",
    ):
        shown = text(clients["anyone"].get(page))
        assert '<span class="badge ">not yet published</span>' in shown, page
        assert "?as_of=2000-12-31" in shown, page
        assert "Statuses and undated references are those of that day" in shown, page


def test_a_list_takes_four_queries_more(clients: dict[str, Client], django_assert_num_queries) -> None:
    from comity.records.viewer import ANYONE
    from comity.standards import queries

    filters = queries.Filters.read({"as_of": "2020"})
    queries.listing(filters, ANYONE)
    with django_assert_num_queries(6):
        assert len(queries.listing(filters, ANYONE).thens) == 25


def test_pages_that_have_no_history_say_so(clients: dict[str, Client]) -> None:
    for page in ("/", "/bridges/", "/standards/iso-iec-42001/text/", "/organisations/", "/about/privacy/"):
        shown = text(clients["anyone"].get(f"{page}?as_of=2018"))
        assert "Not known at that date: what this page shows is as it is known now." in shown, page


@pytest.mark.parametrize("given", ["0000", "0", "tomorrow", "2018-13", "%3Cscript%3E", "2018%00", "9" * 400])
@pytest.mark.parametrize("page", [PAGE, "/standards/", "/", "/search", "/standards/export.csv", "/bridges/"])
def test_what_is_no_day_gets_a_page_that_says_so(clients: dict[str, Client], page: str, given: str) -> None:
    answer = clients["anyone"].get(f"{page}?as_of={given}")
    assert answer.status_code == 400
    assert "is not a date" in text(answer)
    assert "<script>" not in text(answer)


def test_what_is_no_day_gets_a_problem_document(clients: dict[str, Client]) -> None:
    for address in ("/api/v1/documents", "/api/v1/documents/iso-iec-42001"):
        answer = clients["anyone"].get(f"{address}?as_of=soon")
        assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
        assert "is not a date" in json.loads(answer.content)["detail"]


def test_the_far_future_is_not_known(clients: dict[str, Client]) -> None:
    assert "Its source was read before that day." in text(clients["anyone"].get(f"{PAGE}?as_of=9999"))


def test_the_api_answers_for_a_list_and_for_one(clients: dict[str, Client]) -> None:
    many = clients["anyone"].get("/api/v1/documents?q=ISO/IEC 42001&as_of=2024-01").json()
    assert many["results"][0]["as_of"]["edition"] == "ISO/IEC 42001:2023"
    one = clients["anyone"].get("/api/v1/documents/ISO/IEC 42001?as_of=2024-01").json()
    assert one["as of"]["status"] == "current"
    assert one["as of"]["editions"][0]["status"] == "current"
    assert "as of" not in clients["anyone"].get("/api/v1/documents/ISO/IEC 42001").json()


def test_the_table_has_columns_of_that_day(clients: dict[str, Client]) -> None:
    rows = list(csv.DictReader(text(clients["anyone"].get("/standards/export.csv?as_of=2024-01")).splitlines()))
    assert len(rows) == Document.objects.filter(selection=2).count()
    (one,) = (row for row in rows if row["document"] == "ISO/IEC 42001")
    assert (one["as of"], one["status then"], one["edition then"]) == ("2024-01-31", "current", "ISO/IEC 42001:2023")
    plain = text(clients["anyone"].get("/standards/export.csv"))
    assert "as of" not in plain.splitlines()[0]


def test_asking_for_a_day_writes_nothing(clients: dict[str, Client]) -> None:
    before = log.generation()
    clients["anyone"].get(f"{PAGE}?as_of=2018")
    assert log.generation() == before

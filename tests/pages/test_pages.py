"""What pages say and cost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comity.records import services
from comity.records.viewer import NODE
from comity.standards.models import Document
from comity.web.middleware import STORE

PAGES = (
    "/",
    "/search?q=risk",
    "/standards/",
    "/standards/?stage=published&body=ISO",
    "/standards/?q=risk+management",
    "/standards/iso-iec-42001/",
    "/standards/bodies/",
    "/standards/bodies/iso/",
    "/standards/committees/iso-iec-jtc-1-sc-42/",
    "/share/",
    "/organisations/",
    "/about/about/",
    "/api/",
    "/design/",
)
LANGUAGES = ("ar", "en", "es", "fr", "ru", "zh-hans")


def queries(client: Client, page: str) -> int:
    client.get(page)
    STORE.clear()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(page).status_code == 200
    return len(captured)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_takes_at_most_eight_queries_and_twelve_when_signed_in(page: str, clients: dict[str, Client]) -> None:
    assert queries(clients["anyone"], page) <= 8
    assert queries(clients["secretariat"], page) <= 12


def test_a_list_takes_as_many_queries_for_one_row_as_for_many(clients: dict[str, Client]) -> None:
    one = queries(clients["anyone"], "/standards/?committee=iso-iec-jtc-1-sc-42&year=2018")
    assert one == queries(clients["anyone"], "/standards/?committee=iso-iec-jtc-1-sc-42&year=2023")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_small_and_says_its_language(page: str, language: str, clients: dict[str, Client]) -> None:
    answer = clients["anyone"].get(page, headers={"Accept-Language": language})
    html = answer.content.decode()
    way = "rtl" if language == "ar" else "ltr"
    assert f'<html lang="{language}" dir="{way}"' in html
    assert len(answer.content) <= 60_000
    assert html.count("<h1") == 1


def test_nothing_inline_and_nothing_from_elsewhere(clients: dict[str, Client]) -> None:
    for page in PAGES:
        answer = clients["anyone"].get(page)
        html = answer.content.decode()
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        # A block of data is no script: nothing in it is executed.
        scripts = html.replace('<script type="application/ld+json">', "")
        assert not re.search(r"<script(?![^>]*\bsrc=\"/static/)", scripts), page
        assert not re.search(r"\sstyle=|\son\w+=|<style", html), page


def test_a_title_with_a_script_is_shown_as_text(clients: dict[str, Client]) -> None:
    document = Document.objects.get(slug="iso-iec-42001")
    document.title = {"en": "<script>alert(1)</script> & more"}
    services.put(document, by=NODE)
    html = clients["anyone"].get("/standards/iso-iec-42001/").content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in html


def test_a_cached_page_is_renewed_when_a_public_record_changes(clients: dict[str, Client]) -> None:
    client = clients["anyone"]
    before = client.get("/standards/iso-iec-42001/")
    document = Document.objects.get(slug="iso-iec-42001")
    document.title = {"en": "Another title"}
    services.put(document, by=NODE)
    after = client.get("/standards/iso-iec-42001/")
    assert b"Another title" in after.content
    assert before["ETag"] != after["ETag"]


def test_an_unchanged_page_is_not_sent_again(clients: dict[str, Client]) -> None:
    etag = clients["anyone"].get("/standards/")["ETag"]
    assert clients["anyone"].get("/standards/", headers={"If-None-Match": etag}).status_code == 304


def test_pages_of_signed_in_people_are_never_kept(clients: dict[str, Client]) -> None:
    assert "ETag" not in clients["reader"].get("/standards/")
    assert b'href="/account/"' not in clients["anyone"].get("/standards/").content


@pytest.mark.parametrize(
    "query",
    [
        "?page=0",
        "?page=-1",
        "?page=99999999999",
        "?page=x",
        "?year=abcd",
        "?stage=nope",
        "?sort=drop",
        "?body=%00",
        "?q=" + "x" * 5_000,
        "?q=%22%27%28%29%2A%3A",
        "?q=%F0%9F%98%80",
        "?q=AND+OR+NOT+NEAR",
        "?committee='",
        "?language=%25",
    ],
)
def test_a_hostile_address_is_answered_calmly(query: str, clients: dict[str, Client]) -> None:
    assert clients["anyone"].get(f"/standards/{query}").status_code == 200


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_going_back_never_leaves_the_node(target: str, clients: dict[str, Client]) -> None:
    answer = clients["anyone"].get("/language/fr/", {"next": target})
    assert answer["Location"] == "/"


def test_an_unknown_page_says_what_to_do(clients: dict[str, Client]) -> None:
    answer = clients["anyone"].get("/standards/no-such-thing/")
    assert answer.status_code == 404
    assert b"Search finds what is here" in answer.content


def test_an_empty_list_offers_the_next_step(clients: dict[str, Client]) -> None:
    html = clients["anyone"].get("/standards/?year=1901").content.decode()
    assert "No document matches" in html
    assert "Look in the whole catalogue" in html


def test_filters_leave_what_they_say(clients: dict[str, Client]) -> None:
    html = clients["anyone"].get("/standards/?body=JIS").content.decode()
    shown = re.findall(r'class="row-title"[^>]*><bdi>([^<]+)', html)
    assert shown
    assert all(name.startswith("JIS") for name in shown)


def test_the_export_is_the_filtered_list(clients: dict[str, Client]) -> None:
    lines = b"".join(clients["anyone"].get("/standards/export.csv?body=JIS").streaming_content).decode().splitlines()
    assert lines[0].startswith("identifier,")
    assert len(lines) > 1
    assert all("JIS" in line for line in lines[1:])


def test_health_is_red_while_an_upgrade_is_unfinished(clients: dict[str, Client], settings: Any) -> None:
    from comity.records import maintenance

    marker = maintenance.home() / maintenance.MARKER
    marker.write_text("{}")
    try:
        answer = clients["anyone"].get("/health?format=json")
        assert answer.status_code == 503
        assert answer.json()["healthy"] is False
    finally:
        marker.unlink()
    assert clients["anyone"].get("/health").status_code == 200


def test_sources_that_differ_are_both_shown(clients: dict[str, Client]) -> None:
    document = Document.objects.filter(differs=True).first()
    assert document is not None
    html = clients["anyone"].get(document.get_absolute_url()).content.decode()
    assert "Sources differ on" in html


@pytest.mark.parametrize("times", ["first", "again"])
@pytest.mark.parametrize(
    ("address", "kind", "name"),
    [
        ("/standards/iso-iec-42001/cite.bib", "application/x-bibtex; charset=utf-8", "iso-iec-42001.bib"),
        (
            "/standards/iso-iec-42001/cite.json",
            "application/vnd.citationstyles.csl+json; charset=utf-8",
            "iso-iec-42001.json",
        ),
        (
            "/standards/regulation-eu-2024-1689/text/markdown/",
            "text/markdown; charset=utf-8",
            "regulation-eu-2024-1689.en.md",
        ),
    ],
)
def test_a_file_comes_as_what_it_is_with_a_name_to_know_it_by(
    address: str, kind: str, name: str, times: str, clients: dict[str, Client]
) -> None:
    if times == "again":
        clients["anyone"].get(address)
    for client in (clients["anyone"], clients["reader"]):
        answer = client.get(address)
        assert (answer["Content-Type"], answer["Content-Disposition"]) == (kind, f'attachment; filename="{name}"')

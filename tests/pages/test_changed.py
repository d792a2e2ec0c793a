"""The page of what changed, its table, and the feeds."""

from __future__ import annotations

import csv
from xml.etree import ElementTree as ET

import pytest
from django.test import Client

FEEDS = (
    "/standards/feed.atom",
    "/standards/feed.atom?body=ISO&stage=published",
    "/standards/feed.atom?q=risk",
    "/standards/iso-iec-42001/feed.atom",
    "/standards/bodies/iso/feed.atom",
    "/standards/committees/iso-iec-jtc-1-sc-42/feed.atom",
)


def test_the_page_tells_what_changed(clients: dict[str, Client]) -> None:
    shown = clients["anyone"].get("/standards/changed/").content.decode()
    assert "Came into this catalogue" in shown
    assert "Changes are kept account of since" in shown
    empty = clients["anyone"].get("/standards/changed/?since=1999&until=1999").content.decode()
    assert "Nothing is known to have changed" in empty


def test_a_time_that_is_none_is_refused(clients: dict[str, Client]) -> None:
    for address in (
        "/standards/changed/?since=soon",
        "/api/v1/changed?since=soon",
        "/standards/changed/export.csv?until=0",
    ):
        assert clients["anyone"].get(address).status_code == 400


def test_the_table_and_the_api_say_the_same(clients: dict[str, Client]) -> None:
    table = b"".join(clients["anyone"].get("/standards/changed/export.csv?what=new").streaming_content).decode()
    rows = list(csv.DictReader(table.splitlines()))
    api = clients["anyone"].get("/api/v1/changed?what=new").json()
    assert len(rows) == api["total"] == api["counts"]["new"]
    assert [row["document"] for row in rows[:50]] == [one["document"] for one in api["results"]]


@pytest.mark.parametrize("address", FEEDS)
def test_a_feed_is_read_without_an_account_and_only_when_it_changed(clients: dict[str, Client], address: str) -> None:
    answer = clients["anyone"].get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    root = ET.fromstring(answer.content)
    entries = root.findall("{http://www.w3.org/2005/Atom}entry")
    assert 0 < len(entries) <= 50
    again = clients["anyone"].get(address, headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_pages_name_their_feed(clients: dict[str, Client]) -> None:
    for page in ("/standards/", "/standards/iso-iec-42001/", "/standards/bodies/iso/"):
        assert b'type="application/atom+xml"' in clients["anyone"].get(page).content

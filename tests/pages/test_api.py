"""The API as programs meet it: pages by cursor, ETags, limits, answers that are what they are said to be."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from comity.records import services as records
from comity.records.models import Visibility
from comity.records.viewer import NODE
from comity.standards.api.documents import DocumentsOut
from comity.standards.models import Document
from comity.web.examples import READING, Example, writing
from comity.web.limits import COUNTER

LIST = "/api/v1/documents"


def walked(client: Client, address: str) -> list[str]:
    """The identifiers of all pages."""
    found: list[str] = []
    after = ""
    while True:
        body = client.get(f"{address}&after={after}").json()
        found += [one["identifier"] for one in body["results"]]
        after = body["next"]
        if not after:
            return found


@pytest.mark.parametrize("query", ["?sort=", "?sort=identifier", "?sort=oldest", "?q=artificial+intelligence"])
def test_the_cursor_walks_the_whole_list_once(clients: dict[str, Client], query: str) -> None:
    total = clients["anyone"].get(LIST + query).json()["total"]
    found = walked(clients["anyone"], LIST + query)
    assert total > 100
    assert (len(found), len(set(found))) == (total, total)


def test_a_document_written_meanwhile_moves_no_page(clients: dict[str, Client]) -> None:
    first = clients["anyone"].get(LIST).json()
    second = clients["anyone"].get(LIST, {"after": first["next"]}).json()["results"]
    newest = Document.objects.get(rid=second[10]["id"])
    newest.date = "2099-01-01"
    records.put(newest, by=NODE)
    again = clients["anyone"].get(LIST, {"after": first["next"]}).json()["results"]
    kept = [one["id"] for one in second if one["id"] != second[10]["id"]]
    assert [one["id"] for one in again][: len(kept)] == kept


def test_what_is_no_cursor_is_a_problem_document(clients: dict[str, Client]) -> None:
    answer = clients["anyone"].get(LIST, {"after": "nonsense"})
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["type"] == "about:blank#bad-cursor"
    assert clients["anyone"].get("/standards/", {"after": "nonsense"}).status_code == 400


def test_the_list_is_what_its_schema_says(clients: dict[str, Client]) -> None:
    for query in ("", "?q=risk", "?all=true&body=ISO"):
        body = clients["anyone"].get(LIST + query).json()
        assert DocumentsOut.model_validate(body, strict=False).model_dump(mode="json", exclude_unset=True) == body


def test_an_answer_is_not_sent_again_until_something_public_is_written(clients: dict[str, Client]) -> None:
    first = clients["anyone"].get(LIST)
    asked = {"If-None-Match": f'"other", {first["ETag"]}'}
    assert clients["anyone"].get(LIST, headers=asked).status_code == 304
    records.put(Document.objects.get(slug="iso-iec-42001"), by=NODE)
    assert clients["anyone"].get(LIST, headers=asked).status_code == 200


def token(client: Client) -> dict[str, str]:
    page = client.post("/account/tokens/", {"name": "mine"}).content.decode()
    return {"Authorization": "Bearer " + page.split("<pre>")[1].split("</pre>")[0]}


def test_what_a_token_may_see_is_not_kept_for_others(clients: dict[str, Client]) -> None:
    document = Document.objects.get(slug="iso-iec-42001")
    document.visibility = Visibility.PARTNERS
    records.put(document, by=NODE)
    address = f"{LIST}?q=ISO/IEC+42001"
    seen = Client().get(address, headers=token(clients["expert"]))
    assert "ISO/IEC 42001:2023" in seen.content.decode()
    assert "ETag" not in seen
    assert "ISO/IEC 42001:2023" not in Client().get(address).content.decode()
    assert "ISO/IEC 42001:2023" in Client().get(address, headers=token(clients["expert"])).content.decode()


def writing_token(client: Client) -> dict[str, str]:
    page = client.post("/account/tokens/", {"name": "writes", "writes": "on"}).content.decode()
    return {"Authorization": "Bearer " + page.split("<pre>")[1].split("</pre>")[0]}


@pytest.fixture
def few(settings: Any) -> Iterator[None]:
    settings.COMITY_API_RATE = 3
    COUNTER.clear()
    yield
    COUNTER.clear()


def test_who_asks_too_fast_waits_and_others_do_not(clients: dict[str, Client], few: None) -> None:
    mine = token(clients["reader"])
    codes = [Client().get(f"{LIST}?page={n}&q=risk{n}", headers=mine).status_code for n in range(5)]
    assert codes == [200, 200, 200, 429, 429]
    refused = Client().get(f"{LIST}?q=again", headers=mine)
    assert (refused["Content-Type"], refused.json()["type"]) == (
        "application/problem+json",
        "about:blank#too-many",
    )
    assert 0 < int(refused["Retry-After"]) <= 60
    assert Client().get(f"{LIST}?q=other").status_code == 200
    assert Client().get("/standards/?q=page").status_code == 200


@pytest.mark.parametrize("example", READING, ids=lambda example: example.address)
def test_every_example_of_the_page_runs(clients: dict[str, Client], example: Example) -> None:
    assert clients["anyone"].get(example.address).status_code == 200
    assert example.path in clients["anyone"].get("/api/").content.decode()


def test_the_example_that_writes_is_a_request_of_the_api(clients: dict[str, Client]) -> None:
    body = re.search(r"--data '(.*)'", writing())
    assert body is not None
    headers = writing_token(clients["secretariat"])
    answer = Client().post("/api/v1/bridges", json.loads(body[1]), content_type="application/json", headers=headers)
    assert answer.status_code == 202

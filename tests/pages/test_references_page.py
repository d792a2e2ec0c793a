"""The page and the API that check references: nothing stored, nothing dangerous given back."""

from __future__ import annotations

import io
import json
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from comity.records.models import Change

PAGE, API = "/standards/references/", "/api/v1/references/check"
LIST = "ISO/IEC 42001:2023, Something else of another kind\nISO 99999:2020\nISO/lEC 42O01:2023\n"


def post(client: Client, **given: Any) -> Any:
    return client.post(PAGE, given)


def test_the_page_says_what_is_wrong_and_stores_nothing(clients: dict[str, Client]) -> None:
    before = Change.objects.count()
    answer = post(clients["anyone"], text=LIST)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "wrong title" in page
    assert "not found" in page
    assert 'href="/standards/iso-iec-42001/"' in page
    assert answer["Cache-Control"] == "no-store"
    assert Change.objects.count() == before


def test_the_page_is_linked_from_the_catalogue(clients: dict[str, Client]) -> None:
    for address in ("/standards/", "/share/"):
        assert PAGE in clients["anyone"].get(address).content.decode()


def test_what_is_pasted_is_escaped(clients: dict[str, Client]) -> None:
    text = '</textarea><script>alert(1)</script> "ISO 9001"\n=HYPERLINK("x"), ISO 9001\n'
    page = post(clients["anyone"], text=text).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


@pytest.mark.parametrize("form", ["csv", "xlsx", "txt"])
def test_the_corrected_list_is_taken_away_without_formulas(clients: dict[str, Client], form: str) -> None:
    answer = post(
        clients["anyone"], text="=cmd|calc!A1 of nothing\n+ISO/lEC 42O01:2023\n@SUM(1) of the things\n", form=form
    )
    assert "attachment" in answer["Content-Disposition"]
    if form == "txt":
        assert b"ISO/IEC 42001:2023" in answer.content
        return
    if form == "csv":
        cells = [cell for line in answer.content.decode("utf-8-sig").splitlines() for cell in line.split(",")]
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
        cells = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert not [cell for cell in cells if cell.strip('"').startswith(("=", "+", "@"))]


def test_a_bibliography_comes_back_corrected(clients: dict[str, Client]) -> None:
    given = "@misc{x, number = {ISO/lEC 42O01:2023}, note = {kept}, title = {Artificial inteligence}}"
    answer = post(clients["anyone"], text=given, form="bib")
    assert b"number = {ISO/IEC 42001:2023}" in answer.content
    assert b"note = {kept}" in answer.content


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"text": ""}, "Paste references"),
        ({"text": " \n "}, "Paste references"),
        ({"text": "x"}, "no reference in it"),
        ({"text": "ISO 9001", "as_of": "soon"}, "is not a date"),
        ({"text": "ISO 9001\n" * 2_001}, "more than 2,000 references"),
        ({"text": "a" * 1_000_001}, "longer than 1000000 characters"),
        ({"text": "@misc{x, title = {y}"}, "line 1: the entry"),
        ({"file": SimpleUploadedFile("x.txt", b"ISO\0 1")}, "x.txt, line 1: this is a binary file"),
        ({"file": SimpleUploadedFile("x.docx", b"PK\x03\x04no")}, "x.docx: this is not a Word document"),
        ({"file": SimpleUploadedFile("x.txt", b"a\n\xff\xfa\x80\x81 \xd0")}, "x.txt, line 2: this is not UTF-8"),
    ],
    ids=range(10),
)
def test_what_cannot_be_checked_is_said_beside_it(
    clients: dict[str, Client], given: dict[str, Any], says: str
) -> None:
    answer = post(clients["anyone"], **given)
    assert answer.status_code == 400
    assert says in answer.content.decode()


def test_forty_megabytes_are_refused_with_the_limit(clients: dict[str, Client]) -> None:
    huge = "x" * (40 << 20)
    answer = post(clients["anyone"], text=huge)
    assert answer.status_code == 413
    assert "larger than 5 MB" in answer.content.decode()
    answer = clients["anyone"].post(API, json.dumps({"text": huge}), content_type="application/json")
    assert answer.status_code == 413
    assert "5 MB" in answer.json()["detail"]


def check(client: Client, **given: Any) -> Any:
    return client.post(API, json.dumps(given), content_type="application/json")


def test_the_api_needs_no_token(clients: dict[str, Client]) -> None:
    answer = check(Client(enforce_csrf_checks=True), text=LIST)
    assert answer.status_code == 200
    body = answer.json()
    assert body["counts"] == {"found": 2, "not-found": 1}
    assert [one["line"] for one in body["results"]] == [1, 2, 3]
    assert body["results"][2]["instead"]["identifier"] == "ISO/IEC 42001:2023"
    apart = check(clients["anyone"], references=[{"identifier": "ISO/IEC 42001"}, {}], as_of="2024-06-01").json()
    assert [one["document"]["document"] for one in apart["results"]] == ["ISO/IEC 42001"]


def test_a_token_that_only_reads_may_check(clients: dict[str, Client]) -> None:
    page = clients["reader"].post("/account/tokens/", {"name": "reads"}).content.decode()
    token = page.split("<pre>")[1].split("</pre>")[0]
    headers = {"Authorization": f"Bearer {token}"}
    answer = Client(headers=headers).post(API, json.dumps({"text": "ISO 9001"}), content_type="application/json")
    assert answer.status_code == 200


def test_the_api_says_what_is_wrong(clients: dict[str, Client]) -> None:
    assert check(clients["anyone"], text="").json()["type"].endswith("#no-references")
    assert check(clients["anyone"], text="ISO 9001\n" * 2_001).status_code == 413
    assert check(clients["anyone"], text="ISO 1", as_of="soon").status_code == 400

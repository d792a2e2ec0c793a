"""Files of lists and documents, as a browser and a program get them."""

from __future__ import annotations

import io
import json
import re

import openpyxl
import pytest
import yaml
from django.test import Client

from comity.formats.references import bibtex
from comity.standards import files

PAGE = "/standards/iso-iec-42001/"
FORMS = list(files.FORMS.values())


def body(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def identifiers(name: str, content: bytes) -> list[str]:
    if name == "xlsx":
        return [str(row[0]) for row in list(openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].values)[1:]]
    text = content.decode()
    if name == "csv":
        return [line.split(",")[0] for line in text.splitlines()[1:]]
    if name == "bibtex":
        return [one.fields["number"] for one in bibtex.read(text, "x").entries]
    if name == "csl":
        return [one["number"] for one in json.loads(text)]
    return [one["docidentifier"][0]["content"] for one in yaml.safe_load(text)["root"]["items"]]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_page_and_api_give_the_same_list(clients: dict[str, Client], form: files.Form) -> None:
    page = clients["anyone"].get(f"/standards/export.{form.ending}?body=JIS")
    program = clients["anyone"].get(f"/api/v1/documents?body=JIS&form={form.name}")
    for answer in (page, program):
        assert (answer.status_code, answer["Content-Type"]) == (200, form.kind)
        assert answer["Content-Disposition"] == f'attachment; filename="standards.{form.ending}"'
    found = identifiers(form.name, body(page))
    assert found
    assert all("JIS" in one for one in found)
    assert identifiers(form.name, body(program)) == found


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_document_is_a_file_by_page_and_api(clients: dict[str, Client], form: files.Form) -> None:
    for address in (f"{PAGE}cite.{form.ending}", f"/api/v1/documents/iso-iec-42001?form={form.name}"):
        answer = clients["anyone"].get(address)
        assert (answer.status_code, answer["Content-Type"]) == (200, form.kind)
        assert answer["Content-Disposition"] == f'attachment; filename="iso-iec-42001.{form.ending}"'
        assert identifiers(form.name, body(answer)) == ["ISO/IEC 42001:2023"]


def test_a_search_is_taken_away_as_it_was_found(clients: dict[str, Client]) -> None:
    found = clients["anyone"].get("/standards/export.bib?q=ISO/IEC+42001")
    assert "ISO/IEC 42001:2023" in identifiers("bibtex", body(found))


@pytest.mark.parametrize("address", ["/standards/export.docx", f"{PAGE}cite.docx"])
def test_a_page_says_which_forms_there_are(clients: dict[str, Client], address: str) -> None:
    answer = clients["anyone"].get(address)
    assert answer.status_code == 400
    assert "There are: csv, xlsx, bibtex, csl, relaton" in answer.content.decode()


@pytest.mark.parametrize("address", ["/api/v1/documents", "/api/v1/documents/iso-iec-42001"])
@pytest.mark.parametrize("form", ["docx", "%3Cscript%3E", "\0"])
def test_the_api_says_which_forms_there_are(clients: dict[str, Client], address: str, form: str) -> None:
    answer = clients["anyone"].get(address, {"form": form})
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert "csv, xlsx, bibtex, csl, relaton" in answer.content.decode()


def test_a_day_goes_with_the_file(clients: dict[str, Client]) -> None:
    html = clients["anyone"].get(f"{PAGE}?as_of=2018").content.decode()
    links = re.findall(r'href="([^"]*cite\.[^"]*)"', html)
    assert len(links) == len(FORMS)
    assert all(link.endswith("?as_of=2018") for link in links)
    for address in (links[2], "/api/v1/documents/iso-iec-42001?form=bibtex&as_of=2018"):
        said = body(clients["anyone"].get(address)).decode()
        assert "note = {not-yet-published. as of 2018-12-31" in said
        assert "ISO/IEC 42001:2023" not in said


@pytest.mark.parametrize("ending", [form.ending for form in FORMS])
def test_what_is_no_day_is_refused_for_every_form(clients: dict[str, Client], ending: str) -> None:
    for address in ("/standards/export", f"{PAGE}cite"):
        answer = clients["anyone"].get(f"{address}.{ending}?as_of=soon")
        assert answer.status_code == 400
        assert "is not a date" in answer.content.decode()


def test_the_links_of_a_list_keep_its_filters_and_leave_its_page(clients: dict[str, Client]) -> None:
    html = clients["anyone"].get("/standards/?body=ISO&page=2&as_of=2020").content.decode()
    links = re.findall(r'href="(/standards/export\.[^"]*)"', html)
    assert links == [f"/standards/export.{form.ending}?body=ISO&amp;as_of=2020" for form in FORMS]


def test_a_workbook_too_large_for_the_web_is_refused_with_a_way_on(clients: dict[str, Client], monkeypatch) -> None:
    monkeypatch.setattr(files, "MOST_IN_A_WORKBOOK", 3)
    for address in ("/standards/export.xlsx", "/api/v1/documents?form=xlsx"):
        answer = clients["anyone"].get(address)
        assert answer.status_code == 413
        assert "Narrow the list" in answer.content.decode()


def test_a_workbook_in_arabic_runs_from_right_to_left(clients: dict[str, Client]) -> None:
    answer = clients["anyone"].get("/standards/export.xlsx?body=JIS", headers={"Accept-Language": "ar"})
    assert openpyxl.load_workbook(io.BytesIO(body(answer))).worksheets[0].sheet_view.rightToLeft


def test_a_file_is_not_posted_to(clients: dict[str, Client]) -> None:
    assert clients["anyone"].post("/standards/export.bib").status_code == 405

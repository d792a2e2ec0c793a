"""Pages of instruments, as people and programs see them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comity.members import services as members
from comity.members.models import Account
from comity.standards.models import Clause, OutlineDraft

ACT = "/standards/regulation-eu-2024-1689"
MOST_QUERIES = 12  # four of them for what other rooms say beside clauses


def page(client: Client, address: str, **options: Any) -> str:
    response = client.get(address, **options)
    assert response.status_code == 200, response.content[:500]
    return response.content.decode()


def test_a_summary_says_that_it_is_not_the_text(clients) -> None:
    body = page(clients["anyone"], f"{ACT}/text/")
    assert "summary in our own words" in body
    assert "Only the publisher" in body
    assert 'id="Art.5"' in body


def test_a_permanent_link_leads_to_the_clause_with_its_citation(clients) -> None:
    response = clients["anyone"].get(f"{ACT}/clauses/Art.9")
    assert response.url == f"{ACT}/text/?ref=Art.9#Art.9"
    body = page(clients["anyone"], response.url)
    assert "Artificial Intelligence Act, Art. 9" in body
    assert re.search(r'class="clause[^"]* chosen" id="Art.9"', body)


def test_two_languages_stand_beside_each_other(clients) -> None:
    address = clients["anyone"].get("/api/v1/clauses?q=生成式人工智能&language=zh&most=1").json()[0]["url"]
    text = f"{address.split('clauses/')[0]}text/?lang=zh&beside=en"
    body = page(clients["anyone"], text)
    assert re.search(r'lang="zh" dir="ltr"', body)
    assert re.search(r'lang="en" dir="ltr"', body)
    assert "paired" in body


def test_clauses_of_all_texts_are_searched_in_any_language(clients) -> None:
    body = page(clients["anyone"], "/search?in=clauses&q=surveillance+humaine+du+système")
    assert "Artificial Intelligence Act" in body
    assert "/search?in=clauses&amp;q=human" in page(clients["anyone"], "/search?q=human+oversight")


def test_a_text_is_searched_inside(clients) -> None:
    body = page(clients["anyone"], f"{ACT}/text/?q=human+oversight")
    found = body.index('class="found"')
    assert "Art. 14" in body[found : found + 2_000]


@pytest.mark.parametrize("form", ["comity-json", "markdown", "docx", "oscal-json"])
def test_a_text_is_taken_away_and_read_back(clients, form: str) -> None:
    from comity.formats import instruments as formats

    response = clients["anyone"].get(f"{ACT}/text/{form}/")
    source = formats.read(response.content, file=f"act.{form}")
    assert [one.ref for one in source.clauses][:3] == ["Ch.I", "Art.1", "Art.2"]
    assert len(source.clauses) == 173


def test_what_is_not_there_is_said(clients) -> None:
    anyone = clients["anyone"]
    assert anyone.get("/standards/iso-iec-23894/text/").status_code == 404
    assert anyone.get(f"{ACT}/text/?as_of=1999").status_code == 404
    assert anyone.get(f"{ACT}/clauses/Art.999").status_code == 404
    assert anyone.get(f"{ACT}/text/poem/").status_code == 404
    assert "Two editions" in page(anyone, f"{ACT}/changes/")
    assert "Every language has every clause" in page(anyone, f"{ACT}/languages/")


@pytest.mark.parametrize(
    "odd", ["part=999999", "part=-1", "part=x", "lang=%00", "lang=" + "x" * 5_000, "ref=%00", "edition=%00", "q=%00"]
)
def test_odd_addresses_break_nothing(clients, odd: str) -> None:
    assert clients["anyone"].get(f"{ACT}/text/?{odd}").status_code in (200, 404)


@pytest.mark.parametrize(
    "address",
    [
        f"{ACT}/text/",
        f"{ACT}/text/?ref=Art.9",
        f"{ACT}/text/?part=1",
        f"{ACT}/text/?q=risk",
        f"{ACT}/changes/",
        f"{ACT}/languages/",
    ],
)
def test_pages_take_few_queries(clients, address: str) -> None:
    page(clients["anyone"], address, HTTP_COOKIE="theme=dark")  # what is looked up once a process
    with CaptureQueriesContext(connection) as queries:
        page(clients["reader"], address)
    of_the_person = 3  # session, account, roles
    assert len(queries) - of_the_person <= MOST_QUERIES


MARKDOWN = (
    b"# Example guideline\n\n## 1 Scope\n\nIt applies to all.\n\n## 2 Duties\n\n<script>alert(1)</script> Do it.\n"
)


def upload(client: Client, content: bytes = MARKDOWN, name: str = "guide.md", **given: str) -> Any:
    about = {"document": "EXAMPLE 77", "language": "en", "nature": "official", "may_show": "yes"} | given
    return client.post("/standards/import/instrument/", {"file": SimpleUploadedFile(name, content), **about})


def test_a_file_is_corrected_and_saved_by_page(clients) -> None:
    secretary = clients["secretariat"]
    address = upload(secretary).url
    body = page(secretary, address)
    assert "guide.md" in body
    assert "<script>alert" not in body
    given = {"ref-0": "1", "level-0": "1", "kind-0": "clause", "heading-0": "Scope and aim", "fate-0": "keep"}
    response = secretary.post(address, {**given, "save": ""})
    body = page(secretary, response.url)
    assert "Scope and aim" in body
    assert "<script>alert" not in body
    assert not OutlineDraft.objects.exists()


def test_a_wrong_correction_is_told_and_nothing_is_saved(clients) -> None:
    secretary = clients["secretariat"]
    address = upload(secretary).url
    response = secretary.post(
        address, {"ref-0": "", "level-0": "1", "kind-0": "clause", "fate-0": "keep", "save": ""}
    )
    assert response.status_code == 400
    assert "Row 1 has no number" in response.content.decode()
    assert not Clause.objects.filter(edition__document__key="EXAMPLE 77").exists()


@pytest.mark.parametrize(
    ("content", "name", "given", "says"),
    [
        (b"%PDF-1.4 nothing", "scan.pdf", {}, "scan.pdf"),
        (b"PK\x03\x04 not a document", "renamed.docx", {}, "renamed.docx"),
        (MARKDOWN, "guide.md", {"document": ""}, "document"),
        (MARKDOWN, "guide.md", {"language": ""}, "language"),
        (MARKDOWN, "guide.md", {"date": "yesterday"}, "not a date"),
    ],
)
def test_a_file_that_cannot_be_taken_says_why(clients, content: bytes, name: str, given: Any, says: str) -> None:
    response = upload(clients["secretariat"], content, name, **given)
    assert response.status_code == 400
    assert says in response.content.decode()


def test_the_outline_of_somebody_else_is_not_there(clients) -> None:
    address = upload(clients["secretariat"]).url
    assert clients["delegate"].get(address).status_code == 403
    assert clients["anyone"].get(address).status_code == 302


def test_programs_page_through_an_instrument(clients) -> None:
    seen: list[str] = []
    after: int | None = 0
    while after is not None:
        body = clients["anyone"].get(f"/api/v1/instruments?document=ISO/IEC 42001&size=40&after={after}").json()
        seen += [one["ref"] for one in body["clauses"]]
        after = body["next"]
    assert len(seen) == body["total"] == len(set(seen))
    assert body["expressions"][0]["nature"] == "summary"


def post(client: Client, **headers: str) -> Any:
    file = SimpleUploadedFile("guide.md", MARKDOWN)
    return client.post(
        "/api/v1/instruments", {"file": file, "document": "EXAMPLE 78", "language": "en"}, headers=headers
    )


def token(role: str, *, writes: bool) -> dict[str, str]:
    account = Account.objects.get(email=f"{role}@example.org")
    return {"Authorization": f"Bearer {members.make_token(account, name='test', writes=writes)}"}


def test_programs_import_with_a_token_of_the_secretariat(clients) -> None:
    made = post(Client(), **token("secretariat", writes=True))
    assert made.status_code == 201, made.content
    assert json.loads(made.content)["new"] == 2


def test_others_do_not(clients) -> None:
    assert post(Client()).status_code == 401
    assert post(Client(), **token("reader", writes=True)).status_code == 403
    assert post(Client(), **token("secretariat", writes=False)).status_code == 403


def test_a_browser_that_is_signed_in_is_no_token(clients) -> None:
    """Another site could make it post."""
    assert post(clients["secretariat"]).status_code == 401


def test_a_text_is_removed_by_page_after_asking(clients) -> None:
    address = "/standards/ai-guidelines-for-business/text/remove/?lang=en"
    assert address.replace("?", "?edition=").split("edition=")[0] in page(
        clients["secretariat"], "/standards/ai-guidelines-for-business/text/"
    )
    assert "text/remove/" not in page(clients["anyone"], "/standards/ai-guidelines-for-business/text/")
    assert clients["reader"].post(address).status_code == 403
    assert "103 clauses" in page(clients["secretariat"], address)
    assert clients["secretariat"].post(address).url == "/standards/ai-guidelines-for-business/"
    assert clients["anyone"].get("/standards/ai-guidelines-for-business/text/").status_code == 404
    assert clients["secretariat"].get(address).status_code == 404


def test_a_clause_without_a_number_may_stay_without_one(clients) -> None:
    given = {"document": "EXAMPLE 7", "language": "English", "nature": "unknown"}
    text = SimpleUploadedFile("plain.md", b"# Pots\n\n## Scope\n\nOf pots.\n\n## Heat\n\nHot.\n")
    answer = clients["secretariat"].post("/standards/import/instrument/", {"file": text, **given})
    body = page(clients["secretariat"], answer.url)
    assert 'name="ref-0" value=""' in body
    rows = {f"{field}-{place}": said for place in (0, 1) for field, said in (("ref", ""), ("level", "1"))}
    saved = clients["secretariat"].post(answer.url, {**rows, "heading-0": "Scope", "heading-1": "Heat", "save": ""})
    assert "lang=en" in saved.url
    assert list(Clause.objects.filter(edition__key="EXAMPLE 7").values_list("ref", flat=True)) == ["n:1", "n:2"]


def test_an_unknown_page_offers_a_search(clients) -> None:
    body = clients["anyone"].get("/nowhere/").content.decode()
    assert '<form class="big-search" action="/search"' in body


def test_a_citation_can_be_copied(clients) -> None:
    body = page(clients["anyone"], f"{ACT}/text/?ref=Art.9")
    assert 'data-copy="citation" hidden' in body
    assert 'id="citation"' in body


def test_a_clause_says_what_amends_it(clients) -> None:
    law = b"""# Example amending act

Article 1

In Article 9 of Regulation (EU) 2024/1689, paragraph 2 is replaced by the following:

Article 2

Article 10 of Regulation (EU) 2024/1689 is deleted.
"""
    about = {"document": "Regulation (EU) 2026/1", "date": "2026-07-01"}
    clients["secretariat"].post(upload(clients["secretariat"], law, "act.md", **about).url, {"save": ""})
    body = page(clients["anyone"], f"{ACT}/text/?ref=Art.9")
    cited = body[body.index('class="citing"') :]
    assert re.search(
        r'clauses/Art\.1\?edition=[^"]+"><bdi>Regulation \(EU\) 2026/1, Art\. 1</bdi></a> \(replaced\)', cited
    )
    assert "Amended by" not in page(clients["anyone"], f"{ACT}/text/?ref=Art.11")

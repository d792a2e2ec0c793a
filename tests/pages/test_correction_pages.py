"""Reporting an error and answering it, on pages and by API."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from comity.standards.models import Body, Correction, Document
from comity.standards.services import corrections as services

PAGE = "/standards/iso-iec-42001/correct/"
SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests are faster than people."""
    monkeypatch.setattr(services, "LEAST_SECONDS", -1)


def sent(client: Client, page: str = PAGE, **told: str) -> Any:
    form = client.get(page + "?field=title").content.decode()
    token = unescape(re.search(r'name="token" value="([^"]+)"', form)[1])  # type: ignore[index]
    facts = {
        "field": "title",
        "language": "en",
        "proposed": "Right title",
        "reason": "See the cover.",
        "homepage": "",
    }
    return client.post(page, facts | {"token": token} | told)


def test_from_the_report_to_the_public_answer(clients: dict[str, Client]) -> None:
    reader, secretary = clients["anyone"], clients["secretariat"]
    link = sent(reader)["Location"]
    mine = reader.get(link)
    assert "has not answered yet" in mine.content.decode()
    assert (mine["X-Robots-Tag"], mine["Cache-Control"]) == ("noindex, nofollow", "no-store")
    assert mine["Referrer-Policy"] == "no-referrer"

    one = Correction.objects.get()
    assert "Right title" in secretary.get("/standards/corrections/").content.decode()
    answer = {"accept": "1", "value": "Right title", "answer": "Thank you, it was ours."}
    assert secretary.post(one.get_absolute_url(), answer)["Location"] == "/standards/corrections/"

    assert "Thank you, it was ours." in reader.get(link).content.decode()
    history = Client().get("/standards/iso-iec-42001/history/").content.decode()
    assert "<ins><bdi>Right title</bdi></ins>" in history
    assert "Thank you, it was ours." in history
    assert "See the cover." not in history
    page = Client().get("/standards/iso-iec-42001/").content.decode()
    assert "Right title" in page
    assert "Sources differ on the title" in page
    assert "stated on" in page


def test_a_declined_report_is_answered_to_its_reporter_only(clients: dict[str, Client]) -> None:
    link = sent(clients["anyone"])["Location"]
    one = Correction.objects.get()
    clients["secretariat"].post(one.get_absolute_url(), {"decline": "1", "answer": "The cover says so."})
    assert "The cover says so." in Client().get(link).content.decode()
    assert "The cover says so." not in Client().get("/standards/iso-iec-42001/history/").content.decode()


def test_a_script_in_a_report_is_only_text(clients: dict[str, Client]) -> None:
    told = {"proposed": SCRIPT, "reason": SCRIPT, "language": ""}
    link = sent(clients["anyone"], **told)["Location"]
    one = Correction.objects.get()
    pages = [link, "/standards/corrections/", one.get_absolute_url()]
    for page in pages:
        assert "<img src=x" not in clients["secretariat"].get(page).content.decode(), page
    answer = {"accept": "1", "value": SCRIPT, "answer": SCRIPT}
    clients["secretariat"].post(one.get_absolute_url(), answer)
    for page in ("", "history/", "edit/", "document.jsonld"):
        got = Client().get(f"/standards/iso-iec-42001/{page}").content.decode()
        assert "<img src=x" not in got.replace("\\u003C", "<") or page == "document.jsonld", page
    assert "<script>alert" not in Client().get("/standards/?q=42001").content.decode()


def test_what_was_typed_is_kept_when_a_report_is_not_taken(clients: dict[str, Client]) -> None:
    for told, says in (
        ({"reason": ""}, "This field is required"),
        ({"address": "nobody"}, "valid email"),
        ({"homepage": "https://spam.example"}, "that people leave empty"),
        ({"token": "forged"}, "Send it again"),
    ):
        got = sent(clients["anyone"], **{"proposed": "Kept words", **told})
        page = unescape(got.content.decode())
        assert got.status_code == 400
        assert says in page
        assert "Kept words" in page
    assert not Correction.objects.exists()


def test_a_form_that_was_open_too_long_can_be_sent_again(clients: dict[str, Client]) -> None:
    page = sent(clients["anyone"], token="forged").content.decode()
    token = unescape(re.search(r'name="token" value="([^"]+)"', page)[1])  # type: ignore[index]
    assert token != "forged"
    assert sent(clients["anyone"], token=token).status_code == 302


def test_too_many_reports_are_refused_with_what_was_typed(clients: dict[str, Client], settings: Any) -> None:
    settings.COMITY_CORRECTIONS = 0
    got = sent(clients["anyone"], proposed="Kept words")
    assert got.status_code == 429
    assert "Kept words" in got.content.decode()


@pytest.mark.parametrize(
    ("page", "field"),
    [("/standards/bodies/iso/correct/", "website"), ("/standards/committees/iso-iec-jtc-1-sc-42/correct/", "other")],
)
def test_bodies_and_committees_have_their_form(clients: dict[str, Client], page: str, field: str) -> None:
    assert sent(clients["anyone"], page, field=field, proposed="https://example.org").status_code == 302
    one = Correction.objects.get()
    answer = {"accept": "1", "value": "https://example.org", "answer": "Yes."}
    assert clients["secretariat"].post(one.get_absolute_url(), answer).status_code == 302
    assert "Yes." in Client().get(page.replace("correct", "history")).content.decode()


def test_who_disputes_the_selection_is_asked_about_it(clients: dict[str, Client]) -> None:
    page = clients["anyone"].get(PAGE + "?field=selection").content.decode()
    assert '<option value="selection" selected>' in page
    assert clients["anyone"].get(PAGE + "?field=nonsense").status_code == 200


def test_a_private_document_cannot_be_reported_on(clients: dict[str, Client]) -> None:
    Document.objects.filter(slug="iso-iec-42001").update(visibility="private")
    assert clients["anyone"].get(PAGE).status_code == 404


def test_others_post_no_decision(clients: dict[str, Client]) -> None:
    sent(clients["anyone"])
    one = Correction.objects.get()
    for role in ("delegate", "expert", "reader"):
        assert clients[role].post(one.get_absolute_url(), {"accept": "1", "answer": "Yes."}).status_code == 403
    assert Client().post(one.get_absolute_url(), {"accept": "1", "answer": "Yes."}).status_code == 302
    assert Correction.objects.get().state == "open"


def test_spam_is_erased(clients: dict[str, Client]) -> None:
    link = sent(clients["anyone"])["Location"]
    one = Correction.objects.get()
    clients["secretariat"].post(one.get_absolute_url(), {"erase": "1"})
    assert not Correction.objects.exists()
    assert Client().get(link).status_code == 404


def test_an_accepted_report_that_is_erased_is_on_no_page_any_more(clients: dict[str, Client]) -> None:
    sent(clients["anyone"], field="other")
    one = Correction.objects.get()
    clients["secretariat"].post(one.get_absolute_url(), {"accept": "1", "answer": "Thank you, Sample Person."})
    history = "/standards/iso-iec-42001/history/"
    assert "Sample Person" in Client().get(history).content.decode()
    clients["secretariat"].post(one.get_absolute_url(), {"erase": "1"})
    assert "Sample Person" not in Client().get(history).content.decode()


# the API


def token_of(client: Client) -> dict[str, str]:
    page = client.post("/account/tokens/", {"name": "mine", "writes": "on"}).content.decode()
    return {"Authorization": "Bearer " + page.split("<pre>")[1].split("</pre>")[0]}


def test_a_program_reports_without_a_token_and_the_secretariat_answers(clients: dict[str, Client]) -> None:
    told = {"document": "ISO/IEC 42001", "field": "stage", "proposed": "withdrawn", "reason": "Its page says so."}
    got = clients["anyone"].post("/api/v1/corrections", told, "application/json")
    assert got.status_code == 201
    follow = got.json()["follow"]
    assert clients["anyone"].get(follow).status_code == 200

    secretariat = token_of(clients["secretariat"])
    listed = Client().get("/api/v1/corrections", headers=secretariat).json()
    assert [one["id"] for one in listed["results"]] == [got.json()["id"]]
    address = f"/api/v1/corrections/{got.json()['id']}/decision"
    decision = {"decision": "accept", "answer": "Yes.", "value": "withdrawn"}
    for headers, status in ((None, 401), (token_of(clients["expert"]), 403), (secretariat, 200), (secretariat, 409)):
        assert Client().post(address, decision, "application/json", headers=headers).status_code == status
    assert Document.objects.get(slug="iso-iec-42001").stage == "withdrawn"


def test_a_cookie_does_not_report_in_somebodys_name(clients: dict[str, Client]) -> None:
    told = {"body": "ISO", "field": "other", "reason": "Something."}
    assert clients["expert"].post("/api/v1/corrections", told, "application/json").status_code == 201
    assert Correction.objects.get().contributor is None
    assert Correction.objects.get().body == Body.objects.get(code="ISO")


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"field": "title", "reason": "x"}, 404),
        ({"document": "ISO/IEC 42001", "body": "ISO", "field": "title", "reason": "x"}, 404),
        ({"document": "ISO/IEC 42001", "field": "nonsense", "reason": "x"}, 400),
        ({"document": "ISO/IEC 42001", "field": "title"}, 422),
        ({"document": "ISO/IEC 42001", "field": "title", "reason": "x\u0000"}, 400),
    ],
)
def test_what_a_program_cannot_report(clients: dict[str, Client], told: dict[str, str], status: int) -> None:
    got = clients["anyone"].post("/api/v1/corrections", told, "application/json")
    assert (got.status_code, got["Content-Type"]) == (status, "application/problem+json")

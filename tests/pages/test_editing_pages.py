"""Editing on pages and by API: nothing typed is lost, nothing is overwritten unseen."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from comity.records import services as records
from comity.records.models import Change
from comity.records.viewer import NODE
from comity.standards.models import Body, Committee, Document, Edition, Work
from comity.standards.services import stating

PAGE = "/standards/iso-iec-42001/edit/"
SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def fields(client: Client, page: str = PAGE) -> dict[str, str]:
    """What a form holds as it is opened."""
    html = client.get(page).content.decode()
    found = dict(re.findall(r'<input[^>]*? name="([^"]+)" value="([^"]*)"', html))
    found |= dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html))
    found |= dict(re.findall(r'<textarea name="([^"]+)"[^>]*>\s*(.*?)</textarea>', html, re.DOTALL))
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return {name: unescape(value) for name, value in found.items() if name not in ("q", "csrfmiddlewaretoken")}


def shown() -> Document:
    return Document.objects.get(slug="iso-iec-42001")


def test_a_document_is_edited_and_the_history_tells_it(clients: dict[str, Client]) -> None:
    editor = clients["secretariat"]
    form = fields(editor)
    told = {"text:en": "Ours", "published": "2023-12", "because": "The cover says so."}
    assert editor.post(PAGE, form | told)["Location"] == "/standards/iso-iec-42001/"
    assert (shown().title["en"], shown().date, shown().stage) == ("Ours", "2023-12", "published")
    claim = Edition.objects.get(key=shown().current).claims.get(source__key="editors")
    assert set(claim.data) == {"titles", "dates", "because"}  # what was not changed is left to the sources

    page = Client().get("/standards/iso-iec-42001/history/").content.decode()
    assert "The cover says so." in page
    assert "<ins><bdi>Ours</bdi></ins>" in page
    assert "Sample secretariat" not in page
    assert "Sample secretariat" in editor.get("/standards/iso-iec-42001/history/").content.decode()
    assert "Undo this change" not in page


def test_saving_without_a_change_changes_nothing(clients: dict[str, Client]) -> None:
    got = clients["secretariat"].post(PAGE, fields(clients["secretariat"]) | {"because": "x"})
    assert got.status_code == 400
    assert "It says so already" in got.content.decode()
    assert not Change.objects.filter(kind="editorial").exists()


def test_two_editors_of_different_fields_lose_nothing(clients: dict[str, Client]) -> None:
    editor = clients["secretariat"]
    first, second = fields(editor), fields(editor)
    editor.post(PAGE, first | {"stage": "withdrawn", "because": "First."})
    got = editor.post(PAGE, second | {"text:en": "Second's title", "because": "Second."})
    page = got.content.decode()
    assert got.status_code == 409
    assert "Nothing you typed is lost" in page
    assert "<ins><bdi>withdrawn</bdi></ins>" in page
    assert "Second&#x27;s title" in page
    again = dict(re.findall(r'<input type="hidden" name="(version|seen)" value="([^"]*)"', page))
    merged = second | {name: unescape(value) for name, value in again.items()}
    merged |= {"text:en": "Second's title", "stage": "withdrawn", "because": "Second."}
    assert editor.post(PAGE, merged).status_code == 302
    assert (shown().stage, shown().title["en"]) == ("withdrawn", "Second's title")


def test_two_editors_of_one_field_see_each_other(clients: dict[str, Client]) -> None:
    editor = clients["secretariat"]
    first, second = fields(editor), fields(editor)
    editor.post(PAGE, first | {"text:en": "One", "because": "First."})
    page = editor.post(PAGE, second | {"text:en": "Two", "because": "Second."}).content.decode()
    assert "<ins><bdi>One</bdi></ins>" in page
    assert re.search(r'name="text:en"[^>]*>\s*Two</textarea>', page)
    assert shown().title["en"] == "One"


def test_a_script_is_only_text(clients: dict[str, Client]) -> None:
    editor = clients["secretariat"]
    told = {"text:en": SCRIPT, "because": SCRIPT, "committee": SCRIPT, "territory": "<b>x</b>"}
    assert editor.post(PAGE, fields(editor) | told).status_code == 302
    for page in ("", "edit/", "history/", "correct/", "relate/", "relations/"):
        got = editor.get(f"/standards/iso-iec-42001/{page}").content.decode()
        assert "<img src=x" not in got, page
        assert "<b>x</b>" not in got, page


def test_what_cannot_be_is_said_at_its_field(clients: dict[str, Client]) -> None:
    editor = clients["secretariat"]
    for told, says in (
        ({"page": "javascript:alert(1)"}, "https://"),
        ({"published": "soon"}, "not a date"),
        ({"text:en": ""}, "instead of emptying"),
        ({"other_text": "Title", "other_language": "no language!"}, "named by its tag"),
        ({"seen": "no json", "because": ""}, "required"),
    ):
        got = editor.post(PAGE, fields(editor) | {"because": "Kept reason"} | told)
        assert got.status_code == 400, told
        assert says in unescape(got.content.decode()), told


def test_another_language_and_another_edition(clients: dict[str, Client]) -> None:
    editor = clients["secretariat"]
    key = shown().current
    page = f"{PAGE}?edition={key}"
    told = {"other_language": "русский", "other_text": "Система управления", "because": "The Russian edition."}
    assert editor.post(page, fields(editor, page) | told).status_code == 302
    assert shown().title["ru"] == "Система управления"
    assert editor.get(f"{PAGE}?edition=ISO+9").status_code == 404


def test_a_document_a_body_and_a_committee_are_added(clients: dict[str, Client]) -> None:
    editor = clients["secretariat"]
    why = {"because": "Nobody lists it.", "other_language": "en", "seen": "{}"}
    body = {"code": "EXB", "other_text": "Example body", "reach": "national", "country": "ch"}
    assert editor.post("/standards/bodies/new/", why | body)["Location"] == "/standards/bodies/exb/"
    group = {"designation": "EXB/TC 1", "body": "EXB", "other_text": "Examples"}
    assert editor.post("/standards/committees/new/", why | group)["Location"] == "/standards/committees/exb-tc-1/"
    one = {"identifier": "EXB 1:2026", "other_text": "Guide", "publishers": "EXB", "committee": "EXB/TC 1"}
    got = editor.post("/standards/new/", why | one)
    assert got["Location"] == "/standards/exb-1-2026/", got.content.decode()
    page = Client().get(got["Location"]).content.decode()
    assert "Guide" in page
    assert "EXB/TC 1" in page
    again = editor.post("/standards/new/", why | one)
    assert again.status_code == 400
    assert "/standards/exb-1-2026/edit/" in again.content.decode()
    missing = editor.post("/standards/new/", why | {"identifier": "Y 1", "other_text": "Y", "publishers": "NOBODY"})
    assert "add it first" in unescape(missing.content.decode())


@pytest.mark.parametrize(
    ("page", "model", "slug"),
    [
        ("/standards/bodies/iso/", Body, "iso"),
        ("/standards/committees/iso-iec-jtc-1-sc-42/", Committee, "iso-iec-jtc-1-sc-42"),
    ],
)
def test_a_body_and_a_committee_are_edited_and_undone(
    clients: dict[str, Client], page: str, model: Any, slug: str
) -> None:
    editor = clients["secretariat"]
    before = dict(model.objects.get(slug=slug).name)
    told = fields(editor, page + "edit/") | {"text:en": "Renamed", "because": "It has another name."}
    stale = dict(told)
    assert editor.post(page + "edit/", told)["Location"] == page
    assert model.objects.get(slug=slug).name["en"] == "Renamed"
    assert editor.post(page + "edit/", stale | {"text:en": "Mine"}).status_code == 409
    history = editor.get(page + "history/").content.decode()
    undo = re.search(r"/standards/history/\d+/undo/", history)
    assert undo
    assert "Renamed" in editor.get(undo[0]).content.decode()
    change = re.search(r"\d+", undo[0])
    assert change
    assert editor.post(undo[0], {"change": change[0], "because": "A mistake."}).status_code == 302
    assert dict(model.objects.get(slug=slug).name) == before
    numbers = re.findall(r'name="from" value="(\d+)"', editor.get(page + "history/").content.decode())
    assert len(numbers) == 3
    compared = Client().get(f"{page}history/?from={numbers[-1]}&to={numbers[1]}").content.decode()
    assert "Two versions compared" in compared
    assert "Choose two different" in Client().get(f"{page}history/?from={numbers[0]}&to=x").content.decode()


def test_a_relation_is_added_and_removed(clients: dict[str, Client]) -> None:
    editor, page = clients["secretariat"], "/standards/iso-iec-42001/relate/"

    def told(**more: str) -> dict[str, str]:
        version = str(Edition.objects.get(key=shown().current).version)
        return {"version": version, "kind": "cites", "target": "ISO 31000:2018", "because": "Clause 6."} | more

    assert editor.post(page, told()).status_code == 302
    assert "ISO 31000:2018" in Client().get("/standards/iso-iec-42001/").content.decode()
    assert "not related to itself" in editor.post(page, told(target="ISO/IEC 42001")).content.decode()
    assert "Somebody changed" in editor.post(page, told(version="1", target="ISO 9")).content.decode()
    assert editor.post(page, told(remove="1")).status_code == 302
    assert "ISO 31000:2018" not in Client().get("/standards/iso-iec-42001/relations/").content.decode()


def test_the_work_is_edited_from_its_document(clients: dict[str, Client]) -> None:
    editor = clients["secretariat"]
    joined = shown()
    joined.work = records.put(Work(key=joined.key, title={"en": "Before"}), by=NODE)
    records.put(joined, by=NODE)
    page = f"/standards/{joined.slug}/work/"
    assert editor.post(page, fields(editor, page) | {"text:en": "Common", "because": "x"}).status_code == 302
    joined.work.refresh_from_db()
    assert joined.work.title["en"] == "Common"
    assert "Common" in Client().get(f"/standards/{joined.slug}/history/").content.decode()
    assert editor.get("/standards/ieee-7000/work/").status_code == 404


@pytest.mark.parametrize("role", ["delegate", "expert", "reader"])
def test_others_write_nothing(clients: dict[str, Client], role: str) -> None:
    before = Change.objects.count()
    for page in (PAGE, "/standards/new/", "/standards/bodies/iso/edit/", "/standards/history/1/undo/"):
        assert clients[role].post(page, {"because": "x"}).status_code == 403
    assert Change.objects.count() == before


# the API


@pytest.fixture
def api(clients: dict[str, Client]) -> Any:
    page = clients["secretariat"].post("/account/tokens/", {"name": "mine", "writes": "on"}).content.decode()
    bearer = "Bearer " + page.split("<pre>")[1].split("</pre>")[0]

    def call(method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = Client().generic(
            method,
            f"/api/v1/{path}",
            json.dumps(body or {}),
            "application/json",
            headers={"Authorization": bearer, **headers},
        )
        return sent.status_code, sent.json()

    return call


def test_a_program_edits_with_the_version_it_saw(api: Any) -> None:
    status, seen = api("GET", "history?document=iso-iec-42001")
    assert status == 200
    told = {"titles": {"en": "By program"}, "because": "The cover says so."}
    assert api("PATCH", "documents/iso-iec-42001", told)[0] == 428
    status, done = api("PATCH", "documents/iso-iec-42001", told, **{"If-Match": f'"{seen["version"]}"'})
    assert (status, shown().title["en"]) == (200, "By program")
    assert done["version"] > seen["version"]
    assert api("PATCH", "documents/iso-iec-42001", told, **{"If-Match": f'"{seen["version"]}"'})[0] == 412
    assert api("PATCH", "documents/iso-iec-42001", told | {"version": seen["version"]})[0] == 409
    status, history = api("GET", "history?document=iso-iec-42001")
    change = history["changes"][0]["change"]
    assert history["changes"][0]["differences"][0]["after"] == "By program"
    assert api("POST", "history/undo", {"change": change, "because": "A mistake."})[0] == 200
    assert shown().title["en"] != "By program"


def test_a_program_adds_and_relates(api: Any) -> None:
    body = {"code": "EXB", "name": {"en": "Example body"}, "because": "x"}
    assert api("POST", "bodies", body)[0] == 201
    assert api("POST", "bodies", body)[0] == 409
    assert api("PATCH", "bodies/exb", {"country": "CH", "because": "x", "version": 1})[0] == 200
    assert Body.objects.get(code="EXB").country == "CH"
    group = {"designation": "EXB/TC 1", "body": "EXB", "because": "x"}
    assert api("POST", "committees", group)[0] == 201
    assert api("PATCH", "committees/exb-tc-1", {"name": {"fr": "Un"}, "because": "x", "version": 1})[0] == 200
    one = {"identifier": "EXB 1", "titles": {"en": "Guide"}, "publishers": ["EXB"], "because": "x"}
    status, made = api("POST", "documents", one)
    assert (status, made["key"]) == (201, "EXB 1")
    link = {"document": "EXB 1", "kind": "cites", "target": "ISO 1", "because": "x", "version": made["version"]}
    status, done = api("POST", "relations", link)
    assert status == 200
    assert api("POST", "relations", link | {"target": "EXB 1", "version": done["version"]})[0] == 400
    assert api("POST", "relations", link | {"remove": True, "version": done["version"]})[0] == 200


def test_a_program_is_told_what_is_wrong(api: Any) -> None:
    version = Edition.objects.get(key=shown().current).version
    wrong = {"page": "javascript:alert(1)", "because": "x", "version": version}
    status, problem = api("PATCH", "documents/iso-iec-42001", wrong)
    assert (status, problem["type"]) == (400, "about:blank#bad-value")
    assert api("PATCH", "documents/no-such", wrong)[0] == 404
    assert api("GET", "history")[0] == 404


def test_nobody_else_writes_by_program(clients: dict[str, Client]) -> None:
    for method, path in (("PATCH", "documents/iso-iec-42001"), ("POST", "documents"), ("POST", "history/undo")):
        assert Client().generic(method, f"/api/v1/{path}", "{}", "application/json").status_code == 401
        assert clients["secretariat"].generic(method, f"/api/v1/{path}", "{}").status_code == 401


def test_the_values_of_the_form_are_those_of_the_record(clients: dict[str, Client]) -> None:
    edition = Edition.objects.get(key=shown().current)
    form = fields(clients["secretariat"])
    assert form["text:en"] == edition.title["en"]
    assert form["committee"] == stating.shown(edition)["committee"] == "ISO/IEC JTC 1/SC 42"

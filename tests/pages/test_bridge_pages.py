"""Pages and operations of bridges, as people and programs see them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comity.bridges.models import Bridge, Crosswalk
from comity.formats import crosswalks as formats
from comity.members import services as members
from comity.members.models import Account
from comity.records import tasks
from comity.records.models import Task
from comity.standards.models import Edition

BRIDGE = "/bridges/oecd-legal-0449--nist-ai-100-1/"
MOST_QUERIES = 12


def page(client: Client, address: str, **options: Any) -> str:
    response = client.get(address, **options)
    assert response.status_code == 200, response.content[:500]
    return response.content.decode()


def rid(key: str) -> str:
    return str(Edition.objects.get(key=key).rid)


def test_the_way_to_bridges_begins_at_contribute(clients) -> None:
    assert BRIDGE in page(clients["anyone"], "/contribute/")
    body = page(clients["anyone"], "/bridges/")
    assert BRIDGE in body
    assert "NIST AIRC (prepared by Microsoft)" in body
    assert "Propose counterparts" not in body
    assert "Propose counterparts" in page(clients["secretariat"], "/bridges/")


def test_a_bridge_says_what_proposed_and_that_nobody_decided(clients) -> None:
    body = page(clients["anyone"], BRIDGE)
    bridge = Bridge.objects.get()
    assert bridge.engine in body
    assert bridge.model in body
    assert "not reviewed by people" in body
    assert body.count('class="match"') == min(25, bridge.clauses)
    assert "<summary>Why</summary>" in body


def test_a_page_of_a_bridge_takes_few_queries(clients) -> None:
    for query in ("", "?q=risk", "?show=published", "?clause=1.4"):
        with CaptureQueriesContext(connection) as found:
            page(clients["reader"], f"{BRIDGE}{query}")
        assert len(found) - 3 <= MOST_QUERIES  # session, account, roles


@pytest.mark.parametrize(
    "query",
    ["?show=<script>", "?page=0", "?page=99999", "?q=%00%ff", "?clause=nothing", "?order=x", "?q=" + "a" * 900],
)
def test_strange_questions_get_a_page(clients, query: str) -> None:
    body = page(clients["anyone"], f"{BRIDGE}{query}")
    assert "<script>" not in body


def test_one_clause_is_shown_alone(clients) -> None:
    body = page(clients["anyone"], f"{BRIDGE}?clause=1.4")
    assert body.count('class="match"') == 1
    assert "All clauses of this bridge" in body


def test_a_bridge_that_is_not_there(clients) -> None:
    assert clients["anyone"].get("/bridges/no-such/").status_code == 404
    assert clients["anyone"].get(f"{BRIDGE}nonsense/").status_code == 404


def test_the_page_of_a_clause_names_its_counterparts_with_why(clients) -> None:
    text = "/standards/oecd-legal-0449/text/?ref=1.4"
    body = page(clients["anyone"], text)
    assert "Counterparts in" in body
    assert "GOVERN" in body or "MANAGE" in body or "MEASURE" in body
    assert f"{BRIDGE}?clause=1.4" in body
    assert "<summary>Why</summary>" in body


def test_published_counterparts_stand_beside_a_clause(clients) -> None:
    body = page(clients["anyone"], "/standards/nist-ai-100-1/text/?ref=GOVERN+1.1")
    assert "Counterparts in ISO/IEC 42001:2023" in body


@pytest.mark.parametrize("form", ["sssom", "csv", "xlsx", "oscal-mapping-json"])
def test_a_bridge_and_a_crosswalk_are_taken_out(clients, form: str) -> None:
    got = clients["anyone"].get(f"{BRIDGE}{form}/")
    assert "attachment" in got["Content-Disposition"]
    assert len(formats.read(got.content, file="x").mappings) == Bridge.objects.get().proposed
    walk = Crosswalk.objects.get(pairs_known=280)
    got = clients["anyone"].get(f"{walk.get_absolute_url()}{form}/")
    assert len(formats.read(got.content, file="x").mappings) == 280


def test_a_published_crosswalk_is_shown_with_its_publisher(clients) -> None:
    walk = Crosswalk.objects.get(pairs_known=280)
    body = page(clients["anyone"], walk.get_absolute_url())
    assert "published by NIST AIRC (prepared by Microsoft)" in body
    assert "not a decision of this node" in body
    assert "page=2" in body


# proposing


def test_the_secretariat_has_counterparts_proposed(clients) -> None:
    given = {"source": rid("OECD/LEGAL/0449 ed.2019"), "target": rid("ISO/IEC 42001:2023"), "top": "3"}
    response = clients["secretariat"].post("/bridges/propose/", given)
    assert response.status_code == 302
    assert "background worker" in page(clients["secretariat"], response.url)
    assert page(clients["secretariat"], "/bridges/").count("being proposed") == 1
    found = tasks.claim("test")
    assert found is not None
    assert tasks.run(found), Task.objects.get(pk=found.pk).error
    body = page(clients["secretariat"], response.url)
    assert "/bridges/oecd-legal-0449--iso-iec-42001/" in body
    assert "proposals for" in body


@pytest.mark.parametrize("role", ["reader", "expert", "delegate"])
def test_others_do_not_propose_import_or_remove(clients, role: str) -> None:
    walk = Crosswalk.objects.get(pairs_known=280)
    for address in ("/bridges/propose/", "/bridges/import/", f"{BRIDGE}remove/", f"{walk.get_absolute_url()}remove/"):
        assert clients[role].post(address, {}).status_code == 403
    assert Bridge.objects.count() == 1


def test_a_text_and_itself_are_refused_with_what_was_chosen(clients) -> None:
    one = rid("ISO/IEC 42001:2023")
    response = clients["secretariat"].post("/bridges/propose/", {"source": one, "target": one, "top": "5"})
    assert response.status_code == 400
    body = response.content.decode()
    assert "choose two different ones" in body
    assert f'value="{one}" selected' in body


@pytest.mark.parametrize("given", [{}, {"source": "x", "target": "y", "top": "5"}, {"top": "9999"}])
def test_a_form_that_makes_no_sense_is_shown_again(clients, given: dict[str, str]) -> None:
    assert clients["secretariat"].post("/bridges/propose/", given).status_code == 400
    assert not Task.objects.filter(name="bridges.propose").exists()


def test_a_bridge_is_removed_after_asking(clients) -> None:
    assert "links to it end" in page(clients["secretariat"], f"{BRIDGE}remove/")
    assert clients["secretariat"].post(f"{BRIDGE}remove/").status_code == 302
    assert clients["anyone"].get(BRIDGE).status_code == 404


# importing

WALK = b"source_doc\tsource_ref\ttarget_doc\ttarget_ref\tpublisher\n" + b"".join(
    b"OECD/LEGAL/0449\t%s\tISO/IEC 42001\t%s\tExample Institute\n" % pair
    for pair in ((b"1.4", b"6.1"), (b"9.9", b"6.1"), (b"1.5", b"A.2.2"))
)


def upload(client: Client, content: bytes = WALK, **given: str) -> Any:
    return client.post("/bridges/import/", {"file": SimpleUploadedFile("walk.tsv", content), **given})


def test_a_crosswalk_is_imported_and_what_is_lost_is_named_by_line(clients) -> None:
    response = upload(clients["secretariat"])
    body = response.content.decode()
    assert response.status_code == 200
    assert "9.9" in body
    assert ">3<" in body
    assert Crosswalk.objects.get(publisher="Example Institute").pairs_known == 2


def test_what_cannot_be_imported_is_said_at_the_form(clients) -> None:
    for content in (b"", b"nonsense", WALK.replace(b"ISO/IEC 42001", b"OECD/LEGAL/0449")):
        response = upload(clients["secretariat"], content)
        assert response.status_code == 400
        assert "errorlist" in response.content.decode()


# the API


def test_programs_read_bridges_a_page_at_a_time(clients) -> None:
    [bridge] = clients["anyone"].get("/api/v1/bridges").json()
    assert (bridge["source"], bridge["target"]) == ("OECD/LEGAL/0449 ed.2019", "NIST AI 100-1")
    first = clients["anyone"].get(f"/api/v1/bridges/{bridge['slug']}/proposals?size=10").json()
    assert (len(first["results"]), first["next"]) == (10, 2)
    rest = clients["anyone"].get(f"/api/v1/bridges/{bridge['id']}/proposals?size=10&page=2").json()
    assert len(first["results"]) + len(rest["results"]) == first["total"] == bridge["clauses"]
    best = first["results"][0]["proposals"][0]
    assert {"ref", "confidence", "why", "relation", "published"} <= best.keys()
    assert len(clients["anyone"].get("/api/v1/crosswalks").json()) == 4
    for strange in ("show=x", "page=0", "size=9999"):
        assert clients["anyone"].get(f"/api/v1/bridges/{bridge['id']}/proposals?{strange}").status_code == 422
    assert clients["anyone"].get("/api/v1/bridges/none").status_code == 404


def bearer(role: str) -> dict[str, str]:
    account = Account.objects.get(email=f"{role}@example.org")
    return {"Authorization": f"Bearer {members.make_token(account, name='t', writes=True)}"}


def test_programs_propose_and_import_with_a_token_that_may_write(clients) -> None:
    wanted = json.dumps({"source": "OECD AI Principles", "target": "ISO/IEC 42001", "top": 2})

    def post(role: str) -> Any:
        return Client().post("/api/v1/bridges", wanted, "application/json", headers=bearer(role))

    assert post("expert").status_code == 403
    task = post("secretariat")
    assert task.status_code == 202
    headers = bearer("secretariat")
    assert Client().get(f"/api/v1/proposing/{task.json()['task']}", headers=headers).json()["state"] == "queued"
    file = SimpleUploadedFile("walk.tsv", WALK)
    got = Client().post("/api/v1/crosswalks", {"file": file}, headers=headers)
    assert got.status_code == 201
    assert got.json()[0]["lost"] == [{"side": "source", "ref": "9.9", "line": 3}]
    assert Client().post("/api/v1/bridges", wanted, "application/json").status_code == 401
    same = json.dumps({"source": "ISO/IEC 42001", "target": "ISO/IEC 42001"})
    answer = Client().post("/api/v1/bridges", same, "application/json", headers=headers)
    assert answer.json()["type"].endswith("same-instrument")


# the map of all texts


@pytest.fixture
def mapped(clients, settings, tmp_path) -> Any:
    """The page's result, with one strong pair, written as the service does."""
    settings.COMITY_HOME = tmp_path
    bridge = Bridge.objects.select_related("source", "target").get()
    one, other = str(bridge.source.rid), str(bridge.target.rid)
    sides = {
        "there": {"clauses": 10, "confident": 6, "mean": 0.5},
        "back": {"clauses": 90, "confident": 9, "mean": 0.1},
    }
    pair = {"source": one, "target": other, "languages": ["en", "en"], **sides}
    said = {"form": 1, "engine": "align-test", "model": "", "instruments": [one, other], "pairs": [pair]}
    (tmp_path / "bridges").mkdir()
    (tmp_path / "bridges" / "map.json").write_text(json.dumps(said), encoding="utf-8")
    return clients


def test_without_a_map_the_page_says_how_to_make_one(clients, settings, tmp_path) -> None:
    settings.COMITY_HOME = tmp_path
    assert "comity bridge all" in page(clients["anyone"], "/bridges/map/")
    assert clients["anyone"].get("/bridges/map/svg/").status_code == 404


def test_the_map_shows_pairs_as_a_graph_and_a_table(mapped) -> None:
    body = page(mapped["anyone"], "/bridges/map/")
    assert body.count("<path d=") == 1
    assert "6 of 10, the other way 9 of 90" in body
    assert "No pair has so much in common" in page(mapped["anyone"], "/bridges/map/?least=75")
    assert page(mapped["anyone"], "/bridges/map/?least=<script>").count("<path d=") == 1


def test_the_map_can_be_taken_away(mapped) -> None:
    assert ",0.6,10,6,0.5,90,9,0.1" in page(mapped["anyone"], "/bridges/map/csv/")
    assert page(mapped["anyone"], "/bridges/map/svg/?least=50").startswith("<svg xmlns=")
    assert mapped["anyone"].get("/bridges/map/png/").status_code == 404

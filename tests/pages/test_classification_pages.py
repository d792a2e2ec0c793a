"""What standards are about: what everybody reads, what the secretariat confirms, rejects and adds."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comity.members import services as members
from comity.members.models import Account
from comity.records import schemes, tasks
from comity.standards import services
from comity.standards.models import Classification
from comity.web.middleware import STORE
from tests.support import SECRETARY

PAGE = "/standards/iso-iec-23894/"
QUEUE = "/standards/classification/"


@pytest.fixture
def classified(clients: dict[str, Client]) -> dict[str, Client]:
    schemes.load()
    services.suggest_classes()
    return clients


def the_risk() -> Classification:
    return Classification.objects.get(document__slug="iso-iec-23894", concept__code="risk")


def text(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_a_page_marks_what_is_only_suggested(classified: dict[str, Client]) -> None:
    page = text(classified["anyone"], PAGE)
    assert "Risk management</a> <span" in page
    assert "suggested, 9" in page
    assert "<q><bdi>risk management</bdi></q>" in page
    assert "Confirm, reject or add" not in page
    services.confirm_class(the_risk(), by=SECRETARY)
    page = text(classified["anyone"], PAGE)
    assert "Risk management</a>" in page
    assert "suggested, 9" not in page


def test_a_kept_page_changes_when_somebody_decides(classified: dict[str, Client]) -> None:
    client = classified["anyone"]
    first = client.get(PAGE)
    again = client.get(PAGE, headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    listed = text(client, "/standards/?concept=ai-topic:risk")
    assert PAGE in listed
    classified["secretariat"].post(f"{QUEUE}decide/", {"class": [the_risk().rid], "verdict": "rejected"})
    after = client.get(PAGE, headers={"if-none-match": first["ETag"]})
    assert after.status_code == 200
    assert "Risk management</a>" not in after.content.decode()
    assert PAGE not in text(client, "/standards/?concept=ai-topic:risk")


def test_the_list_offers_concepts_and_keeps_the_filter(classified: dict[str, Client]) -> None:
    page = text(classified["anyone"], "/standards/?concept=ai-topic:risk&sort=oldest")
    assert "AI topic: Risk management" in page
    assert "concept=ai-topic%3Aprivacy" in page
    assert 'name="concept" value="ai-topic:risk"' in page
    assert "No document matches" in text(classified["anyone"], "/standards/?concept=ai-topic:nothing")


def test_many_are_confirmed_by_checkboxes_or_all_at_once(classified: dict[str, Client]) -> None:
    client = classified["secretariat"]
    page = text(client, f"{QUEUE}?scheme=ai-topic&concept=ai-topic:risk&least=0.6")
    assert 'type="checkbox" name="class"' in page
    back = "concept=ai-topic:risk&scheme=ai-topic&least=0.6"
    answer = client.post(f"{QUEUE}decide/", {"back": back, "all": "1", "verdict": "confirmed"}, follow=True)
    assert "classes were confirmed." in answer.content.decode()
    assert answer.redirect_chain[0][0].startswith(f"{QUEUE}?concept=ai-topic%3Arisk")
    assert the_risk().state == "confirmed"
    assert ">100 %</td>" in text(classified["anyone"], QUEUE)  # agreement
    answer = client.post(f"{QUEUE}decide/", {"back": "\0%%", "verdict": "confirmed", "class": "no"}, follow=True)
    assert "Nothing was chosen" in answer.content.decode()


def test_others_see_the_queue_and_no_form(classified: dict[str, Client]) -> None:
    for role in ("anyone", "expert", "reader"):
        page = text(classified[role], QUEUE)
        assert "the surest first" in page
        assert "checkbox" not in page
        if role != "anyone":
            given = {"class": [the_risk().rid], "verdict": "rejected"}
            assert classified[role].post(f"{QUEUE}decide/", given).status_code == 403
            assert classified[role].post(f"{PAGE}classes/", {"concept": "sdg:1"}).status_code == 403
            assert classified[role].post(f"{QUEUE}suggest/").status_code == 403
    assert the_risk().state == "suggested"


def test_a_person_adds_and_is_told_why_not(classified: dict[str, Client]) -> None:
    client, address = classified["secretariat"], f"{PAGE}classes/"
    assert "It was added." in client.post(address, {"concept": "sector:K"}, follow=True).content.decode()
    again = client.post(address, {"concept": "sector:K"})
    assert again.status_code == 409
    assert "This is decided already" in again.content.decode()
    assert client.post(address, {"concept": "<script>"}).status_code == 409
    assert "&lt;script&gt;" in client.post(address, {"concept": "<script>"}).content.decode()
    client.post(address, {"class": [the_risk().rid], "verdict": "rejected"})
    assert the_risk().state == "rejected"
    assert client.post(address, {"class": [the_risk().rid], "verdict": "maybe"}).status_code == 409


def test_suggesting_runs_in_the_background(classified: dict[str, Client]) -> None:
    answer = classified["secretariat"].post(f"{QUEUE}suggest/")
    assert "It waits for the background worker" in text(classified["secretariat"], answer["Location"])
    task = tasks.claim("test")
    assert task is not None
    assert tasks.run(task)
    assert "0 new suggestions" in text(classified["secretariat"], answer["Location"])


@pytest.mark.parametrize("address", [QUEUE, f"{QUEUE}?scheme=ai-topic&page=2", PAGE, "/standards/?concept=sector:J"])
def test_pages_take_a_fixed_number_of_queries(address: str, classified: dict[str, Client]) -> None:
    for role, most in (("anyone", 8), ("secretariat", 12)):
        classified[role].get(address)
        STORE.clear()
        with CaptureQueriesContext(connection) as found:
            assert classified[role].get(address).status_code == 200
        assert len(found) <= most, role


def test_programs_list_decide_and_add(classified: dict[str, Client]) -> None:
    client, root = classified["secretariat"], "/api/v1/classification"
    found = client.get(f"{root}?concept=ai-topic:risk&least=0.6").json()
    assert {one["concept"] for one in found["results"]} == {"ai-topic:risk"}
    assert found["next"] is None
    assert classified["anyone"].get(f"{root}?least=2").status_code == 422
    one = classified["anyone"].get("/api/v1/documents/iso-iec-23894").json()["about"][0]
    assert (one["concept"], one["state"]) == ("ai-topic:risk", "suggested")

    accounts = {role: Account.objects.get(email=f"{role}@example.org") for role in ("secretariat", "reader")}
    tokens = {role: members.make_token(one, name="t", writes=True) for role, one in accounts.items()}

    def post(to: str, body: object, who: str = "secretariat") -> tuple[int, dict]:
        headers = {"Authorization": f"Bearer {tokens[who]}"}
        answer = Client().post(f"{root}{to}", json.dumps(body), content_type="application/json", headers=headers)
        return answer.status_code, answer.json()

    assert post("/decisions", {"ids": [one["id"]], "verdict": "confirmed"}, "reader")[0] == 403
    assert post("/decisions", {"ids": [one["id"]], "verdict": "confirmed"}) == (200, {"decided": 1})
    assert post("/decisions", {"ids": [one["id"]], "verdict": "rejected"}) == (200, {"decided": 0})
    assert post("", {"document": "ISO/IEC 23894", "concept": "sdg:16"})[0] == 201
    assert post("", {"document": "ISO/IEC 23894", "concept": "sdg:99"})[0] == 404
    assert post("", {"document": "nothing at all", "concept": "sdg:1"})[0] == 404
    assert post("/suggest", {"documents": []})[0] == 202
    agreed = {row["concept"]: row for row in client.get(f"{root}/agreement").json()}
    assert agreed["ai-topic:risk"]["confirmed"] == 1
    assert agreed["sdg:16"]["added"] == 1
    listed = classified["anyone"].get("/api/v1/documents?concept=sdg:16").json()
    assert [row["identifier"] for row in listed["results"]] == ["ISO/IEC 23894:2023"]

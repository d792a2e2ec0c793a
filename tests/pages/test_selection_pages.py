"""Why a standard is here: what everybody reads, what the secretariat edits, tries and decides."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from comity.records import identity, tasks
from comity.records.viewer import NODE
from comity.standards import services
from comity.standards.models import Document, Rule, Selection
from comity.standards.services import Draft

RULE = identity.of_fact("rule", "title:machine-learning")
FORM = {
    "field": "title",
    "name": "quantum",
    "terms": "quantum*\n\n qubit ",
    "unless": "quantum leap",
    "strength": "2",
    "exact": "",
}


def test_everybody_reads_the_rules_and_what_they_caught(clients: dict[str, Client]) -> None:
    page = clients["anyone"].get("/standards/rules/").content.decode()
    assert "artificial intelligen*" in page
    assert "Try the rules" not in page
    one = clients["anyone"].get(f"/standards/rules/{RULE}/").content.decode()
    assert "documents have it among their reasons" in one
    assert 'class="row-title"' in one


def test_a_page_says_the_rule_and_the_words_it_found(clients: dict[str, Client]) -> None:
    document = Document.objects.filter(reasons__0__0="title:AI-acronym").first()
    assert document is not None
    page = clients["anyone"].get(document.get_absolute_url()).content.decode()
    assert "its title says so" in page
    assert "<q><bdi>AI</bdi></q>" in page
    assert "Put in or take out" not in page
    assert "Put in or take out" in clients["secretariat"].get(document.get_absolute_url()).content.decode()


def test_a_rule_is_written_tried_and_applied(clients: dict[str, Client]) -> None:
    client = clients["secretariat"]
    answer = client.post("/standards/rules/new/", FORM, follow=True).content.decode()
    assert "The rule was saved" in answer
    rule = Rule.objects.get(name="quantum")
    assert (rule.terms, rule.unless) == (["quantum*", "qubit"], ["quantum leap"])

    trial = client.get("/standards/rules/trial/").content.decode()
    assert "A trial: nothing is written." in trial
    answer = client.post("/standards/rules/trial/")
    assert "It waits for the background worker" in client.get(answer["Location"]).content.decode()
    task = tasks.claim("test")
    assert task is not None
    assert tasks.run(task)
    assert "AI standards now" in client.get(answer["Location"]).content.decode()
    assert "Applied last:" in clients["anyone"].get("/standards/rules/").content.decode()


def test_a_rule_is_edited_and_removed(clients: dict[str, Client]) -> None:
    client = clients["secretariat"]
    address = f"/standards/rules/{RULE}/"
    assert "machine learning" in client.get(f"{address}edit/").content.decode()
    client.post(f"{address}edit/", {**FORM, "name": "machine-learning", "terms": "machine learning"})
    assert Rule.objects.get(rid=RULE).terms == ["machine learning"]
    client.post(f"{address}remove/")
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"terms": "a*"}, "at least two letters"),
        ({"terms": "*"}, "only at the end of a word"),
        ({"terms": ""}, "required"),
        ({"field": "body"}, "body"),
        ({"name": "AIML"}, "There is a rule called"),
    ],
)
def test_a_rule_that_cannot_be_is_shown_again_with_what_was_typed(
    clients: dict[str, Client], given: dict[str, str], said: str
) -> None:
    answer = clients["secretariat"].post("/standards/rules/new/", {**FORM, **given})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert said in page
    assert "quantum leap" in page
    assert not Rule.objects.filter(name="quantum").exists()


def test_what_people_write_is_shown_as_text(clients: dict[str, Client]) -> None:
    client = clients["secretariat"]
    client.post("/standards/rules/new/", {**FORM, "name": "<b>x</b>", "terms": "<script>alert(1)</script>"})
    page = clients["anyone"].get("/standards/rules/").content.decode()
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    assert "<b>x</b>" not in page


def test_a_document_is_taken_out_and_the_rules_decide_again(clients: dict[str, Client]) -> None:
    client = clients["secretariat"]
    address = "/standards/iso-iec-42001/"
    assert client.post(f"{address}selection/", {"verdict": "0", "reason": ""}).status_code == 400
    client.post(f"{address}selection/", {"verdict": "0", "reason": "not <i>ours</i>"})
    page = clients["anyone"].get(address).content.decode()
    assert "the secretariat took it out:" in page
    assert "not &lt;i&gt;ours&lt;/i&gt;" in page
    assert 'href="/standards/iso-iec-42001/"' not in clients["anyone"].get("/standards/?q=42001").content.decode()
    assert "not &lt;i&gt;ours" in clients["anyone"].get("/standards/rules/").content.decode()

    client.post(f"{address}selection/", {"undo": "1"})
    assert Document.objects.get(slug="iso-iec-42001").selection == Selection.AI


@pytest.mark.parametrize("role", ["anyone", "reader", "expert", "delegate"])
def test_only_the_secretariat_writes(clients: dict[str, Client], role: str) -> None:
    client = clients[role]
    for address, given in (
        ("/standards/rules/new/", FORM),
        (f"/standards/rules/{RULE}/edit/", FORM),
        (f"/standards/rules/{RULE}/remove/", {}),
        ("/standards/rules/trial/", {}),
        ("/standards/iso-iec-42001/selection/", {"verdict": "0", "reason": "why"}),
    ):
        assert client.post(address, given).status_code in (302, 403), address
    assert not Rule.objects.exists()
    assert Document.objects.get(slug="iso-iec-42001").selection == Selection.AI


def bearer(client: Client, role: str) -> dict[str, str]:
    page = client.post("/account/tokens/", {"name": role, "writes": "on"}).content.decode()
    return {"Authorization": f"Bearer {page.split('<pre>')[1].split('</pre>')[0]}"}


def test_programs_read_try_apply_and_decide(clients: dict[str, Client]) -> None:
    known = clients["anyone"].get("/api/v1/rules").json()
    assert known["pending"]
    assert {"title", "committee", "series", "keyword"} == {one["field"] for one in known["rules"]}

    token = bearer(clients["secretariat"], "secretariat")
    trial = Client().get("/api/v1/rules/trial", headers=token).json()
    assert trial["counts"]["total"] > 400
    assert len(trial["changed"]) == trial["counts"]["changed"]

    def post(path: str, body: dict[str, str]) -> tuple[int, dict[str, object]]:
        answer = Client().post(path, json.dumps(body), content_type="application/json", headers=token)
        return answer.status_code, answer.json()

    decision = {"document": "ISO/IEC 42001", "verdict": "none", "reason": "a test"}
    assert post("/api/v1/selection", decision)[1]["because"] == ["person:out: a test"]
    assert post("/api/v1/selection", {**decision, "verdict": "rules"})[1]["selection"] == 2
    assert post("/api/v1/selection", {**decision, "verdict": "maybe"})[0] == 422
    assert post("/api/v1/selection", {**decision, "document": "no such"})[0] == 404
    assert post("/api/v1/rules/apply", {})[0] == 202


def test_a_program_of_somebody_else_decides_nothing(clients: dict[str, Client]) -> None:
    token = bearer(clients["expert"], "expert")
    body = json.dumps({"document": "ISO/IEC 42001", "verdict": "none", "reason": "a test"})
    answer = Client().post("/api/v1/selection", body, content_type="application/json", headers=token)
    assert answer.status_code == 403
    assert (
        Client().post("/api/v1/rules/apply", "{}", content_type="application/json", headers=token).status_code == 403
    )
    assert Client().get("/api/v1/rules/trial").status_code == 403


def test_the_pages_speak_arabic_from_right_to_left(clients: dict[str, Client]) -> None:
    services.save_rule(Draft("title", "عربي", ["الذكاء"]), by=NODE)
    page = clients["anyone"].get("/standards/rules/", headers={"Accept-Language": "ar"}).content.decode()
    assert 'dir="rtl"' in page
    assert "<bdi>الذكاء</bdi>" in page

"""Following by pages and by API."""

from __future__ import annotations

from django.test import Client

from comity.members import services as members
from comity.members.models import Account
from comity.standards.models import Follow

ADD = "/account/following/add/"


def test_the_button_leads_an_anonymous_reader_by_signing_in_to_a_question(clients: dict[str, Client]) -> None:
    page = clients["anyone"].get("/standards/iso-iec-42001/").content.decode()
    assert f"{ADD}?what=document&amp;target=iso-iec-42001" in page
    assert "csrfmiddlewaretoken" not in page
    asked = clients["anyone"].get(f"{ADD}?what=document&target=iso-iec-42001")
    assert asked.status_code == 302
    assert b"ISO/IEC 42001:2023" in clients["reader"].get(f"{ADD}?what=document&target=iso-iec-42001").content
    assert not Follow.objects.exists()


def test_one_follows_sees_it_and_follows_it_no_more(clients: dict[str, Client]) -> None:
    reader = clients["reader"]
    assert b"csrfmiddlewaretoken" in reader.get("/standards/bodies/iso/").content
    reader.post(ADD, {"what": "body", "target": "iso"})
    reader.post(ADD, {"what": "search", "target": "q=<script>&all=1"})
    page = reader.get("/account/following/").content.decode()
    assert "/standards/bodies/iso/" in page
    assert "<script>&all" not in page
    assert "You follow nothing yet" in clients["expert"].get("/account/following/").content.decode()
    for one in Follow.objects.all():
        assert clients["expert"].post(f"/account/following/{one.rid}/remove/").status_code == 404
        reader.post(f"/account/following/{one.rid}/remove/")
    assert not Follow.objects.exists()


def test_what_is_not_there_is_a_page_not_a_crash(clients: dict[str, Client]) -> None:
    for query in ("", "?what=document&target=no", "?what=x&target=%00", f"?what=body&target={'9' * 900}"):
        assert clients["reader"].get(ADD + query).status_code == 404
    assert clients["reader"].post(ADD, {"what": "search", "target": "q=" + "x" * 5000}).status_code in (302, 404)
    assert clients["reader"].post("/account/following/digest/", {"every": "hourly"}).status_code == 403


def test_a_program_follows_with_a_token(clients: dict[str, Client]) -> None:
    account = Account.objects.get(email="reader@example.org")
    key = members.make_token(account, name="t", writes=True)
    said = {"headers": {"Authorization": f"Bearer {key}"}, "content_type": "application/json"}
    anyone = clients["anyone"]
    made = anyone.post("/api/v1/following", {"what": "document", "target": "iso-iec-42001"}, **said)
    assert made.status_code == 201
    assert [one["id"] for one in anyone.get("/api/v1/following", **said).json()] == [made.json()["id"]]
    assert anyone.post("/api/v1/following", {"what": "document", "target": "no"}, **said).status_code == 404
    assert anyone.delete(f"/api/v1/following/{made.json()['id']}", **said).status_code == 204
    assert (
        clients["reader"].post("/api/v1/following", {"what": "body"}, content_type="application/json").status_code
        == 401
    )

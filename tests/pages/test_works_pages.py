"""Pages and API of the same work published twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comity.members import services as members
from comity.members.models import Account
from comity.standards import services
from comity.standards.models import Document, SameWork
from tests.support import row, write


@pytest.fixture
def hard(filled: Any, db: Any, tmp_path: Path) -> SameWork:
    """What is proposed between IEEE 7000 and ISO/IEC/IEEE 24748-7000."""
    title = (
        "Life cycle management — Part 7000: "
        "Standard model process for addressing ethical concerns during system design"
    )
    services.import_catalogue(
        [write(tmp_path / "a.jsonl", [row("ISO/IEC/IEEE 24748-7000:2022", title={"en": title})])]
    )
    services.propose_works()
    keys = ("IEEE 7000", "ISO/IEC/IEEE 24748-7000")
    return SameWork.objects.get(first__key__in=keys, second__key__in=keys)


def decide(client: Client, one: SameWork, decision: str, **told: str) -> Any:
    version = SameWork.objects.get(pk=one.pk).version
    return client.post(one.get_absolute_url(), {"decision": decision, "version": version, **told})


def test_the_list_names_pairs_and_filters_them(hard: SameWork, clients: dict[str, Client]) -> None:
    page = clients["anyone"].get("/standards/works/?body=IEEE").content.decode()
    assert "IEEE 7000" in page or "IEEE Std 7000" in page
    assert "Look for pairs" not in page
    assert "Look for pairs" in clients["secretariat"].get("/standards/works/").content.decode()
    empty = clients["anyone"].get("/standards/works/?state=accepted").content.decode()
    assert "Nothing was decided this way yet." in empty
    assert clients["anyone"].get("/standards/works/?state=%00&least=x&page=999999999&body=%27").status_code == 200


def test_the_pages_take_as_many_queries_however_many_pairs(hard: SameWork, clients: dict[str, Client]) -> None:
    for address in ("/standards/works/", "/standards/works/?body=IEEE", hard.get_absolute_url()):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert clients["anyone"].get(address).status_code == 200
        assert len(seen) <= 8, address


def test_accepting_shows_on_both_documents_and_undoing_takes_it_away(
    hard: SameWork, clients: dict[str, Client]
) -> None:
    secretary, anyone = clients["secretariat"], clients["anyone"]
    document = Document.objects.get(key="IEEE 7000").get_absolute_url()
    before = anyone.get(document).content.decode()
    assert "decided by the secretariat" not in before
    answer = decide(secretary, hard, "accept", adoption="IDT", reason="<b>ISO</b> took it over")
    assert (answer.status_code, answer["Location"]) == (302, hard.get_absolute_url())
    page = anyone.get(document).content.decode()
    assert "decided by the secretariat" in page
    assert "identical (IDT)" in page
    assert "&lt;b&gt;ISO&lt;/b&gt; took it over" in page
    assert "Undo this decision" not in anyone.get(hard.get_absolute_url()).content.decode()
    assert "Undo this decision" in secretary.get(hard.get_absolute_url()).content.decode()
    version = SameWork.objects.get(pk=hard.pk).version
    gone = secretary.post(f"{hard.get_absolute_url()}undo/", {"version": version, "reason": "too early"})
    assert gone.status_code == 302
    after = anyone.get(document).content.decode()
    assert "decided by the secretariat" not in after
    assert "too early" in anyone.get(hard.get_absolute_url()).content.decode()


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(hard: SameWork, clients: dict[str, Client]) -> None:
    secretary = clients["secretariat"]
    answer = decide(secretary, hard, "reject", reason="")
    assert answer.status_code == 400
    assert "Say why." in answer.content.decode()
    old = secretary.post(hard.get_absolute_url(), {"decision": "accept", "version": 0, "reason": "my words"})
    assert old.status_code == 400
    assert "Nothing was overwritten" in old.content.decode()
    assert "my words" in old.content.decode()
    assert SameWork.objects.get(pk=hard.pk).state == SameWork.State.PROPOSED


@pytest.mark.parametrize("role", ["anyone", "delegate", "expert", "reader"])
def test_nobody_else_decides(hard: SameWork, clients: dict[str, Client], role: str) -> None:
    assert decide(clients[role], hard, "accept").status_code == 403
    undone = clients[role].post(f"{hard.get_absolute_url()}undo/", {"version": 1})
    assert undone.status_code in (302, 403)
    assert SameWork.objects.get(pk=hard.pk).state == SameWork.State.PROPOSED


def test_programs_list_decide_and_undo_with_a_token(hard: SameWork, clients: dict[str, Client]) -> None:
    anyone = clients["anyone"]
    listed = anyone.get("/api/v1/works?body=IEEE&least=0.5").json()
    assert str(hard.rid) in {one["id"] for one in listed["results"]}
    address = f"/api/v1/works/{hard.rid}"
    seen = anyone.get(address).json()
    assert {one["identifier"][:8] for one in seen["documents"]} == {"IEEE Std", "ISO/IEC/"}
    told = {"decision": "accept", "adoption": "IDT", "version": seen["version"]}
    assert anyone.post(f"{address}/decision", told, content_type="application/json").status_code == 401
    account = Account.objects.get(email="secretariat@example.org")
    key = members.make_token(account, name="test", writes=True)
    head = {"HTTP_AUTHORIZATION": f"Bearer {key}"}
    done = anyone.post(f"{address}/decision", told, content_type="application/json", **head)
    assert (done.status_code, done.json()["state"]) == (200, "accepted")
    again = anyone.post(f"{address}/decision", told, content_type="application/json", **head)
    assert (again.status_code, again.json()["type"]) == (409, "about:blank#already-decided")
    undone = anyone.post(
        f"{address}/undo", {"version": done.json()["version"]}, content_type="application/json", **head
    )
    assert undone.json()["state"] == "proposed"
    queued = anyone.post("/api/v1/works", content_type="application/json", **head)
    assert (queued.status_code, queued.json()["state"]) == (202, "queued")


def test_somebody_has_all_documents_compared(clients: dict[str, Client]) -> None:
    answer = clients["secretariat"].post("/standards/works/propose/")
    assert answer.status_code == 302
    assert clients["secretariat"].get(answer["Location"]).status_code == 200

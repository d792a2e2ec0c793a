"""The catalogue harvested by a client of OAI-PMH that others wrote."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.conf import settings as node_settings
from django.core import signing
from django.test import Client
from oaipmh_scythe import Scythe
from oaipmh_scythe.exceptions import BadResumptionToken, NoRecordsMatch

from comity.records import services as records
from comity.records.models import Visibility
from comity.records.viewer import NODE
from comity.standards.models import Document
from comity.standards.services import import_catalogue
from comity.standards.views import harvest
from tests.support import row, write

ERROR = "{http://www.openarchives.org/OAI/2.0/}error"


@pytest.fixture
def seven(emptied: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seven documents of two bodies, two a page."""
    strong = {"strength": "strong", "rules": [["title:AI", "AI"]]}
    rows = [row(f"ISO {n}:2020", publisher=["ISO"]) for n in range(1, 6)]
    rows += [row("IEC 6:2020", publisher=["IEC"], ai=strong), row("IEC 7:2020", publisher=["IEC"], ai=strong)]
    import_catalogue([write(tmp_path / "all.jsonl", rows)])
    monkeypatch.setattr(harvest, "PAGE", 2)


@pytest.fixture
def repository(seven: None, live_server: Any) -> Iterator[Scythe]:
    with Scythe(f"{live_server.url}/oai") as scythe:
        yield scythe


@pytest.mark.data
def test_the_pages_of_a_list_are_the_same_on_both_databases(seven: None) -> None:
    found, query = [], "verb=ListRecords&metadataPrefix=oai_dc&set=body:iso"
    while query:
        root = ElementTree.fromstring(Client().get(f"/oai?{query}").content)
        found += [one.text for one in root.iter("{http://purl.org/dc/elements/1.1/}identifier")][::2]
        token = root.find(".//{http://www.openarchives.org/OAI/2.0/}resumptionToken")
        query = f"verb=ListRecords&resumptionToken={token.text}" if token is not None and token.text else ""
    assert sorted(map(str, found)) == [f"ISO {n}:2020" for n in range(1, 6)]


def identifiers(scythe: Scythe, **wanted: Any) -> list[str]:
    return [one.metadata["identifier"][0] for one in scythe.list_records(**wanted)]


def test_all_records_come_once_over_many_pages(repository: Scythe) -> None:
    assert sorted(identifiers(repository)) == [
        "IEC 6:2020",
        "IEC 7:2020",
        *(f"ISO {n}:2020" for n in range(1, 6)),
    ]
    assert len(list(repository.list_identifiers())) == 7


def test_a_set_is_harvested_alone(repository: Scythe) -> None:
    assert {"ai", "body:iso", "body:iec"} <= {one.setSpec for one in repository.list_sets()}
    assert sorted(identifiers(repository, set_="ai")) == ["IEC 6:2020", "IEC 7:2020"]
    assert len(identifiers(repository, set_="body:iso")) == 5
    with pytest.raises(NoRecordsMatch):
        identifiers(repository, set_="body:nobody")


def test_identify_says_what_the_repository_keeps(repository: Scythe) -> None:
    said = repository.identify()
    assert (said.protocolVersion, said.deletedRecord) == ("2.0", "persistent")
    assert said.granularity == "YYYY-MM-DDThh:mm:ssZ"


def test_what_was_withdrawn_or_hidden_is_told_as_deleted(repository: Scythe) -> None:
    gone, hidden = Document.objects.get(key="ISO 1"), Document.objects.get(key="ISO 2")
    records.withdraw(gone, by=NODE, because="a mistake")
    hidden.visibility = Visibility.PRIVATE
    records.put(hidden, by=NODE)
    found = {one.header.identifier: one for one in repository.list_records()}
    deleted = {identifier for identifier, one in found.items() if one.header.deleted}
    assert {identifier.rsplit(":", 1)[1] for identifier in deleted} == {str(gone.rid), str(hidden.rid)}
    one = repository.get_record(identifier=next(iter(deleted)))
    assert one.header.deleted


def test_what_was_never_public_is_not_there(repository: Scythe) -> None:
    body = Document.objects.get(key="ISO 1").body
    private = Document(
        key="ISO 99", slug="iso-99", loose="ISO99", identifier="ISO 99", body=body, visibility=Visibility.PRIVATE
    )
    private.contributor = private.rid
    records.put(private, by=NODE)
    assert str(private.rid) not in str([one.header.identifier for one in repository.list_records()])


def test_a_record_written_during_a_harvest_comes_again_and_none_is_missed(repository: Scythe) -> None:
    walk = iter(repository.list_records())
    seen = [next(walk).metadata["identifier"][0] for _ in range(3)]
    again = Document.objects.get(identifier=seen[0])
    records.put(again, by=NODE)
    seen += [one.metadata["identifier"][0] for one in walk]
    assert len(set(seen)) == 7
    assert seen[-1] == again.identifier


def test_only_what_changed_since_is_harvested(repository: Scythe) -> None:
    with pytest.raises(NoRecordsMatch):
        identifiers(repository, from_="2099-01-01")
    assert len(identifiers(repository, from_="2020-01-01", until="2098-12-31")) == 7


def problem(client: Client, query: str) -> str:
    answer = client.get(f"/oai?{query}")
    assert answer.status_code == 200
    found = ElementTree.fromstring(answer.content).find(ERROR)
    return str(found.get("code")) if found is not None else ""


def test_a_token_that_is_old_foreign_or_of_another_verb_is_refused(repository: Scythe) -> None:
    client = Client()
    page = client.get("/oai?verb=ListRecords&metadataPrefix=oai_dc").content.decode()
    token = page.split('cursor="0">')[1].split("<")[0]
    assert problem(client, f"verb=ListRecords&resumptionToken={token}") == ""
    assert problem(client, f"verb=ListIdentifiers&resumptionToken={token}") == "badResumptionToken"
    assert problem(client, f"verb=ListRecords&resumptionToken={token[:-1]}x") == "badResumptionToken"
    foreign = signing.dumps(["ListRecords"], key="another node", salt=harvest.SALT)
    assert problem(client, f"verb=ListRecords&resumptionToken={foreign}") == "badResumptionToken"
    said = signing.loads(token, salt=harvest.SALT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(signing.TimestampSigner, "timestamp", lambda self: signing.b62_encode(1_000_000))
        old = signing.dumps(said, salt=harvest.SALT)
    assert problem(client, f"verb=ListRecords&resumptionToken={old}") == "badResumptionToken"
    with pytest.raises(BadResumptionToken):
        list(repository.list_records(resumption_token="nonsense"))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "badVerb"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:elsewhere:1", "idDoesNotExist"),
        ("verb=ListMetadataFormats&identifier=nonsense", "idDoesNotExist"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=0000-01-01", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=%00", "badArgument"),
    ],
)
def test_what_is_wrong_is_answered_by_the_protocol(emptied: None, query: str, expected: str) -> None:
    assert problem(Client(), query) == expected


def test_a_request_may_come_by_post(repository: Scythe) -> None:
    answer = Client(enforce_csrf_checks=True).post("/oai", {"verb": "Identify"})
    assert answer.status_code == 200
    assert node_settings.COMITY_NAME in answer.content.decode()

"""The catalogue as linked data: read as a graph, and held to the shapes of CSSV."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pyshacl import validate
from rdflib import DCAT, RDF, Graph, Namespace, URIRef

from comity.records import services as records
from comity.records.models import Visibility
from comity.records.viewer import NODE
from comity.standards.models import Document, Work

CSSV = Namespace("http://data.europa.eu/2sa/cssv#")
SHAPES = Graph().parse(Path(__file__).parent / "data" / "cssv.shacl.ttl")


def graph(client: Client, address: str) -> Graph:
    answer = client.get(address)
    assert answer["Content-Type"].startswith("application/ld+json")
    return Graph().parse(data=answer.content, format="json-ld")


def faults(found: Graph) -> str:
    conforms, _report, text = validate(found, shacl_graph=SHAPES)
    return "" if conforms else str(text)


def of_one_work() -> Document:
    """A document whose work another body publishes as well."""
    one, other = Document.objects.exclude(slug="iso-iec-42001").order_by("key")[:2]
    work = records.put(Work(key=one.key, title=one.title), by=NODE)
    for document in (one, other):
        document.work = work
        records.put(document, by=NODE)
    return one


def test_the_whole_catalogue_passes_the_shapes(clients: dict[str, Client]) -> None:
    address, seen = "/standards/catalogue.jsonld", 0
    while address:
        found = graph(clients["anyone"], address)
        assert faults(found) == ""
        seen += len(set(found.subjects(RDF.type, CSSV.Standard)))
        after = next(found.objects(predicate=URIRef("http://www.w3.org/ns/hydra/core#next")), None)
        address = str(after).removeprefix("http://localhost:8000") if after else ""
    assert seen == Client().get("/api/v1/documents").json()["total"]


def test_a_document_and_its_family_pass_the_shapes(clients: dict[str, Client]) -> None:
    found = graph(clients["anyone"], f"{of_one_work().get_absolute_url()}document.jsonld")
    assert faults(found) == ""
    assert len(set(found.subjects(RDF.type, CSSV.Family))) == 1
    assert len(set(found.objects(predicate=CSSV.combines))) == 2
    found.remove((None, CSSV.combines, None))
    assert faults(found) != ""


@pytest.mark.parametrize("taken", [CSSV.isMaintainedBy, DCAT.distribution, DCAT.accessURL])
def test_the_shapes_notice_what_is_missing(clients: dict[str, Client], taken: URIRef) -> None:
    found = graph(clients["anyone"], "/standards/iso-iec-42001/document.jsonld")
    assert faults(found) == ""
    found.remove((None, taken, None))
    assert faults(found) != ""


def test_a_hidden_document_is_in_no_graph(clients: dict[str, Client]) -> None:
    hidden = Document.objects.get(slug="iso-iec-42001")
    hidden.visibility = Visibility.PRIVATE
    records.put(hidden, by=NODE)
    assert "ISO/IEC 42001:2023" not in clients["anyone"].get("/standards/catalogue.jsonld?q=42001").content.decode()
    assert clients["anyone"].get("/standards/iso-iec-42001/document.jsonld").status_code == 404


def test_the_page_says_the_same_to_search_engines(clients: dict[str, Client]) -> None:
    document = Document.objects.get(slug="iso-iec-42001")
    document.title = {"en": "</script><script>alert(1)</script> & more"}
    records.put(document, by=NODE)
    page = clients["anyone"].get("/standards/iso-iec-42001/").content.decode()
    assert "<script>alert" not in page
    said: dict[str, Any] = json.loads(page.split('<script type="application/ld+json">')[1].split("</script>")[0])
    assert (said["identifier"], said["name"]) == ("ISO/IEC 42001:2023", document.title["en"])

"""Documents as linked data: DCAT 3 with the Core Standards and Specifications Vocabulary, and schema.org.

A document is a `cssv:Standard` and a `dcat:Dataset` whose versions are its editions (`dcat:hasVersion`); the
page to get it from is its distribution. A work that several bodies publish is a `cssv:Family` that combines them.

Sources: W3C, Data Catalog Vocabulary (DCAT) version 3 (2024); CSSV 2.0.0 and its SHACL shapes (2025-11-03), whose
section on families repeats the shape of standards, so that nothing there checks a family: ours are checked by
the constraints its specification states. schema.org/CreativeWork.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

CONTEXT: dict[str, Any] = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "adms": "http://www.w3.org/ns/adms#",
    "cssv": "http://data.europa.eu/2sa/cssv#",
    "org": "http://www.w3.org/ns/org#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_DATES = {4: "xsd:gYear", 7: "xsd:gYearMonth", 10: "xsd:date"}


@dataclass(frozen=True, slots=True)
class Organisation:
    """A body: its address, and its name by language."""

    address: str
    code: str
    name: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Version:
    """An edition of a document."""

    address: str
    identifier: str
    number: str = ""
    date: str = ""
    stage: str = ""


@dataclass(frozen=True, slots=True)
class Described:
    """A document as linked data tells it. Addresses are absolute; a date is YYYY, YYYY-MM or YYYY-MM-DD.

    Attributes:
        page: where it is got: the publisher's page if there is one, else the node's.
        family: address and title of the work it is one publication of, with the addresses of them all.
        concepts: addresses of what it is about.
        superseded_by: addresses of documents that took its place.
    """

    address: str
    identifier: str
    titles: Mapping[str, str]
    bodies: Sequence[Organisation]
    page: str
    date: str = ""
    stage: str = ""
    languages: Sequence[str] = ()
    versions: Sequence[Version] = ()
    concepts: Sequence[str] = ()
    replaces: Sequence[str] = ()
    superseded_by: Sequence[str] = ()
    family: tuple[str, Mapping[str, str], Sequence[str]] | None = None


def dcat(
    documents: Iterable[Described], *, catalogue: str = "", title: str = "", next_page: str = ""
) -> dict[str, Any]:
    """A JSON-LD graph of documents, with the catalogue that lists them if its address is given.

    `next_page` is the address where the catalogue goes on, "" on its last page.
    """
    graph: dict[str, dict[str, Any]] = {}
    listed = []
    for one in documents:
        listed.append({"@id": one.address})
        graph[one.address] = _dataset(one)
        for body in one.bodies:
            graph.setdefault(body.address, _organisation(body))
        if one.family:
            graph.setdefault(one.family[0], _family(one))
    if catalogue:
        graph[catalogue] = _catalogue(catalogue, title, listed, next_page)
    return {"@context": CONTEXT, "@graph": list(graph.values())}


def _catalogue(address: str, title: str, listed: list[dict[str, str]], next_page: str) -> dict[str, Any]:
    more = {"hydra:next": {"@id": next_page}} if next_page else {}
    return {"@id": address, "@type": "dcat:Catalog", "dct:title": title, "dcat:dataset": listed} | more


def _dataset(one: Described) -> dict[str, Any]:
    said: dict[str, Any] = {
        "@id": one.address,
        "@type": ["dcat:Dataset", "cssv:Specification", "cssv:Standard"],
        "dct:identifier": one.identifier,
        "dct:title": _texts(one.titles) or [{"@value": one.identifier}],
        "dct:publisher": [{"@id": body.address} for body in one.bodies],
        "cssv:isMaintainedBy": [{"@id": body.address} for body in one.bodies],
        "dcat:landingPage": {"@id": one.page},
        "dcat:distribution": [
            {"@id": f"{one.address}#distribution", "@type": "dcat:Distribution", "dcat:accessURL": {"@id": one.page}}
        ],
        "dct:issued": _date(one.date),
        "adms:status": one.stage,
        "dct:language": list(one.languages),
        "dcat:theme": _links(one.concepts),
        "dct:replaces": _links(one.replaces),
        "dct:isReplacedBy": _links(one.superseded_by),
        "dcat:hasVersion": [_version(version) for version in one.versions],
    }
    if one.family:
        said["cssv:combinedIn"] = {"@id": one.family[0]}
    return {key: value for key, value in said.items() if value}


def _version(one: Version) -> dict[str, Any]:
    said = {
        "@id": one.address,
        "@type": "dcat:Dataset",
        "dct:title": one.identifier,
        "dct:identifier": one.identifier,
        "dcat:version": one.number,
        "dct:issued": _date(one.date),
        "adms:status": one.stage,
    }
    return {key: value for key, value in said.items() if value}


def _family(one: Described) -> dict[str, Any]:
    address, titles, members = one.family or ("", {}, ())
    return {
        "@id": address,
        "@type": "cssv:Family",
        "dct:title": _texts(titles) or _texts(one.titles),
        "cssv:combines": _links(members),
    }


def _organisation(body: Organisation) -> dict[str, Any]:
    return {
        "@id": body.address,
        "@type": "org:Organization",
        "skos:prefLabel": _texts(body.name) or [{"@value": body.code}],
        "skos:notation": body.code,
    }


def _texts(titles: Mapping[str, str]) -> list[dict[str, str]]:
    return [
        {"@value": text} if tag in ("", "und") else {"@value": text, "@language": tag}
        for tag, text in titles.items()
        if text
    ]


def _links(addresses: Sequence[str]) -> list[dict[str, str]]:
    return [{"@id": one} for one in addresses]


def _date(date: str) -> dict[str, str] | None:
    return {"@value": date, "@type": _DATES[len(date)]} if len(date) in _DATES else None


def schema_org(one: Described) -> str:
    """The same for search engines, as text that is safe inside a `script` element."""
    said: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "CreativeWork",
        "@id": one.address,
        "identifier": one.identifier,
        "name": next(iter(one.titles.values()), one.identifier),
        "url": one.address,
        "sameAs": one.page if one.page != one.address else "",
        "datePublished": one.date,
        "creativeWorkStatus": one.stage,
        "inLanguage": list(one.languages),
        "publisher": [{"@type": "Organization", "name": body.name.get("en") or body.code} for body in one.bodies],
    }
    text = json.dumps({key: value for key, value in said.items() if value}, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")

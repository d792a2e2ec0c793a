"""Every address with every role. An address that is not in the table fails the test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from comity.members.models import Organisation, Token
from comity.records import identity
from comity.records.models import Visibility
from comity.standards.models import Document

ROLES = ("anyone", "secretariat", "delegate", "expert", "reader")
OPEN = dict.fromkeys(ROLES, 200)
SIGNED_IN = OPEN | {"anyone": 302}
SECRETARIAT = dict.fromkeys(ROLES, 403) | {"anyone": 302, "secretariat": 200}
POST_ONLY = dict.fromkeys(ROLES, 405) | {"anyone": 302}
BRIDGE = "oecd-legal-0449--nist-ai-100-1"
RULE = identity.of_fact("rule", "title:machine-learning")
WALK = identity.of_fact("crosswalk", "NIST AI 100-1|ISO/IEC 42001:2023|nist airc (prepared by microsoft)")

# Address as in urls.py -> (an address to try, what each role gets by GET).
TABLE: dict[str, tuple[str, dict[str, int]]] = {
    "": ("/", OPEN),
    "search": ("/search?q=risk", OPEN),
    "consult/": ("/consult/", OPEN),
    "contribute/": ("/contribute/", OPEN),
    "share/": ("/share/", OPEN),
    "standards/": ("/standards/", OPEN),
    "standards/feed.atom": ("/standards/feed.atom", OPEN),
    "standards/changed/": ("/standards/changed/", OPEN),
    "standards/changed/export.csv": ("/standards/changed/export.csv", OPEN),
    "standards/bodies/<slug:slug>/feed.atom": ("/standards/bodies/iso/feed.atom", OPEN),
    "standards/committees/<str:slug>/feed.atom": ("/standards/committees/iso-iec-jtc-1-sc-42/feed.atom", OPEN),
    "standards/<str:slug>/feed.atom": ("/standards/iso-iec-42001/feed.atom", OPEN),
    "account/following/": ("/account/following/", SIGNED_IN),
    "account/following/add/": ("/account/following/add/?what=document&target=iso-iec-42001", SIGNED_IN),
    "account/following/digest/": ("/account/following/digest/", POST_ONLY),
    "account/following/stop/<str:token>/": ("/account/following/stop/wrong/", dict.fromkeys(ROLES, 404)),
    "account/following/<uuid:rid>/remove/": (f"/account/following/{UUID(int=1)}/remove/", POST_ONLY),
    "api/v1/following": ("/api/v1/following", OPEN | {"anyone": 403}),
    "api/v1/following/<uuidstr:rid>": (f"/api/v1/following/{UUID(int=1)}", dict.fromkeys(ROLES, 405)),
    "api/v1/changed": ("/api/v1/changed", OPEN),
    "standards/export.<str:form>": ("/standards/export.csv", OPEN),
    "standards/catalogue.jsonld": ("/standards/catalogue.jsonld", OPEN),
    "standards/<str:slug>/document.jsonld": ("/standards/iso-iec-42001/document.jsonld", OPEN),
    "standards/import/": ("/standards/import/", SECRETARIAT),
    "standards/import/<int:key>/": ("/standards/import/1/", SECRETARIAT | {"secretariat": 404}),
    "standards/import/<str:token>/columns/": (
        f"/standards/import/{'0' * 32}/columns/",
        SECRETARIAT | {"secretariat": 404},
    ),
    "standards/import/instrument/": ("/standards/import/instrument/", SECRETARIAT),
    "standards/import/outline/<uuid:token>/": (
        f"/standards/import/outline/{UUID(int=1)}/",
        SECRETARIAT | {"secretariat": 404},
    ),
    "standards/<str:slug>/text/": ("/standards/iso-iec-42001/text/", OPEN),
    "standards/<str:slug>/text/remove/": ("/standards/iso-iec-42001/text/remove/?lang=en", SECRETARIAT),
    "standards/<str:slug>/text/<str:form>/": ("/standards/iso-iec-42001/text/markdown/", OPEN),
    "standards/<str:slug>/clauses/<path:ref>": (
        "/standards/iso-iec-42001/clauses/A.6.2.4",
        dict.fromkeys(ROLES, 302),
    ),
    "standards/<str:slug>/changes/": ("/standards/iso-iec-42001/changes/", OPEN),
    "standards/<str:slug>/languages/": ("/standards/iso-iec-42001/languages/", OPEN),
    "standards/<str:slug>/amendments/": ("/standards/iso-iec-42001/amendments/", OPEN),
    "api/v1/instruments": ("/api/v1/instruments?document=iso-iec-42001", OPEN),
    "api/v1/instruments/changes": ("/api/v1/instruments/changes?document=iso-iec-42001", dict.fromkeys(ROLES, 404)),
    "api/v1/clauses": ("/api/v1/clauses?q=risk", OPEN),
    "standards/map/": ("/standards/map/", OPEN),
    "standards/map/<str:form>/": ("/standards/map/csv/", OPEN),
    "api/v1/map": ("/api/v1/map", OPEN),
    "standards/references/": ("/standards/references/", OPEN),
    "api/v1/references/check": ("/api/v1/references/check", dict.fromkeys(ROLES, 405)),
    "standards/rules/": ("/standards/rules/", OPEN),
    "standards/rules/new/": ("/standards/rules/new/", SECRETARIAT),
    "standards/rules/trial/": ("/standards/rules/trial/", SECRETARIAT),
    "standards/rules/applying/<int:key>/": ("/standards/rules/applying/1/", SECRETARIAT | {"secretariat": 404}),
    "standards/rules/<uuid:rid>/": (f"/standards/rules/{RULE}/", OPEN),
    "standards/rules/<uuid:rid>/edit/": (f"/standards/rules/{RULE}/edit/", SECRETARIAT),
    "standards/rules/<uuid:rid>/remove/": (f"/standards/rules/{RULE}/remove/", SECRETARIAT),
    "standards/classification/": ("/standards/classification/?scheme=sector", OPEN),
    "standards/classification/decide/": ("/standards/classification/decide/", POST_ONLY),
    "standards/classification/suggest/": ("/standards/classification/suggest/", POST_ONLY),
    "standards/classification/suggesting/<int:key>/": (
        "/standards/classification/suggesting/1/",
        SECRETARIAT | {"secretariat": 404},
    ),
    "standards/new/": ("/standards/new/", SECRETARIAT),
    "standards/bodies/new/": ("/standards/bodies/new/", SECRETARIAT),
    "standards/committees/new/": ("/standards/committees/new/", SECRETARIAT),
    "standards/history/<int:change>/undo/": ("/standards/history/1/undo/", SECRETARIAT | {"secretariat": 404}),
    "standards/bodies/<slug:slug>/edit/": ("/standards/bodies/iso/edit/", SECRETARIAT),
    "standards/committees/<str:slug>/edit/": ("/standards/committees/iso-iec-jtc-1-sc-42/edit/", SECRETARIAT),
    "standards/<str:slug>/edit/": ("/standards/iso-iec-42001/edit/", SECRETARIAT),
    "standards/<str:slug>/relate/": ("/standards/iso-iec-42001/relate/", SECRETARIAT),
    "standards/<str:slug>/work/": ("/standards/iso-iec-42001/work/", SECRETARIAT | {"secretariat": 404}),
    "api/v1/relations": ("/api/v1/relations", dict.fromkeys(ROLES, 405)),
    "api/v1/bodies": ("/api/v1/bodies", dict.fromkeys(ROLES, 405)),
    "api/v1/bodies/<slug>": ("/api/v1/bodies/iso", dict.fromkeys(ROLES, 405)),
    "api/v1/committees": ("/api/v1/committees", dict.fromkeys(ROLES, 405)),
    "api/v1/committees/<slug>": ("/api/v1/committees/iso-iec-jtc-1-sc-42", dict.fromkeys(ROLES, 405)),
    "api/v1/history": ("/api/v1/history?document=iso-iec-42001", OPEN),
    "api/v1/history/undo": ("/api/v1/history/undo", dict.fromkeys(ROLES, 405)),
    "standards/corrections/": ("/standards/corrections/", SECRETARIAT),
    "standards/corrections/<uuid:rid>/": (
        f"/standards/corrections/{UUID(int=1)}/",
        SECRETARIAT | {"secretariat": 404},
    ),
    "standards/corrections/follow/<str:token>/": ("/standards/corrections/follow/wrong/", dict.fromkeys(ROLES, 404)),
    "standards/<str:slug>/correct/": ("/standards/iso-iec-42001/correct/", OPEN),
    "standards/bodies/<slug:slug>/correct/": ("/standards/bodies/iso/correct/", OPEN),
    "standards/committees/<str:slug>/correct/": ("/standards/committees/iso-iec-jtc-1-sc-42/correct/", OPEN),
    "standards/<str:slug>/history/": ("/standards/iso-iec-42001/history/", OPEN),
    "standards/bodies/<slug:slug>/history/": ("/standards/bodies/iso/history/", OPEN),
    "standards/committees/<str:slug>/history/": ("/standards/committees/iso-iec-jtc-1-sc-42/history/", OPEN),
    "api/v1/corrections": ("/api/v1/corrections", dict.fromkeys(ROLES, 403) | {"secretariat": 200}),
    "api/v1/corrections/<uuidstr:rid>/decision": (
        f"/api/v1/corrections/{UUID(int=1)}/decision",
        dict.fromkeys(ROLES, 405),
    ),
    "standards/<str:slug>/classes/": ("/standards/iso-iec-42001/classes/", SECRETARIAT),
    "api/v1/classification": ("/api/v1/classification?state=confirmed", OPEN),
    "api/v1/classification/agreement": ("/api/v1/classification/agreement", OPEN),
    "api/v1/classification/decisions": ("/api/v1/classification/decisions", dict.fromkeys(ROLES, 405)),
    "api/v1/classification/suggest": ("/api/v1/classification/suggest", dict.fromkeys(ROLES, 405)),
    "standards/<str:slug>/selection/": ("/standards/iso-iec-42001/selection/", SECRETARIAT),
    "api/v1/rules": ("/api/v1/rules", OPEN),
    "api/v1/rules/trial": ("/api/v1/rules/trial", dict.fromkeys(ROLES, 403) | {"secretariat": 200}),
    "api/v1/rules/apply": ("/api/v1/rules/apply", dict.fromkeys(ROLES, 405)),
    "api/v1/selection": ("/api/v1/selection", dict.fromkeys(ROLES, 405)),
    "standards/works/": ("/standards/works/", OPEN),
    "standards/works/propose/": ("/standards/works/propose/", SECRETARIAT),
    "standards/works/propose/<int:key>/": ("/standards/works/propose/1/", SECRETARIAT | {"secretariat": 404}),
    "standards/works/<uuid:rid>/": (f"/standards/works/{UUID(int=1)}/", dict.fromkeys(ROLES, 404)),
    "standards/works/<uuid:rid>/undo/": (
        f"/standards/works/{UUID(int=1)}/undo/",
        SECRETARIAT | {"secretariat": 404},
    ),
    "api/v1/works": ("/api/v1/works", OPEN),
    "api/v1/works/<uuidstr:rid>": (f"/api/v1/works/{UUID(int=1)}", dict.fromkeys(ROLES, 404)),
    "api/v1/works/<uuidstr:rid>/decision": (
        f"/api/v1/works/{UUID(int=1)}/decision",
        dict.fromkeys(ROLES, 405),
    ),
    "api/v1/works/<uuidstr:rid>/undo": (f"/api/v1/works/{UUID(int=1)}/undo", dict.fromkeys(ROLES, 405)),
    "standards/bodies/": ("/standards/bodies/", OPEN),
    "standards/bodies/<slug:slug>/": ("/standards/bodies/iso/", OPEN),
    "standards/committees/<str:slug>/": ("/standards/committees/iso-iec-jtc-1-sc-42/", OPEN),
    "standards/<str:slug>/": ("/standards/iso-iec-42001/", OPEN),
    "standards/<str:slug>/relations/": ("/standards/iso-iec-42001/relations/", OPEN),
    "standards/<str:slug>/cite.<str:form>": ("/standards/iso-iec-42001/cite.bib", OPEN),
    "bridges/": ("/bridges/", OPEN),
    "bridges/propose/": ("/bridges/propose/", SECRETARIAT),
    "bridges/propose/<int:key>/": ("/bridges/propose/1/", SECRETARIAT | {"secretariat": 404}),
    "bridges/import/": ("/bridges/import/", SECRETARIAT),
    "bridges/crosswalks/<uuid:rid>/": (f"/bridges/crosswalks/{WALK}/", OPEN),
    "bridges/crosswalks/<uuid:rid>/remove/": (f"/bridges/crosswalks/{WALK}/remove/", SECRETARIAT),
    "bridges/crosswalks/<uuid:rid>/<str:form>/": (f"/bridges/crosswalks/{WALK}/csv/", OPEN),
    "bridges/map/": ("/bridges/map/", OPEN),
    "bridges/map/<str:form>/": ("/bridges/map/csv/", dict.fromkeys(ROLES, 404)),
    "bridges/<str:slug>/": (f"/bridges/{BRIDGE}/", OPEN),
    "bridges/<str:slug>/remove/": (f"/bridges/{BRIDGE}/remove/", SECRETARIAT),
    "bridges/<str:slug>/<str:form>/": (f"/bridges/{BRIDGE}/sssom/", OPEN),
    "api/v1/bridges": ("/api/v1/bridges", OPEN),
    "api/v1/bridges/<name>": (f"/api/v1/bridges/{BRIDGE}", OPEN),
    "api/v1/bridges/<name>/proposals": (f"/api/v1/bridges/{BRIDGE}/proposals", OPEN),
    "api/v1/proposing/<task>": ("/api/v1/proposing/1", dict.fromkeys(ROLES, 403) | {"secretariat": 404}),
    "api/v1/crosswalks": ("/api/v1/crosswalks", OPEN),
    "account/": ("/account/", SIGNED_IN),
    "account/tokens/": ("/account/tokens/", POST_ONLY),
    "account/tokens/<int:key>/delete/": ("/account/tokens/1/delete/", POST_ONLY),
    "organisations/": ("/organisations/", OPEN),
    "organisations/new/": ("/organisations/new/", SECRETARIAT),
    "organisations/<slug:slug>/": ("/organisations/exi/", OPEN),
    "about/<slug:name>/": ("/about/privacy/", OPEN),
    "design/": ("/design/", OPEN),
    "health": ("/health", OPEN),
    "metrics": ("/metrics", OPEN),
    "language/<str:code>/": ("/language/fr/", dict.fromkeys(ROLES, 302)),
    "theme/<str:name>/": ("/theme/dark/", dict.fromkeys(ROLES, 302)),
    "robots.txt": ("/robots.txt", OPEN),
    "site.webmanifest": ("/site.webmanifest", OPEN),
    "api/": ("/api/", OPEN),
    "oai": ("/oai?verb=Identify", OPEN),
    "api/v1/openapi.json": ("/api/v1/openapi.json", OPEN),
    "api/v1/documents": ("/api/v1/documents", OPEN),
    "api/v1/documents/<path:name>": ("/api/v1/documents/iso-iec-42001", OPEN),
    "api/v1/me": ("/api/v1/me", OPEN),
}
NOT_OURS = ("accounts/", "api/v1/$", "api/v1/^$")  # allauth's own, tested there; ninja's root


def addresses(patterns: Any = None, before: str = "") -> Iterator[str]:
    for one in patterns if patterns is not None else get_resolver().url_patterns:
        name = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns, name)
        elif isinstance(one, URLPattern):
            yield name


def ours() -> list[str]:
    return sorted({name for name in addresses() if not name.startswith("accounts/") and name != "api/v1/"})


def test_every_address_has_its_line_in_the_table() -> None:
    assert set(ours()) == set(TABLE)


@pytest.mark.parametrize("address", sorted(TABLE))
def test_each_role_gets_what_the_table_says(address: str, clients: dict[str, Client]) -> None:
    example, expected = TABLE[address]
    got = {role: client.get(example).status_code for role, client in clients.items()}
    assert got == expected


@pytest.mark.parametrize("role", ["anyone", "reader", "expert", "delegate"])
def test_a_private_document_is_nowhere_to_be_found(role: str, clients: dict[str, Client]) -> None:
    from comity.records import services
    from comity.records.viewer import NODE

    document = Document.objects.get(slug="iso-iec-42001")
    document.visibility = Visibility.PRIVATE
    services.put(document, by=NODE)
    client = clients[role]
    assert client.get("/standards/iso-iec-42001/").status_code == 404
    assert client.get("/standards/iso-iec-42001/relations/").status_code == 404
    for ending in ("bib", "json", "yaml", "xlsx", "csv"):
        assert client.get(f"/standards/iso-iec-42001/cite.{ending}").status_code == 404
    assert client.get("/standards/iso-iec-42001/document.jsonld").status_code == 404
    assert client.get(f"/api/v1/documents/{document.rid}").status_code == 404
    for page in (
        "/search?q=ISO/IEC+42001",
        "/standards/?q=42001",
        "/standards/export.csv",
        "/standards/export.bib",
        "/standards/export.json",
        "/standards/export.yaml",
        "/api/v1/documents?form=bibtex",
        "/api/v1/documents?q=42001",
        "/standards/?committee=iso-iec-jtc-1-sc-42",
    ):
        answer = client.get(page)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert b"ISO/IEC 42001:2023" not in content, page


def test_a_private_organisation_is_not_there_for_others(clients: dict[str, Client]) -> None:
    Organisation.objects.filter(slug="exi").update(visibility=Visibility.PRIVATE)
    assert clients["reader"].get("/organisations/exi/").status_code == 404


def test_nobody_deletes_another_ones_token(clients: dict[str, Client]) -> None:
    clients["expert"].post("/account/tokens/", {"name": "mine"})
    key = Token.objects.get(name="mine").pk
    clients["reader"].post(f"/account/tokens/{key}/delete/")
    assert Token.objects.filter(pk=key).exists()
    clients["expert"].post(f"/account/tokens/{key}/delete/")
    assert not Token.objects.filter(pk=key).exists()


def test_a_token_that_is_not_known_is_refused(clients: dict[str, Client]) -> None:
    answer = clients["anyone"].get("/api/v1/documents", headers={"Authorization": "Bearer comity_wrong"})
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"


def test_a_token_acts_as_its_account(clients: dict[str, Client]) -> None:
    page = clients["expert"].post("/account/tokens/", {"name": "mine"}).content.decode()
    key = page.split("<pre>")[1].split("</pre>")[0]
    answer = Client().get("/api/v1/me", headers={"Authorization": f"Bearer {key}"})
    assert answer.json() == {"signed_in": True, "roles": ["expert"]}

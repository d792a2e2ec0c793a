"""Documents as linked data, with the addresses of this node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings

from comity.formats.catalogue import linked
from comity.formats.catalogue.linked import Described, Organisation, Version
from comity.standards.models import Body, Document, RelationKind
from comity.standards.queries import Dossier, Link, Listing, Row

PAGES = ("page", "doi", "pdf")


def address(path: str) -> str:
    """A path of this node as an absolute address."""
    return f"{settings.COMITY_ADDRESS}{path}"


def document_graph(found: Dossier, bodies: Sequence[Body]) -> dict[str, Any]:
    """A document with its editions, what replaces it, and the other publications of its work, as JSON-LD."""
    whole = described(found, bodies)
    return linked.dcat([whole, *(replace(_brief(one), family=whole.family) for one in found.same_work)])


def list_graph(page: Listing, bodies: Mapping[str, Body], *, here: str, after: str) -> dict[str, Any]:
    """One page of a list as a catalogue, as JSON-LD: `here` is its address, `after` that of the next page."""
    documents = [_brief(one, [bodies[code] for code in one.publishers if code in bodies]) for one in page.rows]
    return linked.dcat(documents, catalogue=here, title=settings.COMITY_NAME, next_page=after)


def for_search_engines(found: Dossier, bodies: Sequence[Body]) -> str:
    """schema.org, safe inside a `script` element."""
    return linked.schema_org(described(found, bodies))


def described(found: Dossier, bodies: Sequence[Body]) -> Described:
    one = found.document
    here = address(one.get_absolute_url())
    links = found.current.links if found.current else {}
    related = [link for some in found.links.values() for link in some]
    return Described(
        address=here,
        identifier=one.identifier,
        titles=one.title,
        bodies=_organisations(bodies, one),
        page=next((links[kind] for kind in PAGES if links.get(kind, "").startswith("http")), here),
        date=one.date,
        stage=one.stage,
        languages=one.languages,
        versions=[
            Version(
                f"{here}#{edition.key.replace(' ', '_')}",
                edition.identifier,
                edition.label,
                edition.date,
                edition.stage,
            )
            for edition in found.editions
        ],
        replaces=_targets(related, RelationKind.SUPERSEDES),
        superseded_by=_targets(related, RelationKind.SUPERSEDED_BY),
        family=_family(found),
    )


def _brief(one: Row, bodies: Sequence[Body] = ()) -> Described:
    here = address(one.get_absolute_url())
    return Described(
        address=here,
        identifier=one.identifier,
        titles=one.title,
        bodies=_organisations(bodies, one),
        page=here,
        date=one.date,
        stage=one.stage,
        languages=one.languages,
    )


def _organisations(bodies: Sequence[Body], one: Document | Row) -> list[Organisation]:
    """The bodies, or the one the catalogue files the document under where none of them has a page."""
    found = [Organisation(address(body.get_absolute_url()), body.code, body.name) for body in bodies]
    return found or [Organisation(address(one.body.get_absolute_url()), one.body.code, one.body.name)]


def _targets(links: Sequence[Link], kind: RelationKind) -> list[str]:
    return [address(one.document.get_absolute_url()) for one in links if one.kind == kind and one.document]


def _family(found: Dossier) -> tuple[str, Mapping[str, str], Sequence[str]] | None:
    if not found.same_work:
        return None
    members = sorted(address(one.get_absolute_url()) for one in (found.document, *found.same_work))
    return f"{members[0]}#work", found.document.title, members

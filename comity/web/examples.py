"""Examples of the API that run in the browser: each is a form that asks this node, and the same as a command."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Example:
    """A request to read something, with parameters that may be changed before it is sent."""

    title: Any
    path: str
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        query = urlencode({name: value for name, value in self.parameters.items() if value})
        return f"{self.path}?{query}" if query else self.path

    @property
    def command(self) -> str:
        return f'curl "{settings.COMITY_ADDRESS}{self.address}"'


READING = (
    Example(_("Search documents, in any language"), "/api/v1/documents", {"q": "gestion des risques IA"}),
    Example(
        _("List documents by body, stage and year"),
        "/api/v1/documents",
        {"body": "ISO", "stage": "published", "year": "2023", "sort": "newest"},
    ),
    Example(_("How a document stood on a day"), "/api/v1/documents", {"q": "ISO/IEC 42001", "as_of": "2023-06-01"}),
    Example(_("One document with all that is known of it"), "/api/v1/documents/ISO/IEC 42001"),
    Example(_("What changed between two days"), "/api/v1/changed", {"since": "2026-01-01"}),
    Example(_("The clauses of a text"), "/api/v1/instruments", {"document": "ISO/IEC 42001", "size": "20"}),
    Example(_("Search clauses"), "/api/v1/clauses", {"q": "human oversight", "most": "5"}),
    Example(_("Bridges between texts"), "/api/v1/bridges"),
    Example(_("Harvest the catalogue (OAI-PMH)"), "/oai", {"verb": "ListRecords", "metadataPrefix": "oai_dc"}),
    Example(_("The catalogue as linked data"), "/standards/catalogue.jsonld", {"body": "ISO"}),
)


def writing() -> str:
    """A request that writes, as a command: it needs a token, so the browser does not send it."""
    return (
        'curl --request POST --header "Authorization: Bearer $TOKEN" \\\n'
        '  --header "Content-Type: application/json" \\\n'
        '  --data \'{"source": "EU AI Act", "target": "NIST AI RMF", "top": 5}\' \\\n'
        f'  "{settings.COMITY_ADDRESS}/api/v1/bridges"'
    )

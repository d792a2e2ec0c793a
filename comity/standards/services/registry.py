"""Bodies, committees and sources, found or made while an import runs."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from django.utils.text import slugify

from comity.records import identity
from comity.records import services as records
from comity.records.viewer import NODE
from comity.standards.models import Body, Committee, Source

FACTS = Path(__file__).parent.parent / "facts"
_PARENT = re.compile(r"^(.+)/(?:SC|WG|TC|JTC|SG|JWG) ?[\w.-]+$")


@lru_cache(maxsize=1)
def body_facts() -> dict[str, dict[str, str]]:
    """What is known of bodies: a row by code of `facts/bodies.tsv`."""
    with open(FACTS / "bodies.tsv", encoding="utf-8", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}


@lru_cache(maxsize=1)
def source_facts() -> dict[str, dict[str, str]]:
    """What is known of sources: a row by key of `facts/sources.tsv`."""
    with open(FACTS / "sources.tsv", encoding="utf-8", newline="") as file:
        return {row["key"]: row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}


@dataclass(slots=True)
class Registry:
    """Caches of what was looked up. Called inside the import's transaction, under the write lock."""

    bodies: dict[str, Body] = field(default_factory=dict)
    committees: dict[str, Committee] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)

    def body(self, code: str) -> Body:
        if code not in self.bodies:
            found = Body.objects.filter(code=code).first()
            self.bodies[code] = found or records.put(_new_body(code), by=NODE, because="named by a source")
        return self.bodies[code]

    def source(self, key: str) -> Source:
        if key not in self.sources:
            facts = source_facts().get(key, {})
            self.sources[key], _made = Source.objects.get_or_create(
                key=key,
                defaults={
                    "name": facts.get("name", key),
                    "address": facts.get("address", ""),
                    "publishers": facts.get("publishers", "").split(),
                    "read_on": facts.get("read_on", ""),
                    "terms": facts.get("terms", ""),
                },
            )
        return self.sources[key]

    def committee(self, designation: str, name: str, body: Body) -> Committee | None:
        if not designation:
            return None
        key = designation.upper()[:255]
        if key not in self.committees:
            found = Committee.objects.filter(key=key).first()
            self.committees[key] = found or self._new_committee(designation[:255], name, body)
        return self.committees[key]

    def _new_committee(self, designation: str, name: str, body: Body) -> Committee:
        above = _PARENT.match(designation)
        parent = self.committee(above[1], "", body) if above else None
        committee = Committee(
            rid=identity.of_fact("committee", designation.upper()),
            body=self._owner(designation, body),
            key=designation.upper(),
            slug=_slug(designation),
            designation=designation,
            name={"en": name} if name else {},
            parent=parent,
        )
        return records.put(committee, by=NODE, because="named by a source")

    def _owner(self, designation: str, body: Body) -> Body:
        for prefix, code in (
            ("ISO", "ISO"),
            ("IEC ", "IEC"),
            ("ITU-T", "ITU-T"),
            ("ITU-R", "ITU-R"),
            ("IEEE", "IEEE"),
        ):
            if designation.startswith(prefix):
                return self.body(code)
        return body


def _new_body(code: str) -> Body:
    facts = body_facts().get(code, {})
    names = {tag: facts[tag] for tag in ("en", "ar", "es", "fr", "ru", "zh") if facts.get(tag)}
    return Body(
        rid=identity.of_fact("body", code),
        code=code[:40],
        slug=slugify(code)[:40] or identity.of_fact("body", code).hex[:12],
        name=names or {"und": code},
        reach=facts.get("reach") or Body.Reach.UNKNOWN,
        country=facts.get("country", ""),
        website=facts.get("website", ""),
        order=int(facts.get("order") or 100),
    )


def _slug(designation: str) -> str:
    slug = slugify(designation.replace("/", " "), allow_unicode=True)[:60]
    if Committee.objects.filter(slug=slug).exists() or not slug:
        slug = f"{slug}-{identity.of_fact('committee', designation.upper()).hex[:8]}"
    return slug

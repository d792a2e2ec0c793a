"""Bodies, committees and sources, found or made while an import runs."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from django.utils.text import slugify

from comity.records import identity
from comity.records import services as records
from comity.records.viewer import NODE
from comity.standards.models import Body, Committee, Source

FACTS = Path(__file__).parent.parent / "facts"
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_PARENT = re.compile(r"^(.+)/(?:SC|WG|TC|JTC|SG|JWG) ?[\w.-]+$")

_NAMES = ("en", "ar", "es", "fr", "ru", "zh")  # columns of `facts/bodies.tsv`

Naming = tuple[str, str, Body]  # designation and name of a committee, and the body that names it


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


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    """Code of a body by its code and its names, in small letters."""
    return {
        called.casefold(): code
        for code, facts in body_facts().items()
        for called in (code, *(facts[tag] for tag in _NAMES if facts.get(tag)))
    }


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

    def named(self, name: str) -> str:
        """The code of the body that is called so, by code or name ("METI / MIC (Japan)"); "" if none is known."""
        plain = _IN_BRACKETS.sub("", name)
        for one in (name, plain, *plain.split("/")):
            if code := _codes().get(one.casefold().strip()):
                return code
        return Body.objects.filter(code__iexact=name.strip()).values_list("code", flat=True).first() or ""

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

    def were_read(self, day: str) -> None:
        """Remember that the sources met so far were read on a day, if that is later than what is known."""
        for source in self.sources.values():
            if day > source.read_on:
                Source.objects.filter(pk=source.pk).update(read_on=day)

    def committees_of(self, named: Mapping[str, Naming]) -> dict[str, Committee | None]:
        """The committees that `named` calls by name, found or made; None where nothing is named."""
        wanted: dict[str, Naming] = {}
        for designation, name, body in named.values():
            for one in _upward(designation):
                key = committee_key(one)
                if key not in self.committees and (key not in wanted or name):
                    wanted[key] = (one, name if one == designation else "", body)
        self.committees |= {one.key: one for one in Committee.objects.filter(key__in=wanted)}
        self._make([naming for key, naming in wanted.items() if key not in self.committees])
        return {
            what: self.committees.get(committee_key(designation)) for what, (designation, *_rest) in named.items()
        }

    def _make(self, new: list[Naming]) -> None:
        """Write committees, those above before those below them."""
        slugs = _slugs([designation for designation, *_rest in new])
        levels: dict[int, list[Committee]] = defaultdict(list)
        for designation, name, body in new:
            committee = Committee(
                rid=identity.of_fact("committee", designation.upper()),
                body=self._owner(designation, body),
                key=committee_key(designation),
                slug=slugs[designation],
                designation=designation,
                name={"en": name} if name else {},
            )
            levels[len(_upward(designation))].append(committee)
            self.committees[committee.key] = committee
        for _level, committees in sorted(levels.items()):
            for one in committees:
                above = _upward(one.designation)[1:2]
                one.parent = self.committees[committee_key(above[0])] if above else None
            records.bulk_put(committees, by=NODE, because="named by a source")

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
    names = {tag: facts[tag] for tag in _NAMES if facts.get(tag)}
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


def new_committee(designation: str, body: Body) -> Committee:
    """A committee that is not written yet."""
    slug = _slugs([designation])[designation]
    rid = identity.of_fact("committee", designation.upper())
    return Committee(rid=rid, body=body, key=committee_key(designation), slug=slug, designation=designation)


def committee_key(designation: str) -> str:
    return designation.upper()[:255]


def _upward(designation: str) -> list[str]:
    """A committee's designation, then those of the committees above it.

    >>> _upward("ISO/IEC JTC 1/SC 42/WG 3")
    ['ISO/IEC JTC 1/SC 42/WG 3', 'ISO/IEC JTC 1/SC 42', 'ISO/IEC JTC 1']
    """
    found = [designation[:255]] if designation else []
    while found and (above := _PARENT.match(found[-1])):
        found.append(above[1])
    return found


def _slugs(designations: Iterable[str]) -> dict[str, str]:
    plain = {one: slugify(one.replace("/", " "), allow_unicode=True)[:60] for one in designations}
    taken = {"", "new", *Committee.objects.filter(slug__in=set(plain.values())).values_list("slug", flat=True)}
    for one, slug in plain.items():
        if slug in taken:
            plain[one] = f"{slug}-{identity.of_fact('committee', one.upper()).hex[:8]}"
        taken.add(slug)
    return plain

"""The catalogue's records as publications, and which of them are known to be one work.

What tells that two are one work is masked before the engine sees them; `MASKED` says what, kind by kind.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from comity.engine import identifiers
from comity.engine.works import Publication

FILES = (
    *("iso", "iec", "ieee", "itu", "itu_r_old", "etsi", "3gpp", "jis", "nist", "w3c", "ogc", "ecma", "oasis", "easc"),
    *("rfcsub", "ietf_rfc_embedded"),
)
MASKED = {
    "same identifier": "the whole identifier of the second record",
    "ITU twin": "the second identifier, and every identifier in a title",
    "joint": "the whole identifier of the IEEE record",
    "adoptedFrom": "the relation",
    "ETSI transposes 3GPP": "every identifier in the title of the ETSI record",
}
_KINDS = {
    "same-identifier": "same identifier",
    "ITU-names-ISO": "ITU twin",
    "ITU-twin-text-second-primary-id": "ITU twin",
    "ISO-IEC-IEEE-joint": "joint",
    "rel-adoptedFrom": "adoptedFrom",
    "ETSI-transposes-3GPP": "ETSI transposes 3GPP",
}
_NAMED = re.compile(
    r"(?:\b(?:ISO|IEC|3GPP|GSM|ITU-[TR]|CCITT)(?:/[A-Z]+)*(?:\s+(?:TS|TR|DIS|CD|Rec\.?))?\s*[A-Z]?\.?\d[\d.:-]*(?:/\w+)?"
    r"(?:\s+version\s+[\d.]+)?(?:\s+Release\s+\d+)?)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Gathered:
    """A document, as its records are read."""

    key: str
    body: str
    identifiers: tuple[str, ...]
    titles: dict[tuple[str, str], None] = field(default_factory=dict)
    years: set[int] = field(default_factory=set)
    ics: set[str] = field(default_factory=set)

    def add(self, row: dict[str, Any], mask: Callable[[str], str]) -> None:
        for language, title in row.get("title", {}).items():
            self.titles[language, mask(title)] = None
        self.years |= _years(row)
        self.ics.update(row.get("ics", ()))

    def publication(self) -> Publication:
        ics, years = tuple(sorted(self.ics)), tuple(sorted(self.years))
        return Publication(self.key, self.body, self.identifiers, tuple(self.titles), years, ics=ics)


def _years(row: dict[str, Any]) -> set[int]:
    found = set()
    for kind in ("published", "issued"):
        values = row.get("dates", {}).get(kind, ())
        found |= {int(str(value)[:4]) for value in ([values] if isinstance(values, str) else values)}
    return found


def rows(data: Path) -> Iterator[tuple[str, int, dict[str, Any]]]:
    for name in FILES:
        with gzip.open(data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for line, text in enumerate(lines, 1):
                yield name, line, json.loads(text)


@lru_cache(maxsize=1 << 19)
def document_of(identifier: str, body: str = "") -> tuple[str, str]:
    """The document an identifier names, and the body that publishes it."""
    found = identifiers.parse(identifier, body)
    return found.document, found.publishers[0] if found.publishers else body.upper()


def _plain(title: str) -> str:
    return title


def _unnamed(title: str) -> str:
    return _NAMED.sub("", title)


def catalogue(data: Path) -> tuple[list[Publication], int]:
    """Every document of the catalogue with nothing masked, and how many records that were."""
    found: dict[str, Gathered] = {}
    count = 0
    for name, _line, row in rows(data):
        key, body = document_of(row["id"], name)
        found.setdefault(key, Gathered(key, body, (row["id"],))).add(row, _plain)
        count += 1
    return [one.publication() for one in found.values()], count


@dataclass(slots=True)
class Truth:
    """Publications with what tells masked, and which pairs of them are one work, by kind.

    `left_out` counts pairs that cannot be asked: one side is not in the data.
    """

    publications: list[Publication]
    pairs: dict[str, set[tuple[str, str]]]
    left_out: dict[str, int]


def masked(data: Path, kinds: Collection[str]) -> Truth:
    """The catalogue with what tells these kinds masked. Masked records count as another body's list."""
    stated = [one for one in _stated(data) if _KINDS[one["kind"]] in kinds]
    hidden = {(one["b_body"], one["b"]) for one in stated if one["kind"] in ("same-identifier", "ISO-IEC-IEEE-joint")}
    found: dict[str, Gathered] = {}
    apart: dict[tuple[str, str], list[str]] = {}
    for name, line, row in rows(data):
        key, body = document_of(row["id"], name)
        names: tuple[str, ...] = (row["id"],)
        if (name, row["id"]) in hidden:
            key, body, names = f"{name} {line}", f"{name.upper()}, masked", ()
            apart.setdefault((name, row["id"]), []).append(key)
        mask = _unnamed if name in ("itu", "etsi") else _plain
        found.setdefault(key, Gathered(key, body, names)).add(row, mask)
    truth = Truth(
        [one.publication() for one in found.values()], {kind: set() for kind in kinds}, dict.fromkeys(kinds, 0)
    )
    for one in stated:
        _ask(one, truth, apart, found)
    return truth


def _stated(data: Path) -> list[dict[str, str]]:
    with gzip.open(data / "crossbody_pairs.jsonl.gz", "rt", encoding="utf-8") as lines:
        pairs = [json.loads(line) for line in lines]
    return [
        one
        for one in pairs
        if (
            one["kind"] in _KINDS
            and (one["a_body"], one["a"]) != (one["b_body"], one["b"])
            and one["a_body"] != "iso"
        )
        or one["kind"] in ("same-identifier", "ISO-IEC-IEEE-joint")
    ]


def _ask(
    one: dict[str, str], truth: Truth, apart: dict[tuple[str, str], list[str]], found: dict[str, Gathered]
) -> None:
    kind = _KINDS[one["kind"]]
    if kind in ("same identifier", "joint"):
        a = document_of(one["a"], one["a_body"])[0]
        truth.pairs[kind] |= {(b, a) for b in apart.get((one["b_body"], one["b"]), ())}
        return
    a, b = _alike(one["a"], one["a_body"], one["b"], one["b_body"] or one["a_body"])
    if a not in found or b not in found or found[a].body == found[b].body:
        truth.left_out[kind] += 1
    else:
        truth.pairs[kind].add((a, b))


def _alike(a: str, a_body: str, b: str, b_body: str) -> tuple[str, str]:
    """Documents of one level: where only one is an amendment, what it amends is meant."""
    one, other = identifiers.parse(a, a_body), identifiers.parse(b, b_body)
    if bool(one.part_of) == bool(other.part_of):
        return one.document, other.document
    return _whole(one), _whole(other)


def _whole(one: identifiers.Reference) -> str:
    while one.part_of:
        one = identifiers.parse(one.part_of)
    return one.document

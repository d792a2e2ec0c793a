"""The references of `bench.references`: records of a catalogue, misspelt by rules that are stated here.

Each rule takes a random published or withdrawn record of ISO, IEC, ITU, IEEE, ETSI, JIS, CISPR, ECMA, NIST or OGC
that has what the rule needs, and writes "identifier, title" as the rule says. What is right follows from the rule.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

BODIES = ("ISO", "IEC", "ITU-T", "IEEE", "ETSI", "JIS", "CISPR", "ECMA", "NIST", "OGC")
SHARES = {
    "plain": 50,
    "signs": 60,
    "publisher": 30,
    "digits": 30,
    "old": 60,
    "swapped": 40,
    "french": 40,
    "east": 30,
    "undated": 40,
    "title": 40,
    "slip": 20,
    "withdrawn": 40,
    "nothing": 20,
}
KINDS = {
    "plain": "as the catalogue has it",
    "signs": "identifier with letters for digits, wrong dashes, fullwidth signs, lacking slash or colon",
    "publisher": "a joint publisher or the kind of document left out",
    "digits": "two neighbouring digits exchanged, title right",
    "old": "an edition that a newer one has replaced",
    "swapped": "the title of another document",
    "french": "French title",
    "east": "Japanese title",
    "undated": "without its year",
    "title": "title alone",
    "slip": "title alone, with a slip",
    "withdrawn": "withdrawn, with a successor",
    "nothing": "what does not exist",
}


@dataclass(frozen=True, slots=True)
class Made:
    """A reference with what is right: keys of documents (none where nothing is meant).

    Attributes:
        expects: problems of which one has to be told.
        doubtful: to answer with the right one among candidates is right as well: nobody could tell.
    """

    kind: str
    text: str
    right: frozenset[str]
    expects: frozenset[str] = frozenset()
    doubtful: bool = False

    @property
    def told(self) -> bool:
        return bool(self.expects)


@dataclass(slots=True)
class Record:
    """A document of the catalogue with its editions, the latest last."""

    key: str
    identifier: str
    titles: dict[str, str]
    stage: str
    editions: list[tuple[str, str, str, dict[str, str]]]  # key, identifier, stage, titles
    followed: frozenset[str]


class Catalogue:
    """What the rules choose from."""

    def __init__(self) -> None:
        from comity.standards.models import Document, Edition, Relation

        editions: dict[int, list[Any]] = defaultdict(list)
        for pk, *rest in Edition.objects.order_by("date", "key").values_list(
            "document_id", "key", "identifier", "stage", "title"
        ):
            editions[pk].append((*rest[:3], dict(rest[3])))
        followed: dict[int, set[str]] = defaultdict(set)
        for pk, target in Relation.objects.filter(kind="superseded_by").values_list(
            "edition__document_id", "target_document"
        ):
            followed[pk].add(target)
        rows = Document.objects.filter(body__code__in=BODIES, part_of="").order_by("key")
        self.records = [
            Record(key, identifier, dict(title), stage, editions[pk], frozenset(followed[pk] - {key}))
            for pk, key, identifier, title, stage in rows.values_list("pk", "key", "identifier", "title", "stage")
            if stage in ("published", "withdrawn") and title
        ]
        self.published = {one.key for one in self.records if one.stage == "published"}
        self.keys = set(Document.objects.values_list("key", flat=True))
        self.printed = set(Edition.objects.values_list("key", flat=True))
        self.titled: dict[str, set[str]] = defaultdict(set)
        for key, title, others in Document.objects.values_list("key", "title", "other_titles").iterator():
            for one in [*dict(title).values(), *(text for _tag, text in others)]:
                self.titled[fold(one)].add(key)


def fold(title: str) -> str:
    """A title without case, spaces and punctuation."""
    return re.sub(r"[\W_]+", "", title.casefold())


Rule = Callable[[Catalogue, Record, random.Random], Made | None]


def make(seed: int) -> list[Made]:
    """The references of a seed, shuffled."""
    held, chance = Catalogue(), random.Random(seed)
    made: list[Made] = []
    for kind, count in SHARES.items():
        made += _some(held, RULES[kind], count, chance)
    chance.shuffle(made)
    return made


def _some(held: Catalogue, rule: Rule, count: int, chance: random.Random) -> list[Made]:
    found: list[Made] = []
    for _try in range(400_000):
        if len(found) == count:
            break
        if one := rule(held, chance.choice(held.records), chance):
            found.append(one)
    return found


def _title(one: Record) -> str:
    return one.titles.get("en") or next(iter(one.titles.values()))


def _latest(one: Record) -> tuple[str, str, str, dict[str, str]] | None:
    return next((each for each in reversed(one.editions) if each[1] == one.identifier and each[2] == one.stage), None)


def _written(identifier: str, title: str) -> str:
    return f"{identifier}, {title}"


def _plain(held: Catalogue, one: Record, chance: random.Random) -> Made | None:
    if one.stage != "published" or _latest(one) is None:
        return None
    return Made("plain", _written(one.identifier, _title(one)), frozenset({one.key}))


_WIDE = {ord(sign): chr(ord(sign) + 0xFEE0) for sign in "/:-0123456789"}


def _signs(held: Catalogue, one: Record, chance: random.Random) -> Made | None:
    if one.stage != "published" or not re.match(r"(?:ISO|IEC)", one.identifier) or ":" not in one.identifier:
        return None
    name = one.identifier
    ways = [
        name.replace("0", "O", 1) if re.search(r"\d*0\d*", name) else "",
        name.replace("1", "l", 1),
        name.replace("IEC", "lEC"),
        name.replace("ISO", "IS0"),
        name.replace("ISO/IEC", "ISO IEC"),
        name.replace("ISO/IEC", "ISO-IEC"),
        name.replace("-", "–"),
        name.replace(":", " : "),
        re.sub(r":(\d{4})$", r"-\1", name),
        re.sub(r":(\d{4})$", r" (\1)", name),
        name.translate(_WIDE),
        name.replace(" ", "", 1),
        name.lower(),
    ]
    changed = chance.choice([way for way in ways if way and way != name])
    with_title = chance.random() < 0.6
    return Made("signs", _written(changed, _title(one)) if with_title else changed, frozenset({one.key}))


def _publisher(held: Catalogue, one: Record, chance: random.Random) -> Made | None:
    shorter = re.sub(r"^ISO/IEC(?:/IEEE)? (?:(?:TR|TS) )?|^(?:ISO|IEC)[/ ](?:TR|TS) ", "", one.identifier)
    if one.stage != "published" or shorter == one.identifier:
        return None
    name = f"{one.identifier[:3]} {shorter}"
    if name in held.printed or name.split(":")[0] in held.keys:
        return None
    return Made("publisher", _written(name, _title(one)), frozenset({one.key}))


def _digits(held: Catalogue, one: Record, chance: random.Random) -> Made | None:
    match = re.search(r"\d{4,5}(?=[:-])", one.identifier)
    if one.stage != "published" or match is None or not one.identifier.startswith(("ISO", "IEC")):
        return None
    place = chance.randrange(1, len(match[0]))
    digits = list(match[0])
    digits[place - 1], digits[place] = digits[place], digits[place - 1]
    changed = "".join(digits)
    if changed == match[0] or changed[0] == "0":
        return None
    name = one.identifier[: match.start()] + changed + one.identifier[match.end() :]
    return Made("digits", _written(name, _title(one)), frozenset({one.key}), doubtful=True)


def _old(held: Catalogue, one: Record, chance: random.Random) -> Made | None:
    if one.stage != "published" or not one.identifier.startswith(("ISO", "IEC", "JIS", "ITU-T", "ECMA")):
        return None
    older = [each for each in one.editions if each[2] == "withdrawn" and re.search(r":(?:19|20)\d\d$", each[1])]
    latest = _latest(one)
    if not older or latest is None or "/" in one.key.replace("ISO/IEC", ""):
        return None
    chosen = chance.choice(older)
    title = chosen[3].get("en") or next(iter(chosen[3].values()), "")
    return Made("old", _written(chosen[1], title), frozenset({one.key}), frozenset({"newer-edition"}))


def _swapped(held: Catalogue, one: Record, chance: random.Random) -> Made | None:
    other = chance.choice(held.records)
    mine = {fold(title) for title in one.titles.values()}
    if one.stage != "published" or fold(_title(other)) in mine or len(_title(other)) < 20:
        return None
    return Made("swapped", _written(one.identifier, _title(other)), frozenset({one.key}), frozenset({"title"}))


def _french(held: Catalogue, one: Record, chance: random.Random) -> Made | None:
    title = one.titles.get("fr", "")
    if one.stage != "published" or not title or title == one.titles.get("en"):
        return None
    return _in_language("french", held, one, title, chance)


def _east(held: Catalogue, one: Record, chance: random.Random) -> Made | None:
    title = one.titles.get("ja", "")
    return _in_language("east", held, one, title, chance) if one.stage == "published" and len(title) > 5 else None


def _in_language(kind: str, held: Catalogue, one: Record, title: str, chance: random.Random) -> Made:
    """Half with the identifier, half the title alone."""
    if chance.random() < 0.5:
        return Made(
            kind,
            f"{one.identifier} {title}" if kind == "east" else _written(one.identifier, title),
            frozenset({one.key}),
        )
    return Made(kind, title, frozenset(held.titled[fold(title)]))


def _undated(held: Catalogue, one: Record, chance: random.Random) -> Made | None:
    if one.stage != "published":
        return None
    return Made("undated", _written(one.key, _title(one)), frozenset({one.key}))


def _alone(held: Catalogue, one: Record, chance: random.Random) -> Made | None:
    if one.stage != "published" or len(_title(one).split()) < 4:
        return None
    return Made("title", _title(one), frozenset(held.titled[fold(_title(one))]))


def _slip(held: Catalogue, one: Record, chance: random.Random) -> Made | None:
    words = _title(one).split()
    long = [place for place, word in enumerate(words) if len(word) > 7 and word.isalpha() and word.isascii()]
    if one.stage != "published" or len(words) < 5 or not long:
        return None
    place = chance.choice(long)
    at = chance.randrange(2, len(words[place]) - 2)
    words[place] = words[place][:at] + words[place][at + 1 :]
    right = frozenset(held.titled[fold(_title(one))])
    return None if fold(" ".join(words)) in held.titled else Made("slip", " ".join(words), right)


def _withdrawn(held: Catalogue, one: Record, chance: random.Random) -> Made | None:
    latest = _latest(one)
    if one.stage != "withdrawn" or latest is None or not one.followed & held.keys:
        return None
    if not one.followed & held.published:
        return None
    return Made("withdrawn", _written(one.identifier, _title(one)), frozenset({one.key}), frozenset({"superseded"}))


def _nothing(held: Catalogue, one: Record, chance: random.Random) -> Made | None:
    number = chance.randrange(70_000, 99_999)
    body = chance.choice(("ISO", "IEC", "ISO/IEC", "ISO/TS"))
    if any(f"{each} {number}" in held.keys for each in ("ISO", "IEC", "ISO/IEC", "ISO/TS", "IEC TS")):
        return None
    words = [chance.choice(_title(chance.choice(held.records)).split()) for _word in range(6)]
    text = f"{body} {number}:{chance.randrange(2000, 2026)}"
    return Made(
        "nothing", _written(text, " ".join(words).capitalize()) if chance.random() < 0.5 else text, frozenset()
    )


RULES: dict[str, Rule] = {
    "plain": _plain,
    "signs": _signs,
    "publisher": _publisher,
    "digits": _digits,
    "old": _old,
    "swapped": _swapped,
    "french": _french,
    "east": _east,
    "undated": _undated,
    "title": _alone,
    "slip": _slip,
    "withdrawn": _withdrawn,
    "nothing": _nothing,
}

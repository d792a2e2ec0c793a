"""Which records of the catalogue the references of a draft are, and what is wrong with them.

The number of queries does not grow with the list, but for a few more with each 400 titles that have to be
searched by their words; along what superseded what, at most `HOPS` rounds are made.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Q

from comity.engine import identifiers, references
from comity.engine.embedding import text_digest
from comity.engine.references import Choice, Hit, How, Known, Outcome, Verdict, Written
from comity.engine.references.titles import words
from comity.formats.references import Item, Listed
from comity.records.models import Entry, EntryText, Text, seen_by
from comity.records.viewer import Viewer
from comity.standards.errors import TooManyReferences
from comity.standards.models import Document, Edition, Identifier
from comity.standards.queries import referencefacts
from comity.standards.queries.compiled import VIEWERS, Compiled, among
from comity.standards.queries.referencefacts import Named
from comity.standards.queries.referencewords import by_words

MOST = 2_000
KINDS = ("TR", "TS", "PAS", "GUIDE", "IWA", "ISP")


@dataclass(frozen=True, slots=True)
class Checked:
    """One reference with what came of it; `named` has every document the verdict points at, by primary key."""

    written: Written
    verdict: Verdict
    named: dict[int, Named]

    @property
    def outcome(self) -> Outcome:
        return self.verdict.choice.outcome

    @property
    def found(self) -> Named | None:
        known = self.verdict.choice.known
        return self.named.get(known.pk) if known else None

    @property
    def candidates(self) -> list[Named]:
        return [self.named[one.pk] for one in self.verdict.choice.candidates if one.pk in self.named]


def check_text(text: str, viewer: Viewer, day: datetime.date | None = None) -> list[Checked]:
    """Find the references of a text and check them.

    Raises:
        TooManyReferences: there are more than `MOST`.
    """
    return check(references.find(text, MOST + 1), viewer, day)


def check_listed(listed: Listed, viewer: Viewer, day: datetime.date | None = None) -> list[Checked]:
    """Check a list that was read from a file. Errors as `check_text`."""
    if not listed.items:
        return check_text(listed.text, viewer, day)
    if len(listed.items) > MOST:
        raise TooManyReferences(most=f"{MOST:,}")
    return check([each for one in listed.items for each in _of_item(one)], viewer, day)


def _of_item(one: Item) -> list[Written]:
    if one.text:
        return references.of_line(one.text, one.line)
    return [references.of_fields(one.identifier, one.title, one.line, one.codes)]


def check(written: Sequence[Written], viewer: Viewer, day: datetime.date | None = None) -> list[Checked]:
    """Check references: what the viewer may see of the catalogue, as it is or as it was on a day.

    Raises:
        TooManyReferences: there are more than `MOST`.
    """
    if len(written) > MOST:
        raise TooManyReferences(most=f"{MOST:,}")
    asked = [one for each in written for one in (each, *each.mentions)]
    hits, titled = _hits(asked, viewer), _titled(asked, viewer)
    wanted = {pk for found in hits for pk, *_rest in found} | {pk for found in titled for pk in found}
    known = referencefacts.read(wanted, viewer, day)
    made = [_with(known, found) for found in hits]
    more = _by_words(asked, made, [_only(known, found) for found in titled], viewer)
    known |= referencefacts.read({pk for found in more for pk in found} - set(known), viewer, day)
    chosen = [
        references.choose(one, mine, _only(known, [*exact, *near]))
        for one, mine, exact, near in zip(asked, made, titled, more, strict=True)
    ]
    kept = _kept(written, dict(zip(map(id, asked), chosen, strict=True)))
    return _judged(kept, known, viewer, day)


Key = tuple[int, How, int, str]  # document, how, which reading, edition


def _with(known: dict[int, Known], found: Iterable[Key]) -> list[Hit]:
    return [Hit(known[pk], how, place, edition) for pk, how, place, edition in found if pk in known]


def _only(known: dict[int, Known], found: Iterable[int]) -> list[Known]:
    return [known[pk] for pk in dict.fromkeys(found) if pk in known]


def _kept(written: Sequence[Written], chosen: dict[int, Choice]) -> list[tuple[Written, Choice]]:
    """What is told of: a line that is no title stands for what it mentions."""
    kept = []
    for one in written:
        choice = chosen[id(one)]
        if one.mentions and not references.settles(one, choice):
            kept += [(mention, chosen[id(mention)]) for mention in one.mentions]
        else:
            kept.append((one, choice))
    return kept


def _judged(
    kept: Sequence[tuple[Written, Choice]], known: dict[int, Known], viewer: Viewer, day: datetime.date | None
) -> list[Checked]:
    found = {choice.known.pk for _one, choice in kept if choice.known}
    after, over, more = referencefacts.followed(found, known, viewer, day)
    known |= more
    identical = referencefacts.identical(found, viewer)
    verdicts = [
        references.judge(
            one,
            choice,
            _only(known, references.follow(choice.known.pk, after, over)) if choice.known else (),
            identical.get(choice.known.pk, ()) if choice.known else (),
        )
        for one, choice in kept
    ]
    named = referencefacts.named(_pointed_at(verdicts), viewer)
    return [Checked(one, verdict, named) for (one, _choice), verdict in zip(kept, verdicts, strict=True)]


def _pointed_at(verdicts: Iterable[Verdict]) -> set[int]:
    found: set[int] = set()
    for one in verdicts:
        found |= {pk for finding in one.findings for pk in finding.documents}
        found |= {each.pk for each in one.choice.candidates}
        found |= {one.choice.known.pk} if one.choice.known else set()
    return found


# by identifier


def _hits(asked: Sequence[Written], viewer: Viewer) -> list[list[Key]]:
    """The documents that fit each identifier. Four queries."""
    keys = sorted({reading.reference.key for one in asked for reading in one.readings})
    documents = sorted({reading.reference.document for one in asked for reading in one.readings})
    codes = sorted({_code(code) for one in asked for code in one.codes})
    loose = sorted({name for one in asked for reading in one.readings for name in _loose(reading.reference)})
    editions = _grouped(_editions(viewer).rows(keys=keys)) if keys else {}
    exact = _grouped(_documents(viewer).rows(keys=documents)) if documents else {}
    others = _grouped(_others(viewer).rows(keys=[*keys, *codes])) if keys or codes else {}
    fits = _grouped(_fitting(viewer).rows(loose=loose)) if loose else {}
    return [_of(one, editions, exact, others, fits) for one in asked]


def _grouped(rows: Iterable[tuple[Any, ...]]) -> dict[str, list[tuple[int, str]]]:
    found: dict[str, list[tuple[int, str]]] = {}
    for key, pk, *edition in rows:
        found.setdefault(key, []).append((pk, edition[0] if edition else ""))
    return found


Group = dict[str, list[tuple[int, str]]]


def _of(one: Written, editions: Group, exact: Group, others: Group, fits: Group) -> list[Key]:
    found: list[Key] = []
    for place, reading in enumerate(one.readings):
        read = reading.reference
        found += [(pk, How.EXACT, place, edition) for pk, edition in editions.get(read.key, ())]
        found += [(pk, How.EXACT, place, "") for pk, _edition in exact.get(read.document, ())]
        found += [(pk, How.ALIAS, place, edition) for pk, edition in others.get(read.key, ())]
        found += [(pk, How.LOOSE, 0, "") for name in _loose(read) for pk, _edition in fits.get(name, ())]
    for code in one.codes:
        found += [(pk, How.CODE, 0, edition) for pk, edition in others.get(_code(code), ())]
    return found


def _code(code: str) -> str:
    return identifiers.normalise(code.rstrip(".,;)"))[:255]


@lru_cache(maxsize=1 << 14)
def _loose(reference: identifiers.Reference) -> tuple[str, ...]:
    """The number under which a document may be known if its publisher or kind is left out, or is another."""
    short = identifiers.loose(reference.document)[:200]
    if not any(character.isdigit() for character in short):
        return ()
    bare = next((short[len(kind) :] for kind in KINDS if short.startswith(kind)), short)
    kinds = [kind + bare for kind in KINDS] if bare[:1].isdigit() else []
    return tuple(dict.fromkeys((short, bare, *kinds)))


@lru_cache(maxsize=VIEWERS)
def _editions(viewer: Viewer) -> Compiled:
    found = Edition.objects.visible_to(viewer).filter(among(Edition, "key", "keys"))
    return Compiled(found.order_by().values_list("key", "document_id", "key"))


@lru_cache(maxsize=VIEWERS)
def _documents(viewer: Viewer) -> Compiled:
    found = Document.objects.visible_to(viewer).filter(among(Document, "key", "keys"))
    return Compiled(found.order_by().values_list("key", "pk"))


@lru_cache(maxsize=VIEWERS)
def _others(viewer: Viewer) -> Compiled:
    seen = seen_by(viewer, "edition__") & Q(edition__withdrawn_at__isnull=True)
    found = Identifier.objects.filter(among(Identifier, "key", "keys"), seen)
    return Compiled(found.order_by().values_list("key", "edition__document_id", "edition__key"))


@lru_cache(maxsize=VIEWERS)
def _fitting(viewer: Viewer) -> Compiled:
    found = Document.objects.visible_to(viewer).filter(among(Document, "loose", "loose"))
    return Compiled(found.order_by().values_list("loose", "pk"))


# by title


def _titled(asked: Sequence[Written], viewer: Viewer) -> list[list[int]]:
    """The documents with the very title, but for the dashes between its parts. Three queries."""
    digests = [[text_digest(title) for title in references.variants(one.title)] if one.title else [] for one in asked]
    wanted = sorted({digest for each in digests for digest in each})
    if not wanted:
        return [[] for _one in asked]
    # Three plain queries: joined, the order SQLite reads them in depends on what it knows of the tables.
    texts = dict(Text.objects.filter(digest__in=wanted).values_list("pk", "digest"))
    carried = list(EntryText.objects.filter(text__in=list(texts)).values_list("text_id", "entry_id"))
    entries = Entry.objects.filter(pk__in={entry for _text, entry in carried}, kind="document")
    documents = dict(entries.values_list("pk", "object"))
    found: dict[bytes, list[int]] = defaultdict(list)
    for one, entry in carried:
        if entry in documents:
            found[bytes(texts[one])].append(documents[entry])
    return [[pk for digest in each for pk in sorted(found.get(digest, ()))] for each in digests]


def _by_words(
    asked: Sequence[Written], hits: Sequence[Sequence[Hit]], titled: Sequence[Sequence[Known]], viewer: Viewer
) -> list[list[int]]:
    """Documents with a like title, for references that neither identifier nor title settles."""
    places = [
        place
        for place, (one, mine, exact) in enumerate(zip(asked, hits, titled, strict=True))
        if words(one.title) and not (exact and one.readings) and not _settled(one, mine)
    ]
    found: list[list[int]] = [[] for _one in asked]
    for place, some in zip(places, by_words([asked[place].title for place in places], viewer), strict=True):
        found[place] = some
    return found


def _settled(one: Written, hits: Sequence[Hit]) -> bool:
    """Whether what the identifier names has the written title, more or less: then nothing else is looked for."""
    return any(
        references.best(one.title, [title for _tag, title in hit.known.titles]) in references.CERTAIN
        for hit in hits
        if hit.how is not How.LOOSE or len(hits) == 1
    )

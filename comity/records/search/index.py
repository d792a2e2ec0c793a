"""Keeping the index of terms true to the records, a batch at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import F

from comity.engine import text
from comity.engine.embedding import clean, text_digest
from comity.records import kinds, rows
from comity.records.models import Entry, EntryText, IndexSize, Record, Text, Visibility
from comity.records.search import backends

MAX_TERMS = 400
_SLOT_BITS = 40  # slots of one length: enough for 10^12 entries


def refresh(kind: kinds.Kind, records: Sequence[Record]) -> None:
    """Make the entries of `records` say what the records say now. A fixed number of queries a batch."""
    if kind.drafts is None:
        return
    by_key = {record.pk: record for record in records}
    drafts = {draft.object: draft for draft in kind.drafts(records)}
    old = {entry.object: entry for entry in _entries(kind, by_key)}
    gone = [entry for key, entry in old.items() if key not in drafts or by_key[key].withdrawn_at]
    entries = [
        _entry(kind, by_key[key], draft, old.get(key))
        for key, draft in drafts.items()
        if not by_key[key].withdrawn_at
    ]
    _write(entries, old, gone)
    _write_texts(entries, drafts, [entry.pk for entry in old.values()])


def forget(kind: kinds.Kind, keys: Iterable[int]) -> None:
    gone = list(_entries(kind, list(keys)))
    _write([], {entry.object: entry for entry in gone}, gone)


def _entries(kind: kinds.Kind, keys: Iterable[int]) -> Iterable[Entry]:
    return Entry.objects.filter(kind=kind.name, object__in=list(keys))


def _entry(kind: kinds.Kind, record: Record, draft: kinds.EntryDraft, old: Entry | None) -> Entry:
    found = _terms(draft)
    return Entry(
        pk=old.pk if old else None,
        kind=kind.name,
        object=record.pk,
        visibility=record.visibility,
        contributor=record.contributor,
        organisation=record.organisation,
        boost=draft.boost,
        facets=list(draft.facets),
        length=len(found),
        terms=" ".join(found),
    )


def _terms(draft: kinds.EntryDraft) -> list[str]:
    found: list[str] = []
    seen: set[str] = set()
    for identifier in draft.identifiers:
        found += [term for term in text.terms(identifier) if term not in found]
    for _language, title in draft.texts:
        if title not in seen:
            seen.add(title)
            found += text.terms(title)
    return found[:MAX_TERMS]


def _write(entries: list[Entry], old: dict[int, Entry], gone: list[Entry]) -> None:
    """Insert and update rows, the index of terms, and the counts; unchanged entries cost nothing."""
    changed = [entry for entry in entries if entry.pk is None or old[entry.object].terms != entry.terms]
    stay = [entry for entry in entries if entry.pk is not None and old[entry.object].terms == entry.terms]
    for entry in stay:
        entry.slot = old[entry.object].slot
    stale = [old[entry.object] for entry in changed if entry.pk is not None] + gone
    backend = backends.current()
    if stale:
        backend.remove([(entry.slot, entry.terms) for entry in stale])
    if gone:
        Entry.objects.filter(pk__in=[entry.pk for entry in gone]).delete()
    for entry, number in zip(changed, _numbers(len(changed)), strict=True):
        entry.slot = (entry.length << _SLOT_BITS) | number
    moved = [entry for entry in stay if _facts(entry) != _facts(old[entry.object])]
    _upsert(moved + changed)
    backend.add([(entry.slot, entry.terms) for entry in changed])
    _count(added=changed, removed=stale)
    _count_facets(added=moved + changed, removed=[old[e.object] for e in moved] + stale)


def _facts(entry: Entry) -> tuple[Any, ...]:
    return entry.visibility, entry.contributor, entry.organisation, entry.boost, tuple(entry.facets)


def _upsert(entries: list[Entry]) -> None:
    new = [entry for entry in entries if entry.pk is None]
    known = [entry for entry in entries if entry.pk is not None]
    rows.save(Entry, new, known)


def _numbers(count: int) -> range:
    """Numbers no slot has had before. The counter is the row of index sizes, so it moves under the lock."""
    size, _created = IndexSize.objects.get_or_create(pk=1)
    IndexSize.objects.filter(pk=1).update(next_slot=F("next_slot") + count)
    return range(size.next_slot, size.next_slot + count)


def _count(*, added: list[Entry], removed: list[Entry]) -> None:
    deltas: Counter[str] = Counter()
    for entry in added:
        deltas.update(set(entry.terms.split()))
    for entry in removed:
        deltas.subtract(set(entry.terms.split()))
    rows = [(term, delta) for term, delta in sorted(deltas.items()) if delta]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO records_term(term, entries) VALUES (%s, %s) "
                "ON CONFLICT (term) DO UPDATE SET entries = records_term.entries + excluded.entries",
                rows,
            )
    IndexSize.objects.filter(pk=1).update(
        entries=F("entries") + len(added) - len(removed),
        terms=F("terms") + sum(e.length for e in added) - sum(e.length for e in removed),
    )


def _count_facets(*, added: list[Entry], removed: list[Entry]) -> None:
    deltas: Counter[tuple[str, str]] = Counter()
    for entries, sign in ((added, 1), (removed, -1)):
        for entry in entries:
            if entry.visibility == Visibility.PUBLIC:
                for facet in entry.facets:
                    deltas[entry.kind, facet] += sign
    rows = [(kind, facet, delta) for (kind, facet), delta in sorted(deltas.items()) if delta]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO records_facetcount(kind, facet, entries) VALUES (%s, %s, %s) ON CONFLICT (kind, facet) "
                "DO UPDATE SET entries = records_facetcount.entries + excluded.entries",
                rows,
            )


def _write_texts(entries: list[Entry], drafts: dict[int, kinds.EntryDraft], old: Iterable[int]) -> None:
    """Keep one row a distinct title, and which entries carry it."""
    wanted: dict[tuple[int, bytes], str] = {}
    titles: dict[bytes, str] = {}
    for entry in entries:
        for language, title in drafts[entry.object].texts:
            cleaned = clean(title)
            if cleaned:
                digest = text_digest(cleaned)
                titles[digest] = cleaned
                wanted.setdefault((entry.pk, digest), language)
    keys = _keys_of(titles)
    links = {(entry, keys[digest]): language for (entry, digest), language in wanted.items()}
    have = {
        (entry, text): key
        for key, entry, text in EntryText.objects.filter(entry__in=list(old)).values_list("pk", "entry_id", "text_id")
    }
    obsolete = [key for link, key in have.items() if link not in links]
    if obsolete:
        EntryText.objects.filter(pk__in=obsolete).delete()
    added = [(*link, language) for link, language in links.items() if link not in have]
    rows.insert(EntryText, ["entry", "text", "language"], added)


def _keys_of(titles: dict[bytes, str]) -> dict[bytes, int]:
    """Keys of distinct titles by digest; those that are not known yet are written."""
    known = {
        bytes(digest): key for digest, key in Text.objects.filter(digest__in=list(titles)).values_list("digest", "pk")
    }
    new = [digest for digest in titles if digest not in known]
    known |= zip(new, rows.reserve(Text, len(new)), strict=True)
    rows.insert(Text, ["id", "digest", "text"], [(known[digest], digest, titles[digest]) for digest in new])
    return known

"""Search by words at full size, one client, beside SQLite's FTS5 and tantivy on the same texts.

*Known items* are titles of random documents, typed whole. *Natural questions* have 3 to 12 words: one of
twelve beginnings of a question and words of a random title, in random order (seed 5; nothing is chosen by
its result). FTS5 is a table of its own with the very terms that our index holds, asked for the first ten
by bm25; tantivy has the titles and identifiers as they are, under its English stemmer. Compared are CPU
times; of our search, all that `ranking.search(..., meaning=False)` does.
"""

from __future__ import annotations

import random
import sqlite3
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.harness import Figure, at_least, at_most, p95
from bench.node import arguments, milliseconds, tell, use

KNOWN, QUESTIONS = 400, 300
BEGINNINGS = (
    "what is the standard for",
    "which standards cover",
    "how to test",
    "requirements for",
    "guidance on",
    "is there a standard about",
    "who writes standards on",
    "how do I measure",
    "what does it say about",
    "where can I find",
    "best practice of",
    "terms and definitions of",
)


def main() -> None:
    given = arguments(__doc__ or "").parse_args()
    use(given.home)
    with tempfile.TemporaryDirectory() as folder:
        tell(measure(Path(folder)), given.out)


def measure(folder: Path) -> list[Figure]:
    from comity.engine import text
    from comity.records.search import ranking
    from comity.records.viewer import ANYONE

    titles = _titles()
    chance = random.Random(5)
    known = chance.sample([title for title in titles if len(title.split()) > 2], KNOWN)
    questions = [_question(titles, chance) for _ in range(QUESTIONS)]
    table = Fts(folder / "fts.sqlite3")
    every = milliseconds(lambda query: table.first(text.terms(query), " AND "), known)
    either = milliseconds(lambda query: table.first(text.terms(query), " OR "), questions)
    our_every = milliseconds(lambda query: ranking.search(query, viewer=ANYONE, meaning=False), known)
    our_either = milliseconds(lambda query: ranking.search(query, viewer=ANYONE, meaning=False), questions)
    shared = statistics.fmean(_shared(query, table) for query in questions)
    tantivy = _tantivy(folder)
    found = _found(known)
    return [
        at_most("known items (AND), p95", f"FTS5 {p95(every):.1f} ms", p95(our_every) / p95(every), 1.5),
        at_least("known items found among the first ten", "", found, 0.95, ""),
        at_most(
            "natural questions, p95", f"FTS5's plain OR {p95(either):.0f} ms", p95(our_either) / p95(either), 0.2
        ),
        at_least("of plain OR's first ten, in ours", "", shared, 0.9, ""),
        Figure("known items and questions, p95", "", f"{p95(our_every):.1f} and {p95(our_either):.1f} ms"),
        Figure("the same by tantivy, p95", "", f"{tantivy(known):.1f} and {tantivy(questions):.1f} ms"),
    ]


def _titles() -> list[str]:
    from comity.standards.models import Document

    titles = Document.objects.order_by("pk").values_list("title", flat=True).iterator()
    return [title for names in titles if (title := names.get("en") or names.get("und"))]


def _question(titles: list[str], chance: random.Random) -> str:
    words: list[str] = []
    while len(words) < 2:
        words = [word for word in chance.choice(titles).split() if word.isalpha()]
    beginning, length = chance.choice(BEGINNINGS).split(), chance.randint(3, 12)
    rest = chance.sample(words, min(max(1, length - len(beginning)), len(words)))
    return " ".join([*beginning, *rest][-length:])


class Fts:
    """FTS5 alone: the terms of every entry, and nothing else."""

    def __init__(self, file: Path) -> None:
        from comity.records.models import Entry

        self._here = sqlite3.connect(file)
        self._here.execute("PRAGMA mmap_size=268435456")
        self._here.execute("CREATE VIRTUAL TABLE entries USING fts5(terms, tokenize='ascii')")
        rows = Entry.objects.values_list("pk", "terms").iterator()
        self._here.executemany("INSERT INTO entries(rowid, terms) VALUES (?, ?)", rows)
        self._here.execute("INSERT INTO entries(entries) VALUES ('optimize')")
        self._here.commit()

    def first(self, terms: list[str], joined: str) -> list[int]:
        wanted = joined.join(f'"{term}"' for term in dict.fromkeys(terms))
        sql = "SELECT rowid FROM entries WHERE entries MATCH ? ORDER BY rank LIMIT 10"
        return [key for (key,) in self._here.execute(sql, [wanted])]


def _shared(query: str, table: Fts) -> float:
    """The share of FTS5's first ten that are among our first ten."""
    from comity.engine import text
    from comity.records.models import Entry
    from comity.records.search import ranking
    from comity.records.viewer import ANYONE

    theirs = table.first(text.terms(query), " OR ")
    ours = {(hit.kind, hit.object) for hit in ranking.search(query, viewer=ANYONE, meaning=False).hits[:10]}
    named = Entry.objects.filter(pk__in=theirs).values_list("kind", "object")
    return sum(one in ours for one in named) / len(theirs) if theirs else 1.0


def _found(titles: list[str]) -> float:
    """How often a document with the very title is among the first ten."""
    from comity.records.search import ranking
    from comity.records.viewer import ANYONE
    from comity.standards.models import Document

    hits = 0
    for title in titles:
        keys = [one.object for one in ranking.search(title, viewer=ANYONE).hits[:10] if one.kind == "document"]
        names = Document.objects.filter(pk__in=keys).values_list("title", flat=True)
        hits += any(title in one.values() for one in names)
    return hits / len(titles)


def _tantivy(folder: Path) -> Callable[[list[str]], float]:
    """p95 of queries in an index of titles and identifiers: any of the words, the first ten."""
    import tantivy

    from comity.standards.models import Document

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("body", tokenizer_name="en_stem")
    builder.add_integer_field("key", stored=True)
    (folder / "tantivy").mkdir()
    index = tantivy.Index(builder.build(), path=str(folder / "tantivy"))
    writer = index.writer(heap_size=100_000_000, num_threads=1)
    for key, identifier, titles in Document.objects.values_list("pk", "identifier", "title").iterator():
        writer.add_document(tantivy.Document(key=key, body=" ".join([identifier, *titles.values()])))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def ask(query: str) -> Any:
        words = "".join(letter if letter.isalnum() else " " for letter in query)
        return searcher.search(index.parse_query(words.lower(), ["body"]), 10)

    return lambda queries: p95(milliseconds(ask, queries))


if __name__ == "__main__":
    main()

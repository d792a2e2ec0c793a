"""Samples, originals and made-up instruments for the tests of readers."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import strategies as st

from comity.formats.instruments import FormatError, SourceClause, SourceInstrument, read
from comity.formats.instruments.model import settled
from comity.formats.tests.shared import SHARED

DATA = Path(__file__).parent / "data"
SAMPLES = DATA / "instruments"
INSTRUMENTS = SHARED / "data" / "instruments"
ORIGINALS = INSTRUMENTS / "originals"

needs_instruments = pytest.mark.skipif(
    not ORIGINALS.is_dir(),
    reason="the shared instruments are absent (set COMITY_SHARED to the folder that has data/instruments)",
)


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def original(name: str, **options: str) -> SourceInstrument:
    return read(ORIGINALS / name, **options)


def shared(name: str) -> dict[str, dict[str, str]]:
    """The clauses of a shared JSON file by ref, with spaces as `even` has them."""
    clauses = json.loads((INSTRUMENTS / f"{name}.json").read_bytes())["clauses"]
    return {one["ref"]: {**one, "heading": even(one["heading"]), "text": even(one["text"])} for one in clauses}


def even(text: str) -> str:
    return " ".join(text.split())


def outline(instrument: SourceInstrument) -> list[tuple[str, str | None]]:
    return [(clause.ref, clause.parent) for clause in instrument.clauses]


def differing(instrument: SourceInstrument, beside: dict[str, dict[str, str]], name: str) -> list[str]:
    """The refs whose heading, text or parent is another, of those that both have."""
    mine = {clause.ref: getattr(clause, name) for clause in instrument.clauses}
    both = [ref for ref in mine if ref in beside]
    return [ref for ref in both if even(mine[ref] or "") != even(beside[ref][name] or "")]


def labels(name: str) -> list[tuple[str, str | None, str]]:
    """Refs, parents and kinds that a person has checked by eye."""
    lines = (DATA / f"{name}.refs.tsv").read_text("utf-8").splitlines()[1:]
    return [(ref, parent or None, kind) for ref, parent, kind in (line.split("\t") for line in lines)]


def bare(clauses: tuple[SourceClause, ...]) -> list[SourceClause]:
    """Clauses without what only the file that they came from has."""
    return [replace(clause, line=0, doubts=()) for clause in clauses]


def refused(content: bytes, form: str = "", file: str = "given", **options: str) -> str:
    """The message that a file is refused with."""
    with pytest.raises(FormatError) as caught:
        read(content, file=file, form=form, **options)
    return str(caught.value)


def only_refused(content: bytes, form: str) -> None:
    """Read what may be anything: it is read or refused, and nothing else."""
    with suppress(FormatError):
        assert read(content, file="given", form=form).clauses


ODD = "ab*[]()`{}\\_~^\"'|<>&#-. 1\n\u00e9\u4e2d\u0627\u0644\u200f\U0001f600"
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40),
    st.text(ODD, max_size=40),
    st.sampled_from(
        ["{{ insert: param, x }}", "[a](b)", "**x** y", "a\n\nb", "\\*", "1. a\n1. b", "null", "=1+1", "001"]
    ),
)
LINES = TEXTS.map(even)
REFS = (
    st.text(st.sampled_from("abcXYZ019.()-§ é中"), min_size=1, max_size=8)
    .map(even)
    .filter(lambda ref: ref.strip(" .:"))
)


@st.composite
def trees(
    draw: st.DrawFn, kinds: tuple[str, ...] = ("clause", "control", "group", "article")
) -> tuple[SourceClause, ...]:
    """Clauses in the order of a tree, each below one of those before it."""
    refs = draw(st.lists(REFS, min_size=1, max_size=12, unique=True))
    clauses: list[SourceClause] = []
    path: list[str] = []
    for ref in refs:
        path = path[: draw(st.integers(0, len(path)))]
        clauses.append(
            SourceClause(
                ref=ref,
                parent=path[-1] if path else None,
                kind=draw(st.sampled_from(kinds)),
                heading=draw(LINES),
                text=draw(TEXTS),
                guidance=draw(TEXTS),
            )
        )
        path.append(ref)
    return settled("made up", clauses)


@st.composite
def acts(draw: st.DrawFn) -> list[tuple[str, list[tuple[str, list[tuple[str, list[str]]]]]]]:
    """Chapters of (heading, articles), these of (heading, paragraphs), these of (text, points)."""
    words = (
        st.text(st.sampled_from("abc é,.:«»&<"), min_size=1, max_size=12)
        .map(even)
        .filter(lambda text: text.strip(" .,:"))
    )
    points = st.lists(words, max_size=3)
    paragraphs = st.lists(st.tuples(words, points), min_size=1, max_size=3)
    articles = st.lists(st.tuples(words, paragraphs), min_size=1, max_size=3)
    return draw(st.lists(st.tuples(words, articles), min_size=1, max_size=3))

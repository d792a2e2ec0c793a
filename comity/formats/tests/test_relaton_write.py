"""What is written as Relaton YAML reads back equal, alone and in a collection."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.formats.catalogue import read, relaton_write
from comity.formats.catalogue.record import (
    NamedIdentifier,
    SourceCommittee,
    SourceDate,
    SourceRecord,
    SourceRelation,
)
from comity.formats.errors import FormatError, Refusal
from comity.formats.tests.shared import CATALOGUE, needs_catalogue
from comity.formats.text import clean, plain
from comity.formats.tree import MAX_BYTES

ANY = st.text(max_size=24) | st.sampled_from(
    ["010", "no", "1.10", "null", "~", "- a", "a: b", "#", "'", '"', "&a", "*a"]
)
PLAIN = ANY.map(plain).filter(bool)
CLEAN = ANY.map(clean).filter(bool)
LABEL = st.one_of(st.just(""), PLAIN)
PHRASE = st.one_of(st.just(""), CLEAN)
TAGS = st.sampled_from(["en", "fr", "ar", "zh-Hant", "sr-Latn", "en-US", "und", "ru"])
DATES = st.sampled_from(["2001", "2001-02", "2001-02-28", "1910"])


def several(values: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(values, max_size=3).map(tuple)


RECORDS = st.builds(
    SourceRecord,
    source=st.sampled_from(["iso", "itu", "etsi"]),
    ref=st.just(""),
    file=st.just(""),
    line=st.just(0),
    identifier=PLAIN,
    titles=st.dictionaries(TAGS, CLEAN, max_size=3),
    identifiers=several(st.builds(NamedIdentifier, st.sampled_from(["DOI", "ISBN", "designation_original"]), PLAIN)),
    publishers=several(CLEAN).map(lambda names: tuple(dict.fromkeys(names))),
    kind=st.sampled_from(["standard", "techreport"]),
    doctype=PHRASE,
    edition=LABEL,
    version=LABEL,
    stage=LABEL,
    substage=LABEL,
    dates=several(st.builds(SourceDate, st.sampled_from(["published", "withdrawn"]), DATES)),
    committees=several(st.builds(SourceCommittee, CLEAN, LABEL, LABEL, LABEL)),
    ics=several(PLAIN),
    keywords=several(CLEAN),
    project=LABEL,
    relations=several(st.builds(SourceRelation, st.sampled_from(["updates", "obsoletes"]), PLAIN, PHRASE)),
    urls=st.dictionaries(st.sampled_from(["page", "pdf", "preview", "doi", "other"]), PLAIN, max_size=3),
    languages=several(TAGS),
    fetched=LABEL,
)


def readable(record: SourceRecord) -> SourceRecord:
    """Of the original designations a record has one; an identifier the primary repeats says nothing."""
    others, originals = [], []
    for one in record.identifiers:
        (originals if one.kind == "designation_original" else others).append(one)
    named = (*(one for one in others if one.value != record.identifier), *originals[:1])
    return replace(record, identifiers=named)


def same(item: SourceRecord | Refusal, record: SourceRecord) -> bool:
    assert isinstance(item, SourceRecord), item
    return replace(item, ref="", file="", line=0) == replace(record, ref="", file="", line=0)


@given(RECORDS.map(readable))
@settings(max_examples=300, deadline=None)
def test_a_record_reads_back_equal(tmp_path_factory: pytest.TempPathFactory, record: SourceRecord) -> None:
    path = tmp_path_factory.mktemp("one") / "record.yaml"
    path.write_text(relaton_write.one(record), encoding="utf-8")
    [item] = read(path)
    assert same(item, record)


@given(st.lists(RECORDS.map(readable), max_size=4), CLEAN)
@settings(max_examples=100, deadline=None)
def test_a_collection_reads_back_equal(
    tmp_path_factory: pytest.TempPathFactory, records: list[SourceRecord], title: str
) -> None:
    path = tmp_path_factory.mktemp("many") / "records.yaml"
    path.write_text("".join(relaton_write.collection(records, title)), encoding="utf-8")
    items = list(read(path))
    if not records:
        assert [item.reason for item in items if isinstance(item, Refusal)] == ["nothing in it"]
    else:
        assert all(same(item, record) for item, record in zip(items, records, strict=True))


@needs_catalogue
def test_real_records_read_back_equal(tmp_path: Path) -> None:
    samples = [item for path in sorted((CATALOGUE / "samples").glob("*.y*ml")) for item in read(path)]
    records = [item for item in samples if isinstance(item, SourceRecord)]
    assert len(records) > 40
    path = tmp_path / "records.yaml"
    path.write_text("".join(relaton_write.collection(records, "Samples")), encoding="utf-8")
    assert [item for item, record in zip(read(path), records, strict=True) if not same(item, record)] == []


def test_a_collection_longer_than_a_record_may_be_is_read_item_by_item(tmp_path: Path) -> None:
    path = tmp_path / "records.yaml"
    records = [
        SourceRecord("iso", "", "", 0, f"ISO {n}", titles={"en": f"{n} " + "word " * 400}, kind="standard")
        for n in range(5_000)
    ]
    with path.open("w", encoding="utf-8") as file:
        file.writelines(relaton_write.collection(records, "Long"))
    assert path.stat().st_size > MAX_BYTES
    items = list(read(path))
    assert [item.identifier for item in items if isinstance(item, SourceRecord)] == [f"ISO {n}" for n in range(5_000)]
    assert len({item.ref for item in items if isinstance(item, SourceRecord)}) == 5_000


def test_a_long_collection_that_breaks_off_keeps_what_stands_before(tmp_path: Path) -> None:
    path = tmp_path / "records.yaml"
    records = [SourceRecord("iso", "", "", 0, f"ISO {n}", titles={"en": "word " * 2_000}) for n in range(900)]
    path.write_text("".join(relaton_write.collection(records, "Broken")) + "  - id: [\n", encoding="utf-8")
    items = list(read(path))
    assert sum(isinstance(item, SourceRecord) for item in items) == 900
    assert isinstance(items[-1], Refusal)
    assert "not YAML" in items[-1].reason


def test_one_item_as_long_as_a_file_may_be_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "records.yaml"
    path.write_text("root:\n  items:\n  - id: " + "x" * (MAX_BYTES + 200_000), encoding="utf-8")
    with pytest.raises(FormatError, match="8 MB"):
        list(read(path))

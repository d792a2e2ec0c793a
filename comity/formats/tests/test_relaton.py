# mypy: disable-error-code="no-untyped-def, no-untyped-call, union-attr"
"""Relaton YAML is read by shape, agrees with the JSON form of the same record, and cannot bomb."""

from __future__ import annotations

import dataclasses
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.formats.catalogue import FormatError, Refusal, SourceRecord, read
from comity.formats.catalogue.record import NamedIdentifier, SourceCommittee, SourceDate
from comity.formats.tests.shared import CATALOGUE, needs_catalogue

SAMPLES = CATALOGUE / "samples"
# What the two forms must not differ in; where they were read differs by nature.
COMPARED = {field.name for field in dataclasses.fields(SourceRecord)} - {"source", "ref", "file", "line"}


def write(folder: Path, text: str, name: str = "record.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@cache
def rows() -> dict[str, list[SourceRecord | Refusal]]:
    """The JSON form of every sample, by the file name of its source."""
    wanted = {name.split("_", 1)[1] for name in samples()}
    found: dict[str, list[SourceRecord | Refusal]] = {}
    for path in sorted(CATALOGUE.glob("*.jsonl.gz")):
        if path.name.startswith(("crossbody", "oecd", "ai_")):
            continue
        for item in read(path):
            name = item.ref.rpartition("/")[2].partition("#")[0]
            if name in wanted:
                found.setdefault(name, []).append(item)
    return found


def shown(item: SourceRecord | Refusal) -> dict[str, object]:
    """The compared fields; the order of dates and identifiers carries no meaning."""
    fields = {name: getattr(item, name) for name in COMPARED}
    return fields | {name: set(fields[name]) for name in ("dates", "identifiers")}


def samples() -> list[str]:
    return sorted(path.name for path in SAMPLES.glob("*_*.*")) if SAMPLES.is_dir() else ["none"]


@needs_catalogue
@pytest.mark.parametrize("name", samples())
def test_a_sample_agrees_with_its_row_in_the_json_form(name):
    expected = rows().get(name.split("_", 1)[1])
    if not expected:
        pytest.skip("the JSON form has no row of this record (GB, GOST and one RFC were read one by one)")

    items = sorted(read(SAMPLES / name), key=lambda item: item.identifier)

    assert list(map(shown, items)) == list(map(shown, sorted(expected, key=lambda row: row.identifier)))


@needs_catalogue
def test_the_rfcs_within_a_bcp_are_records_of_their_own():
    bcp, *rfcs = read(SAMPLES / "rfcsubseries_BCP0009.yaml", source="rfcsub")
    assert (bcp.identifier, bcp.source) == ("BCP 9", "rfcsub")
    assert {rfc.source for rfc in rfcs} == {"ietf"}
    assert rfcs[0].ref == "samples/rfcsubseries_BCP0009.yaml#RFC 2026"
    assert [link.target for rfc in rfcs for link in rfc.relations if link.kind == "includedIn"] == ["BCP 9"] * 8


@needs_catalogue
def test_gost_keeps_the_designation_that_shows_an_adoption():
    [item] = read(SAMPLES / "gost_GOST-10028-1-2007.yaml")
    assert item.source == "gost"
    assert NamedIdentifier("designation_original", "ГОСТ ЕН 10028-1-2007") in item.identifiers
    assert (item.ics, item.dates) == (("77.140.30",), (SourceDate("published", "2007"),))
    assert list(item.titles) == ["ru"]


@needs_catalogue
def test_a_record_with_mappings_for_lists_is_read():
    [item] = read(SAMPLES / "gb_JBT13368_fixture.yaml", source="gb")
    assert item.titles == {"zh": "叉车属具 软包夹", "en": "Forklift attachment"}
    assert (item.stage, item.ics, item.project) == ("activated", ("53.060",), "JB/T 13368")
    assert item.publishers == ("State Economic and Trade Commission",)
    assert item.committees == (SourceCommittee("国家发改委", kind="technical"),)


@needs_catalogue
def test_no_person_and_no_abstract_is_read():
    text = repr([item for name in samples() if "nist" not in name for item in read(SAMPLES / name)])
    for word in ("LaLiberte", "Bradner", "Palmirani", "stateless application-level", "mass timber"):
        assert word not in text


def test_the_trademark_form_is_no_second_identifier_but_a_twin_is(tmp_path):
    path = write(
        tmp_path,
        "docid:\n- {id: IEEE Std 1, type: IEEE, primary: true}\n"
        "- {id: IEEE Std 1™, type: IEEE, scope: trademark, primary: true}\n"
        "- {id: ISO/IEC 1, type: ISO, primary: true}\n",
    )
    [item] = read(path)
    assert item.identifier == "IEEE Std 1"
    assert item.identifiers == (NamedIdentifier("ISO", "ISO/IEC 1"),)


def test_scalars_stay_the_text_they_are(tmp_path):
    [item] = read(
        write(tmp_path, "docid: {id: 1.10, type: NO}\nedition: 010\ndate: {type: published, at: 2020-01}\n")
    )
    assert (item.identifier, item.edition, item.dates[0].value) == ("1.10", "010", "2020-01")


def test_several_documents_of_one_file_are_told_apart(tmp_path):
    items = list(read(write(tmp_path, "---\ndocid: {id: A}\n---\ndocid: {id: B}\n")))
    assert [item.ref.partition("#")[2] for item in items] == ["A", "B"]
    assert [item.line for item in items] == [2, 4]


LAUGHS = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (LAUGHS, 12, "aliases expand"),
        ("a: &a {b: *a}\n", 1, "stands for nothing"),
        ("\na: &a x\nb: [" + "*a, " * 2_000 + "]\n", 3, "aliases"),
        ("a: " + "[" * 10_000, 1, "deeper"),
        ("".join("  " * n + f"k{n}:\n" for n in range(200)), 65, "deeper"),
        ("id: [\n1\n", 3, "not YAML"),
        ("a: 1\nb: \0\n", 2, "not text"),
        ("? [a]\n: b\n", 1, "key that is not text"),
        ("just text", 1, "not a mapping"),
        ("title: no number", 1, "no identifier"),
        ("", 1, "nothing in it"),
        ("# only a comment\n", 1, "nothing in it"),
    ],
)
def test_yaml_that_is_broken_or_a_bomb_is_refused_with_its_line(tmp_path, text, line, reason):
    path = write(tmp_path, text)
    [item] = read(path)
    assert isinstance(item, Refusal)
    assert reason in item.reason
    assert (item.file, item.line) == (str(path), line)


def test_yaml_that_is_not_utf_8_is_refused_with_its_line(tmp_path):
    path = tmp_path / "record.yaml"
    path.write_bytes(b"docid:\n  id: \xff\n")
    [item] = read(path)
    assert (item.line, item.reason) == (2, "this is not UTF-8 text")


def test_a_file_far_longer_than_a_record_is_not_read(tmp_path):
    with pytest.raises(FormatError, match=r"record\.yaml.*8 MB"):
        list(read(write(tmp_path, "a: " + "x" * 9 * 2**20)))


TREES = st.recursive(
    st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["id", "type", "content", "value", "name", "bibitem", "date", "title", "docid", "contributor"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
FIELDS = [
    "docid",
    "docidentifier",
    "title",
    "date",
    "link",
    "source",
    "status",
    "docstatus",
    "ext",
    "contributor",
    "relation",
    "keyword",
    "edition",
    "version",
    "language",
    "editorialgroup",
    "ics",
    "fetched",
    "type",
]


@given(st.dictionaries(st.sampled_from(FIELDS), TREES), TREES)
def test_no_shape_is_too_strange(tmp_path_factory, record, ext):
    import json

    path = tmp_path_factory.mktemp("shapes") / "record.yaml"
    tree = {"docidentifier": {"content": "X 1"}, **record, "ext": ext}
    path.write_text(json.dumps(tree), encoding="utf-8")
    assert all(isinstance(item, SourceRecord | Refusal) for item in read(path))

# mypy: disable-error-code="no-untyped-def, no-untyped-call, union-attr"
"""JSON Lines and JSON lists: what is good is read, what is bad is refused with its line."""

from __future__ import annotations

import gzip
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.formats.catalogue import FormatError, Refusal, SourceRecord, read
from comity.formats.catalogue.jsonl import record
from comity.formats.catalogue.record import NamedIdentifier, SourceCommittee, SourceDate, SourceRelation

GOOD = {"id": "ISO 1:2022", "body": "iso", "src": "data/iso-1-2022.yaml", "title": {"en": "Length"}}
FULL = {
    **GOOD,
    "ids": [["URN", "urn:iso:1"], ["broken"]],
    "publisher": ["ISO", ""],
    "type": "standard",
    "doctype": "international-standard",
    "title": {"en": "a < b &amp; c", "rus": "Длина", "fr": ""},
    "edition": 3,
    "stage": "60",
    "substage": "60",
    "standard_status": "Active",
    "dates": {"published": "2022-07", "obsoleted": ["2023", "2024-13-01"]},
    "group": [{"name": "Artificial\r\nintelligence", "number": 1, "type": "SC", "identifier": "ISO/IEC JTC 1/SC 42"}],
    "ics": ["35.020"],
    "kw": ["IEEE 7000&#8482;"],
    "area": ["eGov/Legal"],
    "project": "74296",
    "rel": [{"type": "updates", "id": "ISO 2", "desc": "errata"}, {"type": "updates"}, "stray"],
    "url": "https://example.org/1",
    "url_obp": "https://example.org/obp",
    "langs": ["en", "rus"],
    "fetched": "2024-01-16",
    "abstract": {"en": "Secret text of the publisher"},
    "ai": {"strength": "strong", "rules": [["title:AI", "AI"]]},
}


def write(folder, *rows, name="rows.jsonl"):
    path = folder / name
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows))
    return path


def only(path, **options):
    [item] = read(path, **options)
    return item


def test_every_key_finds_its_field(tmp_path):
    path = write(tmp_path, FULL)

    assert only(path) == SourceRecord(
        source="iso",
        ref="data/iso-1-2022.yaml",
        file=str(path),
        line=1,
        identifier="ISO 1:2022",
        titles={"en": "a < b & c", "ru": "Длина"},
        identifiers=(NamedIdentifier("URN", "urn:iso:1"),),
        publishers=("ISO",),
        kind="standard",
        doctype="international-standard",
        edition="3",
        stage="60",
        substage="60",
        status={"standard_status": "Active"},
        dates=(SourceDate("published", "2022-07"), SourceDate("obsoleted", "2023")),
        committees=(SourceCommittee("Artificial intelligence", "1", "SC", "ISO/IEC JTC 1/SC 42"),),
        ics=("35.020",),
        keywords=("IEEE 7000™", "eGov/Legal"),
        project="74296",
        relations=(SourceRelation("updates", "ISO 2", "errata"),),
        urls={"page": "https://example.org/1", "preview": "https://example.org/obp"},
        languages=("en", "ru"),
        fetched="2024-01-16",
        selection=(("strong", "title:AI", "AI"),),
    )


def test_abstracts_are_never_read(tmp_path):
    assert "Secret" not in repr(only(write(tmp_path, FULL)))


def test_the_importer_may_name_the_source(tmp_path):
    assert only(write(tmp_path, GOOD), source="mine").source == "mine"


def test_records_taken_out_of_one_file_are_told_apart_wherever_they_stand():
    rows = [{**GOOD, "id": name, "rel": [{"type": "includedIn", "id": "BCP 9"}]} for name in ("RFC 1", "RFC 2")]
    refs = {record(row, "f", 1).ref for row in rows}
    assert refs == {"data/iso-1-2022.yaml#RFC 1", "data/iso-1-2022.yaml#RFC 2"}


def test_without_a_path_the_identifier_is_the_reference():
    assert record({"id": "X 1"}, "f", 1).ref == "X 1"


def test_gost_dates_are_years_though_the_importer_names_the_source():
    row = {**GOOD, "body": "gost", "dates": {"published": "2020-01-01"}}
    assert record(row, "f", 1, "mine").dates == (SourceDate("published", "2020"),)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("[1, 2]", "not an object"),
        ('"text"', "not an object"),
        ("{broken", "not JSON"),
        ('{"title": {"en": "No number"}}', "no identifier"),
        ('{"id": "\\u0000 "}', "no identifier"),
        ('{"id": {"a": 1}}', "no identifier"),
        ("[" * 100_000, "nested too deeply"),
        ('{"id": ' + "9" * 5000 + "}", "not JSON"),
    ],
)
def test_a_bad_line_is_refused_by_number_and_reading_goes_on(tmp_path, line, reason):
    path = write(tmp_path, GOOD, line, GOOD)

    _, refused, last = read(path)

    assert isinstance(refused, Refusal)
    assert reason in refused.reason
    assert (refused.file, refused.line, last.line) == (str(path), 2, 3)
    assert len(refused.excerpt) <= 120


def test_bytes_that_are_not_utf_8_are_refused(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b'{"id": "a"}\n{"id": "\xff"}\n{"id": "b"}')
    _, refused, last = read(path)
    assert (refused.line, refused.reason) == (2, "this is not UTF-8 text")
    assert last.identifier == "b"


def test_nul_and_lone_surrogates_are_cleaned_away(tmp_path):
    path = write(tmp_path, '{"id": "A\\u0000 1", "title": {"en": "x\\ud800y<script>z</script>"}}')
    item = only(path)
    assert (item.identifier, item.titles) == ("A 1", {"en": "x\ufffdy"})


def test_a_gzip_file_cut_off_yields_what_is_whole(tmp_path):
    # Lines that do not compress, so that the cut falls between many.
    rows = [{"id": f"X {number}", "title": {"en": str(hash((number, "salt")))}} for number in range(5_000)]
    whole = gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode())
    path = tmp_path / "rows.jsonl.gz"
    path.write_bytes(whole[: len(whole) // 2])

    *records, refused = read(path)

    assert 1_000 < len(records) < 4_000
    assert [item.identifier for item in records] == [f"X {number}" for number in range(len(records))]
    assert refused.line == len(records) + 1
    assert "cut off" in refused.reason


def test_a_damaged_gzip_file_is_refused_not_raised(tmp_path):
    path = tmp_path / "rows.jsonl.gz"
    path.write_bytes(b"\x1f\x8bnothing that unpacks")
    assert isinstance(only(path), Refusal)


def test_a_line_of_100_mb_is_refused_and_the_next_ones_are_read(tmp_path):
    path = tmp_path / "rows.jsonl"
    with path.open("wb") as stream:
        stream.write(b'{"id": "before"}\n{"id": "')
        for _ in range(100):
            stream.write(b"x" * 2**20)
        stream.write(b'"}\n{"id": "after"}\n')

    before, refused, after = read(path)

    assert (before.identifier, after.identifier, after.line) == ("before", "after", 3)
    assert refused.line == 2
    assert "longer than 64 MB" in refused.reason


@pytest.mark.slow
def test_two_million_relations_on_one_record_are_read(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"id": "X", "rel": [' + ",".join(['{"type":"a","id":"b"}'] * 2_000_000) + "]}\n")
    assert len(only(path).relations) == 2_000_000


@pytest.mark.parametrize("text", ["", "\n\n  \n"])
def test_an_empty_file_says_so(tmp_path, text):
    path = tmp_path / "rows.jsonl"
    path.write_text(text)
    assert only(path) == Refusal(str(path), 1, "nothing in it")


def test_reading_is_resumed_after_a_line_with_the_same_numbers(tmp_path):
    path = write(tmp_path, "{broken", *({"id": f"X {number}"} for number in range(2, 6)))
    assert [(item.identifier, item.line) for item in read(path, start_line=3)] == [("X 4", 4), ("X 5", 5)]
    assert list(read(path, start_line=5)) == []


def test_a_list_is_read_item_by_item_with_lines(tmp_path):
    path = tmp_path / "rows.json"
    path.write_text('[\n {"id": "A"},\n 7,\n {"id": "B"},\n {"id": \n')
    items = list(read(path))
    assert [item.line for item in items] == [2, 3, 4, 5]
    assert [type(item) for item in items] == [SourceRecord, Refusal, SourceRecord, Refusal]


def test_a_list_without_its_end_is_refused_after_its_records(tmp_path):
    path = tmp_path / "rows.json"
    path.write_text('[{"id": "A"},\n')
    first, refused = read(path)
    assert first.identifier == "A"
    assert "closing bracket" in refused.reason


@pytest.mark.parametrize(("text", "count"), [("[]", 0), ('{\n"id":\n"A"}', 1), ("[" * 100_000, 0)])
def test_small_and_deep_json_files(tmp_path, text, count):
    path = tmp_path / "rows.json"
    path.write_text(text)
    items = list(read(path))
    assert len(items) == 1
    assert isinstance(items[0], SourceRecord) == bool(count)


def test_policies_are_read_by_their_shape(tmp_path):
    row = {"id": "oecd.ai:1", "title": "AI Act", "jurisdiction": "European Union", "year": "2024"}
    item = only(write(tmp_path, {**row, "policy_type": "Legislation", "binding": "Hard law"}))
    assert (item.source, item.ref, item.kind, item.doctype) == ("oecd", "oecd.ai:1", "policy", "Legislation")
    assert (item.territory, item.status) == ("European Union", {"binding": "Hard law"})
    assert (item.titles, item.dates) == ({"und": "AI Act"}, (SourceDate("published", "2024"),))


def test_a_policy_without_a_number_is_refused(tmp_path):
    assert "no identifier" in only(write(tmp_path, {"policy_type": "Law", "title": "T"})).reason


TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Z", "Cn", "Co"]), min_size=1, max_size=20
)
TEXT = TEXT.filter(lambda text: not set("<&") & set(text))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(identifier=TEXT, title=TEXT, keywords=st.lists(TEXT, max_size=3))
def test_any_text_comes_back_as_it_was_written(tmp_path_factory, identifier, title, keywords):
    from unicodedata import normalize

    path = tmp_path_factory.mktemp("unicode") / "rows.jsonl"
    row = {"id": identifier, "title": {"fr": title}, "kw": keywords}
    path.write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
    item = only(path)
    assert item.identifier == normalize("NFC", identifier)
    assert item.titles == {"fr": normalize("NFC", title)}
    assert item.keywords == tuple(normalize("NFC", word) for word in keywords)


@given(st.dictionaries(st.sampled_from(sorted(FULL)) | st.just("policy_type"), JSON))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_no_value_of_a_key_is_too_strange(row):
    assert isinstance(record(row, "f", 1), SourceRecord | Refusal)


@given(data=st.binary(max_size=300))
@pytest.mark.parametrize("name", ["x.jsonl", "x.json", "x.yaml", "x.ris", "x.csv", "x.xlsx", "x.jsonl.gz", "x"])
def test_random_bytes_raise_nothing_but_a_format_error(tmp_path_factory, name, data):
    path = tmp_path_factory.mktemp("random") / name
    path.write_bytes(data)
    try:
        items = list(read(path))
    except FormatError:
        return
    assert all(isinstance(item, SourceRecord | Refusal) for item in items)

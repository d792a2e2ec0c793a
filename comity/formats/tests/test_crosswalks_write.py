# mypy: disable-error-code="no-untyped-def, no-untyped-call"
"""Crosswalks are written in open forms, and read back as they were."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys

import openpyxl
import pytest
import yaml
from hypothesis import given, settings

from comity.formats.crosswalks import SourceCrosswalk, SourceMapping, detect, formats, read, write, writers
from comity.formats.crosswalks.cells import guarded, unguarded
from comity.formats.crosswalks.model import settled
from comity.formats.tests.crosswalks import TEXTS, bare, crosswalks

ONE = SourceCrosswalk(
    source_name="Care code",
    target_name="Tidy guide",
    mappings=(SourceMapping("=1+1", "A.2", "subset", "within", 0.7, "@home"), SourceMapping("2", "A.3")),
    no_counterpart=("3",),
)


@pytest.mark.parametrize("form", writers())
@settings(max_examples=60)
@given(crosswalk=crosswalks())
def test_any_crosswalk_reads_back_as_it_was_written(form, crosswalk):
    content = write(crosswalk, form)
    assert detect(content) == form
    assert bare(read(content, file="x")) == crosswalk


@given(crosswalk=crosswalks())
def test_a_settled_crosswalk_stays_as_it_is(crosswalk):
    assert bare(settled("x", crosswalk, crosswalk.mappings)) == crosswalk


@pytest.mark.parametrize("form", [form for form in writers() if form != "xlsx"])
def test_the_same_crosswalk_gives_the_same_bytes(form):
    assert write(ONE, form) == write(ONE, form)


@given(TEXTS)
def test_a_guarded_cell_gives_its_text_back(text):
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize(("form", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_no_cell_of_a_table_begins_as_a_formula(form, delimiter):
    rows = list(csv.reader(io.StringIO(write(ONE, form).decode()), delimiter=delimiter))
    assert rows[1][1] == "'=1+1"
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "@"))]


def test_every_cell_of_a_workbook_is_a_text():
    sheet = openpyxl.load_workbook(io.BytesIO(write(ONE, "xlsx"))).active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}
    assert sheet["B2"].value == "'=1+1"


def test_a_library_has_only_words_that_ciso_assistant_knows():
    library = yaml.safe_load(write(ONE, "ciso-assistant-yaml"))
    [only] = library["objects"]["requirement_mapping_sets"]
    assert [one["relationship"] for one in only["requirement_mappings"]] == ["subset", "intersect"]
    assert only["requirement_mappings"][0]["strength_of_relationship"] == 7


def test_a_pair_without_a_relationship_is_none_of_oscals_words():
    [mapping] = json.loads(write(ONE, "oscal-mapping-json"))["mapping-collection"]["mappings"]
    first, second = mapping["maps"]
    assert (first["relationship"], second["relationship"]) == ("subset-of", "related")
    assert ("ns" in first, "ns" in second) == (False, True)
    assert mapping["source-gap-summary"]["unmapped-controls"] == [{"with-ids": ["3"]}]


def test_there_is_a_reader_for_every_form_and_no_writer_without_one():
    assert formats.READERS.keys() == formats.FORMATS.keys()
    assert set(writers()) <= set(formats.FORMATS)
    with pytest.raises(KeyError):
        write(ONE, "olir")


def test_writers_are_imported_only_when_they_are_used():
    code = "import sys, comity.formats.crosswalks; print([m for m in sys.modules if m.endswith('_write')])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"

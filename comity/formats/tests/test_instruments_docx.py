# mypy: disable-error-code="no-untyped-def, no-untyped-call"
"""Word documents are read in whatever style they number, and what this product writes reads back equal."""

from __future__ import annotations

import io
import zipfile

import docx as python_docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.formats.instruments import SourceClause, SourceInstrument, docx, docx_write
from comity.formats.instruments.docx_numbers import chinese, written
from comity.formats.instruments.model import settled
from comity.formats.tests import printed
from comity.formats.tests.instruments import (
    TEXTS,
    bare,
    even,
    needs_instruments,
    only_refused,
    outline,
    refused,
    sample,
    trees,
)
from comity.formats.text import whole

STYLES = {"headings": printed.docx_by_headings, "bold": printed.docx_by_bold, "lists": printed.docx_by_lists}


def read(document: object) -> SourceInstrument:
    return docx.read(printed.saved(document), "given.docx")


@needs_instruments
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", ["gdpr.en", "gdpr.de", "cn-pipl.zh", "iso-42001.en", "udhr.en"])
def test_real_instruments_are_read_from_documents_of_every_style(name, style):
    clauses = printed.shared_clauses(name)
    content = STYLES[style](printed.printed(clauses, name[-2:]), "The title")
    assert printed.alike(docx.read(content, "given.docx"), clauses)


@needs_instruments
@pytest.mark.parametrize("style", STYLES)
def test_a_framework_is_read_from_documents_of_every_style(style):
    clauses = printed.shared_clauses("nist-ai-rmf-1.0.en")
    found = docx.read(STYLES[style](printed.printed(clauses, "en"), "The title"), "given.docx")
    assert outline(found) == [(clause.ref, clause.parent) for clause in clauses]


def test_automatic_numbers_are_those_that_a_reader_sees():
    document = python_docx.Document()
    number = printed.add_list(
        document, [("upperRoman", "Chapter %1"), ("decimal", "Article %2"), ("lowerLetter", "(%3)")]
    )
    rows = [(0, "Pots"), (1, "Scope"), (2, "of clay;"), (2, "of iron."), (1, "Lids"), (0, "Tea"), (1, "Leaves")]
    for level, words in rows:
        paragraph = document.add_paragraph(words)
        if level < 2:
            paragraph.runs[0].bold = True
        printed.set_list(paragraph, number, level)
    refs = [clause.ref for clause in read(document).clauses]
    assert refs == ["Ch.I", "Art.1", "Art.1(a)", "Art.1(b)", "Art.2", "Ch.II", "Art.1~2"]


@pytest.mark.parametrize(
    ("value", "sort", "shown"),
    [
        (3, "decimalZero", "03"),
        (28, "lowerLetter", "bb"),
        (4, "upperRoman", "IV"),
        (21, "chineseCounting", "二十一"),
        (7, "x", "7"),
    ],
)
def test_numbers_are_written_as_word_writes_them(value, sort, shown):
    assert written(value, sort) == shown
    assert [chinese(number) for number in (10, 11, 103, 110)] == ["十", "十一", "一百零三", "一百一十"]


def test_tables_are_text_and_contents_notes_and_deletions_are_left_out():
    document = python_docx.Document()
    document.add_paragraph("1 Scope 7", style=document.styles.add_style("toc 1", 1))
    document.add_paragraph("1 Scope", style="Heading 1")
    paragraph = document.add_paragraph("Pots ")
    deleted = python_docx.oxml.OxmlElement("w:del")
    deleted.append(paragraph.add_run("and pans ")._r)
    paragraph._p.append(deleted)
    paragraph.add_run("only.")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "2 Clay", "brown"
    document.add_paragraph("2 Terms", style="Heading 1")
    found = read(document)
    assert [(clause.ref, clause.text) for clause in found.clauses] == [
        ("1", "Pots only.\n\n2 Clay | brown"),
        ("2", ""),
    ]


def test_a_document_says_its_title_and_language():
    found = docx.read(sample("docx.headings.docx"), "given.docx")
    assert found.title == "Teapot Act"
    assert found.language == ""  # the template says American English of everything
    document = python_docx.Document(io.BytesIO(sample("docx.headings.docx")))
    document.core_properties.language = "nl_BE"
    assert read(document).language == "nl-BE"


@needs_instruments
@pytest.mark.parametrize("name", ["eu-ai-act.nl", "iso-42001.en", "cn-pipl.zh", "es-ens.es", "mitre-atlas.en"])
def test_instruments_written_as_documents_read_back_equal(name):
    clauses = settled(name, printed.shared_clauses(name))
    given_ = SourceInstrument(name, clauses, "comity-json", name.rsplit(".", 1)[1], body="The publisher: it")
    found = docx.read(docx_write.write(given_), "own.docx")
    assert bare(found.clauses) == bare(clauses)
    assert (found.title, found.language, found.body) == (given_.title, given_.language, given_.body)


@settings(max_examples=25, deadline=None)
@given(trees(), TEXTS.map(whole).map(even), st.sampled_from(["", "nl", "zh-Hant", "ar"]))
def test_any_instrument_written_reads_back_equal(clauses, title, language):
    given_ = SourceInstrument(title, clauses, "comity-json", language, redistribute="no", date="2099-01")
    found = docx.read(docx_write.write(given_), "own.docx")
    assert bare(found.clauses) == bare(clauses)
    assert (found.title, found.language, found.redistribute, found.date) == (title, language, "no", "2099-01")


def test_the_same_instrument_gives_the_same_file():
    given_ = SourceInstrument("Teapots", settled("x", [SourceClause("1", heading="Scope")]), "", "en")
    first, second = (zipfile.ZipFile(io.BytesIO(docx_write.write(given_))) for _time in range(2))
    assert {name: first.read(name) for name in first.namelist()} == {
        name: second.read(name) for name in second.namelist()
    }


def test_a_document_in_arabic_runs_from_right_to_left():
    given_ = SourceInstrument("أباريق", settled("x", [SourceClause("Art.1", heading="نطاق", text="نص")]), "", "ar")
    document = python_docx.Document(io.BytesIO(docx_write.write(given_)))
    assert document.styles["Normal"].element.find(f"{qn('w:pPr')}/{qn('w:bidi')}") is not None
    assert document.styles.element.find(f".//{qn('w:lang')}").get(qn("w:bidi")) == "ar"


def test_a_document_has_headings_that_word_can_navigate_by():
    document = python_docx.Document(io.BytesIO(sample("docx.own.docx")))
    styles = [
        paragraph.style.name for paragraph in document.paragraphs if paragraph.text.startswith(("Ch.I", "Art."))
    ]
    assert styles[:4] == ["Heading 1", "Heading 2", "Clause 3", "Clause 4"]
    assert document.paragraphs[0].style.name == "Title"


def packed(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"hello", "not a Word document"),
        (packed(a=b"x"), "not a Word document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ".doc"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (packed(**{"word__document.xml": b" " * 40_000_000}), "zip bomb"),
        (packed(**{"word__document.xml": b"<x>"}), "damaged"),
        (printed.saved(python_docx.Document()), "neither"),
    ],
)
def test_what_is_no_document_is_refused_in_words(content, word):
    assert word in _refusal(content)


def _refusal(content: bytes) -> str:
    with pytest.raises(docx.FormatError) as caught:
        docx.read(content, "given")
    return str(caught.value)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_document_damaged_anywhere_is_read_or_refused(data):
    content = bytearray(sample("docx.own.docx"))
    for _time in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    only_refused(bytes(content), "docx")


def test_parts_that_are_not_what_they_should_be_are_refused():
    source = zipfile.ZipFile(io.BytesIO(sample("docx.headings.docx")))
    for broken in ("word/styles.xml", "word/numbering.xml", "[Content_Types].xml", "word/document.xml"):
        for content in (b"", b"<a/>", b"<!DOCTYPE a [<!ENTITY b 'b'>]><a>&b;</a>"):
            stream = io.BytesIO()
            with zipfile.ZipFile(stream, "w") as archive:
                for name in source.namelist():
                    archive.writestr(name, content if name == broken else source.read(name))
            only_refused(stream.getvalue(), "docx")


def test_refused_in_words_by_its_form():
    assert "given" in refused(b"PK\x03\x04", "docx")

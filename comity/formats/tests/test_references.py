"""Lists of references as people hand them over, and what is wrong with them told with its line."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress

import docx
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.formats.errors import FormatError
from comity.formats.references import bibtex, read

BIB = """% mine
@string{iso = "ISO"}
@techreport{a, title = {Syst{\\`e}mes \\& \\'{e}tudes}, number = {ISO 9001:2008}, year = 2008,
  institution = iso # " Geneva" }
@misc{b,
  title = "Quality {Management}"
}
"""


def word(*paragraphs: str) -> bytes:
    made, packed = docx.Document(), io.BytesIO()
    for one in paragraphs:
        made.add_paragraph(one)
    made.save(packed)
    return packed.getvalue()


def book(*rows: tuple[str, ...]) -> bytes:
    made, packed = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        made.active.append(row)
    made.save(packed)
    return packed.getvalue()


def test_bibtex_gives_plain_fields_with_their_lines() -> None:
    first, second = bibtex.read(BIB, "x.bib").entries
    assert (first.line, first.key, first.fields["title"]) == (3, "a", "Systèmes & études")
    assert first.fields["institution"] == "ISO Geneva"
    assert (second.line, second.fields["title"]) == (5, "Quality Management")


def test_bibtex_is_changed_only_where_it_is_asked_for() -> None:
    found = bibtex.read(BIB, "x.bib")
    changed = found.changed({0: {"number": "ISO 9001:2015", "title": "A & B {x}"}, 1: {"number": "ISO 1"}})
    again = bibtex.read(changed, "x.bib").entries
    assert again[0].fields["number"] == "ISO 9001:2015"
    assert again[0].fields["title"] == "A & B {x}"
    assert again[0].fields["year"] == "2008"
    assert again[1].fields == {"title": "Quality Management", "number": "ISO 1"}
    assert changed.startswith("% mine\n@string")
    assert found.changed({}) == BIB


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("@a{b, title = {x}", 1),
        ("\n@a{b, title = {x\n}", 2),
        ('@a{b, title = "x}', 1),
        ("@a{b, title}", 1),
        ("@a{b, t = }", 1),
    ],
)
def test_broken_bibtex_is_told_with_its_line(text: str, line: int) -> None:
    with pytest.raises(FormatError) as error:
        bibtex.read(text, "x.bib")
    assert (error.value.file, error.value.line) == ("x.bib", line)


VALUES = st.text(st.characters(exclude_categories=("Cs", "Cc", "Z")), min_size=1, max_size=30)


@given(st.text(max_size=200))
def test_no_text_makes_bibtex_fail_otherwise(text: str) -> None:
    bibtex.plain(text)
    with suppress(FormatError):
        bibtex.read(f"@a{{{text}", "x.bib")


@given(VALUES, VALUES)
def test_what_is_written_into_an_entry_reads_back(title: str, number: str) -> None:
    found = bibtex.read("@a{k, title = {x}}", "x.bib")
    changed = found.changed({0: {"title": title, "number": number}})
    again = bibtex.read(changed, "x.bib").entries[0]
    assert len(bibtex.read(changed, "x.bib").entries) == 1
    assert set(again.fields) == {"title", "number"}
    if "\\" not in title and "~" not in title:
        assert again.fields["title"] == title


def test_word_tables_and_text_give_their_references() -> None:
    assert read(word("ISO 9001:2015", "", "ISO 1"), "x.docx").text == "ISO 9001:2015\nISO 1"
    listed = read(book(("Identifier", "Title"), ("ISO 1", "One"), ("", ""), ("ISO 2", "")), "x.xlsx")
    assert [(one.identifier, one.title) for one in listed.items] == [("ISO 1", "One"), ("ISO 2", "")]
    listed = read(b"Reference number;Title\nISO 1;One\n", "x.csv")
    assert listed.form == "table"
    assert read("ISO 1 Vérité\n".encode("utf-16"), "x.txt").text == "ISO 1 Vérité\n"


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"\0" * (60 << 20))
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"", "x.txt", "empty"),
        (b"  \n", "x.txt", "empty"),
        (b"ISO\x009001\n", "x.txt", "binary"),
        (b"%PDF-1.7", "x.pdf", "no text"),
        (b"a\n\xff\xfa\x80\x81 \xd0\n", "x.txt", "not UTF-8"),
        (bomb(), "x.docx", "zip bomb"),
        (b"PK\x03\x04nothing", "x.docx", "not a Word document"),
        (b"PK\x03\x04nothing", "x.xlsx", "not a workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "x.doc", "old Word document"),
        (b"x" * ((16 << 20) + 1), "x.txt", "larger than 16 MB"),
        (word(), "x.docx", "no text"),
        (b"@comment{x}", "x.bib", "no entry"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_name_and_the_reason(content: bytes, name: str, says: str) -> None:
    with pytest.raises(FormatError) as error:
        read(content, name)
    assert says in error.value.reason
    assert error.value.file == name


def test_a_wrong_encoding_is_told_with_its_line() -> None:
    with pytest.raises(FormatError) as error:
        read(b"ISO 1\nISO 2 \xff\xfa\x80\x81 \xd0\n", "x.txt")
    assert error.value.line == 2

# mypy: disable-error-code="no-untyped-def"
"""PDF files with text are read; scanned, protected and damaged ones are refused in words that help."""

from __future__ import annotations

import io

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.formats.instruments import pdf
from comity.formats.tests import printed
from comity.formats.tests.instruments import (
    labels,
    needs_instruments,
    only_refused,
    original,
    outline,
    refused,
    sample,
)


@needs_instruments
def test_an_amending_act_gives_its_articles_and_points_and_not_those_it_quotes():
    found = original("eu-ai-act-amendment-PE-30-2026.nl.pdf")
    assert [(clause.ref, clause.parent, clause.kind) for clause in found.clauses] == labels("eu-ai-act-amendment")


@needs_instruments
@pytest.mark.parametrize(
    ("name", "least"),
    [("gdpr.en", 0.99), ("gdpr.de", 0.99), ("nist-ai-rmf-1.0.en", 0.97), ("iso-42001.en", 0.97), ("udhr.en", 1)],
)
def test_real_instruments_printed_as_pdf_are_recognised(name, least):
    clauses = printed.shared_clauses(name)
    content = printed.pdf(printed.printed(clauses, name[-2:]), "A running head of each page")
    found = pdf.read(content, "printed.pdf")
    assert printed.f1((clause.ref for clause in found.clauses), (clause.ref for clause in clauses)) >= least


def test_a_small_law_is_read_with_the_page_of_each_clause():
    found = pdf.read(sample("pdf.pdf"), "law.pdf")
    assert [ref for ref, _parent in outline(found)] == [
        "Ch.I",
        "Art.1",
        "Art.1(1)",
        "Art.1(1)(a)",
        "Art.1(1)(b)",
        "Art.1(2)",
        "Art.2",
    ]
    assert {clause.line for clause in found.clauses} == {1}


def test_running_heads_page_numbers_and_notes_are_dropped_and_divided_words_joined():
    pages = [
        [
            "Act of teapots",
            f"Article {number}",
            f"Scope of part {number}",
            f"The {words} of all kinds{number} is governed by this act, and so are also the ket-",
            f"tles that stand beside {words}, wherever they may stand in the house at night.",
            f"A kettle without {words} is none, and kettles are many.",
            f"{number} A note on {words} to be left out.",
            str(number),
        ]
        for number, words in enumerate(["clay", "iron", "glass", "silver"], 1)
    ]
    found = pdf.read(printed.pdf_of_pages(pages), "law.pdf")
    assert [(clause.ref, clause.heading, clause.line) for clause in found.clauses] == [
        (f"Art.{number}", f"Scope of part {number}", number) for number in range(1, 5)
    ]
    assert "so are also the kettles that stand beside clay" in found.clauses[0].text
    assert found.clauses[0].text.endswith("A kettle without clay is none, and kettles are many.")


def test_a_scanned_pdf_is_refused_and_recognition_suggested():
    assert "OCR" in refused(printed.pdf_of_pages([[], []], pictures=True), "pdf")


def test_a_protected_pdf_is_refused_unless_its_password_is_empty():
    for password, protected in (("secret", True), ("", False)):
        writer = pypdf.PdfWriter(io.BytesIO(sample("pdf.pdf")))
        writer.encrypt(password, owner_password="owner", algorithm="RC4-128")
        stream = io.BytesIO()
        writer.write(stream)
        if protected:
            assert "password" in refused(stream.getvalue(), "pdf")
        else:
            assert len(pdf.read(stream.getvalue(), "open.pdf").clauses) == 7


@pytest.mark.parametrize("content", [b"", b"hello", b"%PDF-1.4", b"%PDF-1.7\n%%EOF", b"PK\x03\x04"])
def test_what_is_no_pdf_is_refused_in_words(content):
    assert "given" in refused(content, "pdf")


def test_a_pdf_cut_anywhere_is_read_or_refused():
    content = sample("pdf.pdf")
    for end in range(0, len(content), 41):
        only_refused(content[:end], "pdf")


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_pdf_damaged_anywhere_is_read_or_refused(data):
    content = bytearray(sample("pdf.pdf"))
    for _time in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(8, len(content) - 1))] = data.draw(st.integers(0, 255))
    only_refused(bytes(content), "pdf")

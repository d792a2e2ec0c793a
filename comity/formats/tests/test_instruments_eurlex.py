# mypy: disable-error-code="no-untyped-def"
"""EUR-Lex pages of both dialects give the clauses that people cite; other web pages give theirs without menus."""

from __future__ import annotations

import pytest

from comity.formats.instruments import eurlex, webpage
from comity.formats.instruments.pages import MAX_DEPTH
from comity.formats.tests.instruments import (
    differing,
    needs_instruments,
    only_refused,
    original,
    outline,
    refused,
    sample,
    shared,
)

OFFICIAL = [
    ("Recital 1", None),
    ("Ch.I", None),
    ("Ch.I.S1", "Ch.I"),
    ("Art.1", "Ch.I.S1"),
    ("Art.1(1)", "Art.1"),
    ("Art.1(1)(a)", "Art.1(1)"),
    ("Art.1(1)(a)(-1)", "Art.1(1)(a)"),
    ("Art.1(1)(a)(-2)", "Art.1(1)(a)"),
    ("Art.1(1)(b)", "Art.1(1)"),
    ("Art.1(2)", "Art.1"),
    ("Art.2", "Ch.I.S1"),
    ("Art.2(a)", "Art.2"),
    ("Art.2(a)~2", "Art.2"),
    ("Annex I", None),
    ("Annex I.S1", "Annex I"),
    ("Annex I.S2", "Annex I"),
    ("Annex I.S2(1)", "Annex I.S2"),
]


@pytest.fixture
def official():
    return eurlex.read(sample("eurlex.oj.html"), "oj.html")


@pytest.fixture
def consolidated():
    return eurlex.read(sample("eurlex.consolidated.html"), "clg.html")


def test_an_official_journal_page_is_split_into_what_people_cite(official):
    assert outline(official) == OFFICIAL
    kinds = {clause.ref: clause.kind for clause in official.clauses}
    assert kinds["Recital 1"] == "recital"
    assert kinds["Ch.I.S1"] == "section"
    assert kinds["Art.1(1)"] == "paragraph"
    assert kinds["Art.1(1)(a)(-1)"] == "point"


def test_a_page_says_what_it_is(official):
    assert official.title == "REGULATION (EU) 2099/1 OF THE SAMPLE COUNCIL on teapots"
    assert (official.identifier, official.language, official.date) == ("(EU) 2099/1", "en", "2099-04-03")
    assert official.source.startswith("https://eur-lex.europa.eu/")


def test_words_after_points_belong_to_the_paragraph_that_holds_them(official):
    texts = {clause.ref: clause.text for clause in official.clauses}
    assert texts["Art.1(1)"].endswith("Point (b) is without prejudice to spouts.")
    assert texts["Art.2"] == "Two lists: either\n\nand besides"
    assert texts["Recital 1"] == "Teapots are used by many (1)."


def test_notes_signatures_and_what_follows_the_act_are_left_out(official):
    everything = " ".join(clause.text for clause in official.clauses)
    assert not any(word in everything for word in ("A note", "Teatown", "ELI:", "ADOPTED"))


def test_a_list_that_begins_again_is_in_doubt(official):
    assert [clause.ref for clause in official.clauses if "repeated" in clause.doubts] == ["Art.2(a)~2"]


def test_a_consolidated_page_has_the_refs_of_the_official_one(consolidated):
    assert outline(consolidated) == [
        ("Ch.I", None),
        ("Art.1", "Ch.I"),
        ("Art.1(1)", "Art.1"),
        ("Art.1(1)(a)", "Art.1(1)"),
        ("Art.1(1)(-1)", "Art.1(1)"),
        ("Art.1(2)", "Art.1"),
        ("Art.2", "Ch.I"),
        ("Annex I", None),
        ("Annex I.S1", "Annex I"),
    ]
    assert (consolidated.date, consolidated.version) == ("2099-06-05", "002.001")


def test_marks_of_amendment_are_not_text(consolidated):
    texts = {clause.ref: clause.text for clause in consolidated.clauses}
    assert texts["Art.1(1)(a)"] == "regels voor potten;"
    assert texts["Art.2"].endswith("“5. Elders ingevoegd.”")


def test_older_pages_without_identifiers_are_read_by_their_classes():
    page = """<html><body><p class="doc-ti">DIRECTIVE 95/1/EC</p>
        <p class="ti-section-1">TITLE II</p><p class="ti-section-2">Trade</p>
        <p class="ti-section-1">Chapter 1</p><p class="ti-section-2">Pots</p>
        <p class="ti-art">Article 4</p><p class="sti-art">Scope</p><p class="normal">1.   Pots only.</p>
        <table><tr><td><p class="normal">(a)</p></td><td><p class="normal">round.</p></td></tr></table>"""
    found = eurlex.read(page.encode(), "old.html")
    assert [clause.ref for clause in found.clauses] == [
        "Title.II",
        "Title.II.Ch.1",
        "Art.4",
        "Art.4(1)",
        "Art.4(1)(a)",
    ]


@needs_instruments
@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_ai_act_reads_as_it_was_split_by_hand(language):
    found, beside = original(f"eu-ai-act.{language}.eurlex.html"), shared(f"eu-ai-act.{language}")
    assert [clause.ref for clause in found.clauses] == list(beside)
    assert [differing(found, beside, name) for name in ("parent", "heading", "text")] == [[], [], []]


@needs_instruments
def test_the_consolidated_ai_act_has_the_same_provisions_without_recitals():
    found, beside = original("eu-ai-act.nl.consolidated-corrigenda.html"), shared("eu-ai-act.nl")
    assert [clause.ref for clause in found.clauses] == [ref for ref in beside if not ref.startswith("Recital")]
    assert differing(found, beside, "parent") == differing(found, beside, "heading") == []
    # Numbers of notes, three lists laid out otherwise, and the final formula; looked through by eye.
    assert len(differing(found, beside, "text")) == 17


# Other web pages.


def test_a_web_page_is_read_without_navigation_and_footers():
    found = webpage.read(sample("html.html"), "page.html")
    assert outline(found) == [("Ch.1", None), ("Art.1", "Ch.1"), ("Art.2", "Ch.1"), ("Ch.2", None), ("Art.3", "Ch.2")]
    assert (found.title, found.language) == ("茶壶管理办法", "zh")
    assert found.clauses[2].text == "茶壶应当：\n\n（一）圆；\n\n（二）暖。\n\n依照第一条的规定执行。"
    assert found.clauses[-1].text == "本办法自2099年1月1日起施行。"


def test_a_page_without_numbers_is_read_by_its_headings():
    page = b"<h1>Guide</h1><h2>Water</h2><p>Boil it.</p><h3>Hard</h3><ul><li>Filter it</li></ul><h2>Tea</h2><p>Dry."
    found = webpage.read(page, "page.html")
    assert outline(found) == [("n:1", None), ("n:1.1", "n:1"), ("n:2", None)]
    assert all("no-number" in clause.doubts for clause in found.clauses)


@needs_instruments
def test_the_chinese_measures_read_as_they_were_split_by_hand():
    found, beside = original("cn-genai-measures.zh.html"), shared("cn-genai-measures.zh")
    assert [clause.ref for clause in found.clauses] == list(beside)
    assert differing(found, beside, "parent") == differing(found, beside, "heading") == []
    # The JSON kept the foot of the web page in its last article.
    assert differing(found, beside, "text") == ["Art.24"]


@pytest.mark.parametrize("form", ["eurlex", "html"])
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" \n ",
        b"<",
        b"<html>",
        b"\0" * 50,
        b"<p>" + b"\xff\xfe" * 40,
        b"<div>" * (MAX_DEPTH + 10),
        b"<p class='oj-ti-art'>",
        b"<?xml version='1.0' encoding='utf-7'?><p>+ADw-",
    ],
)
def test_what_is_no_page_is_refused_in_words(content, form):
    assert "given" in refused(content, form)


@pytest.mark.parametrize("form", ["eurlex", "html"])
def test_a_page_cut_anywhere_is_read_or_refused(form):
    content = sample("eurlex.oj.html")
    for end in range(0, len(content), 97):
        only_refused(content[:end], form)

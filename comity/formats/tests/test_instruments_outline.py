# mypy: disable-error-code="no-untyped-def"
"""Numbers are told from words that look like them, in many languages and styles; plain text becomes paragraphs."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.formats.instruments import plain
from comity.formats.instruments.numbering import han_value, label_of, roman, roman_value
from comity.formats.instruments.outline import clauses
from comity.formats.instruments.survey import Block
from comity.formats.tests.instruments import (
    only_refused,
    outline,
    refused,
    sample,
)


def refs(*lines: str) -> list[str]:
    """The refs of a file with these paragraphs."""
    return [clause.ref for clause in clauses(map(Block, lines))[0]]


def headed(*lines: str) -> list[str]:
    """The same with a heading style: the number of # says the level."""
    blocks = [Block(line.lstrip("# "), len(line) - len(line.lstrip("#"))) for line in lines]
    return [clause.ref for clause in clauses(blocks)[0]]


@pytest.mark.parametrize(
    ("line", "family", "number"),
    [
        ("Article 9", "article", "9"),
        ("Art. 9a Scope", "article", "9a"),
        ("Artikel 4 bis", "article", "4 bis"),
        ("ARTÍCULO 12.", "article", "12"),
        ("Статья 7. Права", "article", "7"),
        ("المادة 3", "article", "3"),
        ("المادة ٣", "article", "3"),
        ("5. cikk", "article", "5"),
        ("第二十一条 提供者", "article", "21"),
        ("第十条の二", "article", "10-2"),
        ("제9조(정의)", "article", "9"),
        ("HOOFDSTUK IV", "chapter", "IV"),
        ("第三章 用户", "chapter", "3"),
        ("AFDELING 2", "section", "2"),
        ("TITRE II", "title", "II"),
        ("ANNEX III", "annex", "III"),
        ("Annex A (normative)", "annex", "A"),
        ("BIJLAGE", "annex", ""),
        ("4.2.1 Scope", "decimal", "4.2.1"),
        ("A.6.2.4 Validation", "decimal", "A.6.2.4"),
        ("GOVERN 1.1: Legal", "control", "GOVERN 1.1"),
        ("PR.AA-05: Access", "control", "PR.AA-05"),
        ("AC-2(1) Automation", "control", "AC-2(1)"),
        ("AML.T0051 Injection", None, None),
        ("R12 – Isoler", "control", "R12"),
        ("D-2) ii. Training", "control", "D-2.ii"),
        ("§ 12 Duty", "code", "§12"),
        ("6-1-1701. Definitions", "code", "§6-1-1701"),
        ("(a) first", "point", "a"),
        ("iv) fourth", "point", "iv"),
        ("（一）坚持", "point", "一"),
        ("3.5% of sales", None, None),
        ("Articles are many", None, None),
    ],
)
def test_a_line_is_known_by_its_number(line, family, number):
    label = label_of(line)
    assert (label and label.family, label and label.number) == (family, number)


def test_numerals_are_counted_as_people_count():
    assert [roman_value(numeral) for numeral in ("iv", "XII", "iiii", "vx", "mild")] == [4, 12, 0, 0, 0]
    assert [han_value(numeral) for numeral in ("十", "二十一", "一百零三", "１２", "百")] == [10, 21, 103, 12, 100]
    assert all(roman_value(roman(value)) == value for value in range(1, 400))


def test_articles_paragraphs_and_points_nest():
    assert refs(
        "Article 1", "1. It is so:", "(a) one:", "(i) x;", "(ii) y;", "(b) two.", "2. And so.", "Article 2"
    ) == [
        "Art.1",
        "Art.1(1)",
        "Art.1(1)(a)",
        "Art.1(1)(a)(i)",
        "Art.1(1)(a)(ii)",
        "Art.1(1)(b)",
        "Art.1(2)",
        "Art.2",
    ]


def test_a_letter_or_a_roman_numeral_is_told_by_what_follows():
    letters = [f"({letter}) words;" for letter in "abcdefghij"]
    assert refs("Article 1", *letters, "Article 2")[-3:-1] == ["Art.1(i)", "Art.1(j)"]
    nested = [f"({letter}) words;" for letter in "abcdefgh"]
    found = refs("Article 1", *nested, "(i) deep;", "(ii) deep.", "Article 2")
    assert found[-3:-1] == ["Art.1(h)(i)", "Art.1(h)(ii)"]


def test_references_in_running_text_are_no_headings():
    found = refs(
        "Article 1", "Article 5 shall apply.", "Article 2(1) says so.", "Annex I, point 3, too.", "Article 2", "Yes."
    )
    assert found == ["Art.1", "Art.2"]


def test_a_number_that_is_missing_is_in_doubt():
    found, _warnings = clauses(map(Block, ["Article 1", "One.", "Article 2", "Two.", "Article 4", "Four."]))
    assert [clause.doubts for clause in found] == [(), (), ("skipped",)]


def test_recitals_come_before_the_first_article():
    found = refs(
        "Whereas:", "(1) Tea is hot.", "(2) Pots too,", "HAVE ADOPTED:", "Article 1", "(1) Tea.", "Article 2"
    )
    assert found == ["Recital 1", "Recital 2", "Art.1", "Art.1(1)", "Art.2"]


def test_the_heading_of_an_article_stands_below_or_beside_its_number():
    found, _warnings = clauses(
        map(Block, ["CHAPTER I", "GENERAL", "Article 1", "Scope", "It applies.", "Article 2 (Terms) Pot means pot."])
    )
    assert [(clause.ref, clause.heading) for clause in found] == [
        ("Ch.I", "GENERAL"),
        ("Art.1", "Scope"),
        ("Art.2", "Terms"),
    ]
    assert [clause.text for clause in found] == ["", "It applies.", "Pot means pot."]


def test_what_an_amending_act_quotes_stays_in_one_text():
    found = refs(
        "Article 1", "It is amended as follows:", "(1) Article 4 is replaced by:", "“Article 4", "1. A new one.",
        "2. More.”;", "(2) the following is added:", "‘(a) quoted;’;", "Article 2", "In force.",
    )  # fmt: skip
    assert found == ["Art.1", "Art.1(1)", "Art.1(2)", "Art.2"]


def test_standards_are_counted_in_decimals_and_their_annexes_by_letter():
    found = headed(
        "# 4 Context", "# 4.1 Needs", "a) first;", "b) second.", "# 4.2 Scope", "# Annex A", "# A.2 Policies",
        "# A.2.2 Policy", "# Bibliography",
    )  # fmt: skip
    assert found == ["4", "4.1", "4.1.a", "4.1.b", "4.2", "Annex A", "A.2", "A.2.2", "n:1"]


def test_controls_stand_below_the_group_that_their_number_begins_with():
    found, _warnings = clauses(
        [
            Block("GOVERN Govern", 1),
            Block("GOVERN 1: Policies"),
            Block("GOVERN 1.1: Law is known."),
            Block("GOVERN 1.2: Too."),
        ]
    )
    assert [(clause.ref, clause.parent) for clause in found] == [
        ("GOVERN", None),
        ("GOVERN 1", "GOVERN"),
        ("GOVERN 1.1", "GOVERN 1"),
        ("GOVERN 1.2", "GOVERN 1"),
    ]


def test_tables_of_contents_are_left_out():
    contents = ["Article 1 Scope", "Article 2 Terms", "Article 3 End"]
    body = ["Article 1 Scope", "It applies.", "Article 2 Terms", "Pot is pot.", "Article 3 End", "It ends."]
    found, _warnings = clauses(map(Block, [*contents, *body]))
    assert [clause.text for clause in found] == ["It applies.", "Pot is pot.", "It ends."]
    assert refs("4.1 Scope ........ 3", "4.2 Terms ........ 4", "4.1 Scope", "It applies.", "4.2 Terms") == [
        "4.1",
        "4.2",
    ]


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        (["Глава I", "Статья 1", "Да.", "Статья 2", "Нет."], ["Ch.I", "Art.1", "Art.2"]),
        (["الفصل 1", "المادة 1", "نعم.", "المادة 2", "لا."], ["Ch.1", "Art.1", "Art.2"]),
        (["제1장 총칙", "제1조(목적) 이 법은 그렇다.", "제2조(정의) 이렇다."], ["Ch.1", "Art.1", "Art.2"]),
        (["第一章 总则", "第一条 为了。", "（一）一；", "第二条 是。"], ["Ch.1", "Art.1", "Art.2"]),
        (["KAPITEL I", "Artikel 1", "(1) Ja:", "a) eins;", "b) zwei.", "Artikel 2"],
         ["Ch.I", "Art.1", "Art.1(1)", "Art.1(1)(a)", "Art.1(1)(b)", "Art.2"]),
    ],
)  # fmt: skip
def test_laws_are_read_in_many_languages(lines, wanted):
    assert refs(*lines) == wanted


# Plain text.


def test_text_from_a_pdf_is_read_without_page_numbers_notes_and_tables():
    found = plain.read(sample("pdf-text.txt"), "guide.txt")
    assert outline(found) == [
        ("Part 1", None),
        ("Part 1.A", "Part 1"),
        ("Part 1.A.1", "Part 1.A"),
        ("Part 1.A.1(1)", "Part 1.A.1"),
        ("Part 1.A.1(2)", "Part 1.A.1"),
        ("Part 1.A.1(3)", "Part 1.A.1"),
        ("Part 1.A.2", "Part 1.A"),
        ("Part 2", None),
    ]
    everything = " ".join(clause.text for clause in found.clauses)
    assert "floors of the houses are" in everything
    assert "other guide" not in everything


def test_a_list_pressed_against_the_text_above_counts_where_it_counts_on():
    text = (
        "Part 1 Aims\n\nA. Values\n\nThree values hold for everybody who\nbuilds.\n(1) Dignity of all people.\n"
        "(2) Diversity of all people.\n(3) Care for all people.\n\nB. Rules\n\nOne rule holds for everybody who\n"
        "builds.\n(1) Nobody is paid for this.\n\nC. Rest\n\nNothing else is said here of anybody.\n\n"
        "Part 2 Ends\n\nIt ends here.\n"
    )
    assert [clause.ref for clause in plain.read(text.encode(), "aims.txt").clauses] == [
        *("Part 1", "Part 1.A", "Part 1.A(1)", "Part 1.A(2)", "Part 1.A(3)", "Part 1.B", "Part 1.C", "Part 2")
    ]


def test_a_list_of_roman_capitals_after_a_control_stands_under_the_heading_above_it():
    found = plain.read(sample("pdf-text.controls.txt"), "code.txt").clauses
    assert [(one.ref, one.parent, one.heading, one.doubts) for one in found if one.ref.startswith(("D-2", "n:"))] == [
        ("D-2.i", "Part 1", "Testing", ("heading",)),
        ("n:1", "Part 1", "Code of conduct", ("no-number",)),
        ("n:1.I", "n:1", "", ()),
        ("n:1.II", "n:1", "", ()),
    ]
    texts = {one.ref: one.text for one in found}
    assert (texts["D-2.i"], texts["n:1"]) == ("Test with care.", "It counts for whoever builds large systems.")
    assert found[-1].parent == "Part 2"


@pytest.mark.parametrize(
    ("heading", "first", "second"),
    [
        ("Code of conduct", "1", "2"),  # lists in the text of a control
        ("Code of conduct", "a", "b"),
        ("This is a sentence of the control.", "I", "II"),  # no heading
        ("• A point without a number", "I", "II"),
        ("Code of conduct", "I", "V"),  # no list
    ],
)
def test_other_lists_after_a_control_are_part_of_it(heading, first, second):
    text = sample("pdf-text.controls.txt").decode().replace("Code of conduct", heading)
    text = text.replace("II. Say", f"{second}. Say").replace("I. Find", f"{first}. Find")
    found = plain.read(text.encode(), "code.txt").clauses
    assert [one.ref for one in found] == ["Part 1", "D-1.i", "D-2.i", "Part 2", "D-3.i"]
    assert "what the system can do" in found[2].text


@pytest.mark.parametrize("content", [b"", b"\0\0\0\0", b"no numbers here.", b"\n" * 400_000])
def test_what_holds_no_numbers_is_refused_in_words(content):
    assert "given" in refused(content, "pdf-text")


HOSTILE = (
    "(i) x\n",
    "1. x\n",
    "Article 5\n",
    "4.1.1 Xy\n",
    "(1) (a) (i) (A) (I) ",
    ". ",
    "1.",
    "ab-\ncd ",
    "text:\n“a\n",
    "AB ",
    "1 a1\n\n",
)


@pytest.mark.slow
@pytest.mark.parametrize("form", ["pdf-text", "markdown", "html"])
@pytest.mark.parametrize("unit", HOSTILE)
def test_a_megabyte_of_nonsense_takes_seconds(unit, form):
    content = (unit * (1_000_000 // len(unit))).encode()
    before = time.process_time()
    only_refused(content, form)
    assert time.process_time() - before < 10


@settings(max_examples=80, deadline=None)
@given(st.lists(st.text("Art. 1iva()第一条\nx:“”§-‎ا", max_size=30), max_size=20))
def test_any_paragraphs_give_clauses_whose_parents_come_before_them(lines):
    found, _warnings = clauses(map(Block, lines))
    known: set[str | None] = {None}
    for clause in found:
        assert clause.parent in known
        known.add(clause.ref)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_any_text_is_read_or_refused(content):
    only_refused(content, "pdf-text")

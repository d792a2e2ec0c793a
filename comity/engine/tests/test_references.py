"""References found in text, compared with what is known, judged."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.engine import identifiers
from comity.engine.references import (
    Edition,
    Hit,
    How,
    Known,
    Likeness,
    Outcome,
    Problem,
    Standing,
    choose,
    compare,
    find,
    follow,
    judge,
    of_line,
)
from comity.engine.references.titles import distance, slip


def only(line: str):
    found = find(line)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("printed", "key"),
    [
        ("ISO/IEC 42001:2023", "ISO/IEC 42001:2023"),
        ("ISO/lEC 42O01:2023", "ISO/IEC 42001:2023"),
        ("IS0/IEC 22989:2022", "ISO/IEC 22989:2022"),
        ("ISO／IEC　27001：2022", "ISO/IEC 27001:2022"),
        ("ISO\\IEC 27001:2022", "ISO/IEC 27001:2022"),
        ("ISO IEC 27001 : 2022", "ISO/IEC 27001:2022"),
        ("ISO-IEC 27001:2022", "ISO/IEC 27001:2022"),
        ("ISOIEC 27001:2022", "ISO/IEC 27001:2022"),
        ("IEC 62443–4–1:2018", "IEC 62443-4-1:2018"),
        ("ISO9001:2015", "ISO 9001:2015"),
        ("iso 9001:2015", "ISO 9001:2015"),
        ("ISO 9001 (2015)", "ISO 9001:2015"),
        ("ИСО/МЭК 42001:2023", "ISO/IEC 42001:2023"),
        ("ISO/IEC TR24027:2021", "ISO/IEC TR 24027:2021"),
        ("Rec. ITU-T Y3172", "ITU-T Y.3172"),
        ("ITU-T Recommendation X.509 (10/2019)", "ITU-T X.509 (10/2019)"),
        ("IEEE Std 7000-2021", "IEEE 7000-2021"),
        ("NIST SP 800-53 Rev. 5", "NIST SP 800-53r5"),
        ("GB/T 42001-2023", "GB/T 42001-2023"),
        ("Regulation (EU) 2024/1689", "Regulation (EU) 2024/1689"),
        ("ISO/IEC 27001:2013/Cor 1:2014", "ISO/IEC 27001:2013/Cor 1:2014"),
    ],
)
def test_an_identifier_is_read_however_it_is_misspelt(printed: str, key: str) -> None:
    one = only(f"{printed}, Title of the thing")
    assert key in [reading.reference.key for reading in one.readings]
    assert one.title == "Title of the thing"


def test_six_scripts_on_one_line_are_told_apart() -> None:
    line = (
        "ISO 9001:2015 Quality management systems; ИСО 14001:2015 Системы экологического менеджмента; "
        "ISO／IEC 27001：2022 信息安全；معيار ISO 22000:2018 إدارة سلامة الأغذية; JIS Q 27001:2023 情報セキュリティ; "
        "ISO 45001:2018 직업 건강 안전 경영"
    )
    found = find(line)
    assert [one.readings[0].reference.key for one in found] == [
        "ISO 9001:2015",
        "ISO 14001:2015",
        "ISO/IEC 27001:2022",
        "ISO 22000:2018",
        "JIS Q 27001:2023",
        "ISO 45001:2018",
    ]
    assert [one.title for one in found][2:] == [
        "信息安全",
        "إدارة سلامة الأغذية",
        "情報セキュリティ",
        "직업 건강 안전 경영",
    ]


def test_arabic_signs_separate_and_no_identifier_gets_lost() -> None:
    found = find("معيار ISO/IEC 22989؛ ИСО 14001:2015، ISO 9001 ; JIS Q 27001:2023 情報セキュリティ")
    assert [one.readings[0].reference.key for one in found] == [
        "ISO/IEC 22989",
        "ISO 14001:2015",
        "ISO 9001",
        "JIS Q 27001:2023",
    ]
    lost = find("as in the old ISO 1 of before; ISO 2, Title of two")
    assert [one.identifier for one in lost] == ["ISO 1", "ISO 2"]


def test_headings_and_the_sentence_above_a_list_are_no_references() -> None:
    text = (
        "2 Normative references\n\nThe following documents are referred to in the text.\n[1] ISO 9001\nBibliography\n"
    )
    assert [one.identifier for one in find(text)] == ["ISO 9001"]


def test_a_reference_broken_over_lines_is_one() -> None:
    one = only("ISO 9001:2015, Quality management systems —\n   Requirements\n")
    assert one.title == "Quality management systems — Requirements"
    assert one.line == 1


def test_what_a_title_mentions_begins_no_reference() -> None:
    one = only("ISO 10013:2021, Guidance for documented information conforming to ISO 9001")
    assert one.title.endswith("conforming to ISO 9001")
    alone = only("Guidelines for applying ISO 9001 in education")
    assert alone.identifier == ""
    assert [each.identifier for each in alone.mentions] == ["ISO 9001"]


def test_a_title_may_begin_with_an_identifier() -> None:
    one = only("ITU-T D Suppl. 5, ITU-T D.52 - Guidelines for exchange points")
    assert one.title == "ITU-T D.52 - Guidelines for exchange points"
    assert [each.identifier for each in one.mentions] == ["ITU-T D Suppl. 5", "ITU-T D.52"]


def test_a_title_may_stand_before_its_identifier() -> None:
    one = only("Quality management systems, ISO 9001:2015")
    assert (one.identifier, one.title) == ("ISO 9001:2015", "Quality management systems")
    bracketed = only("Quality management systems (ISO 9001:2015)").mentions[0]
    assert (bracketed.identifier, bracketed.title) == ("ISO 9001:2015", "Quality management systems")


def test_a_clause_number_and_where_it_was_published_are_no_title() -> None:
    assert only("ISO 9001:2015, clause 4.1").title == ""
    assert only("ISO 9001:2015. Quality management systems. Geneva: ISO; 2015.").title == "Quality management systems"
    assert only("Smart Secure Platform; Part 2 (Release 17)").title.endswith("(Release 17)")


PIECES = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "ISO/IEC 42001:2023",
            "ISO",
            "ИСО/МЭК",
            "ITU-T Y.",
            "(",
            ")",
            ";",
            ", ",
            "\n",
            "\u2028",
            "\r\n",
            "１２",
            ":2015",
            "信息",
        ]
    ),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=30).map("".join))
def test_no_text_makes_it_fail_and_offsets_are_within_it(text: str) -> None:
    for one in find(text):
        assert 0 <= one.start <= one.end <= len(text)
        assert text[one.start : one.end] == one.text
        assert one.line >= 1
        for reading in one.readings:
            assert identifiers.parse(reading.reference.key).key == reading.reference.key


@given(st.text(max_size=60), st.text(max_size=60))
def test_titles_compare_the_same_way_round(one: str, other: str) -> None:
    assert compare(one, one) in (Likeness.SAME, Likeness.NONE)
    if compare(one, other) is Likeness.SAME:
        assert compare(other, one) is Likeness.SAME


@given(st.text(alphabet="abcd", max_size=8), st.text(alphabet="abcd", max_size=8))
def test_the_distance_is_that_of_edits_up_to_the_limit(one: str, other: str) -> None:
    assert distance(one, other) == distance(other, one)
    assert (distance(one, other) == 0) == (one == other)


@pytest.mark.parametrize(
    ("written", "known", "likeness"),
    [
        ("Quality Management Systems – Requirements", "Quality management systems - Requirements", Likeness.SAME),
        ("Systemes de management de la qualite", "Systèmes de management de la qualité", Likeness.SAME),
        ("Quality managment systems - Requirements", "Quality management systems - Requirements", Likeness.NEAR),
        ("Widgets - Part 1: General rules", "Widgets - Part 2: General rules", Likeness.OTHER),
        (
            "Artificial intelligence - Management system",
            "Information technology - Artificial intelligence - Management system",
            Likeness.PART,
        ),
        ("Safety of toys", "Security of toys", Likeness.OTHER),
        ("", "Security of toys", Likeness.NONE),
    ],
)
def test_titles_that_differ_by_a_slip_are_near_and_by_a_word_are_not(
    written: str, known: str, likeness: Likeness
) -> None:
    assert compare(written, known) is likeness


def test_short_words_have_no_slips() -> None:
    assert not slip("part", "port")
    assert slip("recieve", "receive")


def document(
    pk: int, key: str, title: str = "Title one of widgets", over: bool = False, years: tuple[str, ...] = ("2015",)
) -> Known:
    standing = Standing.OVER if over else Standing.CURRENT
    editions = tuple(
        Edition(
            f"{key}:{year}", f"{key}:{year}", year, (("en", title),), standing if year == years[-1] else Standing.OVER
        )
        for year in years
    )
    return Known(
        pk,
        key,
        editions[-1].identifier,
        (("en", title),),
        tuple(key.split(" ")[0].split("/")),
        standing,
        editions,
        editions[-1].key,
    )


def told(line: str, known: Known, *following: Known, titled: tuple[Known, ...] = ()):
    one = of_line(line)[0]
    keys = {reading.reference.key for reading in one.readings}
    hit = Hit(known, How.EXACT, 0, next((e.key for e in known.editions if e.key in keys), ""))
    return judge(one, choose(one, [hit], titled), following)


def problems(verdict) -> list[Problem]:
    return [one.problem for one in verdict.findings]


def test_a_right_reference_has_nothing_said_of_it() -> None:
    verdict = told("ISO 9001:2015, Title one of widgets", document(1, "ISO 9001"))
    assert (problems(verdict), verdict.instead) == ([], ("", ""))


def test_an_older_edition_is_named_with_the_newer_one() -> None:
    verdict = told("ISO 9001:2008, Title one of widgets", document(1, "ISO 9001", years=("2008", "2015")))
    assert problems(verdict) == [Problem.NEWER]
    assert verdict.instead == ("ISO 9001:2015", "Title one of widgets")


def test_an_edition_that_is_not_known_is_said_so() -> None:
    verdict = told("ISO 9001:2014", document(1, "ISO 9001"))
    assert problems(verdict) == [Problem.NO_EDITION]
    assert verdict.instead[0] == "ISO 9001:2015"


def test_a_withdrawn_document_leads_to_its_successor_and_stays_undated() -> None:
    verdict = told("ISO 1", document(1, "ISO 1", over=True), document(2, "ISO 2", "Title two"))
    assert problems(verdict) == [Problem.SUPERSEDED]
    assert verdict.instead == ("ISO 2", "Title two")


def test_of_several_successors_none_is_chosen() -> None:
    verdict = told("ISO 1", document(1, "ISO 1", over=True), document(2, "ISO 2"), document(3, "ISO 3"))
    assert verdict.findings[0].documents == (2, 3)
    assert verdict.instead == ("", "")


def test_the_title_of_another_document_is_wrong_and_names_it() -> None:
    other = document(2, "ISO 77777", "Something else entirely")
    verdict = told("ISO 9001:2015, Something else entirely", document(1, "ISO 9001"), titled=(other,))
    assert verdict.findings[0].problem is Problem.TITLE
    assert verdict.findings[0].documents == (2,)


def test_a_title_whose_identifier_is_one_slip_away_leaves_both() -> None:
    other = document(2, "ISO 9010", "Something else entirely")
    verdict = told("ISO 9001:2015, Something else entirely", document(1, "ISO 9001"), titled=(other,))
    assert verdict.choice.outcome is Outcome.AMBIGUOUS
    assert [one.pk for one in verdict.choice.candidates] == [1, 2]


def test_neither_title_nor_date_being_right_decides_nothing() -> None:
    verdict = told("ISO 9001:2019, Something else entirely", document(1, "ISO 9001"))
    assert verdict.choice.outcome is Outcome.AMBIGUOUS


def test_the_shape_an_edition_is_sold_in_is_no_title() -> None:
    assert only("IEC 61511:2026 SER, Functional safety").title == "Functional safety"


def test_a_number_alone_counts_only_where_one_document_has_it() -> None:
    one = of_line("ISO 42001")[0]
    first, second = document(1, "ISO/IEC 42001"), document(2, "ISO/IEEE 42001")
    assert choose(one, [Hit(first, How.LOOSE)]).known == first
    assert choose(one, [Hit(first, How.LOOSE), Hit(second, How.LOOSE)]).outcome is Outcome.AMBIGUOUS
    assert choose(one, [Hit(document(3, "IEEE 42001"), How.LOOSE)]).outcome is Outcome.NOT_FOUND


def test_one_title_of_several_documents_is_not_decided() -> None:
    one = of_line("Title one of widgets")[0]
    both = (document(1, "ISO 1"), document(2, "JIS 1"))
    assert choose(one, [], both).outcome is Outcome.AMBIGUOUS
    assert choose(one, [], both[:1]).known == both[0]


@given(st.dictionaries(st.integers(0, 9), st.lists(st.integers(0, 9), max_size=4)), st.sets(st.integers(0, 9)))
def test_following_ends_in_any_circle_and_never_at_the_start(after: dict[int, list[int]], over: set[int]) -> None:
    found = follow(0, after, dict.fromkeys(over, True))
    assert 0 not in found
    assert len(found) == len(set(found))


def test_following_goes_through_what_is_over_itself() -> None:
    assert follow(1, {1: [2], 2: [3]}, {2: True}) == (3,)
    assert follow(1, {1: [2], 2: [1]}, {1: True, 2: True}) == ()

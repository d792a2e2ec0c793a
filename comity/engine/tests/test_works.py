"""The engine that proposes pairs of publications as one work."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.engine.works import Adoption, Publication, Sign, propose
from comity.engine.works.numbers import named, number
from comity.engine.works.titles import take_apart

TITLES = st.text(max_size=300)


def one(key: str, body: str, title: str, *years: int, language: str = "en") -> Publication:
    return Publication(key, body, (key,), ((language, title),), years)


def pairs(*publications: Publication) -> dict[frozenset[str], set[str]]:
    return {frozenset((each.a, each.b)): {str(e.sign) for e in each.evidence} for each in propose(publications)}


# titles


@given(TITLES)
def test_taking_apart_never_raises_and_knows_no_empty_segment(title: str) -> None:
    found = take_apart(title)
    assert all(found.segments)
    assert found.endings[:1] in ([], [found.words])


@given(TITLES)
def test_case_and_spaces_around_do_not_matter(title: str) -> None:
    assert take_apart(f"  {title} ").words == take_apart(title).words


@pytest.mark.parametrize(
    ("title", "same"),
    [
        ("IEEE Standard for Ethernet", "Ethernet"),
        ("IEEE Draft Guide for Earthing", "Earthing"),
        ("Quality management (ISO 9001:2015, IDT)", "Quality management"),
        ("Signalling [ISO/IEC 13873 (2003), modified]", "Signalling"),
        ("Flexible Layer One (3GPP TR 45.902 version 16.0.1 Release 16)", "Flexible layer one"),
        ("OSI conformance testing for CCITT applications", "Open Systems Interconnection conformance testing"),
    ],
)
def test_what_bodies_print_around_a_title_is_left_out(title: str, same: str) -> None:
    assert take_apart(title).words == take_apart(same).words


def test_parts_supplements_and_adoptions_are_read() -> None:
    assert take_apart("Tool holders -- Part 9: Style L").part == "9"
    assert take_apart("電磁両立性―第６－７部：共通規格").part == "6-7"
    assert take_apart("Frames — Amendment 2: Sounds").supplement == "amendment 2"
    assert take_apart("Sampling (ISO 2859-1:1999, MOD)").adoption == Adoption.MODIFIED


@given(TITLES)
def test_numbers_never_raise(text: str) -> None:
    number(text)
    named(text)


def test_series_of_numbers_belong_together() -> None:
    assert number("ETSI TS 125 306 V4.11.0").series == number("3GPP TS 25.306").series == "TS 25.306"
    assert number("ETSI TS 102 221").series == ""
    assert number("ISO/IEC/IEEE 8802-3").series == number("IEEE 802.3").series == "802-3"
    assert named("(GSM 04.11 version 5.1.0)") == {("3GPP", "04.11")}


# pairs

RISK = "Information technology — Artificial intelligence — Guidance on risk management"


def test_a_national_number_and_the_same_title_are_a_pair() -> None:
    found = pairs(one("JIS X 23894", "JIS", RISK, 2024), one("ISO/IEC 23894", "ISO", RISK, 2023))
    assert found[frozenset(("JIS X 23894", "ISO/IEC 23894"))] >= {Sign.NUMBER, Sign.TITLE, Sign.ONLY}


def test_part_one_is_never_part_two() -> None:
    base = "Rubber hoses for marine exhaust — Part {}: Determination of resistance"
    assert not pairs(one("JIS K 99901-1", "JIS", base.format(1)), one("ISO 99901-2", "ISO", base.format(2)))
    assert pairs(one("JIS K 99901-1", "JIS", base.format(1)), one("ISO 99901-1", "ISO", base.format(1)))


def test_an_amendment_is_never_what_it_amends() -> None:
    title = "Rubber hoses for marine exhaust"
    assert not pairs(one("ISO 99901:2020/Amd 1", "ISO", title), one("JIS K 99901", "JIS", title))


def test_two_of_one_body_are_never_a_pair() -> None:
    assert not pairs(one("ISO 99901", "ISO", RISK), one("ISO 99902", "ISO", RISK))


def test_sister_titles_that_differ_in_a_figure_are_no_pair() -> None:
    base = "Tool holders with rectangular shank for indexable inserts, style {}"
    assert not pairs(one("JIS B 1", "JIS", base.format("L 40")), one("ISO 2", "ISO", base.format("R 90")))


def test_four_digits_alone_say_nothing_across_languages() -> None:
    mine = one("JIS K 4140", "JIS", "ｐ－フェネチジン", language="ja")
    assert not pairs(mine, one("ISO 4140", "ISO", "Ferrochromium — Determination of chromium content"))


def test_neighbours_by_meaning_are_pairs_across_languages() -> None:
    both = (
        one("GB/T 5", "SAC", "人工智能 风险管理指南", language="zh"),
        one("ISO 7", "ISO", "Guidance on risk management of AI"),
    )
    (found,) = propose(both, neighbours=[(0, 1, 0.9)])
    assert Sign.MEANING in {each.sign for each in found.evidence}
    assert not propose(both)


def test_the_order_given_does_not_matter() -> None:
    some = [one("JIS X 23894", "JIS", RISK), one("ISO/IEC 23894", "ISO", RISK), one("BS 1", "BSI", RISK)]
    assert set(pairs(*some)) == set(pairs(*reversed(some)))


def test_nothing_gives_nothing() -> None:
    assert propose([]) == []
    assert propose([Publication("a", "A"), Publication("b", "B", ("",), (("en", "—"),))]) == []

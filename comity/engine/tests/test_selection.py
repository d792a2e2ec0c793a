"""Rules and what they find: whole words, phrases, beginnings, capitals, exceptions, scripts without spaces."""

from __future__ import annotations

import re
import time
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from comity.engine.selection import (
    ADJACENT,
    AI,
    LONGEST,
    MOST_WORDS,
    NONE,
    BadTerm,
    Facts,
    Matcher,
    Outcome,
    Rule,
    agreement,
    as_row,
    from_row,
    parse,
)


def found(term: str, text: str, **rule: object) -> list[str]:
    """The words that a title's rule with one term finds."""
    outcome = Matcher([Rule("title", "it", (term,), **rule)]).select(Facts(title=(text,)))  # type: ignore[arg-type]
    return [words for _rule, words in outcome.reasons]


@pytest.mark.parametrize(
    ("term", "text", "words"),
    [
        ("machine learning", "Framework for Machine Learning systems", "Machine Learning"),
        ("machine learning", "machine-learning", "machine-learning"),
        ("neural net*", "Compression of NEURAL NETWORKS", "NEURAL NETWORKS"),
        ("artificial intelligen*", "Artificial Intelligence", "Artificial Intelligence"),
        ("AI/ML", "support of AI/ML in 5G", "AI/ML"),
        ("人工智能", "信息技术 人工智能 术语", "人工智能"),
        ("機械学習", "情報技術―機械学習を用いた", "機械学習"),
        ("الذكاء الاصطناعي", "أخلاقيات الذكاء الاصطناعي", "الذكاء الاصطناعي"),
        ("искусственный интеллект*", "Системы. Искусственный интеллект", "Искусственный интеллект"),
        ("künstliche Intelligenz", "Ku\u0308nstliche Intelligenz", "Künstliche Intelligenz"),
    ],
)
def test_a_term_is_found_with_the_words_as_they_stand(term, text, words):
    assert found(term, text) == [words]


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("machine learning", "machine-aided learning"),
        ("net", "network"),
        ("AI", "AIoT"),
        ("ISO/IEC JTC 1/SC 4", "ISO/IEC JTC 1/SC 42"),
        ("人工智能", "人工的智能"),
        ("learning", ""),
    ],
)
def test_what_is_only_alike_is_not_found(term, text):
    assert found(term, text) == []


def test_capitals_count_where_the_rule_says_so():
    assert found("AI", "j'ai", exact=True) == []
    assert found("AI", "j'ai") == ["ai"]
    assert found("AI", "Use of AI", exact=True) == ["AI"]


def test_an_exception_in_the_same_text_forbids_and_in_another_does_not():
    rule = Rule("title", "AI", ("AI",), unless=("air interface",), exact=False)
    assert Matcher([rule]).select(Facts(title=("Air Interface (AI)",))) == Outcome()
    assert Matcher([rule]).select(Facts(title=("Air Interface (AI)", "Use of AI"))).selection == AI


def test_a_series_is_the_beginning_of_an_identifier():
    matcher = Matcher([Rule("series", "7000", ("IEEE 7000",))])
    assert matcher.select(Facts(series=("IEEE 7000-2021",))).selection == AI
    assert matcher.select(Facts(series=("ISO/IEC/IEEE 7000",))).selection == NONE
    assert matcher.select(Facts(series=("IEEE 70001",))).selection == NONE


def test_the_strongest_rule_counts_and_every_rule_that_holds_is_a_reason():
    matcher = Matcher(
        [
            Rule("title", "intelligent", ("intelligent",), ADJACENT),
            Rule("keyword", "AI", ("AI",), AI),
            Rule("committee", "none", ("SC 42",), AI),
        ]
    )
    outcome = matcher.select(Facts(title=("Intelligent agents", "Intelligent"), keyword=("AI",)))
    assert outcome == Outcome(AI, (("title:intelligent", "Intelligent"), ("keyword:AI", "AI")))


def test_a_rule_that_keeps_out_is_above_the_others():
    matcher = Matcher([Rule("title", "AI", ("AI",)), Rule("series", "policies", ("oecd.ai",), NONE)])
    assert matcher.select(Facts(title=("AI",), series=("oecd.ai:1",))) == Outcome()


@pytest.mark.parametrize(
    ("term", "code"),
    [
        ("", "empty"),
        ("  –  ", "empty"),
        ("*", "star"),
        ("neu*al", "star"),
        ("*net", "star"),
        ("a*", "short"),
        ("net**", "star"),
        ("人*", "short"),
        ("x" * (LONGEST + 1), "long"),
        ("a " * (MOST_WORDS + 1), "words"),
    ],
)
def test_a_term_that_cannot_be_looked_for_is_refused(term, code):
    with pytest.raises(BadTerm) as refused:
        parse(term)
    assert refused.value.code == code


WORDS = st.lists(
    st.sampled_from(["AI", "ai", "net", "network", "nets", "of", "the", "智", "能", "Ünïon", "42"]), max_size=12
)
GAPS = st.sampled_from([" ", "-", "/", " – ", ", "])


def said(words: list[str], gap: str) -> str:
    return gap.join(words)


@given(WORDS, GAPS, st.sampled_from([["net"], ["net*"], ["ai", "net"], ["of", "the", "net*"], ["智", "能"], ["42"]]))
def test_it_finds_what_looking_at_every_place_finds(words, gap, term):
    """Against the plainest way to say what is meant."""

    def fits(word: str, one: str) -> bool:
        small = word.casefold()
        return small.startswith(one[:-1]) if one.endswith("*") else small == one

    expected = any(
        all(fits(word, one) for word, one in zip(words[start : start + len(term)], term, strict=True))
        for start in range(len(words) - len(term) + 1)
    )
    assert bool(found(" ".join(term), said(words, gap))) == expected


@given(st.text(max_size=80))
def test_any_text_is_looked_at_and_what_is_found_stands_in_it(text):
    plain = unicodedata.normalize("NFKC", text)
    for words in found("ab*", text):
        assert words in plain
        assert words.casefold().startswith("ab")


@given(st.text(max_size=60))
def test_any_term_is_taken_or_refused_and_one_that_is_taken_finds_itself(term):
    try:
        words = parse(term)
    except BadTerm:
        return
    assume(not any(begins for _word, begins in words))
    assert found(term, term)


@given(st.text(alphabet="abAB *-智é", max_size=30), st.text(alphabet="abAB -智é", max_size=60))
def test_rules_survive_being_written_as_plain_data(term, text):
    try:
        parse(term)
    except BadTerm:
        return
    rule = Rule("title", "it", (term,), ADJACENT, ("zz",), True)
    assert from_row(as_row(rule)) == rule
    assert Matcher([from_row(as_row(rule))]).select(Facts(title=(text,))) == Matcher([rule]).select(
        Facts(title=(text,))
    )


def test_the_time_taken_grows_with_the_text_whatever_the_terms_are():
    """What makes a regular expression run for years is no more than many words here."""
    rules = [Rule("title", f"r{n}", (" ".join(["aa*"] * 12), "aa* " * 11 + "b"), AI) for n in range(50)]
    matcher = Matcher(rules)
    begun = time.process_time()
    matcher.select(Facts(title=("aa " * 4_000,)))
    assert time.process_time() - begun < 20


def test_agreement_is_counted():
    found = agreement(["a", "b", "c"], ["b", "c", "d", "e"])
    assert (found.both, found.only_here, found.only_there) == (2, 1, 2)
    assert (round(found.precision, 3), found.recall) == (0.667, 0.5)


def test_no_regular_expression_is_made_of_what_people_write(monkeypatch):
    made = []
    monkeypatch.setattr(re, "compile", lambda *given: made.append(given))
    found("(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaab")
    assert made == []

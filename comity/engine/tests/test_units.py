"""Which clauses are compared."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from comity.engine.units import DIVISIONS, Numbered, spans

KINDS = ["article", "paragraph", "point", "chapter", "section", "annex", "clause", "control", "item", "group"]


def refs(*clauses: Numbered, mapped: tuple[str, ...] = ()) -> list[str]:
    return [one.ref for one in spans(clauses, mapped)]


def test_a_point_belongs_to_its_paragraph_and_an_article_stands_beside_its_paragraphs() -> None:
    law = (
        Numbered("Ch.III", kind="chapter"),
        Numbered("Art.9", "Ch.III", "article"),
        Numbered("Art.9(1)", "Art.9", "paragraph", worded=True),
        Numbered("Art.9(2)", "Art.9", "paragraph", worded=True),
        Numbered("Art.9(2)(a)", "Art.9(2)", "point", worded=True),
    )
    assert refs(*law) == ["Art.9", "Art.9(1)", "Art.9(2)"]
    article = spans(law)[0]
    assert article.below == ("Art.9(1)", "Art.9(2)", "Art.9(2)(a)")
    assert article.above == ("Ch.III",)


def test_a_point_right_below_an_annex_stands_for_itself_with_what_it_holds() -> None:
    annex = (
        Numbered("Annex III", kind="annex"),
        Numbered("Annex III.1", "Annex III", "point", worded=True),
        Numbered("Annex III.1(a)", "Annex III.1", "point", worded=True),
    )
    assert [(one.ref, one.below) for one in spans(annex)] == [("Annex III.1", ("Annex III.1(a)",))]


def test_what_only_holds_others_is_no_unit_unless_it_was_mapped() -> None:
    framework = (Numbered("GOVERN 1", kind="group"), Numbered("GOVERN 1.1", "GOVERN 1", "item", worded=True))
    assert refs(*framework) == ["GOVERN 1.1"]
    assert refs(*framework, mapped=("GOVERN 1",)) == ["GOVERN 1", "GOVERN 1.1"]


def test_a_clause_with_words_of_its_own_is_a_unit_and_one_without_is_not() -> None:
    standard = (Numbered("6"), Numbered("6.1", "6", worded=True), Numbered("6.1.1", "6.1", worded=True))
    assert refs(*standard) == ["6.1", "6.1.1"]


def test_a_control_stands_beside_its_enhancements() -> None:
    assert refs(Numbered("AC-2", kind="control"), Numbered("AC-2(1)", "AC-2", "control")) == ["AC-2", "AC-2(1)"]


def test_nothing_gives_nothing() -> None:
    assert spans(()) == []


@st.composite
def outlines(draw: st.DrawFn) -> list[Numbered]:
    size = draw(st.integers(0, 25))
    found: list[Numbered] = []
    for place in range(size):
        over = draw(st.integers(-1, place - 1))
        parent = str(over) if over >= 0 else draw(st.sampled_from(["", "gone"]))
        found.append(Numbered(str(place), parent, draw(st.sampled_from(KINDS)), draw(st.booleans())))
    return found


@given(outlines(), st.sets(st.integers(0, 24).map(str)))
def test_every_clause_is_within_some_unit_or_holds_one(clauses: list[Numbered], mapped: set[str]) -> None:
    found = spans(clauses, mapped)
    by_ref = {one.ref: one for one in found}
    order = [one.ref for one in clauses]
    assert [one.ref for one in found] == [ref for ref in order if ref in by_ref]
    assert (mapped & set(order)) <= by_ref.keys()
    inside = {ref for one in found for ref in (one.ref, *one.below)}
    over = {ref for one in found for ref in one.above}
    assert set(order) <= inside | over
    for one in found:
        assert list(one.below) == [ref for ref in order if ref in set(one.below)]
        assert one.ref not in one.below
        assert one.ref not in one.above


@given(outlines())
def test_no_unit_is_a_mere_division_with_units_below(clauses: list[Numbered]) -> None:
    kinds = {one.ref: one.kind for one in clauses}
    found = {one.ref for one in spans(clauses)}
    for one in spans(clauses):
        if kinds[one.ref] in DIVISIONS:
            assert not found & set(one.below)

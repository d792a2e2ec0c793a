"""What an amending act does, read from its instructions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.engine.amendments import Amendment, Instruction, amendments

ACT = Instruction("Art.1", "", "Regulation (EU) 2024/1689 is amended as follows:")


def told(*texts: tuple[str, str, str]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [
        (one.clause, str(one.action), one.targets) for one in amendments([ACT, *(Instruction(*t) for t in texts)])
    ]


@pytest.mark.parametrize(
    ("text", "action", "targets"),
    [
        ("in Article 1(2), point (g) is replaced by the following: “(g) x”", "replaced", ("Art.1(2)(g)",)),
        (
            "in Article 17, paragraph 2 is replaced by the following:\n“2. In Article 9 it is added”",
            "replaced",
            ("Art.17(2)",),
        ),
        ("Article 10(5) is deleted;", "deleted", ("Art.10(5)",)),
        ("the following Article is inserted: “Article 4a”", "inserted", ("",)),
        (
            "in Article 97, paragraphs 2 and 3 are replaced by the following: “”",
            "replaced",
            ("Art.97(2)", "Art.97(3)"),
        ),
        (
            "in Annex VIII, Section B, points 7 and 9 are deleted;",
            "deleted",
            ("Annex VIII.S2(7)", "Annex VIII.S2(9)"),
        ),
        ("in artikel 1, lid 2, wordt punt g) vervangen door: “g) x”", "replaced", ("Art.1(2)(g)",)),
        ("aan artikel 28 worden de volgende leden toegevoegd: “8. x”", "added", ("Art.28",)),
        ("Artikel 17 Absatz 2 erhält folgende Fassung: „(2) x“", "replaced", ("Art.17(2)",)),
        ("In Artikel 5 Absatz 1 wird folgender Buchstabe eingefügt: „ba) x“", "inserted", ("Art.5(1)",)),
        ("à l’article 57, le paragraphe 3 est remplacé par le texte suivant: «3. x»", "replaced", ("Art.57(3)",)),
        ("en el artículo 70, el apartado 8 se sustituye por el texto siguiente: «8. x»", "replaced", ("Art.70(8)",)),
        ("all’articolo 63, il paragrafo 1 è sostituito dal seguente: «1. x»", "replaced", ("Art.63(1)",)),
    ],
)
def test_an_instruction_names_its_action_and_targets(text: str, action: str, targets: tuple[str, ...]) -> None:
    assert told(("Art.1(1)", "Art.1", text)) == [("Art.1(1)", action, targets)]


def test_what_a_point_does_not_name_stands_above_it() -> None:
    assert told(
        ("Art.1(2)", "Art.1", "Article 2 is amended as follows:"),
        ("Art.1(2)(a)", "Art.1(2)", "paragraph 2 is replaced by the following: “2. x”"),
        ("Art.1(2)(b)", "Art.1(2)", "the following paragraph is added: “13. x”"),
    ) == [("Art.1(2)(a)", "replaced", ("Art.2(2)",)), ("Art.1(2)(b)", "added", ("Art.2",))]


def test_an_act_that_amends_nothing_has_no_amendments() -> None:
    assert (
        amendments([Instruction("Art.1", "", "This Regulation lays down rules; data sets are replaced yearly.")])
        == []
    )


def test_the_act_is_the_one_that_is_named() -> None:
    (one,) = amendments(
        [Instruction("Art.2", "", "In Article 27 of Regulation (EU) 2018/1139, paragraph 3 is deleted.")]
    )
    assert one == Amendment("Art.2", "(EU) 2018/1139", one.action, ("Art.27(3)",))


@given(
    st.lists(
        st.tuples(st.sampled_from("abcd"), st.sampled_from(["", "a", "b", "c"]), st.text(max_size=80)), max_size=6
    )
)
def test_any_text_is_taken(rows: list[tuple[str, str, str]]) -> None:
    amendments([Instruction(*row) for row in rows])

"""What changed between two editions, clause by clause."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from comity.engine.changes import Change, Kind, Provision, compare, words_changed

RISK = "Providers establish a risk management system and keep it up to date over the whole life of the system."
DATA = "Training, validation and testing data sets are relevant, representative and examined for possible biases."
LOGS = "Systems record events automatically so that their functioning can be traced by those who supervise them."
OVERSIGHT = "Natural persons oversee the system with tools that let them understand, interrupt and override it."

OLD = [
    Provision("Art.1", heading="Risk"),
    Provision("Art.1(1)", "Art.1", "", RISK),
    Provision("Art.2", heading="Data"),
    Provision("Art.2(1)", "Art.2", "", DATA),
    Provision("Art.3", heading="Records"),
    Provision("Art.3(1)", "Art.3", "", LOGS),
]


def kinds(old: list[Provision], new: list[Provision]) -> dict[str, str]:
    """The kind of change by "old -> new" refs."""
    return {
        f"{'+'.join(old[o].ref for o in one.old)} -> {'+'.join(new[n].ref for n in one.new)}": str(one.kind)
        for one in compare(old, new)
    }


def test_the_same_edition_is_unchanged() -> None:
    assert {one.kind for one in compare(OLD, OLD)} == {Kind.UNCHANGED}


def test_another_word_is_a_change_with_the_words() -> None:
    new = [replace(one, text=one.text.replace("whole life", "entire lifetime")) for one in OLD]
    assert kinds(OLD, new)["Art.1(1) -> Art.1(1)"] == "changed"
    said = [(piece.kind, piece.text) for piece in words_changed(RISK, new[1].text)]
    assert ("gone", "whole") in said
    assert ("new", "lifetime") in said


def test_an_article_put_in_before_does_not_move_what_follows_into_something_else() -> None:
    new = [
        Provision("Art.1", heading="Oversight"),
        Provision("Art.1(1)", "Art.1", "", OVERSIGHT),
        *(
            Provision(ref.replace(ref[4], str(int(ref[4]) + 1)), parent.replace(parent[4:5], "X"), heading, text)
            for ref, parent, heading, text in ((one.ref, "", one.heading, one.text) for one in OLD)
        ),
    ]
    found = kinds(OLD, new)
    assert found["Art.2(1) -> Art.3(1)"] == "moved"
    assert found["Art.2 -> Art.3"] == "moved"
    assert found[" -> Art.1(1)"] == "new"


def test_children_of_a_clause_that_moved_stay_where_they_are() -> None:
    new = [
        *OLD[:2],
        Provision("Art.5", heading="Records"),
        Provision("Art.5(1)", "Art.5", "", LOGS),
    ]
    found = kinds(OLD, new)
    assert found["Art.3 -> Art.5"] == "moved"
    assert found["Art.3(1) -> Art.5(1)"] == "unchanged"
    assert found["Art.2(1) -> "] == "gone"


def test_a_clause_whose_words_stand_in_two_was_split() -> None:
    old = [Provision("1", text=f"{RISK} {DATA}"), Provision("2", text=LOGS)]
    new = [Provision("1", text=RISK), Provision("1a", text=DATA), Provision("2", text=LOGS)]
    assert kinds(old, new)["1 -> 1+1a"] == "split"


def test_clauses_whose_words_stand_in_one_were_merged() -> None:
    old = [Provision("1", text=RISK), Provision("1a", text=DATA), Provision("2", text=LOGS)]
    new = [Provision("1", text=f"{RISK} {DATA}"), Provision("2", text=LOGS)]
    assert kinds(old, new)["1+1a -> 1"] == "merged"


def test_what_is_known_to_be_one_provision_is_one_whatever_it_says() -> None:
    old = [Provision("A.9.1", text=RISK, lineage="x")]
    new = [Provision("5.15", text=LOGS, lineage="x")]
    assert kinds(old, new) == {"A.9.1 -> 5.15": "moved"}


def test_chinese_is_compared_by_character() -> None:
    old = [Provision("第四条", text="提供和使用生成式人工智能服务,应当遵守法律、行政法规,尊重社会公德和伦理道德。")]
    new = [Provision("第四条", text="提供和使用生成式人工智能服务,应当遵守法律法规,尊重社会公德。")]
    (change,) = compare(old, new)
    assert change.kind == Kind.CHANGED
    assert change.similarity > 0.7


def test_numbers_are_not_taken_for_their_words() -> None:
    """Another provision under an old number is new, and the old one gone."""
    assert kinds([Provision("1", text=RISK)], [Provision("1", text=LOGS)]) == {"1 -> ": "gone", " -> 1": "new"}


TEXTS = st.sampled_from(["", RISK, DATA, LOGS, OVERSIGHT, f"{RISK} {DATA}", f"{DATA} {LOGS}", "Scope", "第四条 服务"])
EDITIONS = st.lists(
    st.builds(
        Provision,
        ref=st.sampled_from("123456789"),
        parent=st.sampled_from(["", "1", "2"]),
        heading=st.sampled_from(["", "Data"]),
        text=TEXTS,
    ),
    max_size=9,
    unique_by=lambda one: one.ref,
)


@given(EDITIONS, EDITIONS)
def test_every_clause_is_told_of_once(old: list[Provision], new: list[Provision]) -> None:
    found = compare(old, new)
    assert sorted(place for one in found for place in one.old) == list(range(len(old)))
    assert sorted(place for one in found for place in one.new) == list(range(len(new)))
    assert all(_sound(one) for one in found)


def _sound(one: Change) -> bool:
    counts = (len(one.old), len(one.new))
    return {
        Kind.NEW: counts == (0, 1),
        Kind.GONE: counts == (1, 0),
        Kind.SPLIT: counts[0] == 1 and counts[1] > 1,
        Kind.MERGED: counts[0] > 1 and counts[1] == 1,
    }.get(one.kind, counts == (1, 1))


@given(EDITIONS, EDITIONS)
def test_the_same_comparison_gives_the_same_answer(old: list[Provision], new: list[Provision]) -> None:
    assert compare(old, new) == compare(old, new)


@given(st.text(max_size=200), st.text(max_size=200))
def test_the_pieces_of_a_word_diff_give_both_texts_back(old: str, new: str) -> None:
    pieces = words_changed(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == new

"""Search: what matches, in what order, for whom; and an index that stays true whatever happens to records."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.engine import embedding, text
from comity.members.models import Organisation
from comity.records import services as records
from comity.records.models import Entry, FacetCount, IndexSize, Term, Text, Visibility
from comity.records.search import backends, lexical, ranking, vectors
from comity.records.search.scope import Scope
from comity.records.viewer import ANYONE, NODE, Viewer
from tests.support import READER, SECRETARY, STRANGER, organisation, private

pytestmark = [pytest.mark.django_db, pytest.mark.data]


def found(query: str, viewer: Viewer = ANYONE, *, meaning: bool = False) -> list[str]:
    hits = ranking.search(query, viewer=viewer, meaning=meaning).hits
    slugs = dict(Organisation.objects.values_list("pk", "slug"))
    return [slugs[hit.object] for hit in hits if hit.kind == "organisation"]


# what matches


def test_all_words_come_before_some_words():
    organisation("Risk management guidance")
    organisation("Management of data")

    assert found("risk management") == ["risk-management-guidance"]


def test_where_no_record_has_every_word_the_rarest_words_count():
    for number in range(8):
        organisation(f"Management {number}")
    organisation("Quantum computing")

    assert found("quantum management")[:1] == ["quantum-computing"]
    assert len(found("quantum management")) == 9


def test_the_same_records_in_the_same_order_on_every_database():
    for name in (
        "Robots",
        "Robots and people",
        "Robots robots robots",
        "People at work with robots in factories",
        "Safety of robots",
        "Safety",
        "Vehicles",
    ):
        organisation(name)

    assert found("robots") == [
        "robots-robots-robots",
        "robots",
        "robots-and-people",
        "safety-of-robots",
        "people-at-work-with-robots-in-factories",
    ]
    assert found("safety robots") == ["safety-of-robots"]


WORDS = ["robot", "safety", "risk", "data", "人工智能", "данные", "مخاطر", "qualité"]


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(
    names=st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join), min_size=1, max_size=12),
    query=st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join),
)
def test_what_is_found_is_what_a_reader_of_all_titles_finds(names, query):
    wanted = set(text.terms(query))
    having = [wanted & set(text.terms(name)) for name in names]
    all_of = {f"n{place}" for place, terms in enumerate(having) if terms == wanted}
    any_of = {f"n{place}" for place, terms in enumerate(having) if terms}

    with transaction.atomic():
        for place, name in enumerate(names):
            organisation(name, slug=f"n{place}")
        assert set(found(query)) == (all_of or any_of)
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    "query", ["", " ", "?!", '"', "'", "a AND", "NOT", "x*", "terms:x", "(", ":*", "\\", "a & b | !c", "\x00"]
)
def test_no_query_is_an_error(query):
    organisation("A robot")

    assert isinstance(found(query), list)


def test_a_query_of_any_length_is_read_to_its_limit():
    organisation("Robots")

    assert found("robots " * 5_000) == ["robots"]


# who finds what


@pytest.mark.parametrize("query", ["secret", "secret plan", "secret robots"])
@pytest.mark.parametrize("viewer", [ANYONE, STRANGER, Viewer(user=9)])
def test_a_private_record_is_found_by_nobody_else(query, viewer):
    private("Secret plan", READER)
    organisation("Robots")

    assert "secret-plan" not in found(query, viewer)
    assert "secret-plan" in found(query, READER)


def test_a_record_of_an_organisation_is_found_by_its_members():
    ours = organisation("Ours")
    organisation("Inside robots", visibility=Visibility.ORGANISATION, organisation=ours.rid)
    member = Viewer(user=9, actor=SECRETARY.actor, organisations=frozenset({ours.rid}))

    assert found("robots", member) == ["inside-robots"]
    assert found("robots", STRANGER) == found("robots") == []


def test_a_private_record_is_not_found_by_meaning(meaning):
    private("Secret plan", READER)
    organisation("Robots")
    meaning()

    assert "secret-plan" in found("plan that is secret", READER, meaning=True)
    assert "secret-plan" not in found("plan that is secret", STRANGER, meaning=True)


# the index follows the records


def test_a_renamed_record_is_found_by_its_new_name_alone():
    one = organisation("Robots")
    one.name = {"en": "Vehicles"}
    records.put(one, by=NODE)

    assert (found("robots"), found("vehicles")) == ([], ["robots"])


def test_a_withdrawn_record_is_not_found():
    records.withdraw(organisation("Robots"), by=NODE, because="")

    assert found("robots") == []
    assert found("robots", NODE) == []


def test_a_record_that_is_hidden_is_not_found_and_one_that_is_shown_is():
    one = organisation("Robots")
    one.visibility = Visibility.PRIVATE
    records.put(one, by=NODE)
    assert found("robots") == []

    one.visibility = Visibility.PUBLIC
    records.put(one, by=NODE)
    assert found("robots") == ["robots"]


def test_a_batch_is_found_as_single_records_are():
    records.bulk_put(
        [Organisation(slug=f"r{n}", name={"en": f"Robots {n}"}) for n in range(3)], by=NODE, because="batch"
    )

    assert sorted(found("robots")) == ["r0", "r1", "r2"]


def index_is_true() -> None:
    """Everything the index says, counted again from the records themselves."""
    entries = {entry.object: entry for entry in Entry.objects.filter(kind="organisation")}
    living = {one.pk: one for one in Organisation.objects.filter(withdrawn_at=None)}
    assert entries.keys() == living.keys()
    for key, entry in entries.items():
        assert entry.visibility == living[key].visibility
        assert set(entry.terms.split()) >= {term for name in living[key].name.values() for term in text.terms(name)}
        titles = {one.text.text for one in entry.texts.select_related("text")}
        assert titles == {embedding.clean(name) for name in living[key].name.values() if name}
    every = list(Entry.objects.all())
    terms = Counter(term for entry in every for term in set(entry.terms.split()))
    assert {term: count for term, count in Term.objects.values_list("term", "entries") if count} == terms
    size = IndexSize.objects.first()
    assert (size.entries, size.terms) == (len(every), sum(len(entry.terms.split()) for entry in every))
    facets = Counter((entry.kind, facet) for entry in every if entry.visibility == "public" for facet in entry.facets)
    counted = {(one.kind, one.facet): one.entries for one in FacetCount.objects.all() if one.entries}
    assert counted == facets
    backend = backends.current()
    for term in terms:
        with connection.cursor() as cursor:
            sql = f"SELECT {backend.slot} FROM records_terms t WHERE {backend.matching}"  # noqa: S608
            cursor.execute(sql, [backend.all_of([term])])
            slots = {slot for (slot,) in cursor.fetchall()}
        assert slots == {entry.slot for entry in every if term in entry.terms.split()}


operations = st.lists(
    st.tuples(
        st.sampled_from(["add", "rename", "hide", "show", "withdraw", "batch", "again"]),
        st.integers(0, 3),
        st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join),
    ),
    min_size=1,
    max_size=10,
)


@settings(max_examples=30, suppress_health_check=list(HealthCheck))
@given(operations)
def test_the_index_stays_true_whatever_is_done(steps):
    with transaction.atomic():
        organisation("robot")
        for number, (step, which, name) in enumerate(steps):
            living = list(Organisation.objects.filter(withdrawn_at=None).order_by("pk"))
            one = living[which % len(living)] if living else None
            if step == "add" or one is None:
                organisation(name, slug=f"s{number}")
            elif step == "batch":
                for other in living:
                    other.name = {"en": name, "fr": f"{name} deux"}
                fresh = [Organisation(slug=f"b{number}-{k}", name={"en": name}) for k in range(2)]
                records.bulk_put([*living, *fresh], by=NODE, because="batch")
            elif step == "withdraw":
                records.withdraw(one, by=NODE, because="")
            else:
                if step == "rename":
                    one.name = {"en": name}
                if step in ("hide", "show"):
                    one.visibility = Visibility.PRIVATE if step == "hide" else Visibility.PUBLIC
                records.put(one, by=NODE)
            index_is_true()
        transaction.set_rollback(True)


# meaning


class Toy:
    """A model that knows letters: texts with the same letters mean the same."""

    model, dimensions, languages = "toy/1", 64, frozenset()

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts):
        self.encoded += texts
        rows = np.zeros((len(texts), self.dimensions), np.float32)
        for place, one in enumerate(texts):
            for letter in one.casefold():
                rows[place, ord(letter) % self.dimensions] += 1
        return embedding.unit(rows)


@pytest.fixture
def toy(monkeypatch):
    model = Toy()
    monkeypatch.setattr(vectors, "embedder", lambda: model)
    vectors.store.cache_clear()
    vectors.encode.cache_clear()
    return model


@pytest.fixture
def meaning(toy):
    """Computes what is missing."""
    return lambda: vectors.store().extend(toy)


def test_every_title_gets_one_vector_and_only_once(toy, meaning):
    organisation("Robots")
    organisation("Vehicles")
    organisation("Robots", slug="again")

    assert vectors.waiting() == 2
    assert (meaning(), meaning(), vectors.waiting()) == (2, 0, 0)
    assert toy.encoded == ["Robots", "Vehicles"]


def test_a_title_added_later_is_added_to_the_vectors(toy, meaning):
    organisation("Robots")
    meaning()
    organisation("Vehicles")

    assert vectors.waiting() == 1
    meaning()
    assert found("hicle sev", meaning=True)[0] == "vehicles"


def test_a_computation_that_is_killed_goes_on_where_it_stopped(toy, meaning, monkeypatch):
    monkeypatch.setattr(vectors, "BATCH", 2)
    for number in range(6):
        organisation(f"Robot {number}")
    batches = []

    def encode(texts):
        batches.append(len(texts))
        if len(batches) == 3:
            raise KeyboardInterrupt
        return Toy().encode(texts)

    monkeypatch.setattr(toy, "encode", encode)
    with pytest.raises(KeyboardInterrupt):
        meaning()
    monkeypatch.undo()
    monkeypatch.setattr(vectors, "embedder", lambda: toy)

    assert vectors.store().extend(toy) == 2
    expected = embedding.to_bytes(Toy().encode(list(Text.objects.order_by("pk").values_list("text", flat=True))))
    rows = vectors.store().rows()
    assert (rows[list(Text.objects.order_by("pk").values_list("pk", flat=True))] == expected).all()


def test_half_a_row_of_a_killed_writer_is_computed_again(toy, meaning):
    organisation("Robots")
    organisation("Vehicles")
    meaning()
    file = vectors.folder(toy.model) / "rows.i8"
    file.write_bytes(file.read_bytes()[:-10])
    vectors.store.cache_clear()

    assert vectors.waiting() == 1
    assert meaning() == 1
    assert vectors.waiting() == 0


def test_lost_vectors_are_made_again(toy, meaning):
    organisation("Robots")
    meaning()
    (vectors.folder(toy.model) / "rows.i8").unlink()

    assert found("robots", meaning=True) == ["robots"]
    assert meaning() == 1


def test_what_is_nearest_is_what_comparing_all_finds(toy):
    """Fewer rows than are compared whole: exactly the same ones."""
    rng = np.random.default_rng(7)
    rows = embedding.to_bytes(embedding.unit(rng.normal(size=(2_000, 64)).astype(np.float32)))
    queries = embedding.unit(rng.normal(size=(3, 64)).astype(np.float32))
    store = stored(rows)
    keys, values = store.nearest(queries, 20)
    all_of = (rows.astype(np.float32) @ queries.T).max(axis=1) / embedding.SCALE
    best = np.lexsort((np.arange(len(rows)), -all_of))[:20]

    assert keys.tolist() == best.tolist()
    assert np.allclose(values, all_of[best], atol=1e-5)


def test_of_many_rows_nearly_all_the_nearest_are_found(toy):
    rng = np.random.default_rng(8)
    centres = rng.normal(size=(300, 64))
    near = centres[rng.integers(0, 300, 20_000)] + 0.35 * rng.normal(size=(20_000, 64))
    rows = embedding.to_bytes(embedding.unit(near.astype(np.float32)))
    queries = embedding.unit((centres[:50] + 0.2 * rng.normal(size=(50, 64))).astype(np.float32))
    store = stored(rows)
    right = 0
    for query in queries:
        best = np.argsort(-(rows.astype(np.float32) @ query))[:10]
        right += len(set(best.tolist()) & set(store.nearest(query[None], 10)[0].tolist()))

    assert right / 500 >= 0.95


def stored(rows):
    folder = vectors.folder("toy/1")
    folder.mkdir(parents=True)
    (folder / "rows.i8").write_bytes(rows.tobytes())
    return vectors.Store("toy/1", rows.shape[1])


def test_an_entry_is_as_near_as_its_nearest_title(toy, meaning):
    one = organisation("Robots")
    one.name = {"en": "abc", "fr": "xyz"}
    records.put(one, by=NODE)
    meaning()
    entry = Entry.objects.get()

    assert vectors.near(["xyz"], Scope(ANYONE), beside=[entry.pk])[entry.pk].title == "xyz"


def test_an_entry_that_is_far_is_compared_if_asked_for(toy, meaning):
    organisation("abc")
    organisation("xyz")
    meaning()
    far = Entry.objects.get(terms="xyz")

    assert far.pk not in vectors.near(["abc"], Scope(ANYONE))
    assert vectors.near(["abc"], Scope(ANYONE), beside=[far.pk])[far.pk].similarity < vectors.WEAKEST


def test_what_is_near_but_hidden_is_not_read(toy, meaning):
    private("Secret plan", READER)
    meaning()
    entry = Entry.objects.get()

    assert vectors.near(["Secret plan"], Scope(ANYONE), beside=[entry.pk]) == {}
    assert vectors.near(["Secret plan"], Scope(READER)).keys() == {entry.pk}


@pytest.mark.parametrize(
    ("query", "most"),
    [("safety robots", 3), ("safety of quantum robots", 5), ("nothing like it", 4)],
)
def test_a_search_takes_few_queries(toy, meaning, query, most):
    for name in ("Robots", "Robots and people", "Safety of robots", "Vehicles"):
        organisation(name)
    meaning()
    found(query, meaning=True)

    with CaptureQueriesContext(connection) as captured:
        found(query, meaning=True)
    assert len(captured) - 1 <= most  # one is ours, to name what was found


def test_search_without_a_model_finds_words(monkeypatch):
    monkeypatch.setattr(vectors, "embedder", lambda: None)
    vectors.store.cache_clear()
    organisation("Robots")

    assert found("robots", meaning=True) == ["robots"]
    assert vectors.waiting() == 0


def test_rare_words_weigh_more(db):
    for number in range(10):
        organisation(f"Common {number}")
    organisation("Rare common")
    (weights,) = lexical.weigh(["common", "rare"])

    assert weights.idf["rare"] > weights.idf["common"] > 0


def test_questions_asked_together_are_answered_as_one_by_one(db):
    for name in ("Robots", "Robots and people", "Safety of robots", "Vehicles", "Safety of vehicles at work"):
        organisation(name)
    questions = [["robot"], ["robot", "vehicl"], ["nobody"], ["safeti", "nobody", "work"], []]
    scope = Scope(ANYONE)

    together = lexical.find(lexical.weigh(*questions), scope)
    assert together == [lexical.find(lexical.weigh(one), scope)[0] for one in questions]
    assert [len(one.candidates) for one in together] == [3, 5, 0, 2, 0]

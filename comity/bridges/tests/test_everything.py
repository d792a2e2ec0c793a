"""All instruments with all: the same however it is worked out, and nothing twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from comity.bridges import queries, services
from comity.bridges.errors import NoDask, TooFewInstruments
from comity.bridges.services import everything
from comity.engine.align import ClauseSet, Unit, pairs
from comity.formats.instruments.model import SourceClause
from comity.records.errors import NotAllowed
from comity.standards.models import Edition, Expression
from tests.support import READER

from .conftest import save

LETTER = (
    SourceClause("1", kind="article", heading="Risk", text="Whoever offers a system manages its risk."),
    SourceClause("2", kind="article", heading="Oversight", text="People oversee the system and can stop it."),
)


class Stopped(Exception):
    pass


@pytest.fixture
def four(law: Edition, framework: Edition, settings: Any, tmp_path: Path, monkeypatch: Any) -> Path:
    """Four texts on a node without a model of meaning, whose folder this is."""
    settings.COMITY_HOME = tmp_path
    monkeypatch.setattr(everything.vectors, "embedder", lambda: None)
    save("EXAMPLE 3", LETTER, redistribute="yes", title="Letter")
    save("EXAMPLE 4", LETTER[:1], redistribute="yes", title="Note")
    return tmp_path


def files(home: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in (home / "bridges").rglob("*") if one.is_file()}


def test_one_process_and_two_give_the_same_to_the_bit(four: Path, settings: Any) -> None:
    settings.COMITY_HOME = four / "one"
    services.align_everything(processes=1)
    settings.COMITY_HOME = four / "two"
    found = services.align_everything(processes=2)

    assert (len(found.instruments), len(found.pairs), found.worked) == (4, 6, 6)
    assert files(four / "one") == files(four / "two")
    assert {one.name for one in (four / "one" / "bridges").iterdir()} == {"map.json", "pairs"}


def test_a_run_that_was_stopped_goes_on_where_it_was(four: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(everything, "BLOCK", 1)

    def stop(done: int, _total: int) -> None:
        if done > 4:  # all four are encoded
            raise Stopped

    with pytest.raises(Stopped):
        services.align_everything(processes=1, progress=stop)
    assert services.result() is None
    before = {one: one.stat().st_mtime_ns for one in (four / "bridges" / "pairs").rglob("*.npz")}

    found = services.align_everything(processes=1)

    assert 0 < len(before) < 6
    assert found.worked == 6 - len(before)
    assert {one: one.stat().st_mtime_ns for one in before} == before


def test_only_what_was_changed_is_worked_out_again(four: Path) -> None:
    first = services.align_everything(processes=1)
    assert services.align_everything(processes=1).worked == 0
    save("EXAMPLE 4", LETTER[1:], redistribute="yes", title="Note")

    again = services.align_everything(processes=1)

    assert again.worked == 3
    assert len(list((four / "bridges" / "pairs").rglob("*.npz"))) == 6
    assert again.pairs != first.pairs
    assert services.result() == everything.Everything(again.engine, again.model, again.instruments, again.pairs)


def test_a_node_without_two_texts_says_so(db: None, settings: Any, tmp_path: Path, monkeypatch: Any) -> None:
    settings.COMITY_HOME = tmp_path
    monkeypatch.setattr(everything.vectors, "embedder", lambda: None)
    with pytest.raises(TooFewInstruments):
        services.align_everything(processes=1)
    assert services.result() is None


def test_readers_may_not_and_a_scheduler_needs_its_extra(four: Path, monkeypatch: Any) -> None:
    with pytest.raises(NotAllowed):
        services.align_everything(by=READER)
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(NoDask, match="extra “dask”"):
        services.align_everything(scheduler="tcp://127.0.0.1:1")


def test_what_is_kept_of_a_pair_comes_back(tmp_path: Path) -> None:
    for name, words in (("a", ("risk of systems", "fines")), ("b", ("the risk of a system",))):
        units = tuple(Unit(f"{name}{place}", text=text) for place, text in enumerate(words))
        pairs.spill(ClauseSet(name, "en", units), None, tmp_path / name)
    job = pairs.Job(str(tmp_path / "a"), str(tmp_path / "b"), str(tmp_path / "a-b.npz"), dense=False)

    assert pairs.work([job, job]) == [job.result] * 2
    there, back = pairs.unpacked(Path(job.result))

    assert (there.clauses, back.clauses) == (2, 1)
    assert there.places[0].tolist() == [0, -1, -1]
    assert back.confidences.shape == (1, pairs.TOP)
    assert np.all(back.confidences[:, 0] >= back.confidences[:, 1])


def test_the_map_shows_pairs_only_of_texts_that_the_reader_may_see(four: Path) -> None:
    services.align_everything(processes=1)
    Expression.objects.filter(edition__document__identifier="EXAMPLE 3").update(visibility="private")

    found, texts = queries.everything(READER)

    assert found is not None
    assert len(texts) == len(found.instruments) == 3
    assert len(found.pairs) == 3

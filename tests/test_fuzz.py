# mypy: disable-error-code="no-untyped-def, no-untyped-call"
"""The fuzz runner finds what it is there to find."""

from __future__ import annotations

import random

import pytest

from comity.formats.instruments import SourceClause, SourceInstrument, comity_json
from tests import fuzz


def test_readers_stand_a_moment_of_damage(tmp_path):
    seeds = fuzz.samples("comity-json")
    assert fuzz.run("comity-json", seeds, 0.5, random.Random(3), tmp_path) == 0
    assert list(tmp_path.iterdir()) == []


def test_what_a_reader_raises_is_found_and_kept(tmp_path, monkeypatch, capfd):
    def broken(content, file):
        raise ZeroDivisionError

    monkeypatch.setattr(comity_json, "read", broken)
    assert fuzz.run("comity-json", fuzz.samples("comity-json"), 5, random.Random(3), tmp_path) == 1
    assert "ZeroDivisionError" in capfd.readouterr().out
    assert (tmp_path / "comity-fuzz-comity-json").read_bytes()


@pytest.mark.parametrize(
    ("clauses", "found"),
    [
        ((SourceClause("a"), SourceClause("a")), "there twice"),
        ((SourceClause("a", "b"), SourceClause("b")), "before its parent"),
        ((SourceClause("a", text="\ud800"),), "no character"),
        ((), "no clauses"),
    ],
)
def test_clauses_that_contradict_each_other_are_found(clauses, found):
    assert found in fuzz.check(SourceInstrument("", clauses, "x"))

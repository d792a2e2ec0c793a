"""Refs as different publishers write them."""

from __future__ import annotations

import pytest

from comity.engine.refs import Refs

KNOWN = Refs(["Art.9", "Art.9(2)(a)", "GOVERN 1.1", "A.6.2.4", "4.1", "GV-1.1-001", "Annex III.1", "x-1", "x 1"])


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Art.9", "Art.9"),
        ("Article 9", "Art.9"),
        ("ART. 9 (2)(a)", "Art.9(2)(a)"),
        ("第9条", "Art.9"),
        ("govern-1.1", "GOVERN 1.1"),
        ("Govern 1.1", "GOVERN 1.1"),
        ("a.6.2.4", "A.6.2.4"),
        ("Annex A.6.2.4", "A.6.2.4"),
        ("Clause 4.1", "4.1"),
        ("gv-1.1-001", "GV-1.1-001"),
        ("annex iii.1", "Annex III.1"),
        ("X-1", "x-1"),
        ("X_1", ""),  # two clauses would fit
        ("41", ""),
        ("", ""),
        ("9", ""),
    ],
)
def test_a_ref_is_found_however_it_is_written(written: str, meant: str) -> None:
    assert KNOWN.find(written) == meant

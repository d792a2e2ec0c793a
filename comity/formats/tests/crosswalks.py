"""Samples and made-up crosswalks for the tests of their readers and writers."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import strategies as st

from comity.formats.crosswalks import RELATIONS, FormatError, SourceCrosswalk, SourceMapping, read, read_all
from comity.formats.crosswalks.model import settled
from comity.formats.tests.shared import SHARED

SAMPLES = Path(__file__).parent / "data" / "crosswalks"
CROSSWALKS = SHARED / "data" / "crosswalks"
PUBLISHED = SHARED / "data" / "instruments" / "originals" / "ciso-assistant.mapping-csf2-iso27001.yaml"

needs_crosswalks = pytest.mark.skipif(
    not CROSSWALKS.is_dir() or not PUBLISHED.is_file(),
    reason="the shared crosswalks are absent (set COMITY_SHARED to the folder that has data/crosswalks)",
)


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def from_sample(name: str) -> SourceCrosswalk:
    return read(sample(name), file=name)


def pairs(crosswalk: SourceCrosswalk) -> list[tuple[str, str, str]]:
    return [(one.source_ref, one.relation, one.target_ref) for one in crosswalk.mappings]


def bare(crosswalk: SourceCrosswalk) -> SourceCrosswalk:
    """A crosswalk without what only the file that it came from has."""
    return replace(crosswalk, warnings=(), mappings=tuple(replace(one, line=0) for one in crosswalk.mappings))


def refused(content: bytes, form: str = "") -> str:
    """The message that a file is refused with."""
    with pytest.raises(FormatError) as caught:
        read_all(content, file="given", form=form)
    assert caught.value.file == "given"
    assert caught.value.reason
    return str(caught.value)


def only_refused(content: bytes, form: str) -> None:
    """Read what may be anything: it is read or refused, and nothing else."""
    with suppress(FormatError):
        assert read_all(content, file="given", form=form)


ODD = "ab=+-@'\"\\,;|\t#:%&<>[]{}*`~_. 1N/A\u00e9\u4e2d\u0627\u200f\U0001f600\ufffe\x07"
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=("Cs",)), max_size=30),
    st.text(ODD, max_size=20),
    st.sampled_from(
        ["", "null", "=1+1", "'=x", "''-", "semantic", "related", "#N/A", "_x000D_", "001", "a: b", "{{ x }}"]
    ),
)


@st.composite
def crosswalks(draw: st.DrawFn) -> SourceCrosswalk:
    """Any crosswalk as a reader may give it; strengths in tenths, which every form can say."""
    refs = st.one_of(TEXTS, st.text("abcXYZ019.()-§ é中:/", max_size=8)).map(lambda text: f"{text}x")
    mappings = draw(
        st.lists(
            st.builds(
                SourceMapping,
                source_ref=refs,
                target_ref=refs,
                relation=st.sampled_from(RELATIONS),
                publisher_word=TEXTS,
                strength=st.none() | st.integers(0, 10).map(lambda tenths: tenths / 10),
                rationale=TEXTS,
            ),
            min_size=1,
            max_size=6,
        )
    )
    about = draw(st.tuples(*[TEXTS] * 8))
    lone = [tuple(draw(st.lists(refs, max_size=2))) for _side in range(2)]
    return bare(settled("made up", SourceCrosswalk(*about, (), *lone), mappings))

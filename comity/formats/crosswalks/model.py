"""A crosswalk as somebody published it: which clause of one instrument stands for which of another."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from comity.formats.crosswalks.words import is_known, word_key
from comity.formats.errors import FormatError
from comity.formats.instruments.source import characters
from comity.formats.text import MAX_TEXT, plain

MAX_MAPPINGS = 20_000
"""Pairs of one crosswalk. The longest known has 2,243."""
MAX_REF = 240
MAX_WORDS = 20
"""Words of a publisher that are not known which a warning names."""

RELATIONS = ("equal", "subset", "superset", "intersects", "none", "")
"""The set-theory relationships of NIST IR 8477, section 4.3; "" where the publisher only lists pairs."""

_ABOUT = (
    "source_name",
    "source_edition",
    "target_name",
    "target_edition",
    "title",
    "publisher",
    "licence",
    "published",
    "tool",
)


@dataclass(frozen=True, slots=True)
class SourceMapping:
    """One pair of clauses.

    Attributes:
        source_ref: the clause of the source instrument, as the file prints it.
        target_ref: the clause of the target instrument.
        relation: one of `RELATIONS`, read from source to target: "subset" says that the source is within the target.
        publisher_word: the relationship as the file prints it; "" where it prints none.
        strength: how alike the two are, from 0 to 1; None where the file does not say.
        rationale: why, as the file says, on one line.
        line: where it stands in the file, from 1 (row of a table); 0 where that has no meaning.
    """

    source_ref: str
    target_ref: str
    relation: str = ""
    publisher_word: str = ""
    strength: float | None = None
    rationale: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class SourceCrosswalk:
    """What a reader makes of one published crosswalk.

    Attributes:
        source_name: the instrument that the mappings go from, as the file calls it; "" where it does not say.
        target_name: the instrument that they go to.
        published: day, month or year, as the file has it.
        mappings: in the order of the file, each pair once.
        no_counterpart: clauses of the source that the publisher says have none in the target.
        target_no_counterpart: clauses of the target that the publisher says have none in the source.
        warnings: what people should know about this reading, in plain words.
        tool: what proposed the mappings, with its version; "" where people made them. Their strengths are then how
            sure it is. Tables have no place for it.
    """

    source_name: str = ""
    source_edition: str = ""
    target_name: str = ""
    target_edition: str = ""
    title: str = ""
    publisher: str = ""
    licence: str = ""
    published: str = ""
    mappings: tuple[SourceMapping, ...] = ()
    no_counterpart: tuple[str, ...] = ()
    target_no_counterpart: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    tool: str = ""


def settled(file: str, draft: SourceCrosswalk, mappings: Iterable[SourceMapping]) -> SourceCrosswalk:
    """Return `draft` with these mappings: texts on one even line, every pair once, what was left out in warnings.

    A mapping without a clause on one side whose relation is "none" says that the other has no counterpart.

    Raises:
        FormatError: a mapping has a clause on one side only, there are too many, or none at all.
    """
    pairs, lone, mirrored, warnings = _sorted_out(file, mappings)
    kept = tuple(pairs.values())
    related = [one for one in kept if one.relation != "none"]
    no_counterpart, lost = _without([*draft.no_counterpart, *lone], {one.source_ref for one in related})
    target_no_counterpart, also_lost = _without(
        [*draft.target_no_counterpart, *mirrored], {one.target_ref for one in related}
    )
    if not kept and not no_counterpart and not target_no_counterpart:
        raise FormatError(file, 0, "no mappings were found in it")
    if lost or also_lost:
        shown = ", ".join([*lost, *also_lost][:5])
        warnings.append(f"Said to have no counterpart, and yet mapped: {shown}. The mappings are kept.")
    return replace(
        draft,
        **{name: even(getattr(draft, name)) for name in _ABOUT},
        mappings=kept,
        no_counterpart=no_counterpart,
        target_no_counterpart=target_no_counterpart,
        warnings=(*draft.warnings, *warnings, *_unknown_words(kept)),
    )


def even(text: str) -> str:
    """A text on one line, without what is no character or turns a page round."""
    return plain(characters(text[: 2 * MAX_TEXT]))


def ref(text: str) -> str:
    """The number of a clause, as `even`."""
    return even(text[: 2 * MAX_REF])[:MAX_REF].rstrip()


def place(one: SourceMapping) -> str:
    """How a message says where a mapping stands."""
    return f"line {one.line}" if one.line else f"{one.source_ref or '(nothing)'} to {one.target_ref or '(nothing)'}"


Pairs = dict[tuple[str, str], SourceMapping]


def _sorted_out(file: str, mappings: Iterable[SourceMapping]) -> tuple[Pairs, list[str], list[str], list[str]]:
    """Pairs by their refs, clauses of the source and of the target without a counterpart, and warnings."""
    pairs: Pairs = {}
    lone: list[str] = []
    mirrored: list[str] = []
    again: list[SourceMapping] = []
    unmeasured: list[SourceMapping] = []
    for number, raw in enumerate(mappings, 1):
        if number > MAX_MAPPINGS:
            raise FormatError(file, raw.line, f"it has more than {MAX_MAPPINGS:,} mappings: not one crosswalk")
        one = _tidy(raw)
        if one.strength is None and raw.strength is not None:
            unmeasured.append(one)
        if one.source_ref and one.target_ref:
            if pairs.setdefault((one.source_ref, one.target_ref), one) is not one:
                again.append(one)
        elif one.relation == "none" and (one.source_ref or one.target_ref):
            (lone if one.source_ref else mirrored).append(one.source_ref or one.target_ref)
        else:
            raise _to_nothing(file, one)
    return pairs, lone, mirrored, [*_repeated(pairs, again), *_unmeasured(unmeasured)]


def _to_nothing(file: str, one: SourceMapping) -> FormatError:
    known, missing = (one.source_ref, "target") if one.source_ref else (one.target_ref, "source")
    words = f"{known} is mapped to nothing" if known else "a mapping names no clause"
    advice = f'give the clause of the {missing}, or the relationship "none"' if known else "give both"
    return FormatError(file, one.line, f"{words}: {advice}")


def _repeated(pairs: Pairs, again: list[SourceMapping]) -> Iterator[str]:
    if not again:
        return
    first = again[0]
    others = sum(pairs[one.source_ref, one.target_ref].relation != one.relation for one in again)
    differing = f"; {others} of them with another relationship, of which the first is kept" if others else ""
    yield f"Pairs that are there again and kept once: {len(again)} (the first: {place(first)}){differing}."


def _unmeasured(found: list[SourceMapping]) -> Iterator[str]:
    if found:
        where = f"{len(found)} (the first: {place(found[0])})"
        yield f"Strengths that are no number within the scale and are left out: {where}."


def _unknown_words(mappings: Iterable[SourceMapping]) -> Iterator[str]:
    words = {word_key(one.publisher_word): one.publisher_word for one in mappings if not one.relation}
    unknown = [word for word in words.values() if word and not is_known(word)]
    if unknown:
        shown = ", ".join(f"'{word[:60]}'" for word in unknown[:MAX_WORDS])
        yield f"Words that name no relationship of sets, kept as they are printed: {shown}."


def _without(refs: Iterable[str], mapped: set[str]) -> tuple[tuple[str, ...], list[str]]:
    """The refs, each once, that are not mapped; and those that are."""
    once = [one for one in dict.fromkeys(map(ref, refs)) if one]
    return tuple(one for one in once if one not in mapped), [one for one in once if one in mapped]


def _tidy(one: SourceMapping) -> SourceMapping:
    return replace(
        one,
        source_ref=ref(one.source_ref),
        target_ref=ref(one.target_ref),
        publisher_word=even(one.publisher_word),
        strength=_strength(one.strength),
        rationale=even(one.rationale),
    )


def _strength(value: float | None) -> float | None:
    if value is None or not math.isfinite(value) or not 0 <= value <= 1:
        return None
    # Tenths and thirds that went through other scales and back are the same number again.
    return round(value, 6) + 0.0

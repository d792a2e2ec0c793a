"""How likely a pair is one work, and why.

The log odds are a sum of evidence; `calibration` turns them into a confidence that is right as often as it says.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from comity.engine.works.model import Adoption, Candidate, Evidence, Sign
from comity.engine.works.numbers import Number
from comity.engine.works.prepared import Prepared, Variant, Words
from comity.engine.works.titles import marks

PRIOR = -3.0
NEAR = 0.55  # titles less alike than this say nothing
SHORT = 7.0  # nats: the end of a title below this says nothing ("General requirements")
CUT = 1.2  # what it costs that both titles begin with something the other lacks


@dataclass(frozen=True, slots=True)
class Compared:
    """The closest two titles of a pair, and how they are alike."""

    sign: Sign | None
    likeness: float
    mass: float
    languages: tuple[str, str]
    differing: frozenset[str] = frozenset()
    part: str = ""  # that both say they are
    cut: bool = False  # both begin with something else


_NOTHING = Compared(None, 0.0, 0.0, ("", ""))


def candidate(a: Prepared, b: Prepared, words: Words, similarity: float = 0.0) -> Candidate | None:
    """The pair with its reasons; None where a part or supplement number tells them apart."""
    if not _same_supplement(a.supplements, b.supplements):
        return None
    relation = _numbers(a, b)
    closest, comparable = _titles(a, b, words)
    if closest is None or (relation and relation.sign != Sign.PART_IS_NUMBER and _parts_differ(a, b)):
        return None
    evidence = [
        *_of_titles(closest),
        *_of_number(relation, closest, comparable, _telling(a, b)),
        *_of_names(a, b),
        *_beside(a, b),
    ]
    if similarity and not comparable:
        evidence.append(Evidence(Sign.MEANING, 12 * (similarity - 0.6), {"similarity": round(similarity, 3)}))
    if not any(one.weight > 0 for one in evidence):
        return None
    return Candidate(a.given.key, b.given.key, confidence(evidence), tuple(evidence), adoption_of(a, b))


def confidence(evidence: Iterable[Evidence]) -> float:
    return calibrated(PRIOR + sum(one.weight for one in evidence))


def log_odds(confidence: float) -> float:
    return math.log(confidence / (1 - confidence)) if confidence < 1 else math.inf


def among(one: Candidate, candidates: int, rivals: int) -> Candidate:
    """The same pair, knowing how many candidates, and how many as likely ones, either side has at least."""
    if candidates == 1:
        evidence = (*one.evidence, Evidence(Sign.ONLY, 1.0))
    elif rivals > 1:
        evidence = (*one.evidence, Evidence(Sign.RIVALS, -2.0 * math.log(rivals), {"count": rivals - 1}))
    else:
        return one
    return replace(one, evidence=evidence, confidence=confidence(evidence))


def _same_supplement(a: frozenset[str], b: frozenset[str]) -> bool:
    """None on both sides, or one that is equal, or equal in kind where it has no number (IEEE's have letters)."""
    if not a or not b:
        return not a and not b
    return any(
        one == other or ((one in other or other in one) and " " not in min(one, other, key=len))
        for one in a
        for other in b
    )


def calibrated(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))


def adoption_of(a: Prepared, b: Prepared) -> Adoption | None:
    """What one of the titles says of how it adopts the other."""
    for one in (a, b):
        for _language, title, _variants in one.titles:
            if title.adoption:
                return title.adoption
    return None


# titles


def _titles(a: Prepared, b: Prepared, words: Words) -> tuple[Compared | None, bool]:
    """The closest titles in one language, and whether there are any to compare. None if their parts differ."""
    best, comparable, refused = _NOTHING, False, False
    for language, title, variants in a.titles:
        for other_language, other, others in b.titles:
            if not _same_language(language, other_language):
                continue
            comparable = True
            if title.part and other.part and title.part != other.part:
                refused = True
                continue
            found = _closest(variants, others, words, (language, other_language))
            found = replace(found, part=title.part if title.part == other.part else "")
            best = max(best, found, key=_strength)
    if refused and best.sign is None:
        return None, comparable
    return best, comparable


def _same_language(a: str, b: str) -> bool:
    return a == b or "und" in (a, b)


def _strength(one: Compared) -> float:
    return _title_weight(one) - 2.0 * len(one.differing)


def _closest(
    variants: tuple[Variant, ...], others: tuple[Variant, ...], words: Words, languages: tuple[str, str]
) -> Compared:
    if not variants or not others:
        return _NOTHING
    if variants[0].words == others[0].words:
        return Compared(Sign.TITLE, 1.0, variants[0].mass, languages)
    best = _NOTHING
    for i, one in enumerate(variants):
        for j, other in enumerate(others):
            least = min(one.mass, other.mass)
            tells = min(one.tells, other.tells)
            if (i or j) and tells < SHORT:
                continue
            if 2 * least < NEAR * (one.mass + other.mass):
                continue  # however much they share, they cannot be near enough
            shared = one.known & other.known
            if not shared:
                continue
            likeness = 2 * words.mass(shared) / (one.mass + other.mass)
            if likeness < NEAR:
                continue
            sign = Sign.TITLE_END if one.words == other.words else Sign.TITLE_NEAR
            differing = marks(one.words) ^ marks(other.words)
            found = Compared(sign, likeness, tells, languages, differing, cut=i > 0 and j > 0)
            best = max(best, found, key=_strength)
    return best


def _title_weight(one: Compared) -> float:
    if one.sign == Sign.TITLE:
        return 2.5 + min(one.mass, 40.0) / 10
    if one.sign == Sign.TITLE_END:
        return (0.5 if one.cut else 1.5) + min(one.mass, 40.0) / 10
    if one.sign == Sign.TITLE_NEAR:
        return (one.likeness - NEAR) / (1 - NEAR) * (1.0 + min(one.mass, 40.0) / 10) - CUT * one.cut
    return 0.0


def _of_titles(one: Compared) -> list[Evidence]:
    if one.sign is None:
        return []
    told = {
        "likeness": round(one.likeness, 3),
        "languages": list(dict.fromkeys(one.languages)),
        "mass": round(one.mass, 1),
    }
    found = [Evidence(one.sign, _title_weight(one), told)]
    if one.differing:
        found.append(Evidence(Sign.MARKS, -2.0 * len(one.differing), {"marks": sorted(one.differing)[:8]}))
    if one.part:
        found.append(Evidence(Sign.PART, 0.7, {"part": one.part}))
    return found


# numbers


def _numbers(a: Prepared, b: Prepared) -> Evidence | None:
    for one in a.numbers:
        for other in b.numbers:
            if found := _relation(one, other):
                return found
    return None


def _relation(one: Number, other: Number) -> Evidence | None:
    if one.series and one.series == other.series:
        return Evidence(Sign.SERIES, 8.0, {"number": one.series})
    if one.main == other.main and one.part == other.part and one.main:
        if (other.publishers[:1] and other.publishers[0] in one.publishers) or (
            one.publishers[:1] and one.publishers[0] in other.publishers
        ):
            return Evidence(Sign.ADOPTED_NUMBER, 7.0, {"number": _printed(one)})
        if one.shareable:
            return Evidence(Sign.NUMBER, 3.0, {"number": _printed(one)})
    if one.part and one.part == other.main and not other.part and other.shareable:
        return Evidence(Sign.PART_IS_NUMBER, 2.5, {"number": one.part})
    if other.part and other.part == one.main and not one.part and one.shareable:
        return Evidence(Sign.PART_IS_NUMBER, 2.5, {"number": other.part})
    return None


def _printed(one: Number) -> str:
    return f"{one.main}-{one.part}" if one.part else one.main


def _parts_differ(a: Prepared, b: Prepared) -> bool:
    stated = [{title.part for _language, title, _variants in one.titles if title.part} for one in (a, b)]
    return bool(stated[0] and stated[1] and stated[0].isdisjoint(stated[1]))


def _of_number(relation: Evidence | None, closest: Compared, comparable: bool, telling: bool) -> list[Evidence]:
    """A shared number says much with alike titles, little where they cannot be compared, nothing against them."""
    if relation is None:
        return []
    if relation.sign in (Sign.SERIES, Sign.ADOPTED_NUMBER) or closest.sign is not None:
        return [relation]
    if comparable or not telling:
        return []
    return [Evidence(relation.sign, relation.weight * 0.7, relation.details)]


def _telling(a: Prepared, b: Prepared) -> bool:
    return all(number.telling for one in (a, b) for number in one.numbers)


def _of_names(a: Prepared, b: Prepared) -> list[Evidence]:
    """One names the other in its title, or names others of that body instead."""
    for one, other in ((a, b), (b, a)):
        for number in other.numbers:
            hits = [printed for body, printed in one.named if body in number.publishers and printed == number.printed]
            if hits:
                return [Evidence(Sign.NAMED, 5.0, {"number": hits[0]})]
    for one, other in ((a, b), (b, a)):
        bodies = {body for body, _printed in one.named}
        if any(number.publishers[:1] and number.publishers[0] in bodies for number in other.numbers):
            return [Evidence(Sign.NAMED, -2.0, {"number": sorted(printed for _body, printed in one.named)[0]})]
    return []


# beside


def _beside(a: Prepared, b: Prepared) -> list[Evidence]:
    found = []
    if a.given.years and b.given.years:
        apart = min(abs(x - y) for x in a.given.years for y in b.given.years)
        found.append(Evidence(Sign.YEARS, 0.5 - min(apart, 14) * 0.15, {"apart": apart}))
    if a.given.committee and a.given.committee == b.given.committee:
        found.append(Evidence(Sign.COMMITTEE, 1.0, {"committee": a.given.committee}))
    subjects = sorted(set(a.given.ics) & set(b.given.ics))
    if subjects:
        found.append(Evidence(Sign.SUBJECT, 0.7, {"ics": subjects[:5]}))
    return found

"""Which document a reference is, and what is wrong with it. A wrong answer that sounds sure is worse than none.

1. An identifier that reads as the key of a document or edition names it, whatever title stands beside; unless
   the title is that of another document whose identifier is one slip away, or neither title nor date is right:
   then nobody can tell.
2. An identifier that only fits loosely (a publisher or the kind left out) names a document where that is the
   only one and the title, if any, does not speak against it.
3. A title names a document where it is the title of one alone. Beside an identifier that is not known it
   counts only if the identifiers are a slip or two apart.
4. Everything else leaves candidates, or nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from comity.engine import identifiers
from comity.engine.identifiers import Reference
from comity.engine.references import titles
from comity.engine.references.model import (
    WRONG,
    Choice,
    Edition,
    Finding,
    Hit,
    How,
    Known,
    Likeness,
    Outcome,
    Problem,
    Standing,
    Verdict,
    Written,
)
from comity.engine.text import script_language

CANDIDATES = 8
_FITS = frozenset((Likeness.NONE, Likeness.SAME, Likeness.NEAR, Likeness.PART))
CERTAIN = frozenset((Likeness.SAME, Likeness.NEAR))


def choose(written: Written, hits: Sequence[Hit], titled: Sequence[Known] = ()) -> Choice:
    """Which document a reference is.

    Args:
        hits: documents that fit the identifier.
        titled: documents one of whose titles is like the written one.
    """
    named = _best_hits(hits)
    like = {one.pk: titles.best(written.title, _titles(one)) for one in (*titled, *(hit.known for hit in named))}
    of_title = [one for one in _distinct(titled) if like[one.pk] in CERTAIN]
    if named and named[0].how is not How.LOOSE:
        return _by_identifier(written, named, like, of_title)
    if named:
        return _by_number(written, named, like, of_title)
    same = [one for one in of_title if like[one.pk] is Likeness.SAME] or of_title
    part = [one for one in _distinct(titled) if like[one.pk] is Likeness.PART]
    if written.readings:
        return _by_title_beside(written, same, part)
    if len(same) == 1:
        return _found(written, same[0])
    candidates = same or part
    return Choice(Outcome.AMBIGUOUS if candidates else Outcome.NOT_FOUND, candidates=tuple(candidates[:CANDIDATES]))


def settles(written: Written, choice: Choice) -> bool:
    """Whether a line is the title of what was chosen, so that what it mentions is a part of that title."""
    shown = choice.candidates if choice.known is None else (choice.known,)
    return any(titles.best(written.title, _titles(one)) in CERTAIN for one in shown)


def _best_hits(hits: Sequence[Hit]) -> list[Hit]:
    """The surest hits: of the first reading that any fits; and each document once."""
    if not hits:
        return []
    order = list(How)
    rank = min((order.index(hit.how), hit.reading) for hit in hits)
    found: dict[int, Hit] = {}
    for hit in hits:
        if (order.index(hit.how), hit.reading) == rank and (hit.known.pk not in found or hit.edition):
            found[hit.known.pk] = hit
    return list(found.values())


def _by_identifier(
    written: Written, named: Sequence[Hit], like: Mapping[int, Likeness], of_title: Sequence[Known]
) -> Choice:
    """Rule 1."""
    if len(named) > 1:
        fits = [hit for hit in named if like[hit.known.pk] in CERTAIN]
        if len(fits) != 1:
            return _ambiguous([hit.known for hit in named])
        named = fits
    hit = named[0]
    if like[hit.known.pk] in _FITS:
        return _found(written, hit.known, hit)
    others = [one for one in of_title if one.pk != hit.known.pk]
    close = [one for one in others if _one_slip(written, one)]
    if close:
        return _ambiguous([hit.known, *close])
    if written.dated and hit.how is How.EXACT and _edition(written, hit.known, hit) is None:
        return _ambiguous([hit.known, *others])  # neither its date nor its title is right
    return replace(_found(written, hit.known, hit), titled=tuple(others[:CANDIDATES]))


def _by_number(
    written: Written, named: Sequence[Hit], like: Mapping[int, Likeness], of_title: Sequence[Known]
) -> Choice:
    """Rule 2."""
    asked = written.readings[0].reference
    certain = [hit for hit in named if like[hit.known.pk] in CERTAIN]
    if asked.edition and len(certain) > 1:
        certain = [hit for hit in certain if _dated_right(asked, hit.known)] or certain
    if len(certain) == 1:
        return _found(written, certain[0].known, certain[0])
    near = [hit for hit in named if _may_be(asked, hit.known)]
    if len(near) == 1 and like[near[0].known.pk] in _FITS and not certain and _dated_right(asked, near[0].known):
        return _found(written, near[0].known, near[0])
    candidates = _distinct([*(hit.known for hit in near or certain or named), *of_title])
    return (
        _ambiguous(candidates)
        if near or of_title
        else Choice(Outcome.NOT_FOUND, candidates=tuple(candidates[:CANDIDATES]))
    )


def _may_be(asked: Reference, known: Known) -> bool:
    """Whether a document can be what is meant: its publishers are among those written, or the other way round."""
    mine, theirs = set(asked.publishers), set(known.publishers)
    read = identifiers.parse(known.key)
    kinds_fit = not asked.type or asked.type == read.type
    return bool(mine & theirs) and (mine <= theirs or theirs <= mine) and kinds_fit


def _dated_right(asked: Reference, known: Known) -> bool:
    """An edition that is written has to be there, or the number alone would decide too much."""
    return not asked.edition or any(_is_edition(asked.edition, one) for one in known.editions)


def _by_title_beside(written: Written, same: Sequence[Known], part: Sequence[Known]) -> Choice:
    """Rule 3, where an identifier stands beside the title that is not known."""
    slips = [one for one in same if _slips(written, one)]
    if len(slips) == 1:
        return _found(written, slips[0])
    if slips:
        return _ambiguous(slips)
    return Choice(Outcome.NOT_FOUND, candidates=tuple([*same, *part][:CANDIDATES]))


def _one_slip(written: Written, known: Known) -> bool:
    return _apart(written, known, 1) <= 1


def _slips(written: Written, known: Known) -> bool:
    """The identifiers are close: one slip in the number, or the same number under another publisher or kind."""
    return _apart(written, known, 2) <= (1 if len(_digits(known.key)) < 4 else 2)


def _apart(written: Written, known: Known, most: int) -> int:
    """Edits between the identifiers, publishers left out; at most those of one reading."""
    mine = {identifiers.loose(one.reference.document) for one in written.readings}
    theirs = identifiers.loose(known.key)
    return min((titles.distance(one, theirs, most) for one in mine), default=most + 1)


def _digits(key: str) -> str:
    return re.sub(r"\D", "", key)


def _ambiguous(candidates: Sequence[Known]) -> Choice:
    return Choice(Outcome.AMBIGUOUS, candidates=tuple(_distinct(candidates)[:CANDIDATES]))


def _distinct(some: Sequence[Known]) -> list[Known]:
    return list({one.pk: one for one in some}.values())


def _titles(known: Known) -> list[str]:
    return [title for _tag, title in known.titles] + [title for one in known.editions for _tag, title in one.titles]


def _found(written: Written, known: Known, hit: Hit | None = None) -> Choice:
    return Choice(Outcome.FOUND, known, _edition(written, known, hit))


def _edition(written: Written, known: Known, hit: Hit | None) -> Edition | None:
    """The edition that is written; None for an undated reference, or where there is no such edition."""
    if hit and hit.edition and (found := known.edition(hit.edition)):
        asked = {one.reference.edition for one in written.readings}
        return found if asked != {""} or found.key != known.key or hit.how is not How.EXACT else None
    for reading in written.readings:
        asked_for = reading.reference.edition
        found_all = [one for one in known.editions if asked_for and _is_edition(asked_for, one)]
        proper = [one for one in found_all if one.standing is not Standing.DRAFT] or found_all
        if proper:
            return proper[-1]
    return None


def _is_edition(asked: str, one: Edition) -> bool:
    if asked == one.label:
        return True
    year = re.fullmatch(r"(?:19|20)\d\d", asked)
    return bool(year) and asked in re.findall(r"(?:19|20)\d\d", one.label)


def follow(start: int, after: Mapping[int, Sequence[int]], over: Mapping[int, bool]) -> tuple[int, ...]:
    """What stands now in the place of a document: successors, and those of successors that are over themselves.

    Each document is looked at once, so a circle ends; where nothing but a circle is left there is no successor.
    """
    seen, waiting, found = {start}, list(after.get(start, ())), []
    while waiting:
        one = waiting.pop(0)
        if one in seen:
            continue
        seen.add(one)
        if over.get(one, False):
            onward = [next_ for next_ in after.get(one, ()) if next_ not in seen]
            waiting += onward
            if not after.get(one):
                found.append(one)
        else:
            found.append(one)
    standing = [one for one in found if not over.get(one, False)]
    return tuple(standing or found)


def judge(
    written: Written, choice: Choice, following: Sequence[Known] = (), identical: Sequence[int] = ()
) -> Verdict:
    """What is to be said of a reference, and what to write instead.

    Args:
        following: documents that took the place of the one found (see `follow`).
        identical: documents (by primary key) that publish the same text.
    """
    known = choice.known
    if known is None:
        return Verdict(choice)
    current = _current(known, choice.edition)
    found = [
        *_of_identifier(written, choice),
        *_of_title(written, choice),
        *_of_edition(written, choice, current, following),
    ]
    if identical:
        found.append(Finding(Problem.IDENTICAL, documents=tuple(identical)))
    wrong = {one.problem for one in found} & WRONG
    instead = _instead(written, choice, current, following, {one.problem for one in found}) if wrong else ("", "")
    return Verdict(choice, tuple(found), instead, tuple(following))


def _current(known: Known, edition: Edition | None) -> Edition | None:
    """The edition in force, of the same branch where there are branches."""
    standing = [one for one in known.editions if one.standing is Standing.CURRENT]
    if edition is not None and edition.branch:
        standing = [one for one in standing if one.branch == edition.branch]
    stated = next((one for one in standing if one.key == known.current), None)
    return stated or (standing[-1] if standing else None)


def _of_identifier(written: Written, choice: Choice) -> list[Finding]:
    """Said where the identifier is not written as any of those the document is printed under."""
    if choice.known is None:
        return []
    if not written.identifier:
        return [] if written.codes else [Finding(Problem.NO_IDENTIFIER, choice.known.key)]
    names = {choice.known.key, choice.known.identifier}
    if choice.edition:
        names |= {choice.edition.key, choice.edition.identifier}
    mine = _squeezed(written.identifier)
    right = any(_squeezed(name) == mine for name in names)
    if right:
        return []
    reading = next((one for one in written.readings if one.reference.document == choice.known.key), None)
    if reading is not None and not reading.repaired:
        return []
    says = choice.edition.identifier if choice.edition else choice.known.key
    return [Finding(Problem.IDENTIFIER, says)]


def _squeezed(name: str) -> str:
    return re.sub(r"\s+", "", identifiers.normalise(name))


def _of_title(written: Written, choice: Choice) -> list[Finding]:
    if not written.title or choice.known is None:
        return []
    own = choice.edition.titles if choice.edition and choice.edition.titles else choice.known.titles
    right = _title_in(written, own)
    likeness = titles.best(written.title, [title for _tag, title in own])
    if likeness in (Likeness.NONE, Likeness.SAME):
        return []
    if titles.best(written.title, _titles(choice.known)) is Likeness.SAME:
        # Of an undated reference any of its titles is as good as the latest, if that is the document's own.
        return (
            []
            if choice.edition is None and _is_own(written, choice.known)
            else [Finding(Problem.TITLE_OF_EDITION, right)]
        )
    problem = {Likeness.NEAR: Problem.TITLE_SPELLING, Likeness.PART: Problem.TITLE_PART}.get(likeness, Problem.TITLE)
    return [Finding(problem, right, tuple(one.pk for one in choice.titled))]


def _is_own(written: Written, known: Known) -> bool:
    current = known.edition(known.current)
    return titles.best(written.title, [title for _tag, title in (current.titles if current else known.titles)]) is (
        Likeness.SAME
    )


def _title_in(written: Written, known: Sequence[tuple[str, str]]) -> str:
    """The title to write: the one most like what is written, else in its script, else in English, else the first."""
    if not known:
        return ""
    best = max(known, key=lambda pair: titles.overlap(written.title, pair[1])) if written.title else known[0]
    if written.title and titles.overlap(written.title, best[1]) > 0.5:
        return best[1]
    by_tag = dict(reversed(known))
    script = script_language(written.title)
    return by_tag.get(script) or by_tag.get("en") or known[0][1]


def _of_edition(
    written: Written, choice: Choice, current: Edition | None, following: Sequence[Known]
) -> list[Finding]:
    """Said of the edition that is written, or of the document where none is."""
    known, edition = choice.known, choice.edition
    if known is None:
        return []
    found = []
    if edition is None and written.dated:
        found.append(Finding(Problem.NO_EDITION, current.identifier if current else known.identifier))
    if edition is None:
        return [*found, *_of_document(known, current, following)]
    if edition.standing is Standing.DRAFT:
        return [Finding(Problem.DRAFT, current.identifier if current else "")]
    if current is not None and current.key != edition.key and _later(current, edition, known):
        return [Finding(Problem.NEWER, current.identifier)]
    return _over(following) if edition.standing is Standing.OVER else []


def _later(one: Edition, other: Edition, known: Known) -> bool:
    keys = [edition.key for edition in known.editions]
    return keys.index(one.key) > keys.index(other.key)


def _of_document(known: Known, current: Edition | None, following: Sequence[Known]) -> list[Finding]:
    if known.standing is Standing.OVER and current is None:
        return _over(following)
    return [Finding(Problem.DRAFT)] if known.standing is Standing.DRAFT and current is None else []


def _over(following: Sequence[Known]) -> list[Finding]:
    if following:
        says = ", ".join(one.identifier for one in following)
        return [Finding(Problem.SUPERSEDED, says, tuple(one.pk for one in following))]
    return [Finding(Problem.WITHDRAWN)]


def _instead(
    written: Written,
    choice: Choice,
    current: Edition | None,
    following: Sequence[Known],
    problems: set[Problem],
) -> tuple[str, str]:
    """Identifier and title to write. What was dated stays dated; of several successors nobody can choose."""
    known = choice.known
    if known is None:
        return "", ""
    if Problem.SUPERSEDED in problems and len(following) == 1 and following[0].standing is not Standing.OVER:
        known, edition = following[0], None
        current = _current(known, None)
    elif Problem.SUPERSEDED in problems or Problem.WITHDRAWN in problems:
        return "", ""
    else:
        edition = None if problems & {Problem.NEWER, Problem.NO_EDITION} else choice.edition
    edition = edition or current
    own = edition.titles if edition and edition.titles else known.titles
    identifier = edition.identifier if written.dated and edition else known.key
    return identifier, _title_in(written, own)

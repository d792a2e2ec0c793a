"""References as drafts misspell them, found and resolved in the whole catalogue, beside patterns alone.

    python -m bench.references --home NODE [--check] [--seed 17] [--errors]

500 references are made from the records of a node by the rules of `bench.references_made`; what is right is known
from how each was made. `--seed` chooses which; the report is of the seed that nothing was looked at for.
*Right* is: the document that was meant; of a text that belongs to several documents, all of them as candidates;
of what does not exist, nothing. *Confidently wrong* is: another document, without a doubt expressed. The peer reads
the first thing that looks like an identifier by one pattern, and looks it up as it stands.
"""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.harness import Figure, at_least, at_most, finish, median, options
from bench.node import use
from bench.references_made import KINDS, Made, make

HELD_OUT = 7_777_777
RIGHT, WRONG, SECONDS = 0.97, 0.0, 2.0
_PLAIN = re.compile(
    r"\b(?:ISO|IEC|IEEE|ITU-[TR]|ETSI|JIS|NIST|ECMA|OGC|RFC|CISPR)(?:/(?:IEC|IEEE))?"
    r"(?: (?:TR|TS|Std|SP|IR|EN|[A-Z]))*[ -][A-Z]?\.?\d[\w.-]*(?::\d{4})?(?: \(\d\d/\d{4}\))?"
)


def main() -> None:
    parser = options(__doc__ or "", "catalogue")
    parser.add_argument(
        "--home", type=Path, required=True, help="folder of a node with the whole catalogue; only read"
    )
    parser.add_argument("--seed", type=int, default=HELD_OUT, help="which references are made")
    parser.add_argument("--errors", action="store_true", help="print what is not right")
    given = parser.parse_args()
    use(given.home)
    finish(measure(given.seed, given.errors), given)


def measure(seed: int, errors: bool = False) -> list[Figure]:
    from comity.records.viewer import ANYONE
    from comity.standards.queries import references

    made = make(seed)
    text = "\n".join(one.text for one in made)
    references.check_text(text, ANYONE)  # what is prepared once a process is prepared
    seconds = median(lambda: _timed(lambda: references.check_text(text, ANYONE)))
    by_line: dict[int, list[Any]] = defaultdict(list)
    for one in references.check_text(text, ANYONE):
        by_line[one.written.line].append(one)
    judged = [(one, *_judge(one, by_line[line])) for line, one in enumerate(made, 1)]
    if errors:
        _print(judged, by_line)
    plain = _by_pattern(made)
    right = sum(good for _one, good, _bad in judged) / len(judged)
    wrong = sum(bad for _one, _good, bad in judged)
    peer = f"patterns alone {sum(good for good, _bad in plain) / len(plain):.3f}"
    figures = [
        at_least(f"found and resolved right, {len(made)} references, seed {seed}", peer, right, RIGHT, ""),
        at_most("confidently wrong", f"patterns alone {sum(bad for _good, bad in plain)}", float(wrong), WRONG, ""),
        at_most("seconds for all of them, one process", "", seconds, SECONDS, "s"),
    ]
    return figures + [_of_kind(kind, judged, plain) for kind in KINDS]


def _timed(run: Any) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def _of_kind(kind: str, judged: Sequence[tuple[Made, bool, bool]], plain: Sequence[tuple[bool, bool]]) -> Figure:
    mine = [place for place, (one, _good, _bad) in enumerate(judged) if one.kind == kind]
    right = sum(judged[place][1] for place in mine)
    said = sum(judged[place][1] and judged[place][0].told for place in mine)
    beside = f"patterns alone {sum(plain[place][0] for place in mine)}"
    return Figure(
        f"right: {KINDS[kind]}", beside, f"{right} of {len(mine)}" + (f" ({said} with what is wrong)" if said else "")
    )


def _judge(made: Made, found: Sequence[Any]) -> tuple[bool, bool]:
    """Whether the answer is right, and whether it is confidently wrong."""
    if len(found) != 1:
        return False, any(one.found and one.found.key not in made.right for one in found)
    one = found[0]
    if one.outcome == "found":
        good = bool(made.right) and one.found.key in made.right and len(made.right) == 1
        problems = {str(each.problem) for each in one.verdict.findings}
        if good and made.expects and not made.expects & problems:
            return False, False
        return good, one.found.key not in made.right
    if one.outcome == "ambiguous":
        shown = {each.key for each in one.candidates}
        return (len(made.right) > 1 and bool(shown & made.right)) or (
            made.doubtful and bool(shown & made.right)
        ), False
    return not made.right, False


def _by_pattern(made: Sequence[Made]) -> list[tuple[bool, bool]]:
    """The peer: one pattern, looked up as it stands, dated or not."""
    from comity.standards.models import Document, Edition

    found = []
    for one in made:
        match = _PLAIN.search(one.text)
        name = match[0].rstrip(".,-") if match else ""
        edition = Edition.objects.filter(identifier__iexact=name).values_list("document__key", flat=True).first()
        key = edition or Document.objects.filter(key__iexact=name).values_list("key", flat=True).first() or ""
        found.append((key in one.right if key else not one.right, bool(key) and key not in one.right))
    return found


def _print(judged: Sequence[tuple[Made, bool, bool]], by_line: dict[int, list[Any]]) -> None:
    for line, (one, good, bad) in enumerate(judged, 1):
        if good:
            continue
        print(f"{'WRONG' if bad else 'not right'}\t{one.kind}\t{one.text[:160]}\tmeant {sorted(one.right)[:3]}")
        for each in by_line[line]:
            told = [f"{found.problem}: {found.says}" for found in each.verdict.findings]
            print("\t", each.outcome, each.found and each.found.key, [two.key for two in each.candidates], told)


if __name__ == "__main__":
    main()

"""Damage instruments and crosswalks in every way and read them: a reader may refuse them, and do nothing else.

    python -m tests.fuzz formex --seconds 90
    python -m tests.fuzz crosswalk-sssom --seconds 90

Seeds are the samples of that form below `comity/formats/tests/data/instruments`, or `crosswalks`. What makes a
reader raise anything but `FormatError`, take longer than `LIMIT` seconds or give what contradicts itself is kept in
a file, and the run ends with status 1.
"""

from __future__ import annotations

import argparse
import faulthandler
import random
import resource
import sys
import time
import traceback
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

from comity.formats import crosswalks
from comity.formats.instruments import FORMATS, FormatError, SourceInstrument, read

DATA = Path(__file__).resolve().parents[1] / "comity" / "formats" / "tests" / "data"
SAMPLES = DATA / "instruments"
CROSSWALK = "crosswalk-"
"""What the forms of crosswalks begin with here, for some have the names of forms of instruments."""
TARGETS = (*FORMATS, *(CROSSWALK + form for form in crosswalks.FORMATS))
LIMIT = 10.0
MEMORY = 4 * 1024**3
LONGEST = 2 * 1024 * 1024
_MARKS = (
    "< > & \" ' </ /> ]]> <![CDATA[ <!-- <?x &amp; &#0; &#xD800; &nbsp; &x; <!DOCTYPE <!ENTITY [ ] { } , : - |"
    " ; # * ` \\ --- ... &a *a null true 1e999 \\ud800 \\u0000 {{ }} ~2 ( )"
    " () (a) (1) n: Art. § 第一条 \u202e \u2066 \u200b \ufeff"
)
_TOKENS = (*_MARKS.split(" "), "\n", "\t", "\t\t", " ", "\u0663")
_BYTES = (
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xc0\x80",
    b"\xed\xa0\x80",
    b"\xff",
    b"\x1a",
    b"PK\x03\x04",
    b"%PDF-",
    b"\r",
)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("form", choices=TARGETS)
    parser.add_argument("--seconds", type=float, default=90)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=Path("/tmp"), help="folder for what goes wrong")  # noqa: S108
    options = parser.parse_args(arguments)
    seeds = samples(options.form)
    if not seeds:
        print(f"there is no sample of {options.form} in {DATA}", file=sys.stderr)
        return 2
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    return run(options.form, seeds, options.seconds, random.Random(options.seed), options.keep)


def samples(form: str) -> list[bytes]:
    """The seeds of a form: files named after it, such as `formex.xml` and `formex.annex.xml`."""
    folder = DATA / "crosswalks" if form.startswith(CROSSWALK) else SAMPLES
    return [path.read_bytes() for path in sorted(folder.glob(f"{form.removeprefix(CROSSWALK)}.*"))]


def run(form: str, seeds: list[bytes], seconds: float, chance: random.Random, keep: Path) -> int:
    """Read damaged seeds until the time is over or something goes wrong; print how it went."""
    counts = {"read": 0, "refused": 0}
    slowest = 0.0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        content = damaged(seeds, chance)
        started = time.monotonic()
        # A reader that never comes back is shown where it hangs.
        faulthandler.dump_traceback_later(6 * LIMIT, exit=True)
        problem, outcome = attempt(content, form)
        faulthandler.cancel_dump_traceback_later()
        taken = time.monotonic() - started
        slowest = max(slowest, taken)
        if taken > LIMIT:
            problem = problem or f"it took {taken:.1f} seconds"
        if problem:
            path = keep / f"comity-fuzz-{form}"
            path.write_bytes(content)
            print(f"{form}: {problem}\nthe input is in {path}")
            return 1
        counts[outcome] += 1
    print(
        f"{form}: {sum(counts.values())} inputs, {counts['read']} read, slowest {slowest:.2f} s, nothing else raised"
    )
    return 0


def attempt(content: bytes, form: str) -> tuple[str, str]:
    """What went wrong with one input ("" where nothing did), and whether it was "read" or "refused"."""
    try:
        contradiction = outcome_of(content, form)
    except FormatError as error:
        return "" if error.reason.strip() else "it was refused without a reason", "refused"
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        return traceback.format_exc(limit=-6), "refused"
    return contradiction, "read"


def outcome_of(content: bytes, form: str) -> str:
    """Read one input; what is contradictory about what it gives."""
    if not form.startswith(CROSSWALK):
        return check(read(content, file="fuzz", form=form))
    found = crosswalks.read_all(content, file="fuzz", form=form.removeprefix(CROSSWALK))
    return next(filter(None, map(check_crosswalk, found)), "" if found else "there are no crosswalks")


def check_crosswalk(crosswalk: crosswalks.SourceCrosswalk) -> str:
    """What is contradictory about a crosswalk; "" where nothing is."""
    pairs = [(one.source_ref, one.target_ref) for one in crosswalk.mappings]
    if len(set(pairs)) < len(pairs) or not all(map(all, pairs)):
        return "a pair is there twice, or lacks a clause"
    if any(one.relation not in crosswalks.RELATIONS for one in crosswalk.mappings):
        return "a relation is none that there is"
    texts = [crosswalk.source_name, crosswalk.title, *crosswalk.no_counterpart]
    texts += [
        text
        for one in crosswalk.mappings
        for text in (one.source_ref, one.target_ref, one.publisher_word, one.rationale)
    ]
    return "a text holds what is no character" if any(map(_is_broken, texts)) else ""


def check(instrument: SourceInstrument) -> str:
    """What is contradictory about an instrument; "" where nothing is."""
    seen: set[str] = set()
    for clause in instrument.clauses:
        if not clause.ref or clause.ref in seen:
            return f"the ref {clause.ref!r} is empty or there twice"
        if clause.parent is not None and clause.parent not in seen:
            return f"{clause.ref!r} stands before its parent {clause.parent!r}"
        seen.add(clause.ref)
    texts = (
        text for clause in instrument.clauses for text in (clause.ref, clause.heading, clause.text, clause.guidance)
    )
    if any(map(_is_broken, texts)):
        return "a text holds what is no character"
    return "" if seen else "there are no clauses"


def _is_broken(text: str) -> bool:
    return "\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text)


def damaged(seeds: list[bytes], chance: random.Random) -> bytes:
    """A seed with a few changes; of a zip file, now and then, inside."""
    content = chance.choice(seeds)
    if content.startswith(b"PK") and chance.random() < 0.8:
        return repacked(content, chance) or content
    for _ in range(chance.choice((1, 1, 2, 3, 8, 20))):
        content = chance.choice(_CHANGES)(content, chance, seeds)[:LONGEST]
    return content


def repacked(content: bytes, chance: random.Random) -> bytes:
    """A zip file with one member damaged."""
    packed = BytesIO()
    try:
        with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
            victim = chance.choice(old.namelist())
            for name in old.namelist():
                data = old.read(name)
                new.writestr(name, damaged([data], chance) if name == victim else data)
    except (zipfile.BadZipFile, ValueError):
        return b""
    return packed.getvalue()


def _place(content: bytes, chance: random.Random) -> int:
    return chance.randrange(len(content) + 1)


def _slice(content: bytes, chance: random.Random) -> tuple[int, int]:
    start = _place(content, chance)
    return start, start + chance.choice((1, 2, 5, 20, 100, 1000))


def _flip(content: bytes, chance: random.Random, _seeds: list[bytes]) -> bytes:
    place = _place(content, chance)
    return content[:place] + bytes([chance.randrange(256)]) + content[place + 1 :]


def _insert(content: bytes, chance: random.Random, _seeds: list[bytes]) -> bytes:
    token = chance.choice(_BYTES) if chance.random() < 0.2 else chance.choice(_TOKENS).encode()
    place, times = _place(content, chance), chance.choice((1, 1, 1, 2, 50, 3000))
    return content[:place] + token * times + content[place:]


def _delete(content: bytes, chance: random.Random, _seeds: list[bytes]) -> bytes:
    start, end = _slice(content, chance)
    return content[:start] + content[end:]


def _repeat(content: bytes, chance: random.Random, _seeds: list[bytes]) -> bytes:
    start, end = _slice(content, chance)
    return content[:end] + content[start:end] * chance.choice((1, 2, 40, 2000)) + content[end:]


def _move(content: bytes, chance: random.Random, _seeds: list[bytes]) -> bytes:
    start, end = _slice(content, chance)
    place = _place(content, chance)
    return content[:place] + content[start:end] + content[place:]


def _truncate(content: bytes, chance: random.Random, _seeds: list[bytes]) -> bytes:
    return content[: _place(content, chance)]


def _splice(content: bytes, chance: random.Random, seeds: list[bytes]) -> bytes:
    other = chance.choice(seeds)
    return content[: _place(content, chance)] + other[_place(other, chance) :]


def _lines(content: bytes, chance: random.Random, _seeds: list[bytes]) -> bytes:
    """Lines in another order, or one of them over and over."""
    lines = content.split(b"\n")
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    if chance.random() < 0.3:
        lines[one:one] = [lines[other]] * min(chance.choice((1, 10, 5000)), LONGEST // (len(lines[other]) + 1))
    return b"\n".join(lines)


def _words(content: bytes, chance: random.Random, _seeds: list[bytes]) -> bytes:
    """One word in place of another: names of elements, refs of parents, languages."""
    words = list(_found(content))
    if len(words) < 2:
        return content
    one, other = chance.choice(words), chance.choice(words)
    return content.replace(one, other, chance.choice((1, 1, 2, -1)))


def _found(content: bytes) -> Iterator[bytes]:
    word = b""
    for piece in content[:100_000].replace(b"\n", b" ").split(b" "):
        word = piece.strip(b"<>/\"',:=[]{}()")
        if 1 < len(word) < 40:
            yield word


def _recoded(content: bytes, chance: random.Random, _seeds: list[bytes]) -> bytes:
    """The same in another encoding, whatever it says of itself."""
    text = content.decode("utf-8", "replace")
    return text.encode(
        chance.choice(("utf-16", "utf-16-le", "latin-1", "cp1252", "gb18030", "utf-32", "utf-8-sig")), "replace"
    )


def _nested(content: bytes, chance: random.Random, _seeds: list[bytes]) -> bytes:
    opening, closing = chance.choice(
        ((b"[", b"]"), (b'{"a":', b"}"), (b"<p>", b"</p>"), (b"- ", b""), (b"(", b")"), (b"> ", b""))
    )
    place, times = _place(content, chance), chance.choice((30, 90, 300, 20_000))
    return content[:place] + opening * times + closing * times + content[place:]


_Change = Callable[[bytes, random.Random, list[bytes]], bytes]
_CHANGES: tuple[_Change, ...] = (
    _flip, _flip, _insert, _insert, _delete, _repeat, _move, _truncate, _splice, _lines, _words, _words, _recoded,
    _nested,
)  # fmt: skip

if __name__ == "__main__":
    sys.exit(main())

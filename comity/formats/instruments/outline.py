"""From paragraphs to clauses: which numbers are those of provisions, and which clause each stands under.

A number is believed where its style says so, or where it continues what was counted before it: (h) is followed by
(i) of the letters, (i) alone by (ii) of the Roman numerals; "Article 5 shall apply" is no heading. What could be
told from neither is marked with a doubt, for a person to look at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from comity.formats.instruments.growth import MAX_HEADING_GUESS, RANKS, Draft, could_head
from comity.formats.instruments.headings import by_headings
from comity.formats.instruments.model import MAX_CLAUSES, SourceClause
from comity.formats.instruments.numbering import DASH, DIVISIONS, PREFIXES, Label, without_bullet
from comity.formats.instruments.points import Points
from comity.formats.instruments.survey import Block, ends, runs_on, stem, survey, without_contents

_DECIMAL_RANK = 10
_CONTROL_RANK = 30
_POINT_RANK = 100
_SEPARATORS = " \t\xa0.:：．–—-|"
_BRACKETED = re.compile(r"[(（]([^()（）]{1,120})[)）]\s*")
_SENTENCE = re.compile(r"(.{3,200}?)\.\s+(?=\S)")
_PREAMBLE = re.compile(
    r"(?:preamb(?:le|ule|olo|uła|el)|préambule|pre[áâ]mbulo|präambel|преамбула|الديباجة|ديباجة|序\s?言|前\s?文|전문)"
    r"(?-i:(?=\s*[:.]?\s*(?:$|[^\W\d_a-zß-ÿа-я])))",
    re.IGNORECASE,
)


def clauses(blocks: Iterable[Block]) -> tuple[list[SourceClause], tuple[str, ...]]:
    """Return the clauses of a file in its order, and what people should know about them.

    Nothing is raised; a file in which nothing was recognised gives no clauses.
    """
    kept = without_contents([block for block in blocks if block.text.strip()])
    found = survey(kept)
    if not found.numbered:
        return by_headings(kept), ()
    outline = _Outline(kept, found)
    outline.read()
    return outline.result()


class _Outline(Points):
    """The tree, with all that carries a number or is a heading."""

    def read(self) -> None:
        for place, block in enumerate(self.blocks):
            self.place = place
            if len(self.drafts) > MAX_CLAUSES:
                return  # which `settled` refuses
            if self.quoted[self.place] or not (self.numbered(block) or self.headed(block)):
                self.words(block)

    def result(self) -> tuple[list[SourceClause], tuple[str, ...]]:
        warnings: tuple[str, ...] = ()
        if self.before > 200:
            warnings = (f"{self.before:,} characters before the first clause were left out (title, preamble).",)
        return [draft.clause() for draft in self.without_lone_divisions()], warnings

    # What a block is.

    def numbered(self, block: Block) -> bool:
        if block.fixed:
            return False
        if dash := DASH.match(block.text):
            return self.dash(block, block.text[dash.end() :])
        line = without_bullet(block.text)
        label = block.label
        return label is not None and self.accepts(label, block, line[label.end :])

    def accepts(self, label: Label, block: Block, rest: str) -> bool:
        if not block.set_apart and label.style in ("word", "") and _goes_on(rest):
            return False
        if label.family in DIVISIONS:
            return self.division(label, block, rest)
        if label.family in ("point", "number") and self.is_top_number(label, block, rest):
            return self.decimal(label, block, rest)
        if label.family == "point":
            return self.point(label, block, rest)
        handler = {"annex": self.annex, "article": self.article, "code": self.code, "decimal": self.decimal}
        handler["control"] = self.control
        return handler[label.family](label, block, rest) if label.family in handler else False

    def headed(self, block: Block) -> bool:
        """A heading without a number: a title before all else, a heading still awaited, or a clause of its own."""
        if self.awaits_heading():
            return False
        if self.found.stems and self.is_named(block):
            self.named(block)
            return True
        if not self.drafts and _PREAMBLE.match(block.text) and not block.fixed:
            self.preamble(block)
            return True
        if not block.level or not self.drafts or self.found.code:
            return False
        while self.open and (self.open[-1].rank >= _POINT_RANK or not 0 < self.open[-1].level < block.level):
            self.open.pop()
        self.add_heading(block)
        return True

    def preamble(self, block: Block) -> None:
        draft = self.add("Preamble", "preamble", block, "made", RANKS["article"])
        if text := _PREAMBLE.sub("", block.text).lstrip(_SEPARATORS):
            draft.texts.append(text)

    def words(self, block: Block) -> None:
        if not self.open:
            self.before += len(block.text)
            return
        holder = self.open[-1]
        if self.awaits_heading():
            holder.titled = True
            if not self.quoted[self.place] and not block.fixed and _heads(block, holder):
                holder.heading = block.text
                if not block.set_apart and holder.family == "article":
                    holder.doubt("heading")
                return
        if holder.kind == "recital" and block.text.isupper() and ends(block.text):
            self.open = []  # "HAVE ADOPTED THIS REGULATION:"
            return
        if "heading" in holder.doubts and not holder.texts and block.text[0].islower():
            holder.texts, holder.heading = [f"{holder.heading} {block.text}"], ""  # it was a line of a text
            holder.doubts.remove("heading")
            return
        if block.loose and holder.texts:
            holder.texts[-1] += f" {block.text}"
        else:
            holder.texts.append(block.text)

    def awaits_heading(self) -> bool:
        return bool(self.open) and not self.open[-1].titled

    def division(self, label: Label, block: Block, rest: str) -> bool:
        heading = rest.strip(_SEPARATORS)
        if self.found.code and label.family == "section":
            return False  # the sections of a bill are the frame around those of the code that it changes
        if not block.set_apart and (runs_on(block.text, label) or len(heading) > 2 * MAX_HEADING_GUESS):
            return False
        rank = RANKS[label.family]
        above = [draft for draft in self.open if draft.rank < rank]
        key = (label.family, above[-1].ref if above else "")
        if not block.set_apart and not self.continues(key, label):
            return False
        self.open = above
        ref = PREFIXES[label.family] + self.division_number(label)
        draft = self.add(f"{above[-1].ref}.{ref}" if above else ref, _division_kind(label), block, label.family, rank)
        self.count(key, label, draft)
        draft.heading, draft.titled = heading, bool(heading)
        return True

    def division_number(self, label: Label) -> str:
        """Sections of annexes are counted, whether they are called 1, A or I."""
        if self.open and self.open[0].family == "annex" and label.family == "section":
            return str(label.order)
        return label.number

    def annex(self, label: Label, block: Block, rest: str) -> bool:
        heading = rest.strip(_SEPARATORS)
        key = ("annex", "")
        short = len(heading) <= MAX_HEADING_GUESS and not ends(heading)
        follows = label.order == self.last.get(key, (0,))[0] + 1
        if not block.set_apart and (runs_on(block.text, label) or not (short or follows)):
            return False
        self.open = []
        draft = self.add(f"Annex {label.number}".strip(), "annex", block, "annex", 0)
        draft.number = label.number
        self.count(key, label, draft)
        if block.set_apart or short:
            draft.heading, draft.titled = heading, bool(heading)
        else:
            draft.doubt("heading")
            self.say(draft, block, heading)
        return True

    def article(self, label: Label, block: Block, rest: str) -> bool:
        rest = rest.lstrip(_SEPARATORS).rstrip()
        key = ("article", self.scope())
        fresh = bool(self.open) and self.open[-1].family in DIVISIONS and label.order == 1
        # "... referred to in / Article 63." may be the end of a sentence.
        follows = fresh or self.continues(key, label, bool(rest) or block.text.endswith("."))
        if not block.set_apart and (runs_on(block.text, label) or not follows):
            return False
        self.close(RANKS["article"])
        annex = f"{self.open[0].ref}." if self.scope() else ""
        draft = self.add(f"{annex}Art.{label.number}", "article", block, "article", RANKS["article"])
        draft.style = label.style
        self.count(key, label, draft)
        self.open_words(draft, block, rest)
        return True

    def open_words(self, draft: Draft, block: Block, rest: str) -> None:
        """What follows the number of an article: a heading in brackets, a heading, or its text."""
        draft.titled = bool(rest)
        if found := _BRACKETED.match(rest):
            draft.heading, rest = found[1], rest[found.end() :]
        elif rest and (block.set_apart or (len(rest) <= MAX_HEADING_GUESS and not ends(rest))):
            draft.heading = rest
            if not block.set_apart:
                draft.doubt("heading")
            return
        self.say(draft, block, rest)

    def code(self, label: Label, block: Block, rest: str) -> bool:
        key = ("code", self.scope())
        number = tuple(int(part) for part in re.findall(r"\d+", label.number))
        if not block.set_apart and (runs_on(block.text, label) or number <= self.last.get(key, ())):
            return False
        self.last[key] = number
        self.close(RANKS["code"])
        draft = self.add(label.number, "article", block, "code", RANKS["code"])
        rest = rest.lstrip(_SEPARATORS).rstrip()
        if found := _SENTENCE.match(rest):
            draft.heading, rest = found[1], rest[found.end() :]
        elif rest and len(rest) <= MAX_HEADING_GUESS:
            draft.heading, rest = rest.rstrip("."), ""
        self.say(draft, block, rest)
        return True

    def is_top_number(self, label: Label, block: Block, rest: str) -> bool:
        """Whether "4 Context" or "4. Context" is a clause of a standard, and no item of a list."""
        self.leave_unnumbered(block)
        inside = [draft for draft in self.open if draft.rank < _DECIMAL_RANK]
        if self.found.law or inside or label.style not in ("", ".") or label.readings[0][0] != "1":
            return False
        if not block.set_apart and not (self.found.decimal and could_head(rest)):
            return False
        last = self.last.get(("top", ""), (0,))[0]
        first_below = self.comes(f"{label.number}.1") and last < label.order <= last + 10
        if label.order == last + 1 or first_below or (block.set_apart and label.order > last):
            self.last["top", ""] = (label.order,)
            return True
        return False

    def leave_unnumbered(self, block: Block) -> None:
        """Close headings without a number that a heading as high, or higher, ends."""
        while block.level and self.open and self.open[-1].family == "made" and self.open[-1].level >= block.level:
            self.open.pop()

    def comes(self, number: str) -> bool:
        """Whether the next decimal number is this one."""
        following = self.upcoming("decimal")
        return following is not None and following.number == number

    def decimal(self, label: Label, block: Block, rest: str) -> bool:
        parts = label.number.split(".")
        above = self.decimal_parent(parts)
        single = len(parts) == 1
        if not block.set_apart and not single and not self.next_decimal(label, parts, block):
            return False
        if self.found.law and self.open and self.open[-1].family not in ("decimal", "annex"):
            return False
        if above is not None:
            self.reopen(above)
        else:
            self.close(_DECIMAL_RANK)
        draft = self.add(label.number, "clause", block, "decimal", _DECIMAL_RANK + len(parts))
        draft.order = label.order
        if above is None and not single and self.found.decimal and parts[0].isdigit():
            draft.doubt("level")
        before = self.counted.get(".".join(parts[:-1]), 0)
        if before and label.order > before + 1:
            draft.doubt("skipped")
        self.counted[".".join(parts[:-1])] = label.order
        self.head_or_say(draft, block, rest.lstrip(_SEPARATORS).rstrip())
        return True

    def decimal_parent(self, parts: Sequence[str]) -> Draft | None:
        for length in range(len(parts) - 1, 0, -1):
            if (draft := self.known.get(".".join(parts[:length]))) and draft.family == "decimal":
                return draft
        return self.known.get(f"Annex {parts[0]}") if parts[0].isalpha() else None

    def next_decimal(self, label: Label, parts: Sequence[str], block: Block) -> bool:
        if label.number in self.known or runs_on(block.text, label):
            return False
        before = self.counted.get(".".join(parts[:-1]), 0)
        return label.order == before + 1 or (before == 0 and label.order <= 2)

    def is_named(self, block: Block) -> bool:
        """Whether a line is the group of controls whose stem is its first word: "GOVERN", "AC Access control"."""
        word = block.text.split(maxsplit=1)[0].strip(":.-–—")
        if word not in self.found.stems or word in self.known or block.fixed or block.label:
            return False
        return block.set_apart or (could_head(block.text) and self.controls_follow(word))

    def controls_follow(self, word: str) -> bool:
        """Whether the next control is one of this stem."""
        following = self.upcoming("control")
        return following is not None and stem(following.number) == word

    def named(self, block: Block) -> None:
        word, *rest = block.text.split(maxsplit=1)
        word = word.strip(":.-–—")
        self.close(_CONTROL_RANK)
        draft = self.add(word, "group", block, "control", _CONTROL_RANK)
        draft.heading = rest[0].strip(_SEPARATORS) if rest else ""

    def control(self, label: Label, block: Block, rest: str) -> bool:
        word = stem(label.number)
        if word not in self.found.stems and not block.level:
            return False
        separated = rest[:1] in (":", ".", "-", "–", "—", "|", "")
        if not block.set_apart and (label.number in self.known or (runs_on(block.text, label) and not separated)):
            return block.text[:1] != without_bullet(block.text)[:1] and self.control_here(label, block, rest)
        return self.control_here(label, block, rest)

    def control_here(self, label: Label, block: Block, rest: str) -> bool:
        above = self.control_parent(label.number)
        if above is not None:
            self.reopen(above)
        else:
            self.close(_CONTROL_RANK)
        depth = above.rank + 1 if above is not None else _CONTROL_RANK
        draft = self.add(label.number, "control", block, "control", depth)
        if above is not None and above.kind == "control" and above.heading == "" and not above.texts:
            above.kind = "group"
        self.head_or_say(draft, block, rest.lstrip(_SEPARATORS).rstrip())
        return True

    def control_parent(self, number: str) -> Draft | None:
        """The control or group that an identifier continues: AC-2 for AC-2(1), GOVERN 1 for GOVERN 1.1."""
        for end in range(len(number) - 1, 0, -1):
            if number[end] in " .-(" and (draft := self.known.get(number[:end])) and draft.family == "control":
                return draft
        return None

    def head_or_say(self, draft: Draft, block: Block, rest: str) -> None:
        if block.level or (rest and (block.strong or could_head(rest))):
            draft.heading = rest
            if not block.set_apart:
                draft.doubt("heading")
        else:
            self.say(draft, block, rest)

    def without_lone_divisions(self) -> list[Draft]:
        """The drafts without a division that stands alone and is not the first: it says where all this belongs."""
        dropped = {
            id(draft)
            for family in DIVISIONS
            if len(found := [draft for draft in self.drafts if draft.family == family]) == 1
            for draft in found
            if not draft.texts and draft.parent is None and "skipped" in draft.doubts
        }
        for draft in self.drafts:
            if draft.parent is not None and id(draft.parent) in dropped:
                draft.parent = None
        return [draft for draft in self.drafts if id(draft) not in dropped]


def _goes_on(rest: str) -> bool:
    """Whether what follows a number shows that it is part of a sentence: "Article 6(1)", "Annex I, section A"."""
    return rest[:1] in tuple(",;(/)]") and not rest.startswith(("(Art", "( "))


def _heads(block: Block, holder: Draft) -> bool:
    """Whether a block is the heading of what was just opened by its number alone."""
    if block.set_apart:
        return True
    longest = MAX_HEADING_GUESS if holder.family == "article" else 2 * MAX_HEADING_GUESS
    return len(block.text) <= longest and not ends(block.text) and not block.text[0].islower()


def _division_kind(label: Label) -> str:
    return {"title": "part", "subsection": "section"}.get(label.family, label.family)

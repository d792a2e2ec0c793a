"""Points: "1.", "(a)", "(iv)", "—". What such a number means shows only in its sequence."""

from __future__ import annotations

from comity.formats.instruments.growth import AHEAD, RANKS, Draft, Tree, could_head
from comity.formats.instruments.numbering import Label, point, without_bullet
from comity.formats.instruments.survey import Block, ends

_RANK = 100


class Points(Tree):
    """The tree, with the lists in its clauses."""

    def point(self, label: Label, block: Block, rest: str, *, chained: bool = False) -> bool:
        if self.is_recital(label):
            return self.recital(label, block, rest)
        if not (self.may_hold_points(label) or self.under_heading(label)):
            return False
        level, sort, order = self.sequence(label, block, chained)
        if not sort:
            return False
        if level is not None:
            self.reopen(level.parent)
        elif self.open and self.open[-1].family == "code":
            self.reopen(self.open[-1])
        draft = self.add(self.point_ref(label, sort, order), "point", block, "point", self.point_rank())
        draft.style, draft.sort, draft.order, draft.number = label.style, sort, order, label.number
        if level is not None and order > level.order + 1:
            draft.doubt("skipped")
        if chained:
            draft.doubt("recognised")
        draft.kind = self.point_kind(draft)
        rest = rest.strip(" \t\xa0")
        if self.container() is None and rest and (block.set_apart or self.heads_point(block, rest)):
            draft.heading = rest
            if not block.set_apart:
                draft.doubt("heading")
        else:
            self.say(draft, block, rest)
        return True

    def dash(self, block: Block, words: str) -> bool:
        """A point that has only a dash for a number, in a law: after a colon, or after another such."""
        container = self.container()
        if not self.open or container is None or container.family == "code" or container.style == "第":
            return False
        holder = self.open[-1]
        if holder.style == "—" and holder.parent is not None:
            self.reopen(holder.parent)
        elif not (holder.texts and holder.texts[-1].endswith(":")):
            return False
        order = holder.order + 1 if holder.style == "—" else 1
        draft = self.add(f"{self.open[-1].ref}(-{order})", "point", block, "point", self.point_rank())
        draft.style, draft.sort, draft.order = "—", "-", order
        draft.texts.append(words)
        return True

    def container(self) -> Draft | None:
        """The article, section of a code or annex of a law that is open: its points are written (1)(a)."""
        families = ("article", "code", "annex") if self.found.law else ("article", "code")
        return next((draft for draft in reversed(self.open) if draft.family in families), None)

    def may_hold_points(self, label: Label) -> bool:
        holder = self.open[-1] if self.open else None
        if holder is None:
            return not (self.found.law or self.found.decimal or self.found.stems)
        if holder.kind == "recital" or holder.family in ("control", "made"):
            return False
        container = self.container()
        if container is None:
            return True
        if container.family == "code":
            return label.style == "()" and label.readings[0][0] == "1"
        # Items of a Chinese article are part of it; nobody cites them apart from its paragraphs.
        return container.style != "第" and label.readings[0][0] != "一"

    def sequence(self, label: Label, block: Block, chained: bool) -> tuple[Draft | None, str, int]:
        """The point that this one follows in its list (None for the first of a new one), and how to read it."""
        follows = self.followed(label)
        starts = next((reading for reading in label.readings if reading[1] == 1), None)
        if chained:
            follows = None  # what follows a number in its own line can only be the first below it
        if starts and (follows or block.loose) and self.next_is_second(label, starts[0]):
            follows = None
        elif block.loose:
            starts = None
        if follows:
            return follows
        if self.is_pressed(block) and not (starts and self.next_is_second(label, starts[0])):
            return None, "", 0
        if starts and chained and self.restarted(label.style, starts[0]):
            return None, "", 0
        if starts:
            return self.restarted(label.style, starts[0]), *starts
        for level in reversed(self.open):
            if level.family == "point" and level.style == label.style and not (chained or block.loose):
                for sort, order in label.readings:
                    if sort == level.sort and level.order < order <= level.order + 3:
                        return level, sort, order
        if block.set_apart and not chained:
            return None, *label.readings[0]
        return None, "", 0

    def under_heading(self, label: Label) -> bool:
        """Open the heading without a number that a list "I.", "II." stands under, though a control is still open.

        Nobody counts the items of a control in Roman capitals, so the text from that heading on is no longer its own.
        """
        holder = self.open[-1] if self.open else None
        if holder is None or holder.family != "control" or ("I", 1) not in label.readings:
            return False
        if not self.next_is_second(label, "I"):
            return False
        # The texts of the control are the paragraphs before this one, the latest last.
        texts = holder.texts
        for back in range(1, min(len(texts), self.place, AHEAD) + 1):
            heading = self.blocks[self.place - back]
            if texts[-back] != heading.text:
                return False
            if back > 1 and _heads_text(heading, self.blocks[self.place - back + 1]):
                self.open_heading(holder, heading, len(texts) - back)
                return True
        return False

    def open_heading(self, holder: Draft, heading: Block, start: int) -> None:
        """Make a heading, and the texts after it, a clause of its own beside the controls."""
        while self.open and self.open[-1].family == "control":
            self.open.pop()
        draft = self.add_heading(heading)
        draft.texts = holder.texts[start + 1 :]
        del holder.texts[start:]

    def followed(self, label: Label) -> tuple[Draft, str, int] | None:
        for level in reversed(self.open):
            if level.family != "point" or level.style != label.style:
                continue
            for sort, order in label.readings:
                inserted = order == level.order and label.number > level.number  # "3 bis" after "3"
                if sort == level.sort and (inserted or order == level.order + 1):
                    return level, sort, order
        return None

    def is_pressed(self, block: Block) -> bool:
        """Whether a number follows the text before it without an empty line, where others stand apart.

        Such a number may be part of that text, unless it counts on or another counts on from it.
        """
        return block.tight and self.found.spaced and self.container() is None and not block.set_apart

    def restarted(self, style: str, sort: str) -> Draft | None:
        """The list of the same style that is begun again, as some paragraphs have two lists (a), (b)."""
        return next((level for level in self.open if level.style == style and level.sort == sort), None)

    def next_is_second(self, label: Label, sort: str) -> bool:
        """Whether the next number of this style is the second of a list that would begin here."""
        following = self.upcoming("point", label.style)
        return following is not None and (sort, 2) in following.readings

    def point_ref(self, label: Label, sort: str, order: int) -> str:
        number = str(order) if sort == "一" else label.number
        if not self.open:
            return number
        above = self.open[-1]
        bracketed = self.container() is not None or label.style == "()" or (above.family == "decimal" and sort == "1")
        return f"{above.ref}({number})" if bracketed else f"{above.ref}.{number}"

    def point_rank(self) -> int:
        above = self.open[-1].rank if self.open else 0
        return max(_RANK, above + 1)

    def point_kind(self, draft: Draft) -> str:
        under_article = draft.parent is not None and draft.parent.family in ("article", "code")
        if under_article and draft.sort == "1" and draft.style != ")":
            return "paragraph"
        return "point" if self.container() is not None else "clause"

    def heads_point(self, block: Block, rest: str) -> bool:
        """Whether the words of a point are a heading over the text that follows."""
        following = self.blocks[self.place + 1 : self.place + 2]
        return could_head(rest) and bool(following) and following[0].label is None

    def is_recital(self, label: Label) -> bool:
        if not self.found.law or label.style != "()" or label.readings[0][0] != "1":
            return False
        return not self.drafts or self.drafts[-1].kind == "recital"

    def recital(self, label: Label, block: Block, rest: str) -> bool:
        if label.order != self.last.get(("recital", ""), (0,))[0] + 1:
            return False
        self.last["recital", ""] = (label.order,)
        self.open = []
        draft = self.add(f"Recital {label.number}", "recital", block, "recital", RANKS["article"])
        draft.texts.append(rest.strip())
        return True

    def say(self, draft: Draft, block: Block, text: str) -> None:
        """Add words to a clause, which may begin with the number of one below it: "5. (a) ..."."""
        text = text.strip()
        label = point(text)
        if label and self.point(label, block, text[label.end :], chained=True):
            return
        if text:
            draft.texts.append(text)


def _heads_text(block: Block, after: Block) -> bool:
    """Whether a line stands apart from what is before it, as a heading does, and has its text right below."""
    if block.fixed or block.tight or block.label or without_bullet(block.text) != block.text:
        return False
    return block.text[0].isalpha() and could_head(block.text) and after.tight and ends(after.text)

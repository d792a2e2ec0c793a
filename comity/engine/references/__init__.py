"""References as a draft lists them: found in its text, compared with what is known, judged.

Nothing here reads the catalogue: `find` tells what is written, whoever knows documents hands over facts,
and `choose` and `judge` tell what comes of it.
"""

from comity.engine.references.finding import find, of_fields, of_line
from comity.engine.references.judging import CERTAIN, choose, follow, judge, settles
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
    Reading,
    Standing,
    Verdict,
    Written,
)
from comity.engine.references.titles import best, compare, folded, overlap, variants

__all__ = [
    "CERTAIN",
    "WRONG",
    "Choice",
    "Edition",
    "Finding",
    "Hit",
    "How",
    "Known",
    "Likeness",
    "Outcome",
    "Problem",
    "Reading",
    "Standing",
    "Verdict",
    "Written",
    "best",
    "choose",
    "compare",
    "find",
    "folded",
    "follow",
    "judge",
    "of_fields",
    "of_line",
    "overlap",
    "settles",
    "variants",
]

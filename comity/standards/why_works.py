"""Why two documents may be the same work, in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from comity.engine.works import Sign
from comity.standards.models import SameWork

_SENTENCES = {
    Sign.TITLE: gettext_lazy("Both have the same title."),
    Sign.TITLE_END: gettext_lazy("Their titles are the same after what one of them begins with."),
    Sign.MEANING: gettext_lazy("Titles in two languages mean the same (likeness %(similarity)s)."),
    Sign.ADOPTED_NUMBER: gettext_lazy("The identifier of one holds the number %(number)s of the other."),
    Sign.SERIES: gettext_lazy("By the rule of both bodies' number series they belong together (%(number)s)."),
    Sign.NUMBER: gettext_lazy("Both have the number %(number)s."),
    Sign.PART_IS_NUMBER: gettext_lazy("One is part %(number)s, the other has that number."),
    Sign.NAMED: gettext_lazy("A title names the number %(number)s."),
    Sign.PART: gettext_lazy("Both say they are part %(part)s."),
    Sign.ONLY: gettext_lazy("Neither has another counterpart in the other's body."),
    Sign.RIVALS: gettext_lazy("Both have others that are as likely (%(count)s or more)."),
    Sign.COMMITTEE: gettext_lazy("Both are of the committee %(committee)s."),
}


def why(one: SameWork) -> list[dict[str, Any]]:
    """The reasons, the weightiest first, each with whether it speaks for or against."""
    return [
        {"text": _sentence(each["sign"], each["details"]), "for": each["weight"] > 0, "weight": abs(each["weight"])}
        for each in one.evidence
    ]


def _sentence(sign: str, details: dict[str, Any]) -> str:
    if sign in _SENTENCES:
        return str(_SENTENCES[Sign(sign)]) % details
    if sign == Sign.TITLE_NEAR:
        return _("Their titles are nearly the same (likeness %(likeness)s).") % details
    if sign == Sign.YEARS:
        apart = details["apart"]
        if not apart:
            return _("Both were published in the same year.")
        return ngettext("They were published %(n)s year apart.", "They were published %(n)s years apart.", apart) % {
            "n": apart
        }
    if sign == Sign.SUBJECT:
        return _("Both are classified under %(codes)s.") % {"codes": ", ".join(details["ics"])}
    if sign == Sign.MARKS:
        return _("Their titles differ in figures or letters: %(marks)s.") % {"marks": ", ".join(details["marks"])}
    return sign

"""What the secretariat fills in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.bridges.names import called
from comity.bridges.services import MOST, TOP
from comity.standards.models import Edition


def _choices(texts: Sequence[Edition]) -> list[tuple[str, str]]:
    return [(str(one.rid), _label(one)) for one in texts]


def _label(one: Edition) -> str:
    name = called(one)
    dated = one.identifier if not one.date else f"{one.identifier}, {one.date}"
    return dated if name == one.identifier else f"{name} ({dated})"


class ProposeForm(forms.Form):
    """Two texts, and how many counterparts a clause is to have."""

    source = forms.ChoiceField(label=_("From"), help_text=_("Each clause of this text is asked for counterparts."))
    target = forms.ChoiceField(label=_("To"), help_text=_("Counterparts are looked for in this text."))
    top = forms.IntegerField(label=_("Proposals for each clause"), min_value=1, max_value=MOST, initial=TOP)

    def __init__(self, *args: Any, texts: Sequence[Edition], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("source", "target"):
            self.fields[name].choices = [("", _("choose a text")), *_choices(texts)]  # type: ignore[attr-defined]


class CrosswalkForm(forms.Form):
    """A published crosswalk, and what it does not say itself."""

    file = forms.FileField(
        label=_("File"), help_text=_("TSV, CSV, Excel, NIST OLIR, SSSOM, CISO Assistant, OSCAL control mapping.")
    )
    source = forms.ChoiceField(
        label=_("From"), required=False, help_text=_("If the file does not name its texts, or calls them otherwise.")
    )
    target = forms.ChoiceField(label=_("To"), required=False)
    publisher = forms.CharField(
        label=_("Publisher"), max_length=300, required=False, help_text=_("If the file does not say.")
    )

    def __init__(self, *args: Any, texts: Sequence[Edition], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("source", "target"):
            self.fields[name].choices = [("", _("as the file says")), *_choices(texts)]  # type: ignore[attr-defined]

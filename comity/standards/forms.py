"""What the secretariat fills in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.engine.dates import PartialDate
from comity.formats import catalogue
from comity.standards.models import ColumnMapping

OFFERED = (
    "identifier", "title", "publisher", "committee", "stage", "published", "edition", "url", "language", "type",
    "keywords", "ics", "territory",
)  # fmt: skip
LABELS = {
    "identifier": _("Identifier"),
    "title": _("Title"),
    "publisher": _("Body"),
    "committee": _("Committee"),
    "stage": _("Stage"),
    "published": _("Date of publication"),
    "edition": _("Edition"),
    "url": _("Web page"),
    "language": _("Language"),
    "type": _("Kind"),
    "keywords": _("Keywords"),
    "ics": _("ICS"),
    "territory": _("Country or region"),
}


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("File"), help_text=_("Relaton YAML, RIS, JSON Lines, CSV or Excel; JSON Lines may be gzipped.")
    )
    source = forms.CharField(
        label=_("Name of the source"), max_length=80, required=False, help_text=_("By which its claims are shown.")
    )
    read_on = forms.CharField(
        label=_("Day the source was read"),
        max_length=10,
        required=False,
        help_text=_("As 2026-03-15, if the file does not say."),
    )

    def clean_read_on(self) -> str:
        given = self.cleaned_data["read_on"].strip()
        try:
            return str(PartialDate.parse(given)) if given else ""
        except ValueError as error:
            raise forms.ValidationError(_("This is not a date. Write it as 2026-03-15.")) from error


class MappingForm(forms.Form):
    """Which column holds what: a choice of the table's headers for each field."""

    save_as = forms.SlugField(
        label=_("Save this choice as"),
        max_length=80,
        required=False,
        help_text=_("To use it again for the next file."),
    )

    def __init__(self, *args: Any, headers: Sequence[str], saved: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = ColumnMapping.objects.filter(name=saved).values_list("columns", flat=True).first() if saved else None
        proposed = known or catalogue.guess_mapping(headers)
        choices = [("", _("not in this table")), *((name, name) for name in headers)]
        for name in OFFERED:
            column = proposed.get(name) or next((c for f, c in proposed.items() if f.startswith(f"{name}:")), "")
            self.fields[name] = forms.ChoiceField(
                label=LABELS[name], choices=choices, required=name == "identifier", initial=column
            )
        self.order_fields([*OFFERED, "save_as"])

    def mapping(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in OFFERED if self.cleaned_data.get(name)}

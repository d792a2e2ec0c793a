"""What is checked: references as text or as a file."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.formats.errors import FormatError
from comity.formats.references import LARGEST, Listed, read
from comity.formats.references.reading import of_text
from comity.records.errors import ComityError
from comity.standards import queries

LONGEST = 1_000_000
ACCEPTED = ".txt,.docx,.bib,.csv,.tsv,.xlsx"


class ReferencesForm(forms.Form):
    """Text or a file. What they hold is read here, so that everything wrong with them is said beside them."""

    text = forms.CharField(
        label=_("References"),
        required=False,
        strip=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 12, "dir": "auto", "spellcheck": "false"}),
        help_text=_(
            "One a line, as they stand in the draft. Identifiers, titles or both, in any language; BibTeX as well."
        ),
        error_messages={
            "max_length": _("This is longer than %(limit_value)d characters. Check it in parts, or hand over a file.")
        },
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        help_text=_("Word (.docx), BibTeX, CSV, Excel or plain text, up to 16 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
    )
    as_of = forms.CharField(
        label=_("As of a day"),
        required=False,
        max_length=10,
        help_text=_("As 2018-05-31, to check against what was in force then."),
    )

    def clean_as_of(self) -> datetime.date | None:
        try:
            return queries.day_of(self.cleaned_data["as_of"])
        except ComityError as error:
            raise forms.ValidationError(error.text) from error

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.errors:
            return given
        try:
            given["listed"] = _listed(given.get("file"), given.get("text", ""))
        except FormatError as error:
            self.add_error("file" if given.get("file") else "text", str(error))
        return given


def _listed(file: Any, text: str) -> Listed:
    if file:
        if file.size > LARGEST:
            raise FormatError(file.name, 0, f"the file is larger than {LARGEST >> 20} MB")
        return read(file.read(), file.name)
    if not text.strip():
        raise forms.ValidationError(_("Paste references, or choose a file."))
    return of_text(text, str(_("References")))

"""Reporting an error, and answering it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.standards.facets import language_tag
from comity.standards.models import Correction, DocumentType, Edition, Stage
from comity.standards.models.corrections import LONGEST_REASON, LONGEST_VALUE
from comity.standards.services import corrections as services

VERDICTS = (("ai", _("AI standard")), ("adjacent", _("adjacent to AI")), ("none", _("not in the AI set")))
CHOICES: dict[str, Any] = {
    Correction.Field.STAGE: [one for one in Stage.choices if one[0] != Stage.UNKNOWN],
    Correction.Field.TYPE: DocumentType.choices,
    Correction.Field.SELECTION: VERDICTS,
}


class ReportForm(forms.Form):
    """What is wrong. `homepage` is seen by no person: what is filled in there comes from a program."""

    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=500)
    field = forms.ChoiceField(label=_("What is wrong?"))
    edition = forms.ChoiceField(label=_("In which edition?"), required=False)
    language = forms.CharField(
        label=_("In which language?"),
        max_length=80,
        required=False,
        help_text=_("For a title or name: by name, or as en or zh-Hant."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    proposed = forms.CharField(
        label=_("What should it say?"),
        max_length=LONGEST_VALUE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )
    reason = forms.CharField(
        label=_("How do you know?"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        help_text=_("A page that says so helps most. Only the secretariat reads this."),
    )
    address = forms.EmailField(
        label=_("Email address"),
        max_length=254,
        required=False,
        help_text=_("If you want the answer by mail. It is erased once the answer is sent."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    homepage = forms.CharField(label=_("Leave this empty"), required=False, max_length=200)

    def __init__(self, *args: Any, about: services.About, editions: list[Edition], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = dict(Correction.Field.choices)
        self.fields["field"].choices = [(name, labels[name]) for name in services.FIELDS[type(about)]]
        self.fields["edition"].choices = [(one.key, one.identifier) for one in editions]
        if len(editions) < 2:
            del self.fields["edition"]

    def clean_language(self) -> str:
        return language_tag(self.cleaned_data["language"])

    def report(self, speaks: str) -> services.Report:
        given = self.cleaned_data
        told = {name: given.get(name, "") for name in ("field", "reason", "proposed", "edition", "address")}
        return services.Report(**told, language=given["language"], speaks=speaks)


class AnswerForm(forms.Form):
    """What becomes of a report. A value is chosen where there is a choice, else written."""

    value = forms.CharField(
        label=_("What it says from now on"),
        max_length=LONGEST_VALUE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=_("Counts if you accept. Leave it empty if you put the error right by editing."),
    )
    answer = forms.CharField(
        label=_("Answer"),
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        help_text=_("The reporter reads it. If you accept, everybody does, in the history."),
    )

    def __init__(self, *args: Any, one: Correction, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = CHOICES.get(one.field)
        if choices:
            old = self.fields["value"]
            self.fields["value"] = forms.ChoiceField(
                label=old.label,
                required=False,
                choices=[("", _("nothing is set")), *choices],
                help_text=old.help_text,
            )
        if one.field == Correction.Field.OTHER:
            del self.fields["value"]
        self.initial.setdefault("value", chosen(one.field, one.proposed))


def chosen(field: str, proposed: str) -> str:
    """A proposed value as it is kept: people write "Withdrawn" where "withdrawn" is meant."""
    said = proposed.strip().casefold()
    for value, label in CHOICES.get(field, ()):
        if said in (value, str(label).casefold()):
            return str(value)
    return "" if field in CHOICES else proposed

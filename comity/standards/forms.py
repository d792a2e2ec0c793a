"""What the secretariat fills in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.engine.dates import PartialDate
from comity.formats import catalogue
from comity.formats.instruments.model import MAX_HEADING, MAX_REF
from comity.standards.facets import language_tag
from comity.standards.models import AdoptionKind, ColumnMapping, Expression, Rule, Selection
from comity.standards.services.instruments import Target
from comity.standards.services.outlines import Correction
from comity.standards.services.selecting import Draft

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


def _day(given: str) -> str:
    try:
        return str(PartialDate.parse(given.strip())) if given.strip() else ""
    except ValueError as error:
        raise forms.ValidationError(_("This is not a date. Write it as 2026-03-15.")) from error


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
        return _day(self.cleaned_data["read_on"])


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


class InstrumentForm(forms.Form):
    """A file with clauses, and what it does not say itself."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "OSCAL, CISO Assistant, EUR-Lex, Formex, Akoma Ntoso, bill XML, Markdown, PDF, DOCX, Excel, CSV, JSON."
        ),
    )
    document = forms.CharField(
        label=_("Identifier of the document"),
        max_length=255,
        required=False,
        help_text=_("As ISO/IEC 42001:2023 or Regulation (EU) 2024/1689, if the file does not say."),
    )
    edition = forms.CharField(
        label=_("Edition"),
        max_length=40,
        required=False,
        help_text=_("As 2024-07-12, where the identifier does not tell editions apart."),
    )
    date = forms.CharField(label=_("Date of this edition"), max_length=10, required=False)
    language = forms.CharField(
        label=_("Language"),
        max_length=35,
        required=False,
        help_text=_("By name, or as en or zh-Hant (BCP 47), if the file does not say."),
        widget=forms.TextInput(attrs={"list": "languages", "autocomplete": "off"}),
    )
    title = forms.CharField(label=_("Title"), max_length=500, required=False)
    nature = forms.ChoiceField(label=_("Nature of the text"), choices=Expression.Nature.choices, initial="unknown")
    licence = forms.CharField(label=_("Licence of the text"), max_length=500, required=False)
    may_show = forms.ChoiceField(
        label=_("May the text be shown?"),
        choices=[
            ("", _("as the file's licence says")),
            ("yes", _("yes: its licence allows it, or it is law")),
            ("no", _("no: search and map it, show numbers and headings only")),
        ],
        required=False,
    )

    def clean_date(self) -> str:
        return _day(self.cleaned_data["date"])

    def clean_language(self) -> str:
        return language_tag(self.cleaned_data["language"])

    def target(self) -> Target:
        """What the person said of the file."""
        given = self.cleaned_data
        shown = {"yes": True, "no": False}.get(given["may_show"])
        nature = "" if given["nature"] == Expression.Nature.UNKNOWN else given["nature"]
        words = {
            name: given[name].strip() for name in ("document", "edition", "date", "language", "title", "licence")
        }
        return Target(**words, nature=nature, may_show=shown)


class RuleForm(forms.Form):
    """A rule of the AI set."""

    field = forms.ChoiceField(label=_("Where it looks"), choices=Rule.Field.choices)
    name = forms.CharField(
        label=_("Name"), max_length=60, help_text=_("In a word or two; shown where the rule is the reason.")
    )
    terms = forms.CharField(
        label=_("What it looks for"),
        max_length=8_000,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
        help_text=_("One word or phrase a line; one is enough. A * at the end of a word stands for any ending."),
    )
    unless = forms.CharField(
        label=_("Unless the same text says"),
        max_length=8_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=_("One word or phrase a line."),
    )
    strength = forms.TypedChoiceField(
        label=_("What it makes of a document"), choices=Rule.Strength.choices, coerce=int
    )
    exact = forms.BooleanField(label=_("Capitals count: “AI” does not find “ai”"), required=False)

    def draft(self) -> Draft:
        """What the person wrote."""
        given = self.cleaned_data
        return Draft(
            given["field"],
            given["name"].strip(),
            _lines(given["terms"]),
            given["strength"],
            _lines(given["unless"]),
            given["exact"],
        )


def _lines(text: str) -> list[str]:
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


class SelectionForm(forms.Form):
    """What a person decides of one document, and why."""

    verdict = forms.TypedChoiceField(label=_("The document is"), choices=Selection.choices, coerce=int)
    reason = forms.CharField(
        label=_("Because"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=_("Shown to everybody on the page of the document."),
    )


def corrections(given: Mapping[str, str]) -> dict[int, Correction]:
    """What a page of an outline was corrected to: fields `ref-0`, `level-0`, `kind-0`, `heading-0`, `fate-0`, ..."""
    found = {}
    for name in given:
        field, _dash, place = name.partition("-")
        if field == "ref" and place.isascii() and place.isdigit() and len(place) < 6:
            level = given.get(f"level-{place}", "1")
            found[int(place)] = Correction(
                fate=given.get(f"fate-{place}", "keep"),
                level=int(level) if level.isascii() and level.isdigit() and len(level) < 3 else 1,
                ref=given[name][:MAX_REF],
                kind=given.get(f"kind-{place}", "clause"),
                heading=given.get(f"heading-{place}", "")[:MAX_HEADING],
            )
    return found


class DecisionForm(forms.Form):
    """Whether two documents are the same work, and why; `version` is the proposal as it was read."""

    decision = forms.ChoiceField(
        choices=[("accept", _("the same work")), ("reject", _("not the same work"))], widget=forms.HiddenInput
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    adoption = forms.ChoiceField(
        label=_("Kind of adoption"),
        required=False,
        choices=[("", _("not known")), *AdoptionKind.choices],
        help_text=_("How the later document relates to the earlier one. It counts for “the same work” only."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody can read it. Needed for “not the same work”."),
    )


class UndoForm(forms.Form):
    """Why a decision is taken back."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

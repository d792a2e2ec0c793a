"""Editing by people: what was seen comes back with what was typed, so that nobody's words are lost."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.standards.facets import language_name, language_tag
from comity.standards.models import Body, DocumentType, RelationKind, Stage
from comity.standards.queries.history import LABELS

TEXT = "text:"  # before the tag of a language


def _area(label: Any, rows: int = 2, **more: Any) -> forms.CharField:
    attributes = {"rows": rows, "dir": "auto"}
    return forms.CharField(label=label, max_length=500, widget=forms.Textarea(attrs=attributes), **more)


class EditForm(forms.Form):
    """A form over a record as it is seen now. `version` and `seen` say what the editor had before their eyes.

    Texts in several languages have a field for each language and one for another.
    """

    texts = "titles"
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60_000)
    because = _area(_("Why?"), help_text=_("Everybody can read it in the history."))

    def __init__(self, data: Any = None, *, now: dict[str, Any], version: int = 0, **kwargs: Any) -> None:
        self.now = flat(now, self.texts)
        initial = {**self.now, "version": version, "seen": json.dumps(self.now, ensure_ascii=False)}
        super().__init__(data, initial=initial, **kwargs)
        tags = [name for name in {**self.now, **dict.fromkeys(data or ())} if name.startswith(TEXT)][:60]
        for name in tags:
            label = f"{LABELS[self.texts]} ({language_name(name.removeprefix(TEXT))})"
            self.fields[name] = _area(label, required=False)
        self.fields["other_language"] = forms.CharField(
            label=_("Another language"),
            max_length=80,
            required=False,
            help_text=_("By name, or as en or zh-Hant."),
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )
        self.fields["other_text"] = _area(_("The text in it"), required=False)
        rest = [name for name in self.fields if name not in ("because", *tags, "other_language", "other_text")]
        self.order_fields([*tags, "other_language", "other_text", *rest, "because"])

    def changed(self) -> dict[str, Any]:
        """What the editor changed of what they saw, by field, as services take it."""
        given, seen = self.cleaned_data, self._seen()
        edited: dict[str, Any] = {}
        texts = {}
        for name in self.fields:
            typed = " ".join(str(given.get(name, "")).split())
            if name.startswith(TEXT) and typed != seen.get(name, ""):
                texts[name.removeprefix(TEXT)] = typed
            elif name in PLAIN and typed != seen.get(name, ""):
                edited[name] = _listed(typed) if name in LISTS else typed
        if given.get("other_text"):
            texts[language_tag(given.get("other_language") or "und")] = given["other_text"]
        return edited | ({self.texts: texts} if texts else {})

    def renew(self, now: dict[str, Any], version: int) -> list[tuple[Any, str, str]]:
        """Somebody was first: what they changed that this editor did not comes in, what was typed stays.

        Returns what the other changed: (label, what it said, what it says).
        """
        seen = self._seen()
        current = flat(now, self.texts)
        self.data = self.data.copy()
        others = []
        for name in {**seen, **current}:
            was, new = seen.get(name, ""), current.get(name, "")
            if was == new:
                continue
            others.append((self._label(name), was, new))
            if " ".join(self.data.get(name, "").split()) == was:
                self.data[name] = new
        self.data["version"], self.data["seen"] = version, json.dumps(current, ensure_ascii=False)
        return others

    def _seen(self) -> dict[str, str]:
        try:
            seen = json.loads(self.cleaned_data["seen"] or "{}")
        except ValueError:
            return {}
        return {name: str(value) for name, value in seen.items()} if isinstance(seen, dict) else {}

    def _label(self, name: str) -> Any:
        tag = name.removeprefix(TEXT)
        return f"{LABELS[self.texts]} ({tag})" if tag != name else LABELS.get(name, name)


LISTS = ("ics", "languages", "publishers")
PLAIN = frozenset(LABELS) - {"titles", "title", "name", "relations"}


def _listed(text: str) -> list[str]:
    return [one.strip() for one in text.replace(";", ",").split(",") if one.strip()]


def flat(now: dict[str, Any], texts: str) -> dict[str, str]:
    """A record as the fields of its form show it."""
    found = {f"{TEXT}{tag}": text for tag, text in now.get(texts, {}).items()}
    for name, value in now.items():
        if name != texts:
            found[name] = ", ".join(value) if isinstance(value, list) else str(value or "")
    return {name: " ".join(value.split()) for name, value in found.items()}


def _short(label: Any, most: int = 255, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=False, **more)


class DocumentForm(EditForm):
    identifier = _short(_("Identifier"), help_text=_("As it is printed."))
    stage = forms.ChoiceField(
        label=_("Stage"), required=False, choices=[("", "–"), *(one for one in Stage.choices if one[0] != "unknown")]
    )
    published = _short(_("Date of publication"), 10, help_text=_("As 2026, 2026-03 or 2026-03-15."))
    committee = _short(_("Committee"), help_text=_("Its designation, as ISO/IEC JTC 1/SC 42."))
    edition = _short(_("Number of the edition"), 40)
    type = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", "–"), *DocumentType.choices])
    page = _short(_("Web page"))
    ics = _short(_("ICS"), help_text=_("With commas between."))
    languages = _short(_("Languages of the text"), help_text=_("Tags with commas between, as en, fr."))
    territory = _short(_("Country or region"), 80)


class NewDocumentForm(DocumentForm):
    publishers = _short(
        _("Bodies"), help_text=_("Codes with commas between, if the identifier does not tell, as OECD.")
    )


class BodyForm(EditForm):
    texts = "name"
    reach = forms.ChoiceField(label=_("Reach"), choices=Body.Reach.choices, required=False)
    country = _short(_("Country"), 2, help_text=_("Two letters, as CH."))
    website = _short(_("Website"))


class NewBodyForm(BodyForm):
    code = forms.CharField(
        label=_("Code"), max_length=40, help_text=_("What its identifiers begin with. It cannot be changed later.")
    )


class CommitteeForm(EditForm):
    texts = "name"
    parent = _short(_("Committee above"), help_text=_("Its designation."))


class NewCommitteeForm(CommitteeForm):
    designation = forms.CharField(label=_("Designation"), max_length=255, help_text=_("It cannot be changed later."))
    body = forms.CharField(label=_("Code of the body"), max_length=40)


class WorkForm(EditForm):
    texts = "title"


class RelationForm(forms.Form):
    """A relation of an edition to another document."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(label=_("This document"), choices=RelationKind.choices)
    target = forms.CharField(
        label=_("Identifier of the other document"),
        max_length=255,
        help_text=_("With its edition, if a particular one is meant: ISO 9001:2015."),
    )
    because = _area(_("Why?"), help_text=_("Everybody can read it in the history."))


class UndoChangeForm(forms.Form):
    change = forms.IntegerField(widget=forms.HiddenInput)
    because = _area(_("Why?"), help_text=_("Everybody can read it in the history."))

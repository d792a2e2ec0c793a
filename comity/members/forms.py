"""What members fill in."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from comity.members.models import Organisation


class PreferencesForm(forms.Form):
    name = forms.CharField(label=_("Your name"), max_length=200)
    language = forms.ChoiceField(label=_("Language"), choices=lambda: settings.LANGUAGES)
    timezone_name = forms.ChoiceField(
        label=_("Time zone"),
        choices=lambda: [(zone, zone) for zone in sorted(zoneinfo.available_timezones())],
    )


class TokenForm(forms.Form):
    name = forms.CharField(label=_("What is it for?"), max_length=80)
    writes = forms.BooleanField(label=_("May write"), required=False)


class OrganisationForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200)
    language = forms.ChoiceField(label=_("Language of the name"), choices=lambda: settings.LANGUAGES)
    acronym = forms.CharField(label=_("Acronym"), max_length=40, required=False)
    type = forms.ChoiceField(label=_("Kind of organisation"), choices=Organisation.Type.choices)
    country = forms.RegexField(
        r"^[A-Za-z]{2}$",
        label=_("Country (two letters)"),
        required=False,
        error_messages={"invalid": _("Two letters, as in CH.")},
    )
    sector = forms.CharField(label=_("Sector"), max_length=80, required=False)
    ror = forms.CharField(label="ROR", max_length=30, required=False)
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")

    def facts(self) -> dict[str, Any]:
        """What the service takes."""
        given = dict(self.cleaned_data)
        language = given.pop("language").split("-")[0]
        given["country"] = given["country"].upper()
        return {"name": {language: given.pop("name")}, **given}

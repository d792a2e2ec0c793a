"""Texts in several languages: the best one for a reader, and the way it runs."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from comity.members.models import Organisation
from comity.records.fields import Multilingual, direction, text_direction

tags = st.sampled_from(["en", "fr", "ar", "zh", "zh-hans", "pt-BR", "ru", "es", "de", "ja", "und"])
texts = st.dictionaries(tags, st.text(max_size=5), max_size=6)


@given(texts, tags)
def test_whoever_asks_gets_a_text_if_there_is_one(found, language):
    tag, text = Multilingual(found).pick(language)

    assert bool(text) == any(found.values())
    assert not text or found[tag] == text


@given(texts, tags, st.text(min_size=1, max_size=5))
def test_the_readers_own_language_comes_first(found, language, text):
    assert Multilingual(found | {language: text}).pick(language) == (language, text)


@given(texts)
def test_a_text_is_true_if_any_language_has_it(found):
    assert bool(Multilingual(found)) == any(found.values())


@pytest.mark.parametrize(
    ("found", "language", "tag"),
    [
        ({"zh": "标准", "en": "standard"}, "zh-hans", "zh"),
        ({"fr": "norme", "de": "Norm"}, "ja", "fr"),
        ({"de": "Norm", "und": "norm"}, "ja", "und"),
        ({"de": "Norm", "ja": "規格"}, "it", "de"),
        ({"en": "", "ru": "стандарт"}, "en", "ru"),
        ({}, "en", ""),
    ],
)
def test_without_the_readers_language_the_nearest_one_is_given(found, language, tag):
    assert Multilingual(found).pick(language)[0] == tag


def test_a_text_prints_itself_in_the_language_of_the_page():
    name = Multilingual({"en": "standard", "ar": "معيار"})

    with translation.override("ar"):
        assert (str(name), name.language, name.direction) == ("معيار", "ar", "rtl")
    with translation.override("en"):
        assert (str(name), name.language, name.direction) == ("standard", "en", "ltr")


def test_a_text_of_unknown_language_runs_as_its_letters_do():
    assert Multilingual({"und": "«معيار» 1"}).direction == "rtl"
    assert Multilingual({"und": "1. standard"}).direction == "ltr"
    assert Multilingual({"und": "معيار"}).language == ""


@pytest.mark.parametrize(
    ("tag", "way"), [("ar", "rtl"), ("ar-EG", "rtl"), ("fa", "rtl"), ("en", "ltr"), ("zh", "ltr")]
)
def test_a_language_has_a_direction(tag, way):
    assert direction(tag) == way


def test_a_text_without_letters_runs_from_left_to_right():
    assert text_direction("12 (3)") == "ltr"


@pytest.mark.django_db
@pytest.mark.data
def test_a_text_comes_back_from_the_database_as_it_went_in():
    name = {"ar": "الاتحاد الدولي للاتصالات", "zh": "国际电信联盟", "en": "ITU — “the Union” \U0001f310"}
    Organisation.objects.create(slug="itu", name=name)

    found = Organisation.objects.get().name
    assert isinstance(found, Multilingual)
    assert found == name


@pytest.mark.parametrize("value", [["en"], {"en": 1}, {1: "en"}])
def test_what_is_no_text_in_several_languages_is_refused(value):
    field = Organisation._meta.get_field("name")

    with pytest.raises(ValidationError):
        field.validate(value, None)

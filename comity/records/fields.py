"""Texts in several languages, and the direction they run."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _

RIGHT_TO_LEFT = frozenset({"ar", "arc", "dv", "fa", "he", "ku", "nqo", "ps", "sd", "ug", "ur", "yi"})

# Tried in this order after the reader's own language: the six UN languages, English first because
# most sources have it; then "und" (the source named no language), then whatever there is.
FALLBACK = ("en", "fr", "es", "ru", "zh", "ar", "und")


def direction(language: str) -> str:
    """ "rtl" or "ltr" for a BCP 47 tag."""
    return "rtl" if language.split("-")[0].lower() in RIGHT_TO_LEFT else "ltr"


def text_direction(text: str) -> str:
    """Direction of the first strong character (Unicode Bidirectional Algorithm, rule P2)."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in ("R", "AL"):
            return "rtl"
        if kind == "L":
            return "ltr"
    return "ltr"


class Multilingual(dict[str, str]):
    """`{bcp47: text}` that prints itself in the language of the reader."""

    def pick(self, language: str | None = None) -> tuple[str, str]:
        """The best (language, text) for a reader of `language`; ("", "") if there is no text."""
        for tag in self._preferences(language or translation.get_language() or "en"):
            if self.get(tag):
                return tag, self[tag]
        return next(((tag, text) for tag, text in self.items() if text), ("", ""))

    @staticmethod
    def _preferences(language: str) -> Iterator[str]:
        yield language
        yield language.split("-")[0]
        yield from FALLBACK

    @property
    def language(self) -> str:
        tag = self.pick()[0]
        return "" if tag == "und" else tag

    @property
    def direction(self) -> str:
        tag, text = self.pick()
        return direction(tag) if tag and tag != "und" else text_direction(text)

    def __str__(self) -> str:
        return self.pick()[1]

    def __bool__(self) -> bool:
        return any(self.values())


class MultilingualField(models.JSONField):
    """A JSON column that holds a `Multilingual`."""

    description = _("text in several languages")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", Multilingual)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Multilingual:
        return Multilingual(super().from_db_value(value, expression, connection) or {})

    def to_python(self, value: Any) -> Multilingual:
        return value if isinstance(value, Multilingual) else Multilingual(value or {})

    def validate(self, value: Any, model_instance: Any) -> None:
        super().validate(value, model_instance)
        if not isinstance(value, Mapping) or not all(
            isinstance(k, str) and isinstance(v, str) for k, v in value.items()
        ):
            raise ValidationError(_("A text in several languages maps language tags to texts."))

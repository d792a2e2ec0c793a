"""Fixed phrases of the interface, looked up once a language.

A page says some fifty of them. Looking each up anew, and escaping it, took a third of the time of a page.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, update_wrapper
from typing import Any

from django import template
from django.templatetags.i18n import TranslateNode, do_translate
from django.utils import translation

MOST = 2_000  # phrases of one kind, in all languages


class by_language:
    """Keeps what a function says in the language in force, for each language and the few things it is asked.

    `known(language, ...)` is for who asks often and knows what language that is.
    """

    def __init__(self, make: Callable[..., Any]) -> None:
        update_wrapper(self, make)
        self.known = lru_cache(maxsize=MOST)(lambda _language, *given: make(*given))

    def __call__(self, *given: Any) -> Any:
        return self.known(translation.get_language() or "en", *given)


class Phrase(template.Node):
    """`{% translate "a fixed phrase" %}`."""

    child_nodelists = ()

    def __init__(self, node: TranslateNode) -> None:
        self._node = node
        self._said: dict[str | None, str] = {}

    def render(self, context: template.Context) -> str:
        language = translation.get_language()
        said = self._said.get(language)
        if said is None:
            said = self._said[language] = self._node.render(context)
        return said


def translate(parser: template.base.Parser, token: template.base.Token) -> template.Node:
    """Django's tag; but a phrase without variables is looked up once a language."""
    node = do_translate(parser, token)
    expression = node.filter_expression
    said_alone = not (node.noop or node.asvar or node.message_context or expression.filters)
    return Phrase(node) if said_alone and expression.var.literal is not None else node

"""What pages share is made once; what is a page's own is still its own."""

from __future__ import annotations

import pytest
from django.template import Context, Template
from django.test import Client
from django.utils import translation

from comity.records import services
from comity.records.viewer import NODE
from comity.standards.models import Document, Edition
from comity.web.templatetags.phrases import by_language


def html(client: Client, page: str, language: str = "en") -> str:
    return client.get(page, headers={"Accept-Language": language}).content.decode()


def test_every_page_says_where_to_come_back_to(clients: dict[str, Client]) -> None:
    for page, said in (
        ("/standards/", "?next=/standards/"),
        ("/standards/?q=a&sort=oldest", "?next=/standards/%3Fq%3Da%26sort%3Doldest"),
        ("/share/", "?next=/share/"),
    ):
        assert html(clients["anyone"], page).count(f'{said}"') == 10  # six languages, three themes, signing in


def test_the_header_repeats_what_was_asked_and_nothing_of_others(clients: dict[str, Client]) -> None:
    anyone = clients["anyone"]
    hostile = '"><script>alert(1)</script>\ue000\ue001\ue002'
    asked = anyone.get("/search", {"q": hostile}).content.decode()

    assert "<script>alert" not in asked
    assert 'value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;\ue000\ue001\ue002"' in asked
    assert 'name="q" dir="auto" value=""' in html(anyone, "/share/")


def test_the_header_is_each_readers(clients: dict[str, Client]) -> None:
    for _time in range(2):
        assert ">Account</a>" in html(clients["reader"], "/share/")
        assert ">Account</a>" not in html(clients["anyone"], "/share/")
        assert ">Sign in</a>" in html(clients["anyone"], "/share/")


def test_the_section_and_the_language_are_marked(clients: dict[str, Client]) -> None:
    anyone = clients["anyone"]
    for _time in range(2):
        assert '<a href="/share/" aria-current="page">' in html(anyone, "/standards/")
        assert '<a href="/share/" aria-current="page">' not in html(anyone, "/consult/")
        assert ">Mentions légales</a>" in html(anyone, "/standards/", "fr")


def test_the_time_zone_is_the_readers(clients: dict[str, Client]) -> None:
    anyone = clients["anyone"]
    assert '<span class="zone">UTC</span>' in html(anyone, "/share/")
    anyone.cookies["timezone"] = "Asia/Tokyo"
    assert '<span class="zone">Asia/Tokyo</span>' in html(anyone, "/share/")


def test_a_phrase_is_said_in_the_language_in_force() -> None:
    template = Template('{% translate "Standards" %}')
    said = {}
    for _time in range(2):
        for language in ("en", "fr", "ar"):
            with translation.override(language):
                said[language] = template.render(Context())
    assert said["en"] == "Standards"
    assert len(set(said.values())) == 3


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{% translate word %}", "&lt;b&gt;"),
        ('{% translate "Standards" as kept %}[{{ kept }}]', "[Standards]"),
        ('{% translate "Standards"|upper %}', "STANDARDS"),
        ('{% translate "100 %" %}', "100 %"),
    ],
)
def test_other_uses_of_the_tag_are_djangos(written: str, said: str) -> None:
    assert Template(written).render(Context({"word": "<b>"})) == said


def test_what_depends_on_the_language_is_made_once_a_language() -> None:
    made = []

    @by_language
    def word(number: int) -> str:
        made.append((translation.get_language(), number))
        return f"{translation.get_language()} {number}"

    for _time in range(2):
        for language in ("en", "fr"):
            with translation.override(language):
                assert word(1) == f"{language} 1"
    assert made == [("en", 1), ("fr", 1)]


HOSTILE = '<script>alert("x")</script>'


def test_what_sources_wrote_is_shown_as_text(clients: dict[str, Client]) -> None:
    document = Document.objects.get(slug="iso-iec-42001")
    document.title, document.territory = {"en": HOSTILE, "und": HOSTILE + "2"}, HOSTILE
    document.differs = True
    services.put(document, by=NODE)
    for edition in Edition.objects.filter(document=document):
        edition.identifier = edition.stage_words = edition.number = HOSTILE
        edition.date, edition.ics = "2023-12", [HOSTILE]
        edition.links = {"page": "javascript:alert(1)", "pdf": f'https://example.org/"{HOSTILE}', HOSTILE: "http://a"}
        edition.sources = [{"source": HOSTILE, "ref": HOSTILE, "read": "2026-01-01"}]
        edition.differences = [
            {"field": "stage", "values": [{"value": HOSTILE, "source": HOSTILE, "read": "2026-01-01"}]}
        ]
        services.put(edition, by=NODE)
    edition.relations.update(target=HOSTILE)

    page = html(clients["anyone"], "/standards/iso-iec-42001/")
    assert "<script>alert" not in page
    assert "javascript:" not in page
    assert page.count("&lt;script&gt;alert(&quot;x&quot;)") > 10

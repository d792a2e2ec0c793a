"""Pages of instruments: reading clauses, what changed, importing a text."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comity.formats import instruments as formats
from comity.records.errors import ComityError, NotAllowed, NotFound
from comity.records.fields import direction
from comity.records.http import cacheable
from comity.standards import policies, queries, services, slots
from comity.standards.facets import language_choices, language_name
from comity.standards.forms import InstrumentForm, corrections
from comity.standards.models import Clause
from comity.standards.queries import changes as comparing
from comity.standards.queries import instruments
from comity.standards.queries.rows import Row

ROWS = 100  # rows of an outline that are corrected on one page


def _seen(request: HttpRequest, slug: str) -> Row:
    found = queries.document(slug, request.viewer)  # type: ignore[attr-defined]
    if found is None:
        raise NotFound
    return found


def _number(request: HttpRequest, name: str, least: int = 0) -> int:
    given = request.GET.get(name, "")
    return max(least, int(given)) if given.isascii() and given.isdigit() and len(given) < 7 else least


def _languages(request: HttpRequest) -> list[str]:
    """The languages asked for, the interface's own if none is."""
    asked = [request.GET[name][:35] for name in ("lang", "beside") if request.GET.get(name)]
    return asked or [(get_language() or "en").split("-")[0]]


@cacheable
def text(request: HttpRequest, slug: str) -> HttpResponse:
    """An instrument, a part at a time, in one language or two beside each other."""
    document = _seen(request, slug)
    ref, query = request.GET.get("ref", "")[:250], request.GET.get("q", "").strip()[:500]
    found = instruments.instrument(
        document,
        request.viewer,  # type: ignore[attr-defined]
        edition=request.GET.get("edition", "")[:255],
        as_of=request.GET.get("as_of", "")[:10],
        languages=_languages(request),
        ref=ref,
        part=_number(request, "part"),
        inside=not query,
    )
    if found is None:
        return render(request, "standards/text_none.html", {"document": document}, status=404)
    chosen = next((one for one in found.clauses if one.ref == ref), None)
    searched = (
        instruments.search(query, request.viewer, edition=found.edition, languages=[e.language for e in found.read])  # type: ignore[attr-defined]
        if query
        else []
    )
    asked = request.GET.get("lang", "")[:35]
    lacks = bool(asked) and all(asked != one.language for one in found.expressions)
    newer = found.editions[0] if found.edition != found.editions[0] else None
    context = {
        "document": document,
        "found": found,
        "asked": language_name(asked),
        "elsewhere": [one for one in found.elsewhere if lacks and one.language == asked],
        "newer": newer,
        "name": instruments.short_name(found.read[0]) if found.read else document.identifier,
        "columns": [(one, language_name(one.language), direction(one.language)) for one in found.read],
        "language_links": _language_links(request, found),
        "keep": _kept(request, found),
        "rows": [] if query else _rows(request, found),
        "entries": _entries(found),
        "chosen": chosen,
        "amends": any(one.amendments for one in found.read),
        "citation": instruments.citation(found, ref) if chosen else "",
        "panels": slots.panels(chosen.rid, request.viewer) if chosen else [],  # type: ignore[attr-defined]
        "amended_by": comparing.amended_by(document, ref) if chosen else [],
        "permalink": _permalink(found, ref) if chosen else "",
        "within": query,
        "searched": searched,
        "may_import": policies.may_import(request.viewer),  # type: ignore[attr-defined]
        "previous": _neighbour(found, -1),
        "next": _neighbour(found, +1),
    }
    return render(request, "standards/text.html", context)


def _kept(request: HttpRequest, found: instruments.Instrument) -> str:
    """What of the address every link within the instrument keeps."""
    kept = {"lang": found.read[0].language} if found.read else {}
    if len(found.read) > 1:
        kept["beside"] = found.read[1].language
    if found.edition != found.editions[0]:
        kept["edition"] = str(found.edition.rid)
    return urlencode(kept)


def _rows(request: HttpRequest, found: instruments.Instrument) -> list[dict[str, Any]]:
    """Each clause of the open part with what it says in the languages that are read."""
    beside = slots.beside([one.rid for one in found.clauses], request.viewer)  # type: ignore[attr-defined]
    rows = []
    for place in found.clauses:
        said = [found.texts.get(place.pk, {}).get(one.pk) for one in found.read]
        revised = [one.revised_at for one in said if one and one.revised_at]
        cells = [
            {
                "said": words,
                "language": one.language,
                "nature": one.nature,
                "direction": direction(one.language),
                "older": bool(words and revised and words.revised_at != max(revised)),
            }
            for one, words in zip(found.read, said, strict=True)
        ]
        rows.append(
            {
                "place": place,
                "spoken": instruments.spoken(place.ref),
                "kind": Clause.Kind(place.kind).label,
                "cells": cells,
                "doubts": sorted({doubt for words in said if words for doubt in words.doubts}),
                "beside": beside.get(place.rid, ()),
            }
        )
    return rows


def _entries(found: instruments.Instrument) -> list[instruments.Place]:
    """What of the open part the outline lists: what has a heading, or stands highest."""
    here = found.clauses
    top = min((one.depth for one in here), default=1)
    here = here[1:] if len(here) > 1 and here[0].depth < here[1].depth else here  # the part itself is named above
    headed = [one for one in here if found.headings.get(one.pk) and one.depth <= top + 2]
    return headed if len(headed) > 1 else [one for one in here if one.depth <= top + 1]


def _language_links(request: HttpRequest, found: instruments.Instrument) -> list[dict[str, Any]]:
    part = found.parts.index(found.part) if found.part else 0
    first = found.read[0] if found.read else None
    links = []
    for one in found.expressions:
        kept = {"part": str(part)} | ({"edition": request.GET["edition"]} if request.GET.get("edition") else {})
        links.append(
            {
                "expression": one,
                "name": language_name(one.language),
                "read": one in found.read,
                "only": urlencode({"lang": one.language, **kept}),
                "beside": urlencode({"lang": first.language, "beside": one.language, **kept}) if first else "",
                "missing": found.missing.get(one.pk, 0),
            }
        )
    return links


def _neighbour(found: instruments.Instrument, step: int) -> tuple[int, instruments.Part] | None:
    number = next((place for place, one in enumerate(found.parts) if one.open), None)
    if number is None or not 0 <= number + step < len(found.parts):
        return None
    return number + step, found.parts[number + step]


def _permalink(found: instruments.Instrument, ref: str) -> str:
    """The address of a clause in this edition and language, whatever is added later."""
    meant = urlencode({"edition": str(found.edition.rid), "lang": found.read[0].language if found.read else ""})
    return f"{found.document.get_absolute_url()}clauses/{quote(ref, safe='()')}?{meant}"


def clause(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """The permanent address of a clause: it leads to the place in the text."""
    document = _seen(request, slug)
    if instruments.clause(document, ref, request.viewer) is None:  # type: ignore[attr-defined]
        raise NotFound
    given = {name: request.GET[name] for name in ("lang", "beside", "edition") if request.GET.get(name)}
    return redirect(f"{document.get_absolute_url()}text/?{urlencode({'ref': ref, **given})}#{quote(ref, safe='()')}")


@cacheable
def changes(request: HttpRequest, slug: str) -> HttpResponse:
    """What changed from one edition to another."""
    document = _seen(request, slug)
    editions = instruments.editions_with_clauses(document, request.viewer)  # type: ignore[attr-defined]
    new = instruments.edition_of(editions, request.GET.get("to", ""))
    earlier = [one for one in editions if one != new]
    old = instruments.edition_of(editions, request.GET.get("from", "")) if request.GET.get("from") else None
    old = old or (earlier[0] if earlier else None)
    kinds = [kind for kind in request.GET.getlist("kind") if kind in comparing.KINDS]
    page = _number(request, "page", 1)
    context: dict[str, Any] = {"document": document, "editions": editions, "old": old, "new": new, "kinds": kinds}
    if old is None or new is None or old == new:
        return render(request, "standards/changes.html", context)
    shared = comparing.shared_languages(old, new, request.viewer)  # type: ignore[attr-defined]
    language = next((tag for tag in [*_languages(request), *shared] if tag in shared), "")
    found = (
        comparing.compare(old, new, language, request.viewer, kinds=kinds or comparing.CHANGED, page=page, fold=True)  # type: ignore[attr-defined]
        if language
        else None
    )
    context |= {
        "found": found,
        "text_language": language,
        "text_direction": direction(language),
        "shared_languages": [(tag, language_name(tag)) for tag in shared],
        "choices": _kinds(found, kinds, request),
        "page": page,
        "more": found is not None and page * comparing.SHOWN_CHANGES < found.total,
        "kept": urlencode({"from": old.rid, "to": new.rid, "lang": language, "kind": kinds}, doseq=True),
    }
    return render(request, "standards/changes.html", context)


def _kinds(found: comparing.Comparison | None, chosen: list[str], request: HttpRequest) -> list[dict[str, Any]]:
    """The kinds of change with how many there are, each a link to those alone."""
    given = {name: request.GET[name] for name in ("from", "to", "lang") if request.GET.get(name)}
    counts = found.counts if found else {}
    return [
        {
            "kind": kind,
            "count": counts.get(kind, 0),
            "chosen": chosen == [kind],
            "address": urlencode({**given, "kind": kind}),
        }
        for kind in comparing.KINDS
        if counts.get(kind)
    ]


@cacheable
def lacking(request: HttpRequest, slug: str) -> HttpResponse:
    """Which clauses a language of an edition lacks."""
    document = _seen(request, slug)
    editions = instruments.editions_with_clauses(document, request.viewer)  # type: ignore[attr-defined]
    edition = instruments.edition_of(editions, request.GET.get("edition", ""))
    if edition is None:
        raise NotFound
    expressions, rows = comparing.lacking(edition, request.viewer)  # type: ignore[attr-defined]
    names = {one.language: language_name(one.language) for one in expressions}
    context = {
        "document": document,
        "edition": edition,
        "named": names,
        "rows": [(row, [names[tag] for tag in row.lacking]) for row in rows],
    }
    return render(request, "standards/lacking.html", context)


@cacheable
def amendments(request: HttpRequest, slug: str) -> HttpResponse:
    """What an amending act does to others."""
    document = _seen(request, slug)
    editions = instruments.editions_with_clauses(document, request.viewer)  # type: ignore[attr-defined]
    edition = instruments.edition_of(editions, request.GET.get("edition", ""))
    if edition is None:
        raise NotFound
    rows = comparing.amendments(edition, _languages(request), request.viewer)  # type: ignore[attr-defined]
    return render(request, "standards/amendments.html", {"document": document, "edition": edition, "rows": rows})


KINDS_OF_FILE = {
    "comity-json": ("application/json", "json"),
    "markdown": ("text/markdown; charset=utf-8", "md"),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    "oscal-json": ("application/json", "oscal.json"),
}


@cacheable
def export(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """One language of an edition as a file. What may not be shown is not in it."""
    if form not in KINDS_OF_FILE:
        raise Http404
    document = _seen(request, slug)
    editions = instruments.editions_with_clauses(document, request.viewer)  # type: ignore[attr-defined]
    edition = instruments.edition_of(editions, request.GET.get("edition", ""))
    source = instruments.source_of(edition, _languages(request), request.viewer) if edition else None  # type: ignore[attr-defined]
    if source is None:
        raise NotFound
    kind, ending = KINDS_OF_FILE[form]
    response = HttpResponse(formats.write(source, form), content_type=kind)
    response["Content-Disposition"] = content_disposition_header(True, f"{document.slug}.{source.language}.{ending}")
    return response


# importing


def _importer(request: HttpRequest) -> None:
    if not policies.may_import(request.viewer):  # type: ignore[attr-defined]
        raise NotAllowed


@login_required
def import_instrument(request: HttpRequest) -> HttpResponse:
    """A file is read, and its outline shown before anything is saved."""
    _importer(request)
    form = InstrumentForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            found = services.read_instrument(
                file.read(services.LARGEST + 1), file.name, language=form.cleaned_data["language"]
            )
            target = form.target()
            services.check_named(found, target)
            draft = services.draft_outline(found, file.name, target, by=request.viewer)  # type: ignore[attr-defined]
            return redirect("outline", token=draft.token)
        except NotAllowed:
            raise
        except ComityError as error:
            form.add_error("file", error.text)
    context = {"form": form, "languages": language_choices()}
    return render(request, "standards/import_instrument.html", context, status=400 if form.errors else 200)


@login_required
def outline(request: HttpRequest, token: UUID) -> HttpResponse:
    """The outline that was found: what is uncertain is marked, all of it can be corrected."""
    draft = services.drafted(token, by=request.viewer)  # type: ignore[attr-defined]
    error = ""
    if request.method == "POST":
        try:
            services.correct_outline(draft, corrections(request.POST), by=request.viewer)  # type: ignore[attr-defined]
            draft.refresh_from_db()
            if "save" in request.POST:
                saved = services.save_outline(draft, by=request.viewer)  # type: ignore[attr-defined]
                known = {"count": saved.expression.clauses_known}
                messages.success(request, _("Saved: the text has %(count)s clauses.") % known)
                address = saved.expression.edition.document.get_absolute_url()
                return redirect(f"{address}text/?lang={saved.expression.language}")
            return redirect(
                f"{request.path}?{urlencode({'page': _next_page(request), 'doubts': _doubts_only(request)})}"
            )
        except NotAllowed:
            raise
        except ComityError as problem:
            error = problem.text
    return render(
        request, "standards/outline.html", _outline_page(request, draft, error), status=400 if error else 200
    )


@login_required
def remove(request: HttpRequest, slug: str) -> HttpResponse:
    """Take one language of an edition away, after saying so twice."""
    _importer(request)
    document = _seen(request, slug)
    found = instruments.expression(
        document,
        request.viewer,  # type: ignore[attr-defined]
        edition=request.GET.get("edition", "")[:255],
        language=request.GET.get("lang", "")[:35],
    )
    if found is None:
        raise NotFound
    if request.method == "POST":
        services.remove_expression(found, by=request.viewer)  # type: ignore[attr-defined]
        messages.success(
            request, _("The text in %(language)s was removed.") % {"language": language_name(found.language)}
        )
        return redirect(document.get_absolute_url())
    context = {"document": document, "expression": found, "language": language_name(found.language)}
    return render(request, "standards/remove_text.html", context)


def _doubts_only(request: HttpRequest) -> str:
    return "1" if request.GET.get("doubts") == "1" else ""


def _next_page(request: HttpRequest) -> int:
    return _number(request, "page", 1) + ("next" in request.POST)


def _outline_page(request: HttpRequest, draft: Any, error: str) -> dict[str, Any]:
    rows = list(enumerate(draft.outline["clauses"]))
    doubtful = [(place, row) for place, row in rows if row["doubts"]]
    shown = doubtful if _doubts_only(request) else rows
    page = min(_number(request, "page", 1), max(1, -(-len(shown) // ROWS)))
    return {
        "draft": draft,
        "total": len(rows),
        "doubtful": len(doubtful),
        "only": _doubts_only(request),
        "rows": [
            row | {"place": place, "number": place + 1, "ref": "" if services.has_no_number(row) else row["ref"]}
            for place, row in shown[(page - 1) * ROWS : page * ROWS]
        ],
        "page": page,
        "pages": max(1, -(-len(shown) // ROWS)),
        "kinds": Clause.Kind.choices,
        "levels": range(1, 9),
        "fates": [("keep", _("keep")), ("join", _("join to the row before")), ("drop", _("leave out"))],
        "error": error,
    }

"""The catalogue for harvesters (OAI-PMH 2.0). Between requests nothing is kept: a token holds all that is needed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from comity.formats import oaipmh
from comity.formats.oaipmh import DublinCore, Header, Next, OaiError, Request
from comity.standards.queries import harvest as queries
from comity.standards.queries.harvest import Harvested, Slice

PAGE = 500  # records of an answer
LASTING = timedelta(days=1)
SALT = "comity.oai"


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def harvest(request: HttpRequest) -> HttpResponse:
    """Answer one request of the protocol; what is wrong with it is said in the protocol's own words."""
    given = request.POST if request.method == "POST" else request.GET
    now, base = datetime.now(UTC), f"{settings.COMITY_ADDRESS}/oai"
    asked = None
    try:
        asked = oaipmh.read([(name, value) for name, values in given.lists() for value in values])
        answer = _ANSWERS[asked.verb](asked, now, base)
    except OaiError as problem:
        repeated = None if problem.code in ("badVerb", "badArgument") else asked
        answer = oaipmh.error(problem, now=now, base=base, request=repeated)
    return HttpResponse(answer, content_type="text/xml; charset=utf-8")


def _identify(asked: Request, now: datetime, base: str) -> str:
    mail = settings.COMITY_CONTACT or settings.DEFAULT_FROM_EMAIL
    earliest = queries.earliest_change()
    return oaipmh.identify(asked, now=now, base=base, name=settings.COMITY_NAME, mail=mail, earliest=earliest)


def _formats(asked: Request, now: datetime, base: str) -> str:
    if asked.identifier:
        _one(asked.identifier)
    return oaipmh.list_formats(asked, now=now, base=base)


def _sets(asked: Request, now: datetime, base: str) -> str:
    return oaipmh.list_sets(asked, queries.harvest_sets(), now=now, base=base)


def _record(asked: Request, now: datetime, base: str) -> str:
    found = _one(asked.identifier)
    return oaipmh.get_record(asked, *_described(found, queries.set_names()), now=now, base=base)


def _identifiers(asked: Request, now: datetime, base: str) -> str:
    rows, after = _page(asked, now)
    names = queries.set_names()
    return oaipmh.list_identifiers(asked, [_header(one, names) for one in rows], after, now=now, base=base)


def _records(asked: Request, now: datetime, base: str) -> str:
    rows, after = _page(asked, now)
    names = queries.set_names()
    return oaipmh.list_records(asked, [_described(one, names) for one in rows], after, now=now, base=base)


_ANSWERS = {
    "Identify": _identify,
    "ListMetadataFormats": _formats,
    "ListSets": _sets,
    "GetRecord": _record,
    "ListIdentifiers": _identifiers,
    "ListRecords": _records,
}


def _page(asked: Request, now: datetime) -> tuple[list[Harvested], Next]:
    """The records of one answer, and how the list goes on."""
    wanted, given, size = _resumed(asked) if asked.token else (_begun(asked), 0, -1)
    rows = queries.harvest(wanted, PAGE + 1)
    if not rows and not given:
        raise OaiError("noRecordsMatch", "No record is in this set and this range of dates.")
    more, rows = len(rows) > PAGE, rows[:PAGE]
    if not more:
        return rows, Next("", given, max(size, given + len(rows)))
    size = queries.harvest_size(wanted) if size < 0 else size
    last = rows[-1]
    token = _token(asked.verb, replace(wanted, after=(last.changed, UUID(last.rid))), given + len(rows), size)
    return rows, Next(token, given, size, now + LASTING)


def _begun(asked: Request) -> Slice:
    if not queries.known_set(asked.set):
        raise OaiError("noRecordsMatch", "There is no such set.")
    return Slice(asked.set, asked.since, asked.before)


def _token(verb: str, wanted: Slice, given: int, size: int) -> str:
    """Everything that is needed to go on, signed."""
    changed, rid = wanted.after or (None, None)
    said = [wanted.set, *map(_text, (wanted.since, wanted.before, changed)), str(rid or ""), given, size]
    return signing.dumps([verb, *said], salt=SALT)


def _resumed(asked: Request) -> tuple[Slice, int, int]:
    try:
        verb, set_, since, before, changed, rid, given, size = signing.loads(asked.token, salt=SALT, max_age=LASTING)
    except signing.SignatureExpired as error:
        raise OaiError("badResumptionToken", "The token is older than a day. Begin the harvest again.") from error
    except signing.BadSignature as error:
        raise OaiError("badResumptionToken", "This token was not given by this node.") from error
    if verb != asked.verb:
        raise OaiError("badResumptionToken", f"This token was given to {verb}.")
    after = (datetime.fromisoformat(changed), UUID(rid))
    return Slice(set_, _moment(since), _moment(before), after), given, size


def _text(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


@lru_cache(maxsize=1)
def _prefix() -> str:
    return f"oai:{settings.COMITY_ADDRESS.partition('://')[2].partition(':')[0]}:"


def _one(identifier: str) -> Harvested:
    try:
        rid = UUID(identifier.removeprefix(_prefix())) if identifier.startswith(_prefix()) else None
    except ValueError:
        rid = None
    found = queries.harvested(rid) if rid else None
    if found is None:
        raise OaiError("idDoesNotExist", "There is no such record here.")
    return found


def _header(one: Harvested, names: dict[str, str]) -> Header:
    sets = [] if one.gone else [names[code] for code in one.publishers if code in names]
    if one.ai and not one.gone:
        sets.append(queries.AI_SET)
    return Header(_prefix() + one.rid, one.changed, sets, one.gone)


def _described(one: Harvested, names: dict[str, str]) -> tuple[Header, DublinCore | None]:
    header = _header(one, names)
    if one.gone:
        return header, None
    return header, DublinCore(
        titles=one.title,
        identifiers=(one.identifier, f"{settings.COMITY_ADDRESS}/standards/{one.slug}/"),
        publishers=one.publishers,
        subjects=(one.committee,) if one.committee else (),
        date=one.date,
        type=one.type,
        languages=one.languages,
    )

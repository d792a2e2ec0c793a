"""The peers of bench.api: pyoai's server on the same database, and the smallest endpoint of django-ninja."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, parse_qsl

NAMESPACE = "{http://www.openarchives.org/OAI/2.0/}"
BATCH = 500
FIELDS = ("rid", "updated_at", "publishers", "title", "committee__designation", "date", "type", "identifier", "slug")


def harvest(address: str, most: int) -> int:
    """Harvest up to `most` records from a repository, page by page, as a harvester does. Returns how many came."""
    from oaipmh_scythe import HTTPConfig, Scythe
    from oaipmh_scythe.iterator import OAIResponseIterator

    got = 0
    with Scythe(address, iterator=OAIResponseIterator, http_config=HTTPConfig(timeout=120)) as scythe:
        for answer in scythe.list_records(metadata_prefix="oai_dc"):
            got += len(answer.xml.findall(f".//{NAMESPACE}record"))
            if got >= most:
                break
    return got


def reference_server() -> Any:
    """pyoai's server over the documents of the node, as a WSGI application.

    With BENCH_IN_MEMORY it holds that many records in memory, made before the first request, and reads nothing.
    """
    os.environ["DJANGO_SETTINGS_MODULE"] = "comity.config.settings"
    import django

    django.setup()
    # pyoai 2.5 asks a module that setuptools has no more for its own version.
    asked = SimpleNamespace(
        Requirement=SimpleNamespace(parse=str),
        working_set=SimpleNamespace(find=lambda _: SimpleNamespace(version="2.5")),
    )
    sys.modules.setdefault("pkg_resources", asked)  # type: ignore[arg-type]
    from oaipmh import common, metadata, server

    server.cgi.parse_qs = parse_qs  # pyoai 2.5 still asks the module that lost it in Python 3.8
    held = int(os.environ.get("BENCH_IN_MEMORY", "0"))
    kept = _read(0, held, common) if held else []

    class Repository(common.OAIPMH):  # type: ignore[misc]
        def identify(self) -> Any:
            moment = datetime(2000, 1, 1)
            return common.Identify(
                "Bench", "http://localhost", "2.0", ["bench@example.org"], moment, "no", "YYYY-MM-DDThh:mm:ssZ", None
            )

        def listRecords(
            self, metadataPrefix: str, cursor: int = 0, batch_size: int = BATCH, **_: Any
        ) -> list[tuple[Any, Any, Any]]:
            return kept[cursor : cursor + batch_size] if held else _read(cursor, cursor + batch_size, common)

    registry = metadata.MetadataRegistry()
    registry.registerWriter("oai_dc", server.oai_dc_writer)
    repository = server.BatchingServer(Repository(), registry, resumption_batch_size=BATCH)

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        answer = repository.handleRequest(dict(parse_qsl(environ["QUERY_STRING"])))
        start_response("200 OK", [("Content-Type", "text/xml; charset=utf-8")])
        return [answer if isinstance(answer, bytes) else answer.encode()]

    return application


def _read(first: int, end: int, common: Any) -> list[tuple[Any, Any, Any]]:
    """Documents by their place in the list, as pyoai's batches ask for them, with the data of our own records."""
    from comity.standards.models import Document

    rows = Document.objects.order_by("updated_at", "rid").values_list(*FIELDS, "languages")[first:end]
    return [_record(common, *row) for row in rows]


def _record(
    common: Any, rid: Any, changed: datetime, publishers: list[str], title: dict[str, str], *rest: Any
) -> Any:
    group, date, kind, identifier, slug, languages = rest
    core = {
        "title": list(title.values()),
        "subject": [group] if group else [],
        "publisher": publishers,
        "date": [date] if date else [],
        "type": [kind],
        "identifier": [identifier, f"http://localhost:8000/standards/{slug}/"],
        "language": languages,
    }
    moment = changed.astimezone(UTC).replace(tzinfo=None)
    header = common.Header(None, f"oai:localhost:{rid}", moment, publishers, False)
    return header, common.Metadata(None, core), None


def minimal_endpoint() -> Any:
    """A WSGI application with one endpoint of django-ninja that returns one small object, and nothing else."""
    from django.conf import settings

    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF="bench.minimal_api", SECRET_KEY="bench")  # noqa: S106
    import django
    from django.core.wsgi import get_wsgi_application

    django.setup()
    return get_wsgi_application()

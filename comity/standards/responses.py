"""Files as answers, for pages and API alike."""

from __future__ import annotations

import datetime

from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

from comity.records.viewer import Viewer
from comity.standards import files
from comity.standards.models import Document


def streamed(
    form: files.Form, found: QuerySet[Document], viewer: Viewer, day: datetime.date | None
) -> StreamingHttpResponse:
    """A list as a file. It is never kept: it may be longer than a page may be."""
    parts = files.written(form, found, viewer, day=day, most=files.MOST_IN_A_WORKBOOK)
    response = StreamingHttpResponse(parts, content_type=form.kind)
    response["Content-Disposition"] = content_disposition_header(True, f"standards.{form.ending}")
    return response


def of_one(form: files.Form, key: int, name: str, viewer: Viewer, day: datetime.date | None) -> HttpResponse:
    """One document as a file."""
    found = Document.objects.visible_to(viewer).filter(pk=key)
    response = HttpResponse(b"".join(files.written(form, found, viewer, day=day)), content_type=form.kind)
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.{form.ending}")
    return response

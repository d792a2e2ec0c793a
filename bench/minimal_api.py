"""The smallest API of django-ninja: one endpoint, one small object."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import path
from ninja import NinjaAPI

api = NinjaAPI()


@api.get("/one")
def one(request: HttpRequest) -> dict[str, str]:
    return {"identifier": "ISO/IEC 42001:2023", "stage": "published"}


urlpatterns = [path("", api.urls)]

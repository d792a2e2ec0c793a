"""The peer of bench.pages: a Django view with one query and a template, and nothing else."""

from __future__ import annotations

import os
from typing import Any

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

TEMPLATE = (
    "<!doctype html><title>{{ one.identifier }}</title><h1>{{ one.identifier }}</h1>"
    "<p>{{ one.stage }} {{ one.date }}</p>"
)


def application_on(databases: dict[str, Any]) -> Any:
    """A WSGI application that serves documents of the node's own database by primary key."""
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    settings.configure(
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        DATABASES=databases,
        SECRET_KEY="bench",  # noqa: S106
        INSTALLED_APPS=[
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "comity.records",
            "comity.members",
            "comity.standards",
        ],
        AUTH_USER_MODEL="members.Account",
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {
                    "loaders": [
                        (
                            "django.template.loaders.cached.Loader",
                            [("django.template.loaders.locmem.Loader", {"one.html": TEMPLATE})],
                        )
                    ]
                },
            }
        ],
    )
    django.setup()
    return get_wsgi_application()


def one(request: HttpRequest, key: int) -> HttpResponse:
    from comity.standards.models import Document

    return render(request, "one.html", {"one": Document.objects.only("identifier", "stage", "date").get(pk=key)})


urlpatterns = [path("<int:key>", one)]

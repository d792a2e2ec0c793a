"""What all tests stand on: a node's folder of their own, and the database that DATABASE_URL names (else SQLite).

Every process of pytest (pytest-xdist starts several) has its own folder and its own database.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django
import pytest
from django.utils import timezone, translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

HOME = Path(tempfile.mkdtemp(prefix="comity-test-"))
os.environ["COMITY_HOME"] = str(HOME)
os.environ["COMITY_API_RATE"] = "0"  # tests ask faster than any sender should
os.environ["DJANGO_SETTINGS_MODULE"] = "comity.config.settings"
django.setup()
del os.environ["DJANGO_SETTINGS_MODULE"]  # else workers of pytest-xdist would read settings before their own folder

# Nothing here measures time, and a busy machine is no failure.
hypothesis_settings.register_profile(
    "comity",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
hypothesis_settings.load_profile("comity")


@pytest.fixture(autouse=True)
def each_test_begins_in_the_nodes_language() -> Iterator[None]:
    """A page leaves its reader's language and zone active in the process: the next test begins anew."""
    yield
    translation.deactivate()
    timezone.deactivate()


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(HOME, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """SQLite in a file, as a node has it: threads and other processes see it, and it can be full."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database.setdefault("TEST", {})["NAME"] = database["NAME"]


@pytest.fixture
def emptied(transactional_db: None) -> Iterator[None]:
    """A database that several connections write to, empty before and after.

    Django empties the tables it knows; the index of terms is not one of them.
    """
    yield
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("INSERT INTO records_terms(records_terms) VALUES ('delete-all')")
        else:
            cursor.execute("TRUNCATE records_terms")


@pytest.fixture(autouse=True)
def forget_what_was_looked_up() -> Iterator[None]:
    """Caches of a process outlive the rows of a test; a node's process has one database all its life."""
    yield
    from comity.records.search import vectors
    from comity.standards.columns import columns
    from comity.web.middleware import STORE

    STORE.clear()
    columns.cache_clear()
    vectors.store.cache_clear()
    vectors.encode.cache_clear()
    shutil.rmtree(HOME / "vectors", ignore_errors=True)

"""A node with the shipped AI standards, and one account a role."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from comity.bridges import services as bridges
from comity.members import services as members
from comity.members.models import Account, Role
from comity.records.viewer import NODE
from comity.standards import services as standards
from comity.standards.services.registry import FACTS

ROLES = ("secretariat", "delegate", "expert", "reader")
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def fill() -> None:
    """The shipped facts, a bridge, an organisation, and an account for each role."""
    standards.import_catalogue([FACTS / "ai_standards.jsonl.gz"])
    for file in standards.shipped():
        standards.read_shipped(file)
    bridges.import_shipped()
    source, target = (bridges.edition_called(name, NODE) for name in ("OECD AI Principles", "NIST AI RMF"))
    bridges.propose(source, target)
    organisation = members.add_organisation({"en": "Example Institute"}, by=NODE, acronym="EXI", country="CH")
    for role in ROLES:
        members.add_member(
            f"{role}@example.org",
            name=f"Sample {role}",
            password="correct horse battery",
            role=Role.Name(role),
            organisation=None if role == "secretariat" else organisation,
            by=NODE,
        )


@pytest.fixture(scope="module")
def filled(django_db_setup: Any, django_db_blocker: Any) -> Any:
    """The filled node, shared by a module's tests, and taken away after them."""
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        try:
            fill()
            yield
        finally:
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)


@pytest.fixture
def clients(filled: Any, db: Any) -> dict[str, Client]:
    """A browser of nobody, and one signed in with each role."""
    found = {"anyone": Client()}
    for role in ROLES:
        found[role] = Client()
        found[role].force_login(Account.objects.get(email=f"{role}@example.org"), BACKEND)
    return found

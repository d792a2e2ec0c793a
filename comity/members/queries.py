"""Reads about members that pages, API and CLI share."""

from __future__ import annotations

import hashlib
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from comity.members.models import Account, Organisation, Person, Role, Token
from comity.records.viewer import ANYONE, Viewer


def viewer_of(account: Any) -> Viewer:
    """The viewer an account acts as, with the roles that are in force today. One query."""
    if not getattr(account, "is_authenticated", False):
        return ANYONE
    today = timezone.localdate()
    roles = Role.objects.filter(person__account=account, since__lte=today).filter(
        Q(until__isnull=True) | Q(until__gte=today)
    )
    held = list(roles.values_list("name", "organisation__rid"))
    return Viewer(
        user=account.pk,
        actor=account.actor,
        organisations=frozenset(rid for _name, rid in held if rid),
        roles=frozenset(name for name, _rid in held),
    )


def account_of_token(key: str) -> Token | None:
    """The token a program sent, if it is known, in force, and its account active. One query."""
    digest = hashlib.sha256(key.encode()).hexdigest()
    token = Token.objects.select_related("account").filter(digest=digest, account__is_active=True).first()
    if token is None or (token.expires_at and token.expires_at < timezone.now()):
        return None
    return token


def may_be_mailed(account: Account) -> bool:
    """Whether mail may go to an account unasked: not where its owner has yet to show that the address is theirs."""
    return not EmailAddress.objects.filter(user=account, email__iexact=account.email, verified=False).exists()


def display_name(account: Account) -> str:
    person = Person.objects.filter(account=account).first()
    return person.name if person else account.email


def organisations(viewer: Viewer) -> QuerySet[Organisation]:
    return Organisation.objects.visible_to(viewer).order_by("slug")


def roles_at(organisation: Organisation, viewer: Viewer) -> QuerySet[Role]:
    """Roles held at an organisation by people the viewer may see."""
    seen = Person.objects.visible_to(viewer)
    return Role.objects.filter(organisation=organisation, person__in=seen).select_related("person").order_by("name")


def sender_of(request: HttpRequest) -> str:
    """The network address a request comes from, as far as the proxies in front of the node are known."""
    return str(get_adapter().get_client_ip(request))

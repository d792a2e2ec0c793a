"""The verbs about members."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from comity.members import policies
from comity.members.errors import (
    AlreadyAMember,
    BadEmail,
    NoSuchMember,
    NoSuchOrganisation,
    TooManyTokens,
    WeakPassword,
)
from comity.members.models import Account, Organisation, Person, Role, Token
from comity.records import services as records
from comity.records.errors import NotAllowed
from comity.records.fields import Multilingual
from comity.records.models import Visibility
from comity.records.viewer import Viewer

MOST_TOKENS = 20


@transaction.atomic
def add_member(
    email: str,
    *,
    name: str,
    by: Viewer,
    password: str | None = None,
    role: str = Role.Name.READER,
    organisation: Organisation | None = None,
) -> Person:
    """Make an account and the person behind it, with one role.

    Raises:
        NotAllowed: the viewer does not manage members.
        BadEmail, AlreadyAMember, WeakPassword: what was given cannot be used.
    """
    if not policies.may_manage(by):
        raise NotAllowed
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise BadEmail(email=email) from error
    if Account.objects.filter(email=email).exists():
        raise AlreadyAMember
    if password is not None:
        try:
            validate_password(password, Account(email=email))
        except ValidationError as error:
            raise WeakPassword(reasons=" ".join(error.messages)) from error
    account = Account.objects.create_user(email, password)
    person = Person(account=account, name=name, visibility=Visibility.PRIVATE, contributor=account.actor)
    records.put(person, by=by, because="became a member")
    Role.objects.create(person=person, organisation=organisation, name=role)
    return person


@transaction.atomic
def set_role(email: str, *, name: str, role: str, organisation: str, end: bool, by: Viewer) -> str:
    """Give a member a role, or end it today; who is no member yet becomes one. Returns what was done, for people.

    Raises:
        NotAllowed: the viewer does not manage members.
        NoSuchOrganisation, NoSuchMember: there is none of this name.
    """
    if not policies.may_manage(by):
        raise NotAllowed
    place = Organisation.objects.filter(slug=organisation).first() if organisation else None
    if organisation and place is None:
        raise NoSuchOrganisation(slug=organisation)
    person = Person.objects.filter(account__email=email.strip().lower()).first()
    if end:
        if person is None:
            raise NoSuchMember(email=email)
        held = person.roles.filter(name=role, organisation=place, until=None)
        today = timezone.localdate()
        # A role is held on its last day as well, so ending it now means that yesterday was the last.
        ended = held.filter(since=today).delete()[0] + held.update(until=today - timedelta(days=1))
        return f"{person.name}: {role} ended" if ended else f"{person.name} does not hold the role {role} there"
    if person is None:
        person = add_member(email, name=name or email.split("@")[0], role=role, organisation=place, by=by)
        return f"{person.name} is a member now, with the role {role}"
    Role.objects.update_or_create(person=person, organisation=place, name=role, defaults={"until": None})
    return f"{person.name} holds the role {role} now"


@transaction.atomic
def welcome(account: Account, *, name: str = "") -> Person:
    """Give somebody who signed up by themselves a person with the role of reader."""
    known = Person.objects.filter(account=account).first()
    if known:
        return known
    person = Person(
        account=account,
        name=name or account.email.split("@")[0],
        visibility=Visibility.PRIVATE,
        contributor=account.actor,
    )
    records.put(person, by=Viewer(user=account.pk, actor=account.actor), because="signed up")
    Role.objects.create(person=person, name=Role.Name.READER)
    return person


def add_organisation(name: dict[str, str], *, by: Viewer, **facts: Any) -> Organisation:
    """Add an organisation.

    Raises:
        NotAllowed: the viewer does not manage members.
        ValidationError: a fact cannot be right (a ROR that is none, say).
    """
    if not policies.may_manage(by):
        raise NotAllowed
    organisation = Organisation(name=Multilingual(name), **facts)
    organisation.slug = _free_slug(facts.get("acronym") or str(organisation.name))
    organisation.full_clean()
    return records.put(organisation, by=by)


def _free_slug(text: str) -> str:
    base = slugify(text)[:70] or "organisation"
    taken = set(Organisation.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for n in range(len(taken) + 1) if (slug := f"{base}-{n + 1}" if n else base) not in taken)


def make_token(account: Account, *, name: str, writes: bool = False, days: int | None = 365) -> str:
    """A new token for programs. The key is returned once and never kept.

    Raises:
        TooManyTokens: the account has enough.
    """
    if account.tokens.count() >= MOST_TOKENS:
        raise TooManyTokens(most=MOST_TOKENS)
    key = f"comity_{secrets.token_urlsafe(32)}"
    Token.objects.create(
        account=account,
        name=name,
        digest=hashlib.sha256(key.encode()).hexdigest(),
        hint=key[:11],
        writes=writes,
        expires_at=timezone.now() + timedelta(days=days) if days else None,
    )
    return key


def drop_token(account: Account, key: int) -> None:
    account.tokens.filter(pk=key).delete()


@transaction.atomic
def set_preferences(account: Account, *, name: str, language: str, timezone_name: str, by: Viewer) -> None:
    """How somebody is called here, and the language and time zone they read in."""
    account.language, account.timezone = language, timezone_name
    account.save(update_fields=["language", "timezone"])
    person = Person.objects.filter(account=account).first()
    if person and person.name != name:
        person.name = name
        records.put(person, by=by)

"""Who takes part: organisations, people, the roles they hold, and the accounts they sign in with."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comity.records.fields import MultilingualField
from comity.records.models import Record


class AccountManager(BaseUserManager["Account"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Account:
        account = self.model(email=self.normalize_email(email).lower(), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser, PermissionsMixin):
    """A way to sign in. What its owner writes is logged under `actor`, a random id that names nobody."""

    email = models.EmailField(_("email address"), unique=True)
    actor = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=timezone.now)
    language = models.CharField(max_length=10, blank=True)
    timezone = models.CharField(max_length=64, blank=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[AccountManager] = AccountManager()


class Organisation(Record):
    """A body, company, university, NGO or agency that takes part."""

    class Type(models.TextChoices):
        STANDARDS_BODY = "standards_body", _("standards body")
        INTERGOVERNMENTAL = "intergovernmental", _("intergovernmental organisation")
        GOVERNMENT = "government", _("government or regulator")
        COMPANY = "company", _("company")
        ACADEMIA = "academia", _("university or research institute")
        CIVIL_SOCIETY = "civil_society", _("non-governmental organisation")
        OTHER = "other", _("other")

    slug = models.SlugField(max_length=80, unique=True)
    name = MultilingualField()
    acronym = models.CharField(max_length=40, blank=True)
    ror = models.CharField(
        "ROR",
        max_length=30,
        blank=True,
        validators=[
            RegexValidator(
                r"^https://ror\.org/0[a-hj-km-np-tv-z0-9]{6}[0-9]{2}$",
                _("A ROR looks like https://ror.org/05a28rw58."),
            )
        ],
    )
    country = models.CharField(max_length=2, blank=True, validators=[RegexValidator(r"^[A-Z]{2}$")])
    sector = models.CharField(max_length=80, blank=True)
    type = models.CharField(max_length=20, choices=Type, default=Type.OTHER)
    website = models.URLField(blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["ror"], condition=~Q(ror=""), name="one_organisation_a_ror")
        ]

    def __str__(self) -> str:
        return str(self.name)

    def get_absolute_url(self) -> str:
        return f"/organisations/{self.slug}/"


class Person(Record):
    """A person. Personal data: private unless they say otherwise, digests salted."""

    account = models.OneToOneField(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="person")
    name = models.CharField(max_length=200)
    orcid = models.CharField(
        "ORCID", max_length=19, blank=True, validators=[RegexValidator(r"^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$")]
    )
    sample = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class Role(models.Model):
    """What a person may do here, for an organisation or for the node itself, from when until when."""

    class Name(models.TextChoices):
        SECRETARIAT = "secretariat", _("secretariat")
        DELEGATE = "delegate", _("delegate")
        EXPERT = "expert", _("expert")
        READER = "reader", _("reader")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="roles")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="roles"
    )
    name = models.CharField(max_length=12, choices=Name)
    since = models.DateField(default=timezone.localdate)
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "organisation", "name"], name="one_role_once"),
            models.UniqueConstraint(
                fields=["person", "name"], condition=Q(organisation=None), name="one_role_of_the_node_once"
            ),
            models.CheckConstraint(
                name="role_ends_after_it_begins",
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")),
            ),
        ]


class Token(models.Model):
    """A key for programs. Only its digest is kept; what it shows is shown once."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12)
    created_at = models.DateTimeField(default=timezone.now)
    used_on = models.DateField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    writes = models.BooleanField(default=False)

"""What allauth asks of this product."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings

from comity.members import services


class AccountAdapter(DefaultAccountAdapter):
    """Everybody who signs up becomes a reader; roles beyond that are given by the secretariat."""

    def is_open_for_signup(self, request: Any) -> bool:
        return bool(settings.COMITY_SIGNUP == "open")

    def save_user(self, request: Any, user: Any, form: Any, commit: bool = True) -> Any:
        account = super().save_user(request, user, form, commit)
        if commit:
            services.welcome(account)
        return account

"""What allauth asks of this product."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter

from comity.members import services


class AccountAdapter(DefaultAccountAdapter):
    """Everybody who signs up becomes a reader; roles beyond that are given by the secretariat."""

    def save_user(self, request: Any, user: Any, form: Any, commit: bool = True) -> Any:
        account = super().save_user(request, user, form, commit)
        if commit:
            services.welcome(account)
        return account

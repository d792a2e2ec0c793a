from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BridgesConfig(AppConfig):
    name = "comity.bridges"
    label = "bridges"
    verbose_name = _("Bridges")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from comity.bridges import beside, payloads, tasks  # noqa: F401  (tasks register themselves)

        payloads.register()
        beside.register()

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "comity.records"
    label = "records"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from comity.records.search import tasks  # noqa: F401  (tasks register themselves)

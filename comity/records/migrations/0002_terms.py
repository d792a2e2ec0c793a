"""The index of terms: FTS5 on SQLite, a tsvector with GIN on PostgreSQL. See `records.search.backends`."""

from django.db import migrations

SQLITE = (
    "CREATE VIRTUAL TABLE records_terms USING fts5"
    "(terms, content='', detail=none, columnsize=0, tokenize='ascii')"
)
POSTGRES = (
    "CREATE TABLE records_terms (slot bigint PRIMARY KEY, terms tsvector NOT NULL)",
    "CREATE INDEX records_terms_by_term ON records_terms USING gin (terms)",
)


def create(apps, schema_editor):
    for statement in (SQLITE,) if schema_editor.connection.vendor == "sqlite" else POSTGRES:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE records_terms")


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]

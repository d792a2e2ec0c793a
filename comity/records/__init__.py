"""What every record has: identity, languages, visibility, provenance, change log, search, tasks."""

"""What the change log proves and what search knows of members."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from comity.members import policies
from comity.members.models import Organisation, Person
from comity.records import kinds
from comity.records.models import seen_by


def register() -> None:
    """Tell `records` about the kinds of this room."""
    kinds.register(
        kinds.Kind(
            name="organisation",
            model=Organisation,
            payload=of_organisation,
            visible_to=seen_by,
            may_edit=policies.may_edit_organisation,
            drafts=organisation_drafts,
        )
    )
    kinds.register(
        kinds.Kind(
            name="person",
            model=Person,
            payload=of_person,
            visible_to=policies.people_visible_to,
            may_edit=policies.may_edit_person,
            personal=True,
        )
    )


def of_organisation(organisation: Organisation) -> dict[str, Any]:
    return {
        "name": organisation.name,
        "acronym": organisation.acronym,
        "ror": organisation.ror,
        "country": organisation.country,
        "sector": organisation.sector,
        "type": str(organisation.type),
        "website": organisation.website,
    }


def of_person(person: Person) -> dict[str, Any]:
    return {"name": person.name, "orcid": person.orcid, "account": person.account_id}


def organisation_drafts(organisations: Iterable[Organisation]) -> list[kinds.EntryDraft]:
    return [
        kinds.EntryDraft(one.pk, list(one.name.items()), [one.acronym, one.ror.rsplit("/", 1)[-1]], boost=1)
        for one in organisations
    ]

"""The one way to write: version, log, search and cache generation, or nothing at all."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction

from comity.members.models import Organisation
from comity.records import log
from comity.records import services as records
from comity.records.errors import NotAllowed, Stale
from comity.records.models import Change, Entry, Generation, Snapshot, Visibility
from comity.records.viewer import ANYONE, NODE
from tests.support import READER, SECRETARY, organisation, private, unsaved

pytestmark = [pytest.mark.django_db, pytest.mark.data]


def generation(kind: str = "organisation") -> int:
    return next(iter(Generation.objects.filter(kind=kind).values_list("number", flat=True)), 0)


def test_a_new_record_is_at_version_one_and_in_the_log():
    one = organisation("ITU", by=SECRETARY)

    change = Change.objects.get()
    assert (one.version, change.record, change.version, change.actor) == (1, one.rid, 1, SECRETARY.actor)


def test_every_write_raises_the_version_by_one():
    one = organisation()
    records.put(one, by=NODE)
    records.put(one, by=NODE)

    assert list(Change.objects.values_list("sequence", "version")) == [(1, 1), (2, 2), (3, 3)]


def test_what_a_person_makes_is_theirs():
    assert organisation(by=SECRETARY).contributor == SECRETARY.actor


def test_what_somebody_else_edits_stays_its_contributors():
    one = organisation(by=SECRETARY)
    records.put(one, by=NODE)

    assert Organisation.objects.get().contributor == SECRETARY.actor


def test_what_a_person_wrote_is_kept_as_a_snapshot():
    organisation("ITU", by=SECRETARY)

    assert Snapshot.objects.get().body["name"] == {"en": "ITU"}


def test_what_an_import_wrote_is_not_kept_as_a_snapshot():
    organisation("ITU", by=NODE)

    assert not Snapshot.objects.exists()


def test_a_batch_is_one_entry_of_the_log_that_names_each_of_its_records():
    several = [unsaved(f"Body {n}") for n in range(5)]
    records.bulk_put(several, by=NODE, because="import of a file")

    change = Change.objects.get()
    assert (change.count, change.record, change.because) == (5, None, "import of a file")
    assert len(bytes(change.leaves)) == 5 * log.LEAF
    assert log.verify().holds


def test_a_batch_writes_new_and_known_records_together():
    known = organisation("Known")
    known.sector = "health"
    records.bulk_put([known, unsaved("New")], by=NODE, because="again")

    assert dict(Organisation.objects.values_list("slug", "version")) == {"known": 2, "new": 1}
    assert Organisation.objects.get(slug="known").sector == "health"
    assert log.verify().holds


def test_a_batch_of_nothing_writes_nothing():
    records.bulk_put([], by=NODE, because="empty")

    assert not Change.objects.exists()


def test_a_withdrawn_record_is_out_of_sight_but_stays_in_the_log():
    one = organisation("Gone")
    records.withdraw(one, by=NODE, because="a duplicate")

    assert not Organisation.objects.visible_to(ANYONE).exists()
    assert not Organisation.objects.visible_to(NODE).exists()
    assert not Entry.objects.exists()
    last = Change.objects.last()
    assert (last.operation, last.version, last.because) == ("withdraw", 2, "a duplicate")
    assert log.verify().holds


def test_a_write_by_somebody_who_saw_an_older_version_is_refused():
    one = organisation("First")
    other = Organisation.objects.get(pk=one.pk)
    records.put(one, by=NODE)

    other.sector = "lost"
    with pytest.raises(Stale):
        records.put(other, by=NODE, expected=1)
    assert Organisation.objects.get().sector == ""
    assert Change.objects.count() == 2


def test_a_write_by_somebody_who_saw_the_latest_version_is_taken():
    one = organisation("First")

    assert records.put(one, by=NODE, expected=1).version == 2


@pytest.mark.parametrize("viewer", [ANYONE, READER])
@pytest.mark.parametrize("verb", ["put", "bulk_put", "withdraw"])
def test_who_may_not_write_is_refused_and_nothing_is_written(viewer, verb):
    one = organisation("Theirs")
    one.sector = "changed"
    calls: dict[str, Callable[[], object]] = {
        "put": lambda: records.put(one, by=viewer),
        "bulk_put": lambda: records.bulk_put([one], by=viewer, because=""),
        "withdraw": lambda: records.withdraw(one, by=viewer, because=""),
    }

    with pytest.raises(NotAllowed):
        calls[verb]()
    assert list(Organisation.objects.values_list("sector", "version", "withdrawn_at")) == [("", 1, None)]
    assert Change.objects.count() == 1


def test_one_refused_record_refuses_its_whole_batch():
    with pytest.raises(NotAllowed):
        records.bulk_put([unsaved("One"), unsaved("Two")], by=READER, because="")

    assert not Organisation.objects.exists()


def test_a_write_that_fails_later_in_its_transaction_leaves_nothing():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        organisation()
        _ = 1 / 0

    assert not Change.objects.exists()
    assert not Entry.objects.exists()
    assert generation() == 0


def test_a_public_write_moves_the_generation_of_its_kind_alone():
    organisation()

    assert (generation("organisation"), generation("body")) == (1, 0)


def test_a_private_write_moves_no_generation():
    private("Secret", READER)

    assert generation() == 0


def test_hiding_a_public_record_moves_the_generation():
    """Else the finished pages that show it would go on being served."""
    one = organisation()
    before = generation()
    one.visibility = Visibility.PRIVATE
    records.put(one, by=NODE)

    assert generation() > before


def test_hiding_a_batch_of_public_records_moves_the_generation():
    several = [organisation("One"), organisation("Two")]
    before = generation()
    for one in several:
        one.visibility = Visibility.ORGANISATION
    records.bulk_put(several, by=NODE, because="hidden")

    assert generation() > before


def test_a_change_of_a_hidden_record_is_not_among_the_public_changes():
    one = organisation()
    one.visibility = Visibility.PRIVATE
    records.put(one, by=NODE)

    assert [change.version for change in log.latest_changes(10)] == [1]


def test_withdrawing_a_public_record_moves_the_generation():
    one = organisation()
    before = generation()
    records.withdraw(one, by=NODE, because="")

    assert generation() > before


def test_the_write_lock_is_held_only_in_a_transaction(emptied):
    with pytest.raises(transaction.TransactionManagementError):
        log.hold()

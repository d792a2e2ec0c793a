"""The chain: what was written can be proved, and every kind of tampering is found."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from comity.members.models import Organisation, Person
from comity.records import log
from comity.records import services as records
from comity.records.canonical import merkle_root
from comity.records.models import Change, Visibility
from comity.records.viewer import NODE
from tests.support import READER, organisation, unsaved


@pytest.fixture
def written(db):
    """Three single writes and a batch of four."""
    for name in ("One", "Two", "Three"):
        organisation(name)
    records.bulk_put([unsaved(f"Batch {n}") for n in range(4)], by=NODE, because="a batch")


def faults() -> str:
    return "\n".join(f"{fault.where} {fault.what}" for fault in log.verify().faults or ())


@pytest.mark.data
def test_an_untouched_log_holds(written):
    proof = log.verify()

    assert (proof.holds, proof.changes, proof.records) == (True, 4, 7)
    assert proof.head == log.head().chain


@pytest.mark.django_db
@pytest.mark.data
def test_an_empty_log_holds():
    assert log.verify().holds


@pytest.mark.data
@pytest.mark.parametrize(
    "alteration",
    [
        {"because": "another reason"},
        {"actor": uuid4()},
        {"kind": "person"},
        {"operation": "withdraw"},
        {"version": 7},
        {"count": 2},
        {"public": False},
        {"digest": bytes(32)},
        {"record": uuid4()},
        {"chain": bytes(32)},
    ],
    ids=lambda alteration: next(iter(alteration)),
)
def test_an_altered_row_is_found(written, alteration):
    Change.objects.filter(sequence=2).update(**alteration)

    assert "change 2 its chain does not match" in faults()


@pytest.mark.data
def test_a_row_with_another_time_is_found(written):
    second = Change.objects.get(sequence=2)
    Change.objects.filter(sequence=2).update(at=second.at.replace(year=2001))

    assert "change 2 its chain does not match" in faults()


@pytest.mark.data
@pytest.mark.parametrize("sequence", [1, 2, 3])
def test_a_removed_row_is_found(written, sequence):
    Change.objects.filter(sequence=sequence).delete()

    assert "rows are missing" in faults()


@pytest.mark.data
def test_a_removed_last_row_is_found_by_its_records(written):
    Change.objects.filter(sequence=4).delete()

    assert faults().count("is in the database but not in the log") == 4


@pytest.mark.data
def test_rows_in_another_order_are_found(written):
    first, second = Change.objects.filter(sequence__in=(1, 2))
    Change.objects.filter(sequence__in=(1, 2)).delete()
    first.sequence, second.sequence = 2, 1
    Change.objects.bulk_create([first, second])

    assert "its chain does not match" in faults()


@pytest.mark.data
def test_an_altered_record_is_found(written):
    Organisation.objects.filter(slug="two").update(sector="altered")

    assert faults() == f"organisation {Organisation.objects.get(slug='two').rid} differs from what was logged"


@pytest.mark.data
def test_an_altered_record_of_a_batch_is_found(written):
    Organisation.objects.filter(slug="batch-2").update(website="https://example.org")

    assert "differs from what was logged" in faults()


@pytest.mark.data
def test_a_removed_record_is_found(written):
    one = Organisation.objects.get(slug="batch-1")
    Organisation.objects.filter(pk=one.pk).delete()

    assert faults() == f"organisation {one.rid} is in the log but not in the database"


@pytest.mark.data
def test_a_record_that_was_never_logged_is_found(written):
    unsaved("Smuggled").save()

    assert "is in the database but not in the log" in faults()


@pytest.mark.data
def test_a_record_at_a_version_that_was_never_logged_is_found(written):
    Organisation.objects.filter(slug="one").update(version=2)

    assert "is at version 2, the log says 1" in faults()


@pytest.mark.data
@pytest.mark.parametrize("place", [0, 17, 30])
def test_an_altered_leaf_is_found(written, place):
    change = Change.objects.get(sequence=4)
    leaves = bytearray(bytes(change.leaves))
    leaves[log.LEAF + place] ^= 1
    Change.objects.filter(sequence=4).update(leaves=bytes(leaves))

    assert "change 4 its list of records does not match its Merkle root" in faults()


@pytest.mark.data
def test_a_removed_leaf_is_found(written):
    change = Change.objects.get(sequence=4)
    Change.objects.filter(sequence=4).update(leaves=bytes(change.leaves)[log.LEAF :])

    assert "change 4 its list of records does not match its Merkle root" in faults()


@pytest.mark.data
def test_a_batch_without_its_leaves_is_found(written):
    Change.objects.filter(sequence=4).update(leaves=None)

    assert faults()


# people


@pytest.fixture
def person(db):
    one = Person(name="Ada Sample", visibility=Visibility.PRIVATE, contributor=READER.actor)
    return records.put(one, by=NODE)


@pytest.mark.data
def test_two_people_of_one_name_have_different_digests(person):
    records.put(Person(name="Ada Sample"), by=NODE)

    first, second = Change.objects.all()
    assert bytes(first.digest) != bytes(second.digest)
    assert log.verify().holds


@pytest.mark.data
def test_the_digest_of_a_person_cannot_be_guessed_without_the_salt(person):
    from comity.members.payloads import of_person
    from comity.records.canonical import digest

    change = Change.objects.get()
    assert bytes(change.digest) == digest(of_person(person), bytes(change.salt))
    assert bytes(change.digest) != digest(of_person(person))


@pytest.mark.data
def test_the_log_holds_after_a_person_and_their_salt_are_erased(person):
    organisation("Later")
    Person.objects.filter(pk=person.pk).delete()
    Change.objects.filter(record=person.rid).update(salt=None)

    assert faults() == ""


@pytest.mark.data
def test_a_person_who_is_removed_with_the_salt_left_is_found(person):
    Person.objects.filter(pk=person.pk).delete()

    assert "is in the log but not in the database" in faults()


@pytest.mark.data
def test_a_person_who_is_still_here_without_the_salt_is_found(person):
    Change.objects.filter(record=person.rid).update(salt=None)

    assert f"person {person.rid}" in faults()


# several at once


@pytest.mark.data
def test_writers_at_once_make_one_dense_chain(emptied):
    from concurrent.futures import ThreadPoolExecutor

    def writer(number: int) -> None:
        try:
            for n in range(8):
                if n % 4 == 3:
                    batch = [unsaved(f"W{number} B{n} {k}") for k in range(3)]
                    records.bulk_put(batch, by=NODE, because="at once")
                else:
                    organisation(f"W{number} {n}")
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(writer, range(4)))

    assert list(Change.objects.values_list("sequence", flat=True)) == list(range(1, 33))
    assert log.verify().holds
    assert log.verify().records == 4 * (6 + 2 * 3)


# the Merkle tree


def root_of(leaves: list[bytes]) -> bytes:
    """RFC 9162, section 2.1.1, word for word."""
    from hashlib import sha256

    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + root_of(leaves[:k]) + root_of(leaves[k:])).digest()


@given(st.lists(st.binary(max_size=8), max_size=40))
def test_the_merkle_root_is_that_of_the_standard(leaves):
    assert merkle_root(leaves) == root_of(leaves)

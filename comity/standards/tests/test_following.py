"""Following: one's own, erased for good, told by mail when something happened and not otherwise."""

from __future__ import annotations

import datetime

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.utils import timezone

from comity.members import queries as members
from comity.members import services as people
from comity.members.models import Account
from comity.records import log
from comity.records.errors import NotAllowed, NotFound
from comity.records.models import Change, Snapshot
from comity.records.viewer import ANYONE, NODE
from comity.standards.errors import NothingToFollow, TooManyFollowed
from comity.standards.models import Digest, Follow
from comity.standards.queries import following as queries
from comity.standards.services import following as services
from tests.support import SECRETARY, row

DAY = datetime.timedelta(days=1)


@pytest.fixture
def reader(db):
    people.add_member("reader@example.org", name="Sample", password="correct horse battery", by=NODE)
    return members.viewer_of(Account.objects.get(email="reader@example.org"))


def published(name: str, src: str = ""):
    return row(name, stage="60", substage="60", **({"src": src} if src else {}))


def test_following_again_changes_nothing(take, reader):
    take(published("ISO 1:2020"))
    first, again = (services.follow("document", "iso-1", by=reader) for _turn in range(2))
    assert first.pk == again.pk
    assert [one.label for one in queries.followed(reader)] == ["ISO 1:2020"]


def test_the_same_search_is_followed_once_however_it_is_written(take, reader):
    one = services.follow("search", "all=1&body=iso&page=3&nonsense=1", by=reader)
    same = services.follow("search", "body=ISO&all=1", by=reader)
    assert (one.pk, one.target) == (same.pk, "body=ISO&all=1")


@pytest.mark.parametrize(
    ("what", "target"),
    [
        ("document", "no-such"),
        ("body", "x"),
        ("committee", ""),
        ("concept", "no:no"),
        ("person", "1"),
        ("document", "a\0"),
    ],
)
def test_what_is_not_there_cannot_be_followed(reader, what, target):
    with pytest.raises(NothingToFollow):
        services.follow(what, target, by=reader)


def test_nobody_follows_without_an_account(take):
    take(published("ISO 1:2020"))
    with pytest.raises(NotAllowed):
        services.follow("document", "iso-1", by=ANYONE)


def test_there_is_an_end_to_what_one_follows(take, reader, monkeypatch):
    monkeypatch.setattr(services, "MOST", 1)
    take(published("ISO 1:2020"), published("ISO 2:2020"))
    services.follow("document", "iso-1", by=reader)
    with pytest.raises(TooManyFollowed):
        services.follow("document", "iso-2", by=reader)


def test_what_one_follows_is_nobody_elses_business(take, reader):
    take(published("ISO 1:2020"))
    one = services.follow("document", "iso-1", by=reader)
    assert list(Follow.objects.visible_to(SECRETARY)) == []
    with pytest.raises(NotFound):
        services.unfollow(one.rid, by=SECRETARY)
    assert not Change.objects.get(kind="follow").public


def test_following_no_more_erases_it_and_the_log_still_holds(take, reader):
    take(published("ISO 1:2020"))
    one = services.follow("document", "iso-1", by=reader)
    assert Snapshot.objects.filter(change__record=one.rid).exists()

    services.unfollow(one.rid, by=reader)

    assert not Follow.objects.exists()
    assert not Snapshot.objects.filter(change__record=one.rid).exists()
    assert Change.objects.get(record=one.rid).salt is None
    assert log.verify().holds


def test_what_is_followed_goes_with_the_account(take, reader):
    take(published("ISO 1:2020"))
    services.follow("document", "iso-1", by=reader)
    services.choose("daily", by=reader)
    Account.objects.get(actor=reader.actor).delete()

    services.send_digests()

    assert not Follow.objects.exists()
    assert not Digest.objects.exists()
    assert not [fault for fault in log.verify().faults or () if fault.where.startswith("follow")]


def move(take) -> None:
    take(row("ISO 1:2020", src="a", stage="95", substage="99"))


@pytest.fixture
def following(take, reader, document):
    """A reader who is told each day of one document."""
    take(published("ISO 1:2020", "a"), published("ISO 2:2020", "b"))
    services.follow("document", "iso-1", by=reader)
    services.choose("daily", by=reader)
    return reader


def test_a_mail_tells_what_happened_in_the_readers_language_with_a_way_to_stop(take, following, client, settings):
    Account.objects.filter(actor=following.actor).update(language="fr")
    move(take)

    assert services.send_digests(now=timezone.now() + DAY) == 1

    (sent,) = mail.outbox
    assert sent.to == ["reader@example.org"]
    assert "ISO 1:2020" in sent.body
    assert "ISO 2:2020" not in sent.body
    stopping = sent.extra_headers["List-Unsubscribe"].strip("<>")
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = stopping.removeprefix(settings.COMITY_ADDRESS)
    assert client.get(path).status_code == 200
    assert queries.digest_of(following) == "daily"
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert queries.digest_of(following) == "never"


def test_nothing_is_sent_when_nothing_happened_or_it_was_told_already(take, following):
    assert services.send_digests(now=timezone.now() + DAY) == 0
    move(take)
    Digest.objects.update(told_until=timezone.now() - DAY)
    assert services.send_digests() == 1
    assert services.send_digests() == 0
    assert services.send_digests(now=timezone.now() + DAY) == 0
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("every", "days", "mails"), [("never", 30, 0), ("weekly", 6, 0), ("weekly", 7, 1), ("daily", 1, 1)]
)
def test_mails_come_as_often_as_chosen(take, following, every, days, mails):
    services.choose(every, by=following)
    move(take)
    assert services.send_digests(now=timezone.now() + days * DAY) == mails


def test_a_mail_that_does_not_go_out_is_told_the_next_time(take, following, monkeypatch):
    from django.core.mail import EmailMessage

    def fail(_self):
        raise ConnectionRefusedError

    move(take)
    with monkeypatch.context() as patched:
        patched.setattr(EmailMessage, "send", fail)
        assert services.send_digests(now=timezone.now() + DAY) == 0
    assert services.send_digests(now=timezone.now() + DAY) == 1


def test_an_address_nobody_confirmed_gets_no_mail(take, following):
    account = Account.objects.get(actor=following.actor)
    EmailAddress.objects.create(user=account, email=account.email, primary=True, verified=False)
    move(take)
    assert services.send_digests(now=timezone.now() + DAY) == 0


def test_a_token_of_another_purpose_stops_nothing(db):
    for token in ("", "x", "a:b:c"):
        with pytest.raises(NotFound):
            services.stop(token)


def test_bodies_committees_and_searches_are_followed_to_their_documents(take, reader):
    take(row("ISO 5:2020", src="a"))
    begun = timezone.now()
    for what, target in (("body", "iso"), ("search", "all=1&body=ISO"), ("document", "iso-5")):
        services.follow(what, target, by=reader)
    take(row("ISO 6:2020", src="b"))
    found = queries.happened(queries.followed(reader), reader, begun - DAY)
    assert [one.document.key for one in found] == ["ISO 6"]

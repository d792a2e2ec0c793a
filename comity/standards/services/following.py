"""Following: begin, end, choose how often to be told, and tell."""

from __future__ import annotations

import datetime
from uuid import UUID

import structlog
from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext, ngettext

from comity.members import queries as members
from comity.members.models import Account
from comity.records import services as records
from comity.records.errors import NotAllowed, NotFound
from comity.records.models import Visibility
from comity.records.viewer import Viewer
from comity.standards import telling
from comity.standards.errors import NothingToFollow, TooManyFollowed
from comity.standards.models import Digest, Follow
from comity.standards.queries import Event, following

MOST = 200  # that one person follows
PURPOSE = "comity.standards.following.stop"
# A little less than the time between two runs, so that a run that begins early leaves nobody out.
BETWEEN = {
    Digest.Every.DAILY: datetime.timedelta(hours=20),
    Digest.Every.WEEKLY: datetime.timedelta(days=6, hours=20),
}
logger = structlog.get_logger()


@transaction.atomic
def follow(what: str, target: str, *, by: Viewer) -> Follow:
    """Follow something. Following it again changes nothing.

    Raises:
        NotAllowed: nobody is signed in.
        NothingToFollow: there is no such thing, or the viewer may not see it.
        TooManyFollowed: the person follows enough.
    """
    if by.actor is None:
        raise NotAllowed
    if "\0" in target:
        raise NothingToFollow
    target = following.canonical_search(target) if what == Follow.What.SEARCH else target
    label = following.label_of(what, target, by) if len(target) <= 500 else ""
    if not label:
        raise NothingToFollow
    known = Follow.objects.filter(contributor=by.actor, what=what, target=target).first()
    if known:
        return known
    if Follow.objects.filter(contributor=by.actor).count() >= MOST:
        raise TooManyFollowed(most=MOST)
    one = Follow(what=what, target=target, label=label[:300], visibility=Visibility.PRIVATE, contributor=by.actor)
    return records.put(one, by=by)


def unfollow(rid: UUID, *, by: Viewer) -> None:
    """Follow something no more: it is erased, for what somebody followed is nobody's business.

    Raises:
        NotFound: the viewer does not follow it.
    """
    found = list(following.followed(by).filter(rid=rid)) if by.actor else []
    if not found:
        raise NotFound
    records.erase(found)


def choose(every: str, *, by: Viewer) -> None:
    """Be told by mail never, each day or each week, of what happens from now on.

    Raises:
        NotAllowed: nobody is signed in, or there is no such choice.
    """
    if by.actor is None or every not in Digest.Every.values:
        raise NotAllowed
    Digest.objects.update_or_create(actor=by.actor, defaults={"every": every, "told_until": timezone.now()})


def forget(actor: UUID) -> int:
    """Erase all that a person follows and chose, as when their account goes. Returns how much they followed."""
    found = list(Follow.objects.filter(contributor=actor))
    records.erase(found)
    Digest.objects.filter(actor=actor).delete()
    return len(found)


def forget_the_gone() -> int:
    """Erase what people follow whose accounts are no more."""
    known = Account.objects.values("actor")
    gone = set(Follow.objects.exclude(contributor__in=known).values_list("contributor", flat=True))
    gone |= set(Digest.objects.exclude(actor__in=known).values_list("actor", flat=True))
    return sum(forget(actor) for actor in gone)


def stop_token(actor: UUID) -> str:
    """What a mail's link to stop the mails carries: signed, good for this and nothing else."""
    return signing.dumps(str(actor), salt=PURPOSE)


def stop(token: str) -> None:
    """Stop the mails to whoever the token was sent to. Doing it again does no harm.

    Raises:
        NotFound: the token is not one of this node.
    """
    Digest.objects.filter(actor=whose(token)).update(every=Digest.Every.NEVER)


def whose(token: str) -> UUID:
    try:
        return UUID(signing.loads(token, salt=PURPOSE))
    except (signing.BadSignature, ValueError) as error:
        raise NotFound from error


def send_digests(*, now: datetime.datetime | None = None) -> int:
    """Tell everybody who is due what happened to what they follow. Returns how many mails went out.

    Whoever a mail could not be sent to is told the next time; nothing is sent where nothing happened.
    """
    now = now or timezone.now()
    forget_the_gone()
    return sum(_tell(one, now) for one in Digest.objects.exclude(every=Digest.Every.NEVER) if _due(one, now))


def _due(one: Digest, now: datetime.datetime) -> bool:
    return now - one.told_until >= BETWEEN[Digest.Every(one.every)]


def _tell(one: Digest, now: datetime.datetime) -> bool:
    account = Account.objects.filter(actor=one.actor, is_active=True).first()
    if account is None or not members.may_be_mailed(account):
        return False
    viewer = members.viewer_of(account)
    events = following.happened(following.followed(viewer), viewer, one.told_until)
    if events:
        try:
            with translation.override(account.language or settings.LANGUAGE_CODE):
                _mail(account, events).send()
        except OSError as error:
            logger.warning("mail not sent", error=str(error))
            return False
    Digest.objects.filter(pk=one.pk).update(told_until=now)
    return bool(events)


def _mail(account: Account, events: list[Event]) -> EmailMessage:
    node = settings.COMITY_ADDRESS
    stopping = f"{node}/account/following/stop/{stop_token(account.actor)}/"
    count = len(events)
    subject = ngettext("%(n)s change in what you follow", "%(n)s changes in what you follow", count) % {"n": count}
    told = "\n\n".join(_told(one, node) for one in events)
    ends = [
        gettext("What you follow: %(address)s") % {"address": f"{node}/account/following/"},
        gettext("No such mails any more: %(address)s") % {"address": stopping},
    ]
    return EmailMessage(
        f"[{settings.COMITY_NAME}] {subject}",
        f"{told}\n\n-- \n" + "\n".join(ends) + "\n",
        to=[account.email],
        headers={"List-Unsubscribe": f"<{stopping}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )


def _told(event: Event, node: str) -> str:
    one = event.document
    return f"{one.identifier}  {one.title}\n{telling.sentence(event)}\n{node}/standards/{one.slug}/"

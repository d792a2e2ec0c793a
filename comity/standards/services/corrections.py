"""Anybody reports an error; the secretariat accepts or declines it, and the reporter reads the answer."""

from __future__ import annotations

import datetime
import hmac
import ipaddress
import secrets
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from comity.records import log, tasks
from comity.records import services as records
from comity.records.errors import NotAllowed, NotFound
from comity.records.fields import Multilingual
from comity.records.models import Visibility
from comity.records.viewer import Viewer
from comity.standards import policies
from comity.standards.errors import (
    AlreadyDecided,
    BadValue,
    NeedsReason,
    NotAPerson,
    NotCorrectable,
    NothingChanged,
    TooManyReports,
)
from comity.standards.models import (
    Body,
    Committee,
    Correction,
    CorrectionContact,
    CorrectionTally,
    Document,
    Edition,
    Selection,
)
from comity.standards.models.corrections import LONGEST_REASON, LONGEST_VALUE
from comity.standards.services import editing, selecting, stating, values

A_SENDER = 20  # reports a day
MOST_OPEN = 5_000  # that wait for an answer
LEAST_SECONDS = 3  # that a person needs to fill in the form
LONGEST_OPEN = datetime.timedelta(days=1)  # that a form may stay open
KEPT = datetime.timedelta(days=30)  # that an address stays when the answer cannot be mailed
FORM, LINK = "comity.standards.corrections.form", "comity.standards.corrections.link"

Field = Correction.Field
About = Document | Body | Committee
FIELDS: dict[type[About], tuple[str, ...]] = {
    Document: (
        Field.TITLE,
        Field.STAGE,
        Field.PUBLISHED,
        Field.COMMITTEE,
        Field.EDITION,
        Field.TYPE,
        Field.PAGE,
        Field.TERRITORY,
        Field.SELECTION,
        Field.OTHER,
    ),
    Body: (Field.NAME, Field.COUNTRY, Field.WEBSITE, Field.OTHER),
    Committee: (Field.NAME, Field.OTHER),
}
OF_ONE_LANGUAGE = (Field.TITLE, Field.NAME)
VERDICTS = {"ai": Selection.AI, "adjacent": Selection.ADJACENT, "none": Selection.NONE}


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody reports: see `Correction`. `address` is where they want to be told, or ""."""

    field: str
    reason: str
    proposed: str = ""
    language: str = ""
    edition: str = ""  # its key; "" for the one that stands for the document
    address: str = ""
    speaks: str = ""  # language of the answer


@transaction.atomic
def report(about: About, given: Report, *, by: Viewer, sender: str, form: str = "") -> Correction:
    """Report that something is wrong. Nothing changes until somebody decides.

    Args:
        sender: the network address it comes from. Only a digest of it is kept, and only for that day.
        form: what `form_token` gave; the same form sent twice is one report.

    Raises:
        NotCorrectable: there is no such field or edition.
        NeedsReason: none is given.
        BadValue: a text is too long, or the address is none.
        TooManyReports: from this sender, or from all together.
    """
    if given.field not in FIELDS[type(about)]:
        raise NotCorrectable(field=given.field[:40])
    reason = given.reason.strip()
    if not reason:
        raise NeedsReason(_("Say how you know: whoever decides has to check it."))
    _fits("reason", reason, LONGEST_REASON)
    proposed = _fits("proposed", values.clean(given.proposed), LONGEST_VALUE)
    address = _address(given.address)
    edition = _edition(about, given.edition)
    language = _language(about, edition, given)
    log.hold()
    key = sha256(form.encode()).hexdigest() if form else None
    if key and (known := Correction.objects.filter(form=key).first()):
        return known
    _count(sender)
    one = Correction(
        **{_slot(about): about},
        edition=edition,
        field=given.field,
        language=language,
        before=value_of(about, edition, given.field, language)[:LONGEST_VALUE],
        proposed=proposed,
        reason=reason,
        visibility=Visibility.PRIVATE,
        form=key,
    )
    records.put(one, by=by)
    if address:
        CorrectionContact.objects.create(correction=one, address=address, language=given.speaks[:10])
    return one


def _slot(about: About) -> str:
    return type(about).__name__.lower()


def _fits(field: str, text: str, most: int) -> str:
    if len(text) > most or "\0" in text:
        raise BadValue(field=field, reason=_("it is too long"))
    return text


def _address(given: str) -> str:
    address = given.strip()
    try:
        if address:
            validate_email(address)
    except ValidationError as error:
        raise BadValue(field="address", reason=_("this is no email address")) from error
    return _fits("address", address, 254)


def _edition(about: About, key: str) -> Edition | None:
    if not isinstance(about, Document):
        return None
    seen = Edition.objects.filter(document=about, withdrawn_at__isnull=True)
    found: Edition | None = seen.filter(key=key or about.current).first()
    if key and found is None:
        raise NotCorrectable(field=key[:80])
    return found


def _language(about: About, edition: Edition | None, given: Report) -> str:
    """Of a title or name: the language that is named, else that of the text the reader is shown."""
    if given.field not in OF_ONE_LANGUAGE:
        return ""
    if given.language and not values.TAG.fullmatch(given.language):
        raise BadValue(field="language", reason=_("a language is named by its tag, as en or zh-Hant"))
    return given.language or _texts(about, edition).pick()[0] or "en"


def _texts(about: About, edition: Edition | None) -> Multilingual:
    if isinstance(about, Document):
        return edition.title if edition else about.title
    return about.name


def value_of(about: About, edition: Edition | None, field: str, language: str = "") -> str:
    """What a field says now, as text."""
    if field in OF_ONE_LANGUAGE:
        texts = _texts(about, edition)
        return str(texts.get(language, "") if language else texts)
    if not isinstance(about, Document):
        return str(getattr(about, field, ""))
    if field == Field.SELECTION:
        return next(name for name, level in VERDICTS.items() if level == about.selection)
    if edition is None:
        return ""
    return str(stating.shown(edition).get(field, ""))


# not too many, and by people


def _count(sender: str) -> None:
    """One more report of today. What is refused leaves nothing behind."""
    today = timezone.localdate()
    CorrectionTally.objects.exclude(day=today).delete()
    all_of_them = CorrectionTally.objects.aggregate(made=Sum("made"))["made"] or 0
    if all_of_them >= settings.COMITY_CORRECTIONS or _waiting() >= MOST_OPEN:
        raise TooManyReports(
            reason=_("This node takes no more reports today. Nothing was kept; please try again tomorrow.")
        )
    tally, _made = CorrectionTally.objects.get_or_create(day=today, sender=_digest(sender, today))
    if tally.made >= A_SENDER:
        raise TooManyReports(
            reason=_("%(most)s reports came from your network today. Nothing was kept; please try again tomorrow.")
            % {"most": A_SENDER}
        )
    CorrectionTally.objects.filter(pk=tally.pk).update(made=F("made") + 1)


def _waiting() -> int:
    return int(Correction.objects.filter(state=Correction.State.OPEN, withdrawn_at__isnull=True).count())


def _digest(sender: str, day: datetime.date) -> str:
    """A sender, for one day. An IPv6 network (/64) is one sender: it is what one subscriber has."""
    try:
        address = ipaddress.ip_address(sender)
        sender = str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else str(address)
    except ValueError:
        pass
    return hmac.new(settings.SECRET_KEY.encode(), f"{day}|{sender}".encode(), sha256).hexdigest()[:24]


def form_token(about: About) -> str:
    """What a form carries: which record it is about and since when it is open, signed."""
    return signing.dumps([str(about.rid), secrets.token_urlsafe(9)], salt=FORM)


def token_lasts(token: str) -> bool:
    """Whether a form with this token can be sent yet, once what is wrong with it is put right."""
    try:
        signing.loads(token, salt=FORM, max_age=LONGEST_OPEN)
    except signing.BadSignature:
        return False
    return True


def check_form(token: str, about: About, trap: str) -> None:
    """Whether a person filled in the form. Nobody else is asked.

    Raises:
        NotAPerson: the field that people do not see is filled in, the form is forged or too old, or it took no time.
    """
    if trap:
        raise NotAPerson(reason=_("A field was filled in that people leave empty. Empty it, and send again."))
    try:
        rid, _nonce = signing.loads(token, salt=FORM, max_age=LONGEST_OPEN)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise NotAPerson(reason=_("The form was open for more than a day. Send it again.")) from error
    if rid != str(about.rid):
        raise NotAPerson(reason=_("The form belongs to another page. Send it again."))
    try:
        signing.loads(token, salt=FORM, max_age=LEAST_SECONDS)
    except signing.SignatureExpired:
        return
    raise NotAPerson(reason=_("That was faster than people write. Wait a few seconds, and send again."))


# the reporter's link


def link_of(one: Correction) -> str:
    """The address where the reporter reads the answer. Whoever has it may: it is in no page and no feed."""
    return f"/standards/corrections/follow/{signing.Signer(salt=LINK, sep='.').sign(one.rid.hex)}/"


def followed(token: str) -> Correction:
    """The report that a link leads to.

    Raises:
        NotFound: the link is not one of this node, or the report was erased.
    """
    try:
        rid = UUID(hex=signing.Signer(salt=LINK, sep=".").unsign(token))
    except (signing.BadSignature, ValueError) as error:
        raise NotFound from error
    found = Correction.objects.select_related("document", "edition", "body", "committee").filter(rid=rid).first()
    if found is None:
        raise NotFound
    return found


# deciding


@transaction.atomic
def accept(correction: Correction, *, answer: str, value: str = "", by: Viewer) -> Correction:
    """Make the change, answer the reporter, and tell it in the history of what was wrong.

    Args:
        value: what the field is to say; "" where the error was put right otherwise, or there is nothing to set.

    Raises:
        NotAllowed: the viewer does not decide on reports.
        AlreadyDecided: somebody was first.
        NeedsReason: there is no answer.
        BadValue: the value cannot be what the field says.
    """
    one = _open(correction, answer, by)
    value = values.clean(value)
    if value and one.field != Field.OTHER:
        with suppress(NothingChanged):  # somebody put it right already
            _apply(one, value, answer, by)
        one.applied = value
    one.visibility = one.about.visibility
    return _decided(one, Correction.State.ACCEPTED, answer, by)


@transaction.atomic
def decline(correction: Correction, *, answer: str, by: Viewer) -> Correction:
    """Leave everything as it is, and tell the reporter why.

    Raises:
        NotAllowed, AlreadyDecided, NeedsReason: as `accept`.
    """
    return _decided(_open(correction, answer, by), Correction.State.DECLINED, answer, by)


@transaction.atomic
def erase(correction: Correction, *, by: Viewer) -> None:
    """Erase a report for good, as spam is, or what its reporter wants erased. What was changed by it stays.

    Raises:
        NotAllowed: the viewer does not decide on reports.
    """
    if not policies.may_decide_corrections(by):
        raise NotAllowed
    records.erase([correction])


def _open(correction: Correction, answer: str, by: Viewer) -> Correction:
    if not policies.may_decide_corrections(by):
        raise NotAllowed
    one = records.lock(correction)
    if one.state != Correction.State.OPEN:
        raise AlreadyDecided
    if not answer.strip():
        raise NeedsReason(_("Write an answer: the reporter reads it."))
    _fits("answer", answer, LONGEST_REASON)
    return one


def _apply(one: Correction, value: str, answer: str, by: Viewer) -> None:
    because = f"correction {one.rid}: {' '.join(answer.split())}"[:500]
    if one.document is None:
        given = {one.language or "en": value} if one.field == Field.NAME else value
        editing.change(one.about, {one.field: given}, because=because, by=by)
    elif one.field == Field.SELECTION:
        if value not in VERDICTS:
            raise BadValue(field=one.field, reason=", ".join(VERDICTS))
        selecting.decide_selection(one.document, int(VERDICTS[value]), answer, by=by)
    elif one.edition is not None:
        field, given = ("titles", {one.language or "en": value}) if one.field == Field.TITLE else (one.field, value)
        stating.state(one.edition, {field: given}, because=because, by=by)


def _decided(one: Correction, state: str, answer: str, by: Viewer) -> Correction:
    one.state, one.answer = state, answer.strip()
    one.decided_by, one.decided_at = by.actor, timezone.now()
    records.put(one, by=by, because=state)
    forget_contacts()
    if CorrectionContact.objects.filter(correction=one).exists():
        tasks.enqueue("standards.answer_correction", correction=str(one.rid))
    return one


# telling


def send_answer(rid: UUID) -> bool:
    """Mail the answer to a reporter who left an address, and erase the address. Whether a mail went out."""
    contact = CorrectionContact.objects.select_related("correction").filter(correction__rid=rid).first()
    if contact is None or contact.correction.state == Correction.State.OPEN:
        return False
    with translation.override(contact.language or settings.LANGUAGE_CODE):
        _mail(contact).send()
    contact.delete()
    return True


def forget_contacts() -> int:
    """Erase addresses that no answer could be mailed to for a month. Returns how many."""
    old = CorrectionContact.objects.filter(correction__decided_at__lt=timezone.now() - KEPT)
    return int(old.delete()[0])


def _mail(contact: CorrectionContact) -> EmailMessage:
    one, node = contact.correction, settings.COMITY_ADDRESS
    accepted = one.state == Correction.State.ACCEPTED
    subject = _("Your report was accepted: %(about)s") if accepted else _("Your report was declined: %(about)s")
    lines = [
        one.answer,
        _("What you reported: %(address)s") % {"address": node + link_of(one)},
        _("The page it is about: %(address)s") % {"address": node + one.about.get_absolute_url()},
        _("Your address is erased now."),
    ]
    about = " ".join(str(one.about).split())
    return EmailMessage(
        f"[{settings.COMITY_NAME}] {subject % {'about': about}}", "\n\n".join(lines), to=[contact.address]
    )

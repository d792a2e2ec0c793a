"""Errors that anybody reports: counted, kept private, answered, and never undone by the next import."""

from __future__ import annotations

import datetime

import pytest
from django.core import mail
from django.utils import timezone

from comity.records import log, tasks
from comity.records.errors import NotAllowed, NotFound
from comity.records.models import Change, Snapshot, Task, Visibility
from comity.records.viewer import ANYONE
from comity.standards.errors import (
    AlreadyDecided,
    BadValue,
    NeedsReason,
    NotAPerson,
    NotCorrectable,
    TooManyReports,
)
from comity.standards.models import Body, Claim, Committee, Correction, CorrectionContact, CorrectionTally, Document
from comity.standards.queries import corrections as queries
from comity.standards.services import corrections as services
from comity.standards.services.corrections import Report
from tests.support import READER, SECRETARY, row

pytestmark = [pytest.mark.django_db, pytest.mark.data]
HOME = "192.0.2.1"


def reported(about, field="title", proposed="Right title", reason="See the cover.", **more) -> Correction:
    sender = more.pop("sender", HOME)
    told = {"language": "en"} if field in ("title", "name") else {}
    return services.report(about, Report(field, reason, proposed, **told | more), by=ANYONE, sender=sender)


@pytest.fixture
def iso1(take, document) -> Document:
    take(row("ISO 1:2020", stage="60", substage="60", group=[{"name": "Tools", "identifier": "ISO/TC 1"}]))
    return document("ISO 1")


def test_an_accepted_correction_outlives_the_next_import(iso1, take, document, edition):
    one = reported(iso1)
    services.accept(one, answer="Thank you.", value="Right title", by=SECRETARY)
    assert document("ISO 1").title == {"en": "Right title"}

    take(
        row("ISO 1:2020", stage="60", substage="60", title={"en": "Wrong again", "fr": "Titre"}, fetched="2099-01-01")
    )

    assert document("ISO 1").title == {"en": "Right title", "fr": "Titre"}
    found = edition("ISO 1:2020")
    assert [one["source"] for one in found.sources] == ["editors", "iso"]
    assert [value["source"] for value in found.differences[0]["values"]] == ["editors", "iso"]
    assert document("ISO 1").differs
    claim = Claim.objects.get(source__key="editors")
    assert "correction" in claim.data["because"]["titles"]["why"]
    assert log.verify().holds


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("stage", "withdrawn", lambda d: d.stage),
        ("published", "2020-05-01", lambda d: d.date),
        ("committee", "ISO/TC 9", lambda d: d.committee.designation),
        ("type", "guide", lambda d: d.type),
        ("territory", "Kenya", lambda d: d.territory),
    ],
)
def test_every_field_of_a_document_can_be_put_right(iso1, document, field, value, shown):
    services.accept(reported(iso1, field, value), answer="Yes.", value=value, by=SECRETARY)
    assert shown(document("ISO 1")) == value


def test_the_selection_is_disputed_and_decided(iso1, document):
    one = reported(iso1, "selection", "ai")
    assert one.before == "none"
    services.accept(one, answer="It is about AI.", value="ai", by=SECRETARY)
    assert document("ISO 1").selection == 2
    assert document("ISO 1").reasons == [["person:in", "It is about AI."]]


def test_bodies_and_committees_are_corrected_and_an_import_leaves_them(iso1, take):
    body, committee = Body.objects.get(code="ISO"), Committee.objects.get(designation="ISO/TC 1")
    services.accept(reported(body, "country", "ch"), answer="Yes.", value="ch", by=SECRETARY)
    named = reported(committee, "name", "Outils", language="fr")
    services.accept(named, answer="Yes.", value="Outils", by=SECRETARY)
    take(row("ISO 2:2020", group=[{"name": "Other", "identifier": "ISO/TC 1"}]))
    body.refresh_from_db()
    committee.refresh_from_db()
    assert (body.country, committee.name["fr"]) == ("CH", "Outils")
    assert log.verify().holds


def test_what_was_accepted_is_public_without_the_reporters_words(iso1):
    one = reported(iso1, reason="My phone is 555")
    assert queries.accepted(iso1, ANYONE) == []
    services.accept(one, answer="Thank you.", value="Right title", by=SECRETARY)
    told = queries.accepted(iso1, ANYONE)[0]
    assert (told.before, told.applied, told.answer) == ("Title of ISO 1:2020", "Right title", "Thank you.")
    assert "555" not in repr(told)
    Document.objects.filter(pk=iso1.pk).update(visibility=Visibility.PRIVATE)
    assert queries.accepted(iso1, ANYONE) == []


def test_a_report_is_seen_by_the_secretariat_alone(iso1):
    one = reported(iso1)
    assert queries.corrections(SECRETARY).rows == [one]
    for viewer in (ANYONE, READER):
        assert queries.corrections(viewer).rows == []
        assert queries.correction(one.rid, viewer) is None
    assert not Change.objects.get(kind="correction").public


def test_only_the_secretariat_decides_and_only_once(iso1):
    one = reported(iso1)
    for verb in (services.accept, services.decline):
        with pytest.raises(NotAllowed):
            verb(one, answer="No.", by=READER)
    with pytest.raises(NotAllowed):
        services.erase(one, by=READER)
    services.decline(one, answer="The cover says otherwise.", by=SECRETARY)
    for verb in (services.accept, services.decline):
        with pytest.raises(AlreadyDecided):
            verb(one, answer="Again.", by=SECRETARY)
    assert services.followed(services.link_of(one).split("/")[-2]).answer == "The cover says otherwise."


def test_a_decision_needs_an_answer_and_a_value_that_can_be(iso1, document):
    one = reported(iso1, "published", "soon")
    with pytest.raises(NeedsReason):
        services.accept(one, answer=" ", value="2020", by=SECRETARY)
    with pytest.raises(BadValue):
        services.accept(one, answer="Yes.", value="soon", by=SECRETARY)
    assert Correction.objects.get().state == "open"
    page = reported(iso1, "page", "javascript:alert(1)")
    with pytest.raises(BadValue):
        services.accept(page, answer="Yes.", value="javascript:alert(1)", by=SECRETARY)


def test_what_was_put_right_already_is_accepted_all_the_same(iso1):
    first, second = reported(iso1), reported(iso1)
    services.accept(first, answer="Yes.", value="Right title", by=SECRETARY)
    services.accept(second, answer="Yes, too.", value="Right title", by=SECRETARY)
    assert Correction.objects.filter(state="accepted").count() == 2
    assert Claim.objects.filter(source__key="editors").count() == 1


@pytest.mark.parametrize(
    ("field", "told", "error"),
    [
        ("nonsense", {}, NotCorrectable),
        ("country", {}, NotCorrectable),
        ("title", {"edition": "ISO 2:2020"}, NotCorrectable),
        ("title", {"reason": "  "}, NeedsReason),
        ("title", {"reason": "x" * 4_001}, BadValue),
        ("title", {"proposed": "x" * 1_001}, BadValue),
        ("title", {"address": "nobody"}, BadValue),
        ("title", {"address": "a@example.org\nBcc: b@example.org"}, BadValue),
    ],
)
def test_what_cannot_be_reported_is_refused_and_leaves_nothing(iso1, field, told, error):
    with pytest.raises(error):
        reported(iso1, field, **told)
    assert not Correction.objects.exists()
    assert not CorrectionTally.objects.exists()


# not too many


def test_ten_thousand_reports_from_one_address_do_not_fill_the_node(iso1):
    refused = 0
    for _turn in range(10_000):
        try:
            reported(iso1)
        except TooManyReports:
            refused += 1
    assert refused == 10_000 - services.A_SENDER
    assert Correction.objects.count() == Change.objects.filter(kind="correction").count() == services.A_SENDER
    assert CorrectionTally.objects.count() == 1


def test_one_network_of_ipv6_is_one_sender(iso1, monkeypatch):
    monkeypatch.setattr(services, "A_SENDER", 1)
    reported(iso1, sender="2001:db8::1")
    with pytest.raises(TooManyReports):
        reported(iso1, sender="2001:db8::2")
    reported(iso1, sender="2001:db8:0:1::1")


def test_everybody_together_is_limited_and_the_next_day_begins_anew(iso1, settings, monkeypatch):
    settings.COMITY_CORRECTIONS = 2
    reported(iso1, sender="192.0.2.1")
    reported(iso1, sender="192.0.2.2")
    with pytest.raises(TooManyReports):
        reported(iso1, sender="192.0.2.3")
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    monkeypatch.setattr(services.timezone, "localdate", lambda: tomorrow)
    reported(iso1, sender="192.0.2.3")
    assert [one.day for one in CorrectionTally.objects.all()] == [tomorrow]


def test_a_full_queue_takes_no_more(iso1, monkeypatch):
    monkeypatch.setattr(services, "MOST_OPEN", 1)
    one = reported(iso1)
    with pytest.raises(TooManyReports):
        reported(iso1, sender="192.0.2.9")
    services.decline(one, answer="No.", by=SECRETARY)
    reported(iso1, sender="192.0.2.9")


def test_no_address_of_the_network_is_kept(iso1):
    reported(iso1)
    assert HOME not in repr(list(CorrectionTally.objects.values()) + list(Correction.objects.values()))
    assert HOME not in repr(list(Snapshot.objects.values()))


# forms


def test_a_form_sent_twice_is_one_report(iso1):
    told = Report("title", "See the cover.", "Right title", "en")
    one, same = (services.report(iso1, told, by=ANYONE, sender=HOME, form="token") for _turn in range(2))
    assert one.pk == same.pk
    assert CorrectionTally.objects.get().made == 1


def test_a_form_is_taken_from_people(iso1, monkeypatch):
    token = services.form_token(iso1)
    with pytest.raises(NotAPerson, match="faster"):
        services.check_form(token, iso1, "")
    monkeypatch.setattr(services, "LEAST_SECONDS", -1)
    services.check_form(token, iso1, "")
    with pytest.raises(NotAPerson, match="leave empty"):
        services.check_form(token, iso1, "https://example.org")
    with pytest.raises(NotAPerson, match="another page"):
        services.check_form(token, iso1.body, "")
    with pytest.raises(NotAPerson):
        services.check_form(token + "x", iso1, "")
    monkeypatch.setattr(services, "LONGEST_OPEN", datetime.timedelta(seconds=-1))
    with pytest.raises(NotAPerson, match="a day"):
        services.check_form(token, iso1, "")


def test_a_link_cannot_be_guessed(iso1):
    one = reported(iso1)
    token = services.link_of(one).split("/")[-2]
    assert services.followed(token) == one
    for wrong in (one.rid.hex, f"{one.rid.hex}.x", f"{token}x", "", "."):
        with pytest.raises(NotFound):
            services.followed(wrong)


# personal data


def test_the_answer_is_mailed_once_and_the_address_erased(iso1):
    one = reported(iso1, address="reader@example.org", speaks="fr")
    assert "reader@example.org" not in repr(list(Snapshot.objects.values()))
    assert not services.send_answer(one.rid)
    services.accept(one, answer="Merci.", value="Right title", by=SECRETARY)
    task = Task.objects.get(name="standards.answer_correction")
    assert "example.org" not in repr(task.payload)
    for _turn in range(2):
        assert tasks.run(tasks.claim("worker") or task)
    sent = mail.outbox[0]
    assert len(mail.outbox) == 1
    assert sent.to == ["reader@example.org"]
    assert "Merci." in sent.body
    assert services.link_of(one) in sent.body
    assert not CorrectionContact.objects.exists()


def test_an_address_that_no_mail_reaches_is_erased_after_a_month(iso1):
    one = reported(iso1, address="reader@example.org")
    services.decline(one, answer="No.", by=SECRETARY)
    assert services.forget_contacts() == 0
    Correction.objects.update(decided_at=timezone.now() - datetime.timedelta(days=31))
    assert services.forget_contacts() == 1


def test_an_erased_report_is_gone_and_the_log_still_holds(iso1):
    one = reported(iso1, reason="My name is Sample", address="reader@example.org")
    token = services.link_of(one).split("/")[-2]
    services.erase(one, by=SECRETARY)
    assert not Correction.objects.exists()
    assert not CorrectionContact.objects.exists()
    assert "Sample" not in repr(list(Snapshot.objects.values_list("body", flat=True)))
    assert Change.objects.get(kind="correction").salt is None
    assert log.verify().holds
    with pytest.raises(NotFound):
        services.followed(token)

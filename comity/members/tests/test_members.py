"""Members: who may be added, what they may do and see, and keys for their programs."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from comity.members import queries, services
from comity.members.errors import AlreadyAMember, BadEmail, NoSuchOrganisation, TooManyTokens, WeakPassword
from comity.members.models import Account, Organisation, Person, Role, Token
from comity.records import log
from comity.records import services as records
from comity.records.errors import NotAllowed
from comity.records.models import Change, Visibility
from comity.records.viewer import ANYONE, NODE, Viewer
from tests.support import READER, SECRETARY, organisation, private

pytestmark = [pytest.mark.django_db, pytest.mark.data]

PASSWORD = "correct-horse-battery"


def member(email: str = "ada@example.org", **options: object) -> Person:
    return services.add_member(email, name="Ada Sample", by=NODE, **options)


def today(days: int = 0):
    return timezone.localdate() + timedelta(days=days)


# adding


def test_a_new_member_can_sign_in_with_their_password():
    person = member(password=PASSWORD)

    assert person.account.check_password(PASSWORD)
    assert [role.name for role in person.roles.all()] == [Role.Name.READER]


def test_an_address_is_one_however_it_is_written():
    member(" Ada@Example.ORG ")

    assert Account.objects.get().email == "ada@example.org"
    with pytest.raises(AlreadyAMember):
        member("ADA@example.org")


@pytest.mark.parametrize("email", ["", "ada", "ada@", "@example.org", "ada@example.org\n.evil", "a b@example.org"])
def test_what_is_no_address_is_refused(email):
    with pytest.raises(BadEmail):
        member(email)
    assert not Account.objects.exists()


@pytest.mark.parametrize("password", ["", "short", "password", "ada@example.org"])
def test_a_weak_password_is_refused_and_nobody_is_added(password):
    with pytest.raises(WeakPassword):
        member(password=password)
    assert not Account.objects.exists()
    assert not Change.objects.exists()


@pytest.mark.parametrize("viewer", [ANYONE, READER])
def test_only_the_secretariat_adds_members(viewer):
    with pytest.raises(NotAllowed):
        services.add_member("ada@example.org", name="Ada", by=viewer)
    assert not Account.objects.exists()


def test_who_signs_up_is_a_reader_and_is_so_once():
    account = Account.objects.create_user("ada@example.org", PASSWORD)
    services.welcome(account)
    person = services.welcome(account, name="again")

    assert (Person.objects.count(), person.name) == (1, "ada")
    assert [role.name for role in person.roles.all()] == ["reader"]
    assert log.verify().holds


def test_a_role_is_held_once_even_for_no_organisation():
    person = member()
    with pytest.raises(IntegrityError), transaction.atomic():
        Role.objects.create(person=person, name=Role.Name.READER)


def test_a_role_cannot_end_before_it_begins():
    person = member()
    with pytest.raises(IntegrityError), transaction.atomic():
        Role.objects.create(person=person, name=Role.Name.EXPERT, since=today(), until=today(-1))


# viewers


def test_who_is_not_signed_in_is_anyone():
    assert queries.viewer_of(AnonymousUser()) == ANYONE


def test_a_viewer_has_the_roles_and_organisations_of_their_person():
    ours = organisation("Ours")
    person = member(role=Role.Name.DELEGATE, organisation=ours)

    viewer = queries.viewer_of(person.account)
    assert viewer == Viewer(
        user=person.account.pk,
        actor=person.account.actor,
        organisations=frozenset({ours.rid}),
        roles=frozenset({"delegate"}),
    )


@pytest.mark.parametrize(
    ("since", "until", "held"),
    [(0, None, True), (0, 0, True), (-9, 9, True), (1, None, False), (-9, -1, False)],
)
def test_a_role_counts_from_its_first_day_to_its_last(since, until, held):
    person = member()
    ours = organisation("Ours")
    last = None if until is None else today(until)
    Role.objects.create(person=person, organisation=ours, name=Role.Name.EXPERT, since=today(since), until=last)

    viewer = queries.viewer_of(person.account)
    assert (viewer.has_role("expert"), ours.rid in viewer.organisations) == (held, held)


# what is seen


def names(viewer: Viewer) -> set[str]:
    return {one.slug for one in Organisation.objects.visible_to(viewer)}


def test_a_record_is_seen_by_those_its_visibility_names():
    ours = organisation("Ours")
    organisation("Partners", visibility=Visibility.PARTNERS)
    organisation("Inside", visibility=Visibility.ORGANISATION, organisation=ours.rid)
    private("Mine", READER)
    colleague = Viewer(user=9, actor=SECRETARY.actor, organisations=frozenset({ours.rid}))

    assert names(ANYONE) == {"ours"}
    assert names(colleague) == {"ours", "partners", "inside"}
    assert names(READER) == {"ours", "mine"}  # anybody may sign up as a reader
    assert names(NODE) == {"ours", "partners", "inside", "mine"}


def test_nobody_in_particular_owns_nothing():
    """A record without a contributor is not the anonymous viewer's, nor that of one without an actor."""
    organisation("Nobodys", visibility=Visibility.PRIVATE)

    assert names(ANYONE) == set()
    assert names(Viewer(user=5)) == set()


def test_people_are_seen_by_themselves_and_the_secretariat():
    ada, bob = member("ada@example.org"), member("bob@example.org")

    def seen(viewer: Viewer) -> set[int]:
        return set(Person.objects.visible_to(viewer).values_list("pk", flat=True))

    assert seen(ANYONE) == set()
    assert seen(queries.viewer_of(ada.account)) == {ada.pk}
    assert seen(SECRETARY) == {ada.pk, bob.pk}


def test_the_roles_at_an_organisation_name_only_people_who_may_be_seen():
    ours = organisation("Ours")
    member("ada@example.org", role=Role.Name.DELEGATE, organisation=ours)

    assert not queries.roles_at(ours, ANYONE).exists()
    assert queries.roles_at(ours, SECRETARY).count() == 1


# what may be written


def test_a_delegate_edits_their_own_organisation_and_no_other():
    ours, theirs = organisation("Ours"), organisation("Theirs")
    delegate = queries.viewer_of(member(role=Role.Name.DELEGATE, organisation=ours).account)
    ours.sector = theirs.sector = "health"

    assert records.put(ours, by=delegate).version == 2
    with pytest.raises(NotAllowed):
        records.put(theirs, by=delegate)


def test_a_reader_of_an_organisation_does_not_edit_it():
    ours = organisation("Ours")
    reader = queries.viewer_of(member(organisation=ours).account)

    with pytest.raises(NotAllowed):
        records.put(ours, by=reader)


def test_people_change_their_own_name_and_nobody_elses():
    ada, bob = member("ada@example.org"), member("bob@example.org")
    viewer = queries.viewer_of(ada.account)
    services.set_preferences(ada.account, name="Ada S.", language="fr", timezone_name="Asia/Tokyo", by=viewer)

    assert queries.display_name(ada.account) == "Ada S."
    assert Account.objects.get(pk=ada.account.pk).language == "fr"
    with pytest.raises(NotAllowed):
        records.put(bob, by=viewer)


# organisations


def test_only_the_secretariat_adds_organisations():
    with pytest.raises(NotAllowed):
        services.add_organisation({"en": "Ours"}, by=READER)


def test_organisations_of_one_name_have_different_addresses():
    slugs = [services.add_organisation({"en": "Same name"}, by=SECRETARY).slug for _ in range(3)]

    assert slugs == ["same-name", "same-name-2", "same-name-3"]


def test_a_name_in_no_latin_letters_has_an_address_too():
    assert services.add_organisation({"zh": "国际电信联盟"}, by=SECRETARY).slug


@pytest.mark.parametrize(
    "facts",
    [{"ror": "https://ror.org/x"}, {"country": "che"}, {"website": "javascript:alert(1)"}, {"type": "cult"}],
    ids=lambda facts: next(iter(facts)),
)
def test_facts_that_cannot_be_right_are_refused(facts):
    with pytest.raises(ValidationError):
        services.add_organisation({"en": "Ours"}, by=SECRETARY, **facts)
    assert not Organisation.objects.exists()


def test_a_ror_is_one_organisations():
    services.add_organisation({"en": "Ours"}, by=SECRETARY, ror="https://ror.org/05a28rw58")
    with pytest.raises(ValidationError):
        services.add_organisation({"en": "Theirs"}, by=SECRETARY, ror="https://ror.org/05a28rw58")


# keys for programs


def test_a_key_is_shown_once_and_only_its_digest_is_kept():
    key = services.make_token(member().account, name="laptop")
    token = Token.objects.get()

    assert token.digest == hashlib.sha256(key.encode()).hexdigest()
    assert key not in {str(value) for value in vars(token).values()}
    assert queries.account_of_token(key) == token


@pytest.mark.parametrize("key", ["", "comity_guess", "comity_" + "x" * 10_000])
def test_a_key_nobody_made_is_nobodys(key):
    services.make_token(member().account, name="laptop")

    assert queries.account_of_token(key) is None


def test_a_key_that_ran_out_is_refused():
    key = services.make_token(member().account, name="laptop")
    Token.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert queries.account_of_token(key) is None


def test_a_key_without_an_end_goes_on():
    key = services.make_token(member().account, name="server", days=None)

    assert queries.account_of_token(key) is not None


def test_the_keys_of_a_closed_account_are_refused():
    key = services.make_token(member().account, name="laptop")
    Account.objects.update(is_active=False)

    assert queries.account_of_token(key) is None


def test_a_deleted_key_is_refused():
    account = member().account
    key = services.make_token(account, name="laptop")
    services.drop_token(account, Token.objects.get().pk)

    assert queries.account_of_token(key) is None


def test_nobody_deletes_the_keys_of_others():
    key = services.make_token(member("ada@example.org").account, name="laptop")
    services.drop_token(member("bob@example.org").account, Token.objects.get().pk)

    assert queries.account_of_token(key) is not None


def test_an_account_has_so_many_keys_and_no_more():
    account = member().account
    for number in range(services.MOST_TOKENS):
        services.make_token(account, name=str(number))

    with pytest.raises(TooManyTokens):
        services.make_token(account, name="one more")


def test_a_role_is_given_and_ended_at_once():
    place = organisation("Institute")
    services.set_role("new@example.org", name="New", role="delegate", organisation=place.slug, end=False, by=NODE)
    account = Account.objects.get(email="new@example.org")
    assert queries.viewer_of(account).organisations == {place.rid}

    services.set_role("new@example.org", name="", role="delegate", organisation=place.slug, end=True, by=NODE)
    assert queries.viewer_of(account).organisations == frozenset()


def test_a_role_at_an_organisation_that_is_not_there_is_refused():
    with pytest.raises(NoSuchOrganisation):
        services.set_role("new@example.org", name="New", role="expert", organisation="nowhere", end=False, by=NODE)
    assert not Account.objects.filter(email="new@example.org").exists()

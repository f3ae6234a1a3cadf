"""People and teams as one meets them on the screen."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from intranet.accounts.models import AccessEpoch, User
from intranet.people.models import Membership, Profile, ProfileChange, Team
from intranet.people.services import update_profile
from tests.intranet.people.factories import MembershipFactory, TeamFactory, UserFactory
from tests.support.queries import statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def nadia(client: Client) -> User:
    """Somebody signed in."""
    user: User = UserFactory(name="Nadia Benali")
    client.force_login(user)
    return user


@pytest.fixture
def admin(client: Client) -> User:
    user: User = UserFactory(administrator=True, name="Thibault Roy")
    client.force_login(user)
    return user


def page(client: Client, name: str, *args: object, **query: str) -> str:
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == 200, response.content
    return response.content.decode()


def know(user: User, *skills: str) -> None:
    update_profile(profile=user.profile, changes={}, skills=skills, by=user, at=timezone.now())


# --- the directory ------------------------------------------------------------------------------


@pytest.mark.feature("H2")
@pytest.mark.parametrize("words", ["eleonore", "ÉLÉONORE", "dupré élé", "soudeuse", "tig", "tolerie", "tôl eleo"])
def test_a_colleague_is_found_by_name_trade_skill_and_team(client: Client, nadia: User, words: str) -> None:
    eleonore = UserFactory(name="Éléonore Dupré", title="Soudeuse")
    know(eleonore, "TIG", "Excel")
    MembershipFactory(user=eleonore, team=TeamFactory(name="Tôlerie"))
    UserFactory(name="Bastien Caron")
    found = page(client, "people:directory", q=words)
    assert "Éléonore Dupré" in found
    assert "Bastien Caron" not in found


@pytest.mark.parametrize("words", ["%", "_", "'; --", "\0", "é" * 100, "«»"])
def test_odd_words_find_whom_they_find(client: Client, nadia: User, words: str) -> None:
    assert "people-found" in page(client, "people:directory", q=words)


def test_a_team_finds_those_below_it_and_a_skill_those_who_have_it(client: Client, nadia: User) -> None:
    above = TeamFactory(name="Production")
    inside = MembershipFactory(team=TeamFactory(name="Quai", parent=above), user=UserFactory(name="Jo Quai"))
    know(inside.user, "Cariste")
    UserFactory(name="Lou Bureau")
    for found in [page(client, "people:directory", team=above.slug), page(client, "people:directory", skill="cariste")]:
        assert "Jo Quai" in found
        assert "Lou Bureau" not in found


def test_those_who_left_and_guests_are_not_there(client: Client, nadia: User) -> None:
    UserFactory(name="Gone Gérard", left=True)
    UserFactory(name="Agnès Invitée", guest=True)
    found = page(client, "people:directory")
    assert "Gone" not in found
    assert "Agnès" not in found


def test_the_live_filter_asks_for_the_people_alone(client: Client, nadia: User) -> None:
    response = client.get(reverse("people:directory"), {"q": "nadia"}, headers={"hx-request": "true"})
    assert b"Nadia Benali" in response.content
    assert b"<html" not in response.content


def test_the_directory_asks_as_much_of_the_database_for_many_as_for_few(client: Client, nadia: User) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(client, "people:directory", q="a")
        return len(statements(queries))

    MembershipFactory(user=UserFactory(name="Ada"))
    few = asked()
    for _ in range(40):
        MembershipFactory()
    assert asked() == few <= 12


# --- a person -----------------------------------------------------------------------------------


@pytest.mark.feature("H1")
@pytest.mark.feature("H3")
def test_a_person_is_what_they_do_where_and_what_one_can_ask_them(client: Client, nadia: User) -> None:
    row = MembershipFactory(facilitator=True, user=UserFactory(title="Cariste", spoken="Polonais", place="Les Aulnes"))
    know(row.user, "Chariots")
    shown = page(client, "people:person", row.user.pk)
    for words in [row.user.name, row.team.name, "Facilitator", "Chariots", "Polonais", "Les Aulnes", row.user.email]:
        assert words in shown
    for judged in ["%", "last seen", "complete"]:
        assert judged not in shown.split("<main")[1].split("</main")[0].lower()


def test_a_person_costs_few_queries(client: Client, nadia: User) -> None:
    row = MembershipFactory()
    for _ in range(5):
        MembershipFactory(user=row.user, is_home=False)
    with CaptureQueriesContext(connection) as queries:
        page(client, "people:person", row.user.pk)
    assert len(statements(queries)) <= 10


def test_a_guest_sees_nobody_but_themselves(client: Client) -> None:
    guest, colleague = UserFactory(guest=True), MembershipFactory()
    client.force_login(guest)
    assert client.get(reverse("people:person", args=[guest.pk])).status_code == 200
    assert client.get(reverse("people:person", args=[colleague.user.pk])).status_code == 404
    for name in ["people:directory", "people:teams"]:
        assert client.get(reverse(name)).status_code == 403


# --- oneself ------------------------------------------------------------------------------------


@pytest.mark.feature("H9")
def test_one_changes_one_s_profile_and_can_read_what_it_said_before(client: Client, nadia: User) -> None:
    client.post(reverse("people:me"), {"title": "Monteuse", "skills": "TIG, tig , Polonais"})
    client.post(reverse("people:me"), {"title": "Formatrice", "skills": "Polonais"})
    profile = Profile.objects.get(pk=nadia.pk)
    assert profile.title == "Formatrice"
    assert [skill.name for skill in profile.skills.all()] == ["Polonais"]
    assert "formatrice" in profile.search_text
    shown = page(client, "people:history", nadia.pk)
    assert "<del>Monteuse</del> <ins>Formatrice</ins>" in shown
    assert ProfileChange.objects.filter(by=nadia).count() == 2


def test_what_was_typed_stays_when_something_is_wrong(client: Client, nadia: User) -> None:
    shown = client.post(reverse("people:me"), {"title": "x" * 200, "place": "Quai 2"}).content.decode()
    assert 'value="Quai 2"' in shown
    assert "errorlist" in shown


def picture(size: tuple[int, int] = (900, 600), kind: str = "JPEG") -> SimpleUploadedFile:
    out = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "a secret place"
    Image.new("RGB", size, "teal").save(out, kind, exif=exif)
    return SimpleUploadedFile("me.jpg", out.getvalue(), "image/jpeg")


def send_photo(client: Client, photo: SimpleUploadedFile) -> str:
    return client.post(reverse("people:me"), {"photo": photo}).content.decode()


@pytest.mark.feature("H1")
def test_a_photo_becomes_small_and_tells_no_place(client: Client, nadia: User) -> None:
    send_photo(client, picture())
    profile = Profile.objects.get(pk=nadia.pk)
    answer = client.get(profile.photo_url)
    raw = b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # a file
    answer.close()
    assert Image.open(BytesIO(raw)).size == (320, 320)
    assert b"secret" not in raw
    assert answer["Content-Type"] == "image/webp"


def test_a_photo_that_is_replaced_or_taken_away_is_deleted(
    client: Client, nadia: User, django_capture_on_commit_callbacks: object
) -> None:
    capture = django_capture_on_commit_callbacks
    send_photo(client, picture())
    first = Profile.objects.get(pk=nadia.pk).photo.name or ""
    with capture(execute=True):  # type: ignore[operator]  # pytest-django's
        send_photo(client, picture((50, 50), "PNG"))
    second = Profile.objects.get(pk=nadia.pk).photo.name or ""
    assert (default_storage.exists(first), default_storage.exists(second)) == (False, True)
    with capture(execute=True):  # type: ignore[operator]  # pytest-django's
        client.post(reverse("people:me"), {"photo-clear": "on"})
    assert Profile.objects.get(pk=nadia.pk).photo_url == ""
    assert not default_storage.exists(second)


@pytest.mark.parametrize(
    "photo",
    [
        SimpleUploadedFile("me.jpg", b"<script>alert(1)</script>", "image/jpeg"),
        SimpleUploadedFile("me.jpg", b"", "image/jpeg"),
        SimpleUploadedFile("me.jpg", picture().read()[:400], "image/jpeg"),
        picture((8001, 10)),
        picture((20, 20), "GIF"),
        SimpleUploadedFile("me.jpg", picture().read() + b"x" * 4 * 1024 * 1024, "image/jpeg"),
    ],
)
def test_what_is_no_photo_is_refused(client: Client, nadia: User, photo: SimpleUploadedFile) -> None:
    photo.seek(0)
    assert "errorlist" in send_photo(client, photo)
    assert Profile.objects.get(pk=nadia.pk).photo_url == ""


def test_a_photo_whose_name_one_does_not_know_is_not_there(client: Client, nadia: User) -> None:
    assert client.get("/files/media/photos/nobody.webp").status_code == 404
    assert client.get("/files/media/photos/../../secret_key").status_code == 404


def test_settings_are_kept_and_speak_at_once(client: Client, nadia: User) -> None:
    words = {"language": "fr", "zone": "Europe/Dublin", "theme": "dark", "quiet_from": "19:00", "quiet_until": "07:30"}
    response = client.post(reverse("people:settings"), words, follow=True)
    profile = Profile.objects.get(pk=nadia.pk)
    assert (profile.language, profile.zone, profile.theme, profile.shows_presence) == (
        "fr",
        "Europe/Dublin",
        "dark",
        False,
    )
    shown = response.content.decode()
    assert 'lang="fr" time-zone="Europe/Dublin" data-theme="dark"' in shown


def test_hiding_where_one_is_asks_the_open_sockets_again_and_other_settings_do_not(client: Client, nadia: User) -> None:
    words = {"language": "fr", "zone": "Europe/Dublin", "theme": "dark", "quiet_from": "19:00", "quiet_until": "07:30"}
    epochs = AccessEpoch.objects.values_list("value", flat=True)

    client.post(reverse("people:settings"), words | {"shows_presence": "on"})
    before = epochs.first() or 0
    client.post(reverse("people:settings"), words)
    hidden = epochs.first() or 0
    client.post(reverse("people:settings"), words | {"theme": "light"})

    assert hidden == before + 1
    assert epochs.first() == hidden


@pytest.mark.parametrize("wrong", [{"zone": "Mars/Olympus"}, {"language": "xx"}, {"quiet_from": "25:00"}])
def test_settings_that_do_not_exist_are_refused(client: Client, nadia: User, wrong: dict[str, str]) -> None:
    words = {"language": "en", "zone": "Europe/Paris", "theme": "light", "quiet_from": "19:00", "quiet_until": "07:30"}
    assert "errorlist" in client.post(reverse("people:settings"), words | wrong).content.decode()


def test_the_language_changes_before_signing_in_and_after(client: Client) -> None:
    answer = client.post(reverse("people:language"), {"language": "fr", "next": "/account/login/"})
    assert answer["Location"] == "/account/login/"
    assert '<html lang="fr"' in client.get("/account/login/").content.decode()
    nadia = UserFactory()
    client.force_login(nadia)
    client.post(reverse("people:language"), {"language": "fr", "next": "https://evil.example/"})
    assert Profile.objects.get(pk=nadia.pk).language == "fr"
    assert client.post(reverse("people:language"), {"language": "xx", "next": "//evil.example"})["Location"] == "/"


# --- leaving ------------------------------------------------------------------------------------


@pytest.mark.feature("H5")
def test_i_have_left_ends_the_session_the_teams_and_the_account(client: Client) -> None:
    row = MembershipFactory()
    client.force_login(row.user)
    assert "I have left" in page(client, "people:close", row.user.pk)
    assert User.objects.get(pk=row.user.pk).is_active, "asking changes nothing"
    client.post(reverse("people:close", args=[row.user.pk]))
    row.refresh_from_db()
    assert row.ends_on == timezone.localdate()
    assert not User.objects.get(pk=row.user.pk).is_active
    assert client.get(reverse("people:me")).status_code == 302


def test_an_administrator_closes_an_account_and_opens_it_again(client: Client, admin: User) -> None:
    row = MembershipFactory()
    client.post(reverse("people:close", args=[row.user.pk]))
    assert row.user.name in page(client, "people:closed")
    client.post(reverse("people:reopen", args=[row.user.pk]))
    back = User.objects.get(pk=row.user.pk)
    assert (back.is_active, back.expires_at) == (True, None)
    assert Membership.objects.open().filter(user=back).count() == 0
    assert "closed" in page(client, "people:history", back.pk)


def test_nobody_closes_a_colleague_s_account_nor_reads_their_history(client: Client, nadia: User) -> None:
    other = UserFactory()
    for name in ["people:close", "people:history", "people:reopen"]:
        assert client.post(reverse(name, args=[other.pk])).status_code in (403, 405)
        assert client.get(reverse(name, args=[other.pk])).status_code in (403, 405)
    assert client.get(reverse("people:closed")).status_code == 403
    assert User.objects.get(pk=other.pk).is_active


def test_the_last_administrator_stays(client: Client, admin: User) -> None:
    MembershipFactory(user=admin)
    answer = client.post(reverse("people:close", args=[admin.pk]), follow=True)
    assert "only administrator" in answer.content.decode()
    assert User.objects.get(pk=admin.pk).is_active
    assert Membership.objects.open().filter(user=admin).exists(), "nothing of it was done"


# --- teams --------------------------------------------------------------------------------------


@pytest.mark.feature("H3")
@pytest.mark.feature("H4")
def test_teams_are_a_tree_that_costs_one_query(client: Client, nadia: User) -> None:
    house = TeamFactory(name="La maison")
    shop = TeamFactory(name="Atelier", parent=house)
    TeamFactory(name="Sécurité", network=True)
    MembershipFactory(team=shop)
    with CaptureQueriesContext(connection) as queries:
        shown = page(client, "people:teams")
    assert shown.index("La maison") < shown.index("Atelier") < shown.index("Sécurité")
    assert "1 person" in shown
    assert "Network" in shown
    assert len([sql for sql in statements(queries) if sql.startswith('SELECT "people_team"')]) == 1


@pytest.fixture
def run_by_nadia(nadia: User) -> Team:
    team: Team = MembershipFactory(user=nadia, manager=True).team
    return team


@pytest.mark.feature("H5")
def test_a_manager_takes_somebody_in_from_another_team(client: Client, run_by_nadia: Team) -> None:
    before = MembershipFactory(user=UserFactory(name="Éloïse Garnier"))
    Membership.objects.filter(pk=before.pk).update(starts_on=timezone.localdate() - timedelta(days=400))
    where = reverse("people:members", args=[run_by_nadia.slug])
    client.post(where, {"person": "eloise garnier", "role": "delegate", "is_home": "on"})
    rows = Membership.objects.filter(user=before.user).order_by("pk")
    assert [(row.team_id, row.role, row.ends_on) for row in rows] == [
        (before.team_id, "member", timezone.localdate()),
        (run_by_nadia.pk, "delegate", None),
    ]
    again = client.post(where, {"person": "Éloïse Garnier", "role": "member"}).content.decode()
    assert "Already in the team" in again


def test_a_role_is_another_row_and_leaving_ends_it(client: Client, run_by_nadia: Team) -> None:
    row = MembershipFactory(team=run_by_nadia)
    client.post(reverse("people:member_role", args=[run_by_nadia.slug, row.pk]), {"role": "facilitator"})
    opened = Membership.objects.open().get(user=row.user)
    assert opened.pk != row.pk
    assert opened.role == "facilitator"
    client.post(reverse("people:member_leave", args=[run_by_nadia.slug, opened.pk]))
    assert Membership.objects.filter(user=row.user).exclude(ends_on=None).count() == 2
    shown = page(client, "people:members", run_by_nadia.slug)
    assert shown.split("Before")[1].split("</main")[0].count(row.user.name) == 2


@pytest.mark.parametrize("words", ["Nobody Known", "", "Camille Double", "agnes@client.example"])
def test_only_one_known_colleague_is_taken_in(client: Client, run_by_nadia: Team, words: str) -> None:
    UserFactory(name="Camille Double")
    UserFactory(name="Camille Double")
    UserFactory(guest=True, email="agnes@client.example")
    answer = client.post(reverse("people:members", args=[run_by_nadia.slug]), {"person": words, "role": "member"})
    assert "errorlist" in answer.content.decode()
    assert Membership.objects.filter(team=run_by_nadia).count() == 1


def test_others_do_not_change_a_team(client: Client, run_by_nadia: Team) -> None:
    row = MembershipFactory(team=run_by_nadia)
    client.force_login(row.user)
    for name, args in [("members", []), ("member_role", [row.pk]), ("member_leave", [row.pk])]:
        answer = client.post(reverse(f"people:{name}", args=[run_by_nadia.slug, *args]), {"role": "manager"})
        assert answer.status_code == 403
    assert Membership.objects.open().get(pk=row.pk).role == "member"


def test_a_membership_of_another_team_is_not_changed_through_mine(client: Client, run_by_nadia: Team) -> None:
    row = MembershipFactory()
    assert client.post(reverse("people:member_leave", args=[run_by_nadia.slug, row.pk])).status_code == 404
    assert Membership.objects.open().filter(pk=row.pk).exists()


def test_the_members_of_a_team_cost_as_much_when_they_are_many(client: Client, run_by_nadia: Team) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(client, "people:members", run_by_nadia.slug)
        return len(statements(queries))

    MembershipFactory(team=run_by_nadia)
    few = asked()
    for _ in range(10):
        MembershipFactory(team=run_by_nadia)
    assert asked() == few <= 12


# --- files --------------------------------------------------------------------------------------


def csv_file(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("people.csv", text.encode("cp1252"), "text/csv")


@pytest.mark.feature("H2")
def test_a_file_is_looked_at_then_taken_in(client: Client, admin: User) -> None:
    looked = client.post(reverse("people:import"), {"file": csv_file("nom;courriel\nZoé Été;zoe@exemple.example\n")})
    assert "Zoé Été" in looked.content.decode()
    assert not User.objects.filter(email="zoe@exemple.example").exists()
    done = client.post(
        reverse("people:import"), {"act": "import", "text": looked.context["text"]}, follow=True
    ).content.decode()
    assert "1 created" in done
    assert User.objects.get(email="zoe@exemple.example").name == "Zoé Été"


def test_a_wrong_file_is_told_line_by_line(client: Client, admin: User) -> None:
    answer = client.post(
        reverse("people:import"), {"act": "import", "text": "nom;courriel\nZoé;nothing\n;b@c.example\n"}
    )
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "2 things to put right" in shown
    assert "courriel" in shown
    assert User.objects.count() == 1


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04\x00", b"x" * 1_600_000])
def test_no_csv_at_all_is_told_beside_the_field(client: Client, admin: User, raw: bytes) -> None:
    answer = client.post(reverse("people:import"), {"file": SimpleUploadedFile("x.csv", raw)})
    assert "errorlist" in answer.content.decode()


def test_the_files_to_fill_in_can_be_imported(client: Client, admin: User, tmp_path: Path) -> None:
    for sort in ["teams", "people"]:
        filled = client.get(reverse("people:import_template", args=[sort])).content
        looked = client.post(reverse("people:import"), {"file": SimpleUploadedFile("x.csv", filled)})
        client.post(reverse("people:import"), {"act": "import", "text": looked.context["text"]})
    assert User.objects.get(name="Ada Morel").memberships.get().team.name == "Sheet metal"
    assert client.get(reverse("people:import_template", args=["salaries"])).status_code == 404


def test_only_administrators_import(client: Client, nadia: User) -> None:
    assert client.post(reverse("people:import"), {"act": "import", "text": "x"}).status_code == 403
    assert client.get(reverse("people:import_template", args=["people"])).status_code == 403

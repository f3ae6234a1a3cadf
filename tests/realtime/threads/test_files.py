"""Files under messages: who brings them, who gets them, and what becomes of those nobody said."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from intranet.accounts.models import User
from realtime.recurring.registry import jobs
from realtime.spaces.models import SpaceMember
from realtime.spaces.services import remove_member
from realtime.streams.models import StreamEvent
from realtime.threads.events import FileShown
from realtime.threads.models import Attachment, Message, Thread
from realtime.threads.payloads import fitted
from realtime.threads.posting import Draft, FileGone, NothingSaid, Posted, TooManyFiles, post_messages
from realtime.threads.reading import Row, open_window
from realtime.threads.services import FileRefused, delete_message, edit_message, purge_orphans
from realtime.threads.services.files import SpaceIsFull, TooMuchWaits
from tests.realtime.threads.conftest import House
from tests.realtime.threads.factories import make_thread, say
from tests.realtime.threads.files import PDF, bring, photo, say_with, upload
from tests.support.queries import statements

pytestmark = [pytest.mark.django_db, pytest.mark.feature("T5")]


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """A storage of this test's own."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path  # type: ignore[return-value]  # nothing to put back


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def body(response: HttpResponseBase) -> bytes:
    if response.streaming:
        return b"".join(response.streaming_content)  # type: ignore[attr-defined]  # of a file
    return bytes(response.content)  # type: ignore[attr-defined]  # of an answer that is whole


def status(user: User, file: Attachment) -> int:
    """What `user` is answered at the address of a file; for a picture its preview must be answered alike."""
    answers = [as_(user).get(address) for address in (file.get_absolute_url(), file.preview_url) if address]
    for answer in answers:
        body(answer)
    [code] = {answer.status_code for answer in answers}
    return code


def shown_to(user: User, thread: Thread) -> list[list[FileShown]]:
    """The files under each message of a screen."""
    return [row.files for row in open_window(thread, user=user).rows if isinstance(row, Row)]


def stored(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


# --- bringing ---


def test_a_file_is_brought_first_and_said_with_the_words(house: House) -> None:
    thread = make_thread(house.open)
    client = as_(house.moussa)

    answer = client.post(reverse("threads:file_bring", args=[thread.pk]), {"file": upload("Fiche n° 7.pdf")})

    shown = answer.json()
    assert answer.status_code == 201
    assert (shown["name"], shown["size"], shown["icon"], shown["preview"]) == (
        "Fiche n° 7.pdf",
        len(PDF),
        "file-text",
        "",
    )
    words = {"body": "La voici", "client_id": str(uuid.uuid4()), "tokens": [shown["token"]]}
    client.post(reverse("threads:message_post", args=[thread.pk]), words)
    message = Message.objects.get()
    event = StreamEvent.objects.get(kind="message.posted")
    assert event.payload["files"] == [shown]
    assert shown_to(house.rosa, thread) == [[shown]]
    assert body(as_(house.rosa).get(shown["url"])) == PDF
    assert message.body == "La voici"


def test_without_a_script_the_form_brings_and_says_in_one_step(house: House) -> None:
    thread = make_thread(house.open)
    words = {"body": "", "client_id": str(uuid.uuid4()), "attached": [upload("a.pdf"), upload("b.txt", b"mots")]}

    answer = as_(house.moussa).post(reverse("threads:message_post", args=[thread.pk]), words)

    message = Message.objects.get()
    assert answer.headers["Location"].endswith(f"#m-{message.pk}")
    assert list(message.attachments.order_by("place").values_list("name", flat=True)) == ["a.pdf", "b.txt"]
    assert message.body == ""


def test_a_refused_file_keeps_the_words_and_the_files_that_passed(house: House) -> None:
    thread = make_thread(house.open)
    typed = "Trois lignes que j’ai mis dix minutes à écrire"
    words = {
        "body": typed,
        "client_id": str(uuid.uuid4()),
        "attached": [upload("bonne.pdf"), upload("outil.exe", b"MZ")],
    }

    answer = as_(house.moussa).post(reverse("threads:message_post", args=[thread.pk]), words)

    html = answer.content.decode()
    assert answer.status_code == 422
    assert typed in html
    assert "Files of this type are not taken in" in html
    assert "bonne.pdf" in html
    assert f'value="{Attachment.objects.get().token}"' in html
    assert not Message.objects.exists()


def test_a_message_needs_words_or_a_file(house: House) -> None:
    thread = make_thread(house.open)

    with pytest.raises(NothingSaid):
        say(thread, house.moussa, " ")
    message = say_with(thread, house.moussa, bring(thread, house.moussa))
    edit_message(message=message, body="mots", at=timezone.now())
    edited = edit_message(message=message, body="", at=timezone.now())

    assert edited.body == ""


def test_a_file_is_brought_by_those_who_may_write_there(house: House) -> None:
    closed, shared = make_thread(house.closed), make_thread(house.shared, audience=Thread.Audience.SHARED)
    announced = make_thread(house.open, kind=Thread.Kind.ANNOUNCEMENT, by=house.valerie)

    def answered(user: User, thread: Thread) -> int:
        return as_(user).post(reverse("threads:file_bring", args=[thread.pk]), {"file": upload()}).status_code

    assert [answered(user, closed) for user in (house.moussa, house.rosa, house.agnes)] == [201, 404, 404]
    assert [answered(user, shared) for user in (house.agnes, house.rosa)] == [201, 404]
    assert [answered(user, announced) for user in (house.valerie, house.rosa)] == [201, 403]


def test_a_form_without_a_file_is_told_so(house: House) -> None:
    answer = as_(house.moussa).post(reverse("threads:file_bring", args=[make_thread(house.open).pk]))

    assert (answer.status_code, answer.json()["message"]) == (422, "No file arrived. Try again.")


# --- who gets the bytes ---


@pytest.mark.parametrize(
    ("where", "audience", "sees", "sees_not"),
    [
        ("open", "internal", ["valerie", "moussa", "rosa"], ["agnes"]),
        ("closed", "internal", ["valerie", "moussa"], ["rosa", "agnes"]),
        ("shared", "internal", ["valerie", "moussa"], ["rosa", "agnes"]),
        ("shared", "shared", ["valerie", "moussa", "agnes"], ["rosa"]),
    ],
)
def test_a_file_is_for_those_who_read_its_message(
    house: House, where: str, audience: str, sees: list[str], sees_not: list[str]
) -> None:
    thread = make_thread(getattr(house, where), audience=audience)
    file = bring(thread, house.moussa, "photo.jpg", photo())

    before = {name: status(getattr(house, name), file) for name in [*sees, *sees_not]}
    message = say_with(thread, house.moussa, file)
    said = {name: status(getattr(house, name), file) for name in [*sees, *sees_not]}
    Message.objects.filter(pk=message.pk).update(hidden_at=timezone.now())
    hidden = {name: status(getattr(house, name), file) for name in [*sees, *sees_not]}
    Message.objects.filter(pk=message.pk).update(hidden_at=None)
    delete_message(message=message, at=timezone.now())
    deleted = {name: status(getattr(house, name), file) for name in [*sees, *sees_not]}

    assert before == dict.fromkeys([*sees, *sees_not], 404) | {"moussa": 200}
    assert said == dict.fromkeys(sees, 200) | dict.fromkeys(sees_not, 404)
    judging = {"moussa", "valerie"}  # whose words they are, and who runs the space
    assert hidden == {name: 200 if name in judging else 404 for name in [*sees, *sees_not]}
    assert set(deleted.values()) == {404}


def test_whoever_leaves_the_space_gets_nothing_more(house: House) -> None:
    thread = make_thread(house.closed)
    file = bring(thread, house.valerie)
    say_with(thread, house.valerie, file)
    client = as_(house.moussa)
    first = client.get(file.get_absolute_url())
    body(first)

    remove_member(member=SpaceMember.objects.get(space=house.closed, user=house.moussa), at=timezone.now())
    again = client.get(file.get_absolute_url(), headers={"If-None-Match": first.headers["ETag"]})

    assert (first.status_code, again.status_code) == (200, 404)


def test_a_browser_asks_each_time_and_is_told_when_nothing_changed(house: House) -> None:
    thread = make_thread(house.open)
    file = bring(thread, house.moussa)
    first = as_(house.moussa).get(file.get_absolute_url())
    body(first)

    again = as_(house.moussa).get(file.get_absolute_url(), headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == "private, no-cache"
    assert (again.status_code, body(again)) == (304, b"")


def test_behind_a_proxy_the_proxy_sends_the_bytes(house: House, settings: Any) -> None:
    settings.PARVIS_ACCEL_PREFIX = "/protected/"
    file = bring(make_thread(house.open), house.moussa)

    answer = as_(house.moussa).get(file.get_absolute_url())

    assert answer.headers["X-Accel-Redirect"] == f"/protected/attachments/{file.token}.pdf"
    assert status(house.rosa, file) == 404


def test_what_a_browser_could_run_is_saved_and_runs_nowhere(house: House) -> None:
    thread = make_thread(house.open)
    shown = {}
    for name, content in [("a.pdf", PDF), ("b.txt", b"mots"), ("c.png", photo("PNG")), ("d.csv", b"a;b")]:
        answer = as_(house.moussa).get(bring(thread, house.moussa, name, content).get_absolute_url())
        body(answer)
        shown[name] = answer.headers["Content-Disposition"].partition(";")[0]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert ("sandbox" in answer.headers["Content-Security-Policy"]) == (name != "a.pdf")

    assert shown == {"a.pdf": "inline", "b.txt": "attachment", "c.png": "inline", "d.csv": "attachment"}


# --- saying ---


def test_only_ones_own_files_brought_for_this_conversation_can_be_said(house: House) -> None:
    here, there = make_thread(house.open), make_thread(house.open)
    of_another, for_elsewhere = bring(here, house.rosa), bring(there, house.moussa)
    said_before = bring(here, house.moussa)
    say_with(here, house.moussa, said_before)

    for file in (of_another, for_elsewhere, said_before):
        with pytest.raises(FileGone):
            say_with(here, house.moussa, bring(here, house.moussa), file, body="avec")

    assert Message.objects.count() == 1
    assert Attachment.objects.filter(message=None).count() == 5


def test_one_file_is_not_said_twice_in_one_batch(house: House) -> None:
    thread = make_thread(house.open)
    token = bring(thread, house.moussa).token
    drafts = [Draft(house.moussa.pk, thread.pk, uuid.uuid4(), "", file_tokens=(token,)) for _ in range(2)]

    outcomes = post_messages(drafts, at=timezone.now())

    assert [type(outcome) for outcome in outcomes] == [Posted, FileGone]


def test_a_retry_keeps_one_message_with_its_files(house: House) -> None:
    thread = make_thread(house.open)
    file, client_id = bring(thread, house.moussa), uuid.uuid4()

    first = say_with(thread, house.moussa, file, client_id=client_id)
    second = say_with(thread, house.moussa, file, client_id=client_id)

    assert first == second
    assert list(first.attachments.all()) == [file]


def test_files_stand_in_the_order_they_were_named(house: House) -> None:
    thread = make_thread(house.open)
    first, second, third = (bring(thread, house.moussa, f"{n}.pdf") for n in "abc")

    say_with(thread, house.moussa, third, first, second)

    [files] = shown_to(house.moussa, thread)
    assert [file["name"] for file in files] == ["c.pdf", "a.pdf", "b.pdf"]


def test_a_message_carries_ten_files_at_most(house: House) -> None:
    thread = make_thread(house.open)
    files = [bring(thread, house.moussa) for _ in range(11)]

    with pytest.raises(TooManyFiles):
        say_with(thread, house.moussa, *files)
    say_with(thread, house.moussa, *files[:10])


def test_posting_with_files_costs_two_statements_more_however_many(house: House) -> None:
    thread = make_thread(house.open)

    def cost(messages: int, files: int) -> int:
        tokens = [tuple(bring(thread, house.moussa).token for _ in range(files)) for _ in range(messages)]
        batch = [Draft(house.moussa.pk, thread.pk, uuid.uuid4(), "mots", file_tokens=some) for some in tokens]
        with CaptureQueriesContext(connection) as queries:
            post_messages(batch, at=timezone.now())
        return len(statements(queries))

    cost(1, 1)
    assert cost(1, 1) == cost(1, 0) + 2
    assert cost(5, 6) == cost(5, 0) + 2


def test_a_screen_costs_the_same_however_many_files(house: House) -> None:
    thread = make_thread(house.open)
    client = as_(house.moussa)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(thread.get_absolute_url())
        return len(statements(queries))

    say_with(thread, house.moussa, bring(thread, house.moussa))
    cost()
    few = cost()
    for _ in range(6):
        say_with(thread, house.moussa, *[bring(thread, house.moussa, "p.png", photo("PNG")) for _ in range(5)])

    cost()
    assert cost() == few <= 15


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        ((60, 40), (60, 40)),
        ((4000, 3000), (320, 240)),
        ((3000, 100), (420, 14)),
        ((1, 9000), (1, 240)),
        ((0, 0), (0, 0)),
    ],
)
def test_the_size_of_a_picture_is_known_before_it_is_loaded(size: tuple[int, int], shown: tuple[int, int]) -> None:
    assert fitted(*size) == shown


# --- limits ---


def test_what_waits_for_a_message_has_a_limit_for_each_person(house: House, settings: Any) -> None:
    settings.PARVIS_UNSAID_FILES = 2 * len(PDF)
    thread = make_thread(house.open)
    waiting = [bring(thread, house.moussa) for _ in range(2)]

    with pytest.raises(TooMuchWaits):
        bring(thread, house.moussa)
    bring(thread, house.rosa)
    say_with(thread, house.moussa, waiting[0])
    bring(thread, house.moussa)


def test_the_files_of_a_space_have_a_limit(house: House, settings: Any) -> None:
    settings.PARVIS_SPACE_FILES = 2 * len(PDF)
    thread = make_thread(house.open)
    say_with(thread, house.moussa, bring(thread, house.moussa), bring(thread, house.moussa))

    with pytest.raises(SpaceIsFull) as refused:
        bring(thread, house.rosa)
    bring(make_thread(house.closed), house.moussa)

    assert "Ask those who run it" in refused.value.reason


def test_a_refusal_is_told_in_the_language_of_the_person(house: House) -> None:
    house.moussa.profile.language = "fr"
    house.moussa.profile.save()

    answer = as_(house.moussa).post(
        reverse("threads:file_bring", args=[make_thread(house.open).pk]), {"file": upload("vide.pdf", b"")}
    )

    assert answer.json()["message"] == "Ce fichier est vide."


# --- going ---


def test_a_file_that_was_not_said_can_be_dropped_by_its_uploader(
    house: House, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    file = bring(make_thread(house.open), house.moussa, "p.png", photo("PNG"))
    address = reverse("threads:file_drop", args=[file.token])

    with django_capture_on_commit_callbacks(execute=True):
        others, mine = as_(house.rosa).post(address), as_(house.moussa).post(address)

    assert (others.status_code, mine.status_code) == (404, 204)
    assert stored(media) == []


def test_a_file_that_was_said_goes_with_its_message_alone(
    house: House, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    thread = make_thread(house.open)
    file = bring(thread, house.moussa, "p.png", photo("PNG"))
    message = say_with(thread, house.moussa, file, body="zqmots")

    dropped = as_(house.moussa).post(reverse("threads:file_drop", args=[file.token]))
    assert (dropped.status_code, len(stored(media))) == (404, 2)
    with django_capture_on_commit_callbacks(execute=True):
        delete_message(message=message, at=timezone.now())

    assert stored(media) == []
    assert StreamEvent.objects.get(kind="message.posted").payload["files"] == []
    assert not Attachment.objects.exists()


def test_what_nobody_said_in_a_day_is_purged_and_the_rest_stays(
    house: House, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    thread = make_thread(house.open)
    now = timezone.now()
    late, recent = bring(thread, house.moussa, at=now - timedelta(hours=25)), bring(thread, house.moussa)
    said = bring(thread, house.moussa, at=now - timedelta(days=9))
    say_with(thread, house.moussa, said)
    (media / "attachments" / "nobody.pdf").write_bytes(PDF)  # a crash between the row and the bytes

    with django_capture_on_commit_callbacks(execute=True):
        purged = purge_orphans(at=now)

    assert purged == 1
    assert set(Attachment.objects.all()) == {recent, said}
    assert stored(media) == sorted([f"{recent.token}.pdf", f"{said.token}.pdf"])
    assert not default_storage.exists(str(late.file.name))


def test_the_purge_is_a_command(house: House, capsys: Any) -> None:
    bring(make_thread(house.open), house.moussa, at=timezone.now() - timedelta(days=2))

    call_command("purge_files")

    assert "1 files purged" in capsys.readouterr().out


def test_the_purge_goes_on_by_itself(house: House) -> None:
    bring(make_thread(house.open), house.moussa, at=timezone.now() - timedelta(days=2))

    jobs()["threads.purge_files"].work(at=timezone.now())

    assert not Attachment.objects.exists()


def test_bytes_that_cannot_be_written_leave_nothing(house: House, monkeypatch: Any, media: Path) -> None:
    def full(*args: Any, **more: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(default_storage, "save", full)

    with pytest.raises(OSError, match="No space"):
        bring(make_thread(house.open), house.moussa)

    assert not Attachment.objects.exists()
    assert stored(media) == []


def test_a_file_whose_bytes_never_came_is_said_by_nobody(house: House, media: Path) -> None:
    thread = make_thread(house.open)
    file = bring(thread, house.moussa, at=timezone.now() - timedelta(days=2))
    (media / "attachments" / f"{file.token}.pdf").unlink()  # the server died after the row was written

    assert status(house.moussa, file) == 404
    assert purge_orphans(at=timezone.now()) == 1


def test_the_files_of_somebody_who_is_gone_stay_under_their_words(house: House) -> None:
    thread = make_thread(house.open)
    file = bring(thread, house.rosa)
    message = say_with(thread, house.rosa, file)
    waiting = bring(thread, house.rosa, at=timezone.now() - timedelta(days=2))

    house.rosa.delete()
    purge_orphans(at=timezone.now())

    message.refresh_from_db()
    assert message.author is None
    assert status(house.moussa, file) == 200
    assert not Attachment.objects.filter(pk=waiting.pk).exists()


def test_a_refusal_is_one_of_ours(house: House) -> None:
    for name, content in [("a.exe", b"MZ"), ("a.pdf", b""), ("a.pdf", b"<html>")]:
        with pytest.raises(FileRefused):
            bring(make_thread(house.open), house.moussa, name, content)

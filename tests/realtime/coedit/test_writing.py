"""Writing together over real sockets of a real server."""

import asyncio
import json
from collections.abc import Iterator

import pytest

from intranet.accounts.models import User
from intranet.accounts.services import bump_access_epoch, deactivate_user
from intranet.people.models import Profile
from intranet.people.services import update_profile
from realtime.coedit import services
from realtime.coedit.models import Checkpoint, Document, Update
from realtime.spaces.models import SpaceMember
from realtime.spaces.services import add_member, archive_space, remove_member
from tests.realtime.coedit.cast import kept_shape, notebook, space_of
from tests.realtime.coedit.tab import Tab, eventually, meet, online
from tests.realtime.coedit.writing import new_doc, paragraph, typed, updates_of
from tests.realtime.live.cast import join, now, person, session_of, space
from tests.realtime.live.served import Served, serving

SETTINGS = "tests.realtime.coedit.settings"
EVIL = b"\x01\x00\x02\x00\x00"


@pytest.fixture(scope="module")
def served(database: str, bell: str) -> Iterator[Served]:
    with serving(database, PARVIS_REDIS_URL=bell, DJANGO_SETTINGS_MODULE=SETTINGS) as running:
        yield running


@pytest.fixture
def url(served: Served) -> str:
    return served.urls[0]


@pytest.fixture
def ada(database: str) -> User:
    return person()


@pytest.fixture
def bo(database: str) -> User:
    return person()


@pytest.fixture
def document(ada: User, bo: User) -> Document:
    return notebook(ada, bo, state=typed("To begin with", 4))


async def test_one_is_greeted_and_given_the_text(url: str, ada: User, document: Document) -> None:
    async with online(Tab(), url, session_of(ada), document.pk) as tab:
        hello = await tab.frame("hello")
        assert hello == {
            "is": "hello",
            "document": document.pk,
            "epoch": 1,
            "schema": 3,
            "mode": "write",
            "why": "",
            "words": "",
            "you": {"id": ada.pk, "name": ada.name, "color": ada.pk % 8},
        }
        assert tab.words() == ["To begin with"]


@pytest.mark.feature("P3")
async def test_what_one_writes_the_other_reads(url: str, ada: User, bo: User, document: Document) -> None:
    async with (
        online(Tab(), url, session_of(ada), document.pk) as first,
        online(Tab(), url, session_of(bo), document.pk) as second,
    ):
        await first.add("from Ada")
        await second.add("from Bo")
        await first.type(", and more é😀")
        await meet(first, second)
        assert sorted(first.words()) == ["To begin with, and more é😀", "from Ada", "from Bo"]
    assert kept_shape(document) == first.shape


async def test_what_is_acknowledged_is_committed(url: str, ada: User, document: Document) -> None:
    """And the others are told no earlier: what they were shown stands in the log."""
    async with (
        online(Tab(), url, session_of(ada), document.pk) as first,
        online(Tab(), url, session_of(ada), document.pk) as second,
    ):
        for number in range(20):
            await first.add(str(number))
            await second.until(lambda number=number: second.words()[-1] == str(number))  # type: ignore[misc]
            assert len(kept_shape(document)[2]) == number + 2
        await first.saved()
        assert [update.author_id for update in Update.objects.filter(document=document)] == [ada.pk] * 20


async def test_a_tab_that_was_away_brings_what_it_wrote(url: str, ada: User, bo: User, document: Document) -> None:
    away = Tab()
    async with online(away, url, session_of(ada), document.pk):
        await away.add("first")
        await away.saved()
    away.text.children.append(paragraph("offline"))
    async with online(Tab(), url, session_of(bo), document.pk) as other:
        await other.add("meanwhile")
        await other.saved()
    async with online(away, url, session_of(ada), document.pk):
        await away.until(lambda: "meanwhile" in away.words())
        await away.saved()
    assert sorted(away.words()) == ["To begin with", "first", "meanwhile", "offline"]
    assert kept_shape(document) == away.shape


async def test_the_same_again_is_acknowledged_and_kept_once(url: str, ada: User, document: Document) -> None:
    update = typed("once", 4242)
    async with online(Tab(), url, session_of(ada), document.pk) as tab:
        for _ in range(3):
            await tab.send(update)
            await tab.saved()
    assert Document.objects.get(pk=document.pk).head == 1


async def test_a_reader_is_told_why_and_refused_each_update(url: str, ada: User, document: Document) -> None:
    reader = person()
    add_member(space=space_of(document), member=reader, role=SpaceMember.Role.READER, at=now())
    async with (
        online(Tab(), url, session_of(ada), document.pk) as writer,
        online(Tab(), url, session_of(reader), document.pk) as tab,
    ):
        hello = await tab.frame("hello")
        assert (hello["mode"], hello["why"], hello["words"]) == ("read", "reader", "You may read this.")
        await tab.add("not mine to say")
        assert (await tab.frame("nack"))["why"] == "reader"
        await tab.add("nor this")
        assert await tab.frame("nack") == {"is": "nack", "n": 2, "why": "reader"}
        await writer.add("this is")
        await tab.until(lambda: "this is" in tab.words())
        assert "not mine to say" in tab.words()  # the words are the tab's to offer
        assert tab.closed is None
    assert len(kept_shape(document)[2]) == 2


async def test_a_stranger_and_a_document_that_is_not_are_alike(url: str, document: Document) -> None:
    stranger = session_of(person())
    for pk in (document.pk, 404404):
        async with online(Tab(), url, stranger, pk, synced=False) as tab:
            assert await tab.code() == 4403
            assert tab.frames == []
            assert tab.received == 0


async def test_nobody_signed_in_is_sent_to_sign_in(url: str, document: Document) -> None:
    for session in (None, "no-such-session"):
        async with online(Tab(), url, session, document.pk, synced=False) as tab:
            assert await tab.code() == 4401
            assert tab.frames == []


@pytest.mark.feature("P3")
async def test_whoever_loses_the_right_writes_no_more(url: str, ada: User, bo: User, document: Document) -> None:
    """In the middle of typing: nothing sent after the commit of it is kept, nothing written after it is told."""
    async with (
        online(Tab(), url, session_of(ada), document.pk) as first,
        online(Tab(), url, session_of(bo), document.pk) as second,
    ):
        await second.add("before")
        await meet(first, second)
        remove_member(member=SpaceMember.objects.get(space=space_of(document), user=bo), at=now())
        await second.add("after")
        await first.add("unseen by Bo")
        assert await second.code() == 4403
        await first.saved()
        assert "unseen by Bo" not in second.words()
        assert "after" in second.words()
        assert first.words() == ["To begin with", "before", "unseen by Bo"]
    assert kept_shape(document) == first.shape


async def test_a_right_to_read_that_stays(url: str, ada: User, bo: User, document: Document) -> None:
    """From writer to reader and back: refused update by update, then what was not kept is asked for again."""
    async with (
        online(Tab(), url, session_of(ada), document.pk) as first,
        online(Tab(), url, session_of(bo), document.pk) as second,
    ):
        seat = SpaceMember.objects.get(space=space_of(document), user=bo)
        change_role(seat, SpaceMember.Role.READER)
        await second.add("kept in my tab")
        assert (await second.frame("nack"))["why"] == "reader"
        assert (await second.frame("mode"))["mode"] == "read"
        await first.add("and on it goes")
        await second.until(lambda: "and on it goes" in second.words())
        change_role(seat, SpaceMember.Role.MEMBER)
        assert (await second.frame("mode"))["mode"] == "write"
        await first.until(lambda: "kept in my tab" in first.words())
        await second.until(lambda: second.acked == second.sent)
    assert kept_shape(document) == first.shape


def change_role(seat: SpaceMember, role: str) -> None:
    SpaceMember.objects.filter(pk=seat.pk).update(role=role)
    bump_access_epoch()


async def test_a_lock_ends_the_writing_for_all(url: str, ada: User, document: Document) -> None:
    async with online(Tab(), url, session_of(ada), document.pk) as tab:
        await tab.add("before")
        await tab.saved()
        archive_space(space=space_of(document), at=now())
        await tab.add("after")
        await tab.frame("nack")
        assert (await tab.frame("mode"))["mode"] == "read"
    assert len(kept_shape(document)[2]) == 2


async def test_a_closed_document_is_a_readers(url: str, ada: User, document: Document) -> None:
    async with online(Tab(), url, session_of(ada), document.pk) as tab:
        services.close_document(document=document, at=now())
        assert (await tab.frame("mode"))["why"] == "closed"
        await tab.add("after")
        assert (await tab.frame("nack"))["why"] == "closed"
        services.reopen_document(document=document)
        assert (await tab.frame("mode"))["mode"] == "write"
        await tab.until(lambda: tab.acked == tab.sent)
    assert len(kept_shape(document)[2]) == 2


async def test_signing_out_ends_it(url: str, ada: User, bo: User, document: Document) -> None:
    from django.contrib.sessions.models import Session

    session = session_of(bo)
    async with (
        online(Tab(), url, session_of(ada), document.pk) as first,
        online(Tab(), url, session, document.pk) as second,
    ):
        Session.objects.filter(pk=session).delete()
        bump_access_epoch()
        await second.add("after")
        await first.add("unseen by Bo")
        assert await second.code() == 4401
        await first.saved()
        assert "unseen by Bo" not in second.words()
    assert first.words() == ["To begin with", "unseen by Bo"]


async def test_a_closed_account_writes_no_more(url: str, ada: User, bo: User, document: Document) -> None:
    async with online(Tab(), url, session_of(bo), document.pk) as tab:
        deactivate_user(user=bo, at=now())
        await tab.add("after")
        assert await tab.code() in (4401, 4403)
    assert len(kept_shape(document)[2]) == 1


async def test_another_text_in_its_place_makes_every_tab_begin_anew(url: str, ada: User, document: Document) -> None:
    async with online(Tab(), url, session_of(ada), document.pk) as tab:
        services.restart_document(document=document, state=typed("Anew", 5))
        assert await tab.code() == 4409
        assert (await tab.frame("bye"))["reason"] == "resync"
    async with online(Tab(), url, session_of(ada), document.pk) as tab:
        assert (await tab.frame("hello"))["epoch"] == 2
        assert tab.words() == ["Anew"]


async def test_a_document_that_is_deleted_is_gone(url: str, ada: User, document: Document) -> None:
    async with online(Tab(), url, session_of(ada), document.pk) as tab:
        Document.objects.filter(pk=document.pk).delete()
        await tab.add("after")
        assert await tab.code() in (4403, 4410)


async def test_a_wrong_update_ends_its_connection_alone(url: str, ada: User, bo: User, document: Document) -> None:
    async with (
        online(Tab(), url, session_of(ada), document.pk) as good,
        online(Tab(), url, session_of(bo), document.pk) as bad,
    ):
        await good.add("before")
        await bad.send(EVIL)
        assert (await bad.frame("nack"))["why"] == "malformed"
        assert await bad.code() == 4400
        await good.add("after")
        await good.saved()
        assert good.closed is None
    assert len(kept_shape(document)[2]) == 3


FOREIGN: list[bytes | str] = [
    b"", b"\x00", b"\x02\x00", b"\x00\x07\x00", b"\x00\x00\x02\x01", b"\x01\x03\x01\x01\x01", b"\xff" * 20, "[]", "x", "{}",
    '{"do":"fly"}', '{"do":"save","more":1}', '{"do":"ping","x":"' + "x" * 2000 + '"}',
]  # fmt: skip


@pytest.mark.parametrize("frame", FOREIGN)
async def test_frames_that_are_none_of_ours(url: str, ada: User, document: Document, frame: bytes | str) -> None:
    async with online(Tab(), url, session_of(ada), document.pk) as tab:
        await tab.say(frame)
        assert await tab.code() == 4400


async def test_nobody_speaks_under_anothers_id(url: str, ada: User, bo: User, document: Document) -> None:
    async with (
        online(Tab(), url, session_of(ada), document.pk) as first,
        online(Tab(), url, session_of(bo), document.pk) as second,
    ):
        await first.add("mine")
        await meet(first, second)
        forged = Tab(new_doc(first.doc.client_id))
        forged.doc.apply_update(first.doc.get_update())
        await second.send(updates_of(forged.doc, lambda text: text.children.append(paragraph("as if Ada")))[0])
        assert (await second.frame("nack"))["why"] == "not_yours"
        assert await second.code() == 4400
        await first.add("still mine")
        await first.saved()
    assert first.words() == ["To begin with", "mine", "still mine"]


async def test_ping_and_save(url: str, ada: User, document: Document) -> None:
    async with online(Tab(), url, session_of(ada), document.pk) as tab:
        await tab.say('{"do":"ping"}')
        assert await tab.frame("pong") == {"is": "pong"}
        await tab.add("to keep")
        await tab.saved()
        await tab.say('{"do":"save"}')
        saved = await tab.frame("saved")
        assert saved["revision"] is None
        assert not Update.objects.filter(document=document).exists()
        assert set(Checkpoint.objects.get(document=document).contributors.all()) == {ada}
        await tab.add("and on")
        await tab.saved()
    assert len(kept_shape(document)[2]) == 3


async def test_the_last_to_leave_leaves_it_kept(url: str, ada: User, document: Document) -> None:
    async with online(Tab(), url, session_of(ada), document.pk) as tab:
        await tab.add("words")
        await tab.saved()
    await eventually(lambda: not Update.objects.filter(document=document).exists())
    assert kept_shape(document) == tab.shape


async def test_too_fast_is_closed(url: str, ada: User, document: Document) -> None:
    async with online(Tab(), url, session_of(ada), document.pk) as tab:
        for _ in range(400):
            await tab.say('{"do":"ping"}')
        assert await tab.code() == 4429


async def test_more_than_an_update_may_be(url: str, ada: User, document: Document) -> None:
    async with online(Tab(), url, session_of(ada), document.pk) as tab:
        await tab.send(b"\x00" * 256_001)
        assert (await tab.frame("nack"))["why"] == "too_big"
        assert await tab.code() == 4400


async def test_a_large_update_passes(url: str, ada: User, bo: User, document: Document) -> None:
    async with (
        online(Tab(), url, session_of(ada), document.pk) as first,
        online(Tab(), url, session_of(bo), document.pk) as second,
    ):
        await first.add("é" * 100_000)
        await meet(first, second)
        assert len(second.words()[-1]) == 100_000


# --- cursors ---

CURSOR = {"anchor": {"type": None, "item": {"client": 4, "clock": 2}, "assoc": 0}, "head": {"tname": "prosemirror"}}


@pytest.mark.feature("P3")
async def test_cursors_carry_the_name_the_server_knows(url: str, ada: User, bo: User, document: Document) -> None:
    async with (
        online(Tab(), url, session_of(ada), document.pk) as first,
        online(Tab(), url, session_of(bo), document.pk) as second,
    ):
        await first.point({"user": {"name": "The Director"}, "cursor": CURSOR, "html": "<script>"})
        me = first.doc.client_id
        seen = await second.until(lambda: second.cursors.get(me))
        assert seen == {"user": {"id": ada.pk, "name": ada.name, "color": ada.pk % 8}, "cursor": CURSOR}
        await first.point({"cursor": {"anchor": "<script>", "head": 1}}, clock=2)
        await second.until(lambda: second.cursors.get(me, {}).get("cursor") is None)
        await second.point({"cursor": CURSOR}, client=me, clock=9)  # passed over: it is Ada's
        async with online(Tab(), url, session_of(bo), document.pk) as third:
            await third.until(lambda: third.cursors.get(me))
            assert third.cursors[me]["user"]["name"] == ada.name
    async with online(Tab(), url, session_of(bo), document.pk) as last:
        await asyncio.sleep(0.3)
        assert last.cursors == {}


async def test_who_leaves_is_shown_no_more(url: str, ada: User, bo: User, document: Document) -> None:
    async with online(Tab(), url, session_of(bo), document.pk) as second:
        async with online(Tab(), url, session_of(ada), document.pk) as first:
            await first.point({"cursor": CURSOR})
            await second.until(lambda: second.cursors)
        await second.until(lambda: not second.cursors)


async def test_who_hides_and_who_is_a_guest_is_not_shown_and_guests_see_nobody(
    url: str, ada: User, bo: User, document: Document
) -> None:
    guest = person(kind="guest")
    join(space_of(document), guest)
    Profile.objects.filter(user=bo).update(shows_presence=False)
    async with (
        online(Tab(), url, session_of(ada), document.pk) as first,
        online(Tab(), url, session_of(bo), document.pk) as hidden,
        online(Tab(), url, session_of(guest), document.pk) as third,
    ):
        await hidden.point({"cursor": CURSOR})
        await third.point({"cursor": CURSOR})
        await first.point({"cursor": CURSOR})
        await hidden.until(lambda: hidden.cursors)
        await third.add("words all the same")
        await meet(first, third)
        assert set(hidden.cursors) == {first.doc.client_id}
        assert set(first.cursors) <= {first.doc.client_id}
        assert third.cursors == {}


async def test_who_hides_while_writing_is_shown_no_more(url: str, ada: User, bo: User, document: Document) -> None:
    async with (
        online(Tab(), url, session_of(ada), document.pk) as first,
        online(Tab(), url, session_of(bo), document.pk) as second,
    ):
        await first.point({"cursor": CURSOR})
        await second.until(lambda: second.cursors)
        update_profile(profile=ada.profile, changes={"shows_presence": False}, by=ada, at=now())
        await second.until(lambda: not second.cursors)


async def test_the_matrix_of_roles(url: str, database: str) -> None:
    """Everybody against an open place and a closed one: as many refused as not, and for the right reason."""
    member, outsider, guest = person(), person(), person(kind="guest")
    closed = notebook(place=space(member))
    open_place = notebook(place=space(member, audience="organisation"))
    expected = {
        (member.pk, closed.pk): "write",
        (outsider.pk, closed.pk): 4403,
        (guest.pk, closed.pk): 4403,
        (member.pk, open_place.pk): "write",
        (outsider.pk, open_place.pk): "write",
        (guest.pk, open_place.pk): 4403,
    }
    met: dict[tuple[int, int], object] = {}
    for user in (member, outsider, guest):
        for document in (closed, open_place):
            async with online(Tab(), url, session_of(user), document.pk, synced=False) as tab:
                await tab.until(lambda tab=tab: tab.frames or tab.closed)  # type: ignore[misc]
                met[user.pk, document.pk] = tab.frames[0]["mode"] if tab.frames else tab.closed
    assert met == expected


def test_a_frame_names_nobody_who_is_not_there() -> None:
    """The colors are ours, by number: a name of a color would need a style in the page."""
    from realtime.coedit.awareness import user_of

    assert json.loads(json.dumps(user_of(17, "Ada"))) == {"id": 17, "name": "Ada", "color": 1}
